"""What is taken for certain about plain patterns, beside the engines that need not be asked about them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_patterns import HANGING, SMALL

from codegen.spec.lowered import Match, compiled, finder
from codegen.spec.patterns import Engine, Lowered, Piece, lower, stand_in, write
from codegen.spec.plain import is_plain, is_quick
from codegen.spec.regex import (
    DOT,
    LAST,
    Alternation,
    Anchor,
    Atomic,
    Boundary,
    Class,
    Edge,
    Look,
    Node,
    Property,
    Repeat,
    Sequence,
    merge,
    parse,
)

EDGES = [0, 9, 10, 45, 47, 48, 57, 65, 92, 93, 94, 97, 122, 127, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, LAST]
CODES = st.sampled_from(EDGES) | st.integers(0, LAST)
RANGES = st.lists(st.tuples(CODES, CODES).map(sorted).map(lambda ends: (ends[0], ends[1])), max_size=6)
CLASSES = st.builds(Class, RANGES.map(tuple).map(merge), negated=st.booleans())
COUNTS = st.tuples(st.integers(0, 40), st.none() | st.integers(0, 2000)).map(
    lambda ends: ends if ends[1] is None else (min(ends[0], ends[1]), ends[1])
)
TREES: st.SearchStrategy[Node] = st.recursive(
    CLASSES | st.sampled_from([Anchor(edge) for edge in Edge]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(tuple).map(Sequence),
        st.lists(inner, min_size=1, max_size=4).map(tuple).map(Alternation),
        st.builds(lambda body, ends: Repeat(body, *ends), inner, COUNTS),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_rusts_engine_takes_whatever_is_plain(tree: Node) -> None:
    if is_plain(tree):
        compiled(Engine.RUST, write(tree, Engine.RUST))


def _nested(levels: int) -> Node:
    tree: Node = DOT
    for _ in range(levels):
        tree = Alternation((Sequence((Repeat(tree, 0, 1), DOT)), DOT))
    return tree


@pytest.mark.parametrize(
    ("plain", "beyond"),
    [
        (Repeat(Class(((1, LAST - 1),)), 1666, 1666), Repeat(Class(((1, LAST - 1),)), 1667, 1667)),
        (Repeat(DOT, 0, 1000), Repeat(DOT, 0, 1001)),
        (Repeat(Repeat(DOT, 39, 39), 25, 25), Repeat(Repeat(DOT, 40, 40), 25, 25)),
        (_nested(13), _nested(14)),
    ],
    ids=["wide", "optional", "rounds of rounds", "deep"],
)
def test_what_is_just_plain_enough_is_taken(plain: Node, beyond: Node) -> None:
    assert is_plain(plain) and not is_plain(beyond)
    compiled(Engine.RUST, write(plain, Engine.RUST))


@pytest.mark.parametrize(
    "node",
    [
        Class((), (Property("L"),)),
        Class(((97, 122),), within=Class(((98, 98),))),
        Boundary(Class(((97, 122),)), negated=False),
        Look(DOT, behind=False, negated=True),
        Atomic(DOT),
    ],
    ids=lambda node: type(node).__name__,
)
def test_what_engines_or_their_tables_decide_is_not_plain_wherever_it_stands(node: Node) -> None:
    assert not any(map(is_plain, [node, Repeat(node, 0, 1), Sequence((DOT, Alternation((DOT, node))))]))


@settings(max_examples=300, deadline=None)
@given(SMALL, st.sampled_from(["full", "search"]), st.lists(st.text(alphabet="abc-.1 _\\\n", max_size=7), max_size=20))
def test_who_stands_in_for_rusts_engine_finds_what_it_finds(pattern: str, match: Match, texts: list[str]) -> None:
    found = lower(pattern, match=match, ascii=True)
    assert isinstance(found, Lowered)
    for piece in found.pieces:
        asked = stand_in(piece, 7)
        assert asked == piece or (asked.engine, asked.negated) == (Engine.RE, piece.negated)
        assert [finder(asked)(text) for text in texts] == [finder(piece)(text) for text in texts]


@settings(max_examples=300, deadline=None)
@given(TREES, st.lists(st.text(max_size=4), max_size=20))
def test_any_plain_tree_finds_the_same_in_either_engine(tree: Node, texts: list[str]) -> None:
    if is_quick(tree, 4):
        rust, re = (finder(Piece(engine, write(tree, engine))) for engine in (Engine.RUST, Engine.RE))
        assert [re(text) for text in texts] == [rust(text) for text in texts]


@pytest.mark.parametrize("pattern", HANGING)
def test_no_other_engine_is_asked_that_may_not_answer(pattern: str) -> None:
    assert not is_quick(parse(pattern, ascii=True), 100)


def test_who_stands_in_is_the_engine_itself_where_the_answer_may_differ_or_take_long() -> None:
    assert stand_in(Piece(Engine.RUST, r"\A[a-z]+\z", negated=True), 100) == Piece(Engine.RE, r"\A[a-z]+\Z", True)
    for text in (r"\A(?:a?){2}\z", r"\A[a-z]*[a-z]*[a-z]*\z", r"\A\w\z", r"(?-u:\b)", r"\A[\p{L}]\z"):
        assert stand_in(Piece(Engine.RUST, text), 100) == Piece(Engine.RUST, text)
    assert stand_in(Piece(Engine.RUST, r"\A[a-z]*[a-z]*[a-z]*\z"), 8).engine is Engine.RE


def test_two_plain_patterns_are_compared_without_rusts_engine() -> None:
    asked = (
        "import sys; from codegen.spec.languages import Strings, compare; "
        "print(compare(Strings('[a-z]+'), Strings('[a-z]{1,9}')), 'pydantic_core' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Compared(relation=<Relation.NARROWER: 'narrower'>, lost=('aaaaaaaaaa',")
    assert done.stdout.endswith(" False\n")
