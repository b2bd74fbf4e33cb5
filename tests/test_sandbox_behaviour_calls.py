"""What holds for every call of the sandbox: repeated tokens, pages, filters, orders, quotas."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sandbox_callers import FIRST, SECOND, START, SUBMISSION, THIRD, Sandbox, invitation_to, opened, opportunity

from codegen.sandbox.behaviour.operations import OPERATIONS
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.store.records import moment
from codegen.spec.ir import Json

pytest_plugins = ("sandbox_databases",)

USED = ("ConflictException", "The ClientToken was used before, with another request.")


# -------------------------------------------------------------------------------------------------------------- tokens


def _tokened(sandbox: Sandbox) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Operation -> a payload, and another one."""
    engagement = sandbox.engagement()
    return {
        "CreateEngagement": ({"Title": "A", "Description": ""}, {"Title": "B", "Description": ""}),
        "CreateEngagementInvitation": (
            {"EngagementIdentifier": engagement, "Invitation": invitation_to(SECOND)},
            {"EngagementIdentifier": engagement, "Invitation": invitation_to(THIRD)},
        ),
        "CreateOpportunity": (opportunity("A"), opportunity("B")),
        "StartEngagementByAcceptingInvitationTask": (
            {"Identifier": _received(sandbox)},
            {"Identifier": _received(sandbox)},
        ),
        "StartEngagementFromOpportunityTask": (
            {"Identifier": sandbox.opportunity(), **SUBMISSION},
            {"Identifier": sandbox.opportunity(), **SUBMISSION},
        ),
    }


def _received(sandbox: Sandbox) -> str:
    """Let the second account invite the first."""
    return sandbox.invitation(sandbox.engagement(SECOND), FIRST, sender=SECOND)


def test_every_operation_with_a_token_is_tested(quick: Sandbox) -> None:
    assert _tokened(quick).keys() == {name for name in OPERATIONS if name.startswith(("Create", "Start"))}


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name.startswith(("Create", "Start"))])
def test_the_same_token_and_payload_get_the_same_answer_and_another_payload_a_conflict(
    sandbox: Sandbox, operation: str
) -> None:
    payload, other = _tokened(sandbox)[operation]
    first = sandbox(FIRST, operation, ClientToken="token", **payload)
    before = sandbox.last()
    reordered = dict(reversed(payload.items()))
    assert sandbox(FIRST, operation, ClientToken="token", **reordered) == first
    assert sandbox.last() == before
    assert sandbox.fault(FIRST, operation, ClientToken="token", **other) == USED
    assert sandbox(FIRST, operation, ClientToken="Token", **other) != first


def test_tokens_of_accounts_catalogs_and_operations_are_independent(sandbox: Sandbox) -> None:
    payload = {"Title": "A", "Description": "", "ClientToken": "token"}
    ids = {sandbox(account, "CreateEngagement", **payload)["Id"] for account in (FIRST, SECOND)}
    ids.add(sandbox(FIRST, "CreateEngagement", **payload, Catalog="AWS")["Id"])
    ids.add(sandbox(FIRST, "CreateOpportunity", ClientToken="token")["Id"])
    assert len(ids) == 4


