"""Members of a botocore service model -> `ir.Member`s, and what every entry of one carries.

In: raw members, and the `Context` of their service. Out: members. Most of them say nothing but their target, once
documentation is left out, and are made the shorter way.
"""

from __future__ import annotations

from collections.abc import Set
from typing import TypedDict, TypeGuard

from codegen.diagnostics import Place, quoted
from codegen.importers.reading import (
    ANY,
    FLAG,
    NO_TRAITS,
    OBJECT,
    TEXT,
    Entry,
    EntryFields,
    Kinds,
    Reading,
    Traits,
    told_apart,
)
from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.wording import words


@dataclass(frozen=True, slots=True)
class Context:
    """What shapes are read against: the other shapes, and how the service speaks."""

    reading: Reading
    raw: Entry
    xml: bool
    match: ir.Match
    said: Set[str]
    """All keys of the raw shapes."""


ENTRY: Kinds = {"documentation": TEXT, "deprecated": FLAG, "deprecatedMessage": TEXT, "deprecatedSince": TEXT}


XML: Kinds = {"locationName": TEXT, "xmlNamespace": (dict, str)}


_MEMBER: Kinds = {
    **ENTRY,
    **XML,
    "shape": TEXT,
    "location": TEXT,
    "idempotencyToken": FLAG,
    "default": ANY,
    "clientOptional": FLAG,
    "box": FLAG,
    "sensitive": FLAG,
    "jsonvalue": FLAG,
    "hostLabel": FLAG,
    "contextParam": OBJECT,
    "eventpayload": FLAG,
    "eventheader": FLAG,
    "streaming": FLAG,
    "timestampFormat": TEXT,
    "flattened": FLAG,
    "xmlAttribute": FLAG,
}


NO_EDGE: Entry = {"shape": ""}
"""Stands in for the item of a list or map that says none, which is reported where it is missing."""


_LOCATIONS = {
    "uri": ir.HttpLocation.LABEL,
    "querystring": ir.HttpLocation.QUERY,
    "header": ir.HttpLocation.HEADER,
    "headers": ir.HttpLocation.PREFIX_HEADERS,
    "statusCode": ir.HttpLocation.RESPONSE_CODE,
}


_TIMESTAMP_FORMATS = {
    "iso8601": ir.TimestampFormat.DATE_TIME,
    "unixTimestamp": ir.TimestampFormat.EPOCH_SECONDS,
    "rfc822": ir.TimestampFormat.HTTP_DATE,
}


def entry_fields(reading: Reading, entry: Entry, traits: Traits, at: Place) -> EntryFields:
    """Read what any entry may carry."""
    text = entry.get("documentation")
    return {
        "documentation": SpecText(text) if isinstance(text, str) else None,
        "citations": reading.citations,
        "deprecated": _deprecated(reading, entry) if "deprecated" in entry else None,
        "traits": traits,
        "at": at,
    }


def _deprecated(reading: Reading, entry: Entry) -> ir.Deprecated | None:
    if entry["deprecated"] is not True:
        return None
    return ir.Deprecated(
        message=reading.text(entry.get("deprecatedMessage")), since=reading.text(entry.get("deprecatedSince"))
    )


def read_members(context: Context, entry: Entry, at: Place) -> tuple[ir.Member, ...]:
    members, required = entry.get("members"), entry.get("required")
    if not isinstance(members, dict) or not (members or required):
        return ()
    reading, base = context.reading, (*at.pointer, "members")
    names = {text.raw for text in reading.texts(required, at.child("required"))} if required else frozenset[str]()
    for name in names - members.keys():
        reading.unknown("member", name, list(members), at.child("required"))
    payload = entry.get("payload")
    return told_apart(
        tuple(
            read_member(context, name, raw, Place(reading.file, (*base, name)), name in names, name == payload)
            for name, raw in members.items()
        )
    )


def read_member(context: Context, name: str, raw: Json | Entry, at: Place, required: bool, payload: bool) -> ir.Member:
    reading = context.reading
    if is_plain(raw):
        return _plain(context, name, raw, at, required, payload)
    entry, traits = reading.known(raw, _MEMBER, at, "shape")
    target = _target(context, entry, at)
    location = _location(context, entry, target, at, payload)
    given = reading.text(entry.get("locationName"))
    in_body = location in (ir.HttpLocation.BODY, ir.HttpLocation.PAYLOAD)
    return ir.Member(
        **entry_fields(reading, entry, traits, at),
        **_flags(entry),
        name=reading.name(name),
        target=target,
        required=required,
        default=entry.get("default"),
        has_default="default" in entry,
        timestamp_format=timestamp_format(context, entry, at),
        wire_name=given if in_body and not context.xml and given != reading.name(name) else None,
        location=location,
        location_name=None if in_body else given,
        xml=read_xml(context, entry, given if in_body and context.xml else None, at),
        context_param=_context_param(context, entry, at),
    )


