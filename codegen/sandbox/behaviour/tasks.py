"""What the two tasks share: a call starts one, repeating the call tells how far it is, and it may be made to fail.

`tasks = "at-once"`: the first answer is COMPLETE, or FAILED, as AWS's recorded answers are. `"in-steps"`: it is
IN_PROGRESS; the task is done once the clock has moved on by the setting `step` (seconds), when its account calls
again, or when a worker runs. Either way the same ClientToken and payload give the task as it stands.

How to make a task fail, with each of the service's reason codes:
- `Engine.fail_next_task(account, "OpportunityConflict")`, or the console, lets the next task of an account fail;
- in the Sandbox catalog, so does a project whose title ends in `#fail:OpportunityConflict`: the Project.Title of the
  opportunity (StartEngagementFromOpportunityTask), or of the invitation's payload
  (StartEngagementByAcceptingInvitationTask).
A task that fails has done nothing; start it again with another token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from codegen.records import replace
from codegen.sandbox.behaviour.engagements import is_descending, read_ids
from codegen.sandbox.behaviour.ids import arn, new_id, read_id
from codegen.sandbox.behaviour.paging import Clause, Listing, among, page
from codegen.sandbox.behaviour.reading import given, text, texts
from codegen.sandbox.behaviour.settings import read
from codegen.sandbox.behaviour.tokens import once
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.records import Task, moment, pack, unpack
from codegen.sandbox.store.tasks import LIST_TASKS, add_task, finish_task, get_task, take_fault
from codegen.spec import ir
from codegen.spec.ir import Json

ACCEPTING = "StartEngagementByAcceptingInvitationTask"
STARTING = "StartEngagementFromOpportunityTask"
KINDS = {ACCEPTING: "engagement-by-accepting-invitation-task", STARTING: "engagement-from-opportunity-task"}

REASONS: Mapping[str, str] = {
    "EngagementAccessDenied": "Your account may not work with the engagement.",
    "EngagementConflict": "The engagement is in a state that does not permit this.",
    "EngagementInvitationConflict": "The invitation is in a state that does not permit this.",
    "EngagementValidationFailed": "The engagement does not satisfy the rules; correct it and start again.",
    "InternalError": "Something failed on our side; start again.",
    "InvitationAccessDenied": "Your account may not answer the invitation.",
    "InvitationValidationFailed": "The invitation does not satisfy the rules; ask its sender for another.",
    "OpportunityAccessDenied": "Your account may not work with the opportunity.",
    "OpportunityConflict": "The opportunity is in a state that does not permit this.",
    "OpportunitySubmissionFailed": "The opportunity could not be submitted; complete it and start again.",
    "OpportunityValidationFailed": "The opportunity does not satisfy the rules; correct it and start again.",
    "RequestThrottled": "There were too many requests; start again later.",
    "ResourceSnapshotAccessDenied": "Your account may not take a snapshot of the opportunity.",
    "ResourceSnapshotConflict": "There is a snapshot that stands against this.",
    "ResourceSnapshotJobAccessDenied": "Your account may not start a snapshot job for the opportunity.",
    "ResourceSnapshotJobConflict": "There is a snapshot job that stands against this.",
    "ResourceSnapshotJobValidationFailed": "The snapshot job does not satisfy the rules.",
    "ResourceSnapshotValidationFailed": "The snapshot does not satisfy the rules.",
    "ServiceQuotaExceeded": "A quota would be exceeded; use less or ask for more.",
}
"""Every ReasonCode of the service, with the Message that goes with it here."""

_ORDERED = re.compile(r"#fail:(\w+)\s*\Z")


class TaskFailed(Exception):
    """Raised by a step; what the task did before is undone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Steps = Callable[[Transaction, Call, Task], Task]
"""Does the work of a task and gives it back with the identifiers of what came of it; or raises TaskFailed."""


def started(transaction: Transaction, call: Call, subject: str, steps: Steps) -> Mapping[str, Json]:
    """Start a task about a subject; gives its identifier."""
    settings = read(transaction)
    task = Task(
        id=new_id(KINDS[call.operation]),
        catalog=call.catalog,
        account=call.account,
        operation=call.operation,
        status="IN_PROGRESS",
        subject=subject,
        content=pack(call.input),
        started=moment(call.now),
        due=moment(call.now + timedelta(seconds=settings.step)),
    )
    add_task(transaction, task)
    if settings.tasks == "at-once":
        run(transaction, task, call.now, steps, call.model)
    return {"TaskId": task.id}


