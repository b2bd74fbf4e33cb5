"""The switches of a sandbox, kept in its database: every worker sees them, and they survive a restart.

`tasks` and `step` are explained in `tasks`. `rates` counts calls against the service's quotas, which a test suite on
one machine would run into; off by default. `realistic` lets answers have the oddities that AWS's recorded ones have.
`ahead` is by how many seconds the clock was moved on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from codegen.sandbox.store.bookkeeping import read_settings, write_setting
from codegen.sandbox.store.database import Transaction
from codegen.spec.ir import Json

TASKS = ("at-once", "in-steps")


@dataclass(frozen=True, slots=True)
class Settings:
    tasks: str = "at-once"
    step: int = 1
    rates: bool = False
    realistic: bool = False
    ahead: float = 0.0


SWITCHES = tuple(each.name for each in fields(Settings) if each.name != "ahead")


def read(transaction: Transaction) -> Settings:
    """Read the settings; what was never set has its default."""
    known = {each.name for each in fields(Settings)}
    return Settings(**{name: value for name, value in read_settings(transaction).items() if name in known})  # type: ignore[arg-type]


def write(transaction: Transaction, changes: Mapping[str, Json]) -> None:
    """Set switches that `check` has found right."""
    for name, value in changes.items():
        write_setting(transaction, name, value)


def check(changes: Mapping[str, Json]) -> None:
    """Raise ValueError, which says what is accepted, for a switch or a value that there is not."""
    for name, value in changes.items():
        if name not in SWITCHES:
            raise ValueError(f"there is no switch {name}; there are {', '.join(SWITCHES)}")
        if name == "tasks" and value not in TASKS:
            raise ValueError(f"tasks is one of {', '.join(TASKS)}")
        if name == "step" and not (type(value) is int and value >= 0):
            raise ValueError("step is a number of seconds, 0 or more")
        if name in ("rates", "realistic") and not isinstance(value, bool):
            raise ValueError(f"{name} is true or false")
