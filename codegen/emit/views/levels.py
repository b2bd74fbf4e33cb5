"""`checks` of the project: which constraints the generated types leave to warnings or drop.

The mapping is that of `Client(checks=...)`: a kind, a member or both; the narrowest wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.wording import nearest_name

RELAXABLE = ("length", "range", "pattern", "enum", "unique")


def _errors(model: ir.Model) -> Mapping[str, ir.Error]:
    return {name.raw: error for name, error in model.errors.items()}


@dataclass(frozen=True, slots=True)
class Levels:
    checks: Mapping[str, str] = field(default_factory=dict[str, str])

    def relaxed(self, shape: SpecText | None = None, member: SpecText | None = None) -> tuple[str, ...]:
        """Give the kinds that do not hold for a member; without one, those that hold nowhere."""
        return tuple(kind for kind in RELAXABLE if self._level(kind, shape, member) != "error")

    def _level(self, kind: str, shape: SpecText | None, member: SpecText | None) -> str:
        path = f"{shape.raw}.{member.raw}" if shape and member else ""
        keys = [f"{path}:{kind}", path, kind] if path else [kind]
        return next((self.checks[key] for key in keys if key in self.checks), "error")

    def unknown(self, model: ir.Model) -> Mapping[str, str | None]:
        """Give the keys that name no member of a model, each with the path that it may mean."""
        owners = {**{str(id.raw): shape for id, shape in model.shapes.items()}, **_errors(model)}
        known = {f"{owner}.{member.name.raw}" for owner, shape in owners.items() for member in ir.members_of(shape)}
        paths = {key: key.partition(":")[0] for key in self.checks if "." in key}
        return {key: nearest_name(path, known) for key, path in paths.items() if path not in known}

    def narrows(self, owner: SpecText, member: ir.Member) -> bool:
        """Say whether a member's type is not simply that of its target."""
        own = member.constraints != ir.NO_CONSTRAINTS or member.timestamp_format is not None or member.json_value
        return own or (bool(self.checks) and self.relaxed(owner, member.name) != self.relaxed())
