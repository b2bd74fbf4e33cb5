"""What was rendered -> what black makes of it, which looks at nothing but the statements that are too wide.

In: the text of a module as our templates lay it out: as black does, but every statement that has no magic comma on one
line, however wide. Out: the same as `black.format_str` gives of the whole, in a tenth of the time: black formats each
statement by itself, so that those with a line over the limit can go to it alone, many at once.

Tests hold every golden and real services against black over the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import black
from black.mode import Mode, TargetVersion

from codegen.collecting import swept
from codegen.emit.filters import LINE_LENGTH
from codegen.emit.lexis import strings_of

_MODE = Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})
_GROUP = 60_000  # characters that black gets at once; arbitrary
_WIDE = re.compile(rf"^(?! *(?:\"\"\"|#)).{{{LINE_LENGTH + 1}}}", re.MULTILINE)
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
_MARK = re.compile(r"^ *# speccast: statement\n", re.MULTILINE)


class _Statement(NamedTuple):
    """A statement on lines from `start` up to `end`; of a compound one, its head."""

    start: int
    end: int
    text: str

    @property
    def depth(self) -> int:
        return _indent(self.text)

    @property
    def is_head(self) -> bool:
        return self.text.endswith(":")


def style(text: str) -> str:
    """Format a module of ours as black does. Raises InvalidInput for what is no Python 3.11."""
    if not _WIDE.search(text):
        return text
    lines = text.split("\n")
    wide = tuple(_wide_statements(text, lines))
    made = {one.text: _in_three(one) for one in wide}
    made |= _made({one.text: one for one in wide if not made[one.text]})
    kept: list[str] = []
    at = 0
    for one in wide:
        kept += [*lines[at : one.start], made[one.text]]
        at = one.end
    return "\n".join([*kept, *lines[at:]])


def style_whole(text: str) -> str:
    """Format a module that need not be laid out as ours are: a project's template prints what it likes."""
    return black.format_str(text, mode=_MODE)


def _wide_statements(text: str, lines: Sequence[str]) -> Iterator[_Statement]:
    """Find the statements that have a line to be broken; one in a string is none."""
    said = _lines_of_strings(text)
    at = 0
    while at < len(lines):
        end = at + 1 if at in said else _end(lines, at, said)
        own = "\n".join(lines[at:end])
        if at not in said and _WIDE.search(own):
            yield _Statement(at, end, own)
        at = end


def _lines_of_strings(text: str) -> set[int]:
    """Number the lines that begin within a string."""
    found: set[int] = set()
    line = place = 0
    for start, end in strings_of(text):
        line += text.count("\n", place, start)
        last = line + text.count("\n", start, end)
        found.update(range(line + 1, last + 1))
        line, place = last, end
    return found


def _end(lines: Sequence[str], at: int, said: set[int]) -> int:
    """Find where the statement ends that begins at a line: each bracket that ends a line is closed at its depth."""
    depth, end = _indent(lines[at]), at + 1
    opened = lines[at].endswith(_OPENING)
    while opened and end < len(lines):
        line = lines[end]
        if end not in said and line[depth : depth + 1] in _CLOSING and _indent(line) == depth:
            opened = line.endswith(_OPENING)
        end += 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


# --------------------------------------------------------------------------------------------------------- plain cases

_HEAD = re.compile(r" *(?:async )?def \w+\(")
_LAST = re.compile(r"[\])](?: = None)?\Z")
_TOLD = re.compile(r"""["'][^"']*[\[\](){}]""")
_BRACKET = re.compile(r"[\[\](){}]")


def _in_three(one: _Statement) -> str:
    """Lay out what black splits at one pair of brackets, if what they hold fits a line; else give nothing.

    The pair is that of the parameters of a function, of any other statement the last: most wide statements are such.
    """
    found = _HEAD.match(one.text) or _LAST.search(one.text)
    if not found or _TOLD.search(one.text):
        return ""
    pairs = _pairs(one.text)
    opening = found.end() - 1 if found.re is _HEAD else pairs[found.start()]
    closing = next(end for end, start in pairs.items() if start == opening)
    lead = " " * one.depth
    lines = one.text[: opening + 1], f"{lead}    {one.text[opening + 1 : closing]}", lead + one.text[closing:]
    return "\n".join(lines) if opening + 1 < closing and max(map(len, lines)) <= LINE_LENGTH else ""


def _pairs(text: str) -> dict[int, int]:
    """Give where the bracket was opened that closes at each place."""
    opened: list[int] = []
    found: dict[int, int] = {}
    for bracket in _BRACKET.finditer(text):
        if bracket[0] in _OPENING:
            opened.append(bracket.start())
        else:
            found[bracket.start()] = opened.pop()
    return found


# --------------------------------------------------------------------------------------------------------------- black


def _made(wide: Mapping[str, _Statement]) -> dict[str, str]:
    """Have black lay out statements, by their text."""
    found: dict[str, str] = {}
    with swept() as sweep:
        for group in _groups(sorted(wide.values(), key=lambda one: one.depth)):
            found.update(zip((one.text for one in group), _formatted(group), strict=True))
            sweep()  # black's trees hold each other
    return found


def _groups(wide: Iterable[_Statement]) -> Iterator[list[_Statement]]:
    """Part statements by depth, then by size."""
    group, size = list[_Statement](), 0
    for one in wide:
        if group and (size + len(one.text) > _GROUP or one.depth != group[0].depth):
            yield group
            group, size = [], 0
        group.append(one)
        size += len(one.text)
    if group:
        yield group


def _formatted(group: Sequence[_Statement]) -> list[str]:
    """Have black lay out statements of one depth, each below a comment that tells it from the one before."""
    depth = group[0].depth
    head = "".join(f"{' ' * at}if _:\n" for at in range(0, depth, 4))
    mark, body = f"{' ' * depth}# speccast: statement", f"\n{' ' * depth}    pass"
    whole = "\n".join(f"{mark}\n{one.text}{body if one.is_head else ''}" for one in group)
    _, *made = _MARK.split(style_whole(f"{head}{whole}\n"))
    return [
        text.strip("\n").removesuffix(body) if one.is_head else text.strip("\n")
        for one, text in zip(group, made, strict=True)
    ]
