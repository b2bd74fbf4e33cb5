"""How the members of a shape are read, written and checked: worked out from its annotations, once, at first use."""

import types
import typing
from collections.abc import Callable, Iterator
from functools import cache
from operator import methodcaller
from typing import Any, NamedTuple, Union

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .base import Kind
from .containers import Composite, Items, Later, ListOf, MapOf, Nested
from .kinds import Enumerated, Sensitive


class Plan(NamedTuple):
    """How one member is read, written and checked."""

    attribute: str
    wire: str
    kind: Kind
    required: bool
    sensitive: bool


@cache
def plans_of(shape: type[BaseModel]) -> tuple[Plan, ...]:
    """Give the members of a shape. Two threads may both work them out: they find the same."""
    return tuple(_plans(shape))


Writer = Callable[[Any], Any]


@cache
def writers_of(shape: type[BaseModel]) -> tuple[tuple[str, str, Writer | None], ...]:
    """Give attribute, wire name and what writes a value, for each member; None where values travel as they are."""
    return tuple((plan.attribute, plan.wire, _writer(plan.kind)) for plan in plans_of(shape))


def _writer(kind: Kind) -> Writer | None:
    if isinstance(kind, Nested):
        return methodcaller("__write__")
    if isinstance(kind, ListOf) and isinstance(kind.item, Nested):
        return _write_each
    return None if kind.travels_as_is else kind.write


def _write_each(shapes: list[Composite | None]) -> list[dict[str, Any] | None]:
    return [None if shape is None else shape.__write__() for shape in shapes]


def _plans(shape: type[BaseModel]) -> Iterator[Plan]:
    hints = typing.get_type_hints(shape, include_extras=True)
    for attribute, info in shape.model_fields.items():
        hint = hints[attribute]
        aliases = (item.alias for item in _metadata(hint) if isinstance(item, FieldInfo))
        yield Plan(
            attribute=attribute,
            wire=next((alias for alias in aliases if alias), attribute),
            kind=kind_of(hint),
            required=info.is_required(),
            sensitive=_is_sensitive(hint),
        )


def _metadata(hint: Any) -> tuple[Any, ...]:
    return getattr(hint, "__metadata__", ())


def _is_sensitive(hint: Any) -> bool:
    """Say whether a type, or that of its items, is marked."""
    if any(isinstance(item, Sensitive) for item in _metadata(hint)):
        return True
    return any(map(_is_sensitive, typing.get_args(hint)))


def kind_of(hint: Any, items: Items = Items()) -> Kind:
    """Work out the kind of a type: `Annotated[list[Contact], Items(max=3)] | None` is a list of contacts."""
    for item in reversed(_metadata(hint)):
        if isinstance(item, Items):
            return kind_of(hint.__origin__, item)
        if isinstance(item, Enumerated):
            return item.of(hint.__origin__)
        if isinstance(item, Later):
            return Nested(item)
        if isinstance(item, Kind):
            return item
    if _metadata(hint):
        return kind_of(hint.__origin__, items)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return kind_of(next(arm for arm in arguments if arm is not type(None)), items)
    if origin is list:
        return ListOf(kind_of(arguments[0]), items)
    if origin is dict:
        return MapOf(kind_of(arguments[0]), kind_of(arguments[1]), items)
    if isinstance(hint, type) and issubclass(hint, Composite):
        return Nested(hint)
    raise TypeError(f"no kind of value for {hint!r}")
