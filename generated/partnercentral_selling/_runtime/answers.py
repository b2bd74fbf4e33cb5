"""What came with an answer, and what of an unreadable one may be shown."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from .errors import REDACTED, ResponseError
from .transport import HttpResponse

LONGEST_EXCERPT = 1024


class ResponseMetadata(NamedTuple):
    """How the service answered.

    request_id: what AWS asks for when something went wrong; None where the service sent none.
    http_status, headers: of the answer, names in lower case.
    attempts: how often the request was tried.
    client_token: the idempotency token that was sent, given or made up.
    """

    request_id: str | None
    http_status: int
    attempts: int
    client_token: str | None
    headers: Mapping[str, str]
    operation: str = ""
    body: bytes = b""
    """The request's body as it was sent."""
    request: Mapping[str, Any] = {}
    """The request in JSON form; `wait_for_task` sends it again."""

    def __repr__(self) -> str:
        shown = ("request_id", "http_status", "attempts", "client_token", "operation")
        return f"ResponseMetadata({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def request_id_of(headers: Mapping[str, str]) -> str | None:
    return headers.get("x-amzn-requestid") or headers.get("x-amz-request-id")


_PAGE = rb"(?i)(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)[\s>/]"


def refuse_page(response: HttpResponse) -> None:
    """Raise ResponseError where nothing was expected in a body and a page came: a captive portal's is no success."""
    if response.body and ("text/html" in response.headers.get("content-type", "") or re.match(_PAGE, response.body)):
        raise ResponseError("expected nothing, found a page")


def refuse_missing(response: HttpResponse) -> None:
    """Raise ResponseError where members were expected in a body and none came, unless the status says so itself."""
    if not response.body and response.status != _NO_CONTENT:
        raise ResponseError("the answer is empty")


_NO_CONTENT = 204
_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|$)(\s*:)?|\'(?:[^\'\\]|\\.)*(?:\'|$)'
_XML_TEXT = r"<!(?:\[CDATA\[|--).*?(?:\]\]>|-->|\Z)|(?<=>)[^<]*[^<\s][^<]*"
_LONG_WORD = r"[A-Za-z0-9+/=_-]{32,}"
"""As long as keys and tokens are."""


def excerpt_of(response: HttpResponse) -> str:
    """Show how a body begins, on one line: names of members stay, texts in quotes and words that may be keys do not.

    Of one that is not text nothing is shown.
    """
    head = response.body[: 4 * LONGEST_EXCERPT]
    if re.search(_BINARY, head):
        return ""
    text = head.decode("utf-8", "replace")
    if text.lstrip().startswith("<?xml") or "xml" in response.headers.get("content-type", ""):
        text = re.sub(_XML_TEXT, REDACTED, text, flags=re.DOTALL)
    blanked = re.sub(_LONG_WORD, REDACTED, re.sub(_QUOTED, _blanked, text, flags=re.DOTALL))
    return "".join(letter if letter.isprintable() else " " for letter in blanked)[:LONGEST_EXCERPT]


_BINARY = rb"[\x00-\x08]|^[\x80-\xff]"
"""What no text has, and CBOR and frames of events soon do; the first byte of CBOR that holds members is above 127."""


def _blanked(found: re.Match[str]) -> str:
    return found[0] if found[1] else f'"{REDACTED}"'
