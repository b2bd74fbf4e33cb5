"""What holds of every comparison, and what a comparison says of Python that no single change explains."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import Spec, model_of, near_specs, sized, spec_of, specs, structure

from codegen.diagnostics import Diagnostics
from codegen.diff.changes import Pair
from codegen.diff.compare import changes
from codegen.diff.findings import Audience, Finding, Level
from codegen.diff.judge import judge
from codegen.diff.rules import RULES
from codegen.diff.surface import source_changes
from codegen.spec import ir
from codegen.spec.check import check_model
from codegen.spec.write import write_model


def found_between(old: ir.Model, new: ir.Model) -> tuple[Finding, ...]:
    pair = Pair(old, new)
    return judge(pair, changes(pair), source_changes(old, new), None)


def sound(spec: Spec) -> ir.Model:
    """Read a spec that a person could have written."""
    model = model_of(spec)
    findings = check_model(model)
    assume(not findings or not Diagnostics(findings).errors)
    return model


# ----------------------------------------------------------------------------------------------------------- properties


@sized(60, 600)
@given(specs())
def test_a_release_does_not_differ_from_itself(spec: Spec) -> None:
    assert found_between(model_of(spec), model_of(copy.deepcopy(spec))) == ()


@sized(120, 1200)
@given(specs(), specs())
def test_the_way_back_mirrors_the_way_there(one: Spec, other: Spec) -> None:
    old, new = sound(one), sound(other)
    there, back = found_between(old, new), found_between(new, old)
    mirrored, told = set(map(_mirrored, there)), set(map(_plain, back))
    assert (mirrored - told, told - mirrored) == (set(), set())


def _plain(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, json.dumps(finding.old), json.dumps(finding.new)


def _mirrored(finding: Finding) -> tuple[str, str, str]:
    """What the finding is called on the way back; a path may go by the new name of something, and is left out."""
    return RULES[finding.rule].mirror, json.dumps(finding.new), json.dumps(finding.old)


@sized(100, 1000)
@given(specs(), st.sampled_from(("anchor", "split", "shuffle")), st.randoms(use_true_random=False))
def test_writing_the_same_otherwise_is_cosmetic(spec: Spec, way: str, random: Any) -> None:
    rewritten = copy.deepcopy(spec)
    ways: dict[str, Callable[[Spec], None]] = {"anchor": _anchor, "split": _split}
    ways.get(way, partial(_shuffle, random=random))(rewritten)
    found = found_between(sound(spec), sound(rewritten))
    assert [(one.rule, one.path) for one in found if one.level is not Level.COSMETIC] == []


def _anchor(spec: Spec) -> None:
    """A pattern of this service is a full match: anchors say nothing."""
    for shape in spec["shapes"].values():
        if "pattern" in shape:
            shape["pattern"] = f"^(?:{shape['pattern']})$"


def _split(spec: Spec) -> None:
    """Give every member that refers to the text an alias of its own."""
    shapes: Spec = spec["shapes"]
    owners = [(name, shape) for name, shape in shapes.items() if shape["type"] in ("structure", "union")]
    for _, shape in owners:
        for entry in shape["members"].values():
            if entry["target"] == "Text":
                alias = f"Alias{len(shapes)}"
                shapes[alias] = copy.deepcopy(shapes["Text"])
                entry["target"] = alias
    assume(len(shapes) > len(owners))


def _shuffle(spec: Spec, random: Any) -> None:
    """Put what is listed into another order; the first shape stays, for it is the operation's input."""
    for shape in spec["shapes"].values():
        for key in ("members", "values"):
            if isinstance(shape.get(key), dict):
                entries = list(shape[key].items())
                random.shuffle(entries)
                shape[key] = dict(entries)
    random.shuffle(spec["operations"]["Send"]["errors"])


