"""boto3's client and our two as three sides of one comparison: the same calls and answers, what each sent and told.

Nothing reaches a network: of boto3 the event `before-send` gives the answers, of ours a transport in the process.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import boto3  # type: ignore[import-untyped]
import botocore.session  # type: ignore[import-untyped]
import pytest
from boto3.exceptions import Boto3Error  # type: ignore[import-untyped]
from botocore import xform_name
from botocore.awsrequest import AWSResponse  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import ClientError, ConnectTimeoutError  # type: ignore[import-untyped]
from botocore.loaders import Loader  # type: ignore[import-untyped]
from botocore_models import write_data
from packages import NEW, OLD, package_of

NOW = datetime(2024, 12, 5, 23, 59, 58, tzinfo=UTC)
TOKEN = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"
KEY, SECRET, SESSION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjE/+==" * 20
OURS_ALONE = {"accept-encoding"}
"""What boto3's HTTP library adds further down."""
THEIRS_ALONE = {"content-length"}
"""What our transports add."""
OF_EACH = {"user-agent", "amz-sdk-invocation-id", "amz-sdk-request"}
"""What differs from call to call, or says who calls."""


class Sent(NamedTuple):
    """One request, names of headers in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """What the service is to answer; status 0 plays a connection that cannot be made."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b"{}"


class Told(NamedTuple):
    """What a caller is told of an error: its class, and as far as that has them, its contents."""

    kind: str
    code: str | None = None
    message: str | None = None
    status: int | None = None
    request_id: str | None = None


GOOD = Answer()


class Side:
    """A client with its transport: answers in turn, and keeps what was sent. Time goes on by a second a request."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.answers: list[Answer] = []

    def now(self) -> datetime:
        return NOW + timedelta(seconds=len(self.sent))

    def take(self, method: str, url: str, headers: Mapping[str, Any], body: bytes) -> Answer:
        texts = {name.lower(): item.decode() if isinstance(item, bytes) else item for name, item in headers.items()}
        self.sent.append(Sent(method, url, texts, body))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def exchange(
        self, operation: str, arguments: Mapping[str, Any], *answers: Answer
    ) -> tuple[list[Sent], Told | None]:
        """Make a call; give its requests, and what was told if it was an error."""
        self.sent, self.answers = [], list(answers or (GOOD,))
        return self.sent, self.call(xform_name(operation), dict(arguments))

    def call(self, method: str, arguments: dict[str, Any]) -> Told | None:
        raise NotImplementedError  # each side has its own


class Raw:
    """A body as urllib3 streams it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


class Theirs(Side):
    """boto3."""

    def __init__(self, data: Path, options: Mapping[str, Any], attempts: int = 1) -> None:
        super().__init__()
        session = botocore.session.Session()
        session.register_component("data_loader", Loader(extra_search_paths=[str(data)]))
        fips = options.get("use_fips", False)
        retries = {"mode": "standard", "total_max_attempts": attempts}
        self.client = boto3.Session(KEY, SECRET, options.get("token"), botocore_session=session).client(
            "partnercentral-selling",
            region_name=options.get("region", "us-east-1"),
            endpoint_url=options.get("endpoint_url"),
            config=Config(use_fips_endpoint=fips, retries=retries),
        )
        self.client.meta.events.register("before-send", self._answer)

    def _answer(self, request: Any, **_: Any) -> Any:
        answer = self.take(request.method, request.url, request.headers, request.body)
        if not answer.status:
            raise ConnectTimeoutError(endpoint_url=request.url)
        return AWSResponse(request.url, answer.status, dict(answer.headers), Raw(answer.body))

    def call(self, method: str, arguments: dict[str, Any]) -> Told | None:
        try:
            getattr(self.client, method)(**arguments)
        except ClientError as error:
            found, metadata = error.response["Error"], error.response["ResponseMetadata"]
            status, request_id = metadata["HTTPStatusCode"], metadata.get("RequestId")
            return Told(type(error).__name__, found["Code"], found["Message"], status, request_id)
        except (AttributeError, TypeError, ValueError, Boto3Error) as error:
            return Told(type(error).__name__)
        return None


