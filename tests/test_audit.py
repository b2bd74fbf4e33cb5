"""A spec held against pages: every kind of verdict with its whole message, and a mutant for every fact of a page."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from document_pages import fact, page, page_of
from packages import NEW
from packages import model_of as curated
from strategies import SERVICE, model_of, spec_of

from codegen.diagnostics import Diagnostics, Level, Location
from codegen.documents.audit import Audited, audit
from codegen.documents.auditing.citing import with_lines
from codegen.documents.auditing.settling import coarse
from codegen.documents.auditing.tables import as_markdown, as_text, share
from codegen.documents.auditing.verdicts import Verdict
from codegen.documents.facts import Aspect, Fact, Page, PageKind

SPEC = spec_of(
    {
        "SendRequest": {
            "type": "structure",
            "members": {
                "Title": {"target": "Title", "required": True, "sources": ["D0#request.Title"]},
                "Token": {"target": "Title", "idempotencyToken": True},
                "Kind": {"target": "Kind", "required": True},
                "Catalog": {"target": "Catalog"},
                "Count": {"target": "Count"},
                "Tags": {"target": "Tags"},
                "To": {"target": "To"},
                "Notes": {"target": "Notes"},
            },
        },
        "SendResponse": {
            "type": "structure",
            "members": {"Sent": {"target": "When"}, "Id": {"target": "Id"}},
        },
        "Title": {"type": "string", "length": {"min": 1, "max": 40}, "pattern": "[a-z]+"},
        "Kind": {"type": "enum", "values": ["Letter", "Parcel"]},
        "Catalog": {"type": "string", "knownValues": ["AWS", "Sandbox"]},
        "Count": {"type": "integer", "range": {"min": 1, "max": 9}},
        "Tags": {"type": "list", "member": {"target": "Tag"}, "length": {"min": 1, "max": 5}},
        "Tag": {"type": "structure", "members": {"Key": {"target": "Id", "required": True}}},
        "To": {"type": "union", "members": {"Box": {"target": "Id"}, "Street": {"target": "Id"}}},
        "Notes": {"type": "map", "key": {"target": "Id"}, "value": {"target": "Flag"}},
        "When": {"type": "timestamp", "timestampFormat": "date-time"},
        "Id": {"type": "string"},
        "Flag": {"type": "boolean"},
    },
    operations={"Send": {"input": "SendRequest", "output": "SendResponse", "errors": ["Lost", "Refused"]}},
    errors={
        "Lost": {"httpError": 404, "fault": "client"},
        "Refused": {"httpError": 400, "suggestedAction": "Ask again."},
    },
)
DIGEST = page().sha256


def spec(**more: Any) -> Any:
    """Give the spec with its one source as the page has it; the service's other source is no page."""
    source = {"title": "Send", "publisher": "Post", "kind": "api-reference", "date": "2024-12-05", "sha256": DIGEST}
    other = {"title": "Model", "publisher": "Post", "kind": "service-model", "date": "2024-12-05"}
    service = {**SERVICE, "sources": ["D0", "M"]}
    return {**copy.deepcopy(SPEC), "service": service, "sources": {"D0": source, "M": other}, **more}


def audited(document: Page, **more: Any) -> Audited:
    (one,) = audit(model_of(spec(**more)), [document])
    return one


def told(one: Audited) -> list[str]:
    return Diagnostics(one.findings).text().split("\n") if one.findings else []


WHOLE = page_of(model_of(spec()))


def changed(path: str, aspect: Aspect, value: Any) -> Page:
    """Give the page with another value of one fact."""
    facts = tuple(replace(one, value=value) if (one.path, one.aspect) == (path, aspect) else one for one in WHOLE.facts)
    assert facts != WHOLE.facts
    return replace(WHOLE, facts=facts)


def without(path: str) -> Page:
    """Give the page without a member and all that is in it."""
    name = path.rpartition(".")[2]
    kept = (
        one
        for one in WHOLE.facts
        if one.path != path and not one.path.startswith((f"{path}.", f"{path}[", f"{path}{{"))
    )
    return replace(
        WHOLE,
        facts=tuple(
            (
                replace(one, value=[each for each in one.value if each != name])  # type: ignore[union-attr]
                if one.aspect in (Aspect.ORDER, Aspect.UNION, Aspect.ERRORS) and f"{one.path}." == path[: -len(name)]
                else one
            )
            for one in kept
        ),
    )


