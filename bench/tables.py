"""Rows -> cells: the figures of a table as text, the same for the terminal and for the page.

A ratio with a goal is rounded against us: what is shown meets the goal only where the measured ratio does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from bench.results import Curve, Goal, Record, Row, Table

Cells = tuple[str, ...]


def heads(table: Table) -> Cells:
    return "", table.unit, "peak MiB", "ratio", "to", "goal"


def cells(row: Row) -> Cells:
    """`Client`, `0.12`, `14.2`, `0.14`, `boto3.client`, `at most 0.15: met`."""
    name = f"{row.name} ({row.note})" if row.note else row.name
    figure = "" if row.figure is None else digits(row.figure)
    peak = "" if row.peak is None else f"{row.peak:,.0f}"
    return name, figure, peak, ratio(row), row.peer, verdict(row)


def ratio(row: Row) -> str:
    if row.ratio is None:
        return ""
    against = round if row.goal is None else math.floor if row.goal.at_least else math.ceil
    return digits(row.ratio, against)


def verdict(row: Row) -> str:
    if row.goal is None:
        return ""
    return f"{wanted(row.goal)}: {'met' if row.met else 'NOT met'}"


def wanted(goal: Goal) -> str:
    """`at most 1/15`; bounds below a tenth read better as what they are one part of."""
    bound = f"1/{1 / goal.bound:.3g}" if goal.bound < 0.1 else f"{goal.bound:g}"
    return f"at {'least' if goal.at_least else 'most'} {bound}"


def curve_heads() -> Cells:
    return "", "by", "sizes", "figures", "exponent", "goal"


def curve_cells(curve: Curve) -> Cells:
    sizes, figures = zip(*curve.points, strict=True)
    return (
        curve.name,
        curve.sizes,
        " ".join(f"{size:,.0f}" for size in sizes),
        f"{' '.join(digits(figure) for figure in figures)} {curve.unit}",
        "" if curve.exponent is None else digits(curve.exponent, math.ceil),
        _steepness(curve),
    )


def _steepness(curve: Curve) -> str:
    if curve.most is None:
        return ""
    if curve.exponent is None:
        return "met: what grows is too little to fit"
    return f"at most {curve.most:g}: {'NOT met' if curve.fault else 'met'}"


def goals(records: Mapping[str, Record]) -> Iterator[tuple[Table, Row]]:
    """Give the rows that have a goal, area by area."""
    for record in records.values():
        for table in record.tables:
            yield from ((table, row) for row in table.rows if row.goal)


def digits(value: float, rounded: Callable[[float], float] = round) -> str:
    """Keep three digits, rounded as told: `0.0404`, `1.25`, `1,250`."""
    if value == 0:
        return "0"
    places = 2 - math.floor(math.log10(abs(value)))
    scale = 10.0**places
    # what a computer cannot say exactly is no reason to round the other way: 0.15 stays 0.15
    kept = rounded(round(value * scale, 6)) / scale
    return f"{kept:,.{max(places, 0)}f}"
