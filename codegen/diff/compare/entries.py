"""What every entry of a spec may carry: documentation, deprecation, sensitivity, traits without a rule of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.diagnostics import quoted
from codegen.diff.changes import Change, Spot, Told
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText


def compare_entry(spot: Spot, old: ir.Entry, new: ir.Entry) -> Iterator[Change]:
    """Compare what says nothing of the values that travel."""
    yield from _documentation(spot, old.documentation, new.documentation)
    yield from _deprecated(spot, old.deprecated, new.deprecated)
    if old.traits != new.traits:
        yield from _traits(spot, old.traits, new.traits)


def compare_sensitive(spot: Spot, old: bool, new: bool) -> Iterator[Change]:
    if old != new:
        action = "added" if new else "removed"
        yield spot.change(f"sensitive.{action}", "is sensitive" if new else "is no longer sensitive", old, new)


def _documentation(spot: Spot, old: SpecText | None, new: SpecText | None) -> Iterator[Change]:
    if old == new:
        return
    action = "added" if old is None else "removed" if new is None else "changed"
    yield spot.change(f"documentation.{action}", f"documentation {action}", old, new)


def _deprecated(spot: Spot, old: ir.Deprecated | None, new: ir.Deprecated | None) -> Iterator[Change]:
    if old == new:
        return
    if old is None:
        yield spot.change("deprecated.added", "is deprecated", None, _said(new))
    elif new is None:
        yield spot.change("deprecated.removed", "is no longer deprecated", _said(old), None)
    else:
        yield spot.change("deprecated.changed", "deprecation is explained otherwise", _said(old), _said(new))


def _said(deprecated: ir.Deprecated | None) -> Told:
    return {"message": deprecated.message, "since": deprecated.since} if deprecated else None


def _traits(spot: Spot, old: Mapping[SpecText, Json], new: Mapping[SpecText, Json]) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was != now or (name in old) != (name in new):
            action = "removed" if name not in new else "added" if name not in old else "changed"
            yield spot.change("trait.changed", f"trait {quoted(name.raw)} {action}", {name.raw: was}, {name.raw: now})
