"""The source distribution that AWS's tests come out of: fetched once, unpacked whole, refused when it is another."""

from __future__ import annotations

import io
import os
import tarfile
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from unittest.mock import patch

import pytest
import sdist

TOP = f"botocore-{version('botocore')}"
FILES = {
    "LICENSE.txt": "licence",
    "tests/unit/auth/aws4_testsuite/get/get.req": "GET / HTTP/1.1",
    "tests/unit/protocols/input/json.json": "[]",
    "tests/unit/test_args.py": "",
    "tests/unit/auth/test_sigv4.py": "",
    "../escaped/tests/unit/protocols/a.json": "",
    "setup.py": "raise SystemExit('nothing of it is to run')",
}


def write_archive(folder: Path) -> Path:
    path = folder / f"{TOP}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in FILES.items():
            entry = tarfile.TarInfo(f"{TOP}/{name}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
        link = tarfile.TarInfo(f"{TOP}/tests/unit/protocols/link.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    return path


def lock(digest: str, number: str = version("botocore")) -> str:
    hashes = "".join(f" \\\n    --hash=sha256:{one}" for one in ("0" * 64, digest))
    return f"boto3==1.0 \\\n    --hash=sha256:{digest}\nbotocore=={number}{hashes}\nbuild==1.0\n"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder that stands for the package index; there is no other."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(folder), "CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    return folder


def test_the_locked_version_is_the_installed_one_and_its_tests_are_there() -> None:
    home = sdist.sdist() / "tests" / "unit"
    assert list(home.glob("protocols/output/json*.json"))
    assert list(home.glob("auth/aws4_testsuite/**/*.req"))
    assert list(home.glob("data/endpoints/test-cases/*.json"))
    assert list(home.parent.glob("functional/endpoint-rules/*/endpoint-tests-1.json"))
    assert (sdist.sdist() / "LICENSE.txt").is_file() and (sdist.sdist() / "NOTICE").is_file()


def test_processes_that_ask_at_once_find_one_whole_folder(tmp_path: Path) -> None:
    with (
        patch.object(sdist, "_downloaded", lambda requirement, folder: write_archive(folder)),
        ThreadPoolExecutor(8) as pool,
    ):
        found = set(pool.map(lambda _: sdist.unpacked(lock("1" * 64), tmp_path / "cache"), range(32)))
    (folder,) = found
    assert folder.parent == tmp_path / "cache" and folder.name.startswith(f"{TOP}-")
    made = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if not path.is_dir())
    assert made == sorted(["cache/.gitignore", *(f"cache/{folder.name}/{name}" for name in list(FILES)[:3])])


def test_another_file_than_the_locked_one_is_refused_by_name(index: Path, tmp_path: Path) -> None:
    digest = sha256(write_archive(index).read_bytes()).hexdigest()
    with pytest.raises(sdist.Unavailable, match=rf"{TOP}(?s:.*)Expected +or {'1' * 64}\s+Got +{digest}"):
        sdist.unpacked(lock("1" * 64), tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".gitignore"]


@pytest.mark.usefixtures("index")
def test_without_an_index_the_reason_says_what_it_takes(tmp_path: Path) -> None:
    with pytest.raises(sdist.Unavailable, match=r"takes pip and the package index(?s:.*)No matching distribution"):
        sdist.unpacked(lock("1" * 64), tmp_path / "cache")


def test_a_lock_that_the_installed_version_does_not_follow_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(sdist.Unavailable, match=r"is installed, requirements\.lock has 0\.0\.1: install the requ"):
        sdist.unpacked(lock("1" * 64, "0.0.1"), tmp_path)
    with pytest.raises(sdist.Unavailable, match="has no line botocore"):
        sdist.unpacked("boto3==1.0\n", tmp_path)
    assert not (tmp_path / ".gitignore").exists()
