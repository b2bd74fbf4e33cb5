"""A foreign model as sound as a spec has to be: read, settled, checked, and where that is asked, without what is wrong.

In: the parsed files of a model, and who reads them. Out: a `Sound` model, in which no rule of `validate` that has the
level of an error finds anything, or `Diagnostics` placed in the model's own files. Warnings and notes are `validate`'s:
whoever imports a model cannot correct it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from codegen.diagnostics import Diagnostic, Diagnostics, Level, Location
from codegen.forms import Read
from codegen.importers.losing import LOST, loss_of
from codegen.importers.settling import Settled, settle
from codegen.spec.check import find_errors
from codegen.spec.source import Source, locator

Sources = tuple[Source, ...]
Reader = Callable[[Sources], Read]


@dataclass(frozen=True, slots=True)
class Sound:
    """`settled` is the model that was read, no longer at odds with itself; `told` says what was left out, and why."""

    read: Read
    settled: Settled
    told: tuple[Diagnostic, ...] = ()

    @property
    def lost(self) -> int:
        """Count the operations that were left out."""
        return sum(one.rule == LOST for one in self.told)


def whole(sources: Sources, read: Reader) -> Sound:
    """Read and check a model; raises every fault with the operations that it costs."""
    try:
        return _sound(sources, read)
    except Diagnostics:
        lesser = rest(sources, read)
        raise Diagnostics((*lesser.told, _advice(lesser, sources)), locator(sources)) from None


def rest(sources: Sources, read: Reader) -> Sound:
    """Read and check what of a model is sound: each round takes out at least one entry, so that there is a last one."""
    left, told = sources, tuple[Diagnostic, ...]()
    while True:
        try:
            return replace(_sound(left, read), told=told)
        except Diagnostics as fault:
            loss = loss_of(left, fault)
            if loss is None:
                raise Diagnostics((*told, *fault.found), fault.locate) from None
            left, told = loss.rest, (*told, *loss.told)
            if not loss.remaining:
                raise Diagnostics((*told, _nothing_left(sources)), locator(sources)) from None


def _sound(sources: Sources, read: Reader) -> Sound:
    found = read(sources)
    settled = settle(found.model)
    if errors := find_errors(settled.model):
        raise Diagnostics(errors, locator(sources))
    return Sound(found, settled)


def _advice(lesser: Sound, sources: Sequence[Source]) -> Diagnostic:
    without = f" without {lesser.lost} operation{'' if lesser.lost == 1 else 's'}" if lesser.lost else " without this"
    message = f"nothing was imported; --keep-going imports the service{without}"
    return Diagnostic("not-imported", message, Location(sources[0].path), Level.NOTE)


def _nothing_left(sources: Sequence[Source]) -> Diagnostic:
    message = "no operation is left without what is wrong in this model; nothing was imported"
    return Diagnostic("nothing-left", message, Location(sources[0].path))
