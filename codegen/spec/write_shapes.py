"""`ir.Shape`s and members -> JSON of a spec; the counterpart of `shapes` and `entries`.

In: values of the IR, and the scope that encloses them. Out: JSON objects that say only what differs from what an entry
has anyway: no false flag, no empty list, no citation that the enclosing entry has too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from codegen.spec import ir
from codegen.spec.ir import Json, SpecText


@dataclass(frozen=True, slots=True)
class Scope:
    """What an entry need not say: the citations around it, how the service's patterns are meant, whether texts stay."""

    citations: tuple[ir.Citation, ...]
    match: ir.Match
    ascii: bool
    docs: bool

    def within(self, entry: ir.Entry) -> Scope:
        return replace(self, citations=entry.citations)


Spec = dict[str, Json]


def said(**keys: Json | ir.SpecText | tuple[SpecText, ...]) -> Spec:
    """Keep the keys that say something: `said(a=None, b=False, c=0, d=())` gives `{"c": 0}`."""
    return {
        key: _plain(value) for key, value in keys.items() if value is not None and value is not False and value != ()
    }


def _plain(value: Json | SpecText | tuple[SpecText, ...]) -> Json:
    if isinstance(value, SpecText):
        return value.raw
    return [text.raw for text in value] if isinstance(value, tuple) else value


# ----------------------------------------------------------------------------------------------------------- entries


def write_entry(entry: ir.Entry, scope: Scope) -> Spec:
    """Write what any entry may carry."""
    return {
        **said(documentation=entry.documentation if scope.docs else None),
        **write_citations(entry.citations, scope),
        **said(decisions=entry.decisions, deprecated=_deprecated(entry.deprecated, scope)),
        **({"traits": write_traits(entry.traits, scope)} if entry.traits else {}),
    }


def write_citations(citations: tuple[ir.Citation, ...], scope: Scope) -> Spec:
    """`model` stays `model`, a place follows after `#`; nothing where they are those of the enclosing entry."""
    return {} if citations == scope.citations else {"sources": [each.written for each in citations]}


def _deprecated(deprecated: ir.Deprecated | None, scope: Scope) -> Json:
    if deprecated is None:
        return None
    return said(message=deprecated.message if scope.docs else None, since=deprecated.since) or True


_PROSE = ("documentation", "deprecatedMessage")


def write_traits(traits: Mapping[SpecText, Json], scope: Scope) -> Spec:
    return {name.raw: value if scope.docs else without_prose(value) for name, value in traits.items()}


def without_prose(value: Json) -> Json:
    """Leave out what a foreign form documents inside a value that is kept as it is."""
    match value:
        case dict():
            return {key: without_prose(each) for key, each in value.items() if key not in _PROSE}
        case list():
            return [without_prose(each) for each in value]
        case _:
            return value


# ------------------------------------------------------------------------------------------------------- constraints


def write_constraints(constraints: ir.Constraints, scope: Scope) -> Spec:
    return said(
        length=_bounds(constraints.length, scope),
        range=_bounds(constraints.range, scope),
        pattern=_pattern(constraints.pattern, scope),
        uniqueItems=constraints.unique_items,
    )


def _bounds(bounds: ir.Length | ir.Range | None, scope: Scope) -> Json:
    return None if bounds is None else {**said(min=bounds.min, max=bounds.max), **_provenance(bounds, scope)}


def _pattern(pattern: ir.Pattern | None, scope: Scope) -> Json:
    """The text alone, where nothing else differs from what the service says of its patterns."""
    if pattern is None:
        return None
    rest: Spec = {
        **({"match": pattern.match.value} if pattern.match is not scope.match else {}),
        **({"ascii": pattern.ascii} if pattern.ascii is not scope.ascii else {}),
        **_provenance(pattern, scope),
    }
    return {"value": pattern.text.raw, **rest} if rest else pattern.text.raw


def _provenance(constraint: ir.Length | ir.Range | ir.Pattern, scope: Scope) -> Spec:
    return {
        **({} if constraint.enforced else {"enforced": False}),
        **write_citations(constraint.citations, scope),
        **said(decision=constraint.decision),
    }


# ----------------------------------------------------------------------------------------------------------- members


def write_members(members: Iterable[ir.Member], scope: Scope) -> Spec:
    return {member.name.raw: write_member(member, scope) for member in members}


