"""Hostile vectors: `data/hostile.json` has `{id, where, value | raw, must_hold}`; each is cast, and listened to.

`must_hold`: `inert` (cast, no code from the text), `exact` (moreover every value is what the spec says, code point for
code point, and refuses or accepts as such), `unique` (as many classes or methods as names), `exact-or-refused`,
`refused:<rule>` (a diagnostic of that rule, and no file). `form` builds long values: `repeat` [text, times], `many`
[prefix, count], `wrap` [before, text, times, after].
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
from strategies import CANARY, SERVICE, Spec, spec_of, structure

from codegen.diagnostics import Diagnostics, Level
from codegen.pipeline import Product, generate
from codegen.spec.check import check_model
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

Vector = dict[str, Any]
VECTORS: list[Vector] = json.loads(Path(__file__).with_name("data").joinpath("hostile.json").read_text("utf-8"))
TEXT = {"type": "string"}


def value_of(vector: Vector) -> Any:
    """Build a vector's value; most stand there as they are."""
    value: Any = vector["raw"] if "raw" in vector else vector["value"]
    match vector.get("form"):
        case "repeat":
            return value[0] * value[1]
        case "many":
            return [f"{value[0]}{number}" for number in range(value[1])]
        case "wrap":
            return value[0] + value[1] * value[2] + value[3]
        case _:
            return value


def spec_with(where: str, value: Any) -> Spec:
    """Put a value into a spec that is sound without it."""
    match where:
        case "documentation":
            return documented(value)
        case "pattern":
            return spec_of({"SendRequest": structure(Text="Text"), "Text": {**TEXT, "pattern": value}})
        case "enum":
            return spec_of({"SendRequest": structure(Kind="Kind"), "Kind": {"type": "enum", "values": value}})
        case "member":
            members = dict.fromkeys(value, "Text")
            both = {
                "SendRequest": structure(Either="Either", **members),
                "Either": {**structure(**members), "type": "union"},
            }
            return spec_of(
                {**both, "Text": TEXT}, errors={"Refused": {**error(), "members": structure(**members)["members"]}}
            )
        case "shape":
            named = {name: structure(Text="SomeText") for name in value}
            return spec_of(
                {"SendRequest": structure(**{f"M{n}": name for n, name in enumerate(value)}), **named, "SomeText": TEXT}
            )
        case "operation":
            return {**spec_of(), "operations": {name: {"input": "SendRequest"} for name in value}}
        case "error":
            return spec_of(errors={"Refused": {**error(), "suggestedAction": value}})
        case "shapes":
            return spec_of({"SendRequest": structure(**{f"M{n}": name for n, name in enumerate(value)}), **value})
        case _:
            return spec_with_fact(where, value)


def spec_with_fact(where: str, value: Any) -> Spec:
    match where:
        case "title" | "release":
            return spec_of(service={**SERVICE, where: value})
        case "service":
            return spec_of(service={**SERVICE, "name": value})
        case "endpoint":
            return spec_of(service={**SERVICE, "endpoint": {**SERVICE["endpoint"], "template": value}})
        case "default":
            members = {"Text": {"target": "Text", "default": value}}
            return spec_of({"SendRequest": {"type": "structure", "members": members}, "Text": TEXT})
        case "status":
            return spec_of(errors={"Refused": {"httpError": value}})
        case "code":
            return spec_of(errors={"Refused": {**error(), "code": value}})
        case "traits":
            return spec_of({"SendRequest": {**structure(), "traits": value}})
        case "example":
            return spec_of(examples={"Send": [{"title": value["x"], "input": value}]})
        case _:
            raise ValueError(where)


def error() -> Spec:
    return {"httpError": 400}


def documented(text: Any) -> Spec:
    """Describe everything that can be described."""
    said = {"documentation": text}
    shapes = {
        "SendRequest": {
            "type": "structure",
            "members": {"Kind": {"target": "Kind", **said}, "Text": {"target": "Text"}},
            **said,
        },
        "Kind": {"type": "enum", "values": {"SAFE": said}, **said},
        "Text": {**TEXT, **said},
    }
    members = {"Text": {"target": "Text", **said}}
    service = {**SERVICE, **said, "title": text if isinstance(text, str) and 0 < len(text) < 200 else "Post"}
    event = {"detailType": "Sent", "source": "post", "detail": "SendRequest", **said}
    return spec_of(
        shapes, errors={"Refused": {**error(), **said, "members": members}}, events={"Sent": event}, service=service
    )


def cast(vector: Vector) -> Product | Diagnostics:
    """Do what the command does with a vector's spec."""
    value = value_of(vector)
    content = (value if "raw" in vector else json.dumps(spec_with(vector["where"], value))).encode()
    try:
        model = parse_model((read_source("spec.json", content),))
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
            assert models._types.Text_.__metadata__[0].shown == value
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
