"""`ir.Model` -> JSON of a spec, as `parse` reads it back.

In: a model, from whatever form it was read. Out: one JSON object, in the order of the sections of a spec. Reading it
again gives an equal model; only places differ.

A citation is written where it differs from that of the entry around it: a model of one source says so once. Without
`docs`, what is documentation is left out, messages of what is deprecated included: facts remain.
"""

from __future__ import annotations

from collections.abc import Iterable

from codegen.spec import ir
from codegen.spec.ir import Json
from codegen.spec.write_shapes import (
    Scope,
    Spec,
    said,
    without_prose,
    write_citations,
    write_entry,
    write_members,
    write_shape,
)


def write_model(model: ir.Model, *, docs: bool) -> Spec:
    """Write a release as one JSON object of our form."""
    service = model.service
    scope = Scope(service.citations, service.pattern_match, service.pattern_ascii, docs)
    sections: Spec = {
        "sources": {name.raw: _source(each) for name, each in model.sources.items()},
        "operations": {name.raw: _operation(each, scope) for name, each in model.operations.items()},
        "shapes": {name.raw: write_shape(each, scope) for name, each in model.shapes.items()},
        "errors": {name.raw: _error(each, scope) for name, each in model.errors.items()},
        "events": {name.raw: _event(each, scope) for name, each in model.events.items()},
        "paginators": {name.raw: _paginator(each, scope) for name, each in model.paginators.items()},
        "waiters": {name.raw: _waiter(each, scope) for name, each in model.waiters.items()},
        "examples": _examples(model.examples, scope),
        "decisions": {name.raw: _decision(each) for name, each in model.decisions.items()},
    }
    rules = model.endpoint_rules if docs else without_prose(model.endpoint_rules)
    return {
        "service": _service(service, scope),
        **{name: section for name, section in sections.items() if section},
        **said(endpoints=rules),
    }


# ----------------------------------------------------------------------------------------------------------- service


def _service(service: ir.Service, scope: Scope) -> Spec:
    nothing = Scope((), scope.match, scope.ascii, scope.docs)
    parameters: Spec = {each.name.raw: _parameter(each, scope) for each in service.common_parameters}
    errors: Spec = {each.name.raw: _error(each, scope) for each in service.common_errors}
    return {
        "name": service.name.raw,
        "release": service.release.raw,
        "title": service.title.raw,
        "serviceId": service.service_id.raw,
        **said(apiVersion=service.api_version),
        "protocol": service.protocol.value,
        **said(protocols=service.protocols, target=service.target_prefix),
        "endpoint": _endpoint(service.endpoint),
        "signing": {"version": service.signing.version.value, "name": service.signing.name.raw},
        **said(auth=service.auth),
        "patterns": {"match": service.pattern_match.value, "ascii": service.pattern_ascii},
        **said(queryCompatible=service.query_compatible),
        **said(commonParameters=parameters or None, commonErrors=errors or None),
        **write_entry(service, nothing),
    }


def _endpoint(endpoint: ir.Endpoint) -> Spec:
    rest = said(template=endpoint.template, fips=endpoint.fips, regions=endpoint.regions)
    return {"prefix": endpoint.prefix.raw, **rest}


def _parameter(parameter: ir.CommonParameter, scope: Scope) -> Spec:
    return {**said(header=parameter.header, required=parameter.required), **write_entry(parameter, scope)}


def _source(source: ir.Source) -> Spec:
    return {
        "title": source.title.raw,
        "publisher": source.publisher.raw,
        "kind": source.kind.raw,
        "date": source.date.raw,
        **said(sha256=source.sha256, url=source.url),
    }


def _decision(decision: ir.Decision) -> Spec:
    return {
        "question": decision.question.raw,
        **said(statements={each.source.raw: each.says.raw for each in decision.statements} or None),
        **said(decision=decision.decided, reason=decision.reason, facts=decision.facts),
    }