def write_member(member: ir.Member, scope: Scope) -> Spec:
    location = None if member.location is ir.HttpLocation.BODY else member.location.value
    return {
        "target": member.target.raw,
        **said(required=member.required, idempotencyToken=member.idempotency_token),
        **({"default": member.default} if member.has_default else {}),
        **said(clientOptional=member.client_optional, box=member.box, sensitive=member.sensitive),
        **write_constraints(member.constraints, scope.within(member)),
        **said(
            timestampFormat=_timestamp_format(member.timestamp_format),
            wireName=member.wire_name,
            location=location,
            locationName=member.location_name,
            xml=_xml(member.xml),
            jsonValue=member.json_value,
            hostLabel=member.host_label,
            contextParam=member.context_param,
            eventPayload=member.event_payload,
            eventHeader=member.event_header,
            streaming=member.streaming,
            knownValues=member.known_values,
        ),
        **write_entry(member, scope),
    }


def _timestamp_format(format: ir.TimestampFormat | None) -> str | None:
    return format.value if format else None


def _xml(xml: ir.XmlBinding | None) -> Json:
    if xml is None:
        return None
    return said(
        name=xml.name,
        namespace=xml.namespace,
        namespacePrefix=xml.namespace_prefix,
        attribute=xml.attribute,
        flattened=xml.flattened,
    )


# ------------------------------------------------------------------------------------------------------------ shapes


def write_shape(shape: ir.Shape, scope: Scope) -> Spec:
    """Write one entry of `shapes`."""
    return {**_typed(shape, scope.within(shape)), **said(sensitive=shape.sensitive), **write_entry(shape, scope)}


def _typed(shape: ir.Shape, scope: Scope) -> Spec:
    match shape:
        case ir.Structure():
            bindings = said(payload=shape.payload, xml=_xml(shape.xml))
            return {"type": "structure", "members": write_members(shape.members, scope), **bindings}
        case ir.UnionOf():
            members = write_members(shape.members, scope)
            return {"type": "union", "members": members, **said(eventStream=shape.event_stream)}
        case ir.Enum():
            bounds = write_constraints(shape.constraints, scope)
            return {"type": "enum", "values": _values(shape.values, scope), **said(closed=shape.closed), **bounds}
        case ir.IntEnum():
            return {"type": "intEnum", "values": {value.name.raw: value.value for value in shape.values}}
        case ir.ListOf():
            bounds = {**write_constraints(shape.constraints, scope), **said(sparse=shape.sparse)}
            return {"type": "list", "member": write_member(shape.member, scope), **bounds}
        case ir.MapOf():
            bounds = {**write_constraints(shape.constraints, scope), **said(sparse=shape.sparse)}
            edges: Spec = {"key": write_member(shape.key, scope), "value": write_member(shape.value, scope)}
            return {"type": "map", **edges, **bounds, **said(flattened=shape.flattened)}
        case _:
            return _simple(shape, scope)


_Simple = ir.Text | ir.Number | ir.Boolean | ir.Blob | ir.Timestamp | ir.Document


def _simple(shape: _Simple, scope: Scope) -> Spec:
    match shape:
        case ir.Text():
            known = said(knownValues=shape.known_values, mediaType=shape.media_type, jsonValue=shape.json_value)
            return {"type": "string", **write_constraints(shape.constraints, scope), **known}
        case ir.Number():
            return {"type": shape.type.value, **write_constraints(shape.constraints, scope), **said(box=shape.box)}
        case ir.Boolean():
            return {"type": "boolean", **said(box=shape.box)}
        case ir.Blob():
            rest = said(streaming=shape.streaming, requiresLength=shape.requires_length, mediaType=shape.media_type)
            return {"type": "blob", **write_constraints(shape.constraints, scope), **rest}
        case ir.Timestamp():
            return {"type": "timestamp", **said(timestampFormat=_timestamp_format(shape.format))}
        case ir.Document():
            return {"type": "document"}
        case _:
            assert_never(shape)


def _values(values: tuple[ir.EnumValue, ...], scope: Scope) -> Json:
    """A plain list, unless a value says more than itself."""
    details = {value.value.raw: {**said(name=value.name), **write_entry(value, scope)} for value in values}
    return dict(details) if any(details.values()) else [value.value.raw for value in values]
