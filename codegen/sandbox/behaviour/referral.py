"""An opportunity from AWS, as the Sandbox catalog plays it.

CreateOpportunity with the origin `AWS Referral` puts the opportunity into the hands of AWS, which opens an engagement
and invites the caller, for seven days. Who accepts by a task gets the opportunity under the identifier that
CreateOpportunity has answered, approved already; until then it is not the caller's, and not found.
"""

from __future__ import annotations

from datetime import timedelta

from codegen.records import replace
from codegen.sandbox.behaviour import faults
from codegen.sandbox.behaviour.engagements import open_engagement
from codegen.sandbox.behaviour.ids import AWS
from codegen.sandbox.behaviour.invitations import PAYLOAD, REFERRAL_LASTING, send_invitation
from codegen.sandbox.behaviour.reading import given, member, picked, text
from codegen.sandbox.calling import Call
from codegen.sandbox.checking import fits
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.opportunities import add_opportunity
from codegen.sandbox.store.records import Opportunity, unpack
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText

_CUSTOMER = SpecText("EngagementCustomer")
_SELLER: dict[str, Json] = {
    "BusinessTitle": "AWSSalesRep",
    "Email": "seller@example.com",
    "FirstName": "Example",
    "LastName": "Seller",
}


def refer(transaction: Transaction, call: Call, opportunity: Opportunity) -> None:
    """Let AWS invite the caller to an opportunity of its own."""
    if call.catalog != "Sandbox":
        raise faults.invalid("Origin", "ACTION_NOT_PERMITTED", "AWS Referral is for the Sandbox catalog only.")
    content = unpack(opportunity.content)
    engagement = open_engagement(transaction, call, AWS, {"Title": title(opportunity), "Description": ""})
    referred = replace(opportunity, account=AWS, review="Approved", engagement=engagement.id)
    add_opportunity(transaction, referred)
    message = "AWS invites you to work on this opportunity."
    invitation = invitation_of(call, content, call.account, message, SenderContacts=[_SELLER])
    send_invitation(
        transaction,
        call,
        engagement.id,
        AWS,
        invitation,
        lasting=REFERRAL_LASTING,
        opportunity=opportunity.id,
    )


def title(opportunity: Opportunity) -> str:
    """Name an engagement after the project of an opportunity, within the 40 characters of a title.

    Every member reads the title, and the identifier of an opportunity is its owner's alone.
    """
    return text(unpack(opportunity.content), "Project", "Title")[:40] or "Opportunity without a title"


def invitation_of(call: Call, content: Json, receiver: str, message: str, **more: Json) -> dict[str, Json]:
    """Write the Invitation of a request about an opportunity; all of it is required, so there are stand-ins."""
    details: dict[str, Json] = {
        "Customer": {**_SOME_CUSTOMER, **customer_of(call, content)},
        "Project": {**_some_project(call), **_project(content)},
        "ReceiverResponsibilities": ["Co-Sell Facilitator"],
        **more,
    }
    return {
        "Message": message,
        "Receiver": {"Account": {"AwsAccountId": receiver}},
        "Payload": {PAYLOAD: details},
    }


_SOME_CUSTOMER: dict[str, Json] = {
    "CompanyName": "Example Customer",
    "WebsiteUrl": "https://example.com",
    "Industry": "Other",
    "CountryCode": "US",
}


def _some_project(call: Call) -> dict[str, Json]:
    spend: dict[str, Json] = {
        "Amount": "1.00",
        "CurrencyCode": "USD",
        "Frequency": "Monthly",
        "TargetCompany": "AWS",
    }
    return {
        "Title": "Project without a title",
        "BusinessProblem": "The opportunity describes no business problem.",
        "ExpectedCustomerSpend": [spend],
        "TargetCompletionDate": (call.now + timedelta(days=90)).date().isoformat(),
    }


def customer_of(call: Call, content: Json) -> dict[str, Json]:
    """Write the EngagementCustomer of an opportunity, as far as it is known and of the form that one has."""
    account = member(content, "Customer", "Account")
    named = {
        **picked(account, "CompanyName", "WebsiteUrl", "Industry"),
        **picked(member(account, "Address"), "CountryCode"),
    }
    form = call.model.shapes.get(_CUSTOMER) if call.model else None
    if call.model is None or not isinstance(form, ir.Structure):
        return named
    return {each.name.raw: named[each.name.raw] for each in form.members if _fits(call.model, each, named)}


def _fits(model: ir.Model, each: ir.Member, named: dict[str, Json]) -> bool:
    """An opportunity may name its customer by anything, `""` too; an engagement by letters, digits, signs, spaces."""
    return each.name.raw in named and fits(model, each, named[each.name.raw])


def _project(content: Json) -> dict[str, Json]:
    project = member(content, "Project")
    return given(
        {
            "Title": text(project, "Title") or None,
            "BusinessProblem": text(project, "CustomerBusinessProblem")[:255] or None,
            "ExpectedCustomerSpend": member(project, "ExpectedCustomerSpend"),
            "TargetCompletionDate": member(content, "LifeCycle", "TargetCloseDate"),
        }
    )
