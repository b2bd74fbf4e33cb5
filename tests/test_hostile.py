"""Hostile vectors: `data/hostile.json` has `{id, where, value | raw, must_hold}`; each is cast, and listened to.

`must_hold`: `inert` (cast, no code from the text), `exact` (moreover every value is what the spec says, code point for
code point, and refuses or accepts as such), `unique` (as many classes or methods as names), `exact-or-refused`,
`refused:<rule>` (a diagnostic of that rule, and no file). `hostile_specs.py` puts them into specs.
"""

from __future__ import annotations

import ast
import builtins
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from casting import imported
from hostile_specs import Vector, content_of, value_of, vectors
from strategies import CANARY

from codegen.diagnostics import Diagnostics, Level
from codegen.pipeline import Product, generate
from codegen.spec.check import check_model
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

VECTORS = vectors("hostile.json")


def cast(vector: Vector) -> Product | Diagnostics:
    """Do what the command does with a vector's spec."""
    try:
        model = parse_model((read_source("spec.json", content_of(vector)),))
        found = [one for one in check_model(model) if one.level is Level.ERROR]
        return Diagnostics(found) if found else generate(model)
    except Diagnostics as fault:
        return fault


# ---------------------------------------------------------------------------------------------------------- what holds


def assert_refused(outcome: Product | Diagnostics, rule: str) -> None:
    assert isinstance(outcome, Diagnostics), "cast, but should have been refused"
    assert rule in {one.rule for one in outcome.found}, outcome.text()[:500]
    assert all(line.isprintable() and len(line) < 1000 for line in outcome.text().splitlines())


def assert_inert(vector: Vector, product: Product) -> None:
    """No name, call or attribute of the canary's is code, and every path stays in the package."""
    value = value_of(vector)
    made_of_names = vector["where"] in ("member", "shape", "operation", "enum", "error")
    for path, text in product.files.items():
        assert ".." not in path.split("/") and not path.startswith(("/", "\\")) and path.isascii()
        if path.endswith(".py"):
            for node in ast.walk(ast.parse(text)):
                called = isinstance(node, ast.Call) and CANARY in ast.unparse(node.func)
                assert not called and (made_of_names or not (isinstance(node, ast.Name) and CANARY in node.id)), path
    assert value is not None


def assert_exact(vector: Vector, package: Any) -> None:
    value = value_of(vector)
    models = package.models
    match vector["where"]:
        case "pattern":
            shown = models._types.Text_.__metadata__[0].shown
            assert shown == value or (shown is None and not value)  # an empty one that is searched for asks nothing
        case "enum":
            assert [constant.value for constant in models.Kind] == value
            assert all(models.SendRequest(kind=text).to_wire() == {"Kind": text} for text in value)
        case "member":
            wire = {name: name for name in value}
            assert models.SendRequest(**wire).to_wire() == models.SendRequest.from_wire(wire).to_wire() == wire
            for name in value:
                assert models.Either.model_validate({name: "x"}).tag == name
            assert package.errors.from_wire({"__type": "Refused", **wire}).details.to_wire().items() >= wire.items()
        case "error":
            assert package.errors.Refused.suggested_action == value
        case "code":
            assert package.errors.Refused.default_code == value


def assert_unique(vector: Vector, package: Any) -> None:
    count = len(value_of(vector))
    if vector["where"] == "shape":
        classes = [name for name in package.models.__all__ if isinstance(getattr(package.models, name), type)]
        assert len(set(classes)) == count + len(("SendRequest", "ConstraintWarning", "Unknown"))
        wire = {f"M{number}": {"Text": "t"} for number in range(count)}
        assert package.models.SendRequest(**wire).to_wire() == wire


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_hostile_spec_is_inert_or_refused(vector: Vector) -> None:
    outcome = cast(vector)
    (must,) = vector["must_hold"]
    if must.startswith("refused:"):
        assert_refused(outcome, must.partition(":")[2])
        return
    if must == "exact-or-refused" and isinstance(outcome, Diagnostics):
        return
    assert isinstance(outcome, Product), outcome.text()[:500]
    assert_inert(vector, outcome)
    with imported(outcome.files) as package:
        assert not hasattr(builtins, CANARY)
        if must == "exact":
            assert_exact(vector, package)
        assert_unique(vector, package)


def test_every_vector_has_an_id_of_its_own_and_something_that_must_hold() -> None:
    assert len({vector["id"] for vector in VECTORS}) == len(VECTORS) > 60
    words = {must.partition(":")[0] for vector in VECTORS for must in vector["must_hold"]}
    assert words == {"inert", "exact", "unique", "exact-or-refused", "refused"}


# ----------------------------------------------------------------------------------------------------------- listening

LISTENER = """
import builtins, json, sys

called = []
builtins.{canary} = lambda *args: called.append("canary")

from test_hostile import VECTORS, cast
from codegen.pipeline import Product

cast(VECTORS[0])  # what is imported at first use is imported now
listening, heard = True, []

def hook(event, arguments):
    if not listening:
        return
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "shutil.")):
        heard.append(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        heard.append(f"write {{arguments[0]}}")
    if event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.truncate"):
        heard.append(f"{{event}} {{arguments[0]}}")

sys.addaudithook(hook)
products = [cast(vector) for vector in VECTORS if "form" not in vector]
listening = False
print(json.dumps([called, heard, sum(isinstance(product, Product) for product in products)]))
"""


def test_casting_hostile_specs_calls_nobody_and_writes_nothing(tmp_path: Path) -> None:
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)])}
    program = LISTENER.format(canary=CANARY)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    called, heard, cast_at_all = json.loads(done.stdout)
    assert (called, heard) == ([], [])
    assert cast_at_all > 40
    assert list(tmp_path.iterdir()) == []
