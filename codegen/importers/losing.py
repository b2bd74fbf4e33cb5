"""What is lost of a foreign model where a part of it cannot be read, and the rest without that part.

In: the parsed files of a model, and what was found wrong in them. Out: the operations that reach a faulty shape, and
the same files without these and without every shape that leads there. Beside a model of botocore stand files that
nothing rests on: of these the faulty entries alone are left out. A fault of the service itself leaves no rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from codegen.diagnostics import Diagnostic, Diagnostics, Level, Place, quoted
from codegen.spec.ir import Json
from codegen.spec.source import Source

Node = tuple[str, str]
"""A section of the model's files, each of which is in one of them, and a name in it: `("shapes", "Note")`."""

LOST = "lost-operation"

_BESIDE = {"pagination": "paginator", "waiters": "waiter", "examples": "example"}
"""Sections of the files beside a model of botocore, and what is in them."""
_FRAME = ("service", "resource")
"""Types of a Smithy model that name operations and are none."""


@dataclass(frozen=True, slots=True)
class Loss:
    """`told` is what was found and, for each operation that is lost, why; `rest` is what can still be read.

    `remaining` counts the operations that `rest` has.
    """

    told: tuple[Diagnostic, ...]
    rest: tuple[Source, ...]
    remaining: int


def loss_of(sources: Sequence[Source], faults: Diagnostics) -> Loss | None:
    """Tell what is lost to these faults; None where one is not in an entry that can be left out."""
    main = next((one for one in sources if isinstance(one.value, dict) and "shapes" in one.value), None)
    if main is None or not isinstance(main.value, dict):
        return None
    nodes, beside = dict(_nodes(main.value, ("operations", "shapes"))), _beside(sources)
    causes = _causes(faults.errors, main.path)
    broken = {_node(fault.place, main.path) for fault in causes}
    if None in broken or not all(_may_go(node, nodes, beside) for node in broken if node):
        return None
    reached = _reaching(nodes, {node for node in broken if node})
    operations = [node for node, entry in nodes.items() if _is_operation(node, entry)]
    gone = [node for node in operations if node in reached]
    lost = frozenset(node[1] for node in gone)
    rest = (_without(one, reached, lost) for one in sources)
    told = (_diagnostic(main.path, node, reached[node]) for node in gone)
    left = (_left_out(beside[node], node) for node in reached if node in beside)
    return Loss((*causes, *told, *left), tuple(rest), len(operations) - len(gone))


def _beside(sources: Sequence[Source]) -> dict[Node, str]:
    """Give what stands beside the model, with the file that it is in."""
    files = ((one.path, one.value) for one in sources if isinstance(one.value, dict))
    return {node: path for path, value in files for node, _ in _nodes(value, tuple(_BESIDE))}


def _may_go(node: Node, nodes: Mapping[Node, Json], beside: Mapping[Node, str]) -> bool:
    return node in beside or (node in nodes and _type(nodes[node]) not in _FRAME)


def _causes(faults: Sequence[Diagnostic], path: str) -> tuple[Diagnostic, ...]:
    """Leave out what only follows: a shape that cannot be read is not defined for whoever names it."""
    nodes = {_node(fault.place, path) for fault in faults if fault.rule != "unknown-shape"}
    named = tuple(quoted(node[1]) for node in nodes if node and node[0] not in _BESIDE)
    return tuple(one for one in faults if one.rule != "unknown-shape" or not any(name in one.message for name in named))


def _diagnostic(path: str, node: Node, broken: Node) -> Diagnostic:
    """Say what an operation is lost to; a shape may have its name."""
    cause = "by its own fault" if node == broken else f"it reaches the shape {quoted(broken[1])}"
    return Diagnostic(LOST, f"operation {quoted(node[1])} is lost: {cause}", Place(path, node, on_key=True))


