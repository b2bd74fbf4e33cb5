"""Which operations of a model behave as the service does, which answer with examples, and which are refused.

In: a model, and the release that the behaviour was written for. Out: `Coverage`, and the lines that tell of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from codegen.diagnostics import printable
from codegen.sandbox.behaviour.operations import OPERATIONS
from codegen.sandbox.mock.fitting import misfit
from codegen.spec import ir
from codegen.spec.ir import SpecText


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Names of operations, sorted; `misfits` and `refused` with the reason."""

    behaving: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    misfits: Mapping[str, str] = field(default_factory=dict[str, str])
    refused: Mapping[str, str] = field(default_factory=dict[str, str])


def coverage(model: ir.Model, written: ir.Model | None) -> Coverage:
    """Sort the operations of a model; `written` None: there is no behaviour of this service."""
    names = sorted(name.raw for name in model.operations)
    refused = {name: reason for name in names if (reason := _streams(model, name))}
    told = {name: _misfit(model, written, name) for name in names if name in OPERATIONS and written}
    behaving = tuple(name for name in names if name in told and told[name] is None)
    return Coverage(
        behaving=behaving,
        examples=tuple(name for name in names if name not in refused and name not in behaving),
        misfits={name: reason for name, reason in told.items() if reason is not None},
        refused=refused,
    )


def lines(found: Coverage) -> Iterator[str]:
    """Tell who runs the sandbox what it answers with; nothing where everything behaves."""
    if not (found.examples or found.refused):
        return
    if found.behaving:
        yield f"{len(found.behaving)} operations behave: {_named(found.behaving)}"
    yield f"{len(found.examples)} operations answer with examples: {_named(found.examples)}"
    for name, why in found.misfits.items():
        yield f"{printable(name)} answers with examples, for its behaviour does not fit: {printable(why)}"
    yield from (f"{printable(name)} is refused: {why}" for name, why in found.refused.items())


def _named(names: Iterable[str]) -> str:
    return ", ".join(map(printable, names))


def _misfit(model: ir.Model, written: ir.Model | None, name: str) -> str | None:
    return misfit(written, model, SpecText(name)) if written else None


def _streams(model: ir.Model, name: str) -> str | None:
    """Say what of an operation cannot be answered at once."""
    operation = model.operations[SpecText(name)]
    for side, root in (("input", operation.input), ("output", operation.output)):
        for member in ir.members_of(model.shapes[root]) if root else ():
            target = model.shapes[member.target]
            if isinstance(target, ir.UnionOf) and target.event_stream:
                return f"its {side} is an event stream"
            if member.streaming or (isinstance(target, ir.Blob) and target.streaming):
                return f"its {side} is streamed"
    return None
