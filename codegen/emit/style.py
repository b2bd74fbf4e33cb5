"""What was rendered -> what black makes of it, in groups of pieces: classes, functions, methods.

In: the text of a module. Out: the same as `black.format_str` gives of the whole, in half the time. Black looks once at
a text that is as it should be, and twice at one that is not: so pieces that have a line to be broken go in groups of
their own. And of a large file it would keep the whole tree in memory. What it has made of a piece is kept for the next
time: many pieces are the same in all packages, and while a spec is being watched most are what they were.

A piece begins at a `class`, `def` or decorator after a blank line. Where that is in the middle of a string or a
bracket, quotes are left over, or black gives other pieces, or refuses them: then it gets the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import black
from black.mode import Mode, TargetVersion
from black.parsing import InvalidInput

from codegen.collecting import swept

LINE_LENGTH = 120
_MODE = Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})
_GROUP = 60_000  # characters that black gets at once; arbitrary
_KEPT = 4096  # pieces that are remembered, some ten MiB; arbitrary
_LONG = re.compile(rf"^.{{{LINE_LENGTH + 1}}}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Pieces of one kind: what stands ahead of all and between two, and where one begins."""

    head: str
    between: str
    border: re.Pattern[str]


_TOPS = _Kind("", "\n\n\n", re.compile(r"(?<=\n\n)(?=(?:class|def|async def) |@)"))
_METHODS = _Kind("class _:\n", "\n\n", re.compile(r"(?<=\n\n)(?=    (?:(?:def|async def) |@))"))


class _Unlike(Exception):
    """A piece ends in a string, or what black gave has other pieces than it got."""


def style(text: str) -> str:
    """Format a module of ours as black does. Raises InvalidInput for what is no Python 3.11."""
    try:
        return _style(text)
    except (InvalidInput, _Unlike):
        return style_whole(text)


def style_whole(text: str) -> str:
    """Format a module that need not be laid out as ours are: a project's template may print `# fmt: off`."""
    return black.format_str(text, mode=_MODE)


def _style(text: str) -> str:
    with swept() as sweep:
        pieces = [_parted(piece) for piece in _TOPS.border.split(text)]
        heads = iter(_styled([head for head, *_ in pieces], _TOPS, sweep))
        methods = iter(_styled([each for _, *methods in pieces for each in methods], _METHODS, sweep))
        tops = (_METHODS.between.join((next(heads), *(next(methods) for _ in own))) for _, *own in pieces)
        return _TOPS.between.join(tops) + "\n"


def _parted(piece: str) -> list[str]:
    """A class is parted once more: a client is a single one."""
    pieces = _METHODS.border.split(piece) if piece.startswith("class ") else [piece]
    if any(each.count(quotes) % 2 for each in pieces for quotes in ('"""', "'''")):
        raise _Unlike
    return pieces


def _styled(pieces: Sequence[str], kind: _Kind, sweep: Callable[[], object]) -> list[str]:
    found = [_remembered(kind.head, piece) for piece in pieces]
    for group in _groups([at for at, made in enumerate(found) if not made], pieces):
        whole = kind.head + kind.between.join(pieces[at].strip("\n") for at in group) + "\n"
        made = kind.border.split(black.format_str(whole, mode=_MODE).removeprefix(kind.head))
        if len(made) != len(group):
            raise _Unlike
        sweep()  # black's trees hold each other
        for at, piece in zip(group, made, strict=True):
            found[at][:] = [piece.strip("\n")]
    return [made for (made,) in found]


@lru_cache(_KEPT)
def _remembered(head: str, piece: str) -> list[str]:
    """Give the place for what black makes of a piece below a head: empty until it is known."""
    return []


def _groups(wanted: Sequence[int], pieces: Sequence[str]) -> Iterator[list[int]]:
    """Part the numbers of some pieces: those with a line to be broken from the others, then by size."""
    by_kind: dict[bool, list[int]] = {False: [], True: []}
    for at in wanted:
        by_kind[bool(_LONG.search(pieces[at]))].append(at)
    for numbers in by_kind.values():
        yield from _by_size(numbers, pieces)


def _by_size(numbers: Iterable[int], pieces: Sequence[str]) -> Iterator[list[int]]:
    group, size = list[int](), 0
    for at in numbers:
        if group and size + len(pieces[at]) > _GROUP:
            yield group
            group, size = [], 0
        group.append(at)
        size += len(pieces[at])
    if group:
        yield group
