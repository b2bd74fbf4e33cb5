"""Members of structures with what is asked of them in every call, found once.

In: a model. Out: the members of a shape, each with the name that travels and its shape: names of a spec are not quick
to compare.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from codegen.spec import ir


class Field(NamedTuple):
    name: str
    member: ir.Member
    shape: ir.Shape
    required: bool


@dataclass(frozen=True, slots=True)
class Fields:
    """A model, and what was asked of it."""

    model: ir.Model
    _members: dict[str, tuple[Field, ...]] = field(default_factory=dict[str, tuple[Field, ...]], repr=False)

    def of(self, shape: ir.Structure) -> tuple[Field, ...]:
        """Give the members of a structure of the model."""
        known = self._members.get(shape.id.raw)
        if known is None:
            known = tuple(
                Field(member.wire.raw, member, self.model.shapes[member.target], member.required)
                for member in shape.members
            )
            self._members[shape.id.raw] = known
        return known
