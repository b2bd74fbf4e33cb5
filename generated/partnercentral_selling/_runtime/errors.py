"""Every failure this package raises, and how an error is found in what the service answered.

A service error is found by its code, never by its status: the header `X-Amzn-Errortype`, then `__type`, then `code`
unless the error has a member of that name (AWS JSON protocols, "Operation Error Serialization").
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple, cast

REDACTED = "**redacted**"

_ACTING = r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
"""What acts on a terminal or a log instead of standing there: controls, ends of lines, turns of direction, and halves
of characters, which cannot be written at all."""


def inert(text: str) -> str:
    """Escape what a service's text may do to whoever prints it, as Python spells it: ESC gives `\\x1b`."""
    return re.sub(_ACTING, lambda found: found[0].encode("unicode_escape").decode(), text)


class Error(Exception):
    """Base of everything this package raises, pydantic's ValidationError of hand-built models apart."""


class Violation(NamedTuple):
    """One broken constraint.

    path: where in the value, in wire names (`Invitation.Receiver.Account.AwsAccountId`, `Contexts[0].Type`).
    shape: the member that carries the constraint, as in the spec (`AccountReceiver.AwsAccountId`).
    kind: required, unknown, type, length, range, pattern, enum, union or unique.
    message: what is wrong; never the value of a sensitive member.
    """

    path: str
    shape: str
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message} [{self.kind}]"


class ValidationError(Error, ValueError):
    """A request that was refused before it was sent; `violations` has every reason."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(self.violations)

    def __str__(self) -> str:
        count = len(self.violations)
        head = f"{count} constraint{'s' if count != 1 else ''} not met"
        return "\n".join([head, *(f"  {violation}" for violation in self.violations)])


class ConfigurationError(Error):
    """The client cannot work as configured: no region, no credentials, a value that cannot go into a header."""


class TransportError(Error):
    """No complete answer came: refused, cut short, or out of time.

    sent: the service may have seen the request, and acted on it.
    timed_out: time ran out.
    retryable: trying again may help; a refused certificate stays refused.
    attempts: how often the request was tried.
    """

    def __init__(
        self, message: str, *, sent: bool = True, timed_out: bool = False, retryable: bool = True, attempts: int = 1
    ) -> None:
        self.message = message
        self.sent = sent
        self.timed_out = timed_out
        self.retryable = retryable
        self.attempts = attempts
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.message} ({self.attempts} attempts)" if self.attempts > 1 else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        state = partial(type(self), sent=self.sent, timed_out=self.timed_out, retryable=self.retryable)
        return partial(state, attempts=self.attempts), (self.message,)


class WaitTimedOut(TransportError):
    """A task or a waiter did not end in time; `response` is the last answer that was seen."""

    def __init__(self, message: str, response: object = None, *, attempts: int = 1) -> None:
        self.response = response
        super().__init__(message, timed_out=True, attempts=attempts)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), response=self.response, attempts=self.attempts), (self.message,)


class ResponseError(Error):
    """An answer came whole but cannot be read: `path` is the JSON path of what is wrong, `$` the answer itself.

    http_status, request_id: of the answer.
    excerpt: how its body begins, at most 1 KiB, texts in quotes and credentials blanked.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str = "$",
        http_status: int | None = None,
        request_id: str | None = None,
        excerpt: str = "",
    ) -> None:
        self.message = message
        self.path = path
        self.http_status = http_status
        self.request_id = request_id
        self.excerpt = excerpt
        super().__init__(message)

    def __str__(self) -> str:
        return inert(f"{self.path}: {self.message}{_where(self.http_status, self.request_id)}")

    def __reduce__(self) -> tuple[Any, ...]:
        where = partial(type(self), path=self.path, http_status=self.http_status, request_id=self.request_id)
        return partial(where, excerpt=self.excerpt), (self.message,)