class Ours(Side):
    """`Client`."""

    kind, transport = "Client", "InProcessTransport"

    def __init__(self, release: str, options: Mapping[str, Any], attempts: int = 1) -> None:
        super().__init__()
        self.package: Any = package_of(release)
        settled = {name: value for name, value in options.items() if name != "token"}
        self.client = getattr(self.package, self.kind)(
            **{"region": "us-east-1"} | settled,
            credentials=self.package.Credentials(KEY, SECRET, options.get("token")),
            transport=getattr(self.package.transports, self.transport)(self._answer),
            retries=attempts,
        )
        self.client._driving().core.clock.now = lambda: self.now().timestamp()

    def _answer(self, request: Any) -> Any:
        answer = self.take(*request)
        if not answer.status:
            raise self.package.errors.TransportError("no connection", sent=False)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return self.package.transports.HttpResponse(answer.status, headers, answer.body)

    def call(self, method: str, arguments: dict[str, Any]) -> Told | None:
        try:
            self.made(getattr(self.client, method), arguments)
        except self.package.errors.ServiceError as error:
            return Told(type(error).__name__, error.code, error.message, error.http_status, error.request_id)
        except self.package.errors.ResponseError as error:
            return Told(type(error).__name__, None, None, error.http_status, error.request_id)
        return None

    def made(self, method: Callable[..., Any], arguments: dict[str, Any]) -> None:
        method(**arguments)


class OursAsync(Ours):
    """`AsyncClient`, in an event loop of the side's own."""

    kind, transport = "AsyncClient", "AsyncInProcessTransport"
    runner: asyncio.Runner

    def made(self, method: Callable[..., Any], arguments: dict[str, Any]) -> None:
        self.runner.run(method(**arguments))


class Sides(NamedTuple):
    """The three of one release and one configuration."""

    theirs: Theirs
    ours: tuple[Ours, ...]


# -------------------------------------------------------------------------------------------------------------- making


@contextmanager
def fixed() -> Iterator[None]:
    """Give both sides the same token, and neither anything of the machine's configuration."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith("AWS_") or name.upper().endswith("_PROXY"):
                patch.delenv(name)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, os.devnull)
        patch.setattr("botocore.handlers.uuid", SimpleNamespace(uuid4=lambda: TOKEN))
        for release in (OLD, NEW):
            driver = importlib.import_module(f"{package_of(release).__name__}._runtime.driver")
            patch.setattr(driver, "new_uuid", lambda: TOKEN)
        yield


@contextmanager
def all_sides(folder: Path) -> Iterator[Callable[..., Sides]]:
    """Give what makes the sides of a release, once for every configuration; `folder` is for boto3's models."""
    made: dict[str, Sides] = {}
    data = {release: write_data(release, folder / release) for release in (OLD, NEW)}
    with asyncio.Runner() as runner:

        def make(release: str = NEW, attempts: int = 1, **options: Any) -> Sides:
            key = repr((release, attempts, sorted(options.items())))
            if key not in made:
                ours = Ours(release, options, attempts), OursAsync(release, options, attempts)
                ours[1].runner = runner
                made[key] = Sides(Theirs(data[release], options, attempts), ours)
            return made[key]

        yield make


# ----------------------------------------------------------------------------------------------------------- comparing


def exchanged(
    sides: Sides, operation: str, arguments: Mapping[str, Any], *answers: Answer
) -> tuple[list[Sent], Told | None, list[tuple[list[Sent], Told | None]]]:
    """Make one call on every side: boto3's requests and what it told, then the same of our two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: sides.theirs.now().replace(tzinfo=None))
        sent, told = sides.theirs.exchange(operation, arguments, *answers)
    return sent, told, [side.exchange(operation, arguments, *answers) for side in sides.ours]


def assert_same(theirs: list[Sent], ours: list[Sent]) -> None:
    """Compare requests: all of the first line, of the body, and of the headers that are not of each side's own."""
    assert [(one.method, one.url, one.body) for one in ours] == [(one.method, one.url, one.body) for one in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        assert _shared(mine, OURS_ALONE) == _shared(other, THEIRS_ALONE)
        assert other.headers["content-length"] == str(len(mine.body))
        assert mine.headers["accept-encoding"] == "identity"


def _shared(request: Sent, alone: set[str]) -> dict[str, str]:
    assert alone | OF_EACH <= request.headers.keys()
    return {name: value for name, value in request.headers.items() if name not in alone | OF_EACH}


def assert_alike(sides: Sides, operation: str, arguments: Mapping[str, Any]) -> Sent:
    """Send arguments on every side, compare, and give the request."""
    theirs, told, ours = exchanged(sides, operation, arguments)
    assert told is None and len(theirs) == 1
    for sent, mine in ours:
        assert mine is None
        assert_same(theirs, sent)
    return ours[0][0][0]
