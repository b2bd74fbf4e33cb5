"""What a protocol is to the runtime: requests as HTTP has them, and the codec that writes them and reads answers."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from .errors import ServiceError, read_error
from .operations import Operation
from .transport import HttpResponse, shown_path


class Message(NamedTuple):
    """A request before it has a host: `path` is encoded and starts with a slash, `query` is encoded, without `?`.

    A path may be empty: the endpoint's own then, without a slash behind it. checksum: the body has to come with its
    Content-MD5, made of it as it is sent in the end.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    checksum: bool = False

    def __repr__(self) -> str:
        return f"Message({self.method!r}, {shown_path(self.path)!r}, {self.headers!r}, <{len(self.body)} bytes>)"


class Fault(NamedTuple):
    """An error as an answer tells of it: its code, cut down to its name; its text; its members in JSON form."""

    code: str | None
    message: str | None
    body: Mapping[str, Any]
    request_id: str | None = None


class Codec(Protocol):
    """One protocol of one service, made by `codec_of(table: Table) -> Codec` of its module.

    Raises nothing but `errors.ConfigurationError`, `errors.ValidationError` for a request that cannot be written, and
    `errors.ResponseError`.
    """

    def request(self, operation: Operation, wire: Mapping[str, Any]) -> Message:
        """Write a request; `wire` is in JSON form, its idempotency token filled in."""
        ...

    def answer(self, operation: Operation, response: HttpResponse) -> Any:
        """Read the answer of an operation that has an output, in JSON form."""
        ...

    def fault(self, response: HttpResponse) -> Fault:
        """Read an error; what cannot be read says nothing."""
        ...


def read_fault(
    codec: Codec,
    body: bytes | str | Mapping[str, Any] | None,
    http_status: int | None,
    headers: Mapping[str, str],
    classes: Mapping[str, type[ServiceError]],
) -> ServiceError:
    """Read an error that the service answered into the class of its code; a mapping is in JSON form already."""
    if isinstance(body, Mapping):
        return read_error(body, http_status, headers, classes, {})
    content = body.encode() if isinstance(body, str) else body or b""
    lower = {name.lower(): value for name, value in headers.items()}
    fault = codec.fault(HttpResponse(http_status or 0, lower, content))
    return classes.get(fault.code or "", ServiceError)(
        fault.message,
        code=fault.code or (str(http_status) if http_status else "Unknown"),
        request_id=fault.request_id or lower.get("x-amzn-requestid") or lower.get("x-amz-request-id"),
        http_status=http_status,
        body=fault.body,
    )
