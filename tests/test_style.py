"""What is printed as our templates print it comes out as black makes it of the whole, which it hardly ever gets."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from typing import Any

import black
import pytest
from black.mode import TargetVersion
from black.parsing import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.emit import style
from codegen.emit.filters import LINE_LENGTH, comment, docstring, literal
from codegen.spec.ir import SpecText

MODE = black.Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})
NAME = st.integers(1, 60).map(lambda length: f"n{'a' * length}")
NAMES = st.lists(NAME, min_size=1, max_size=5)


def as_black_does(text: str) -> bool:
    return black.format_str(text, mode=MODE) == style.style(text)


def block(depth: int, lines: str) -> str:
    """Put lines at a depth."""
    heads = "".join(f"{' ' * at}if x:\n" for at in range(0, depth, 4))
    return heads + "".join(f"{' ' * depth}{line}\n" for line in lines.splitlines())


def call(name: str, arguments: Sequence[str]) -> str:
    return f"{name}({', '.join(arguments)})"


# ------------------------------------------------------------------------------------------------- beside black itself


@settings(max_examples=150, deadline=None, derandomize=True)
@given(NAME, NAME, NAMES, st.sampled_from(["", ", SENSITIVE"]), st.booleans(), st.sampled_from([4, 0]))
def test_fields_are_as_black_makes_them(
    name: str, hint: str, items: list[str], last: str, optional: bool, depth: int
) -> None:
    inner = f"Annotated[list[{hint}], Items({', '.join(items)})]{' | None' if optional else ''}"
    end = " = None" if optional else ""
    lines = [
        f"{name}: {hint}{end}",
        f'{name}: Annotated[{inner}, Field(alias="{name}"){last}]{end}',
        f"{name}: {inner}{end}",
        f'{name} = "{hint}"',
        f"{name}: dict[{hint}, {hint}] | None = None",
        f"{name}: Annotated[{hint} | None, SENSITIVE]{end}",
    ]
    assert as_black_does(block(depth, "\n".join(lines)))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(NAME, NAMES, NAMES, NAME, st.sampled_from([0, 4]), st.sampled_from(["", "async "]))
def test_functions_are_as_black_makes_them(
    name: str, parameters: list[str], hints: list[str], answer: str, depth: int, prefix: str
) -> None:
    pairs = [f"{one}: {hint}" for one, hint in zip(parameters, hints, strict=False)]
    ends = ["", " | None = None", " | Mapping[str, Any]", f" | {answer} = None"]
    given_many = "\n".join(f"    {pair}{end}," for pair, end in zip(pairs, ends, strict=False))
    bodies = [
        f"{prefix}def {name}(self, {', '.join(pairs)}, /) -> {answer}: ...",
        f"{prefix}def {name}(self, {', '.join(pairs)}, **more: Any) -> Iterator[{answer}]:\n    return x",
        f"{prefix}def {name}() -> {answer}[models.{answer}]:\n    return x",
        f"{prefix}def {name}(self) -> {answer}{answer}:\n    return x",
        f"{prefix}def {name}({pairs[0]}) -> {answer}{answer}: ...",
        f"{prefix}def {name}(\n    self,\n    /,\n    *,\n{given_many}\n) -> {answer}: ...",
    ]
    between = "\n" if depth else "\n\n"
    text = between.join(block(depth, body).removeprefix("if x:\n") for body in bodies)
    assert as_black_does("class A:\n\n" * bool(depth) + text)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(NAME, NAME, NAMES, st.sampled_from(["", "await "]), st.sampled_from([0, 4, 8]))
def test_statements_are_as_black_makes_them(name: str, hint: str, items: list[str], wait: str, depth: int) -> None:
    many = "\n".join(f"    {call('Acceptor', items)}," for _ in range(2))
    lines = [
        f"answer: {hint} = {wait}{call(f'self.{name}', items)}",
        f"{wait}{call(f'self.{name}', items)}",
        f"return {call(name, [call(hint, items), *items])}",
        f"X = (\n{many}\n)",
        f"Y: T = A[\n    {hint},\n    {call('kinds', [f'one=({call(name, items)},)'])},\n]",
        f'Y: T = A[\n    {hint},\n    kinds(\n        one=("{name}[", {call(name, items)}),\n'
        f"        two=({call(name, items)},),\n    ),\n]",
        f"from .{name} import {', '.join(items)}",
    ]
    text = block(depth, "\n".join(one for one in lines if depth == 0 or not one.startswith("from ")))
    assert as_black_does("async def f():\n    pass\n\n\n" + text)


SAID = st.lists(
    st.one_of(st.text(st.one_of(st.sampled_from("ab \"'\\\n\t#{"), st.characters()), max_size=20), NAME), max_size=5
).map(" ".join)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(SAID, st.integers(0, 2))
def test_texts_are_printed_as_black_makes_them(text: str, longer: int) -> None:
    said = SpecText(text + "x" * 55 * longer)
    docs = {depth: f'"""{docstring(said, depth)}"""' for depth in (0, 4, 8)}
    module = f"# {comment(SpecText(f'Made of {said.raw}'))}\nX = 1\n{docs[0]}\n\n\nclass A:\n    {docs[4]}\n\n"
    text = f"{module}    a = {literal(said)}\n\n    def b(self):\n        {docs[8]}\n        return b{literal('a')}\n"
    assert as_black_does(text)


# ------------------------------------------------------------------------------------------------------- to the letter


@pytest.fixture
def got(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the texts that black gets."""
    texts: list[str] = []
    real = black.format_str

    def format_str(text: str, **more: Any) -> str:
        texts.append(text)
        return real(text, **more)

    monkeypatch.setattr(black, "format_str", format_str)
    return texts


