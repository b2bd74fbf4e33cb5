"""Checking and writing a request beside botocore's ParamValidator and serializer, alone and together; nothing is sent.

Ours checks more: patterns, enums, bounds and unknown members, where botocore checks types, what is required and the
least of lengths. Three requests, from three members to a few kB, so that the curve shows how cost grows.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.measure import Against, Worker, in_turn, rows_of
from bench.peers import peer
from bench.results import Curve, Goal, Table

PEERS = ("boto3",)
ROUNDS, COUNT = 9, 400
CHECKERS = Path(__file__).with_name("checkers.py")
REQUESTS = json.loads(Path(__file__).with_name("requests.json").read_text(encoding="utf-8"))
ROWS = {
    "speccast, checked": "speccast-checked",
    "speccast, written": "speccast-written",
    "speccast, checked and written": "speccast-both",
    "botocore, checked": "botocore-checked",
    "botocore, written": "botocore-written",
    "botocore, checked and written": "botocore-both",
}
AGAINST = {
    "speccast, checked": Against("botocore, checked"),
    "speccast, written": Against("botocore, written"),
    "speccast, checked and written": Against("botocore, checked and written", Goal(0.4)),
}


def tables(rounds: int) -> Iterator[Table | Curve]:
    points: dict[str, list[tuple[float, float]]] = {}
    for operation, request in REQUESTS.items():
        table = _measured(operation, rounds)
        yield table
        for row in table.rows[2::3]:
            points.setdefault(row.name, []).append((len(json.dumps(request)), row.figure or 0))
    for name, of in points.items():
        yield Curve(name=name, sizes="bytes of JSON", unit="CPU us a request", points=tuple(of))


def _measured(operation: str, rounds: int) -> Table:
    named = "".join(word.title() for word in operation.split("_"))
    with ExitStack() as stack:
        workers = {name: stack.enter_context(_started(part, operation)) for name, part in ROWS.items()}
        rows = rows_of(in_turn(workers, COUNT, rounds), AGAINST)
        return Table(title=f"Checking and writing {named}", unit="CPU us a request", rows=rows)


def _started(part: str, operation: str) -> Worker:
    python = sys.executable if part.startswith("speccast") else peer("boto3")
    return Worker([python, str(CHECKERS), part, operation])
