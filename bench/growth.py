"""Points -> the exponent of a cost: 1 where twice the size costs twice as much, 2 where it costs four times as much.

Least squares over the logarithms. What a model of next to nothing costs is taken off first: a fixed cost would hide
what grows. Points that are not clearly above it are left out: the logarithm of noise is large.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import linear_regression

MOST = 1.15
"""Above it a step is taken for quadratic: n log n over the sizes that are measured stays below."""
LEAST_POINTS = 4
NOISE = 0.002
"""Seconds: what a measured cost may be off by, about."""

Point = tuple[float, float]


def exponent(points: Sequence[Point], fixed: float = 0, noise: float = 0) -> float | None:
    """`[(1, 3), (2, 12), (4, 48), (8, 192)]` gives 2; None where fewer than four points are above the noise."""
    above = [(math.log(size), math.log(cost - fixed)) for size, cost in points if cost > fixed + noise]
    return linear_regression(*zip(*above, strict=True)).slope if len(above) >= LEAST_POINTS else None