def with_facts(*facts: Fact) -> Page:
    return replace(WHOLE, facts=(*WHOLE.facts, *facts))


def line_of(path: str, aspect: Aspect) -> int:
    return next(one.line for one in WHOLE.facts if (one.path, one.aspect) == (path, aspect))


# ------------------------------------------------------------------------------------------------------------ verdicts


def test_a_page_that_says_what_the_spec_says_is_no_finding() -> None:
    one = audited(WHOLE)
    assert told(one) == []
    assert one.count(Verdict.AGREED) == one.count(*Verdict) > 50


def test_a_contradiction_names_both_places() -> None:
    line = line_of("request.Title", Aspect.MAX_LENGTH)
    assert told(audited(changed("request.Title", Aspect.MAX_LENGTH, 80))) == [
        'spec.json: error: Send request.Title: the spec states maxLength 40, "D0" maxLength 80 [contradiction]',
        f'  send.html:{line}:1: note: "D0" says so here',
    ]


def test_values_that_differ_are_told_apart() -> None:
    assert told(audited(changed("request.Kind", Aspect.VALUES, ["Letter", "Card"])))[0] == (
        'spec.json: error: Send request.Kind: valid values differ: the spec alone has "Parcel"; "D0" alone has "Card" '
        "[contradiction]"
    )


def test_a_fact_that_the_spec_lacks_is_told() -> None:
    one = audited(with_facts(fact("request.Catalog", Aspect.PATTERN, "[A-Z]+", 90)))
    assert told(one) == [
        'spec.json: error: Send request.Catalog: "D0" states pattern "[A-Z]+", the spec does not [missing-fact]',
        '  send.html:90:1: note: "D0" says so here',
    ]
    assert one.count(Verdict.MISSING) == 1


def test_a_member_that_the_spec_lacks_is_told_once() -> None:
    new = (
        fact("request.Colour", Aspect.LISTED, True, 90),
        fact("request.Colour", Aspect.TYPE, "structure", 90),
        fact("request.Colour.Red", Aspect.LISTED, True, 91),
    )
    one = audited(with_facts(*new))
    assert told(one) == [
        'spec.json: error: Send request.Colour: "D0" lists this member, the spec does not have it [missing-fact]',
        '  send.html:90:1: note: "D0" says so here',
    ]
    assert one.count(Verdict.MISSING) == 3


def test_an_operation_that_the_spec_lacks_is_told_once() -> None:
    more = with_facts(fact("request.Id", Aspect.LISTED, True, 90, "Fetch"))
    one = audited(replace(more, operations=("Send", "Fetch")))
    assert told(one) == [
        'spec.json: error: "D0" describes Fetch; the spec has no such operation [missing-fact]',
        '  send.html:90:1: note: "D0" says so here',
    ]


def test_a_member_that_the_page_does_not_list_is_told() -> None:
    assert told(audited(without("request.Count"))) == [
        'spec.json: error: Send request.Count: the spec has this member, "D0" lists the others and not this one '
        "[contradiction]",
        f"  send.html:{line_of('request', Aspect.ORDER)}:1: note: its list is here",
    ]


def test_a_place_that_the_page_leaves_out_lacks_nothing() -> None:
    page_without = without("request.Tags[].Key")
    elided = fact("request.Tags[]", Aspect.ELIDED, True, 90)
    assert told(audited(replace(page_without, facts=(*page_without.facts, elided)))) == []


def test_prose_is_but_a_warning() -> None:
    one = audited(changed("request.Catalog", Aspect.NAMED_VALUES, ["AWS", "Moon"]))
    assert [each.level for each in one.findings] == [Level.WARNING]
    assert told(one)[0] == (
        "spec.json: warning: Send request.Catalog: values that prose names differ: "
        'the spec alone has "Sandbox"; "D0" alone has "Moon" [contradiction]'
    )


# ------------------------------------------------------------------------------------------------------------ decisions

