"""Time commands in turn: CPU time (user and system) over several rounds, and peak memory.

In: named commands. Out: figures of every round, and rows of their medians. CPU, not wall time, because machines are
shared; in turn, so that a change in the machine's speed meets all of them; after one round that is not counted, so
that caches are warm for all. `measure` runs whole processes; `Worker` is a process that stays, and times what it does
in itself.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.results import Goal, Row
from codegen.data import data_folder

GENERATED = data_folder("specs").parent / "generated"


@dataclass(frozen=True, slots=True)
class Figure:
    """figure: seconds of user and system time, or what else an area measures; peak: the largest resident set, MiB."""

    figure: float
    peak: float | None = None


def measure(
    commands: Mapping[str, Sequence[str]], rounds: int, before: Callable[[], None] = lambda: None, warming: int = 1
) -> dict[str, list[Figure]]:
    """Run each command once per round, in turn, after rounds that warm up; `before` runs ahead of each."""
    seen: dict[str, list[Figure]] = {name: [] for name in commands}
    for _ in range(warming + rounds):
        for name, command in commands.items():
            before()
            seen[name].append(run(command))
    return {name: figures[warming:] for name, figures in seen.items()}


_WATCHER = """
import json, os, sys
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
cpu = usage.ru_utime + usage.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), cpu, usage.ru_maxrss]), file=sys.stderr)
"""
"""Starts and reaps the command from a small process: a child's peak memory begins with that of what forked it."""


def run(command: Sequence[str]) -> Figure:
    """Run a command to its end; stop with what it said if it fails."""
    watched = [sys.executable, "-I", "-S", "-c", _WATCHER, *command]
    done = subprocess.run(watched, env=environment(), capture_output=True, text=True)
    said, _, figures = done.stderr.rstrip("\n").rpartition("\n")
    code, cpu, kilobytes = json.loads(figures)
    if code:
        raise SystemExit(f"{' '.join(command)} failed:\n{said}")
    return Figure(cpu, kilobytes / 1024)


def environment() -> dict[str, str]:
    """Give what commands see: generated packages can be imported, compiled modules are kept, nothing configures AWS."""
    kept = {name: value for name, value in os.environ.items() if not _is_dropped(name.upper())}
    path = os.pathsep.join(filter(None, [kept.get("PYTHONPATH"), str(GENERATED)]))
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {**kept, **nothing, "PYTHONPATH": path}


def _is_dropped(name: str) -> bool:
    return name == "PYTHONDONTWRITEBYTECODE" or name.startswith("AWS_") or name.endswith("_PROXY")


class Worker:
    """A process that says it is ready, then, for each number it is told, the CPU seconds that so many calls took."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = " ".join(command)
        self._process = subprocess.Popen(
            command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._heard()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()

    def seconds(self, count: int) -> float:
        """Have it do so many calls; give the CPU time of one."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        return float(self._heard()) / count

    def _heard(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._command} failed")
        return json.loads(line)


def in_turn(workers: Mapping[str, Worker], count: int, rounds: int) -> dict[str, list[Figure]]:
    """Have each worker do `count` calls once per round, in turn; give microseconds per call, of every round."""
    seen: dict[str, list[Figure]] = {name: [] for name in workers}
    for _ in range(rounds + 1):
        for name, worker in workers.items():
            seen[name].append(Figure(worker.seconds(count) * 1e6))
    return {name: figures[1:] for name, figures in seen.items()}


@dataclass(frozen=True, slots=True)
class Against:
    """The row that a row is compared with, and what is wanted of the ratio."""

    peer: str = ""
    goal: Goal | None = None


def rows_of(
    found: Mapping[str, Sequence[Figure]], against: Mapping[str, Against], notes: Mapping[str, str] = {}
) -> tuple[Row, ...]:
    """Give medians, and the median of each round's share of the peer's figure: what slowed a round slowed both."""
    return tuple(_row(name, found, against.get(name, Against()), notes.get(name, "")) for name in found)


def _row(name: str, found: Mapping[str, Sequence[Figure]], against: Against, note: str) -> Row:
    own = found[name]
    peers = found[against.peer] if against.peer else ()
    shares = [mine.figure / other.figure for mine, other in zip(own, peers, strict=True)] if peers else []
    peaks = [each.peak for each in own if each.peak is not None]
    return Row(
        name=name,
        figure=statistics.median(each.figure for each in own),
        peak=statistics.median(peaks) if peaks else None,
        peer=against.peer,
        ratio=statistics.median(shares) if shares else None,
        goal=against.goal,
        note=note,
    )


def machine() -> str:
    """`CPython 3.11.7, x86_64, 2 processors, AMD EPYC`."""
    named = f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}"
    return ", ".join(filter(None, [named, f"{os.cpu_count()} processors", _processor()]))


def _processor() -> str:
    """Name the processor where Linux does; elsewhere the architecture has to do."""
    about = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.+)$", about.read_text(), re.MULTILINE) if about.exists() else None
    return " ".join(found[1].split()) if found else ""
