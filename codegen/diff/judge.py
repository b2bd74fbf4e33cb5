"""Changes -> findings: each with its direction, its operations and its verdict for every audience.

In: the pair of models, what changed between them, what changed in the Python made of them. Out: findings, in the order
of their paths. What a change means is looked up in `rules`; a source verdict that the table leaves to Python is taken
from the names and types that change with it. A change in Python that no finding explains (a collision of names that
came or went) becomes a finding of its own: nothing that breaks a program is passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from codegen.diagnostics import Locate, Location, Place
from codegen.diff.changes import SERVICE, Change, Key, Pair, Spot, Subject, both
from codegen.diff.findings import Audience, Direction, Finding, Level, Verdict
from codegen.diff.hints import NOTHING, covers, read_type
from codegen.diff.reach import Reach, Way, direction
from codegen.diff.rules import by_python, verdicts, worse_of
from codegen.diff.surface import Item, SourceChange
from codegen.diff.touched import Asked
from codegen.records import dataclass, replace
from codegen.spec import ir
from codegen.spec.ir import ShapeId, SpecText
from codegen.spec.lazily import outline_of

Locates = tuple[Locate, Locate]
"""How places of the old and of the new release are found."""

SourceChanges = Mapping[Key, SourceChange]

_UNCHANGED = Verdict(Level.SAFE, "names and types in Python stay as they are")
_FAKES = Verdict(Level.RISKY, "fakes that build the answer have to follow")
_READ_BACK = Verdict(Level.RISKY, "who reads a request back gets another type")

Sides = tuple[ShapeId | None, ShapeId | None]
"""The old and the new name of a shape."""

Reached = tuple[Direction, tuple[str, ...]]
"""The way that a shape travels, and the operations that it travels with."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What verdicts are looked up in."""

    pair: Pair
    old: Reach
    new: Reach
    python: SourceChanges
    locate: Locates | None
    reached: dict[Sides, Reached] = field(default_factory=dict[Any, Any])
    """How the shapes of a subject are reached, once it is found: an enum may gain hundreds of values."""


def asked_by(pair: Pair, changes: Sequence[Change]) -> Asked:
    """Tell what of Python the verdicts on some changes rest on."""
    by_it = [change for change in changes if by_python(change.rule)]
    keys = {key for change in by_it for key in change.keys}
    return Asked(keys, {SpecText(_typed(pair, change)) for change in by_it})


def judge(pair: Pair, changes: Iterable[Change], python: SourceChanges, locate: Locates | None) -> tuple[Finding, ...]:
    """Judge every change; `locate` None leaves places out."""
    bench = Judge(pair, Reach(pair.old), Reach(pair.new), python, locate)
    found = [*changes, *_directions(bench)]
    typed = [_typed(pair, change) if by_python(change.rule) else None for change in found]
    explained = {key for change in found for key in change.keys}
    adopted = _adopted(bench, explained, {owner for owner in typed if owner})
    findings = [
        _finding(bench, change, adopted.get(owner, ()) if owner else None)
        for change, owner in zip(found, typed, strict=True)
    ]
    taken = {key for keys in adopted.values() for key in keys}
    findings += [_unexplained(bench, key) for key in _left_over(bench, explained | taken)]
    told_once = {_order(finding): finding for finding in findings}
    return tuple(told_once[order] for order in sorted(told_once))


def _order(finding: Finding) -> tuple[str, str, str, str]:
    return (finding.path, finding.rule, str(finding.old), str(finding.new))


def _finding(bench: Judge, change: Change, adopted: Sequence[Key] | None) -> Finding:
    """Judge a change; where Python settles what it means, `adopted` are the keys that change with it, else None."""
    way, operations = _reached(bench, change.subject)
    found = verdicts(change.rule, way)
    if adopted is not None:
        source = _source(bench, (*change.keys, *adopted), way, found[Audience.SOURCE])
        found = {**found, Audience.SOURCE: source}
    return Finding(
        rule=change.rule,
        path=change.path,
        summary=change.summary,
        direction=way,
        old=change.old,
        new=change.new,
        operations=operations,
        verdicts=found,
        lost=change.lost,
        gained=change.gained,
        old_at=_location(bench, change.old_at, 0),
        new_at=_location(bench, change.new_at, 1),
    )


