"""`codegen.files.swap`: a folder is replaced as a whole, with an exchange or without, and a user's files come along.

What decides which files are ours is tried in `test_output.py`, and a kill at every step too.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest
from test_output import in_memory, tree

from codegen.files import swap
from codegen.files.swap import Swap, clean_leftovers, leftovers, replace, sync_folder

OLD = {"a.py": "old", "sub/b.py": "b", "gone/gone.py": "gone"}
NEW = {"a.py": "new é", "sub/b.py": "b", "sub/deep/er/c.py": "c"}
OURS = OLD.keys() | NEW.keys()


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to work in, where folders can be exchanged if the system has such a place."""
    with in_memory() as folder:
        monkeypatch.chdir(folder)
        yield folder
        monkeypatch.undo()


@pytest.fixture
def folder(place: Path) -> Path:
    """A package folder that holds OLD and a file of a user."""
    fill(place / "pkg", {**OLD, "notes/mine.txt": "mine"})
    return place / "pkg"


@pytest.fixture(params=["exchange", "rename"])
def both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Try a test with an exchange, if the system has one, and without."""
    if request.param == "rename":
        monkeypatch.setattr(swap, "_renameat2", lambda: None)


def fill(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def let(old: Path) -> None:
    """Confirm whatever was found."""


def refuse(old: Path) -> NoReturn:
    raise KeyError(old.name)


def renew(folder: Path) -> None:
    replace(Swap(folder, NEW, OURS, let))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


# -------------------------------------------------------------------------------------------------------------- replace


@pytest.mark.usefixtures("both")
def test_a_folder_is_replaced_and_a_users_files_stay(folder: Path) -> None:
    before = os.listdir("/dev/fd")
    renew(folder)
    assert tree(folder) == {**NEW, "notes/mine.txt": "mine"}
    assert sorted(os.listdir(folder)) == ["a.py", "notes", "sub"]
    assert os.listdir(folder.parent) == ["pkg"]
    assert os.listdir("/dev/fd") == before


@pytest.mark.usefixtures("both")
def test_a_folder_that_is_not_there_is_made(place: Path) -> None:
    renew(place / "pkg")
    assert tree(place / "pkg") == NEW
    assert os.listdir(place) == ["pkg"]


@pytest.mark.usefixtures("both")
def test_with_no_files_a_users_own_stay_alone_or_the_folder_goes(folder: Path) -> None:
    replace(Swap(folder, {}, OURS, let))
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")) == ["notes", "notes/mine.txt"]
    replace(Swap(folder, {}, {"notes/mine.txt"}, let))
    assert os.listdir(folder.parent) == []


@pytest.mark.usefixtures("both")
def test_whoever_confirms_sees_the_old_tree_and_the_new_one_in_its_place(folder: Path) -> None:
    seen = list[dict[str, str]]()
    replace(Swap(folder, NEW, OURS, lambda old: seen.extend((tree(old), tree(folder)))))
    mine = {"notes/mine.txt": "mine"}
    assert seen == [{**OLD, **mine}, {**NEW, **mine}]


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("files", [NEW, {}], ids=["replaced", "removed"])
@pytest.mark.parametrize("mine", [{}, {"notes/mine.txt": "mine"}], ids=["ours", "and-mine"])
def test_whoever_refuses_gets_the_old_tree_back(place: Path, files: dict[str, str], mine: dict[str, str]) -> None:
    fill(place / "pkg", {**OLD, **mine})
    there = (place / "pkg").stat().st_ino
    with pytest.raises(KeyError):
        replace(Swap(place / "pkg", files, OURS, refuse))
    assert tree(place / "pkg") == {**OLD, **mine}
    assert (place / "pkg").stat().st_ino == there
    assert os.listdir(place) == ["pkg"]


@pytest.mark.usefixtures("both")
def test_where_there_was_no_tree_none_comes_back(place: Path) -> None:
    with pytest.raises(KeyError):
        replace(Swap(place / "pkg", NEW, OURS, refuse))
    assert tree(place / "pkg") == NEW
    assert os.listdir(place) == ["pkg"]


@pytest.mark.usefixtures("both")
def test_what_comes_into_the_old_tree_late_is_carried_over(folder: Path) -> None:
    def late(old: Path) -> None:
        fill(old, {"late.txt": "late", "notes/late/late.txt": "late"})

    replace(Swap(folder, NEW, OURS, late))
    assert tree(folder) == {**NEW, "notes/mine.txt": "mine", "late.txt": "late", "notes/late/late.txt": "late"}


# ---------------------------------------------------------------------------------------------------------------- carry


def test_what_is_carried_over_stays_as_it_is(folder: Path) -> None:
    """A file keeps its inode, a link where it points, a folder and a pipe that they are empty."""
    fill(folder, {"sub/mine.txt": "1", "notes/deep/er/mine.txt": "2"})
    (folder / "empty" / "er").mkdir(parents=True)
    (folder / "link").symlink_to("sub")
    (folder / "dangling").symlink_to("absent")
    os.mkfifo(folder / "notes" / "pipe")
    mine = ("sub/mine.txt", "notes/deep/er/mine.txt", "notes/mine.txt", "notes/pipe")
    there = {path: (folder / path).lstat().st_ino for path in mine}
    renew(folder)
    assert {path: (folder / path).lstat().st_ino for path in mine} == there
    assert tree(folder).keys() == {*NEW, *mine[:3]}
    assert list((folder / "empty").rglob("*")) == [folder / "empty" / "er"]
    assert (os.readlink(folder / "link"), os.readlink(folder / "dangling")) == ("sub", "absent")


def test_caches_and_folders_of_ours_that_are_empty_are_not_carried_over(folder: Path) -> None:
    fill(folder, {"__pycache__/a.pyc": "", "notes/__pycache__/mine.pyc": "", "cached/__pycache__/mine.pyc": ""})
    (folder / "gone" / "gone.py").unlink()
    renew(folder)
    assert sorted(os.listdir(folder)) == ["a.py", "notes", "sub"]
    assert os.listdir(folder / "notes") == ["mine.txt"]


def test_a_folder_or_link_of_a_user_where_ours_was_is_carried_over(folder: Path) -> None:
    (folder / "gone" / "gone.py").unlink()
    (folder / "gone" / "gone.py").mkdir()
    replace(Swap(folder, NEW, OURS, let))
    assert list((folder / "gone").iterdir()) == [folder / "gone" / "gone.py"]
    shutil.rmtree(folder / "gone")
    (folder / "gone").symlink_to("notes")
    replace(Swap(folder, NEW, OURS, let))
    assert os.readlink(folder / "gone") == "notes"


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: Path, target: Path) -> NoReturn:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", link)


def test_without_hard_links_a_file_is_copied_with_its_mode_and_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_links(monkeypatch)
    mine = folder / "notes" / "mine.txt"
    mine.chmod(0o640)
    os.utime(mine, ns=(10**18, 10**18))
    there = mine.stat()
    renew(folder)
    now = mine.stat()
    assert (now.st_mode, now.st_mtime_ns, mine.read_text()) == (there.st_mode, there.st_mtime_ns, "mine")
    assert now.st_ino != there.st_ino


@pytest.mark.usefixtures("both")
def test_without_hard_links_a_pipe_keeps_the_old_tree(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not read to the end, as a copy would be."""
    without_links(monkeypatch)
    os.mkfifo(folder / "pipe")
    with pytest.raises(OSError, match="no hard links here"):
        renew(folder)
    assert (folder / "a.py").read_text() == "old"
    assert os.listdir(folder.parent) == ["pkg"]


