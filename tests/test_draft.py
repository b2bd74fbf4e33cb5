"""A draft states what its pages state: names, types, constraints, citations, and what the pages disagree on."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from document_pages import fact, page, page_of
from hypothesis import given
from packages import NEW, OLD
from packages import model_of as curated
from strategies import model_of as parsed
from strategies import sized, spec_of, specs, structure

from codegen.diagnostics import Diagnostics
from codegen.documents.draft import Draft, draft, service_name
from codegen.documents.drafting.shapes import singular
from codegen.documents.facts import Aspect, Fact, Page, PageKind, Unread
from codegen.documents.stated import stated
from codegen.spec import ir
from codegen.spec.check import check_model

Triple = tuple[str, str, str, str]


def triples(model: ir.Model) -> set[Triple]:
    """Give what a spec states, without where; an error with several statuses goes by the first, as on a page."""
    found: dict[tuple[str, str, str], str] = {}
    for name in model.operations:
        for one in stated(model, name.raw):
            found.setdefault((one.operation, one.path, one.aspect.value), json.dumps(one.value))
    return {(*key, value) for key, value in found.items()}


def model_of(made: Draft) -> ir.Model:
    return parsed(made.spec)


def spec(*pages: Page, **more: Any) -> Any:
    return draft(pages, **more).spec


# --------------------------------------------------------------------------------------------------------- round trips


@pytest.mark.parametrize("release", [OLD, NEW])
def test_a_draft_of_all_that_a_curated_release_states_states_it_again(release: str) -> None:
    model = curated(release)
    again = model_of(draft([page_of(model)]))
    assert len(triples(model)) > 250
    assert triples(again) == triples(model)


def plainly(drawn: Any) -> Any:
    """Give members and errors names that a path can hold; those of shapes stay as they are."""
    for section in ("shapes", "errors"):
        for entry in drawn[section].values():
            if "members" in entry:
                entry["members"] = {f"M{number}": each for number, each in enumerate(entry["members"].values())}
    drawn["errors"] = {f"E{number}": each for number, each in enumerate(drawn["errors"].values())}
    drawn["operations"]["Send"]["errors"] = list(drawn["errors"])
    return drawn


@sized(60, 2000)
@given(specs())
def test_a_draft_of_what_any_spec_states_states_it_again(drawn: Any) -> None:
    model = parsed(plainly(drawn))
    assert triples(model_of(draft([page_of(model)]))) == triples(model)


def test_a_draft_without_the_names_of_shapes_differs_in_those_alone() -> None:
    model = curated(NEW)
    whole = page_of(model)
    unnamed = tuple(one for one in whole.facts if one.aspect is not Aspect.TARGET)
    again = model_of(draft([page(*unnamed)]))

    def unnamed_of(found: set[Triple]) -> set[Triple]:
        return {one for one in found if one[2] not in ("target", "elided")}

    assert unnamed_of(triples(again)) == unnamed_of(triples(model))


# --------------------------------------------------------------------------------------------------------------- names


def listed(path: str, kind: str, line: int, **aspects: Any) -> tuple[Fact, ...]:
    """Give the facts of one member: `maxLength=40` is one of them."""
    more = (fact(path, Aspect(name), value, line) for name, value in aspects.items())
    return (fact(path, Aspect.LISTED, True, line), fact(path, Aspect.TYPE, kind, line), *more)


SENT = page(
    fact("", Aspect.LISTED, True, 1),
    *listed("request.Title", "string", 3, minLength=1, maxLength=40, required=True),
    *listed("request.Kind", "string", 5, values=["Letter", "Parcel"]),
    *listed("request.Tags", "list", 6, maxItems=5),
    fact("request.Tags[]", Aspect.TYPE, "structure", 7),
    *listed("request.Tags[].Key", "string", 8),
    *listed("request.Token", "string", 9, idempotencyToken=True),
    *listed("response.Id", "string", 11, pattern="^l-[0-9]+$"),
    *listed("response.Sent", "timestamp", 12, timestampFormat="date-time"),
    fact("errors", Aspect.ERRORS, ["Refused"], 13),
    fact("errors.Refused", Aspect.STATUS, 400, 14),
    fact("errors.Refused", Aspect.SUGGESTED_ACTION, "Ask again.", 15),
)


def test_a_small_page_is_drafted_whole() -> None:
    made = spec(SENT)
    assert made["service"] == {
        "name": "post",
        "release": "2024-12-05",
        "title": "Post",
        "serviceId": "",
        "sources": ["api-send"],
        "protocol": "awsJson1_0",
        "endpoint": {"prefix": ""},
        "signing": {"version": "v4", "name": "post"},
        "patterns": {"match": "full", "ascii": True},
    }
    assert made["operations"] == {
        "Send": {
            "sources": ["api-send#description:1"],
            "input": "SendRequest",
            "output": "SendResponse",
            "errors": ["Refused"],
        }
    }
    assert made["shapes"]["SendRequestTitleString"] == {
        "type": "string",
        "sources": ["api-send#request.Title:3"],
        "length": {"min": 1, "max": 40, "sources": ["api-send#request.Title:3"]},
    }
    assert made["shapes"]["SendRequest"]["members"] == {
        "Title": {"target": "SendRequestTitleString", "sources": ["api-send#request.Title:3"], "required": True},
        "Kind": {"target": "Kind", "sources": ["api-send#request.Kind:5"]},
        "Tags": {"target": "TagList", "sources": ["api-send#request.Tags:6"]},
        "Token": {"target": "String", "sources": ["api-send#request.Token:9"], "idempotencyToken": True},
    }
    assert made["shapes"]["TagList"] == {
        "type": "list",
        "sources": ["api-send#request.Tags:6"],
        "length": {"max": 5, "sources": ["api-send#request.Tags:6"]},
        "member": {"target": "Tag", "sources": ["api-send#request.Tags[]:7"]},
    }
    assert made["shapes"]["SendResponse"]["members"]["Sent"] == {
        "target": "Timestamp",
        "sources": ["api-send#response.Sent:12"],
        "timestampFormat": "date-time",
    }
    assert made["errors"] == {
        "Refused": {
            "sources": ["api-send#errors:13"],
            "httpError": {"api-send": 400},
            "suggestedAction": "Ask again.",
        }
    }


def test_what_pages_never_tell_is_named_by_validate() -> None:
    made = draft([page(*SENT.facts, date=None, service=None)])
    found = [one.message for one in check_model(model_of(made))]
    assert found == [
        '"" is no date; write YYYY-MM-DD',
        '"" is no date; write YYYY-MM-DD',
        "the name of this service is empty",
        "the name of this service is empty",
        "the name of this service is empty",
        'endpoint prefix "": write small letters, digits, dots and hyphens',
    ]


def test_service_and_release_can_be_told() -> None:
    made = spec(page(*SENT.facts, date=None, service=None), service="mail", release="2025-01-01")
    assert (made["service"]["name"], made["service"]["release"]) == ("mail", "2025-01-01")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("AWS Partner Central", "partner-central"),
        ("PartnerCentralSellingAPI", "partner-central-selling"),
        ("Amazon S3", "s3"),
        ("", ""),
    ],
)
def test_a_service_is_called_after_its_title(title: str, name: str) -> None:
    assert service_name(title) == name


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("Contexts", "Context"),
        ("Responsibilities", "Responsibility"),
        ("Spend", "SpendItem"),
        ("Address", "AddressItem"),
    ],
)
def test_an_item_is_called_after_its_list(name: str, one: str) -> None:
    assert singular(name) == one


def test_equal_structures_of_one_name_are_one_and_cite_both_places() -> None:
    made = spec(page(*listed("request.To", "structure", 1), *listed("request.To.Zip", "string", 2),
                     *listed("response.To", "structure", 3), *listed("response.To.Zip", "string", 4)))  # fmt: skip
    assert made["shapes"]["To"]["sources"] == ["api-send#request.To:1", "api-send#response.To:3"]
    assert made["shapes"]["To"]["members"]["Zip"]["sources"] == [
        "api-send#request.To.Zip:2",
        "api-send#response.To.Zip:4",
    ]


def test_unequal_structures_of_one_name_are_named_after_where_they_stand() -> None:
    made = spec(page(*listed("request.To", "structure", 1), *listed("request.To.Zip", "string", 2),
                     *listed("response.To", "structure", 3), *listed("response.To.City", "string", 4)))  # fmt: skip
    assert set(made["shapes"]) == {"To", "SendResponseTo", "SendRequest", "SendResponse", "String"}


def test_the_name_that_a_page_tells_wins() -> None:
    made = spec(page(*listed("request.To", "structure", 1, target="Address"), *listed("request.To.Zip", "string", 2)))
    assert made["shapes"]["SendRequest"]["members"]["To"]["target"] == "Address"


def test_an_object_with_values_is_a_map_and_one_with_arms_a_union() -> None:
    made = spec(
        page(
            *listed("request.Tags", "object", 1),
            fact("request.Tags{}", Aspect.TYPE, "string", 2),
            *listed("request.To", "object", 3, union=["Box"]),
            *listed("request.To.Box", "string", 4),
        )
    )
    assert made["shapes"]["TagsMap" if "TagsMap" in made["shapes"] else "TagMap"]["type"] == "map"
    assert made["shapes"]["To"]["type"] == "union"


def test_a_page_about_a_data_type_fills_the_shape_that_another_names() -> None:
    told: list[tuple[str, Aspect, Any]] = [
        ("Address", Aspect.LISTED, True),
        ("Address.Zip", Aspect.LISTED, True),
        ("Address.Zip", Aspect.TYPE, "string"),
        ("Address.Zip", Aspect.PATTERN, "[0-9]+"),
    ]
    types = page(*(fact(*each, 3, "") for each in told), path="address.html", operations=())
    made = spec(page(*listed("request.To", "structure", 1, target="Address", elided=True)), types)
    assert list(made["shapes"]["Address"]["members"]) == ["Zip"]
    assert made["shapes"]["AddressZipString"]["pattern"] == {
        "value": "[0-9]+",
        "sources": [f"api-{types.sha256[:8]}#Address.Zip:3"],
    }


def test_what_no_page_tells_of_a_shape_is_noted() -> None:
    made = draft([page(*listed("request.To", "structure", 1, target="Address", elided=True))])
    assert Diagnostics(made.notes).text() == (
        'speccast: note: no page tells what is in "Address", at Send request.To [not-told]'
    )
    assert made.spec["shapes"]["Address"] == {"type": "structure", "members": {}}  # type: ignore[index,call-overload]


def test_what_was_not_read_is_noted_with_its_line() -> None:
    made = draft([page(*SENT.facts, unread=(Unread(7, "Colour: red", "unknown label"),))])
    assert Diagnostics(made.notes).text() == 'send.html:7:1: note: not read, unknown label: "Colour: red" [unread]'


def test_what_a_release_added_is_noted_with_its_date() -> None:
    added = fact("response", Aspect.ADDED, {"Code": ["Lost"], "To": {"Zip": "string"}}, 3)
    made = draft([page(*SENT.facts, added, kind=PageKind.API_CHANGES)])
    assert Diagnostics(made.notes).text() == (
        "send.html:3:1: note: Send: added on 2024-12-05: response.Code: Lost, response.To.Zip [added]"
    )


@pytest.mark.parametrize("prose", [True, False])
def test_sentences_are_kept_when_asked_for(prose: bool) -> None:
    made = spec(page(*SENT.facts, fact("request.Title", Aspect.DESCRIPTION, "What it says.", 4)), prose=prose)
    title = made["shapes"]["SendRequest"]["members"]["Title"]
    assert title.get("documentation") == ("What it says." if prose else None)


# ------------------------------------------------------------------------------------------------------ several pages


def test_pages_of_several_operations_cite_the_operation_too() -> None:
    both = page(*listed("request.Title", "string", 3), fact("request.Title", Aspect.TYPE, "string", 4, "Post"))
    assert spec(both)["shapes"]["PostRequest"]["members"]["Title"]["sources"] == ["api-send#Post.request.Title:4"]


def boto3(*facts: Fact) -> Page:
    return page(*facts, kind=PageKind.BOTO3, path="send.txt")


def test_pages_that_agree_are_cited_together() -> None:
    made = spec(boto3(*listed("request.Title", "string", 8)), SENT)
    assert made["shapes"]["SendRequest"]["members"]["Title"]["sources"][:2] == [
        "api-send#request.Title:3",
        "boto3-send#request.Title:8",
    ]
    assert "decisions" not in made


def test_pages_that_contradict_each_other_ask_for_a_decision() -> None:
    made = draft([boto3(*listed("request.Title", "string", 8, maxLength=80)), SENT])
    assert made.spec["decisions"] == {
        "Q01": {
            "question": "What is the maxLength of Send request.Title?",
            "statements": {"api-send": "maxLength 40", "boto3-send": "maxLength 80"},
            "facts": ["SendRequest.Title"],
        }
    }
    member = made.spec["shapes"]["SendRequest"]["members"]["Title"]  # type: ignore[index,call-overload]
    assert member["decisions"] == ["Q01"]  # type: ignore[index,call-overload]
    undecided = [one.message for one in check_model(model_of(made)) if one.rule == "undecided"]
    assert undecided == ['decision "Q01" has no "decision"', 'decision "Q01" has no "reason"']


def test_a_member_that_one_page_lists_and_another_does_not_asks_for_a_decision() -> None:
    order = fact("request", Aspect.ORDER, ["Title", "Kind", "Tags", "Token"], 2)
    other = boto3(fact("request", Aspect.ORDER, ["Title", "Kind", "Tags"], 7), *listed("request.Title", "string", 8))
    made = spec(page(order, *SENT.facts), other)
    assert made["decisions"] == {
        "Q01": {
            "question": "Is Token a member of Send request?",
            "statements": {"api-send": "It is listed.", "boto3-send": "It is not listed, others are."},
            "facts": ["SendRequest.Token"],
        }
    }


def test_an_error_that_only_one_page_lists_asks_for_a_decision() -> None:
    made = spec(SENT, boto3(fact("errors", Aspect.ERRORS, ["Refused", "Lost"], 9)))
    assert made["decisions"]["Q01"]["question"] == "Is Lost an error of Send?"
    assert made["decisions"]["Q01"]["facts"] == ["Send"]
    assert made["operations"]["Send"]["decisions"] == ["Q01"]


def test_sources_of_one_kind_are_told_apart() -> None:
    assert list(spec(SENT, page(*SENT.facts, path="again.html"))["sources"]) == ["api-send", "api-send-2"]


def test_names_of_sources_never_end() -> None:
    pages = [replace(SENT, facts=(), sha256=f"{number:064x}") for number in range(10_050)]
    assert list(spec(*pages)["sources"])[-1] == "api-send-10050"


def test_every_fact_of_a_draft_cites_a_line() -> None:
    made = json.dumps(spec(SENT))
    cited = [text for found in re.findall(r'"sources": \[([^\]]*)\]', made) for text in re.findall('"([^"]*)"', found)]
    assert len(cited) >= 19
    assert [text for text in cited if not re.fullmatch(r"api-send#[^:]+:\d+", text)] == ["api-send"]


def test_recursive_shapes_are_drafted_once() -> None:
    model = parsed(spec_of({"SendRequest": structure(Next="SendRequest", Text="Text"), "Text": {"type": "string"}}))
    assert triples(model_of(draft([page_of(model)]))) == triples(model)


def test_a_page_that_contradicts_itself_asks_for_a_decision() -> None:
    said = listed("request.Kind", "string", 3, values=["Letter"], namedValues=["Letter", "Card"])
    made = spec(page(*said, *listed("request.Size", "string", 5, required=True, default="A4")))
    assert {one["question"]: one["statements"]["api-send"] for one in made["decisions"].values()} == {
        "Which values has Send request.Kind?": (
            'valid values (1): "Letter"; values that prose names (2): "Letter", "Card"'
        ),
        "Is Send request.Size required, or has it a default?": 'required; default "A4"',
    }
