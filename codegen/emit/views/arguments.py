"""Members of an input -> the arguments of a method: their names, their types, which of them have to be there."""

from __future__ import annotations

from codegen.emit.streams import is_streamed_blob
from codegen.emit.views import facts
from codegen.emit.views.symbols import Symbols
from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.names import AttrName


@dataclass(frozen=True, slots=True)
class ArgumentView:
    name: AttrName
    hint: str
    required: bool


def view_arguments(
    operation: ir.Operation, members: tuple[ir.Member, ...], model: ir.Model, symbols: Symbols
) -> tuple[ArgumentView, ...]:
    """View the members of the input, those that are required first: each group in the order of the spec."""
    if operation.input is None or not members:
        return ()
    attributes = symbols.attributes[operation.input]
    found = [
        ArgumentView(
            attributes[member.name],
            argument_hint(member, model, symbols),
            member.required and not member.idempotency_token,
        )
        for member in members
    ]
    return tuple(sorted(found, key=lambda argument: not argument.required))


def argument_hint(member: ir.Member, model: ir.Model, symbols: Symbols) -> str:
    """The type of an argument: any sequence for a list, any mapping for a map, models or mappings for structures."""
    target = model.shapes[member.target]
    match target:
        case ir.ListOf():
            return f"Sequence[{argument_hint(target.member, model, symbols)}{facts.or_none(target)}]"
        case ir.MapOf():
            key, value = (argument_hint(edge, model, symbols) for edge in (target.key, target.value))
            return f"Mapping[{key}, {value}{facts.or_none(target)}]"
        case ir.Structure() | ir.UnionOf():
            return f"models.{symbols.classes[target.id]} | Mapping[str, Any]"
        case ir.Blob() if is_streamed_blob(member, target):
            return "bytes | BinaryIO"
        case _:
            return facts.plain_type(target, symbols.classes)