def _left_out(path: str, node: Node) -> Diagnostic:
    message = f"{_BESIDE[node[0]]} {quoted(node[1])} is left out by its own fault"
    return Diagnostic("left-out", message, Place(path, node, on_key=True), Level.WARNING)


def _nodes(top: Mapping[str, Json], sections: Sequence[str]) -> Iterator[tuple[Node, Json]]:
    for section in sections:
        entries = top.get(section)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            yield (section, name), entry


def _node(place: object, path: str) -> Node | None:
    """Only what is in an entry can be left out: of the model's own file, where what is applied goes with its shape, or
    beside it."""
    if not isinstance(place, Place) or len(place.pointer) < 2:
        return None
    section, name = place.pointer[:2]
    if not isinstance(section, str) or not isinstance(name, str) or (place.file == path) == (section in _BESIDE):
        return None
    return (section, name if section in _BESIDE else name.partition("$")[0])


def _type(entry: Json) -> Json:
    return entry.get("type") if isinstance(entry, dict) else None


def _is_operation(node: Node, entry: Json) -> bool:
    return node[0] == "operations" or _type(entry) == "operation"


def _reaching(nodes: Mapping[Node, Json], broken: set[Node]) -> dict[Node, Node]:
    """Give whatever leads to a broken node, with the one it leads to."""
    users: dict[str, list[Node]] = {}
    for node, entry in nodes.items():
        for name in _references(entry) if _type(entry) not in _FRAME else ():
            users.setdefault(name, []).append(node)
    reached = {node: node for node in sorted(broken)}
    waiting = list(reached)
    while waiting:
        node = waiting.pop()
        for user in users.get(node[1], ()) if node[0] == "shapes" else ():
            if user not in reached:
                reached[user] = reached[node]
                waiting.append(user)
    return reached


def _references(value: Json) -> Iterator[str]:
    """Name what an entry refers to: `{"shape": "Note"}` in botocore, `{"target": "ns#Note"}` in Smithy."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("shape", "target") and isinstance(item, str):
                yield item
            elif key != "traits":
                yield from _references(item)


# ----------------------------------------------------------------------------------------------------------- the rest


def _without(source: Source, reached: Mapping[Node, Node], lost: frozenset[str]) -> Source:
    """Leave entries out of a file; its text stays, so that places in it do."""
    if not isinstance(source.value, dict):
        return source
    kept = {key: _kept(key, each, reached, lost) for key, each in source.value.items()}
    return replace(source, value=kept)


def _kept(section: str, entries: Json, reached: Mapping[Node, Node], lost: frozenset[str]) -> Json:
    if not isinstance(entries, dict):
        return entries
    match section:
        case "shapes":
            gone = {name for each, name in reached if each == section}
            own = {name: each for name, each in entries.items() if name.partition("$")[0] not in gone}
            return {name: _unlisted(each, gone) if _type(each) in _FRAME else each for name, each in own.items()}
        case "operations":
            return {name: each for name, each in entries.items() if name not in lost}
        case "pagination" | "examples":
            own = {name: each for name, each in entries.items() if (section, name) not in reached}
            return {name: each for name, each in own.items() if name not in lost}
        case "waiters":
            own = {name: each for name, each in entries.items() if (section, name) not in reached}
            return {name: each for name, each in own.items() if not _waits_for(each, lost)}
        case _:
            return entries


def _waits_for(entry: Json, lost: frozenset[str]) -> bool:
    return isinstance(entry, dict) and entry.get("operation") in lost


def _unlisted(entry: Json, gone: set[str]) -> Json:
    """Take what is gone out of the lists of a service or resource."""
    if not isinstance(entry, dict):
        return entry
    kept = {key: each for key, each in entry.items() if not _names(each, gone)}
    return {
        key: [item for item in each if not _names(item, gone)] if isinstance(each, list) else each
        for key, each in kept.items()
    }


def _names(value: Json, gone: set[str]) -> bool:
    return isinstance(value, dict) and value.get("target") in gone
