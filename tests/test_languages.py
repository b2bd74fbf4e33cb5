"""Whether one set of strings is part of another: decided by search, held against brute force and the real engines."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from history import VERSIONS, history
from hypothesis import given
from hypothesis import strategies as st
from strategies import sized

from codegen.spec import ir
from codegen.spec.automata import MOST_STEPS
from codegen.spec.languages import Compared, Relation, Strings, compare, holds, is_empty

EQUAL, NARROWER, WIDER = Relation.EQUAL, Relation.NARROWER, Relation.WIDER
OVERLAPPING, DISJOINT, UNKNOWN = Relation.OVERLAPPING, Relation.DISJOINT, Relation.UNKNOWN
LINE_BREAKS = Relation.LINE_BREAKS


def full(pattern: str | None, least: int | None = None, most: int | None = None) -> Strings:
    return Strings(pattern, "full", True, least, most)


def search(pattern: str, least: int | None = None, most: int | None = None) -> Strings:
    return Strings(pattern, "search", True, least, most)


def wide(pattern: str) -> Strings:
    return Strings(pattern, "full", ascii=False)


RELATIONS: list[tuple[Strings, Strings, Relation]] = [
    (full("[a-z]+"), full("[a-z]+"), EQUAL),
    (full("[a-z]+"), full("^[a-z]+$"), EQUAL),
    (full("[a-z]+"), search("^[a-z]+$"), EQUAL),
    (search("[a-z]+"), search("[a-z]"), EQUAL),
    (full("[a-z]+"), full("(?:[a-m]|[n-z])(?:[a-z]*)"), EQUAL),
    (full(r"\d+"), full("[0-9]+"), EQUAL),
    (full("a|b|c"), full("[a-c]"), EQUAL),
    (full("(a*)*"), full("a*"), EQUAL),
    (full("[a-z]{1,9}"), full("[a-z]+", 1, 9), EQUAL),
    (full("(?s).{0,255}"), full(None, 0, 255), EQUAL),
    (full("(?=.{1,9}$)[a-z]+"), full("[a-z]+", 1, 9), EQUAL),
    (full("(?=.{1,9}$)[a-z]+"), full("[a-z]{1,9}"), EQUAL),
    (full("(?!b)[ab]+"), full("a[ab]*"), EQUAL),
    (full("[ab]+(?<!b)"), full("[ab]*a"), EQUAL),
    (full("(?:(?=a)[ab]c)d"), full("acd"), EQUAL),
    (full("x(?!b)[ab]"), full("xa"), EQUAL),
    (full(None, 1, None), full("(?s).+"), EQUAL),
    (full("[a-z]+"), full("[a-z]{1,9}"), NARROWER),
    (full("[a-z]+"), full("[a-y]+"), NARROWER),
    (full(".{4,255}"), full("https://.{1,200}"), NARROWER),
    (full(None), full("a*"), NARROWER),
    (search("[a-z]+"), full("[a-z]+"), NARROWER),
    (full("[a-z:]+"), full("(?!aws:)[a-z:]+"), NARROWER),
    (full("([a-z]{1,64}/){1,20}x"), full("([a-z]{1,63}/){1,20}x"), NARROWER),
    (full("[a-z]+"), full("[a-z0-9]+"), WIDER),
    (full("[0-9]{12}"), full(r"[0-9]{12}|\w{1,12}"), WIDER),
    (full(r"\p{L}+"), full(r"[\p{L}\p{N}]+"), WIDER),
    (full("a?"), full("a*"), WIDER),
    (full("[ab]+"), full("[bc]+"), OVERLAPPING),
    (full("[a-z]{1,5}"), full("[a-z]{3,9}"), OVERLAPPING),
    (full("arn:a:.*"), full("arn:b:.*"), DISJOINT),
    (full("a+"), full("A+"), DISJOINT),
    (full("[a-z]+"), full("[0-9]{3}"), DISJOINT),
    (search("^arn:.*"), full("arn:.*"), LINE_BREAKS),
    (full("(?s).{1,9}"), full(".{1,9}"), LINE_BREAKS),
    (full(r"\w+"), wide(r"\w+"), WIDER),
    (full(r"\d+"), wide(r"\d+"), WIDER),
    (wide(r"\w+"), full("[a-zA-Z0-9_]+"), NARROWER),
    (full(r"\W"), wide(r"\W"), NARROWER),
    (full("(?:|a)b"), full("a?b"), EQUAL),
    (full("x(?:)y"), full("xy"), EQUAL),
    (full("a?(?:b|^c)"), full("a?b|c"), UNKNOWN),
    (full(r"(?:(?!-)[a-z-]{0,62}\.)+"), full(r"(?:(?!-)[a-z-]{0,61}\.)+"), NARROWER),
    (full(r"(?:(?!-)[a-c-]{1,9}\.)+"), full(r"(?:[a-c][a-c-]{0,8}\.)+"), EQUAL),
    (full("(?:(?=a)[ab])*"), full("a*"), EQUAL),
    (full("[a-z-]*:x"), full("(?:[a-z-]*|(?:-[a-z]+)*):x"), EQUAL),
    (full("a" * 3000), full("a" * 3000 + "b?"), WIDER),
    (full("(?:ab)+", None, 2000), full("(?:ab)+", None, 2001), EQUAL),
    (full("(?:ab)+", None, 2000), full("(?:ab)+", None, 2002), WIDER),
    (full(None, 5, 3), full("a"), WIDER),
    (full("a{3}", 5), full("b{2}", 3), EQUAL),
    (full("[a-z]+", None, 10_000_000), full("[a-z]+", None, 9_999_999), UNKNOWN),
    (full(r"(?:(?:\s)*)+(?:.(?=a))*b"), wide(r"(?:(?:\s)*)+(?:.(?=a))*b"), UNKNOWN),
    (full(r"(\w)\1"), full(r"(\w)\1+"), UNKNOWN),
    (full(r"\bx[a-z]+"), full(r"\bx[a-z]+\b"), UNKNOWN),
    (full("[a"), full("[b"), UNKNOWN),
    (Strings(values=("A", "B")), Strings(values=("B", "A")), EQUAL),
    (Strings(values=("A", "B")), Strings(values=("A",)), NARROWER),
    (Strings(values=("A",)), Strings(values=("A", "B")), WIDER),
    (Strings(values=("A", "B")), Strings(values=("B", "C")), OVERLAPPING),
    (Strings(values=("A",)), Strings(values=("B",)), DISJOINT),
    (Strings(values=("a", "b", "c")), Strings(), WIDER),
    (Strings(), Strings(values=("a", "b", "c")), NARROWER),
    (Strings(values=("a", "b")), full("a|b"), EQUAL),
    (Strings(values=("a", "b")), full("[a-c]"), WIDER),
    (Strings(values=("a", "B")), full("[a-c]"), OVERLAPPING),
    (Strings(values=("A",)), full("[a-c]"), DISJOINT),
    (Strings(values=("a", "\n")), full("a"), NARROWER),
    (Strings("A", values=("A", "X")), Strings(values=("B",)), DISJOINT),
    (Strings("[a", values=("A",)), Strings(values=("A",)), UNKNOWN),
    (Strings("USD", values=("USD", "EUR")), Strings(values=("USD", "EUR")), WIDER),
    (Strings(values=("A", "BB")), Strings(values=("A", "BB"), max_length=1), NARROWER),
]


@pytest.mark.parametrize(("old", "new", "relation"), RELATIONS, ids=lambda value: str(value)[:60])
def test_how_two_sets_relate(old: Strings, new: Strings, relation: Relation) -> None:
    found = compare(old, new)
    assert found.relation is relation, found
    _check_witnesses(old, new, found)


MIRROR = {NARROWER: WIDER, WIDER: NARROWER}


@pytest.mark.parametrize(("old", "new", "relation"), RELATIONS, ids=lambda value: str(value)[:60])
def test_the_way_back_is_the_mirror(old: Strings, new: Strings, relation: Relation) -> None:
    there, back = compare(old, new), compare(new, old)
    assert back.relation is MIRROR.get(there.relation, there.relation)
    assert bool(there.lost) == bool(back.gained)


def _check_witnesses(old: Strings, new: Strings, found: Compared) -> None:
    """Every witness is what it is said to be, by the engines."""
    assert all(holds(old, text) and holds(new, text) is False for text in found.lost)
    assert all(holds(new, text) and holds(old, text) is False for text in found.gained)
    if found.relation in (NARROWER, OVERLAPPING, DISJOINT):
        assert found.lost
    if found.relation in (WIDER, OVERLAPPING, DISJOINT):
        assert found.gained
    assert (found.reason is not None) >= (found.relation is UNKNOWN)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"([a-z])\1", "it refers back to a group"),
        (r"\ba+ b", "it asks for a word boundary"),
        ("(?m)a$\nb", "it asks for the start or end of a line"),
        ("(?:a(?=b)|b)+", "it looks around in a loop"),
        ("a++[ab]", "it has a possessive or atomic part"),
        ("ab(?<=b)c", "it looks behind in its middle"),
        ("x?(?:^|a)b", "it may begin before the start of the text"),
    ],
)
def test_what_cannot_be_decided_says_why(pattern: str, reason: str) -> None:
    found = compare(full(pattern), full(f"{pattern}x?"))
    assert (found.relation, found.reason) == (UNKNOWN, reason) or (found.relation, found.reason) == (
        OVERLAPPING,
        reason,
    )


def test_a_search_that_would_not_end_is_given_up() -> None:
    """Two counters that may start anywhere: each of a hundred places is a state, in every combination."""
    old, new = full("(?:a|b)*a(?:a|b){17}(?:c|d)"), full("(?:a|b)*a(?:a|b){17}c(?:d|e)*")
    found = compare(old, new)
    assert found.relation in (UNKNOWN, OVERLAPPING)
    assert found.reason == f"more than {MOST_STEPS:,} steps would have to be searched"


def test_a_length_nobody_can_read_is_not_spelled_out() -> None:
    found = compare(full("[a-z]+", None, 10_000_000), full("[a-z]+", None, 9_999_999))
    assert found == Compared(UNKNOWN, (), (), "only texts of more than 100,000 characters tell them apart")


def test_an_engine_that_might_hang_is_not_asked() -> None:
    """That two such patterns are the same is decided all the same."""
    hanging = r"(?:(?:a)*)+c(?=d)[de]"
    reason = "its engine may take exponential time, so no text was tried"
    assert compare(search(f"^{hanging}$"), search(f"^{hanging}x$")) == Compared(UNKNOWN, (), (), reason)
    assert compare(search(f"^{hanging}$"), search("^a*cd$")) == Compared(EQUAL)


# ---------------------------------------------------------------------------------------------------------- brute force

_ATOMS = st.sampled_from(
    ["a", "b", "[ab]", "[^a]", ".", "a?", "b*", "(?:ab)+", "a{2}", "[ab]{1,2}", "(?!b)", "(?=a)", "a|b"]
)


@st.composite
def patterns(draw: st.DrawFn) -> str:
    pieces = draw(st.lists(_ATOMS, min_size=1, max_size=4))
    joined = draw(st.sampled_from(["", "|"])).join(f"(?:{piece})" if "|" in piece else piece for piece in pieces)
    return draw(st.sampled_from(["{}", "^{}$", "(?:{})*", "(?:{}){{0,2}}", "(?=.{{1,3}}$){}"])).format(joined)


@st.composite
def sets(draw: st.DrawFn) -> Strings:
    least, most = draw(st.sampled_from([(None, None), (1, None), (None, 3), (2, 3)]))
    return draw(st.sampled_from([full, search]))(draw(patterns()), least, most)


WORDS = ["".join(word) for length in range(6) for word in itertools.product("abc", repeat=length)]
"""Every word of three letters up to five long: enough to tell apart what `_ATOMS` build."""


_WIDER_ATOMS = st.sampled_from(
    ["a", "B", "é", r"\w", r"\W", "[aé]", "(?s:.)", "(?:a|)", "(?:(?!a).B)*", "(?:(?=.B)..)+", "(?:^a|B)", "(?:B|$)"]
)


@st.composite
def wider_sets(draw: st.DrawFn) -> Strings:
    """Sets over characters beyond ASCII, loops that look around, line breaks, and lists."""
    least, most = draw(st.sampled_from([(None, None), (1, None), (0, 2), (3, 3)]))
    values = draw(
        st.none() | st.none() | st.lists(st.sampled_from(OTHER_WORDS[:85]), min_size=1, max_size=4).map(tuple)
    )
    pattern = "".join(draw(st.lists(_WIDER_ATOMS, min_size=1, max_size=3)))
    pattern = draw(st.sampled_from(["{}", "(?:{})?", "{}|a"])).format(pattern)
    return Strings(pattern, draw(st.sampled_from(["full", "search"])), draw(st.booleans()), least, most, values)


OTHER_WORDS = ["".join(word) for length in range(5) for word in itertools.product("aBé\n", repeat=length)]


@sized(300, 10_000)
@given(wider_sets(), wider_sets())
def test_no_other_word_contradicts_the_verdict(old: Strings, new: Strings) -> None:
    found, back = compare(old, new), compare(new, old)
    _check_witnesses(old, new, found)
    assert back.relation is MIRROR.get(found.relation, found.relation)
    listed = old.values is not None or new.values is not None
    accepted = {(holds(old, word), holds(new, word)) for word in OTHER_WORDS if listed or "\n" not in word}
    refuted = {
        EQUAL: {(True, False), (False, True)},
        LINE_BREAKS: {(True, False), (False, True)},
        NARROWER: {(False, True)},
        WIDER: {(True, False)},
        DISJOINT: {(True, True)},
    }
    assert not accepted & refuted.get(found.relation, set())


@sized(300, 10_000)
@given(sets(), sets())
def test_no_word_contradicts_the_verdict(old: Strings, new: Strings) -> None:
    found = compare(old, new)
    _check_witnesses(old, new, found)
    accepted = [(bool(holds(old, word)), bool(holds(new, word))) for word in WORDS]
    lost, gained = (True, False) in accepted, (False, True) in accepted
    if found.relation in (EQUAL, LINE_BREAKS):
        assert not lost and not gained
    if found.relation is NARROWER:
        assert not gained
    if found.relation is WIDER:
        assert not lost
    if found.relation is DISJOINT:
        assert (True, True) not in accepted


@sized(100, 2000)
@given(sets())
def test_a_set_equals_itself_written_otherwise(strings: Strings) -> None:
    again = replace(strings, pattern=f"(?:{strings.pattern})|(?:{strings.pattern})")
    assert compare(strings, again).relation in (EQUAL, UNKNOWN)


# -------------------------------------------------------------------------------------------------------------- history


def _strings(shape: ir.Text) -> Strings:
    length, pattern = shape.constraints.length, shape.constraints.pattern
    bounds = (length.min, length.max) if length else (None, None)
    if pattern is None:
        return Strings(None, "full", True, *bounds)
    return Strings(pattern.text.raw, pattern.match.value, pattern.ascii, *bounds)


def _edits() -> dict[tuple[str, str], Compared]:
    """Every edit of a pattern in the history of partnercentral-selling, by version and shape."""
    found: dict[tuple[str, str], Compared] = {}
    for old, new in itertools.pairwise(VERSIONS):
        was, now = history(old).shapes, history(new).shapes
        for name in (name for name in was if name in now):
            one, other = was[name], now[name]
            if isinstance(one, ir.Text) and isinstance(other, ir.Text) and _strings(one) != _strings(other):
                found[new, name.raw] = compare(_strings(one), _strings(other))
    return found


def test_the_edits_of_the_history_are_decided_as_they_were_by_hand() -> None:
    """All others, some hundred, read otherwise and mean the same."""
    different = {key: (found.relation, found.lost[:1], found.gained[:1]) for key, found in _edits().items()}
    told = {key: value for key, value in different.items() if value[0] is not EQUAL}
    token = "TaskRequestClientTokenString"
    arns = ("Engagement", "Resource", "ResourceSnapshot", "ResourceSnapshotJob", "Task")
    task, prospecting = (
        "arn:aws:partnercentral-selling:::catalog//{}/task-" + "a" * 14,
        "prospecting-from-engagement-task",
    )
    calculator = "https://pricing.calculator.aws.eu/#/estimate?id=" + "a" * 32
    assert len(different) > 90
    assert told == {
        ("1.35.62", f"StartEngagementByAcceptingInvitation{token}"): (NARROWER, ("abc ",), ()),
        ("1.35.62", f"StartEngagementFromOpportunity{token}"): (NARROWER, ("abc ",), ()),
        ("1.35.76", "AwsAccount"): (WIDER, (), ("a",)),
        ("1.38.21", "Alias"): (WIDER, (), ("",)),
        ("1.38.21", "CompanyName"): (WIDER, (), ("abc+",)),
        **{("1.40.9", f"{kind}Arn"): (LINE_BREAKS, ("arn:\u2028",), ()) for kind in arns},
        ("1.40.9", "TaskIdentifier"): (LINE_BREAKS, ("\u2028task-aaaaaaaaaaaaa",), ()),
        ("1.42.7", "Amount"): (WIDER, (), ("",)),
        ("1.42.7", "ClientToken"): (WIDER, (), ("abc ",)),
        ("1.42.7", "EngagementCustomerBusinessProblem"): (WIDER, (), ("a" * 256,)),
        ("1.42.7", "TagKey"): (LINE_BREAKS, ("abc\u2028",), ()),
        ("1.42.7", "TagValue"): (LINE_BREAKS, ("abc\u2028",), ()),
        ("1.42.80", "EstimationUrl"): (WIDER, (), (calculator,)),
        ("1.43.38", "ProspectingTaskArn"): (DISJOINT, (task.format("task"),), (task.format(prospecting),)),
    }


@pytest.mark.parametrize("bound", [100_001, 10**9, 10**30])
def test_an_absurd_bound_is_no_trouble(bound: int) -> None:
    narrow, wide = full("[a-z]+", bound), full("[a-z]+")
    assert compare(narrow, wide).relation in (WIDER, UNKNOWN)
    assert compare(full(None, bound), wide).relation in (OVERLAPPING, WIDER, UNKNOWN)
    assert compare(wide, full("[a-z]+", None, bound)).relation in (NARROWER, UNKNOWN)


@pytest.mark.parametrize(
    ("strings", "expected"),
    [
        (Strings("a{5}", max_length=4), True),
        (Strings("(?:ab)+", min_length=3, max_length=3), True),
        (Strings("/^[a-z]+$/"), True),
        (Strings("a^"), True),
        (Strings("(?:ab)+", min_length=3, max_length=4), False),
        (Strings("[a-z]+"), False),
        (Strings(values=()), True),
        (Strings(values=("a",)), False),
        (Strings("(", min_length=1), None),
        (Strings(r"\ba\B-"), None),
    ],
)
def test_whether_no_text_is_in_a_set(strings: Strings, expected: bool | None) -> None:
    assert is_empty(strings) is expected


def test_a_list_without_values_is_narrower_than_any_pattern() -> None:
    assert compare(Strings("[a-z]"), Strings(values=())).relation is Relation.NARROWER
