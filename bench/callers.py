"""Makes calls with one client and tells the CPU time they took, of this process alone.

    python callers.py CLIENT OPERATION URL

Says that it is ready; then, for every number on standard input, makes that many calls and says how many seconds they
took. Interpreters run it that have nothing but the client: libraries are imported by its maker.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from loopback import ANSWER, pin  # the folder of this script is on the path

Members = Mapping[str, Any]
Run = Callable[[int], object]
"""Makes so many calls."""

SERVICE, REGION = "partnercentral-selling", "us-east-1"
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
REQUESTS: Mapping[str, Members] = json.loads(Path(__file__).with_name("requests.json").read_text(encoding="utf-8"))
"""What each operation is sent, by the operation's method; members as on the wire."""


def pythonic(value: Any) -> Any:
    """Name members as Python does, all the way down: `WebsiteUrl` gives `website_url`."""
    if isinstance(value, list):
        return [pythonic(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): pythonic(item) for name, item in value.items()}


# ------------------------------------------------------------------------------------------------------------- clients


def repeated(call: Callable[[], object]) -> Run:
    def run(count: int) -> None:
        for _ in range(count):
            call()

    return run


def ours(url: str) -> Any:
    package = import_module("partnercentral_selling")
    return package.Client(region=REGION, endpoint_url=url, credentials=package.Credentials(KEY, SECRET))


@contextmanager
def speccast(operation: str, url: str) -> Iterator[Run]:
    with ours(url) as client:
        yield repeated(partial(getattr(client, operation), **pythonic(REQUESTS[operation])))


def theirs(url: str) -> Any:
    keys = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET}
    return import_module("boto3").client(SERVICE, region_name=REGION, endpoint_url=url, **keys)


@contextmanager
def boto3(operation: str, url: str) -> Iterator[Run]:
    yield repeated(partial(getattr(theirs(url), operation), **REQUESTS[operation]))


@contextmanager
def urllib3(operation: str, url: str) -> Iterator[Run]:
    """Send what it is given: no request is checked, written or signed, no answer read."""
    pool = import_module("urllib3").connection_from_url(url)
    body, headers = sample(operation)
    yield repeated(lambda: pool.urlopen("POST", "/", body=body, headers=headers, redirect=False, retries=False).data)
    pool.close()


def sample(operation: str) -> tuple[bytes, dict[str, str]]:
    """Give a request as large as a signed one."""
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AWSPartnerCentralSelling.{operation}"}
    scope = f"{KEY}/20261121/{REGION}/{SERVICE}/aws4_request"
    signed = f"SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={'a' * 64}"
    headers |= {"X-Amz-Date": "20261121T050000Z", "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, {signed}"}
    return json.dumps(REQUESTS[operation]).encode(), {**headers, "Accept-Encoding": "identity"}


# ------------------------------------------------------------------------------------------------ asynchronous clients


Call = Callable[[], Awaitable[object]]


@asynccontextmanager
async def async_speccast(operation: str, url: str) -> AsyncIterator[Call]:
    package = import_module("partnercentral_selling")
    keys = package.Credentials(KEY, SECRET)
    async with package.AsyncClient(region=REGION, endpoint_url=url, credentials=keys) as client:
        yield partial(getattr(client, operation), **pythonic(REQUESTS[operation]))


@asynccontextmanager
async def aiobotocore(operation: str, url: str) -> AsyncIterator[Call]:
    keys = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET}
    config = import_module("aiobotocore.config").AioConfig(max_pool_connections=100)  # its 10 would be its limit
    session = import_module("aiobotocore.session").get_session()
    async with session.create_client(SERVICE, region_name=REGION, endpoint_url=url, config=config, **keys) as client:
        yield partial(getattr(client, operation), **REQUESTS[operation])


