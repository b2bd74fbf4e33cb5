"""Operations as Python: the signature of the generated method, and a call that runs.

In: a model, its symbols, values from `codegen.spec.examples`. Out: text of Python. Spec text gets into it through
`literal` alone, names through `symbols`.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from codegen.emit.filters import literal
from codegen.emit.views.arguments import ArgumentView
from codegen.emit.views.operations import OperationView
from codegen.emit.views.symbols import Symbols
from codegen.spec import ir
from codegen.spec.examples import MOMENTS, Examples, NoExample, constraints_of, is_json_text
from codegen.spec.ir import Json, ShapeId, SpecText
from codegen.spec.texts import rule_of

_WIDTH = 88
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_FRIENDLY = (
    ("email", "pat@example.com"),
    ("url", "https://example.com"),
    ("phone", "+12065550100"),
    ("account", "111122223333"),
    ("amount", "1000.00"),
    ("date", "2025-06-30"),
)
"""Values that read well, by what is in a member's name."""
_MOMENT = "datetime(2024, 12, 5, 10, 20, 30, tzinfo=timezone.utc)"
"""`MOMENTS` as Python has it."""


@dataclass(frozen=True, slots=True)
class ExampleView:
    """The same call, synchronous and asynchronous."""

    sync: str
    awaited: str


def signature(view: OperationView) -> str:
    """Print a method as the client has it, its arguments one by one."""
    if not view.arguments:
        request = f"request: models.{view.input} | None = None, /" if view.input else ""
        return f"def {view.method}({request}) -> {view.answer}"
    lines = "".join(f"    {_argument(one)},\n" for one in view.arguments)
    return f"def {view.method}(\n    *,\n{lines}) -> {view.answer}"


def _argument(one: ArgumentView) -> str:
    return f"{one.name}: {one.hint}" if one.required else f"{one.name}: {one.hint} | None = None"


def example(
    package: str, region: str, operation: ir.Operation, view: OperationView, printer: Printer
) -> ExampleView | None:
    """Print a call with what is required; None where no value can be made up."""
    try:
        arguments = printer.arguments(operation.input)
    except NoExample:
        return None
    call = f"client.{view.method}({_laid_out(arguments, 8, 4)})"
    answered = view.output is not None
    last = ["print(answer)"] if answered else []
    lead = "answer = " if answered else ""
    head = _imports(call, package)
    sync = [
        *(line.replace("CLIENT", "Client") for line in head),
        "",
        f'with Client(region="{region}") as client:',
        f"    {lead}{call}",
    ]
    awaited = [
        "import asyncio",
        *([""] if not head[1:] else []),
        *(line.replace("CLIENT", "AsyncClient") for line in head),
        "",
        "",
        "async def main() -> None:",
        f'    async with AsyncClient(region="{region}") as client:',
        f"        {lead}await {_indented(call)}",
        *(f"        {line}" for line in last),
        "",
        "",
        "asyncio.run(main())",
    ]
    return ExampleView("\n".join(sync + last) + "\n", "\n".join(awaited) + "\n")


def _imports(call: str, package: str) -> list[str]:
    moments = ["from datetime import datetime, timezone", ""] if "datetime(" in call else []
    models = ", models" if "models." in call else ""
    return [*moments, f"from {package} import CLIENT{models}"]


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


def _laid_out(parts: Sequence[str], inner: int, outer: int) -> str:
    """Print parts on one line, or on a line each."""
    line = ", ".join(parts)
    if "\n" not in line and len(line) + outer <= _WIDTH // 2:
        return line
    pad = " " * inner
    return "\n" + "".join(f"{pad}{part},\n" for part in parts) + " " * outer if parts else ""


class Printer:
    """Prints values as Python: models for structures, literals for the rest."""

    def __init__(self, model: ir.Model, symbols: Symbols) -> None:
        self._model, self._symbols = model, symbols
        self._examples = Examples(model)

    def arguments(self, shape: ShapeId | None) -> list[str]:
        """Print the arguments of a call: `title="Migration"`. Raises NoExample where no value can be made up."""
        if shape is None or not isinstance(self._model.shapes[shape], ir.Structure | ir.UnionOf):
            return []
        return self._members(shape, self._examples.least(shape), 8)

    def made(self, shape: ShapeId) -> str | None:
        """Print a structure or union with every member of its own; None where no value can be made up."""
        try:
            parts = self._members(shape, self._examples.filled(shape), 4)
        except NoExample:
            return None
        return f"models.{self._symbols.classes[shape]}({_laid_out(parts, 4, 0)})"

    def _members(self, shape: ShapeId, value: Json, depth: int) -> list[str]:
        named = {member.wire.raw: member for member in ir.members_of(self._model.shapes[shape])}
        attributes = self._symbols.attributes[shape]
        found = value if isinstance(value, dict) else {}
        return [
            f"{attributes[named[key].name]}={self._value(named[key], each, depth)}"
            for key, each in found.items()
            if not named[key].idempotency_token
        ]

    def _value(self, member: ir.Member, value: Json, depth: int) -> str:
        target = self._model.shapes[member.target]
        match target:
            case ir.Structure() | ir.UnionOf():
                parts = self._members(target.id, value, depth + 4)
                return f"models.{self._symbols.classes[target.id]}({_laid_out(parts, depth + 4, depth)})"
            case ir.ListOf():
                items = value if isinstance(value, list) else []
                parts = [self._value(target.member, item, depth + 4) for item in items]
                return f"[{_laid_out(parts, depth + 4, depth)}]"
            case ir.MapOf():
                entries = value if isinstance(value, dict) else {}
                parts = [f"{_text(key)}: {self._value(target.value, one, depth + 4)}" for key, one in entries.items()]
                return f"{{{_laid_out(parts, depth + 4, depth)}}}"
            case ir.Text() if is_json_text(member, target) and isinstance(value, str):
                return _data(json.loads(value))
            case _:
                return _scalar(member, target, value)


def _scalar(member: ir.Member, target: ir.Shape, value: Json) -> str:
    if isinstance(target, ir.Text) and isinstance(value, str):
        return _text(_friendlier(member, target, value))
    if isinstance(target, ir.Timestamp) and value in MOMENTS.values():
        return _MOMENT
    if isinstance(target, ir.Blob) and isinstance(value, str):
        return repr(base64.b64decode(value))
    return _data(value)


def _friendlier(member: ir.Member, target: ir.Text, value: str) -> str:
    """Prefer a text that a person would send, where the spec takes it, to the shortest that it takes."""
    known = (*member.known_values, *target.known_values)
    rule = rule_of(constraints_of(member, target))
    name = member.name.raw.lower()
    wanted = [text for part, text in _FRIENDLY if part in name]
    said = " ".join(_WORDS.findall(member.name.raw)).capitalize()
    return (
        value
        if known
        else next((text for text in (*wanted, said, f"Example of a {said.lower()}") if rule.accepts(text)), value)
    )


def _data(value: Json) -> str:
    """JSON as Python, in ASCII."""
    match value:
        case str():
            return _text(value)
        case list():
            return f"[{', '.join(map(_data, value))}]"
        case dict():
            return f"{{{', '.join(f'{_text(key)}: {_data(each)}' for key, each in value.items())}}}"
        case _:
            return repr(value)


def _text(value: str) -> str:
    return literal(SpecText(value))
