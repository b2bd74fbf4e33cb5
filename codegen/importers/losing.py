"""What is lost of a foreign model where a part of it cannot be read, and the rest without that part.

In: the parsed files of a model, and what was found wrong in them. Out: the operations that reach a faulty shape, and
the same files without these and without every shape that leads there. A fault of the service itself leaves no rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from codegen.diagnostics import Diagnostic, Diagnostics, Place, quoted
from codegen.spec.ir import Json
from codegen.spec.source import Source

Node = tuple[str, str]
"""A section of the model's file and a name in it: `("shapes", "Note")`."""

LOST = "lost-operation"

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
    nodes = dict(_nodes(main.value))
    causes = _causes(faults.errors, main.path)
    broken = {_node(fault.place, main.path) for fault in causes}
    if not all(node in nodes and _type(nodes[node]) not in _FRAME for node in broken if node) or None in broken:
        return None
    reached = _reaching(nodes, {node for node in broken if node})
    operations = [node for node, entry in nodes.items() if _is_operation(node, entry)]
    gone = [node for node in operations if node in reached]
    lost = frozenset(node[1] for node in gone)
    rest = (_without(one, reached, lost) for one in sources)
    told = (_diagnostic(main.path, node, reached[node]) for node in gone)
    return Loss((*causes, *told), tuple(rest), len(operations) - len(gone))


def _causes(faults: Sequence[Diagnostic], path: str) -> tuple[Diagnostic, ...]:
    """Leave out what only follows: a shape that cannot be read is not defined for whoever names it."""
    nodes = {_node(fault.place, path) for fault in faults if fault.rule != "unknown-shape"}
    named = tuple(quoted(node[1]) for node in nodes if node)
    return tuple(one for one in faults if one.rule != "unknown-shape" or not any(name in one.message for name in named))


def _diagnostic(path: str, node: Node, broken: Node) -> Diagnostic:
    """Say what an operation is lost to; a shape may have its name."""
    cause = "by its own fault" if node == broken else f"it reaches the shape {quoted(broken[1])}"
    return Diagnostic(LOST, f"operation {quoted(node[1])} is lost: {cause}", Place(path, node, on_key=True))


def _nodes(top: Mapping[str, Json]) -> Iterator[tuple[Node, Json]]:
    for section in ("operations", "shapes"):
        entries = top.get(section)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            yield (section, name), entry


def _node(place: object, path: str) -> Node | None:
    """Only what is in an entry of the model's own file can be left out; what is applied goes with its shape."""
    if not isinstance(place, Place) or place.file != path or len(place.pointer) < 2:
        return None
    section, name = place.pointer[:2]
    return (section, name.partition("$")[0]) if isinstance(section, str) and isinstance(name, str) else None


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
    gone = {name for section, name in reached if section == "shapes"}
    return replace(source, value={key: _kept(key, each, gone, lost) for key, each in source.value.items()})


def _kept(section: str, entries: Json, gone: set[str], lost: frozenset[str]) -> Json:
    if not isinstance(entries, dict):
        return entries
    match section:
        case "shapes":
            own = {name: each for name, each in entries.items() if name.partition("$")[0] not in gone}
            return {name: _unlisted(each, gone) if _type(each) in _FRAME else each for name, each in own.items()}
        case "operations" | "pagination" | "examples":
            return {name: each for name, each in entries.items() if name not in lost}
        case "waiters":
            return {name: each for name, each in entries.items() if not _waits_for(each, lost)}
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
