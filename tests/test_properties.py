"""What holds for every spec: files or diagnostics and nothing else, the same each time, names and values exact."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from casting import files_of, imported
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import BREAKOUTS, CANARY, Spec, model_of, near_specs, sized, spec_of, spec_texts, specs, structure

from codegen.diagnostics import Diagnostics, Level
from codegen.pipeline import generate
from codegen.spec.check import check_model
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

RICH: Spec = json.loads(Path(__file__).with_name("errors").joinpath("clean", "spec.json").read_text("utf-8"))
"""A spec that has every key there is."""


def cast(content: bytes) -> dict[str, str] | Diagnostics:
    """Do what the command does: read, check, generate."""
    try:
        model = parse_model((read_source("spec.json", content),))
        if found := [one for one in check_model(model) if one.level is Level.ERROR]:
            return Diagnostics(found)
        return dict(generate(model).files)
    except Diagnostics as fault:
        return fault


def assert_cast(content: bytes) -> None:
    outcome = cast(content)
    if isinstance(outcome, Diagnostics):
        assert {one.rule for one in outcome.found}.isdisjoint({"verify", ""})
        assert all(line.isprintable() for line in outcome.text().splitlines())
    else:
        parses(outcome)


def parses(files: dict[str, str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path, text in files.items():
            if path.endswith(".py"):
                compile(text, path, "exec")


# ------------------------------------------------------------------------------------------ files or diagnostics


@sized(30, 3000)
@given(near_specs(RICH))
def test_a_spec_with_a_fault_gives_files_or_diagnostics(spec: Spec) -> None:
    assert_cast(json.dumps(spec).encode())


@sized(60, 3000)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from((*RICH, "type", "members", "x")), inner, max_size=3),
        max_leaves=12,
    )
)
@example({})
def test_any_json_gives_files_or_diagnostics(value: Any) -> None:
    assert_cast(json.dumps(value).encode())


@sized(60, 3000)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_diagnostics(content: bytes) -> None:
    assert_cast(content)


@sized(25, 2000)
@given(st.integers(0, 10**6), st.sampled_from((b"", b"\x00", b'"', b"}", b"\xff", b"[[", b"\\ud800")))
def test_a_spec_cut_short_or_damaged_gives_diagnostics(place: int, damage: bytes) -> None:
    content = json.dumps(RICH).encode()
    at = place % len(content)
    assert isinstance(cast(content[:at]), Diagnostics)
    assert_cast(content[:at] + damage + content[at:])


@sized(15, 2000)
@given(specs())
def test_a_valid_spec_gives_modules_that_compile_and_names_that_differ(spec: Spec) -> None:
    files = dict(files_of(spec))
    parses(files)
    for path in ("models/__init__.py", "models/_types.py", "errors.py", "models/events.py"):
        for names in defined(ast.parse(files[path])):
            assert len(names) == len(set(names)), (path, names)


def defined(tree: ast.Module) -> Iterator[list[str]]:
    """Give the names that a module and each of its classes define."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            yield [name for child in node.body for name in _defined_by(child)]


