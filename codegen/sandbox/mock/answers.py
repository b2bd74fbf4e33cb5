"""An output for any operation: valid by the spec, the same for the same request, and as near to it as can be told.

In: the examples of a model, an operation, an input that was checked. Out: the members of the output, as JSON. Lists
hold one item, or as many as they must; what holds itself ends. A member that the input has under the same name says
the same, where it is of the same shape, or at the top fits it: GetThing of an Id answers that Id. Other texts depend on
the operation and the input. There is never a next page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice

from codegen.sandbox.calling import Fault
from codegen.sandbox.checking import fits
from codegen.spec import ir
from codegen.spec.examples import Examples, distinct, is_json_text
from codegen.spec.ir import Json

PAGE_TOKENS = frozenset({"nexttoken", "nextmarker", "nextpagetoken", "paginationtoken", "marker", "lastevaluatedkey"})
"""Members in lower case that lead to another page, for operations of which the model does not say so."""
_NESTED = (ir.Structure, ir.UnionOf, ir.ListOf, ir.MapOf)
_VARIANTS = 32
"""Texts of one member that examples choose from; arbitrary."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Makes up outputs; what takes long is kept."""

    examples: Examples
    full: dict[ir.ShapeId, dict[str, Json]] = field(default_factory=dict[ir.ShapeId, dict[str, Json]])
    variants: dict[tuple[ir.ShapeId, ir.Constraints], tuple[Json, ...]] = field(
        default_factory=dict[tuple[ir.ShapeId, ir.Constraints], tuple[Json, ...]]
    )

    def output(self, operation: ir.Operation, given: Mapping[str, Json]) -> dict[str, Json]:
        """Make up an output; raises NoExample where the spec asks for what nobody can make up."""
        if operation.output is None:
            return {}
        if operation.output not in self.full:
            self.full[operation.output] = self.examples.full(operation.output)
        seed = json.dumps([operation.name.raw, given], sort_keys=True)
        writer = _Writer(self, _taken(self.examples.model, operation, given), self._last(operation), seed)
        return writer.structure(operation.output, self.full[operation.output], "", at_top=True)

    def _last(self, operation: ir.Operation) -> frozenset[str]:
        """Name, in lower case, the members of an output that would lead on."""
        found = self.examples.model.paginators.get(operation.name)
        stated = (*found.output_tokens, *([found.more_results] if found.more_results else [])) if found else ()
        return PAGE_TOKENS | {each.raw.lower() for each in stated}

    def variant(self, member: ir.Member, shape: ir.Text, seed: str) -> Json:
        """Choose one of the texts that a member may be."""
        key = member.target, member.constraints
        if key not in self.variants:
            self.variants[key] = tuple(islice(distinct(member, shape, _VARIANTS), _VARIANTS))
        found = self.variants[key]
        return found[int.from_bytes(sha256(seed.encode()).digest()[:4]) % len(found)] if found else None


def _taken(model: ir.Model, operation: ir.Operation, given: Mapping[str, Json]) -> Mapping[str, tuple[ir.Member, Json]]:
    """Give the members of an input that are there, by their names."""
    members = ir.members_of(model.shapes[operation.input]) if operation.input else ()
    return {each.wire.raw: (each, given[each.wire.raw]) for each in members if given.get(each.wire.raw) is not None}


@dataclass(frozen=True, slots=True)
class _Writer:
    """Goes through an example of an output, and puts in what is known better."""

    answers: Answers
    taken: Mapping[str, tuple[ir.Member, Json]]
    last: frozenset[str]
    seed: str

    @property
    def model(self) -> ir.Model:
        return self.answers.examples.model

    def structure(self, shape: ir.ShapeId, value: Json, path: str, *, at_top: bool = False) -> dict[str, Json]:
        members = {member.wire.raw: member for member in ir.members_of(self.model.shapes[shape])}
        return dict(self._members(members, value if isinstance(value, dict) else {}, path, at_top))

    def _members(
        self, members: Mapping[str, ir.Member], value: Mapping[str, Json], path: str, at_top: bool
    ) -> Iterator[tuple[str, Json]]:
        for name, found in value.items():
            member = members[name]
            if at_top and name.lower() in self.last:
                if member.required:
                    yield name, False if found is True else found
                continue
            said = self._said(member, at_top)
            yield name, self._value(member, found, f"{path}.{name}") if said is None else said

    def _said(self, member: ir.Member, at_top: bool) -> Json:
        """Give what the input says under the same name, where it may stand here."""
        known = self.taken.get(member.wire.raw)
        if known is None:
            return None
        same = known[0].target == member.target
        alike = at_top and not isinstance(self.model.shapes[member.target], _NESTED)
        return known[1] if (same or alike) and fits(self.model, member, known[1]) else None

    def _value(self, member: ir.Member, value: Json, path: str) -> Json:
        shape = self.model.shapes[member.target]
        match shape:
            case ir.Structure() | ir.UnionOf():
                return self.structure(shape.id, value, path)
            case ir.ListOf() if isinstance(value, list) and not _is_set(member, shape):
                return [self._value(shape.member, each, f"{path}[{index}]") for index, each in enumerate(value)]
            case ir.MapOf() if isinstance(value, dict):
                return {key: self._value(shape.value, each, f"{path}.{key}") for key, each in value.items()}
            case ir.Text() if not (is_json_text(member, shape) or member.known_values or shape.known_values):
                return self.answers.variant(member, shape, f"{self.seed}{path}") or value
            case _:
                return value


def _is_set(member: ir.Member, shape: ir.ListOf) -> bool:
    return member.constraints.unique_items or shape.constraints.unique_items


def unanswerable(reason: str) -> Fault:
    """Refuse a call of what cannot be answered here."""
    return Fault("UnsupportedOperation", f"The sandbox does not answer this operation: {reason}.")