def test_a_file_that_turns_into_a_link_while_it_is_copied_is_not_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder.parent, {"secret": "secret"})

    def link(source: Path, target: Path) -> NoReturn:
        source.unlink()
        source.symlink_to(folder.parent / "secret")
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", link)
    renew(folder)
    assert os.readlink(folder / "notes" / "mine.txt") == str(folder.parent / "secret")


def test_folders_keep_their_modes_the_deepest_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may write into a folder no more cannot change the mode of what is in it, unless it is root."""
    fill(folder, {"notes/deep/mine.txt": "mine"})
    modes = {"notes/deep": 0o711, "notes": 0o500, "sub": 0o775, ".": 0o750}
    for path, wanted in modes.items():
        (folder / path).chmod(wanted)
    changed, chmod = list[str](), Path.chmod

    def noted(path: Path, to: int) -> None:
        changed.append(f"{path.name}:{to:o}")
        chmod(path, to)

    monkeypatch.setattr(Path, "chmod", noted)
    renew(folder)
    assert {path: mode(folder / path) for path in modes} == modes
    assert changed.index("deep:711") < changed.index("notes:500")


def test_products_may_be_read_by_all_whatever_the_umask(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        renew(folder)
    finally:
        os.umask(before)
    assert {mode(folder / path) for path in NEW} == {0o644}


# ---------------------------------------------------------------------------------------------------------- durability


def test_all_is_on_disk_before_it_is_swapped_in_and_the_names_after(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loss of power between any two steps leaves a whole tree; what was asked of the system tells."""
    sizes, fsync, exchange = dict[int, int](), os.fsync, swap._exchange_or_rename
    staged_sizes = list[Mapping[str, int]]()

    def noted(handle: int) -> None:
        there = os.fstat(handle)
        sizes[there.st_ino] = there.st_size if stat.S_ISREG(there.st_mode) else -1
        fsync(handle)

    def exchanged(staged: Path, target: Path) -> Path:
        paths = (staged, *staged.rglob("*"))
        found = {path.relative_to(staged).as_posix(): sizes.get(path.stat().st_ino, 0) for path in paths}
        staged_sizes.append(found)
        assert folder.parent.stat().st_ino not in sizes
        return exchange(staged, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(swap, "_exchange_or_rename", exchanged)
    renew(folder)
    folders = dict.fromkeys((".", "notes", "sub", "sub/deep", "sub/deep/er"), -1)
    assert staged_sizes == [
        {**folders, **{path: len(text.encode()) for path, text in NEW.items()}, "notes/mine.txt": 0}
    ]
    assert folder.parent.stat().st_ino in sizes


def test_syncing_a_folder_leaves_nothing_open_and_takes_nothing_else_for_one(folder: Path) -> None:
    before = os.listdir("/dev/fd")
    sync_folder(folder)
    assert os.listdir("/dev/fd") == before
    with pytest.raises(NotADirectoryError):
        sync_folder(folder / "a.py")


def test_windows_cannot_sync_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "sys", SimpleNamespace(platform="win32"))
    sync_folder(folder / "absent")


