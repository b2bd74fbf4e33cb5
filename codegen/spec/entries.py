"""What every entry of a spec shares: citations and their inheritance, constraints, members.

In: a `Cursor` and the `Scope` that encloses it. Out: the arguments of `ir.Entry`, `ir.Constraints`, `ir.Member`.
"""

from __future__ import annotations

import re
from typing import TypedDict

from codegen.diagnostics import Place
from codegen.records import dataclass, replace
from codegen.spec import ir
from codegen.spec.cursor import Cursor
from codegen.spec.ir import Citation, SpecText


@dataclass(frozen=True, slots=True)
class Scope:
    """What entries inherit: citations and decisions of what encloses them, and how the service's patterns are meant."""

    citations: tuple[Citation, ...] = ()
    decisions: tuple[SpecText, ...] = ()
    match: ir.Match = ir.Match.FULL
    ascii: bool = True


class EntryFields(TypedDict):
    documentation: SpecText | None
    citations: tuple[Citation, ...]
    decisions: tuple[SpecText, ...]
    deprecated: ir.Deprecated | None
    traits: dict[SpecText, ir.Json]
    at: Place


def enter(cursor: Cursor, scope: Scope) -> tuple[EntryFields, Scope]:
    """Read what an entry carries; give it with the scope for what the entry encloses."""
    fields = EntryFields(
        documentation=cursor.text("documentation"),
        citations=parse_citations(cursor, scope),
        decisions=cursor.texts("decisions"),
        deprecated=_parse_deprecated(cursor),
        traits=cursor.mapping("traits"),
        at=cursor.at,
    )
    return fields, replace(scope, citations=fields["citations"])


def parse_citations(cursor: Cursor, scope: Scope) -> tuple[Citation, ...]:
    """`["D0#request.Title:57", "M1"]`, place and line if known; without `sources`, those of what encloses the entry."""
    if "sources" not in cursor:
        return scope.citations
    return tuple(_citation(text, cursor.at.child("sources", n)) for n, text in enumerate(cursor.texts("sources")))


def _citation(text: SpecText, at: Place) -> Citation:
    source, mark, rest = text.raw.partition("#")
    line = _LINE.search(rest)
    place = SpecText(rest[: line.start()] if line else rest) if mark else None
    return Citation(source=SpecText(source), place=place, line=int(line[1]) if line else None, at=at)


_LINE = re.compile(r":([1-9][0-9]{0,6})\Z")


def _parse_deprecated(cursor: Cursor) -> ir.Deprecated | None:
    if not cursor.is_object("deprecated"):
        return ir.Deprecated(message=None, since=None) if cursor.flag("deprecated") else None
    details = cursor.object("deprecated")
    if details is None:
        return None
    deprecated = ir.Deprecated(message=details.text("message"), since=details.text("since"))
    details.close()
    return deprecated


# ------------------------------------------------------------------------------------------------------- constraints


class Provenance(TypedDict):
    enforced: bool
    citations: tuple[Citation, ...]
    decision: SpecText | None
    at: Place


def parse_constraints(cursor: Cursor, scope: Scope) -> ir.Constraints:
    return ir.Constraints(
        length=_parse_length(cursor, scope),
        range=_parse_range(cursor, scope),
        pattern=_parse_pattern(cursor, scope),
        unique_items=cursor.flag("uniqueItems"),
    )


def _provenance(cursor: Cursor, scope: Scope) -> Provenance:
    return Provenance(
        enforced=cursor.flag("enforced") if "enforced" in cursor else True,
        citations=parse_citations(cursor, scope),
        decision=cursor.text("decision"),
        at=cursor.at,
    )


def _parse_length(parent: Cursor, scope: Scope) -> ir.Length | None:
    cursor = parent.object("length")
    if cursor is None:
        return None
    length = ir.Length(min=cursor.integer("min"), max=cursor.integer("max"), **_provenance(cursor, scope))
    cursor.close()
    return length


def _parse_range(parent: Cursor, scope: Scope) -> ir.Range | None:
    cursor = parent.object("range")
    if cursor is None:
        return None
    bounds = ir.Range(min=cursor.number("min"), max=cursor.number("max"), **_provenance(cursor, scope))
    cursor.close()
    return bounds


def _parse_pattern(parent: Cursor, scope: Scope) -> ir.Pattern | None:
    """`"^a$"`, or an object that says how it is meant, whether it is enforced, and why."""
    if "pattern" not in parent:
        return None
    if not parent.is_object("pattern"):
        text, at = parent.text("pattern"), parent.place("pattern")
        if text is None:
            return None
        return ir.Pattern(text=text, match=scope.match, ascii=scope.ascii, citations=scope.citations, at=at)
    cursor = parent.object("pattern")
    if cursor is None:
        return None
    pattern = ir.Pattern(
        text=cursor.required_text("value"),
        match=cursor.choice("match", ir.Match, scope.match),
        ascii=cursor.flag("ascii") if "ascii" in cursor else scope.ascii,
        **_provenance(cursor, scope),
    )
    cursor.close()
    return pattern


# ----------------------------------------------------------------------------------------------------------- members


def parse_members(parent: Cursor, scope: Scope) -> tuple[ir.Member, ...]:
    return tuple(parse_member(name, cursor, scope) for name, cursor in parent.objects("members"))


def parse_member(name: SpecText, cursor: Cursor, scope: Scope) -> ir.Member:
    """Read a member of a structure, or the edge of a list (`member`) or map (`key`, `value`)."""
    entry, inner = enter(cursor, scope)
    member = ir.Member(
        **entry,
        name=name,
        target=cursor.required_text("target"),
        required=cursor.flag("required"),
        idempotency_token=cursor.flag("idempotencyToken"),
        default=cursor.raw("default"),
        has_default="default" in cursor,
        client_optional=cursor.flag("clientOptional"),
        box=cursor.flag("box"),
        sensitive=cursor.flag("sensitive"),
        constraints=parse_constraints(cursor, inner),
        timestamp_format=parse_timestamp_format(cursor),
        wire_name=cursor.text("wireName"),
        location=cursor.choice("location", ir.HttpLocation, ir.HttpLocation.BODY),
        location_name=cursor.text("locationName"),
        xml=parse_xml(cursor),
        json_value=cursor.flag("jsonValue"),
        host_label=cursor.flag("hostLabel"),
        context_param=cursor.text("contextParam"),
        event_payload=cursor.flag("eventPayload"),
        event_header=cursor.flag("eventHeader"),
        streaming=cursor.flag("streaming"),
        known_values=cursor.texts("knownValues"),
    )
    cursor.close()
    return member


def parse_timestamp_format(cursor: Cursor) -> ir.TimestampFormat | None:
    if "timestampFormat" not in cursor:
        return None
    return cursor.choice("timestampFormat", ir.TimestampFormat, ir.TimestampFormat.DATE_TIME)


def parse_xml(parent: Cursor) -> ir.XmlBinding | None:
    cursor = parent.object("xml")
    if cursor is None:
        return None
    binding = ir.XmlBinding(
        name=cursor.text("name"),
        namespace=cursor.text("namespace"),
        namespace_prefix=cursor.text("namespacePrefix"),
        attribute=cursor.flag("attribute"),
        flattened=cursor.flag("flattened"),
    )
    cursor.close()
    return binding
