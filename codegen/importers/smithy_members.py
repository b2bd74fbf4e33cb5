"""Members of a Smithy model -> `ir.Member`s, with what any entry carries and what any value must satisfy.

In: raw members and traits, and the `Tree` they are in. Out: members and constraints. A pattern is searched for unless
it prints anchors, as Smithy says. Bindings to HTTP count for protocols that have such; elsewhere they are kept as
traits, `jsonName` too.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.diagnostics import Place, quoted
from codegen.importers.reading import (
    ANY,
    LIST,
    NO_TRAITS,
    NUMBER,
    OBJECT,
    TEXT,
    WHOLE,
    Entry,
    EntryFields,
    Kinds,
    Reading,
    told_apart,
)
from codegen.importers.smithy_ast import FACTS, NAME, PRELUDE, Tree, traits_of
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.wording import words


def prelude(**kinds: tuple[type, ...]) -> Kinds:
    return {PRELUDE + name: kind for name, kind in kinds.items()}


ENTRY = {**prelude(documentation=TEXT, deprecated=OBJECT), NAME: TEXT, FACTS: LIST}


CONSTRAINTS = prelude(length=OBJECT, range=OBJECT, pattern=TEXT, uniqueItems=OBJECT)


SHAPE = {**ENTRY, **prelude(sensitive=OBJECT)}


XML = prelude(xmlName=TEXT, xmlNamespace=OBJECT)


HTTP = prelude(
    httpLabel=OBJECT,
    httpQuery=TEXT,
    httpQueryParams=OBJECT,
    httpHeader=TEXT,
    httpPrefixHeaders=TEXT,
    httpPayload=OBJECT,
    httpResponseCode=OBJECT,
)


MEMBER = {
    **SHAPE,
    **CONSTRAINTS,
    **XML,
    **prelude(
        required=OBJECT,
        idempotencyToken=OBJECT,
        default=ANY,
        clientOptional=OBJECT,
        box=OBJECT,
        timestampFormat=TEXT,
        xmlAttribute=OBJECT,
        xmlFlattened=OBJECT,
        hostLabel=OBJECT,
        eventPayload=OBJECT,
        eventHeader=OBJECT,
    ),
    "smithy.rules#contextParam": OBJECT,
}


_JSON_NAME = prelude(jsonName=TEXT)


_LOCATIONS = {
    "httpLabel": ir.HttpLocation.LABEL,
    "httpQuery": ir.HttpLocation.QUERY,
    "httpQueryParams": ir.HttpLocation.QUERY_PARAMS,
    "httpHeader": ir.HttpLocation.HEADER,
    "httpPrefixHeaders": ir.HttpLocation.PREFIX_HEADERS,
    "httpPayload": ir.HttpLocation.PAYLOAD,
    "httpResponseCode": ir.HttpLocation.RESPONSE_CODE,
}


def entry_fields(reading: Reading, traits: Entry, left: Mapping[SpecText, Json], at: Place) -> EntryFields:
    """Read what any entry may carry."""
    text = traits.get(PRELUDE + "documentation")
    return EntryFields(
        documentation=SpecText(text) if isinstance(text, str) else None,
        citations=reading.citations,
        deprecated=_deprecated(reading, traits, at),
        traits=left or NO_TRAITS,
        at=at,
    )


def _deprecated(reading: Reading, traits: Entry, at: Place) -> ir.Deprecated | None:
    if PRELUDE + "deprecated" not in traits:
        return None
    where = at.child("traits", PRELUDE + "deprecated")
    said, _ = reading.known(traits[PRELUDE + "deprecated"], {"message": TEXT, "since": TEXT}, where)
    return ir.Deprecated(message=reading.text(said.get("message")), since=reading.text(said.get("since")))


def read_constraints(tree: Tree, traits: Entry, at: Place) -> ir.Constraints:
    reading, where = tree.reading, at.child("traits")
    length = _bounds(reading, traits, "length", WHOLE, where)
    limits = _bounds(reading, traits, "range", NUMBER, where)
    text = traits.get(PRELUDE + "pattern")
    unique = PRELUDE + "uniqueItems" in traits
    if length is None and limits is None and text is None and not unique:
        return ir.NO_CONSTRAINTS
    return ir.Constraints(
        length=(
            ir.Length(min=_whole(length[0]), max=_whole(length[1]), citations=reading.citations, at=length[2])
            if length
            else None
        ),
        range=ir.Range(min=limits[0], max=limits[1], citations=reading.citations, at=limits[2]) if limits else None,
        pattern=_pattern(reading, text, where) if isinstance(text, str) else None,
        unique_items=unique,
    )


Number = int | float | None


def _bounds(
    reading: Reading, traits: Entry, trait: str, kind: tuple[type, ...], at: Place
) -> tuple[Number, Number, Place] | None:
    if PRELUDE + trait not in traits:
        return None
    where = at.child(PRELUDE + trait)
    said, _ = reading.known(traits[PRELUDE + trait], {"min": kind, "max": kind}, where)
    least, most = said.get("min"), said.get("max")
    return (
        least if isinstance(least, int | float) else None,
        most if isinstance(most, int | float) else None,
        where,
    )


def _whole(bound: Number) -> int | None:
    return bound if isinstance(bound, int) else None


def _pattern(reading: Reading, text: str, at: Place) -> ir.Pattern:
    return ir.Pattern(
        text=SpecText(text),
        match=ir.Match.SEARCH,
        ascii=True,
        citations=reading.citations,
        at=at.child(PRELUDE + "pattern"),
    )


def read_members(tree: Tree, entry: Entry, at: Place) -> tuple[ir.Member, ...]:
    members = entry.get("members")
    items = members.items() if isinstance(members, dict) else ()
    found = (read_member(tree, _name(name, raw), raw, at.child("members", name)) for name, raw in items)
    return told_apart(tuple(found))


def _name(name: str, raw: Json) -> str:
    """A member that our own export could not call by its name says it in a trait."""
    traits: Entry = traits_of(raw) if isinstance(raw, dict) else {}
    given = traits.get(NAME)
    return given if isinstance(given, str) else name


def read_member(tree: Tree, name: str, raw: Json, at: Place) -> ir.Member:
    reading = tree.reading
    entry, left = reading.known(raw, {"target": TEXT, "traits": OBJECT}, at, "target")
    target = tree.target(entry, at) if "target" in entry else ""
    traits, unread = reading.known(traits_of(entry), _kinds(tree), at.child("traits"))
    location, location_name = _location(reading, name, traits) if tree.rest else (ir.HttpLocation.BODY, None)
    wire = reading.text(traits.get(PRELUDE + "jsonName")) if tree.protocol is ir.Protocol.REST_JSON_1 else None
    default = traits.get(PRELUDE + "default")
    return ir.Member(
        **entry_fields(reading, traits, {**unread, **left}, at),
        name=reading.name(name),
        target=tree.name(target),
        required=PRELUDE + "required" in traits,
        idempotency_token=PRELUDE + "idempotencyToken" in traits,
        default=default,
        has_default=default is not None,
        client_optional=PRELUDE + "clientOptional" in traits,
        box=PRELUDE + "box" in traits,
        sensitive=PRELUDE + "sensitive" in traits,
        constraints=read_constraints(tree, traits, at),
        timestamp_format=timestamp_format(reading, traits, at),
        wire_name=wire if wire != reading.name(name) else None,
        location=location,
        location_name=location_name,
        xml=read_xml(reading, traits, at),
        host_label=PRELUDE + "hostLabel" in traits,
        context_param=_context_param(reading, traits, at),
        event_payload=PRELUDE + "eventPayload" in traits,
        event_header=PRELUDE + "eventHeader" in traits,
    )


def _kinds(tree: Tree) -> Kinds:
    """What is read of a member, by protocol."""
    if tree.protocol is ir.Protocol.REST_JSON_1:
        return _REST_JSON_MEMBER
    return _REST_MEMBER if tree.rest else MEMBER


_REST_MEMBER = {**MEMBER, **HTTP}


_REST_JSON_MEMBER = {**_REST_MEMBER, **_JSON_NAME}


def _location(reading: Reading, name: str, traits: Entry) -> tuple[ir.HttpLocation, SpecText | None]:
    """Where a member travels, and under which name: a label has that of the member."""
    for trait, location in _LOCATIONS.items():
        if PRELUDE + trait in traits:
            given = reading.text(traits[PRELUDE + trait])
            return location, reading.name(name) if location is ir.HttpLocation.LABEL else given
    return ir.HttpLocation.BODY, None


def timestamp_format(reading: Reading, traits: Entry, at: Place) -> ir.TimestampFormat | None:
    word = traits.get(PRELUDE + "timestampFormat")
    if not isinstance(word, str):
        return None
    if word not in tuple(ir.TimestampFormat):
        message = f"{quoted(word)} is none of {words([str(each) for each in ir.TimestampFormat])}"
        reading.faults.report("unknown-word", message, at.child("traits", PRELUDE + "timestampFormat"))
        return None
    return ir.TimestampFormat(word)


_XML_NAMES = tuple(PRELUDE + name for name in ("xmlName", "xmlNamespace", "xmlAttribute", "xmlFlattened"))


def read_xml(reading: Reading, traits: Entry, at: Place) -> ir.XmlBinding | None:
    if not any(name in traits for name in _XML_NAMES):
        return None
    where = at.child("traits", PRELUDE + "xmlNamespace")
    space, _ = reading.known(traits.get(PRELUDE + "xmlNamespace", {}), {"uri": TEXT, "prefix": TEXT}, where)
    return ir.XmlBinding(
        name=reading.text(traits.get(PRELUDE + "xmlName")),
        namespace=reading.text(space.get("uri")),
        namespace_prefix=reading.text(space.get("prefix")),
        attribute=PRELUDE + "xmlAttribute" in traits,
        flattened=PRELUDE + "xmlFlattened" in traits,
    )


def _context_param(reading: Reading, traits: Entry, at: Place) -> SpecText | None:
    trait = "smithy.rules#contextParam"
    if trait not in traits:
        return None
    said, _ = reading.known(traits[trait], {"name": TEXT}, at.child("traits", trait), "name")
    return reading.text(said.get("name"))
