"""The sandbox beside moto's server and LocalStack: writes a second on one processor, time to the first answer, memory.

The same load in the same run: CreateEngagement, whose signature is checked and which is on the disk (synchronous
FULL) before it is answered; PutItem of moto's DynamoDB and SendMessage of LocalStack's SQS, which keep what they get
in memory (LocalStack's DynamoDB is a Java program that it downloads). In turn, medians of rounds; wall time, because
waiting for the disk counts. Then by itself, with both ways of writing: how long a write takes at half of what it can
do, and beside a thousand callers who send a byte a second.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bench.load import latencies, seconds, signed
from bench.localstack import LOCALSTACK, QUEUE, localstack
from bench.measure import Against, Figure, environment, rows_of
from bench.peers import peer
from bench.processes import peak_of
from bench.results import Curve, Goal, Row, Table
from bench.servers import Running, Server, on_first_processor, running
from codegen.sandbox.accounts import TEST_KEYS

PEERS = ("moto", "localstack")
ROUNDS, COUNT = 5, 640
CONNECTIONS = (1, 8, 32)
OURS, MOTO = "speccast sandbox", "moto_server"
SLOW, SLOW_RATE, SLOW_SECONDS = 1000, 50, 40
"""Slow callers, writes a second beside them, and for how long: longer than any slow caller is suffered."""
KEY = next(iter(TEST_KEYS.values()))
KEYS = (KEY.key, KEY.secret)
EIGHT_TIMES = Goal(8, at_least=True)
TABLE = {
    "TableName": "t",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


@dataclass(frozen=True, slots=True)
class Load:
    """A server, the request that comes before all others, and what writes a request."""

    server: Server
    write: Callable[[str], bytes]
    first: Callable[[str], bytes] | None = None


def tables(rounds: int) -> Iterator[Table | Curve]:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, on_first_processor():
        loads, missing = _loads(folder)
        yield Table(title="Sandbox: from start to first answer", unit="ms", rows=(*_starts(loads, rounds), *missing))
        rates, peaks = _writes(loads, rounds)
        for connections, found in rates.items():
            goal = EIGHT_TIMES if connections == CONNECTIONS[-1] else None  # fewer leave the processor idle
            against = {OURS: Against(MOTO, goal), LOCALSTACK: Against(MOTO)}
            rows = rows_of(
                {name: [Figure(rate, peaks[name]) for rate in each] for name, each in found.items()}, against
            )
            title = f"Sandbox: writes on one processor, {connections} connection{'s' if connections > 1 else ''}"
            yield Table(title=title, unit="writes a second", rows=(*rows, *missing))
        yield Table(title="Sandbox: how long a write takes", unit="ms", rows=tuple(_waits(folder, rounds)))
    for name in loads:
        points = tuple((number, statistics.median(found[name])) for number, found in rates.items())
        yield Curve(name=name, sizes="connections", unit="writes a second", points=points)


def sandbox(port: int, path: str) -> Sequence[str]:
    return [sys.executable, "-m", "codegen", "sandbox", "--port", str(port), "--database", f"sqlite:///{path}"]


def _moto(port: int) -> Sequence[str]:
    return [str(Path(peer("moto")).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]


def _loads(folder: str) -> tuple[Mapping[str, Load], tuple[Row, ...]]:
    """Give what is compared, and a row that says why for what cannot be."""
    loads = {
        OURS: Load(Server(lambda port: sandbox(port, f"{folder}/{uuid4()}.db")), _create_engagement),
        MOTO: Load(Server(_moto), _put_item, lambda url: _dynamodb(url, "CreateTable", TABLE)),
    }
    try:
        server = localstack(Path(folder))
        with running(server) as found:
            seconds(found.url, [_sqs(found.url, "CreateQueue", {"QueueName": QUEUE}), _send_message(found.url)], 1)
    except SystemExit as reason:
        return loads, (Row(name=LOCALSTACK, note=f"left out: {reason}"),)
    return {
        **loads,
        LOCALSTACK: Load(server, _send_message, lambda url: _sqs(url, "CreateQueue", {"QueueName": QUEUE})),
    }, ()


# ------------------------------------------------------------------------------------------------------------- measured


def _starts(loads: Mapping[str, Load], rounds: int) -> tuple[Row, ...]:
    found: dict[str, list[Figure]] = {name: [] for name in loads}
    for _ in range(rounds + 1):
        for name, load in loads.items():
            with running(load.server) as server:
                found[name].append(Figure(server.seconds * 1e3, peak_of(server.process.pid)))
    kept = {name: figures[1:] for name, figures in found.items()}
    return rows_of(kept, {OURS: Against(MOTO), LOCALSTACK: Against(MOTO)})


def _writes(loads: Mapping[str, Load], rounds: int) -> tuple[dict[int, dict[str, list[float]]], dict[str, float]]:
    """Load the servers in turn; gives writes a second by connections, of every round but the first, and memory."""
    with contextlib.ExitStack() as stack:
        servers = {name: stack.enter_context(running(load.server)) for name, load in loads.items()}
        for name, load in loads.items():
            if load.first:
                seconds(servers[name].url, [load.first(servers[name].url)], 1)
        rates: dict[int, dict[str, list[float]]] = {number: {name: [] for name in loads} for number in CONNECTIONS}
        for _ in range(rounds + 1):
            for number, found in rates.items():
                for name, load in loads.items():
                    found[name].append(_rate(load, servers[name].url, number))
        peaks = {name: peak_of(server.process.pid) for name, server in servers.items()}
    return {number: {name: each[1:] for name, each in found.items()} for number, found in rates.items()}, peaks


def _rate(load: Load, url: str, connections: int) -> float:
    return COUNT / seconds(url, [load.write(url) for _ in range(COUNT)], connections)


def _waits(folder: str, rounds: int) -> Iterator[Row]:
    for name, options in (("synchronous FULL", ()), ("synchronous NORMAL", ("--fast",))):
        with running(Server(lambda port: [*sandbox(port, f"{folder}/{uuid4()}.db"), *options])) as server:  # noqa: B023
            rate, times = _waiting(server, rounds)
        yield from _waited(name, times, f"at {rate / 2:.0f} writes a second")
    with running(Server(lambda port: sandbox(port, f"{folder}/{uuid4()}.db"))) as server:
        yield from _waited(f"beside {SLOW} slow callers", _beside_slow(server), f"at {SLOW_RATE} writes a second")


def _waited(name: str, times: Sequence[float], note: str) -> tuple[Row, Row]:
    middle, most = (times[int(len(times) * part)] * 1e3 for part in (0.5, 0.99))
    return Row(name=f"{name}, the median write", figure=middle, note=note), Row(
        name=f"{name}, the slowest of a hundred", figure=most
    )


def _beside_slow(server: Running) -> list[float]:
    """Tell how long writes take at a modest rate while a thousand callers dawdle."""
    slow = [sys.executable, "-m", "bench.slow", server.url, str(SLOW)]
    requests = [_create_engagement(server.url) for _ in range(SLOW_RATE * SLOW_SECONDS)]
    pipe = subprocess.PIPE
    with subprocess.Popen(slow, env=environment(), stdin=pipe, stdout=pipe) as callers:
        assert callers.stdin and callers.stdout and callers.stdout.readline() == b"ready\n"
        times = latencies(server.url, requests, 4, SLOW_RATE)
        callers.stdin.close()
    return times


def _waiting(server: Running, rounds: int) -> tuple[float, list[float]]:
    """Give the writes a second that a server does, and how long each takes at half of that."""
    load = Load(Server(lambda port: ()), _create_engagement)
    rate = statistics.median(_rate(load, server.url, CONNECTIONS[-1]) for _ in range(rounds))
    requests = [_create_engagement(server.url) for _ in range(2 * COUNT)]
    return rate, latencies(server.url, requests, CONNECTIONS[-1], rate / 2)


# ------------------------------------------------------------------------------------------------------------- requests


def _create_engagement(url: str) -> bytes:
    body = {"Catalog": "Sandbox", "ClientToken": str(uuid4()), "Title": "Migration", "Description": "To the cloud"}
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "AWSPartnerCentralSelling.CreateEngagement",
    }
    return signed(url, "partnercentral-selling", headers, body, KEYS)


def _put_item(url: str) -> bytes:
    item = {"id": {"S": str(uuid4())}, "Title": {"S": "Migration"}, "Description": {"S": "To the cloud"}}
    return _dynamodb(url, "PutItem", {"TableName": "t", "Item": item})


def _dynamodb(url: str, operation: str, body: object) -> bytes:
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}"}
    return signed(url, "dynamodb", headers, body, KEYS)


def _send_message(url: str) -> bytes:
    return _sqs(
        url, "SendMessage", {"QueueUrl": f"{url}/000000000000/{QUEUE}", "MessageBody": f"To the cloud {uuid4()}"}
    )


def _sqs(url: str, operation: str, body: object) -> bytes:
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{operation}"}
    return signed(url, "sqs", headers, body, ("000000000000", "test"))
