"""Invitations: PENDING, then ACCEPTED, REJECTED or, 15 days after they were sent, EXPIRED; never back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from codegen.sandbox.behaviour import faults
from codegen.sandbox.behaviour.companies import company_name
from codegen.sandbox.behaviour.engagements import company, is_descending, join, read_ids, visible_engagement
from codegen.sandbox.behaviour.events import tell_invitation
from codegen.sandbox.behaviour.ids import AWS, arn, new_id, read_id
from codegen.sandbox.behaviour.paging import Listing, among, page
from codegen.sandbox.behaviour.reading import given, member, picked, text, texts
from codegen.sandbox.behaviour.tokens import once
from codegen.sandbox.calling import Call
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.engagements import invited_engagement, is_member, list_members
from codegen.sandbox.store.invitations import (
    LIST_RECEIVED,
    LIST_SENT,
    add_invitation,
    answer_invitation,
    get_invitation,
    open_invitations,
)
from codegen.sandbox.store.records import Engagement, Invitation, moment, pack, unpack
from codegen.spec.ir import Json

KIND = "engagement-invitation"
PAYLOAD = "OpportunityInvitation"
LASTING = timedelta(days=15)
REFERRAL_LASTING = timedelta(days=7)
MOST_INVITED = 9
"""Partners that an engagement has at most, besides the one that opened it; AWS does not count."""


@once
def create_invitation(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """CreateEngagementInvitation."""
    engagement = visible_engagement(transaction, call, "EngagementIdentifier")
    content = member(call.input, "Invitation")
    _check_receiver(transaction, call, engagement.id, text(content, "Receiver", "Account", "AwsAccountId"))
    invitation = send_invitation(transaction, call, engagement.id, call.account, content)
    return {"Arn": arn(KIND, call.catalog, invitation.id), "Id": invitation.id}


def send_invitation(
    transaction: Transaction,
    call: Call,
    engagement: str,
    sender: str,
    content: Json,
    *,
    lasting: timedelta = LASTING,
    opportunity: str | None = None,
) -> Invitation:
    """Store an invitation; `content` is the Invitation of a request. Both sides are told."""
    invitation = Invitation(
        id=new_id(KIND),
        catalog=call.catalog,
        account=sender,
        receiver=text(content, "Receiver", "Account", "AwsAccountId"),
        engagement=engagement,
        opportunity=opportunity,
        status="PENDING",
        content=pack(content),
        reason=None,
        created=moment(call.now),
        expires=moment(call.now + lasting),
    )
    add_invitation(transaction, invitation)
    tell_invitation(transaction, call.now, "Created", invitation)
    return invitation


def _check_receiver(transaction: Transaction, call: Call, engagement: str, receiver: str) -> None:
    field = "Invitation.Receiver.Account.AwsAccountId"
    if receiver == call.account:
        raise faults.invalid(field, "INVALID_VALUE", "You cannot invite yourself.")
    if is_member(transaction, engagement, receiver):
        raise faults.state(call, field, "The receiver is a member of the engagement already.")
    invited = [each.receiver for each in open_invitations(transaction, engagement)]
    if receiver in invited:
        raise faults.state(call, field, "The receiver has an invitation to the engagement already.")
    if receiver != AWS and len([each for each in invited if each != AWS]) >= MOST_INVITED:
        raise faults.quota(f"An engagement invites at most {MOST_INVITED} partners.")


def visible_invitation(transaction: Transaction, call: Call) -> Invitation:
    """Find the invitation that a call names, sent or received by the caller, or fault."""
    id = read_id(KIND, call.input.get("Identifier"), call.catalog)
    invitation = get_invitation(transaction, call.account, call.catalog, id)
    if invitation is None:
        raise faults.not_found("engagement invitation")
    return invitation


def receivable_invitation(transaction: Transaction, call: Call) -> Invitation:
    """Find an invitation that the caller may answer: its own to receive, and PENDING still."""
    invitation = visible_invitation(transaction, call)
    if invitation.receiver != call.account:
        raise faults.denied("Only the receiver of an invitation can answer it.")
    if invitation.status != "PENDING":
        raise faults.state(call, "Identifier", f"The invitation is {invitation.status}, and no longer PENDING.")
    return invitation


def accept(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """AcceptEngagementInvitation: the receiver becomes a member."""
    join_by(transaction, call, receivable_invitation(transaction, call))
    return {}


def join_by(transaction: Transaction, call: Call, invitation: Invitation) -> None:
    """Accept an invitation in the name of its receiver."""
    answer_invitation(transaction, invitation.receiver, invitation.id, "ACCEPTED")
    tell_invitation(transaction, call.now, "Accepted", invitation)
    join(transaction, call, invitation.engagement, invitation.receiver)


def reject(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """RejectEngagementInvitation; the reason, where one is given, can be read by both sides."""
    invitation = receivable_invitation(transaction, call)
    reason = text(call.input, "RejectionReason") or None
    answer_invitation(transaction, call.account, invitation.id, "REJECTED", pack(reason) if reason else None)
    tell_invitation(transaction, call.now, "Rejected", invitation)
    return {}


def lapse(transaction: Transaction, now: datetime, invitation: Invitation) -> None:
    """Let an invitation expire, and tell so, once."""
    if answer_invitation(transaction, invitation.account, invitation.id, "EXPIRED"):
        tell_invitation(transaction, now, "Expired", invitation)


def get(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """GetEngagementInvitation; who is no member yet learns the names of the members only."""
    invitation = visible_invitation(transaction, call)
    engagement = invited_engagement(transaction, call.account, invitation.id)
    content = unpack(invitation.content)
    members = list_members(transaction, invitation.engagement)
    return {
        **_summary(invitation, engagement),
        "EngagementDescription": member(unpack(engagement.content), "Description") if engagement else None,
        "ExistingMembers": [company(each.account) for each in members],
        "InvitationMessage": member(content, "Message"),
        "Payload": picked(member(content, "Payload"), PAYLOAD),
        **picked({"RejectionReason": _reason(invitation)}, "RejectionReason"),
    }


def _reason(invitation: Invitation) -> Json:
    return text(unpack(f'{{"reason":{invitation.reason}}}'), "reason") if invitation.reason else None


def _summary(invitation: Invitation, engagement: Engagement | None) -> dict[str, Json]:
    return {
        "Arn": arn(KIND, invitation.catalog, invitation.id),
        "Catalog": invitation.catalog,
        "EngagementId": invitation.engagement,
        "EngagementTitle": member(unpack(engagement.content), "Title") if engagement else None,
        "ExpirationDate": invitation.expires,
        "Id": invitation.id,
        "InvitationDate": invitation.created,
        "PayloadType": PAYLOAD,
        "Receiver": member(unpack(invitation.content), "Receiver"),
        "SenderAwsAccountId": invitation.account,
        "SenderCompanyName": company_name(invitation.account),
        "Status": invitation.status,
    }


def list_all(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """ListEngagementInvitations, of those sent or those received; the oldest first, unless asked otherwise."""
    role = text(call.input, "ParticipantType")
    clauses = (
        among("status", texts(call.input, "Status")),
        among("engagement", read_ids(call, "engagement", "EngagementIdentifier")),
        among("account", texts(call.input, "SenderAwsAccountId")),
    )
    select = LIST_SENT if role == "SENDER" else LIST_RECEIVED
    listing = Listing(select, "created", "id", clauses, is_descending(call))
    items, token = page(transaction, call, listing, lambda row: Invitation(*row), lambda each: (each.created, each.id))
    summaries: list[Json] = [_listed(transaction, call, role, each) for each in items]
    return given({"EngagementInvitationSummaries": summaries, "NextToken": token})


def _listed(transaction: Transaction, call: Call, role: str, invitation: Invitation) -> dict[str, Json]:
    engagement = invited_engagement(transaction, call.account, invitation.id)
    return {**_summary(invitation, engagement), "ParticipantType": role}
