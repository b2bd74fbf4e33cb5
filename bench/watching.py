"""From a saved spec to a package that is rewritten: `speccast watch` beside `datamodel-codegen --watch`.

Each has its own file: ours the pinned release, the peer the JSON Schema of the same shapes. A description of it changes
in each round, in turn, and the clock runs until the product is there: for ours the manifest, which is written last.
Wall time, and the CPU time of the process that watches; the peer waits for the writer to be done, ours for 50 ms.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.generating import PEER, SIZES, theirs
from bench.measure import Against, Figure, environment, rows_of
from bench.processes import cpu_of, peak_of
from bench.results import Table
from bench.specs import PINNED, model_of
from codegen.data import data_folder
from codegen.emit.jsonschema import json_schema

PEERS = ("datamodel",)
ROUNDS = 5
OURS, PEER_WATCH = "speccast watch", "datamodel-codegen --watch"
CALM = 1.5
"""Seconds between two changes: a storm of them is answered once a second."""
PATIENCE = 600
PINNED_FOLDER = PINNED.replace("@", "/")


@dataclass(frozen=True, slots=True)
class Watcher:
    """What watches, the file that changes, words in it that each round puts others for, and what tells of the end."""

    command: Sequence[str]
    source: Path
    words: str
    product: Path

    def save(self, number: int) -> None:
        text = self.source.read_text(encoding="utf-8")
        start = text.index(self.words)
        end = start + len(self.words)
        beside = self.source.with_name(".saved")
        beside.write_text(f"{text[:end]} {number}{text[end:].lstrip(' 0123456789')}", encoding="utf-8")
        beside.replace(self.source)


def tables(rounds: int) -> Iterator[Table]:
    with tempfile.TemporaryDirectory() as name:
        watchers = {OURS: _ours(Path(name)), PEER_WATCH: _theirs(Path(name))}
        wall, cpu = _measured(watchers, rounds)
    against = {OURS: Against(PEER_WATCH)}
    yield Table(title="From a saved spec to the package", unit="ms", rows=rows_of(wall, against))
    yield Table(title="The same, CPU time of what watches", unit="CPU s", rows=rows_of(cpu, against))


def _ours(folder: Path) -> Watcher:
    specs = folder / "specs" / PINNED_FOLDER
    shutil.copytree(data_folder("specs") / PINNED_FOLDER, specs)
    command = [sys.executable, "-m", "codegen", "watch", str(specs), "--out", str(folder / "out")]
    product = folder / "out" / "partnercentral_selling" / "MANIFEST.json"
    return Watcher(command, specs / "engagements.json", "A member of an engagement", product)


def _theirs(folder: Path) -> Watcher:
    model = model_of(SIZES[1].spec)
    schema, product = folder / "schema.json", folder / "peer.py"
    schema.write_text(json.dumps(json_schema(model, tuple(model.shapes))), encoding="utf-8")
    return Watcher(theirs(folder, "--watch")[PEER], schema, "A member of an engagement", product)


def _measured(watchers: dict[str, Watcher], rounds: int) -> tuple[dict[str, list[Figure]], dict[str, list[Figure]]]:
    wall: dict[str, list[Figure]] = {name: [] for name in watchers}
    cpu: dict[str, list[Figure]] = {name: [] for name in watchers}
    with contextlib.ExitStack() as stack:
        started = {name: stack.enter_context(_watching(watcher)) for name, watcher in watchers.items()}
        for number in range(rounds + 1):
            for name, watcher in watchers.items():
                time.sleep(CALM)
                before, begin = cpu_of(started[name].pid), time.perf_counter()
                _until_written(watcher.product, lambda: watcher.save(number), started[name])  # noqa: B023
                wall[name].append(Figure((time.perf_counter() - begin) * 1e3))
                time.sleep(CALM / 3)
                cpu[name].append(Figure(cpu_of(started[name].pid) - before, peak_of(started[name].pid)))
    return {name: each[1:] for name, each in wall.items()}, {name: each[1:] for name, each in cpu.items()}


@contextlib.contextmanager
def _watching(watcher: Watcher) -> Iterator[subprocess.Popen[bytes]]:
    """Start what watches; it makes its product first of all."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(watcher.command, env=environment(), stdout=quiet, stderr=quiet) as process:
        try:
            _until_written(watcher.product, lambda: None, process)
            time.sleep(2 * CALM)
            yield process
        finally:
            process.terminate()


def _until_written(product: Path, act: Callable[[], None], process: subprocess.Popen[bytes]) -> None:
    before, begin = _stamp(product), time.monotonic()
    act()
    while _stamp(product) == before:
        if process.poll() is not None or time.monotonic() - begin > PATIENCE:
            raise SystemExit(f"{product.name} is not written again")
        time.sleep(0.001)


def _stamp(product: Path) -> tuple[int, int] | None:
    try:
        found = product.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
