"""One package made what its order says, as often as it is asked for.

In: an order. Out: what was done or what keeps it from being done, or nothing when there is nothing to do. Remembers
what was rendered until it is on disk, so that a fault costs once; and the bytes of the spec that each package was made
from, so that the next one can be compared with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, quoted
from codegen.diff.findings import Audience, Finding, Level
from codegen.files.output import Change, compare, write
from codegen.freshness import Fresh, fresh_package
from codegen.load import Found
from codegen.load.loaded import load_both_lazily
from codegen.orders import Order
from codegen.review import Release, review
from codegen.upkeep import Rendered, render_all
from codegen.watching.events import Regenerated, settled

Key = tuple[str, Path, str | None, tuple[str, ...] | None, str]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What an order gave; `refused` is what was on disk when it could not be written, and why it could not."""

    rendered: Rendered | Diagnostics
    refused: tuple[tuple[Change, ...], Diagnostics] | None = None


@dataclass(slots=True)
class Maker:
    """Makes packages; `claimed` says which order of this turn has which folder."""

    made_from: dict[Path, Found] = field(default_factory=dict[Path, Found])
    attempts: dict[Key, _Attempt] = field(default_factory=dict[Key, _Attempt])
    claimed: dict[Path, Order] = field(default_factory=dict[Path, Order])

    def begin(self, asked: frozenset[Key]) -> None:
        """Begin a turn; attempts at what nobody asks for any more are forgotten."""
        self.attempts = {key: attempt for key, attempt in self.attempts.items() if key in asked}
        self.claimed = {}

    def make(self, order: Order) -> Iterator[Regenerated | Diagnostics]:
        """Make the package what its order says, unless it is."""
        key, started = key_of(order), time.monotonic()
        fresh = settled(lambda: fresh_package(order))
        if isinstance(fresh, Fresh):
            self.claimed.setdefault(fresh.folder, order)
            self.made_from[fresh.folder] = order.found
            self.attempts.pop(key, None)
            return
        attempt = self.attempts.get(key) or _Attempt(settled(lambda: render_all([order])[0]))
        self.attempts[key] = attempt
        if isinstance(attempt.rendered, Diagnostics):
            yield attempt.rendered
            return
        if attempt.rendered.warnings:
            yield Diagnostics(attempt.rendered.warnings)
        outcome = self._write(order, attempt, attempt.rendered)
        if isinstance(outcome, Diagnostics):
            yield outcome
        elif outcome:
            yield self._regenerated(order, attempt.rendered, outcome, started)

    def _write(self, order: Order, attempt: _Attempt, rendered: Rendered) -> tuple[str, ...] | Diagnostics:
        """Write, but do not try again what was refused for what is there still; a full disk may have room by now."""
        folder, files = rendered.folder, rendered.product.files
        other = self.claimed.setdefault(folder, order)
        if other is not order:
            return _same_package(other, order, rendered)
        there = settled(lambda: compare(folder, files))
        if attempt.refused and attempt.refused[0] == there:
            return attempt.refused[1]
        changed = settled(lambda: write(folder, files))
        if isinstance(changed, Diagnostics) and isinstance(there, tuple) and changed.found[0].rule != "write":
            self.attempts[key_of(order)] = replace(attempt, refused=(there, changed))
        return changed

    def _regenerated(self, order: Order, rendered: Rendered, changed: tuple[str, ...], started: float) -> Regenerated:
        before = self.made_from.get(rendered.folder)
        self.made_from[rendered.folder] = order.found
        breaking = _breaking(before, order) if before else ()
        written = sum(path in rendered.product.files for path in changed)
        return Regenerated(
            folder=rendered.folder,
            written=written,
            removed=len(changed) - written,
            seconds=time.monotonic() - started,
            breaking=breaking,
        )


def key_of(order: Order) -> Key:
    """Tell orders apart: two that are alike give the same bytes."""
    return order.found.shown, order.out, order.package, order.operations, order.digest


def _same_package(first: Order, second: Order, rendered: Rendered) -> Diagnostics:
    specs = f"{quoted(first.found.shown)} and {quoted(second.found.shown)}"
    message = f"{specs} both give the package {quoted(rendered.product.package)}"
    remedy = 'name one of them, or give each its own "package" in [tool.speccast]'
    return Diagnostics([Diagnostic("same-package", f"{message}; {remedy}")])


def _breaking(before: Found, order: Order) -> tuple[Finding, ...]:
    """Find what breaks callers; what cannot be compared (another service) breaks nobody that could be named."""
    if before.digest == order.found.digest:
        return ()
    with suppress(Diagnostics):
        old, new = (Release(one.found.shown, one) for one in load_both_lazily(before, order.found))
        report = review(old, new, order.operations, places=False)
        return tuple(one for one in report.findings if one.level_for(Audience.CALLER) is Level.BREAKING)
    return ()
