"""What a review status permits, and the reviews that the Sandbox catalog plays.

Pending Submission is edited freely. Submitted, In review and Rejected are locked. Action Required takes the fields
that the guide lists, and goes back to review; Approved is edited freely. In the Sandbox catalog UpdateOpportunity
with ReviewStatus `Approved` or `Action Required` is AWS's verdict on what was submitted: nothing but the status is
taken from such a call.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.sandbox.behaviour import faults, snapshots
from codegen.sandbox.behaviour.ids import AWS
from codegen.sandbox.behaviour.invitations import join_by
from codegen.sandbox.behaviour.reading import text
from codegen.sandbox.calling import Call
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.invitations import open_invitations
from codegen.sandbox.store.records import Opportunity
from codegen.spec.ir import Json

VERDICTS = ("Approved", "Action Required")
LOCKED = ("Submitted", "In review", "Rejected")
UNDER_REVIEW = ("Submitted", "In review", "Action Required")
SUBMITTABLE = ("Pending Submission", "Action Required")
AFTER_EDIT = {"Action Required": "Submitted"}
"""An edit that was asked for puts the opportunity back under review."""

CORRECTABLE = (
    "Customer.Account.Address.City",
    "Customer.Account.Address.CountryCode",
    "Customer.Account.Address.PostalCode",
    "Customer.Account.Address.StateOrRegion",
    "Customer.Account.Address.StreetAddress",
    "Customer.Account.WebsiteUrl",
    "LifeCycle.ReviewStatus",
    "LifeCycle.TargetCloseDate",
    "PartnerOpportunityIdentifier",
    "Project.CustomerBusinessProblem",
    "Project.ExpectedCustomerSpend",
)
"""What may be edited while action is required; the status itself is read-only, and ignored."""


def verdict(call: Call, opportunity: Opportunity) -> str | None:
    """Read the review that a call plays; None where it is an edit."""
    status = text(call.input, "LifeCycle", "ReviewStatus")
    if call.catalog != "Sandbox" or status not in VERDICTS or status == opportunity.review:
        return None
    if opportunity.review in UNDER_REVIEW:
        return status
    raise faults.state(call, "LifeCycle.ReviewStatus", f"The opportunity is {opportunity.review}: nothing to review.")


def let_in(transaction: Transaction, call: Call, opportunity: Opportunity) -> None:
    """Let AWS, which approves an opportunity, join its engagement."""
    for invitation in open_invitations(transaction, opportunity.engagement or ""):
        if invitation.receiver == AWS and invitation.status == "PENDING":
            join_by(transaction, call, invitation)


def show(transaction: Transaction, call: Call, opportunity: Opportunity) -> None:
    """Let the members of the engagement see what was approved."""
    if opportunity.engagement:
        snapshots.take_snapshot(transaction, call, opportunity, opportunity.engagement)


def check_editable(call: Call, opportunity: Opportunity, field: str) -> None:
    if opportunity.review in LOCKED:
        raise faults.state(call, field, f"The opportunity is {opportunity.review} and cannot be edited.")


def check_submittable(call: Call, opportunity: Opportunity) -> None:
    if opportunity.review not in SUBMITTABLE:
        raise faults.state(call, "Identifier", f"The opportunity is {opportunity.review} and cannot be submitted.")


def check_fields(opportunity: Opportunity, old: Mapping[str, Json], new: Mapping[str, Json]) -> None:
    """Refuse edits that were not asked for while action is required."""
    if opportunity.review != "Action Required":
        return
    changed = sorted(path for path in _differences(old, new) if path not in CORRECTABLE)
    if changed:
        raise faults.invalid(
            changed[0], "ACTION_NOT_PERMITTED", f"While action is required, {changed[0]} cannot be edited."
        )


def _differences(old: Json | Mapping[str, Json], new: Json | Mapping[str, Json], path: str = "") -> set[str]:
    """Name the members in which two values differ: `Customer.Account.CompanyName`."""
    if path in CORRECTABLE or old == new:
        return {path} if old != new else set()
    if not isinstance(old or {}, Mapping) or not isinstance(new or {}, Mapping):
        return {path}
    before, after = _members(old), _members(new)
    names = before.keys() | after.keys()
    return {
        each
        for name in names
        for each in _differences(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    }


def _members(value: Json | Mapping[str, Json]) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
