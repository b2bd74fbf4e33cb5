"""JSON of a spec -> `ir.Model`; one small function per entry and per kind of shape.

In: the `Source`s of one release (several files are merged by top-level key). Out: the model, or `Diagnostics` with
every fault of form at once: unknown keys, wrong types, an entry in two files. What a spec *means* (dangling names,
impossible constraints) is judged by `check`, over the model.

The grammar, in the order of the functions here, in `entries` and in `shapes`:

    spec       = { service, sources, operations, shapes, errors, events, paginators, waiters, examples, endpoints,
                   decisions, $schema }
    entry      = { documentation, sources: [citation], decisions: [id], deprecated, traits }
    citation   = "source" | "source#place"
    constraint = length {min, max} | range {min, max} | pattern "text" or {value, match, ascii},
                 each with enforced, sources, decision
    member     = entry + { target, required, idempotencyToken, default, constraints, ... }
    shape      = entry + { type, ... }
    operation  = entry + { input, output, errors, asynchronous, http, ... }
    error      = entry + { members, fault, httpError, retryable, suggestedAction, code, aliases }

Citations are inherited here: a member without `sources` has those of its structure, a constraint those of its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from codegen.diagnostics import Diagnostics, Note, Place, quoted
from codegen.spec import ir
from codegen.spec.cursor import Cursor, Faults
from codegen.spec.entries import Scope, enter, parse_citations, parse_members
from codegen.spec.ir import SpecText
from codegen.spec.shapes import parse_shape
from codegen.spec.source import Source, locator

Parsed = TypeVar("Parsed")

SECTIONS = (
    "service",
    "sources",
    "operations",
    "shapes",
    "errors",
    "events",
    "paginators",
    "waiters",
    "examples",
    "endpoints",
    "decisions",
)
EDITOR_KEY = "$schema"
"""Names `spec.schema.json` for editors; says nothing to us."""

MOST_SHAPES = 20_000
"""Arbitrary: the largest of AWS's models has 4,414."""

_SINGLE = ("service", "endpoints")


def parse_model(sources: tuple[Source, ...]) -> ir.Model:
    """Read one release; raises `Diagnostics` when anything is malformed."""
    faults = Faults()
    sections = {name: _merge(name, sources, faults) for name in SECTIONS}
    _report_unknown_sections(sources, faults)
    _refuse_too_many(sections["shapes"], sources)
    service = _parse_service(sections["service"], faults, sources)
    scope = Scope(service.citations, (), service.pattern_match, service.pattern_ascii)
    model = ir.Model(
        service=service,
        shapes=_each(sections["shapes"], lambda name, entry: parse_shape(name, entry, scope)),
        operations=_each(sections["operations"], lambda name, entry: _parse_operation(name, entry, scope)),
        errors=_each(sections["errors"], lambda name, entry: _parse_error(name, entry, scope)),
        events=_each(sections["events"], lambda name, entry: _parse_event(name, entry, scope)),
        sources=_each(sections["sources"], _parse_source),
        decisions=_each(sections["decisions"], _parse_decision),
        paginators=_each(sections["paginators"], lambda name, entry: _parse_paginator(name, entry, scope)),
        waiters=_each(sections["waiters"], lambda name, entry: _parse_waiter(name, entry, scope)),
        examples=tuple(_parse_examples(sections["examples"], scope)),
        endpoint_rules=_endpoint_rules(sources),
    )
    if faults:
        raise Diagnostics(faults, locator(sources))
    return model


def _refuse_too_many(shapes: Sections, sources: tuple[Source, ...]) -> None:
    """Stop at more shapes than are read in seconds; the rule of this name says so of models that are imported."""
    if len(shapes) > MOST_SHAPES:
        faults = Faults()
        faults.report(
            "too-many", too_many("this spec", len(shapes), "shapes", MOST_SHAPES), Place(sources[0].path, ("service",))
        )
        raise Diagnostics(faults, locator(sources))


def too_many(holder: str, count: int, what: str, most: int) -> str:
    """Word a `too-many`: `this spec has 3 shapes; it may have 2`."""
    return f"{holder} has {count} {what}; it may have {most}"


