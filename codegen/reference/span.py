"""What readers of a package's files share: the `Span` they give, and how statements of a syntax tree are read.

In: nothing, or nodes of a syntax tree. Out: spans, without their file, which `spans` adds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codegen.reference.naming import Names, Naming
from codegen.reference.subjects import Subject


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Lines `first` to `last` of a file that come of a subject.

    `role` says what they are (`class`, `attribute`, `documentation`, `method` ...), `facet` which of the subject's
    facts they carry, where it is one: `length`, `pattern`, `required` ...
    """

    path: str
    first: int
    last: int
    role: str
    subject: Subject
    facet: str = ""


@dataclass(frozen=True, slots=True)
class File:
    tree: ast.Module
    lines: Sequence[str]
    naming: Naming


Reader = Callable[[File], Iterator[Span]]


def span_of(
    node: ast.stmt | ast.expr | ast.alias | ast.keyword | ast.arg, role: str, about: Subject, facet: str = ""
) -> Span:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    return Span("", first, node.end_lineno or node.lineno, role, about, facet)


def listed_names(file: File, names: Names) -> Iterator[Span]:
    """`__all__` and imports: one line for each name, or several in a line. `X as X` only offers a name again."""
    for node in _listing(file.tree.body):
        if isinstance(node, ast.ImportFrom):
            found = (one for one in node.names if one.asname is None)
            yield from (span_of(one, "import", names[one.name]) for one in found if one.name in names)
        elif isinstance(node, ast.Assign) and assigned(node) == "__all__":
            yield from (
                span_of(one, "export", names[one.value])
                for one in ast.walk(node.value)
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value in names
            )


def _listing(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Give statements, and those that type checkers alone read."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name):
            yield from node.body


def assigned(node: ast.stmt) -> str:
    """The name that a statement gives a value, else no text."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return targets[0].id if targets and isinstance(targets[0], ast.Name) else ""


def value_of(node: ast.stmt) -> ast.expr | None:
    return node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None


def facets_of(node: ast.expr | None, facets: Mapping[str, str], about: Subject) -> Iterator[Span]:
    """The arguments of a call that carry facts, and those of calls within it."""
    for one in ast.walk(node) if node is not None else ():
        if isinstance(one, ast.keyword) and one.arg is not None and one.arg in facets:
            yield span_of(one, "argument", about, facets[one.arg])


def text_of(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def tuple_entries(node: ast.Tuple, role: str, names: Names) -> Iterator[Span]:
    for one in node.elts:
        name = one.elts[0] if isinstance(one, ast.Tuple) and one.elts else one
        if isinstance(name, ast.Name) and name.id in names:
            yield span_of(one, role, names[name.id])
