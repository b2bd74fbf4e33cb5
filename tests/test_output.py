"""`codegen.files`: the folder holds the old tree or the new one, whatever happens, and a user's files stay."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from codegen.diagnostics import Diagnostics
from codegen.files import lock, swap
from codegen.files.manifest import MANIFEST, Manifest, digest, read_manifest, write_manifest
from codegen.files.output import Change, State, compare, write

ROOT = Path(__file__).parent.parent
REMEDY = "restore it from version control, or run generate with --force to write it anew"


def manifest(files: Mapping[str, str]) -> Manifest:
    return Manifest(
        generator="speccast 1.0.0",
        spec="selling@2024-12-05",
        spec_digest=digest("spec"),
        release="2024-12-05",
        operations=None,
        requirements=("pydantic>=2",),
        files={path: digest(text) for path, text in files.items()},
    )


def products(**texts: str) -> dict[str, str]:
    """`products(a="1", sub__b="2")` gives `a.py`, `sub/b.py` and their manifest."""
    files = {name.replace("__", "/") + ".py": text for name, text in texts.items()}
    return {**files, MANIFEST: write_manifest(manifest(files))}


OLD = products(a="old\n", sub__b="b\n", gone="gone\n")
NEW = products(a="new é\n", sub__b="b\n", sub__c="c\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder that holds OLD, shown as `out/pkg`."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "out" / "pkg", OLD)
    return tmp_path / "out" / "pkg"


def tree(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in files}


def stamps(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in (folder.parent, folder, *folder.rglob("*"))}


def write_refusal(
    folder: Path, files: Mapping[str, str] = NEW, *, force: bool = False, merged: Mapping[str, str] = {}
) -> str:
    with pytest.raises(Diagnostics) as raised:
        write(folder, files, force=force, merged=merged)
    return raised.value.text()


# ---------------------------------------------------------------------------------------------------------- manifest


def test_a_manifest_reads_back_as_it_was_written(folder: Path) -> None:
    one = manifest({"b.py": "1", "a.py": "2"})
    (folder / MANIFEST).write_text(write_manifest(one))
    assert read_manifest(folder) == one
    assert read_manifest(folder.parent) is None


def test_a_manifest_says_what_it_is_and_ends_in_a_newline() -> None:
    text = write_manifest(manifest({"b.py": "1", "a.py": "2"}))
    assert list(json.loads(text)) == [
        "about", "generator", "spec", "spec_digest", "release", "operations", "requirements", "files", "self",
    ]  # fmt: skip
    assert list(json.loads(text)["files"]) == ["a.py", "b.py"]
    assert text.endswith('"\n}\n')


def sealed(**changes: object) -> str:
    """A manifest whose own digest fits, as an attacker would write it."""
    content = {**json.loads(OLD[MANIFEST]), **changes}
    del content["self"]
    seal = digest(json.dumps(content, sort_keys=True, separators=(",", ":")))
    return json.dumps({**content, "self": seal}, indent=2)


SHA = digest("")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (OLD[MANIFEST].replace("1.0.0", "1.0.1"), "1:1: error: the manifest was changed by hand"),
        ("{}", "1:1: error: the manifest was changed by hand"),
        ("<<<<<<< HEAD\n{}", "1:1: error: expected a value"),
        (sealed(files={"../x": SHA}), '12:13: error: "../x" is no path of a product: has ".."'),
        (sealed(files={"/x": SHA}), '12:11: error: "/x" is no path of a product: is absolute'),
        (
            sealed(files={"a\\x": SHA}),
            '12:13: error: "a\\\\x" is no path of a product: has a character that no product\'s name has',
        ),
        (sealed(files={"a//x": SHA}), '12:13: error: "a//x" is no path of a product: has an empty step'),
        (sealed(files={"x": "0"}), '12:10: error: the digest of "x" is not a sha256'),
        (sealed(files=[]), '11:12: error: "files" must be an object'),
        (sealed(requirements=[1]), '8:19: error: "requirements" must be a list of strings'),
        (sealed(spec=1), '4:11: error: "spec" must be a string'),
    ],
)
def test_a_manifest_that_cannot_be_believed_is_refused(folder: Path, text: str, message: str) -> None:
    (folder / MANIFEST).write_text(text)
    before = tree(folder)
    with pytest.raises(Diagnostics) as raised:
        read_manifest(folder)
    found = raised.value.text()
    assert found == f"out/pkg/MANIFEST.json:{message}; {REMEDY} [manifest]"
    assert write_refusal(folder) == found
    assert tree(folder) == before
    assert Change(MANIFEST, State.EDITED) in compare(folder, OLD)


def test_force_writes_a_broken_manifest_anew_and_deletes_nothing_it_lists(folder: Path) -> None:
    (folder / MANIFEST).write_text(sealed(files={"../victim": digest("v")}))
    (folder.parent / "victim").write_text("v")
    write(folder, NEW, force=True)
    assert tree(folder) == {**NEW, "gone.py": "gone\n"}
    assert (folder.parent / "victim").read_text() == "v"


# ----------------------------------------------------------------------------------------------------------- compare


def test_what_was_written_compares_equal(folder: Path) -> None:
    assert compare(folder, OLD) == ()


def test_each_file_that_is_not_as_it_should_be_is_named_with_its_state(folder: Path) -> None:
    assert compare(folder, NEW) == (
        Change(MANIFEST, State.STALE),
        Change("a.py", State.STALE),
        Change("gone.py", State.ORPHANED),
        Change("sub/c.py", State.MISSING),
    )
    (folder / "a.py").write_text("mine")
    (folder / "gone.py").write_text("mine")
    (folder / "sub" / "c.py").write_text("foreign file in the way")
    (folder / "sub" / "b.py").unlink()
    assert compare(folder, NEW) == (
        Change(MANIFEST, State.STALE),
        Change("a.py", State.EDITED),
        Change("gone.py", State.EDITED),
        Change("sub/b.py", State.MISSING),
        Change("sub/c.py", State.EDITED),
    )


def test_a_missing_folder_and_a_linked_one_compare(folder: Path) -> None:
    (folder.parent / "link").symlink_to("pkg")
    assert {change.state for change in compare(folder.parent / "absent", OLD)} == {State.MISSING}
    assert {change.state for change in compare(folder.parent / "link", OLD)} == {State.EDITED}


# ------------------------------------------------------------------------------------------------------------- write


def test_write_gives_the_changed_paths_and_leaves_nothing_beside_the_folder(folder: Path) -> None:
    assert write(folder, NEW) == (MANIFEST, "a.py", "gone.py", "sub/c.py")
    assert tree(folder) == NEW
    assert os.listdir(folder.parent) == ["pkg"]
    assert {oct((folder / path).stat().st_mode & 0o777) for path in NEW} == {"0o644"}


def test_a_run_with_nothing_to_do_touches_nothing(folder: Path) -> None:
    before = stamps(folder)
    assert write(folder, OLD) == ()
    assert stamps(folder) == before


def test_a_users_files_and_links_are_carried_over_and_caches_are_not(folder: Path) -> None:
    outside = folder.parent.parent / "outside"
    outside.mkdir()
    (outside / "victim").write_text("untouched")
    (folder / "notes").mkdir()
    (folder / "notes" / "mine.txt").write_text("mine")
    (folder / "notes" / "mine.txt").chmod(0o600)
    (folder / "empty").mkdir()
    (folder / "link").symlink_to(outside)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.pyc").write_text("")
    os.mkfifo(folder / "pipe")
    write(folder, NEW)
    assert {path: text for path, text in tree(folder).items() if path not in NEW} == {"notes/mine.txt": "mine"}
    assert (folder / "notes" / "mine.txt").stat().st_mode & 0o777 == 0o600
    assert os.readlink(folder / "link") == str(outside)
    assert sorted(os.listdir(folder)) == [MANIFEST, "a.py", "empty", "link", "notes", "pipe", "sub"]
    assert os.listdir(outside) == ["victim"]


def test_a_file_edited_by_hand_is_refused_by_name_unless_forced(folder: Path) -> None:
    (folder / "a.py").write_text("mine")
    (folder / "gone.py").write_text("mine")
    before = tree(folder)
    remedy = "move the change into the spec or a template, or run again with --force to discard it"
    assert write_refusal(folder) == (
        f"out/pkg/a.py: error: edited by hand; {remedy} [edited]\n"
        f"out/pkg/gone.py: error: edited by hand; {remedy} [edited]"
    )
    assert tree(folder) == before
    write(folder, NEW, force=True)
    assert tree(folder) == NEW


@pytest.mark.parametrize("force", [False, True])
def test_a_link_where_a_product_belongs_is_refused_and_its_target_untouched(folder: Path, force: bool) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "b.py").write_text("untouched")
    (folder / "a.py").unlink()
    (folder / "a.py").symlink_to(outside / "b.py")
    (folder / "sub" / "b.py").unlink()
    (folder / "sub").rmdir()
    (folder / "sub").symlink_to(outside)
    assert write_refusal(folder, force=force) == (
        "out/pkg/a.py: error: a symbolic link stands where a generated file belongs; remove it [symlink]\n"
        "out/pkg/sub: error: a symbolic link stands where a generated folder belongs; remove it [symlink]"
    )
    assert tree(outside) == {"b.py": "untouched"}


def test_a_link_where_the_package_folder_belongs_is_refused(folder: Path) -> None:
    (folder.parent / "link").symlink_to("pkg")
    assert write_refusal(folder.parent / "link") == (
        "out/link: error: a symbolic link stands where the package folder belongs; remove it [symlink]"
    )
    assert tree(folder) == OLD


def test_a_folder_or_pipe_where_a_product_belongs_is_refused(folder: Path) -> None:
    (folder / "a.py").unlink()
    os.mkfifo(folder / "a.py")
    (folder / "sub" / "c.py").mkdir()
    assert write_refusal(folder, force=True) == (
        "out/pkg/a.py: error: a pipe or device stands where a generated file belongs; move it away [not-a-file]\n"
        "out/pkg/sub/c.py: error: a folder stands where a generated file belongs; move it away [not-a-file]"
    )


def test_a_file_where_a_folder_belongs_is_refused(folder: Path) -> None:
    assert write_refusal(folder / "a.py") == (
        "out/pkg/a.py: error: a file stands where the package folder belongs; remove it [not-a-folder]"
    )
    assert write_refusal(folder / "a.py" / "pkg") == (
        "out/pkg/a.py: error: a file stands where a folder belongs; remove it [not-a-folder]"
    )
    assert tree(folder) == OLD


@pytest.mark.parametrize("path", ["/x", "../x", "a/../x", "a//x", "./x", "", "a\\x", "a\0x", "c:x", "A.py", "a.py/x"])
def test_a_path_that_leaves_the_folder_or_clashes_is_a_bug(folder: Path, path: str) -> None:
    with pytest.raises(ValueError, match="products that cannot be written"):
        write(folder, {**NEW, path: ""})
    assert tree(folder) == OLD


def test_a_run_waits_for_the_lock_and_then_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LOCK_SECONDS", 0.05)
    with lock.locked(folder):
        assert write_refusal(folder) == (
            "out/pkg: error: another run has been writing for 0.05 seconds; wait for it to end [locked]"
        )
    assert write(folder, NEW)


def test_a_lock_file_left_by_a_killed_run_locks_out_nobody(folder: Path) -> None:
    (folder.parent / ".pkg.speccast-lock").write_text("")
    write(folder, NEW)
    assert os.listdir(folder.parent) == ["pkg"]


def test_ctrl_c_while_staging_leaves_the_old_tree_and_no_staging_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(swap, "_carry", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(folder, NEW)
    assert tree(folder) == OLD
    assert os.listdir(folder.parent) == ["pkg"]


def test_a_file_made_between_staging_and_swap_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = swap._exchange_or_rename

    def exchange_late(staged: Path, target: Path) -> Path:
        (target / "late.txt").write_text("late")
        return exchange(staged, target)

    monkeypatch.setattr(swap, "_exchange_or_rename", exchange_late)
    write(folder, NEW)
    assert tree(folder) == {**NEW, "late.txt": "late"}


def test_without_an_exchange_the_folder_is_renamed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "_renameat2", lambda: None)
    write(folder, NEW)
    assert tree(folder) == NEW
    assert os.listdir(folder.parent) == ["pkg"]


def test_without_hard_links_a_users_files_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError("no hard links here")

    (folder / "mine.txt").write_text("mine")
    monkeypatch.setattr(os, "link", no_links)
    write(folder, NEW)
    assert tree(folder) == {**NEW, "mine.txt": "mine"}


def test_a_link_put_where_a_folder_of_products_was_stays_when_they_are_no_products_any_more(folder: Path) -> None:
    shutil.move(folder / "sub", folder.parent / "elsewhere")
    (folder / "sub").symlink_to("../elsewhere")
    write(folder, products(a="old\n"))
    assert os.readlink(folder / "sub") == "../elsewhere"
    assert tree(folder.parent / "elsewhere") == {"b.py": "b\n"}


def test_half_a_deleted_tree_never_comes_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run dies while it deletes the tree that it had set aside; then the user deletes the folder."""
    aside = folder.with_name(".pkg.speccast-old")
    shutil.copytree(folder, aside)
    (aside / "stray.txt").write_text("carried over long ago")

    def delete_half(path: Path) -> None:
        (path / "a.py").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(swap, "_delete", delete_half)
        write(folder, NEW)
    shutil.rmtree(folder)
    write(folder, NEW)
    assert tree(folder) == NEW
    assert os.listdir(folder.parent) == ["pkg"]


