"""Emitted suites for tests: written somewhere, run on cases one by one, or with pytest in a process of their own."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from packages import RELEASES, SPECS, product_of

from codegen.pipeline import generate
from codegen.spec import ir
from codegen.spec.parse import parse_model
from codegen.spec.source import read_spec_files

EVERYTHING = Path(__file__).parent / "data" / "conformance.json"
SPEC_PATHS = {"everything": EVERYTHING, **{release: SPECS / release for release in RELEASES}}
"""One spec with every shape and constraint, and the curated releases."""

CHECKS = {
    "requests": "check_request",
    "answers": "check_answer",
    "errors": "check_error",
    "events": "check_event",
    "calls": "check_call",
}
"""The function that runs one case of a group."""
_MODULES = {"calls": "calls"}
"""Where it stands, if not in `checks`."""


BARE = {"PATH": "", "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""The environment of a run; the plugins of pytest that are installed here take longer to load than a run takes."""


@cache
def model_of(name: str) -> ir.Model:
    return parse_model(read_spec_files(SPEC_PATHS[name]))


@cache
def files_of(name: str) -> Mapping[str, str]:
    return product_of(name).files if name in RELEASES else generate(model_of(name)).files


@cache
def vectors_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files_of(name)["conformance/cases.json"])
    return found


def cases_of(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk group and case."""
    for group, cases in vectors_of(name)["groups"].items():
        yield from ((group, case) for case in cases)


def check_of(package: Any, group: str) -> Callable[[Mapping[str, Any]], None]:
    """Give what runs a case of a group on an imported package."""
    module = importlib.import_module(f"{package.__name__}.conformance.{_MODULES.get(group, 'checks')}")
    found: Callable[[Mapping[str, Any]], None] = getattr(module, CHECKS[group])
    return found


def runs_of(name: str) -> list[str]:
    """Give the case of every test of a suite, by its id: a call is tried with both clients."""
    return [case["id"] for group, case in cases_of(name) for _ in range(2 if group == "calls" else 1)]


def run_suite(
    folder: Path, package: str, *options: str, cwd: Path | None = None, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run pytest on a package's suite, found by name with `folder` on the path, from another folder."""
    return run_suites(folder, [package], *options, cwd=cwd, settings=settings)


def run_suites(
    folder: Path,
    packages: Sequence[str],
    *options: str,
    cwd: Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Do so with the suites of several packages, in one process."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(
        [*command, "--pyargs", *(f"{package}.conformance" for package in packages)],
        env={"PYTHONPATH": str(folder), **BARE, **(settings or {})},
        cwd=cwd or folder,
        capture_output=True,
        text=True,
        timeout=120 * len(packages),
        check=False,
    )
