"""What was measured, as records: an area's tables and curves, with the versions and the machine that they are of.

In: rows that areas give. Out: `results.json`, one record per area, so that one area can be measured again by itself;
and the same records read back. Every other module of `bench` that prints, prints these.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound of a row's ratio, or of its figure where `of_figure` is set."""

    bound: float
    at_least: bool = False
    of_figure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`ratio` is the row's figure as a share of that of `peer`, another row; `note` says why where there is none."""

    name: str
    figure: float | None = None
    peak: float | None = None
    peer: str = ""
    ratio: float | None = None
    goal: Goal | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Say whether the goal is met, None without one; what could not be measured meets none."""
        if self.goal is None:
            return None
        value = self.figure if self.goal.of_figure else self.ratio
        return value is not None and (value >= self.goal.bound if self.goal.at_least else value <= self.goal.bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`unit` is that of the rows' figures: `CPU s`, `writes a second`."""

    title: str
    unit: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """How a cost grows: figures by size; `exponent` where one was fitted, and then `most` is what it may be."""

    name: str
    sizes: str
    unit: str
    points: tuple[tuple[float, float], ...]
    exponent: float | None = None
    most: float | None = None

    @property
    def fault(self) -> bool:
        return self.exponent is not None and self.most is not None and self.exponent > self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An area, as it was measured on a day."""

    date: str
    machine: str
    versions: Mapping[str, str]
    tables: tuple[Table, ...]
    curves: tuple[Curve, ...] = ()

    @property
    def faults(self) -> tuple[Curve, ...]:
        return tuple(curve for curve in self.curves if curve.fault)


def read_results(path: Path = RESULTS) -> dict[str, Record]:
    """Read the records by area; none where there is no file."""
    if not path.exists():
        return {}
    found: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {area: _record(value) for area, value in found.items()}


def write_results(records: Mapping[str, Record], path: Path = RESULTS) -> None:
    found = {area: _without_defaults(asdict(record)) for area, record in records.items()}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8", newline="\n")


def _without_defaults(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_defaults(one) for name, one in value.items() if one not in (None, "", False)}
    if isinstance(value, list | tuple):
        return [_without_defaults(one) for one in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _record(value: Mapping[str, Any]) -> Record:
    tables = tuple(Table(**{**table, "rows": tuple(map(_row, table["rows"]))}) for table in value["tables"])
    curves = tuple(
        Curve(**{**curve, "points": tuple((x, y) for x, y in curve["points"])}) for curve in value.get("curves", ())
    )
    return Record(**{**value, "tables": tables, "curves": curves})


def _row(value: Mapping[str, Any]) -> Row:
    return Row(**{**value, "goal": Goal(**value["goal"]) if "goal" in value else None})
