"""Operations: which there are, what they take, give and raise, how they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.diagnostics import quoted
from codegen.diff.changes import Change, Pair, Spot, Subject, Told
from codegen.diff.compare.entries import compare_entry
from codegen.diff.compare.shapes import compare_members, compare_shapes
from codegen.diff.findings import Direction
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import ShapeId, SpecText

_JSON = (ir.Protocol.AWS_JSON_1_0, ir.Protocol.AWS_JSON_1_1)
Operations = Mapping[SpecText, ir.Operation]


def compare_operations(pair: Pair) -> Iterator[Change]:
    """Compare operations by name; errors that come or go are told by error, for all operations at once."""
    old, new = pair.old.operations, pair.new.operations
    gone = [old[name] for name in pair.operations.gone]
    fresh = [new[name] for name in pair.operations.fresh]
    renamed = _renamed(pair, gone, fresh)
    for one, other in renamed:
        said = f"{quoted(one.name.raw)} renamed to {quoted(other.name.raw)}"
        yield _spot(one, other).change("operation.renamed", said, one.name.raw, other.name.raw)
    taken = {found.name for couple in renamed for found in couple}
    for one in gone:
        if one.name not in taken:
            yield _spot(one, None).change("operation.removed", "operation removed", one.name.raw, None)
    for one in fresh:
        if one.name not in taken:
            yield _spot(None, one).change("operation.added", "operation added", None, one.name.raw)
    for name in pair.operations.changed:
        yield from _operation(pair, old[name], new[name])


def _spot(old: ir.Operation | None, new: ir.Operation | None) -> Spot:
    """Stand at an operation; a new name is the one to go by."""
    found = [operation for operation in (new, old) if operation]
    names = tuple(sorted({operation.name.raw for operation in found}))
    return Spot(
        path=found[0].name.raw,
        subject=Subject(operations=names, direction=Direction.NONE),
        keys=tuple((kind, name) for name in names for kind in ("method", "pages")),
        old_at=old.at if old else None,
        new_at=new.at if new else None,
    )


def _renamed(
    pair: Pair, gone: list[ir.Operation], fresh: list[ir.Operation]
) -> list[tuple[ir.Operation, ir.Operation]]:
    """Guess which operations have a new name: one of the same input, output and errors, and no other."""
    found: list[tuple[ir.Operation, ir.Operation]] = []
    for one in gone:
        mine = _signature(pair.old, one)
        like = [other for other in fresh if mine and _signature(pair.new, other) == mine]
        back = [other for other in gone if like and _signature(pair.old, other) == mine]
        if len(like) == len(back) == 1:
            found.append((one, like[0]))
    return found


def _signature(model: ir.Model, operation: ir.Operation) -> object:
    """Give what a call takes, gives and raises, whatever it is called; None for one that takes nothing."""
    ends = [model.shapes.get(end) if end else None for end in (operation.input, operation.output)]
    members = [end.members if isinstance(end, ir.Structure) else () for end in ends]
    plain = [tuple(replace(one, documentation=None, citations=()) for one in each) for each in members]
    return (*plain, operation.errors, operation.http) if plain[0] else None


def _operation(pair: Pair, old: ir.Operation, new: ir.Operation) -> Iterator[Change]:
    spot = _spot(old, new)
    yield from compare_entry(spot, old, new)
    yield from _input(pair, spot, old.input, new.input)
    yield from _output(pair, spot, old.output, new.output)
    if old.errors != new.errors and set(old.errors) == set(new.errors):
        said = "errors listed in another order"
        yield spot.change("operation.errors-reordered", said, old.errors, new.errors)
    yield from _promises(spot, old, new)
    yield from _http(pair, spot, old.http, new.http)
    yield from _endpoint(spot, old, new)
    if old.asynchronous != new.asynchronous:
        tasks = _task(old.asynchronous), _task(new.asynchronous)
        yield spot.change("operation.task-changed", "asynchronous task changed", *tasks)


def _input(pair: Pair, spot: Spot, old: ShapeId | None, new: ShapeId | None) -> Iterator[Change]:
    """Compare what an operation takes; of an input that comes or goes, required members are told by themselves."""
    if old == new:
        return
    if old is not None and new is not None:
        yield from _end(pair, spot, "input", old, new)
        return
    action, end = ("removed", old) if old is not None else ("added", new)
    was, now = _members(pair.old, old), _members(pair.new, new)
    arguments = [("argument", spot.path, one.name.raw) for one in (*was, *now) if not one.required]
    whole = replace(spot, keys=(*spot.keys, *arguments))
    yield whole.change(f"operation.input-{action}", f"input {action}", old, new)
    if end is not None:
        there = replace(spot, path=end.raw, subject=Subject(old=old, new=new, direction=Direction.INPUT), keys=())
        gone, fresh = (tuple(one for one in members if one.required) for members in (was, now))
        yield from compare_members(pair, there, gone, fresh)


def _members(model: ir.Model, name: ShapeId | None) -> tuple[ir.Member, ...]:
    shape = model.shapes.get(name) if name else None
    return shape.members if isinstance(shape, ir.Structure) else ()


def _output(pair: Pair, spot: Spot, old: ShapeId | None, new: ShapeId | None) -> Iterator[Change]:
    if old == new:
        return
    if old is None or new is None:
        action = "added" if old is None else "removed"
        yield spot.change(f"operation.output-{action}", f"output {action}", old, new)
        return
    yield from _end(pair, spot, "output", old, new)


def _end(pair: Pair, spot: Spot, end: str, old: ShapeId, new: ShapeId) -> Iterator[Change]:
    """Tell that an input or output has another name, and compare the two at the new one."""
    keys = (("class", old.raw), ("class", new.raw), *spot.keys)
    said = f"{end} is {quoted(new.raw)}, was {quoted(old.raw)}"
    yield replace(spot, keys=keys).change(f"operation.{end}-renamed", said, old.raw, new.raw)
    was, now = pair.old.shapes.get(old), pair.new.shapes.get(new)
    if was is not None and now is not None:
        there = Spot(path=new.raw, subject=Subject(old=old, new=new), old_at=was.at, new_at=now.at)
        yield from compare_shapes(pair, there, was, now, frozenset({(old, new)}))


def _promises(spot: Spot, old: ir.Operation, new: ir.Operation) -> Iterator[Change]:
    for name, was, now in (("readonly", old.readonly, new.readonly), ("idempotent", old.idempotent, new.idempotent)):
        if was != now:
            rule = f"operation.readonly-{'added' if now else 'removed'}"
            yield spot.change(rule, f"{'now' if now else 'no longer'} marked {name}", {name: was}, {name: now})


def _http(pair: Pair, spot: Spot, old: ir.Http | None, new: ir.Http | None) -> Iterator[Change]:
    """Compare the HTTP binding, which JSON protocols leave unused."""
    if old != new:
        unused = pair.old.service.protocol in _JSON and pair.new.service.protocol in _JSON
        rule = f"operation.http-{'rewritten' if unused else 'changed'}"
        yield spot.change(rule, "HTTP method or URI changed", _binding(old), _binding(new))


def _binding(http: ir.Http | None) -> Told:
    return {"method": http.method.raw, "uri": http.uri.raw, "code": http.response_code} if http else None


def _endpoint(spot: Spot, old: ir.Operation, new: ir.Operation) -> Iterator[Change]:
    was, now = _address(old), _address(new)
    for name in (name for name in was if was[name] != now[name]):
        yield spot.change("operation.endpoint-changed", f"{name} changed", {name: was[name]}, {name: now[name]})


def _address(operation: ir.Operation) -> dict[str, Told]:
    return {
        "host prefix": operation.host_prefix,
        "authentication": operation.auth,
        "unsigned payload": operation.unsigned_payload,
        "endpoint discovery": operation.endpoint_discovery,
        "name on the wire": operation.wire_name or operation.name,
    }


def _task(task: ir.Asynchronous | None) -> Told:
    if task is None:
        return None
    status = task.status
    return {
        "steps": task.steps,
        "status": (status.member, status.reason, status.message),
        "running": status.running,
        "complete": status.complete,
        "failed": status.failed,
        "events": task.events,
    }
