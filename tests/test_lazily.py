"""A model that is read as far as is asked for: the same in every answer as one that is read whole."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import sized

from codegen.diagnostics import Diagnostics
from codegen.diff.changes import Pair
from codegen.diff.compare import changes
from codegen.diff.findings import Audience, Finding, Side
from codegen.diff.judge import judge
from codegen.diff.report import diff
from codegen.diff.surface import source_changes
from codegen.emit.views.levels import Levels
from codegen.forms import read_files, read_files_lazily
from codegen.spec import ir
from codegen.spec.files import SpecFile
from codegen.spec.ir import SpecText
from codegen.spec.lazily import (
    LazyShapes,
    anything_streams,
    apart_of,
    calls_of,
    differences,
    names_of,
    outline_of,
    targets_of,
    users_of,
)

Tree = dict[str, Any]

MODEL: Tree = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2025-01-01",
        "endpointPrefix": "notes",
        "protocol": "rest-json",
        "serviceId": "Notes",
        "signatureVersion": "v4",
    },
    "operations": {
        "Find": {
            "name": "Find",
            "http": {"method": "GET", "requestUri": "/"},
            "input": {"shape": "Query"},
            "output": {"shape": "Answer"},
            "errors": [{"shape": "Lost"}, {"shape": "Lost"}],
        },
        "Ping": {"name": "Ping", "http": {"method": "GET", "requestUri": "/ping"}},
    },
    "shapes": {
        "Query": {
            "type": "structure",
            "required": ["Word"],
            "members": {
                "Word": {"shape": "Word"},
                "Size": {"shape": "Size", "default": 1},
                "Tags": {"shape": "Tags", "location": "querystring"},
            },
        },
        "Answer": {"type": "structure", "members": {"Notes": {"shape": "Notes"}, "Kind": {"shape": "Kind"}}},
        "Notes": {"type": "list", "member": {"shape": "Note"}},
        "Note": {"type": "structure", "members": {"Text": {"shape": "Word"}, "Next": {"shape": "Note"}}},
        "Tags": {"type": "map", "key": {"shape": "Word"}, "value": {"shape": "Word"}},
        "Kind": {"type": "string", "enum": ["a", "b"]},
        "Word": {"type": "string", "max": 9, "pattern": "^[a-z]+$"},
        "Size": {"type": "integer", "max": 9},
        "Lost": {"type": "structure", "members": {"Why": {"shape": "Kind"}}, "exception": True},
    },
}


def _files(model: Tree) -> list[SpecFile]:
    return [SpecFile("service-2.json", "model.json", json.dumps(model).encode())]


def _whole(model: Tree) -> ir.Model:
    return read_files(_files(model)).model


def _lazy(model: Tree) -> ir.Model:
    found = read_files_lazily(_files(model)).model
    assert isinstance(found.shapes, LazyShapes)
    return found


def _findings(old: ir.Model, new: ir.Model) -> tuple[Finding, ...]:
    """Judge by all of Python."""
    pair = Pair(old, new)
    return judge(pair, changes(pair), source_changes(old, new), None)


def _reported(old: ir.Model, new: ir.Model) -> tuple[Finding, ...]:
    """Judge as reports do, by no more of Python than the findings rest on."""
    return diff((SIDE, old), (SIDE, new)).findings


SIDE = Side("model.json", "notes@2025-01-01", str)


def _changed(pointer: tuple[Any, ...], value: Any) -> Tree:
    found = copy.deepcopy(MODEL)
    holder: Any = found
    for step in pointer[:-1]:
        holder = holder[step]
    holder[pointer[-1]] = value
    return found


def _pointers(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in items:
        yield (*above, step)
        yield from _pointers(each, (*above, step))


def _read(model: ir.Model) -> set[str]:
    """What of the shapes has been read."""
    assert isinstance(model.shapes, LazyShapes)
    return {*model.shapes.seen}


# -------------------------------------------------------------------------------------------------------- one mapping


def test_shapes_that_are_read_when_asked_for_are_those_of_the_whole_model() -> None:
    lazy, whole = _lazy(MODEL), _whole(MODEL)
    assert _read(lazy) == set()
    assert dict(lazy.shapes) == whole.shapes
    assert dict(lazy.operations) == whole.operations
    assert lazy.errors == whole.errors


def test_a_shape_is_read_once() -> None:
    shapes = _lazy(MODEL).shapes
    assert shapes[SpecText("Word")] is shapes[SpecText("Word")]


def test_what_is_only_an_error_is_no_shape() -> None:
    shapes = _lazy(MODEL).shapes
    assert SpecText("Lost") not in shapes
    assert (len(shapes), shapes.get(SpecText("Lost"))) == (8, None)
    with pytest.raises(KeyError):
        shapes[SpecText("Lost")]


@pytest.mark.parametrize("name", ["Query", "Notes", "Tags", "Word", "nothing"])
def test_what_a_shape_refers_to_is_told_without_reading_it(name: str) -> None:
    lazy, whole = _lazy(MODEL), _whole(MODEL)
    assert list(targets_of(lazy.shapes, name)) == list(targets_of(whole.shapes, name))
    assert _read(lazy) == set()


# -------------------------------------------------------------------------------------------------------- differences


def test_only_what_differs_is_read_and_no_more_of_it_than_differs() -> None:
    old, new = _lazy(MODEL), _lazy(_changed(("shapes", "Note", "members", "Text", "shape"), "Kind"))
    assert [*differences(old.shapes, new.shapes)] == [SpecText("Note")]
    assert (_read(old), _read(new)) == (set(), set())
    assert [_names(shape) for shape in apart_of(old.shapes, new.shapes, SpecText("Note"))] == [["Text"], ["Text"]]


def _names(shape: ir.Shape) -> list[str]:
    return [member.name.raw for member in ir.members_of(shape)]


def _note(*, beside: Tree | None = None, **said: Any) -> Tree:
    """The model with a structure that says something else, and another member beside its own."""
    note = MODEL["shapes"]["Note"]
    return _changed(("shapes", "Note"), {**note, "members": {**note["members"], **(beside or {})}, **said})


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        pytest.param(_note(), _note(beside={"More": {"shape": "Word"}}), [], id="plain members stay"),
        pytest.param(_note(required=["Text"]), _note(required=["Next"]), ["Text", "Next"], id="required elsewhere"),
        pytest.param(_note(), _note(beside={"TEXT": {"shape": "Word"}}), ["Text", "Next"], id="names may collide"),
        pytest.param(_note(), _note(union=True), ["Text", "Next"], id="another kind"),
        pytest.param(
            _note(),
            _note(beside={"Path": {"shape": "Word", "location": "uri"}}),
            ["Text", "Next"],
            id="not in the body",
        ),
        pytest.param(
            _note(beside={"Odd": {"shape": "Word", "box": True}}),
            _note(beside={"Odd": {"shape": "Word", "box": True}, "More": {"shape": "Word"}}),
            ["Odd"],
            id="not plain",
        ),
    ],
)
def test_members_that_two_structures_have_alike_are_left_out_where_none_bears_on_another(
    old: Tree, new: Tree, left: list[str]
) -> None:
    before, _ = apart_of(_lazy(old).shapes, _lazy(new).shapes, SpecText("Note"))
    assert _names(before) == left


@pytest.mark.parametrize(
    ("said", "left"),
    [
        pytest.param({"enum": ["a", "b", "c"]}, ([], ["c"]), id="one more at the end"),
        pytest.param({"enum": ["a"]}, (["b"], []), id="one less at the end"),
        pytest.param({"enum": ["a", "c", "b"]}, (["a", "b"], ["a", "c", "b"]), id="another place"),
        pytest.param({"enum": ["b", "a"]}, (["a", "b"], ["b", "a"]), id="another order"),
        pytest.param({"enum": ["a", "b", "B"]}, (["a", "b"], ["a", "b", "B"]), id="constants may collide"),
        pytest.param({"enum": ["a", "b", "b"]}, (["a", "b"], ["a", "b", "b"]), id="listed twice"),
        pytest.param({"enum": ["a", "b", "c"], "max": 1}, (["a", "b"], ["a", "b", "c"]), id="bounded"),
        pytest.param({"enum": ["c"]}, (["a", "b"], ["c"]), id="none alike"),
    ],
)
def test_values_that_two_enums_have_alike_are_left_out_where_each_keeps_its_place(
    said: Tree, left: tuple[list[str], list[str]]
) -> None:
    old, new = _lazy(MODEL), _lazy(_changed(("shapes", "Kind"), {"type": "string", **said}))
    shapes = apart_of(old.shapes, new.shapes, SpecText("Kind"))
    assert tuple([value.value.raw for value in _values(shape)] for shape in shapes) == left
    places = [(value.value.raw, value.at.pointer[-1]) for value in _values(shapes[1])]
    assert places == [(value, at) for at, value in enumerate(said["enum"]) if value in left[1]]


def _values(shape: ir.Shape) -> tuple[ir.EnumValue, ...]:
    assert isinstance(shape, ir.Enum)
    return shape.values


def test_a_member_that_is_required_and_not_there_is_refused_in_what_differs_too() -> None:
    old, new = _lazy(MODEL), _lazy(_note(required=["Nothing"]))
    with pytest.raises(Diagnostics, match="unknown-member"):
        apart_of(old.shapes, new.shapes, SpecText("Note"))


def test_what_two_have_alike_is_told_anew_beside_a_third() -> None:
    first, second, third = _lazy(MODEL), _lazy(_note(required=["Text"])), _lazy(_note(required=["Next"]))
    found = [apart_of(first.shapes, other.shapes, SpecText("Note"))[0] for other in (second, third)]
    assert list(map(_names, found)) == [["Text"], ["Next"]]


def test_another_order_of_members_is_a_difference() -> None:
    members = {"Kind": {"shape": "Kind"}, "Notes": {"shape": "Notes"}}
    old, new = _lazy(MODEL), _lazy(_changed(("shapes", "Answer", "members"), members))
    assert differences(old.shapes, new.shapes).changed == (SpecText("Answer"),)


def test_what_is_written_otherwise_and_means_the_same_is_no_difference() -> None:
    old, new = _lazy(MODEL), _lazy(_changed(("shapes", "Size", "box"), False))
    assert [*differences(old.shapes, new.shapes)] == []


@pytest.mark.parametrize(
    ("pointer", "value", "changed"),
    [
        (("metadata", "protocol"), "rest-xml", ()),
        (("shapes", "Word", "pattern"), "[a-z]+", ("Word",)),
        (("shapes", "Tags"), {"type": "structure", "members": {}}, ("Query", "Tags")),
    ],
)
def test_shapes_that_are_written_alike_differ_where_the_service_gives_them_another_meaning(
    pointer: tuple[Any, ...], value: Any, changed: tuple[str, ...]
) -> None:
    new = _changed(pointer, value)
    found = differences(_lazy(MODEL).shapes, _lazy(new).shapes)
    assert found == differences(_whole(MODEL).shapes, _whole(new).shapes)
    assert {name.raw for name in found} >= set(changed)


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, "", "Word", "Tags", "map", "querystring", [], ["Size"], [{}], {}, {"a": {}}, {"shape": "Kind"}]
)
POINTERS = [each for each in _pointers(MODEL) if len(each) > 2]


@sized(300, 5000)
@given(st.sampled_from(POINTERS), JUNK, st.booleans())
def test_findings_do_not_depend_on_how_much_is_read(pointer: tuple[Any, ...], junk: Any, back: bool) -> None:
    pair = [MODEL, _changed(pointer, junk)]
    old, new = reversed(pair) if back else pair
    try:
        expected = _findings(_whole(old), _whole(new))
    except Diagnostics:
        _survives(old, new)
        return
    assert _findings(_lazy(old), _lazy(new)) == expected
    assert _reported(_lazy(old), _lazy(new)) == expected


def _survives(old: Tree, new: Tree) -> None:
    """What is wrong is told or passed over, and never anything else."""
    try:
        _findings(_lazy(old), _lazy(new))
    except Diagnostics as fault:
        assert fault.text()


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(
    ("name", "said", "path", "reason"),
    [
        pytest.param("Notes", {"member": {"shape": "Word"}}, "Notes.member", "Client.send(held=) is new", id="type"),
        pytest.param("Size", {"box": True}, "Size", "the generated code follows", id="no type"),
    ],
)
def test_what_comes_as_a_whole_is_looked_into_where_a_finding_rests_on_what_it_holds(
    name: str, said: Tree, path: str, reason: str, back: bool
) -> None:
    """What changes in Python with a shape that nothing used so far is a new structure and a new method, no more."""
    old = _changed(("shapes", "Answer", "members"), {"Kind": {"shape": "Kind"}})
    new = copy.deepcopy(old)
    new["shapes"][name] |= said
    new["shapes"]["Box"] = {"type": "structure", "members": {"Held": {"shape": name}}}
    new["operations"]["Send"] = {**MODEL["operations"]["Ping"], "name": "Send", "input": {"shape": "Box"}}
    pair = [new, old] if back else [old, new]
    found = _reported(*map(_lazy, pair))
    assert found == _findings(*map(_whole, pair))
    told = {one.path: one.verdicts[Audience.SOURCE].reason for one in found}[path]
    assert told == ("Client.send(held=) is gone" if back else reason)


@cache
def _real() -> Tree:
    content = _installed("sqs")[0].content
    found: Tree = json.loads(content)
    return found


def _drop(model: Tree, name: str, other: str) -> None:
    """Take a member or a value away."""
    shape = model["shapes"][name]
    if members := shape.get("members"):
        gone, _ = members.popitem()
        shape["required"] = [one for one in shape.get("required", ()) if one != gone]
    if shape.get("enum"):
        shape["enum"].pop()


def _give(model: Tree, name: str, other: str) -> None:
    """Add a member, or a value, before all others."""
    shape = model["shapes"][name]
    if "members" in shape:
        shape["members"][other] = {"shape": other}
    if "enum" in shape:
        shape["enum"].insert(0, other)


def _append(model: Tree, name: str, other: str) -> None:
    """Add a value after all others."""
    if "enum" in model["shapes"][name]:
        model["shapes"][name]["enum"].append(other)


def _copy(model: Tree, name: str, other: str) -> None:
    """Add a rival for the name of a shape, and an operation that takes it."""
    model["shapes"][name.swapcase()] = model["shapes"][name]
    end = {"shape": name.swapcase()} if model["shapes"][name]["type"] == "structure" else {"shape": "Message"}
    model["operations"][f"Take{name}"] = {"name": f"Take{name}", "http": {"method": "POST", "requestUri": "/"}}
    model["operations"][f"Take{name}"] |= {"input": end, "output": end}


def _retype(model: Tree, name: str, other: str) -> None:
    model["shapes"][name] = model["shapes"][other]


def _retarget(model: Tree, name: str, other: str) -> None:
    for member in [*model["shapes"][name].get("members", {}).values()][:1]:
        member["shape"] = other


def _reorder(model: Tree, name: str, other: str) -> None:
    if members := model["shapes"][name].get("members"):
        model["shapes"][name]["members"] = dict(reversed(members.items()))


def _require(model: Tree, name: str, other: str) -> None:
    if members := model["shapes"][name].get("members"):
        model["shapes"][name]["required"] = [*members][-1:]


EDITS = (_drop, _give, _append, _copy, _retype, _retarget, _reorder, _require)


@sized(50, 3000)
@given(
    st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0), st.integers(0)), min_size=1, max_size=5), st.booleans()
)
def test_findings_of_a_real_model_do_not_depend_on_how_much_of_it_is_read(edits: list[Any], back: bool) -> None:
    edited = copy.deepcopy(_real())
    shapes = [*_real()["shapes"]]
    for edit, one, other in edits:
        edit(edited, shapes[one % len(shapes)], shapes[other % len(shapes)])
    old, new = (edited, _real()) if back else (_real(), edited)
    try:
        expected = _findings(_whole(old), _whole(new))
    except Diagnostics:
        _survives(old, new)
        return
    assert _reported(_lazy(old), _lazy(new)) == expected


# ------------------------------------------------------------------------------------------------------------- faults


def test_what_is_wrong_in_a_shape_is_told_when_it_is_read() -> None:
    model = _lazy(_changed(("shapes", "Size", "max"), "x"))
    assert isinstance(model.shapes[SpecText("Kind")], ir.Enum)
    with pytest.raises(Diagnostics) as caught:
        model.shapes[SpecText("Size")]
    assert caught.value.text() == "model.json:1:1115: error: expected a number, found a string [type]"


@pytest.mark.parametrize("pointer", [("shapes", "Size", "trait"), ("shapes", "Query", "members", "Size", "default")])
def test_what_is_kept_as_it_is_may_not_nest_too_deep(pointer: tuple[Any, ...]) -> None:
    nested: Any = 1
    for _ in range(65):
        nested = [nested]
    with pytest.raises(Diagnostics, match=r"error: nested more than 64 deep \[too-deep\]"):
        _whole(_changed(pointer, nested))


def test_what_nests_too_deep_for_the_parser_is_refused() -> None:
    content = b'{"metadata": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    with pytest.raises(Diagnostics) as caught:
        read_files([SpecFile("service-2.json", "model.json", content)])
    assert caught.value.text() == "model.json:1:77: error: nested more than 64 deep [too-deep]"


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ("1e999", "model.json:1:14: error: a number beyond what a double holds [number]"),
        ("NaN", "model.json:1:14: error: NaN is not a number of JSON [number]"),
        (r'"a\n\ud800"', 'model.json:1:14: error: "\\ud800" is half of a surrogate pair, not a character [surrogate]'),
        ("", "model.json:1:14: error: expected a value [syntax]"),
    ],
)
def test_what_is_no_json_is_refused_in_foreign_models_too(metadata: str, message: str) -> None:
    content = f'{{"metadata": {metadata}}}'.encode()
    with pytest.raises(Diagnostics) as caught:
        read_files([SpecFile("service-2.json", "model.json", content)])
    assert caught.value.text() == message


def test_a_key_that_is_there_twice_in_a_foreign_model_is_refused_with_both_places() -> None:
    text = json.dumps(MODEL).replace(
        '"Size": {"type": "integer"', '"Size": {"type": "string"},\n"Size": {"type": "long"'
    )
    first = text.index('"Size": {"type": "string"') + 1
    with pytest.raises(Diagnostics) as caught:
        read_files([SpecFile("service-2.json", "model.json", text.encode())])
    assert caught.value.text().splitlines() == [
        'model.json:2:1: error: duplicate key "Size"; an object has each key once [duplicate-key]',
        f"  model.json:1:{first}: note: first stated here",
    ]


# ------------------------------------------------------------------------------------------------ the installed models


def _installed(service: str) -> list[SpecFile]:
    found = find_spec("botocore")
    assert found is not None and found.origin is not None
    path = sorted((Path(found.origin).parent / "data" / service).glob("*/service-2.json*"))[-1]
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [SpecFile("service-2.json", path.name, content)]


def _graph(shapes: Mapping[SpecText, ir.Shape]) -> dict[str, list[str]]:
    return {name: sorted(users) for name, users in users_of(shapes).items()}


@pytest.mark.parametrize("service", ["s3", "sqs", "kinesis", "lambda", "transcribe"])
def test_what_is_told_of_raw_shapes_and_operations_is_what_they_say_when_read(service: str) -> None:
    lazy, whole = read_files_lazily(_installed(service)).model, read_files(_installed(service)).model
    assert list(names_of(lazy.shapes)) == [name.raw for name in whole.shapes]
    assert _graph(lazy.shapes) == _graph(whole.shapes)
    assert anything_streams(lazy.shapes) == anything_streams(whole.shapes)
    assert [(*call[:3], *call.errors) for call in calls_of(lazy.operations)] == [
        (*call[:3], *call.errors) for call in calls_of(whole.operations)
    ]


@pytest.mark.parametrize("service", ["s3", "lambda", "bedrock-runtime", "cloudwatch"])
def test_an_outline_has_the_kind_of_a_shape_and_whatever_narrows_a_type(service: str) -> None:
    """Documents with members and enums are told apart from others, though their members and values are left out."""
    lazy, whole = read_files_lazily(_installed(service)).model, read_files(_installed(service)).model
    outlines = {name: outline_of(lazy.shapes, name) for name in whole.shapes}
    assert {name: type(shape) for name, shape in outlines.items()} == {
        name: type(shape) for name, shape in whole.shapes.items()
    }
    assert _edges_and_narrowed(outlines) == _edges_and_narrowed(whole.shapes)
    assert _read(lazy) == set()
    assert all(outline_of(whole.shapes, name) is shape for name, shape in whole.shapes.items())


def _edges_and_narrowed(shapes: Mapping[SpecText, ir.Shape]) -> dict[SpecText, list[ir.Member]]:
    return {
        name: [
            replace(one, required=False, location=ir.HttpLocation.BODY)
            for one in ir.members_of(shape)
            if isinstance(shape, ir.ListOf | ir.MapOf) or Levels().narrows(name, one)
        ]
        for name, shape in shapes.items()
    }


def test_an_outline_of_a_document_that_has_members_is_a_structure() -> None:
    shape = {"type": "structure", "document": True, "members": {"Any": {"shape": "Word"}}}
    model = _changed(("shapes", "Note"), shape)
    assert isinstance(outline_of(_lazy(model).shapes, SpecText("Note")), ir.Structure)
