"""The lock file and the archive of `vendor`: read back as written, and refused where they cannot be believed."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from codegen.diagnostics import Diagnostics
from codegen.files.manifest import Manifest, digest, manifest_digest
from codegen.load import digest_of
from codegen.spec.files import SpecFile
from codegen.vendoring import archive
from codegen.vendoring.archive import Base, archive_path, read_base, remove_others, write_base
from codegen.vendoring.atomic import clean_temporary
from codegen.vendoring.host import Host, find_host
from codegen.vendoring.lockfile import Entry, Packages, print_lock, read_lock, write_lock

SHA = digest("")
ENTRY = Entry(
    spec="notes@2025-01-01",
    origin="git",
    revision="a" * 40,
    service="notes",
    release="2025-01-01",
    spec_sha256=SHA,
    operations=("CreateNote",),
    checks={"pattern": "off"},
    generator="0.1.0+aaaaaaaaaaaa",
    manifest=SHA,
    edited={"models/__init__.py": SHA},
)
PACKAGES: Packages = {"src/notes": ENTRY}
RESTORE = "restore the file from version control"


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.chdir(tmp_path)
    return Host(tmp_path)


# ---------------------------------------------------------------------------------------------------------------- lock


def test_a_lock_file_reads_back_as_it_was_written(host: Host) -> None:
    assert read_lock(host) == {}
    packages = {"b": ENTRY, "a/c": Entry(**{**_fields(), "operations": None, "revision": None})}
    write_lock(host, packages)
    assert read_lock(host) == packages
    assert os.listdir(host.root) == ["speccast.lock"]
    host.lock.write_bytes(host.lock.read_bytes().replace(b"\n", b"\r\n"))
    assert read_lock(host) == packages


def _fields() -> dict[str, Any]:
    return {name: getattr(ENTRY, name) for name in Entry.__dataclass_fields__}


def test_the_same_packages_give_the_same_lock_file(host: Host) -> None:
    text = print_lock({"b": ENTRY, "a": ENTRY})
    assert text == print_lock({"a": ENTRY, "b": ENTRY})
    assert list(json.loads(text)) == ["about", "packages", "version"]
    assert text.endswith("}\n")


def test_with_nothing_vendored_there_is_no_lock_file(host: Host) -> None:
    write_lock(host, PACKAGES)
    write_lock(host, {})
    write_lock(host, {})
    assert os.listdir(host.root) == []


def lock_text(key: str = "src/notes", more: Mapping[str, object] = {}, **changes: object) -> str:
    """Print a lock file with one package, some of its values changed."""
    content = json.loads(print_lock(PACKAGES))
    return json.dumps(
        {**content, **more, "packages": {key: {**content["packages"]["src/notes"], **changes}}},
        indent=1,
        sort_keys=True,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"1:1: error: this is no lock file of speccast: the file is empty; {RESTORE} [lock]"),
        ("[1]", f"1:1: error: this is no lock file of speccast: its top level is no object; {RESTORE} [lock]"),
        (
            "{",
            "1:2: error: this is no lock file of speccast: the file ends in the middle of a value; "
            f"{RESTORE} [lock]",
        ),
        (
            "{\n<<<<<<< HEAD\n=======\n>>>>>>> other\n}",
            "2:1: error: a merge left both sides here; keep the packages of both, without the markers [lock]",
        ),
        ("{}", f'1:1: error: "version" must be 1; {RESTORE} [lock]'),
        ('{"version": 2}', "1:13: error: a newer speccast wrote this file; install that one [lock]"),
        ('{"version": 1}', f'1:1: error: "packages" must be an object; {RESTORE} [lock]'),
        ('{"version": 1, "package": {}}', '1:16: error: unknown key "package"; did you mean "packages"? [lock]'),
        ('{"version": 1, "packages": {"a": 1}}', f'1:34: error: "a" must be an object; {RESTORE} [lock]'),
        (lock_text("../x"), '4:3: error: "../x" cannot be a package: the path has ".."; ' + f"{RESTORE} [lock]"),
        (lock_text("/x"), f'4:3: error: "/x" cannot be a package: the path is absolute; {RESTORE} [lock]'),
        (
            lock_text("a/class"),
            f'4:3: error: "a/class" cannot be a package: "class" is a keyword of Python; {RESTORE} [lock]',
        ),
        (lock_text(spek="x"), '22:4: error: unknown key "spek"; did you mean "spec"? [lock]'),
        (lock_text(spec=1), f'20:12: error: "spec" must be a string; {RESTORE} [lock]'),
        (lock_text(spec=""), f'20:12: error: "spec" must be a string; {RESTORE} [lock]'),
        (
            lock_text(origin="web"),
            '16:14: error: "origin" must be one of "project", "git", "installed", "file", "botocore"; '
            + f"{RESTORE} [lock]",
        ),
        (lock_text(revision="HEAD"), f'18:16: error: "revision" is not a commit; {RESTORE} [lock]'),
        (lock_text(manifest="x"), f'12:16: error: "manifest" is not a sha256; {RESTORE} [lock]'),
        (lock_text(operations=[]), f'13:18: error: "operations" must be null or a list of strings; {RESTORE} [lock]'),
        (lock_text(operations=[1]), f'13:18: error: "operations" must be null or a list of strings; {RESTORE} [lock]'),
        (lock_text(checks=[]), f'5:14: error: "checks" must be an object; {RESTORE} [lock]'),
        (
            lock_text(checks={"pattern": "no"}),
            '6:16: error: the level of "pattern" must be one of "error", "warn", "off" [lock]',
        ),
        (lock_text(edited={"../x": SHA}), f'9:5: error: "../x" is no path of a product: has ".."; {RESTORE} [lock]'),
        (lock_text(edited={"x": "y"}), f'9:10: error: "x" is not a sha256; {RESTORE} [lock]'),
    ],
)
def test_a_lock_file_that_cannot_be_believed_is_refused_by_line(host: Host, text: str, message: str) -> None:
    host.lock.write_text(text)
    with pytest.raises(Diagnostics) as raised:
        read_lock(host)
    assert raised.value.text() == f"speccast.lock:{message}"


@pytest.mark.parametrize(
    ("others", "why"),
    [
        (("a/b", "a/b/c"), '"a/b" cannot be a package: lies around "a/b/c"'),
        (("a/b/c", "a/b"), '"a/b" cannot be a package: lies around "a/b/c"'),
        (("a/B", "a/b"), '"a/B" cannot be a package: differs from "a/b" in case only'),
    ],
)
def test_packages_in_each_others_way_are_refused(host: Host, others: tuple[str, ...], why: str) -> None:
    host.lock.write_text(print_lock(dict.fromkeys(others, ENTRY)))
    with pytest.raises(Diagnostics) as raised:
        read_lock(host)
    assert raised.value.found[0].message == f"{why}; {RESTORE}"


def test_a_link_or_a_pipe_is_no_lock_file(host: Host) -> None:
    (host.root / "x").write_text(print_lock(PACKAGES))
    host.lock.symlink_to("x")
    message = "speccast.lock: error: a symbolic link stands where a file of speccast belongs; remove it [symlink]"
    for act in (lambda: read_lock(host), lambda: write_lock(host, {"a": ENTRY})):
        with pytest.raises(Diagnostics) as raised:
            act()
        assert raised.value.text() == message
    host.lock.unlink()
    os.mkfifo(host.lock)
    with pytest.raises(Diagnostics, match="a pipe or device stands where a file belongs"):
        read_lock(host)


def test_the_host_is_where_a_lock_file_is_else_a_project_else_a_repository(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    assert find_host(inner).root == inner
    (tmp_path / "a" / ".git").mkdir()
    assert find_host(inner).root == tmp_path / "a"
    (tmp_path / "a" / "b" / "pyproject.toml").touch()
    assert find_host(inner).root == tmp_path / "a" / "b"
    (tmp_path / "a" / "speccast.lock").touch()
    assert find_host(inner).root == tmp_path / "a"


def test_what_lies_above_the_repository_is_no_host(tmp_path: Path) -> None:
    (tmp_path / "speccast.lock").touch()
    (tmp_path / "module").mkdir()
    assert find_host(tmp_path / "module").root == tmp_path
    (tmp_path / "module" / ".git").touch()
    assert find_host(tmp_path / "module").root == tmp_path / "module"


# ------------------------------------------------------------------------------------------------------------- archive

FILES = {"client.py": "é\n", "models/__init__.py": "\u2028\n"}
SPEC = (SpecFile("a.json", "specs/a.json", b"{}"), SpecFile("b.json.gz", "specs/b.json.gz", b"\x1f\x8b\xff"))
BASE = Base(FILES, SPEC)


def manifest_of(files: Mapping[str, str]) -> Manifest:
    return Manifest(
        generator="x",
        spec="notes@1",
        spec_digest=SHA,
        release="1",
        operations=None,
        requirements=(),
        files={path: digest(text) for path, text in files.items()},
    )


MANIFEST = manifest_of(FILES)
SPEC_SHA = digest_of(SPEC)


@pytest.fixture
def packed(host: Host) -> Path:
    write_base(host, MANIFEST, BASE)
    return archive_path(host, manifest_digest(MANIFEST))


def test_an_archive_reads_back_as_it_was_written(host: Host, packed: Path) -> None:
    found = read_base(host, MANIFEST, SPEC_SHA)
    assert found and found.files == FILES
    assert [(file.name, file.content) for file in found.spec] == [(file.name, file.content) for file in SPEC]
    assert packed.relative_to(host.root).as_posix() == f".speccast/vendor/{manifest_digest(MANIFEST)[:16]}.xz"
    assert os.listdir(packed.parent) == [packed.name]


def test_an_archive_that_is_there_stays_as_it_is_and_a_damaged_one_is_mended(host: Host, packed: Path) -> None:
    before = packed.lstat().st_mtime_ns
    write_base(host, MANIFEST, BASE)
    assert packed.lstat().st_mtime_ns == before
    packed.write_bytes(b"x")
    write_base(host, MANIFEST, BASE)
    assert read_base(host, MANIFEST, SPEC_SHA)


def _xz(content: object) -> bytes:
    return lzma.compress(json.dumps(content).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        lzma.compress(b"{}")[:-4],
        lzma.compress(b"{"),
        lzma.compress(b"[" * 100_000),
        lzma.compress(b"{}", format=lzma.FORMAT_ALONE),
        _xz([]),
        _xz({"format": 2, "files": FILES, "spec": {}}),
        _xz({"format": 1, "files": [], "spec": {}}),
        _xz({"format": 1, "files": FILES, "spec": []}),
        _xz({"format": 1, "files": FILES, "spec": {"a.json": "no base64!"}}),
        _xz({"format": 1, "files": FILES, "spec": {"a.json": 1}}),
        _xz({"format": 1, "files": FILES, "spec": {}}),
        _xz({"format": 1, "files": {**FILES, "client.py": "x"}, "spec": {"a.json": "e30=", "b.json.gz": "H4v/"}}),
        _xz({"format": 1, "files": {**FILES, "more.py": "x"}, "spec": {"a.json": "e30=", "b.json.gz": "H4v/"}}),
    ],
    ids=lambda content: digest(repr(content))[:8],
)
def test_an_archive_that_does_not_fit_is_as_good_as_not_there(host: Host, packed: Path, content: bytes) -> None:
    packed.write_bytes(content)
    assert read_base(host, MANIFEST, SPEC_SHA) is None


def test_the_archives_of_these_cases_would_fit_otherwise(host: Host, packed: Path) -> None:
    packed.write_bytes(_xz({"format": 1, "files": FILES, "spec": {"a.json": "e30=", "b.json.gz": "H4v/"}}))
    assert read_base(host, MANIFEST, SPEC_SHA)
    assert read_base(host, MANIFEST, SHA) is None
    assert read_base(host, manifest_of({}), SPEC_SHA) is None


def test_a_bomb_is_never_unpacked_whole(host: Host, packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """K30: little that unpacks to much."""
    asked: list[int] = []
    packed.write_bytes(lzma.compress(bytes(1_000_000)))
    monkeypatch.setattr(archive, "MAX_BYTES", 1000)
    assert read_base(host, MANIFEST, SPEC_SHA) is None
    monkeypatch.setattr(lzma, "LZMADecompressor", _spying(asked))
    assert read_base(host, MANIFEST, SPEC_SHA) is None
    assert asked == [1001]


def _spying(asked: list[int]) -> type:
    real = lzma.LZMADecompressor

    class Spy:
        def __init__(self, format: int, memlimit: int) -> None:
            self.real = real(format, memlimit)

        @property
        def eof(self) -> bool:
            return self.real.eof

        def decompress(self, data: bytes, most: int) -> bytes:
            asked.append(most)
            return self.real.decompress(data, most)

    return Spy


def test_an_archive_is_neither_read_nor_written_through_a_link(host: Host, packed: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    packed.parent.rename(outside)
    packed.parent.symlink_to(outside)
    assert read_base(host, MANIFEST, SPEC_SHA) is None
    remove_others(host, ())
    assert os.listdir(outside) == [packed.name]
    with pytest.raises(Diagnostics) as raised:
        write_base(host, manifest_of({}), Base({}, SPEC))
    message = "no folder, but speccast keeps here what it generated; remove it [archive]"
    assert raised.value.text() == f".speccast/vendor: error: {message}"


def test_archives_of_nothing_are_removed_and_other_files_stay(host: Host, packed: Path) -> None:
    write_base(host, manifest_of({}), Base({}, SPEC))
    killed = packed.with_name(f".{packed.name}.speccast-{'0' * 16}")
    killed.touch()
    remove_others(host, [manifest_digest(MANIFEST)])
    assert os.listdir(packed.parent) == [packed.name]
    (packed.parent / "notes.txt").touch()
    remove_others(host, ())
    assert os.listdir(packed.parent) == ["notes.txt"]
    (packed.parent / "notes.txt").unlink()
    remove_others(host, ())
    assert os.listdir(host.root) == []


def test_what_a_killed_run_left_beside_the_lock_file_is_cleared_away(host: Host) -> None:
    write_lock(host, PACKAGES)
    (host.root / f".speccast.lock.speccast-{'0' * 16}").touch()
    (host.root / ".speccast.lock.speccast-mine").touch()
    clean_temporary(host.lock)
    assert sorted(os.listdir(host.root)) == [".speccast.lock.speccast-mine", "speccast.lock"]
