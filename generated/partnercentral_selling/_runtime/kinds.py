"""Every kind of value a member may have; what generated modules import. `base` says what a kind is."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum, IntEnum
from functools import cached_property
from typing import Annotated, Any, TypeVar, cast, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, ValidationError, core_schema

from .base import Finding, Kind, Mismatch, name_of
from .containers import Items, Later, loaded
from .errors import ResponseError
from .moments import Moment, read_moment, settled, write_moment
from .numeric import Exact, Flag, Real, Whole, read_whole
from .text import Bytes, Pattern, Text, encodable
from .wire import DEPTH, copied, load_json


class Instant(Kind):
    """A moment in time; `form` is how it is written: date-time, epoch-seconds or http-date."""

    form: str = "epoch-seconds"

    def json_schema(self) -> CoreSchema:
        return core_schema.datetime_schema()

    def read(self, value: object) -> Moment:
        try:
            return read_moment(value)
        except ValueError:
            raise Mismatch("a timestamp", value) from None

    def write(self, value: Any) -> Any:
        return write_moment(value, self.form)

    def gather(self, value: Any) -> Any:
        return value if any(self.check(value)) else settled(value, self.form)

    def check(self, value: Any) -> Iterator[Finding]:
        if not isinstance(value, datetime | str):
            # No number: seconds, milliseconds or what else, nobody could tell.
            yield "type", f"expected a datetime or RFC 3339 text, found {name_of(value)}"
            return
        try:
            settled(value, self.form)
        except ValueError as error:
            yield "type", str(error)


class AnyJson(Kind):
    """Any JSON value but null (Smithy's document)."""

    def json_schema(self) -> CoreSchema:
        return core_schema.any_schema()

    def read(self, value: object) -> Any:
        return copied(value)

    def write(self, value: Any) -> Any:
        return copied(value)

    def check(self, value: Any) -> Iterator[Finding]:
        if value is None or not _is_json(value, DEPTH):
            yield "type", "expected a JSON value: dict with str keys, list, str, int, float or bool"


def _is_json(value: object, depth: int) -> bool:
    if isinstance(value, dict):
        entries = cast("dict[object, object]", value).items()
        return depth > 0 and all(_is_key(key) and _is_json(item, depth - 1) for key, item in entries)
    if isinstance(value, list):
        return depth > 0 and all(_is_json(item, depth - 1) for item in cast("list[object]", value))
    if isinstance(value, float):
        return math.isfinite(value)
    return _is_key(value) or value is None or isinstance(value, bool | int)


def _is_key(value: object) -> bool:
    return isinstance(value, str) and encodable(value)


class JsonText(AnyJson):
    """A JSON value that travels as a string of JSON."""

    def read(self, value: object) -> Any:
        if not isinstance(value, str):
            raise Mismatch("a string of JSON", value)
        try:
            return load_json(value)
        except ResponseError:
            raise Mismatch("a string of JSON", value) from None

    def write(self, value: Any) -> Any:
        return json.dumps(value, separators=(",", ":"))


Listed = TypeVar("Listed", bound=Enum)


class Enumerated(Kind):
    """An enum and, on reading, any value besides: services add values. Stands in `Open[...]` and `OpenInt[...]`."""

    relaxed: tuple[str, ...] = ()
    listed: type[Enum] | Later = Enum

    @cached_property
    def enum(self) -> type[Enum]:
        return loaded(self.listed)

    @cached_property
    def members(self) -> Mapping[Any, Enum]:
        """The values, as they are on the wire, and what they are read as."""
        return {member.value: member for member in self.enum}

    def of(self, hint: Any) -> Enumerated:
        """Take the enum from a type: `Listed | str` of `Open[Listed]`."""
        return Enumerated(self.relaxed, next(found for arm in get_args(hint) for found in _enums_in(arm)))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return self.of(source).schema()

    def writing_schema(self) -> CoreSchema:
        # Of numbers, a literal would take 1.0 and `True` for 1.
        if self.whole or self.relaxed or not self.members:
            return super().writing_schema()
        return core_schema.literal_schema(list(self.members))

    def json_schema(self) -> CoreSchema:
        return core_schema.literal_schema(list(self.members)) if self.members else core_schema.any_schema()

    @property
    def whole(self) -> bool:
        return issubclass(self.enum, IntEnum)

    def read(self, value: object) -> Any:
        if self.whole:
            found = read_whole(value)
            return self.members.get(found, found)
        if isinstance(value, str):
            return self.members.get(value, value)
        raise Mismatch("a string", value)

    def write(self, value: Any) -> Any:
        return value._value_ if isinstance(value, Enum) else value  # `value` takes three times as long

    def gather(self, value: Any) -> Any:
        return value if any(self._type(value)) else self.members.get(value, value)

    def check(self, value: Any) -> Iterator[Finding]:
        if any(self._type(value)):
            yield from self._type(value)
        elif value not in self.members:
            yield "enum", f"is none of the {len(self.members)} values of {self.enum.__name__}"

    def validate(self, value: Any) -> Any:
        # Nearly every value is that of a member, and nothing can be wrong with it.
        found = self.members.get(value) if type(value) in (str, int) else None
        return found if found is not None else super().validate(value)

    def findings_that_hold(self, value: Any) -> Iterator[Finding]:
        return (finding for finding in self.check(value) if finding[0] not in self.relaxed)

    def _type(self, value: object) -> Iterator[Finding]:
        wanted = int if self.whole else str
        if not isinstance(value, wanted) or isinstance(value, bool):
            yield "type", f"expected one of the values of {self.enum.__name__}, found {name_of(value)}"
        elif isinstance(value, str) and not encodable(value):
            yield "type", "holds a lone surrogate, which UTF-8 cannot carry"


def _enums_in(arm: Any) -> Iterator[type[Enum] | Later]:
    yield from (one for one in getattr(arm, "__metadata__", ()) if isinstance(one, Later))
    if isinstance(arm, type) and issubclass(arm, Enum):
        yield arm


Open = Annotated[Listed | str, Enumerated()]
"""`Open[ReasonCode]`: a `ReasonCode`, or the text of a value that this release does not know."""

OpenInt = Annotated[Listed | int, Enumerated()]

Loose = Annotated[Listed | str, Enumerated(relaxed=("enum",))]
"""`Open` where the project's `checks` let other values pass when building, too."""

LooseInt = Annotated[Listed | int, Enumerated(relaxed=("enum",))]


class Sensitive:
    """Marks a member whose value is shown nowhere."""

    def __repr__(self) -> str:
        return "SENSITIVE"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        if not _has_keys(schema):
            return schema
        return core_schema.no_info_wrap_validator_function(_without_keys, schema)


def _has_keys(schema: Any) -> bool:
    inner = [schema[name] for name in ("schema", "items_schema") if name in schema and schema["type"] != "model"]
    return schema["type"] == "dict" or any(map(_has_keys, inner))


def _without_keys(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
    """Refuse a sensitive map without saying where in it: pydantic's paths hold its keys."""
    try:
        return handler(value)
    except ValidationError as refused:
        reason = refused.errors(include_url=False, include_context=False, include_input=False)[0]["msg"]
    raise PydanticCustomError("sensitive", "{reason}", {"reason": reason})


SENSITIVE = Sensitive()


__all__ = [
    "SENSITIVE",
    "AnyJson",
    "Bytes",
    "Enumerated",
    "Exact",
    "Flag",
    "Instant",
    "Items",
    "JsonText",
    "Kind",
    "Listed",
    "Loose",
    "LooseInt",
    "Mismatch",
    "Moment",
    "Open",
    "OpenInt",
    "Pattern",
    "Real",
    "Sensitive",
    "Text",
    "Whole",
]
