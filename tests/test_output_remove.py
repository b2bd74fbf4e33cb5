"""`codegen.files.output.remove` and `edited`: what is ours goes, what is a user's stays."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from test_output import NEW, OLD, REMEDY, folder, run_child, sealed, tree

from codegen.diagnostics import Diagnostics
from codegen.files import swap
from codegen.files.manifest import MANIFEST, digest
from codegen.files.output import edited, remove, write

__all__ = ["folder"]  # a fixture

KEEP = "copy it elsewhere to keep it, or run again with --force to discard it"


def remove_refusal(folder: Path, *, force: bool = False) -> str:
    with pytest.raises(Diagnostics) as raised:
        remove(folder, force=force)
    return raised.value.text()


# ------------------------------------------------------------------------------------------------------------ edited


def test_edited_gives_the_digest_of_each_file_that_is_not_as_it_was_written(folder: Path) -> None:
    assert edited(folder) == {}
    (folder / "a.py").write_text("mine\n")
    (folder / "gone.py").unlink()
    (folder / "new.py").write_text("mine")
    assert edited(folder) == {"a.py": digest("mine\n")}


def test_edited_takes_windows_line_ends_and_what_is_no_file_for_no_edit(folder: Path) -> None:
    (folder / "a.py").write_bytes(OLD["a.py"].replace("\n", "\r\n").encode())
    (folder / "gone.py").unlink()
    os.mkfifo(folder / "gone.py")
    (folder / "sub").rename(folder / "elsewhere")
    (folder / "sub").symlink_to("elsewhere")
    (folder / "elsewhere" / "b.py").write_text("behind a link")
    assert edited(folder) == {}


def test_edited_of_what_is_no_package_is_empty_and_of_a_tampered_one_a_refusal(folder: Path) -> None:
    assert edited(folder.parent) == edited(folder / "absent") == {}
    (folder / MANIFEST).write_text(sealed(files={"../x": digest("")}))
    with pytest.raises(Diagnostics, match=r'"\.\./x" is no path of a product'):
        edited(folder)


# ------------------------------------------------------------------------------------------------------------ remove


def test_remove_deletes_what_was_generated_and_the_folder_when_nothing_else_is_in_it(folder: Path) -> None:
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.pyc").write_text("")
    assert remove(folder) == (MANIFEST, "a.py", "gone.py", "sub/b.py")
    assert os.listdir(folder.parent) == []


def test_remove_leaves_a_users_files_and_their_folders(folder: Path) -> None:
    (folder / "sub" / "mine.py").write_text("mine")
    (folder / "empty").mkdir()
    (folder / "private").mkdir(mode=0o700)
    (folder / "private" / "mine.txt").write_text("mine")
    (folder / "link").symlink_to("a.py")
    inode = (folder / "sub" / "mine.py").stat().st_ino
    remove(folder)
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")) == [
        "empty", "link", "private", "private/mine.txt", "sub", "sub/mine.py",
    ]  # fmt: skip
    assert (folder / "sub" / "mine.py").stat().st_ino == inode
    assert (folder / "private").stat().st_mode & 0o777 == 0o700
    assert os.listdir(folder.parent) == ["pkg"]


def test_remove_takes_a_folder_whose_products_were_deleted_by_hand(folder: Path) -> None:
    (folder / "sub" / "b.py").unlink()
    assert remove(folder) == (MANIFEST, "a.py", "gone.py")
    assert os.listdir(folder.parent) == []


def test_remove_refuses_a_file_edited_by_hand_unless_forced(folder: Path) -> None:
    (folder / "a.py").write_text("mine")
    (folder / "sub" / "b.py").write_text("mine")
    before = tree(folder)
    assert remove_refusal(folder) == (
        f"out/pkg/a.py: error: edited by hand; {KEEP} [edited]\n"
        f"out/pkg/sub/b.py: error: edited by hand; {KEEP} [edited]"
    )
    assert tree(folder) == before
    assert remove(folder, force=True) == (MANIFEST, "a.py", "gone.py", "sub/b.py")
    assert os.listdir(folder.parent) == []


@pytest.mark.parametrize("force", [False, True])
def test_remove_leaves_links_and_pipes_where_products_were(folder: Path, force: bool) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "b.py").write_text(OLD["sub/b.py"])
    (folder / "sub" / "b.py").unlink()
    (folder / "sub").rmdir()
    (folder / "sub").symlink_to(outside)
    (folder / "a.py").unlink()
    (folder / "a.py").symlink_to(outside / "b.py")
    (folder / "gone.py").unlink()
    os.mkfifo(folder / "gone.py")
    assert remove(folder, force=force) == (MANIFEST,)
    assert sorted(os.listdir(folder)) == ["a.py", "gone.py", "sub"]
    assert tree(outside) == {"b.py": OLD["sub/b.py"]}


@pytest.mark.parametrize("name", ["out", "out/absent", "out/absent/absent", "out/empty"])
def test_remove_refuses_what_is_no_generated_package(folder: Path, name: str) -> None:
    (folder.parent / "empty").mkdir()
    assert remove_refusal(Path(name)) == (
        f"{name}: error: this is no generated package: it has no MANIFEST.json; nothing was removed [no-package]"
    )
    assert tree(folder) == OLD


@pytest.mark.parametrize("force", [False, True])
def test_remove_believes_no_manifest_that_was_changed(folder: Path, force: bool) -> None:
    (folder / MANIFEST).write_text(OLD[MANIFEST].replace("1.0.0", "1.0.1"))
    before = tree(folder)
    assert remove_refusal(folder, force=force) == (
        f"out/pkg/MANIFEST.json:1:1: error: the manifest was changed by hand; {REMEDY} [manifest]"
    )
    assert tree(folder) == before


def test_remove_leaves_a_package_that_is_read_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the system, as root may write whatever the mode says."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "sub")
    assert remove_refusal(folder, force=True) == (
        "out/pkg/sub: error: cannot be written: this folder is read-only [write]"
    )
    assert tree(folder) == OLD


def test_remove_refuses_a_link_to_a_package(folder: Path) -> None:
    (folder.parent / "link").symlink_to("pkg")
    assert remove_refusal(folder.parent / "link") == (
        "out/link: error: a symbolic link stands where the package folder belongs; remove it [symlink]"
    )
    assert tree(folder) == OLD


def test_a_file_made_while_all_is_removed_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    away = swap._away

    def away_late(target: Path) -> Path:
        (target / "sub" / "late.txt").write_text("late")
        return away(target)

    monkeypatch.setattr(swap, "_away", away_late)
    remove(folder)
    assert tree(folder) == {"sub/late.txt": "late"}
    assert os.listdir(folder.parent) == ["pkg"]


@pytest.mark.parametrize("mine", [{}, {"mine.txt": "mine"}])
@pytest.mark.parametrize("exchange", [True, False])
def test_a_file_edited_while_it_is_removed_brings_the_tree_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mine: dict[str, str], exchange: bool
) -> None:
    edit_late(folder, monkeypatch)
    if not exchange:
        monkeypatch.setattr(swap, "_renameat2", lambda: None)
    for path, text in mine.items():
        (folder / path).write_text(text)
    assert remove_refusal(folder) == f"out/pkg/a.py: error: edited by hand; {KEEP} [edited]"
    assert tree(folder) == {**OLD, **mine, "a.py": "late edit"}
    assert os.listdir(folder.parent) == ["pkg"]


def edit_late(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edit a product after it was looked at and before the folder is swapped."""
    sync = swap._sync_folders

    def sync_and_edit(staged: Path) -> None:
        (folder / "a.py").write_text("late edit")
        sync(staged)

    monkeypatch.setattr(swap, "_sync_folders", sync_and_edit)


