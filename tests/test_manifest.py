"""`codegen.files.manifest`: what is printed is pinned, and nothing that was read is believed before it was checked."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from codegen.diagnostics import Diagnostics
from codegen.files import manifest as manifests
from codegen.files.manifest import (
    MANIFEST,
    Manifest,
    digest,
    file_digest,
    manifest_digest,
    open_itself,
    path_fault,
    read_manifest,
    write_manifest,
)

REMEDY = "restore it from version control, or run generate with --force to write it anew"
ONE = Manifest(
    generator="speccast 1.0.0",
    spec="selling@2024-12-05",
    spec_digest="0" * 64,
    release="2024-12-05",
    operations=("ListAccounts", "GetAccount"),
    requirements=("pydantic>=2", "httpx"),
    files={"sub/b.py": "b" * 64, "a.py": "a" * 64},
)
SEAL = "1cba50cc0f70b42965406d2486e8a393b9aaed7399ad24ec00a67382c5fbb250"
PRINTED = f"""\
{{
  "about": "What speccast generated here, so that it can tell its own files from yours: do not edit.",
  "generator": "speccast 1.0.0",
  "spec": "selling@2024-12-05",
  "spec_digest": "{"0" * 64}",
  "release": "2024-12-05",
  "operations": [
    "ListAccounts",
    "GetAccount"
  ],
  "requirements": [
    "pydantic>=2",
    "httpx"
  ],
  "files": {{
    "a.py": "{"a" * 64}",
    "sub/b.py": "{"b" * 64}"
  }},
  "self": "{SEAL}"
}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder with nothing but the manifest ONE, shown as `pkg`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "MANIFEST.json").write_text(write_manifest(ONE))
    return tmp_path / "pkg"


def refusal(folder: Path) -> str:
    with pytest.raises(Diagnostics) as raised:
        read_manifest(folder)
    return raised.value.text()


# ------------------------------------------------------------------------------------------------------------ printed


def test_a_manifest_is_printed_so_and_its_own_digest_stays() -> None:
    """Packages that were generated long ago are read by it."""
    assert write_manifest(ONE) == PRINTED
    assert manifest_digest(ONE) == SEAL


@pytest.mark.parametrize("operations", [None, (), ("ListAccounts",)])
def test_a_manifest_reads_back_with_all_operations_none_or_some(
    folder: Path, operations: tuple[str, ...] | None
) -> None:
    assert read_manifest(folder) == ONE
    some = Manifest(**{**{name: getattr(ONE, name) for name in ONE.__slots__}, "operations": operations})
    (folder / MANIFEST).write_text(write_manifest(some))
    assert read_manifest(folder) == some


def test_the_digest_of_text_is_that_of_its_utf_8() -> None:
    assert digest("é\n") == "edd3a863872a04239eb29ad4bc12fc892b3d4ae57cc7e786a3697816f8e141c2"


# ------------------------------------------------------------------------------------------------------------- refused


def sealed(**changes: object) -> str:
    """A manifest whose own digest fits."""
    content = {**json.loads(write_manifest(ONE)), **changes}
    del content["self"]
    seal = digest(json.dumps(content, sort_keys=True, separators=(",", ":")))
    return json.dumps({**content, "self": seal}, indent=2)


SHA = "c" * 64
NO_NAME = "has a character that no product's name has"
UNFIT: tuple[tuple[str, str], ...] = (
    ("[]", "1:1: error: its top level is no object"),
    ("{}", "1:1: error: the manifest was changed by hand"),
    (json.dumps({"self": "0"}), "1:1: error: the manifest was changed by hand"),
    ("{", "1:2: error: the file ends in the middle of a value"),
    (sealed(generator=1), '3:16: error: "generator" must be a string'),
    (sealed(spec=None), '4:11: error: "spec" must be a string'),
    (sealed(spec_digest=[]), '5:18: error: "spec_digest" must be a string'),
    (sealed(release={}), '6:14: error: "release" must be a string'),
    (sealed(operations="all"), '7:17: error: "operations" must be a list of strings'),
    (sealed(operations=["ListAccounts", 1]), '7:17: error: "operations" must be a list of strings'),
    (sealed(requirements={}), '11:19: error: "requirements" must be a list of strings'),
    (sealed(requirements=["httpx", None]), '11:19: error: "requirements" must be a list of strings'),
    (sealed(files=[]), '15:12: error: "files" must be an object'),
    (sealed(files={"a.py": SHA, "../x": SHA}), '17:13: error: "../x" is no path of a product: has ".."'),
    (sealed(files={"a.py": SHA, "x": 1}), '17:10: error: the digest of "x" is not a sha256'),
    (sealed(files={"x": SHA[1:]}), '16:10: error: the digest of "x" is not a sha256'),
    (sealed(files={"x": SHA + "c"}), '16:10: error: the digest of "x" is not a sha256'),
    (sealed(files={"x": SHA.upper()}), '16:10: error: the digest of "x" is not a sha256'),
)


