"""Runs without the search for garbage, which would find nearly none and take a tenth of the time, or half of it: what
is searched is all there is, over and over while a large spec is cast.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Generator[None]:
    """Keep all that is made within; also a decorator."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            _count_as_old()
            gc.enable()


def left_behind(*made: object) -> None:
    """Leave to that search what its owner is about to let go: a process that ends soon does not take it apart."""
    kept: list[object] = [*made]
    kept.append(kept)


def _count_as_old() -> None:
    """Spare what was made the search that is due at once when so much is new; a later one looks at it all the same."""
    gc.freeze()
    gc.unfreeze()


@contextmanager
def swept() -> Generator[Callable[[], object]]:
    """Search for garbage when told to, and only in what was made within; yields what does so."""
    was = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield gc.collect
    finally:
        gc.unfreeze()
        if was:
            gc.enable()
