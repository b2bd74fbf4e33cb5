"""Many packages at once: by processes that stop when they are told to, and by a cluster."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from commands import Done, speccast

from codegen.diagnostics import Diagnostic
from codegen.files.manifest import read_manifest
from codegen.load import Found
from codegen.load.loaded import Loaded, load
from codegen.mass import cast_all
from codegen.orders import Order, orders
from codegen.processes import Broken, each, processes
from codegen.project import read_project
from codegen.upkeep import Written, write_one

ROOT = Path(__file__).parent.parent
SERVICES = ("notes", "tasks", "users")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for service in SERVICES:
        assert speccast("init", "--service", service).code == 0
    return tmp_path


def made(folder: Path) -> list[str]:
    """Name the packages that stand, each whole."""
    packages = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    assert all(read_manifest(package) for package in packages)
    return [package.name for package in packages]


def test_more_than_a_few_packages_are_counted(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.cli.making.FEW", 2)
    done = speccast("generate", "all", "--jobs", "1")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()] == ["package", *(f"generated/{one}" for one in SERVICES)]
    assert speccast("generate", "all") == Done(0, "up to date: 3 packages\n", "")


def test_a_file_edited_by_hand_keeps_its_package_alone_from_being_made(project: Path) -> None:
    assert speccast("generate", "all", "--jobs", "1").code == 0
    for service in SERVICES:
        with open(f"generated/{service}/errors.py", "a", encoding="utf-8") as stream:
            stream.write("# mine\n")
    done = speccast("generate", "notes", "tasks", "--jobs", "1")
    assert done.code == 2
    assert done.err.splitlines()[-1] == (
        "speccast: error: 2 of 2 packages could not be made: specs/notes/2025-01-01, specs/tasks/2025-01-01 [not-made]"
    )
    assert speccast("generate", "notes", "tasks", "--jobs", "1", "--force").code == 0


@pytest.mark.parametrize("address", ["", "dask", "dask:", "ray:tcp://127.0.0.1:1"])
def test_an_executor_is_an_engine_and_an_address(project: Path, address: str) -> None:
    done = speccast("generate", "--executor", address)
    assert done.code == 2 and done.err.endswith("write dask:ADDRESS, such as dask:tcp://127.0.0.1:8786 [usage]\n")


def test_without_dask_it_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert speccast("generate", "all", "--executor", "dask:tcp://127.0.0.1:1").err == (
        "speccast: error: --executor needs Dask, which is not installed [no-dask]\n"
        "  speccast: note: `pip install speccast[dask]` installs it\n"
    )


# ----------------------------------------------------------------------------------------------------------- stopping


@pytest.mark.skipif(not shutil.which("ps"), reason="no ps to name the processes that are left")
def test_ctrl_c_leaves_whole_packages_and_no_worker(project: Path) -> None:
    long = [f"botocore:{name}" for name in ("apigateway", "appconfig", "accessanalyzer", "amplify", "acm")]
    command = [sys.executable, "-m", "codegen", "generate", *long, "botocore:sqs", "all", "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests in the background ignores it
    try:
        run = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, before)
    deadline = time.monotonic() + 120
    while not any((project / "generated").glob("[!.]*/MANIFEST.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    said = run.communicate(timeout=60)[1]
    assert (run.returncode, said) == (130, "")
    deadline = time.monotonic() + 30
    while (left := _alive(run.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
    assert made(project / "generated")
    assert speccast("generate", "all", "--jobs", "1").code == 0


def _alive(group: int) -> list[str]:
    """Name what runs in a group of processes; what has ended and only waits to be counted does not."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 2) for line in listed.splitlines())
    return [args for found, state, args in rows if found == str(group) and not state.startswith("Z")]


def test_workers_are_gone_when_something_is_raised() -> None:
    with pytest.raises(KeyboardInterrupt), processes(2) as pool:
        started = [pool.submit(time.sleep, 60) for _ in range(2)]
        while not all(one.running() for one in started):
            time.sleep(0.01)
        raise KeyboardInterrupt


