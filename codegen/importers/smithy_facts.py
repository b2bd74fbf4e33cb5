"""What a Smithy model of ours says beyond Smithy: names that are no identifiers, and facts that it has no trait for.

In: a model as plain Smithy says it, and the traits of our own namespace. Out: the model that was exported.

`speccast#name` is the name of a shape or member that Smithy would not take, `speccast#unnamed` says of an enum that its
values have no names, `speccast#facts` lists what else the entry says: changes as RFC 6902 has them (`add`, `replace`,
`remove`), to the JSON of the entry in our own form; those of the service start at the top of the spec.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.diagnostics import Place, quoted
from codegen.importers.reading import ANY, LIST, TEXT, Entry, Kinds, Reading, finish
from codegen.importers.smithy_ast import FACTS, PRELUDE, Tree, traits_of
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import Json
from codegen.spec.parse import parse_model
from codegen.spec.source import Source
from codegen.spec.write import write_model
from codegen.spec.write_shapes import Spec

_CHANGE: Kinds = {"op": TEXT, "path": TEXT, "value": ANY}


def with_facts(model: ir.Model, tree: Tree, service: str, source: Source) -> ir.Model:
    """Add what Smithy has no words for; the model itself where nothing of ours is in it."""
    said = {shape: traits_of(entry)[FACTS] for shape, entry in tree.shapes.items() if FACTS in traits_of(entry)}
    if not said:
        return model
    finish([tree.reading], [source])
    spec = write_model(model, docs=True)
    for shape, changes in said.items():
        _change(tree.reading, _entry(spec, tree, shape, service), changes, tree.place(shape, "traits", FACTS))
    finish([tree.reading], [source])
    return parse_model((replace(source, value=spec),))


def _entry(spec: Spec, tree: Tree, shape: str, service: str) -> Json:
    """Find the entry that a shape became; that of the service is the spec."""
    if shape == service:
        return spec
    entry = tree.shapes[shape]
    kind = "operations" if entry.get("type") == "operation" else "shapes"
    section = "errors" if PRELUDE + "error" in traits_of(entry) else kind
    entries = spec.get(section)
    return entries.get(tree.name(shape).raw) if isinstance(entries, dict) else None


# ------------------------------------------------------------------------------------------------------------- changes


def _change(reading: Reading, entry: Json, changes: Json, at: Place) -> None:
    """Make every change that can be made; one that cannot is reported."""
    listed, _ = reading.known({"changes": changes}, {"changes": LIST}, at)
    items = listed.get("changes")
    for number, each in enumerate(items if isinstance(items, list) else []):
        change, _ = reading.known(each, _CHANGE, at.child(number), "op", "path")
        if {"op", "path"} <= change.keys() and not _changed(entry, change):
            message = f"the change at {quoted(str(change['path']))} finds nothing there to change"
            reading.faults.report("bad-change", message, at.child(number))


def _changed(entry: Json, change: Entry) -> bool:
    """Change one place; say whether it is there."""
    *way, last = _steps(str(change["path"]))
    holder = entry
    for step in way:
        holder = _child(holder, step)
    match holder, change["op"]:
        case dict(), "add":
            holder[last] = change.get("value")
        case dict(), "replace" if last in holder:
            holder[last] = change.get("value")
        case list(), "replace" if last.isdecimal() and int(last) < len(holder):
            holder[int(last)] = change.get("value")
        case dict(), "remove" if last in holder:
            del holder[last]
        case _:
            return False
    return True


def _child(holder: Json, step: str) -> Json:
    if isinstance(holder, dict):
        return holder.get(step)
    return holder[int(step)] if isinstance(holder, list) and step.isdecimal() and int(step) < len(holder) else None


def _steps(pointer: str) -> Iterator[str]:
    """`/members/a~1b` gives `members`, `a/b` (RFC 6901)."""
    for step in pointer.split("/")[1:] or [""]:
        yield step.replace("~1", "/").replace("~0", "~")


def changes_between(plain: Mapping[str, Json], wanted: Mapping[str, Json]) -> list[Json]:
    """List what has to change in one JSON object for it to become another; order counts where the IR keeps it."""
    return list(_changes(plain, wanted, ""))


_ORDERED = ("members", "values", "examples", "paginators", "waiters")
"""Keys of ours whose order Smithy does not keep as we have it; the last two stand with operations there."""


def _changes(plain: Mapping[str, Json], wanted: Mapping[str, Json], at: str) -> Iterator[Json]:
    for key in plain:
        if key not in wanted:
            yield {"op": "remove", "path": _path(at, key)}
    for key, value in wanted.items():
        if key not in plain:
            yield {"op": "add", "path": _path(at, key), "value": value}
        else:
            yield from _difference(plain[key], value, _path(at, key), key in _ORDERED)


def _difference(plain: Json, wanted: Json, at: str, ordered: bool) -> Iterator[Json]:
    match plain, wanted:
        case dict(), dict() if not ordered or list(plain) == list(wanted):
            yield from _changes(plain, wanted, at)
        case list(), list() if len(plain) == len(wanted) and all(isinstance(each, dict) for each in (*plain, *wanted)):
            for number, (before, after) in enumerate(zip(plain, wanted, strict=True)):
                yield from _difference(before, after, f"{at}/{number}", False)
        case _ if not _same(plain, wanted):
            yield {"op": "replace", "path": at, "value": wanted}
        case _:
            return


def _same(one: Json, other: Json) -> bool:
    """`1`, `1.0` and `true` are three values."""
    return repr(one) == repr(other)


def _path(at: str, key: str) -> str:
    return f"{at}/{key.replace('~', '~0').replace('/', '~1')}"
