"""The text of a module -> every small change of it: a comparison turned round, a number more, a statement less.

Each has a key that says where it is without a line number, so that what is known of it stays true when lines move:
`write_manifest: 2 -> 3`, with `(2)` behind it for the second of the same words in the same function.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
}
_REMOVED = (ast.Raise, ast.AugAssign, ast.Delete)
_Change = Callable[[ast.AST], ast.AST]
_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Mutant(NamedTuple):
    """One change: `within` is the function or "" for the module, `lines` are those of its statement."""

    key: str
    within: str
    lines: frozenset[int]
    tree: ast.Module


class _Point(NamedTuple):
    number: int  # of the node, as the tree is walked
    variant: int
    within: str
    lines: range
    shown: str


def mutants(text: str) -> Iterator[Mutant]:
    """Give every change of a module's text, in the order of its lines."""
    for key, point in _keyed(text):
        yield Mutant(key, point.within, frozenset(point.lines), _changed(text, point))


def keys(text: str) -> tuple[str, ...]:
    """Give the keys alone, which takes no time."""
    return tuple(key for key, _ in _keyed(text))


def _keyed(text: str) -> Iterator[tuple[str, _Point]]:
    seen: Counter[str] = Counter()
    for point in _points(ast.parse(text)):
        base = f"{point.within or 'module'}: {point.shown}"
        seen[base] += 1
        yield base if seen[base] == 1 else f"{base} ({seen[base]})", point


def _points(tree: ast.Module) -> list[_Point]:
    numbers = {id(node): number for number, node in enumerate(ast.walk(tree))}
    found = [
        _Point(numbers[id(node)], variant, within, lines, _shown(node, change))
        for node, within, lines in _nodes(tree, "", range(0))
        for variant, change in enumerate(_variants(node))
    ]
    return sorted(found, key=lambda point: (point.lines.start, point.number, point.variant))


def _shown(node: ast.AST, change: _Change) -> str:
    before = _one_line(node)
    return f"{before} -> {_one_line(change(_copy(node)))}"


def _one_line(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:60]}...{text[-27:]}"


def _copy(node: ast.AST) -> ast.AST:
    """Copy one node; its children are shared, and no change reaches into them."""
    copied = type(node)(**{name: list(v) if isinstance(v, list) else v for name, v in ast.iter_fields(node)})
    return ast.copy_location(copied, node)


def _changed(text: str, point: _Point) -> ast.Module:
    tree = ast.parse(text)
    node = next(node for number, node in enumerate(ast.walk(tree)) if number == point.number)
    change = list(_variants(node))[point.variant]
    made = ast.copy_location(change(_copy(node)), node)
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is node:
                setattr(parent, name, made)
            elif isinstance(value, list) and any(each is node for each in value):
                setattr(parent, name, [made if each is node else each for each in value])
    return ast.fix_missing_locations(tree)


# ------------------------------------------------------------------------------------------------- what is looked at


def _nodes(node: ast.AST, within: str, lines: range) -> Iterator[tuple[ast.AST, str, range]]:
    """Walk what runs: no annotations, decorators, docstrings, nor what a class is made of but its methods."""
    for name, child in _children(node):
        if name in _UNREAD or _says_nothing(child) or _belongs_to_class(node, child):
            continue
        own = _lines_of(child) if isinstance(child, ast.stmt) else lines
        if isinstance(child, _DEFINITION):
            yield from _nodes(child, f"{within}.{child.name}".lstrip("."), own)
        else:
            yield child, within, own
            yield from _nodes(child, within, own)


_UNREAD = ("annotation", "returns", "decorator_list")


def _belongs_to_class(node: ast.AST, child: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and not isinstance(child, _DEFINITION)


def _lines_of(statement: ast.stmt) -> range:
    """Give the lines of a statement, without those of the block that follows it."""
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if isinstance(body, list) and body else (statement.end_lineno or 0)
    return range(statement.lineno, max(last, statement.lineno) + 1)


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield name, child


def _says_nothing(node: ast.AST) -> bool:
    """Docstrings, imports, `__all__`, what only type checkers read."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.Assert():
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Call(func=ast.Name(id="cast" | "TypeVar")):
            return True
        case _:
            return False


# --------------------------------------------------------------------------------------------------------- what changes


def _variants(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                turned = [*ops[:at], _COMPARISONS[type(op)](), *ops[at + 1 :]]
                yield partial(_with, ops=turned)
        case ast.BoolOp(op=op):
            yield partial(_with, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield lambda made: operand
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _ARITHMETIC:
            yield partial(_with, op=_ARITHMETIC[type(op)]())
        case ast.Constant(value=value) if (other := _other(value)) is not None:
            yield lambda made: ast.Constant(other)
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield partial(_with, value=ast.Constant(None))
        case ast.Call(func=ast.Name(id="min" | "max")):
            pass  # whichever comes first
        case ast.Call(args=[first, second, *rest]) if not isinstance(first, ast.Starred):
            yield partial(_with, args=[second, first, *rest])
        case ast.Break() | ast.Continue():
            yield lambda made: ast.Continue() if isinstance(made, ast.Break) else ast.Break()
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if isinstance(test, ast.Name | ast.Call):
            yield partial(_with, test=ast.UnaryOp(ast.Not(), test))
        case _:
            pass
    if isinstance(node, _REMOVED) or (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Yield)):
        yield lambda made: ast.Pass()


def _with(made: ast.AST, **fields: object) -> ast.AST:
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _other(value: object) -> str | bytes | int | float | None:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return value + "X"
        case bytes():
            return value + b"X"
        case _:
            return None
