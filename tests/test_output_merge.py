"""`codegen.files`: line ends that git changed are no edit, and edits that were merged are no loss."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_output import NEW, OLD, folder, manifest, stamps, tree, write_refusal

from codegen.diagnostics import Diagnostics
from codegen.files.manifest import (
    MANIFEST,
    digest,
    manifest_digest,
    read_manifest,
    write_manifest,
)
from codegen.files.output import Change, State, compare, edited, write

__all__ = ["folder"]  # a fixture


def check_out_with_crlf(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


# --------------------------------------------------------------------------------------------------------- line ends


def test_the_digest_of_a_manifest_is_what_it_says_of_itself_however_it_is_laid_out(folder: Path) -> None:
    one = manifest({"a.py": "1"})
    assert write_manifest(one).endswith(f'"self": "{manifest_digest(one)}"\n}}\n')
    assert manifest_digest(one) != manifest_digest(manifest({"a.py": "2"}))
    check_out_with_crlf(folder)
    found = read_manifest(folder)
    assert found and manifest_digest(found) in OLD[MANIFEST]


def test_a_checkout_with_crlf_is_unchanged_and_nothing_is_written(folder: Path) -> None:
    check_out_with_crlf(folder)
    before = stamps(folder)
    assert compare(folder, OLD) == ()
    assert write(folder, OLD) == ()
    assert edited(folder) == {}
    assert stamps(folder) == before
    assert b"\r\n" in (folder / MANIFEST).read_bytes()


def test_a_change_writes_every_file_with_line_feeds(folder: Path) -> None:
    check_out_with_crlf(folder)
    assert write(folder, NEW) == (MANIFEST, "a.py", "gone.py", "sub/c.py")
    assert tree(folder) == NEW


def test_an_edit_of_a_checkout_with_crlf_is_still_one(folder: Path) -> None:
    check_out_with_crlf(folder)
    (folder / "a.py").write_bytes(b"old\r\nmine\r\n")
    assert compare(folder, OLD) == (Change("a.py", State.EDITED),)
    (folder / "a.py").write_bytes(b"old\r")
    assert compare(folder, OLD) == (Change("a.py", State.EDITED),)


@pytest.mark.parametrize("text", ["a\r\n", "a\rb", "\r"])
def test_a_product_with_a_raw_cr_is_a_bug(folder: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"'b\.py' has a raw CR"):
        write(folder, {**NEW, "b.py": text})
    assert tree(folder) == OLD


# ------------------------------------------------------------------------------------------------------------ merged

MERGED = {**NEW, "a.py": "new é\nmine\n"}
SEEN = {"a.py": digest("old\nmine\n")}


def test_an_edit_that_was_merged_is_replaced_without_force(folder: Path) -> None:
    (folder / "a.py").write_text("old\nmine\n")
    assert write(folder, MERGED, merged=SEEN) == (MANIFEST, "a.py", "gone.py", "sub/c.py")
    assert tree(folder) == MERGED
    assert edited(folder) == {"a.py": digest(MERGED["a.py"])}
    assert compare(folder, NEW) == (Change("a.py", State.EDITED),)
    assert write(folder, MERGED, merged=SEEN) == ()


def test_an_edit_that_was_merged_may_have_come_with_crlf(folder: Path) -> None:
    (folder / "a.py").write_bytes(b"old\r\nmine\r\n")
    write(folder, {**NEW, "a.py": "new é\r\nmine\r\n"}, merged=SEEN)
    assert tree(folder) == MERGED


@pytest.mark.parametrize("now", ["old\nmine\nmore\n", "old\n"])
def test_what_changed_since_it_was_merged_is_refused(folder: Path, now: str) -> None:
    (folder / "a.py").write_text(now)
    assert write_refusal(folder, MERGED, merged=SEEN).startswith("out/pkg/a.py: error: edited by hand; ")
    assert tree(folder) == {**OLD, "a.py": now}
    write(folder, MERGED, merged=SEEN, force=True)
    assert tree(folder) == MERGED


def test_what_was_deleted_since_it_was_merged_is_written(folder: Path) -> None:
    (folder / "a.py").unlink()
    write(folder, MERGED, merged=SEEN)
    assert tree(folder) == MERGED


def test_merging_one_file_discards_no_edit_of_another(folder: Path) -> None:
    (folder / "a.py").write_text("old\nmine\n")
    (folder / "gone.py").write_text("mine")
    seen = {**SEEN, "gone.py": digest("mine")}
    with pytest.raises(Diagnostics, match=r"^out/pkg/gone\.py: error: edited by hand; .*$"):
        write(folder, MERGED, merged=seen)
    assert tree(folder) == {**OLD, "a.py": "old\nmine\n", "gone.py": "mine"}
