"""Merging of edits by hand: nothing that a user wrote is lost, and nobody is asked who need not be."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from merge3 import Merge3

from codegen.vendoring import merging
from codegen.vendoring.merging import BEFORE, BETWEEN, NOW, YOURS, Merged, marked_lines, merge

LINES = st.lists(st.sampled_from(["", "a", "b", "c", "d", "é\x0c\u2028", "    return"]), max_size=12)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))


def lines(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


@given(TEXTS, TEXTS)
def test_without_an_edit_the_new_text_comes_out(before: str, now: str) -> None:
    assert merge("a.txt", before, before, now) == Merged(now)


@given(TEXTS, TEXTS)
def test_an_edit_that_foresaw_the_new_text_comes_out_as_it(before: str, now: str) -> None:
    assert merge("a.txt", before, now, now) == Merged(now)


@given(TEXTS, TEXTS)
def test_where_the_generator_changed_nothing_the_edit_stays(before: str, yours: str) -> None:
    assert merge("a.txt", before, yours, before) == Merged(yours)


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """A text, the text with lines that a user added to it, and those lines."""
    before = draw(LINES)
    added = [f"mine {number}" for number in range(draw(st.integers(1, 4)))]
    yours = list(before)
    for line in added:
        yours.insert(draw(st.integers(0, len(yours))), line)
    return "\n".join(before), "\n".join(yours), added


@given(edits(), TEXTS, st.booleans())
def test_every_line_that_a_user_added_is_in_the_result(edit: tuple[str, str, list[str]], now: str, known: bool) -> None:
    before, yours, added = edit
    merged = merge("a.txt", before if known else None, yours, now)
    assert [line for line in merged.text.split("\n") if line.startswith("mine")] == [
        line for line in yours.split("\n") if line.startswith("mine")
    ]
    assert len(added) == merged.text.count("mine")


@given(st.one_of(st.none(), TEXTS), TEXTS, TEXTS)
def test_both_sides_can_be_read_from_a_conflict(before: str | None, yours: str, now: str) -> None:
    """Taking one side everywhere gives no line that neither side has, and loses none that both have."""
    merged = merge("a.txt", before, yours, now)
    assert marked_lines(merged.text) == merged.conflicts
    text = merged.text.split("\n")
    assert all(text[line - 1] == YOURS for line in merged.conflicts)
    assert text.count(YOURS) == text.count(BETWEEN) == text.count(NOW) == len(merged.conflicts)
    if before is None and merged.conflicts:
        assert [line for line in _side(text, YOURS) if line] == [line for line in yours.split("\n") if line]
        assert [line for line in _side(text, BETWEEN) if line] == [line for line in now.split("\n") if line]


def _side(text: list[str], side: str) -> list[str]:
    """Resolve every conflict in favour of one side."""
    kept, where = list[str](), None
    for line in text:
        if line in (YOURS, BEFORE, BETWEEN, NOW):
            where = None if line == NOW else line
        elif where in (None, side):
            kept.append(line)
    return kept


@given(TEXTS, TEXTS, TEXTS)
def test_a_second_opinion_merges_alike(before: str, yours: str, now: str) -> None:
    sides: list[list[str]] = [re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, yours, now)]
    groups = list(Merge3(sides[0], sides[1], sides[2]).merge_groups())
    merged = merge("a.txt", before, yours, now)
    assert len(merged.conflicts) == sum(group[0] == "conflict" for group in groups)
    if not merged.conflicts:
        assert merged.text == "".join(line for group in groups for line in group[1])


# ------------------------------------------------------------------------------------------------------------ examples


def test_changes_of_different_places_merge() -> None:
    before, yours, now = lines(*"abcdefg"), lines(*"aBcdefg"), lines(*"abcdeFg")
    assert merge("a.txt", before, yours, now) == Merged(lines(*"aBcdeFg"))


def test_changes_of_one_place_stand_between_markers_with_what_was_there() -> None:
    merged = merge("a.txt", lines(*"abc"), lines(*"aBc"), lines(*"aXc"))
    assert merged == Merged(lines("a", YOURS, "B", BEFORE, "b", BETWEEN, "X", NOW, "c"), (2,))


def test_changes_of_neighbouring_lines_are_for_a_person_to_judge() -> None:
    merged = merge("a.txt", lines(*"abcd"), lines(*"aBcd"), lines(*"abXd"))
    assert merged.conflicts == (2,)


def test_without_what_was_generated_every_difference_is_a_conflict() -> None:
    merged = merge("a.txt", None, lines(*"abc"), lines(*"axcd"))
    assert merged == Merged(lines("a", YOURS, "b", BETWEEN, "x", NOW, "c", YOURS, BETWEEN, "d", NOW), (2, 8))


def test_a_text_without_a_newline_at_its_end_keeps_markers_on_lines_of_their_own() -> None:
    merged = merge("a.txt", "a\nb", "a\nB", "a\nX")
    assert merged.text == lines("a", YOURS, "B", BEFORE, "b", BETWEEN, "X", NOW)


def test_lines_that_merge_into_what_is_no_python_are_a_conflict() -> None:
    """One side quotes a part of the text, the other quotes within it."""
    before = lines("a()", "b()", "c()", "d()", "e()")
    yours = lines("a()", "b()", '"""Mine."""', "c()", "d()", "e()")
    now = lines('x = """', "a()", "b()", "c()", "d()", "e()", '"""')
    clean = lines('x = """', "a()", "b()", '"""Mine."""', "c()", "d()", "e()", '"""')
    assert merge("a.txt", before, yours, now) == Merged(clean)
    assert merge("a.py", before, yours, now) == merge("a.py", None, yours, now)
    assert merge("a.py", before, yours, now).conflicts == (1, 7, 14)


@pytest.mark.parametrize(
    ("path", "text", "sound"),
    [
        ("a.json", "{}", True),
        ("a.json", "{", False),
        ("a.py", "a = 1", True),
        ("a.py", "a =", False),
        ("a.py", "a\0", False),
        ("a.py", "'\\d'", True),
        ("a.py", "(" * 300 + ")" * 300, False),
        ("a.json", "[" * 100_000, False),
        ("py.typed", "a =", True),
    ],
)
def test_only_what_can_be_read_is_sound(path: str, text: str, sound: bool) -> None:
    assert merging._is_sound(path, text) is sound


def test_python_that_was_broken_before_is_merged_as_it_is() -> None:
    before, yours, now = lines(*"abcdefg"), lines("a", "def (", *"cdefg"), lines(*"abcdeFg")
    assert merge("a.py", before, yours, now) == Merged(lines("a", "def (", *"cdeFg"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (lines("a", "<<<<<<< HEAD", "b", "=======", "c", ">>>>>>> other", "<<<<<<< x"), (2, 7)),
        (lines("a", ">>>>>>> other"), (2,)),
        (lines("Heading", "======="), ()),
        (lines("x <<<<<<< y", "<<<<<<<<", ">>>>>>> no" + "!"), (3,)),
        ("", ()),
    ],
)
def test_conflicts_that_nobody_resolved_are_found_by_line(text: str, found: tuple[int, ...]) -> None:
    assert marked_lines(text) == found
