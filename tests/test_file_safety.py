"""`speccast generate` on hostile ground: what stands in its way, who else is at work, and when it is killed.

Whatever happens, the package folder holds the old tree or the new one, a user's files stay, and the next run heals.
Steps of writing are tried in `test_output.py`; here it is the command, between two specs that give the same package.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import NoReturn

import pytest
from commands import Done, speccast
from test_output import in_memory, output_of, run_child, tree

import codegen.upkeep
from codegen.files.manifest import MANIFEST, digest
from codegen.files.output import write
from codegen.pipeline import Options, Product, generate
from codegen.spec import ir
from codegen.spec.parse import parse_model
from codegen.spec.source import read_spec_files

ROOT = Path(__file__).parent.parent
ONE, OTHER = (ROOT / "tests" / "golden" / name / "spec.json" for name in ("one-operation", "unions"))
PACKAGE = Path("out", "post")
HAND_EDIT = "move the change into the spec or a template, or run again with --force to discard it"
CHILD_SECONDS = 120

if sys.platform == "win32":
    pytest.skip("what stands in the way here are things that only POSIX has", allow_module_level=True)


# -------------------------------------------------------------------------------------------------------- the command


_products: dict[str, Product] = {}


def _generate_once(model: ir.Model, options: Options) -> Product:
    if options.spec_digest not in _products:
        _products[options.spec_digest] = generate(model, options)
    return _products[options.spec_digest]


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to work in; what was rendered once is not rendered again, as it is writing that is tried."""
    monkeypatch.setattr(codegen.upkeep, "generate", _generate_once)
    with in_memory() as folder:
        monkeypatch.chdir(folder)
        yield folder
        monkeypatch.undo()


def run(spec: Path = OTHER, *options: str) -> Done:
    """Generate from a spec, and fail rather than hang."""
    with _deadline(60):
        return speccast("generate", str(spec), "--out", "out", *options)


@contextmanager
def _deadline(seconds: int) -> Generator[None]:
    def expire(number: int, frame: FrameType | None) -> NoReturn:
        raise TimeoutError(f"hangs for {seconds} seconds")

    before = signal.signal(signal.SIGALRM, expire)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@cache
def _trees() -> Mapping[Path, Mapping[str, str]]:
    """What each of the two specs gives."""
    trees: dict[Path, Mapping[str, str]] = {}
    for spec in (ONE, OTHER):
        with tempfile.TemporaryDirectory() as folder:
            done = speccast("generate", str(spec), "--out", folder)
            assert done.code == 0, done.err
            trees[spec] = tree(Path(folder, "post"))
    return trees


def everything(folder: Path) -> dict[str, object]:
    """All that stands beneath a folder: text, where links point, and the kinds of the rest; nothing is waited for."""
    return {path.relative_to(folder).as_posix(): _content(path) for path in sorted(folder.rglob("*"))}


def _content(path: Path) -> object:
    if path.is_symlink():
        return ("link", os.readlink(path))
    return path.read_bytes() if path.is_file() else oct(path.stat().st_mode)


def refusal(path: str, message: str) -> Done:
    return Done(2, "", f"{path}: error: {message}\n")


# ------------------------------------------------------------------------------------------------ what stands there


def _link_to_a_file(path: Path) -> None:
    Path("victim").write_text("untouched")
    path.symlink_to(Path("victim").absolute())


def _link_to_a_folder(path: Path) -> None:
    Path("outside").mkdir()
    Path("outside", "victim").write_text("untouched")
    path.symlink_to(Path("outside").absolute())


def _dangling_link(path: Path) -> None:
    path.symlink_to(Path("nowhere").absolute())


