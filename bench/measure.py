"""Time whole processes in turn: CPU seconds (user and system) and peak memory, medians over several rounds.

In: named commands. Out: a figure for each. CPU, not wall time, because machines are shared; in turn, so that a change
in the machine's speed meets all of them; after one round that is not counted, so that caches are warm for all.
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
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    watched = [sys.executable, "-I", "-S", "-c", _WATCHER, *command]
    done = subprocess.run(watched, env=environment, capture_output=True, text=True)
    said, _, figures = done.stderr.rstrip("\n").rpartition("\n")
    code, cpu, kilobytes = json.loads(figures)
    if code:
        raise SystemExit(f"{' '.join(command)} failed:\n{said}")
    return Figure(cpu, kilobytes / 1024)


def _median(figures: Sequence[Figure]) -> Figure:
    cpu = statistics.median(figure.cpu for figure in figures)
    return Figure(cpu, statistics.median(figure.peak for figure in figures))


def show(title: str, figures: Mapping[str, Figure], peer: str) -> None:
    """Print a table; the last column is CPU as a share of the peer's."""
    print(f"\n{title} (Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors)")
    print(f"{'':34} {'CPU s':>8} {'peak MiB':>9} {'CPU / ' + peer:>26}")
    for name, figure in figures.items():
        print(f"{name:34} {figure.cpu:8.3f} {figure.peak:9.1f} {figure.cpu / figures[peer].cpu:26.2f}")
