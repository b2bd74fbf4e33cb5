"""Places within a page, as citations write them: `request.Contexts[].Type`.

In: a path. Out: the path around it, and whether it is an edge: the items of a list (`[]`), the keys (`{key}`) or values
(`{}`) of a map.
"""

from __future__ import annotations

from collections.abc import Iterator

EDGES = ("[]", "{}", "{key}")


def is_edge(path: str) -> bool:
    return path.endswith(EDGES)


def around(path: str) -> str:
    """`request.Tags[].Key` gives `request.Tags[]`, that gives `request.Tags`, in the end nothing."""
    for edge in EDGES:
        if path.endswith(edge):
            return path[: -len(edge)]
    return path.rpartition(".")[0]


def all_around(path: str) -> Iterator[str]:
    """Give every path around, the nearest first."""
    while path := around(path):
        yield path