DECISION = {
    "question": "Which kinds are there?",
    "statements": {"D0": "Cards as well."},
    "decision": "Letters and parcels.",
    "reason": "The service says so.",
    "facts": ["Kind"],
}
MORE = changed("request.Kind", Aspect.VALUES, ["Letter", "Parcel", "Card"])
LONGER = changed("request.Title", Aspect.MAX_LENGTH, 80)


def test_a_decision_that_hears_the_source_settles_a_contradiction() -> None:
    one = audited(MORE, decisions={"C01": DECISION})
    assert told(one) == []
    assert [each.decision for each in one.judged if each.verdict is Verdict.SETTLED] == ["C01"]


@pytest.mark.parametrize(
    "decision",
    [{**DECISION, "statements": {"M": "Cards as well."}}, {**DECISION, "facts": ["Title"]}],
    ids=["of another source", "about another fact"],
)
def test_a_decision_that_is_about_something_else_settles_nothing(decision: Any) -> None:
    assert len(audited(MORE, decisions={"C01": decision}).findings) == 1


def test_a_decision_that_nobody_has_taken_settles_nothing() -> None:
    undecided = {key: value for key, value in DECISION.items() if key not in ("decision", "reason")}
    assert told(audited(MORE, decisions={"C01": undecided}))[-1] == '  spec.json: note: decision "C01" is not taken yet'


def test_a_decision_settles_nothing_in_a_page_that_has_changed_since() -> None:
    found = told(audited(replace(MORE, sha256="0" * 64), decisions={"C01": DECISION}))
    assert found[0] == (
        'spec.json: error: Send request.Kind: valid values differ: "D0" alone has "Card" [contradiction]'
    )
    assert '  spec.json: note: decision "C01" was taken before the document changed' in found


@pytest.mark.parametrize("named", [True, False])
def test_a_bound_is_settled_by_the_decision_that_it_names_itself(named: bool) -> None:
    shapes = copy.deepcopy(SPEC["shapes"])
    shapes["Title"]["length"] |= {"decision": "C01"} if named else {}
    one = audited(LONGER, shapes=shapes, decisions={"C01": {**DECISION, "facts": ["Title"]}})
    assert len(one.findings) == (0 if named else 1)


def test_a_status_is_recorded_by_source_and_never_settled() -> None:
    one = audited(changed("errors.Lost", Aspect.STATUS, 410), decisions={"C01": {**DECISION, "facts": ["Lost"]}})
    assert [each.rule for each in one.findings] == ["contradiction"]


@pytest.mark.parametrize(
    ("document", "facts", "settled"),
    [
        (MORE, ["Kind:values"], True),
        (MORE, ["SendRequest.Kind:values"], True),
        (MORE, ["Kind:type", "Kind:documentation", "SendRequest.Kind:required"], False),
        (LONGER, ["Title:length"], True),
        (LONGER, ["Title:pattern"], False),
        (changed("request.Title", Aspect.PATTERN, "[A-Z]+"), ["SendRequest.Title:pattern"], True),
        (changed("request.Count", Aspect.MAX_VALUE, 8), ["Count:range"], True),
        (changed("request.Kind", Aspect.REQUIRED, False), ["SendRequest.Kind:required"], True),
        (changed("request.Kind", Aspect.REQUIRED, False), ["Kind:values"], False),
        (changed("request.Tags", Aspect.TYPE, "map"), ["Tags:type"], True),
        (changed("request.Catalog", Aspect.NAMED_VALUES, ["Moon"]), ["Catalog:knownValues"], True),
        (changed("response.Sent", Aspect.TIMESTAMP_FORMAT, "epoch-seconds"), ["When:timestampFormat"], True),
        (changed("errors.Lost", Aspect.STATUS, 410), ["Lost:httpError"], False),
        (with_facts(fact("request.Kind", Aspect.DEFAULT, "Letter", 90)), ["SendRequest.Kind:default"], True),
        (with_facts(fact("request.Kind", Aspect.IDEMPOTENCY_TOKEN, True)), ["SendRequest.Kind:idempotencyToken"], True),
        (with_facts(fact("request.Colour", Aspect.LISTED, True, 90)), ["SendRequest:members"], True),
        (with_facts(fact("request.Colour", Aspect.LISTED, True, 90)), ["SendRequest:documentation"], False),
        (with_facts(fact("errors.Burnt", Aspect.LISTED, True, 90)), ["Send:errors"], True),
        (with_facts(fact("errors.Burnt", Aspect.LISTED, True, 90)), ["Send:documentation"], False),
        (without("request.Count"), ["SendRequest.Count:listed"], True),
        (without("request.Count"), ["SendRequest:members"], True),
        (without("request.Count"), ["SendRequest.Count:required"], False),
        (without("errors.Lost"), ["Send:errors"], True),
        (without("errors.Lost"), ["Send:documentation"], False),
        (without("request.To.Street"), ["To:members"], True),
    ],
)  # fmt: skip
def test_a_fact_with_an_aspect_settles_that_aspect_alone(document: Page, facts: list[str], settled: bool) -> None:
    one = audited(document, decisions={"C01": {**DECISION, "facts": facts}})
    assert (told(one) == [], [each.decision for each in one.judged if each.decision] != []) == (settled, settled)


