"""The labelled lines of API reference pages: `Type: String`, `Length Constraints: Minimum length of 1.`, ...

In: one line and the place it is about. Out: facts, or why it cannot be read. Constraints of a list of strings and of
the keys and values of a map belong to these, not to the list: `path[]`, `path{key}`, `path{}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from codegen.documents.facts import Aspect
from codegen.documents.pages.blocks import BEYOND_ASCII
from codegen.spec.ir import Json

Stated = tuple[str, Aspect, Json]  # what is added to the path, the aspect, the value


class Facet(NamedTuple):
    label: str
    text: str


_SCALARS = {
    "string": "string",
    "integer": "integer",
    "long": "long",
    "float": "float",
    "double": "double",
    "boolean": "boolean",
    "timestamp": "timestamp",
    "datetime": "timestamp",
    "blob": "blob",
    "base64-encoded binary data object": "blob",
    "base64-encoded binary data": "blob",
    "json value": "document",
    "json object": "document",
    "document": "document",
    "document type": "document",
}
_NAME = rf"[A-Za-z_{BEYOND_ASCII}][A-Za-z0-9_.${BEYOND_ASCII}-]{{0,200}}"
_OBJECT = re.compile(rf"({_NAME}) (?:object|data type)s?")
_MAP = re.compile(r"(String|Integer|Long) to (.{1,300}?) maps?", re.IGNORECASE)
_ARRAY = re.compile(r"(?:array|list|set)s? of (.{1,300})", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9][0-9,]{0,40}(?:\.[0-9]{1,20})?(?:[Ee][+-]?[0-9]{1,3})?")
_DEEPEST = 8


def facet_of(text: str) -> Facet | None:
    """Take `Type: String` for a facet with the label `Type`."""
    label, colon, _ = text[:60].partition(":")
    return Facet(label, text[len(label) + 1 :].strip()) if colon and label in _READERS else None


def read_facet(facet: Facet, where: str) -> Iterator[Stated]:
    """State what a facet tells; nothing where its text is not understood. `where` is `[]` in a list of scalars."""
    return _READERS[facet.label](facet.text, where)


def items_of(kind: str) -> str:
    """`Array of strings` gives `[]`, the place within a list that constraints of strings are about."""
    found = _ARRAY.fullmatch(kind.strip())
    return "[]" + items_of(found[1]) if found else ""


def _type(text: str, where: str) -> Iterator[Stated]:
    yield from _typed(text.strip().rstrip("."), "", _DEEPEST)


def _typed(text: str, at: str, left: int) -> Iterator[Stated]:
    plain = text.lower().removeprefix("a ").removeprefix("an ")
    scalar = _SCALARS.get(plain) or _SCALARS.get(plain.removesuffix("s"))
    if scalar or not left:
        yield from [(at, Aspect.TYPE, scalar)] if scalar else []
    elif found := _ARRAY.fullmatch(text):
        yield at, Aspect.TYPE, "list"
        yield from _typed(found[1], at + "[]", left - 1)
    elif found := _MAP.fullmatch(text):
        yield at, Aspect.TYPE, "map"
        yield from _typed(found[1], at + "{key}", left - 1)
        yield from _typed(found[2], at + "{}", left - 1)
    elif found := _OBJECT.fullmatch(text):
        yield at, Aspect.TYPE, "structure"
        yield at, Aspect.TARGET, found[1]


def _bounds(
    unit: str, lowest: Aspect, highest: Aspect, number: Callable[[str], Json], at: str = "", inner: bool = False
) -> Callable[[str, str], Iterator[Stated]]:
    """Make the reader of `Minimum length of 1. Maximum length of 5.` and of `Fixed length of 5.`"""
    least = re.compile(rf"\bminimum {unit} of ({_NUMBER.pattern})", re.IGNORECASE)
    most = re.compile(rf"\bmaximum {unit} of ({_NUMBER.pattern})", re.IGNORECASE)
    fixed = re.compile(rf"\bfixed {unit} of ({_NUMBER.pattern})", re.IGNORECASE)

    def read(text: str, where: str) -> Iterator[Stated]:
        for pattern, aspects in ((least, (lowest,)), (most, (highest,)), (fixed, (lowest, highest))):
            if found := pattern.search(text):
                yield from ((at or (where if inner else ""), aspect, number(found[1])) for aspect in aspects)

    return read


def _whole(text: str) -> Json:
    return int(float(text.replace(",", ""))) if "." in text or "e" in text.lower() else int(text.replace(",", ""))


def _any_number(text: str) -> Json:
    plain = text.replace(",", "")
    return float(plain) if "." in plain or "e" in plain.lower() else int(plain)


def _pattern(at: str = "") -> Callable[[str, str], Iterator[Stated]]:
    return lambda text, where: iter([(at or where, Aspect.PATTERN, text)] if text else [])


def _values(at: str = "") -> Callable[[str, str], Iterator[Stated]]:
    """Values that the page joins by bars; `A | "a | b"` gives `A` and `a | b`."""

    def read(text: str, where: str) -> Iterator[Stated]:
        values = [*map(_value, _VALUES.findall(f" | {text}"))]
        if all(values):
            yield at or where, Aspect.VALUES, list(values)

    return read


_VALUES = re.compile(r" \| ((?>\"(?:[^\"\\]|\\.)*+\"(?= \| |$)|(?:(?! \| ).)*+))")


def _value(text: str) -> str:
    """`"a | b"` gives `a | b`: a reference of ours quotes what could not be told else."""
    try:
        return str(json.loads(text)) if text.startswith('"') else text.strip()
    except ValueError:
        return text


def _required(text: str, where: str) -> Iterator[Stated]:
    answer = {"yes": True, "no": False, "conditional": False}.get(text.lower().rstrip("."))
    yield from [] if answer is None else [("", Aspect.REQUIRED, answer)]


def _default(text: str, where: str) -> Iterator[Stated]:
    plain = text.strip().removesuffix(".").strip("`\"'“”")
    if re.fullmatch(r"-?[0-9]{1,18}", plain):
        yield "", Aspect.DEFAULT, int(plain)
    elif plain.lower() in ("true", "false"):
        yield "", Aspect.DEFAULT, plain.lower() == "true"
    elif plain and " " not in plain and plain.lower() not in ("none", "null", "n/a"):
        yield "", Aspect.DEFAULT, plain


def _status(text: str, where: str) -> Iterator[Stated]:
    found = re.fullmatch(r"([1-5][0-9][0-9])\.?", text)
    yield from [("", Aspect.STATUS, int(found[1]))] if found else []


_LENGTH = ("length", Aspect.MIN_LENGTH, Aspect.MAX_LENGTH, _whole)
_ITEMS = ("number", Aspect.MIN_ITEMS, Aspect.MAX_ITEMS, _whole)
_RANGE = ("value", Aspect.MIN_VALUE, Aspect.MAX_VALUE, _any_number)
_READERS: dict[str, Callable[[str, str], Iterator[Stated]]] = {
    "Type": _type,
    "Length Constraints": _bounds(*_LENGTH, inner=True),
    "Length": _bounds(*_LENGTH, inner=True),
    "Key Length Constraints": _bounds(*_LENGTH, at="{key}"),
    "Value Length Constraints": _bounds(*_LENGTH, at="{}"),
    "Array Members": _bounds(*_ITEMS),
    "Map Entries": _bounds(*_ITEMS),
    "Valid Range": _bounds(*_RANGE, inner=True),
    "Key Valid Range": _bounds(*_RANGE, at="{key}"),
    "Value Valid Range": _bounds(*_RANGE, at="{}"),
    "Pattern": _pattern(),
    "Key Pattern": _pattern("{key}"),
    "Value Pattern": _pattern("{}"),
    "Valid Values": _values(),
    "Valid Keys": _values("{key}"),
    "Required": _required,
    "Default": _default,
    "HTTP Status Code": _status,
}
