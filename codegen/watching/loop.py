"""Wakes -> events, for as long as there are wakes.

In: what is wanted, and something that waits until files may have changed. Out: what was regenerated and whom that
breaks, and what keeps a package from being regenerated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codegen.diagnostics import Diagnostics
from codegen.orders import Order
from codegen.project import Project, read_project
from codegen.watching.asking import Wanted, ask, folders_around, inputs_of, project_again
from codegen.watching.events import Event, Regenerated, Told, Watching, settled
from codegen.watching.making import Key, Maker, key_of

Wait = Callable[[Sequence[Path]], bool]
"""Sleeps until something directly in one of these folders may have changed; False ends the watching."""


def watch(wanted: Wanted, wait: Wait) -> Iterator[Event]:
    """Bring every package up to date, then again after each wake.

    Raises Diagnostics when what is wanted cannot be found to begin with; later that is told and waited out.
    """
    loop = _Loop(wanted, read_project(wanted.start))
    loop.refuse_unknown()
    yield from loop.turn()
    yield Watching(loop.inputs)
    while wait(folders_around(loop.inputs, loop.project)):
        yield from loop.turn()


@dataclass(slots=True)
class _Loop:
    """`told` is what was wrong at the last turn: with the key of what it is about, each text is told once."""

    wanted: Wanted
    project: Project
    inputs: tuple[Path, ...] = ()
    maker: Maker = field(default_factory=Maker)
    told: frozenset[tuple[Key | None, str]] = frozenset()

    def refuse_unknown(self) -> None:
        """Raise what cannot be found: a slip of the pen is not worth waiting for."""
        faults = [one for one in ask(self.wanted, self.project) if isinstance(one, Diagnostics)]
        if faults:
            raise Diagnostics(one for fault in faults for one in fault.found)

    def turn(self) -> Iterator[Event]:
        """Do what there is to do now."""
        told: set[tuple[Key | None, str]] = set()
        for key, outcome in self._outcomes():
            if isinstance(outcome, Regenerated):
                yield outcome
                continue
            said = (key, outcome.text())
            if said not in self.told | told:
                yield Told(outcome)
            told.add(said)
        self.told = frozenset(told)

    def _outcomes(self) -> Iterator[tuple[Key | None, Regenerated | Diagnostics]]:
        project = settled(lambda: project_again(self.wanted, self.project))
        if isinstance(project, Diagnostics):
            yield None, project
            return
        self.project = project
        asked: dict[Key, Order] = {}
        for outcome in ask(self.wanted, project):
            if isinstance(outcome, Diagnostics):
                yield None, outcome
            else:
                asked |= {key_of(order): order for order in outcome}
        # what is gone stays among the inputs, for it may come back
        self.inputs = tuple(dict.fromkeys((*self.inputs, *inputs_of(project, asked.values()))))
        self.maker.begin(frozenset(asked))
        for key, order in asked.items():
            yield from ((key, outcome) for outcome in self.maker.make(order))
