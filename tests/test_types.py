"""Strict type checkers find nothing in the generator, in what it makes, or in a program that uses it; and they find
every mistake in one that misuses it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from packages import NEW, OLD, ROOT, product_of, write

DATA = Path(__file__).parent / "data"
PROGRAM = DATA / "sample_program.py"
MISTAKES = DATA / "sample_mistakes.py.txt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that vendors the package: it, that of the older release, a program, and one with mistakes."""
    made = tmp_path_factory.mktemp("project") / "project"
    made.mkdir()
    write(product_of(NEW), made / product_of(NEW).package)
    write(product_of(OLD), made / "older_release")
    (made / "program.py").write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    (made / "mistakes.py").write_text(MISTAKES.read_text(encoding="utf-8"), encoding="utf-8")
    return made


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8")


def _mypy(cwd: Path, *targets: str) -> list[tuple[str, int, str]]:
    """Run mypy without any plugin or configuration but `--strict`."""
    options = ("--strict", "--python-version", "3.11", "--config-file", os.devnull, "--no-error-summary")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")  # two runs on one cache break each other's
    cache = f"--cache-dir={ROOT / '.mypy_cache' / 'tests' / worker / cwd.name}"
    done = _run(sys.executable, "-m", "mypy", *options, cache, "--show-absolute-path", *targets, cwd=cwd)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return list(_complaints(done.stdout))


def _complaints(text: str) -> Iterator[tuple[str, int, str]]:
    for line in text.splitlines():
        found = re.match(r"(.+?):(\d+): error: (.*)", line)
        if found:
            yield Path(found[1]).name, int(found[2]), found[3]


def _pyright(cwd: Path, *targets: str) -> list[tuple[str, int, str]]:
    """Run pyright in strict mode; skip where it cannot run."""
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "include": list(targets)}
    config = cwd / "pyrightconfig.json"
    config.write_text(json.dumps(settings), encoding="utf-8")
    options = ("--outputjson", "--pythonpath", sys.executable, "-p", str(config))
    done = _run(sys.executable, "-m", "pyright", *options, cwd=cwd)
    if not done.stdout.startswith("{"):
        pytest.skip(f"pyright cannot run here: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] > 0
    return [
        (Path(found["file"]).name, found["range"]["start"]["line"] + 1, found["message"])
        for found in report["generalDiagnostics"]
        if found["severity"] == "error"
    ]


@pytest.fixture(scope="module")
def by_mypy(folder: Path) -> list[tuple[str, int, str]]:
    return _mypy(folder, ".")


@pytest.fixture(scope="module")
def by_pyright(folder: Path) -> list[tuple[str, int, str]]:
    return _pyright(folder, ".")


def _outside_mistakes(found: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    return [each for each in found if each[0] != "mistakes.py"]


def test_mypy_finds_nothing_in_the_packages_and_the_program(by_mypy: list[tuple[str, int, str]]) -> None:
    assert _outside_mistakes(by_mypy) == []


def test_pyright_finds_nothing_in_the_packages_and_the_program(by_pyright: list[tuple[str, int, str]]) -> None:
    assert _outside_mistakes(by_pyright) == []


def _marked() -> set[int]:
    lines = MISTAKES.read_text(encoding="utf-8").splitlines()
    found = {number for number, line in enumerate(lines, 1) if line.endswith("# error")}
    assert len(found) > 10
    return found


def test_mypy_finds_exactly_the_mistakes(by_mypy: list[tuple[str, int, str]]) -> None:
    assert {line for name, line, _ in by_mypy if name == "mistakes.py"} == _marked()


def test_pyright_finds_exactly_the_mistakes(by_pyright: list[tuple[str, int, str]]) -> None:
    assert {line for name, line, _ in by_pyright if name == "mistakes.py"} == _marked()


def test_mypy_finds_nothing_in_the_generator() -> None:
    assert _mypy(ROOT, "codegen") == []


def test_pyright_finds_nothing_in_the_generator(tmp_path: Path) -> None:
    (tmp_path / "codegen").symlink_to(ROOT / "codegen")
    assert _pyright(tmp_path, "codegen") == []


def test_the_program_runs(folder: Path) -> None:
    done = _run(sys.executable, "-W", "error", "program.py", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith(f"{NEW} {{'Catalog': 'Sandbox', ")
    assert done.stdout.splitlines()[1:] == [
        "AWS",
        "o1 engi-0123456789abc",
        "Organization []",
        "Title",
        "eng-0123456789abcd AWS",
        "Engagement Created",
    ]
