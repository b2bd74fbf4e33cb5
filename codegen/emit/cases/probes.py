"""What is tried on one structure or union of a request: one probe per boundary, arm, value and omission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codegen.emit.cases.case import repeated, sources_of, spelled
from codegen.emit.cases.spots import Spot, spots
from codegen.emit.views.models import is_sensitive
from codegen.spec import ir
from codegen.spec.boundaries import Sample, inside, outside
from codegen.spec.examples import Examples, NoExample, is_json_text
from codegen.spec.ir import Json

MANY_VALUES = 20  # arbitrary: an enum of more values is one case with all of them

STRANGER = "NotAMember"
NO_VALUE = "NOT_A_VALUE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One thing tried.

    label: the member, `[]` for an item; "" where it is about the shape itself.
    value: the whole shape; violation and path: what refuses it, "" where it is accepted.
    output: what is written back, where that is not the value.
    more: what else the case says: `at` and `values` or `repeat` put values into the input, `secret` shows nowhere,
    `server` is why a server refuses what the model accepts.
    """

    kind: str
    label: str = ""
    suffix: str = ""
    constraint: str
    value: Json
    violation: str = ""
    path: str = ""
    output: Json = None
    sources: tuple[str, ...] = ()
    more: Mapping[str, Json] = field(default_factory=dict[str, Json])


def probes(examples: Examples, shape: ir.Structure | ir.UnionOf, *, deep: bool) -> Iterator[Probe]:
    """Walk everything that is tried on a shape; nothing where the shape has no example. `deep`: fill what it holds."""
    try:
        least = examples.least(shape.id)
        filled = examples.full(shape.id) if deep else examples.filled(shape.id)
    except NoExample:
        return
    cited = sources_of(shape.citations)
    yield Probe(kind="valid-minimal", constraint="", value=least, sources=cited)
    yield Probe(kind="valid-full", constraint="", value=filled, sources=cited)
    stranger = {**least, STRANGER: "value"}
    yield Probe(
        kind="unknown-member", constraint="unknown", value=stranger, violation="unknown", path=STRANGER, sources=cited
    )
    yield from _arms(examples, shape) if isinstance(shape, ir.UnionOf) else _presence(examples, shape)
    for spot in spots(examples, shape):
        yield from _at(examples, spot)


# --------------------------------------------------------------------------------------------------- members and arms


def _presence(examples: Examples, shape: ir.Structure) -> Iterator[Probe]:
    """What happens when a member is left out, or null."""
    least = examples.least(shape.id)
    for member in shape.members:
        name = member.wire.raw
        without: dict[str, Json] = {key: value for key, value in least.items() if key != name}
        cited = sources_of(member.citations, shape.citations)
        if member.required and not member.idempotency_token:
            yield Probe(
                kind="required-missing",
                label=name,
                constraint="required",
                value=without,
                violation="required",
                path=name,
                sources=cited,
            )
            continue
        null: Json = {**without, name: None}
        yield Probe(kind="null-is-unset", label=name, constraint="optional", value=null, output=without, sources=cited)
        if member.idempotency_token:
            token = {**without, name: examples.value(member)}
            yield Probe(kind="token-optional", label=name, constraint="token", value=without, sources=cited)
            yield Probe(kind="token-kept", label=name, constraint="token", value=token, sources=cited)
        if member.idempotency_token and member.required:
            yield _token_missing(name, without, cited)


def _token_missing(name: str, without: Json, cited: tuple[str, ...]) -> Probe:
    """What a model accepts, since the client fills it in, and a server refuses, to which it comes as it is."""
    refused: Json = {"violation": "required", "path": name}
    return Probe(
        kind="token-missing",
        label=name,
        constraint="required",
        value=without,
        more={"server": refused},
        sources=cited,
    )


def _arms(examples: Examples, shape: ir.UnionOf) -> Iterator[Probe]:
    """Each arm, none, two, and one that is not there."""
    cited = sources_of(shape.citations)
    arms: dict[str, Json] = {}
    for member in shape.members:
        try:
            arms[member.wire.raw] = examples.value(member)
        except NoExample:
            continue
    for name, value in arms.items():
        yield Probe(kind="union-arm", label=name, constraint="union", value={name: value}, sources=cited)
    yield Probe(kind="union-none", constraint="union", value={}, violation="union", sources=cited)
    if len(arms) > 1:
        two: Json = dict(list(arms.items())[:2])
        yield Probe(kind="union-two", constraint="union", value=two, violation="union", sources=cited)
    unknown: Json = {STRANGER: {"Key": "value"}}
    yield Probe(
        kind="union-unknown-arm",
        constraint="unknown",
        value=unknown,
        violation="unknown",
        path=STRANGER,
        sources=cited,
    )


# ------------------------------------------------------------------------------------------------------------- values


def _at(examples: Examples, spot: Spot) -> Iterator[Probe]:
    """What is tried at one place."""
    target = examples.model.shapes[spot.edge.target]
    samples = [*inside(examples, spot.edge), *outside(examples, spot.edge)]
    yield from (_sampled(spot, target, sample, suffix, examples.model) for sample, suffix in numbered(samples))
    if isinstance(target, ir.Enum | ir.IntEnum):
        yield from _enumerated(spot, target)
    yield from _mistyped(spot, target)
    yield from _nulls(spot)
    if is_sensitive(spot.member, examples.model) and spot.is_member:
        yield from _secret(examples, spot)


def numbered(samples: list[Sample]) -> Iterator[tuple[Sample, str]]:
    """Give each sample the end of its id: its number among those of its name, for patterns have several."""
    seen: dict[str, int] = {}
    for sample in samples:
        seen[sample.name] = seen.get(sample.name, 0) + 1
        yield sample, f"-{seen[sample.name]}" if sample.name in ("pattern-good", "pattern-bad") else ""


