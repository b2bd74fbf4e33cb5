"""What AWS tests botocore with, out of botocore's source distribution: wheels carry no tests.

The file is asked of the package index that pip is configured with, in the version and with the hashes that
`requirements.lock` has, so that nothing is to be pinned twice. What tests read of it stays in `.cache/`, out of git.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
CACHE = ROOT / ".cache"
_WANTED = re.compile(
    r"(LICENSE\.txt|NOTICE|tests/(unit/(protocols|auth/aws4_testsuite|data/endpoints)|functional/endpoint-rules)/.+)"
)
_REQUIREMENT = re.compile(r"^botocore==(?P<version>\S+)(?P<hashes>( \\\n +--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)
_PIP = ("-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", "botocore")


class Unavailable(AssertionError):
    """What AWS tests with is not there, and why. No reason to skip: the tests it is for would prove nothing."""


@cache
def sdist() -> Path:
    """Give the folder that has `tests/unit` and `tests/functional`, as far as we read them. Raises Unavailable."""
    return unpacked(LOCK.read_text(encoding="utf-8"), CACHE)


def unpacked(lock: str, cache: Path) -> Path:
    """Give the folder for a lock file's text, made at the first call. Raises Unavailable."""
    found = _REQUIREMENT.search(lock)
    if found is None:
        raise Unavailable("requirements.lock has no line botocore==... with hashes")
    if found["version"] != version("botocore"):
        raise Unavailable(
            f"botocore {version('botocore')} is installed, requirements.lock has {found['version']}: install the "
            "requirements again, or lock them again with their hashes"
        )
    wanted = sha256(_WANTED.pattern.encode()).hexdigest()[:8]
    folder = cache / f"botocore-{found['version']}-{wanted}"  # one that was unpacked for fewer tests is another
    if not folder.is_dir():
        _make(folder, f"botocore-{found['version']}", found[0])
    return folder


def _make(folder: Path, top: str, requirement: str) -> None:
    """Download and unpack next to the folder, then rename: other processes see all of it or nothing."""
    folder.parent.mkdir(exist_ok=True)
    (folder.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unfinished-") as name:
        made = Path(name) / top
        with tarfile.open(_downloaded(requirement, Path(name))) as archive:
            archive.extractall(name, _members(archive, top), filter="data")
        try:
            made.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise


def _downloaded(requirement: str, folder: Path) -> Path:
    """Download; pip compares the file with the hashes before it runs anything out of it."""
    wanted = folder / "requirement.txt"
    wanted.write_text(f"{requirement}\n", encoding="utf-8")
    command = [sys.executable, *_PIP, "--require-hashes", "--requirement", str(wanted), "--dest", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    files = sorted(folder.glob("botocore-*.tar.gz"))
    if done.returncode or not files:
        raise Unavailable(
            "botocore's source distribution, which AWS's own tests are in, cannot be had. It takes pip and the package "
            f"index that pip is configured with, once.\n{done.stdout}{done.stderr}"
        )
    return files[0]


def _members(archive: tarfile.TarFile, top: str) -> Iterator[tarfile.TarInfo]:
    """Give what tests read, and the licence that it is under."""
    for member in archive:
        first, _, path = member.name.partition("/")
        if member.isfile() and first == top and _WANTED.fullmatch(path):
            yield member
