"""Who makes the packages: this process, processes of our own, or the workers of a Dask cluster.

In: `--jobs` and `--executor`. Out: something with the interface of `concurrent.futures`, or None for this process.
Workers of a cluster write the packages themselves: they need speccast, and the output folder under the same path.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from codegen.diagnostics import Diagnostic, Diagnostics, Note, quoted
from codegen.records import dataclass

if TYPE_CHECKING:
    from concurrent.futures import Executor


def dask_address(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """`dask:tcp://host:8786` gives `tcp://host:8786`."""
    if value is None:
        return None
    engine, _, address = value.partition(":")
    if engine != "dask" or not address:
        raise click.BadParameter("write dask:ADDRESS, such as dask:tcp://127.0.0.1:8786", context, parameter)
    return address


@dataclass(frozen=True, slots=True)
class Workers:
    """`jobs` None means one per processor; `address` is a scheduler's."""

    jobs: int | None
    address: str | None

    @contextmanager
    def hired(self, most: int) -> Generator[Executor | None]:
        """Have at most so many at work."""
        count = min(self.jobs or os.cpu_count() or 1, most)
        if self.address:
            with _dask(self.address) as executor:
                yield executor
        elif count == 1:
            yield None
        else:
            from codegen.processes import processes

            with processes(count) as executor:
                yield executor


@contextmanager
def _dask(address: str) -> Generator[Executor]:
    try:
        client_of: Any = import_module("distributed").Client
    except ModuleNotFoundError:
        note = Note("`pip install speccast[dask]` installs it")
        message = "--executor needs Dask, which is not installed"
        raise Diagnostics([Diagnostic("no-dask", message, notes=(note,))]) from None
    try:
        client = client_of(address, timeout="10s")
    except (OSError, ValueError) as fault:
        message = f"no Dask scheduler answers at {quoted(address)}: {type(fault).__name__}"
        raise Diagnostics([Diagnostic("no-scheduler", message)]) from None
    with client, client.get_executor(pure=False) as executor:
        yield executor
