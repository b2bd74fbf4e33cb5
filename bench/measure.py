"""Time commands in turn: medians of CPU time (user and system) over several rounds, and peak memory.

In: named commands. Out: a figure for each. CPU, not wall time, because machines are shared; in turn, so that a change
in the machine's speed meets all of them; after one round that is not counted, so that caches are warm for all.
`measure` runs whole processes; `Worker` is a process that stays, and times what it does in itself.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from codegen.data import data_folder

GENERATED = data_folder("specs").parent / "generated"


@dataclass(frozen=True, slots=True)
class Figure:
    """cpu: median seconds of user and system time; peak: median of the largest resident set, MiB."""

    cpu: float
    peak: float


def measure(
    commands: Mapping[str, Sequence[str]], rounds: int = 5, before: Callable[[], None] = lambda: None
) -> dict[str, Figure]:
    """Run each command once per round, in turn; `before` runs ahead of each."""
    seen: dict[str, list[Figure]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            before()
            seen[name].append(run(command))
    return {name: _median(figures[1:]) for name, figures in seen.items()}


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


def _median(figures: Sequence[Figure]) -> Figure:
    cpu = statistics.median(figure.cpu for figure in figures)
    return Figure(cpu, statistics.median(figure.peak for figure in figures))


class Worker:
    """A process that says in JSON what it is, then, for each number it is told, the CPU seconds so many calls took."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = " ".join(command)
        self._process = subprocess.Popen(
            command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.about: Any = self._heard()

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


def in_turn(workers: Mapping[str, Worker], count: int, rounds: int) -> dict[str, list[float]]:
    """Have each worker do `count` calls once per round, in turn; give seconds per call, of every round."""
    seen: dict[str, list[float]] = {name: [] for name in workers}
    for _ in range(rounds + 1):
        for name, worker in workers.items():
            seen[name].append(worker.seconds(count))
    return {name: seconds[1:] for name, seconds in seen.items()}


def show(title: str, figures: Mapping[str, Figure], peer: str) -> None:
    """Print a table; the last column is CPU as a share of the peer's."""
    print(f"\n{title} ({machine()})")
    print(f"{'':34} {'CPU s':>8} {'peak MiB':>9} {'CPU / ' + peer:>26}")
    for name, figure in figures.items():
        print(f"{name:34} {figure.cpu:8.3f} {figure.peak:9.1f} {figure.cpu / figures[peer].cpu:26.2f}")


def show_calls(
    title: str, seconds: Mapping[str, Sequence[float]], peer: str | None, notes: Mapping[str, object]
) -> None:
    """Print a table: medians, the median of each round's share of the peer's CPU, and a note."""
    print(f"\n{title}")
    print(f"{'':34} {'CPU us a call':>14} {'CPU / ' + peer if peer else '':>26}")
    for name, rounds in seconds.items():
        shares = [own / other for own, other in zip(rounds, seconds[peer], strict=True)] if peer else []
        share = f"{statistics.median(shares):26.2f}" if shares else " " * 26
        print(f"{name:34} {statistics.median(rounds) * 1e6:14.1f} {share}  {notes[name]}")


def machine() -> str:
    return f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors"
