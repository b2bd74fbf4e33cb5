"""What a console shows: the newest of all accounts, and how many there are; for who runs the sandbox alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from codegen.sandbox.behaviour.events import envelope, recorded
from codegen.sandbox.behaviour.reading import given, member, text
from codegen.sandbox.behaviour.settings import Settings
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.engagements import count_engagements, list_members, newest_engagements
from codegen.sandbox.store.invitations import count_invitations, newest_invitations
from codegen.sandbox.store.opening import identity
from codegen.sandbox.store.outbox import last_event, list_events
from codegen.sandbox.store.records import Engagement, Invitation, Task, moment, unpack
from codegen.sandbox.store.tasks import count_tasks, newest_tasks
from codegen.spec.ir import Json

NEWEST = 200
"""How many of each kind are shown; arbitrary, a console asks once a second."""


def overview(transaction: Transaction, now: datetime, settings: Settings) -> Mapping[str, Json]:
    """Give the newest engagements, invitations, tasks and events, `counts` of all, the clock and the switches."""
    key, last = identity(transaction.database, "key"), last_event(transaction)
    events = list_events(transaction, None, last - NEWEST, NEWEST)
    return {
        "now": moment(now),
        "settings": {name: getattr(settings, name) for name in settings.__slots__},
        "counts": {
            "engagements": count_engagements(transaction),
            "invitations": count_invitations(transaction),
            "tasks": count_tasks(transaction),
            "events": last,
        },
        "engagements": [_engagement(transaction, each) for each in newest_engagements(transaction, NEWEST)],
        "invitations": [_invitation(each) for each in newest_invitations(transaction, NEWEST)],
        "tasks": [_task(each) for each in newest_tasks(transaction, NEWEST)],
        "events": [{"sequence": each.sequence, **envelope(recorded(key, each))} for each in events],
    }


def _engagement(transaction: Transaction, engagement: Engagement) -> dict[str, Json]:
    return {
        "id": engagement.id,
        "catalog": engagement.catalog,
        "account": engagement.account,
        "title": member(unpack(engagement.content), "Title"),
        "created": engagement.created,
        "members": [each.account for each in list_members(transaction, engagement.id)],
    }


def _invitation(invitation: Invitation) -> dict[str, Json]:
    return {
        "id": invitation.id,
        "catalog": invitation.catalog,
        "engagement": invitation.engagement,
        "sender": invitation.account,
        "receiver": invitation.receiver,
        "title": text(unpack(invitation.content), "Payload", "OpportunityInvitation", "Project", "Title"),
        "status": invitation.status,
        "created": invitation.created,
        "expires": invitation.expires,
    }


def _task(task: Task) -> dict[str, Json]:
    return given(
        {
            "id": task.id,
            "catalog": task.catalog,
            "account": task.account,
            "operation": task.operation,
            "subject": task.subject,
            "status": task.status,
            "reason": task.reason,
            "message": task.message,
            "started": task.started,
        }
    )