def _where(http_status: int | None, request_id: str | None) -> str:
    status = f" (HTTP {http_status})" if http_status else ""
    return f"{status} [request {request_id}]" if request_id else status


class TaskFailed(Error):
    """An asynchronous task ended in failure; `response` is the answer that said so."""

    def __init__(self, reason_code: str | None, message: str | None, response: object = None) -> None:
        self.reason_code = reason_code
        self.message = message
        self.response = response
        super().__init__(reason_code, message)

    def __str__(self) -> str:
        return inert(f"{self.reason_code}: {self.message}" if self.message else str(self.reason_code))


class ServiceError(Error):
    """The service answered with an error.

    code: the error's code as the service gave it, cut down to its name.
    message: the service's text as it was sent, or None; `str` escapes what would act on a terminal.
    request_id, http_status: of the answer.
    retryable, throttling: the same request may succeed later; later, because there were too many.
    suggested_action: what the documentation advises, or None.
    body: the whole answer as read from JSON.
    """

    default_code: ClassVar[str] = ""
    retryable: ClassVar[bool] = False
    throttling: ClassVar[bool] = False
    suggested_action: ClassVar[str | None] = None
    statuses: ClassVar[Mapping[str, int]] = {}

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        request_id: str | None = None,
        http_status: int | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        self.code = code or self.default_code
        self.message = message
        self.request_id = request_id
        self.http_status = http_status
        self.body: Mapping[str, Any] = dict(body or {})
        super().__init__(message)

    def __str__(self) -> str:
        status = f" (HTTP {self.http_status})" if self.http_status else ""
        request = f" [request {self.request_id}]" if self.request_id else ""
        return inert(f"{self.code}{status}: {self.message or 'no message'}{request}")

    def __reduce__(self) -> tuple[Any, ...]:
        answer = partial(
            type(self), code=self.code, request_id=self.request_id, http_status=self.http_status, body=self.body
        )
        return answer, (self.message,)


def sanitized(code: str) -> str:
    """Cut a code down to its name: `com.amazonaws.x#NotFound:http://y/` gives `NotFound`."""
    name = code.partition(":")[0]
    return name[name.find("#") + 1 :].strip()


def find_code(headers: Mapping[str, str], body: Mapping[str, Any], modelled: Mapping[str, bool]) -> str | None:
    """Find an error's code; `modelled` says which errors have a member called `code`, by their codes.

    A header or `__type` that is empty or no string counts as absent.
    """
    header = next((value for name, value in headers.items() if name.lower() == "x-amzn-errortype"), None)
    for candidate in (header, body.get("__type")):
        if isinstance(candidate, str) and (code := sanitized(candidate)):
            return code
    code = next((text for key in ("code", "Code") if isinstance(text := body.get(key), str)), "")
    name = sanitized(code)
    return name if name and not modelled.get(name, False) else None


def read_body(content: bytes | str | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Read an error's body; one that is no JSON object says nothing, and reads as an empty one."""
    if isinstance(content, Mapping):
        return content
    import json  # which a client is made without

    try:
        value: object = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def find_message(body: Mapping[str, Any]) -> str | None:
    """Services spell it `message` or `Message`; null and other types count as absent."""
    return next((text for key in ("message", "Message") if isinstance(text := body.get(key), str)), None)


def read_error(
    body: bytes | str | Mapping[str, Any] | None,
    http_status: int | None,
    headers: Mapping[str, str],
    classes: Mapping[str, type[ServiceError]],
    modelled: Mapping[str, bool],
) -> ServiceError:
    """Read an error that the service answered into the class of its code; for `modelled` see `find_code`."""
    content = read_body(body)
    code = find_code(headers, content, modelled)
    request_id = next((value for name, value in headers.items() if name.lower() == "x-amzn-requestid"), None)
    return classes.get(code or "", ServiceError)(
        find_message(content),
        code=code or (str(http_status) if http_status else "Unknown"),
        request_id=request_id,
        http_status=http_status,
        body=content,
    )
