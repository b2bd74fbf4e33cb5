"""Values made up for shapes satisfy every constraint, and those beyond a boundary break just the one they are for."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from strategies import spec_of, structure
from suites import EVERYTHING, SPEC_PATHS, model_of

from codegen.emit.cases.answers import view_answers
from codegen.emit.cases.requests import view_requests
from codegen.emit.views.levels import Levels
from codegen.spec import ir, texts
from codegen.spec.boundaries import inside, outside
from codegen.spec.examples import Examples, NoExample, constraints_of
from codegen.spec.ir import SpecText
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source, read_spec_files


def _model(tmp_path: Path, shapes: dict[str, object]) -> ir.Model:
    spec = json.loads(EVERYTHING.read_text("utf-8"))
    spec.update(shapes=shapes, errors={}, events={}, operations={"Do": {"input": "Request"}})
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(spec))
    return parse_model(read_spec_files(path))


def _structure(**targets: str) -> dict[str, object]:
    members = {name: {"target": target, "required": True} for name, target in targets.items()}
    return {"type": "structure", "members": members, "sources": ["manual"]}


def _member(model: ir.Model, path: str) -> ir.Member:
    shape, name = path.split(".")
    members = ir.members_of(model.shapes[ir.SpecText(shape)])
    return next(member for member in members if member.name.raw == name)


@pytest.mark.parametrize("name", SPEC_PATHS)
def test_every_structure_has_examples_and_the_same_every_time(name: str) -> None:
    model = model_of(name)
    for shape in model.shapes.values():
        if isinstance(shape, ir.Structure | ir.UnionOf):
            one, other = Examples(model), Examples(model)
            assert json.dumps(one.full(shape.id)) == json.dumps(other.full(shape.id))
            assert one.least(shape.id) == other.least(shape.id)
            assert set(one.least(shape.id)) <= set(one.full(shape.id))


def test_the_least_value_holds_what_is_required_and_the_full_one_everything() -> None:
    examples = Examples(model_of("everything"))
    request = ir.SpecText("PutThingRequest")
    assert examples.least(request) == {"ClientToken": "a", "Name": "a"}
    members = ir.members_of(examples.model.shapes[request])
    assert list(examples.full(request)) == list(examples.filled(request)) == [member.name.raw for member in members]


def test_recursion_ends() -> None:
    examples = Examples(model_of("everything"))
    assert examples.least(ir.SpecText("Choice")) == {"Name": "a"}
    assert examples.full(ir.SpecText("Tree")) == {"Label": "a", "Branches": [{"Label": "a"}], "Tree": {"Label": "a"}}


def test_a_shape_without_a_finite_value_has_no_example(tmp_path: Path) -> None:
    model = _model(tmp_path, {"Request": _structure(Again="Request")})
    with pytest.raises(NoExample):
        Examples(model).least(ir.SpecText("Request"))


def test_many_structures_in_each_other_do_not_multiply(tmp_path: Path) -> None:
    shapes: dict[str, object] = {
        f"S{number}": {"type": "structure", "members": {name: {"target": f"S{number + 1}"} for name in "abcd"}}
        for number in range(30)
    }
    shapes = {"Request": _structure(First="S0"), **shapes, "S30": _structure()}
    start = time.perf_counter()
    assert len(json.dumps(Examples(_model(tmp_path, shapes)).full(ir.SpecText("Request")))) < 5000
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("path", "names"),
    {
        "PutThingRequest.Count": {"range-min-inside": 1, "range-max-inside": 100},
        "PutThingRequest.Byte": {"range-min-inside": -128, "range-max-inside": 127},
        "PutThingRequest.Ratio": {"range-min-inside": 0, "range-max-inside": 1.5},
        "PutThingRequest.Blob": {"length-min-inside": "YQ==", "length-max-inside": "YWFhYQ=="},
        "PutThingRequest.LooseName": {},
        "PutThingRequest.Narrow": {"length-min-inside": "aaza", "length-max-inside": "aazaaz"},
    }.items(),
)
def test_inside_is_at_the_boundary(path: str, names: dict[str, object]) -> None:
    examples = Examples(model_of("everything"))
    found = {sample.name: sample.value for sample in inside(examples, _member(examples.model, path))}
    lengths = {name: value for name, value in found.items() if name.split("-")[0] in ("length", "range")}
    assert lengths.keys() == names.keys()
    for name, value in names.items():
        if path != "PutThingRequest.Narrow":
            assert lengths[name] == value
        else:
            assert len(str(lengths[name])) == len(str(value))


@pytest.mark.parametrize(
    ("path", "names"),
    {
        "PutThingRequest.Count": {"range-min-outside": 0, "range-max-outside": 101},
        "PutThingRequest.Byte": {"range-min-outside": -129, "range-max-outside": 128},
        "PutThingRequest.Ratio": {"range-min-outside": -1, "range-max-outside": 2.5},
        "PutThingRequest.Huge": {"range-min-outside": 9},
        "PutThingRequest.Blob": {"length-min-outside": "", "length-max-outside": "YWFhYWE="},
        "PutThingRequest.Pairs": {"length-min-outside": 1, "length-max-outside": 4},
        "PutThingRequest.LooseName": {},
        "PutThingRequest.Reason": {},
    }.items(),
)
def test_outside_is_just_beyond_it(path: str, names: dict[str, object]) -> None:
    examples = Examples(model_of("everything"))
    found = {sample.name: sample.value for sample in outside(examples, _member(examples.model, path))}
    assert {name: len(value) if isinstance(value, list) else value for name, value in found.items()} == names


@pytest.mark.parametrize("name", SPEC_PATHS)
def test_texts_are_as_they_claim(name: str) -> None:
    examples = Examples(model_of(name))
    tried = 0
    for shape in examples.model.shapes.values():
        for member in ir.members_of(shape):
            target = examples.model.shapes[member.target]
            if isinstance(target, ir.Text) and not (target.json_value or member.json_value):
                rule = texts.rule_of(constraints_of(member, target))
                samples = [*inside(examples, member), *outside(examples, member)]
                assert [rule.accepts(str(one.value)) for one in samples] == [not one.violation for one in samples]
                tried += len(samples)
    assert tried > 50


def test_a_sample_out_of_bounds_is_otherwise_right_where_that_can_be() -> None:
    examples = Examples(model_of("everything"))
    found = {sample.name: sample.value for sample in outside(examples, _member(examples.model, "PutThingRequest.Name"))}
    assert len(str(found["length-max-outside"])) == 41
    assert str(found["length-max-outside"]).islower()


def test_a_bound_beyond_what_is_made_up_has_no_sample(tmp_path: Path) -> None:
    length = {"min": 1, "max": 2**31 - 1}
    shapes: dict[str, object] = {
        "Request": _structure(Text="Text", List="List"),
        "Text": {"type": "string", "length": length},
        "List": {"type": "list", "member": {"target": "Text"}, "length": length},
    }
    examples = Examples(_model(tmp_path, shapes))
    for path in ("Request.Text", "Request.List"):
        member = _member(examples.model, path)
        names = {sample.name for sample in (*inside(examples, member), *outside(examples, member))}
        assert names == {"length-min-inside", "length-min-outside"}


def test_a_value_of_more_parts_than_anybody_reads_is_not_made_up() -> None:
    """Sixty structures that hold the next three times: the least value has more parts than memory has room for."""
    nested = {f"S{depth}": structure(**dict.fromkeys("ABC", f"S{depth + 1}")) for depth in range(60)}
    for shape in nested.values():
        shape["members"] = {name: {**member, "required": True} for name, member in shape["members"].items()}
    lists = {f"L{depth}": {"type": "list", "member": {"target": f"L{depth + 1}"}} for depth in range(4)}
    for one in lists.values():
        one["length"] = {"min": 100}
    text = {"type": "string"}
    spec = spec_of({**nested, "S60": text, "R": structure(A="L0"), **lists, "L4": text})
    examples = Examples(parse_model((read_source("spec.json", json.dumps(spec).encode()),)))
    for name in ("S0", "S50"):
        with pytest.raises(NoExample, match=r"^more than 20000 parts$"):
            examples.least(SpecText(name))
    assert len(examples.least(SpecText("S53"))) == 3
    assert examples.filled(SpecText("R")) == {}


def _of_required(number: int) -> Examples:
    shape = {"type": "structure", "members": {f"M{each}": {"target": "T", "required": True} for each in range(number)}}
    spec = spec_of({"R": shape, "T": {"type": "string"}}) | {"operations": {"Send": {"input": "R", "output": "R"}}}
    return Examples(parse_model((read_source("spec.json", json.dumps(spec).encode()),)))


def test_members_that_would_be_tried_within_thousands_of_others_are_not() -> None:
    assert next(view_answers(_of_required(575)))
    assert not [*view_answers(_of_required(1000)), *view_requests(_of_required(1000), Levels())]