def test_an_entry_that_names_a_decision_with_aspects_is_covered_by_what_its_facts_say() -> None:
    shapes = copy.deepcopy(SPEC["shapes"])
    shapes["Kind"]["decisions"] = shapes["Title"]["decisions"] = ["C01"]
    shapes["Title"]["length"]["decision"] = "C01"
    decisions = {"C01": {**DECISION, "facts": ["Title:pattern", "Count"]}}
    assert len(audited(MORE, shapes=shapes, decisions=decisions).findings) == 1
    assert len(audited(LONGER, shapes=shapes, decisions=decisions).findings) == 1
    assert told(audited(changed("request.Count", Aspect.REQUIRED, True), decisions=decisions)) == []


def test_a_decision_with_aspects_does_not_settle_what_the_spec_cites_the_page_for() -> None:
    shapes = copy.deepcopy(SPEC["shapes"])
    shapes["Kind"]["sources"] = ["D0#request.Kind"]
    line = line_of("request.Kind", Aspect.VALUES)
    assert told(audited(MORE, shapes=shapes, decisions={"C01": {**DECISION, "facts": ["Kind:values"]}})) == [
        'spec.json: error: Send request.Kind: valid values differ: "D0" alone has "Card" [contradiction]',
        f'  send.html:{line}:1: note: "D0" says so here',
        '  spec.json: note: decision "C01" does not settle what the spec cites "D0" for',
    ]
    assert told(audited(MORE, shapes=shapes, decisions={"C01": DECISION})) == []


def test_values_in_another_order_are_a_warning_that_a_decision_settles() -> None:
    turned = changed("request.Kind", Aspect.VALUES, ["Parcel", "Letter"])
    one = audited(turned)
    assert told(one) == [
        'spec.json: warning: Send request.Kind: "D0" has the same values in another order [other-order]',
        f'  send.html:{line_of("request.Kind", Aspect.VALUES)}:1: note: "D0" says so here',
    ]
    assert one.count(Verdict.AGREED) == one.count(*Verdict)
    settled = audited(turned, decisions={"C01": {**DECISION, "facts": ["Kind:values"]}})
    assert (told(settled), settled.count(Verdict.SETTLED)) == ([], 1)


def test_decisions_that_name_no_aspect_are_known() -> None:
    decisions = {
        "C01": {**DECISION, "facts": ["Kind", "Title:pattern", "Count"]},
        "C02": {**DECISION, "facts": ["Kind:values"]},
        "C03": {**DECISION, "statements": {"M": "Cards as well."}},
        "C04": {key: value for key, value in DECISION.items() if key != "decision"},
    }
    assert coarse(model_of(spec(decisions=decisions)), ["D0"]) == {"C01": ("Kind", "Count")}


def test_a_decision_about_a_member_settles_that_the_page_does_not_list_it() -> None:
    decision = {**DECISION, "facts": ["SendRequest.Count"]}
    one = audited(without("request.Count"), decisions={"C01": decision})
    assert told(one) == []


# --------------------------------------------------------------------------------------------------- compatible words


