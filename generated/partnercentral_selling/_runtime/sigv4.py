"""Signs requests with AWS Signature Version 4: a request, credentials and a time give the request with three headers.

Steps and names are those of AWS's "Create a signed AWS API request": canonical request, string to sign, signing key,
signature. Tracebacks may show local variables: all that can fail is done before a secret is in one.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from .credentials import Credentials
from .errors import ConfigurationError
from .transport import Headers, HttpRequest

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = frozenset(
    (
        # Proxies, tracers and HTTP libraries change these on the way: botocore signs none of them.
        *("baggage", "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te"),
        *("traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"),
        *("accept-encoding", "amz-sdk-invocation-id", "amz-sdk-request"),  # added once a request is signed
    )
)
_REPLACED = frozenset(("authorization", "host", "x-amz-date", "x-amz-security-token"))
"""Dropped before signing: signing decides them. HTTP libraries add `Host`, from the URL that is signed."""
_MOST_KEYS = 4
"""Signing keys that are kept: two days and two sets of credentials, around midnight and a renewal."""


def canonical_request(
    method: str, path: str, query: str, headers: Iterable[tuple[str, str]], payload_hash: str, *, normalize: bool = True
) -> tuple[str, str]:
    """Give the canonical request, and the names of the headers it has, joined by `;`.

    path, query: as in the URL, escapes included. headers: in the order they are sent, repeated ones and some that are
    not signed included. payload_hash: the body's SHA-256 in hexadecimal digits. normalize: only S3 signs a path as it
    is sent; elsewhere `.`, `..` and `//` are resolved, and what is left is escaped once more.
    """
    values: dict[str, str] = {}
    for name, value in headers:
        key, text = name.strip().lower(), " ".join(value.split())
        if key not in _UNSIGNED:
            values[key] = f"{values[key]},{text}" if key in values else text
    names = sorted(values)
    lines = "".join([f"{name}:{values[name]}\n" for name in names])
    signed = ";".join(names)
    path = _canonical_path(path) if normalize else path or "/"
    return f"{method.upper()}\n{path}\n{_canonical_query(query)}\n{lines}\n{signed}\n{payload_hash}", signed


@lru_cache(maxsize=64)
def _canonical_path(path: str) -> str:
    """Resolve and escape a path: `/a/./b//../c d/` gives `/a/c%20d/`."""
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    last = "/" if path.endswith("/") and steps else ""
    return f"/{quote('/'.join(steps))}{last}"


def _canonical_query(query: str) -> str:
    """Sort parameters by name, then by value, both escaped; one without a value gets an empty one."""
    if not query:
        return ""
    parameters = [parameter.partition("=") for parameter in query.split("&")]
    return "&".join([f"{name}={value}" for name, value in sorted((_escaped(a), _escaped(b)) for a, _, b in parameters)])


def _escaped(text: str) -> str:
    """Escape all but unreserved characters, also where some escapes are there already."""
    return quote(unquote_to_bytes(text), safe="")


def credential_scope(day: str, region: str, service: str) -> str:
    """Say what a signature is good for. day: `20150830`."""
    return f"{day}/{region}/{service}/aws4_request"


def string_to_sign(stamp: str, scope: str, canonical: str) -> str:
    """Give the text that is signed. stamp: `20150830T123600Z`."""
    return f"{_ALGORITHM}\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"


def signing_key(secret_access_key: str, scope: str) -> hmac.HMAC:
    """Derive the key that signs for a scope, in an object that does not show it and is quick to start from."""
    key = f"AWS4{secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, digestmod="sha256")


def signature(key: hmac.HMAC, text: str) -> str:
    """Sign a text: 64 hexadecimal digits."""
    code = key.copy()
    code.update(text.encode())
    return code.hexdigest()


def authorization(access_key_id: str, scope: str, signed_headers: str, signed: str) -> str:
    """Write the `Authorization` header. signed: the signature."""
    return f"{_ALGORITHM} Credential={access_key_id}/{scope}, SignedHeaders={signed_headers}, Signature={signed}"


class Signer:
    """Signs for one service and region, from any number of threads. The keys it holds are neither shown nor pickled."""

    __slots__ = ("_keys", "_second", "region", "s3", "service")

    def __init__(self, service: str, region: str, s3: bool = False) -> None:
        if not _fits_header(service, region) or "/" in service + region:
            raise ConfigurationError("the service's signing name or the region has characters that no scope can have")
        self.service = service
        self.region = region
        self.s3 = s3
        self._keys: dict[tuple[str, str], hmac.HMAC] = {}
        self._second = (0, "19700101T000000Z")

    def __repr__(self) -> str:
        return f"Signer({self.service!r}, {self.region!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Signer, (self.service, self.region, self.s3)

    def signed(
        self, request: HttpRequest, credentials: Credentials, timestamp: float, unsigned_payload: bool = False
    ) -> HttpRequest:
        """Give a copy of a request with `X-Amz-Date`, `Authorization` and, if there is a token, `X-Amz-Security-Token`.

        timestamp: seconds since 1970, UTC. unsigned_payload: the body is left out where the connection protects it.
        Raises ConfigurationError for what can be in no request line or header.
        """
        if not _fits_header(request.method, request.url, *request.headers, *request.headers.values()):
            raise ConfigurationError("the request's URL or a header has a character that cannot be sent")
        host, path, query = _target(request.url)
        unsigned = unsigned_payload and request.url.startswith("https:")
        payload_hash = "UNSIGNED-PAYLOAD" if unsigned else sha256(request.body).hexdigest()
        stamp = self._stamp(int(timestamp))
        scope = credential_scope(stamp[:8], self.region, self.service)
        headers = Headers({name: value for name, value in request.headers.items() if name.lower() not in _REPLACED})
        headers["X-Amz-Date"] = stamp
        if self.s3 or unsigned:
            headers["X-Amz-Content-SHA256"] = payload_hash
        if credentials.session_token is not None:
            headers["X-Amz-Security-Token"] = credentials.session_token
        every = [*headers.items(), ("host", host)]
        canonical, names = canonical_request(request.method, path, query, every, payload_hash, normalize=not self.s3)
        proof = signature(self._key(credentials, scope), string_to_sign(stamp, scope, canonical))
        headers["Authorization"] = authorization(credentials.access_key_id, scope, names, proof)
        return HttpRequest(request.method, request.url, headers, request.body)

    def _stamp(self, second: int) -> str:
        known, stamp = self._second
        if known != second:
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
            self._second = (second, stamp)
        return stamp

    def _key(self, credentials: Credentials, scope: str) -> hmac.HMAC:
        key = self._keys.get((credentials.secret_access_key, scope))
        if key is None:  # several threads may derive it; each replaces the whole, so none sees half of it
            key = signing_key(credentials.secret_access_key, scope)
            newest = list(self._keys.items())[1 - _MOST_KEYS :]
            self._keys = dict([*newest, ((credentials.secret_access_key, scope), key)])
        return key


def _fits_header(*texts: str) -> bool:
    text = "".join(texts)
    return text.isascii() and text.isprintable()


@lru_cache(maxsize=64)
def _target(url: str) -> tuple[str, str, str]:
    """Give host, path and query of a URL. The host has its port, unless that is the scheme's own."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f":{parts.port}"
    return f"{host}{port}", parts.path, parts.query
