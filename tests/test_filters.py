"""`codegen.emit.filters`: every text comes out inert; a literal is exact."""

from __future__ import annotations

import ast
import re
import textwrap
import unicodedata
from typing import Any

import black
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import sized, texts

from codegen.emit import filters
from codegen.emit.filters import WIDTH, comment, docstring, literal
from codegen.spec.ir import SpecText

ODD = "\"'\\{}%#\x00\x07\x1b\r\n\t\x0b\x0c\x1c\x85\u2028\u2029\u202e\u2066\u200b\ufeff\ud800\udfff\U0001f600"
INDENTS = (0, 4, 8)


def module(body: str, indent: int) -> str:
    """Put the inside of a docstring where a template would."""
    if indent == 0:
        return f'"""{body}"""\n'
    return "".join(f"{' ' * depth}class A:\n" for depth in range(0, indent, 4)) + f'{" " * indent}"""{body}"""\n'


def only_string(code: str) -> str:
    """Give the one string of a module that holds classes and one string, and nothing else."""
    body = ast.parse(code).body
    while isinstance(body[0], ast.ClassDef):
        assert len(body) == 1 and not (body[0].bases or body[0].keywords or body[0].decorator_list)
        body = body[0].body
    assert len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    assert isinstance(body[0].value.value, str)
    return body[0].value.value


# ------------------------------------------------------------------------------------------------------------- literal


@sized(100, 5000)
@given(texts())
@example(ODD)
def test_a_literal_evaluates_to_what_went_in_and_is_one_line_of_ascii(text: str) -> None:
    for value in (text, SpecText(text)):
        written = literal(value)
        assert ast.literal_eval(written) == text
        assert written.isascii() and written.isprintable()


@sized(100, 5000)
@given(
    st.recursive(
        texts() | st.integers() | st.booleans() | st.none(),
        lambda inner: st.tuples(inner, inner) | st.dictionaries(texts(), inner),
    )
)
@example(())
@example(("one",))
def test_a_literal_of_numbers_tuples_and_mappings_is_exact(value: Any) -> None:
    assert ast.literal_eval(literal(value)) == value


@sized(100, 5000)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_literal_of_a_float_is_exact(value: float) -> None:
    assert repr(ast.literal_eval(literal(value))) == repr(value)


@pytest.mark.parametrize(
    ("text", "written"), [("a", '"a"'), ("it's", '"it\'s"'), ('"', "'\"'"), ("\\", r'"\\"'), ("é", r'"\xe9"')]
)
def test_a_literal_is_quoted_as_black_quotes(text: str, written: str) -> None:
    assert literal(text) == written
    assert black.format_str(f"x = {written}\n", mode=black.Mode()) == f"x = {written}\n"


# ----------------------------------------------------------------------------------------------------------- docstring


@sized(100, 5000)
@given(texts(), st.sampled_from(INDENTS))
@example(ODD, 4)
@example("", 4)
@example(" \t", 0)
@example('"', 0)
@example('""""""', 4)
@example('ends with """', 4)
@example('x"""\n    CANARY()\n    """y', 4)
@example('\\"""\nCANARY()\n\\"""', 8)
@example("ends with \\", 4)
@example("\\" * 5, 4)
@example("\\N{NO SUCH NAME} \\U00110000 \\x4 \\u12", 4)
def test_a_docstring_is_one_string_without_control_characters(text: str, indent: int) -> None:
    value = only_string(module(docstring(SpecText(text), indent), indent))
    assert not any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in value.replace("\n", ""))
    value.encode()


@sized(100, 5000)
@given(st.text("ab\\\"'{}%# \n", max_size=60), st.sampled_from(INDENTS))
def test_a_docstring_keeps_every_word(text: str, indent: int) -> None:
    assert only_string(module(docstring(SpecText(text), indent), indent)).split() == text.split()


@sized(100, 5000)
@given(st.text("ab\\\"' \n\t#:", max_size=400), st.sampled_from(INDENTS))
@example("a\n        b\n    c", 4)
@example("a\n\n\n    b", 8)
def test_a_docstring_is_laid_out_as_black_lays_it_out(text: str, indent: int) -> None:
    code = module(docstring(SpecText(text), indent), indent)
    if max(map(len, text.split()), default=0) <= WIDTH - indent:
        assert black.format_str(code, mode=black.Mode(line_length=120)).split("\n\n\n") == code.split("\n\n\n")


@sized(100, 5000)
@given(st.lists(st.text("ab\\\"'\x07", max_size=9), max_size=90), st.sampled_from(INDENTS), st.integers(0, 200))
def test_lines_of_a_docstring_are_short_where_words_allow(words: list[str], indent: int, lead: int) -> None:
    code = module(docstring(SpecText("head\n" + " " * lead + " ".join(words)), indent), indent)
    assert max(map(len, code.split("\n"))) <= 120