def test_a_call_that_was_refused_leaves_its_token_free(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    named = {"EngagementIdentifier": engagement, "ClientToken": "token"}
    sandbox.fault(FIRST, "CreateEngagementInvitation", **named, Invitation=invitation_to(FIRST))
    assert sandbox(FIRST, "CreateEngagementInvitation", **named, Invitation=invitation_to(SECOND))["Id"]


def test_a_token_is_known_after_a_restart(lasting: str) -> None:
    before = opened(lasting)
    first = before(FIRST, "CreateEngagement", ClientToken="token", Title="A", Description="")
    before.engine.close()
    after = opened(lasting)
    assert after(FIRST, "CreateEngagement", ClientToken="token", Title="A", Description="") == first
    assert after.fault(FIRST, "CreateEngagement", ClientToken="token", Title="B", Description="") == USED
    after.engine.close()


def _at_once(sandboxes: list[Sandbox], calls: list[Call]) -> list[Mapping[str, Json] | BaseException]:
    async def all_of_them() -> list[Mapping[str, Json] | BaseException]:
        engines = [sandbox.engine for sandbox in sandboxes]
        work = [engines[index % len(engines)].perform(call) for index, call in enumerate(calls)]
        return await asyncio.gather(*work, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_32_callers_with_equal_tokens_get_one_answer(lasting: str) -> None:
    """Through two engines on one database, as two workers would."""
    sandboxes = [opened(lasting, fast=True) for _ in range(2)]
    for round in range(5):
        call = sandboxes[0].call(FIRST, "CreateEngagement", ClientToken=f"round-{round}", Title="A", Description="")
        answers = _at_once(sandboxes, [call] * 32)
        assert len({str(answer) for answer in answers}) == 1
        assert isinstance(answers[0], dict)
    assert len(sandboxes[0](FIRST, "ListEngagements")["EngagementSummaryList"]) == 5
    assert sandboxes[1].told(FIRST) == ["Engagement Created"] * 5
    for sandbox in sandboxes:
        sandbox.engine.close()


def test_of_32_callers_with_equal_tokens_and_two_payloads_one_payload_wins(sandbox: Sandbox) -> None:
    calls = [
        sandbox.call(FIRST, "CreateEngagement", ClientToken="token", Title=f"{index % 2}", Description="")
        for index in range(32)
    ]
    answers = _at_once([sandbox], calls)
    won, lost = answers[0::2], answers[1::2]
    assert len({str(answer) for answer in won}) == 1 and isinstance(won[0], dict)
    assert {str(answer) for answer in lost} == {": ".join(USED)}


def test_32_callers_who_accept_one_invitation_make_one_opportunity(sandbox: Sandbox) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    operation = "StartEngagementByAcceptingInvitationTask"
    answers = _at_once([sandbox], [sandbox.call(SECOND, operation, Identifier=invitation) for _ in range(32)])
    assert sum(isinstance(answer, Fault) and answer.code == "ConflictException" for answer in answers) == 31
    assert len(sandbox(SECOND, "ListOpportunities")["OpportunitySummaries"]) == 1


# --------------------------------------------------------------------------------------------------------------- pages


def _engagements(sandbox: Sandbox) -> dict[str, Any]:
    for _ in range(7):
        sandbox.engagement()
    return {}


def _members(sandbox: Sandbox) -> dict[str, Any]:
    engagement = sandbox.engagement()
    for account in (f"{number:012}" for number in range(6)):
        sandbox(account, "AcceptEngagementInvitation", Identifier=sandbox.invitation(engagement, account))
    return {"Identifier": engagement}


def _sent(sandbox: Sandbox) -> dict[str, Any]:
    engagement = sandbox.engagement()
    for account in (f"{number:012}" for number in range(7)):
        sandbox.invitation(engagement, account)
    return {"ParticipantType": "SENDER"}


def _opportunities(sandbox: Sandbox) -> dict[str, Any]:
    for _ in range(7):
        sandbox.opportunity()
    return {}


def _started(sandbox: Sandbox) -> dict[str, Any]:
    for _ in range(7):
        sandbox.submitted()
    return {}


def _accepted(sandbox: Sandbox) -> dict[str, Any]:
    for _ in range(7):
        sandbox(FIRST, "StartEngagementByAcceptingInvitationTask", Identifier=_received(sandbox))
    return {}


LISTS: Mapping[str, tuple[Callable[[Sandbox], dict[str, Any]], str]] = {
    "ListEngagementByAcceptingInvitationTasks": (_accepted, "TaskSummaries"),
    "ListEngagementFromOpportunityTasks": (_started, "TaskSummaries"),
    "ListEngagementInvitations": (_sent, "EngagementInvitationSummaries"),
    "ListEngagementMembers": (_members, "EngagementMemberList"),
    "ListEngagements": (_engagements, "EngagementSummaryList"),
    "ListOpportunities": (_opportunities, "OpportunitySummaries"),
}


def test_every_list_is_tested() -> None:
    assert LISTS.keys() == {name for name in OPERATIONS if name.startswith("List")}


@pytest.mark.parametrize("operation", LISTS)
def test_pages_add_up_to_the_whole_list(sandbox: Sandbox, operation: str) -> None:
    prepare, member = LISTS[operation]
    input = prepare(sandbox)
    whole = sandbox(FIRST, operation, **input)
    assert len(whole[member]) == 7 and "NextToken" not in whole
    pages: list[Any] = []
    token: dict[str, str] = {}
    while not pages or token:
        page = sandbox(FIRST, operation, MaxResults=3, **input, **token)
        pages.append(page[member])
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    assert [len(each) for each in pages] == [3, 3, 1]
    assert [each for page in pages for each in page] == whole[member]


@pytest.mark.parametrize("operation", LISTS)
def test_a_token_that_was_tampered_with_or_is_somebody_elses_is_refused(sandbox: Sandbox, operation: str) -> None:
    prepare, _ = LISTS[operation]
    input = prepare(sandbox)
    token = sandbox(FIRST, operation, MaxResults=3, **input)["NextToken"]
    refused = ("ValidationException", "The NextToken is not one that this request was given.")
    changed = [
        token[:5] + ("A" if token[5] != "A" else "B") + token[6:],
        token[:-8],
        token + "AAAA",
        "x",
        "\u00e9",
        "AAAA",
    ]
    for wrong in changed:
        assert sandbox.fault(FIRST, operation, NextToken=wrong, **input) == refused
    if operation != "ListEngagementMembers":  # who is no member is refused before
        assert sandbox.fault(SECOND, operation, NextToken=token, **input) == refused
        assert sandbox.fault(FIRST, operation, NextToken=token, **{**input, "Catalog": "AWS"}) == refused
    other = {"SortBy": "CreatedDate", "SortOrder": "DESCENDING"}
    assert sandbox.fault(FIRST, operation, NextToken=token, **input, Sort=other) == refused
    assert sandbox(FIRST, operation, NextToken=token, MaxResults=1, **input).keys() > {"NextToken"}


def test_a_token_of_one_operation_does_not_fit_another(sandbox: Sandbox) -> None:
    _engagements(sandbox)
    token = sandbox(FIRST, "ListEngagements", MaxResults=3)["NextToken"]
    refused = sandbox.fault(FIRST, "ListOpportunities", NextToken=token)
    assert refused == ("ValidationException", "The NextToken is not one that this request was given.")


def test_a_token_outlives_a_restart(lasting: str) -> None:
    before = opened(lasting)
    _engagements(before)
    token = before(FIRST, "ListEngagements", MaxResults=3)["NextToken"]
    before.engine.close()
    after = opened(lasting)
    assert len(after(FIRST, "ListEngagements", NextToken=token)["EngagementSummaryList"]) == 4
    after.engine.close()


def test_opportunities_come_by_twenty(quick: Sandbox) -> None:
    for _ in range(21):
        quick.opportunity()
    assert len(quick(FIRST, "ListOpportunities")["OpportunitySummaries"]) == 20


# ------------------------------------------------------------------------------------------------ filters and orders


def _ids(listed: Mapping[str, Any], name: str = "Id") -> list[str]:
    (items,) = (value for value in listed.values() if isinstance(value, list))
    return [each[name] for each in items]


def test_engagements_are_filtered_and_ordered(sandbox: Sandbox) -> None:
    mine = [sandbox.engagement()]
    sandbox.engine.clock.advance(timedelta(seconds=1))
    theirs = sandbox.engagement(SECOND)
    sandbox(FIRST, "AcceptEngagementInvitation", Identifier=sandbox.invitation(theirs, FIRST, SECOND))
    sandbox.engine.clock.advance(timedelta(seconds=1))
    mine.append(sandbox.engagement())

    def listed(**input: Any) -> list[str]:
        return _ids(sandbox(FIRST, "ListEngagements", **input))

    assert listed() == [mine[0], theirs, mine[1]]
    assert listed(Sort={"SortBy": "CreatedDate", "SortOrder": "DESCENDING"}) == [mine[1], theirs, mine[0]]
    assert listed(CreatedBy=[SECOND, THIRD]) == [theirs]
    assert listed(ExcludeCreatedBy=[SECOND]) == mine
    assert listed(CreatedBy=[FIRST], ExcludeCreatedBy=[FIRST]) == []
    name = f"arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/{theirs}"
    assert listed(EngagementIdentifier=[mine[1], name, "eng-00000000000000"]) == [theirs, mine[1]]
    assert listed(EngagementIdentifier=["arn:aws:nonsense"]) == []


def test_invitations_are_filtered_and_ordered(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    one = sandbox.invitation(engagement)
    sandbox.engine.clock.advance(timedelta(seconds=1))
    two = sandbox.invitation(sandbox.engagement(THIRD), SECOND, sender=THIRD)
    sandbox(SECOND, "RejectEngagementInvitation", Identifier=two)

    def listed(role: str = "RECEIVER", account: str = SECOND, **input: Any) -> list[str]:
        return _ids(sandbox(account, "ListEngagementInvitations", ParticipantType=role, **input))

    assert listed() == [one, two]
    assert listed("SENDER") == []
    assert listed("SENDER", FIRST) == [one]
    assert listed(Sort={"SortBy": "InvitationDate", "SortOrder": "DESCENDING"}) == [two, one]
    assert listed(Status=["REJECTED"]) == [two]
    assert listed(Status=["PENDING", "REJECTED"]) == [one, two]
    assert listed(SenderAwsAccountId=[FIRST]) == [one]
    assert listed(EngagementIdentifier=[engagement]) == [one]
    assert listed(PayloadType=["OpportunityInvitation"]) == [one, two]


def test_opportunities_are_filtered_and_ordered(sandbox: Sandbox) -> None:
    ids = []
    for company, stage in (("Beta", "Prospect"), ("Alpha", "Qualified"), ("Gamma", "Prospect")):
        customer = {"Account": {"CompanyName": company}}
        ids.append(sandbox.opportunity(FIRST, Customer=customer, LifeCycle={"Stage": stage}))
        sandbox.engine.clock.advance(timedelta(seconds=1))
    one, two, three = ids
    sandbox(FIRST, "SubmitOpportunity", Identifier=one, InvolvementType="Co-Sell")

    def listed(**input: Any) -> list[str]:
        return _ids(sandbox(FIRST, "ListOpportunities", **input))

    assert listed() == [one, three, two]  # what was modified last comes first
    assert listed(Sort={"SortBy": "LastModifiedDate", "SortOrder": "ASCENDING"}) == [two, three, one]
    assert listed(Sort={"SortBy": "Identifier", "SortOrder": "ASCENDING"}) == sorted(ids)
    assert listed(Sort={"SortBy": "CustomerCompanyName", "SortOrder": "ASCENDING"}) == [two, one, three]
    assert listed(CustomerCompanyName=["Alpha", "Gamma"]) == [three, two]
    assert listed(LifeCycleStage=["Prospect"]) == [one, three]
    assert listed(LifeCycleReviewStatus=["Submitted"]) == [one]
    assert listed(Identifier=[two]) == [two]
    assert listed(Identifier=[]) == [one, three, two]
    second = moment(START + timedelta(seconds=1))
    assert listed(LastModifiedDate={"AfterLastModifiedDate": second}) == [one, three, two]
    assert listed(LastModifiedDate={"AfterLastModifiedDate": "2025-01-01T00:00:01.001Z"}) == [one, three]
    assert listed(LastModifiedDate={"BeforeLastModifiedDate": second}) == [two]


def test_tasks_are_filtered_and_ordered(sandbox: Sandbox) -> None:
    first = sandbox.submitted()
    sandbox.engine.clock.advance(timedelta(seconds=1))
    sandbox.engine.fail_next_task(FIRST, "InternalError")
    second = sandbox.submitted()

    def listed(**input: Any) -> list[str]:
        return _ids(sandbox(FIRST, "ListEngagementFromOpportunityTasks", **input), "TaskId")

    one, two = first["TaskId"], second["TaskId"]
    assert listed() == [one, two]
    assert listed(Sort={"SortBy": "StartTime", "SortOrder": "DESCENDING"}) == [two, one]
    assert listed(TaskStatus=["FAILED"]) == [two]
    assert listed(TaskIdentifier=[first["TaskArn"]]) == [one]
    assert listed(OpportunityIdentifier=[second["OpportunityId"]]) == [two]
    assert listed(EngagementIdentifier=[first["EngagementId"]]) == [one]
    assert sandbox(FIRST, "ListEngagementByAcceptingInvitationTasks") == {"TaskSummaries": []}


def test_tasks_by_accepting_are_filtered(sandbox: Sandbox) -> None:
    tasks = [
        sandbox(FIRST, "StartEngagementByAcceptingInvitationTask", Identifier=_received(sandbox)) for _ in range(2)
    ]

    def listed(**input: Any) -> list[str]:
        return _ids(sandbox(FIRST, "ListEngagementByAcceptingInvitationTasks", **input), "TaskId")

    for task in tasks:
        assert listed(EngagementInvitationIdentifier=[task["EngagementInvitationId"]]) == [task["TaskId"]]
        assert listed(OpportunityIdentifier=[task["OpportunityId"]]) == [task["TaskId"]]


# -------------------------------------------------------------------------------------------------------------- quotas


def test_without_the_switch_nothing_is_throttled(quick: Sandbox) -> None:
    for _ in range(40):
        quick.engagement()


def test_create_engagement_is_limited_to_15_a_second(sandbox: Sandbox) -> None:
    sandbox.engine.switch(rates=True)
    for _ in range(15):
        sandbox.engagement()
    throttled = ("ThrottlingException", "At most 15 such calls a second; wait, and try again.")
    assert sandbox.fault(FIRST, "CreateEngagement", Title="T", Description="") == throttled
    assert sandbox.engagement(SECOND)
    sandbox.engine.clock.advance(timedelta(seconds=1))
    assert sandbox.engagement()


def test_reads_are_limited_to_10_a_second_all_together(sandbox: Sandbox) -> None:
    sandbox.engine.switch(rates=True)
    for _ in range(5):
        sandbox(FIRST, "ListOpportunities")
        sandbox(FIRST, "ListEngagementInvitations", ParticipantType="SENDER")
    throttled = ("ThrottlingException", "At most 10 such calls a second; wait, and try again.")
    assert sandbox.fault(FIRST, "GetOpportunity", Identifier="O1") == throttled
    assert sandbox(FIRST, "ListEngagements") == {"EngagementSummaryList": []}


def test_writes_are_limited_to_one_a_second_and_a_refused_one_counts(sandbox: Sandbox) -> None:
    sandbox.engine.switch(rates=True)
    missing = sandbox.fault(FIRST, "SubmitOpportunity", Identifier="O1", InvolvementType="Co-Sell")
    assert missing[0] == "ResourceNotFoundException"
    throttled = ("ThrottlingException", "At most 1 such calls a second; wait, and try again.")
    assert sandbox.fault(FIRST, "CreateOpportunity") == throttled
    sandbox.engine.clock.advance(timedelta(seconds=1))
    assert sandbox.opportunity()


def test_the_quota_of_a_day_is_rolling(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(OPERATIONS["CreateOpportunity"], quota=replace(_quota("CreateOpportunity"), per_day=3))
    monkeypatch.setitem(OPERATIONS, "CreateOpportunity", few)
    sandbox.engine.switch(rates=True)
    for _ in range(3):
        sandbox.opportunity()
        sandbox.engine.clock.advance(timedelta(hours=6))
    throttled = ("ThrottlingException", "At most 3 such calls in 24 hours; try again later.")
    assert sandbox.fault(FIRST, "CreateOpportunity") == throttled
    sandbox.engine.clock.advance(timedelta(hours=6) - timedelta(seconds=1))
    assert sandbox.fault(FIRST, "CreateOpportunity") == throttled
    sandbox.engine.clock.advance(timedelta(seconds=1))
    assert sandbox.opportunity()
    sandbox.engine.clock.advance(timedelta(seconds=1))
    assert sandbox.fault(FIRST, "CreateOpportunity") == throttled


def _quota(operation: str) -> Any:
    return OPERATIONS[operation].quota


def test_the_published_quotas_are_these() -> None:
    listed = {each.quota for each in OPERATIONS.values() if each.quota}
    assert {(each.name, each.per_second, each.per_day) for each in listed} == {
        ("reads", 10, 100_000),
        ("writes", 1, 10_000),
        ("CreateEngagement", 15, None),
    }
