"""Operations, with what pages, what is waited for and what is shown by example -> traits of a Smithy syntax tree.

In: a model, and what everything is called. Out: the entries of its operations. A paginator or waiter that Smithy cannot
say in full is not said by halves: it is left to the facts of our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from codegen.exporters.smithy_names import named
from codegen.exporters.smithy_shapes import Frame, Tree, with_traits
from codegen.exporters.smithy_traits import Traits, entry_traits, flags
from codegen.importers.smithy_ast import PRELUDE, UNIT
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText

_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


def operation_entry(operation: ir.Operation, model: ir.Model, frame: Frame) -> Tree:
    """Write one operation."""
    shapes, errors = frame.ids.shapes, frame.ids.errors
    raised: list[Json] = [{"target": errors[name]} for name in operation.errors]
    own: Traits = {
        **entry_traits(operation, frame.rest),
        **flags(idempotent=operation.idempotent, readonly=operation.readonly),
        **_http(operation.http if frame.rest else None),
        **({PRELUDE + "endpoint": {"hostPrefix": operation.host_prefix.raw}} if operation.host_prefix else {}),
        **({PRELUDE + "auth": [each.raw for each in operation.auth]} if operation.auth else {}),
        **({"aws.auth#unsignedPayload": {}} if operation.unsigned_payload else {}),
        **({"aws.api#clientDiscoveredEndpoint": {"required": False}} if _discovers(operation) else {}),
        **_paginated(model.paginators.get(operation.name)),
        **_waitable(model.waiters, operation.name),
        **_shown(model, operation.name),
        **named(frame.ids.operations[operation.name], operation.name),
    }
    ends: Tree = {"input": {"target": shapes[operation.input] if operation.input else UNIT}}
    ends["output"] = {"target": shapes[operation.output] if operation.output else UNIT}
    return with_traits({"type": "operation", **ends, **({"errors": raised} if raised else {})}, own)


def _discovers(operation: ir.Operation) -> bool:
    """Models of Smithy bring the trait along, with what else it says."""
    return operation.endpoint_discovery and SpecText("aws.api#clientDiscoveredEndpoint") not in operation.traits


def _http(http: ir.Http | None) -> Traits:
    if http is None:
        return {}
    code: Traits = {} if http.response_code is None else {"code": http.response_code}
    return {PRELUDE + "http": {"method": http.method.raw, "uri": http.uri.raw, **code}}


# ------------------------------------------------------------------------------------------------------------- paging


def _paginated(paginator: ir.Paginator | None) -> Traits:
    """Smithy knows one token each way, and paths of names."""
    if paginator is None or len(paginator.input_tokens) != 1 or len(paginator.output_tokens) != 1:
        return {}
    said = {
        "inputToken": paginator.input_tokens[0],
        "outputToken": paginator.output_tokens[0],
        "items": paginator.result_keys[0] if len(paginator.result_keys) == 1 else None,
        "pageSize": paginator.limit_key,
    }
    if not all(_PATH.fullmatch(path.raw) for path in said.values() if path):
        return {}
    return {PRELUDE + "paginated": {key: path.raw for key, path in said.items() if path}}


# ------------------------------------------------------------------------------------------------------------ waiting


def _waitable(waiters: Mapping[SpecText, ir.Waiter], operation: SpecText) -> Traits:
    said = {waiter.name.raw: _waiter(waiter) for waiter in waiters.values() if waiter.operation == operation}
    whole: Json = {name: waiter for name, waiter in said.items() if waiter is not None and _PATH.fullmatch(name)}
    return {"smithy.waiters#waitable": whole} if whole else {}


def _waiter(waiter: ir.Waiter) -> Json:
    """The longest delay is that of all attempts at an even pace, as the reader counts them."""
    acceptors = [_acceptor(each) for each in waiter.acceptors]
    if not all(acceptors) or waiter.delay < 1 or waiter.max_attempts < 1:
        return None
    kept = waiter.traits.get(SpecText("maxDelay"))
    return {
        **({"documentation": waiter.documentation.raw} if waiter.documentation else {}),
        "acceptors": acceptors,
        "minDelay": waiter.delay,
        "maxDelay": kept if isinstance(kept, int) else waiter.delay * waiter.max_attempts,
        **({"deprecated": True} if waiter.deprecated else {}),
    }


def _acceptor(acceptor: ir.Acceptor) -> Json:
    matcher = _matcher(acceptor)
    return {"state": acceptor.state.value, "matcher": matcher} if matcher else None


_COMPARATORS = {
    ir.Matcher.PATH: "stringEquals",
    ir.Matcher.PATH_ALL: "allStringEquals",
    ir.Matcher.PATH_ANY: "anyStringEquals",
}


def _matcher(acceptor: ir.Acceptor) -> Json:
    """Smithy compares texts, and flags where there is one; a status it does not look at."""
    path, expected = acceptor.argument, acceptor.expected
    match acceptor.matcher, expected:
        case ir.Matcher.ERROR, bool() if path is None:
            return {"success": not expected}
        case ir.Matcher.ERROR, str() if path is None:
            return {"errorType": expected}
        case ir.Matcher.PATH, bool() if path:
            said: Json = {"path": path.raw, "expected": str(expected).lower(), "comparator": "booleanEquals"}
            return {"output": said}
        case matcher, str() if path and matcher in _COMPARATORS:
            return {"output": {"path": path.raw, "expected": expected, "comparator": _COMPARATORS[matcher]}}
        case _:
            return None


# ----------------------------------------------------------------------------------------------------------- examples


def _shown(model: ir.Model, operation: SpecText) -> Traits:
    shown: list[Json] = [_example(each) for each in model.examples if each.operation == operation]
    return {PRELUDE + "examples": shown} if shown else {}


def _example(example: ir.Example) -> Json:
    error = example.traits.get(SpecText("error"))
    return {
        "title": example.title.raw,
        **({"documentation": example.documentation.raw} if example.documentation else {}),
        "input": example.input,
        **({"output": example.output} if example.output is not None else {}),
        **({"error": error} if isinstance(error, dict) else {}),
    }
