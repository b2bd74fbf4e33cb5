"""Pages that botocore's documentation makes of a service model, held against that model: only prose may differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore_pages import as_text, boto3_html

from codegen.diagnostics import Level
from codegen.documents.audit import Audited, audit
from codegen.documents.auditing.verdicts import Verdict
from codegen.documents.draft import draft
from codegen.documents.reading import read_document
from codegen.load import find
from codegen.load.loaded import load
from codegen.project import read_project
from codegen.spec import ir

PAGES = (
    ("sqs", "SendMessage", 25),
    ("sqs", "GetQueueAttributes", 15),
    ("kms", "CreateKey", 60),
    ("dynamodb", "PutItem", 60),
    ("partnercentral-selling", "CreateEngagementInvitation", 140),
)


def model_of(service: str) -> ir.Model:
    (found,) = find((f"botocore:{service}",), read_project(Path.cwd()))
    return load(found).model


def audited(service: str, operation: str, folder: Path) -> Audited:
    path = folder / "page.txt"
    path.write_text(as_text(boto3_html(service, operation)), "utf-8")
    (one,) = audit(model_of(service), [read_document(path)])
    return one


@pytest.mark.parametrize(("service", "operation", "least"), PAGES)
def test_a_page_agrees_with_the_model_that_it_is_made_of(
    service: str, operation: str, least: int, tmp_path: Path
) -> None:
    one = audited(service, operation, tmp_path)
    assert one.count(*Verdict) >= least
    assert [each.message for each in one.findings if each.level is Level.ERROR and each.rule != "no-source"] == []


def test_a_draft_of_such_a_page_has_its_members(tmp_path: Path) -> None:
    page = audited("sqs", "SendMessage", tmp_path).page
    shapes = draft([page]).spec["shapes"]
    assert isinstance(shapes, dict) and isinstance(shapes["SendMessageRequest"], dict)
    model = model_of("sqs").shapes[ir.SpecText("SendMessageRequest")]
    assert list(shapes["SendMessageRequest"]["members"]) == [each.name.raw for each in ir.members_of(model)]  # type: ignore[arg-type]