# ------------------------------------------------------------------------------------- other processes: kill, crowd


def run_child(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def output_of(child: subprocess.Popen[str]) -> str:
    out, err = child.communicate(timeout=120)
    assert child.returncode == 0, err
    return out


KILL_AT_EVERY_STEP = """
import itertools, json, os, shutil, signal, sys
from pathlib import Path
from codegen.diagnostics import Diagnostics
from codegen.files import output, swap

STEPS = ("open", "os.", "shutil.", "fcntl.")
base, old, new = Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
exchange, mine = json.loads(sys.argv[4]), json.loads(sys.argv[5])
if not exchange:
    swap._renameat2 = lambda: None

def tree(folder):
    if not folder.exists():
        return None
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}

def work():
    if new:
        output.write(base / "pkg", new)
    else:
        output.remove(base / "pkg")

def work_until_killed(step):
    count = itertools.count(1)
    def hook(event, arguments):
        if event.startswith(STEPS) and next(count) == step:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    work()
    os._exit(0)

def heal():
    try:
        work()
    except Diagnostics as fault:  # what was removed in spite of the kill is no package any more
        return fault.found[0].rule
    return None

for step in itertools.count(1):
    shutil.rmtree(base, ignore_errors=True)
    output.write(base / "pkg", old)
    for path, text in mine.items():
        (base / "pkg" / path).parent.mkdir(exist_ok=True)
        (base / "pkg" / path).write_text(text)
    child = os.fork()
    if not child:
        work_until_killed(step)
    status = os.waitpid(child, 0)[1]
    killed = tree(base / "pkg")
    said = heal()
    print(json.dumps([status, killed, tree(base / "pkg"), os.listdir(base), said]))
    if not os.WIFSIGNALED(status):
        break
"""

Kill = tuple[int, dict[str, str] | None, dict[str, str] | None, list[str], str | None]
"""How the process ended; the tree then; the tree after the next run, what is beside it and what that run said."""


@contextmanager
def in_memory() -> Generator[Path]:
    """An empty folder where syncing costs nothing, if the system has one: a killed process is no power failure."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def killed_at_every_step(new: Mapping[str, str], exchange: bool, mine: Mapping[str, str]) -> list[Kill]:
    """Replace OLD by `new`, or remove it where that is empty, and kill it at each thing it asks of the system."""
    values = [json.dumps(value) for value in (OLD, new, exchange, mine)]
    with in_memory() as folder:
        child = run_child(KILL_AT_EVERY_STEP, str(folder / "out"), *values)
        kills: list[Kill] = [(*json.loads(line),) for line in output_of(child).splitlines()]
    assert len(kills) > 30
    assert {status for status, *_ in kills} == {9, 0}
    return kills


MINE = {"mine.txt": "mine", "notes/mine.py": "mine"}


@pytest.mark.parametrize("exchange", [True, False])
def test_a_kill_at_any_step_leaves_the_old_tree_or_the_new_and_the_next_run_heals(exchange: bool) -> None:
    """Without an exchange there is one moment with no tree at all, which the next run heals too."""
    kills = killed_at_every_step(NEW, exchange, MINE)
    trees = [{**OLD, **MINE}, {**NEW, **MINE}]
    found = [killed for _, killed, *_ in kills]
    assert all(killed in trees for killed in found if killed is not None)
    assert sum(killed is None for killed in found) <= (0 if exchange else 1)
    assert all(one in found for one in trees)
    assert all((healed, beside, said) == (trees[1], ["pkg"], None) for *_, healed, beside, said in kills)


@pytest.mark.parametrize("exchange", [True, False])
def test_a_kill_at_any_step_of_removing_leaves_the_old_tree_or_a_users_files_alone(exchange: bool) -> None:
    kills = killed_at_every_step({}, exchange, MINE)
    found = [killed for _, killed, *_ in kills]
    assert all(killed in ({**OLD, **MINE}, MINE) for killed in found if killed is not None)
    assert sum(killed is None for killed in found) <= (0 if exchange else 1)
    assert all(one in found for one in ({**OLD, **MINE}, MINE))
    assert all((healed, beside) == (MINE, ["pkg"]) for *_, healed, beside, _ in kills)
    assert {said for *_, said in kills} == {None, "no-package"}


@pytest.mark.parametrize("exchange", [True, False])
def test_a_kill_at_any_step_of_removing_all_there_is_leaves_the_old_tree_or_nothing(exchange: bool) -> None:
    """Half a tree never comes back: the folder goes under a name from which nothing does."""
    kills = killed_at_every_step({}, exchange, {})
    found = [killed for _, killed, *_ in kills]
    assert all(killed in (OLD, None) for killed in found)
    assert all(one in found for one in (OLD, None))
    assert all((healed, beside) == (None, []) for *_, healed, beside, _ in kills)


WRITE_IN_TURN = """
import json, sys
from pathlib import Path
from codegen.files.output import write

one, other = json.loads(sys.argv[2]), json.loads(sys.argv[3])
for _ in range(10):
    write(Path(sys.argv[1]), one)
    write(Path(sys.argv[1]), other)
"""


def test_eight_runs_at_once_of_two_products_never_mix_them(tmp_path: Path) -> None:
    """Each run refuses what its predecessor's manifest does not explain, so a mixed tree would also fail a run."""
    folder, one, other = tmp_path / "pkg", json.dumps(OLD), json.dumps(NEW)
    pairs = [(one, other), (other, one)] * 4
    for child in [run_child(WRITE_IN_TURN, str(folder), *pair) for pair in pairs]:
        output_of(child)
    assert tree(folder) in (OLD, NEW)
    assert os.listdir(tmp_path) == ["pkg"]


WRITE_ON_A_FULL_DISK = """
import json, resource, sys
from pathlib import Path
from codegen.diagnostics import Diagnostics
from codegen.files.output import write

resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write(Path(sys.argv[1]), json.loads(sys.argv[2]))
except Diagnostics as fault:
    print(fault.text())
"""


def test_a_full_disk_leaves_the_old_tree(folder: Path) -> None:
    child = run_child(WRITE_ON_A_FULL_DISK, str(folder), json.dumps({**NEW, "z.py": "x" * 5000}))
    assert output_of(child) == f"{folder}: error: cannot be written: file too large [write]\n"
    assert tree(folder) == OLD
    assert os.listdir(folder.parent) == ["pkg"]
