"""What a signature of version 4 is made over: the canonical request, the string to sign, the key.

In: a request as it came. Out: texts and digests, byte for byte as AWS describes them.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes

from codegen.sandbox.requests import HttpRequest

ALGORITHM = "AWS4-HMAC-SHA256"
_SPACES = re.compile(r"[ \t\r\n]+")
_UNRESERVED = "-_.~"


def encoded(text: str) -> bytes:
    """Give back the bytes that travelled."""
    return text.encode("utf-8", "surrogateescape")


def canonical_request(request: HttpRequest, signed: Sequence[str], payload: str) -> bytes:
    """Write the canonical request; `signed` are the names of the signed headers, `payload` is the body's digest."""
    headers = "".join([f"{name}:{','.join(map(_trimmed, request.all(name)))}\n" for name in signed])
    parts = (request.method, _path(request.path), _query(request.query), headers, ";".join(signed), payload)
    return encoded("\n".join(parts))


def _trimmed(value: str) -> str:
    return _SPACES.sub(" ", value).strip(" ") if _SPACES.search(value) else value


def string_to_sign(stamp: str, scope: str, canonical: bytes) -> str:
    return f"{ALGORITHM}\n{stamp}\n{scope}\n{sha256(canonical).hexdigest()}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that has been made ready, which takes longer than to sign with it."""

    key: bytes = field(repr=False)
    _ready: hmac.HMAC = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ready", hmac.new(self.key, digestmod=sha256))

    def sign(self, text: bytes) -> str:
        signing = self._ready.copy()
        signing.update(text)
        return signing.hexdigest()


def signing_key(secret: str, scope: str) -> SigningKey:
    """Derive what signs within `DAY/REGION/SERVICE/aws4_request`."""
    key = encoded(f"AWS4{secret}")
    for part in scope.split("/"):
        key = hmac.digest(key, encoded(part), sha256)
    return SigningKey(key)


def signature(key: SigningKey, text: str) -> str:
    return key.sign(encoded(text))


def _path(path: str) -> str:
    """Resolve dots and empty steps, and encode once more: `/a//b/../%20` gives `/a/%2520`."""
    if path == "/":  # as in nearly all
        return path
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    closed = "/" if steps and path.endswith("/") else ""
    return quote("/" + "/".join(steps) + closed, safe=f"/{_UNRESERVED}", errors="surrogateescape")


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return "&".join(
        f"{name}={value}" for name, value in sorted((_again(name), _again(value)) for name, _, value in pairs)
    )


def _again(text: str) -> str:
    """Encode what is encoded in another way, or not at all."""
    return quote(unquote_to_bytes(encoded(text)), safe=_UNRESERVED)