@pytest.mark.parametrize("exchange", [True, False])
def test_a_file_edited_while_it_is_replaced_brings_the_tree_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    edit_late(folder, monkeypatch)
    if not exchange:
        monkeypatch.setattr(swap, "_renameat2", lambda: None)
    with pytest.raises(Diagnostics, match=r"^out/pkg/a\.py: error: edited by hand; .* \[edited\]$"):
        write(folder, NEW)
    assert tree(folder) == {**OLD, "a.py": "late edit"}
    assert os.listdir(folder.parent) == ["pkg"]


REMOVE_OR_WRITE = """
import json, sys
from pathlib import Path
from codegen.diagnostics import Diagnostics
from codegen.files.output import remove, write

folder, products = Path(sys.argv[1]), json.loads(sys.argv[2])
for _ in range(15):
    if products:
        write(folder, products)
        continue
    try:
        remove(folder)
    except Diagnostics as fault:
        assert fault.found[0].rule == "no-package", fault.text()
"""


def test_removing_and_writing_at_once_leaves_a_whole_package_or_none(tmp_path: Path) -> None:
    runs = [run_child(REMOVE_OR_WRITE, str(tmp_path / "pkg"), products) for products in (json.dumps(OLD), "{}") * 2]
    faults = [child.communicate(timeout=120)[1] for child in runs]
    assert faults == [""] * 4
    assert not (tmp_path / "pkg").exists() or tree(tmp_path / "pkg") == OLD
    assert os.listdir(tmp_path) in ([], ["pkg"])
