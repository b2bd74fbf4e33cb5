"""Every reader ends in a value or in its own error: seeds, some changes of each, and what fuzzing has grown.

`make fuzz` looks further, led by the lines reached; bytes of a bug that it found go to `data/fuzz/TARGET.json`.
"""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
from fuzz.mutating import mutated
from fuzz.target import Target
from fuzz.targets import TARGETS
from sizes import FULL

KEPT = Path(__file__).with_name("data") / "fuzz"
CHANGES = 20_000 if FULL else 60
MOST_SEEDS = 10_000 if FULL else 40
"""Of each target; other tests run the specs and pages that these come from."""


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_seeds_and_what_is_nearly_one_end_well(target: Target) -> None:
    seeds = list(islice(target.seeds(), MOST_SEEDS))
    assert len(seeds) >= 3
    for seed in seeds:
        target.run(seed)
    for number in range(CHANGES):
        target.run(mutated(seeds[number % len(seeds)], number))


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.json")), ids=lambda path: path.stem)
def test_what_fuzzing_has_grown_ends_well(path: Path) -> None:
    inputs: list[str] = json.loads(path.read_text(encoding="utf-8"))
    assert inputs
    for text in inputs:
        TARGETS[path.stem].run(text.encode("latin-1"))


def test_an_error_that_a_reader_does_not_document_is_let_through() -> None:
    target = Target("x", lambda data: {}[data], (ValueError,), lambda: [b"x"])  # type: ignore[index]
    with pytest.raises(KeyError):
        target.run(b"x")


def test_changes_are_the_same_for_the_same_number_and_mostly_json() -> None:
    assert [mutated(b'{"a": [1, {"b": "c"}]}', number) for number in range(5)] == [
        mutated(b'{"a": [1, {"b": "c"}]}', number) for number in range(5)
    ]
    assert len({mutated(b'{"a": [1, {"b": "c"}]}', number) for number in range(100)}) > 50


def test_what_one_change_puts_in_is_not_changed_by_the_next() -> None:
    data = b'{"a": [[], {}, [[]]]}'
    first, second = ([mutated(data, number) for number in range(1000)] for _ in range(2))
    assert first == second
