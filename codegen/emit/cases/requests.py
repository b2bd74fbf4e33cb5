"""Requests: what each shape that an operation takes accepts and refuses, by itself and within the operation's input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from codegen.emit.cases.case import Case, Room
from codegen.emit.cases.held import Held
from codegen.emit.cases.probes import Probe, probes
from codegen.emit.cases.spots import Place, places, without_keys
from codegen.emit.views.levels import Levels
from codegen.spec import ir
from codegen.spec.examples import Examples, NoExample
from codegen.spec.ir import Json, ShapeId


def view_requests(examples: Examples, levels: Levels) -> Iterator[Case]:
    """Walk the cases of every structure and union that an operation's input reaches, in the order of the spec."""
    model = examples.model
    roots = dict.fromkeys(operation.input for operation in model.operations.values() if operation.input is not None)
    found, held = places(examples, tuple(roots)), Held(model)
    room = Room()
    for shape in model.shapes.values():
        if shape.id in found and isinstance(shape, ir.Structure | ir.UnionOf) and _fits(room, examples, shape, found):
            for probe in probes(examples, shape, deep=shape.id in roots):
                if not _is_relaxed(shape, probe, levels):
                    yield from _cases(held, shape, probe, found[shape.id])


def _fits(room: Room, examples: Examples, shape: ir.Structure | ir.UnionOf, found: Mapping[ShapeId, Place]) -> bool:
    """Say whether there is room to try every member of a shape where an operation takes it."""
    with suppress(NoExample):
        return room.takes(shape, found[shape.id].wrap(examples.least(shape.id)))
    return False


def _is_relaxed(shape: ir.Structure | ir.UnionOf, probe: Probe, levels: Levels) -> bool:
    """Say whether the project's `checks` take back what the probe expects to be refused: the narrowest key decides."""
    member = probe.label.partition("[")[0] or (probe.path if probe.violation == "unknown" else "")
    name = f"{shape.id.raw}.{member}" if member else shape.id.raw
    found = (levels.checks[key] for key in (f"{name}:{probe.violation}", name, probe.violation) if key in levels.checks)
    return bool(probe.violation) and next(found, "error") != "error"


def _cases(held: Held, shape: ir.Structure | ir.UnionOf, probe: Probe, place: Place) -> Iterator[Case]:
    """The shape by itself; and, if it is to be refused, where an operation takes it."""
    yield _case(held, shape, probe, Place(shape.id, "", (), lambda value: value), "")
    if probe.violation and place.steps:
        yield _case(held, shape, probe, place, f"@{place.root.raw}")


def _case(held: Held, shape: ir.Structure | ir.UnionOf, probe: Probe, place: Place, tail: str) -> Case:
    name = f"{shape.id.raw}.{probe.label}" if probe.label else shape.id.raw
    member = probe.label.partition("[")[0]
    given = place.wrap(probe.value)
    body: dict[str, Json] = {"shape": place.root.raw, **({"member": f"{shape.id.raw}.{member}"} if member else {})}
    body |= {"expect": "refuse" if probe.violation else "accept", **_violation(shape, probe, place), "input": given}
    if probe.output is not None:
        body["output"] = place.wrap(probe.output)
    body |= {**probe.more, **({"at": [*place.steps, *_steps(probe)]} if "at" in probe.more else {})}
    if found := held.within(place.root, given):
        body["held"] = found
    fact = f"{shape.id.raw}.{member}" if member else shape.id.raw
    return Case(
        id=f"{name}:{probe.kind}{probe.suffix}{tail}",
        kind=probe.kind,
        fact=f"{fact}:{probe.constraint}" if probe.constraint else fact,
        sources=probe.sources,
        body=body,
    )


def _steps(probe: Probe) -> list[Json]:
    steps = probe.more["at"]
    return steps if isinstance(steps, list) else []


def _violation(shape: ir.Structure | ir.UnionOf, probe: Probe, place: Place) -> dict[str, Json]:
    """Which violation is reported, and at which path; a union by itself is named by its shape."""
    if not probe.violation:
        return {}
    within = without_keys(probe.path) if place.hidden else probe.path
    path = ".".join(part for part in (place.prefix, within) if part) or shape.id.raw
    return {"violation": probe.violation, "path": path}