def _defined_by(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    return []


# -------------------------------------------------------------------------------------------------- the same each time


@sized(5, 300)
@given(specs())
def test_the_same_spec_gives_the_same_files(spec: Spec) -> None:
    assert files_of(spec) == files_of(json.loads(json.dumps(spec)))


def test_it_does_not_matter_into_how_many_files_a_spec_is_split_or_in_which_order_they_come() -> None:
    sources = [read_source(f"{key}.json", json.dumps({key: value}).encode()) for key, value in RICH.items()]
    whole = generate(parse_model((read_source("spec.json", json.dumps(RICH).encode()),))).files
    for order in (sources, sources[::-1], sources[3:] + sources[:3]):
        assert generate(parse_model(tuple(order))).files == whole


DIGEST = """
import hashlib, json
from test_golden import CASES, generated
print(hashlib.sha256(json.dumps([dict(generated(case)) for case in CASES]).encode()).hexdigest())
"""
SURROUNDINGS = (
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONUTF8": "1"},
    {"PYTHONHASHSEED": "4711", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns", "PYTHONOPTIMIZE": "1"},
)


def test_hash_seed_locale_time_zone_and_folder_do_not_matter(tmp_path: Path) -> None:
    here = Path(__file__).parent
    digests = []
    for number, surroundings in enumerate(SURROUNDINGS):
        folder = tmp_path / f"ä {number}"
        folder.mkdir()
        environment = {**os.environ, **surroundings, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)])}
        done = subprocess.run(
            [sys.executable, "-c", DIGEST], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        digests.append(done.stdout.strip())
        assert list(folder.iterdir()) == []
    assert len(set(digests)) == 1 and len(digests[0]) == 64


# --------------------------------------------------------------------------------------------------------- exact values


@sized(8, 400)
@given(st.lists(spec_texts().filter(bool), min_size=1, max_size=8, unique=True))
@example([text for text in BREAKOUTS if text])
def test_texts_arrive_exactly(texts: list[str]) -> None:
    kind = {"type": "enum", "values": {text: {"documentation": text} for text in texts}, "documentation": texts[0]}
    shapes = {"SendRequest": {**structure(Kind="Kind"), "documentation": texts[-1]}, "Kind": kind}
    shapes["SendRequest"]["members"] |= {text: {"target": "Kind", "documentation": text} for text in texts}
    errors = {"Refused": {"suggestedAction": texts[0], "documentation": texts[0], "httpError": 400}}
    events = {"Sent": {"detailType": texts[0], "source": texts[-1], "detail": "SendRequest"}}
    service = {**RICH["service"], "title": texts[0], "commonErrors": {}, "commonParameters": {}, "decisions": []}
    with imported(files_of(spec_of(shapes, errors=errors, events=events, service=service))) as package:
        assert [constant.value for constant in package.models.Kind] == texts
        assert all(package.models.Kind(text).value == text for text in texts)
        wire = {text: text for text in texts}
        assert (
            package.models.SendRequest(**wire).to_wire() == package.models.SendRequest.from_wire(wire).to_wire() == wire
        )
        assert package.errors.Refused.suggested_action == texts[0]
        assert package.models.events.Sent.expected_detail_type == texts[0]
        assert package.models.events.Sent.expected_source == texts[-1]
        assert not hasattr(package.models, CANARY)


PATTERNS = (
    f'"; {CANARY}(); "',
    f"'; {CANARY}(); '",
    "'\"\\\\\"'",
    f"a\n{CANARY}()\n",
    r"\d{12}",
    f"\\{{{CANARY}\\(\\)\\}}",
    "a\u2028b\x85\x00",
    "\\\\",
    "\\x41\\u0042",
    '"""',
    "[\"'\\\\]+",
)


def test_patterns_arrive_exactly() -> None:
    shapes = {f"P{number}": {"type": "string", "pattern": pattern} for number, pattern in enumerate(PATTERNS)}
    spec = spec_of({"SendRequest": structure(**{name: name for name in shapes}), **shapes})
    with imported(files_of(spec)) as package:
        for number, pattern in enumerate(PATTERNS):
            kind = getattr(package.models._types, f"P{number}").__metadata__[0]
            assert kind.shown == pattern


# ---------------------------------------------------------------------------------------------------------- round trips


def wires(name: str, depth: int = 0) -> st.SearchStrategy[Any]:
    """JSON values that the service could answer for a shape of `RICH`, within its constraints or not."""
    shape = RICH["shapes"][name]
    members = shape.get("members", {})
    inner = {member: wires(entry["target"], depth + 1) for member, entry in members.items() if depth < 3}
    of_type: dict[str, st.SearchStrategy[Any]] = {
        "structure": st.fixed_dictionaries({}, optional={**inner, "Later": st.just([1])}),
        "union": st.one_of([st.fixed_dictionaries({arm: value}) for arm, value in inner.items()] or [st.just({})]),
        "list": st.deferred(lambda: st.lists(wires(shape["member"]["target"], depth + 1), max_size=3)),
        "map": st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=3),
        "boolean": st.booleans(),
        "blob": st.sampled_from(("", "AA==", "AP8=")),
        "timestamp": st.integers(0, 10**10)
        | st.sampled_from(("2024-12-05T01:02:03.123456789Z", "2024-12-05T01:02:03+01:00")),
        "document": st.none()
        | st.integers()
        | st.text(max_size=3)
        | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
        "float": st.floats(width=32, allow_nan=False, allow_infinity=False) | st.just("NaN"),
        "double": st.floats(allow_nan=False, allow_infinity=False) | st.just("-Infinity"),
        "bigDecimal": st.integers(),
        "intEnum": st.integers(0, 5),
    }
    numbers = {kind: st.integers() for kind in ("byte", "short", "integer", "long", "bigInteger")}
    return {**of_type, **numbers}.get(shape["type"], st.text(max_size=5))


@pytest.fixture(scope="module")
def rich() -> Iterator[Any]:
    with imported(files_of(RICH)) as package:
        yield package


@sized(150, 5000)
@given(wire=wires("SendRequest"))
def test_what_is_read_is_written_back(rich: Any, wire: dict[str, Any]) -> None:
    read = rich.models.SendRequest.from_wire(wire)
    again = rich.models.SendRequest.from_wire(json.dumps(read.to_wire()))
    assert again.to_wire() == read.to_wire()
    assert repr(again) == repr(read)
    assert without_null(wire) == read.to_wire()


def without_null(value: dict[str, Any]) -> dict[str, Any]:
    """An explicit null is the same as none."""
    shown = {
        name: without_null(item) if isinstance(item, dict) and name == "Choice" else item
        for name, item in value.items()
    }
    return {name: item for name, item in shown.items() if item is not None}


@sized(8, 500)
@given(specs())
def test_a_valid_spec_gives_a_package_that_is_imported_and_reads(spec: Spec) -> None:
    with imported(files_of(spec)) as package:
        for name in package.models.__all__:
            shape = getattr(package.models, name)
            if hasattr(shape, "from_wire"):
                assert shape.from_wire({"Later": {"a": None}}).to_wire() == {"Later": {"a": None}}
        assert model_of(spec).shapes


def test_the_rich_spec_is_cast() -> None:
    assert isinstance(cast(json.dumps(RICH).encode()), dict)