# ------------------------------------------------------------------------------------------------- operations, errors


def _operation(operation: ir.Operation, scope: Scope) -> Spec:
    return {
        **said(input=operation.input, output=operation.output, errors=operation.errors),
        **said(idempotent=operation.idempotent, readonly=operation.readonly),
        **said(asynchronous=_asynchronous(operation.asynchronous, scope.within(operation))),
        **said(http=_http(operation.http), hostPrefix=operation.host_prefix, auth=operation.auth),
        **said(unsignedPayload=operation.unsigned_payload, endpointDiscovery=operation.endpoint_discovery),
        **said(wireName=operation.wire_name),
        **write_entry(operation, scope),
    }


def _asynchronous(task: ir.Asynchronous | None, scope: Scope) -> Json:
    if task is None:
        return None
    status = task.status
    states = said(running=status.running, complete=status.complete, failed=status.failed)
    told: Spec = {"member": status.member.raw, **states, **said(reason=status.reason, message=status.message)}
    return {
        **said(steps=task.steps),
        "status": told,
        **said(events=task.events),
        **write_citations(task.citations, scope),
    }


def _http(http: ir.Http | None) -> Json:
    if http is None:
        return None
    return {"method": http.method.raw, "uri": http.uri.raw, **said(responseCode=http.response_code)}


def _error(error: ir.Error, scope: Scope) -> Spec:
    members = write_members(error.members, scope.within(error))
    return {
        **said(code=error.code, aliases=error.aliases, members=members or None),
        **({} if error.fault is ir.Fault.CLIENT else {"fault": error.fault.value}),
        **said(httpError=_http_error(error)),
        **said(retryable={"throttling": True} if error.throttling else error.retryable),
        **said(suggestedAction=error.suggested_action),
        **write_entry(error, scope),
    }


def _http_error(error: ir.Error) -> Json:
    """One number where every source that is cited says the same, else one per source."""
    by_source = {each.source: each.status for each in error.http_errors}
    if not by_source:
        return None
    statuses, cited = set(by_source.values()), dict.fromkeys(citation.source for citation in error.citations)
    alone = len(statuses) == 1 and list(by_source) == list(cited)
    return next(iter(statuses)) if alone else {source.raw: status for source, status in by_source.items()}


def _event(event: ir.Event, scope: Scope) -> Spec:
    return {
        **said(detailType=event.detail_type, source=event.source, detail=event.detail),
        **write_entry(event, scope),
    }


# ------------------------------------------------------------------------------------- paginators, waiters, examples


def _paginator(paginator: ir.Paginator, scope: Scope) -> Spec:
    return {
        **said(inputTokens=paginator.input_tokens, outputTokens=paginator.output_tokens),
        **said(resultKeys=paginator.result_keys, limitKey=paginator.limit_key),
        **said(moreResults=paginator.more_results, nonAggregateKeys=paginator.non_aggregate_keys),
        **write_entry(paginator, scope),
    }


def _waiter(waiter: ir.Waiter, scope: Scope) -> Spec:
    return {
        **said(operation=waiter.operation, delay=waiter.delay, maxAttempts=waiter.max_attempts),
        "acceptors": [_acceptor(each) for each in waiter.acceptors],
        **write_entry(waiter, scope),
    }


def _acceptor(acceptor: ir.Acceptor) -> Spec:
    told = said(state=acceptor.state.value, matcher=acceptor.matcher.value, argument=acceptor.argument)
    return {**told, "expected": acceptor.expected}


def _examples(examples: Iterable[ir.Example], scope: Scope) -> Spec:
    found: dict[str, list[Json]] = {}
    for example in examples:
        values: Spec = {"input": example.input, **said(output=example.output)}
        entry: Spec = {"title": example.title.raw, **values, **write_entry(example, scope)}
        found.setdefault(example.operation.raw, []).append(entry)
    return dict(found)
