"""Opportunities of the sandbox: their life, what may be edited when, and what the Sandbox catalog plays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sandbox_callers import FIRST, SECOND, SPEND, SUBMISSION, Sandbox, opportunity

pytest_plugins = ("sandbox_databases",)

NO_OPPORTUNITY = ("ResourceNotFoundException", "No such opportunity is visible to your account in this catalog.")
ASSIGNEE = {"Email": "a@example.com", "FirstName": "Ana", "LastName": "Lee", "BusinessTitle": "Manager"}


def test_an_opportunity_is_read_as_it_was_written(sandbox: Sandbox) -> None:
    written = {**opportunity(), "PartnerOpportunityIdentifier": "crm-1", "NationalSecurity": "No"}
    made = sandbox(FIRST, "CreateOpportunity", **written, Origin="Partner Referral")
    assert made == {
        "Id": made["Id"],
        "LastModifiedDate": "2025-01-01T00:00:00.000000Z",
        "PartnerOpportunityIdentifier": "crm-1",
    }
    assert sandbox(FIRST, "GetOpportunity", Identifier=made["Id"]) == {
        **written,
        "Arn": f"arn:aws:partnercentral:us-east-1:{FIRST}:catalog/Sandbox/opportunity/{made['Id']}",
        "Catalog": "Sandbox",
        "CreatedDate": "2025-01-01T00:00:00.000000Z",
        "Id": made["Id"],
        "LastModifiedDate": "2025-01-01T00:00:00.000000Z",
        "LifeCycle": {"Stage": "Qualified", "TargetCloseDate": "2026-01-01", "ReviewStatus": "Pending Submission"},
        "RelatedEntityIdentifiers": {},
    }


def test_any_text_comes_back_as_it_was_sent(sandbox: Sandbox) -> None:
    title = "\u0000 \u2028 \U0001f600 ' \" % %s :account -- \\"
    id = sandbox.opportunity(FIRST, title, ClientToken="\u0000 '; DROP TABLE tokens")
    assert sandbox(FIRST, "GetOpportunity", Identifier=id)["Project"]["Title"] == title


def test_the_review_status_is_not_the_callers_to_set(sandbox: Sandbox) -> None:
    id = sandbox.opportunity(FIRST, LifeCycle={"ReviewStatus": "Approved"})
    assert sandbox.review(FIRST, id) == "Pending Submission"
    sandbox.update(FIRST, id, LifeCycle={"ReviewStatus": "Submitted"})
    assert sandbox.review(FIRST, id) == "Pending Submission"


def test_an_update_unsets_what_it_leaves_out_but_for_the_team(sandbox: Sandbox) -> None:
    id = sandbox.opportunity(FIRST, OpportunityTeam=[{"Email": "a@example.com"}], NationalSecurity="No")
    changed = sandbox.update(FIRST, id, Project={"Title": "Other"})
    shown = sandbox(FIRST, "GetOpportunity", Identifier=id)
    assert shown["Project"] == {"Title": "Other"}
    assert shown["OpportunityTeam"] == [{"Email": "a@example.com"}]
    assert shown["LifeCycle"] == {"ReviewStatus": "Pending Submission"}
    assert not shown.keys() & {"Customer", "NationalSecurity"}
    assert changed == {"Id": id, "LastModifiedDate": shown["LastModifiedDate"]}


def test_an_update_of_what_has_changed_since_is_a_conflict(sandbox: Sandbox) -> None:
    id = sandbox.opportunity()
    seen = sandbox(FIRST, "GetOpportunity", Identifier=id)["LastModifiedDate"]
    sandbox(FIRST, "UpdateOpportunity", Identifier=id, LastModifiedDate=seen)
    conflict = ("ConflictException", "The opportunity was modified since then; read it again.")
    assert sandbox.fault(FIRST, "UpdateOpportunity", Identifier=id, LastModifiedDate=seen) == conflict


@pytest.mark.parametrize(
    "form",
    ["2025-01-01T00:00:00Z", "2025-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000000999Z", "2025-01-01T01:00:00+01:00"],
)
def test_the_date_of_an_update_may_be_written_as_any_client_does(quick: Sandbox, form: str) -> None:
    id = quick.opportunity()
    assert quick(FIRST, "UpdateOpportunity", Identifier=id, LastModifiedDate=form)["Id"] == id


def test_a_date_that_is_none_is_refused(quick: Sandbox) -> None:
    id = quick.opportunity()
    refused = quick.fault(FIRST, "UpdateOpportunity", Identifier=id, LastModifiedDate="yesterday")
    assert refused == ("ValidationException", "LastModifiedDate is no moment in time.")


def test_a_submitted_opportunity_is_locked(sandbox: Sandbox) -> None:
    id = sandbox.opportunity()
    assert sandbox(FIRST, "SubmitOpportunity", Identifier=id, InvolvementType="Co-Sell") == {}
    assert sandbox.review(FIRST, id) == "Submitted"
    seen = sandbox(FIRST, "GetOpportunity", Identifier=id)["LastModifiedDate"]
    locked = "The opportunity is Submitted and cannot be edited."
    update = {"Identifier": id, "LastModifiedDate": seen, "Project": {"Title": "Other"}}
    assert sandbox.fault(FIRST, "UpdateOpportunity", **update) == ("ConflictException", locked)
    associate = {
        "OpportunityIdentifier": id,
        "RelatedEntityType": "Solutions",
        "RelatedEntityIdentifier": "S-1234567",
    }
    assert sandbox.fault(FIRST, "AssociateOpportunity", **associate) == ("ValidationException", locked)
    twice = ("ValidationException", "The opportunity is Submitted and cannot be submitted.")
    assert sandbox.fault(FIRST, "SubmitOpportunity", Identifier=id, InvolvementType="Co-Sell") == twice
    started = sandbox.fault(FIRST, "StartEngagementFromOpportunityTask", Identifier=id, **SUBMISSION)
    assert started == ("ConflictException", "The opportunity is Submitted and cannot be submitted.")


def test_an_assignment_is_seen_in_the_team(sandbox: Sandbox) -> None:
    id = sandbox.opportunity()
    assert sandbox(FIRST, "AssignOpportunity", Identifier=id, Assignee=ASSIGNEE) == {}
    assert sandbox(FIRST, "GetOpportunity", Identifier=id)["OpportunityTeam"] == [ASSIGNEE]


# --------------------------------------------------------------------------------------------------------- association


def _associate(sandbox: Sandbox, id: str, kind: str, entity: str, **more: Any) -> None:
    named = {"OpportunityIdentifier": id, "RelatedEntityType": kind, "RelatedEntityIdentifier": entity}
    assert sandbox(FIRST, "AssociateOpportunity", **named, **more) == {}


def test_entities_are_associated_once_each(sandbox: Sandbox) -> None:
    id = sandbox.opportunity()
    offer = "arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/Offer/offer-1"
    for _ in range(2):
        _associate(sandbox, id, "Solutions", "S-1234567")
        _associate(sandbox, id, "AwsProducts", "AmazonEC2")
        _associate(sandbox, id, "AwsMarketplaceOffers", offer)
    assert sandbox(FIRST, "GetOpportunity", Identifier=id)["RelatedEntityIdentifiers"] == {
        "Solutions": ["S-1234567"],
        "AwsProducts": ["AmazonEC2"],
        "AwsMarketplaceOffers": [offer],
    }


def test_the_sandbox_catalog_has_one_solution(sandbox: Sandbox) -> None:
    named = {"RelatedEntityType": "Solutions", "RelatedEntityIdentifier": "S-7654321"}
    missing = ("ResourceNotFoundException", "No such solution is visible to your account in this catalog.")
    assert sandbox.fault(FIRST, "AssociateOpportunity", OpportunityIdentifier=sandbox.opportunity(), **named) == missing
    _associate(sandbox, sandbox.opportunity(FIRST, Catalog="AWS"), "Solutions", "S-7654321", Catalog="AWS")


def test_an_offer_is_named_by_its_arn(quick: Sandbox) -> None:
    named = {"RelatedEntityType": "AwsMarketplaceOffers", "RelatedEntityIdentifier": "offer-1"}
    refused = quick.fault(FIRST, "AssociateOpportunity", OpportunityIdentifier=quick.opportunity(), **named)
    assert refused == ("ValidationException", "A marketplace offer is named by its ARN.")


# ------------------------------------------------------------------------------------------ reviews, as they are played


def _verdict(status: str) -> dict[str, Any]:
    return {**opportunity(), "LifeCycle": {**opportunity()["LifeCycle"], "ReviewStatus": status}}  # type: ignore[dict-item]


def test_an_approval_is_played_by_an_update_and_lets_aws_join(sandbox: Sandbox) -> None:
    task = sandbox.submitted()
    assert sandbox(FIRST, "GetEngagement", Identifier=task["EngagementId"])["MemberCount"] == 1
    sandbox.update(FIRST, task["OpportunityId"], **_verdict("Approved"))
    assert sandbox.review(FIRST, task["OpportunityId"]) == "Approved"
    members = sandbox(FIRST, "ListEngagementMembers", Identifier=task["EngagementId"])["EngagementMemberList"]
    assert {each["AccountId"] for each in members} == {FIRST, "aws"}
    assert {each["CompanyName"] for each in members} >= {"Amazon Web Services"}
    invitation = sandbox(FIRST, "GetEngagementInvitation", Identifier=task["EngagementInvitationId"])
    assert (invitation["Status"], invitation["Receiver"]) == ("ACCEPTED", {"Account": {"AwsAccountId": "aws"}})


def test_an_approved_opportunity_is_edited_freely_and_stays_approved(sandbox: Sandbox) -> None:
    id = sandbox.submitted()["OpportunityId"]
    sandbox.update(FIRST, id, **_verdict("Approved"))
    sandbox.update(FIRST, id, **{**_verdict("Approved"), "Project": {"Title": "Other"}})
    shown = sandbox(FIRST, "GetOpportunity", Identifier=id)
    assert (shown["Project"], shown["LifeCycle"]["ReviewStatus"]) == ({"Title": "Other"}, "Approved")


def test_what_action_is_required_for_is_corrected_and_goes_back_to_review(sandbox: Sandbox) -> None:
    id = sandbox.submitted()["OpportunityId"]
    sandbox.update(FIRST, id, **_verdict("Action Required"))
    assert sandbox.review(FIRST, id) == "Action Required"
    renamed = {**_verdict("Action Required"), "OpportunityType": "Expansion"}
    seen = sandbox(FIRST, "GetOpportunity", Identifier=id)["LastModifiedDate"]
    refused = sandbox.fault(FIRST, "UpdateOpportunity", Identifier=id, LastModifiedDate=seen, **renamed)
    message = "While action is required, OpportunityType cannot be edited."
    assert refused == ("ValidationException", message)
    corrected = _verdict("Action Required")
    corrected["Customer"]["Account"]["Address"]["City"] = "Portland"
    corrected["LifeCycle"]["TargetCloseDate"] = "2026-06-01"
    corrected["Project"]["ExpectedCustomerSpend"] = [dict(SPEND)]
    sandbox.update(FIRST, id, **corrected)
    shown = sandbox(FIRST, "GetOpportunity", Identifier=id)
    assert shown["Customer"]["Account"]["Address"]["City"] == "Portland"
    assert shown["LifeCycle"] == {"Stage": "Qualified", "TargetCloseDate": "2026-06-01", "ReviewStatus": "Submitted"}


def test_a_review_takes_nothing_but_the_verdict(sandbox: Sandbox) -> None:
    id = sandbox.submitted()["OpportunityId"]
    sandbox.update(FIRST, id, LifeCycle={"ReviewStatus": "Approved"})
    assert sandbox(FIRST, "GetOpportunity", Identifier=id)["Project"] == opportunity()["Project"]


def test_what_was_not_submitted_has_no_review(sandbox: Sandbox) -> None:
    id = sandbox.opportunity()
    seen = sandbox(FIRST, "GetOpportunity", Identifier=id)["LastModifiedDate"]
    refused = sandbox.fault(FIRST, "UpdateOpportunity", Identifier=id, LastModifiedDate=seen, **_verdict("Approved"))
    assert refused == ("ConflictException", "The opportunity is Pending Submission: nothing to review.")


def test_reviews_are_played_in_the_sandbox_catalog_only(sandbox: Sandbox) -> None:
    aws = {"Catalog": "AWS"}
    id = sandbox.opportunity(FIRST, **aws)
    sandbox(FIRST, "SubmitOpportunity", Identifier=id, InvolvementType="Co-Sell", **aws)
    seen = sandbox(FIRST, "GetOpportunity", Identifier=id, **aws)["LastModifiedDate"]
    update = {"Identifier": id, "LastModifiedDate": seen, **_verdict("Approved"), **aws}
    locked = ("ConflictException", "The opportunity is Submitted and cannot be edited.")
    assert sandbox.fault(FIRST, "UpdateOpportunity", **update) == locked


# ------------------------------------------------------------------------------------------------- referrals from AWS


def test_a_referral_invites_the_caller_and_is_its_own_once_accepted(sandbox: Sandbox) -> None:
    id = sandbox.opportunity(FIRST, Origin="AWS Referral")
    assert sandbox.fault(FIRST, "GetOpportunity", Identifier=id) == NO_OPPORTUNITY
    assert sandbox(FIRST, "ListOpportunities")["OpportunitySummaries"] == []
    (invitation,) = sandbox(FIRST, "ListEngagementInvitations", ParticipantType="RECEIVER")[
        "EngagementInvitationSummaries"
    ]
    assert (invitation["SenderAwsAccountId"], invitation["SenderCompanyName"]) == ("aws", "Amazon Web Services")
    assert invitation["ExpirationDate"] == "2025-01-08T00:00:00.000000Z"
    task = sandbox(FIRST, "StartEngagementByAcceptingInvitationTask", Identifier=invitation["Id"])
    assert (task["TaskStatus"], task["OpportunityId"]) == ("COMPLETE", id)
    shown = sandbox(FIRST, "GetOpportunity", Identifier=id)
    assert shown["LifeCycle"]["ReviewStatus"] == "Approved"
    assert {name: shown[name] for name in ("Customer", "Project")} == {
        name: opportunity()[name] for name in ("Customer", "Project")
    }
    assert sandbox(FIRST, "GetEngagement", Identifier=invitation["EngagementId"])["CreatedBy"] == "aws"


def test_a_referral_of_next_to_nothing_still_makes_a_whole_invitation(quick: Sandbox) -> None:
    quick(FIRST, "CreateOpportunity", Origin="AWS Referral")
    (invitation,) = quick(FIRST, "ListEngagementInvitations", ParticipantType="RECEIVER")[
        "EngagementInvitationSummaries"
    ]
    payload = quick(FIRST, "GetEngagementInvitation", Identifier=invitation["Id"])["Payload"]
    assert payload["OpportunityInvitation"]["Project"]["Title"] == "Project without a title"


def test_a_referral_expires_after_seven_days(sandbox: Sandbox) -> None:
    sandbox.opportunity(FIRST, Origin="AWS Referral")
    sandbox.engine.advance(timedelta(days=7))
    listed = sandbox(FIRST, "ListEngagementInvitations", ParticipantType="RECEIVER", Status=["EXPIRED"])
    assert len(listed["EngagementInvitationSummaries"]) == 1


def test_referrals_are_for_the_sandbox_catalog_only(sandbox: Sandbox) -> None:
    refused = sandbox.fault(FIRST, "CreateOpportunity", Origin="AWS Referral", Catalog="AWS")
    assert refused == ("ValidationException", "AWS Referral is for the Sandbox catalog only.")


def test_a_referral_is_nobody_elses(sandbox: Sandbox) -> None:
    sandbox.opportunity(FIRST, Origin="AWS Referral")
    listed = sandbox(SECOND, "ListEngagementInvitations", ParticipantType="RECEIVER")
    assert listed == {"EngagementInvitationSummaries": []}


# ------------------------------------------------------------------------------- what an engagement takes over from it


def test_an_engagement_has_only_what_fits_its_form_of_a_customer(quick: Sandbox) -> None:
    """An opportunity may name its customer by anything; the customer of an engagement has a form."""
    odd = opportunity(company="\U0001f600")
    odd["Customer"]["Account"]["WebsiteUrl"] = "</script>"  # type: ignore[call-overload,index]
    quick(FIRST, "CreateOpportunity", **odd, Origin="AWS Referral")
    (listed,) = quick(FIRST, "ListEngagementInvitations", ParticipantType="RECEIVER")["EngagementInvitationSummaries"]
    shown = quick(FIRST, "GetEngagementInvitation", Identifier=listed["Id"])
    assert shown["Payload"]["OpportunityInvitation"]["Customer"] == {
        "CompanyName": "Example Customer",
        "WebsiteUrl": "https://example.com",
        "Industry": "Telecommunications",
        "CountryCode": "US",
    }


def test_members_of_an_engagement_are_not_told_the_identifier_of_its_opportunity(quick: Sandbox) -> None:
    content = opportunity()
    del content["Project"]
    id = str(quick(FIRST, "CreateOpportunity", **content)["Id"])
    task = quick(FIRST, "StartEngagementFromOpportunityTask", Identifier=id, **SUBMISSION)
    quick.invitation(task["EngagementId"], receiver=SECOND)
    (invited,) = quick(SECOND, "ListEngagementInvitations", ParticipantType="RECEIVER")["EngagementInvitationSummaries"]
    shown = quick(SECOND, "GetEngagementInvitation", Identifier=invited["Id"])
    assert shown["EngagementTitle"] == "Opportunity without a title"
    assert id not in str([invited, shown])