class Killed(Executor):
    """Workers that make one package before they are killed."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if "notes" in args[-1].found.shown:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(BrokenProcessPool("gone"))
        return future


def test_what_a_killed_worker_left_is_named(project: Path) -> None:
    wanted = orders(("all",), read_project(project), out=None, operations=None)
    casts = sorted(cast_all(wanted, Killed(), {}), key=lambda one: one.spec)
    assert [one.spec for one in casts if not one.faults] == ["notes@2025-01-01"]
    assert [str(one.message) for cast in casts for one in cast.faults] == [
        f'"specs/{name}/2025-01-01" was not made: a worker was killed, perhaps for want of memory;'
        " run again with fewer --jobs"
        for name in ("tasks", "users")
    ]


# ---------------------------------------------------------------------------------------------------------- a bug

TELLS = "with SPECCAST_DEBUG=1 in the environment, the same command for this spec alone tells where"


def test_a_bug_that_one_spec_meets_stops_no_other(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def one(order: Order, *, force: bool) -> Written | tuple[Diagnostic, ...]:
        if "tasks" in order.found.shown:
            raise TypeError("no")
        return write_one(order, force=force)

    monkeypatch.setattr("codegen.mass.write_one", one)
    done = speccast("generate", "all", "--jobs", "1")
    assert (done.code, made(project / "generated")) == (2, ["notes", "users"])
    assert done.err == (
        'speccast: error: "specs/tasks/2025-01-01" was not made: internal error: TypeError: no; please report it'
        f" [internal]\n  speccast: note: {TELLS}\n"
        "speccast: error: 1 of 3 packages could not be made: specs/tasks/2025-01-01 [not-made]\n"
    )


def test_a_bug_that_one_spec_meets_hides_no_other_from_check(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deep(found: Found) -> Loaded:
        if "tasks" in found.shown:
            raise RecursionError("too deep")
        return load(found)

    monkeypatch.setattr("codegen.upkeep.load", deep)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    done = speccast("check", "all")
    assert done.code == 2
    assert {line.split("/")[1] for line in done.out.splitlines()} == {"notes", "users"}
    assert done.err.splitlines()[1:] == [
        'speccast: error: "specs/tasks/2025-01-01" could not be generated: internal error: RecursionError: too deep;'
        " please report it [internal]",
        f"  speccast: note: {TELLS}",
    ]
    alone = "speccast: error: internal error: RecursionError: too deep; please report it [internal]\n"
    assert speccast("check", "tasks") == Done(2, "", alone)


def exhaust(item: str) -> int:
    """Work for a worker: what `int` refuses; or what the machine, or another program, does to it."""
    if item == "memory":
        raise MemoryError
    if item == "kill":
        os._exit(9)
    if item == "unsent":
        raise Unsent("a", "b")
    return int(item)


class Unsent(Exception):
    """An exception that the pool cannot read again: it would take the whole pool for broken."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


BUG = "internal error: ValueError: invalid literal for int() with base 10: 'x'; please report it"
OUTCOMES = {
    "1": 1,
    "x": Broken(BUG),
    "memory": Broken("there was not enough memory", is_ours=False),
    "unsent": Broken("internal error: Unsent: ab; please report it"),
}


def test_what_is_raised_stays_with_its_item_here_and_in_workers() -> None:
    items = list(OUTCOMES)
    wanted = dict(enumerate(OUTCOMES.values()))
    assert dict(each(exhaust, items, None)) == wanted
    with processes(2) as pool:
        assert dict(each(exhaust, items, pool)) == wanted


def test_a_worker_that_ends_by_itself_is_told_from_a_bug() -> None:
    killed = Broken("a worker was killed, perhaps for want of memory", is_ours=False)
    with processes(1) as pool:
        assert dict(each(exhaust, ["kill", "1"], pool)) == {0: killed, 1: killed}


class Lost(Executor):
    """A cluster: one call fails with its own exception, one is given up, one cannot be sent."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if args[-1] == "given up":
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            lost = type("KilledWorker", (Exception,), {"__module__": "distributed.scheduler"})
            future.set_exception(lost("gone") if args[-1] == "lost" else TypeError("cannot pickle"))
        return future


def test_a_lost_worker_of_a_cluster_is_no_bug() -> None:
    killed = Broken("a worker was killed, perhaps for want of memory", is_ours=False)
    unsent = Broken("internal error: TypeError: cannot pickle; please report it")
    assert dict(each(int, ["lost", "given up", "1"], Lost())) == {0: killed, 1: killed, 2: unsent}


# ---------------------------------------------------------------------------------------------------------- a cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Two processes with one thread each."""
    distributed: Any = pytest.importorskip(
        "distributed", reason="distributed is not installed: the extra [dask] brings it"
    )
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as local:
        yield local.scheduler_address


def test_a_cluster_makes_the_same_packages(project: Path, cluster: str) -> None:
    (project / "specs" / "tasks" / "2025-01-01" / "shapes.json").write_text("{", encoding="utf-8")
    done = speccast("generate", "all", "--executor", f"dask:{cluster}", "--out", "far")
    assert done.code == 2
    assert done.err.splitlines()[-1] == (
        "speccast: error: 1 of 3 packages could not be made: specs/tasks/2025-01-01 [not-made]"
    )
    assert made(project / "far") == ["notes", "users"]
    assert speccast("generate", "notes", "users", "--out", "far").out.splitlines() == [
        line for name in ("notes", "users") for line in [_up_to_date(project / "far" / name)]
    ]


def _up_to_date(folder: Path) -> str:
    return f"up to date: far/{folder.name} ({sum(path.is_file() for path in folder.rglob('*'))} files)"


STOPPED = """
import signal
from codegen import processes
processes._heed()
try:
    processes.attempt(signal.raise_signal, signal.SIGTERM)
finally:
    print("went on, to wait for more", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there workers are ended from outside")
def test_a_worker_that_is_told_to_stop_ends_and_waits_for_no_more() -> None:
    """A pool that has lost another worker gives it nothing more, and would wait for its end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", STOPPED], env=environment, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout, run.stderr) == (1, "", "")
