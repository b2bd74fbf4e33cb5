"""Errors: which operations raise them, told by error and not by operation; their codes, statuses and members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from codegen.diagnostics import quoted
from codegen.diff.changes import Change, Pair, Spot, Subject, Told
from codegen.diff.compare.entries import compare_entry
from codegen.diff.compare.shapes import compare_members
from codegen.diff.findings import Direction
from codegen.emit.views.symbols import error_body
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.lazily import calls_of

_STATUS_CHANGED = "HTTP status or fault changed"

Raisers = Mapping[SpecText, tuple[str, ...]]
"""Error -> the operations that name it."""


def compare_errors(pair: Pair) -> Iterator[Change]:
    """Compare the errors of both releases by name."""
    old, new = pair.old.errors, pair.new.errors
    was, now = _raisers(pair.old), _raisers(pair.new)
    renamed = _renamed(pair, was, now)
    for one, other in renamed:
        said = f"{quoted(one.raw)} renamed to {quoted(other.raw)}"
        yield _spot(pair, one, other, was[one]).change("error.renamed", said, one.raw, other.raw)
    taken = {name for couple in renamed for name in couple}
    for name in sorted({*was, *now, *old, *new} - taken):
        yield from _raised(pair, name, was.get(name, ()), now.get(name, ()))
        if name in old and name in new and old[name] != new[name]:
            yield from _error(pair, old[name], new[name], tuple({*was.get(name, ()), *now.get(name, ())}))


def _raisers(model: ir.Model) -> Raisers:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for call in calls_of(model.operations):
        for name in call.errors:
            found[name][call.operation] = None
    return {SpecText(name): tuple(operations) for name, operations in found.items()}


def _spot(pair: Pair, old: SpecText, new: SpecText, operations: tuple[str, ...]) -> Spot:
    was, now = pair.old.errors.get(old), pair.new.errors.get(new)
    names = tuple(dict.fromkeys((old.raw, new.raw)))
    return Spot(
        path=new.raw,
        subject=Subject(operations=tuple(sorted(operations)), direction=Direction.OUTPUT),
        keys=tuple(key for name in names for key in (("error", name), ("class", error_body(SpecText(name)).raw))),
        old_at=was.at if was else None,
        new_at=now.at if now else None,
    )


def _renamed(pair: Pair, was: Raisers, now: Raisers) -> list[tuple[SpecText, SpecText]]:
    """Guess which errors have a new name: raised by the same operations, with the same members, and no other."""
    gone = [name for name in was if name not in now and name in pair.old.errors]
    fresh = [name for name in now if name not in was and name in pair.new.errors]
    found: list[tuple[SpecText, SpecText]] = []
    for one in gone:
        like = [other for other in fresh if _same(pair, one, other) and was[one] == now[other]]
        back = [other for other in gone if like and was[other] == was[one] and _same(pair, other, like[0])]
        if len(like) == len(back) == 1:
            found.append((one, like[0]))
    return found


def _same(pair: Pair, one: SpecText, other: SpecText) -> bool:
    return _body(pair.old.errors[one]) == _body(pair.new.errors[other])


def _body(error: ir.Error) -> object:
    members = tuple(replace(one, documentation=None, citations=()) for one in error.members)
    return members, error.fault, tuple(found.status for found in error.http_errors)


def _raised(pair: Pair, name: SpecText, was: tuple[str, ...], now: tuple[str, ...]) -> Iterator[Change]:
    """Tell of operations, there in both releases, that raise an error or no longer do."""
    added = [operation for operation in now if operation not in was and SpecText(operation) in pair.old.operations]
    removed = [operation for operation in was if operation not in now and SpecText(operation) in pair.new.operations]
    if added:
        spot = _spot(pair, name, name, tuple(added))
        yield spot.change("operation.error-added", f"error added to {_counted(added)}", None, sorted(added))
    if removed:
        spot = _spot(pair, name, name, tuple(removed))
        yield spot.change("operation.error-removed", f"error removed from {_counted(removed)}", sorted(removed), None)
    if not added and not removed and (name in pair.old.errors) != (name in pair.new.errors):
        action = "added" if name in pair.new.errors else "removed"
        spot = _spot(pair, name, name, ())
        names = (None, name.raw) if action == "added" else (name.raw, None)
        yield spot.change(f"error.{action}", f"error {action}", *names)


def _counted(operations: list[str]) -> str:
    return quoted(operations[0]) if len(operations) == 1 else f"{len(operations)} operations"


def _error(pair: Pair, old: ir.Error, new: ir.Error, operations: tuple[str, ...]) -> Iterator[Change]:
    spot = _spot(pair, old.name, new.name, operations)
    yield from compare_entry(spot, old, new)
    codes = [_codes(error) for error in (old, new)]
    if codes[0] != codes[1]:
        yield spot.change("error.code-changed", "code on the wire changed", *codes)
    statuses = [_statuses(error) for error in (old, new)]
    if statuses[0] != statuses[1]:
        was, now = ({found.status for found in error.http_errors} for error in (old, new))
        unstated = old.fault == new.fault and (was <= now or now <= was)
        rule, said = ("stated", "HTTP status is stated by other sources") if unstated else ("changed", _STATUS_CHANGED)
        yield spot.change(f"error.status-{rule}", said, *statuses)
    retries: list[Told] = [{"retryable": error.retryable, "throttling": error.throttling} for error in (old, new)]
    if retries[0] != retries[1]:
        yield spot.change("error.retryable-changed", "whether it may be retried changed", *retries)
    if old.suggested_action != new.suggested_action:
        actions = old.suggested_action, new.suggested_action
        yield spot.change("documentation.changed", "suggested action changed", *actions)
    inside = Spot(path=spot.path, subject=spot.subject, keys=spot.keys, old_at=old.at, new_at=new.at)
    for change in compare_members(pair, inside, old.members, new.members):
        member = change.path.removeprefix(f"{spot.path}.")
        keys = ("error-field", new.name.raw, member), ("field", error_body(new.name).raw, member)
        yield replace(change, keys=(*change.keys, *keys))


def _codes(error: ir.Error) -> Told:
    return [(error.code or error.name).raw, *sorted(alias.raw for alias in error.aliases)]


def _statuses(error: ir.Error) -> Told:
    return {"fault": error.fault.value, "statuses": list(dict.fromkeys(found.status for found in error.http_errors))}
