"""Opportunities: each belongs to one account; what may change depends on where its review stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from codegen.records import replace
from codegen.sandbox.behaviour import faults, referral, review
from codegen.sandbox.behaviour.engagements import is_descending
from codegen.sandbox.behaviour.events import tell_opportunity
from codegen.sandbox.behaviour.ids import arn, new_opportunity_id
from codegen.sandbox.behaviour.paging import Clause, Listing, Position, among, page
from codegen.sandbox.behaviour.reading import given, member, picked, text, texts
from codegen.sandbox.behaviour.tokens import once
from codegen.sandbox.calling import Call
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.opportunities import (
    LIST_OPPORTUNITIES,
    add_opportunity,
    get_opportunity,
    update_opportunity,
)
from codegen.sandbox.store.records import Opportunity, instant, moment, pack, unpack
from codegen.spec.ir import Json

WRITTEN = (
    "Customer",
    "LifeCycle",
    "Marketing",
    "NationalSecurity",
    "OpportunityType",
    "PartnerOpportunityIdentifier",
    "PrimaryNeedsFromAws",
    "Project",
    "SoftwareRevenue",
)
"""What a partner writes, and UpdateOpportunity writes anew: what it leaves out is gone afterwards."""


@once
def create_opportunity(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """CreateOpportunity; the origin `AWS Referral` makes AWS refer it instead, in the Sandbox catalog only."""
    content = picked(call.input, *WRITTEN, "OpportunityTeam")
    opportunity = draft(call, call.account, content, "Pending Submission")
    if text(call.input, "Origin") == "AWS Referral":
        referral.refer(transaction, call, opportunity)
    else:
        store(transaction, call, opportunity)
    return {
        "Id": opportunity.id,
        "LastModifiedDate": opportunity.modified,
        **picked(content, "PartnerOpportunityIdentifier"),
    }


def draft(call: Call, account: str, content: Mapping[str, Json], review_status: str, id: str = "") -> Opportunity:
    """Make an opportunity of what was written; stores nothing."""
    now = moment(_whole_milliseconds(call.now))
    return _indexed(
        Opportunity(
            account=account,
            id=id or new_opportunity_id(),
            catalog=call.catalog,
            review=review_status,
            stage=None,
            customer="",
            content=pack(content),
            related=pack({}),
            engagement=None,
            created=now,
            modified=now,
        )
    )


def store(transaction: Transaction, call: Call, opportunity: Opportunity) -> None:
    """Add an opportunity to its account, which is told."""
    add_opportunity(transaction, opportunity)
    tell_opportunity(transaction, call.now, "Created", opportunity.account, call.catalog, opportunity.id)


def _indexed(opportunity: Opportunity) -> Opportunity:
    """Fill in the columns that lists search by."""
    content = unpack(opportunity.content)
    customer = pack(text(content, "Customer", "Account", "CompanyName"))
    return replace(opportunity, stage=text(content, "LifeCycle", "Stage") or None, customer=customer)


def change(transaction: Transaction, call: Call, opportunity: Opportunity) -> Opportunity:
    """Store what has become of an opportunity, under a later LastModifiedDate; its owner is told."""
    later = instant(opportunity.modified) + timedelta(milliseconds=1)
    modified = moment(max(_whole_milliseconds(call.now), later))
    changed = _indexed(replace(opportunity, modified=modified))
    update_opportunity(transaction, changed)
    tell_opportunity(transaction, call.now, "Updated", changed.account, call.catalog, changed.id)
    return changed


def _whole_milliseconds(time: datetime) -> datetime:
    """Clients of some languages send LastModifiedDate back in milliseconds; so it has no more than those."""
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def own_opportunity(transaction: Transaction, call: Call, field: str = "Identifier") -> Opportunity:
    """Find the opportunity of the caller that a call names, or fault."""
    opportunity = get_opportunity(transaction, call.account, call.catalog, text(call.input, field))
    if opportunity is None:
        raise faults.not_found("opportunity")
    return opportunity


def get(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """GetOpportunity."""
    opportunity = own_opportunity(transaction, call)
    return {
        **picked(unpack(opportunity.content), *WRITTEN, "OpportunityTeam"),
        **_heading(opportunity),
        "LifeCycle": _life_cycle(opportunity),
        "RelatedEntityIdentifiers": unpack(opportunity.related),
    }


def _heading(opportunity: Opportunity) -> dict[str, Json]:
    return {
        "Arn": arn("opportunity", opportunity.catalog, opportunity.id, opportunity.account),
        "Catalog": opportunity.catalog,
        "CreatedDate": opportunity.created,
        "Id": opportunity.id,
        "LastModifiedDate": opportunity.modified,
    }


def _life_cycle(opportunity: Opportunity) -> dict[str, Json]:
    written = member(unpack(opportunity.content), "LifeCycle")
    return {**(written if isinstance(written, dict) else {}), "ReviewStatus": opportunity.review}


def update(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """UpdateOpportunity: what is left out is unset. In the Sandbox catalog a ReviewStatus may play AWS's review."""
    opportunity = own_opportunity(transaction, call)
    _check_date(call, opportunity)
    verdict = review.verdict(call, opportunity)
    if verdict == "Approved":
        review.let_in(transaction, call, opportunity)
    new = replace(opportunity, review=verdict) if verdict else _rewritten(call, opportunity)
    changed = change(transaction, call, new)
    if verdict == "Approved":
        review.show(transaction, call, changed)
    return {"Id": changed.id, "LastModifiedDate": changed.modified}


