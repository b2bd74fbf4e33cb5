"""A module and its changes -> which of them its tests notice.

The tests are collected once, in a process that does nothing else. It forks one that runs them all and says which lines
of the module each has reached, and then one for every change, which runs those that reach it, the fastest first, up to
the first that fails. What takes five times the time of a processor that it took unchanged hangs, and is noticed.
"""

from __future__ import annotations

import io
import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings

from mutation.modules import ROOT, TESTS, Module
from mutation.operators import Mutant, mutants
from mutation.patching import Stillborn, patch

_PYTEST = ("-q", "-p", "no:cacheprovider", "-p", "no:warnings", "-p", "no:randomly", "-p", "no:xdist")
_NOTICED, _UNNOTICED, _BROKEN = 1, 0, 3
_MEMORY = 4 * 2**30


class Reach(NamedTuple):
    """What a test takes, and the lines of the module that run in it."""

    seconds: float
    lines: frozenset[int]


class Outcome(NamedTuple):
    """How many changes there were; those that no test noticed."""

    changes: int
    survivors: tuple[str, ...]


def run(module: Module, fits: Callable[[str], bool], workers: int = 2) -> Outcome:
    """Try every change whose key fits."""
    files = [str(TESTS / f"{name}.py") for name in module.tests]
    _collect(files)
    reach = _reach(module, files)
    wanted = [mutant for mutant in mutants(module.text()) if fits(mutant.key)]
    noticed = dict(_tried(module, files, reach, wanted, workers))
    return Outcome(len(wanted), tuple(mutant.key for mutant in wanted if not noticed[mutant.key]))


def _collect(files: Sequence[str]) -> None:
    """Import all that tests import, once for all processes; a busy machine is no reason for a test to fail."""
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    phases = [Phase.explicit, Phase.generate]  # that an example fails is enough: nobody reads the shortest
    settings.register_profile(
        "mutants", deadline=None, suppress_health_check=slow, database=None, derandomize=True, phases=phases
    )
    settings.load_profile("mutants")
    if code := _quietly([*files, "--collect-only"]):
        raise RuntimeError(f"the tests cannot be collected: {code}")


def _quietly(arguments: Sequence[str], *plugins: object) -> int:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return int(pytest.main([*_PYTEST, f"--rootdir={ROOT}", *arguments], plugins=list(plugins)))


# ------------------------------------------------------------------------------------------------------ what is reached


class _Watching:
    """Notes which lines of a file each test reaches."""

    def __init__(self, path: Path) -> None:
        self.path, self.reach, self._lines = str(path), dict[str, Reach](), set[int]()
        self.failed: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._lines, start = set(), time.perf_counter()
        sys.settrace(self._call)
        threading.settrace(self._call)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.reach[item.nodeid] = Reach(time.perf_counter() - start, frozenset(self._lines))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def _call(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        if frame.f_code.co_filename != self.path:
            return None
        self._lines.add(frame.f_lineno)
        return self._line

    def _line(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        self._lines.add(frame.f_lineno)
        return self._line


def _reach(module: Module, files: Sequence[str]) -> Mapping[str, Reach]:
    """Run all tests in a process of their own, unchanged. Raises RuntimeError where one fails."""
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "reach"

        def work() -> int:
            watching = _Watching(ROOT / module.path)
            _quietly([*files, f"--basetemp={folder}/tests"], watching)
            note.write_bytes(pickle.dumps((watching.reach, watching.failed)))
            return 0

        _wait(_forked(work, seconds=1200))
        reach, failed = pickle.loads(note.read_bytes())
    if failed:
        raise RuntimeError(f"unchanged, these fail: {failed}")
    found: Mapping[str, Reach] = reach
    return found


# ------------------------------------------------------------------------------------------------------ what is noticed


class _Chosen:
    """Runs only the tests that are asked for, in that order."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._at = {nodeid: at for at, nodeid in enumerate(wanted)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((item for item in items if item.nodeid in self._at), key=lambda item: self._at[item.nodeid])


def _tried(
    module: Module, files: Sequence[str], reach: Mapping[str, Reach], wanted: Sequence[Mutant], workers: int
) -> Iterator[tuple[str, bool]]:
    """Give each key, and whether it was noticed, in whatever order they end."""
    running: dict[int, tuple[str, str]] = {}
    for mutant in wanted:
        if len(running) == workers:
            yield _ended(running)
        tests = _tests_at(mutant, module, reach)
        if not tests:
            yield mutant.key, False
            continue
        folder = tempfile.mkdtemp()
        work = partial(_try, module, mutant, files, tests, folder)
        running[_forked(work, _limit(tests, reach))] = mutant.key, folder
    while running:
        yield _ended(running)


def _ended(running: dict[int, tuple[str, str]]) -> tuple[str, bool]:
    process, status = os.wait()
    key, folder = running.pop(process)
    shutil.rmtree(folder, ignore_errors=True)
    code = os.waitstatus_to_exitcode(status)
    if code == _BROKEN:
        raise RuntimeError(f"no test could be run for {key}")
    return key, code != _UNNOTICED


def _try(module: Module, mutant: Mutant, files: Sequence[str], tests: Sequence[str], folder: str) -> int:
    try:
        patch(module.name, mutant)
    except Stillborn:
        return _NOTICED
    wanted = sorted({test.partition("::")[0] for test in tests})
    chosen = [file for file in files if any(file.endswith(one) for one in wanted)]
    code = _quietly([*chosen, "-x", f"--basetemp={folder}/tests"], _Chosen(tests))
    return _BROKEN if code == pytest.ExitCode.NO_TESTS_COLLECTED else _UNNOTICED if code == 0 else _NOTICED


def _tests_at(mutant: Mutant, module: Module, reach: Mapping[str, Reach]) -> list[str]:
    """Tests that reach the line; what is run on import concerns all."""
    found = [name for name, one in reach.items() if not mutant.within or one.lines & mutant.lines]
    return sorted(found, key=lambda name: reach[name].seconds)


def _limit(tests: Sequence[str], reach: Mapping[str, Reach]) -> int:
    return 20 + int(5 * sum(reach[test].seconds for test in tests))


def _forked(work: Callable[[], int], seconds: int) -> int:
    """Run in a process of its own, which no exception, thread or endless loop leads out of."""
    process = os.fork()
    if process:
        return process
    signal.alarm(10 * seconds)  # for what waits in vain; ends the process: nobody handles it
    code = _NOTICED
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))  # on a busy machine no more goes by
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        code = work()
    finally:
        os._exit(code)


def _wait(process: int) -> None:
    os.waitpid(process, 0)