@pytest.mark.parametrize(
    ("path", "aspect", "value"),
    [
        ("request.Notes", Aspect.TYPE, "object"),
        ("request.To", Aspect.TYPE, "object"),
        ("request.Tags[]", Aspect.TYPE, "object"),
        ("request.Count", Aspect.TYPE, "long"),
        ("request.Kind", Aspect.NAMED_VALUES, ["Letter"]),
        ("request.Catalog", Aspect.VALUES, ["AWS", "Sandbox"]),
        ("errors.Refused", Aspect.SUGGESTED_ACTION, "Try it once more."),
        ("response", Aspect.STATUS, 200),
        ("request.Catalog", Aspect.MIN_LENGTH, 0),
        ("request.Tags[]", Aspect.REQUIRED, False),
        ("response", Aspect.ADDED, {"Id": "string"}),
        ("request", Aspect.ADDED, {"Kind": ["Parcel"], "Tags": {"Key": "string"}, "To": ["Box"]}),
    ],
)  # fmt: skip
def test_other_words_for_the_same_are_an_agreement(path: str, aspect: Aspect, value: Any) -> None:
    assert told(audited(with_facts(fact(path, aspect, value, 90)))) == []


@pytest.mark.parametrize("added", [{"Code": ["Lost"]}, {"Kind": ["Card"]}, {"Colour": "string"}])
def test_an_addition_that_is_not_there_is_told(added: Any) -> None:
    (found,) = audited(with_facts(fact("request", Aspect.ADDED, added, 90))).findings
    assert found.rule == "missing-fact"


def test_a_syntax_may_show_a_timestamp_as_a_string() -> None:
    shown = (fact("response.Sent", Aspect.TYPE, "string", 90), fact("response.Sent", Aspect.SYNTAX_TYPE, "string", 90))
    assert told(audited(with_facts(*shown))) == []
    assert len(audited(with_facts(shown[0])).findings) == 1


def test_operations_are_found_whatever_their_case() -> None:
    facts = tuple(replace(one, operation="send") for one in WHOLE.facts)
    assert told(audited(replace(WHOLE, facts=facts, operations=("send",)))) == []


def test_a_status_is_compared_with_that_of_its_own_source() -> None:
    errors = copy.deepcopy(SPEC["errors"])
    errors["Lost"]["httpError"] = {"D0": 404, "M": 410}
    assert told(audited(WHOLE, errors=errors)) == []
    assert told(audited(changed("errors.Lost", Aspect.STATUS, 410), errors=errors))[0] == (
        'spec.json: error: Send errors.Lost: the spec states status 404, "D0" status 410 [contradiction]'
    )


# ------------------------------------------------------------------------------------------------------------- mutants

OTHER: dict[Aspect, Any] = {
    Aspect.TYPE: "blob",
    Aspect.TARGET: "Another",
    Aspect.PATTERN: "[0-9]+",
    Aspect.VALUES: ["Another"],
    Aspect.NAMED_VALUES: ["Another"],
    Aspect.UNION: ["Another"],
    Aspect.TIMESTAMP_FORMAT: "epoch-seconds",
    Aspect.SUGGESTED_ACTION: "",
    Aspect.IDEMPOTENCY_TOKEN: False,
}


def mutated(one: Fact) -> Fact:
    match one.value:
        case bool() if one.aspect is Aspect.REQUIRED:
            return replace(one, value=not one.value)
        case bool() if one.aspect is Aspect.LISTED:
            return replace(one, path=f"{one.path}Another")
        case int() if not isinstance(one.value, bool):
            return replace(one, value=one.value + 1)
        case _:
            return replace(one, value=OTHER[one.aspect])


MUTABLE = [one for one in WHOLE.facts if one.path and one.aspect not in (Aspect.ORDER, Aspect.ERRORS, Aspect.ELIDED)]


@pytest.mark.parametrize("one", MUTABLE, ids=lambda one: f"{one.path} {one.aspect.value}")
def test_a_fact_that_changes_is_found_at_its_line_and_nothing_else(one: Fact) -> None:
    facts = tuple(mutated(each) if each is one else each for each in WHOLE.facts)
    found = audited(replace(WHOLE, facts=facts)).findings
    assert [note.place for each in found for note in each.notes] == [Location("send.html", one.line, 1)]


def test_mutants_are_of_every_kind() -> None:
    assert {one.aspect for one in MUTABLE} >= {Aspect.LISTED, Aspect.REQUIRED, *OTHER} - {Aspect.SUGGESTED_ACTION}
    assert len(MUTABLE) > 50


