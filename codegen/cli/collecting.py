"""Short runs without the search for garbage, which would find nearly none and take a tenth of the time."""

from __future__ import annotations

import gc
from collections.abc import Generator
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


def _count_as_old() -> None:
    """Spare what was made the search that is due at once when so much is new; a later one looks at it all the same."""
    gc.freeze()
    gc.unfreeze()