MARK = "# speccast: statement\n"


def test_what_fits_is_not_looked_at(got: list[str]) -> None:
    text = f"a   =   {'b' * (LINE_LENGTH - 8)}\n"
    assert len(text) == LINE_LENGTH + 1
    assert style.style(text) == text and got == []


def test_black_gets_the_statements_that_are_too_wide_by_their_depth(got: list[str]) -> None:
    long = f"{'b' * 60} or {'c' * 60}"
    text = f"x = {long}\ny  = 1\nif y:\n    z = {long}\n    z =  2\nw = {long}\n"
    made = f"(\n    {long.replace(' or ', f'{chr(10)}    or ')}\n)"
    deeper = made.replace("\n", "\n    ")
    assert style.style(text) == f"x = {made}\ny  = 1\nif y:\n    z = {deeper}\n    z =  2\nw = {made}\n"
    assert got == [
        f"{MARK}x = {long}\n{MARK}w = {long}\n",
        f"if _:\n    {MARK}    z = {long}\n",
    ]


def test_a_statement_is_gone_to_black_once(got: list[str]) -> None:
    line = f"x = {'b' * 60} or {'c' * 60}\n"
    style.style(line * 3)
    assert got == [MARK + line]


def test_a_statement_is_taken_whole(got: list[str]) -> None:
    wide = f"f({'b' * 60}, f({'c' * 60}, d))"
    listed = "[\n            2,\n        ]"
    text = f"if a:\n    x = g(\n        1,\n        {listed},\n        {wide},\n    )[\n        3\n    ]\n"
    assert as_black_does(text)
    assert got[1:] == [f"if _:\n    {MARK}{text.removeprefix(f'if a:{chr(10)}')}"]


def test_a_statement_that_braces_hold_is_taken_whole(got: list[str]) -> None:
    text = f"x = {{\n    'a': f({'b' * 60}, f({'c' * 60}, d)),\n}}\n".replace("'", '"')
    assert as_black_does(text)
    assert got[1:] == [MARK + text]
    assert as_black_does(f"{'x' * 20} = f({{a: b}}, {'c' * 50}, {'d' * 45})\n")
    assert len(got) == 3


def test_a_statement_right_below_a_string_is_found(got: list[str]) -> None:
    assert as_black_does(f'x = """\n"""\nz = {"b" * 60} or {"c" * 60}\n')


@pytest.mark.parametrize("bracket", ["(", "[", "{"])
def test_a_bracket_at_the_end_of_a_line_of_a_string_opens_nothing(bracket: str, got: list[str]) -> None:
    wide = f"b = [{', '.join(['name'] * 40)}]"
    text = f'x = 1\n"""Says {bracket}\nand more."""\n\na = 1\n\n{wide}\n\nlast = 1\n'
    made = style.style(text)
    assert got == [f"{MARK}{wide}\n"]
    assert made == black.format_str(text, mode=MODE)


def test_of_a_function_black_gets_the_head(got: list[str]) -> None:
    text = f"def f() -> A[{'b' * 60}, {'c' * 60}]:\n    return  1\n"
    assert "return  1" in style.style(text)
    assert got == [f"{MARK}def f() -> A[{'b' * 60}, {'c' * 60}]:\n    pass\n"]


def test_lines_of_strings_and_comments_are_left(got: list[str]) -> None:
    wide = "word " * 30 + "end"
    text = f'"""Says.\n\n{wide} (\n"""\n\n# {wide}\nx = """\n{wide}\n"""\n'
    assert style.style(text) == text and got == []


