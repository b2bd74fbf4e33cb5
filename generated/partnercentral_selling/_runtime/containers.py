"""Lists, maps, and structures inside others: the kinds of value that hold values.

A path step is added where the value is known: an index by the list, a key by the map, a member by the structure.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from typing import Annotated, Any, NamedTuple, Self, cast

from pydantic import VERSION, BaseModel, GetCoreSchemaHandler, SerializerFunctionWrapHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from .base import Finding, Key, Kind, Mismatch, check_length, name_of
from .errors import REDACTED, Violation


class Trail(NamedTuple):
    """Where a check stands: the path in the value, the member of the spec, and whether what it holds is sensitive."""

    path: str
    shape: str
    hidden: bool = False

    def at(self, step: str) -> Self:
        return self._replace(path=f"{self.path}[{step}]")

    def violation(self, kind: str, message: str) -> Violation:
        return Violation(self.path, self.shape, kind, message)


class Composite:
    """What has members: `shapes` gives it its body. No member of a spec can take a name of this form."""

    @classmethod
    def __read__(cls, value: object) -> Self:
        """Read a JSON value leniently; raises `Mismatch`."""
        raise NotImplementedError

    @classmethod
    def __gather__(cls, values: Mapping[Any, Any]) -> Self:
        """Take members as they come, right or wrong."""
        raise NotImplementedError

    def __write__(self) -> dict[str, Any]:
        """Write as JSON values."""
        raise NotImplementedError

    def __violations__(self, path: str, hidden: bool = False) -> Iterator[Violation]:
        """List everything this value breaks, under a path."""
        raise NotImplementedError


class Items(Kind):
    """Bounds of a list (items) or map (entries), on the outside of its `Annotated`."""

    min: int | None = None
    max: int | None = None
    unique: bool = False
    sparse: bool = False
    relaxed: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return self.bounded(handler(source))

    def bounded(self, collection: CoreSchema) -> CoreSchema:
        """Give the schema of a list or map these bounds."""
        schema = cast("dict[str, Any]", collection)
        if "length" not in self.relaxed:
            bounds = {"min_length": self.min, "max_length": self.max}
            schema = {**schema, **{name: bound for name, bound in bounds.items() if bound is not None}}
        checked = cast(CoreSchema, schema)
        if self.unique and "unique" not in self.relaxed:
            return core_schema.no_info_after_validator_function(self._distinct, checked)
        return checked

    def _distinct(self, value: list[Any]) -> list[Any]:
        if repeated(value):
            raise PydanticCustomError("unique", "Items should be unique")
        return value

    def check(self, value: Any) -> Iterator[Finding]:
        yield from check_length(len(value), self.min, self.max, "item")
        if self.unique and repeated(value):
            yield "unique", "holds the same item twice"


def composites_in(value: Any) -> Iterator[type[Composite]]:
    """Find the classes of structures and unions in a value; what these hold themselves are members of theirs."""
    if isinstance(value, Composite):
        yield type(value)
    elif isinstance(value, list | dict):
        items = cast("list[object]", [*value.values()] if isinstance(value, dict) else value)
        yield from (shape for item in items for shape in composites_in(item))


def _dumped(value: Any, dump: SerializerFunctionWrapHandler) -> Any:
    """Dump a member, its classes built first: pydantic before 2.14 dumps no instance of one that still waits for it."""
    for shape in composites_in(value):
        cast("type[BaseModel]", shape).model_rebuild()
    return dump(value)


OLD_PYDANTIC = tuple(map(int, VERSION.split(".")[:2])) < (2, 14)
_AS_IT_IS: Any = (
    core_schema.wrap_serializer_function_ser_schema(_dumped, schema=core_schema.any_schema())
    if OLD_PYDANTIC
    else core_schema.simple_ser_schema("any")
)


def settle(schema: Any) -> None:
    """Make the schema of a member say what ours do: lists and maps are no other collection, nothing is converted.

    And dump what is there, whatever its type: what was read leniently gives no warnings.
    """
    schema["serialization"] = _AS_IT_IS
    if schema["type"] in ("list", "dict"):
        schema["strict"] = True
    for name in ("schema", "items_schema", "keys_schema", "values_schema"):
        if name in schema and schema[name]["type"] not in ("model", "definition-ref"):
            settle(schema[name])


def repeated(value: list[object]) -> bool:
    """Say whether a list holds an item twice; items need not be hashable, and `true` is not 1."""
    seen: set[object] = set()
    others: list[object] = []
    for item in value:
        key: tuple[object, object] = (type(item), item)
        try:
            if key in seen:
                return True
            seen.add(key)
        except TypeError:
            if key in others:
                return True
            others.append(key)
    return False


class Later:
    """A class of another module, which is loaded when a value of it is read or given: most calls need few."""

    def __init__(self, package: str, name: str) -> None:
        self._package = package
        self._name = name

    @cached_property
    def shape(self) -> type[Any]:
        found: type[Any] = getattr(import_module(self._package), self._name)
        return found

    def __repr__(self) -> str:
        return f"Later({self._package!r}, {self._name!r})"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(self.shape)


def later(package: str, name: str) -> Any:
    """Stand for a class of `models` in annotations, which type checkers read as the class itself."""
    return Annotated[Any, Later(package, name)]


def loaded(target: type[Any] | Later) -> type[Any]:
    """Give a class, wherever it stands."""
    return target.shape if isinstance(target, Later) else target


class Nested(Kind):
    """A structure or union."""

    target: type[Composite] | Later

    @cached_property
    def shape(self) -> type[Composite]:
        return loaded(self.target)

    def read(self, value: object) -> Any:
        return self.shape.__read__(value)

    def write(self, value: Any) -> Any:
        return value.__write__()

    def gather(self, value: Any) -> Any:
        return self.shape.__gather__(cast("dict[object, object]", value)) if isinstance(value, dict) else value


class ListOf(Kind):
    """A list; null items stay only in a sparse one."""

    item: Kind
    items: Items

    def read(self, value: object) -> list[Any]:
        if not isinstance(value, list):
            raise Mismatch("an array", value)
        found: list[Any] = []
        for index, item in enumerate(cast("list[object]", value)):
            try:
                if item is not None:
                    found.append(self.item.read(item))
                elif self.items.sparse:
                    found.append(None)
            except Mismatch as mismatch:
                mismatch.steps.append(index)
                raise
        return found

    def write(self, value: Any) -> Any:
        if self.item.travels_as_is:
            return list(value)
        return [None if item is None else self.item.write(item) for item in value]

    def gather(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [None if item is None else self.item.gather(item) for item in cast("list[object]", value)]


class MapOf(Kind):
    """A map; null values stay only in a sparse one."""

    key: Kind
    item: Kind
    items: Items

    def read(self, value: object) -> dict[Any, Any]:
        if not isinstance(value, Mapping):
            raise Mismatch("an object", value)
        found: dict[Any, Any] = {}
        for key, item in cast("Mapping[object, object]", value).items():
            try:
                if item is not None or self.items.sparse:
                    found[self.key.read(key)] = None if item is None else self.item.read(item)
            except Mismatch as mismatch:
                mismatch.steps.append(Key(key))
                raise
        return found

    def write(self, value: Any) -> Any:
        return {self.key.write(key): None if item is None else self.item.write(item) for key, item in value.items()}

    def gather(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        entries = cast("dict[object, object]", value).items()
        return {self.key.gather(key): None if item is None else self.item.gather(item) for key, item in entries}


def check_value(kind: Kind, value: Any, trail: Trail) -> Iterator[Violation]:
    """List everything a value breaks, whatever its kind."""
    if isinstance(kind, Nested):
        if isinstance(value, kind.shape):
            yield from value.__violations__(trail.path, trail.hidden)
        else:
            yield trail.violation("type", f"expected {kind.shape.__name__}, found {name_of(value)}")
    elif isinstance(kind, ListOf):
        yield from _check_items(kind, value, trail)
    elif isinstance(kind, MapOf):
        yield from _check_entries(kind, value, trail)
    else:
        yield from (trail.violation(*finding) for finding in kind.check(value))


def _check_items(kind: ListOf, value: Any, trail: Trail) -> Iterator[Violation]:
    if not isinstance(value, list):
        yield trail.violation("type", f"expected a list, found {name_of(value)}")
        return
    yield from (trail.violation(*finding) for finding in kind.items.check(cast("list[object]", value)))
    for index, item in enumerate(cast("list[object]", value)):
        if item is not None:
            yield from check_value(kind.item, item, trail.at(str(index)))
        elif not kind.items.sparse:
            yield trail.at(str(index)).violation("type", "expected an item, found null")


def _check_entries(kind: MapOf, value: Any, trail: Trail) -> Iterator[Violation]:
    if not isinstance(value, dict):
        yield trail.violation("type", f"expected a dict, found {name_of(value)}")
        return
    yield from (trail.violation(*finding) for finding in kind.items.check(cast("dict[object, object]", value)))
    for key, item in cast("dict[object, object]", value).items():
        here = trail.at(REDACTED if trail.hidden else json.dumps(str(kind.key.write(key))))
        yield from check_value(kind.key, key, here)
        if item is not None:
            yield from check_value(kind.item, item, here)
        elif not kind.items.sparse:
            yield here.violation("type", "expected a value, found null")
