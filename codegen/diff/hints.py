"""Types as Python writes them: what is private in an annotation taken away, and which type takes what another gives.

In: texts such as `Annotated[list[Label], Items(min=1)] | None`, as the generator's views print them. Out: `list[str] |
None`, and whether code that was written for one type still type-checks with another.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import lru_cache

_OPEN = {"Open": "str", "Loose": "str", "OpenInt": "int", "LooseInt": "int"}


def erased(hint: str, aliases: Mapping[str, str]) -> str:
    """Write an annotation without what is private; `aliases` has the type behind each private name.

    `Annotated[list[Label], Items(min=1)]` gives `list[str]`, `Open[Color]` gives `Color | str`.
    """
    private = tuple(sorted([(name, aliases[name]) for name in words(hint) if name in aliases]))
    return _erased(hint, private)


@lru_cache(maxsize=10_000)
def _erased(hint: str, aliases: tuple[tuple[str, str], ...]) -> str:
    known = dict(aliases)
    return _erased_simply(hint, known) or _erased_in_full(hint, known)


_ANNOTATED = re.compile(r"Annotated\[([^,()]++)(?:, \w++\([^][()\"']*+\))++\]")
_SIMPLE = re.compile(r"(?:\bmodels\.|[\w\[\]|, ])++")
_OPENED = re.compile(rf"(?<!\| )\b({'|'.join(_OPEN)})\[(\w+)\]")
_NAME = re.compile(r"[\w.]+")


def _erased_simply(hint: str, aliases: Mapping[str, str]) -> str | None:
    """Replace names in the text of nearly every annotation, for reading it as Python takes twenty times as long."""
    plain = _ANNOTATED.sub(r"\1", hint)
    if not _SIMPLE.fullmatch(plain):
        return None
    said = _OPENED.sub(lambda found: f"{found[2]} | {_OPEN[found[1]]}", plain)
    if not words(said).isdisjoint(_OPEN):
        return None
    return _NAME.sub(lambda found: aliases.get(found[0], found[0].removeprefix("models.")), said)


def _erased_in_full(hint: str, aliases: Mapping[str, str]) -> str:
    return ast.unparse(_Eraser(aliases).visit(ast.parse(hint, mode="eval")))


class _Eraser(ast.NodeTransformer):
    """Takes `Annotated[...]`, `Open[...]`, the names of private types and the module of public ones away."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = aliases

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        if name == "Annotated" and isinstance(node.slice, ast.Tuple):
            return node.slice.elts[0]
        if name in _OPEN:
            return ast.BinOp(node.slice, ast.BitOr(), ast.Name(_OPEN[name]))
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return ast.Name(node.attr)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._aliases.get(node.id, node.id))


# ---------------------------------------------------------------------------------------------------------- comparison

Type = frozenset["Arm"]
Arm = tuple[str, tuple[Type, ...]]
"""`list[Tag] | None` is the arms `list`, of one argument, and `None`."""

NOTHING: Type = frozenset({("None", ())})
_PLAIN: Type = frozenset({("str", ()), ("int", ())})
_COVARIANT = ("Iterator", "Sequence")


@lru_cache(maxsize=10_000)
def words(text: str) -> frozenset[str]:
    """The names in a type."""
    return frozenset(re.findall(r"\w+", text))


@lru_cache(maxsize=10_000)
def read_type(text: str) -> Type:
    """Read a type; none where the text is empty."""
    return _arms(ast.parse(text, mode="eval").body) if text else frozenset()


def _arms(node: ast.expr) -> Type:
    match node:
        case ast.BinOp(left=left, right=right):
            return _arms(left) | _arms(right)
        case ast.Subscript(value=value, slice=ast.Tuple(elts=arguments)):
            return frozenset({(ast.unparse(value), tuple(map(_arms, arguments)))})
        case ast.Subscript(value=value, slice=argument):
            return frozenset({(ast.unparse(value), (_arms(argument),))})
        case _:
            return frozenset({(ast.unparse(node), ())})


def covers(wide: Type, narrow: Type) -> bool:
    """Say whether a type checker takes `narrow` where it wants `wide`; an enum is the `str` that stands beside it."""
    enums = narrow - _PLAIN - NOTHING if narrow & _PLAIN else frozenset[Arm]()
    return all(any(_takes(arm, other) for arm in wide) for other in narrow - enums)


def _takes(wide: Arm, narrow: Arm) -> bool:
    (head, arguments), (other, others) = wide, narrow
    if head != other:
        return (head, other) == ("float", "int")
    if head in _COVARIANT:
        return all(map(covers, arguments, others))
    if head == "Mapping":
        return arguments[0] == others[0] and covers(arguments[1], others[1])
    return arguments == others  # a list or dict may be added to: what it holds has to be the same