def test_what_one_pair_of_brackets_splits_black_does_not_get(got: list[str]) -> None:
    many = ", ".join(f"parameter_{at}: int" for at in range(5))
    field = f"y: T = await call({many.replace(': int', '')}, x={'b' * 40})"
    text = f"class A:\n    def f(self, {many}) -> Iterator[int]:\n        return x\n\n    {field}\n"
    made = style.style(text)
    assert got == [] and f"    def f(\n        self, {many}\n    ) -> Iterator[int]:\n" in made
    assert made == black.format_str(text, mode=MODE)


@pytest.mark.parametrize("depth", [0, 4])
@pytest.mark.parametrize("longer", range(6))
def test_none_goes_into_brackets_where_that_is_enough(depth: int, longer: int, got: list[str]) -> None:
    line = f'{"x" * 50}: Annotated["]", Field(alias={"y" * (31 - depth + longer)})] = None'
    assert len(line) + depth == LINE_LENGTH - 1 + longer
    assert as_black_does(block(depth, line)) and len(got) == 1
    made = style.style(block(depth, line))
    assert made.count("\n") - depth // 4 == (1 if longer < 2 else 3)
    assert ("= (\n" in made) is (2 <= longer < 5)


def test_lines_of_a_statement_are_laid_out_by_themselves(got: list[str]) -> None:
    wide = f"Sequence[{'a' * 45}, {'b' * 40}]"
    head = f"def f(\n    self,\n    another: {wide} | None = None,\n    second: a.{wide[:8]} | {wide},\n) -> X: ..."
    table = f"X = A[\n    B(\n        one=(\"{'(' * 100}\",),\n    ),\n    (\n        \"{'b' * 120}\"\n    ),\n]"
    text = f"{table}\n\n\n{head}\n"
    assert as_black_does(text) and len(got) == 1
    assert f"    another: (\n        {wide} | None\n    ) = None,\n" in style.style(text)


def test_a_line_that_just_fits_stays_beside_one_that_does_not(got: list[str]) -> None:
    fits = f"    first: {'a' * 101} | None,"
    assert len(fits) == LINE_LENGTH
    text = f"def f(\n    self,\n{fits}\n    second: {'b' * 102} | None,\n) -> X: ...\n"
    assert as_black_does(text) and len(got) == 1
    assert f"{fits}\n" in style.style(text)


@pytest.mark.parametrize(
    "text",
    [
        f"def f() -> {'a' * 60}.{'b' * 50}:\n    return x\n",
        f"x = A[\n    B(\n        one=(\"{'c' * 105}\",),\n    ),\n]\n",
    ],
)
def test_a_hint_and_a_tuple_of_one_black_does_not_get(text: str, got: list[str]) -> None:
    assert as_black_does(text) and len(got) == 1


@pytest.mark.parametrize(
    ("before", "within", "split"), [(50, 116, True), (50, 117, False), (119, 1, True), (120, 1, False)]
)
def test_all_three_lines_are_to_fit(before: int, within: int, split: bool, got: list[str]) -> None:
    text = f"{'f' * before}({'a' * within})\n"
    assert as_black_does(text)
    assert (len(got) == 1) is split


@pytest.mark.parametrize(
    "line",
    [
        f"x = f({', '.join(f'a{at}' * 4 for at in range(20))})",  # what the brackets hold is too wide as well
        f"{'x' * 70}: {'y' * 70}[z] = None",  # what stands before them
        f"x: dict[{'a' * 60}, {'b' * 60}] | None = None",  # they are not at the end
        f"x = [\n    {'a' * 60} | {'b' * 60},\n]",  # none of a line's own are
        f"{'x' * 70} = f{'y' * 70}()",  # they hold nothing
    ],
)
def test_what_is_less_plain_black_gets(line: str, got: list[str]) -> None:
    assert len(line) > LINE_LENGTH and as_black_does(f"{line}\n")
    assert got[1:] == [f"{MARK}{line}\n"]


def test_black_gets_as_much_as_fits_at_once(got: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_GROUP", 400)
    lines = [f"x{at} = {'b' * 60} or {'c' * 60}\n" for at in range(7)]
    assert as_black_does("".join(lines))
    assert [text.count(MARK) for text in got[1:]] == [3, 3, 1]


def test_garbage_is_swept_after_each_group(monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[None] = []
    monkeypatch.setattr(gc, "collect", lambda: swept.append(None))
    style.style(f"x = {'b' * 60} or {'c' * 60}\nif a:\n    x = {'b' * 60} or {'c' * 60}\n")
    assert len(swept) == 2


def test_what_is_no_python_is_refused() -> None:
    with pytest.raises(InvalidInput):
        style.style(f"class A:\n\n    x = {'(' * 130}\n")
