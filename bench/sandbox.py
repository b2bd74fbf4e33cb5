"""The sandbox beside moto's server: writes a second, and how long it takes from the start to the first answer.

The same load in the same run: CreateEngagement, whose signature is checked and which is on the disk (synchronous FULL)
before it is answered; PutItem of moto's DynamoDB, which checks no signature and keeps its tables in memory. In turn,
medians of rounds; wall time, because waiting for the disk counts. Then by itself, with both ways of writing: how long a
write takes at half of what it can do, and beside a thousand callers who send a byte a second.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from uuid import uuid4

from bench.load import latencies, seconds, signed
from bench.measure import environment, machine
from bench.peers import peers_python
from codegen.sandbox.accounts import TEST_KEYS

CONNECTIONS, COUNT, ROUNDS, STARTS = 32, 640, 5, 7
SLOW, SLOW_RATE, SLOW_SECONDS = 1000, 50, 40
"""Slow callers, writes a second beside them, and for how long: longer than any slow caller is suffered."""
KEY = next(iter(TEST_KEYS.values()))
KEYS = (KEY.key, KEY.secret)
TABLE = {
    "TableName": "t",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
Command = Callable[[int], Sequence[str]]
"""What starts a server on a port."""


def main() -> None:
    print(f"\nThe sandbox ({machine()})")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        servers: dict[str, Command] = {"speccast sandbox": lambda port: sandbox(port, f"{folder}/{uuid4()}.db")}
        python = peers_python()
        if python:
            servers["moto_server"] = lambda port: moto(python, port)
        _show_starts({name: [started(command) for _ in range(STARTS)] for name, command in servers.items()})
        rates = writes(servers)
        _show_writes(rates)
        _show_waiting("synchronous FULL", *waiting(lambda port: sandbox(port, f"{folder}/{uuid4()}.db")))
        fast = waiting(lambda port: [*sandbox(port, f"{folder}/{uuid4()}.db"), "--fast"])
        _show_waiting("synchronous NORMAL", *fast)
        _show_slow(beside_slow(lambda port: sandbox(port, f"{folder}/{uuid4()}.db")))


def sandbox(port: int, path: str) -> Sequence[str]:
    return [sys.executable, "-m", "codegen", "sandbox", "--port", str(port), "--database", f"sqlite:///{path}"]


def moto(python: str, port: int) -> Sequence[str]:
    return [str(Path(python).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]


# --------------------------------------------------------------------------------------------------------------- start


@contextlib.contextmanager
def running(command: Command) -> Generator[str, None, None]:
    """Run a server until the block ends; gives its URL once it has answered something."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command(port), env=environment(), stdout=quiet, stderr=quiet) as process:
        try:
            while not _answers(port):
                if process.poll() is not None:
                    raise SystemExit(f"{' '.join(command(port))} ended")
                time.sleep(0.002)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def started(command: Command) -> float:
    begin = time.perf_counter()
    with running(command):
        return time.perf_counter() - begin


# -------------------------------------------------------------------------------------------------------------- writes


def writes(servers: dict[str, Command]) -> dict[str, list[float]]:
    """Load the servers in turn; gives writes a second, of every round but the first."""
    with contextlib.ExitStack() as stack:
        urls = {name: stack.enter_context(running(command)) for name, command in servers.items()}
        if "moto_server" in urls:
            seconds(urls["moto_server"], [_dynamodb(urls["moto_server"], "CreateTable", TABLE)], 1)
        rates: dict[str, list[float]] = {name: [] for name in urls}
        for _ in range(ROUNDS + 1):
            for name, url in urls.items():
                write = _put_item if name == "moto_server" else _create_engagement
                load = [write(url) for _ in range(COUNT)]
                rates[name].append(COUNT / seconds(url, load, CONNECTIONS))
    return {name: found[1:] for name, found in rates.items()}


def waiting(command: Command) -> tuple[float, list[float]]:
    """Give the writes a second that a server does, and how long each takes at half of that."""
    with running(command) as url:
        rate = statistics.median(
            COUNT / seconds(url, [_create_engagement(url) for _ in range(COUNT)], CONNECTIONS) for _ in range(ROUNDS)
        )
        return rate, latencies(url, [_create_engagement(url) for _ in range(2 * COUNT)], CONNECTIONS, rate / 2)


def beside_slow(command: Command) -> list[float]:
    """Tell how long writes take at a modest rate while a thousand callers dawdle."""
    slow = [sys.executable, "-m", "bench.slow"]
    with running(command) as url:
        load = [_create_engagement(url) for _ in range(SLOW_RATE * SLOW_SECONDS)]
        pipe = subprocess.PIPE
        with subprocess.Popen([*slow, url, str(SLOW)], env=environment(), stdin=pipe, stdout=pipe) as callers:
            assert callers.stdin and callers.stdout and callers.stdout.readline() == b"ready\n"
            times = latencies(url, load, 4, SLOW_RATE)
            callers.stdin.close()
    return times


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


# ------------------------------------------------------------------------------------------------------------- figures


def _show_starts(found: dict[str, list[float]]) -> None:
    print(f"{'from start to first answer':34} {'ms':>10} {'/ moto_server':>14}")
    for name, times in found.items():
        print(f"{name:34} {statistics.median(times) * 1e3:10.0f} {_share(times, found.get('moto_server')):>14}")


def _show_writes(found: dict[str, list[float]]) -> None:
    print(f"{f'writes, {CONNECTIONS} connections':34} {'a second':>10} {'/ moto_server':>14}")
    for name, rates in found.items():
        print(f"{name:34} {statistics.median(rates):10.0f} {_share(rates, found.get('moto_server')):>14}")


def _show_waiting(name: str, rate: float, times: Sequence[float]) -> None:
    print(f"{name:34} {rate:10.0f} writes a second; at half of that {_middle_and_most(times)}")


def _show_slow(times: Sequence[float]) -> None:
    print(f"{f'beside {SLOW} slow callers':34} {SLOW_RATE:10} writes a second: {_middle_and_most(times)}")


def _middle_and_most(times: Sequence[float]) -> str:
    middle, most = (times[int(len(times) * part)] * 1e3 for part in (0.5, 0.99))
    return f"p50 {middle:.1f} ms, p99 {most:.1f} ms"


def _share(own: Sequence[float], other: Sequence[float] | None) -> str:
    """Give the median of each round's share."""
    return f"{statistics.median(one / two for one, two in zip(own, other, strict=True)):.2f}" if other else ""


if __name__ == "__main__":
    main()
