"""One service of the installed botocore, called by botocore's client and by ours: what was sent, what was told.

Nothing reaches a network: a function answers every request, of any side. Unlike `boto3_sides` it takes any service,
of which a few operations are generated.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import pytest
from boto3_sides import KEY, SECRET, Answer, Raw, Sent
from botocore.awsrequest import AWSResponse  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from casting import imported
from packages import ROOT

from codegen.load.loaded import resolve
from codegen.pipeline import Options, generate
from codegen.project import read_project
from codegen.spec import ir
from codegen.spec.ir import SpecText

URL = "https://service.example.com"
_PROTOCOLS = ("smithy-rpc-v2-cbor", "json", "rest-json", "rest-xml", "query", "ec2")
_PLAIN = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
"""Leaves out what botocore adds to bodies, and looks for in answers, without being asked."""
Handler = Callable[[Sent], Answer]


@contextmanager
def package_of(service: str, *operations: str) -> Iterator[Any]:
    """Import the package of some operations."""
    with imported(files_of(service, operations)) as package:
        yield package


@contextmanager
def packages_of(operations: Iterable[tuple[str, str]]) -> Iterator[Callable[[str], Any]]:
    """Give what imports the package of a service, once, with those of its operations that are named here."""
    named: dict[str, dict[str, None]] = {}
    for service, operation in operations:
        named.setdefault(service, {})[operation] = None
    with ExitStack() as stack:
        yield cache(lambda service: stack.enter_context(package_of(service, *named[service])))


@cache
def files_of(service: str, operations: tuple[str, ...]) -> Any:
    """Generate the package of some operations; services that know CBOR speak it here."""
    (loaded,) = resolve([f"botocore:{service}"], read_project(ROOT))
    spoken = loaded.model.service
    if SpecText(ir.Protocol.RPC_V2_CBOR) in spoken.protocols:
        spoken = replace(spoken, protocol=ir.Protocol.RPC_V2_CBOR)
    return generate(replace(loaded.model, service=spoken), Options(operations=operations)).files


def theirs(service: str, handler: Handler, **config: Any) -> Any:
    """Make botocore's client; nothing of the machine's configuration reaches it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith("AWS_"):
                patch.delenv(name)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, os.devnull)
        # As ours does here.
        patch.setattr("botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS", _PROTOCOLS)
        client = botocore.session.Session().create_client(
            service,
            region_name="us-east-1",
            endpoint_url=URL,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, **_PLAIN, **config),
        )

    def answer(request: Any, **_: Any) -> Any:
        body = request.body.read() if hasattr(request.body, "read") else request.body or b""
        content = body.encode() if isinstance(body, str) else body
        found = handler(_sent(request.method, request.url, request.headers, content))
        return AWSResponse(request.url, found.status, dict(found.headers), Body(found.body))

    client.meta.events.register("before-send", answer)
    return client


class Body(Raw):
    """What botocore reads at once, too."""

    def read(self, amount: int | None = None, **_: Any) -> bytes:
        end = len(self._content) if amount is None else amount
        found, self._content = self._content[:end], self._content[end:]
        return found


def ours(package: Any, handler: Handler, kind: str = "Client", **options: Any) -> Any:
    """Make one of our clients."""

    def answer(request: Any) -> Any:
        found = handler(_sent(*request))
        return package.transports.HttpResponse(found.status, found.headers, found.body)

    transport = {"Client": "InProcessTransport", "AsyncClient": "AsyncInProcessTransport"}[kind]
    return getattr(package, kind)(
        region="us-east-1",
        endpoint_url=URL,
        credentials=package.Credentials(KEY, SECRET),
        transport=getattr(package.transports, transport)(answer),
        retries=1,
        **options,
    )


def _sent(method: str, url: str, headers: Any, body: bytes) -> Sent:
    texts = {name.lower(): item.decode() if isinstance(item, bytes) else item for name, item in headers.items()}
    return Sent(method, url, texts, body)


def awaited(call: Callable[[], Any]) -> Any:
    """Run what an asynchronous client does to its end."""

    async def run() -> Any:
        return await call()

    return asyncio.run(run())


def told(value: Any) -> Any:
    """Turn what either side gave into plain values by wire names: times as seconds, what is not there left out."""
    if isinstance(value, dict):
        return {key: told(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list | tuple):
        return [told(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.timestamp()
    if hasattr(type(value), "model_fields"):
        found = {field.alias or name: getattr(value, name) for name, field in type(value).model_fields.items()}
        return {name: told(item) for name, item in found.items() if item is not None}
    return value.read() if hasattr(value, "read") else value
