"""Five ways for a program to call a sandbox, behind one: account and operation in, members of the answer out.

Each is what people use: boto3, aiobotocore, the AWS CLI as a process, and both of our own clients. A tool that is not
installed skips its test, by name. aiobotocore wants a botocore of its own, so it may live in the environment that
`bench` makes for it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from botocore import xform_name  # type: ignore[import-untyped]
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from packages import NEW, ROOT, errors_of, package_of, shape_of

from codegen.sandbox.accounts import TEST_KEYS

SERVICE, REGION = "partnercentral-selling", "us-east-1"
_FIRST, _SECOND = TEST_KEYS.values()
KEYS = {
    "first": (_FIRST.key, _FIRST.secret),
    "second": (_SECOND.key, _SECOND.secret),
    "forger": (_FIRST.key, "a-secret-that-is-not-the-one"),
}
"""Who calls: two accounts, and somebody who knows a key of the first, but not its secret."""

Answer = Mapping[str, Any]
Tool = Callable[..., Answer]
"""`tool("first", "GetEngagement", Identifier=...)`; raises Refused."""


class Refused(Exception):
    """The service's answer is an error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def boto3_tool(url: str) -> Iterator[Tool]:
    clients = {who: _boto3_client(url, *keys) for who, keys in KEYS.items()}

    def call(who: str, operation: str, **members: Any) -> Answer:
        try:
            answer = getattr(clients[who], xform_name(operation))(**members)
        except ClientError as error:
            raise Refused(error.response["Error"]["Code"]) from None
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    yield call
    for client in clients.values():
        client.close()


def _boto3_client(url: str, key: str, secret: str) -> Any:
    keys = {"aws_access_key_id": key, "aws_secret_access_key": secret}
    return boto3.Session().client(SERVICE, region_name=REGION, endpoint_url=url, **keys)


@contextmanager
def aiobotocore_tool(url: str) -> Iterator[Tool]:
    python = _aiobotocore_python()
    if python is None:
        pytest.skip("aiobotocore is not installed here")
    command = [python, str(Path(__file__).with_name("sandbox_aiobotocore.py")), url]
    with subprocess.Popen(command, env=_bare(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def call(who: str, operation: str, **members: Any) -> Answer:
            key, secret = KEYS[who]
            asked = {"key": key, "secret": secret, "operation": operation, "members": members}
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            told = json.loads(process.stdout.readline())
            if "code" in told:
                raise Refused(told["code"])
            answer: Answer = told["answer"]
            return answer

        yield call
        process.communicate()


def _aiobotocore_python() -> str | None:
    other = ROOT / ".cache" / "bench" / "aiobotocore"
    if find_spec("aiobotocore"):
        return sys.executable
    return str(other / "bin" / "python") if (other / "made-from").exists() else None


@contextmanager
def cli_tool(url: str) -> Iterator[Tool]:
    beside = Path(sys.executable).with_name("aws")
    program = str(beside) if beside.exists() else shutil.which("aws")
    if program is None:
        pytest.skip("the AWS CLI is not installed here")
    where = ["--endpoint-url", url, "--region", REGION, "--output", "json"]

    def call(who: str, operation: str, **members: Any) -> Answer:
        key, secret = KEYS[who]
        env = {**_bare(), "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}
        named = [SERVICE, xform_name(operation, "-"), "--cli-input-json", json.dumps(members)]
        done = subprocess.run([program, *named, *where], env=env, capture_output=True, text=True, timeout=60)
        told = re.search(r"An error occurred \((\w+)\) when calling the (\w+) operation", done.stderr)
        if told:
            assert told[2] == operation
            raise Refused(told[1])
        assert done.returncode == 0, done.stderr
        answer: Answer = json.loads(done.stdout or "{}")
        return answer

    yield call


def _bare() -> dict[str, str]:
    """An environment that knows nothing of AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_") and name != "PYTHONPATH"}
    return {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


@contextmanager
def client_tool(url: str) -> Iterator[Tool]:
    package: Any = package_of(NEW)
    clients = {who: package.Client(**_options(url, who)) for who in KEYS}

    def call(who: str, operation: str, **members: Any) -> Answer:
        method = getattr(clients[who], xform_name(operation))
        return _told(lambda: method(_request(operation, members)))

    yield call
    for client in clients.values():
        client.close()


@contextmanager
def async_client_tool(url: str) -> Iterator[Tool]:
    package: Any = package_of(NEW)
    with asyncio.Runner() as runner:
        clients = {who: package.AsyncClient(**_options(url, who)) for who in KEYS}

        def call(who: str, operation: str, **members: Any) -> Answer:
            method = getattr(clients[who], xform_name(operation))
            return _told(lambda: runner.run(method(_request(operation, members))))

        yield call
        for client in clients.values():
            runner.run(client.close())


def _options(url: str, who: str) -> dict[str, Any]:
    return {"region": REGION, "endpoint_url": url, "credentials": package_of(NEW).Credentials(*KEYS[who])}


def _request(operation: str, members: Mapping[str, Any]) -> Any:
    return shape_of(NEW, f"{operation}Request").model_validate(members)


def _told(work: Callable[[], Any]) -> Answer:
    try:
        answer = work()
    except errors_of(NEW).ServiceError as error:
        raise Refused(error.code) from None
    told: Answer = {} if answer is None else answer.to_wire()
    return told


TOOLS: Mapping[str, Callable[[str], AbstractContextManager[Tool]]] = {
    "boto3": boto3_tool,
    "aiobotocore": aiobotocore_tool,
    "AWS CLI": cli_tool,
    "Client": client_tool,
    "AsyncClient": async_client_tool,
}