@asynccontextmanager
async def aiohttp(operation: str, url: str) -> AsyncIterator[Call]:
    """Send what it is given: no request is checked, written or signed, no answer read."""
    body, headers = sample(operation)
    async with import_module("aiohttp").ClientSession() as session:

        async def call() -> object:
            async with session.post(url, data=body, headers=headers) as answer:
                return await answer.read()

        yield call


Opened = Callable[[str, str], Any]


@contextmanager
def in_tasks(opened: Opened, tasks: int, operation: str, url: str) -> Iterator[Run]:
    """Have an asynchronous client's calls made by so many tasks at a time, in one event loop."""

    async def spread(call: Call, count: int) -> None:
        async def some() -> None:
            for _ in range(count // tasks):
                await call()

        await asyncio.gather(*(some() for _ in range(tasks)))

    with asyncio.Runner() as runner:
        client = opened(operation, url)
        call = runner.run(client.__aenter__())
        yield lambda count: runner.run(spread(call, count))
        runner.run(client.__aexit__(None, None, None))


# ------------------------------------------------------------------------------------------------------- nothing sent


@contextmanager
def in_process(operation: str, url: str) -> Iterator[Run]:
    """Answer ours where it would send."""
    package = import_module("partnercentral_selling")
    transports = import_module("partnercentral_selling.transports")
    head, _, body = ANSWER.partition(b"\r\n\r\n")
    lines = (line.split(": ") for line in head.decode().split("\r\n")[1:])
    response = transports.HttpResponse(200, {name.lower(): value for name, value in lines}, body)
    transport, keys = transports.InProcessTransport(lambda request: response), package.Credentials(KEY, SECRET)
    with package.Client(region=REGION, endpoint_url=url, credentials=keys, transport=transport) as client:
        yield repeated(partial(getattr(client, operation), **pythonic(REQUESTS[operation])))


@contextmanager
def boto3_in_process(operation: str, url: str) -> Iterator[Run]:
    """Give boto3 its answer before anything is sent."""
    client = theirs(url)
    answered = partial(import_module("botocore.awsrequest").AWSResponse, url, 200)
    head, _, body = ANSWER.partition(b"\r\n\r\n")
    headers = dict(line.split(": ") for line in head.decode().split("\r\n")[1:])
    raw = import_module("io").BytesIO

    class Raw(raw):  # type: ignore[misc,valid-type]
        def stream(self, **_: object) -> Iterator[bytes]:
            yield self.read()

    client.meta.events.register("before-send", lambda **_: answered(headers, Raw(body)))
    yield repeated(partial(getattr(client, operation), **REQUESTS[operation]))


CLIENTS: Mapping[str, Callable[[str, str], AbstractContextManager[Run]]] = {
    "speccast": speccast,
    "speccast-in-process": in_process,
    "boto3": boto3,
    "boto3-in-process": boto3_in_process,
    "urllib3": urllib3,
    **{f"speccast-async-{tasks}": partial(in_tasks, async_speccast, tasks) for tasks in (1, 64)},
    **{f"aiobotocore-{tasks}": partial(in_tasks, aiobotocore, tasks) for tasks in (1, 64)},
    **{f"aiohttp-{tasks}": partial(in_tasks, aiohttp, tasks) for tasks in (1, 64)},
}
LIBRARIES = {
    "speccast-async": ("pydantic", "aiohttp"),
    "speccast": ("pydantic",),
    "part": ("pydantic",),
    "boto3": ("boto3", "botocore", "urllib3"),
    "aiobotocore": ("aiobotocore", "botocore", "aiohttp"),
    "urllib3": ("urllib3",),
    "aiohttp": ("aiohttp",),
}
"""What a client is made of, by how its name begins."""


def work(run: Run) -> None:
    """Make as many calls as each line of standard input says, and say how long they took."""
    run(64)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        begin = time.process_time()
        run(int(line))
        print(time.process_time() - begin, flush=True)


def main(client: str, operation: str, url: str) -> None:
    pin(last=False)
    with CLIENTS[client](operation, url) as run:
        work(run)


if __name__ == "__main__":
    main(*sys.argv[1:])
