"""Prove that no text of a spec has become code, before anything is written.

In: what was rendered, and the same spec rendered with every text replaced by a harmless one. It must parse, and the
syntax trees of both with string constants blanked must be equal. They are where the texts are equal but for what their
strings and comments say, which costs a tenth of comparing trees; where the layout hangs on the length of a text, the
trees are compared. A difference is a bug of ours: the diagnostic shows the file and line.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from symtable import symtable
from typing import Any, cast

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.emit.lexis import code_of
from codegen.records import replace
from codegen.spec.ir import SpecText

HARMLESS = SpecText("harmless")


def harmless_twin(view: Any) -> Any:
    """Copy a view, which is records all the way down, with every `SpecText` replaced; all else stays."""
    match view:
        case SpecText():
            return HARMLESS
        case str() | int() | float() | None:  # most of a view, and told at once
            return view
        case tuple():
            return tuple(harmless_twin(item) for item in cast(tuple[object, ...], view))
        case Mapping():
            return {key: harmless_twin(value) for key, value in cast(Mapping[object, object], view).items()}
        case _:
            return replace(view, **{field.name: harmless_twin(getattr(view, field.name)) for field in fields(view)})


def verify(files: Mapping[str, str], twin: Mapping[str, str]) -> None:
    """Raise Diagnostics when a file does not parse, or differs from its twin in more than strings."""
    compared = (one for path in files for one in _compare(path, files[path], twin.get(path, "")))
    found = [*_unequal_paths(files, twin), *compared]
    if found:
        raise Diagnostics(found)


def _unequal_paths(files: Mapping[str, str], twin: Mapping[str, str]) -> Iterator[Diagnostic]:
    for path in sorted(files.keys() ^ twin.keys()):
        yield Diagnostic("verify", "which files there are depends on a text of the spec", Location(path))


def _compare(path: str, text: str, twin: str) -> Iterator[Diagnostic]:
    try:
        if path.endswith(".json"):
            json.loads(text)
        elif path.endswith(".py") and text != twin:
            symtable(text, path, "exec")  # parses as well, and makes no tree
            if code_of(text) != code_of(twin):
                yield from _compare_trees(path, ast.parse(text), ast.parse(twin))
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0) or 0
        reason = f"what was rendered cannot be read back: {getattr(error, 'msg', None) or error}"
        yield Diagnostic("verify", reason, Location(path, line, 1 if line else 0))


def _compare_trees(path: str, tree: ast.Module, twin: ast.Module) -> Iterator[Diagnostic]:
    ours, theirs = list(ast.walk(tree)), list(ast.walk(twin))
    for one, other in zip(ours, theirs, strict=False):
        if _skeleton(one) != _skeleton(other):
            yield _difference(path, one)
            return
    if len(ours) != len(theirs):
        yield _difference(path, ours[-1])


def _difference(path: str, node: ast.AST) -> Diagnostic:
    line = getattr(node, "lineno", 1)
    return Diagnostic("verify", "a text of the spec has changed the code beyond its strings", Location(path, line, 1))


def _skeleton(node: ast.AST) -> Any:
    """A node's type and its own values, strings blanked; children are compared by the walk."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return (ast.Constant, type(node.value))
    values = {
        name: len(cast(list[object], value)) if isinstance(value, list) else value
        for name, value in ast.iter_fields(node)
        if not isinstance(value, ast.AST)
    }
    return (type(node), values)
