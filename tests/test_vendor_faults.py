"""`vendor` where something is lost, locked up or in the way: what is said helps, and nothing is lost besides."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from commands import Done, speccast
from vendor_hosts import DEST, NEW, OLD, lock_of, make_host, rendering_once, replace_in, tree

from codegen.cli.main import speccast as command

CLIENT = f"{DEST}/client.py"
MANIFEST = f"{DEST}/MANIFEST.json"


@pytest.fixture(scope="module", autouse=True)
def _once() -> Iterator[None]:
    with rendering_once():
        yield


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_host(tmp_path_factory.mktemp("faults") / "shop")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert speccast("vendor", "add", OLD, DEST).code == 0
    return folder


@pytest.fixture
def vendored(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one package; the current folder."""
    shutil.copytree(original, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path / "shop"


def vendor(*arguments: str) -> Done:
    return speccast("vendor", *arguments)


# ------------------------------------------------------------------------------------------------------------- remove


def test_a_package_without_its_manifest_is_not_taken_for_removed(vendored: Path) -> None:
    Path(MANIFEST).unlink()
    before = tree(vendored)
    what = "not there, so nobody can tell which files were generated"
    remedy = f"remove the folder by hand and run again: speccast vendor remove {DEST}"
    said = f"{what}; restore it from version control, or {remedy}; --force removes the record alone [manifest]"
    assert vendor("remove", DEST) == Done(2, "", f"{MANIFEST}: error: {said}\n")
    assert tree(vendored) == before
    assert vendor("remove", DEST, "--force") == Done(
        0,
        f"removed: {DEST} ({OLD}, 0 files)\n"
        f"{DEST}: still there, with all its files: nobody could tell which of them were generated\n",
        "",
    )
    assert tree(vendored).keys() == {path for path in before if not path.startswith((".speccast", "speccast.lock"))}


def test_a_package_whose_manifest_was_edited_is_removed_as_the_refusal_says(vendored: Path) -> None:
    replace_in(Path(MANIFEST), {'"release"': '"releases"'})
    what = "changed by hand, or half a merge, so it does not tell which files were generated"
    remedy = f"remove the folder by hand and run again: speccast vendor remove {DEST}"
    said = f"{what}; restore it from version control, or {remedy}; --force removes the record alone [manifest]"
    assert vendor("remove", DEST) == Done(2, "", f"{MANIFEST}: error: {said}\n")
    shutil.rmtree(DEST)
    assert vendor("remove", DEST) == Done(0, f"removed: {DEST} ({OLD}, 0 files)\n", "")


def test_what_a_killed_removal_left_of_ones_own_is_no_package(vendored: Path) -> None:
    shutil.rmtree(DEST)
    Path(DEST).mkdir()
    Path(DEST, "mine.txt").write_text("mine")
    assert vendor("remove", DEST) == Done(
        0, f"removed: {DEST} ({OLD}, 0 files)\n{DEST}: still there, with files of your own\n", ""
    )


def test_a_link_elsewhere_keeps_no_other_package_from_being_removed(vendored: Path, tmp_path: Path) -> None:
    assert vendor("add", NEW, "src/second").code == 0
    Path("src/second").rename(tmp_path / "outside")
    Path("src/second").symlink_to(tmp_path / "outside")
    assert vendor("remove", DEST).code == 0
    assert list(lock_of(vendored)) == ["src/second"]


# ------------------------------------------------------------------------------------------------------------- update


def test_a_reader_that_goes_away_keeps_no_update_from_being_made(vendored: Path) -> None:
    """The whole program, with a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [sys.executable, "-m", "codegen", "vendor", "update", "--to", NEW]
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(arguments, stdout=writer, stderr=subprocess.PIPE, text=True, env=environment)
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, "")
    assert lock_of(vendored)[DEST]["spec"] == NEW
    assert vendor("check").code == 0


def test_a_command_to_run_is_quoted_for_the_shell(vendored: Path) -> None:
    assert vendor("add", OLD, "src/a b/notes").out.splitlines()[-1] == (
        "commit: 'src/a b/notes' speccast.lock .speccast"
    )
    Path("src/a b/notes/client.py").unlink()
    said = "src/a b/notes/client.py: missing: not there; run: speccast vendor update 'src/a b/notes'\n"
    assert vendor("check", "src/a b/notes").out == said


@pytest.mark.parametrize(
    ("function", "broken", "said"),
    [
        ("os.listdir", ".speccast/vendor", ".speccast/vendor: error: cannot be read: permission denied [unreadable]\n"),
        ("os.lstat", MANIFEST, f"{MANIFEST}: error: cannot be read: permission denied [unreadable]\n"),
        ("os.unlink", "speccast.lock", "speccast.lock: error: cannot be written: permission denied [write]\n"),
        ("os.replace", "speccast.lock", "speccast.lock: error: cannot be written: permission denied [write]\n"),
        ("os.mkdir", ".speccast/vendor", ".speccast/vendor: error: cannot be written: permission denied [write]\n"),
    ],
)
def test_what_the_system_refuses_is_named(
    vendored: Path, monkeypatch: pytest.MonkeyPatch, function: str, broken: str, said: str
) -> None:
    _refuse_one(monkeypatch, function, vendored / broken)
    if function == "os.mkdir":
        shutil.rmtree(".speccast")
    done = vendor("remove", DEST) if function == "os.unlink" else vendor("update", "--to", NEW)
    assert (done.code, done.err) == (2, said)


def _refuse_one(monkeypatch: pytest.MonkeyPatch, function: str, broken: Path) -> None:
    """Let a call of the system fail for one path, whether it comes first or last."""
    real = getattr(os, function.partition(".")[2])

    def refusing(*arguments: object, **options: object) -> object:
        if any(str(one) == str(broken) for one in arguments):
            raise PermissionError(errno.EACCES, "Permission denied", str(broken))
        return real(*arguments, **options)

    monkeypatch.setattr(function, refusing)


# -------------------------------------------------------------------------------------------------------------- check


@pytest.mark.parametrize("place", [MANIFEST, ".speccast/vendor"])
def test_a_check_says_what_it_cannot_read(vendored: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    _refuse_one(monkeypatch, "os.lstat", vendored / place)
    for arguments in ((), ("--diff",)):
        done = vendor("check", *arguments)
        assert done == Done(2, "", f"{place}: error: cannot be read: permission denied [unreadable]\n")


def test_json_has_the_differences_that_were_asked_for(vendored: Path) -> None:
    replace_in(Path(CLIENT), {"import annotations": "import annotations  # mine"})
    (entry,) = json.loads(vendor("check", "--format", "json").out)["diagnostics"]
    (shown,) = json.loads(vendor("check", "--format", "json", "--diff").out)["diagnostics"]
    assert {key: value for key, value in shown.items() if key != "diff"} == entry
    assert shown["diff"].startswith(f"--- {CLIENT} (generated)\n+++ {CLIENT}\n@@ ")


def test_a_difference_that_cannot_be_shown_has_a_reason(vendored: Path) -> None:
    replace_in(Path(CLIENT), {"import annotations": "import annotations  # mine"})
    shutil.rmtree(".speccast")
    edited, lost = vendor("check", "--diff").out.splitlines()
    assert edited.startswith(f"{CLIENT}: edited: ")
    assert ": archive: what was generated is not kept beside the lock file, so hand edits can be neither shown" in lost


# ---------------------------------------------------------------------------------------------------- what is meant


@pytest.mark.parametrize("spec", ["all", "specs", "./specs"])
def test_what_may_come_to_mean_several_services_is_refused(vendored: Path, spec: str) -> None:
    what = "a whole folder of services, and a package is of one; name it: specs/notes/2025-06-01"
    said = f'speccast: error: "{spec}" is {what} [several-specs]\n'
    assert vendor("add", spec, "src/other") == Done(2, "", said)
    assert vendor("update", "--to", spec) == Done(2, "", said)


@pytest.mark.parametrize("spec", ["notes", NEW, "specs/notes", "specs/notes/2025-06-01", "specs/notes/../notes/"])
def test_what_means_one_service_for_good_is_taken(vendored: Path, spec: str) -> None:
    assert vendor("update", "--to", spec).code == 0
    assert vendor("check").code == 0


def test_a_release_that_is_a_link_is_one_all_the_same(vendored: Path) -> None:
    shutil.move("specs/notes/2025-06-01", "store")
    Path("specs/notes/2025-06-01").symlink_to(Path("store").resolve())
    for spec in ("specs/notes", "specs/notes/2025-06-01", "notes"):
        assert vendor("update", "--to", spec).code == 0


def test_a_folder_of_services_in_git_is_refused_too(vendored: Path) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "one")):
        subprocess.run(("git", *identity, *arguments), check=True)
    done = vendor("add", "HEAD:specs", "other")
    assert (done.code, done.err.count("is a whole folder of services")) == (2, 1)
    for number, spec in enumerate(("HEAD:specs/notes", "HEAD:./specs/notes/2025-01-01", f"HEAD:{OLD}")):
        assert vendor("add", spec, f"more/notes{number}").code == 0


def test_completion_offers_specs_and_what_is_vendored(vendored: Path) -> None:
    completion = ShellComplete(command, {}, "speccast", "_SPECCAST_COMPLETE")

    def offered(*arguments: str, begun: str = "") -> list[str]:
        return [str(item.value) for item in completion.get_completions([*arguments], begun)]

    specs = offered("vendor", "add")
    assert specs == offered("vendor", "update", "--to")
    assert {"notes", OLD, NEW} <= set(specs) and "all" not in specs
    for name in ("update", "remove", "check"):
        assert offered("vendor", name) == [DEST]
    assert offered("vendor", "check", begun="other") == []
    Path("speccast.lock").write_text("half a lo")
    assert offered("vendor", "check") == []


def test_a_folder_with_a_manifest_that_says_nothing_is_taken(vendored: Path) -> None:
    Path("full").mkdir()
    Path("full/MANIFEST.json").write_text("{}")
    message = "something stands here already; name a folder that is not there yet [taken]"
    assert vendor("add", OLD, "full") == Done(2, "", f"full: error: {message}\n")
