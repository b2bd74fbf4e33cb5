"""Where a foreign model contradicts itself: the constraint is recorded, not enforced, and whoever asked is told.

In: a model that botocore or Smithy describes. Out: the same model with such constraints no longer enforced (a required
member of a union: optional), and a warning for each. In a spec of ours these are errors, for its author can correct
them; nobody here can correct what AWS publishes, and a client that holds callers to it would refuse what the service
takes. Real ones: 168 values of an enum against a pattern for US dollars, 36 characters where 32 are allowed, `/^...$/`
with the slashes inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from codegen.diagnostics import Diagnostic, Level, Note, Place
from codegen.spec import ir
from codegen.spec.check.constraints import find_impossible_patterns, find_unsupported_patterns
from codegen.spec.check.forms import find_required_arms
from codegen.spec.check.values import find_refused_enum_values
from codegen.spec.check.walk import Finding


@dataclass(frozen=True, slots=True)
class Settled:
    """A model that no longer contradicts itself, and what was done about it."""

    model: ir.Model
    warnings: tuple[Diagnostic, ...]


def settle(model: ir.Model) -> Settled:
    """Stop enforcing what no value, or none of an enum's own, could meet; `warnings` is empty when there is none."""
    found = tuple((rule, finding, place) for rule, find, blamed in _RULES for finding, place in blamed(find(model)))
    if not found:
        return Settled(model, ())
    places = frozenset(place for _, _, place in found)
    settled = replace(
        model,
        shapes={name: _settled(shape, places) for name, shape in model.shapes.items()},
        errors={name: replace(error, members=_members(error, places)) for name, error in model.errors.items()},
    )
    return Settled(settled, tuple(_warning(rule, finding, place) for rule, finding, place in found))


Blamed = Iterator[tuple[Finding, Place]]
"""Findings, each with the place of the constraint that is to blame."""


def _itself(findings: Iterable[Finding]) -> Blamed:
    """The constraint is what is complained of."""
    return ((finding, finding.place) for finding in findings)


def _noted(findings: Iterable[Finding]) -> Blamed:
    """A value is complained of, and a note says where the constraint is; that more are refused is said of it itself."""
    for finding in findings:
        noted = [note.place for note in finding.notes if isinstance(note.place, Place)]
        yield finding, noted[0] if noted else finding.place


_RULES: tuple[tuple[str, Callable[[ir.Model], Iterator[Finding]], Callable[[Iterable[Finding]], Blamed]], ...] = (
    ("pattern-unsupported", find_unsupported_patterns, _itself),
    ("pattern-impossible", find_impossible_patterns, _itself),
    ("enum-refuses-own-value", find_refused_enum_values, _noted),
    ("required-in-union", find_required_arms, _itself),
)


def _warning(rule: str, finding: Finding, place: Place) -> Diagnostic:
    note = Note("the model itself says so, and it is not enforced", place)
    return Diagnostic(rule, finding.message, finding.place, Level.WARNING, (note,))


def _settled(shape: ir.Shape, places: frozenset[Place]) -> ir.Shape:
    match shape:
        case ir.Enum() | ir.Text() | ir.Blob() | ir.Number():
            constraints = _relaxed(shape.constraints, places)
            return shape if constraints is shape.constraints else replace(shape, constraints=constraints)
        case ir.Structure():
            return replace(shape, members=_members(shape, places))
        case ir.UnionOf():
            arms = (_optional(member, places) for member in _members(shape, places))
            return replace(shape, members=tuple(arms))
        case ir.ListOf():
            return replace(shape, member=_member(shape.member, places))
        case ir.MapOf():
            return replace(shape, key=_member(shape.key, places), value=_member(shape.value, places))
        case _:
            return shape


def _members(owner: ir.Structure | ir.UnionOf | ir.Error, places: frozenset[Place]) -> tuple[ir.Member, ...]:
    return tuple(_member(member, places) for member in owner.members)


def _member(member: ir.Member, places: frozenset[Place]) -> ir.Member:
    constraints = _relaxed(member.constraints, places)
    return member if constraints is member.constraints else replace(member, constraints=constraints)


def _optional(arm: ir.Member, places: frozenset[Place]) -> ir.Member:
    return replace(arm, required=False) if arm.at.child("required") in places else arm


def _relaxed(constraints: ir.Constraints, places: frozenset[Place]) -> ir.Constraints:
    """Give the constraints, unenforced what stands at one of the places; the same object where nothing does."""
    pattern, length = constraints.pattern, constraints.length
    if pattern and pattern.at in places:
        constraints = replace(constraints, pattern=replace(pattern, enforced=False))
    if length and length.at in places:
        constraints = replace(constraints, length=replace(length, enforced=False))
    return constraints
