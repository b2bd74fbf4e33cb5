"""The emitted suite passes where it stands, names every constraint, and cannot pass for lack of cases."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import black
import jsonschema  # type: ignore[import-untyped]
import pytest
from black.mode import Mode, TargetVersion
from casting import write_tree
from suites import CHECKS, SPEC_PATHS, cases_of, files_of, model_of, run_suite, runs_of, vectors_of

from codegen.pipeline import Options, generate
from codegen.spec import ir, patterns

GROUPS = tuple(CHECKS)
SPECS = sorted(SPEC_PATHS)


def _passed(name: str) -> str:
    return f"{len(runs_of(name))} passed"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Write the package with everything."""
    write_tree(tmp_path / "everything", files_of("everything"))
    return tmp_path / "everything"


# ------------------------------------------------------------------------------------------------------------- running


@pytest.mark.parametrize("name", SPECS)
def test_the_suite_passes_from_anywhere(name: str, tmp_path: Path) -> None:
    write_tree(tmp_path / "on_the_path" / "service", files_of(name))
    (tmp_path / "elsewhere").mkdir()
    done = run_suite(tmp_path / "on_the_path", "service", "-W", "error", cwd=tmp_path / "elsewhere")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert _passed(name) in done.stdout


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
@pytest.mark.parametrize("outer", ["packages", "folders"])
def test_the_suite_passes_two_levels_deep_under_another_name(mode: str, outer: str, tmp_path: Path) -> None:
    write_tree(tmp_path / "app" / "vendored" / "elsewhere", files_of("everything"))
    for folder in ("app", "app/vendored") if outer == "packages" else ():
        (tmp_path / folder / "__init__.py").touch()
    done = run_suite(tmp_path, "app.vendored.elsewhere", f"--import-mode={mode}")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert _passed("everything") in done.stdout


def test_tests_are_named_for_their_cases(package: Path) -> None:
    done = run_suite(package.parent, "everything", "--collect-only")
    wanted = sorted(runs_of("everything"))
    found = sorted(line.partition("[")[2][:-1] for line in done.stdout.splitlines() if "::" in line)
    assert found == wanted


def _fail_to_collect(package: Path) -> str:
    done = run_suite(package.parent, "everything")
    assert done.returncode == 2, done.stdout[-3000:]
    assert " passed" not in done.stdout
    return done.stdout


def test_lost_vectors_fail_the_collection(package: Path) -> None:
    (package / "conformance" / "cases.json").unlink()
    assert "cannot be read" in _fail_to_collect(package)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 0}', '{"format": 1}', '{"format": 1, "groups": {}}'])
def test_vectors_without_cases_fail_the_collection(text: str, package: Path) -> None:
    (package / "conformance" / "cases.json").write_text(text)
    _fail_to_collect(package)


@pytest.mark.parametrize("group", GROUPS)
def test_an_empty_group_fails_the_collection(group: str, package: Path) -> None:
    vectors = vectors_of("everything")
    vectors = {**vectors, "groups": {**vectors["groups"], group: []}}
    (package / "conformance" / "cases.json").write_text(json.dumps(vectors))
    assert f"holds no cases of the group {group}" in _fail_to_collect(package)


def test_a_group_without_cases_has_no_module() -> None:
    assert "conformance/test_events.py" in files_of("everything")
    model = model_of("everything")
    without = ir.Model(**{**{name: getattr(model, name) for name in model.__dataclass_fields__}, "events": {}})
    files = generate(without).files
    assert "conformance/test_events.py" not in files
    assert list(json.loads(files["conformance/cases.json"])["groups"]) == ["requests", "answers", "errors", "calls"]


# ---------------------------------------------------------------------------------------------------------- the vectors


