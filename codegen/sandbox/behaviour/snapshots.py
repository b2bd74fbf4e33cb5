"""What AWS and other members get to see of an opportunity: a snapshot, and the job that keeps taking them."""

from __future__ import annotations

from codegen.sandbox.behaviour.events import tell_snapshot
from codegen.sandbox.behaviour.ids import new_id
from codegen.sandbox.behaviour.reading import picked
from codegen.sandbox.calling import Call
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.opportunities import add_job, add_snapshot, last_revision
from codegen.sandbox.store.records import Job, Opportunity, Snapshot, moment, pack, unpack


def start_job(transaction: Transaction, call: Call, opportunity: Opportunity, engagement: str) -> str:
    """Start the job for an opportunity in an engagement; gives its identifier."""
    id = new_id("resource-snapshot-job")
    job = Job(id, call.catalog, opportunity.account, engagement, opportunity.id, "Running", moment(call.now))
    add_job(transaction, job)
    return id


def take_snapshot(transaction: Transaction, call: Call, opportunity: Opportunity, engagement: str) -> None:
    """Store the next revision of what members may see of an opportunity, and tell its owner."""
    revision = last_revision(transaction, opportunity.account, engagement, opportunity.id) + 1
    shown = picked(unpack(opportunity.content), "Customer", "LifeCycle", "OpportunityType", "Project")
    snapshot = Snapshot(engagement, opportunity.account, opportunity.id, revision, pack(shown), moment(call.now))
    add_snapshot(transaction, snapshot)
    tell_snapshot(transaction, call.now, opportunity.account, call.catalog, engagement, opportunity.id, revision)
