"""AWS's models as the installed botocore brings them: what the census, the quirks and the patterns are told from.

In: the files of botocore. Out: the newest model of each service. They are read as plain JSON, not through our importer,
so that neither can hide a mistake of the other.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import botocore  # type: ignore[import-untyped]

DATA = Path(botocore.__file__).parent / "data"
VERSION: str = botocore.__version__
Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Service:
    """One model; members are (shape, member, what is said of it)."""

    name: str
    raw: Raw
    paginators: int
    waiters: int

    @property
    def operations(self) -> Mapping[str, Raw]:
        return self.raw["operations"]  # type: ignore[no-any-return]

    @property
    def shapes(self) -> Mapping[str, Raw]:
        return self.raw["shapes"]  # type: ignore[no-any-return]

    @cached_property
    def structures(self) -> Mapping[str, Raw]:
        return {name: shape for name, shape in self.shapes.items() if shape["type"] == "structure"}

    @cached_property
    def errors(self) -> Mapping[str, Raw]:
        return {name: shape for name, shape in self.structures.items() if shape.get("exception")}

    @cached_property
    def members(self) -> list[tuple[str, str, Raw]]:
        return [
            (owner, name, member)
            for owner, shape in self.structures.items()
            for name, member in shape.get("members", {}).items()
        ]

    @cached_property
    def values(self) -> list[tuple[str, str]]:
        """Give the values of enums, each with its shape."""
        return [(name, value) for name, shape in self.shapes.items() for value in shape.get("enum", ())]

    @cached_property
    def ends(self) -> Mapping[str, list[str]]:
        """Name the shapes that operations take (`input`) and give (`output`), as often as they do."""
        return {
            end: [operation[end]["shape"] for operation in self.operations.values() if end in operation]
            for end in ("input", "output")
        }

    @cached_property
    def edges(self) -> Mapping[str, tuple[str, ...]]:
        return {name: tuple(edge["shape"] for edge in edges_of(shape)) for name, shape in self.shapes.items()}

    @cached_property
    def cycles(self) -> list[list[str]]:
        return cycles(self.edges)

    def reached(self, roots: Iterable[str]) -> set[str]:
        """Name the shapes that some are made of, themselves included."""
        seen: set[str] = set()
        waiting = list(roots)
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(self.edges[name])
        return seen


def edges_of(shape: Raw) -> list[Raw]:
    """Give what a shape refers to: members, item, key and value."""
    return [*shape.get("members", {}).values(), *(shape[key] for key in ("member", "key", "value") if key in shape)]


def cycles(edges: Mapping[str, tuple[str, ...]]) -> list[list[str]]:
    """Find the groups of shapes that reach each other: strongly connected components, after Tarjan."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []
    for root in edges:
        walk = [(root, iter(edges[root]))] if root not in index else []
        while walk:
            name, rest = walk[-1]
            if name not in index:
                index[name] = low[name] = len(index)
                stack.append(name)
            following = next((each for each in rest if each not in index or each in stack), None)
            if following is not None and following not in index:
                walk.append((following, iter(edges[following])))
            elif following is not None:
                low[name] = min(low[name], index[following])
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[name])
                if low[name] == index[name]:
                    at = stack.index(name)
                    group, stack[at:] = stack[at:], []
                    if len(group) > 1 or name in edges[name]:
                        found.append(group)
    return found


# ------------------------------------------------------------------------------------------------------------- models


def folders() -> list[Path]:
    """Give the folder of every model, older versions included."""
    return sorted(path.parent for path in DATA.glob("*/*/service-2.json.gz"))


@cache
def newest() -> dict[str, Path]:
    """Give the folder of the newest model of each service."""
    return {folder.parent.name: folder for folder in folders()}


def read_service(name: str) -> Service:
    """Read a model; all of them together would fill the memory, so nothing is kept."""
    folder = newest()[name]
    raw = _read(folder / "service-2.json.gz")
    paginators = _read(folder / "paginators-1.json").get("pagination", {})
    waiters = _read(folder / "waiters-2.json").get("waiters", {})
    return Service(name, raw, len(paginators), len(waiters))


def _read(path: Path) -> Raw:
    """Read a file, packed or not; none is an empty one."""
    content = path.read_bytes() if path.exists() else b"{}"
    return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)  # type: ignore[no-any-return]


def services() -> Iterator[Service]:
    """Give every service, one at a time."""
    return map(read_service, newest())
