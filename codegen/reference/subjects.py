"""What can be asked about, and where the model says it.

In: a model. Out: `Subject`s, written as `diff` and the conformance cases write them: `CreateEngagementRequest.Title`,
`Tags.member`, `ConflictException`, `C07`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from codegen.spec import ir
from codegen.spec.ir import SpecText


class Kind(StrEnum):
    SERVICE = "service"
    SHAPE = "shape"
    MEMBER = "member"
    VALUE = "value"
    OPERATION = "operation"
    PAGINATOR = "paginator"
    WAITER = "waiter"
    ERROR = "error"
    ERROR_MEMBER = "error-member"
    EVENT = "event"
    DECISION = "decision"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """`Subject(Kind.MEMBER, "CreateEngagementRequest", "Title")`; `part` is empty but for members and values."""

    kind: Kind
    name: str
    part: str = ""

    @property
    def path(self) -> str:
        """As `diff` writes it; a value as `ReasonCode.InternalError`."""
        return f"{self.name}.{self.part}" if self.part else self.name


Told = ir.Entry | ir.Decision | ir.Source
"""Where a model says something of a subject."""

SERVICE = "service"
"""The name of the service itself, whatever it is called: `diff` writes it so."""


def subjects(model: ir.Model) -> Iterator[Subject]:
    """Walk all that can be asked about, each once."""
    return (subject for subject, _ in sayings(model))


def sayings(model: ir.Model) -> Iterator[tuple[Subject, Told]]:
    """Walk all that can be asked about, each once, with what the model says of it."""
    yield Subject(Kind.SERVICE, SERVICE), model.service
    for name, shape in model.shapes.items():
        yield Subject(Kind.SHAPE, name.raw), shape
        yield from ((Subject(Kind.MEMBER, name.raw, one.name.raw), one) for one in ir.members_of(shape))
        yield from ((Subject(Kind.VALUE, name.raw, spelled(value)), value) for value in values_of(shape))
    yield from ((Subject(Kind.OPERATION, name.raw), found) for name, found in model.operations.items())
    for error in errors_of(model):
        yield Subject(Kind.ERROR, error.name.raw), error
        yield from ((Subject(Kind.ERROR_MEMBER, error.name.raw, one.name.raw), one) for one in error.members)
    yield from ((Subject(Kind.EVENT, name.raw), found) for name, found in model.events.items())
    yield from ((Subject(Kind.PAGINATOR, found.operation.raw), found) for found in model.paginators.values())
    yield from ((Subject(Kind.WAITER, name.raw), found) for name, found in model.waiters.items())
    yield from ((Subject(Kind.DECISION, name.raw), found) for name, found in model.decisions.items())
    yield from ((Subject(Kind.SOURCE, name.raw), found) for name, found in model.sources.items())


def errors_of(model: ir.Model) -> tuple[ir.Error, ...]:
    """Give the errors of the service, then the common ones that it does not model itself."""
    common = (error for error in model.service.common_errors if error.name not in model.errors)
    return (*model.errors.values(), *common)


def values_of(shape: ir.Shape) -> tuple[ir.EnumValue | ir.IntEnumValue, ...]:
    return shape.values if isinstance(shape, ir.Enum | ir.IntEnum) else ()


def spelled(value: ir.EnumValue | ir.IntEnumValue) -> str:
    """How a value is called: a text by itself, a number by its name."""
    return value.value.raw if isinstance(value, ir.EnumValue) else value.name.raw


def told_of(model: ir.Model, subject: Subject) -> Told | None:
    """Find what the model says of one subject; None where it says nothing of it, as another release may."""
    name = SpecText(subject.name)
    match subject.kind:
        case Kind.SERVICE:
            return model.service
        case Kind.SHAPE:
            return model.shapes.get(name)
        case Kind.MEMBER:
            return _part(ir.members_of(model.shapes[name]), subject.part) if name in model.shapes else None
        case Kind.VALUE:
            return _value(model.shapes.get(name), subject.part)
        case Kind.ERROR:
            return _error(model, name)
        case Kind.ERROR_MEMBER:
            error = _error(model, name)
            return _part(error.members, subject.part) if error else None
        case Kind.OPERATION:
            return model.operations.get(name)
        case Kind.EVENT:
            return model.events.get(name)
        case Kind.PAGINATOR:
            return next((found for found in model.paginators.values() if found.operation == name), None)
        case Kind.WAITER:
            return model.waiters.get(name)
        case Kind.DECISION:
            return model.decisions.get(name)
        case Kind.SOURCE:
            return model.sources.get(name)


def _part(members: tuple[ir.Member, ...], name: str) -> ir.Member | None:
    return next((member for member in members if member.name.raw == name), None)


def _value(shape: ir.Shape | None, name: str) -> ir.Entry | None:
    return next((value for value in values_of(shape) if spelled(value) == name), None) if shape else None


def _error(model: ir.Model, name: SpecText) -> ir.Error | None:
    return model.errors.get(name) or next((one for one in model.service.common_errors if one.name == name), None)


def target_of(model: ir.Model, subject: Subject) -> ir.Shape | None:
    """Give the shape that a member is of; None for anything else."""
    member = told_of(model, subject)
    return model.shapes.get(member.target) if isinstance(member, ir.Member) else None
