"""`client.py`, `operations.py` and what else a client is made of -> the lines of operations and the service.

In: a file of a package. Out: `Span`s, inner ones after those around them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from codegen.records import replace
from codegen.reference.naming import THE_SERVICE
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
from codegen.reference.subjects import Kind, Subject, told_of
from codegen.spec import ir
from codegen.spec.ir import SpecText

# ---------------------------------------------------------------------------------------------------------- clients

_SERVICE_FACETS = {
    "name": "name",
    "release": "release",
    "service_id": "serviceId",
    "protocol": "protocol",
    "signing_name": "signing",
    "endpoint": "endpoint",
    "fips_endpoint": "endpoint",
    "query_compatible": "queryCompatible",
}
_OPERATION_FACETS = {
    "target": "target",
    "input": "input",
    "output": "output",
    "token": "idempotencyToken",
    "repeatable": "idempotent",
    "signed": "auth",
    "host_prefix": "hostPrefix",
    "events": "eventStream",
    "task": "asynchronous",
}


def read_operations(file: File) -> Iterator[Span]:
    for node in file.tree.body:
        name, value = assigned(node), value_of(node)
        if name == "SERVICE":
            yield span_of(node, "record", THE_SERVICE)
            yield from facets_of(value, _SERVICE_FACETS, THE_SERVICE)
        elif about := file.naming.constants.get(name):
            yield span_of(node, "record", about)
            yield from _record(file, value, about)


def _record(file: File, node: ast.expr | None, about: Subject) -> Iterator[Span]:
    for one in node.keywords if isinstance(node, ast.Call) else ():
        if one.arg == "pages":
            yield span_of(one, "argument", Subject(Kind.PAGINATOR, about.name))
        elif one.arg == "token" and (member := _token(file, about, text_of(one.value))):
            yield span_of(one, "argument", member, "idempotencyToken")
        elif about.kind is Kind.OPERATION and one.arg in _OPERATION_FACETS:
            yield span_of(one, "argument", about, _OPERATION_FACETS[one.arg])


def _token(file: File, about: Subject, wire: str | None) -> Subject | None:
    """The member of the operation's input that is its token."""
    operation = file.naming.model.operations.get(SpecText(about.name))
    if operation is None or operation.input is None or wire is None:
        return None
    members = ir.members_of(file.naming.model.shapes[operation.input])
    found = next((one.name.raw for one in members if one.wire.raw == wire), None)
    return Subject(Kind.MEMBER, operation.input.raw, found) if found else None


def read_client(file: File) -> Iterator[Span]:
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef):
            yield span_of(node, "client", THE_SERVICE)
            for one in node.body:
                if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name in file.naming.methods:
                    yield from _method(file, one, file.naming.methods[one.name])


def _method(file: File, node: ast.FunctionDef | ast.AsyncFunctionDef, about: Subject) -> Iterator[Span]:
    yield span_of(node, "overload" if node.decorator_list else "method", about)
    arguments = file.naming.inputs.get(about.name, {})
    yield from (span_of(one, "argument", arguments[one.arg]) for one in node.args.kwonlyargs if one.arg in arguments)


def read_package(file: File) -> Iterator[Span]:
    """`__init__.py`: what the package was made from."""
    facets = {"SERVICE": "name", "RELEASE": "release", "SPEC_DIGEST": "digest"}
    doc = file.tree.body[0]
    yield Span("", doc.lineno, doc.end_lineno or doc.lineno, "documentation", THE_SERVICE)
    for node in file.tree.body:
        if (name := assigned(node)) in facets:
            yield span_of(node, "constant", THE_SERVICE, facets[name])


# ------------------------------------------------------------------------------------------- strategies and bindings


def read_strategies(file: File) -> Iterator[Span]:
    functions = {name: (node, about) for name, node, about in _makers(file)}
    yield from listed_names(file, {**file.naming.classes, **{name: about for name, (_, about) in functions.items()}})
    for node in file.tree.body:
        value = value_of(node)
        for one in value.args if isinstance(value, ast.Call) else ():
            if isinstance(one, ast.Tuple):
                yield from tuple_entries(one, "sample", file.naming.classes)
    yield from (span_of(node, "strategy", about) for node, about in functions.values())


