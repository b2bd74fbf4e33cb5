"""Shapes and their members.

In: the pair of models. Out: changes. Shapes of one name are compared at their own path, each once. A member that refers
to another shape than before has both compared at its own path (`Order.Address.City`): by then the names are aliases.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from codegen.diagnostics import quoted
from codegen.diff.changes import Change, Key, Pair, Spot, Subject, Told, both
from codegen.diff.compare.constraints import compare_constraints, compare_known_values, effective
from codegen.diff.compare.entries import compare_entry, compare_sensitive
from codegen.diff.compare.enums import compare_enums, compare_int_enums
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import ShapeId
from codegen.spec.lazily import apart_of, checked_of

Within = frozenset[tuple[ShapeId, ShapeId]]
"""Pairs of shapes that a comparison is inside of: a pair inside itself says nothing new."""

Classed = ir.Structure | ir.UnionOf | ir.Enum | ir.IntEnum
Record = ir.Structure | ir.UnionOf

_ALIKE = 0.6
"""How alike two names have to be for one to be the other's new name (difflib's ratio); arbitrary."""


def compare_named_shapes(pair: Pair) -> Iterator[Change]:
    """Compare what both releases call the same; tell of what one of them lacks."""
    for name in pair.shapes.gone:
        old = checked_of(pair.old.shapes, name)
        spot = Spot(path=name.raw, subject=Subject(old=name), keys=(("class", name.raw),), old_at=old.at)
        kind = kind_of(old)
        yield spot.change(f"{_area(old)}.removed", f"{kind} removed", kind)
    for name in pair.shapes.fresh:
        new = checked_of(pair.new.shapes, name)
        spot = Spot(path=name.raw, subject=Subject(new=name), keys=(("class", name.raw),), new_at=new.at)
        kind = kind_of(new)
        yield spot.change(f"{_area(new)}.added", f"{kind} added", None, kind)
    for name in pair.shapes.changed:
        old, new = apart_of(pair.old.shapes, pair.new.shapes, name)
        yield from compare_shapes(pair, _spot(old, new), old, new, frozenset())


def _area(shape: ir.Shape) -> str:
    return "shape" if isinstance(shape, Classed) else "alias"


def _spot(old: ir.Shape, new: ir.Shape) -> Spot:
    keys = (("class", old.id.raw),)
    return Spot(path=old.id.raw, subject=both(old.id), keys=keys, old_at=old.at, new_at=new.at)


def kind_of(shape: ir.Shape) -> str:
    """Name the type as specs do."""
    match shape:
        case ir.UnionOf():
            return "union"
        case ir.IntEnum():
            return "intEnum"
        case ir.Text():
            return "string"
        case ir.Number():
            return shape.type.value
        case ir.ListOf():
            return "list"
        case ir.MapOf():
            return "map"
        case _:
            return type(shape).__name__.lower()


# --------------------------------------------------------------------------------------------------------------- shapes


def compare_shapes(pair: Pair, spot: Spot, old: ir.Shape, new: ir.Shape, within: Within) -> Iterator[Change]:
    """Compare two shapes, whatever they are called."""
    yield from compare_entry(spot, old, new)
    yield from compare_sensitive(spot, old.sensitive, new.sensitive)
    match old, new:
        case (ir.Structure() | ir.UnionOf(), ir.Structure() | ir.UnionOf()):
            yield from _records(pair, spot, old, new, within)
        case (ir.Enum(), ir.Enum()):
            yield from compare_enums(spot, old, new)
        case (ir.IntEnum(), ir.IntEnum()):
            yield from compare_int_enums(spot, old, new)
        case (ir.ListOf(), ir.ListOf()):
            yield from _lists(pair, spot, old, new, within)
        case (ir.MapOf(), ir.MapOf()):
            yield from _maps(pair, spot, old, new, within)
        case _:
            yield from _scalars(spot, old, new)


def _scalars(spot: Spot, old: ir.Shape, new: ir.Shape) -> Iterator[Change]:
    match old, new:
        case (ir.Text(), ir.Text()):
            yield from compare_constraints(spot, old.constraints, new.constraints)
            yield from compare_known_values(spot, old.known_values, new.known_values)
            yield from _forms(spot, ("json_value", "media_type"), old, new)
        case (ir.Number(), ir.Number()) if old.type == new.type:
            yield from compare_constraints(spot, old.constraints, new.constraints)
            yield from _forms(spot, ("box",), old, new)
        case (ir.Boolean(), ir.Boolean()):
            yield from _forms(spot, ("box",), old, new)
        case (ir.Blob(), ir.Blob()):
            yield from compare_constraints(spot, old.constraints, new.constraints)
            yield from _forms(spot, ("streaming", "requires_length", "media_type"), old, new)
        case (ir.Timestamp(), ir.Timestamp()):
            yield from _timestamp(spot, old.format, new.format)
        case (ir.Document(), ir.Document()):
            return
        case (ir.Enum(), ir.Text()):
            values: list[Told] = [value.value.raw for value in old.values]
            yield spot.change("enum.became-string", "enum became a plain string", values, None)
        case (ir.Text(), ir.Enum()):
            values = [value.value.raw for value in new.values]
            yield spot.change("enum.from-string", "plain string became an enum", None, values)
        case _:
            kinds = kind_of(old), kind_of(new)
            whole = replace(spot, keys=(*spot.keys, *_held(old), *_held(new)))
            yield whole.change("member.type-changed", f"type changed from {kinds[0]} to {kinds[1]}", *kinds)


def _held(shape: ir.Shape) -> Iterator[Key]:
    """Give what Python has of what a shape holds, which comes and goes with its type."""
    match shape:
        case ir.Structure() | ir.UnionOf():
            yield from (("field", shape.id.raw, member.name.raw) for member in shape.members)
        case ir.Enum():
            yield from (("value", shape.id.raw, value.value.raw) for value in shape.values)
        case ir.IntEnum():
            yield from (("value", shape.id.raw, str(value.value)) for value in shape.values)
        case _:
            return


def _forms(
    spot: Spot, attributes: tuple[str, ...], old: ir.Shape | ir.Member, new: ir.Shape | ir.Member
) -> Iterator[Change]:
    """Compare what changes how a value is written, by attribute of the record."""
    for attribute in attributes:
        was, now = _plain(getattr(old, attribute)), _plain(getattr(new, attribute))
        if was != now:
            yield spot.change("member.form-changed", f"{attribute.replace('_', ' ')} changed", was, now)


def _plain(value: ir.SpecText | bool | None) -> Told:
    return value.raw if isinstance(value, ir.SpecText) else value


def _timestamp(spot: Spot, old: ir.TimestampFormat | None, new: ir.TimestampFormat | None) -> Iterator[Change]:
    if old != new:
        formats = [found.value if found else "the protocol's own" for found in (old, new)]
        yield spot.change(
            "timestamp.format-changed", f"timestamps written as {formats[1]}, were {formats[0]}", *formats
        )


def _lists(pair: Pair, spot: Spot, old: ir.ListOf, new: ir.ListOf, within: Within) -> Iterator[Change]:
    yield from compare_constraints(spot, old.constraints, new.constraints)
    yield from _sparse(spot, old.sparse, new.sparse)
    yield from _member(pair, _edge(spot, "member", old.member, new.member), old.member, new.member, within)


def _maps(pair: Pair, spot: Spot, old: ir.MapOf, new: ir.MapOf, within: Within) -> Iterator[Change]:
    yield from compare_constraints(spot, old.constraints, new.constraints)
    yield from _sparse(spot, old.sparse, new.sparse)
    if old.flattened != new.flattened:
        yield spot.change("member.binding-changed", "flattening changed", old.flattened, new.flattened)
    yield from _member(pair, _edge(spot, "key", old.key, new.key), old.key, new.key, within)
    yield from _member(pair, _edge(spot, "value", old.value, new.value), old.value, new.value, within)


def _edge(spot: Spot, step: str, old: ir.Member, new: ir.Member) -> Spot:
    return spot.child(step, old.at, new.at, *spot.keys)


def _sparse(spot: Spot, old: bool, new: bool) -> Iterator[Change]:
    if old != new:
        rule = "list.became-sparse" if new else "list.became-dense"
        yield spot.change(rule, "items may be null" if new else "items may not be null any more", old, new)


# ----------------------------------------------------------------------------------------------- structures and unions


def _records(pair: Pair, spot: Spot, old: Record, new: Record, within: Within) -> Iterator[Change]:
    if isinstance(old, ir.UnionOf) != isinstance(new, ir.UnionOf):
        rule = "shape.became-union" if isinstance(new, ir.UnionOf) else "shape.became-structure"
        yield spot.change(rule, f"{kind_of(old)} became a {kind_of(new)}", kind_of(old), kind_of(new))
    yield from _bindings(spot, ("payload", "xml", "event_stream"), old, new)
    unions = isinstance(old, ir.UnionOf) and isinstance(new, ir.UnionOf)
    yield from compare_members(pair, spot, old.members, new.members, within, "union" if unions else "member")


def compare_members(
    pair: Pair,
    spot: Spot,
    old: tuple[ir.Member, ...],
    new: tuple[ir.Member, ...],
    within: Within = frozenset(),
    area: str = "member",
) -> Iterator[Change]:
    """Compare members by name; `area` is `union` where they are the arms of one."""
    was, now = {one.name: one for one in old}, {one.name: one for one in new}
    gone, fresh = [one for one in old if one.name not in now], [one for one in new if one.name not in was]
    renamed = _renamed(gone, fresh)
    for one, other in renamed:
        said = f"{quoted(one.name.raw)} renamed to {quoted(other.name.raw)}"
        yield _at(pair, spot, one, other).change("member.renamed", said, one.name, other.name)
    taken = {member.name for couple in renamed for member in couple}
    for one in (one for one in gone if one.name not in taken):
        yield _at(pair, spot, one, None).change(_rule(area, one, "removed"), _said(area, one, "removed"), one.target)
    for one in (one for one in fresh if one.name not in taken):
        yield _at(pair, spot, None, one).change(_rule(area, one, "added"), _said(area, one, "added"), None, one.target)
    yield from _order(spot, [one.name for one in old if one.name in now], [one.name for one in new if one.name in was])
    for name in (name for name in was if name in now and was[name] != now[name]):
        yield from _member(pair, _at(pair, spot, was[name], now[name]), was[name], now[name], within)


def _order(spot: Spot, old: list[ir.SpecText], new: list[ir.SpecText]) -> Iterator[Change]:
    """Compare the order of the members that both have."""
    if old != new:
        yield spot.change("structure.reordered", "members listed in another order", old, new)


def _at(pair: Pair, spot: Spot, old: ir.Member | None, new: ir.Member | None) -> Spot:
    found = [member for member in (new, old) if member]
    keys = dict.fromkeys(key for member in found for key in pair.member_keys(spot.subject, member.name.raw))
    return spot.child(found[0].name.raw, old.at if old else None, new.at if new else None, *keys)


def _rule(area: str, member: ir.Member, action: str) -> str:
    """Name the rule for a member that comes or goes."""
    if area == "union":
        return f"union.member-{action}"
    if not member.required:
        return f"member.{action}"
    return f"member.{'defaulted' if member.has_default else 'required'}-{action}"


def _said(area: str, member: ir.Member, action: str) -> str:
    return f"{'union' if area == 'union' else _needed(member)} member {action}"


def _renamed(gone: list[ir.Member], fresh: list[ir.Member]) -> list[tuple[ir.Member, ir.Member]]:
    """Guess which members have a new name: one like it in everything else, and no other, and a name alike."""
    found: list[tuple[ir.Member, ir.Member]] = []
    for one in gone:
        like = [other for other in fresh if _same_but_for_name(one, other)]
        back = [other for other in gone if like and _same_but_for_name(other, like[0])]
        if len(like) == len(back) == 1 and _alike(one.name.raw, like[0].name.raw):
            found.append((one, like[0]))
    return found


def _same_but_for_name(one: ir.Member, other: ir.Member) -> bool:
    bare = replace(one, name=other.name, documentation=None, citations=())
    return bare == replace(other, documentation=None, citations=())


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).ratio() >= _ALIKE


# -------------------------------------------------------------------------------------------------------------- members


def _member(pair: Pair, spot: Spot, old: ir.Member, new: ir.Member, within: Within) -> Iterator[Change]:
    """Compare two members of one name (or two items, keys, values)."""
    yield from compare_entry(spot, old, new)
    yield from compare_sensitive(spot, old.sensitive, new.sensitive)
    if old.required != new.required:
        word = "required" if new.required else "optional"
        yield spot.change(f"member.became-{word}", f"is {word} now", _needed(old), _needed(new))
    yield from _defaults(spot, old, new)
    if old.idempotency_token != new.idempotency_token:
        rule = f"idempotency-token.{'added' if new.idempotency_token else 'removed'}"
        said = "is an idempotency token" if new.idempotency_token else "is no idempotency token any more"
        yield spot.change(rule, said, old.idempotency_token, new.idempotency_token)
    if old.wire != new.wire:
        yield spot.change("member.wire-name-changed", "is called otherwise on the wire", old.wire.raw, new.wire.raw)
    yield from _bindings(spot, _BOUND, old, new)
    yield from _forms(spot, _FORMED, old, new)
    yield from _timestamp(spot, old.timestamp_format, new.timestamp_format)
    yield from compare_known_values(spot, old.known_values, new.known_values)
    yield from _target(pair, spot, old, new, within)


_BOUND = ("location", "location_name", "xml", "host_label", "context_param", "event_payload", "event_header")
_FORMED = ("json_value", "streaming", "box", "client_optional")


def _needed(member: ir.Member) -> str:
    return "required" if member.required else "optional"


def _bindings(spot: Spot, attributes: tuple[str, ...], old: ir.Entry, new: ir.Entry) -> Iterator[Change]:
    """Compare where a value stands in a message."""
    for attribute in attributes:
        was, now = getattr(old, attribute, None), getattr(new, attribute, None)
        if (was or None) != (now or None):  # a union has flags that a structure lacks
            yield spot.change(
                "member.binding-changed", f"{attribute.replace('_', ' ')} changed", _bound(was), _bound(now)
            )


def _bound(value: ir.SpecText | ir.XmlBinding | ir.HttpLocation | bool | None) -> Told:
    if isinstance(value, ir.XmlBinding):
        names = {"name": value.name, "namespace": value.namespace, "prefix": value.namespace_prefix}
        return {**names, "attribute": value.attribute, "flattened": value.flattened}
    return value.raw if isinstance(value, ir.SpecText) else value


def _defaults(spot: Spot, old: ir.Member, new: ir.Member) -> Iterator[Change]:
    """Compare defaults; one of null is none."""
    was, now = old.default, new.default
    if was == now and type(was) is type(now):
        return
    action = "added" if was is None else "removed" if now is None else "changed"
    yield spot.change(f"default.{action}", f"default {action}", was, now)


def _target(pair: Pair, spot: Spot, old: ir.Member, new: ir.Member, within: Within) -> Iterator[Change]:
    """Compare what two members refer to, constraints of their own included."""
    was, now = pair.old.shapes.get(old.target), pair.new.shapes.get(new.target)
    if was is None or now is None:
        return  # a dangling name is `validate`'s to tell
    if old.target == new.target:
        if old.constraints != new.constraints:
            yield from compare_constraints(spot, _joined(old, was), _joined(new, now), _common(was, now))
        return
    if isinstance(was, Classed) and isinstance(now, Classed) and kind_of(was) == kind_of(now):
        said = f"refers to {quoted(new.target.raw)}, was {quoted(old.target.raw)}"
        yield spot.change("member.retargeted", said, old.target.raw, new.target.raw)
    if (old.target, new.target) not in within:
        inner = {*within, (old.target, new.target)}
        yield from _aliases(pair, spot, (old, was), (new, now), frozenset(inner))


def _aliases(
    pair: Pair, spot: Spot, old: tuple[ir.Member, ir.Shape], new: tuple[ir.Member, ir.Shape], within: Within
) -> Iterator[Change]:
    """Compare two shapes at the path of the member that refers to them."""
    was, now = _with(old[1], _joined(*old)), _with(new[1], _joined(*new))
    below = replace(spot, subject=_through(spot.subject, was, now))
    found = list(compare_shapes(pair, below, was, now, within))
    if not isinstance(now, Classed) and all(change.rule.startswith("documentation.") for change in found):
        said = f"refers to {quoted(now.id.raw)}, was {quoted(was.id.raw)}"
        yield spot.change("member.alias-changed", said, was.id.raw, now.id.raw)
    yield from (replace(change, keys=change.keys or spot.keys) for change in found)


def _through(subject: Subject, old: ir.Shape, new: ir.Shape) -> Subject:
    """Members of a structure are its own; whatever has no class is its owner's."""
    return Subject(old=old.id, new=new.id) if isinstance(old, Record) and isinstance(new, Record) else subject


def _common(old: ir.Shape, new: ir.Shape) -> tuple[str, ...] | None:
    if not (isinstance(old, ir.Enum) and isinstance(new, ir.Enum)):
        return None
    kept = {value.value for value in new.values}
    return tuple(value.value.raw for value in old.values if value.value in kept)


def _joined(member: ir.Member, target: ir.Shape) -> ir.Constraints:
    return effective(member, getattr(target, "constraints", ir.NO_CONSTRAINTS))


def _with(shape: ir.Shape, constraints: ir.Constraints) -> ir.Shape:
    """Put the constraints that hold at a member into its target."""
    match shape:
        case ir.Enum() | ir.Text() | ir.Number() | ir.Blob() | ir.ListOf() | ir.MapOf():
            return replace(shape, constraints=constraints)
        case _:
            return shape
