"""Shards: parts that are the same everywhere, cost about the same, and stay when the list grows."""

from __future__ import annotations

import random

import pytest

from codegen.shards import shards

DRAW = random.Random(7)
SIZES = {f"service-{number}": int(DRAW.lognormvariate(9.5, 1.2)) for number in range(430)}


@pytest.mark.parametrize("count", [1, 2, 8, 16])
def test_every_name_is_in_one_part_whatever_the_order(count: int) -> None:
    parts = shards(SIZES, count)
    assert parts.keys() == SIZES.keys()
    assert set(parts.values()) == set(range(count))
    assert parts == shards(dict(sorted(SIZES.items(), reverse=True)), count)


@pytest.mark.parametrize("count", [2, 8, 16])
def test_parts_cost_about_the_same(count: int) -> None:
    parts = shards(SIZES, count)
    loads = [sum(size for name, size in SIZES.items() if parts[name] == part) for part in range(count)]
    assert max(loads) <= 1.1 * sum(loads) / count + max(SIZES.values()) / 10


def test_of_430_few_move_when_one_is_added() -> None:
    parts = shards(SIZES, 8)
    moved = [sum(parts[one] != now[one] for one in SIZES) for now in (_with(number) for number in range(10))]
    assert max(moved) <= 43


def _with(number: int) -> dict[str, int]:
    return dict(shards({**SIZES, f"new-{number}": 12_000}, 8))


def test_more_parts_than_names_leave_some_empty() -> None:
    assert sorted(shards({"a": 1, "b": 1}, 5).values()) == sorted(set(shards({"a": 1, "b": 1}, 5).values()))
    assert shards({}, 3) == {}
