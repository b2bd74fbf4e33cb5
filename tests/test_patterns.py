"""What patterns mean, which engine runs them, and texts made up from them."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sizes import FULL

from codegen.spec.ambiguity import growth
from codegen.spec.languages import Strings, is_empty
from codegen.spec.patterns import (
    Engine,
    Lowered,
    Match,
    Piece,
    Unsupported,
    accepts,
    finds,
    length_bounds,
    lower,
    matching,
    refused,
    superlinear,
)
from codegen.spec.regex import parse

HISTORY = json.loads((Path(__file__).parent / "data" / "partnercentral-patterns.json").read_text(encoding="utf-8"))
PARTNERCENTRAL = [entry["pattern"] for entry in HISTORY]
SAMPLED = 20  # one pattern in so many, unless SPECCAST_FULL=1
NO_ENGINE = {r"^arn:\S+:rbin:[a-z\-0-9]{0,63}:[0-9]{12}:rule/[0-9a-zA-Z]{11}{0,1011}$"}  # rbin.RuleArn


def lowered(pattern: str, match: Match = "full", ascii: bool = True) -> Lowered:
    found = lower(pattern, match=match, ascii=ascii)
    assert isinstance(found, Lowered), found
    return found


# -------------------------------------------------------------------------------------------------------------- meaning

MEANING: list[tuple[str, Match, bool, str, bool]] = [
    # the end of a text is not before its final newline
    ("^a$", "search", True, "a", True),
    ("^a$", "search", True, "a\n", False),
    ("a", "full", True, "a\n", False),
    (r"\Aa\Z", "search", True, "a\n", False),
    (r"(?!x)a(?<!b)$", "full", True, "a\n", False),
    (r"(?m)^b$", "search", True, "a\nb\nc", True),
    # full match is of the whole, whatever the anchors bind to
    ("a|b", "full", True, "ab", False),
    ("^a|b$", "full", True, "ax", False),
    ("^a|b$", "search", True, "ax", True),
    ("b", "search", True, "abc", True),
    # classes
    (r"\d", "full", True, "٣", False),
    (r"\d", "full", False, "٣", True),
    (r"\w", "full", True, "é", False),
    (r"\w", "full", False, "é", True),
    (r"\s", "full", True, "\u3000", False),
    (r"\s", "full", False, "\u3000", True),
    (r"[^\W_]", "full", True, "a", True),
    (r"[^\W_]", "full", True, "_", False),
    (r"[\w-.]", "full", True, "-", True),
    (r"[\w-.]", "full", True, ",", False),
    (r"[a&&b]", "full", True, "&", True),
    ("[a-z&&[^b]]", "full", True, "a", True),
    ("[a-z&&[^b]]", "full", True, "b", False),
    (r"[\p{L}&&[^b]]", "full", True, "é", True),
    (r"[\p{L}&&[^b]]", "full", True, "b", False),
    (r"(?=.*\p{L}.*)[\p{L}&&[^b]]x(?!y)z", "full", True, "bxz", False),
    ("[a[]", "full", True, "[", True),
    ("[+--]", "full", True, ",", True),
    (r"[~~]", "full", True, "~", True),
    # the dot
    (".", "full", True, "\u2028", False),
    (".", "full", True, "\u0085", True),
    ("(?s).", "full", True, "\u2028", True),
    (r"[\s\S]{2,3}", "full", True, "\n\n", True),
    (".{1,3}", "full", True, "a\n", False),
    # characters by number
    (r"[\uD800\uDC00-\uDBFF\uDFFF]", "full", True, "😀", True),
    (r"\uD83D\uDE00", "full", True, "😀", True),
    (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF\t]", "full", True, "\t", True),
    (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF\t]", "full", True, "😀", False),
    (r"[^/:|\000-\037]", "full", True, "\x1f", False),
    (r"\x{60}\x41", "full", True, "`A", True),
    # properties
    (r"\p{L}", "full", True, "é", True),
    (r"\P{L}", "full", True, "é", False),
    (r"\pN", "full", True, "٣", True),
    (r"\p{IsLatin}", "full", True, "Ж", False),
    (r"\p{IsAlphabetic}", "full", True, "Ж", True),
    (r"\p{Print}", "full", True, "é", False),
    (r"[^\p{C}\p{IsWhitespace}]", "full", True, "\u3000", False),
    (r"\p{LD}", "full", True, "٣", True),
    # flags
    ("(?i)Ab", "full", True, "aB", True),
    ("(?i)k", "full", True, "\u212a", False),
    ("((?i)a)b", "full", True, "AB", False),
    ("(?i:a)b", "full", True, "Ab", True),
    ("(?x) a b # c", "full", True, "ab", True),
    # look-arounds
    ("^(?!aws:)[a-z:]+$", "full", True, "aws:a", False),
    ("^(?!aws:)[a-z:]+$", "full", True, "aw:a", True),
    ("(?!^a)b|a", "search", True, "a", True),
    ("(?=.{1,3}$)a*", "full", True, "", False),
    ("(?=.{1,3}$)a*", "full", True, "aaaa", False),
    ("a(?!b).", "full", True, "ab", False),
    ("[a-]+(?<!-)", "full", True, "a-", False),
    ("(?<!-)b", "search", True, "-b", False),
    ("(?<=a|bc)d", "search", True, "bcd", True),
    # the rest
    (r"(a)\1", "full", True, "aa", True),
    (r"^(?!.*?(.)\1)[a-z]*$", "full", True, "abba", False),
    (r"a*+a", "full", True, "aa", False),
    (r"\d{2}+", "full", True, "12", True),
    (r"a\b.*", "full", True, "aé", True),
    (r"a\b.*", "full", False, "aé", False),
    (r"x(?=a\b)a.*", "full", True, "xaé", True),
    (r"x(?=a\b)a.*", "full", False, "xaé", False),
    ("a{,2}", "full", True, "a{,2}", True),
    ("{}", "full", True, "{}", True),
    (r"\Qa.b\E.", "full", True, "a.bc", True),
    ("a??b+?", "full", True, "abb", True),
]


@pytest.mark.parametrize(("pattern", "match", "ascii", "text", "expected"), MEANING)
def test_a_pattern_means_what_the_service_means(
    pattern: str, match: Match, ascii: bool, text: str, expected: bool
) -> None:
    assert accepts(lowered(pattern, match, ascii), text) is expected


def test_a_length_and_look_arounds_at_the_ends_leave_the_pattern() -> None:
    assert lowered("^(?=.{1,9}$)(?!aws:)[a-z-]+(?<!-)$") == Lowered(
        1,
        9,
        (
            Piece(Engine.RUST, r"\A[^\n\r\x{2028}\x{2029}]*\z"),
            Piece(Engine.RUST, r"\Aaws:", negated=True),
            Piece(Engine.RUST, r"\-\z", negated=True),
            Piece(Engine.RUST, r"\A[\-a-z]+\z"),
        ),
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("(?s).{1,5}", Lowered(1, 5, ())),
        (r"[\S\s]{0,5}", Lowered(None, 5, ())),
        ("(?s).*", Lowered(None, None, ())),
        ("[a-z]{2,9}", Lowered(2, 9, (Piece(Engine.RUST, r"\A[a-z]*\z"),))),
        (r"\S{1,8192}", Lowered(1, 8192, (Piece(Engine.RUST, r"\A[^\t-\r ]*\z"),))),
        (r"x\p{L}{1,8192}", Lowered(2, 8193, (Piece(Engine.RUST, r"\Ax[\p{L}]*\z"),))),
    ],
)
def test_what_is_nothing_but_a_length_becomes_bounds(pattern: str, expected: Lowered) -> None:
    assert lowered(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a", "')' is missing"),
        ("a)", "unbalanced ')' at character 2"),
        ("[z-a]", "a range of characters is the wrong way round before character 5"),
        ("*a", "nothing to repeat at character 1"),
        ("a{2}{3}", "nothing to repeat at character 5"),
        ("a{3,2}", "{3,2} is a repetition whose bounds are the wrong way round"),
        ("[]", "'[]' and '[^]' mean something else to Java and ECMAScript"),
        ("[a", "']' expected at character 3"),
        (r"\y", r"\y means nothing, or not the same to Java and ECMAScript"),
        (r"\p{Nope}", r"\p{Nope} is no category, script or class that we know"),
        (r"\1", r"\1 refers to a group that is not there"),
        (r"\uD800", "no text can match: half of a surrogate pair stands alone"),
        (r"\U00110000", "there is no character U+110000"),
        ("(" * 200, "groups are nested more than 100 deep"),
        ("a\\", r"a character after the last '\' expected at character 3"),
    ],
)
def test_a_pattern_no_engine_takes_says_why(pattern: str, reason: str) -> None:
    assert lower(pattern, match="full", ascii=True) == Unsupported(reason)


@settings(deadline=None)
@given(st.text(alphabet=r"ab()[]{}|*+?\^$-&~.,:!=<>1dwspPuUxkQE0 " + "é\n", max_size=25), st.booleans())
def test_any_text_is_lowered_or_refused(pattern: str, ascii: bool) -> None:
    for match in ("full", "search"):
        assert isinstance(lower(pattern, match=match, ascii=ascii), Lowered | Unsupported)


DOT = "[^\n\r\u2028\u2029]"  # as Python has to spell it
LETTERS = st.sampled_from(["a", "b", "-", r"\.", "[ab]", "[^a]", r"[\w-]", r"\d", DOT, r"\s", "[a-c.]", r"\W", r"\\"])
SMALL = st.recursive(
    LETTERS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: f"({'|'.join(each)})"),
        st.tuples(inner, st.sampled_from(["*", "+?", "?", "{2}", "{1,3}", "{2,}"])).map(
            lambda it: f"(?:{it[0]}){it[1]}"
        ),
        st.tuples(st.sampled_from(["(?!", "(?="]), inner, inner).map(lambda it: f"{it[0]}{it[1]}){it[2]}"),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(SMALL, st.text(alphabet="abc-.1 _\\", max_size=6))
def test_small_patterns_mean_what_python_says(pattern: str, text: str) -> None:
    assert accepts(lowered(pattern), text) is bool(re.fullmatch(pattern, text, re.ASCII))
    assert accepts(lowered(pattern, "search"), text) is bool(re.search(pattern, text, re.ASCII))


@settings(max_examples=100, deadline=None)
@given(SMALL)
def test_made_up_texts_are_accepted_or_refused_within_the_bounds(pattern: str) -> None:
    bounds = length_bounds(pattern, match="full", ascii=True)
    assert bounds is not None
    for text in matching(pattern, match="full", ascii=True, min_length=1, max_length=4):
        assert re.fullmatch(pattern, text, re.ASCII) and 1 <= len(text) <= 4
        assert bounds[0] <= len(text) <= (len(text) if bounds[1] is None else bounds[1])
    for text in refused(pattern, match="full", ascii=True, min_length=1, max_length=4):
        assert not re.fullmatch(pattern, text, re.ASCII) and 1 <= len(text) <= 4


@pytest.mark.parametrize("pattern", ["a{1000000000}", "(a*){1000000}", "((a{100}){100}){100}", "(a|b){0,100000}c"])
def test_a_huge_repetition_hangs_nothing(pattern: str) -> None:
    assert all(len(text) <= 5000 for text in matching(pattern, match="full", ascii=True))
    assert isinstance(lower(pattern, match="full", ascii=True), Lowered | Unsupported)


def test_near_misses_include_a_final_newline() -> None:
    assert "aaa\n" in refused("[a-z]{3,9}", match="full", ascii=True)


# -------------------------------------------------------------------------------------------------------------- hostile


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^(a+)+$", "exponential in the number of times that 'a' is repeated"),
        ("^(a|a)*$", "exponential in the number of times that 'a' is repeated"),
        ("^(a*)*$", "exponential in the number of times that 'a' is repeated"),
        ("^(a{1,63}b?){1,63}$", "exponential in the number of times that 'a' is repeated"),
        ("^a*a*$", "polynomial (degree 2) in the number of times that 'a' is repeated"),
        ("a+$", "polynomial (degree 2) in the number of times that 'a' is repeated"),
        ("^a*b*$", None),
        ("^(ab?)*$", None),
        ("^(?>a+)+$", None),
        ("^[a-z]{1,63}[a-z]{1,63}$", None),
    ],
)
def test_growth_on_bad_input_is_found_by_counting(pattern: str, expected: str | None) -> None:
    assert growth(parse(pattern, ascii=True), None) == expected


HANGING = (
    r"(a|b|ab)*c",
    r"^(?:(?:(?:ab|a|b?)|c))*$",
    r"^(abc|ab|c)*d$",
    r"^(foo|foobar|bar)*x$",
    r"^((a*)*)*$",
    r"^(a(b?c?)*)*d$",
    r"^(x+x+)+y$",
    r"^(.*a){20}$",
    r"^(.*?,){11}P",
    r"^(a?){30}a{30}$",
    r"^(a{0,5}){10}b$",
    r"^(a{1,9}){1,9}b$",
    r"^(a|aa){1,40}b$",
    r"^(a.{0,8}){12}$",
    r"^(.?a){25}$",
    r"^(?:a?){9}(?:a?){9}(?:a?){9}b$",
    "^" + "a?" * 24 + "a" * 24 + "$",
    r"^(?=(a+)+$)b",
    r"^(\d|\d\d)+$",
    r"^(?:(?:x|y|xy)*-)*z$",
    r"^(?:(?:.{20})*){20}z",
    r"^(?:(?:(?:ab){3}){1,30}(?:a?|c)(?:[ab]|ab))+c$",
)
"""With each of them `re` took more than a quarter of a second over some text of at most 100 characters, when this was
written."""
HARMLESS = (
    r"^(?:ab|cd|ef)*$",
    r"^(?:[a-z]{1,9}-){1,9}[a-z]{1,9}$",
    r"^(?:[0-9]{1,3}[.]){3}[0-9]{1,3}$",
    r"^[a-z]?[0-9]?[A-Z]?-?[.]?_?:?,?;?!?$",
    r"^(?:/[^/]+)*$",
    r"^((a*b)*c)*$",
    r"^(?:a|ab){1,3}$",
)


@pytest.mark.parametrize("pattern", HANGING)
def test_what_would_take_a_worker_down_is_found_however_it_is_nested(pattern: str) -> None:
    found = growth(parse(pattern, ascii=True), None)
    assert found is not None and found.startswith("exponential"), found


@pytest.mark.parametrize("pattern", HARMLESS)
def test_loops_in_loops_that_know_where_to_go_are_not_accused(pattern: str) -> None:
    assert growth(parse(pattern, ascii=True), None) is None


def test_the_growth_of_a_backtracking_piece_is_reported() -> None:
    assert superlinear(lowered(r"(a+)+(?!b)c")) == "exponential in the number of times that 'a' is repeated"
    assert superlinear(lowered(r"(?=.{0,99}$)a+a+(?!b)c")) is None, "99 characters cannot take long"
    assert superlinear(lowered("(a+)+")) is None, "Rust is linear"


ENDLESS = r"^(?!x)(a|a?b|[a-c]{1,2}|(d|de)*){1,20}(\w+\s?)*(?=.)$"


def test_no_engine_is_asked_that_may_never_answer() -> None:
    found = lowered(ENDLESS)
    assert superlinear(found) == "exponential in the number of times that 'a' is repeated"
    assert accepts(found, "a" * 60 + "!") is None
    assert accepts(found, "xa") is False
    assert matching(ENDLESS, match="full", ascii=True) == refused(ENDLESS, match="full", ascii=True) == ()
    assert is_empty(Strings(ENDLESS)), "nothing follows the end, which needs no engine to tell"


@given(SMALL, st.text("ab1 ", max_size=6))
def test_counted_searches_find_what_engines_find(pattern: str, text: str) -> None:
    assert finds(pattern, text) in (None, re.search(pattern, text, re.ASCII) is not None)


def test_rust_is_not_asked_to_go_forty_thousand_ways_at_once() -> None:
    """It is linear, and needs a millisecond for a character of these: a text of a page took eight seconds."""
    found = lowered("((ab){1,200}){1,200}")
    assert {piece.engine for piece in found.pieces} == {Engine.RE}
    assert superlinear(found) == "exponential in the number of times that 'ab' is repeated"


@pytest.mark.parametrize("pattern", ["((ab){1,50}){1,50}", r"([a-z]{1,200}\.){1,200}", "[a-z]{1,20000}!", "x{3}y{1,9}"])
def test_what_is_long_or_ambiguous_but_not_both_stays_with_rust(pattern: str) -> None:
    assert {piece.engine for piece in lowered(pattern).pieces} == {Engine.RUST}


@pytest.mark.parametrize("pattern", PARTNERCENTRAL)
def test_patterns_of_this_service_run_on_the_linear_engine(pattern: str) -> None:
    found = lowered(pattern)
    assert {piece.engine for piece in found.pieces} <= {Engine.RUST}
    assert superlinear(found) is None


def test_two_patterns_of_this_service_would_hang_a_backtracking_engine() -> None:
    hanging = {
        pattern for pattern in PARTNERCENTRAL if "exponential" in (growth(parse(pattern, ascii=True), None) or "")
    }
    assert len({name for entry in HISTORY if entry["pattern"] in hanging for name in entry["shapes"]}) >= 2
    assert any("(www[.])??" in pattern for pattern in hanging) and any("(?:.[a-z" in pattern for pattern in hanging)


@pytest.mark.parametrize("pattern", PARTNERCENTRAL)
def test_a_final_newline_is_refused_unless_the_pattern_admits_one(pattern: str) -> None:
    good = matching(pattern, match="full", ascii=True)
    assert good
    if "(?s)" not in pattern:
        assert not any(accepts(lowered(pattern), text + "\n") for text in good)


# --------------------------------------------------------------------------------------------------------------- corpus


@cache
def corpus() -> dict[str, str]:
    """All patterns of the installed botocore, each with a shape that has it."""
    found = importlib.util.find_spec("botocore")
    assert found is not None and found.origin is not None
    patterns: dict[str, str] = {}
    for path in sorted((Path(found.origin).parent / "data").glob("*/*/service-2.json.gz")):
        for name, shape in json.loads(gzip.decompress(path.read_bytes()))["shapes"].items():
            if "pattern" in shape:
                patterns.setdefault(shape["pattern"], f"{path.parts[-3]}.{name}")
    assert len(patterns) > 4000
    return patterns


def sampled() -> list[str]:
    step = 1 if FULL else SAMPLED
    patterns = sorted(corpus())[::step]
    print(f"{len(patterns)} of {len(corpus())} patterns (one in {step}; SPECCAST_FULL=1 for all)")
    return patterns


@pytest.mark.parametrize("match", ["full", "search"])
def test_all_patterns_of_aws_are_lowered(match: Match) -> None:
    found = {pattern: lower(pattern, match=match, ascii=True) for pattern in corpus()}
    assert {pattern for pattern, each in found.items() if isinstance(each, Unsupported)} == NO_ENGINE
    engines = Counter(
        str(max((piece.engine for piece in each.pieces), key=list(Engine).index, default="bounds"))
        for each in found.values()
        if isinstance(each, Lowered)
    )
    print(match, dict(engines))
    assert engines["rust"] > 0.9 * len(found)


def test_patterns_of_aws_accept_and_refuse_what_is_made_up_for_them() -> None:
    patterns = [pattern for pattern in sampled() if pattern not in NO_ENGINE]
    silent = [pattern for pattern in patterns if not matching(pattern, match="full", ascii=True)]
    assert len(silent) <= 0.01 * len(patterns), silent
    for pattern in patterns:
        assert not any(accepts(lowered(pattern), text) for text in refused(pattern, match="full", ascii=True))


SLOW = {
    "datazone.FormName",
    "datazone.FormTypeName",
    "glue.AssetTypeFormKey",
    "iotsitewise.CustomID",
    "pipes.EventBridgeEventSource",
}


def test_patterns_of_aws_that_are_slow_on_bad_input_are_known_by_name() -> None:
    patterns = [each for each in sampled() if each not in NO_ENGINE]
    slow = {corpus()[each] for each in patterns if superlinear(lowered(each))}
    assert slow == SLOW & {corpus()[each] for each in patterns}
