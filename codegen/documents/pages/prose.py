"""What sentences state besides their meaning for people: values that they name, defaults, formats, unions.

In: the blocks that describe one place. Out: aspects with the line of the sentence. Only phrases are read that leave no
doubt; a name counts as a value when it stands as code or looks like one (`AWS`, `Monthly`, `us-east-1`), never as a
common word (`the`, `true values`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from codegen.documents.facts import Aspect
from codegen.documents.pages.blocks import Block
from codegen.spec.ir import Json

_LONGEST = 20_000  # characters: no description is longer, and what follows says nothing of values
_VALUE = r"(?:[A-Z][A-Za-z0-9_]*+(?:[-:./][A-Za-z0-9_]++)*+|[a-z0-9]++(?:[_-][A-Za-z0-9]++)++)"
_FOR = r"(?: for [a-z][a-z ]{0,60}?)?"
_LIST = rf"({_VALUE}{_FOR}(?:(?:, (?:and |or )?| and | or ){_VALUE}{_FOR}){{0,60}})(?=[.,;]|$| environments)"
_NAMED = (
    re.compile(rf"\b(?:[Aa]ccept(?:ed|able)|[Vv]alid|[Aa]llowed|[Pp]ossible) values (?:are|include):? {_LIST}"),
    re.compile(rf"\bvalues such as {_LIST}"),
    re.compile(rf"\bUse ({_VALUE} for [a-z][a-z ]{{0,60}} and {_VALUE} for )"),
)
_DEFAULT = re.compile(r"\b(?:[Tt]he default(?: value)? is|[Dd]efaults to|^Default:) (\S{1,100}?)(?=[.,;)]?(?:\s|$))")
_PATTERN = re.compile(r"\bpattern:? (\^\S{1,300}\$)(?=[.,;]?(?:\s|$))")
_WORD = re.compile(_VALUE)
_GLUED = re.compile(r"\b(and|or|is|the|The|Use|use|an|a|as|are|for|correct)(?=[A-Z][A-Za-z]*+$)")
_AFTER = re.compile(r"^([,;])(?=[A-Za-z])")
_UNION = re.compile(r"\b(?:is a Tagged Union structure|object is a Union|type is a UNION)\b")
_ARMS = re.compile(r"\btop level keys can be set: ([^:]{1,20000}?)\.?(?= If a client receives|$)")
_TOKEN = re.compile(r"\bfield is autopopulated if not provided\b")


class Sentences(NamedTuple):
    """Blocks joined to one text, with where each begins in it."""

    text: str
    code: frozenset[str]
    starts: tuple[int, ...]
    lines: tuple[int, ...]

    def line(self, at: int) -> int:
        return self.lines[bisect_right(self.starts, at) - 1]


def join(blocks: Sequence[Block]) -> Sentences:
    """Join lines to sentences: `Use`, `AWS`, `for work andTest`, `.` give `Use AWS for work and Test.`"""
    text, starts = list[str](), list[int]()
    length = 0
    for block in blocks:
        piece = _AFTER.sub(r"\1 ", _GLUED.sub(r"\1 ", block.text))
        if text and not piece.startswith((".", ",", ";", ")")):
            piece = " " + piece
        starts.append(length)
        text.append(piece)
        length += len(piece)
    code = frozenset(word for block in blocks for word in block.code)
    return Sentences("".join(text), code, tuple(starts), tuple(block.line for block in blocks))


def prose_facts(blocks: Sequence[Block], kind: str = "") -> Iterator[tuple[Aspect, Json, int]]:
    """State what sentences tell of a value of this type."""
    if not blocks:
        return
    joined = join(blocks)
    yield Aspect.DESCRIPTION, joined.text, joined.lines[0]
    sentences = joined._replace(text=joined.text[:_LONGEST])
    if _TOKEN.search(sentences.text):
        yield Aspect.IDEMPOTENCY_TOKEN, True, sentences.line(_at(_TOKEN, sentences))
    if kind in ("timestamp", ""):
        yield from _moments(sentences, kind)
    if kind in ("string", "list", ""):
        yield from _named(sentences)
    yield from _default(sentences, kind)
    if kind == "string" and (found := _PATTERN.search(sentences.text)):
        yield Aspect.PATTERN, found[1], sentences.line(found.start())


def is_union(text: str) -> bool:
    """Tell whether a sentence says that only one member can be set."""
    return _UNION.search(text) is not None


def arms_of(text: str, members: Iterable[str]) -> list[Json]:
    """Name what a union is one of: its members, where the page shows them, else as the sentence lists them."""
    listed = found[1].split(",") if (found := _ARMS.search(text)) else ()
    return [*members] or [name for each in listed if (name := each.strip(" `"))]


def _at(pattern: re.Pattern[str], sentences: Sentences) -> int:
    found = pattern.search(sentences.text)
    return found.start() if found else 0


def _moments(sentences: Sentences, kind: str) -> Iterator[tuple[Aspect, Json, int]]:
    standard = re.search(r"\bRFC ?3339\b" if not kind else r"\b(?:RFC ?3339|ISO[ -]?8601)\b", sentences.text)
    if standard:
        yield Aspect.TIMESTAMP_FORMAT, "date-time", sentences.line(standard.start())


def _named(sentences: Sentences) -> Iterator[tuple[Aspect, Json, int]]:
    for pattern in _NAMED:
        if found := pattern.search(sentences.text):
            values = [value for value in _WORD.findall(found[1]) if value not in _NO_VALUES]
            if values:
                yield Aspect.NAMED_VALUES, list(dict.fromkeys(values)), sentences.line(found.start(1))
            return


_NO_VALUES = frozenset(("The", "A", "An", "Any", "None", "If", "For", "See", "This", "You", "Use"))


def _default(sentences: Sentences, kind: str) -> Iterator[tuple[Aspect, Json, int]]:
    found = _DEFAULT.search(sentences.text)
    value = _typed(found[1].strip("\"'`“”"), kind, sentences.code) if found else None
    if found and value is not None:
        yield Aspect.DEFAULT, value, sentences.line(found.start(1))


def _typed(text: str, kind: str, code: frozenset[str]) -> Json:
    """Read a default as its type has it; None where the sentence does not name a value."""
    if kind in ("integer", "long"):
        return int(text) if re.fullmatch("-?[0-9]{1,18}", text) else None
    if kind in ("float", "double"):
        return float(text) if re.fullmatch(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?", text) else None
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    named = text in code or (_WORD.fullmatch(text) and text not in _NO_VALUES)
    return text if kind == "string" and named else None