@pytest.mark.parametrize("path", ["request.Title", "request.Tags", "request.Tags[].Key", "response.Id", "errors.Lost"])
def test_what_a_page_drops_is_found(path: str) -> None:
    found = audited(without(path)).findings
    assert [each.rule for each in found if each.rule != "unproven"] == ["contradiction"]


def test_an_arm_that_a_page_drops_is_found() -> None:
    messages = [each.message for each in audited(without("request.To.Street")).findings]
    assert messages == [
        'Send request.To: members of the union differ: the spec alone has "Street"',
        'Send request.To.Street: the spec has this member, "D0" lists the others and not this one',
    ]


# -------------------------------------------------------------------------------------------------- sources, citations


def test_a_document_that_changed_is_a_finding() -> None:
    one = audited(replace(WHOLE, sha256="0" * 64))
    assert (one.source, one.changed) == ("D0", True)
    assert told(one) == [
        'spec.json: error: "D0" is not the document that was curated from: its digest has changed [digest-changed]',
        f"  send.html: note: its digest is {'0' * 64}",
    ]


def test_a_document_that_is_no_source_is_a_finding_and_is_compared_all_the_same() -> None:
    other = replace(LONGER, sha256="0" * 64, kind=PageKind.BOTO3)
    assert [each.rule for each in audited(other).findings] == ["no-source", "contradiction"]


def test_a_citation_of_a_place_that_is_not_on_the_page_is_unproven() -> None:
    shapes = copy.deepcopy(SPEC["shapes"])
    shapes["Title"]["sources"] = ["D0#request.Subject:7"]
    one = audited(WHOLE, shapes=shapes)
    assert told(one) == [
        'spec.json: error: "D0#request.Subject:7": the document has nothing of "request.Subject" [unproven]',
        "  send.html: note: looked for here",
    ]
    assert (one.proof.cited, one.proof.found) == (2, 1)


def test_a_citation_of_a_line_that_says_something_else_is_unproven() -> None:
    shapes = copy.deepcopy(SPEC["shapes"])
    shapes["Kind"]["sources"] = ["D0#request.Kind:1"]
    lines = sorted({one.line for one in WHOLE.facts if one.path == "request.Kind"})
    assert told(audited(WHOLE, shapes=shapes)) == [
        f'spec.json: error: "D0#request.Kind:1": line 1 says nothing of "request.Kind"; it stands in '
        f"{', '.join(map(str, lines))} [unproven]",
        f"  send.html:{lines[0]}:1: note: it begins here",
    ]


def test_a_place_that_only_prose_names_is_proven_by_it() -> None:
    shapes = copy.deepcopy(SPEC["shapes"])
    shapes["Tag"]["sources"] = ["D0#request.Tags[].Colour:90"]
    prose = fact("request.Tags", Aspect.DESCRIPTION, "Each has a Key and a Colour.", 90)
    assert told(audited(with_facts(prose), shapes=shapes)) == []


def test_a_constraint_that_rests_on_a_page_alone_has_to_stand_there() -> None:
    shapes = copy.deepcopy(SPEC["shapes"])
    shapes["Title"]["length"]["sources"] = ["D0#request.Title"]
    silent = replace(WHOLE, facts=tuple(one for one in WHOLE.facts if one.aspect is not Aspect.MAX_LENGTH))
    assert told(audited(silent, shapes=shapes)) == [
        'spec.json: error: Send request.Title: maxLength 40 rests on "D0" alone, where it does not stand [unproven]'
    ]
    shapes["Title"]["length"]["sources"] = ["D0#request.Title", "M"]
    assert told(audited(silent, shapes=shapes)) == []


def test_a_constraint_that_cites_a_page_itself_has_to_stand_there_whatever_else_it_cites() -> None:
    shapes = copy.deepcopy(SPEC["shapes"])
    shapes["Id"] |= {"pattern": {"value": ".*", "sources": ["D0#response.Id", "M"]}}
    silent = tuple(one for one in WHOLE.facts if (one.path, one.aspect) != ("response.Id", Aspect.PATTERN))
    assert told(audited(replace(WHOLE, facts=silent), shapes=shapes)) == [
        'spec.json: error: "D0#response.Id": the document states no pattern there [unproven]',
        f"  send.html:{line_of('response.Id', Aspect.LISTED)}:1: note: it begins here",
    ]


