"""The runtime of generated packages, imported from `templates/static`, and shapes with every kind of value."""

from __future__ import annotations

import sys
from datetime import datetime
from decimal import Decimal
from enum import Enum, IntEnum
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, JsonValue

FOLDER = Path(__file__).parents[1] / "templates" / "static"
NAME = "_speccast_runtime"

if TYPE_CHECKING:
    from templates.static import checks, errors, events, kinds, moments, plans, shapes, wire
    from templates.static.kinds import (
        SENSITIVE,
        AnyJson,
        Bytes,
        Exact,
        Flag,
        Instant,
        Items,
        JsonText,
        Open,
        OpenInt,
        Pattern,
        Real,
        Text,
        Whole,
    )
    from templates.static.shapes import Structure, TaggedUnion
else:
    found = spec_from_file_location(NAME, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)])
    sys.modules[NAME] = module_from_spec(found)
    found.loader.exec_module(sys.modules[NAME])
    for module in ("checks", "errors", "events", "kinds", "moments", "plans", "shapes", "wire"):
        globals()[module] = import_module(f"{NAME}.{module}")
    globals().update({name: getattr(kinds, name) for name in kinds.__all__})
    Structure, TaggedUnion = shapes.Structure, shapes.TaggedUnion


def load(name: str) -> ModuleType:
    """Import another module of the runtime."""
    return import_module(f"{NAME}.{name}")


__all__ = ["checks", "errors", "events", "kinds", "load", "moments", "plans", "shapes", "wire"]


class Colour(str, Enum):  # noqa: UP042 - as in generated models
    RED = "red"
    BLUE = "light blue"


class Size(IntEnum):
    SMALL = 1
    LARGE = 10


Word = Annotated[str, Text(min_length=1, max_length=5, patterns=(Pattern("\\A[a-z]*\\z"),), shown="[a-z]*")]
Number = Annotated[int, Whole(min=-10, max=2**31 - 1)]


class Inner(Structure):
    name: Annotated[Word, Field(alias="Name")]
    note: Annotated[Annotated[str, Text()] | None, Field(alias="Note")] = None


class Choice(TaggedUnion):
    inner: Annotated[Inner | None, Field(alias="Inner")] = None
    number: Annotated[Number | None, Field(alias="Number")] = None


class Everything(Structure):
    text: Annotated[Annotated[str, Text()] | None, Field(alias="Text")] = None
    word: Annotated[Word | None, Field(alias="Word")] = None
    odd: Annotated[
        Annotated[str, Text(patterns=(Pattern("a|b", "re"), Pattern("x", "rust", True)))] | None, Field(alias="Odd")
    ] = None
    whole: Annotated[Number | None, Field(alias="Whole")] = None
    real: Annotated[Annotated[float, Real(min=-1.5)] | None, Field(alias="Real")] = None
    free: Annotated[Annotated[float, Real()] | None, Field(alias="Free")] = None
    exact: Annotated[Annotated[Decimal, Exact(max=1000)] | None, Field(alias="Exact")] = None
    flag: Annotated[Annotated[bool, Flag()] | None, Field(alias="Flag")] = None
    blob: Annotated[Annotated[bytes, Bytes(max_length=4)] | None, Field(alias="Blob")] = None
    epoch: Annotated[Annotated[datetime, Instant("epoch-seconds")] | None, Field(alias="Epoch")] = None
    time: Annotated[Annotated[datetime, Instant("date-time")] | None, Field(alias="Time")] = None
    date: Annotated[Annotated[datetime, Instant("http-date")] | None, Field(alias="Date")] = None
    document: Annotated[Annotated[JsonValue, AnyJson()] | None, Field(alias="Document")] = None
    packed: Annotated[Annotated[JsonValue, JsonText()] | None, Field(alias="Packed")] = None
    colour: Annotated[Open[Colour] | None, Field(alias="Colour")] = None
    size: Annotated[OpenInt[Size] | None, Field(alias="Size")] = None
    inner: Annotated[Inner | None, Field(alias="Inner")] = None
    choice: Annotated[Choice | None, Field(alias="Choice")] = None
    words: Annotated[Annotated[list[Word], Items(min=1, max=3, unique=True)] | None, Field(alias="Words")] = None
    gaps: Annotated[Annotated[list[Number | None], Items(sparse=True)] | None, Field(alias="Gaps")] = None
    inners: Annotated[list[Inner] | None, Field(alias="Inners")] = None
    rows: Annotated[list[Annotated[list[Open[Colour]], Items(max=2)]] | None, Field(alias="Rows")] = None
    counts: Annotated[Annotated[dict[Word, Number], Items(max=2)] | None, Field(alias="Counts")] = None
    holes: Annotated[Annotated[dict[Word, Inner | None], Items(sparse=True)] | None, Field(alias="Holes")] = None
    secret: Annotated[Word | None, Field(alias="Secret"), SENSITIVE] = None
    hidden: Annotated[dict[Word, Word] | None, Field(alias="Hidden"), SENSITIVE] = None
    again: Annotated[Everything | None, Field(alias="Again")] = None
    plain: Word | None = None
