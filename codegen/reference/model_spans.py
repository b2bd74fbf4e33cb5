"""`models/`, `errors.py` -> the lines of shapes, members, values, types, events and errors.

In: a file of a package. Out: `Span`s, inner ones after those around them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codegen.records import replace
from codegen.reference.naming import Names, Naming
from codegen.reference.span import (
    File,
    Span,
    assigned,
    facets_of,
    listed_names,
    span_of,
    text_of,
    tuple_entries,
    value_of,
)
from codegen.reference.subjects import Kind, Subject, target_of, told_of
from codegen.spec import ir
from codegen.spec.ir import SpecText

# ----------------------------------------------------------------------------------------------------------- models


def read_models(file: File) -> Iterator[Span]:
    """Classes, and the scalar types that stand beside them."""
    yield from read_types(file)
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef) and node.name in file.naming.classes:
            yield span_of(node, "class", file.naming.classes[node.name])
            yield from _class_body(file, node, file.naming.parts.get(node.name, {}))


def _class_body(file: File, node: ast.ClassDef, parts: Names) -> Iterator[Span]:
    yield from _documented(file, node, parts)
    for one in node.body:
        if (about := parts.get(assigned(one))) is not None:
            yield from (span_of(one, "use", each) for each in _within(file.naming, about))
            yield span_of(one, "constant" if about.kind is Kind.VALUE else "attribute", about)


def _within(naming: Naming, about: Subject) -> Iterator[Subject]:
    """The lists and maps that a member's annotation spells out, with their edges; the outermost last."""
    model, target, found = naming.model, naming.target_of(about), list[Subject]()
    waiting, seen = [target], set[SpecText]()
    while waiting:
        shape = waiting.pop()
        if isinstance(shape, ir.ListOf | ir.MapOf) and shape.id not in seen:
            seen.add(shape.id)
            edges = ir.members_of(shape)
            found += [
                Subject(Kind.SHAPE, shape.id.raw),
                *(Subject(Kind.MEMBER, shape.id.raw, e.name.raw) for e in edges),
            ]
            waiting += [model.shapes.get(edge.target) for edge in edges]
    yield from reversed(found)


_ROW = re.compile(r" {8}(\S.*?): ")


def _documented(file: File, node: ast.ClassDef, parts: Names) -> Iterator[Span]:
    """The rows of a docstring: `        title: Its title. ...` and what is indented below it."""
    doc = node.body[0]
    if not isinstance(doc, ast.Expr):
        return
    by_row = {**{one.part: one for one in parts.values() if one.kind is Kind.VALUE}, **parts}
    first, about = 0, None
    for number in range(doc.lineno, (doc.end_lineno or doc.lineno) + 1):
        line = file.lines[number - 1]
        row = _ROW.match(line)
        if about is not None and (row or not line.startswith(" " * 8)):
            yield Span("", first, number - 1, "documentation", about)
            about = None
        if row and row[1] in by_row:
            first, about = number, by_row[row[1]]
    if about is not None:
        yield Span("", first, doc.end_lineno or doc.lineno, "documentation", about)


_TYPE_FACETS = {
    "min_length": "length",
    "max_length": "length",
    "min": "range",
    "max": "range",
    "shown": "pattern",
    "patterns": "pattern",
    "form": "timestampFormat",
    "relaxed": "checks",
}


def read_types(file: File) -> Iterator[Span]:
    yield from listed_names(file, file.naming.classes)
    body = file.tree.body
    for node, after in zip(body, [*body[1:], None], strict=True):
        about = file.naming.classes.get(assigned(node))
        if about is None:
            continue
        span = span_of(node, "type", about)
        yield replace(span, last=after.end_lineno or span.last) if isinstance(after, ast.Expr) else span
        for one in facets_of(value_of(node), _TYPE_FACETS, about):
            yield replace(one, facet=_stated_as(file.naming.model, about, one.facet))


def _stated_as(model: ir.Model, about: Subject, facet: str) -> str:
    """Name the fact behind a bound: a length may be a pattern's, a range what numbers of a type can be."""
    if facet not in ("length", "range"):
        return facet
    told = (told_of(model, about), target_of(model, about))
    found = [getattr(one, "constraints", ir.NO_CONSTRAINTS) for one in told]
    if any(getattr(one, facet) for one in found):
        return facet
    return "pattern" if facet == "length" else "type"


_EVENT_FACETS = {"expected_detail_type": "detailType", "expected_source": "source"}


def read_events(file: File) -> Iterator[Span]:
    names = file.naming.events
    yield from listed_names(file, names)
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef) and node.name in names:
            yield span_of(node, "class", names[node.name])
            found = ((one, _EVENT_FACETS.get(assigned(one))) for one in node.body)
            yield from (span_of(one, "attribute", names[node.name], facet) for one, facet in found if facet)
        elif isinstance(value := value_of(node), ast.Tuple):
            yield from tuple_entries(value, "reader", names)


# ----------------------------------------------------------------------------------------------------------- errors

_ERROR_FACETS = {
    "default_code": "code",
    "retryable": "retryable",
    "throttling": "throttling",
    "suggested_action": "suggestedAction",
    "statuses": "httpError",
}


def read_errors(file: File) -> Iterator[Span]:
    names = file.naming.errors
    yield from listed_names(file, names)
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef) and node.name in names:
            yield span_of(node, "class", names[node.name])
            yield from _error_body(file, node, names[node.name])
        elif isinstance(value := value_of(node), ast.Dict):
            yield from _codes(file, value)


def _error_body(file: File, node: ast.ClassDef, about: Subject) -> Iterator[Span]:
    for one in node.body:
        if (name := assigned(one)) in _ERROR_FACETS:
            yield span_of(one, "attribute", about, _ERROR_FACETS[name])
        elif isinstance(one, ast.FunctionDef):
            member = _member_read(file, one, about)
            yield span_of(one, "property", member or about, "" if member else "members")


def _member_read(file: File, node: ast.FunctionDef, about: Subject) -> Subject | None:
    """The member whose attribute of the body a property gives."""
    given = node.body[-1]
    if not (isinstance(given, ast.Return) and isinstance(given.value, ast.Attribute)):
        return None
    bodies = (file.naming.parts[name] for name, found in file.naming.classes.items() if found == about)
    return next((parts[given.value.attr] for parts in bodies if given.value.attr in parts), None)


def _codes(file: File, node: ast.Dict) -> Iterator[Span]:
    """Codes of errors, each with the class that it means, or with whether the error has a member of that name."""
    by_code = {one.name: one for one in file.naming.errors.values()}
    for error in (*file.naming.model.errors.values(), *file.naming.model.service.common_errors):
        if error.code is not None:
            by_code.setdefault(error.code.raw, Subject(Kind.ERROR, error.name.raw))
    for key, value in zip(node.keys, node.values, strict=True):
        named = file.naming.errors.get(value.id) if isinstance(value, ast.Name) else by_code.get(text_of(key) or "")
        if named and key is not None:
            yield span_of(key, "code", named, "code")
