"""Members of structures with what is asked of them in every call, found once.

In: a model. Out: the members of a shape, each with the name that travels and its shape, and what is asked of a text:
names and constraints of a spec are not quick to compare.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from codegen.sandbox.constraints import Asked, asked_of_text
from codegen.spec import ir


class Field(NamedTuple):
    name: str
    member: ir.Member
    shape: ir.Shape
    required: bool
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class Fields:
    """A model, and what was asked of it."""

    model: ir.Model
    _members: dict[str, tuple[Field, ...]] = field(default_factory=dict[str, tuple[Field, ...]], repr=False)
    _asked: dict[int, Asked] = field(default_factory=dict[int, Asked], repr=False)

    def of(self, shape: ir.Structure) -> tuple[Field, ...]:
        """Give the members of a structure of the model."""
        known = self._members.get(shape.id.raw)
        if known is None:
            known = tuple(self._field(member, self.model.shapes[member.target]) for member in shape.members)
            self._members[shape.id.raw] = known
        return known

    def _field(self, member: ir.Member, shape: ir.Shape) -> Field:
        asked = self.asked(member, shape) if isinstance(shape, ir.Text | ir.Enum) else None
        return Field(member.wire.raw, member, shape, member.required, asked)

    def asked(self, member: ir.Member, shape: ir.Text | ir.Enum) -> Asked:
        """Give what is asked of a text in a place of the model, which keeps each of its places."""
        known = self._asked.get(id(member))
        if known is None:
            known = self._asked[id(member)] = asked_of_text(member, shape)
        return known
