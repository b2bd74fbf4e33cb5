"""One call, decided step by step: a generator says what is to be done next and is told what came of it.

Nothing here sends or waits, so that the synchronous and the asynchronous client take every decision alike: what is
signed with which clock, what is tried again and after how long, when a call is out of time, what an answer means.
"""

import re
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from os import urandom
from typing import NamedTuple

from .answers import excerpt_of, request_id_of
from .config import Endpoint, Service, Timeout
from .credentials import Credentials
from .errors import REDACTED, ConfigurationError, Error, ResponseError, ServiceError, TransportError
from .messages import Message
from .operations import Operation
from .retries import EXPIRED_CODES, SKEW_CODES, TokenBucket, http_date, kind_of, pause
from .sigv4 import Signer
from .transport import SECRET_HEADERS, Headers, HttpRequest, HttpResponse, Limits, Secret

_LATE_ERROR = rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>)?\s*<Error[\s>]"
_REST = frozenset({"restJson1", "restXml"})
"""Protocols in which a status says something: in others every answer of the service has 200 or one of an error."""
_LEAST_SECRET = 8
"""Characters; to blank a shorter value, as `a`, would spoil all that an error says. Arbitrary: keys have 24 or more."""
SKEW = 240.0
"""Seconds that clocks may differ before ours is corrected: a signature is good for 300."""


class Send(NamedTuple):
    """Send this once; the answer or the TransportError is to be told."""

    request: HttpRequest
    limits: Limits


class Pause(NamedTuple):
    """Wait; nothing is to be told."""

    seconds: float


class Fetch(NamedTuple):
    """Credentials are to be told: others than those that were refused as expired, or None where there are none."""

    refused: Credentials | None = None


class Reply(NamedTuple):
    """An answer that says the operation succeeded, and how often it was tried."""

    response: HttpResponse
    attempts: int


Step = Send | Pause | Fetch
Told = HttpResponse | TransportError | Credentials | None
Exchange = Generator[Step, Told, Reply]


