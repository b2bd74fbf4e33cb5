"""What is fuzzed: a reader, the errors that it may end in, and bytes to begin with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
LARGEST = 64 * 1024
"""Of a seed: larger ones are slow, and teach nothing more."""


class Target(NamedTuple):
    """`read` takes bytes and gives a value or raises one of `errors`; `is_json` says how bytes are changed."""

    name: str
    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...]
    seeds: Callable[[], Iterable[bytes]]
    is_json: bool = False

    def run(self, data: bytes) -> None:
        """Read, and let only what is no documented error through."""
        with suppress(*self.errors):
            self.read(data)


def files(*patterns: str) -> Iterator[bytes]:
    """Give the content of files below `tests/`, sorted, as far as they are small."""
    for pattern in patterns:
        for path in sorted(TESTS.glob(pattern)):
            if path.is_file() and path.stat().st_size <= LARGEST:
                yield path.read_bytes()


def vectors() -> list[dict[str, Any]]:
    """Give the hostile vectors."""
    found: list[dict[str, Any]] = json.loads((TESTS / "data" / "hostile.json").read_text(encoding="utf-8"))
    return found
