"""Paging, waiting and examples of a Smithy model -> `ir.Paginator`s, `ir.Waiter`s and `ir.Example`s.

In: the operations of a service with their traits. Out: all three, in the order of the operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.diagnostics import Place, quoted
from codegen.importers.reading import ANY, FLAG, LIST, OBJECT, TEXT, WHOLE, Entry, Kinds, Reading
from codegen.importers.smithy_ast import PRELUDE, Tree, local, traits_of
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.wording import words

Operations = Mapping[str, Entry]

# ------------------------------------------------------------------------------------------------------------- paging

_PAGINATED = f"{PRELUDE}paginated"
_PAGING: Kinds = {"inputToken": TEXT, "outputToken": TEXT, "items": TEXT, "pageSize": TEXT}


def read_paginators(tree: Tree, operations: Operations, defaults: Json) -> dict[SpecText, ir.Paginator]:
    """Read how operations go on; what one leaves out is as the service has it."""
    return {
        tree.name(shape): _read_paginator(tree, shape, traits_of(entry)[_PAGINATED], defaults)
        for shape, entry in operations.items()
        if _PAGINATED in traits_of(entry)
    }


def _read_paginator(tree: Tree, shape: str, raw: Json, defaults: Json) -> ir.Paginator:
    reading, at = tree.reading, tree.place(shape, "traits", _PAGINATED)
    own = reading.object(raw, at)
    merged = {**(defaults if isinstance(defaults, dict) else {}), **own}
    said, left = reading.known(merged, _PAGING, at, "inputToken", "outputToken")
    return ir.Paginator(
        citations=reading.citations,
        traits=left,
        at=at,
        operation=tree.name(shape),
        input_tokens=_one(reading, said, "inputToken"),
        output_tokens=_one(reading, said, "outputToken"),
        result_keys=_one(reading, said, "items"),
        limit_key=reading.text(said.get("pageSize")),
    )


def _one(reading: Reading, said: Entry, key: str) -> tuple[SpecText, ...]:
    text = reading.text(said.get(key))
    return (text,) if text is not None else ()


# ------------------------------------------------------------------------------------------------------------ waiting

_WAITABLE = "smithy.waiters#waitable"
_WAITER: Kinds = {
    "documentation": TEXT,
    "acceptors": LIST,
    "minDelay": WHOLE,
    "maxDelay": WHOLE,
    "deprecated": FLAG,
}
_ACCEPTOR: Kinds = {"state": TEXT, "matcher": OBJECT}
_PATH: Kinds = {"path": TEXT, "expected": TEXT, "comparator": TEXT}
_COMPARATORS = {
    "stringEquals": ir.Matcher.PATH,
    "booleanEquals": ir.Matcher.PATH,
    "allStringEquals": ir.Matcher.PATH_ALL,
    "anyStringEquals": ir.Matcher.PATH_ANY,
}
_LEAST, _MOST = 2, 120
"""Seconds between two attempts, where a waiter does not say: Smithy's own."""


def read_waiters(tree: Tree, operations: Operations) -> dict[SpecText, ir.Waiter]:
    """Read what is waited for, of all operations; names are unique within a service."""
    found: dict[SpecText, ir.Waiter] = {}
    for shape, entry in operations.items():
        at = tree.place(shape, "traits", _WAITABLE)
        for name, raw in tree.reading.object(traits_of(entry).get(_WAITABLE, {}), at).items():
            found[tree.reading.name(name)] = _read_waiter(tree, shape, name, raw, at.child(name))
    return found


