"""`paginators-1.json` and `waiters-2.json` of botocore -> `ir.Paginator`s and `ir.Waiter`s.

In: the raw files, and the operations that they may name. Out: both by name.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.diagnostics import Place, quoted
from codegen.importers.reading import ANY, LIST, OBJECT, TEXT, WHOLE, Entry, Kinds, Reading
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.wording import words

Operations = Mapping[SpecText, ir.Operation]

_ONE_OR_MORE = (str, list)
_PAGINATOR: Kinds = {
    "input_token": _ONE_OR_MORE,
    "output_token": _ONE_OR_MORE,
    "result_key": _ONE_OR_MORE,
    "limit_key": TEXT,
    "more_results": TEXT,
    "non_aggregate_keys": LIST,
}


def read_paginators(reading: Reading, raw: Json, operations: Operations) -> dict[SpecText, ir.Paginator]:
    """Read how the answers of operations go on; each is named after its operation."""
    top, _ = reading.known(raw, {"pagination": OBJECT}, reading.place())
    entries = reading.object(top.get("pagination", {}), reading.place("pagination"))
    return {reading.name(name): _read_paginator(reading, name, entry, operations) for name, entry in entries.items()}


def _read_paginator(reading: Reading, name: str, raw: Json, operations: Operations) -> ir.Paginator:
    at = reading.place("pagination", name)
    entry, traits = reading.known(raw, _PAGINATOR, at, "input_token", "output_token")
    operation = _operation(reading, name, operations, at.key())
    return ir.Paginator(
        citations=reading.citations,
        traits=traits,
        at=at,
        operation=operation,
        input_tokens=_one_or_more(reading, entry, "input_token", at),
        output_tokens=_one_or_more(reading, entry, "output_token", at),
        result_keys=_one_or_more(reading, entry, "result_key", at),
        limit_key=reading.text(entry.get("limit_key")),
        more_results=reading.text(entry.get("more_results")),
        non_aggregate_keys=reading.texts(entry.get("non_aggregate_keys"), at.child("non_aggregate_keys")),
    )


def _one_or_more(reading: Reading, entry: Entry, key: str, at: Place) -> tuple[SpecText, ...]:
    value = entry.get(key)
    return (reading.name(value),) if isinstance(value, str) else reading.texts(value, at.child(key))


def _operation(reading: Reading, name: str, operations: Operations, at: Place) -> SpecText:
    text = reading.name(name)
    if text not in operations:
        reading.unknown("operation", name, [known.raw for known in operations], at)
    return text


_WAITER: Kinds = {
    "operation": TEXT,
    "delay": WHOLE,
    "maxAttempts": WHOLE,
    "acceptors": LIST,
    "description": TEXT,
}
_ACCEPTOR: Kinds = {"state": TEXT, "matcher": TEXT, "argument": TEXT, "expected": ANY}


def read_waiters(reading: Reading, raw: Json, operations: Operations) -> dict[SpecText, ir.Waiter]:
    """Read what is waited for."""
    top, _ = reading.known(raw, {"waiters": OBJECT}, reading.place())
    entries = reading.object(top.get("waiters", {}), reading.place("waiters"))
    return {reading.name(name): _read_waiter(reading, name, entry, operations) for name, entry in entries.items()}


def _read_waiter(reading: Reading, name: str, raw: Json, operations: Operations) -> ir.Waiter:
    at = reading.place("waiters", name)
    entry, traits = reading.known(raw, _WAITER, at, *_WAITER.keys() - {"description"})
    acceptors, delay, attempts = entry.get("acceptors"), entry.get("delay"), entry.get("maxAttempts")
    operation = entry.get("operation")
    return ir.Waiter(
        documentation=reading.text(entry.get("description")),
        citations=reading.citations,
        traits=traits,
        at=at,
        name=reading.name(name),
        operation=(
            _operation(reading, operation if isinstance(operation, str) else "", operations, at)
            if "operation" in entry
            else SpecText("")
        ),
        delay=delay if isinstance(delay, int) else 0,
        max_attempts=attempts if isinstance(attempts, int) else 0,
        acceptors=tuple(
            _read_acceptor(reading, each, at.child("acceptors", number))
            for number, each in enumerate(acceptors if isinstance(acceptors, list) else [])
        ),
    )


def _read_acceptor(reading: Reading, raw: Json, at: Place) -> ir.Acceptor:
    entry, _ = reading.known(raw, _ACCEPTOR, at, "state", "matcher", "expected")
    state, matcher = entry.get("state", "success"), entry.get("matcher", "path")
    _word(reading, state, tuple(ir.AcceptorState), at.child("state"))
    _word(reading, matcher, tuple(ir.Matcher), at.child("matcher"))
    return ir.Acceptor(
        state=ir.AcceptorState(state) if state in tuple(ir.AcceptorState) else ir.AcceptorState.SUCCESS,
        matcher=ir.Matcher(matcher) if matcher in tuple(ir.Matcher) else ir.Matcher.PATH,
        argument=reading.text(entry.get("argument")),
        expected=entry.get("expected"),
    )


def _word(reading: Reading, word: Json, choices: tuple[str, ...], at: Place) -> None:
    if word not in choices:
        message = f"{quoted(str(word))} is none of {words([str(choice) for choice in choices])}"
        reading.faults.report("unknown-word", message, at)