def _device(path: Path) -> None:
    """/dev/zero never ends: whoever reads it does not come back."""
    try:
        os.mknod(path, 0o666 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("devices are root's to make")


LINK_FILE = "a symbolic link stands where a generated file belongs; remove it [symlink]"
LINK_FOLDER = "a symbolic link stands where a generated folder belongs; remove it [symlink]"
LINK_PACKAGE = "a symbolic link stands where the package folder belongs; remove it [symlink]"
LOCK = "no file stands where the lock file of a run belongs; remove it [lock]"

OBSTACLES: tuple[tuple[str, Callable[[Path], object], str], ...] = (
    ("out/post/errors.py", _link_to_a_file, LINK_FILE),
    ("out/post/errors.py", _dangling_link, LINK_FILE),
    (
        "out/post/errors.py",
        os.mkfifo,
        "a pipe or device stands where a generated file belongs; move it away [not-a-file]",
    ),
    (
        "out/post/errors.py",
        _device,
        "a pipe or device stands where a generated file belongs; move it away [not-a-file]",
    ),
    ("out/post/errors.py", Path.mkdir, "a folder stands where a generated file belongs; move it away [not-a-file]"),
    ("out/post/models", _link_to_a_folder, LINK_FOLDER),
    (
        "out/post/models",
        os.mkfifo,
        "a pipe or device stands where a generated folder belongs; move it away [not-a-folder]",
    ),
    ("out/post/models", Path.touch, "a file stands where a generated folder belongs; move it away [not-a-folder]"),
    ("out/post/MANIFEST.json", _link_to_a_file, LINK_FILE),
    ("out/post/MANIFEST.json", _dangling_link, LINK_FILE),
    (
        "out/post/MANIFEST.json",
        os.mkfifo,
        "a pipe or device stands where a generated file belongs; move it away [not-a-file]",
    ),
    ("out/post/MANIFEST.json", Path.mkdir, "a folder stands where a generated file belongs; move it away [not-a-file]"),
    ("out/post", _link_to_a_folder, LINK_PACKAGE),
    ("out/post", _dangling_link, LINK_PACKAGE),
    ("out/post", os.mkfifo, "a pipe or device stands where the package folder belongs; remove it [not-a-folder]"),
    ("out/post", Path.touch, "a file stands where the package folder belongs; remove it [not-a-folder]"),
    ("out", Path.touch, "a file stands where a folder belongs; remove it [not-a-folder]"),
    ("out", os.mkfifo, "a file stands where a folder belongs; remove it [not-a-folder]"),
    ("out", _dangling_link, "a file stands where a folder belongs; remove it [not-a-folder]"),
    ("out/.post.speccast-lock", _link_to_a_file, LOCK),
    ("out/.post.speccast-lock", os.mkfifo, LOCK),
    ("out/.post.speccast-lock", _device, LOCK),
    ("out/.post.speccast-lock", Path.mkdir, LOCK),
)


@pytest.mark.parametrize(
    ("path", "make", "message"), OBSTACLES, ids=[f"{make.__name__}-{path}" for path, make, _ in OBSTACLES]
)
@pytest.mark.parametrize(
    ("before", "options"),
    [("generated", ()), ("generated", ("--force",)), ("nothing", ())],
    ids=["generated", "generated-force", "nothing"],
)
def test_what_stands_in_the_way_is_refused_by_name_and_left_as_it_is(
    place: Path, before: str, path: str, make: Callable[[Path], object], message: str, options: tuple[str, ...]
) -> None:
    if before == "generated":
        run(ONE)
    _clear(Path(path))
    make(Path(path))
    there = everything(place)
    assert run(OTHER, *options) == refusal(path, message)
    assert everything(place) == there


def _clear(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def test_an_output_folder_that_is_a_link_is_the_users_wish(place: Path) -> None:
    """Only what lies below the folder named is ours to judge."""
    Path("elsewhere").mkdir()
    Path("out").symlink_to("elsewhere")
    assert run(ONE).code == 0
    assert tree(Path("elsewhere", "post")) == _trees()[ONE]


def test_generating_into_the_folder_of_a_spec_leaves_the_spec_as_it_is(place: Path) -> None:
    """Even where the package's folder is the one that holds the spec."""
    for folder in (Path("out"), Path("out", "post")):
        shutil.rmtree("out", ignore_errors=True)
        folder.mkdir(parents=True)
        spec = folder / "spec.json"
        shutil.copy(ONE, spec)
        assert run(spec).code == 0
        assert spec.read_bytes() == ONE.read_bytes()
        assert tree(PACKAGE).keys() - {"spec.json"} == _trees()[ONE].keys()


def test_what_a_new_spec_has_no_more_is_deleted_and_a_users_files_are_not(place: Path) -> None:
    run(ONE)
    gone = _trees()[ONE].keys() - _trees()[OTHER].keys()
    assert gone
    mine = {f"{Path(path).parent}/mine.txt" for path in gone} | {"models/mine.py", "mine.txt"}
    for path in mine:
        (PACKAGE / path).write_text("mine")
    assert run(OTHER).code == 0
    assert tree(PACKAGE) == {**_trees()[OTHER], **{str(Path(path)): "mine" for path in mine}}


def test_a_manifest_that_lists_a_file_outside_deletes_nothing(place: Path) -> None:
    run(ONE)
    Path("victim").write_text("untouched")
    content = json.loads((PACKAGE / MANIFEST).read_text())
    content["files"] = {**content["files"], "../../victim": digest("untouched")}
    del content["self"]
    sealed = {**content, "self": digest(json.dumps(content, sort_keys=True, separators=(",", ":")))}
    (PACKAGE / MANIFEST).write_text(json.dumps(sealed))
    there = everything(place)
    done = run(OTHER)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(
        '"../../victim" is no path of a product: has ".."; '
        "restore it from version control, or run generate with --force to write it anew [manifest]\n"
    )
    assert everything(place) == there
    assert run(OTHER, "--force").code == 0
    assert Path("victim").read_text() == "untouched"


def test_an_edit_is_refused_by_name_until_it_is_forced_away(place: Path) -> None:
    run(ONE)
    (PACKAGE / "errors.py").write_text("mine\n")
    there = everything(place)
    assert run(OTHER) == refusal("out/post/errors.py", f"edited by hand; {HAND_EDIT} [edited]")
    assert everything(place) == there
    assert run(OTHER, "--force").code == 0
    assert tree(PACKAGE) == _trees()[OTHER]


# ------------------------------------------------------------------------------------------------------- line ends


def test_a_checkout_with_windows_line_ends_is_no_change(place: Path) -> None:
    run(ONE)
    for path in _trees()[ONE]:
        (PACKAGE / path).write_bytes((PACKAGE / path).read_bytes().replace(b"\n", b"\r\n"))
    there = everything(place)
    assert speccast("check", str(ONE), "--out", "out") == Done(
        0, f"up to date: out/post ({len(_trees()[ONE])} files)\n", ""
    )
    assert run(ONE) == Done(0, f"up to date: out/post ({len(_trees()[ONE])} files)\n", "")
    assert everything(place) == there
    assert run(OTHER).code == 0
    assert tree(PACKAGE) == _trees()[OTHER]


def test_what_is_generated_has_no_raw_cr_whatever_the_spec_says(place: Path) -> None:
    """That a file with CRLF may be read as one with LF rests on it."""
    hostile = "one\r\ntwo\rthree"
    content: ir.Json = json.loads(OTHER.read_text())
    assert _documented(content, hostile)
    Path("spec.json").write_text(json.dumps(content))
    product = generate(parse_model(read_spec_files(Path("spec.json"))))
    assert any("three" in text for text in product.files.values())
    assert [path for path, text in product.files.items() if "\r" in text] == []


def _documented(value: ir.Json, text: str) -> int:
    """Give everything that has documentation another one; say how many that were."""
    if isinstance(value, list):
        return sum(_documented(each, text) for each in value)
    if not isinstance(value, dict):
        return 0
    found = isinstance(value.get("documentation"), str)
    if found:
        value["documentation"] = text
    return found + sum(_documented(each, text) for each in value.values())


# -------------------------------------------------------------------------------------------------- full and read-only


@contextmanager
def _mounted(folder: Path, *arguments: str) -> Generator[Path]:
    """Mount something there, where that is allowed."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *arguments, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip().splitlines()[0]}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("limit", ["size=4m", "size=32m,nr_inodes=200"])
def test_a_full_disk_leaves_the_old_tree_and_the_next_run_with_room_heals(place: Path, limit: str) -> None:
    """From no room at all up to almost enough: of bytes first, then of names."""
    with _mounted(place / "out", "-t", "tmpfs", "-o", limit, "tmpfs"):
        assert run(ONE).code == 0
        (PACKAGE / "mine.txt").write_text("mine")
        there = everything(PACKAGE)
        faults = [_run_with_room(share, there) for share in (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9)]
        assert faults.count(True) > 3
        assert run(OTHER).code == 0
        assert tree(PACKAGE) == {**_trees()[OTHER], "mine.txt": "mine"}
        assert sorted(os.listdir("out")) == ["post"]


def _run_with_room(share: float, there: Mapping[str, object]) -> bool:
    """Fill the disk up to a share of what a run needs; say whether it failed, having seen that nothing changed."""
    _fill(Path("out"), share)
    done = run(OTHER)
    shutil.rmtree("out/filling")
    if done.code == 0:
        assert run(ONE).code == 0
    else:
        assert done == refusal("out/post", "cannot be written: no space left on device [write]")
    assert everything(PACKAGE) == there
    assert sorted(os.listdir("out")) == ["post"]
    return done.code != 0


def _fill(disk: Path, share: float) -> None:
    """Leave a share of the blocks and names that the new tree takes, whichever are scarce here."""
    (disk / "filling").mkdir()
    needed = _trees()[OTHER]
    free = os.statvfs(disk)
    blocks = free.f_bavail - int(share * sum(len(text.encode()) // free.f_frsize + 1 for text in needed.values()))
    if blocks * free.f_frsize < 8 * 2**20:
        (disk / "filling" / "bytes").write_bytes(bytes(blocks * free.f_frsize))
        return
    for number in range(free.f_ffree - int(share * len(needed))):
        (disk / "filling" / str(number)).touch()


AS_NOBODY = """
import io, json, os, sys
from codegen.cli.main import run

os.chdir(sys.argv[1])
cases, spec = json.loads(sys.argv[2]), sys.argv[3]
run(["generate", spec, "--out", "warm"], io.StringIO(), io.StringIO())  # what is imported late is imported now
if os.geteuid() == 0:
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
for case in cases:
    out, err = io.StringIO(), io.StringIO()
    print(json.dumps([case, run(["generate", spec, "--out", case], out, err), out.getvalue(), err.getvalue()]))
"""
"""Root may write anywhere, so a process that is root becomes nobody first."""

READ_ONLY = {
    "parent": (".", 0o555, "parent/post: error: cannot be written: permission denied [write]\n"),
    "package": ("post", 0o555, "package/post: error: cannot be written: this folder is read-only [write]\n"),
    "inner": ("post/models", 0o555, "inner/post/models: error: cannot be written: this folder is read-only [write]\n"),
    "unread": ("post/errors.py", 0o000, "unread/post: error: cannot be read: permission denied [unreadable]\n"),
    "hidden": ("post/MANIFEST.json", 0o000, "hidden/post: error: cannot be read: permission denied [unreadable]\n"),
    "empty": (".", 0o555, "empty/post: error: cannot be written: permission denied [write]\n"),
}
"""Output folder -> what is read-only in it, its mode, and what is said."""


def test_a_read_only_folder_stays_as_it_is() -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        home.chmod(0o755)
        with _read_only_folders(home):
            there = everything(home)
            runs = output_of(run_child(AS_NOBODY, name, json.dumps(list(READ_ONLY)), str(OTHER)))
            shutil.rmtree(home / "warm")
            assert everything(home) == there
    assert [json.loads(line) for line in runs.splitlines()] == [
        [case, 2, "", said] for case, (_, _, said) in READ_ONLY.items()
    ]


@contextmanager
def _read_only_folders(home: Path) -> Generator[None]:
    for case, (which, mode, _) in READ_ONLY.items():
        (home / case).mkdir()
        if case != "empty":
            write(home / case / "post", {**_trees()[ONE]})
        for path in (home / case, *(home / case).rglob("*")):
            if os.geteuid() == 0:
                os.chown(path, 65534, 65534)
        (home / case / which).chmod(mode)
    try:
        yield
    finally:
        for case, (which, _, _) in READ_ONLY.items():
            (home / case / which).chmod(0o755)


def test_a_read_only_file_system_stays_as_it_is(place: Path) -> None:
    run(ONE)
    with _mounted(place / "out", "--bind", str(place / "out")):
        if _fails(["mount", "-o", "remount,bind,ro", str(place / "out")]):
            pytest.skip("nothing can be mounted read-only here")
        there = everything(place)
        assert run(OTHER) == refusal("out/post", "cannot be written: read-only file system [write]")
        assert everything(place) == there


# ------------------------------------------------------------------------------------------------ case and file systems


@pytest.fixture
def caseless(place: Path) -> Iterator[Path]:
    """A folder where `Errors.py` and `errors.py` are one file: the machine's own, or a file system made for it."""
    if _is_caseless(place):
        yield place
        return
    for number, make in enumerate((_caseless_tmpfs, _caseless_ext4, _vfat)):
        with make(place / f"disk{number}") as made:
            if made and _is_caseless(made):
                yield made
                return
    pytest.skip("no file system here takes names that differ in case for one")


def _is_caseless(folder: Path) -> bool:
    (folder / "probe").touch()
    found = (folder / "PROBE").exists()
    (folder / "probe").unlink()
    return found


@contextmanager
def _caseless_tmpfs(folder: Path) -> Generator[Path | None]:
    with _tried(folder, "-t", "tmpfs", "-o", "size=32m,casefold", "tmpfs") as made:
        yield _folding(made)


@contextmanager
def _caseless_ext4(folder: Path) -> Generator[Path | None]:
    image = folder.with_suffix(".ext4")
    with _tried(folder, "-o", "loop", str(image), image=["mkfs.ext4", "-q", "-O", "casefold", str(image)]) as made:
        yield _folding(made)


@contextmanager
def _vfat(folder: Path) -> Generator[Path | None]:
    image = folder.with_suffix(".vfat")
    with _tried(folder, "-o", "loop", str(image), image=["mkfs.vfat", str(image)]) as made:
        yield made


@contextmanager
def _tried(folder: Path, *arguments: str, image: list[str] | None = None) -> Generator[Path | None]:
    folder.mkdir()
    if not shutil.which("mount") or (image and not _made(image)) or _fails(["mount", *arguments, str(folder)]):
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _made(command: list[str]) -> bool:
    with Path(command[-1]).open("wb") as stream:
        stream.truncate(32 * 2**20)
    return shutil.which(command[0]) is not None and not _fails(command)


def _fails(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def _folding(folder: Path | None) -> Path | None:
    """Names fold in folders that are marked so, while they are empty."""
    if folder is None or not shutil.which("chattr"):
        return None
    (folder / "folding").mkdir()
    return None if _fails(["chattr", "+F", str(folder / "folding")]) else folder / "folding"


def test_where_case_does_not_count_a_users_file_of_a_products_name_is_refused(
    caseless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(caseless)
    PACKAGE.mkdir(parents=True)
    (PACKAGE / "Errors.py").write_text("mine")
    assert run(ONE) == refusal("out/post/errors.py", f"edited by hand; {HAND_EDIT} [edited]")
    assert tree(PACKAGE) == {"Errors.py": "mine"}
    (PACKAGE / "Errors.py").rename(PACKAGE / "Mine.py")
    assert run(ONE).code == 0
    assert run(OTHER).code == 0
    assert tree(PACKAGE) == {**_trees()[OTHER], "Mine.py": "mine"}


def test_one_file_under_two_names_that_differ_in_case_is_refused_and_kept(place: Path) -> None:
    """As above for any file system: a product's name finds the user's file."""
    PACKAGE.mkdir(parents=True)
    (PACKAGE / "Errors.py").write_text("mine")
    os.link(PACKAGE / "Errors.py", PACKAGE / "errors.py")
    there = everything(place)
    assert run(ONE) == refusal("out/post/errors.py", f"edited by hand; {HAND_EDIT} [edited]")
    assert everything(place) == there


def test_no_two_products_differ_in_case_only(place: Path) -> None:
    for files in _trees().values():
        assert len({path.casefold() for path in files}) == len(files) > 0


def test_where_case_counts_both_files_are_kept(place: Path) -> None:
    if _is_caseless(place):
        pytest.skip("names that differ in case are one file here")
    run(ONE)
    (PACKAGE / "Errors.py").write_text("mine")
    assert run(OTHER).code == 0
    assert tree(PACKAGE) == {**_trees()[OTHER], "Errors.py": "mine"}


# ------------------------------------------------------------------------------------------------------------ specs


NOT_A_FILE = "a pipe or device stands where a file belongs [not-a-file]"
NOTHING = "no file, folder or service"

SPECIAL: Mapping[bytes, str] = {
    b"/dev/zero": f"/dev/zero: error: {NOT_A_FILE}",
    b"/dev/stdin": f"/dev/stdin: error: {NOT_A_FILE}",
    b"/proc/self/mem": "/proc/self/mem: error: cannot be read: input/output error [unreadable]",
    b"pipe": f"pipe: error: {NOT_A_FILE}",
    b"empty": "empty: error: neither a spec nor a folder of specs: "
    "no *.json file in it, nor one or two folders further down [no-spec]",
    b"-": f'speccast: error: {NOTHING} "-" [no-such-spec]',
    b"caf\xe9.json": f'speccast: error: {NOTHING} "caf\\udce9.json" [no-such-spec]',
    b"two\nlines.json": f'speccast: error: {NOTHING} "two\\nlines.json" [no-such-spec]',
    b"cut\xff\n.json": '"cut\\udcff\\n.json":1:2: error: the file ends in the middle of a value [syntax]',
}
"""What never ends, what is no spec and what no terminal should be sent -> the line that is printed."""


def test_a_spec_path_that_is_none_ends_in_one_line(place: Path) -> None:
    os.mkfifo("pipe")
    Path("empty").mkdir()
    Path(os.fsdecode(b"cut\xff\n.json")).write_text("{")
    there = everything(place)
    for name, said in SPECIAL.items():
        with _deadline(60):
            done = speccast("generate", os.fsdecode(name), "--out", "out")
        first, *notes = done.err.splitlines()
        assert (done.code, done.out, first) == (2, "", said)
        assert all(note.startswith("  speccast: note: known are ") for note in notes)
    assert everything(place) == there


@pytest.mark.parametrize(
    "name",
    [
        b"two\nlines.json",
        b"\x1b[2J.json",
        b"caf\xe9.json",
    ],
)
def test_a_spec_whose_name_no_terminal_should_be_sent_is_read_all_the_same(place: Path, name: bytes) -> None:
    shutil.copy(OTHER, os.fsdecode(name))
    done = run(Path(os.fsdecode(name)))
    assert (done.code, done.err) == (0, "")
    assert all(line.isprintable() for line in done.out.splitlines())
    assert tree(PACKAGE).keys() == _trees()[OTHER].keys()


def test_a_spec_that_is_half_written_changes_nothing(place: Path) -> None:
    """Every stage of a slow writer; only the last is a spec."""
    run(ONE)
    there, content, spec = everything(PACKAGE), OTHER.read_bytes().strip(), place / "spec.json"
    cuts = range(0, len(content), len(content) // 20)
    assert len(cuts) > 10
    for cut in cuts:
        spec.write_bytes(content[:cut])
        done = run(spec)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert done.err.startswith("spec.json:1:1: error: " if cut == 0 else "spec.json:")
        assert everything(PACKAGE) == there
    spec.write_bytes(content)
    assert run(spec).code == 0


def test_a_spec_that_changes_while_it_is_read_gives_one_tree_or_nothing_new(place: Path) -> None:
    """A careless writer puts one spec in place of the other in two halves, over and over, while runs read it."""
    spec, stop, seen = place / "spec.json", threading.Event(), set[int]()
    shutil.copy(ONE, spec)
    writer = threading.Thread(target=_toggle, args=(spec, stop))
    run(spec)
    writer.start()
    try:
        for _ in range(40):
            before = tree(PACKAGE)
            done = run(spec)
            seen.add(done.code)
            assert tree(PACKAGE) in ([before] if done.code else [*_trees().values()]), done.err
    finally:
        stop.set()
        writer.join()
    assert seen <= {0, 2}
    assert run(spec).code == 0


def _toggle(spec: Path, stop: threading.Event) -> None:
    texts = [ONE.read_bytes(), OTHER.read_bytes()]
    while not stop.is_set():
        for text in texts:
            with spec.open("wb", buffering=0) as stream:
                stream.write(text[: len(text) // 2])
                stop.wait(0.003)
                stream.write(text[len(text) // 2 :])
            stop.wait(0.01)


# ------------------------------------------------------------------------------------------------------ clock and umask


ELSEWHEN = """
import datetime, os, sys, time

moment = float(sys.argv[1])
os.umask(int(sys.argv[2], 8))

class Elsewhen(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(moment, tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(moment, datetime.timezone.utc).replace(tzinfo=None)

class Day(datetime.date):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(moment)

real = time.gmtime, time.localtime, time.strftime
time.time, time.time_ns = lambda: moment, lambda: int(moment * 1e9)
time.gmtime, time.localtime = lambda at=moment: real[0](at), lambda at=moment: real[1](at)
time.strftime = lambda form, at=None: real[2](form, at or real[1](moment))
datetime.datetime, datetime.date = Elsewhen, Day

from codegen.cli.main import run

sys.exit(run(["generate", sys.argv[3], "--out", sys.argv[4]]))
"""


@pytest.mark.parametrize(("moment", "umask", "epoch"), [("0", "077", "0"), ("4102444800", "000", "4102444799")])
def test_clock_and_umask_change_nothing(place: Path, moment: str, umask: str, epoch: str) -> None:
    script = [sys.executable, "-c", ELSEWHEN, moment, umask, str(ONE), "out"]
    settings = {**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(script, env=settings, capture_output=True, text=True, timeout=CHILD_SECONDS, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert tree(PACKAGE) == _trees()[ONE]
    assert {oct(path.stat().st_mode) for path in PACKAGE.rglob("*") if path.is_file()} == {"0o100644"}


# ------------------------------------------------------------------------------------------------------ other processes


def test_eight_commands_at_once_of_two_specs_leave_one_tree(place: Path) -> None:
    command = [sys.executable, "-m", "codegen", "generate", "--out", "out"]
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    runs = [
        subprocess.Popen([*command, str(spec)], env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for spec in (ONE, OTHER) * 4
    ]
    said = [one.communicate(timeout=CHILD_SECONDS)[1] for one in runs]
    assert [(one.returncode, text) for one, text in zip(runs, said, strict=True)] == [(0, "")] * 8
    assert tree(PACKAGE) in _trees().values()
    assert os.listdir("out") == ["post"]


HOLD_THE_LOCK = """
import sys
from pathlib import Path
from codegen.files.lock import locked

with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_dies_with_its_process_and_not_before(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(ONE)
    monkeypatch.setattr("codegen.files.lock.LOCK_SECONDS", 0.1)
    script = [sys.executable, "-c", HOLD_THE_LOCK, str(PACKAGE.absolute())]
    with subprocess.Popen(script, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        there = everything(PACKAGE)
        said = "another run has been writing for 0.1 seconds; wait for it to end [locked]"
        assert run(OTHER) == refusal("out/post", said)
        assert everything(PACKAGE) == there
        holder.kill()
    assert sorted(os.listdir("out")) == [".post.speccast-lock", "post"]
    assert run(OTHER).code == 0
    assert sorted(os.listdir("out")) == ["post"]


KILL_AT_RANDOM_MOMENTS = """
import io, json, os, random, signal, sys, time
from pathlib import Path
import codegen.upkeep
from codegen.cli.main import run

base, specs, chance = Path(sys.argv[1]), sys.argv[2:4], random.Random(int(sys.argv[4]))
rendered, generate = {}, codegen.upkeep.generate

def generate_once(model, options):
    if options.spec_digest not in rendered:
        rendered[options.spec_digest] = generate(model, options)
    return rendered[options.spec_digest]

def command(spec):
    err = io.StringIO()
    code = run(["generate", spec, "--out", str(base)], io.StringIO(), err)
    assert code == 0, err.getvalue()

def tree():
    folder = base / "post"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

def timed(spec):
    start = time.monotonic()
    command(spec)
    return time.monotonic() - start

codegen.upkeep.generate = generate_once
command(specs[0])
(base / "post" / "mine.txt").write_text("mine")
trees = []
for spec in specs:
    command(spec)
    trees.append(tree())
longest = max(timed(specs[turn % 2]) for turn in range(6))  # as is, each time another one: the last is specs[1]
for turn in range(int(sys.argv[5])):
    old, new = (turn + 1) % 2, turn % 2
    child = os.fork()
    if not child:
        command(specs[new])
        os._exit(0)
    time.sleep(chance.uniform(0, 1.2 * longest))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    killed, lies_about = tree(), len(os.listdir(base)) > 1
    found = [name for name, one in (("old", trees[old]), ("new", trees[new])) if one == killed]
    command(specs[new])
    healed = tree() == trees[new] and os.listdir(base) == ["post"]
    print(json.dumps([found, lies_about, healed]))
"""


def test_a_kill_at_200_random_moments_leaves_one_tree_and_the_next_run_heals(place: Path) -> None:
    """A child of one warm process is killed each time; delays are drawn from what a whole run takes."""
    child = run_child(KILL_AT_RANDOM_MOMENTS, str(place / "out"), str(ONE), str(OTHER), "20241205", "200")
    runs = [json.loads(line) for line in output_of(child).splitlines()]
    assert len(runs) == 200
    assert [found for found, _, _ in runs if found not in (["old"], ["new"])] == []
    assert all(healed for _, _, healed in runs)
    assert any(lies_about for _, lies_about, _ in runs)
