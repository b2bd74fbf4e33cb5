"""No fact that a page bears out can be said otherwise in a spec without the audit telling, decisions or none.

Pages of our own making, and with SPECCAST_DOCUMENTS the saved pages that the curated releases cite. What stays silent
stands in a table with its reason; a row that is not needed fails.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from document_pages import page_of
from packages import SPECS
from spec_mutants import Spec, merged, model, mutants
from strategies import SERVICE

from codegen.documents.audit import audit
from codegen.documents.auditing.matching import sources_of
from codegen.documents.auditing.verdicts import Verdict
from codegen.documents.facts import Aspect, Page
from codegen.documents.reading import read_document
from codegen.documents.stated import stated
from codegen.spec import ir
from codegen.spec.check.walk import citations

OLD, NEW = "0" * 64, "1" * 64
SOURCE = {"title": "Send", "publisher": "Post", "kind": "api-reference", "date": "2024-12-05"}
SENT: Spec = {
    "service": {**SERVICE, "sources": ["M"]},
    "sources": {
        "new": {**SOURCE, "sha256": NEW},
        "old": {**SOURCE, "sha256": OLD, "date": "2024-11-15"},
        "M": {**SOURCE, "kind": "service-model"},
    },
    "operations": {"Send": {"input": "SendRequest", "output": "SendResponse", "errors": ["Lost", "Refused"]}},
    "shapes": {
        "SendRequest": {
            "type": "structure",
            "members": {
                "Title": {"target": "Title", "required": True},
                "Token": {"target": "Token", "required": True, "idempotencyToken": True},
                "Kind": {"target": "Kind"},
                "Shelf": {"target": "Shelf"},
                "Count": {"target": "Count"},
                "Tags": {"target": "Tags"},
                "To": {"target": "To"},
            },
        },
        "SendResponse": {
            "type": "structure",
            "members": {"Sent": {"target": "When"}, "Id": {"target": "Id"}, "Weight": {"target": "Weight"}},
        },
        "Title": {"type": "string", "length": {"min": 1, "max": 40, "decision": "C03"}, "pattern": "[a-z]+"},
        "Token": {"type": "string", "pattern": {"value": "[!-~]{1,64}", "decision": "C02"}},
        "Kind": {"type": "enum", "values": ["Letter", "Card", "Parcel"]},
        "Shelf": {"type": "string", "knownValues": ["Upper", "Lower"]},
        "Count": {"type": "integer", "range": {"min": 1, "max": 9}},
        "Tags": {"type": "list", "member": {"target": "Tag"}, "length": {"min": 0, "max": 5}},
        "Tag": {"type": "structure", "members": {"Key": {"target": "Id", "required": True}}},
        "To": {"type": "union", "members": {"Box": {"target": "Id"}, "Street": {"target": "Id"}}},
        "When": {"type": "timestamp", "timestampFormat": "date-time"},
        "Weight": {"type": "double"},
        "Id": {"type": "string", "pattern": {"value": "s-[0-9]{13}", "decision": "C02"}, "decisions": ["C02"]},
    },
    "errors": {
        "Lost": {"httpError": {"new": 404, "M": 410}, "fault": "client"},
        "Refused": {"httpError": 400, "suggestedAction": "Ask again."},
    },
}


def before(spec: Spec) -> Spec:
    """Give the service as it was before: what the older page has of it."""
    spec = copy.deepcopy(spec)
    shapes = spec["shapes"]
    shapes["Kind"]["values"] = ["Card", "Letter"]
    shapes["Id"]["pattern"]["value"] = "t-[0-9]{13}"
    shapes["Title"]["length"]["max"] = 20
    del shapes["SendResponse"]["members"]["Weight"], shapes["To"]["members"]["Street"]
    shapes["SendRequest"]["members"]["Count"]["required"] = True
    del spec["operations"]["Send"]["errors"][0]
    return spec


DECIDED = {
    "C01": ["Kind:values", "SendRequest.Kind:values"],
    "C02": ["Id:pattern", "Token:pattern", "SendResponse.Id:pattern"],
    "C03": ["Title:length", "Title:pattern", "Tags:length"],
    "C04": ["SendResponse.Weight:listed", "SendRequest:members", "SendResponse:members"],
    "C05": ["To:members", "To.Street:listed", "To:type"],
    "C06": ["SendRequest.Count:required", "SendRequest.Title:required", "SendRequest.Token:idempotencyToken"],
    "C07": ["Send:errors"],
    "C08": ["Lost:httpError", "Refused:suggestedAction", "Refused:documentation"],
    "C09": ["SendResponse.Sent:timestampFormat", "When:timestampFormat", "When:type"],
    "C10": ["Shelf:values", "Shelf:knownValues", "Weight:type", "Count:range", "Tag:documentation"],
}
"""Decisions on nearly everything that there is to decide; both pages were heard by each."""


def decision(facts: Sequence[str]) -> Spec:
    said = {"new": "As it is.", "old": "As it was."}
    return {"question": "Which?", "statements": said, "decision": "As it is.", "reason": "Newer.", "facts": [*facts]}


def cited(spec: Spec) -> Spec:
    """Let every entry cite the newer page, where it stands there."""
    spec = copy.deepcopy(spec)
    for one in stated(model(spec), "Send"):
        pointer = one.place.pointer if one.aspect is Aspect.LISTED else one.place.pointer[:-1]
        if one.aspect in (Aspect.LISTED, Aspect.TYPE):
            entry: Any = spec
            for key in pointer:
                entry = entry[key]
            entry.setdefault("sources", [f"new#{one.path or 'description'}"])
    return spec


@cache
def made() -> tuple[Spec, tuple[Page, ...]]:
    spec = cited({**SENT, "decisions": {name: decision(facts) for name, facts in DECIDED.items()}})
    newer = page_of(model(spec), sha256=NEW, path="new.html")
    return spec, (newer, page_of(model(before(spec)), sha256=OLD, path="old.html"))


def silent(spec: Spec, pages: Sequence[Page]) -> tuple[list[str], list[str]]:
    """Give all mutants, and those that the audit says nothing of."""
    every = list(mutants(spec, pages))
    unseen = [one for one in every if not any(each.findings for each in audit(model(one.spec), pages))]
    return [one.kind for one in every], [str(one) for one in unseen]


def without_aspects(spec: Spec) -> Spec:
    decisions = copy.deepcopy(spec["decisions"])
    for one in decisions.values():
        one["facts"] = list(dict.fromkeys(fact.partition(":")[0] for fact in one["facts"]))
    return {**spec, "decisions": decisions}


KINDS = {
    "bound",
    "bound dropped",
    "pattern",
    "pattern dropped",
    "required",
    "type",
    "value dropped",
    "value added",
    "values reordered",
    "known value dropped",
    "error dropped",
    "Another added",
    "status",
    "arm dropped",
    "arm added",
    "idempotencyToken",
    "member dropped",
    "member added",
    "suggestedAction",
    "timestampFormat",
}
ANY = "a least of 0 says nothing"
SILENT: Mapping[str, str] = {
    "bound dropped: shapes/Tags/length/min": ANY,
}


def test_what_the_pages_contradict_each_other_in_is_settled() -> None:
    spec, pages = made()
    newer, older = audit(model(spec), pages)
    assert [*newer.findings, *older.findings] == []
    assert {each.decision for each in newer.judged} == {None}
    settled = {each.decision for each in older.judged if each.verdict is Verdict.SETTLED}
    assert settled == {"C01", "C02", "C03", "C04", "C05", "C06", "C07"}


def test_a_spec_that_says_otherwise_what_it_cites_is_found_whatever_is_decided() -> None:
    kinds, unseen = silent(*made())
    assert set(kinds) == KINDS
    assert len(kinds) > 70
    assert unseen == [*SILENT]


def test_decisions_that_name_no_aspect_hide_what_they_were_not_about() -> None:
    spec, pages = made()
    _, unseen = silent(without_aspects(spec), pages)
    assert len(unseen) > 20 * len(SILENT)


# ------------------------------------------------------------------------------------------------- the five documents

DOCUMENTS = os.environ.get("SPECCAST_DOCUMENTS", "")
OPERATIONS = (
    "CreateEngagement",
    "CreateEngagementInvitation",
    "StartEngagementByAcceptingInvitationTask",
    "StartEngagementFromOpportunityTask",
)
TOKEN = "StartEngagementByAcceptingInvitationTaskRequest/members/ClientToken/idempotencyToken"
SILENT_IN: Mapping[str, Mapping[str, str]] = {
    "2024-11-15": {},
    "2024-12-05": {
        "bound dropped: shapes/EngagementContexts/length/min": ANY,
        "bound dropped: shapes/EngagementDescription/length/min": ANY,
        f"idempotencyToken: shapes/{TOKEN}": (
            "the member cites the reference page, silent on it; that older pages speak of it is what C07 settles"
        ),
    },
}
AT_LEAST = {"2024-11-15": 75, "2024-12-05": 300}


def pages_of(whole: ir.Model) -> list[Page]:
    """Give the pages that facts of a release rest on."""
    pages = [read_document(path) for path in sorted(Path(DOCUMENTS).glob("*.txt"))]
    used = {citation.source for citation in citations(whole)}
    return [page for page, source in zip(pages, sources_of(whole, pages), strict=True) if source in used]


@pytest.mark.skipif(not DOCUMENTS, reason="SPECCAST_DOCUMENTS names no folder of saved pages")
@pytest.mark.parametrize("release", SILENT_IN)
def test_a_curated_release_that_says_otherwise_what_its_documents_say_is_found(release: str) -> None:
    spec = merged(SPECS / release, OPERATIONS)
    kinds, unseen = silent(spec, pages_of(model(spec)))
    assert len(kinds) > AT_LEAST[release]
    assert unseen == [*SILENT_IN[release]]
