"""Answers: what is read from the service, however far it strays from its own model, and written back unchanged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from codegen.emit.cases.case import Case, Room, Steps, sources_of
from codegen.emit.cases.probes import MANY_VALUES, STRANGER, numbered, stranger_to, wrong_type
from codegen.emit.cases.spots import Spot, spots
from codegen.spec import ir
from codegen.spec.boundaries import outside
from codegen.spec.examples import Examples, NoExample
from codegen.spec.ir import Json

MOMENTS: dict[str, tuple[Json, str]] = {
    "fraction-0": ("2024-12-05T10:20:30Z", "2024-12-05T10:20:30+00:00"),
    "fraction-3": ("2024-12-05T10:20:30.123Z", "2024-12-05T10:20:30.123000+00:00"),
    "fraction-6": ("2024-12-05T10:20:30.123456Z", "2024-12-05T10:20:30.123456+00:00"),
    "fraction-9": ("2024-12-05T10:20:30.123456789Z", "2024-12-05T10:20:30.123456+00:00"),
    "offset": ("2024-12-05T11:20:30+01:00", "2024-12-05T10:20:30+00:00"),
    "epoch": (1733394030, "2024-12-05T10:20:30+00:00"),
    "epoch-fraction": (1733394030.125, "2024-12-05T10:20:30.125000+00:00"),
}
"""What the wire says, and the moment it means as far as microseconds tell."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def view_answers(examples: Examples) -> Iterator[Case]:
    """Walk the cases of every structure and union that an operation's output reaches, in the order of the spec."""
    model = examples.model
    roots = dict.fromkeys(operation.output for operation in model.operations.values() if operation.output is not None)
    reached = set(ir.reachable(model, tuple(roots)))
    room = Room()
    for shape in model.shapes.values():
        if shape.id in reached and isinstance(shape, ir.Structure | ir.UnionOf):
            try:
                filled = examples.full(shape.id) if shape.id in roots else None
                filled = filled or examples.filled(shape.id)
                if room.takes(shape, filled):
                    yield from _cases(examples, shape, filled)
            except NoExample:
                continue


def _cases(examples: Examples, shape: ir.Structure | ir.UnionOf, filled: dict[str, Json]) -> Iterator[Case]:
    yield _case(shape, "answer-full", filled, tag=_tag(shape, filled))
    stranger: dict[str, Json] = {STRANGER: {"Added": ["later", 1, None]}}
    if isinstance(shape, ir.UnionOf):
        yield _case(shape, "answer-union-unknown", stranger, tag=STRANGER)
    else:
        yield _case(shape, "answer-unknown-member", {**filled, **stranger})
        yield _case(shape, "answer-minimal", {}, None)
        needed = {one.wire.raw: filled[one.wire.raw] for one in shape.members if one.required}
        yield from (_without(shape, member, needed) for member in shape.members)
    for spot in spots(examples, shape):
        yield from _at(examples, shape, spot)


def _without(shape: ir.Structure, member: ir.Member, needed: dict[str, Json]) -> Case:
    """A member that is null reads as unset; one that is required, and missing, the same.

    Beside it stands what is required, no more: with all others in each, cases would grow with the square of members.
    """
    others: dict[str, Json] = {name: value for name, value in needed.items() if name != member.wire.raw}
    if member.required:
        return _case(shape, "answer-required-missing", others, None, member.wire.raw, sources_of(member.citations))
    null: Json = {**others, member.wire.raw: None}
    return _case(shape, "answer-null", null, others, member.wire.raw, sources_of(member.citations))


def _tag(shape: ir.Structure | ir.UnionOf, value: dict[str, Json]) -> str | None:
    return next(iter(value), None) if isinstance(shape, ir.UnionOf) else None


def _case(
    shape: ir.Structure | ir.UnionOf,
    kind: str,
    given: Json,
    output: Json = None,
    label: str = "",
    sources: tuple[str, ...] = (),
    *,
    suffix: str = "",
    tag: str | None = None,
    **more: Json,
) -> Case:
    name = f"{shape.id.raw}.{label}" if label else shape.id.raw
    member = label.partition("[")[0]
    fact = f"{shape.id.raw}.{member}" if member else shape.id.raw
    body: dict[str, Json] = {"shape": shape.id.raw, **({"member": fact} if member else {})}
    body |= {"expect": "read", "input": given, **({"output": output} if output is not None else {}), **more}
    body |= {"tag": tag} if tag else {}
    cited = sources or sources_of(shape.citations)
    return Case(id=f"{name}:{kind}{suffix}", kind=kind, fact=fact, sources=cited, body=body)


def _at(examples: Examples, shape: ir.Structure | ir.UnionOf, spot: Spot) -> Iterator[Case]:
    model = examples.model
    target = model.shapes[spot.edge.target]
    cited = sources_of(spot.member.citations, target.citations)
    for sample, number in numbered(list(outside(examples, spot.edge))):
        if len(str(sample.value)) < 1000:
            suffix = f"-{sample.name}{number}"
            value = spot.wrap(sample.value)
            yield _case(shape, "answer-out-of-bounds", value, None, spot.label, cited, suffix=suffix)
    if isinstance(target, ir.Enum | ir.IntEnum):
        yield from _enumerated(shape, spot, target, cited)
    if isinstance(target, ir.Timestamp) and spot.steps is not None:
        yield from _moments(shape, spot, spot.steps, cited)
    yield from _mistyped(model, shape, spot, target, cited)


def _enumerated(
    shape: ir.Structure | ir.UnionOf, spot: Spot, target: ir.Enum | ir.IntEnum, cited: tuple[str, ...]
) -> Iterator[Case]:
    values: list[Json] = [one.value.raw if isinstance(one, ir.EnumValue) else one.value for one in target.values]
    stranger = stranger_to(values)
    yield _case(shape, "answer-enum-unknown", spot.wrap(stranger), None, spot.label, cited)
    if spot.steps is not None:
        at: list[Json] = list(spot.steps)
        first = spot.wrap(values[0])
        kind = "answer-enum-values" if len(values) > MANY_VALUES else "answer-enum-value"
        yield _case(shape, kind, first, None, spot.label, cited, at=at, values=values)


def _moments(shape: ir.Structure | ir.UnionOf, spot: Spot, steps: Steps, cited: tuple[str, ...]) -> Iterator[Case]:
    for name, (wire, instant) in MOMENTS.items():
        at: list[Json] = list(steps)
        value = spot.wrap(wire)
        yield _case(
            shape, "answer-timestamp", value, None, spot.label, cited, suffix=f"-{name}", at=at, instant=instant
        )


def _mistyped(
    model: ir.Model, shape: ir.Structure | ir.UnionOf, spot: Spot, target: ir.Shape, cited: tuple[str, ...]
) -> Iterator[Case]:
    wrong = wrong_type(spot.edge, target)
    if wrong is None or spot.steps is None:
        return
    inner = spot.path(wrong).removeprefix(spot.member.wire.raw)
    more: dict[str, Json] = {"expect": "refuse", "path": f"${_step(spot.member)}{inner}"}
    found = _case(shape, "answer-wrong-type", spot.wrap(wrong), None, spot.label, cited)
    yield Case(id=found.id, kind=found.kind, fact=found.fact, sources=found.sources, body={**found.body, **more})


def _step(member: ir.Member) -> str:
    """Write a step of a JSONPath: `.name`, or `["file-system-id"]`."""
    name = member.wire.raw
    return f".{name}" if _PLAIN.fullmatch(name) else f"[{json.dumps(name)}]"
