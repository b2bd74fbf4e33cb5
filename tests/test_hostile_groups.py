"""The hostile vectors of `data/hostile-groups.json`, each as a spec of ours and as a service model of botocore's;
`test_hostile_smithy` has them as models of Smithy.

Groups: A documentation, B patterns, C values of enums, D members, E shapes, F operations, G texts of errors, H services
and addresses, J whole documents. `must_hold` says of each form: `cast`, `refused:<rules>`, or `none` where the form has
no such place. What is cast is inert, exact, contained, and compiles and imports with every warning an error; what is
refused says so by name. Heavy ones are `small` here; at full size they run in a child of their own, with limits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import hostile_smithy
import pytest
from casting import write_tree
from hostile_claims import assert_contained, assert_diagnostics
from hostile_models import files_of
from hostile_specs import Vector, content_of, smaller, vectors
from sizes import FULL
from test_hostile import assert_exact, assert_inert

from codegen.diagnostics import Diagnostics, Level
from codegen.exporters.spec_files import spec_files
from codegen.importers.botocore import read_botocore
from codegen.importers.smithy import read_smithy
from codegen.pipeline import Product, generate
from codegen.spec import ir
from codegen.spec.check import check_model
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

VECTORS = vectors("hostile-groups.json")
COUNTS = {"A": 36, "B": 23, "C": 25, "D": 26, "E": 16, "F": 11, "G": 7, "H": 34, "J": 61}
HERE = Path(__file__).parent
EXACT = ("pattern", "enum", "member", "error", "code")
NOT_ENFORCED = ("B16",)
"""A pattern that no engine of Python takes: a warning says so, and it is left to the service."""
BOTH = {vector["id"] for vector in VECTORS[::6]}
"""What is cast in both forms in every run; all are with SPECCAST_FULL=1, and all are read in every run."""


def test_every_group_is_whole() -> None:
    groups = [vector["id"][0] for vector in VECTORS]
    assert {group: groups.count(group) for group in COUNTS} == COUNTS and len(groups) == sum(COUNTS.values())
    assert len({vector["id"] for vector in VECTORS}) == len(VECTORS)


def read(vector: Vector, form: str) -> ir.Model | None:
    """Read a vector in one of its forms. Raises Diagnostics."""
    if form == "ours":
        return parse_model((read_source("spec.json", content_of(vector)),))
    if form == "smithy":
        tree = hostile_smithy.content_of(vector)
        return tree if tree is None else read_smithy(read_source("model.json", tree))
    files = files_of(vector)
    return files and read_botocore(tuple(read_source(name, content) for name, content in files.items()))  # type: ignore


def cast(vector: Vector, form: str) -> Product | Diagnostics | None:
    """Do what the command does."""
    try:
        model = read(vector, form)
        if model is None:
            return None
        found = [one for one in check_model(model) if one.level is Level.ERROR]
        return Diagnostics(found) if found else generate(model)
    except Diagnostics as fault:
        return fault


def verdict(outcome: Product | Diagnostics | None) -> str:
    match outcome:
        case None:
            return "none"
        case Diagnostics():
            return "refused:" + ",".join(sorted({one.rule for one in outcome.found}))
        case _:
            return "cast"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_vector_is_inert_or_refused(vector: Vector) -> None:
    for form in ("ours", "botocore") if FULL or vector["id"] in BOTH else ("ours",):
        outcome = cast(smaller(vector), form)
        assert verdict(outcome) == vector["must_hold"][form]
        if isinstance(outcome, Diagnostics):
            assert_diagnostics(outcome.text())
        elif outcome is not None:
            assert_contained(outcome.files)
            assert_inert(smaller(vector), outcome)
            exact = form == "ours" and vector["where"] in EXACT and vector["id"] not in NOT_ENFORCED
            assert_imports(outcome.files, smaller(vector) if exact else None)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_model_that_is_imported_reads_back_word_for_word(vector: Vector) -> None:
    try:
        model = read(smaller(vector), "botocore")
        found = [one for one in check_model(model) if one.level is Level.ERROR] if model else []
    except Diagnostics as fault:
        model, found = None, list(fault.found)
    rules = "refused:" + ",".join(sorted({one.rule for one in found}))
    assert vector["must_hold"]["botocore"] == (rules if found else "cast" if model else "none")
    if found or not model:
        return
    written = spec_files(model, docs=True)
    assert parse_model(tuple(read_source(name, text.encode()) for name, text in sorted(written.items()))) == model


# ----------------------------------------------------------------------------------------------------------- importing


@cache
def _runtimes() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="speccast-runtimes-")


def place(folder: Path, files: Mapping[str, str]) -> None:
    """Write a package; a runtime is the same in hundreds of them, and compiled once."""
    runtime = {path: text for path, text in files.items() if path.startswith("_runtime/")}
    shared = Path(_runtimes().name, sha256(json.dumps(runtime).encode()).hexdigest())
    if not shared.exists():
        write_tree(shared, runtime)
    write_tree(folder, {path: text for path, text in files.items() if path not in runtime})
    (folder / "_runtime").symlink_to(shared / "_runtime")


def assert_imports(files: Mapping[str, str], exact: Vector | None) -> None:
    """Compile whatever no other package has, and import it as its users do."""
    name = f"hostile_{sha256(json.dumps(dict(files)).encode()).hexdigest()[:16]}"
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        for path, text in files.items():
            if path.endswith(".py") and not path.startswith("_runtime/"):
                compile(text, path, "exec", dont_inherit=True)
        place(Path(folder, name), files)
        sys.path.insert(0, folder)
        try:
            package: Any = __import__(f"{name}.models", fromlist=["models"]) and sys.modules[name]
            __import__(f"{name}.errors")
            if exact:
                assert_exact(exact, package)
        finally:
            sys.path.remove(folder)
            for module in [module for module in sys.modules if module.partition(".")[0] == name]:
                del sys.modules[module]


# -------------------------------------------------------------------------------------------------------------- limits

HEAVY = [vector["id"] for vector in VECTORS if "small" in vector] + [f"B{number}" for number in range(13, 18)]
SOME = ("J22", "J24")
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30))
from test_hostile_groups import VECTORS, cast, verdict
(vector,) = [vector for vector in VECTORS if vector["id"] == sys.argv[1]]
assert verdict(cast(vector, sys.argv[2])) == vector["must_hold"][sys.argv[2]]
"""


@pytest.mark.parametrize("form", ["ours", "botocore"])
@pytest.mark.parametrize("which", HEAVY)
def test_a_heavy_vector_takes_ten_seconds_and_a_gibibyte_at_most(which: str, form: str) -> None:
    if not FULL and which not in SOME:
        pytest.skip("every heavy vector at full size: SPECCAST_FULL=1")
    command = [sys.executable, "-c", LIMITED, which, form]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])}
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
