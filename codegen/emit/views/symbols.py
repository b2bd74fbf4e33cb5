"""The Python names of one model, worked out once: classes, attributes, constants, methods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from codegen.emit.views.levels import Levels
from codegen.records import dataclass
from codegen.spec import ir, names
from codegen.spec.ir import SpecText
from codegen.spec.names import AttrName, ClassName, ConstantName, MethodName


@dataclass(frozen=True, slots=True)
class Symbols:
    """`classes` also names each error's body (`error_body`) and each member with constraints of its own.

    `methods` also names how an operation's pages are read (`pages_of`) and what is waited for (`wait_for`);
    `operations` names the constants of operations and waiters.
    """

    classes: Mapping[SpecText, ClassName]
    errors: Mapping[SpecText, ClassName]
    events: Mapping[SpecText, ClassName]
    methods: Mapping[SpecText, MethodName]
    operations: Mapping[SpecText, ConstantName]
    attributes: Mapping[SpecText, Mapping[SpecText, AttrName]]
    constants: Mapping[SpecText, Mapping[SpecText, ConstantName]]


def name_everything(model: ir.Model, levels: Levels) -> Symbols:
    """Give every shape, error, event, operation, member and enum value its name."""
    narrowed = [
        narrowed_type(owner.id, member)
        for owner in owners(model)
        for member in ir.members_of(owner)
        if levels.narrows(owner.id, member)
    ]
    bodies = [error_body(error.name) for error in model.errors.values()]
    paged = [pages_of(found.operation) for found in model.paginators.values()]
    awaited = [wait_for(found.name) for found in model.waiters.values()]
    return Symbols(
        classes=names.classes(dict.fromkeys([*model.shapes, *bodies, *narrowed])),
        errors=names.error_classes([*model.errors, *(error.name for error in model.service.common_errors)]),
        events=names.event_classes(model.events),
        methods=names.methods([*model.operations, *paged, *awaited]),
        operations=names.constants([(name, name) for name in (*model.operations, *awaited)]),
        attributes={owner: name(members) for owner, name, members in _member_names(model)},
        constants={
            shape.id: names.constants(_constants(shape))
            for shape in model.shapes.values()
            if isinstance(shape, ir.Enum | ir.IntEnum)
        },
    )


def owners(model: ir.Model) -> Iterator[ir.Shape]:
    """Walk all that has members: the shapes, then the bodies of errors."""
    yield from model.shapes.values()
    yield from map(body_of, model.errors.values())


def body_of(error: ir.Error) -> ir.Structure:
    """The members of an error as a structure."""
    said = SpecText(f"What {error.name.raw} says.")
    citations = error.citations
    return ir.Structure(
        id=error_body(error.name), members=error.members, documentation=said, citations=citations, at=error.at
    )


def error_body(error: SpecText) -> SpecText:
    """What holds an error's members: a name that no shape can have; `NotFound` gives the class `NotFoundBody`."""
    return SpecText(f"{error.raw} Body")


def pages_of(operation: SpecText) -> SpecText:
    """The method that reads on: a name that no operation can have; `ListThings` gives `list_things_pages`."""
    return SpecText(f"{operation.raw} pages")


def wait_for(waiter: SpecText) -> SpecText:
    """The method that waits: a name that no operation can have; `ThingExists` gives `wait_until_thing_exists`."""
    return SpecText(f"wait until {waiter.raw}")


def narrowed_type(shape: SpecText, member: ir.Member) -> SpecText:
    """The type of a member that adds constraints to its target's; `Request`, `Title` gives `RequestTitleMember`."""
    return SpecText(f"{shape.raw}{member.name.raw[:1].upper()}{member.name.raw[1:]}Member")


def _constants(shape: ir.Enum | ir.IntEnum) -> list[tuple[SpecText, SpecText | None]]:
    """Values with the names the model gives them; an integer enum's values go by name."""
    if isinstance(shape, ir.Enum):
        return [(value.value, value.name) for value in shape.values]
    return [(value.name, value.name) for value in shape.values]


_Namer = Callable[[Iterable[SpecText]], Mapping[SpecText, AttrName]]


def _member_names(model: ir.Model) -> Iterator[tuple[SpecText, _Namer, list[SpecText]]]:
    """Each owner of members, how those are named (unions have attributes of their own), and their names."""
    for shape in model.shapes.values():
        if isinstance(shape, ir.Structure | ir.UnionOf):
            namer: _Namer = names.arms if isinstance(shape, ir.UnionOf) else names.attributes
            yield shape.id, namer, [member.name for member in shape.members]
    for error in model.errors.values():
        yield error_body(error.name), names.attributes, [member.name for member in error.members]
