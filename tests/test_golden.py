"""Case directories: `golden/<case>/spec.json` is a spec, `expected/` its package, `use.py` what a user can do with it.

Comparing proves that what is printed is unchanged, using it that it is right. The runtime, which is copied, and the
conformance suite have tests of their own. A new case is a new directory; `pytest --update` writes what is expected.
"""

from __future__ import annotations

import json
import runpy
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from casting import imported, write_tree
from suites import run_suites

from codegen.diagnostics import Level
from codegen.pipeline import generate
from codegen.spec.check import check_model
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

CASES = sorted(path.parent for path in Path(__file__).with_name("golden").glob("*/spec.json"))
USED = [case for case in CASES if (case / "use.py").exists()]
ELSEWHERE = ("_runtime/", "conformance/")


def name_of(case: Path) -> str:
    return case.name


@cache
def generated(case: Path) -> Mapping[str, str]:
    model = parse_model((read_source("spec.json", (case / "spec.json").read_bytes()),))
    return generate(model).files


def compared(case: Path) -> dict[str, str]:
    """Give what a case stands for: every file but what has tests elsewhere, or is the same in every package."""
    same = () if case.name == "clients" else ("transports.py",)
    files = {path: text for path, text in generated(case).items() if not path.startswith((*ELSEWHERE, *same))}
    return {**files, "MANIFEST.json": _steady(files["MANIFEST.json"])}


def _steady(manifest: str) -> str:
    """Leave out of a manifest what changes with the generator and with what is copied."""
    value = json.loads(manifest)
    files = {path: digest for path, digest in value["files"].items() if not path.startswith(ELSEWHERE)}
    return json.dumps({**value, "generator": "", "self": "", "files": files}, indent=2) + "\n"


def expected(case: Path) -> dict[str, str]:
    folder = case / "expected"
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8") for path in paths}


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_case_gives_what_is_expected(case: Path, update: bool) -> None:
    if update:
        shutil.rmtree(case / "expected", ignore_errors=True)
        write_tree(case / "expected", compared(case))
    assert compared(case) == expected(case)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_package_is_imported_without_a_warning(case: Path) -> None:
    with imported(generated(case)) as package:
        for name in package.models.__all__:
            assert hasattr(package.models, name)
        assert all(hasattr(package.errors, name) for name in package.errors.__all__)


@pytest.mark.parametrize("case", USED, ids=name_of)
def test_a_package_can_be_used(case: Path) -> None:
    with imported(generated(case)) as package:
        runpy.run_path(str(case / "use.py"))["use"](package)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_spec_of_a_case_has_no_errors(case: Path) -> None:
    found = check_model(parse_model((read_source("spec.json", (case / "spec.json").read_bytes()),)))
    assert [one.message for one in found if one.level is Level.ERROR] == []


def test_every_directory_is_a_case() -> None:
    folders = sorted(path for path in Path(__file__).with_name("golden").iterdir() if path.is_dir())
    assert folders == CASES
    assert len(USED) >= 12


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, Sequence[str]], str]:
    """Run the suites of all cases in one process: give what became of the tests of each package, and what was said."""
    folder = tmp_path_factory.mktemp("suites")
    for case in CASES:
        write_tree(folder / package_of(case), generated(case))
    done = run_suites(folder, [package_of(case) for case in CASES], "--junitxml=report.xml")
    found: dict[str, list[str]] = {}
    for test in ElementTree.parse(folder / "report.xml").iter("testcase"):
        became = [one.tag for one in test] or ["passed"]
        found.setdefault(test.get("classname", "").partition(".")[0], []).extend(became)
    return found, done.stdout[-2000:]


def package_of(case: Path) -> str:
    return f"case_{case.name.replace('-', '_')}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_package_passes_its_own_suite(case: Path, outcomes: tuple[Mapping[str, Sequence[str]], str]) -> None:
    found, said = outcomes
    assert set(found.get(package_of(case), ())) == {"passed"}, said
