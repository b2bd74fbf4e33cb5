"""Engagements: who makes one is its first member, and only members see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codegen.sandbox.behaviour import faults
from codegen.sandbox.behaviour.companies import company_name, website
from codegen.sandbox.behaviour.events import tell_engagement, tell_member
from codegen.sandbox.behaviour.ids import arn, new_id, read_id
from codegen.sandbox.behaviour.paging import Clause, Listing, among, not_among, page
from codegen.sandbox.behaviour.reading import given, member, picked, text, texts
from codegen.sandbox.behaviour.tokens import once
from codegen.sandbox.calling import Call
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.engagements import (
    LIST_ENGAGEMENTS,
    LIST_MEMBERS,
    add_engagement,
    add_member,
    get_engagement,
    is_member,
    list_members,
)
from codegen.sandbox.store.records import Engagement, Member, moment, pack, unpack
from codegen.spec.ir import Json

KIND = "engagement"


@once
def create_engagement(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """CreateEngagement."""
    engagement = open_engagement(transaction, call, call.account, call.input)
    tell_engagement(transaction, call.now, engagement, call.input)
    return {"Arn": arn(KIND, call.catalog, engagement.id), "Id": engagement.id}


def open_engagement(transaction: Transaction, call: Call, account: str, content: Mapping[str, Json]) -> Engagement:
    """Make an engagement of Title, Description and Contexts; its maker becomes a member of it."""
    kept = pack(picked(content, "Title", "Description", "Contexts"))
    engagement = Engagement(new_id(KIND), call.catalog, account, kept, moment(call.now))
    add_engagement(transaction, engagement)
    return engagement


def visible_engagement(transaction: Transaction, call: Call, field: str = "Identifier") -> Engagement:
    """Find the engagement that a call names, or fault."""
    id = read_id(KIND, call.input.get(field), call.catalog)
    engagement = get_engagement(transaction, call.account, call.catalog, id)
    if engagement is None:
        raise faults.not_found(KIND)
    return engagement


def join(transaction: Transaction, call: Call, engagement: str, account: str) -> None:
    """Make an account a member, unless it is one; all members are told."""
    if is_member(transaction, engagement, account):
        return
    add_member(transaction, Member(engagement, account, moment(call.now)))
    members = [each.account for each in list_members(transaction, engagement)]
    tell_member(transaction, call.now, members, call.catalog, engagement)


def get(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """GetEngagement."""
    engagement = visible_engagement(transaction, call)
    return {**_summary(transaction, engagement), **picked(unpack(engagement.content), "Description", "Contexts")}


def _summary(transaction: Transaction, engagement: Engagement) -> dict[str, Json]:
    return {
        "Id": engagement.id,
        "Arn": arn(KIND, engagement.catalog, engagement.id),
        "Title": member(unpack(engagement.content), "Title"),
        "CreatedAt": engagement.created,
        "CreatedBy": engagement.account,
        "MemberCount": len(list_members(transaction, engagement.id)),
    }


def list_all(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """ListEngagements; the oldest first, unless asked otherwise."""
    wanted = read_ids(call, KIND, "EngagementIdentifier")
    clauses = (
        among("e.id", wanted),
        among("e.account", texts(call.input, "CreatedBy")),
        not_among("e.account", texts(call.input, "ExcludeCreatedBy")),
    )
    listing = Listing(LIST_ENGAGEMENTS, "e.created", "e.id", clauses, is_descending(call))
    items, token = page(transaction, call, listing, lambda row: Engagement(*row), lambda each: (each.created, each.id))
    return given({"EngagementSummaryList": [_summary(transaction, each) for each in items], "NextToken": token})


def list_the_members(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """ListEngagementMembers, in the order in which they joined."""
    engagement = visible_engagement(transaction, call)
    clause: Clause = ("", {"engagement": engagement.id})
    listing = Listing(LIST_MEMBERS, "joined", "account", (clause,), size=10)
    items, token = page(transaction, call, listing, lambda row: Member(*row), lambda each: (each.joined, each.account))
    return given({"EngagementMemberList": [_member(each) for each in items], "NextToken": token})


def _member(member: Member) -> dict[str, Json]:
    return {"AccountId": member.account, **company(member.account)}


def company(account: str) -> dict[str, Json]:
    """What may be told of a member to who is none: its name and address."""
    return {"CompanyName": company_name(account), "WebsiteUrl": website(account)}


def read_ids(call: Call, kind: str, field: str) -> Sequence[str]:
    """Read the identifiers or ARNs of a filter."""
    return [read_id(kind, each, call.catalog) for each in texts(call.input, field)]


def is_descending(call: Call, *, unless_asked: bool = False) -> bool:
    """Read the order that a list is asked for."""
    order = text(call.input, "Sort", "SortOrder")
    return order == "DESCENDING" if order else unless_asked
