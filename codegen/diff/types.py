"""Members -> their types in Python as anybody may write them: private aliases and constraints are taken away.

In: a model that has what members refer to, through lists and maps, and its names. Out: `list[Label] | None` and the
like. What a member refers to decides, so that a type is worked out once for all members that take it as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.diff.hints import erased
from codegen.emit.streams import is_stream
from codegen.emit.views import facts
from codegen.emit.views.levels import Levels
from codegen.emit.views.models import hint_of
from codegen.emit.views.scalars import Scalar, narrow
from codegen.emit.views.symbols import Symbols, narrowed_type
from codegen.spec import ir
from codegen.spec.ir import ShapeId

LEVELS = Levels()
"""Nothing is relaxed: that is the project's, and no part of what a release offers."""


class Types:
    """What `hint_of` prints, made public."""

    def __init__(self, model: ir.Model, symbols: Symbols) -> None:
        self._model = model
        self._symbols = symbols
        self._aliases = _aliases(model, symbols)
        self._of_targets: dict[ShapeId, str] = {}

    def of(self, owner: ir.Shape, member: ir.Member) -> str:
        if LEVELS.narrows(owner.id, member):
            return self._type(owner, member)
        found = self._of_targets.get(member.target)
        if found is None:
            found = self._of_targets[member.target] = self._type(owner, member)
        return found

    def _type(self, owner: ir.Shape, member: ir.Member) -> str:
        hint = erased(hint_of(owner, member, self._model, self._symbols, LEVELS), self._aliases)
        return f"list[{hint}]" if is_stream(self._model.shapes[member.target]) else hint


def _aliases(model: ir.Model, symbols: Symbols) -> Mapping[str, str]:
    """The Python type behind each name of the private module `_types`."""
    near = model.shapes
    found = {str(symbols.classes[name]): _python(shape) for name, shape in near.items() if isinstance(shape, Scalar)}
    for owner, shape in near.items():
        for member in ir.members_of(shape):
            if LEVELS.narrows(owner, member) and isinstance(target := near.get(member.target), Scalar):
                found[symbols.classes[narrowed_type(owner, member)]] = _python(narrow(target, member))
    return found


def _python(shape: Scalar) -> str:
    return facts.plain_type(shape, {}).replace("Any", "JsonValue")