def _location(bench: Judge, place: Place | None, side: int) -> Location | None:
    return bench.locate[side](place) if bench.locate and place else None


# ------------------------------------------------------------------------------------------------------------ direction


def _reached(bench: Judge, subject: Subject) -> Reached:
    """Tell which way a change travels, and with which operations."""
    if subject.direction is not None and subject.operations is not None:
        return subject.direction, subject.operations
    sides = subject.old, subject.new
    if sides not in bench.reached:
        bench.reached[sides] = _reached_by(bench, sides)
    way, operations = bench.reached[sides]
    return subject.direction or way, operations if subject.operations is None else subject.operations


def _reached_by(bench: Judge, sides: Sides) -> Reached:
    """Tell where a shape went before and still goes, else where it went or goes; and all operations, old and new."""
    found = [(reach, shape.raw) for reach, shape in zip((bench.old, bench.new), sides, strict=True) if shape]
    operations = frozenset[str]().union(*(reach.operations(shape) for reach, shape in found))
    incoming, outgoing = zip(*(reach.way(shape) for reach, shape in found), strict=True)
    kept = direction(all(incoming), all(outgoing))
    whole = kept if kept is not Direction.NONE else direction(any(incoming), any(outgoing))
    return whole, tuple(sorted(operations))


def _directions(bench: Judge) -> Iterator[Change]:
    """Tell of classes that travel another way than before; one that nothing reached before is new to everybody."""
    old, new = bench.pair.old.shapes, bench.pair.new.shapes
    for name, (was, now) in sorted(_elsewhere(bench).items()):
        before, after = old[SpecText(name)], new[SpecText(name)]
        if any(was) and any(now) and _has_class(before) and _has_class(after):
            yield from _turned(Spot(path=name, subject=both(before.id), old_at=before.at, new_at=after.at), was, now)


def _turned(spot: Spot, was: Way, now: Way) -> Iterator[Change]:
    """Tell the way that a shape travels from now on, and the one that it travels no longer."""
    ways = direction(*was), direction(*now)
    for here, before, after in zip((Direction.INPUT, Direction.OUTPUT), was, now, strict=True):
        if before != after:
            action, word = ("gained", "now") if after else ("lost", "no longer")
            turned = replace(spot, subject=replace(spot.subject, direction=here))
            yield turned.change(f"shape.direction-{action}", f"travels in {_WAYS[here]} {word}", *ways)


def _elsewhere(bench: Judge) -> Mapping[str, tuple[Way, Way]]:
    """Give the shapes of both releases that travel another way than before, with both ways.

    A shape does where what names it is not the same, or where a shape that names it does itself.
    """
    found: dict[str, tuple[Way, Way]] = {}
    waiting = _named_otherwise(bench.old, bench.new)
    while waiting:
        name = waiting.pop()
        if SpecText(name) in bench.pair.old.shapes and SpecText(name) in bench.pair.new.shapes:
            ways = bench.old.way(name), bench.new.way(name)
            if ways[0] != ways[1]:
                found[name] = ways
                waiting |= {*bench.old.targets(name), *bench.new.targets(name)} - found.keys()
    return found


def _named_otherwise(old: Reach, new: Reach) -> set[str]:
    """Name the shapes that other shapes name than before, or that requests or answers begin with on one side only."""
    users = {name for name in {**old.users, **new.users} if old.users.get(name) != new.users.get(name)}
    return users | (old.inputs ^ new.inputs) | (old.outputs ^ new.outputs)


_WAYS = {Direction.INPUT: "requests", Direction.OUTPUT: "answers"}


def _has_class(shape: ir.Shape) -> bool:
    return isinstance(shape, ir.Structure | ir.UnionOf | ir.Enum | ir.IntEnum)


# --------------------------------------------------------------------------------------------------------------- source


def _source(bench: Judge, keys: Iterable[Key], way: Direction, usual: Verdict) -> Verdict:
    """Take the worst of what changes in Python; a change that only fakes or only readers meet weighs less."""
    found = [bench.python[key] for key in dict.fromkeys(keys) if key in bench.python]
    if not found:
        return _UNCHANGED
    worst = worse_of([_weighed(change, way) for change in found])
    return worst if worst.level is not usual.level or worst.level is Level.BREAKING else usual


