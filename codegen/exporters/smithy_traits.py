"""What any entry, member or constraint of the IR says, as traits of Smithy.

In: values of the IR, and whether bindings to HTTP count. Out: traits by absolute name. What has no trait is not here:
`smithy` finds out what that is by reading back what it printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from codegen.importers import smithy_members as read
from codegen.importers.smithy_ast import PRELUDE
from codegen.spec import ir
from codegen.spec.ir import Json

Traits = dict[str, Json]
_TRAIT = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*#[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_READ = frozenset(
    (
        *read.ENTRY,
        *read.SHAPE,
        *read.CONSTRAINTS,
        *read.XML,
        *read.MEMBER,
        *read.prelude(title=(), auth=(), idempotent=(), readonly=(), endpoint=(), paginated=(), examples=(), enum=()),
        *read.prelude(error=(), retryable=(), httpError=(), streaming=(), requiresLength=(), mediaType=(), sparse=()),
        *read.prelude(enumValue=(), trait=(), mixin=()),
        "aws.api#service",
        "aws.auth#sigv4",
        "aws.auth#sigv4a",
        "aws.auth#unsignedPayload",
        "aws.protocols#awsQueryCompatible",
        "aws.protocols#awsQueryError",
        "smithy.api#httpBearerAuth",
        "smithy.rules#endpointRuleSet",
        "smithy.waiters#waitable",
    )
)
"""Traits that mean something to the reader: only what it reads them for may say them."""
_BINDINGS = frozenset((*read.HTTP, PRELUDE + "jsonName", PRELUDE + "http"))


def entry_traits(entry: ir.Entry, rest: bool) -> Traits:
    """Say what any entry may carry; kept traits of Smithy's own kind come as they are."""
    read = _READ | _BINDINGS if rest else _READ
    kept = {
        name.raw: value
        for name, value in entry.traits.items()
        if _TRAIT.fullmatch(name.raw) and name.raw not in read and not name.raw.startswith("speccast#")
    }
    text = entry.documentation
    return {
        **({PRELUDE + "documentation": text.raw} if text is not None else {}),
        **({PRELUDE + "deprecated": _deprecated(entry.deprecated)} if entry.deprecated else {}),
        **kept,
    }


def _deprecated(deprecated: ir.Deprecated) -> Json:
    return texts(message=deprecated.message, since=deprecated.since)


def texts(**given: ir.SpecText | None) -> Traits:
    return {name: text.raw for name, text in given.items() if text is not None}


def flags(**given: bool) -> Traits:
    """`required=True` gives the trait with nothing in it."""
    return {PRELUDE + name: {} for name, is_set in given.items() if is_set}


def words(**given: ir.SpecText | str | None) -> Traits:
    return {
        PRELUDE + name: text.raw if isinstance(text, ir.SpecText) else str(text)
        for name, text in given.items()
        if text is not None
    }


# --------------------------------------------------------------------------------------------------------- constraints


def constraint_traits(constraints: ir.Constraints) -> Traits:
    """Say what is enforced: Smithy has no word for a bound that is only recorded."""
    pattern = constraints.pattern if constraints.pattern and constraints.pattern.enforced else None
    return {
        **_bounds("length", constraints.length),
        **_bounds("range", constraints.range),
        **({PRELUDE + "pattern": searched(pattern)} if pattern else {}),
        **flags(uniqueItems=constraints.unique_items),
    }


def _bounds(name: str, bounds: ir.Length | ir.Range | None) -> Traits:
    if bounds is None or not bounds.enforced:
        return {}
    ends = {"min": bounds.min, "max": bounds.max}
    stated: Json = {end: bound for end, bound in ends.items() if bound is not None}
    return {PRELUDE + name: stated} if stated else {}


def searched(pattern: ir.Pattern) -> str:
    """Print a pattern as Smithy means it, found anywhere: one that has to match the whole value gets its anchors."""
    text = pattern.text.raw
    if pattern.match is ir.Match.SEARCH or (text.startswith("^") and text.endswith("$") and "|" not in text):
        return text
    return f"^{text}$" if "|" not in text else f"^(?:{text})$"


# ------------------------------------------------------------------------------------------------------------- members

_BINDING: Mapping[ir.HttpLocation, str] = {
    ir.HttpLocation.LABEL: "httpLabel",
    ir.HttpLocation.QUERY_PARAMS: "httpQueryParams",
    ir.HttpLocation.PAYLOAD: "httpPayload",
    ir.HttpLocation.RESPONSE_CODE: "httpResponseCode",
}
_NAMED_BINDING: Mapping[ir.HttpLocation, str] = {
    ir.HttpLocation.QUERY: "httpQuery",
    ir.HttpLocation.HEADER: "httpHeader",
    ir.HttpLocation.PREFIX_HEADERS: "httpPrefixHeaders",
}


def member_traits(member: ir.Member, protocol: ir.Protocol) -> Traits:
    """Say what a member is beyond its target."""
    rest = protocol in (ir.Protocol.REST_JSON_1, ir.Protocol.REST_XML)
    own = entry_traits(member, rest)
    json_name = member.wire_name if protocol is ir.Protocol.REST_JSON_1 else None
    context = member.context_param
    return {
        **own,
        **flags(
            required=member.required,
            idempotencyToken=member.idempotency_token,
            clientOptional=member.client_optional,
            box=member.box,
            hostLabel=member.host_label,
            eventPayload=member.event_payload,
            eventHeader=member.event_header,
        ),
        **({PRELUDE + "default": member.default} if member.has_default else {}),
        **constraint_traits(member.constraints),
        **words(timestampFormat=member.timestamp_format, jsonName=json_name),
        **(_location(member) if rest else {}),
        **xml_traits(member.xml),
        **({"smithy.rules#contextParam": {"name": context.raw}} if context is not None else {}),
    }


def _location(member: ir.Member) -> Traits:
    if member.location in _BINDING:
        return {PRELUDE + _BINDING[member.location]: {}}
    name = member.location_name
    return words(**{_NAMED_BINDING[member.location]: name}) if member.location in _NAMED_BINDING and name else {}


def xml_traits(xml: ir.XmlBinding | None) -> Traits:
    """Say how an element is written."""
    if xml is None:
        return {}
    space = texts(uri=xml.namespace, prefix=xml.namespace_prefix)
    return {
        **words(xmlName=xml.name),
        **({PRELUDE + "xmlNamespace": space} if space else {}),
        **flags(xmlAttribute=xml.attribute, xmlFlattened=xml.flattened),
    }