# ---------------------------------------------------------------------------------------------------- several files

Sections = Mapping[SpecText, Cursor]


def _merge(section: str, sources: tuple[Source, ...], faults: Faults) -> Sections:
    """Gather one top-level key from every file; an entry in two files is a fault."""
    found: dict[SpecText, Cursor] = {}
    for source in sources:
        document = source.value if isinstance(source.value, dict) else {}
        if section not in document:
            continue
        at = Place(source.path, (section,))
        if section in _SINGLE:
            _add(found, SpecText(section), Cursor(document[section], at, faults), faults)
            continue
        cursor = Cursor(document, Place(source.path), faults)
        for name, entry in cursor.objects(section) if section != "examples" else _example_lists(cursor):
            _add(found, name, entry, faults)
    return found


def _example_lists(cursor: Cursor) -> Iterable[tuple[SpecText, Cursor]]:
    """Examples are arrays by operation: each becomes an entry named after its operation and number."""
    by_operation = cursor.object("examples")
    if by_operation is None:
        return
    for operation in by_operation.names():
        for number, entry in enumerate(by_operation.array(operation)):
            yield SpecText(f"{operation} #{number}"), entry


def _add(found: dict[SpecText, Cursor], name: SpecText, entry: Cursor, faults: Faults) -> None:
    if name in found:
        first = Note("first written here", found[name].at.key())
        faults.report("duplicate-entry", f"{quoted(name.raw)} is written in two files", entry.at.key(), first)
    found.setdefault(name, entry)


def _report_unknown_sections(sources: tuple[Source, ...], faults: Faults) -> None:
    for source in sources:
        for key in source.value if isinstance(source.value, dict) else ():
            if key not in (*SECTIONS, EDITOR_KEY):
                faults.unknown_key(key, SECTIONS, Place(source.path, (key,), on_key=True))


def _endpoint_rules(sources: tuple[Source, ...]) -> ir.Json:
    for source in sources:
        if isinstance(source.value, dict) and "endpoints" in source.value:
            return source.value["endpoints"]
    return None


def _each(section: Sections, parse: Callable[[SpecText, Cursor], Parsed]) -> dict[SpecText, Parsed]:
    return {name: parse(name, entry) for name, entry in section.items()}


# ----------------------------------------------------------------------------------------------------------- service


def _parse_service(section: Sections, faults: Faults, sources: tuple[Source, ...]) -> ir.Service:
    name = SpecText("service")
    if name not in section:
        faults.report("missing-key", 'the spec has no "service"', Place(sources[0].path))
    cursor = section.get(name) or Cursor({}, Place(sources[0].path), Faults())
    entry, scope = enter(cursor, Scope())
    cursor.need("patterns", "endpoint", "signing", "protocol")
    patterns = cursor.object("patterns") or Cursor({}, cursor.at, faults)
    service = ir.Service(
        **entry,
        name=cursor.required_text("name"),
        release=cursor.required_text("release"),
        title=cursor.required_text("title"),
        service_id=cursor.required_text("serviceId"),
        api_version=cursor.text("apiVersion"),
        protocol=cursor.choice("protocol", ir.Protocol, ir.Protocol.AWS_JSON_1_0),
        protocols=cursor.texts("protocols"),
        target_prefix=cursor.text("target"),
        endpoint=_parse_endpoint(cursor),
        signing=_parse_signing(cursor),
        auth=cursor.texts("auth"),
        pattern_match=patterns.choice("match", ir.Match, ir.Match.FULL),
        pattern_ascii=patterns.flag("ascii"),
        query_compatible=cursor.flag("queryCompatible"),
        common_parameters=tuple(_parse_common_parameter(*each, scope) for each in cursor.objects("commonParameters")),
        common_errors=tuple(_parse_error(*each, scope) for each in cursor.objects("commonErrors")),
    )
    patterns.close()
    cursor.close()
    return service