@pytest.mark.parametrize("name", SPECS)
def test_the_vectors_are_of_their_schema(name: str) -> None:
    schema = json.loads(files_of(name)["conformance/cases.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(vectors_of(name))


@pytest.mark.parametrize("name", SPECS)
def test_ids_are_unique_and_printable(name: str) -> None:
    counted = Counter(case["id"] for _, case in cases_of(name))
    assert [one for one, number in counted.items() if number > 1 or not one.isprintable()] == []


@pytest.mark.parametrize("name", SPECS)
def test_every_request_and_answer_cites_a_source_that_there_is(name: str) -> None:
    known = {source.raw for source in model_of(name).sources}
    for _, case in cases_of(name):
        assert {cited.partition("#")[0] for cited in case["sources"]} <= known
        assert case["sources"] or case["kind"] in ("error-unknown",) or case.get("error"), case["id"]


@pytest.mark.parametrize("name", SPECS)
def test_the_file_is_ascii_with_one_case_a_line(name: str) -> None:
    text = files_of(name)["conformance/cases.json"]
    assert text.isascii() and text.endswith("\n}\n") and "\r" not in text
    lines = [line for line in text.splitlines() if line.startswith('{"id"')]
    assert len(lines) == sum(1 for _ in cases_of(name))


@pytest.mark.parametrize("name", SPECS)
def test_the_suite_grows_with_the_spec_and_no_faster(name: str) -> None:
    model = model_of(name)
    entries = [len(ir.members_of(shape)) + 1 for shape in model.shapes.values()]
    assert sum(1 for _ in cases_of(name)) < 10 * sum(entries)
    assert len(files_of(name)["conformance/cases.json"]) < 6000 * sum(entries)


@pytest.mark.parametrize("name", SPECS)
def test_what_is_null_or_missing_in_an_answer_stands_beside_what_is_required_alone(name: str) -> None:
    shapes = {shape.id.raw: ir.members_of(shape) for shape in model_of(name).shapes.values()}
    without = [case for _, case in cases_of(name) if case["kind"] in ("answer-null", "answer-required-missing")]
    assert without
    for case in without:
        required = {member.wire.raw for member in shapes[case["shape"]] if member.required}
        member = case["member"].partition(".")[2]
        assert case["input"].keys() == (required - {member} if member in required else required | {member}), case["id"]


def test_making_the_cases_up_takes_no_time() -> None:
    start = time.perf_counter()
    generate(model_of("everything"))
    assert time.perf_counter() - start < 10


def test_the_suite_is_formatted() -> None:
    mode = Mode(line_length=120, target_versions={TargetVersion.PY311})
    for path, text in files_of("everything").items():
        if path.startswith("conformance/") and path.endswith(".py"):
            assert black.format_str(text, mode=mode) == text, path


# -------------------------------------------------------------------------------- nothing is left out: read from the IR


def _requests(model: ir.Model) -> Iterator[ir.Structure | ir.UnionOf]:
    roots = tuple(operation.input for operation in model.operations.values() if operation.input)
    for name in ir.reachable(model, roots):
        shape = model.shapes[name]
        if isinstance(shape, ir.Structure | ir.UnionOf):
            yield shape


def _kinds(name: str) -> set[tuple[str, str]]:
    """Pairs of member, or shape, and kind."""
    return {
        (case.get("member", case["fact"].partition(":")[0]), case["kind"])
        for group, case in cases_of(name)
        if group == "requests"
    }


def _members(model: ir.Model) -> Iterator[tuple[str, ir.Member, ir.Shape]]:
    for shape in _requests(model):
        for member in shape.members:
            yield f"{shape.id.raw}.{member.name.raw}", member, model.shapes[member.target]


def _stated(member: ir.Member, target: ir.Shape) -> ir.Constraints:
    own = member.constraints
    shared = getattr(target, "constraints", ir.NO_CONSTRAINTS)
    return ir.Constraints(
        length=own.length or shared.length, range=own.range or shared.range, pattern=own.pattern or shared.pattern
    )


def _demanded(constraints: ir.Constraints) -> Iterator[str]:
    """The kinds of case that constraints call for, one inside and one outside of each end."""
    for word, bound in (("length", constraints.length), ("range", constraints.range)):
        if bound and bound.enforced:
            lowest = 0 if word == "length" else None
            if bound.min is not None:
                yield f"{word}-min-inside"
            if bound.min not in (None, lowest):
                yield f"{word}-min-outside"
            if bound.max is not None:
                yield from (f"{word}-max-inside", f"{word}-max-outside")
    if constraints.pattern and constraints.pattern.enforced and _refuses_something(constraints):
        yield from ("pattern-good", "pattern-bad")


def _refuses_something(constraints: ir.Constraints) -> bool:
    pattern = constraints.pattern
    assert pattern is not None
    return bool(patterns.refused(pattern.text.raw, match=pattern.match.value, ascii=pattern.ascii))


@pytest.mark.parametrize("name", SPECS)
def test_every_constraint_has_a_case_inside_and_one_outside(name: str) -> None:
    kinds, counted = _kinds(name), 0
    for path, member, target in _members(model_of(name)):
        if isinstance(target, ir.Text | ir.Number | ir.Blob | ir.ListOf | ir.MapOf):
            for kind in _demanded(_stated(member, target)):
                assert (path, kind) in kinds
                counted += 1
    assert counted > 10


@pytest.mark.parametrize("name", SPECS)
def test_every_member_has_a_case_for_its_absence_and_for_its_type(name: str) -> None:
    kinds = _kinds(name)
    for shape in _requests(model_of(name)):
        for member in shape.members if isinstance(shape, ir.Structure) else ():
            path = f"{shape.id.raw}.{member.name.raw}"
            absent = {"required-missing"} if member.required else {"null-is-unset"}
            absent = {"token-optional", "token-kept"} if member.idempotency_token else absent
            absent |= {"token-missing"} if member.idempotency_token and member.required else set()
            assert {kind for one, kind in kinds if one == path} >= absent
    for path, member, target in _members(model_of(name)):
        is_any = isinstance(target, ir.Document) or (isinstance(target, ir.Text) and target.json_value)
        assert is_any or (path, "wrong-type") in kinds, (path, member)


@pytest.mark.parametrize("name", SPECS)
def test_every_value_of_every_enum_is_tried_and_one_that_is_not_there(name: str) -> None:
    tried: dict[str, set[object]] = {}
    for group, case in cases_of(name):
        if group == "requests" and case["kind"] in ("enum-value", "enum-values"):
            last = case["member"].rpartition(".")[2]
            found = case.get("values") or [case["input"].get(last)]
            tried.setdefault(case["member"], set()).update(str(value) for value in found if value is not None)
    for path, _, target in _members(model_of(name)):
        if isinstance(target, ir.Enum):
            assert tried[path] == {value.value.raw for value in target.values}
            assert (path, "enum-unknown") in _kinds(name)


@pytest.mark.parametrize("name", SPECS)
def test_every_arm_is_tried_and_none_two_and_a_stranger(name: str) -> None:
    kinds = _kinds(name)
    for shape in _requests(model_of(name)):
        if isinstance(shape, ir.UnionOf):
            assert {(f"{shape.id.raw}.{arm.name.raw}", "union-arm") for arm in shape.members} <= kinds
            wanted = {"union-none", "union-unknown-arm", *(["union-two"] if len(shape.members) > 1 else [])}
            assert {(shape.id.raw, kind) for kind in wanted} <= kinds


@pytest.mark.parametrize("name", SPECS)
def test_every_refusal_within_a_shape_is_tried_in_an_operation_too(name: str) -> None:
    roots = {operation.input for operation in model_of(name).operations.values()}
    cases = {case["id"]: case for group, case in cases_of(name) if group == "requests"}
    for one, case in cases.items():
        if case["expect"] == "refuse" and ir.SpecText(case["shape"]) not in roots:
            assert any(other.startswith(f"{one}@") for other in cases), one


@pytest.mark.parametrize("name", SPECS)
def test_every_answer_error_and_event_is_tried(name: str) -> None:
    model = model_of(name)
    of = {
        group: {
            case.get("shape") or case.get("error") or case.get("event") for one, case in cases_of(name) if one == group
        }
        for group in GROUPS
    }
    assert of["answers"] >= {operation.output.raw for operation in model.operations.values() if operation.output}
    assert of["errors"] >= {name.raw for name in model.errors}
    assert of["events"] >= {name.raw for name in model.events}


def test_what_is_only_recorded_is_never_held_against_a_value() -> None:
    refused = [case["fact"] for group, case in cases_of("everything") if case.get("expect") == "refuse"]
    for member in ("LooseName", "Reason"):
        assert {fact for fact in refused if fact.startswith(f"PutThingRequest.{member}:")} == {
            f"PutThingRequest.{member}:type"
        }


def test_what_a_project_relaxes_is_not_expected_to_be_refused(tmp_path: Path) -> None:
    checks = {"pattern": "off", "PutThingRequest.Count": "warn", "PutThingRequest.Color:enum": "off"}
    files = generate(model_of("everything"), Options(checks=checks)).files
    write_tree(tmp_path / "relaxed", files)
    done = run_suite(tmp_path, "relaxed")
    assert done.returncode == 0, done.stdout[-3000:]
    cases = json.loads(files["conformance/cases.json"])["groups"]["requests"]
    violations = {(case.get("member"), case.get("violation")) for case in cases}
    relaxed = {"PutThingRequest.Count": ("range", "type"), "PutThingRequest.Color": ("enum",)}
    assert not {(member, kind) for member, kinds in relaxed.items() for kind in kinds} & violations
    assert ("PutThingRequest.Color", "type") in violations
    assert "pattern" not in {violation for _, violation in violations}
    assert ("PutThingRequest.Big", "range") in violations
