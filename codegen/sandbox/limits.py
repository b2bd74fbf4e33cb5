"""How much the sandbox takes of one request, and for how long it waits."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, times in seconds; tests set times of their own."""

    body: int = MIB
    held: int = 64 * MIB
    """Bodies of all requests that are being read, together; beyond it callers are asked to come back later."""
    header_section: int = 16 * 1024
    headers: int = 100
    chunking: int = 16 * 1024
    """Bytes of a chunked body that are none of its content, beyond a few for each KiB of it."""
    drained: int = 64 * 1024
    """Bytes of a refused body that are read, so that the connection can be used again."""
    header_seconds: float = 10
    body_seconds: float = 30
    idle_seconds: float = 60
    linger_seconds: float = 1


LIMITS = Limits()
JSON_DEPTH = 64
JSON_DIGITS = 4300
"""Digits of one number: as many as Python reads."""