def _parse_endpoint(service: Cursor) -> ir.Endpoint:
    cursor = service.object("endpoint") or Cursor({}, service.at, Faults())
    endpoint = ir.Endpoint(
        prefix=cursor.required_text("prefix"),
        template=cursor.text("template"),
        fips=cursor.text("fips"),
        regions=cursor.texts("regions"),
    )
    cursor.close()
    return endpoint


def _parse_signing(service: Cursor) -> ir.Signing:
    cursor = service.object("signing") or Cursor({}, service.at, Faults())
    signing = ir.Signing(
        version=cursor.choice("version", ir.SigningVersion, ir.SigningVersion.V4), name=cursor.required_text("name")
    )
    cursor.close()
    return signing


def _parse_common_parameter(name: SpecText, cursor: Cursor, scope: Scope) -> ir.CommonParameter:
    entry, _ = enter(cursor, scope)
    parameter = ir.CommonParameter(**entry, name=name, header=cursor.text("header"), required=cursor.flag("required"))
    cursor.close()
    return parameter


def _parse_source(name: SpecText, cursor: Cursor) -> ir.Source:
    source = ir.Source(
        id=name,
        title=cursor.required_text("title"),
        publisher=cursor.required_text("publisher"),
        kind=cursor.required_text("kind"),
        date=cursor.required_text("date"),
        sha256=cursor.text("sha256"),
        url=cursor.text("url"),
        at=cursor.at,
    )
    cursor.close()
    return source


def _parse_decision(name: SpecText, cursor: Cursor) -> ir.Decision:
    statements = cursor.object("statements")
    said = [
        ir.Statement(source=SpecText(source), says=text, at=statements.place(source))
        for source in (statements.names() if statements else ())
        if statements and (text := statements.text(source))
    ]
    decision = ir.Decision(
        id=name,
        question=cursor.required_text("question"),
        statements=tuple(said),
        decided=cursor.text("decision"),
        reason=cursor.text("reason"),
        facts=cursor.texts("facts"),
        at=cursor.at,
    )
    cursor.close()
    return decision


# ------------------------------------------------------------------------------------------------- operations, errors


def _parse_operation(name: SpecText, cursor: Cursor, scope: Scope) -> ir.Operation:
    entry, inner = enter(cursor, scope)
    operation = ir.Operation(
        **entry,
        name=name,
        input=cursor.text("input"),
        output=cursor.text("output"),
        errors=cursor.texts("errors"),
        idempotent=cursor.flag("idempotent"),
        readonly=cursor.flag("readonly"),
        asynchronous=_parse_asynchronous(cursor.object("asynchronous"), inner),
        http=_parse_http(cursor.object("http")),
        host_prefix=cursor.text("hostPrefix"),
        auth=cursor.texts("auth"),
        unsigned_payload=cursor.flag("unsignedPayload"),
        endpoint_discovery=cursor.flag("endpointDiscovery"),
        wire_name=cursor.text("wireName"),
    )
    cursor.close()
    return operation


def _parse_asynchronous(cursor: Cursor | None, scope: Scope) -> ir.Asynchronous | None:
    if cursor is None:
        return None
    cursor.need("status")
    task = ir.Asynchronous(
        steps=cursor.texts("steps"),
        status=_parse_status(cursor.object("status") or Cursor({}, cursor.at, Faults())),
        events=cursor.texts("events"),
        citations=parse_citations(cursor, scope),
        at=cursor.at,
    )
    cursor.close()
    return task


def _parse_status(cursor: Cursor) -> ir.TaskStatus:
    status = ir.TaskStatus(
        member=cursor.required_text("member"),
        running=cursor.texts("running"),
        complete=cursor.texts("complete"),
        failed=cursor.texts("failed"),
        reason=cursor.text("reason"),
        message=cursor.text("message"),
    )
    cursor.close()
    return status


def _parse_http(cursor: Cursor | None) -> ir.Http | None:
    if cursor is None:
        return None
    http = ir.Http(
        method=cursor.required_text("method"),
        uri=cursor.required_text("uri"),
        response_code=cursor.integer("responseCode"),
    )
    cursor.close()
    return http


