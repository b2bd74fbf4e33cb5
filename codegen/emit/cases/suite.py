"""Model -> what the templates of the conformance suite print: the vectors' file and which groups there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from codegen.emit.cases.answers import view_answers
from codegen.emit.cases.calls import view_calls
from codegen.emit.cases.case import FORMAT, Case, distinct_ids, write_cases
from codegen.emit.cases.errors import view_errors
from codegen.emit.cases.events import view_events
from codegen.emit.cases.requests import view_requests
from codegen.emit.cases.stage import config_of, target_of
from codegen.emit.views.errors import ErrorView
from codegen.emit.views.levels import Levels
from codegen.emit.views.operations import is_signed, whole_operations
from codegen.emit.views.protocols import speaks_json
from codegen.emit.views.symbols import Symbols, error_body, pages_of, wait_for
from codegen.spec import ir
from codegen.spec.examples import Examples
from codegen.spec.ir import Json, SpecText


@dataclass(frozen=True, slots=True)
class SuiteView:
    """`groups` are those that hold cases; `vectors` is the text of `cases.json`, whole: JSON, never code."""

    groups: tuple[str, ...]
    vectors: str


def view_suite(model: ir.Model, symbols: Symbols, levels: Levels, errors: Iterable[ErrorView]) -> SuiteView:
    """Make up every case; a group without one is left out."""
    examples = Examples(model)
    groups = {name: cases for name, each in _groups(examples, levels).items() if (cases := list(distinct_ids(each)))}
    if speaks_json(model) and (cases := list(distinct_ids(view_calls(examples, groups)))):
        groups["calls"] = cases
    return SuiteView(tuple(groups), write_cases(_head(model, symbols, errors), groups))


def _groups(examples: Examples, levels: Levels) -> dict[str, Iterator[Case]]:
    return {
        "requests": view_requests(examples, levels),
        "answers": view_answers(examples),
        "errors": view_errors(examples),
        "events": view_events(examples),
    }


def _head(model: ir.Model, symbols: Symbols, errors: Iterable[ErrorView]) -> dict[str, Json]:
    service = model.service
    client: dict[str, Json] = (
        {"config": config_of(service), "operations": _operations(model)} if speaks_json(model) else {}
    )
    return {
        "format": FORMAT,
        "service": service.name.raw,
        "release": service.release.raw,
        **client,
        "python": _names(model, symbols, errors) | (_methods(model, symbols) if client else {}),
    }


def _operations(model: ir.Model) -> Json:
    """What each operation is called on the wire, and what it takes and gives."""
    return {name.raw: _operation(operation, model) for name, operation in whole_operations(model)}


def _operation(operation: ir.Operation, model: ir.Model) -> Json:
    members = ir.members_of(model.shapes[operation.input]) if operation.input is not None else ()
    token = next((member.wire.raw for member in members if member.idempotency_token), None)
    found = {
        "input": operation.input.raw if operation.input else None,
        "output": operation.output.raw if operation.output else None,
        "token": token,
        "hostPrefix": operation.host_prefix.raw if operation.host_prefix else None,
    }
    named: dict[str, Json] = {name: text for name, text in found.items() if text is not None}
    errors: list[Json] = [name.raw for name in operation.errors]
    signed = is_signed(operation, model.service)
    return {"target": target_of(operation, model.service), **named, "errors": errors, "signed": signed}


def _methods(model: ir.Model, symbols: Symbols) -> dict[str, Json]:
    """The methods of both clients: those that call, those that read on, those that wait."""
    paged = {found.operation for found in model.paginators.values()}
    operations = [name for name, _ in whole_operations(model)]
    return {
        "methods": {name.raw: str(symbols.methods[name]) for name in operations},
        "pages": {name.raw: str(symbols.methods[pages_of(name)]) for name in operations if name in paged},
        "waiters": {name.raw: str(symbols.methods[wait_for(name)]) for name in model.waiters},
    }


def _names(model: ir.Model, symbols: Symbols, errors: Iterable[ErrorView]) -> dict[str, Json]:
    """How the package spells shapes, errors and events, where not as the spec does; and every member."""
    spoken = [shape for shape in model.shapes.values() if isinstance(shape, ir.Structure | ir.UnionOf)]
    views = {view.code: view for view in errors}
    return {
        "shapes": _renamed({shape.id: symbols.classes[shape.id] for shape in spoken}),
        "errors": _renamed(symbols.errors),
        "events": _renamed(symbols.events),
        "members": {shape.id.raw: _spelled(shape, symbols) for shape in spoken},
        "errorMembers": {
            error.name.raw: _properties(error, views[error.code or error.name], symbols)
            for error in model.errors.values()
            if error.members
        },
    }


def _renamed(names: Mapping[SpecText, str]) -> Json:
    return {name.raw: str(symbol) for name, symbol in names.items() if name.raw != symbol}


def _spelled(shape: ir.Structure | ir.UnionOf, symbols: Symbols) -> Json:
    """The attribute of each name on the wire."""
    attributes = symbols.attributes[shape.id]
    return {member.wire.raw: str(attributes[member.name]) for member in shape.members}


def _properties(error: ir.Error, view: ErrorView, symbols: Symbols) -> Json:
    """The attributes of an error that are its members; the message is every error's."""
    attributes = symbols.attributes[error_body(error.name)]
    properties = {found.attribute: found.name for found in view.properties}
    found = {member.wire.raw: attributes[member.name] for member in error.members}
    return {wire: properties[symbol] for wire, symbol in found.items() if symbol in properties}
