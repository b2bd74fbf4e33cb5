"""A whole sandbox, served on a port of this machine: front end, behaviour and admin routes on a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from packages import NEW, model_of, package_of, product_of
from packages import write as write_package
from sandbox_stub import serving

from codegen.sandbox.accounts import TEST_KEYS
from codegen.sandbox.admin.mounting import mounted
from codegen.sandbox.app import Sandbox, Settings
from codegen.sandbox.behaviour.engine import Engine, open_engine
from codegen.sandbox.clock import Clock
from codegen.sandbox.errors import Statuses


@dataclass(frozen=True, slots=True)
class Served:
    """`app` has what a mutant changes."""

    url: str
    engine: Engine
    app: Sandbox


@contextmanager
def sandbox_served(database: str = "sqlite://", statuses: Statuses = "pages") -> Iterator[Served]:
    """Serve the newest curated release until the block ends."""
    clock = Clock()
    engine = open_engine(database, clock, model=model_of(NEW), fast=True)
    app = Sandbox(
        model=model_of(NEW),
        engine=engine,
        accounts=TEST_KEYS,
        clock=clock,
        settings=Settings(statuses=statuses),
        mount=mounted(engine, TEST_KEYS),
    )
    with serving(app) as url:
        yield Served(url, engine, app)


def package_folder(made: Path) -> Path:
    """Write the package by its own name into a folder, which is the path it can be imported by."""
    write_package(product_of(NEW), made / "partnercentral_selling")
    return made


@cache
def suite() -> Any:
    """Give the emitted suite's module of probes, imported under a name of the tests' own."""
    return import_module(f"{package_of(NEW).__name__}.conformance.probing")


@cache
def probes() -> tuple[Any, ...]:
    return tuple(suite().probes())


def server_of(url: str, **more: Any) -> Any:
    """Connect the emitted suite to a server."""
    return import_module(f"{package_of(NEW).__name__}.conformance.server").Server(url, **more)
