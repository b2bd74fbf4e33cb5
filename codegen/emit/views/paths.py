"""JMESPath of a model, over names of members -> the same over names in JSON form, which a client looks for.

    Flow.Status  ->  flow.status        of MediaConnect, whose members have other names on the wire

Names that stand one in the other are translated, lists between them or not; what is written in any other way keeps its
names. In the models of botocore 1.44.5 no expression that needs to be translated is written in another way.
"""

from __future__ import annotations

import re

from codegen.spec import ir
from codegen.spec.ir import ShapeId, SpecText

_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)((?:\[(?:\*|-?[0-9]+)?\])*)")


def wire_path(model: ir.Model, shape: ShapeId | None, path: SpecText) -> SpecText:
    """Translate a path into what an input or output holds; one with a step that no member has is left as it is."""
    found = [_STEP.fullmatch(step) for step in path.raw.split(".")]
    steps: list[str] = []
    for step in found:
        member = _member(model, shape, step[1]) if step and shape else None
        if step is None or member is None:
            return path
        steps.append(f"{member.wire.raw}{step[2]}")
        shape = _item(model, member.target)
    return SpecText(".".join(steps))


def _member(model: ir.Model, shape: ShapeId, name: str) -> ir.Member | None:
    """Find a member by its name in the model, or by the one it has on the wire."""
    members = ir.members_of(model.shapes[shape])
    named = next((one for one in members if one.name.raw == name), None)
    return named or next((one for one in members if one.wire.raw == name), None)


def _item(model: ir.Model, shape: ShapeId) -> ShapeId:
    """Give what a list is of, however deep, and anything else as it is."""
    target = model.shapes[shape]
    return _item(model, target.member.target) if isinstance(target, ir.ListOf) else shape
