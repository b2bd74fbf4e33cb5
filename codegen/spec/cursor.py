"""A cursor over one JSON object of a spec: typed access by key, every fault collected with its place.

In: a parsed JSON value and where it stands. Out: values of the type asked for (a harmless stand-in where the spec is
wrong, so that parsing goes on and all faults show at once). `close` reports the keys that nobody asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import TypeVar

from codegen.diagnostics import Diagnostic, Note, Place, quoted
from codegen.spec.ir import Json, SpecText
from codegen.spec.wording import MOST_HINTS, nearest_name, words

LARGEST = int(sys.float_info.max)
"""The largest number that a double holds; Python's own whole numbers, and those of JSON, know no end."""

Choice = TypeVar("Choice", bound=StrEnum)

_KINDS = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


def kind_of(value: Json) -> str:
    return "null" if value is None else _KINDS[type(value)]


class Faults(list[Diagnostic]):
    """Everything found wrong so far."""

    def report(self, rule: str, message: str, place: Place, *notes: Note) -> None:
        self.append(Diagnostic(rule, message, place, notes=notes))

    def mismatch(self, value: Json, expected: str, place: Place) -> None:
        self.report("type", f"expected {expected}, found {kind_of(value)}", place)

    def unknown_key(self, key: str, known: Collection[str], place: Place) -> None:
        self.report("unknown-key", f"unknown key {quoted(key)}", place, *self.meant(key, known, place))

    def meant(self, name: str, known: Collection[str], place: Place | None = None) -> tuple[Note, ...]:
        """Ask whether the nearest known name was meant; among many faults nobody is helped by it."""
        nearest = nearest_name(name, known) if len(self) < MOST_HINTS else None
        return (Note(f"did you mean {quoted(nearest)}?", place),) if nearest else ()


class Cursor:
    """One object of the spec. A value that is not an object is reported and read as an empty one."""

    def __init__(self, value: Json, at: Place, faults: Faults) -> None:
        if not isinstance(value, dict):
            faults.mismatch(value, "an object", at)
        self._value: dict[str, Json] = value if isinstance(value, dict) else {}
        self._is_object = isinstance(value, dict)
        self._asked: set[str] = set()
        self.at = at
        self.faults = faults

    def __contains__(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._value

    def raw(self, key: str) -> Json:
        self._asked.add(key)
        return self._value.get(key)

    def names(self) -> Iterator[str]:
        return iter(self._value)

    def place(self, key: str) -> Place:
        return self.at.child(key)

    def need(self, *keys: str) -> None:
        """Report every key that is missing; what is no object has been reported as such."""
        for key in keys:
            if self._is_object and key not in self._value:
                self.faults.report("missing-key", f"{quoted(key)} is missing here", self.at)

    def text(self, key: str) -> SpecText | None:
        value = self.raw(key)
        if key not in self._value:
            return None
        if not isinstance(value, str):
            self.faults.mismatch(value, "a string", self.place(key))
            return None
        return SpecText(value)

    def required_text(self, key: str) -> SpecText:
        self.need(key)
        return self.text(key) or SpecText("")

    def texts(self, key: str) -> tuple[SpecText, ...]:
        """Read a list of strings."""
        return tuple(SpecText(item) for _, item in self._items(key, "a string") if isinstance(item, str))

    def _items(self, key: str, expected: str) -> list[tuple[Place, Json]]:
        value = self.raw(key)
        if key not in self._value:
            return []
        if not isinstance(value, list):
            self.faults.mismatch(value, "an array", self.place(key))
            return []
        items = [(self.at.child(key, index), item) for index, item in enumerate(value)]
        for place, item in items:
            if expected == "a string" and not isinstance(item, str):
                self.faults.mismatch(item, expected, place)
        return items

    def flag(self, key: str) -> bool:
        value = self.raw(key)
        if key in self._value and not isinstance(value, bool):
            self.faults.mismatch(value, "true or false", self.place(key))
        return value is True

    def integer(self, key: str) -> int | None:
        value = self.raw(key)
        if key not in self._value:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            (
                self.faults.mismatch(value, "a whole number", self.place(key))
                if not isinstance(value, float)
                else self.faults.report("type", "expected a whole number, found a fraction", self.place(key))
            )
            return None
        return value

    def number(self, key: str) -> int | float | None:
        value = self.raw(key)
        if key not in self._value:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.faults.mismatch(value, "a number", self.place(key))
            return None
        if not -LARGEST <= value <= LARGEST:
            self.faults.report("type", "expected a number that a double can hold", self.place(key))
            return None
        return value

    def choice(self, key: str, choices: type[Choice], default: Choice) -> Choice:
        """Read one word of a closed vocabulary."""
        text = self.text(key)
        if text is None:
            return default
        if text.raw not in (allowed := [item.value for item in choices]):
            self.faults.report("unknown-word", f"{quoted(text.raw)} is none of {words(allowed)}", self.place(key))
            return default
        return choices(text.raw)

    def objects(self, key: str) -> Iterator[tuple[SpecText, Cursor]]:
        """Walk an object of objects: name and cursor of each, in the order of the spec."""
        value = self.raw(key)
        if key not in self._value:
            return
        if not isinstance(value, dict):
            self.faults.mismatch(value, "an object", self.place(key))
            return
        for name, entry in value.items():
            yield SpecText(name), Cursor(entry, self.at.child(key, name), self.faults)

    def array(self, key: str) -> Iterator[Cursor]:
        """Walk an array of objects."""
        for place, item in self._items(key, "an object"):
            yield Cursor(item, place, self.faults)

    def object(self, key: str) -> Cursor | None:
        return Cursor(self.raw(key), self.place(key), self.faults) if key in self else None

    def is_object(self, key: str) -> bool:
        return isinstance(self.raw(key), dict)

    def mapping(self, key: str) -> dict[SpecText, Json]:
        """Read an object whose values are kept as they are."""
        entry = self.object(key)
        return {SpecText(name): entry.raw(name) for name in entry.names()} if entry else {}

    def close(self) -> None:
        """Report keys that nothing has asked for."""
        for key in self._value.keys() - self._asked:
            self.faults.unknown_key(key, self._asked, self.place(key).key())