def _parse_error(name: SpecText, cursor: Cursor, scope: Scope) -> ir.Error:
    entry, inner = enter(cursor, scope)
    retryable, throttling = _parse_retryable(cursor)
    error = ir.Error(
        **entry,
        name=name,
        code=cursor.text("code"),
        aliases=cursor.texts("aliases"),
        members=parse_members(cursor, inner),
        fault=cursor.choice("fault", ir.Fault, ir.Fault.CLIENT),
        http_errors=_parse_http_errors(cursor, inner),
        retryable=retryable,
        throttling=throttling,
        suggested_action=cursor.text("suggestedAction"),
    )
    cursor.close()
    return error


def _parse_retryable(cursor: Cursor) -> tuple[bool, bool]:
    """`true` gives (retryable, not throttling); `{"throttling": true}` gives both."""
    if not cursor.is_object("retryable"):
        return cursor.flag("retryable"), False
    retryable = cursor.object("retryable")
    throttling = retryable is not None and retryable.flag("throttling")
    if retryable:
        retryable.close()
    return True, throttling


def _parse_http_errors(cursor: Cursor, scope: Scope) -> tuple[ir.HttpError, ...]:
    """One status for all sources of the entry, or one per source."""
    if not cursor.is_object("httpError"):
        status, at = cursor.integer("httpError"), cursor.place("httpError")
        if status is None:
            return ()
        cited = dict.fromkeys(citation.source for citation in scope.citations)
        return tuple(ir.HttpError(source=source, status=status, at=at) for source in cited)
    by_source = cursor.object("httpError")
    return tuple(
        ir.HttpError(source=SpecText(source), status=status, at=by_source.place(source))
        for source in (by_source.names() if by_source else ())
        if by_source and (status := by_source.integer(source)) is not None
    )


def _parse_event(name: SpecText, cursor: Cursor, scope: Scope) -> ir.Event:
    entry, _ = enter(cursor, scope)
    event = ir.Event(
        **entry,
        name=name,
        detail_type=cursor.required_text("detailType"),
        source=cursor.required_text("source"),
        detail=cursor.required_text("detail"),
    )
    cursor.close()
    return event


# ------------------------------------------------------------------------------------- paginators, waiters, examples


def _parse_paginator(name: SpecText, cursor: Cursor, scope: Scope) -> ir.Paginator:
    entry, _ = enter(cursor, scope)
    paginator = ir.Paginator(
        **entry,
        operation=name,
        input_tokens=cursor.texts("inputTokens"),
        output_tokens=cursor.texts("outputTokens"),
        result_keys=cursor.texts("resultKeys"),
        limit_key=cursor.text("limitKey"),
        more_results=cursor.text("moreResults"),
        non_aggregate_keys=cursor.texts("nonAggregateKeys"),
    )
    cursor.close()
    return paginator


def _parse_waiter(name: SpecText, cursor: Cursor, scope: Scope) -> ir.Waiter:
    entry, _ = enter(cursor, scope)
    waiter = ir.Waiter(
        **entry,
        name=name,
        operation=cursor.required_text("operation"),
        delay=cursor.integer("delay") or 0,
        max_attempts=cursor.integer("maxAttempts") or 0,
        acceptors=tuple(_parse_acceptor(each) for each in cursor.array("acceptors")),
    )
    cursor.close()
    return waiter


def _parse_acceptor(cursor: Cursor) -> ir.Acceptor:
    cursor.need("state", "matcher", "expected")
    acceptor = ir.Acceptor(
        state=cursor.choice("state", ir.AcceptorState, ir.AcceptorState.SUCCESS),
        matcher=cursor.choice("matcher", ir.Matcher, ir.Matcher.PATH),
        argument=cursor.text("argument"),
        expected=cursor.raw("expected"),
    )
    cursor.close()
    return acceptor


def _parse_examples(section: Sections, scope: Scope) -> Iterator[ir.Example]:
    for name, cursor in section.items():
        entry, _ = enter(cursor, scope)
        yield ir.Example(
            **entry,
            operation=SpecText(name.raw.rpartition(" #")[0]),
            title=cursor.required_text("title"),
            input=cursor.raw("input"),
            output=cursor.raw("output"),
        )
        cursor.close()
