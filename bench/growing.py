"""How cost grows: each command over made-up specs that double in one respect, and the exponent of that.

In: a spec of the least size, and four that double in shapes, in members of one structure, in values of one enum, or in
findings. Commands run in this process, so that what an interpreter costs to start is no part of it; what the least spec
costs is taken off. An exponent over `growth.MOST` is a fault: something does a step for each pair.
"""

from __future__ import annotations

import gc
import io
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.growth import MOST, NOISE, exponent
from bench.results import Curve
from codegen.cli.main import run

PEERS = ()
ROUNDS = 6
DOUBLINGS = 4

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """How large a made-up spec is; of its members, `unknown` name shapes that there are not."""

    shapes: int = 1
    members: int = 1
    values: int = 1
    unknown: int = 0

    def spec(self) -> Spec:
        structures = {f"Part{number}": _structure(number, self.shapes) for number in range(self.shapes)}
        wide = {f"Member{number}": _member("Name") for number in range(self.members)}
        wide |= {f"Lost{number}": _member(f"Missing{number}") for number in range(self.unknown)}
        values = [f"Value {number}" for number in range(self.values)]
        operations = {f"Order{number}": {"input": f"Part{number}", **_SAID} for number in range(0, self.shapes, 8)}
        return {
            **_HEAD,
            "operations": {**operations, "Pack": {"input": "Wide", "output": "Wide", **_SAID}},
            "shapes": {
                **structures,
                "Wide": {"type": "structure", "members": {**wide, "Kind": _member("Kind")}, **_SAID},
                "Kind": {"type": "enum", "values": values, **_SAID},
                "Name": {"type": "string", "length": {"min": 1, "max": 80}, "pattern": "^[a-z][a-z0-9-]*$", **_SAID},
                "Names": {"type": "list", "member": {"target": "Name"}, "length": {"max": 9}, **_SAID},
                "Count": {"type": "integer", "range": {"min": 0, "max": 99}, **_SAID},
            },
        }


_SAID = {"documentation": "What an order is made of, as the page has it.", "sources": ["page"]}
_HEAD: Spec = {
    "service": {
        "name": "shop",
        "release": "2025-01-01",
        "title": "Shop",
        "serviceId": "Shop",
        "protocol": "awsJson1_0",
        "target": "Shop",
        "endpoint": {"prefix": "shop", "template": "https://shop.{region}.example.com"},
        "signing": {"version": "v4", "name": "shop"},
        "patterns": {"match": "full", "ascii": True},
        "sources": ["page"],
    },
    "sources": {"page": {"title": "Shop", "publisher": "Example", "kind": "api-reference", "date": "2025-01-01"}},
}


def _member(target: str) -> Spec:
    return {"target": target, **_SAID}


def _structure(number: int, count: int) -> Spec:
    """Name the structure after it, but for each eighth: an operation begins there, and none reaches all the others."""
    members = {"Name": _member("Name"), "Tags": _member("Names"), "Count": _member("Count")}
    after = {"Next": _member(f"Part{number + 1}")} if number % 8 != 7 and number + 1 < count else {}
    return {"type": "structure", "members": {**members, **after}, **_SAID}


# ------------------------------------------------------------------------------------------------------------- commands


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with a spec of a size, and beside it one that is older: nothing of the same in it but the service."""

    folder: Path
    shop: Shop
    older: Shop = field(default_factory=Shop)

    def write(self) -> None:
        for name, shop in (("spec.json", self.shop), ("older.json", self.older)):
            (self.folder / name).write_text(json.dumps(shop.spec()), encoding="utf-8")

    def path(self, name: str) -> str:
        return str(self.folder / name)


Act = Callable[[Place], object]


def _cold(place: Place) -> None:
    shutil.rmtree(place.folder / "out", ignore_errors=True)


def _nothing(place: Place) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Command:
    """`before` is not timed."""

    arguments: Callable[[Place], list[str]]
    before: Act = _nothing


COMMANDS: Mapping[str, Command] = {
    "generate": Command(lambda place: ["generate", place.path("spec.json"), "--out", place.path("out")], _cold),
    "check": Command(lambda place: ["check", place.path("spec.json"), "--out", place.path("out")]),
    "validate": Command(lambda place: ["validate", place.path("spec.json")]),
    "diff": Command(lambda place: ["diff", place.path("older.json"), place.path("spec.json"), "--fail-on", "none"]),
    "docs": Command(lambda place: ["docs", place.path("spec.json"), "--out", place.path("docs"), "--force"]),
}
"""In this order: `check` finds what `generate` made."""

RESPECTS: Mapping[str, tuple[int, Callable[[int], Shop], tuple[str, ...]]] = {
    "shapes": (32, lambda size: Shop(shapes=size), tuple(COMMANDS)),
    "members of a structure": (48, lambda size: Shop(members=size), tuple(COMMANDS)),
    "values of an enum": (128, lambda size: Shop(values=size), tuple(COMMANDS)),
    "findings": (64, lambda size: Shop(unknown=size), ("validate",)),
}
"""What doubles -> the smallest of it, the spec with so many, and the commands that are asked."""


def tables(rounds: int) -> Iterator[Curve]:
    _costs(Shop(), tuple(COMMANDS))  # what is imported and compiled once is no part of any size
    for respect, (smallest, shop, commands) in RESPECTS.items():
        sizes = [smallest << doubling for doubling in range(DOUBLINGS)]
        least, *costs = _least([Shop(), *map(shop, sizes)], commands, rounds)
        for command in commands:
            points = [(size, cost[command]) for size, cost in zip(sizes, costs, strict=True)]
            fitted = exponent(points, least[command], NOISE)
            yield Curve(name=command, sizes=respect, unit="CPU s", points=tuple(points), exponent=fitted, most=MOST)


def _least(shops: list[Shop], commands: tuple[str, ...], rounds: int) -> list[dict[str, float]]:
    """Give the least CPU seconds of each command for each spec: whatever else the machine does only adds.

    All are taken in turn in each round, so that a spell in which the machine is slow is none of one size alone.
    """
    found = [[_costs(shop, commands) for shop in shops] for _ in range(rounds)]
    return [
        {command: min(costs[command] for costs in of_one) for command in commands}
        for of_one in zip(*found, strict=True)
    ]


def _costs(shop: Shop, commands: tuple[str, ...]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        place = Place(Path(name), shop)
        place.write()
        return {command: _cost(COMMANDS[command], place) for command in commands}


def _cost(command: Command, place: Place) -> float:
    command.before(place)
    arguments, said = command.arguments(place), io.StringIO()
    gc.collect()
    begin = _cpu()
    code = run(arguments, io.StringIO(), said)
    spent = _cpu() - begin
    if code > 1 or (code == 1 and not place.shop.unknown):
        raise SystemExit(f"{arguments[0]} failed: {said.getvalue()[:300]}")
    return spent


def _cpu() -> float:
    """Add up what this process and its children that have ended took."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