def test_a_page_about_a_data_type_is_held_against_the_shape() -> None:
    told_of: list[tuple[str, Aspect, Any]] = [
        ("Tag", Aspect.TYPE, "structure"),
        ("Tag.Key", Aspect.LISTED, True),
        ("Tag.Key", Aspect.REQUIRED, False),
        ("Tag.Value", Aspect.LISTED, True),
    ]
    document = page(*(fact(*each, 5, "") for each in told_of), operations=())
    assert [each.message for each in audited(document).findings if each.rule != "unproven"] == [
        'Tag.Key: the spec states required, "D0" not required',
        'Tag.Value: "D0" lists this member, the spec does not have it',
    ]


def test_several_pages_bear_a_constraint_out_together() -> None:
    shapes = copy.deepcopy(SPEC["shapes"])
    shapes["Title"]["length"]["sources"] = ["D0#request.Title", "D1#request.Title"]
    sources = {**spec()["sources"], "D1": {**spec()["sources"]["D0"], "sha256": "1" * 64}}
    silent = replace(WHOLE, facts=tuple(one for one in WHOLE.facts if one.aspect is not Aspect.MAX_LENGTH))
    both = audit(model_of(spec(shapes=shapes, sources=sources)), [silent, replace(WHOLE, sha256="1" * 64)])
    assert [told(one) for one in both] == [[], []]


# ------------------------------------------------------------------------------------------------------- citing, tables


def test_each_citation_gets_the_line_of_what_cites_it() -> None:
    shapes = copy.deepcopy(SPEC["shapes"])
    shapes["Title"] |= {"sources": ["D0#request.Title:1"]}
    shapes["Title"]["length"]["sources"] = ["D0#request.Title"]
    shapes["Kind"]["sources"] = ["M", "D0#request.Kind"]
    shapes["Id"]["sources"] = [f"D0#response.Id:{line_of('response.Id', Aspect.REQUIRED)}"]
    written = {place.pointer: text for place, text in with_lines(model_of(spec(shapes=shapes)), [WHOLE])}
    assert written == {
        ("shapes", "SendRequest", "members", "Title", "sources", 0): (
            f"D0#request.Title:{line_of('request.Title', Aspect.LISTED)}"
        ),
        ("shapes", "Title", "sources", 0): f"D0#request.Title:{line_of('request.Title', Aspect.PATTERN)}",
        ("shapes", "Title", "length", "sources", 0): f"D0#request.Title:{line_of('request.Title', Aspect.MAX_LENGTH)}",
        ("shapes", "Kind", "sources", 1): f"D0#request.Kind:{line_of('request.Kind', Aspect.VALUES)}",
    }


def test_a_table_has_one_row_per_document() -> None:
    one = audited(changed("request.Title", Aspect.MAX_LENGTH, 80))
    facts = one.count(*Verdict)
    stated = share(facts - 1, facts)
    assert as_text([one]) == (
        "document  facts  agree  settled  unsettled  missing  stated  citations  unproven  proven\n"
        f"D0           {facts}     {facts - 1}        0          1        0  {stated}          1         0   100 %\n"
    )
    assert (
        as_markdown([one]).splitlines()[2] == f"| D0 | {facts} | {facts - 1} | 0 | 1 | 0 | {stated} | 1 | 0 | 100 % |"
    )


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(3, 3, "100 %"), (999, 1000, "99.9 %"), (1999, 2000, "99.9 %"), (0, 5, "0 %"), (0, 0, "-")],
)
def test_less_than_all_is_never_all(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


def test_what_a_curated_release_states_bears_it_out() -> None:
    model = curated(NEW)
    drawn = page_of(model, {"CreateEngagement"}, sha256=DIGEST)
    sources = {name: replace(one, sha256=None) for name, one in model.sources.items()}
    (one,) = audit(replace(model, sources=sources), [drawn])
    assert [each.rule for each in one.findings if each.rule not in ("digest-changed", "unproven", "no-source")] == []
