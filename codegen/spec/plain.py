r"""Patterns so plain that Rust's engine need not be asked: whether it takes them, and what it finds in a short text.

In: a tree. Out: whether the engine takes what `codegen.spec.patterns.write` writes for it, and in how many ways a
backtracking engine may go through a text. Why: with that engine comes all of pydantic_core, and to import it takes as
long as to compare two releases of a small service. Most patterns of AWS are of characters, anchors, alternatives and
repetitions: nothing that engines read in different ways, or that tables of Unicode decide.

What is not certain is denied, and the engine is asked as ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from math import inf

from codegen.spec.regex import START, Alternation, Anchor, Class, Node, Repeat, Sequence
from codegen.spec.spelling import width

_LARGEST = 5_000
"""Ranges of characters, all rounds written out: Rust's engine takes five times as many of those that need most room."""
_DEEPEST = 40
"""Nodes within nodes: each is two levels to Rust's engine at most, which takes 250."""
_MANY = 10_000
"""Ways through a text that are gone in a millisecond; arbitrary."""


def is_plain(node: Node) -> bool:
    """Tell whether it is certain that Rust's engine takes a tree; in doubt it is not."""
    return _weight(node, 0) <= _LARGEST


def _weight(node: Node, depth: int) -> float:
    """Count ranges of characters and what joins them, all rounds written out; without end for what is not plain."""
    match node:
        case Class(ranges, (), _, None):
            return len(ranges) + 1
        case Anchor():
            return 1
        case Sequence(items) | Alternation(items) if depth < _DEEPEST:
            return 1 + sum(_weight(item, depth + 1) for item in items)
        case Repeat(body, least, most) if depth < _DEEPEST:
            return (1 + _weight(body, depth + 1)) * max(least + 1 if most is None else most, 1)
        case _:
            return inf


def is_quick(node: Node, length: int) -> bool:
    """Tell whether it is certain that a backtracking engine finds what Rust's does in a text so long, and soon."""
    starts = 1 if isinstance(node, Sequence) and node.items[:1] == (START,) else length + 1
    return is_plain(node) and starts * _ways(node, length) <= _MANY


def _ways(node: Node, length: int) -> float:
    """Count in how many ways at most an engine may go through a text from where it starts.

    Without end where a round may take up nothing: engines need not agree when to stop.
    """
    match node:
        case Sequence(items):
            return _product(_ways(item, length) for item in items)
        case Alternation(branches):
            return sum(_ways(branch, length) for branch in branches)
        case Repeat(body, least, most):
            low = width(body)[0]
            if low == 0:
                return inf
            rounds, each = min(length // low, length if most is None else most), _ways(body, length)
            return max(rounds - least + 1, 1) * (1 if each == 1 else _product(repeat(each, rounds)))
        case _:
            return 1


def _product(factors: Iterable[float]) -> float:
    """Multiply until it is too much."""
    found: float = 1
    for factor in factors:
        found *= factor
        if found > _MANY:
            return inf
    return found
