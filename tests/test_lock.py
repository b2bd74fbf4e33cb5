"""`codegen.files.lock`: one run at a time, a lock that dies with its process, and nothing left of it.

A clock of its own says how long a run waits; eight processes at once are in `test_output.py`.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from codegen.diagnostics import Diagnostics
from codegen.files import lock
from codegen.files.lock import locked
from codegen.files.manifest import open_itself


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder that need not be there, shown as `pkg`."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pkg"


def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Put a clock in that goes on by a second with every sleep; what is slept is noted."""
    naps, looks = list[float](), count()

    def now() -> float:
        assert next(looks) < 1000, "waits without sleeping"
        return float(len(naps))

    monkeypatch.setattr(lock, "time", SimpleNamespace(monotonic=now, sleep=naps.append))
    return naps


def ported(monkeypatch: pytest.MonkeyPatch, locking: Callable[[int, int, int], None], platform: str = "win32") -> None:
    """Put another platform in, and what locks there."""
    monkeypatch.setattr(lock, "sys", SimpleNamespace(platform=platform))
    monkeypatch.setattr(lock, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=7), raising=False)


def refusal(folder: Path) -> str:
    with pytest.raises(Diagnostics) as raised, locked(folder):
        pass
    return raised.value.text()


def open_files() -> list[str]:
    return os.listdir("/dev/fd")


def is_held(path: Path) -> bool:
    """Ask the system for the lock of the file that stands there."""
    with path.open() as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def failing(monkeypatch: pytest.MonkeyPatch, fault: OSError, times: int) -> None:
    """Let the system refuse a lock that many times."""
    flock, calls = fcntl.flock, count(1)

    def refuse(handle: int, flags: int) -> None:
        if next(calls) <= times:
            raise fault
        flock(handle, flags)

    monkeypatch.setattr(fcntl, "flock", refuse)


def test_a_lock_is_held_within_and_leaves_nothing(folder: Path) -> None:
    before, path = open_files(), folder.parent / ".pkg.speccast-lock"
    with locked(folder):
        assert os.listdir(folder.parent) == [path.name]
        assert is_held(path)
    assert os.listdir(folder.parent) == []
    with pytest.raises(KeyError), locked(folder):
        raise KeyError
    assert os.listdir(folder.parent) == []
    assert open_files() == before


def test_a_run_waits_for_a_minute_and_then_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    naps = slept(monkeypatch)
    with locked(folder):
        before = open_files()
        said = "another run has been writing for 60 seconds; wait for it to end"
        assert refusal(folder) == f"pkg: error: {said} [locked]"
        assert naps == [0.01] * 61
        assert open_files() == before


@pytest.mark.parametrize("code", [errno.EAGAIN, errno.EACCES, errno.EDEADLK])
def test_a_lock_that_another_has_is_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    naps, before = slept(monkeypatch), open_files()
    failing(monkeypatch, OSError(code, "another has it"), times=3)
    with locked(folder):
        assert naps == [0.01] * 3
        assert is_held(folder.parent / ".pkg.speccast-lock")
    assert open_files() == before


def test_a_file_system_without_locks_is_no_reason_to_wait(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    naps = slept(monkeypatch)
    failing(monkeypatch, OSError(errno.ENOLCK, "no locks available"), times=1)
    with pytest.raises(OSError, match="no locks available"), locked(folder):
        pass
    assert naps == []


@pytest.mark.parametrize("follow", [Path.touch, lambda path: None], ids=["another", "none"])
def test_the_lock_of_a_file_that_is_gone_is_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, follow: Callable[[Path], None]
) -> None:
    """Whoever held the lock removes its file after ours was opened, and a third may have made another."""
    slept(monkeypatch)
    flock, path = fcntl.flock, folder.parent / ".pkg.speccast-lock"

    def late(handle: int, flags: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        path.unlink()
        follow(path)
        flock(handle, flags)

    monkeypatch.setattr(fcntl, "flock", late)
    with locked(folder):
        assert is_held(path)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("mine")])
def test_what_is_no_file_is_refused_and_stays(folder: Path, make: Callable[[Path], None]) -> None:
    path = folder.parent / ".pkg.speccast-lock"
    make(path)
    there = path.lstat()
    said = "no file stands where the lock file of a run belongs; remove it"
    assert refusal(folder) == f".pkg.speccast-lock: error: {said} [lock]"
    assert path.lstat() == there
    assert os.listdir(folder.parent) == [path.name]


def test_windows_locks_one_byte(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its locks are on bytes, and whoever comes second is told EACCES or EDEADLK."""
    asked, answers, naps = list[tuple[bool, int, int]](), [errno.EACCES, errno.EDEADLK], slept(monkeypatch)

    def locking(handle: int, mode: int, size: int) -> None:
        asked.append((os.path.samestat(os.fstat(handle), os.stat(".pkg.speccast-lock")), mode, size))
        if answers:
            raise OSError(answers.pop(), "another has it")

    ported(monkeypatch, locking)
    with locked(folder):
        assert asked == [(True, 7, 1)] * 3
    assert naps == [0.01] * 2


def test_windows_has_the_file_as_long_as_somebody_holds_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is not looked for once more, and a lock is one though the file cannot be seen."""
    asked = list[int]()

    def locking(handle: int, mode: int, size: int) -> None:
        asked.append(size)
        os.unlink(".pkg.speccast-lock")

    naps = slept(monkeypatch)
    ported(monkeypatch, locking)
    with locked(folder):
        assert (asked, naps) == ([1], [])


@pytest.mark.parametrize(("platform", "held"), [("win32", False), ("linux", True)])
def test_the_file_goes_while_it_is_held_but_on_windows_which_removes_none_that_is_open(
    platform: str, held: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handles, seen = list[int](), list[bool]()
    real_open, real_unlink = open_itself, Path.unlink

    def opened(path: Path, flags: int) -> int:
        handles.append(real_open(path, flags))
        return handles[-1]

    def unlink(path: Path) -> None:
        seen.append(_is_open(handles[-1]))
        real_unlink(path)

    ported(monkeypatch, lambda *_: None, platform)
    monkeypatch.setattr(lock, "open_itself", opened)
    monkeypatch.setattr(Path, "unlink", unlink)
    with locked(folder):
        assert [_is_open(one) for one in handles] == [True]
    assert (seen, _is_open(handles[0]), os.listdir(folder.parent)) == ([held], False, [])


def _is_open(handle: int) -> bool:
    try:
        os.fstat(handle)
    except OSError:
        return False
    return True
