"""A server that is tested over the network: how it is asked, and what every answer of it has."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self, cast

from .. import errors, operations
from .._runtime.config import parse_endpoint
from .._runtime.credentials import Credentials
from .._runtime.retries import THROTTLING_CODES, retry_after
from .._runtime.sigv4 import Signer
from .._runtime.sources import find_source
from .._runtime.transport import Headers, HttpRequest, HttpResponse, Limits
from .._runtime.transports import sync_transport
from .checks import Broken
from .vectors import document

SANDBOX_KEYS = Credentials("SANDBOXKEY1111222233", "sandbox-secret-111122223333")
"""What `speccast sandbox` takes unless it is told otherwise; used where the environment names no keys."""
CONTENT_TYPES = {"awsJson1_0": "application/x-amz-json-1.0", "awsJson1_1": "application/x-amz-json-1.1"}
SECONDS = 30.0
"""How long an answer may take."""
PATIENCE = 10
"""How often a request is sent that is answered with `slow down`."""
NOTHING: Mapping[str, str] = MappingProxyType({})


class Server:
    """The server at a URL, over connections that are kept.

    rate: requests a second at most. fixed: what members of every input are set to, by their names on the wire.
    """

    def __init__(
        self, url: str, region: str | None = None, rate: float | None = None, fixed: Mapping[str, str] = NOTHING
    ) -> None:
        service = operations.SERVICE
        self.fixed = fixed
        self._pause = 1 / rate if rate else 0.0
        self._next = 0.0
        self.endpoint = parse_endpoint(url)
        self.content_type = CONTENT_TYPES[service.protocol]
        self.signer = Signer(service.signing_name or service.name, region or str(document()["config"]["region"]))
        named = os.environ.get("AWS_ACCESS_KEY_ID")
        self.credentials = find_source(None, None, None).current() if named else SANDBOX_KEYS
        self.transport = sync_transport()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.transport.close()

    def greet(self) -> None:
        """Raise TransportError when nobody answers."""
        try:
            self._send(self.signed(self.request("Nothing.Nothing", b"{}")))
        except errors.ResponseError:
            return

    def request(self, target: str, body: bytes) -> HttpRequest:
        """Write a request; of an operation that has a host of its own, to the server all the same."""
        headers = Headers({"Content-Type": self.content_type, "X-Amz-Target": target})
        return HttpRequest("POST", self.endpoint.url, headers, body)

    def signed(self, request: HttpRequest) -> HttpRequest:
        return self.signer.signed(request, self.credentials, time.time())

    def ask(self, name: str, target: str, body: bytes, signed: bool = True) -> HttpResponse:
        """Send a case's request, more slowly as often as the server asks for it."""
        request = self.request(target, body)
        for attempt in range(PATIENCE):
            response = self.answer(name, self.signed(request) if signed else request)
            if not _is_throttled(response):
                return response
            time.sleep(min(retry_after(response.headers.get("retry-after")) or 0.2 * (attempt + 1), SECONDS))
        raise Broken(f"{name}: answered {PATIENCE} times that there are too many requests")

    def answer(self, name: str, request: HttpRequest) -> HttpResponse:
        """Send a case's request once. Raises Broken for an answer that no server of the protocol gives."""
        try:
            response = self._send(request)
        except (errors.TransportError, errors.ResponseError) as error:
            raise Broken(f"{name}: no answer: {error}") from None
        self._check_form(name, response)
        return response

    def _send(self, request: HttpRequest) -> HttpResponse:
        wait = self._next - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self._next = time.monotonic() + self._pause
        return self.transport.send(request, Limits(SECONDS, time.monotonic() + SECONDS, 1 << 24))

    def _check_form(self, name: str, response: HttpResponse) -> None:
        """Every answer has a request id and the protocol's content type, and tells no fault of the server's own."""
        if not 200 <= response.status < 300 and not 400 <= response.status < 500:
            raise Broken(f"{name}: status: wanted a success or a refusal, found {response.status}")
        if not response.headers.get("x-amzn-requestid"):
            raise Broken(f"{name}: x-amzn-RequestId: wanted one, found none")
        found = response.headers.get("content-type", "").partition(";")[0].strip()
        if found != self.content_type and response.body:
            raise Broken(f"{name}: content type: wanted {self.content_type}, found {found or 'none'}")
        if response.status >= 400 and not isinstance(object_of(response).get("__type"), str):
            raise Broken(f"{name}: __type: wanted the error's code, found {response.body[:200]!r}")


def told(response: HttpResponse) -> errors.ServiceError | None:
    """Read the error that an answer tells; None for a success."""
    if 200 <= response.status < 300:
        return None
    return errors.from_wire(response.body, http_status=response.status, headers=response.headers)


def _is_throttled(response: HttpResponse) -> bool:
    error = told(response)
    return error is not None and (error.code in THROTTLING_CODES or response.status == 429)


def object_of(response: HttpResponse) -> Mapping[str, Any]:
    """Read a JSON object; anything else as an empty one."""
    try:
        found: Any = json.loads(response.body or b"{}")
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
