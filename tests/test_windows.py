"""What differs on Windows, as far as another system can tell: without what it lacks, and told that it is Windows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

from codegen import trees
from codegen.files import lock, swap

ROOT = Path(__file__).parents[1]
WINDOWS = SimpleNamespace(platform="win32")

EVERYTHING = """
import asyncio, io, os, pkgutil, select, signal, socket, subprocess, sys
from importlib import import_module
from types import ModuleType

import concurrent.futures.process, ctypes, multiprocessing.context, multiprocessing.spawn, shutil, sqlite3, tempfile
import aiohttp, black, boto3, botocore.loaders, cbor2, click, datamodel_code_generator, httptools, hypothesis, jinja2
import lxml.html, psycopg, pydantic, pytest, regex, urllib3, uvicorn.protocols.http.httptools_impl, watchfiles, yaml

lacking = {
    os: "O_DIRECTORY O_NOFOLLOW O_NONBLOCK fork getuid geteuid mkfifo register_at_fork sched_getaffinity uname",
    select: "poll epoll",
    signal: "SIGALRM SIGHUP SIGKILL SIGPROF pthread_sigmask setitimer",
    socket: "AF_UNIX SO_REUSEPORT MSG_DONTWAIT",
}
for module, names in lacking.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
sys.modules.update(dict.fromkeys(("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty")))
sys.modules["msvcrt"] = msvcrt = ModuleType("msvcrt")
msvcrt.LK_NBLCK, msvcrt.locking = 2, lambda handle, mode, count: None
sys.getwindowsversion, sys.platform = lambda: (10, 0), "win32"

import codegen, partnercentral_selling

for package in (codegen, partnercentral_selling):
    found = [one.name for one in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
    assert len(found) > 50
    for name in found:
        if not name.endswith("__main__"):
            import_module(name)

from codegen.cli.main import run
from partnercentral_selling._runtime.user_agent import _system

for command in ("init", "generate", "check", "generate --force"):
    assert run(command.split(), io.StringIO(), sys.stderr) == 0, command
assert _system()[:2] == ("windows", "10.0")
assert [name for name in os.listdir("generated") if "speccast" in name] == []
"""


def test_everything_is_imported_and_a_project_is_generated_without_what_windows_lacks(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "generated"))), "PATH": ""}
    command = [sys.executable, "-c", EVERYTHING]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_lock_file_is_closed_before_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    unlink: Callable[[Path], None] = Path.unlink
    monkeypatch.setattr(lock, "sys", WINDOWS)
    monkeypatch.setattr(lock, "os", SimpleNamespace(close=lambda handle: steps.append("close")))

    def unlinked(path: Path) -> None:
        steps.append("unlink")
        unlink(path)

    monkeypatch.setattr(Path, "unlink", unlinked)
    (tmp_path / "lock").touch()
    lock._release(0, tmp_path / "lock")
    assert steps == ["close", "unlink"]


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    pauses: list[float] = []
    monkeypatch.setattr(swap, "time", SimpleNamespace(sleep=pauses.append))
    yield pauses


def test_a_folder_that_is_being_looked_at_is_renamed_a_moment_later(
    refusing: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename() -> None:
        if len(refusing) < 2:
            raise PermissionError

    monkeypatch.setattr(swap, "sys", WINDOWS)
    swap.patiently(rename)
    assert refusing == [0.01, 0.03]


@pytest.mark.parametrize(("platform", "tries"), [("win32", 6), ("linux", 1)])
def test_what_stays_refused_is_told(
    refusing: list[float], monkeypatch: pytest.MonkeyPatch, platform: str, tries: int
) -> None:
    asked: list[None] = []

    def rename() -> None:
        asked.append(None)
        raise PermissionError("in use")

    monkeypatch.setattr(swap, "sys", SimpleNamespace(platform=platform))
    with pytest.raises(PermissionError, match="in use"):
        swap.patiently(rename)
    assert len(asked) == tries == len(refusing) + 1


def test_a_drive_is_no_revision_of_git(monkeypatch: pytest.MonkeyPatch) -> None:
    assert trees.is_git_path("C:/specs")
    monkeypatch.setattr(trees, "Path", PureWindowsPath)
    assert not trees.is_git_path("C:/specs")
    assert not trees.is_git_path(r"C:\specs")
    assert trees.is_git_path("HEAD:specs")
