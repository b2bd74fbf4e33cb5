"""The memory of a sandbox under load for a long time: `python -m bench soak --minutes 60`.

In: minutes. Out: the resident memory over time, its slope and its spread, and the answers by status. The load is modest
and the same throughout: writes, reads, lists, and requests that are refused at each step of the front end, over
connections of which some are kept and some are not. The first part of the time is left out of the figures: SQLite
fills its cache of pages, and the interpreter and the allocator grow into their work.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from bench.load import Stream, signed
from bench.measure import environment, machine
from bench.sandbox import KEYS, sandbox

CONNECTIONS, RATE = 8, 100
"""Of requests a second, all together; arbitrary: a person's tests and a few colleagues'."""
SAMPLES, WARM = 60, 0.25
FLAT = 0.05
"""How far the memory may be from its median."""


class Sample(NamedTuple):
    seconds: float
    kib: int


@dataclass(slots=True)
class Soaked:
    samples: list[Sample] = field(default_factory=list[Sample])
    answers: Counter[str] = field(default_factory=Counter[str])


def main(minutes: float = 60) -> None:
    print(f"\nThe sandbox for {minutes:g} minutes, at most {RATE} requests a second ({machine()})")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        command = sandbox(0, f"{folder}/soak.db")
        with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout
                url = process.stdout.readline().strip().rpartition(" ")[2]
                soaked = asyncio.run(_soak(url, process.pid, minutes * 60))
            finally:
                process.terminate()
    _show(soaked)


# ----------------------------------------------------------------------------------------------------------------- load


async def _soak(url: str, pid: int, seconds: float) -> Soaked:
    soaked, begun = Soaked(), time.monotonic()
    callers = [asyncio.create_task(_call(url, soaked.answers, begun + seconds)) for _ in range(CONNECTIONS)]
    for number in range(1, SAMPLES + 1):
        await asyncio.sleep(max(begun + seconds * number / SAMPLES - time.monotonic(), 0))
        soaked.samples.append(Sample(time.monotonic() - begun, _resident(pid)))
        _show_sample(soaked.samples[-1])
    await asyncio.gather(*callers)
    return soaked


def _resident(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert found
    return int(found[1])


async def _call(url: str, answers: Counter[str], end: float) -> None:
    stream: Stream | None = None
    for request in _requests(url):
        if time.monotonic() > end:
            break
        stream = stream or await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
        stream[1].write(request)
        status, kept = await _answered(stream[0])
        answers[status] += 1
        if not kept or answers.total() % 50 == 0:
            stream[1].close()
            stream = None
        await asyncio.sleep(CONNECTIONS / RATE)
    if stream:
        stream[1].close()


async def _answered(reader: asyncio.StreamReader) -> tuple[str, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, length = head.partition(b"content-length:")
    await reader.readexactly(int(length.partition(b"\r\n")[0] or 0))
    return head.split(None, 2)[1].decode(), b"\r\nconnection: close\r\n" not in head


def _requests(url: str) -> Iterator[bytes]:
    """Signed when they are sent: a signature is good for five minutes."""
    for number in itertools.count():
        yield from (_request(url, *each) for each in _calls(number))


def _calls(number: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    catalog = {"Catalog": "Sandbox"}
    yield "CreateEngagement", {**catalog, "ClientToken": str(uuid4()), "Title": "Soak", "Description": "x" * 200}
    yield "ListEngagements", {**catalog, "MaxResults": 5}
    yield "CreateOpportunity", {**catalog, "ClientToken": str(uuid4()), "Project": {"Title": f"Soak {number}"}}
    yield "ListOpportunities", {**catalog, "MaxResults": 10}
    yield "GetEngagement", {**catalog, "Identifier": "eng-0123456789abcd"}
    yield "CreateEngagement", {"Title": "x" * 10_000}
    yield "Nothing", {"a": [number] * 1000}


def _request(url: str, operation: str, body: Mapping[str, object]) -> bytes:
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": f"AWSPartnerCentralSelling.{operation}",
    }
    return signed(url, "partnercentral-selling", headers, body, KEYS)


# -------------------------------------------------------------------------------------------------------------- figures


def _show_sample(sample: Sample) -> None:
    print(f"{sample.seconds:8.0f} s {sample.kib / 1024:9.1f} MiB", flush=True)


def _show(soaked: Soaked) -> None:
    kept = soaked.samples[int(len(soaked.samples) * WARM) :]
    middle = statistics.median(each.kib for each in kept)
    slope = statistics.linear_regression([each.seconds for each in kept], [each.kib for each in kept]).slope
    spread = max(abs(each.kib - middle) for each in kept) / middle
    print(f"{'answers':34} {', '.join(f'{count} x {status}' for status, count in sorted(soaked.answers.items()))}")
    rate = soaked.answers.total() / soaked.samples[-1].seconds
    print(f"{'requests a second':34} {rate:10.1f}")
    print(f"{'median after warming up':34} {middle / 1024:10.1f} MiB")
    print(f"{'slope':34} {slope * 3600 / 1024:10.2f} MiB an hour")
    print(f"{'farthest from the median':34} {spread:10.1%} ({'flat' if spread <= FLAT else 'NOT flat'})")


if __name__ == "__main__":
    main()
