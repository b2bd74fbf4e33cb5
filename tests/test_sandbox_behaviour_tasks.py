"""The two Start tasks of the sandbox: what they do, how far they are, and how each of their failures is reached."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from history import history
from sandbox_callers import FIRST, SECOND, SUBMISSION, Sandbox, invitation_to, opened

from codegen.sandbox.behaviour.tasks import REASONS
from codegen.spec import ir

pytest_plugins = ("sandbox_databases",)

ACCEPTING, STARTING = "StartEngagementByAcceptingInvitationTask", "StartEngagementFromOpportunityTask"


def _reasons() -> set[str]:
    (shape,) = (each for each in history("1.35.76").shapes.values() if each.id.raw == "ReasonCode")
    assert isinstance(shape, ir.Enum)
    return {each.value.raw for each in shape.values}


def test_every_reason_code_of_the_service_is_known() -> None:
    assert REASONS.keys() == _reasons()


# ------------------------------------------------------------------------------------------------------ by accepting


def test_accepting_makes_an_opportunity_of_the_receivers(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    invitation = sandbox.invitation(engagement, title="Data centre")
    task = sandbox(SECOND, ACCEPTING, Identifier=invitation)
    assert task == {
        "EngagementInvitationId": invitation,
        "OpportunityId": task["OpportunityId"],
        "ResourceSnapshotJobId": task["ResourceSnapshotJobId"],
        "StartTime": "2025-01-01T00:00:00.000000Z",
        "TaskArn": "arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-by-accepting-invitation-task/"
        + task["TaskId"],
        "TaskId": task["TaskId"],
        "TaskStatus": "COMPLETE",
    }
    shown = sandbox(SECOND, "GetOpportunity", Identifier=task["OpportunityId"])
    details: Any = invitation_to(SECOND, "Data centre")["Payload"]
    project = details["OpportunityInvitation"]["Project"]
    assert shown["Project"] == {
        "Title": "Data centre",
        "CustomerBusinessProblem": project["BusinessProblem"],
        "ExpectedCustomerSpend": project["ExpectedCustomerSpend"],
    }
    assert shown["Customer"]["Account"]["CompanyName"] == "Example Corp"
    assert shown["LifeCycle"] == {"Stage": "Prospect", "TargetCloseDate": "2026-01-01", "ReviewStatus": "Submitted"}
    assert sandbox(SECOND, "GetEngagement", Identifier=engagement)["MemberCount"] == 2
    assert sandbox(FIRST, "ListOpportunities")["OpportunitySummaries"] == []


@pytest.mark.parametrize("approved", ["Submitted", "Approved"])
def test_accepting_copies_the_review_status_of_the_senders_opportunity(sandbox: Sandbox, approved: str) -> None:
    sent = sandbox.submitted()
    if approved == "Approved":
        sandbox.update(FIRST, sent["OpportunityId"], LifeCycle={"ReviewStatus": "Approved"})
    invitation = sandbox.invitation(sent["EngagementId"])
    task = sandbox(SECOND, ACCEPTING, Identifier=invitation)
    assert sandbox.review(SECOND, task["OpportunityId"]) == approved


def test_an_invitation_may_be_named_by_its_arn(sandbox: Sandbox) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    name = sandbox(SECOND, "GetEngagementInvitation", Identifier=invitation)["Arn"]
    assert sandbox(SECOND, ACCEPTING, Identifier=name)["EngagementInvitationId"] == invitation


# ------------------------------------------------------------------------------------------------ from an opportunity


def test_starting_from_an_opportunity_submits_it_and_invites_aws(sandbox: Sandbox) -> None:
    id = sandbox.opportunity(FIRST, "Data centre of a company with a very long name")
    task = sandbox(FIRST, STARTING, Identifier=id, **SUBMISSION)
    assert task == {
        "EngagementId": task["EngagementId"],
        "EngagementInvitationId": task["EngagementInvitationId"],
        "OpportunityId": id,
        "ResourceSnapshotJobId": task["ResourceSnapshotJobId"],
        "StartTime": "2025-01-01T00:00:00.000000Z",
        "TaskArn": "arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-from-opportunity-task/"
        + task["TaskId"],
        "TaskId": task["TaskId"],
        "TaskStatus": "COMPLETE",
    }
    assert sandbox.review(FIRST, id) == "Submitted"
    engagement = sandbox(FIRST, "GetEngagement", Identifier=task["EngagementId"])
    assert engagement["Title"] == "Data centre of a company with a very lon"
    customer: Any = engagement["Contexts"][0]["Payload"]["CustomerProject"]["Customer"]
    assert customer["CompanyName"] == "Example Corp"
    invitation = sandbox(FIRST, "GetEngagementInvitation", Identifier=task["EngagementInvitationId"])
    assert (invitation["Status"], invitation["SenderAwsAccountId"]) == ("PENDING", FIRST)
    assert invitation["Receiver"] == {"Account": {"AwsAccountId": "aws"}}


def test_starting_from_next_to_nothing_still_makes_whole_answers(quick: Sandbox) -> None:
    id = str(quick(FIRST, "CreateOpportunity")["Id"])
    task = quick(FIRST, STARTING, Identifier=id, **SUBMISSION)
    assert quick(FIRST, "GetEngagement", Identifier=task["EngagementId"])["Title"] == "Opportunity without a title"
    quick(FIRST, "GetEngagementInvitation", Identifier=task["EngagementInvitationId"])


# ---------------------------------------------------------------------------------------------------------- in steps


def test_a_task_in_steps_is_done_once_the_clock_has_moved_on(sandbox: Sandbox) -> None:
    sandbox.engine.switch(tasks="in-steps", step=60)
    invitation = sandbox.invitation(sandbox.engagement())
    asked = {"ClientToken": "mine", "Identifier": invitation}
    first = sandbox(SECOND, ACCEPTING, **asked)
    assert first["TaskStatus"] == "IN_PROGRESS"
    assert not first.keys() & {"OpportunityId", "ResourceSnapshotJobId", "Message", "ReasonCode"}
    sandbox.engine.clock.advance(timedelta(seconds=59))
    assert sandbox(SECOND, ACCEPTING, **asked) == first
    assert sandbox(SECOND, "GetEngagementInvitation", Identifier=invitation)["Status"] == "PENDING"
    sandbox.engine.clock.advance(timedelta(seconds=1))
    done = sandbox(SECOND, ACCEPTING, **asked)
    assert done["TaskStatus"] == "COMPLETE"
    assert {name: done[name] for name in first if name != "TaskStatus"} == {
        name: first[name] for name in first if name != "TaskStatus"
    }
    assert sandbox(SECOND, "GetOpportunity", Identifier=done["OpportunityId"])["Id"] == done["OpportunityId"]


def test_a_task_in_steps_is_done_once_a_worker_has_run(sandbox: Sandbox) -> None:
    sandbox.engine.switch(tasks="in-steps", step=3600)
    task = sandbox.submitted()
    assert task["TaskStatus"] == "IN_PROGRESS"
    assert sandbox.review(FIRST, task["OpportunityId"]) == "Pending Submission"
    assert sandbox.engine.work() == 1
    (listed,) = sandbox(FIRST, "ListEngagementFromOpportunityTasks")["TaskSummaries"]
    assert (listed["TaskId"], listed["TaskStatus"]) == (task["TaskId"], "COMPLETE")
    assert sandbox.review(FIRST, task["OpportunityId"]) == "Submitted"
    assert sandbox.engine.work() == 0


def test_a_task_fails_when_its_invitation_was_answered_meanwhile(sandbox: Sandbox) -> None:
    sandbox.engine.switch(tasks="in-steps", step=60)
    invitation = sandbox.invitation(sandbox.engagement())
    asked = {"ClientToken": "mine", "Identifier": invitation}
    sandbox(SECOND, ACCEPTING, **asked)
    sandbox(SECOND, "RejectEngagementInvitation", Identifier=invitation)
    sandbox.engine.advance(timedelta(minutes=1))
    failed = sandbox(SECOND, ACCEPTING, **asked)
    assert (failed["TaskStatus"], failed["ReasonCode"]) == ("FAILED", "EngagementInvitationConflict")
    assert failed["Message"] == "The invitation is in a state that does not permit this."
    assert sandbox(SECOND, "ListOpportunities")["OpportunitySummaries"] == []


def test_a_task_fails_when_its_opportunity_was_submitted_meanwhile(sandbox: Sandbox) -> None:
    sandbox.engine.switch(tasks="in-steps", step=60)
    task = sandbox.submitted(ClientToken="mine")
    sandbox(FIRST, "SubmitOpportunity", Identifier=task["OpportunityId"], InvolvementType="Co-Sell")
    sandbox.engine.work()
    (failed,) = sandbox(FIRST, "ListEngagementFromOpportunityTasks")["TaskSummaries"]
    assert (failed["TaskStatus"], failed["ReasonCode"]) == ("FAILED", "OpportunityConflict")


def test_tasks_that_are_in_progress_survive_a_restart(lasting: str) -> None:
    before = opened(lasting)
    before.engine.switch(tasks="in-steps", step=60)
    task = before.submitted()
    before.engine.close()
    after = opened(lasting)
    after.engine.advance(timedelta(minutes=1))
    (listed,) = after(FIRST, "ListEngagementFromOpportunityTasks")["TaskSummaries"]
    assert (listed["TaskId"], listed["TaskStatus"]) == (task["TaskId"], "COMPLETE")
    after.engine.close()


# ----------------------------------------------------------------------------------------------------------- failures


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_code_is_reached_by_the_title_of_a_project(quick: Sandbox, reason: str) -> None:
    title = f"Migration #fail:{reason}"
    started = quick.submitted(FIRST, title)
    accepted = quick(SECOND, ACCEPTING, Identifier=quick.invitation(quick.engagement(), title=title))
    for task in (started, accepted):
        assert (task["TaskStatus"], task["ReasonCode"], task["Message"]) == ("FAILED", reason, REASONS[reason])


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_code_is_reached_by_an_order(quick: Sandbox, reason: str) -> None:
    quick.engine.fail_next_task(FIRST, reason)
    assert quick.submitted(SECOND)["TaskStatus"] == "COMPLETE"
    failed = quick.submitted()
    assert (failed["TaskStatus"], failed["ReasonCode"]) == ("FAILED", reason)
    assert quick.submitted()["TaskStatus"] == "COMPLETE"


def test_a_task_that_failed_has_done_nothing_and_can_be_started_again(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    invitation = sandbox.invitation(engagement)
    sandbox.engine.fail_next_task(SECOND, "InternalError")
    before = sandbox.last()
    failed = sandbox(SECOND, ACCEPTING, ClientToken="first", Identifier=invitation)
    assert failed["TaskStatus"] == "FAILED"
    assert "OpportunityId" not in failed
    assert sandbox.last() == before
    assert sandbox(SECOND, "GetEngagementInvitation", Identifier=invitation)["Status"] == "PENDING"
    assert sandbox(SECOND, ACCEPTING, ClientToken="first", Identifier=invitation) == failed
    again = sandbox(SECOND, ACCEPTING, ClientToken="second", Identifier=invitation)
    assert again["TaskStatus"] == "COMPLETE"


def test_titles_order_nothing_in_the_aws_catalog(quick: Sandbox) -> None:
    id = quick.opportunity(FIRST, "Migration #fail:InternalError", Catalog="AWS")
    assert quick(FIRST, STARTING, Identifier=id, **SUBMISSION, Catalog="AWS")["TaskStatus"] == "COMPLETE"


def test_a_title_that_orders_what_there_is_not_orders_nothing(quick: Sandbox) -> None:
    assert quick.submitted(FIRST, "Migration #fail:Nonsense")["TaskStatus"] == "COMPLETE"


def test_what_there_is_not_cannot_be_ordered(quick: Sandbox) -> None:
    with pytest.raises(ValueError, match=r"^there is no reason code Nonsense; there are EngagementAccessDenied, "):
        quick.engine.fail_next_task(FIRST, "Nonsense")