# ------------------------------------------------------------------------------------------------------------- exchange


def has_exchange() -> bool:
    return hasattr(ctypes.CDLL(None), "renameat2") and os.access("/dev/shm", os.W_OK)


needs_exchange = pytest.mark.skipif(not has_exchange(), reason="this system cannot exchange two folders")


@pytest.mark.parametrize(("refused", "pauses"), [(0, []), (2, [0.01, 0.03]), (5, [0.01, 0.03, 0.1, 0.3, 1.0])])
def test_windows_renames_what_is_open_a_little_later(
    refused: int, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    naps = slept_on(monkeypatch, "win32")
    turns = [PermissionError() for _ in range(refused)]
    swap.patiently(lambda: _raise(turns.pop()) if turns else None)
    assert (naps, turns) == (pauses, [])


@pytest.mark.parametrize(("platform", "naps"), [("win32", 5), ("linux", 0)])
def test_what_cannot_be_renamed_is_not_tried_for_ever(
    platform: str, naps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept, tried = slept_on(monkeypatch, platform), list[int]()

    def rename() -> None:
        tried.append(1)
        raise PermissionError("open")

    with pytest.raises(PermissionError, match="open"):
        swap.patiently(rename)
    assert (len(slept), len(tried)) == (naps, naps + 1)


def slept_on(monkeypatch: pytest.MonkeyPatch, platform: str) -> list[float]:
    """Put another platform in; what is slept is noted."""
    naps = list[float]()
    monkeypatch.setattr(swap, "sys", SimpleNamespace(platform=platform))
    monkeypatch.setattr(swap, "time", SimpleNamespace(sleep=naps.append))
    return naps


def _raise(fault: BaseException) -> NoReturn:
    raise fault


@needs_exchange
def test_two_folders_are_exchanged_in_one_step(place: Path) -> None:
    fill(place, {"one/1": "1", "other/2": "2"})
    assert swap._exchange(Path("one"), Path("other")) is True
    assert tree(place) == {"one/2": "2", "other/1": "1"}


@needs_exchange
def test_an_exchange_that_fails_says_why_and_where(place: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        swap._exchange(place / "one", place / "other")
    assert (raised.value.errno, raised.value.strerror) == (errno.ENOENT, "No such file or directory")
    assert raised.value.filename == str(place / "other")


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM])
def test_where_the_system_has_no_exchange_the_folder_is_renamed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def renameat2(*arguments: object) -> int:
        ctypes.set_errno(code)
        return -1

    monkeypatch.setattr(swap, "_renameat2", lambda: renameat2)
    assert not swap._exchange(folder, folder)
    renew(folder)
    assert tree(folder) == {**NEW, "notes/mine.txt": "mine"}
    assert os.listdir(folder.parent) == ["pkg"]


def test_an_exchange_is_asked_of_linux_alone_and_only_if_its_library_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace())
    assert swap._renameat2() is None
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace(renameat2=SimpleNamespace()))
    monkeypatch.setattr(swap, "sys", SimpleNamespace(platform="darwin"))
    assert swap._renameat2() is None


