"""Engagements and invitations of the sandbox: who sees what, what follows what, and what is refused in which words.

Every answer and every error that goes through `Sandbox` is held to the service's model of the day.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from history import history
from sandbox_callers import FIRST, SECOND, SUBMISSION, THIRD, Sandbox, invitation_to

from codegen.sandbox.behaviour.faults import WITH_CONFLICTS
from codegen.sandbox.behaviour.ids import arn
from codegen.sandbox.behaviour.operations import OPERATIONS

pytest_plugins = ("sandbox_databases",)

NO_ENGAGEMENT = ("ResourceNotFoundException", "No such engagement is visible to your account in this catalog.")
NO_INVITATION = (
    "ResourceNotFoundException",
    "No such engagement invitation is visible to your account in this catalog.",
)
ACCEPTING = "StartEngagementByAcceptingInvitationTask"


# --------------------------------------------------------------------------------------------------------- engagements


def test_who_makes_an_engagement_is_its_member(sandbox: Sandbox) -> None:
    contexts = [{"Type": "CustomerProject", "Payload": {"CustomerProject": {}}}]
    made = sandbox(FIRST, "CreateEngagement", Title="Migration", Description="To the cloud", Contexts=contexts)
    assert made["Arn"] == f"arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/{made['Id']}"
    assert sandbox(FIRST, "GetEngagement", Identifier=made["Id"]) == {
        **made,
        "Title": "Migration",
        "Description": "To the cloud",
        "Contexts": contexts,
        "CreatedAt": "2025-01-01T00:00:00.000000Z",
        "CreatedBy": FIRST,
        "MemberCount": 1,
    }
    members = sandbox(FIRST, "ListEngagementMembers", Identifier=made["Id"])["EngagementMemberList"]
    assert [each["AccountId"] for each in members] == [FIRST]


def test_an_engagement_is_found_by_identifier_and_by_arn(sandbox: Sandbox) -> None:
    made = sandbox(FIRST, "CreateEngagement", Title="Migration", Description="")
    by_id, by_arn = (sandbox(FIRST, "GetEngagement", Identifier=made[form]) for form in ("Id", "Arn"))
    assert by_id == by_arn


def test_what_is_not_yours_is_not_found_in_the_same_words_as_what_is_not_there(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    for id in (engagement, "eng-00000000000000", arn("engagement", "Sandbox", engagement), "arn:aws:nonsense", "arn:"):
        for operation in ("GetEngagement", "ListEngagementMembers"):
            assert sandbox.fault(SECOND, operation, Identifier=id) == NO_ENGAGEMENT
    invite = invitation_to(THIRD)
    for id in (engagement, "eng-00000000000000"):
        refused = sandbox.fault(SECOND, "CreateEngagementInvitation", EngagementIdentifier=id, Invitation=invite)
        assert refused == NO_ENGAGEMENT
    assert sandbox(SECOND, "ListEngagements") == {"EngagementSummaryList": []}


def test_the_catalogs_are_apart(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement(FIRST, Catalog="AWS")
    assert sandbox.fault(FIRST, "GetEngagement", Identifier=engagement) == NO_ENGAGEMENT
    foreign = arn("engagement", "AWS", engagement)
    assert sandbox.fault(FIRST, "GetEngagement", Identifier=foreign) == NO_ENGAGEMENT
    assert sandbox(FIRST, "ListEngagements") == {"EngagementSummaryList": []}
    assert sandbox(FIRST, "GetEngagement", Identifier=foreign, Catalog="AWS")["Arn"] == foreign


def test_who_has_joined_sees_the_engagement_and_its_members(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    invitation = sandbox.invitation(engagement)
    assert sandbox.fault(SECOND, "GetEngagement", Identifier=engagement) == NO_ENGAGEMENT
    assert sandbox(SECOND, "AcceptEngagementInvitation", Identifier=invitation) == {}
    assert sandbox(SECOND, "GetEngagement", Identifier=engagement)["MemberCount"] == 2
    members = sandbox(SECOND, "ListEngagementMembers", Identifier=engagement)["EngagementMemberList"]
    assert {each["AccountId"] for each in members} == {FIRST, SECOND}
    assert sandbox.fault(THIRD, "GetEngagement", Identifier=engagement) == NO_ENGAGEMENT


def test_every_member_may_invite(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    sandbox(SECOND, "AcceptEngagementInvitation", Identifier=sandbox.invitation(engagement))
    invitation = sandbox.invitation(engagement, THIRD, sender=SECOND)
    assert sandbox(THIRD, "GetEngagementInvitation", Identifier=invitation)["SenderAwsAccountId"] == SECOND
    assert sandbox.fault(FIRST, "GetEngagementInvitation", Identifier=invitation) == NO_INVITATION


# --------------------------------------------------------------------------------------------------------- invitations


def test_an_invitation_is_seen_by_both_sides_and_nobody_else(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement(Description="To the cloud")
    invitation = sandbox.invitation(engagement)
    seen = {account: sandbox(account, "GetEngagementInvitation", Identifier=invitation) for account in (FIRST, SECOND)}
    assert seen[FIRST] == seen[SECOND]
    assert sandbox.fault(THIRD, "GetEngagementInvitation", Identifier=invitation) == NO_INVITATION
    shown = seen[SECOND]
    assert shown["Arn"] == f"arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/{invitation}"
    assert (shown["EngagementTitle"], shown["EngagementDescription"]) == ("Migration", "To the cloud")
    assert shown["Status"] == "PENDING"
    assert shown["ExpirationDate"] == "2025-01-16T00:00:00.000000Z"
    assert shown["Payload"] == invitation_to(SECOND)["Payload"]
    assert shown["Receiver"] == {"Account": {"AwsAccountId": SECOND}}
    assert "RejectionReason" not in shown


def test_an_invitation_does_not_give_the_accounts_of_members_away(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    sandbox(SECOND, "AcceptEngagementInvitation", Identifier=sandbox.invitation(engagement))
    invitation = sandbox.invitation(engagement, THIRD)
    shown = sandbox(THIRD, "GetEngagementInvitation", Identifier=invitation)
    assert len(shown["ExistingMembers"]) == 2
    assert all(each.keys() == {"CompanyName", "WebsiteUrl"} for each in shown["ExistingMembers"])
    assert SECOND not in str(shown)


def test_an_invitation_is_answered_by_identifier_and_by_arn(sandbox: Sandbox) -> None:
    for form in ("Id", "Arn"):
        made = sandbox(
            FIRST,
            "CreateEngagementInvitation",
            EngagementIdentifier=sandbox.engagement(),
            Invitation=invitation_to(SECOND),
        )
        sandbox(SECOND, "AcceptEngagementInvitation", Identifier=made[form])
        assert sandbox(FIRST, "GetEngagementInvitation", Identifier=made[form])["Status"] == "ACCEPTED"


def test_a_rejection_has_its_reason(sandbox: Sandbox) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    reason = "Not \u201cour\u201d business"
    assert sandbox(SECOND, "RejectEngagementInvitation", Identifier=invitation, RejectionReason=reason) == {}
    for account in (FIRST, SECOND):
        shown = sandbox(account, "GetEngagementInvitation", Identifier=invitation)
        assert (shown["Status"], shown["RejectionReason"]) == ("REJECTED", reason)


def test_a_rejection_needs_no_reason(sandbox: Sandbox) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    sandbox(SECOND, "RejectEngagementInvitation", Identifier=invitation)
    assert "RejectionReason" not in sandbox(SECOND, "GetEngagementInvitation", Identifier=invitation)


@pytest.mark.parametrize("answer", ["AcceptEngagementInvitation", "RejectEngagementInvitation", ACCEPTING])
def test_only_the_receiver_answers(sandbox: Sandbox, answer: str) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    assert sandbox.fault(FIRST, answer, Identifier=invitation) == (
        "AccessDeniedException",
        "Only the receiver of an invitation can answer it.",
    )
    assert sandbox.fault(THIRD, answer, Identifier=invitation) == NO_INVITATION
    assert sandbox(FIRST, "GetEngagementInvitation", Identifier=invitation)["Status"] == "PENDING"


ANSWERS = {"AcceptEngagementInvitation": "ACCEPTED", "RejectEngagementInvitation": "REJECTED", ACCEPTING: "ACCEPTED"}


@pytest.mark.parametrize("second", ANSWERS)
@pytest.mark.parametrize("first", ANSWERS)
def test_an_invitation_is_answered_once(quick: Sandbox, first: str, second: str) -> None:
    invitation = quick.invitation(quick.engagement())
    quick(SECOND, first, Identifier=invitation)
    code = "ConflictException" if second == ACCEPTING else "ValidationException"
    message = f"The invitation is {ANSWERS[first]}, and no longer PENDING."
    assert quick.fault(SECOND, second, Identifier=invitation) == (code, message)


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_invitation_expires_after_15_days_by_the_clock(sandbox: Sandbox, answer: str) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    sandbox.engine.clock.advance(timedelta(days=15) - timedelta(microseconds=1))
    assert sandbox(SECOND, "GetEngagementInvitation", Identifier=invitation)["Status"] == "PENDING"
    sandbox.engine.clock.advance(timedelta(microseconds=1))
    code = "ConflictException" if answer == ACCEPTING else "ValidationException"
    expired = (code, "The invitation is EXPIRED, and no longer PENDING.")
    assert sandbox.fault(SECOND, answer, Identifier=invitation) == expired
    assert sandbox(FIRST, "GetEngagementInvitation", Identifier=invitation)["Status"] == "EXPIRED"


def test_after_an_invitation_has_expired_there_may_be_another(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    sandbox.invitation(engagement)
    sandbox.engine.advance(timedelta(days=15))
    again = sandbox.invitation(engagement)
    sandbox(SECOND, "AcceptEngagementInvitation", Identifier=again)
    assert sandbox(SECOND, "GetEngagement", Identifier=engagement)["MemberCount"] == 2


@pytest.mark.parametrize(
    ("receiver", "code", "message"),
    [
        (FIRST, "ValidationException", "You cannot invite yourself."),
        (SECOND, "ConflictException", "The receiver is a member of the engagement already."),
        (THIRD, "ConflictException", "The receiver has an invitation to the engagement already."),
    ],
)
def test_who_cannot_be_invited(sandbox: Sandbox, receiver: str, code: str, message: str) -> None:
    engagement = sandbox.engagement()
    sandbox(SECOND, "AcceptEngagementInvitation", Identifier=sandbox.invitation(engagement))
    sandbox.invitation(engagement, THIRD)
    invite = invitation_to(receiver)
    refused = sandbox.fault(FIRST, "CreateEngagementInvitation", EngagementIdentifier=engagement, Invitation=invite)
    assert refused == (code, message)


def test_an_engagement_invites_nine_partners_and_aws_besides(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    invitations = [sandbox.invitation(engagement, f"{number:012}") for number in range(1, 10)]
    tenth = invitation_to(SECOND)
    full = ("ServiceQuotaExceededException", "An engagement invites at most 9 partners.")
    asked = {"EngagementIdentifier": engagement, "Invitation": tenth}
    assert sandbox.fault(FIRST, "CreateEngagementInvitation", **asked) == full
    sandbox.invitation(engagement, "aws")
    sandbox("000000000001", "RejectEngagementInvitation", Identifier=invitations[0])
    assert sandbox(FIRST, "CreateEngagementInvitation", **asked).keys() == {"Arn", "Id"}


def test_a_refused_call_leaves_no_trace(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    before = sandbox.last()
    sandbox.fault(FIRST, "CreateEngagementInvitation", EngagementIdentifier=engagement, Invitation=invitation_to(FIRST))
    assert sandbox(FIRST, "ListEngagementInvitations", ParticipantType="SENDER")["EngagementInvitationSummaries"] == []
    assert sandbox.last() == before


# ------------------------------------------------------------------------------------------------------ the operations


def test_there_are_twenty_operations_and_all_are_of_the_service() -> None:
    known = {each.name.raw for each in history("1.35.76").operations.values()}
    assert len(OPERATIONS) == 20 and OPERATIONS.keys() <= known


def test_the_operations_with_conflicts_are_those_of_the_model() -> None:
    model = history("1.35.76")
    listed = {
        each.name.raw
        for each in model.operations.values()
        if each.name.raw in OPERATIONS and "ConflictException" in [error.raw for error in each.errors]
    }
    assert listed == WITH_CONFLICTS


def test_nothing_of_an_operation_is_found_by_another_account(sandbox: Sandbox) -> None:
    """Every operation that names something, called by the account that has no part in it."""
    engagement = sandbox.engagement()
    invitation = sandbox.invitation(engagement)
    opportunity = sandbox.opportunity()
    named = {"Identifier": opportunity}
    assignee = {"Email": "a@example.com", "FirstName": "A", "LastName": "B", "BusinessTitle": "C"}
    calls = {
        "AcceptEngagementInvitation": {"Identifier": invitation},
        "AssignOpportunity": {**named, "Assignee": assignee},
        "AssociateOpportunity": {
            "OpportunityIdentifier": opportunity,
            "RelatedEntityType": "Solutions",
            "RelatedEntityIdentifier": "S-1234567",
        },
        "CreateEngagementInvitation": {"EngagementIdentifier": engagement, "Invitation": invitation_to(SECOND)},
        "GetEngagement": {"Identifier": engagement},
        "GetEngagementInvitation": {"Identifier": invitation},
        "GetOpportunity": named,
        "ListEngagementMembers": {"Identifier": engagement},
        "RejectEngagementInvitation": {"Identifier": invitation},
        "StartEngagementByAcceptingInvitationTask": {"Identifier": invitation},
        "StartEngagementFromOpportunityTask": {**named, **SUBMISSION},
        "SubmitOpportunity": {**named, "InvolvementType": "Co-Sell"},
        "UpdateOpportunity": {**named, "LastModifiedDate": "2025-01-01T00:00:00Z"},
    }
    without = {
        name for name in OPERATIONS if name.startswith("List") or name in ("CreateEngagement", "CreateOpportunity")
    }
    assert calls.keys() | without == OPERATIONS.keys()
    before = sandbox.engine.overview()
    for operation, input in calls.items():
        assert sandbox.fault(THIRD, operation, **input)[0] == "ResourceNotFoundException"  # type: ignore[arg-type]
    assert sandbox.engine.overview() == before
