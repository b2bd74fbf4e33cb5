"""What a reader has found so far, and how a type of a page is said in the words of `facts`.

In: facts and lines as a reader comes across them. Out: both in the order of their lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from codegen.documents.facts import Aspect, Fact, Unread
from codegen.documents.pages.blocks import Block, Kind
from codegen.documents.pages.syntax import Node
from codegen.spec.ir import Json

SURE = frozenset(("string", "integer", "float", "boolean", "timestamp", "blob", "document", "list", "map", "structure"))
"""Kinds of nodes that are types; `number` and `elided` are not."""


@dataclass(slots=True)
class Findings:
    """Gathers what a page states; `operation` is the one that reading is at."""

    operation: str = ""
    operations: list[str] = field(default_factory=list[str])
    facts: list[Fact] = field(default_factory=list[Fact])
    unread: list[Unread] = field(default_factory=list[Unread])

    def add(self, path: str, aspect: Aspect, value: Json, line: int) -> None:
        self.facts.append(Fact(operation=self.operation, path=path, aspect=aspect, value=value, line=line))

    def leave(self, block: Block, why: str) -> None:
        """Note what was not read; a page's title says what its headings say."""
        if block.kind is not Kind.TITLE:
            self.unread.append(Unread(block.line, block.text, why))

    def leave_all(self, blocks: Iterable[Block], why: str) -> None:
        for block in blocks:
            self.leave(block, why)

    def begin(self, operation: str, line: int) -> None:
        self.operation = operation
        self.operations.append(operation)
        self.add("", Aspect.LISTED, True, line)


class Spot(NamedTuple):
    """A value within a tree: where it is, the name a listing has for it ("" for items, keys and values), its node."""

    path: str
    name: str
    node: Node
    top: bool


def spots(root: str, tree: Node) -> Iterator[Spot]:
    """Walk what is within a tree as listings do, depth first: `request.Contexts`, `request.Contexts[]`, ..."""
    waiting = [Spot(f"{root}.{name}", name, node, True) for name, node in reversed(tree.members)]
    waiting += [spot._replace(top=True) for spot in _within(root, tree) if not spot.name]
    while waiting:
        spot = waiting.pop()
        yield spot
        waiting.extend(reversed(_within(spot.path, spot.node)))


def _within(path: str, node: Node) -> list[Spot]:
    if node.kind == "map":
        key = Spot(path + "{key}", "", Node("string", node.line, values=node.key_values), False)
        return [key, *([Spot(path + "{}", "", node.item, False)] if node.item else [])]
    if node.item:
        return [Spot(path + "[]", "", node.item, False)]
    return [Spot(f"{path}.{name}", name, member, False) for name, member in node.members]


def syntax_facts(root: str, tree: Node) -> Iterator[tuple[str, Aspect, Json, int]]:
    """State what a tree shows: members in their order, values of enums, what it leaves out."""
    if tree.members:
        yield root, Aspect.ORDER, [name for name, _ in tree.members], tree.line
    for path, _, node, _ in spots(root, tree):
        if node.members:
            yield path, Aspect.ORDER, [name for name, _ in node.members], node.line
        if node.values:
            yield path, Aspect.VALUES, list(node.values), node.line
        if node.kind == "elided":
            yield path, Aspect.ELIDED, True, node.line
