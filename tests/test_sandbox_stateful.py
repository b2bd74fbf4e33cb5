"""Three accounts do anything in any order: nobody learns what is not theirs, and the sandbox stays of one piece.

A plain model says what may be seen and what has to be refused; every answer, refusals included, is searched for
accounts and identifiers that its caller may not know.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sandbox_callers import FIRST, SECOND, SUBMISSION, THIRD, check_fault, invitation_to, opened, opportunity

from codegen.sandbox.calling import Fault

ACCOUNTS = (FIRST, SECOND, THIRD)
ACCEPTING = "StartEngagementByAcceptingInvitationTask"
ANSWERS = {"AcceptEngagementInvitation": "ACCEPTED", "RejectEngagementInvitation": "REJECTED", ACCEPTING: "ACCEPTED"}
CODES = {"AcceptEngagementInvitation": "ValidationException", "RejectEngagementInvitation": "ValidationException"}

an_account = st.sampled_from(ACCOUNTS)
a_number = st.integers(0, 7)
"""Counts back from what was made last, so that what is picked is often of interest."""


@dataclass(slots=True)
class Invited:
    engagement: str
    sender: str
    receiver: str
    expires: datetime
    status: str = "PENDING"


@dataclass(slots=True)
class World:
    """What is true, and hence who may know what."""

    members: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    invitations: dict[str, Invited] = field(default_factory=dict[str, Invited])
    opportunities: dict[str, str] = field(default_factory=dict[str, str])
    owners: dict[str, str] = field(default_factory=dict[str, str])

    def of(self, account: str) -> list[Invited]:
        return [each for each in self.invitations.values() if account in (each.sender, each.receiver)]

    def accounts_known_to(self, account: str) -> set[str]:
        """Those who are in one engagement with it, and those with whom it shares an invitation."""
        together = [members for members in self.members.values() if account in members]
        return {account}.union(*together, *({each.sender, each.receiver} for each in self.of(account)))

    def shared_known_to(self, account: str) -> set[str]:
        """Engagements and invitations."""
        joined = {id for id, members in self.members.items() if account in members}
        mine = {id for id, each in self.invitations.items() if account in (each.sender, each.receiver)}
        return joined | mine | {each.engagement for each in self.of(account)}


class Partners(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.sandbox = opened("sqlite://")
        self.world = World()
        self.answered: list[tuple[Any, dict[str, Any]]] = []

    def teardown(self) -> None:
        if hasattr(self, "sandbox"):
            self.sandbox.engine.close()

    # ---- calls, and what their answers may hold

    def call(self, account: str, operation: str, **input: Any) -> dict[str, Any]:
        output = self.sandbox(account, operation, **input)
        self.told = (account, output)
        return output

    def refused(self, account: str, operation: str, **input: Any) -> str:
        """Do what has to be refused, and give the code."""
        try:
            output = self.sandbox(account, operation, **input)
        except Fault as fault:
            check_fault(operation, fault)
            self.check(account, [fault.message, fault.members])
            return fault.code
        raise AssertionError(f"{operation} was done: {output}")

    def check(self, account: str, answer: Any) -> None:
        text = json.dumps(answer)
        strangers = set(ACCOUNTS) - self.world.accounts_known_to(account)
        assert not [each for each in strangers if each in text], answer
        shared = set(re.findall(r"\beng-[0-9a-z]{14}|\bengi-[0-9a-z]{13}", text))
        assert shared <= self.world.shared_known_to(account), answer
        for own in re.findall(r"\b(?:task|job)-[0-9a-z]{13}|\bO[0-9]{15}\b", text):
            assert self.world.owners.setdefault(own, account) == account, answer

    def checked(self) -> None:
        """Search the last answer, once the model knows what it has changed."""
        account, output = self.told
        self.check(account, output)

    # ---- engagements and invitations

    @rule(account=an_account)
    def engage(self, account: str) -> None:
        made = self.call(account, "CreateEngagement", Title="T", Description="")
        self.world.members[made["Id"]] = {account}
        self.checked()

    @precondition(lambda self: self.world.members)
    @rule(sender=an_account, receiver=an_account, number=a_number)
    def invite(self, sender: str, receiver: str, number: int) -> None:
        engagement = _pick(self.world.members, number)
        input = {"EngagementIdentifier": engagement, "Invitation": invitation_to(receiver)}
        expected = self._refusal_of_invitation(engagement, sender, receiver)
        if expected:
            assert self.refused(sender, "CreateEngagementInvitation", **input) == expected
            return
        made = self.call(sender, "CreateEngagementInvitation", **input)
        self._invited(made["Id"], engagement, sender, receiver, days=15)
        self.checked()

    def _refusal_of_invitation(self, engagement: str, sender: str, receiver: str) -> str | None:
        members = self.world.members[engagement]
        asked = {
            each.receiver
            for each in self.world.invitations.values()
            if each.engagement == engagement and each.status in ("PENDING", "ACCEPTED")
        }
        if sender not in members:
            return "ResourceNotFoundException"
        if receiver == sender:
            return "ValidationException"
        return "ConflictException" if receiver in members | asked else None

    def _invited(self, id: str, engagement: str, sender: str, receiver: str, days: int) -> None:
        expires = self.sandbox.engine.clock.now() + timedelta(days=days)
        self.world.invitations[id] = Invited(engagement, sender, receiver, expires)

    @precondition(lambda self: self.world.invitations)
    @rule(account=an_account, number=a_number, operation=st.sampled_from(sorted(ANSWERS)))
    def answer(self, account: str, number: int, operation: str) -> None:
        id = _pick(self.world.invitations, number)
        invitation = self.world.invitations[id]
        expected = self._refusal_of_answer(invitation, account, operation)
        if expected:
            assert self.refused(account, operation, Identifier=id) == expected
            return
        task = self.call(account, operation, Identifier=id)
        invitation.status = ANSWERS[operation]
        if invitation.status == "ACCEPTED":
            self.world.members[invitation.engagement].add(account)
        if task:
            assert task["TaskStatus"] == "COMPLETE"
            self.world.opportunities[task["OpportunityId"]] = account
        self.checked()

    def _refusal_of_answer(self, invitation: Invited, account: str, operation: str) -> str | None:
        if account not in (invitation.sender, invitation.receiver):
            return "ResourceNotFoundException"
        if account != invitation.receiver:
            return "AccessDeniedException"
        return None if invitation.status == "PENDING" else CODES.get(operation, "ConflictException")

    # ---- opportunities

    @rule(account=an_account, referred=st.booleans())
    def create_opportunity(self, account: str, referred: bool) -> None:
        made = self.call(
            account, "CreateOpportunity", **opportunity(), **({"Origin": "AWS Referral"} if referred else {})
        )
        self.checked()
        if not referred:
            self.world.opportunities[made["Id"]] = account
            return
        listed = self.sandbox(
            account, "ListEngagementInvitations", ParticipantType="RECEIVER", SenderAwsAccountId=["aws"]
        )
        (new,) = (each for each in listed["EngagementInvitationSummaries"] if each["Id"] not in self.world.invitations)
        self.world.members[new["EngagementId"]] = {"aws"}
        self._invited(new["Id"], new["EngagementId"], "aws", account, days=7)

    @precondition(lambda self: self.world.opportunities)
    @rule(account=an_account, number=a_number)
    def start(self, account: str, number: int) -> None:
        id = _pick(self.world.opportunities, number)
        input = {"Identifier": id, **SUBMISSION}
        if self.world.opportunities[id] != account:
            assert self.refused(account, "StartEngagementFromOpportunityTask", **input) == "ResourceNotFoundException"
            return
        if self.sandbox.review(account, id) != "Pending Submission":
            assert self.refused(account, "StartEngagementFromOpportunityTask", **input) == "ConflictException"
            return
        task = self.call(account, "StartEngagementFromOpportunityTask", **input)
        self.world.members[task["EngagementId"]] = {account}
        self._invited(task["EngagementInvitationId"], task["EngagementId"], account, "aws", days=15)
        self.checked()

    @precondition(lambda self: self.world.opportunities)
    @rule(number=a_number)
    def approve(self, number: int) -> None:
        id = _pick(self.world.opportunities, number)
        account = self.world.opportunities[id]
        if self.sandbox.review(account, id) != "Submitted":
            return
        self.sandbox.update(account, id, LifeCycle={"ReviewStatus": "Approved"})
        for each in self.world.invitations.values():
            if (each.sender, each.receiver, each.status) == (account, "aws", "PENDING") and self._is_of(
                each, account, id
            ):
                each.status = "ACCEPTED"
                self.world.members[each.engagement].add("aws")

    def _is_of(self, invitation: Invited, account: str, opportunity: str) -> bool:
        listed = self.sandbox(account, "ListEngagementFromOpportunityTasks", OpportunityIdentifier=[opportunity])
        return invitation.engagement in [each.get("EngagementId") for each in listed["TaskSummaries"]]

    # ---- time, repetition, and looking around

    @rule(days=st.integers(1, 9))
    def pass_time(self, days: int) -> None:
        now = self.sandbox.engine.advance(timedelta(days=days))
        for each in self.world.invitations.values():
            if each.status == "PENDING" and each.expires <= now:
                each.status = "EXPIRED"

    @rule(account=an_account)
    def restate_a_token(self, account: str) -> None:
        payload = {"Title": "T", "Description": "", "ClientToken": "restated"}
        made = self.call(account, "CreateEngagement", **payload)
        self.world.members.setdefault(made["Id"], {account})
        self.checked()
        assert account in self.world.members[made["Id"]]

    @rule(account=an_account)
    def list_everything(self, account: str) -> None:
        listed = self.call(account, "ListEngagements")["EngagementSummaryList"]
        self.checked()
        counts = {each["Id"]: each["MemberCount"] for each in listed}
        assert counts == {id: len(each) for id, each in self.world.members.items() if account in each}
        for role in ("SENDER", "RECEIVER"):
            self._list_invitations(account, role)
        found = self.call(account, "ListOpportunities", MaxResults=100)["OpportunitySummaries"]
        self.checked()
        assert {each["Id"] for each in found} == {id for id, own in self.world.opportunities.items() if own == account}
        for operation in ("ListEngagementByAcceptingInvitationTasks", "ListEngagementFromOpportunityTasks"):
            self.call(account, operation)
            self.checked()

    def _list_invitations(self, account: str, role: str) -> None:
        listed = self.call(account, "ListEngagementInvitations", ParticipantType=role)["EngagementInvitationSummaries"]
        self.checked()
        mine = {
            id: each.status
            for id, each in self.world.invitations.items()
            if account == (each.sender if role == "SENDER" else each.receiver)
        }
        assert {each["Id"]: each["Status"] for each in listed} == mine

    @precondition(lambda self: self.world.members)
    @rule(account=an_account, number=a_number)
    def look_at_an_engagement(self, account: str, number: int) -> None:
        id = _pick(self.world.members, number)
        if account not in self.world.members[id]:
            assert self.refused(account, "GetEngagement", Identifier=id) == "ResourceNotFoundException"
            assert self.refused(account, "ListEngagementMembers", Identifier=id) == "ResourceNotFoundException"
            return
        self.call(account, "GetEngagement", Identifier=id)
        self.checked()
        listed = self.call(account, "ListEngagementMembers", Identifier=id)["EngagementMemberList"]
        self.checked()
        assert {each["AccountId"] for each in listed} == self.world.members[id]

    @precondition(lambda self: self.world.invitations)
    @rule(account=an_account, number=a_number)
    def look_at_an_invitation(self, account: str, number: int) -> None:
        id = _pick(self.world.invitations, number)
        invitation = self.world.invitations[id]
        if account not in (invitation.sender, invitation.receiver):
            assert self.refused(account, "GetEngagementInvitation", Identifier=id) == "ResourceNotFoundException"
            return
        shown = self.call(account, "GetEngagementInvitation", Identifier=id)
        self.checked()
        assert shown["Status"] == invitation.status
        assert len(shown["ExistingMembers"]) == len(self.world.members[invitation.engagement])

    @rule(account=an_account)
    def read_events(self, account: str) -> None:
        for each in self.sandbox.engine.events(account, limit=10_000):
            self.check(account, [each.event.detail, each.event.resources])

    @invariant()
    def everything_is_of_one_piece(self) -> None:
        if not hasattr(self, "sandbox"):
            return
        shown: Any = self.sandbox.engine.overview()
        assert {each["id"]: each["status"] for each in shown["invitations"]} == {
            id: each.status for id, each in self.world.invitations.items()
        }
        assert {each["id"]: set(each["members"]) for each in shown["engagements"]} == self.world.members
        assert all(len(each["members"]) == len(set(each["members"])) for each in shown["engagements"])
        numbers = [each["sequence"] for each in shown["events"]]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True


def _pick(found: dict[str, Any], number: int) -> str:
    """Take one of the last that were made."""
    ids = list(found)
    return ids[-1 - number % len(ids)]


TestPartners = Partners.TestCase
TestPartners.settings = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
