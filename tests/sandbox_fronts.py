"""What is wrong with a request before anybody asks what is in it: JSON that is none, other targets, forged signatures.

In: a source of random numbers and a right request. Out: requests each with one thing wrong, and the codes that have
to come back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from sandbox_stub import NOW, SERVICE, plain, signed, with_header

from codegen.sandbox.accounts import Key
from codegen.sandbox.limits import JSON_DEPTH, MIB
from codegen.sandbox.requests import HttpRequest

PREFIX = "AWSPartnerCentralSelling."


class Front(NamedTuple):
    """A request that has to be refused with one of these codes, and what is wrong with it."""

    request: HttpRequest
    codes: frozenset[str]
    kind: str


def right(key: Key, operation: str, content: bytes, **more: Any) -> HttpRequest:
    """Sign a call as a client does."""
    return signed(_unsigned(operation, content), key=key.key, secret=key.secret, **more)


def _unsigned(operation: str, content: bytes) -> HttpRequest:
    return with_header(plain(content), "x-amz-target", PREFIX + operation)


# ----------------------------------------------------------------------------------------------------------------- JSON

Spoil = Callable[[Random, bytes], bytes]


def _member(value: str) -> Spoil:
    return lambda random, content: b'{"a":%s%s' % (value.encode(), b"}" if content == b"{}" else b"," + content[1:])


SPOILED: Mapping[str, Spoil] = {
    "cut off": lambda random, content: content[: random.randrange(1, len(content))],
    "more after the end": lambda random, content: content + random.choice((b"}", b"{}", b"\x00", b"//", b",")),
    "NaN": _member("NaN"),
    "infinite": _member("-Infinity"),
    "1e999": _member("1e999"),
    "6000 digits": _member("1" * 6000),
    "a key twice": lambda random, content: b'{"Catalog":"AWS","Catalog":"AWS"}',
    "bytes that are no text": lambda random, content: b'{"a":"\xff"}',
    "half a surrogate pair": _member('"\\ud800"'),
    "deep": lambda random, content: b'{"a":' * (JSON_DEPTH + 1) + b"1" + b"}" * (JSON_DEPTH + 1),
    "very deep": lambda random, content: b"[" * 20_000,
    "a list": lambda random, content: b"[" + content + b"]",
    "a text": lambda random, content: json.dumps(content.decode()).encode(),
    "nothing": lambda random, content: random.choice((b"null", b"true", b"0", b" ")),
    "single quotes": lambda random, content: b"{'a': 1}",
    "a byte order mark": lambda random, content: b"\xef\xbb\xbf" + content,
    "a control character": _member('"\n"'),
    "no comma": lambda random, content: b'{"a": 1 "b": 2}',
}
"""Each is no JSON object, whatever it is made of."""


def spoiled(random: Random, key: Key, operation: str, content: bytes) -> Front:
    kind = random.choice(tuple(SPOILED))
    request = right(key, operation, SPOILED[kind](random, content))
    return Front(request, frozenset({"SerializationException"}), kind)


# ------------------------------------------------------------------------------------------------------------ the front

Wrong = Callable[[Random, Key, str, bytes], HttpRequest]


def _headed(name: str, *values: str | None) -> Wrong:
    """Replace a header before the request is signed."""
    return lambda random, key, operation, content: signed(
        with_header(_unsigned(operation, content), name, random.choice(values)), key=key.key, secret=key.secret
    )


def _changed(name: str, *values: str | None) -> Wrong:
    """Replace a header afterwards."""
    return lambda random, key, operation, content: with_header(
        right(key, operation, content), name, random.choice(values)
    )


def _other_line(**parts: Any) -> Wrong:
    return lambda random, key, operation, content: signed(
        replace(_unsigned(operation, content), **parts), key=key.key, secret=key.secret
    )


def _signed_otherwise(**options: Any) -> Wrong:
    return lambda random, key, operation, content: signed(
        _unsigned(operation, content), **{"key": key.key, "secret": key.secret, **options}
    )


def _tampered(random: Random, key: Key, operation: str, content: bytes) -> HttpRequest:
    return replace(right(key, operation, content), body=content + b" ")


def _twice(random: Random, key: Key, operation: str, content: bytes) -> HttpRequest:
    request = right(key, operation, content)
    return replace(request, headers=(*request.headers, ("authorization", request.one("authorization") or "")))


def _scribbled(random: Random, key: Key, operation: str, content: bytes) -> HttpRequest:
    request = right(key, operation, content)
    value = request.one("authorization") or ""
    at = random.randrange(len(value) - 70)
    return with_header(request, "authorization", value[:at] + "~" + value[at + 1 + at % 3 :])


def _huge(random: Random, key: Key, operation: str, content: bytes) -> HttpRequest:
    return right(key, operation, content + b" " * (MIB + 1 - len(content)))


_SIGNATURE = ("IncompleteSignatureException", "InvalidSignatureException", "UnrecognizedClientException")
_FOREIGN = "http://evil.example"
WRONG: Mapping[str, tuple[Wrong, tuple[str, ...]]] = {
    "no signature": (_changed("authorization", None), ("MissingAuthenticationTokenException",)),
    "a wrong secret": (_signed_otherwise(secret="wrong"), ("InvalidSignatureException",)),
    "an unknown key": (_signed_otherwise(key="AKIDNOBODYKNOWSTHIS0"), ("UnrecognizedClientException",)),
    "a body tampered with": (_tampered, ("InvalidSignatureException",)),
    "too late": (_signed_otherwise(at=NOW - timedelta(seconds=301)), ("InvalidSignatureException",)),
    "too early": (_signed_otherwise(at=NOW + timedelta(seconds=301)), ("InvalidSignatureException",)),
    "another region": (
        _signed_otherwise(scope=f"{NOW:%Y%m%d}/eu-west-1/{SERVICE}/aws4_request"),
        ("InvalidSignatureException",),
    ),
    "another service": (
        _signed_otherwise(scope=f"{NOW:%Y%m%d}/us-east-1/s3/aws4_request"),
        ("InvalidSignatureException",),
    ),
    "a token that nobody gave": (_signed_otherwise(token="a-token"), ("UnrecognizedClientException",)),
    "an unsigned header of AWS": (_changed("x-amz-meta", "a"), ("InvalidSignatureException",)),
    "two signatures": (_twice, ("IncompleteSignatureException",)),
    "a signature changed at random": (_scribbled, _SIGNATURE),
    "a signature of another kind": (_changed("authorization", "Bearer x", "", "AWS4-HMAC-SHA256", "ä"), _SIGNATURE),
    "another target": (
        _headed("x-amz-target", None, "", ".", PREFIX, f"{PREFIX}Nothing", "Other.GetEngagement", "GetEngagement"),
        ("UnknownOperationException",),
    ),
    "another method": (_other_line(method="PUT"), ("UnknownOperationException",)),
    "another path": (_other_line(path="/x"), ("UnknownOperationException",)),
    "another content type": (
        _headed("content-type", "text/plain", "application/x-amz-json-1.1", "application/json"),
        ("UnknownOperationException",),
    ),
    "another host": (_headed("host", "evil.example", "127.0.0.1.evil.example", "", "a b"), ("AccessDenied",)),
    "another origin": (_changed("origin", _FOREIGN, "null", "file://"), ("AccessDenied",)),
    "another site": (_changed("sec-fetch-site", "cross-site", "same-site"), ("AccessDenied",)),
    "a body that is too large": (_huge, ("RequestEntityTooLarge",)),
}


def wrong(random: Random, key: Key, operation: str, content: bytes) -> Front:
    kind = random.choice(tuple(WRONG))
    make, codes = WRONG[kind]
    return Front(make(random, key, operation, content), frozenset(codes), kind)
