"""Requests against the spec: what a body has to be before any behaviour sees it.

In: the model's fields, an operation, a JSON object. Out: the input with its known members, or a `Fault`:
SerializationException for the first value that is not of its type, else ValidationException with everything that does
not hold. Null members count as absent, members that the spec does not know are ignored. A null in a list or a union of
none or two is of no type, as in the malformed-request tests of Smithy; a null member that is required is missing.

    check(fields, "CreateEngagement", {"Catalog": "AWS", "Title": "", ...})
    Fault("ValidationException", "1 validation error detected. Value at 'Title' ...", {"Reason": ..., "ErrorList": ...})
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codegen.sandbox import constraints
from codegen.sandbox.calling import Fault, Violation
from codegen.sandbox.fields import Fields
from codegen.sandbox.scalars import NotOfType, Scalar, check_scalar
from codegen.spec import ir
from codegen.spec.ir import Json

REASON = "REQUEST_VALIDATION_FAILED"
MOST_LISTED = 1000
"""Entries of an ErrorList, so that no request of a megabyte is answered by ten; arbitrary."""
_MOST_TOLD = 10
"""Of them, those in the text of the error; arbitrary."""


def check(fields: Fields, operation: str, body: Mapping[str, Json]) -> Mapping[str, Json]:
    """Read an operation's input."""
    model = fields.model
    shape = model.operations[ir.SpecText(operation)].input
    structure = model.shapes[shape] if shape else None
    if not isinstance(structure, ir.Structure):
        return {}
    checker = _Checker(fields, [])
    found = checker.structure(structure, body, "")
    if checker.violations:
        raise refusal(model, checker.violations)
    return found


def fits(model: ir.Model, member: ir.Member, value: Json) -> bool:
    """Tell whether a value would do as a member."""
    checker = _Checker(Fields(model), [])
    try:
        checker.value(member, model.shapes[member.target], value, "")
    except Fault:
        return False
    return not checker.violations


def refusal(model: ir.Model, violations: Iterable[Violation]) -> Fault:
    """Word a ValidationException; a code that this release does not list is told as INVALID_VALUE.

    Of services that model no ErrorList the text alone travels, with the mark that the front ends of AWS put there.
    """
    known = _codes(model)
    listed = [
        Violation(one.path, one.code if not known or one.code in known else constraints.VALUE, one.message)
        for one in violations
    ]
    errors: list[Json] = [
        {"FieldName": one.path, "Message": one.message, "Code": one.code} for one in listed[:MOST_LISTED]
    ]
    return Fault(
        "ValidationException",
        _told(listed, "." if _lists_errors(model) else ":"),
        {"Reason": REASON, "ErrorList": errors},
    )


def _lists_errors(model: ir.Model) -> bool:
    error = model.errors.get(ir.SpecText("ValidationException"))
    return error is not None and any(member.wire.raw == "ErrorList" for member in error.members)


def _told(listed: list[Violation], mark: str) -> str:
    number = f"{len(listed)} validation error{'' if len(listed) == 1 else 's'} detected{mark}"
    told = [f"Value at '{one.path}' failed to satisfy constraint: {one.message}" for one in listed[:_MOST_TOLD]]
    more = ["..."] if len(listed) > _MOST_TOLD else []
    return f"{number} {'; '.join([*told, *more])}"


def _codes(model: ir.Model) -> frozenset[str]:
    shape = model.shapes.get(ir.SpecText("ValidationExceptionErrorCode"))
    return frozenset(each.value.raw for each in shape.values) if isinstance(shape, ir.Enum) else frozenset()


