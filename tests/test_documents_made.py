"""Pages that the real generators write of AWS's services are read as the models have them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from botocore_pages import as_text, boto3_html, changes_html, model_facts, service_model

from codegen.documents.facts import Page
from codegen.documents.reading import read_document

FEW: Mapping[str, Sequence[str]] = {
    "partnercentral-selling": ("StartEngagementFromOpportunityTask", "CreateEngagement"),
    "dynamodb": ("PutItem",),
    "kinesis": ("SubscribeToShard",),
    "lambda": ("Invoke",),
    "route53": ("ListHostedZones",),
}
MANY: Mapping[str, Sequence[str]] = {
    **FEW,
    "apigateway": ("UpdateStage",),
    "bedrock-runtime": ("ConverseStream",),
    "ce": ("GetCostAndUsage",),
    "cloudwatch": ("PutMetricAlarm",),
    "ec2": ("RunInstances", "DescribeInstances", "CreateTags"),
    "iam": ("CreateRole", "ListUsers"),
    "rds": ("CreateDBInstance",),
    "s3": ("PutObject", "SelectObjectContent", "GetObject", "PutBucketLifecycleConfiguration"),
    "sagemaker": ("CreateTrainingJob",),
    "ssm": ("DescribeParameters",),
}
CASES = [
    (service, name) for service, names in (MANY if os.environ.get("SPECCAST_FULL") else FEW).items() for name in names
]


def _read(folder: Path, text: str) -> Page:
    path = folder / "page.html"
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def _missing(page: Page, service: str, operation: str) -> list[tuple[str, str, object]]:
    stated = {(fact.path, fact.aspect.value, repr(fact.value)) for fact in page.facts if fact.operation == operation}
    return [fact for fact in model_facts(service, operation) if (*fact[:2], repr(fact[2])) not in stated]


def _invented(page: Page, service: str, operation: str) -> set[str]:
    """Members that are read and that the model does not have."""
    listed = {fact.path for fact in page.facts if fact.aspect.value == "listed" and "." in fact.path}
    known = {path for path, _, _ in model_facts(service, operation)}
    return {path for path in listed - known if not path.startswith("errors.")}


@pytest.mark.parametrize(("service", "operation"), CASES)
def test_a_page_of_boto3_is_read_as_the_model_has_it(tmp_path: Path, service: str, operation: str) -> None:
    html = boto3_html(service, operation)
    errors = [error.name for error in service_model(service).operation_model(operation).error_shapes]
    for text in (html, as_text(html)):
        page = _read(tmp_path, text)
        assert page.operations == (operation,)
        assert (_missing(page, service, operation), _invented(page, service, operation)) == ([], set())
        assert [fact.value for fact in page.facts if fact.path == "errors"] == ([errors] if errors else [])
        assert page.unread == ()


@pytest.mark.parametrize(("service", "operation"), CASES)
def test_a_page_of_api_changes_is_read_as_the_model_has_it(tmp_path: Path, service: str, operation: str) -> None:
    html = changes_html(service, {operation: {"request": "{&#39;Names&#39;: {&#39;b&#39;, &#39;a&#39;}}"}})
    for text in (html, as_text(html)):
        page = _read(tmp_path, text)
        assert (page.operations, page.date) == ((operation,), "2024-11-15")
        assert (_missing(page, service, operation), _invented(page, service, operation)) == ([], set())
        added = [(fact.path, fact.value) for fact in page.facts if fact.aspect.value == "added"]
        assert added == [("request", {"Names": ["a", "b"]})]
        assert page.unread == ()


def test_operations_of_a_page_of_changes_are_told_apart(tmp_path: Path) -> None:
    names = MANY["partnercentral-selling"]
    sides = {"request": "{&#39;A&#39;: &#39;string&#39;}", "response": "{&#39;B&#39;: &#39;string&#39;}"}
    html = changes_html("partnercentral-selling", {names[0]: sides, names[1]: {}})
    for text in (html, as_text(html)):
        page = _read(tmp_path, text)
        assert page.operations == tuple(names)
        assert [_missing(page, "partnercentral-selling", name) for name in names] == [[], []]
        added = [(fact.operation, fact.path) for fact in page.facts if fact.aspect.value == "added"]
        assert added == [(names[0], "request"), (names[0], "response")]
