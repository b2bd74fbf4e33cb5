"""Rules about names that refer to something: it is there, it is of the right kind, and nothing is there for nobody.

In: a model. Out: findings; one function per rule, listed in the table of `codegen.spec.check`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from codegen.diagnostics import Place, quoted
from codegen.spec import ir
from codegen.spec.check.walk import (
    Finding,
    absent,
    all_constraints,
    citations,
    entries,
    errors,
    kind_of,
    members,
    undefined,
)
from codegen.spec.ir import ShapeId, SpecText


def find_unknown_shapes(model: ir.Model) -> Iterator[Finding]:
    for _, member in members(model):
        yield from undefined(member.target, model.shapes, "shape", member.at.child("target"))
    for name, place in _named_structures(model):
        yield from undefined(name, model.shapes, "shape", place)


def _named_structures(model: ir.Model) -> Iterator[tuple[ShapeId, Place]]:
    """Give the inputs, outputs and event details: what only a structure can be."""
    for operation in model.operations.values():
        if operation.input is not None:
            yield operation.input, operation.at.child("input")
        if operation.output is not None:
            yield operation.output, operation.at.child("output")
    yield from ((event.detail, event.at.child("detail")) for event in model.events.values())


def find_unknown_errors(model: ir.Model) -> Iterator[Finding]:
    for operation in model.operations.values():
        for index, name in enumerate(operation.errors):
            yield from undefined(name, model.errors, "error", operation.at.child("errors", index))


def find_unknown_operations(model: ir.Model) -> Iterator[Finding]:
    named = chain(
        ((paginator.operation, paginator.at.key()) for paginator in model.paginators.values()),
        ((waiter.operation, waiter.at.child("operation")) for waiter in model.waiters.values()),
        ((example.operation, example.at) for example in model.examples),
    )
    for name, place in named:
        yield from undefined(name, model.operations, "operation", place)


def find_unknown_events(model: ir.Model) -> Iterator[Finding]:
    for _, task in _tasks(model):
        for index, name in enumerate(task.events):
            yield from undefined(name, model.events, "event", task.at.child("events", index))


def _tasks(model: ir.Model) -> Iterator[tuple[ir.Operation, ir.Asynchronous]]:
    yield from ((each, each.asynchronous) for each in model.operations.values() if each.asynchronous)


def find_unknown_sources(model: ir.Model) -> Iterator[Finding]:
    cited = ((citation.source, citation.at) for citation in citations(model))
    for name, place in chain(dict.fromkeys(cited), _statements(model), _statuses(model)):
        yield from undefined(name, model.sources, "source", place)


def _statements(model: ir.Model) -> Iterator[tuple[SpecText, Place]]:
    for decision in model.decisions.values():
        yield from ((statement.source, statement.at.key()) for statement in decision.statements)


def _statuses(model: ir.Model) -> Iterator[tuple[SpecText, Place]]:
    """Give the sources that HTTP statuses are keyed by; one status for all sources names none itself."""
    for error in errors(model):
        cited = {citation.source for citation in error.citations}
        yield from ((status.source, status.at.key()) for status in error.http_errors if status.source not in cited)


def find_unknown_decisions(model: ir.Model) -> Iterator[Finding]:
    for entry in entries(model):
        for index, name in enumerate(entry.decisions):
            yield from undefined(name, model.decisions, "decision", entry.at.child("decisions", index))
    for _, _, constraint in all_constraints(model):
        if constraint.decision is not None:
            yield from undefined(constraint.decision, model.decisions, "decision", constraint.at.child("decision"))


# ----------------------------------------------------------------------------------------------------------- members


def find_unknown_members(model: ir.Model) -> Iterator[Finding]:
    for shape in model.shapes.values():
        if isinstance(shape, ir.Structure) and shape.payload is not None:
            yield from _absent_path(model, shape, shape.payload, shape.at.child("payload"))
    for operation, task in _tasks(model):
        for key, name in _status_members(task.status):
            yield from _absent_path(model, _structure(model, operation.output), name, task.at.child("status", key))
    for paginator in model.paginators.values():
        yield from _unknown_tokens(model, paginator)


def _status_members(status: ir.TaskStatus) -> Iterator[tuple[str, SpecText]]:
    stated = (("member", status.member), ("reason", status.reason), ("message", status.message))
    yield from ((key, name) for key, name in stated if name is not None)


def _unknown_tokens(model: ir.Model, paginator: ir.Paginator) -> Iterator[Finding]:
    operation = model.operations.get(paginator.operation)
    if operation is None:
        return
    for shape, key, names in (
        (operation.input, "inputTokens", paginator.input_tokens),
        (operation.output, "outputTokens", paginator.output_tokens),
        (operation.output, "resultKeys", paginator.result_keys),
        (operation.output, "nonAggregateKeys", paginator.non_aggregate_keys),
    ):
        for index, name in enumerate(names):
            yield from _absent_path(model, _structure(model, shape), name, paginator.at.child(key, index))
    for shape, key, single in (
        (operation.input, "limitKey", paginator.limit_key),
        (operation.output, "moreResults", paginator.more_results),
    ):
        if single is not None:
            yield from _absent_path(model, _structure(model, shape), single, paginator.at.child(key))


def _structure(model: ir.Model, name: ShapeId | None) -> ir.Structure | None:
    shape = model.shapes.get(name) if name is not None else None
    return shape if isinstance(shape, ir.Structure) else None


_PATH = re.compile(r"\s*([\w-]+(?:\.[\w-]+)*)")
"""The part of a JMESPath expression that names members: of `Marker || Items[-1].Key`, `Marker` and `Items`."""


def _absent_path(model: ir.Model, root: ir.Structure | None, path: SpecText, place: Place) -> Iterator[Finding]:
    """Follow each alternative of a path as far as it names members of structures."""
    for alternative in path.raw.split("||"):
        found = _PATH.match(alternative)
        shape: ir.Shape | None = root
        for name in found[1].split(".") if found else [""]:
            if not isinstance(shape, ir.Structure):
                break
            targets = {member.name.raw: member.target for member in shape.members}
            yield from absent(name, targets, f"{quoted(shape.id.raw)} has no member {quoted(name)}", place)
            shape = model.shapes.get(targets[name]) if name in targets else None


# ------------------------------------------------------------------------------------------------------------- kinds


def find_wrong_kinds(model: ir.Model) -> Iterator[Finding]:
    for name, place in _named_structures(model):
        yield from _wrong_kind(model, name, place, "a structure", ir.Structure)
    for shape in model.shapes.values():
        if isinstance(shape, ir.MapOf):
            place = shape.key.at.child("target")
            yield from _wrong_kind(model, shape.key.target, place, "a string or enum: it is the key of a map", _TEXTS)
    for operation, task in _tasks(model):
        target = _status_target(model, operation, task)
        if target is not None:
            place = task.at.child("status", "member")
            yield from _wrong_kind(model, target, place, "a string or enum: it tells the state of a task", _TEXTS)


_TEXTS = (ir.Text, ir.Enum)


def _wrong_kind(
    model: ir.Model, name: ShapeId, place: Place, wanted: str, kinds: type | tuple[type, ...]
) -> Iterator[Finding]:
    shape = model.shapes.get(name)
    if shape is not None and not isinstance(shape, kinds):
        yield Finding(f"shape {quoted(name.raw)} is of type {kind_of(shape)}; here it has to be {wanted}", place)


def _status_target(model: ir.Model, operation: ir.Operation, task: ir.Asynchronous) -> ShapeId | None:
    output = _structure(model, operation.output)
    named = (member.target for member in output.members if member.name == task.status.member) if output else iter(())
    return next(named, None)


def find_unknown_status_values(model: ir.Model) -> Iterator[Finding]:
    for operation, task in _tasks(model):
        target = _status_target(model, operation, task)
        shape = model.shapes.get(target) if target is not None else None
        if not isinstance(shape, ir.Enum):
            continue
        values = [value.value.raw for value in shape.values]
        for key, states in _states(task.status):
            for index, state in enumerate(states):
                message = f"{quoted(state.raw)} is no value of {quoted(shape.id.raw)}"
                yield from absent(state.raw, values, message, task.at.child("status", key, index))


def _states(status: ir.TaskStatus) -> tuple[tuple[str, tuple[SpecText, ...]], ...]:
    return (("running", status.running), ("complete", status.complete), ("failed", status.failed))


# ------------------------------------------------------------------------------------------------------------ unused


def find_unused_shapes(model: ir.Model) -> Iterator[Finding]:
    roots = (
        *(name for name, _ in _named_structures(model)),
        *(member.target for error in errors(model) for member in error.members),
    )
    used = set(ir.reachable(model, roots))
    for name, shape in model.shapes.items():
        if name not in used:
            yield Finding(f"no operation, error or event reaches shape {quoted(name.raw)}", shape.at.key())


def find_unused_sources(model: ir.Model) -> Iterator[Finding]:
    cited = {citation.source for citation in citations(model)}
    used = cited.union(name for name, _ in chain(_statements(model), _statuses(model)))
    for name, source in model.sources.items():
        if name not in used:
            yield Finding(f"nothing cites source {quoted(name.raw)}", source.at.key())


def find_unused_errors(model: ir.Model) -> Iterator[Finding]:
    used = {name for operation in model.operations.values() for name in operation.errors}
    for name, error in model.errors.items():
        if name not in used:
            yield Finding(f"no operation lists error {quoted(name.raw)}", error.at.key())
