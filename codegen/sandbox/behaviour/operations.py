"""The contents page: operation -> what does it, which quota it counts against, and whether time shows in its answer.

`timely` operations first let lapse what has lapsed, and finish what is due, for their account (`upkeep`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codegen.sandbox.behaviour import accepting, association, engagements, invitations, opportunities, starting, tasks
from codegen.sandbox.behaviour.quotas import CREATE_ENGAGEMENT, READS, WRITES, Quota
from codegen.sandbox.calling import Call
from codegen.sandbox.store.database import Transaction
from codegen.spec.ir import Json


@dataclass(frozen=True, slots=True)
class Operation:
    function: Callable[[Transaction, Call], Mapping[str, Json]]
    quota: Quota | None = None
    timely: bool = True


OPERATIONS: Mapping[str, Operation] = {
    "AcceptEngagementInvitation": Operation(invitations.accept),
    "AssignOpportunity": Operation(opportunities.assign, WRITES),
    "AssociateOpportunity": Operation(association.associate, WRITES),
    "CreateEngagement": Operation(engagements.create_engagement, CREATE_ENGAGEMENT, timely=False),
    "CreateEngagementInvitation": Operation(invitations.create_invitation),
    "CreateOpportunity": Operation(opportunities.create_opportunity, WRITES, timely=False),
    "GetEngagement": Operation(engagements.get),
    "GetEngagementInvitation": Operation(invitations.get, READS),
    "GetOpportunity": Operation(opportunities.get, READS),
    "ListEngagementByAcceptingInvitationTasks": Operation(tasks.list_accepting),
    "ListEngagementFromOpportunityTasks": Operation(tasks.list_starting),
    "ListEngagementInvitations": Operation(invitations.list_all, READS),
    "ListEngagementMembers": Operation(engagements.list_the_members),
    "ListEngagements": Operation(engagements.list_all),
    "ListOpportunities": Operation(opportunities.list_all, READS),
    "RejectEngagementInvitation": Operation(invitations.reject, WRITES),
    "StartEngagementByAcceptingInvitationTask": Operation(accepting.start, WRITES),
    "StartEngagementFromOpportunityTask": Operation(starting.start, WRITES),
    "SubmitOpportunity": Operation(opportunities.submit, WRITES),
    "UpdateOpportunity": Operation(opportunities.update, WRITES),
}