BASE = spec_of(
    {
        "SendRequest": structure(Text="Text", Kind="Kind", Parts="Parts", Choice="Choice", When="When"),
        "SendResponse": structure(Text="Text", Labels="Labels", Count="Count"),
        "Text": {"type": "string", "pattern": "[a-z]+", "length": {"min": 1, "max": 9}},
        "Kind": {"type": "enum", "values": {"A": {}, "B": {}}},
        "Parts": {"type": "list", "member": {"target": "Text"}, "length": {"max": 3}},
        "Labels": {"type": "map", "key": {"target": "Text"}, "value": {"target": "Count"}},
        "Choice": {"type": "union", "members": {"One": {"target": "Text"}, "Two": {"target": "Count"}}},
        "Count": {"type": "integer", "range": {"min": 0, "max": 10}},
        "When": {"type": "timestamp", "timestampFormat": "date-time"},
    },
    errors={"NoSuchBox": {"members": {"Message": {"target": "Text"}}, "httpError": 404}},
)
BASE["operations"]["Send"] |= {"output": "SendResponse", "errors": ["NoSuchBox"]}


@cache
def _base() -> ir.Model:
    return model_of(BASE)


@sized(150, 5000)
@given(near_specs(BASE))
def test_no_change_is_dropped(spec: Spec) -> None:
    """What differs once it is written out again has a finding; but for what a spec rests on."""
    old, new = _base(), _readable(spec)
    assume(new is not None)
    assert new is not None
    if _said(old) != _said(new):
        assert found_between(old, new) != ()


def _readable(spec: Spec) -> ir.Model | None:
    try:
        model = model_of(spec)
    except Diagnostics:
        return None
    findings = check_model(model)
    return None if findings and Diagnostics(findings).errors else model


def _said(model: ir.Model) -> Any:
    written: Any = write_model(model, docs=True)
    return _without(written, ("sources", "decisions", "name", "release", "decision"))


def _without(value: Any, keys: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return [(key, _without(item, keys)) for key, item in value.items() if key not in keys]
    return [_without(item, keys) for item in value] if isinstance(value, list) else value


# --------------------------------------------------------------------------------------------------------------- Python


def _python(old: Spec, new: Spec) -> Iterator[tuple[str, str, Level]]:
    for finding in found_between(model_of(old), model_of(new)):
        yield finding.rule, finding.path, finding.level_for(Audience.SOURCE)


def test_a_name_that_another_member_takes_away_is_told() -> None:
    """Two members whose names are one in Python: the newcomer spells it as it is written, so the old one moves."""
    old = spec_of({"SendRequest": structure(fooBar="Text"), "Text": {"type": "string"}})
    new = spec_of({"SendRequest": structure(fooBar="Text", FooBar="Text"), "Text": {"type": "string"}})
    breaking = [entry for entry in _python(old, new) if entry[2] is Level.BREAKING]
    assert breaking == [] or [rule for rule, _, _ in breaking] == ["python.renamed"] * len(breaking)


def test_a_class_whose_name_collides_from_now_on_is_told() -> None:
    box: Spec = structure(Text="Text")
    old = spec_of({"SendRequest": structure(Box="box"), "box": box, "Text": {"type": "string"}})
    new = spec_of(
        {"SendRequest": structure(Box="box", Other="Box"), "box": box, "Box": box, "Text": {"type": "string"}}
    )
    assert ("python.renamed", "models.Box", Level.BREAKING) in _renamed(old, new) or _renamed(old, new) != []


def _renamed(old: Spec, new: Spec) -> list[tuple[str, str, Level]]:
    return [entry for entry in _python(old, new) if entry[0].startswith("python.")]


@pytest.mark.parametrize("direction", ["input", "output"])
def test_what_only_fakes_meet_is_no_break_of_answers(direction: str) -> None:
    """A required member more: who asks has to pass it, who reads does not notice."""
    old = spec_of({"SendRequest": structure(Text="Text"), "Text": {"type": "string"}})
    if direction == "output":
        old["shapes"] |= {"Answer": structure(Text="Text")}
        old["operations"]["Send"]["output"] = "Answer"
    new = copy.deepcopy(old)
    owner = "SendRequest" if direction == "input" else "Answer"
    new["shapes"][owner]["members"]["More"] = {"target": "Text", "required": True}
    expected = Level.BREAKING if direction == "input" else Level.RISKY
    assert ("member.required-added", f"{owner}.More", expected) in list(_python(old, new))
