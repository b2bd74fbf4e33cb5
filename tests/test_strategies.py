"""Strategies that packages bring: every value is valid, goes there and back, and all that may be does appear."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from botocore.validate import ParamValidator  # type: ignore[import-untyped]
from botocore_models import dated
from casting import files_of as files_of_spec
from casting import imported, write_tree
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from packages import NEW, RELEASES
from pydantic import ValidationError
from runtime import load
from sizes import FULL
from strategies import Spec, sized, spec_of, specs, structure
from strategies import model_of as model_of_spec
from suites import SPEC_PATHS, files_of, model_of
from test_patterns import corpus

from codegen.diagnostics import Place
from codegen.emit.views.strategies import TextView, view_text
from codegen.spec import ir, texts
from codegen.spec.examples import Examples, NoExample
from codegen.spec.fitting import Unfit, candidates, fit
from codegen.spec.ir import SpecText
from codegen.spec.names import ClassName
from codegen.spec.patterns import Engine, write
from codegen.spec.regex import parse
from codegen.spec.spelling import width


def draws(strategy: SearchStrategy[Any], number: int) -> list[Any]:
    """Draw values as a user's test does: every health check holds, which a strategy that filters much would fail."""
    found: list[Any] = []

    @settings(max_examples=number, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(strategy)
    def gather(value: Any) -> None:
        found.append(value)

    gather()
    return found


def functions(package: Any) -> Iterator[tuple[str, type[Any]]]:
    """Walk the strategies of a package: the name of the function, and the class it says it makes."""
    module = package.strategies
    for name in module.__all__:
        if name not in ("answers", "wire"):
            said = module.__dict__[name].__annotations__["return"]
            hint = re.fullmatch(r"_sampling\.SearchStrategy\[models\.(.+)\]", said)
            assert hint is not None, said
            yield name, getattr(package.models, hint[1])


def share(package: Any, number: int) -> int:
    """Give how often to draw from each strategy: less where there are more than thirty of them."""
    return number if FULL else max(4, min(number, 30 * number // len(package.strategies.__all__)))


@pytest.fixture(scope="module", params=SPEC_PATHS)
def package(request: pytest.FixtureRequest) -> Iterator[Any]:
    with imported(files_of(request.param)) as found:
        yield found


@pytest.fixture(scope="module")
def everything() -> Iterator[Any]:
    with imported(files_of("everything")) as found:
        yield found


# ------------------------------------------------------------------------------------------------------- every class


def test_every_structure_and_union_has_a_strategy(package: Any) -> None:
    models = package.models
    shapes = [name for name in models.__all__ if hasattr(getattr(models, name), "from_wire")]
    assert [shape.__name__ for _, shape in functions(package)] == shapes
    assert len(shapes) >= 16


def assert_carried(value: Any) -> None:
    """What to_wire writes is JSON, and from_wire reads it as the same value; nothing is broken in it."""
    value.check()
    wire = value.to_wire()
    for carried in (wire, json.dumps(wire)):
        read = type(value).from_wire(carried)
        assert read == value
        assert read.to_wire() == wire


def test_values_are_valid_and_go_there_and_back(package: Any) -> None:
    for name, shape in functions(package):
        for value in draws(getattr(package.strategies, name)(), share(package, 400 if FULL else 25)):
            assert type(value) is shape
            assert_carried(value)


def test_wire_gives_what_strict_classes_accept(package: Any) -> None:
    for _, shape in functions(package):
        for wire in draws(package.strategies.wire(shape), share(package, 100 if FULL else 8)):
            shape.from_wire(json.loads(json.dumps(wire))).check()


def test_answers_are_read(package: Any) -> None:
    for _, shape in functions(package):
        for wire in draws(package.strategies.answers(shape), share(package, 400 if FULL else 20)):
            read = shape.from_wire(wire)
            assert shape.from_wire(json.dumps(read.to_wire())).to_wire() == read.to_wire()


@pytest.mark.parametrize("release", RELEASES)
def test_boto3_accepts_what_is_drawn(release: str) -> None:
    tried = 0
    with imported(files_of(release)) as package:
        for shape in model_of(release).shapes.values():
            if isinstance(shape, ir.Structure | ir.UnionOf):
                tried += 1
                wires = draws(package.strategies.wire(named(package, shape)), share(package, 200 if FULL else 20))
                assert refusals(release, shape, wires) == []
    assert tried >= 14


def named(package: Any, shape: ir.Shape) -> Any:
    return next(found for _, found in functions(package) if found.__title__() == shape.id.raw)


def refusals(release: str, shape: ir.Structure | ir.UnionOf, wires: list[dict[str, Any]]) -> list[str]:
    """Ask boto3's validator, which sees a request when its token is filled in."""
    tokens = {member.name.raw: "token" for member in shape.members if member.idempotency_token}
    target = dated(release).shape_for(shape.id.raw)
    reports = [ParamValidator().validate({**tokens, **wire}, target) for wire in wires]
    return [report.generate_report() for report in reports if report.has_errors()]


def test_boto3_refuses_what_breaks_a_bound() -> None:
    shape = model_of(NEW).shapes[SpecText("EngagementCustomer")]
    assert isinstance(shape, ir.Structure)
    assert refusals(NEW, shape, [{}]) != []


def test_a_hundred_of_the_largest_request_pass_every_health_check() -> None:
    with imported(files_of(NEW)) as package:
        assert len(draws(package.strategies.create_engagement_invitation_request(), 100)) == 100


# ------------------------------------------------------------------------------------------------------------- reach


@pytest.fixture(scope="module")
def requests(everything: Any) -> list[Any]:
    return draws(everything.strategies.put_thing_request(), 1000)


def test_every_member_comes_and_goes(everything: Any, requests: list[Any]) -> None:
    fields = [name for name, info in everything.models.PutThingRequest.model_fields.items() if not info.is_required()]
    assert "client_token" in fields and len(fields) > 30
    for name in fields:
        assert {getattr(value, name) is None for value in requests} == {True, False}, name


def _has(name: str, wanted: object) -> Callable[[Any], bool]:
    return lambda value: getattr(value, name) is wanted


def test_all_values_of_enums_and_all_arms_of_unions_come(everything: Any, requests: list[Any]) -> None:
    models, strategies, found = everything.models, everything.strategies, requests
    for name, enum in {"color": models.Color, "letter": models.Letter, "level": models.Level}.items():
        seen = {getattr(value, name) for value in found}
        for unseen in set(enum) - seen:
            assert find(strategies.put_thing_request(), _has(name, unseen), random=Random(0))
    assert {value.flag for value in found} == {None, True, False}
    assert {value.tag for value in draws(strategies.choice(), 200)} == {"Again", "Name", "Tag"}


def sizes(values: list[Any], name: str) -> set[int]:
    return {len(getattr(value, name)) for value in values if getattr(value, name) is not None}


def test_both_ends_of_bounds_come(requests: list[Any]) -> None:
    found = requests
    assert sizes(found, "blob") == {1, 2, 3, 4}
    assert sizes(found, "names") == {1, 2, 3}
    assert sizes(found, "pairs") == {2, 3}
    assert sizes(found, "tags") == {1, 2, 3}
    assert sizes(found, "narrow") == {4, 5, 6}
    assert sizes(found, "reason") > {0, 1, 2}
    counts = {value.count for value in found} - {None}
    assert {1, 100} < counts <= set(range(1, 101))
    assert any(None in (value.holes or []) for value in found)
    assert any(value.no_tags.startswith("a") for value in found if value.no_tags)


def test_recursion_goes_down_and_ends(everything: Any) -> None:
    depths = {_depth(value) for value in draws(everything.strategies.tree(), 300)}
    assert {1, 2, 3} <= depths <= {1, 2, 3, 4, 5, 6}


def _depth(tree: Any) -> int:
    return 1 + max([_depth(inner) for inner in (*(tree.branches or []), *([tree.tree] if tree.tree else []))] or [0])


def test_answers_hold_what_nobody_has_heard_of(everything: Any) -> None:
    models, strategies = everything.models, everything.strategies
    found = draws(strategies.answers(models.PutThingResponse), 300)
    known = {info.alias or name for name, info in models.PutThingResponse.model_fields.items()}
    assert any("Id" not in wire for wire in found)
    assert any(wire.get("Id", "") is None for wire in found)
    assert any(wire.keys() - known for wire in found)
    assert any(wire.get("Color") not in (None, *(color.value for color in models.Color)) for wire in found)
    choices = [models.Choice.from_wire(wire) for wire in draws(strategies.answers(models.Choice), 100)]
    assert {choice.unknown is None for choice in choices} == {True, False}


# ------------------------------------------------------------------------------------------------------------ mutants


@contextmanager
def changed(path: str, old: str, new: str) -> Iterator[Any]:
    """Import the package of everything with one passage of one file replaced."""
    files: dict[str, str] = dict(files_of("everything"))
    assert files[path].count(old) == 1, files[path]
    files[path] = files[path].replace(old, new)
    with imported(files) as package:
        yield package


def assert_recipes_are_exact(package: Any) -> None:
    """Every text that a recipe gives fits its type, before anything is filtered."""
    recipes = package.strategies._SAMPLER._texts
    assert len(recipes) >= 5
    for kind, recipe in recipes.items():
        drawn = draws(recipe.strategy(), 60)
        assert not [finding for text in drawn for finding in kind.check(text) if finding[0] == "length"]
        assert sum(not list(kind.check(text)) for text in drawn) >= 0.9 * len(drawn)


def test_recipes_keep_to_their_types(package: Any) -> None:
    assert_recipes_are_exact(package)


_RECIPES = {
    "least": ('_sampling.Characters("az", 1, 40)', '_sampling.Characters("az", 0, 40)'),
    "most": ('_sampling.Characters("az", 4, 6)', '_sampling.Characters("az", 4, 60)'),
    "characters": ('_sampling.Characters("09az", 1, 16)', '_sampling.Characters("09az..", 1, 16)'),
    "group": ('"(?P<g1>[ab])(?P=g1)"', '"(?P<g1>[ab])[ab]"'),
}


@pytest.mark.parametrize(("old", "new"), _RECIPES.values(), ids=_RECIPES)
def test_a_recipe_that_is_loosened_is_found_out(old: str, new: str) -> None:
    with changed("strategies.py", old, new) as package, pytest.raises(AssertionError):
        assert_recipes_are_exact(package)


_RUNTIME = {
    "most items": ("sampling", "else min(most, low + _MORE)}", "else low + _MORE}"),
    "least items": ("sampling", "    low = least or 0\n", "    low = 0\n"),
    "unique": ("sampling", "if not kind.items.unique:", "if True:"),
    "required": ("sampling", "{plan.attribute for plan in plans if plan.required}", "set[str]()"),
    "sparse": ("sampling", "        if not kind.items.unique:", "        item = st.none() | item\n        if True:"),
    "one arm": (
        "sampling",
        "return _one_of_arms(members).map(lambda values: shape(**values))",
        "return st.fixed_dictionaries({**members}).map(lambda values: shape(**values))",
    ),
    "guard": ("sampling", ".filter(holds(kind))", ".map(lambda value: value * 2)"),
    "seconds": ("recipes", "moments.map(_to_the_second) if", "moments if"),
}


@pytest.mark.parametrize(("module", "old", "new"), _RUNTIME.values(), ids=_RUNTIME)
def test_a_strategy_that_is_loosened_is_found_out(module: str, old: str, new: str) -> None:
    with changed(f"_runtime/{module}.py", old, new) as package:
        names = [name for name, _ in functions(package) if name in ("put_thing_request", "choice")]
        assert len(names) == 2
        with pytest.raises((AssertionError, ValidationError, TypeError)):
            for number, name in product((100, 3000), names):  # most are found out among a few
                for value in draws(getattr(package.strategies, name)(), number):
                    assert_carried(value)


# ----------------------------------------------------------------------------------------------------------- any spec


def some_specs(number: int) -> list[Spec]:
    found: list[Spec] = []

    @sized(number, 10 * number)
    @given(specs())
    def gather(spec: Spec) -> None:
        found.append(spec)

    gather()
    return found


def test_the_strategies_of_any_spec_give_what_its_models_accept() -> None:
    made = 0
    for spec in (found := some_specs(30)):
        examples = Examples(model_of_spec(spec))
        with imported(files_of_spec(spec)) as package:
            for name, shape in functions(package):
                try:
                    strategy = getattr(package.strategies, name)()
                except ValueError:
                    with pytest.raises(NoExample):
                        examples.least(SpecText(shape.__title__()))
                    continue
                made += len(draws(strategy.map(assert_carried), 5))
                draws(package.strategies.answers(shape).map(shape.from_wire), 5)
    print(f"{made} values of {len(found)} specs")
    assert made > 300


_NAMES = ("Wire", "Answers", "wire_", "Models", "Type", "Dict", "Annotations", "Sampler", "SearchStrategy", "Import")


def test_no_name_of_a_shape_hides_what_the_module_needs() -> None:
    shapes = {name: structure(Text="Regex", List="List") for name in _NAMES}
    shapes |= {"Regex": {"type": "string", "pattern": "[a-z]+"}, "List": {"type": "list", "member": {"target": "Wire"}}}
    with imported(files_of_spec(spec_of(shapes))) as package:
        found = dict(functions(package))
        assert len(found) == len(_NAMES)
        assert found["wire_"] is package.models.Wire and found["answers_"] is package.models.Answers
        for name, shape in found.items():
            assert {type(value) for value in draws(getattr(package.strategies, name)(), 10)} == {shape}


def test_a_shape_that_no_value_is_known_for_says_so() -> None:
    odd = {"type": "string", "pattern": "(?=.*[a-z])(?=.*[0-9])(?=.*[A-Z])(?!.*[a-yA-Y])[a-zA-Z0-9]{9}zZ0+"}
    again = {"type": "structure", "members": {"Again": {"target": "Again", "required": True}}}
    shapes = {"Request": structure(Odd="Odd", Again="Again", Near="Near"), "Odd": odd, "Again": again}
    shapes["Near"] = {"type": "structure", "members": {"Odd": {"target": "Odd", "required": True}}}
    with imported(files_of_spec(spec_of(shapes))) as package:
        with pytest.raises(ValueError, match=r"^no value of Again is known: "):
            package.strategies.again()
        assert {value.again for value in draws(package.strategies.request(), 20)} == {None}


def test_wide_and_deep_shapes_stay_small() -> None:
    shapes = {f"S{number}": structure(**dict.fromkeys("abcd", f"S{number + 1}")) for number in range(30)}
    with imported(files_of_spec(spec_of({**shapes, "S30": structure()}))) as package:
        assert len(draws(package.strategies.s0(), 30)) == 30


# -------------------------------------------------------------------------------------------------- without Hypothesis

_BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "hypothesis":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
import package, package.models, package.errors
from package import *
try:
    from package import strategies
except ImportError as error:
    print(error)
"""


def test_without_hypothesis_the_package_works_and_its_strategies_say_what_they_need(tmp_path: Path) -> None:
    write_tree(tmp_path / "package", files_of(NEW))
    done = subprocess.run([sys.executable, "-c", _BLOCKED], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("strategies need Hypothesis: pip install hypothesis\n", "")


def test_importing_a_package_imports_no_hypothesis(tmp_path: Path) -> None:
    write_tree(tmp_path / "package", files_of(NEW))
    code = "import sys, package, package.models; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False\n", "")


# ------------------------------------------------------------------------------------------------------------- fitting

FITTING: dict[str, tuple[str, int, int, str]] = {
    "a class": ("[a-z]+", 3, 9, "[a-z]{3,9}"),
    "the rest goes to who can take it": ("arn:aws:[a-z]*:[0-9]{12}", 0, 40, "arn:aws:[a-z]{0,19}:[0-9]{12}"),
    "it goes round evenly": ("a+b+", 0, 10, "a{1,5}b{1,5}"),
    "the most able grows": ("a{1,3}b+", 8, 10, "a{1,3}b{7}"),
    "the least goes to who can take it": ("a+-b+", 10, 20, "a{8,10}\\-b{1,9}"),
    "few rounds": ("(?:ab?)*", 0, 100, "(?:ab?){0,4}"),
    "as many rounds as it takes": ("(?:ab){2,}", 10, 11, "(?:ab){5}"),
    "branches that cannot": ("a|b{5}|c+", 2, 4, "c{2,4}"),
    "one class of two": ("(?:[a-z]|-)+", 1, 4, "[\\-a-z]{1,4}"),
    "anchors": ("^a$", 0, 1, "a"),
    "anything": ("(?s).+", 1, 2, "[^\\x00]{1,2}"),
    "properties": ("\\p{Lu}\\b", 1, 1, "[A-Z\\xc5\\xc9\\xd6\\u03a9\\u0416\\u042f]"),
    "a backreference": ("([ab])\\1", 0, 9, "(?P<g1>[ab])(?P=g1)"),
}


def a_pattern(text: str, match: ir.Match = ir.Match.FULL) -> ir.Pattern:
    return ir.Pattern(text=SpecText(text), match=match, ascii=True, at=Place("spec.json", ()))


@pytest.mark.parametrize(("pattern", "low", "high", "expected"), FITTING.values(), ids=FITTING)
def test_an_expression_is_cut_down_to_bounds(pattern: str, low: int, high: int, expected: str) -> None:
    node = next(iter(candidates(a_pattern(pattern))))
    assert write(fit(node, low, high), Engine.RE) == expected


@pytest.mark.parametrize(
    ("pattern", "low", "high"),
    [("a", 2, 3), ("a{3}", 0, 2), ("a|bb", 3, 9), ("(?:ab)+", 3, 3), ("[^\\x00-\\U0010ffff]", 1, 1)],
)
def test_what_has_no_text_within_bounds_is_unfit(pattern: str, low: int, high: int) -> None:
    with pytest.raises(Unfit):
        fit(parse(pattern, ascii=True), low, high)


@sized(100, 3000)
@given(
    st.lists(st.sampled_from(["a", "[b-d]+", "(?:e|fg)", "(?:hi?j*)*", "k{2,5}", "(?:-l+){1,3}"]), min_size=1),
    st.data(),
)
def test_what_is_cut_down_keeps_to_its_bounds(parts: list[str], data: st.DataObject) -> None:
    low = data.draw(st.integers(0, 20))
    high = low + data.draw(st.integers(0, 20))
    root = parse("".join(parts), ascii=True)
    try:
        fitted = fit(root, low, high)
    except Unfit:
        return
    least, most = width(fitted)
    assert low <= least and most is not None and most <= high
    text = data.draw(st.from_regex(write(fitted, Engine.RE), fullmatch=True))
    assert re.fullmatch("".join(parts), text)


def rule(pattern: str) -> texts.TextRule:
    return texts.rule_of(ir.Constraints(pattern=a_pattern(pattern)))


def as_recipe(view: TextView) -> Any:
    recipes: Any = load("recipes")
    if view.ranges is not None:
        return recipes.Characters(view.ranges.raw, view.least, view.most, view.categories)
    if view.regex is not None:
        return recipes.Regex(view.regex.raw)
    return recipes.Samples(tuple(text.raw for text in view.samples))


def test_patterns_of_aws_have_recipes_that_they_accept() -> None:
    kinds: dict[str, int] = {"made": 0, "sampled": 0, "unknown": 0}
    patterns = sorted(corpus())[:: 4 if FULL else 60]
    for found in filter(_to_be_matched, map(rule, patterns)):
        view = view_text(ClassName("Text"), found)
        kinds["unknown" if view is None else "sampled" if view.samples else "made"] += 1
        if view is not None:
            assert draws(as_recipe(view).strategy().filter(found.accepts), 20), found.pattern
    print(len(patterns), kinds)
    assert kinds["made"] > 0.97 * sum(kinds.values()) > 50


def _to_be_matched(found: texts.TextRule) -> bool:
    return found.lowered is not None and bool(found.lowered.pieces)


SPECIAL: Mapping[str, str] = {
    "a look-ahead says what is wanted": r"(?=\$)(?=\S+$).*",
    "a look-ahead forbids": r"(?!aws:)[a-z:]{1,9}",
    "only samples are known": r"(?!-)[A-Za-z0-9-].*(?<!-)",
}


@pytest.mark.parametrize("pattern", SPECIAL.values(), ids=SPECIAL)
def test_look_arounds_are_met(pattern: str) -> None:
    view = view_text(ClassName("Text"), rule(pattern))
    assert view is not None
    drawn = draws(as_recipe(view).strategy(), 50)
    assert sum(map(rule(pattern).accepts, drawn)) >= 0.8 * len(drawn)


def test_what_may_stand_anywhere_is_drawn_amid_other_texts() -> None:
    searched = texts.rule_of(ir.Constraints(pattern=a_pattern("x[0-9]", ir.Match.SEARCH)))
    view = view_text(ClassName("Text"), searched)
    assert view is not None
    drawn = draws(as_recipe(view).strategy(), 100)
    assert all(map(searched.accepts, drawn))
    assert any(not text.startswith("x") for text in drawn)


def test_a_strategy_finds_the_smallest_text(everything: Any) -> None:
    assert find(everything.strategies.tag(), lambda tag: True).to_wire() == {"Key": "0", "Value": ""}