def _weighed(change: SourceChange, way: Direction) -> Verdict:
    if change.verdict.level is not Level.BREAKING or change.new is None:
        return change.verdict
    old, new = change.old, change.new
    if old is not None and old.name != new.name:
        return change.verdict
    if way is Direction.OUTPUT and (old is None or _reads_alike(old, new)):
        return _FAKES
    if way is Direction.INPUT and change.key[0] != "class" and old is not None and new.required <= old.required:
        return _READ_BACK if covers(read_type(new.takes), read_type(old.takes)) else change.verdict
    return change.verdict


def _reads_alike(old: Item, new: Item) -> bool:
    """Say whether who reads meets the same type, or one that is None no more."""
    now = read_type(new.gives)
    return read_type(old.gives) in (now, now | NOTHING)


def _typed(pair: Pair, change: Change) -> str:
    """Name what fields have as their type: of items, keys and values of a named list or map, the list or map."""
    name, models = change.subject.new or change.subject.old, (pair.new, pair.old)
    if name is None or not change.path.endswith(_EDGES):
        return change.path
    shape = next((outline_of(model.shapes, name) for model in models if name in model.shapes), None)
    return shape.id.raw if isinstance(shape, ir.ListOf | ir.MapOf) else change.path


_EDGES = (".member", ".key", ".value")
"""What the paths of items, keys and values end in; those of few members do."""


def _adopted(bench: Judge, explained: set[Key], paths: set[str]) -> Mapping[str, list[Key]]:
    """Give each shape that changed its type the fields whose types change with it."""
    found: defaultdict[str, list[Key]] = defaultdict(list)
    for key in sorted(bench.python.keys() - explained):
        owner = next((name for name in _targets(bench, key) if name in paths), None)
        if owner is not None:
            found[owner].append(key)
    return found


def _targets(bench: Judge, key: Key) -> Iterator[str]:
    """Walk the shapes that the type of a field or argument names, through lists and maps."""
    if key[0] not in ("field", "argument") or len(key) != 3:
        return
    for model in (bench.pair.old, bench.pair.new):
        owner = SpecText(key[1])
        if key[0] == "argument":
            operation = model.operations.get(owner)
            owner = operation.input if operation and operation.input else owner
        shape = model.shapes.get(owner)
        members = ir.members_of(shape) if shape else ()
        waiting = [member.target for member in members if member.name.raw == key[2]]
        while waiting:
            name = waiting.pop()
            yield name.raw
            target = model.shapes.get(name)
            if isinstance(target, ir.ListOf | ir.MapOf):
                waiting += [member.target for member in ir.members_of(target)]


_IMPLIED = {"field": "class", "value": "class", "argument": "method", "error-field": "error"}
"""What comes and goes with what."""


def _left_over(bench: Judge, explained: set[Key]) -> Iterator[Key]:
    """Walk what comes, goes or changes for the worse in Python and no finding told."""
    for key, change in sorted(bench.python.items()):
        stays = change.old is not None and change.new is not None
        if key in explained or (stays and change.verdict.level is Level.SAFE):
            continue
        owner = bench.python.get((_IMPLIED.get(key[0], ""), key[1]))
        if (
            owner is not None
            and (owner.old is None) == (change.old is None)
            and (owner.new is None) == (change.new is None)
        ):
            continue
        yield key


def _unexplained(bench: Judge, key: Key) -> Finding:
    change = bench.python[key]
    item = change.new or change.old
    assert item is not None  # a change has at least one side
    action = _action(change)
    owner = SpecText(key[1])
    subject = both(owner) if owner in bench.pair.new.shapes else SERVICE
    way, operations = _reached(bench, subject)
    found = {**verdicts(f"python.{action}", Direction.NONE), Audience.SOURCE: _weighed(change, way)}
    return Finding(
        rule=f"python.{action}",
        path=item.name,
        summary=change.verdict.reason,
        direction=way,
        old=_shown(change.old),
        new=_shown(change.new),
        operations=operations,
        verdicts=found,
    )


def _action(change: SourceChange) -> str:
    if change.old is None:
        return "added"
    if change.new is None:
        return "removed"
    return "renamed" if change.old.name != change.new.name else "type-changed"


def _shown(item: Item | None) -> str | None:
    return ": ".join(filter(None, (item.name, item.gives or item.takes))) if item else None