# ------------------------------------------------------------------------------------------------------------ leftovers

FRESH = ".pkg.speccast-0123456789abcdef"
STRANGE = (".pkg.speccast-0123", ".pkg.speccast-older", ".pkgXspeccast-old", "pkg.speccast-old", f"{FRESH}0")


def test_only_what_a_run_makes_is_left_over(place: Path) -> None:
    ours = (FRESH, ".pkg.speccast-lock", ".pkg.speccast-old")
    for name in (*ours, *STRANGE):
        (place / name).mkdir()
    assert leftovers(place, "pkg") == tuple(place / name for name in ours)
    clean_leftovers(place, "pkg")
    assert sorted(os.listdir(place)) == sorted((*STRANGE, "pkg"))


def test_where_nothing_can_be_nothing_is_left_over(folder: Path) -> None:
    assert leftovers(folder / "absent", "pkg") == ()
    assert leftovers(folder / "a.py", "pkg") == ()


@pytest.mark.parametrize("there", [False, True])
def test_a_tree_that_was_set_aside_comes_back_if_there_is_none(place: Path, there: bool) -> None:
    fill(place, {".pkg.speccast-old/a.py": "old", f"{FRESH}/a.py": "half"})
    if there:
        fill(place, {"pkg/a.py": "new"})
    clean_leftovers(place, "pkg")
    assert tree(place) == {"pkg/a.py": "new" if there else "old"}
    assert os.listdir(place) == ["pkg"]


def test_a_link_or_file_that_has_the_name_of_a_leftover_stays(folder: Path) -> None:
    (folder.parent / ".pkg.speccast-old").symlink_to("pkg")
    (folder.parent / FRESH).write_text("mine")
    clean_leftovers(folder.parent, "pkg")
    assert sorted(os.listdir(folder.parent)) == [FRESH, ".pkg.speccast-old", "pkg"]
    assert tree(folder) == {**OLD, "notes/mine.txt": "mine"}


def test_folders_may_be_written_before_they_are_deleted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is not root deletes nothing from a folder that is read-only."""
    seen, rmtree = set[int](), shutil.rmtree

    def noted(path: Path, *, ignore_errors: bool) -> None:
        seen.update(mode(Path(step)) for step, _, _ in os.walk(path))
        rmtree(path, ignore_errors=ignore_errors)

    (folder / "notes").chmod(0o500)
    monkeypatch.setattr(shutil, "rmtree", noted)
    renew(folder)
    assert seen == {0o700}
    assert os.listdir(folder.parent) == ["pkg"]


def test_what_cannot_be_deleted_now_is_deleted_by_the_next_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EBUSY, "busy")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rmdir", busy)
        renew(folder)
    assert tree(folder) == {**NEW, "notes/mine.txt": "mine"}
    assert len(leftovers(folder.parent, "pkg")) == 1
    clean_leftovers(folder.parent, "pkg")
    assert os.listdir(folder.parent) == ["pkg"]