class Clock:
    """The time, corrected by `offset` seconds once the service has said that ours is wrong."""

    def __init__(self, now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.monotonic = monotonic
        self.offset = 0.0


class Core(NamedTuple):
    """What all calls to one place share. `read_error` is `errors.from_wire` of the package; headers: of the place."""

    service: Service
    endpoint: Endpoint
    signer: Signer
    agent: str
    timeout: Timeout
    attempts: int
    max_bytes: int
    read_error: Callable[[HttpResponse], ServiceError]
    clock: Clock
    bucket: TokenBucket
    headers: tuple[tuple[str, str], ...] = ()


class Call:
    """One call under way: what is sent, by when it has to be over, what was tried so far.

    owed: tokens that the last retry took from the bucket.
    """

    def __init__(self, operation: Operation, message: Message, host_prefix: str, deadline: float) -> None:
        self.operation = operation
        self.message = message
        self.host_prefix = host_prefix
        self.deadline = deadline
        self.invocation = new_uuid()
        self.credentials: Credentials | None = None
        self.attempt = 0
        self.owed = 0
        self.corrected = False
        self.renewed = False


def new_uuid() -> str:
    """Make up a UUID of version 4 (RFC 9562, 5.4), in a third of the time that the module `uuid` takes."""
    digits = urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def exchange(core: Core, operation: Operation, message: Message, host_prefix: str = "") -> Exchange:
    """Carry out a call. Raises ServiceError, TransportError or ResponseError when it does not succeed."""
    call = Call(operation, message, host_prefix, core.clock.monotonic() + core.timeout.total)
    if operation.signed:
        call.credentials = _credentials((yield Fetch()))
        if call.credentials is None:
            raise ConfigurationError("the source of credentials gave none")
    while True:
        call.attempt += 1
        request = _request(core, call)
        told = _lowered((yield Send(request, _limits(core, call))))
        failure = _failure(core, operation, request, told)
        if failure is None:
            core.bucket.give(call.owed or 1)
            return Reply(_response(told), call.attempt)
        yield from _recover(core, call, failure, told.headers if isinstance(told, HttpResponse) else {})


def _credentials(told: Told) -> Credentials | None:
    if told is not None and not isinstance(told, Credentials):
        raise ConfigurationError("the source of credentials gave none of this package")
    return told


def _lowered(told: Told) -> Told:
    """Spell the names of an answer's headers as everything here reads them, whoever's transport brought it.

    Two that differ in case alone are one that is repeated: joined with a comma (RFC 9110, 5.3).
    """
    if not isinstance(told, HttpResponse) or (names := "".join(told.headers)) == names.lower():
        return told
    headers: dict[str, str] = {}
    for name, value in told.headers.items():
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    return told._replace(headers=headers)


def _response(told: Told) -> HttpResponse:
    if not isinstance(told, HttpResponse):
        raise TransportError("the transport gave no HttpResponse of this package", retryable=False)
    return told


# ------------------------------------------------------------------------------------------------------------- request


def _request(core: Core, call: Call) -> HttpRequest:
    """Write the request of one attempt: signed anew each time, token and invocation id the same."""
    endpoint, message = core.endpoint, call.message
    headers = Headers({**message.headers, **dict(core.headers)} if core.headers else message.headers)
    query = f"?{message.query}" if message.query else ""
    path = f"{endpoint.path}{message.path[1:]}" if message.path else endpoint.path.rstrip("/") or "/"
    url = f"{endpoint.scheme}://{call.host_prefix}{endpoint.host}{path}{query}"
    request = HttpRequest(message.method, url, headers, message.body)
    if call.credentials is not None:
        now = core.clock.now() + core.clock.offset
        request = core.signer.signed(request, call.credentials, now, call.operation.unsigned_payload)
        headers = request.headers
    headers["User-Agent"] = core.agent
    headers["Accept-Encoding"] = "identity"
    headers["amz-sdk-invocation-id"] = call.invocation
    headers["amz-sdk-request"] = f"attempt={call.attempt}; max={core.attempts}"
    return request


def _limits(core: Core, call: Call) -> Limits:
    now = core.clock.monotonic()
    deadline = min(call.deadline, now + core.timeout.attempt)
    return Limits(min(core.timeout.connect, deadline - now), deadline, core.max_bytes)


# -------------------------------------------------------------------------------------------------------------- answer


def _failure(core: Core, operation: Operation, request: HttpRequest, told: Told) -> Error | None:
    """Say what went wrong; None for an answer that tells of success."""
    if isinstance(told, TransportError):
        return told
    response = _response(told)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity") and not operation.encoded:
        return unreadable(response, "the answer is encoded, which was not asked for")
    if 200 <= response.status < 300:
        if not (operation.late_errors and re.match(_LATE_ERROR, response.body)):
            return None
        response = response._replace(status=500)
    if 400 <= response.status < 600:
        return core.read_error(_blanked(request, response))
    if not 300 <= response.status < 400:
        return unreadable(response, "the answer is a status that means neither success nor an error")
    told_of = _redirection(core, request, response) if core.service.protocol in _REST else None
    return told_of or unreadable(response, "the answer is a redirect, which is not followed")


def _redirection(core: Core, request: HttpRequest, response: HttpResponse) -> ServiceError | None:
    """Read the error that a redirect tells of, as S3 does of a bucket in another region; None where it tells of none.

    Where there can be no body, the status is the code, as botocore has it: 304, and what the service answers to HEAD.
    """
    found = core.read_error(_blanked(request, response))
    bodiless = response.status == 304 or (request.method == "HEAD" and found.request_id is not None)
    return found if bodiless or found.code != str(response.status) else None


def _blanked(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Blank what is secret of a request where an error quotes it: that of a refused signature does, S3's in hex too."""
    body = response.body
    for secret in _secrets(request.headers):
        body = body.replace(secret, REDACTED.encode()).replace(secret.hex(" ").encode(), REDACTED.encode())
    return response._replace(body=body)


def _secrets(headers: Mapping[str, str]) -> Iterator[bytes]:
    """Give what signed a request, and the values of its sensitive members that are no part of everyday words."""
    for name, value in headers.items():
        if name.lower() in SECRET_HEADERS:
            yield value.rpartition("Signature=")[2].encode()
        elif isinstance(value, Secret) and len(value) >= _LEAST_SECRET:
            yield value.encode()


def unreadable(response: HttpResponse, message: str, path: str = "$") -> ResponseError:
    """Say that an answer came whole and cannot be read."""
    return ResponseError(
        message,
        path=path,
        http_status=response.status,
        request_id=request_id_of(response.headers),
        excerpt=excerpt_of(response),
    )


# ------------------------------------------------------------------------------------------------------------ recovery


def _recover(core: Core, call: Call, failure: Error, headers: Mapping[str, str]) -> Generator[Step, Told, None]:
    """Prepare for another attempt, or raise the failure."""
    seconds: float | None = None
    if call.attempt < core.attempts:
        if _is_skewed(core, call, failure, headers):
            seconds = 0.0
        elif isinstance(failure, ServiceError) and failure.code in EXPIRED_CODES and not call.renewed:
            call.renewed = True
            renewed = _credentials((yield Fetch(call.credentials)))
            call.credentials, seconds = renewed or call.credentials, 0.0 if renewed else None
        else:
            seconds = _pause(core, call, failure, headers)
    if seconds is None or core.clock.monotonic() + seconds >= call.deadline:
        core.bucket.give(0 if seconds is None else call.owed)
        if isinstance(failure, TransportError):
            failure.attempts = call.attempt
        raise failure
    if seconds:
        yield Pause(seconds)


def _is_skewed(core: Core, call: Call, failure: Error, headers: Mapping[str, str]) -> bool:
    """Correct the clock, once a call, when the service refuses our time and its own is far from ours."""
    if call.corrected or not isinstance(failure, ServiceError) or failure.code not in SKEW_CODES:
        return False
    theirs = http_date(headers.get("date"))
    now = core.clock.now()
    if theirs is None or abs(theirs - now - core.clock.offset) < SKEW:
        return False
    core.clock.offset = theirs - now
    call.corrected = True
    return True


def _pause(core: Core, call: Call, failure: Error, headers: Mapping[str, str]) -> float | None:
    """Seconds until the next attempt; None when there is to be none."""
    kind = kind_of(failure, call.operation.repeatable)
    if kind is None or not core.bucket.take(kind.cost):
        return None
    call.owed = kind.cost
    return pause(kind, call.attempt, headers)