def _rewritten(call: Call, opportunity: Opportunity) -> Opportunity:
    review.check_editable(call, opportunity, "Identifier")
    old = unpack(opportunity.content)
    new = {**picked(call.input, *WRITTEN), **picked(old, "OpportunityTeam")}
    review.check_fields(opportunity, old, new)
    return replace(opportunity, content=pack(new), review=review.AFTER_EDIT.get(opportunity.review, opportunity.review))


def _check_date(call: Call, opportunity: Opportunity) -> None:
    """LastModifiedDate says which state the caller has seen."""
    seen = read_time(call.input.get("LastModifiedDate"), "LastModifiedDate")
    if _whole_milliseconds(seen) != instant(opportunity.modified):
        raise faults.state(call, "LastModifiedDate", "The opportunity was modified since then; read it again.")


def read_time(value: Json, field: str) -> datetime:
    """Read a moment of a request: text, or seconds since 1970."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        time = datetime.fromisoformat(str(value))
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        raise faults.malformed(field, "INVALID_STRING_FORMAT", f"{field} is no moment in time.") from None


def list_all(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """ListOpportunities; what was modified last comes first, unless asked otherwise."""
    key = _SORTED.get(text(call.input, "Sort", "SortBy"), "modified")
    clauses = (
        among("id", texts(call.input, "Identifier")),
        among("customer", [pack(each) for each in texts(call.input, "CustomerCompanyName")]),
        among("review", texts(call.input, "LifeCycleReviewStatus")),
        among("stage", texts(call.input, "LifeCycleStage")),
        _date_clause(call, "AfterLastModifiedDate", ">="),
        _date_clause(call, "BeforeLastModifiedDate", "<="),
    )
    descending = is_descending(call, unless_asked=True)
    listing = Listing(LIST_OPPORTUNITIES, key, "id", clauses, descending, size=20)
    items, token = page(transaction, call, listing, lambda row: Opportunity(*row), _POSITIONS[key])
    return given({"OpportunitySummaries": [_summary(each) for each in items], "NextToken": token})


_SORTED = {"LastModifiedDate": "modified", "Identifier": "id", "CustomerCompanyName": "customer"}
_POSITIONS: Mapping[str, Callable[[Opportunity], Position]] = {
    "modified": lambda each: (each.modified, each.id),
    "id": lambda each: (each.id, each.id),
    "customer": lambda each: (each.customer, each.id),
}


def _date_clause(call: Call, name: str, sign: str) -> Clause:
    value = member(call.input, "LastModifiedDate", name)
    if value is None:
        return "", {}
    return f" AND modified {sign} :{name}", {name: moment(read_time(value, f"LastModifiedDate.{name}"))}


def _summary(opportunity: Opportunity) -> dict[str, Json]:
    content = unpack(opportunity.content)
    account = picked(member(content, "Customer", "Account"), "CompanyName", "Industry", "OtherIndustry", "WebsiteUrl")
    places = ("City", "CountryCode", "PostalCode", "StateOrRegion")
    if address := picked(member(content, "Customer", "Account", "Address"), *places):
        account["Address"] = address
    life_cycle = {name: each for name, each in _life_cycle(opportunity).items() if name != "NextStepsHistory"}
    return {
        **_heading(opportunity),
        **picked(content, "OpportunityType", "PartnerOpportunityIdentifier"),
        **({"Customer": {"Account": account}} if account else {}),
        "LifeCycle": life_cycle,
        "Project": picked(member(content, "Project"), "DeliveryModels", "ExpectedCustomerSpend"),
    }


def submit(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """SubmitOpportunity: locked from here on, until it is reviewed."""
    opportunity = own_opportunity(transaction, call)
    review.check_submittable(call, opportunity)
    change(transaction, call, replace(opportunity, review="Submitted"))
    return {}


def assign(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """AssignOpportunity: the assignee becomes the team."""
    opportunity = own_opportunity(transaction, call)
    assignee = picked(member(call.input, "Assignee"), "BusinessTitle", "Email", "FirstName", "LastName")
    content: dict[str, Json] = {**unpack(opportunity.content), "OpportunityTeam": [assignee]}
    change(transaction, call, replace(opportunity, content=pack(content)))
    return {}
