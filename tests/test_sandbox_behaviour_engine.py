"""The door to the sandbox's behaviour: switches, the clock, what a console shows, and AWS's oddities."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from sandbox_callers import FIRST, SECOND, START, SUBMISSION, Sandbox, finish, invitation_to, opened

from codegen.diagnostics import Diagnostics
from codegen.sandbox.behaviour.engine import open_engine
from codegen.sandbox.behaviour.settings import Settings
from codegen.sandbox.calling import Fault
from codegen.sandbox.clock import Clock

pytest_plugins = ("sandbox_databases",)


# ------------------------------------------------------------------------------------------------------------ switches


def test_switches_begin_off(quick: Sandbox) -> None:
    assert quick.engine.settings == Settings(tasks="at-once", step=1, rates=False, realistic=False, ahead=0.0)


def test_switches_survive_a_restart(lasting: str) -> None:
    before = opened(lasting)
    assert before.engine.switch(tasks="in-steps", step=5) == Settings(tasks="in-steps", step=5)
    before.engine.close()
    after = opened(lasting)
    assert after.engine.settings == Settings(tasks="in-steps", step=5)
    assert after.engine.switch(tasks="at-once", rates=True) == Settings(step=5, rates=True)
    after.engine.close()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("speed", 1, "there is no switch speed; there are tasks, step, rates, realistic"),
        ("ahead", 1, "there is no switch ahead; there are tasks, step, rates, realistic"),
        ("tasks", "later", "tasks is one of at-once, in-steps"),
        ("step", -1, "step is a number of seconds, 0 or more"),
        ("step", True, "step is a number of seconds, 0 or more"),
        ("rates", 1, "rates is true or false"),
        ("realistic", "yes", "realistic is true or false"),
    ],
)
def test_a_switch_that_is_none_is_refused(quick: Sandbox, name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        quick.engine.switch(**{name: value})
    assert quick.engine.settings == Settings()


# ----------------------------------------------------------------------------------------------------------- the clock


def test_the_clock_is_moved_on_for_good(lasting: str) -> None:
    before = opened(lasting)
    assert before.engine.advance(timedelta(days=2)) == START + timedelta(days=2)
    before.engine.advance(timedelta(hours=1))
    before.engine.close()
    after = opened(lasting)
    assert after.engine.clock.now() == START + timedelta(days=2, hours=1)
    after.engine.close()


def test_the_clock_does_not_go_back(quick: Sandbox) -> None:
    with pytest.raises(ValueError, match=r"^the clock moves on, not back$"):
        quick.engine.advance(timedelta(seconds=-1))


def test_the_clock_does_not_leave_the_calendar(quick: Sandbox) -> None:
    with pytest.raises(ValueError, match=r"^that is further than any calendar goes$"):
        quick.engine.advance(timedelta(days=365 * 7990))
    quick.engine.advance(timedelta(days=365 * 7970))
    quick.engine.switch(tasks="in-steps")
    quick.submitted()
    assert quick.engine.work() == 1


def test_a_call_that_another_worker_has_overtaken_has_the_new_time(lasting: str) -> None:
    one, two = opened(lasting), opened(lasting)
    call = two.call(FIRST, "CreateEngagement", Title="T", Description="")
    one.engine.advance(timedelta(days=1))
    id = finish(two.engine.perform(call))["Id"]
    assert two(FIRST, "GetEngagement", Identifier=id)["CreatedAt"] == "2025-01-02T00:00:00.000000Z"
    one.engine.close()
    two.engine.close()


# -------------------------------------------------------------------------------------------------------- the console


def test_the_overview_shows_everything(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    invitation = sandbox.invitation(engagement)
    task = sandbox(SECOND, "StartEngagementByAcceptingInvitationTask", Identifier=invitation)
    shown: Any = sandbox.engine.overview()
    assert shown["now"] == "2025-01-01T00:00:00.000000Z"
    assert shown["settings"] == {"tasks": "at-once", "step": 1, "rates": False, "realistic": False, "ahead": 0.0}
    assert shown["engagements"] == [
        {
            "id": engagement,
            "catalog": "Sandbox",
            "account": FIRST,
            "title": "Migration",
            "created": "2025-01-01T00:00:00.000000Z",
            "members": [FIRST, SECOND],
        }
    ]
    assert shown["invitations"] == [
        {
            "id": invitation,
            "catalog": "Sandbox",
            "engagement": engagement,
            "sender": FIRST,
            "receiver": SECOND,
            "title": "Project",
            "status": "ACCEPTED",
            "created": "2025-01-01T00:00:00.000000Z",
            "expires": "2025-01-16T00:00:00.000000Z",
        }
    ]
    assert shown["tasks"] == [
        {
            "id": task["TaskId"],
            "catalog": "Sandbox",
            "account": SECOND,
            "operation": "StartEngagementByAcceptingInvitationTask",
            "subject": invitation,
            "status": "COMPLETE",
            "started": "2025-01-01T00:00:00.000000Z",
        }
    ]
    assert [each["sequence"] for each in shown["events"]] == list(range(1, 11))
    assert shown["events"][0]["detail-type"] == "Engagement Created"


def test_the_overview_shows_the_newest_200_and_counts_the_rest(quick: Sandbox) -> None:
    made = [quick.engagement() for _ in range(203)]
    shown: Any = quick.engine.overview()
    assert [each["sequence"] for each in shown["events"]] == list(range(4, 204))
    assert len(shown["engagements"]) == 200 and {each["id"] for each in shown["engagements"]} < set(made)
    assert shown["counts"] == {"engagements": 203, "invitations": 0, "tasks": 0, "events": 203}


# --------------------------------------------------------------------------------------------------------- the oddities


def _odd(sandbox: Sandbox, account: str, operation: str, **input: Any) -> dict[str, Any]:
    return dict(finish(sandbox.engine.perform(sandbox.call(account, operation, **input))))


def test_realistic_tasks_have_nulls_arns_and_nine_digits(sandbox: Sandbox) -> None:
    sandbox.engine.switch(realistic=True)
    engagement = _odd(sandbox, FIRST, "CreateEngagement", Title="T", Description="")["Id"]
    invite = {"EngagementIdentifier": engagement, "Invitation": invitation_to(SECOND)}
    invitation = _odd(sandbox, FIRST, "CreateEngagementInvitation", **invite)
    task = _odd(sandbox, SECOND, "StartEngagementByAcceptingInvitationTask", Identifier=invitation["Id"])
    assert task["EngagementInvitationId"] == invitation["Arn"]
    assert (task["Message"], task["ReasonCode"]) == (None, None)
    assert re.fullmatch(r"2025-01-01T00:00:00\.\d{9}Z", task["StartTime"])
    (listed,) = _odd(sandbox, SECOND, "ListEngagementByAcceptingInvitationTasks")["TaskSummaries"]
    assert listed["ReasonCode"] == "null"
    members = _odd(sandbox, SECOND, "ListEngagementMembers", Identifier=engagement)["EngagementMemberList"]
    assert {each["WebsiteUrl"] for each in members} == {"null"}
    role = {"ParticipantType": "RECEIVER"}
    (summary,) = _odd(sandbox, SECOND, "ListEngagementInvitations", **role)["EngagementInvitationSummaries"]
    assert summary["ExpirationDate"] is None


def test_realistic_dates_can_be_sent_back(sandbox: Sandbox) -> None:
    id = sandbox.opportunity()
    sandbox.engine.switch(realistic=True)
    seen = _odd(sandbox, FIRST, "GetOpportunity", Identifier=id)["LastModifiedDate"]
    assert len(seen) == len("2025-01-01T00:00:00.000000000Z")
    assert _odd(sandbox, FIRST, "UpdateOpportunity", Identifier=id, LastModifiedDate=seen)["Id"] == id


def test_a_repetition_after_the_switch_is_the_same_but_for_the_oddities(sandbox: Sandbox) -> None:
    asked = {"Identifier": sandbox.opportunity(), "ClientToken": "token", **SUBMISSION}
    plain = sandbox(FIRST, "StartEngagementFromOpportunityTask", **asked)
    sandbox.engine.switch(realistic=True)
    odd = _odd(sandbox, FIRST, "StartEngagementFromOpportunityTask", **asked)
    assert {name: value for name, value in odd.items() if value is not None and name != "StartTime"} == {
        name: value for name, value in plain.items() if name != "StartTime"
    }


# ------------------------------------------------------------------------------------------------- opening and closing


def test_what_cannot_be_opened_is_one_clear_line() -> None:
    with pytest.raises(Diagnostics) as caught:
        open_engine("oracle://host/db", Clock())
    assert "\n" not in caught.value.text()


def test_calls_that_wait_when_the_engine_closes_are_answered(lasting: str) -> None:
    sandbox = opened(lasting)

    async def all_of_them() -> list[Any]:
        calls = [sandbox.call(FIRST, "CreateEngagement", Title="T", Description="") for _ in range(50)]
        waiting = [asyncio.ensure_future(sandbox.engine.perform(call)) for call in calls]
        await asyncio.sleep(0)
        sandbox.engine.close()
        return await asyncio.gather(*waiting)

    answered = {each["Id"] for each in asyncio.run(all_of_them())}
    again = opened(lasting)
    listed = again(FIRST, "ListEngagements")["EngagementSummaryList"]
    assert {each["Id"] for each in listed} == answered and len(answered) == 50
    again.engine.close()


def test_after_the_end_nothing_is_answered(quick: Sandbox) -> None:
    other = opened("sqlite://")
    other.engine.close()
    with pytest.raises(Fault, match=r"^InternalServerException: "):
        other.engagement()
