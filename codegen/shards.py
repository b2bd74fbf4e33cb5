"""A list of packages in N parts that cost about the same, for N machines that know nothing of each other.

In: names with a size each. Out: the part each belongs to, the same on every machine and in whatever order they come.

A name draws a preference for the parts from its own digest, and gets the first part that has room; so when one more is
added, few others move. The large ones come first, since they cannot be fitted in later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

_ROOM = 1.05  # how far a part may be above its share before another is preferred; arbitrary


def shards(sizes: Mapping[str, int], count: int) -> Mapping[str, int]:
    """Give the number of each name's part, from 0."""
    room = _ROOM * sum(sizes.values()) / count
    loads = [0] * count
    parts = dict[str, int]()
    for name in sorted(sizes, key=lambda name: (-sizes[name].bit_length(), _draw(name, 0))):
        wanted = sorted(range(count), key=lambda part: _draw(name, part + 1))
        fitting = (part for part in wanted if loads[part] + sizes[name] <= room)
        parts[name] = next(fitting, min(range(count), key=lambda part: (loads[part], _draw(name, part + 1))))
        loads[parts[name]] += sizes[name]
    return parts


def _draw(name: str, part: int) -> bytes:
    return hashlib.sha256(f"{part}\0{name}".encode("utf-8", "surrogateescape")).digest()
