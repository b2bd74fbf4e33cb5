"""Model -> what the templates of the conformance suite print: the vectors' file and which groups there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codegen.emit.cases.answers import view_answers
from codegen.emit.cases.case import FORMAT, distinct_ids, write_cases
from codegen.emit.cases.errors import view_errors
from codegen.emit.cases.events import view_events
from codegen.emit.cases.requests import view_requests
from codegen.emit.views.errors import ErrorView
from codegen.emit.views.levels import Levels
from codegen.emit.views.symbols import Symbols, error_body
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
    found = {
        "requests": view_requests(examples, levels),
        "answers": view_answers(examples),
        "errors": view_errors(examples),
        "events": view_events(examples),
    }
    groups = {name: cases for name, each in found.items() if (cases := list(distinct_ids(each)))}
    return SuiteView(tuple(groups), write_cases(_head(model, symbols, errors), groups))


def _head(model: ir.Model, symbols: Symbols, errors: Iterable[ErrorView]) -> dict[str, Json]:
    service = model.service
    return {
        "format": FORMAT,
        "service": service.name.raw,
        "release": service.release.raw,
        "python": _names(model, symbols, errors),
    }


def _names(model: ir.Model, symbols: Symbols, errors: Iterable[ErrorView]) -> Json:
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
    return {name.raw: properties[symbol] for name, symbol in attributes.items() if symbol in properties}