@pytest.mark.parametrize(("text", "message"), UNFIT)
def test_what_is_no_manifest_is_refused_where_it_is_wrong(folder: Path, text: str, message: str) -> None:
    (folder / MANIFEST).write_text(text)
    assert refusal(folder) == f"pkg/MANIFEST.json:{message}; {REMEDY} [manifest]"


@pytest.mark.parametrize(("make", "kind"), [(os.mkfifo, "pipe or device"), (Path.mkdir, "folder")])
def test_a_pipe_or_folder_is_no_manifest(folder: Path, make: object, kind: str) -> None:
    (folder / MANIFEST).unlink()
    assert callable(make)
    make(folder / MANIFEST)
    said = f"a {kind} stands where a file belongs; {REMEDY}"
    assert refusal(folder) == f"pkg/MANIFEST.json: error: {said} [manifest]"


@pytest.mark.parametrize("target", ["real.json", "absent"])
def test_a_link_to_a_manifest_is_none(folder: Path, target: str) -> None:
    (folder / MANIFEST).rename(folder / "real.json")
    (folder / MANIFEST).symlink_to(target)
    said = f"a symbolic link stands where the manifest belongs; {REMEDY}"
    assert refusal(folder) == f"pkg/MANIFEST.json: error: {said} [manifest]"


def test_where_there_is_none_none_is_read(folder: Path) -> None:
    assert read_manifest(folder.parent) is None
    assert read_manifest(folder / "absent") is None
    assert read_manifest(folder / MANIFEST) is None


@pytest.mark.parametrize("name", ["lstat", "open"])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [(PermissionError(errno.EACCES, "Permission denied"), "permission denied"), (OSError("Lost"), "lost")],
)
def test_what_nobody_may_read_was_not_changed_by_hand(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, fault: OSError, reason: str
) -> None:
    """Neither the folder, nor the file: so nobody is told to restore it."""

    def fail(*_: object) -> NoReturn:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(os, name, fail)
        said = refusal(folder)
    assert said == f"pkg/MANIFEST.json: error: cannot be read: {reason} [unreadable]"


# --------------------------------------------------------------------------------------------------------------- paths

PATHS = {
    "a.py": None,
    "sub/a-b c.é": None,
    "..a/b..": None,
    ".a/b.": None,
    "a\nb": NO_NAME,
    "a\x7f": NO_NAME,
    "a\\b": NO_NAME,
    "c:x": NO_NAME,
    "/a": "is absolute",
    "/": "is absolute",
    "..": 'has ".."',
    "a/../b": 'has ".."',
    "a/..": 'has ".."',
    "": "has an empty step",
    ".": "has an empty step",
    "a//b": "has an empty step",
    "a/./b": "has an empty step",
    "a/": "has an empty step",
}


def test_a_path_that_may_lead_elsewhere_is_none_of_a_product() -> None:
    assert {path: path_fault(path) for path in PATHS} == PATHS


# --------------------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("block", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"a\nb\n", "a\nb\n"),
        (b"a\r\nb\r\n", "a\nb\n"),
        (b"a\rb\r", "a\rb\r"),
        (b"a\r\r\nb", "a\r\nb"),
        (b"\r\n\r\n", "\n\n"),
    ],
)
def test_a_file_has_the_digest_of_its_text_with_line_feeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, text: str, block: int
) -> None:
    monkeypatch.setattr(manifests, "_BLOCK", block)
    (tmp_path / "a").write_bytes(content)
    assert file_digest(tmp_path / "a") == digest(text)


def test_what_is_no_regular_file_has_no_digest(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("absent")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    names = ("link", "dangling", "folder", "pipe", "absent", "absent/absent", "file/absent")
    assert [file_digest(tmp_path / name) for name in names] == [None] * 7
    assert file_digest(Path("/dev/zero")) is None


def test_what_turns_into_a_pipe_while_it_is_opened_has_no_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is it waited for: nobody writes into it."""
    (tmp_path / "a").write_text("")
    os.mkfifo(tmp_path / "pipe")
    there = os.lstat(tmp_path / "a")
    monkeypatch.setattr(os, "lstat", lambda path: there)
    assert file_digest(tmp_path / "a") == digest("")
    assert file_digest(tmp_path / "pipe") is None


def test_a_file_is_opened_as_itself_where_the_system_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows alone has line ends to leave alone, and has no links to follow."""
    asked = list[tuple[Path, int, int]]()

    def opened(path: Path, flags: int, mode: int) -> int:
        asked.append((path, flags, mode))
        return 7

    for flags in ({"O_NOFOLLOW": 16, "O_NONBLOCK": 32, "O_BINARY": 64}, {"O_BINARY": 64}, {}):
        monkeypatch.setattr(manifests, "os", SimpleNamespace(open=opened, **flags))
        assert open_itself(tmp_path, 8) == 7
        assert open_itself(tmp_path, 8, 0o600) == 7
    assert [flags for _, flags, _ in asked] == [8 + 112, 8 + 112, 8 + 64, 8 + 64, 8, 8]
    assert [(path, mode) for path, _, mode in asked] == [(tmp_path, 0o644), (tmp_path, 0o600)] * 3