def repeatable(
    function: Callable[[Transaction, Call], Mapping[str, Json]],
) -> Callable[[Transaction, Call], Mapping[str, Json]]:
    """Let a call start a task once per token, and answer with the task as it stands, every time."""
    start = once(function)

    def operate(transaction: Transaction, call: Call) -> Mapping[str, Json]:
        task = get_task(transaction, call.account, text(start(transaction, call), "TaskId"))
        return _answer(task) if task else {}

    return operate


def run(transaction: Transaction, task: Task, now: datetime, steps: Steps, model: ir.Model | None) -> None:
    """Do a task's work: all of it, or none."""
    asked = unpack(task.content)
    call = Call(operation=task.operation, account=task.account, input=asked, now=now, request_id="", model=model)
    reason = take_fault(transaction, task.account)
    try:
        with transaction.attempt():
            if reason:
                raise TaskFailed(reason)
            done = replace(steps(transaction, call, task), status="COMPLETE")
    except TaskFailed as failed:
        done = replace(task, status="FAILED", reason=failed.reason, message=REASONS[failed.reason])
    finish_task(transaction, done)


def fail_as_titled(catalog: str, title: str) -> None:
    """Raise what the title of a project orders, in the Sandbox catalog."""
    match = _ORDERED.search(title) if catalog == "Sandbox" else None
    if match and match[1] in REASONS:
        raise TaskFailed(match[1])


def _answer(task: Task) -> dict[str, Json]:
    return given(
        {
            "EngagementId": task.engagement if task.operation == STARTING else None,
            "EngagementInvitationId": task.subject if task.operation == ACCEPTING else task.invitation,
            "Message": task.message,
            "OpportunityId": task.subject if task.operation == STARTING else task.opportunity,
            "ReasonCode": task.reason,
            "ResourceSnapshotJobId": task.job,
            "StartTime": task.started,
            "TaskArn": arn(KINDS[task.operation], task.catalog, task.id),
            "TaskId": task.id,
            "TaskStatus": task.status,
        }
    )


def list_accepting(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """ListEngagementByAcceptingInvitationTasks."""
    invitations = among("subject", read_ids(call, "engagement-invitation", "EngagementInvitationIdentifier"))
    opportunities = among("opportunity", texts(call.input, "OpportunityIdentifier"))
    return _list(transaction, call, ACCEPTING, invitations, opportunities)


def list_starting(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """ListEngagementFromOpportunityTasks."""
    engagements = among("engagement", read_ids(call, "engagement", "EngagementIdentifier"))
    opportunities = among("subject", texts(call.input, "OpportunityIdentifier"))
    return _list(transaction, call, STARTING, engagements, opportunities)


def _list(transaction: Transaction, call: Call, operation: str, *filters: Clause) -> Mapping[str, Json]:
    """List tasks; the oldest first, unless asked otherwise."""
    ids = [read_id(KINDS[operation], each, call.catalog) for each in texts(call.input, "TaskIdentifier")]
    clauses: tuple[Clause, ...] = (
        ("", {"operation": operation}),
        among("id", ids),
        among("status", texts(call.input, "TaskStatus")),
        *filters,
    )
    listing = Listing(LIST_TASKS, "started", "id", clauses, is_descending(call))
    items, token = page(transaction, call, listing, lambda row: Task(*row), lambda each: (each.started, each.id))
    return given({"TaskSummaries": [_answer(each) for each in items], "NextToken": token})


def refused(call: Call, fault: Fault) -> TaskFailed:
    """Turn what an operation would answer into the reason of a task that does the same."""
    access = "InvitationAccessDenied" if call.operation == ACCEPTING else "OpportunityAccessDenied"
    conflict = "EngagementInvitationConflict" if call.operation == ACCEPTING else "OpportunityConflict"
    return TaskFailed(conflict if fault.code == "ConflictException" else access)