@sized(200, 5000)
@given(st.lists(st.text("a", min_size=1, max_size=2) | st.integers(1, 130).map("b".__mul__), min_size=1), st.booleans())
@example(["b", "b" * 130, "b" * 120, "b"], False)
def test_words_go_on_a_line_as_long_as_they_fit(words: list[str], hangs: bool) -> None:
    lines = ["  " + words[0] if hangs else words[0]]
    for word in words[1:]:
        if len(f"{lines[-1]} {word}") > WIDTH:
            lines.append("      " + word if hangs else word)
        else:
            lines[-1] += f" {word}"
    before = ["first"] if hangs else []
    text = "\n".join([*before, ("  " if hangs else "") + " ".join(words)])
    assert docstring(SpecText(text), 0) == "\n".join([*before, *textwrap.dedent("\n".join(lines)).split("\n")])


def test_paragraphs_of_a_docstring_stay_apart_and_hang() -> None:
    text = "Head.\n\nAttributes:\n    name: " + "word " * 40 + "\n\n\nTail.\n"
    lines = docstring(SpecText(text)).split("\n")
    assert lines[:4] == ["Head.", "", "    Attributes:", lines[3]]
    assert lines[3].startswith("        name: word") and lines[4].startswith("            word")
    assert lines[-3:] == ["", "", "    Tail."]


def test_what_does_not_print_is_spelled_out_in_a_docstring() -> None:
    assert only_string(module(docstring(SpecText("a\x07b \u202ec \ud800")), 4)) == r"a\x07b \u202ec \ud800"


def test_characters_that_format_are_the_same_in_every_python() -> None:
    """A Python that knows more of Unicode must not find one that we print."""
    shown = set(comment(SpecText("".join(map(chr, range(0x80, 0x110000))))))
    assert [one for one in shown if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")] == []
    assert len(shown) > 800_000


# ------------------------------------------------------------------------------------------------------------- comment


@sized(100, 5000)
@given(texts())
@example(ODD)
@example("coding: utf-7")
@example("vim: set fileencoding=utf-7 :")
@example("x # type: ignore")
def test_a_comment_is_one_line_that_speaks_to_nobody(text: str) -> None:
    line = comment(SpecText(text))
    assert "\n" not in line and len(line.splitlines()) <= 1 and "#" not in line
    assert not re.search(r"coding[:=]", line)
    assert ast.dump(ast.parse(f"# {line}\nx = 1\n")) == ast.dump(ast.parse("x = 1\n"))


def test_a_comment_keeps_words() -> None:
    assert comment(SpecText(" made \n from a\\b ")) == r"made from a\b"


def test_templates_have_these_filters_and_no_others() -> None:
    assert {name: write(SpecText('a\n#"')) for name, write in filters.FILTERS.items()} == {
        "literal": "'a\\n#\"'",
        "docstring": 'a\n    #" ',
        "comment": 'a \\x23"',
    }


# ------------------------------------------------------------------------------------------------------- to the letter


def test_a_line_is_as_long_as_it_may_be_and_no_longer() -> None:
    for indent in (0, 4, 8):
        fits, over = "a" * 50 + " " + "b" * (59 - indent), "a" * 50 + " " + "b" * (60 - indent)
        assert docstring(SpecText(fits), indent) == fits
        assert docstring(SpecText(over), indent) == over.replace(" ", "\n" + " " * indent)
    assert docstring(SpecText("a " + "b" * 52 + " " + "c" * 52)) == f"a {'b' * 52}\n    {'c' * 52}"


def test_lines_keep_their_lead_up_to_forty_spaces() -> None:
    text = SpecText(f"first\nsecond\n{' ' * 60}{'a' * 60} {'b' * 60}")
    assert docstring(text, 0) == f"first\nsecond\n{' ' * 40}{'a' * 60}\n{' ' * 44}{'b' * 60}"


@pytest.mark.parametrize("text", ['a"""b', 'a"b', "a\\b", 'a\\"""b', "it's"])
def test_a_short_docstring_says_what_the_spec_says(text: str) -> None:
    assert only_string(f'"""{docstring(SpecText(text))}"""') == text


def test_a_comment_tells_no_tool_what_to_do() -> None:
    assert comment(SpecText("coding=utf-8  coding:x # noqa")) == "coding =utf-8 coding :x \\x23 noqa"


@pytest.mark.parametrize(
    ("text", "written"), [("'", '"\'"'), ('"', "'\"'"), ("'\"", '"\'\\""'), ("\\''\"\"", '"\\\\\'\'\\"\\""')]
)
def test_a_literal_is_in_double_quotes_unless_it_holds_more_of_them(text: str, written: str) -> None:
    assert literal(text) == written


def test_quotes_that_do_not_fit_the_last_line_of_a_docstring_go_below() -> None:
    fits, over = (SpecText("a\n" + "x" * length) for length in (113, 114))
    assert docstring(fits) == "a\n    " + "x" * 113
    assert docstring(over) == "a\n    " + "x" * 114 + "\n    "
    assert docstring(over, 0) == "a\n" + "x" * 114
    assert docstring(SpecText("a\nb\n" + "x" * 114)) == "a\n    b\n    " + "x" * 114 + "\n    "