@dataclass(frozen=True, slots=True)
class _Checker:
    """Reads values; collects what does not hold."""

    fields: Fields
    violations: list[Violation]

    def report(self, path: str, broken: Iterable[constraints.Broken]) -> None:
        for code, message in broken:
            self.violations.append(Violation(path, code, message))

    def value(self, member: ir.Member, shape: ir.Shape, value: Json, path: str) -> Json:
        match shape:
            case ir.Text() | ir.Enum():  # first: most values are
                self.scalar(member, shape, value, path)
                return value
            case ir.Structure():
                return self.structure(shape, _object(value, path), path)
            case ir.UnionOf():
                return self.union(shape, _object(value, path), path)
            case ir.ListOf():
                return self.list(member, shape, value, path)
            case ir.MapOf():
                return self.map(member, shape, _object(value, path), path)
            case _:
                self.scalar(member, shape, value, path)
                return value

    def member(self, member: ir.Member, value: Json, path: str) -> Json:
        return self.value(member, self.fields.model.shapes[member.target], value, path)

    def scalar(self, member: ir.Member, shape: Scalar, value: Json, path: str) -> None:
        try:
            check_scalar(member, shape, value)
        except NotOfType as wanted:
            raise _misfit(path, str(wanted)) from None
        if isinstance(value, str) and isinstance(shape, ir.Text | ir.Enum):
            self.report(path, self.fields.asked(member, shape)(value))
        else:
            self.report(path, constraints.broken_by_scalar(member, shape, value))

    def structure(self, shape: ir.Structure, value: Mapping[str, Json], path: str) -> dict[str, Json]:
        read: dict[str, Json] = {}
        for name, member, of, required, asked in self.fields.of(shape):
            found = value.get(name)
            if asked is not None and isinstance(found, str):  # first: most members are
                read[name] = found
                if broken := asked(found):
                    self.report(f"{path}.{name}" if path else name, broken)
            elif found is not None:
                read[name] = self.value(member, of, found, f"{path}.{name}" if path else name)
            elif required:
                self.report(f"{path}.{name}" if path else name, [(constraints.MISSING, "Member must not be null")])
        return read

    def union(self, shape: ir.UnionOf, value: Mapping[str, Json], path: str) -> dict[str, Json]:
        """A `__type` and arms that are null are no arms."""
        arms = {member.wire.raw: member for member in shape.members}
        given = {name: arm for name, arm in value.items() if arm is not None and (name in arms or name != "__type")}
        name = next(iter(given), "")
        if len(given) != 1 or name not in arms:
            raise _misfit(path, f"an object with exactly one of {', '.join(arms)}")
        return {name: self.member(arms[name], given[name], f"{path}.{name}")}

    def list(self, member: ir.Member, shape: ir.ListOf, value: Json, path: str) -> Json:
        if not isinstance(value, list):
            raise _misfit(path, "a list")
        sized = [*constraints.broken_by_size(member, shape, len(value))]
        self.report(path, sized)
        found = [self.item(shape, each, f"{path}[{number}]") for number, each in enumerate(value)]
        if not sized:
            self.report(path, constraints.broken_by_repeats(member, shape, value))
        return found

    def item(self, shape: ir.ListOf | ir.MapOf, value: Json, path: str) -> Json:
        if value is None and shape.sparse:
            return None
        if value is None:
            raise _misfit(path, "no null")
        return self.member(shape.member if isinstance(shape, ir.ListOf) else shape.value, value, path)

    def map(self, member: ir.Member, shape: ir.MapOf, value: Mapping[str, Json], path: str) -> Json:
        self.report(path, constraints.broken_by_size(member, shape, len(value)))
        keys = self.fields.model.shapes[shape.key.target]
        assert not isinstance(keys, ir.Structure | ir.UnionOf | ir.ListOf | ir.MapOf)
        for number, key in enumerate(value):
            # a key may be as sensitive as a value, so paths count entries
            self.scalar(shape.key, keys, key, f"{path}.key[{number}]")
        return {
            key: self.item(shape, each, f"{path}.value[{number}]") for number, (key, each) in enumerate(value.items())
        }


def _object(value: Json, path: str) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise _misfit(path, "an object")
    return value


def _misfit(path: str, wanted: str) -> Fault:
    return Fault("SerializationException", f"The value at '{path}' must be {wanted}.")
