"""The records of `results.json` -> two charts: what ours costs beside its peers, and how cost grows with size.

In: records by area. Out: SVG, printed by the templates beside this file; all geometry is worked out here. Colours
follow what the reader's screen prefers. In the first chart a bar is a share of the peer's cost and a line across it
the goal; where more is better, as with writes a second, the share is that of the time for one. The second has
logarithmic axes, each as long as its own values need.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench.results import Curve, Record, Row, Table
from bench.tables import digits, goals, ratio, verdict

WIDTH, MARGIN, LINE = 900, 20, 62
MOST_SHARE = 1.25
"""Longer bars are cut off."""
COLUMNS, PANEL, PLOT, KEY = 3, 290, 170, 15
"""Panels side by side, the width of one, the height of its plot, that of a line of its key."""


class Bar(NamedTuple):
    label: str
    said: str
    y: float
    width: float
    goal: float
    met: bool


class Line(NamedTuple):
    name: str
    color: int
    points: str
    dots: tuple[tuple[float, float], ...]
    key: float


class Panel(NamedTuple):
    title: str
    x: float
    y: float
    sizes: str
    costs: str
    lines: tuple[Line, ...]


def write_charts(records: Mapping[str, Record], folder: Path) -> None:
    (folder / "benchmarks.svg").write_text(bar_chart(records), encoding="utf-8", newline="\n")
    (folder / "benchmarks-growth.svg").write_text(growth_chart(records), encoding="utf-8", newline="\n")


def bar_chart(records: Mapping[str, Record]) -> str:
    wanted = [(table, row) for table, row in goals(records) if row.ratio is not None]
    bars = [_bar(number, table, row) for number, (table, row) in enumerate(wanted)]
    return _printed("bars", bars=bars, whole=_across(1), height=2 * MARGIN + LINE * (len(bars) + 1))


def _bar(number: int, table: Table, row: Row) -> Bar:
    assert row.goal and row.ratio
    share, goal = (1 / each if row.goal.at_least else each for each in (row.ratio, row.goal.bound))
    label = f"{table.title}: {row.name}"
    said = f"{ratio(row)} to {row.peer}; {verdict(row)}"
    return Bar(label, said, MARGIN + LINE * (number + 1), _across(share), _across(goal), bool(row.met))


def _across(share: float) -> float:
    return round((WIDTH - 2 * MARGIN) * min(share, MOST_SHARE) / MOST_SHARE, 1)


# -------------------------------------------------------------------------------------------------------------- growth


def growth_chart(records: Mapping[str, Record]) -> str:
    grouped = [
        (f"{area}, by {sizes}", list(curves))
        for area, record in records.items()
        for sizes, curves in groupby(record.curves, lambda curve: curve.sizes)
    ]
    keys = max((len(curves) for _, curves in grouped), default=0)
    height = PLOT + 70 + KEY * keys
    panels = [
        _panel(title, curves, MARGIN + number % COLUMNS * PANEL, MARGIN + number // COLUMNS * height)
        for number, (title, curves) in enumerate(grouped)
    ]
    rows = -(-len(panels) // COLUMNS)
    return _printed("growth", panels=panels, plot=PLOT, wide=PANEL - 3 * MARGIN, height=2 * MARGIN + rows * height)


def _panel(title: str, curves: Sequence[Curve], x: float, y: float) -> Panel:
    sizes = [size for curve in curves for size, _ in curve.points]
    costs = [cost for curve in curves for _, cost in curve.points]
    lines = tuple(_line(number, curve, sizes, costs) for number, curve in enumerate(curves))
    return Panel(title, x, y, _range(sizes, curves[0].sizes), _range(costs, curves[0].unit), lines)


def _line(number: int, curve: Curve, sizes: Sequence[float], costs: Sequence[float]) -> Line:
    dots = tuple(
        (round((PANEL - 3 * MARGIN) * _part(size, sizes), 1), round(PLOT * (1 - _part(cost, costs)), 1))
        for size, cost in curve.points
    )
    name = curve.name if curve.exponent is None else f"{curve.name}: exponent {math.ceil(curve.exponent * 100) / 100:g}"
    return Line(name, number % 5, " ".join(f"{x},{y}" for x, y in dots), dots, PLOT + 34 + KEY * number)


def _part(value: float, among: Iterable[float]) -> float:
    """Say how far along a logarithmic axis a value is."""
    least, most = min(among), max(among)
    return math.log(value / least) / math.log(most / least) if most > least else 0.5


def _range(values: Sequence[float], unit: str) -> str:
    return f"{digits(min(values))} to {digits(max(values))} {unit}"


def _printed(template: str, **values: object) -> str:
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    return environment.get_template(f"{template}.svg.j2").render(width=WIDTH, margin=MARGIN, **values)
