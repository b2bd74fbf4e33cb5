"""SHA-256, whose maker is loaded for the first digest: with it comes OpenSSL, and most comparisons tell no digest."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import hashlib


def sha256(content: bytes = b"") -> hashlib._Hash:
    """Begin a digest, as the standard library does."""
    found: hashlib._Hash = _maker().sha256(content)
    return found


@cache
def _maker() -> Any:
    return import_module("hashlib")
