"""Three-way merge of one file: what was generated before, what a user made of it, and what is generated now.

In: the three texts. Out: one text, and the lines where both sides changed the same place and markers stand. No line of
the user's is ever lost: it is in the result, or between markers.

A merge that leaves JSON or Python broken which was sound before is a conflict as well: lines that merge need not make
sense together.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

YOURS, BEFORE, BETWEEN, NOW = "<<<<<<< yours", "||||||| generated before", "=======", ">>>>>>> generated now"

_MARKER = re.compile(r"^(?:<{7}|\|{7}|>{7})(?: .*)?$", re.MULTILINE)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Merged:
    """`conflicts` has the line of every `<<<<<<< yours`."""

    text: str
    conflicts: tuple[int, ...] = ()


def merge(path: str, before: str | None, yours: str, now: str) -> Merged:
    """Merge one file; without what was generated before, every part that differs is a conflict."""
    if before is None:
        return _both(yours, now)
    merged = _merged(_three_ways(_lines(before), _lines(yours), _lines(now)))
    if merged.conflicts or _is_sound(path, merged.text) or not _is_sound(path, yours):
        return merged
    return _both(yours, now)


def marked_lines(text: str) -> tuple[int, ...]:
    """Find where conflicts stand that nobody has resolved; `=======` alone is what underlines a heading as well."""
    lines = [(text.count("\n", 0, at.start()) + 1, at[0]) for at in _MARKER.finditer(text)]
    starts = tuple(line for line, marker in lines if marker[0] == "<")
    return starts or tuple(line for line, _ in lines)


# --------------------------------------------------------------------------------------------------------------- parts


@dataclass(frozen=True, slots=True)
class _Conflict:
    yours: Sequence[str]
    before: Sequence[str] | None
    now: Sequence[str]

    def lines(self) -> Iterator[str]:
        yield f"{YOURS}\n"
        yield from _ended(self.yours)
        if self.before is not None:
            yield f"{BEFORE}\n"
            yield from _ended(self.before)
        yield f"{BETWEEN}\n"
        yield from _ended(self.now)
        yield f"{NOW}\n"


def _ended(lines: Sequence[str]) -> Iterator[str]:
    """A marker stands on a line of its own, even where a file ends without a newline."""
    return (line if line.endswith("\n") else f"{line}\n" for line in lines)


def _three_ways(before: list[str], yours: list[str], now: list[str]) -> Iterator[Sequence[str] | _Conflict]:
    """Go from one line that nobody changed to the next; what lies between is one side's, or a conflict."""
    kept, kept_now = _kept(before, yours), _kept(before, now)
    anchors = [(line, kept[line], kept_now[line]) for line in kept if line in kept_now]
    start, start_yours, start_now = 0, 0, 0
    for end, end_yours, end_now in (*anchors, (len(before), len(yours), len(now))):
        yield _chosen(before[start:end], yours[start_yours:end_yours], now[start_now:end_now])
        yield before[end : end + 1]
        start, start_yours, start_now = end + 1, end_yours + 1, end_now + 1


def _kept(before: list[str], after: list[str]) -> dict[int, int]:
    """Say where each line is that was kept, both counted from 0: `abc` to `xbc` gives 1: 1, 2: 2."""
    blocks = SequenceMatcher(None, before, after).get_matching_blocks()
    return {block.a + each: block.b + each for block in blocks for each in range(block.size)}


def _chosen(before: list[str], yours: list[str], now: list[str]) -> Sequence[str] | _Conflict:
    if now in (before, yours):
        return yours
    return now if yours == before else _Conflict(yours, before, now)


def _both(yours: str, now: str) -> Merged:
    return _merged(_two_ways(_lines(yours), _lines(now)))


def _two_ways(yours: list[str], now: list[str]) -> Iterator[Sequence[str] | _Conflict]:
    for what, start, end, start_now, end_now in SequenceMatcher(None, yours, now).get_opcodes():
        if what == "equal":
            yield yours[start:end]
        else:
            yield _Conflict(yours[start:end], None, now[start_now:end_now])


def _merged(parts: Iterator[Sequence[str] | _Conflict]) -> Merged:
    lines: list[str] = []
    conflicts: list[int] = []
    for part in parts:
        if isinstance(part, _Conflict):
            lines[-1:] = _ended(lines[-1:])
            conflicts.append(len(lines) + 1)
            lines += part.lines()
        else:
            lines += part
    return Merged("".join(lines), tuple(conflicts))


def _lines(text: str) -> list[str]:
    """Part at newlines alone: `str.splitlines` knows ten other ends of lines, which may stand in a string."""
    return _LINE.findall(text)


def _is_sound(path: str, text: str) -> bool:
    try:
        if path.endswith(".json"):
            json.loads(text)
        if path.endswith(".py"):
            with warnings.catch_warnings(action="ignore"):
                ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