class _Flags(TypedDict):
    """Arguments of `ir.Member`: what is true of it or is not."""

    idempotency_token: bool
    client_optional: bool
    box: bool
    sensitive: bool
    json_value: bool
    host_label: bool
    event_payload: bool
    event_header: bool
    streaming: bool


def _flags(entry: Entry) -> _Flags:
    return _Flags(
        idempotency_token=entry.get("idempotencyToken") is True,
        client_optional=entry.get("clientOptional") is True,
        box=entry.get("box") is True,
        sensitive=entry.get("sensitive") is True,
        json_value=entry.get("jsonvalue") is True,
        host_label=entry.get("hostLabel") is True,
        event_payload=entry.get("eventpayload") is True,
        event_header=entry.get("eventheader") is True,
        streaming=entry.get("streaming") is True,
    )


PLAIN = frozenset(("shape", "documentation", "locationName"))
"""Keys of a member that says nothing but what most say."""


def is_plain(raw: Json | Entry) -> TypeGuard[Entry]:
    """Say whether a member says nothing but what most say, and that as it should."""
    return isinstance(raw, dict) and raw.keys() <= PLAIN and "shape" in raw and {*map(type, raw.values())} == {str}


def _plain(context: Context, name: str, entry: Entry, at: Place, required: bool, payload: bool) -> ir.Member:
    reading, text = context.reading, entry.get("documentation")
    own, given = reading.name(name), reading.text(entry.get("locationName"))
    return ir.Member(
        name=own,
        target=_target(context, entry, at),
        required=required,
        location=ir.HttpLocation.PAYLOAD if payload else ir.HttpLocation.BODY,
        documentation=SpecText(text) if isinstance(text, str) else None,
        wire_name=given if not context.xml and given != own else None,
        xml=ir.XmlBinding(name=given) if context.xml and given is not None else None,
        citations=reading.citations,
        traits=NO_TRAITS,
        at=at,
    )


def _target(context: Context, entry: Entry, at: Place) -> SpecText:
    target = entry.get("shape")
    if not isinstance(target, str):
        return SpecText("")
    if target not in context.raw and entry is not NO_EDGE:
        context.reading.unknown("shape", target, list(context.raw), at.child("shape"))
    return context.reading.name(target)


def _location(context: Context, entry: Entry, target: SpecText, at: Place, payload: bool) -> ir.HttpLocation:
    """A query that takes a whole map is one of its own; botocore tells it by the target alone."""
    word = entry.get("location")
    if not isinstance(word, str):
        return ir.HttpLocation.PAYLOAD if payload else ir.HttpLocation.BODY
    if word not in _LOCATIONS:
        message = f"{quoted(word)} is none of {words(list(_LOCATIONS))}"
        context.reading.faults.report("unknown-word", message, at.child("location"))
        return ir.HttpLocation.BODY
    shape = context.raw.get(target.raw)
    if word == "querystring" and isinstance(shape, dict) and shape.get("type") == "map":
        return ir.HttpLocation.QUERY_PARAMS
    return _LOCATIONS[word]


def timestamp_format(context: Context, entry: Entry, at: Place) -> ir.TimestampFormat | None:
    word = entry.get("timestampFormat")
    if not isinstance(word, str):
        return None
    if word not in _TIMESTAMP_FORMATS:
        message = f"{quoted(word)} is none of {words(list(_TIMESTAMP_FORMATS))}"
        context.reading.faults.report("unknown-word", message, at.child("timestampFormat"))
    return _TIMESTAMP_FORMATS.get(word)


_NAMESPACE: Kinds = {"uri": TEXT, "prefix": TEXT}


def read_xml(context: Context, entry: Entry, name: SpecText | None, at: Place) -> ir.XmlBinding | None:
    """Read how an element is written; a namespace is an object with its prefix, or the address alone."""
    reading, space = context.reading, entry.get("xmlNamespace")
    if name is None and space is None and "flattened" not in entry and "xmlAttribute" not in entry:
        return None
    uri = {"uri": space} if isinstance(space, str) else space or {}
    said, _ = reading.known(uri, _NAMESPACE, at.child("xmlNamespace"))
    return ir.XmlBinding(
        name=name,
        namespace=reading.text(said.get("uri")),
        namespace_prefix=reading.text(said.get("prefix")),
        attribute=entry.get("xmlAttribute") is True,
        flattened=entry.get("flattened") is True,
    )


def _context_param(context: Context, entry: Entry, at: Place) -> SpecText | None:
    if "contextParam" not in entry:
        return None
    said, _ = context.reading.known(entry["contextParam"], {"name": TEXT}, at.child("contextParam"), "name")
    return context.reading.text(said.get("name"))
