"""SHA-256, whose maker is loaded for the first digest: with it comes OpenSSL, and most comparisons tell no digest."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["sha256"]


def _begin(content: bytes = b"") -> Any:
    """Begin a digest, as the standard library does."""
    return _maker().sha256(content)


@cache
def _maker() -> Any:
    return import_module("hashlib")


if TYPE_CHECKING:
    from hashlib import sha256
else:
    sha256 = _begin