def _read_waiter(tree: Tree, shape: str, name: str, raw: Json, at: Place) -> ir.Waiter:
    reading = tree.reading
    said, left = reading.known(raw, _WAITER, at, "acceptors")
    least, most = _whole(said, "minDelay", _LEAST), _whole(said, "maxDelay", _MOST)
    acceptors = said.get("acceptors")
    kept = {reading.name("maxDelay"): said["maxDelay"]} if "maxDelay" in said else {}
    return ir.Waiter(
        documentation=reading.text(said.get("documentation")),
        deprecated=ir.Deprecated(message=None, since=None) if said.get("deprecated") is True else None,
        citations=reading.citations,
        traits={**left, **kept},
        at=at,
        name=reading.name(name),
        operation=tree.name(shape),
        delay=least,
        max_attempts=max(1, most // max(1, least)),
        acceptors=tuple(
            _read_acceptor(reading, each, at.child("acceptors", number))
            for number, each in enumerate(acceptors if isinstance(acceptors, list) else [])
        ),
    )


def _whole(said: Entry, key: str, otherwise: int) -> int:
    value = said.get(key)
    return value if isinstance(value, int) else otherwise


def _read_acceptor(reading: Reading, raw: Json, at: Place) -> ir.Acceptor:
    said, _ = reading.known(raw, _ACCEPTOR, at, "state", "matcher")
    state = said.get("state")
    if state not in tuple(ir.AcceptorState):
        message = f"{quoted(str(state))} is none of {words([str(each) for each in ir.AcceptorState])}"
        reading.faults.report("unknown-word", message, at.child("state"))
        state = ir.AcceptorState.SUCCESS
    matcher, argument, expected = _matcher(reading, said.get("matcher"), at.child("matcher"))
    return ir.Acceptor(state=ir.AcceptorState(str(state)), matcher=matcher, argument=argument, expected=expected)


def _matcher(reading: Reading, raw: Json, at: Place) -> tuple[ir.Matcher, SpecText | None, Json]:
    """A path into the output, or into input and output together; an error by name; or whether there was none."""
    said = raw if isinstance(raw, dict) else {}
    for key in ("output", "inputOutput"):
        if key in said:
            return _path_matcher(reading, said[key], at.child(key))
    error = said.get("errorType")
    if isinstance(error, str):
        return ir.Matcher.ERROR, None, local(error)
    success = said.get("success")
    if not isinstance(success, bool):
        message = 'a matcher has one of "output", "inputOutput", "errorType", "success"'
        reading.faults.report("unknown-word", message, at)
    return ir.Matcher.ERROR, None, success is False


def _path_matcher(reading: Reading, raw: Json, at: Place) -> tuple[ir.Matcher, SpecText | None, Json]:
    said, _ = reading.known(raw, _PATH, at, "path", "expected", "comparator")
    comparator, expected = said.get("comparator"), said.get("expected")
    if not isinstance(comparator, str) or comparator not in _COMPARATORS:
        message = f"{quoted(str(comparator))} is none of {words(list(_COMPARATORS))}"
        reading.faults.report("unknown-word", message, at.child("comparator"))
        comparator = "stringEquals"
    value = expected == "true" if comparator == "booleanEquals" else expected
    return _COMPARATORS[comparator], reading.text(said.get("path")), value


# ----------------------------------------------------------------------------------------------------------- examples

_EXAMPLES = f"{PRELUDE}examples"
_EXAMPLE: Kinds = {"title": TEXT, "documentation": TEXT, "input": ANY, "output": ANY}


def read_examples(tree: Tree, operations: Operations) -> tuple[ir.Example, ...]:
    """Read the examples of all operations; the error that one ends in is kept as a trait."""
    return tuple(example for shape, entry in operations.items() for example in _examples(tree, shape, entry))


def _examples(tree: Tree, shape: str, entry: Entry) -> Iterator[ir.Example]:
    at, raw = tree.place(shape, "traits", _EXAMPLES), traits_of(entry).get(_EXAMPLES, [])
    if not isinstance(raw, list):
        tree.reading.faults.mismatch(raw, "an array", at)
        return
    for number, each in enumerate(raw):
        said, left = tree.reading.known(each, _EXAMPLE, at.child(number), "title")
        yield ir.Example(
            documentation=tree.reading.text(said.get("documentation")),
            citations=tree.reading.citations,
            traits=left,
            at=at.child(number),
            operation=tree.name(shape),
            title=tree.reading.text(said.get("title")) or SpecText(""),
            input=said.get("input"),
            output=said.get("output"),
        )
