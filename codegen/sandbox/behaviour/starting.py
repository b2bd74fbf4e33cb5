"""StartEngagementFromOpportunityTask: an opportunity of the caller's is submitted, and AWS invited to work on it."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.records import replace
from codegen.sandbox.behaviour import engagements, invitations, opportunities, review, snapshots
from codegen.sandbox.behaviour.events import tell_engagement, tell_member
from codegen.sandbox.behaviour.ids import AWS
from codegen.sandbox.behaviour.reading import member, picked, text
from codegen.sandbox.behaviour.referral import customer_of, invitation_of, title
from codegen.sandbox.behaviour.tasks import fail_as_titled, refused, repeatable, started
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.records import Opportunity, Task, unpack
from codegen.spec.ir import Json


@repeatable
def start(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """Refuse at once what cannot come to a good end; leave the rest to the task."""
    return started(transaction, call, _submittable(transaction, call).id, steps)


def _submittable(transaction: Transaction, call: Call) -> Opportunity:
    opportunity = opportunities.own_opportunity(transaction, call)
    review.check_submittable(call, opportunity)
    return opportunity


def steps(transaction: Transaction, call: Call, task: Task) -> Task:
    """Open an engagement, associate and submit the opportunity, start its snapshots, invite AWS; told in that order."""
    try:
        opportunity = _submittable(transaction, call)
    except Fault as fault:
        raise refused(call, fault) from None
    content = unpack(opportunity.content)
    fail_as_titled(call.catalog, text(content, "Project", "Title"))
    asked = _engagement(call, opportunity, content)
    engagement = engagements.open_engagement(transaction, call, call.account, asked)
    submitted = replace(opportunity, review="Submitted", engagement=engagement.id)
    submitted = opportunities.change(transaction, call, submitted)
    tell_engagement(transaction, call.now, engagement, asked)
    job = snapshots.start_job(transaction, call, submitted, engagement.id)
    snapshots.take_snapshot(transaction, call, submitted, engagement.id)
    tell_member(transaction, call.now, [call.account], call.catalog, engagement.id)
    offer = invitation_of(call, content, AWS, "Please work with us on this opportunity.")
    invitation = invitations.send_invitation(transaction, call, engagement.id, call.account, offer)
    return replace(task, engagement=engagement.id, invitation=invitation.id, job=job)


def _engagement(call: Call, opportunity: Opportunity, content: Json) -> dict[str, Json]:
    """Write the request that would open this engagement."""
    context = _context(call, content)
    return {
        "Title": title(opportunity),
        "Description": "Engagement for an opportunity",
        **({"Contexts": [context]} if context else {}),
    }


def _context(call: Call, content: Json) -> dict[str, Json] | None:
    """Write a CustomerProject, where the opportunity has all that one has to have."""
    project = picked(member(content, "Project"), "Title")
    problem = text(content, "Project", "CustomerBusinessProblem")[:255]
    date = text(content, "LifeCycle", "TargetCloseDate")
    customer = customer_of(call, content)
    if len(customer) < 4 or not (project and problem and date):
        return None
    details = {**project, "BusinessProblem": problem, "TargetCompletionDate": date}
    return {"Type": "CustomerProject", "Payload": {"CustomerProject": {"Customer": customer, "Project": details}}}
