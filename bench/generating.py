"""A cold `speccast generate` of whole packages, and a `check` with nothing to do, beside datamodel-codegen.

The peer gets the JSON Schema of the same shapes and makes models only; ours makes models, clients, errors and the
conformance suite, verified and formatted. From four operations to EC2, so that the curves show how cost grows.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Against, measure, rows_of, run
from bench.peers import peer
from bench.results import Curve, Goal, Table
from bench.specs import FOUR, LARGE, PINNED, SERVICE, model_of
from codegen.emit.jsonschema import json_schema

PEERS = ("datamodel",)
ROUNDS = 9
OURS, IDLE = "speccast generate, cold", "speccast check, nothing to do"
PEER, BUILTIN = "datamodel-codegen, black and isort", "datamodel-codegen, built-in formatter"
COLD, COLD_EC2 = Goal(0.5), Goal(0.2)
"""Where our own templates print the models; 1.0 and 0.5 where datamodel-code-generator does."""
NOTHING_TO_DO = Goal(1 / 15)


@dataclass(frozen=True, slots=True)
class Size:
    """A spec as commands name it, and the operations that are wanted of it."""

    title: str
    spec: str
    operations: str = ""
    goal: Goal | None = None
    is_long: bool = False

    @property
    def arguments(self) -> tuple[str, ...]:
        return (self.spec, *(("--operations", self.operations) if self.operations else ()))


SIZES = (
    Size("4 operations of the pinned release", PINNED, FOUR),
    Size("the pinned release, partnercentral-selling 2024-12-05", PINNED, goal=COLD),
    Size("partnercentral-selling of botocore", SERVICE),
    Size("EC2 of botocore", LARGE, goal=COLD_EC2, is_long=True),
)


def tables(rounds: int) -> Iterator[Table | Curve]:
    points: dict[str, list[tuple[float, float]]] = {}
    for size in SIZES:
        model = model_of(size.spec, size.operations)
        with tempfile.TemporaryDirectory() as name:
            table = _measured(size, json_schema(model, tuple(model.shapes)), Path(name), rounds)
        yield table
        for row in table.rows:
            points.setdefault(row.name, []).append((len(model.shapes), row.figure or 0))
    for name, of in points.items():
        yield Curve(name=name, sizes="shapes", unit="CPU s", points=tuple(of))


def _measured(size: Size, schema: Mapping[str, object], folder: Path, rounds: int) -> Table:
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    cold, kept = folder / "cold", ("--out", str(folder / "kept"))
    run([*ours("generate", size), *kept])
    commands = {
        OURS: [*ours("generate", size), "--out", str(cold)],
        IDLE: [*ours("check", size), *kept],
        **theirs(folder),
    }
    # what takes a minute is neither noisy nor in want of warm caches
    counted, warming = (min(rounds, 2), 0) if size.is_long else (rounds, 1)
    found = measure(commands, counted, lambda: shutil.rmtree(cold, ignore_errors=True), warming)
    against = {OURS: Against(PEER, size.goal), BUILTIN: Against(PEER), IDLE: Against(PEER, NOTHING_TO_DO)}
    return Table(title=f"Generating {size.title}", unit="CPU s", rows=rows_of(found, against))


def ours(command: str, size: Size) -> Sequence[str]:
    return [sys.executable, "-m", "codegen", command, *size.arguments]


def theirs(folder: Path, *options: str) -> dict[str, Sequence[str]]:
    """Give its commands by how they format; black and isort are what it does unless it is told."""
    command = [peer("datamodel"), "-m", "datamodel_code_generator", "--input", str(folder / "schema.json")]
    command += ["--input-file-type", "jsonschema", "--output-model-type", "pydantic_v2.BaseModel"]
    command += ["--output", str(folder / "peer.py"), *options, "--formatters"]
    return {PEER: [*command, "black", "isort"], BUILTIN: [*command, "builtin"]}