def _sampled(spot: Spot, target: ir.Shape, sample: Sample, suffix: str, model: ir.Model) -> Probe:
    more = _shortened(spot, sample.value)
    if (
        sample.violation
        and is_sensitive(spot.member, model)
        and isinstance(sample.value, str)
        and _telling(sample.value)
        and not any(sample.value in pattern for pattern in _patterns(spot, target))
    ):
        more["secret"] = sample.value
    return Probe(
        kind=sample.name,
        label=spot.label,
        suffix=suffix,
        constraint=sample.name.partition("-")[0],
        value=spot.wrap(None if "repeat" in more else sample.value),
        violation=sample.violation,
        path=spot.path(sample.value) if sample.violation else "",
        sources=sources_of(sample.citations, target.citations, spot.member.citations),
        more=more,
    )


def _patterns(spot: Spot, target: ir.Shape) -> Iterator[str]:
    """Give what a message quotes: a pattern may hold the very text that does not match it."""
    for constraints in (spot.edge.constraints, getattr(target, "constraints", ir.NO_CONSTRAINTS)):
        if constraints.pattern:
            yield constraints.pattern.text.raw


def _shortened(spot: Spot, value: Json) -> dict[str, Json]:
    """Say of a long uniform value what it repeats, and where it goes."""
    found = repeated(value)
    return {"at": list(spot.steps), "repeat": list(found)} if found and spot.steps is not None else {}


def _enumerated(spot: Spot, target: ir.Enum | ir.IntEnum) -> Iterator[Probe]:
    cited = sources_of(target.citations, spot.member.citations)
    values: list[Json] = [one.value.raw if isinstance(one, ir.EnumValue) else one.value for one in target.values]
    yield from _known_values(spot, values, cited)
    stranger = stranger_to(values)
    yield Probe(
        kind="enum-unknown",
        label=spot.label,
        constraint="enum",
        value=spot.wrap(stranger),
        violation="enum",
        path=spot.path(stranger),
        sources=cited,
    )


def _known_values(spot: Spot, values: list[Json], cited: tuple[str, ...]) -> Iterator[Probe]:
    """Probe every value: many of them in one case, where a list of them can be put in place."""
    if len(values) > MANY_VALUES and spot.steps is not None:
        yield Probe(
            kind="enum-values",
            label=spot.label,
            constraint="enum",
            value=spot.wrap(values[0]),
            sources=cited,
            more={"at": list(spot.steps), "values": values},
        )
        return
    for value in values:
        yield Probe(
            kind="enum-value",
            label=spot.label,
            suffix=spelled(str(value)),
            constraint="enum",
            value=spot.wrap(value),
            sources=cited,
        )


def stranger_to(values: list[Json]) -> Json:
    """Make up a value of an enum that it does not have."""
    numbers = [value for value in values if isinstance(value, int)]
    if numbers:
        return max(numbers) + 1
    name = NO_VALUE
    while name in values:
        name += "_"
    return name


def wrong_type(member: ir.Member, target: ir.Shape) -> Json:
    """Give a JSON value that a shape cannot hold; None where it holds any."""
    match target:
        case ir.Document():
            return None
        case ir.Text():
            return None if is_json_text(member, target) else 7
        case ir.Enum() | ir.Blob():
            return 7
        case ir.Timestamp():
            return True
        case ir.Number() | ir.IntEnum():
            return [1]
        case ir.Boolean() | ir.Structure() | ir.UnionOf() | ir.ListOf():
            return "true"
        case ir.MapOf():
            return ["true"]


def _mistyped(spot: Spot, target: ir.Shape) -> Iterator[Probe]:
    wrong = wrong_type(spot.edge, target)
    if wrong is None or spot.label.endswith("[key]"):  # JSON has no keys but strings
        return
    yield Probe(
        kind="wrong-type",
        label=spot.label,
        constraint="type",
        value=spot.wrap(wrong),
        violation="type",
        path=spot.path(wrong),
        sources=sources_of(spot.edge.citations, spot.member.citations),
    )


def _nulls(spot: Spot) -> Iterator[Probe]:
    """Null in a list or map: kept where it may be sparse, else refused."""
    if spot.is_member or spot.label.endswith("[key]"):
        return
    yield Probe(
        kind="null-kept" if spot.sparse else "null-item",
        label=spot.label,
        constraint="sparse" if spot.sparse else "type",
        value=spot.wrap(None),
        violation="" if spot.sparse else "type",
        path="" if spot.sparse else spot.path(None),
        sources=sources_of(spot.edge.citations, spot.member.citations),
    )


# ------------------------------------------------------------------------------------------------------------ secrets


def _telling(text: str) -> bool:
    """Say whether a text shows as itself and cannot stand in a message by chance."""
    return len(text) >= 8 and text.isascii() and text.isprintable() and not set(text) & set("'\"\\")


def _secret(examples: Examples, spot: Spot) -> Iterator[Probe]:
    """A value that is accepted, and must not show."""
    samples = [sample.value for sample in inside(examples, spot.edge) if sample.name != "length-code-points"]
    found = next((value for value in reversed(samples) if isinstance(value, str) and _telling(value)), None)
    if found is None or found in str(spot.wrap(None)):
        return
    yield Probe(
        kind="sensitive-hidden",
        label=spot.label,
        constraint="sensitive",
        value=spot.wrap(found),
        sources=sources_of(spot.member.citations),
        more={"secret": found},
    )
