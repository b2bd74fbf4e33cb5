"""What an update does to code written against the generated package: old model x new model -> `SourceChange`s.

In: two models. Out: a verdict for everything in Python that is gone, new or no longer the same, found by comparing what
`offer` lists for both. Only shapes that differ are worked out, and those whose names or types hang on them.

A change is breaking where code that used the old package no longer runs or no longer type-checks, risky where it does
both and may yet act otherwise. That a class or method is called otherwise is said of it, not of all that it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codegen.diff.changes import Key
from codegen.diff.findings import SEVERITY, Level, Verdict
from codegen.diff.hints import NOTHING, covers, read_type, words
from codegen.diff.offer import Item, offer, whole
from codegen.diff.rivals import rivals_of
from codegen.diff.touched import Asked, touched
from codegen.records import dataclass
from codegen.spec import ir

__all__ = ["Item", "Key", "SourceChange", "source_changes", "surface"]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """One thing in Python before and after; None where it was not, or is no more."""

    key: Key
    old: Item | None
    new: Item | None
    verdict: Verdict


def surface(model: ir.Model) -> Mapping[Key, Item]:
    """List everything that the generated package offers because of its model."""
    return offer(model, whole(model), rivals_of(model))


def source_changes(old: ir.Model, new: ir.Model, asked: Asked | None = None) -> Mapping[Key, SourceChange]:
    """Judge everything that the two generated packages do not have in common, in the order of the keys.

    Given what is `asked`, what a class or method holds that comes or goes as a whole is left out beyond that.
    """
    found = touched(old, new, asked)
    return compared(offer(old, found.old, found.rivals), offer(new, found.new, found.rivals))


def compared(old: Mapping[Key, Item], new: Mapping[Key, Item]) -> Mapping[Key, SourceChange]:
    """Judge the differences of two surfaces, or of the same part of both."""
    sides = _Sides(_by_name(old), _by_name(new))
    keys = sorted(key for key in {*old, *new} if _differ(old.get(key), new.get(key)))
    return {key: SourceChange(key, old.get(key), new.get(key), _verdict(key, old, new, sides)) for key in keys}


@dataclass(frozen=True, slots=True)
class _Sides:
    """What each side has, by its name in Python."""

    old: Mapping[str, Item]
    new: Mapping[str, Item]


def _by_name(items: Mapping[Key, Item]) -> Mapping[str, Item]:
    return {item.name: item for item in items.values()}


def _differ(old: Item | None, new: Item | None) -> bool:
    if old is None or new is None:
        return True
    return old != new and _apart(old) != _apart(new)


def _apart(item: Item) -> tuple[str, str, str, bool]:
    """An item without the name of its owner; classes and methods have none but the module's."""
    return item.leaf, item.takes, item.gives, item.required


# ------------------------------------------------------------------------------------------------------------- verdicts


def _verdict(key: Key, old: Mapping[Key, Item], new: Mapping[Key, Item], sides: _Sides) -> Verdict:
    before, after = old.get(key), new.get(key)
    if before is None and after is not None:
        return _added(key, after, sides)
    if before is not None and after is None:
        return _removed(key, before, sides)
    assert before is not None and after is not None
    return _worst(_changes(key, before, after))


def _removed(key: Key, item: Item, sides: _Sides) -> Verdict:
    """Something else may go by its name now: then that is what counts."""
    heir = sides.new.get(item.name)
    if heir is None:
        return Verdict(Level.BREAKING, f"{item.name} is gone")
    return _worst([*_changes(key, item, heir), Verdict(Level.SAFE, f"{item.name} is still there")])


def _added(key: Key, item: Item, sides: _Sides) -> Verdict:
    if item.name in sides.old:
        return Verdict(Level.SAFE, f"{item.name} was there before")
    owner = sides.old.get(item.owner)
    if owner is None:
        return Verdict(Level.SAFE, f"{item.name} is new")
    if item.required:
        return Verdict(Level.BREAKING, f"{item.name} is new and has to be given")
    if key[0] == "value":
        return Verdict(Level.RISKY, f"{item.name} is new: an exhaustive match on {owner.name} misses it")
    if key[0] == "field" and owner.gives == "TaggedUnion":
        return Verdict(Level.RISKY, f"{item.name} is a new arm: an exhaustive match on {owner.name} misses it")
    left_out = " and may be left out" if key[0] in ("field", "argument") else ""
    return Verdict(Level.SAFE, f"{item.name} is new{left_out}")


def _worst(found: Iterable[Verdict]) -> Verdict:
    """Of several verdicts those of the worst level, in one."""
    verdicts = tuple(found)
    level = max((one.level for one in verdicts), key=SEVERITY.__getitem__)
    return Verdict(level, ", ".join(one.reason for one in verdicts if one.level is level))


def _changes(key: Key, old: Item, new: Item) -> Iterator[Verdict]:
    if old.name != new.name and old.leaf != new.leaf:
        yield Verdict(Level.BREAKING, f"{old.name} is now called {new.leaf}")
    if new.required and not old.required:
        yield Verdict(Level.BREAKING, f"{new.name} has to be given")
    if old.required and not new.required:
        yield Verdict(Level.SAFE, f"{new.name} may be left out")
    read = list(_reading(key, old, new))
    yield from read
    if all(one.level is not Level.BREAKING for one in read):
        yield from _passing(old, new)


_VERBS = {"class": "is", "error": "is", "method": "gives", "pages": "gives", "waiter": "gives"}


def _reading(key: Key, old: Item, new: Item) -> Iterator[Verdict]:
    if old.gives == new.gives:
        return
    said = f"{new.name} {_VERBS.get(key[0], 'reads')} {new.gives}, was {old.gives}"
    lost, gained = words(old.gives) - words(new.gives), words(new.gives) - words(old.gives)
    if key[0] == "value":
        yield Verdict(Level.RISKY, f"{new.name} stands for {new.gives}, was {old.gives}")
    elif old.gives == "None":
        yield Verdict(Level.SAFE, f"{new.name} gives {new.gives}, was nothing")
    elif lost - {"None", "float"} or not covers(read_type(old.gives), read_type(new.gives)):
        yield Verdict(Level.BREAKING, said)
    elif gained - {"int"}:
        yield Verdict(Level.RISKY, f"{said}: an enum prints its own way")
    else:
        yield Verdict(Level.SAFE, said)


def _passing(old: Item, new: Item) -> Iterator[Verdict]:
    """Whether None may be passed is said by what is required."""
    before, after = read_type(old.takes) - NOTHING, read_type(new.takes) - NOTHING
    if before == after:
        return
    said = f"{new.name} takes {new.takes or 'nothing'}, was {old.takes or 'nothing'}"
    yield Verdict(Level.SAFE if covers(after, before) else Level.BREAKING, said)
