"""Every generated line has an answer, a fact of the spec or its template; and every fact finds its lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from strategies import Spec, model_of, sized, spec_of, specs, structure

from codegen.diagnostics import Location
from codegen.emit.templates import holds_models
from codegen.emit.views.levels import Levels
from codegen.load import Found
from codegen.load.loaded import Loaded
from codegen.overrides import Override, Overrides
from codegen.pipeline import Options, generate
from codegen.reference.asking import find_subjects
from codegen.reference.explain import explain
from codegen.reference.history import Release, compare
from codegen.reference.naming import naming_of
from codegen.reference.packages import Package
from codegen.reference.printing import as_json, as_text
from codegen.reference.subjects import Kind, Subject, subjects, told_of
from codegen.reference.tracing import TemplateLine, Traces, mentioned, template_at, trace
from codegen.spec import ir
from codegen.spec.parse import parse_model
from codegen.spec.source import read_spec_files

ROOT = Path(__file__).parent.parent
SCHEMA: Any = jsonschema.Draft202012Validator(
    json.loads((ROOT / "docs" / "explain.schema.json").read_text(encoding="utf-8"))
)
GOLDEN = ROOT / "tests" / "golden"
PACKAGES = {
    "partnercentral_selling": (
        ROOT / "specs/partnercentral-selling/2024-12-05",
        ROOT / "generated/partnercentral_selling",
    ),
    "clients": (GOLDEN / "clients/spec.json", GOLDEN / "clients/expected"),
    "collisions": (GOLDEN / "collisions/spec.json", GOLDEN / "collisions/expected"),
    "member-constraints": (GOLDEN / "member-constraints/spec.json", GOLDEN / "member-constraints/expected"),
    "enums-odd-values": (GOLDEN / "enums-odd-values/spec.json", GOLDEN / "enums-odd-values/expected"),
}


@dataclass(frozen=True)
class Line:
    path: str
    number: int
    text: str


@cache
def traces_of(package: str) -> Traces:
    spec, folder = PACKAGES[package]
    paths = (path for path in sorted(folder.rglob("*")) if path.suffix == ".py" or path.name == "cases.json")
    files = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    return trace(files, naming_of(parse_model(read_spec_files(spec))))


def generated(spec: Spec, options: Options = Options()) -> Traces:
    model = model_of(spec)
    files = generate(model, options).files
    return trace(files, naming_of(model, Levels(options.checks)))


def lines_of(traces: Traces) -> Iterator[Line]:
    for path, text in traces.files.items():
        if path.endswith(".py"):
            yield from (Line(path, number, line) for number, line in enumerate(text.splitlines(), 1))


def facts_at(traces: Traces, line: Line) -> set[Subject]:
    """All that an answer names for a line."""
    spans = traces.at(line.path, line.number)
    return {span.subject for span in spans} | {*mentioned(traces, line.path, line.number)}


# ---------------------------------------------------------------------------------------------------------- every line


@pytest.mark.parametrize("package", PACKAGES)
def test_every_line_comes_of_a_fact_or_of_a_template_that_is_there(package: str) -> None:
    traces = traces_of(package)
    assert traces.unread == ()
    found = list(lines_of(traces))
    assert len(found) > 300
    for line in found:
        if not traces.at(line.path, line.number):
            printed = template_at(traces, line.path, line.number)
            assert printed, line
            assert (ROOT / printed.template).is_file(), line


@pytest.mark.parametrize("package", PACKAGES)
def test_a_line_of_a_template_reads_as_the_template_does(package: str) -> None:
    traces = traces_of(package)
    known = 0
    for line in lines_of(traces):
        printed = None if traces.at(line.path, line.number) else template_at(traces, line.path, line.number)
        if printed and printed.line is not None:
            source = (ROOT / printed.template).read_text(encoding="utf-8").splitlines()
            assert source[printed.line - 1].strip() == line.text.strip(), line
            known += 1
    assert known > 100


_ATTRIBUTE = re.compile(r"    (\w+): (?!ClassVar)")
_CONSTANT = re.compile(r"    (\w+) = ")
_BOUND = re.compile(r"        +(min|max|min_length|max_length|shown|patterns|form)=")
_ARGUMENT = re.compile(r"        (\w+): [\w.\[\] |,]+( = None)?,")


@pytest.mark.parametrize("package", PACKAGES)
def test_an_attribute_is_of_its_member_and_a_constant_of_its_value(package: str) -> None:
    traces, seen = traces_of(package), 0
    for line in (line for line in lines_of(traces) if holds_models(line.path)):
        inner = next(iter(traces.at(line.path, line.number)), None)
        match = _ATTRIBUTE.match(line.text) or _CONSTANT.match(line.text)
        if match is None or match[1].startswith("__") or inner is None or inner.role == "documentation":
            continue
        if inner.role == "class":
            assert "Annotated[" not in line.text, line
            assert not line.text.endswith("= None"), line
            continue
        seen += 1
        assert inner.role in ("attribute", "constant"), line
        assert inner.subject in traces.naming.parts[_class_around(traces, line)].values(), line
        assert traces.naming.parts[_class_around(traces, line)][match[1]] == inner.subject, line
    assert seen > 3


def _class_around(traces: Traces, line: Line) -> str:
    above = traces.files[line.path].splitlines()[: line.number]
    return next(found[1] for text in reversed(above) if (found := re.match(r"class (\w+)\(", text)))


@pytest.mark.parametrize("package", ["partnercentral_selling", "clients", "member-constraints"])
def test_a_bound_or_pattern_says_of_which_type_and_fact_it_is(package: str) -> None:
    traces, seen = traces_of(package), 0
    for line in (line for line in lines_of(traces) if line.path == "models/_types.py" and _BOUND.match(line.text)):
        inner = traces.at(line.path, line.number)[0]
        told = told_of(traces.naming.model, inner.subject)
        assert inner.facet in ("length", "range", "pattern", "type", "timestampFormat"), line
        assert isinstance(told, ir.Entry), line
        seen += 1
    assert seen


@pytest.mark.parametrize("package", ["partnercentral_selling", "clients"])
def test_an_argument_of_a_method_is_of_the_member_that_it_sets(package: str) -> None:
    traces, seen = traces_of(package), 0
    for line in (line for line in lines_of(traces) if line.path in ("client.py", "async_client.py")):
        if match := _ARGUMENT.fullmatch(line.text):
            inner = traces.at(line.path, line.number)[0]
            method = traces.at(line.path, line.number)[1].subject
            assert (inner.role, inner.subject) == ("argument", traces.naming.inputs[method.name][match[1]]), line
            seen += 1
    assert seen


_NAMED = re.compile(r"\b(models|errors)\.([A-Z]\w*)")


@pytest.mark.parametrize("package", ["partnercentral_selling", "clients", "collisions"])
def test_whatever_class_a_line_names_its_answer_names_as_well(package: str) -> None:
    traces, seen = traces_of(package), 0
    for line in lines_of(traces):
        for module, name in (
            _NAMED.findall(line.text) if not line.path.startswith(("_runtime/", "conformance/")) else ()
        ):
            names = traces.naming.classes if module == "models" else traces.naming.errors
            if name in names:
                assert names[name] in facts_at(traces, line), line
                seen += 1
    assert seen > 10


@pytest.mark.parametrize("package", PACKAGES)
def test_every_case_proves_something_that_the_spec_has(package: str) -> None:
    traces = traces_of(package)
    for case in traces.cases:
        assert all(told_of(traces.naming.model, one) is not None for one in case.about), case
        vague = case.about[0].kind is Kind.SERVICE
        assert not vague or case.fact == "errors", case
    if package == "partnercentral_selling":
        assert len(traces.cases) > 4000


# ----------------------------------------------------------------------------------------------------- there and back


def test_decisions_and_sources_that_a_docstring_names_are_told() -> None:
    traces = traces_of("partnercentral_selling")
    lines = [line for line in lines_of(traces) if line.path == "errors.py" and "Decided: C18" in line.text]
    assert lines
    assert all(Subject(Kind.DECISION, "C18") in facts_at(traces, line) for line in lines)
    cited = [line for line in lines_of(traces) if line.path == "client.py" and "model-1.35.76" in line.text]
    assert cited
    assert all(Subject(Kind.SOURCE, "model-1.35.76") in facts_at(traces, line) for line in cited)


def test_all_that_the_curated_spec_makes_has_lines() -> None:
    traces = traces_of("partnercentral_selling")
    made = [one for one in subjects(traces.naming.model) if one.kind not in (Kind.DECISION, Kind.SOURCE)]
    assert len(made) > 700
    assert [one.path for one in made if not traces.of(one)] == []


def _check_back(traces: Traces) -> None:
    """Each member finds the line of its attribute, and that line the member."""
    model = traces.naming.model
    for subject in subjects(model):
        if subject.kind in (Kind.MEMBER, Kind.ERROR_MEMBER, Kind.VALUE):
            made = [span for span in traces.of(subject) if span.role in ("attribute", "constant", "use")]
            owner = model.shapes.get(ir.SpecText(subject.name))
            if subject.kind is not Kind.MEMBER or isinstance(owner, ir.Structure | ir.UnionOf):
                assert made, subject
            for span in made:
                back = traces.at(span.path, span.first)
                assert subject in {one.subject for one in back}, subject
                assert span.role == "use" or back[0].subject == subject, subject


@given(specs())
@sized(8, 300)
def test_a_member_is_found_by_its_line_again(spec: Spec) -> None:
    traces = generated(spec)
    assert traces.unread == ()
    _check_back(traces)
    package, history = _packaged(traces), compare([Release("2024-12-05", traces.naming.model)])
    for subject in subjects(traces.naming.model):
        assert subject in find_subjects(f"{subject.kind}:{subject.path}", traces.naming)
        found = explain(package, traces, history, subject)
        assert as_text(found).replace("\n", "").isprintable()
        SCHEMA.validate(json.loads(json.dumps(as_json(found))))


FOUND = Found("post@2024-12-05", (), None)


def _packaged(traces: Traces) -> Package:
    loaded = Loaded("post@2024-12-05", traces.naming.model, lambda place: Location(place.file), FOUND)
    return Package(Path("generated/post"), loaded, traces.naming, traces.files)


def test_every_line_of_a_package_with_checks_of_the_project_has_an_answer() -> None:
    shapes: Mapping[str, Spec] = {
        "SendRequest": {"type": "structure", "members": {"Title": {"target": "Title"}}},
        "Title": {"type": "string", "length": {"min": 1, "max": 9}},
    }
    traces = generated(spec_of(dict(shapes)), Options(checks={"SendRequest.Title:length": "warn"}))
    title = Subject(Kind.MEMBER, "SendRequest", "Title")
    _check_back(traces)
    relaxed = [line for line in lines_of(traces) if line.text.strip().startswith('relaxed=("length"')]
    assert [traces.at(line.path, line.number)[0].subject for line in relaxed] == [title]
    checks = [line for line in lines_of(traces) if '"SendRequest.Title:length": "warn"' in line.text]
    assert [mentioned(traces, line.path, line.number) for line in checks] == [(title,)]


# ------------------------------------------------------------------------------------------------------ several files


def test_tables_of_bindings_and_endpoint_rules_name_their_members() -> None:
    spec = spec_of({"SendRequest": structure(Title="Title", Tags="Tags"), "Title": {"type": "string"}})
    spec["shapes"]["Tags"] = {"type": "list", "member": {"target": "Title"}}
    spec["service"] = {**spec["service"], "protocol": "restJson1"}
    spec["operations"]["Send"]["http"] = {"method": "POST", "uri": "/send"}
    traces = generated(spec)
    found = {
        (span.subject.path, span.role) for span in traces.spans if span.path == "bindings.py" and span.role == "binding"
    }
    assert found == {
        ("SendRequest", "binding"),
        ("SendRequest.Title", "binding"),
        ("SendRequest.Tags", "binding"),
        ("Tags", "binding"),
        ("Tags.member", "binding"),
        ("Send", "binding"),
    }


def test_a_template_of_the_project_is_named_in_place_of_ours() -> None:
    traces = traces_of("clients")
    text = (ROOT / "templates/package/transports.py.j2").read_text(encoding="utf-8")
    own = Overrides((Override("package/transports.py.j2", "mine/package/transports.py.j2", "", text),))
    line = traces.files["transports.py"].splitlines().index("from importlib import import_module") + 1
    assert template_at(traces, "transports.py", line, own) == TemplateLine("mine/package/transports.py.j2", 7)


def test_a_file_that_is_no_python_is_named_and_the_others_are_read() -> None:
    spec, folder = PACKAGES["clients"]
    files = {"client.py": "class (", "errors.py": (folder / "errors.py").read_text(encoding="utf-8")}
    traces = trace(files, naming_of(parse_model(read_spec_files(spec))))
    assert traces.unread == ("client.py",)
    assert traces.spans
