"""StartEngagementByAcceptingInvitationTask: what an invitation offers becomes an opportunity of the receiver's."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.records import replace
from codegen.sandbox.behaviour import invitations, opportunities, snapshots
from codegen.sandbox.behaviour.ids import AWS
from codegen.sandbox.behaviour.reading import given, member, picked, text
from codegen.sandbox.behaviour.tasks import TaskFailed, fail_as_titled, refused, repeatable, started
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.opportunities import get_opportunity, opportunity_of
from codegen.sandbox.store.records import Invitation, Opportunity, Task, unpack
from codegen.spec.ir import Json


@repeatable
def start(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """Refuse at once what cannot come to a good end; leave the rest to the task."""
    invitation = invitations.receivable_invitation(transaction, call)
    return started(transaction, call, invitation.id, steps)


def steps(transaction: Transaction, call: Call, task: Task) -> Task:
    """Accept, make the opportunity, associate it with the engagement, start the job that takes its snapshots."""
    try:
        invitation = invitations.receivable_invitation(transaction, call)
    except Fault as fault:
        raise refused(call, fault) from None
    fail_as_titled(call.catalog, text(_details(invitation), "Project", "Title"))
    invitations.join_by(transaction, call, invitation)
    opportunity = _opportunity(transaction, call, invitation)
    job = snapshots.start_job(transaction, call, opportunity, invitation.engagement)
    snapshots.take_snapshot(transaction, call, opportunity, invitation.engagement)
    return replace(task, opportunity=opportunity.id, job=job)


def _opportunity(transaction: Transaction, call: Call, invitation: Invitation) -> Opportunity:
    """Make the receiver's opportunity: created first, associated afterwards, which updates it."""
    source = _source(transaction, invitation)
    approved = source is not None and source.review == "Approved"
    content = unpack(source.content) if source and invitation.opportunity else _content(_details(invitation))
    status = "Approved" if approved else "Submitted"
    made = opportunities.draft(call, call.account, content, status, invitation.opportunity or "")
    if get_opportunity(transaction, call.account, call.catalog, made.id):
        raise TaskFailed("OpportunityConflict")
    opportunities.store(transaction, call, made)
    return opportunities.change(transaction, call, replace(made, engagement=invitation.engagement))


def _source(transaction: Transaction, invitation: Invitation) -> Opportunity | None:
    """Find the sender's opportunity, of which the review status is copied, and everything where it is AWS's."""
    if invitation.account == AWS and invitation.opportunity:
        return get_opportunity(transaction, AWS, invitation.catalog, invitation.opportunity)
    return opportunity_of(transaction, invitation.account, invitation.engagement)


def _details(invitation: Invitation) -> Json:
    return member(unpack(invitation.content), "Payload", invitations.PAYLOAD)


def _content(details: Json) -> dict[str, Json]:
    """Write an opportunity of what an invitation tells of one."""
    customer, project = member(details, "Customer"), member(details, "Project")
    account = picked(customer, "CompanyName", "Industry", "WebsiteUrl")
    address = picked(customer, "CountryCode")
    return {
        "Customer": {"Account": {**account, **({"Address": address} if address else {})}},
        "LifeCycle": given({"Stage": "Prospect", "TargetCloseDate": member(project, "TargetCompletionDate")}),
        "Project": given(
            {
                "Title": member(project, "Title"),
                "CustomerBusinessProblem": member(project, "BusinessProblem"),
                "ExpectedCustomerSpend": member(project, "ExpectedCustomerSpend"),
            }
        ),
    }
