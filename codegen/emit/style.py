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
from codegen.emit.lexis import STRING, strings_of

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
    made = {one.text: _laid_out(one) for one in wide}
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
    opened = _opens(lines, at, said)
    while opened and end < len(lines):
        line = lines[end]
        if end not in said and line[depth : depth + 1] in _CLOSING and _indent(line) == depth:
            opened = _opens(lines, end, said)
        end += 1
    return end


def _opens(lines: Sequence[str], at: int, said: set[int]) -> bool:
    """Say whether a bracket is open at the end of a line; one that a string goes on with is its text."""
    return lines[at].endswith(_OPENING) and at + 1 not in said


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


# --------------------------------------------------------------------------------------------------------- plain cases

_HEAD = re.compile(r" *(?:async )?def \w+\(")
_NO_PARAMETERS = re.compile(r"(.*\(\) -> )(.*)(:)")
_LAST = re.compile(r"[\])](?: = None)?\Z")
_PARAMETER = re.compile(r"( +\w+: )((?:\w+\.)*\w+ \| .*?|.* \| None)((?: = None)?,)")
_ALONE = re.compile(r"( +\w+=\()(.*,)(\),)")
_SAID = re.compile(rf" *(?:{STRING})")
_BRACKET = re.compile(rf"{STRING}|[\[\](){{}}]")


def _laid_out(one: _Statement) -> str:
    """Lay out what black splits at one pair of brackets, if what they hold fits a line; else give nothing.

    Most wide statements are such, or have lines that are.
    """
    if "\n" not in one.text:
        return _in_three(_parts(one.text), one.depth)
    lines = [_inner(line) if len(line) > LINE_LENGTH else line for line in one.text.split("\n")]
    return "\n".join(lines) if all(lines) else ""


def _inner(line: str) -> str:
    """Lay out one of the lines of a statement: a parameter with alternatives, or a tuple of one; a string stays."""
    if _SAID.fullmatch(line):
        return line
    if found := _PARAMETER.fullmatch(line):
        name, hint, end = found.groups()
        return _in_three((f"{name}(", hint, f"){end}"), _indent(line))
    found = _ALONE.fullmatch(line)
    return _in_three(found.groups(), _indent(line)) if found else ""


def _in_three(parts: Sequence[str], depth: int) -> str:
    """Give each part a line of its own, if each fits."""
    if not parts or not all(parts):
        return ""
    lead = " " * depth
    first, middle, last = parts
    lines = first, f"{lead}    {middle}", lead + last
    return "\n".join(lines) if max(map(len, lines)) <= LINE_LENGTH else ""


def _parts(text: str) -> Sequence[str]:
    """Part a line at the pair of brackets where black does, or around what it puts into brackets; else give nothing.

    The pair is that of the parameters of a function, of any other statement the last.
    """
    if found := _NO_PARAMETERS.fullmatch(text):
        return f"{found[1]}(", found[2], f"){found[3]}"
    if text.endswith(" = None") and len(text) < LINE_LENGTH + len("None"):
        return f"{text.removesuffix('None')}(", "None", ")"
    found = _HEAD.match(text) or _LAST.search(text)
    if not found:
        return ()
    pairs = _pairs(text)
    opening = found.end() - 1 if found.re is _HEAD else pairs[found.start()]
    closing = next(end for end, start in pairs.items() if start == opening)
    middle = text[opening + 1 : closing]
    return text[: opening + 1], f"{middle}," if found.re is _HEAD and "," not in middle else middle, text[closing:]


def _pairs(text: str) -> dict[int, int]:
    """Give where the bracket was opened that closes at each place; those in strings are none."""
    opened: list[int] = []
    found: dict[int, int] = {}
    for bracket in _BRACKET.finditer(text):
        if bracket[0] in _OPENING:
            opened.append(bracket.start())
        elif bracket[0] in _CLOSING:
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
