"""`codegen.files.output`: what is refused, in which words, and that nothing was touched for it.

What is refused before anything is written is looked at again under the lock, and once more after the swap; that the
first look is enough where nobody is in the way is seen in that not even a time has changed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from test_output import NEW, OLD, folder, products, stamps, tree, write_refusal
from test_output_remove import KEEP, remove_refusal

from codegen.diagnostics import Diagnostics
from codegen.files import output
from codegen.files.lock import locked
from codegen.files.manifest import MANIFEST
from codegen.files.output import compare, edited, remove, write

__all__ = ["folder"]  # a fixture

DISCARD = "move the change into the spec or a template, or run again with --force to discard it"
LINK = "a symbolic link stands where the package folder belongs; remove it [symlink]"


def failing(fault: OSError) -> Callable[..., NoReturn]:
    def fail(*_: object, **__: object) -> NoReturn:
        raise fault

    return fail


# ------------------------------------------------------------------------------------------------------------- touched


def test_an_edit_is_refused_before_anything_is_swapped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "replace", failing(OSError("swapped")))
    (folder / "a.py").write_text("mine")
    assert write_refusal(folder) == f"out/pkg/a.py: error: edited by hand; {DISCARD} [edited]"
    assert remove_refusal(folder) == f"out/pkg/a.py: error: edited by hand; {KEEP} [edited]"
    assert write_refusal(folder, force=True) == "out/pkg: error: cannot be written: swapped [write]"
    with pytest.raises(Diagnostics, match="edited by hand"):
        write(folder, NEW)
    with pytest.raises(Diagnostics, match="edited by hand"):
        remove(folder)


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("pkg"), Path.touch], ids=["link", "file"])
def test_what_is_no_folder_is_refused_without_as_much_as_a_lock(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder.parent / "other")
    before = stamps(folder.parent)
    for said in (write_refusal(folder.parent / "other"), remove_refusal(folder.parent / "other")):
        assert said.startswith("out/other: error: a ")
        assert said.endswith(("; remove it [symlink]", "; remove it [not-a-folder]"))
    assert stamps(folder.parent) == before


def test_a_package_in_a_read_only_folder_stays_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the system, as root may write whatever the mode says."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "sub")
    said = "out/pkg/sub: error: cannot be written: this folder is read-only [write]"
    assert write_refusal(folder, force=True) == said
    assert write_refusal(folder, products(a="old\n")) == said
    assert tree(folder) == OLD


# ---------------------------------------------------------------------------------------------------------- meanwhile


@pytest.mark.parametrize("refusal", [write_refusal, remove_refusal])
def test_what_turns_into_a_link_while_a_run_waits_is_refused_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, refusal: Callable[[Path], str]
) -> None:
    @contextmanager
    def waited(target: Path) -> Generator[None]:
        folder.rename(folder.with_name("moved"))
        folder.symlink_to("moved")
        with locked(target):
            yield

    monkeypatch.setattr(output, "locked", waited)
    assert refusal(folder) == f"out/pkg: error: {LINK}"
    assert tree(folder.parent / "moved") == OLD


def test_what_a_killed_run_left_goes_though_there_is_nothing_to_write(folder: Path) -> None:
    left = folder.with_name(".pkg.speccast-0123456789abcdef")
    left.mkdir()
    assert write(folder, OLD) == ()
    assert os.listdir(folder.parent) == ["pkg"]
    assert tree(folder) == OLD


def test_a_tree_that_a_killed_run_set_aside_is_written_to_or_removed(folder: Path) -> None:
    aside = folder.with_name(".pkg.speccast-old")
    folder.rename(aside)
    assert write(folder, OLD) == ()
    assert tree(folder) == OLD
    folder.rename(aside)
    assert remove(folder) == (MANIFEST, "a.py", "gone.py", "sub/b.py")
    assert os.listdir(folder.parent) == []


def test_folders_above_are_made(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "c" / "pkg", OLD)
    assert tree(tmp_path / "a" / "b" / "c" / "pkg") == OLD


# -------------------------------------------------------------------------------------------------------------- system


def test_what_the_system_refuses_is_told_of_the_package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "locked", failing(OSError(errno.ENOSPC, "No space left on device", "elsewhere")))
    said = "out/pkg: error: cannot be written: no space left on device [write]"
    assert write_refusal(folder) == said
    assert remove_refusal(folder) == said
    assert tree(folder) == OLD


def test_what_cannot_be_read_is_neither_compared_nor_taken_for_edited(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(output, "standing", failing(PermissionError(errno.EACCES, "Permission denied", "out/pkg/a.py")))
        with pytest.raises(Diagnostics) as compared:
            compare(folder, OLD)
        with pytest.raises(Diagnostics) as looked_at:
            edited(folder)
    assert compared.value.text() == "out/pkg: error: cannot be read: permission denied [unreadable]"
    assert looked_at.value.text() == "out/pkg/a.py: error: cannot be read: permission denied [unreadable]"


def test_nothing_is_compared_below_a_file(folder: Path) -> None:
    with pytest.raises(Diagnostics) as raised:
        compare(folder / "a.py" / "pkg", OLD)
    said = "out/pkg/a.py: error: a file stands where a folder belongs; remove it [not-a-folder]"
    assert raised.value.text() == said


# ------------------------------------------------------------------------------------------------------------ products


def test_everything_that_is_wrong_with_products_is_said_at_once(folder: Path) -> None:
    wrong = {"a.py": "", "A.py": "", "a.py/x": "", "../b.py": "", "c.py": "1\r\n", "d.py": "\r"}
    with pytest.raises(ValueError) as raised:
        write(folder, wrong, merged={"d.py": ""})
    assert str(raised.value) == (
        "products that cannot be written: '../b.py' has \"..\"; 'a.py' is a file and a folder; "
        "'c.py' has a raw CR; MANIFEST.json is missing; two paths differ in case only"
    )
    assert tree(folder) == OLD


def test_a_folder_of_a_user_where_a_product_was_is_none_of_ours(folder: Path) -> None:
    (folder / "gone.py").unlink()
    (folder / "gone.py").mkdir()
    (folder / "gone.py" / "mine.txt").write_text("mine")
    assert write(folder, NEW) == (MANIFEST, "a.py", "sub/c.py")
    assert tree(folder) == {**NEW, "gone.py/mine.txt": "mine"}