def _makers(file: File) -> Iterator[tuple[str, ast.FunctionDef, Subject]]:
    """Each function with the shape of the class that its annotation names: `SearchStrategy[models.Title]`."""
    for node in file.tree.body:
        if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Subscript):
            named = node.returns.slice
            if isinstance(named, ast.Attribute) and named.attr in file.naming.classes:
                yield node.name, node, file.naming.classes[named.attr]


def read_bindings(file: File) -> Iterator[Span]:
    readers = {"SHAPES": (Kind.SHAPE, Kind.MEMBER), "ERRORS": (Kind.ERROR, Kind.ERROR_MEMBER)}
    codes = {name: one.name for name, one in _by_code(file).items()}
    for node in file.tree.body:
        rows = _rows(value_of(node))
        if rows is None:
            yield from (span_of(node, "table", THE_SERVICE) for _ in range(assigned(node) == "TABLE"))
        elif kinds := readers.get(assigned(node)):
            yield from _shapes(file, rows, *kinds, codes if kinds[0] is Kind.ERROR else {})
        elif assigned(node) == "OPERATIONS":
            yield from _entries(rows, Kind.OPERATION)


def _rows(value: ast.expr | None) -> ast.Dict | None:
    """Find the rows in `Rows(shape_of, {...})`."""
    last = value.args[-1] if isinstance(value, ast.Call) and value.args else None
    return last if isinstance(last, ast.Dict) else None


def _by_code(file: File) -> Mapping[str, Subject]:
    """Errors by every code they go by, an error's own name before the codes of others."""
    errors = (*file.naming.model.errors.values(), *file.naming.model.service.common_errors)
    named = {code.raw: one for one in reversed(errors) for code in (*one.aliases, one.code) if code is not None}
    named |= {one.name.raw: one for one in reversed(errors)}
    return {code: Subject(Kind.ERROR, one.name.raw) for code, one in named.items()}


def _entries(node: ast.Dict, kind: Kind) -> Iterator[Span]:
    for key, value in zip(node.keys, node.values, strict=True):
        if (name := text_of(key)) and key is not None:
            yield Span("", key.lineno, value.end_lineno or key.lineno, "binding", Subject(kind, name))


def _shapes(file: File, node: ast.Dict, kind: Kind, part: Kind, codes: Mapping[str, str]) -> Iterator[Span]:
    """Entries of the table of shapes; `#string` stands for all that say nothing but their type."""
    for entry, value in zip(_entries(node, kind), node.values, strict=True):
        name = codes.get(entry.subject.name, entry.subject.name)
        if name.startswith("#"):
            continue
        yield replace(entry, subject=Subject(kind, name))
        for one, member in zip(_members(value), _edges(file, Subject(kind, name)), strict=False):
            yield span_of(one, "binding", Subject(part, name, member.name.raw))


def _members(row: ast.expr) -> list[ast.expr]:
    """Find the rows of the members in `("structure", (("Name", "#string", "name"),))`."""
    members = row.elts[1] if isinstance(row, ast.Tuple) and len(row.elts) > 1 else None
    return members.elts if isinstance(members, ast.Tuple) else []


def _edges(file: File, owner: Subject) -> tuple[ir.Member, ...]:
    """The members of a shape or error, in the order of the spec, which the table keeps."""
    if owner.kind is Kind.SHAPE:
        shape = file.naming.model.shapes.get(SpecText(owner.name))
        return ir.members_of(shape) if shape is not None else ()
    error = told_of(file.naming.model, owner)
    return error.members if isinstance(error, ir.Error) else ()


def read_endpoints(file: File) -> Iterator[Span]:
    for node in file.tree.body:
        if assigned(node) == "RULES":
            yield span_of(node, "rules", THE_SERVICE, "endpointRules")
        elif isinstance(value := value_of(node), ast.Dict):
            yield from _entries(value, Kind.OPERATION)
