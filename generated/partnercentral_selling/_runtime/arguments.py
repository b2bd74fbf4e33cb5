"""Arguments of a call -> JSON form, checked and written in one pass of pydantic's core.

In: a shape, and members as a caller has them: dicts, scalars, instances. Out: what `to_wire` of the shape built of them
gives, or nothing where something is wrong or unusual: the shape itself then takes it, or says what is wrong. To make
models of what is thrown away once it is written takes twice as long as to check it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, cast

from pydantic_core import CoreSchema, PydanticCustomError, PydanticOmit, SchemaValidator, ValidationError, core_schema

from .base import Kind
from .composite import Shape
from .containers import ListOf, MapOf, Nested
from .kinds import Enumerated
from .plans import Plan, plans_of
from .shapes import TaggedUnion

_MET: set[type] = set()
"""Shapes that were written before. To make what checks and writes in one pass takes as long as hundreds of requests
without: many programs make one of each kind."""

_BOTH_NAMES = core_schema.CoreConfig(validate_by_name=True, validate_by_alias=True)


def write_arguments(shape: type[Shape], members: Mapping[str, Any]) -> dict[str, Any] | None:
    """Write what nothing is wrong with, as nearly every request; None where the shape has to say more."""
    try:
        if shape in _MET:
            written: dict[str, Any] = _writer_of(shape).validate_python(members)
            return written
        _MET.add(shape)
        made = shape.__gather__(members)
        return None if any(made.violations()) else made.to_wire()
    except (ValidationError, RecursionError):
        return None


@cache
def _writer_of(shape: type[Shape]) -> SchemaValidator:
    """Make what checks and writes a shape. What is met more than once, as all that holds itself, is defined once."""
    uses = Counter(_uses(shape))
    shared = {met for met, count in uses.items() if count > 1}
    definitions = [_members(met, shared, ref=_ref(met)) for met in shared]
    return SchemaValidator(core_schema.definitions_schema(_structure(shape, shared), definitions))


def _uses(shape: type[Shape]) -> Iterator[type[Shape]]:
    """Give every shape that a shape reaches, once for itself and once for each member that holds it."""
    yield shape
    seen, waiting = {shape}, [shape]
    while waiting:
        for plan in plans_of(waiting.pop()):
            for met in _shapes_in(plan.kind):
                yield met
                if met not in seen:
                    seen.add(met)
                    waiting.append(met)


def _shapes_in(kind: Kind) -> Iterator[type[Shape]]:
    if isinstance(kind, Nested):
        yield cast("type[Shape]", kind.shape)
    elif isinstance(kind, ListOf | MapOf):
        yield from _shapes_in(kind.item)


def _ref(shape: type[Shape]) -> str:
    return f"{shape.__name__}:{id(shape)}"


# ------------------------------------------------------------------------------------------------------------- schemas


def _structure(shape: type[Shape], shared: set[type[Shape]]) -> CoreSchema:
    return core_schema.definition_reference_schema(_ref(shape)) if shape in shared else _members(shape, shared)


def _members(shape: type[Shape], shared: set[type[Shape]], ref: str | None = None) -> CoreSchema:
    fields = {plan.wire: _member(plan, shared) for plan in plans_of(shape)}
    if issubclass(shape, TaggedUnion):
        arms = core_schema.typed_dict_schema(fields, extra_behavior="forbid", strict=True, config=_BOTH_NAMES)
        return core_schema.no_info_after_validator_function(_one_arm, arms, ref=ref)
    return core_schema.typed_dict_schema(fields, extra_behavior="forbid", strict=True, config=_BOTH_NAMES, ref=ref)


def _member(plan: Plan, shared: set[type[Shape]]) -> core_schema.TypedDictField:
    """Take a member by either of its names; None stands for one that is left out."""
    schema = _value(plan.kind, shared)
    if not plan.required:
        schema = _either(schema, _left_out)
    return core_schema.typed_dict_field(schema, required=plan.required, validation_alias=plan.attribute)


def _value(kind: Kind, shared: set[type[Shape]]) -> CoreSchema:
    if isinstance(kind, Nested):
        shape = cast("type[Shape]", kind.shape)
        return _either(_structure(shape, shared), partial(_instance, shape))
    if isinstance(kind, ListOf):
        return _list(kind, _item(kind.item, kind.items.sparse, shared))
    if isinstance(kind, MapOf):
        item = _item(kind.item, kind.items.sparse, shared)
        return kind.items.bounded(core_schema.dict_schema(_value(kind.key, shared), item, strict=True))
    return kind.writing_schema()


def _list(kind: ListOf, item: CoreSchema) -> CoreSchema:
    if kind.items.unique and not (kind.item.travels_as_is or isinstance(kind.item, Enumerated)):
        return core_schema.no_info_plain_validator_function(_refuse)  # what is written may differ where values do not
    return kind.items.bounded(core_schema.list_schema(item, strict=True))


def _item(kind: Kind, sparse: bool, shared: set[type[Shape]]) -> CoreSchema:
    schema = _value(kind, shared)
    return core_schema.nullable_schema(schema) if sparse else schema


def _either(schema: CoreSchema, other: Callable[[Any], Any]) -> CoreSchema:
    """Try a function where the schema, which fits nearly always, does not."""
    return core_schema.union_schema([schema, core_schema.no_info_plain_validator_function(other)], mode="left_to_right")


# ------------------------------------------------------------------------------------------------------------- values


def _left_out(value: object) -> Any:
    if value is None:
        raise PydanticOmit
    return _refuse(value)


def _instance(shape: type[Shape], value: object) -> Any:
    return shape.model_validate(value).to_wire() if type(value) is shape else _refuse(value)


def _one_arm(arms: dict[str, Any]) -> dict[str, Any]:
    return arms if len(arms) == 1 else _refuse(arms)


def _refuse(_value: object) -> Any:
    raise PydanticCustomError("unusual", "to be said by the shape")
