"""Cut a model down to some of its operations and what those reach."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diagnostics import Diagnostic, Diagnostics, Note, quoted
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.wording import nearest_name, words


def select(model: ir.Model, names: tuple[str, ...]) -> ir.Model:
    """Keep `names`, their shapes, errors and events. Raises Diagnostics for a name that is no operation."""
    unknown = [name for name in names if SpecText(name) not in model.operations]
    if unknown:
        raise Diagnostics(_unknown_operation(name, model) for name in unknown)
    operations = {name: found for name, found in model.operations.items() if name.raw in names}
    errors = {error: None for operation in operations.values() for error in operation.errors}
    events = {
        event: None
        for operation in operations.values()
        for event in (operation.asynchronous.events if operation.asynchronous else ())
    }
    cut = replace(
        model,
        operations=operations,
        errors={name: error for name, error in model.errors.items() if name in errors},
        events={name: event for name, event in model.events.items() if name in events},
        paginators={name: found for name, found in model.paginators.items() if name in operations},
        waiters={name: found for name, found in model.waiters.items() if found.operation in operations},
        examples=tuple(example for example in model.examples if example.operation in operations),
    )
    kept = set(ir.reachable(model, tuple(roots_of(cut))))
    return replace(cut, shapes={name: shape for name, shape in model.shapes.items() if name in kept})


def roots_of(model: ir.Model) -> Iterator[ir.ShapeId]:
    """Walk the shapes that operations, errors and events name."""
    for operation in model.operations.values():
        yield from (shape for shape in (operation.input, operation.output) if shape is not None)
    for error in (*model.errors.values(), *model.service.common_errors):
        yield from (member.target for member in error.members)
    yield from (event.detail for event in model.events.values())


def _unknown_operation(name: str, model: ir.Model) -> Diagnostic:
    known = [operation.raw for operation in model.operations]
    nearest = nearest_name(name, known)
    note = Note(f"did you mean {quoted(nearest)}?" if nearest else f"known are {words(known)}")
    return Diagnostic("unknown-operation", f"{quoted(name)} is no operation of this service", notes=(note,))
