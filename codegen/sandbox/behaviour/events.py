"""What happened, told to each account it concerns, in the transaction in which it happened.

In: who is told of what. Out: rows of the outbox, read back as `Recorded`. Payloads have the names of the service's
event documents; AWS gets no events, since no bus of its own is here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from codegen.sandbox.behaviour.companies import company_name
from codegen.sandbox.behaviour.ids import AWS, REGION, arn, snapshot_arn
from codegen.sandbox.behaviour.reading import given, member
from codegen.sandbox.calling import Event
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.outbox import StoredEvent, add_event
from codegen.sandbox.store.records import Engagement, Invitation, instant, moment, pack, unpack
from codegen.spec.ir import Json

SOURCE = "aws.partnercentral-selling"
TEMPLATE = "PartnerOpportunity"
"""Name of the template of every snapshot; the documents leave it open."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its number in this database; `id` is the same whenever it is delivered."""

    sequence: int
    id: str
    event: Event


def recorded(key: str, stored: StoredEvent) -> Recorded:
    """Read an event of the outbox; `key` tells this database from others."""
    event = Event(
        account=stored.account,
        time=instant(stored.time),
        detail_type=stored.type,
        resources=tuple(str(each) for each in _list(unpack(stored.resources)["resources"])),
        detail=unpack(stored.detail),
    )
    return Recorded(stored.sequence, str(uuid5(NAMESPACE_URL, f"{key}/{stored.sequence}")), event)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def envelope(recorded: Recorded) -> dict[str, Json]:
    """Write an event as EventBridge delivers it."""
    event = recorded.event
    return {
        "version": "0",
        "id": recorded.id,
        "detail-type": event.detail_type,
        "source": SOURCE,
        "account": event.account,
        "time": event.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": list(event.resources),
        "detail": dict(event.detail),
    }


def tell(
    transaction: Transaction,
    now: datetime,
    accounts: Sequence[str],
    detail_type: str,
    detail: Mapping[str, Json],
    *resources: str,
) -> None:
    """Record an event for each account that it concerns."""
    named, told, time = pack({"resources": list(resources)}), pack(detail), moment(now)
    for account in dict.fromkeys(accounts):
        if account != AWS:
            add_event(transaction, account, time, detail_type, named, told)


def tell_opportunity(transaction: Transaction, now: datetime, what: str, account: str, catalog: str, id: str) -> None:
    """`Created` or `Updated`, told to whom it belongs."""
    detail: dict[str, Json] = {"schemaVersion": "1", "catalog": catalog, "opportunity": {"identifier": id}}
    tell(transaction, now, [account], f"Opportunity {what}", detail)


def tell_invitation(transaction: Transaction, now: datetime, what: str, invitation: Invitation) -> None:
    """`Created`, `Accepted`, `Rejected` or `Expired`, told to sender and receiver, each in its role."""
    name = arn("engagement-invitation", invitation.catalog, invitation.id)
    for account, role in ((invitation.account, "SENDER"), (invitation.receiver, "RECEIVER")):
        notice = _notice(invitation, role, with_dates=what == "Created")
        detail: dict[str, Json] = {
            "schemaVersion": "1.0",
            "catalog": invitation.catalog,
            "engagementInvitation": notice,
        }
        tell(transaction, now, [account], f"Engagement Invitation {what}", detail, name)


def _notice(invitation: Invitation, role: str, *, with_dates: bool) -> dict[str, Json]:
    return given(
        {
            "arn": arn("engagement-invitation", invitation.catalog, invitation.id),
            "id": invitation.id,
            "engagementId": invitation.engagement,
            "senderAccountId": invitation.account,
            "receiverAccountId": invitation.receiver,
            "senderCompanyName": company_name(invitation.account) if with_dates else None,
            "expirationDate": invitation.expires if with_dates else None,
            "participantType": role,
            "payloadType": "OpportunityInvitation",
        }
    )


def tell_engagement(
    transaction: Transaction, now: datetime, engagement: Engagement, content: Mapping[str, Json]
) -> None:
    """An engagement was made of a content; told to its maker."""
    contexts = _list(content.get("Contexts"))
    name = arn("engagement", engagement.catalog, engagement.id)
    notice: dict[str, Json] = {
        "engagementArn": name,
        "engagementId": engagement.id,
        "CreatedAt": engagement.created,
        "CreatedBy": engagement.account,
        "ContextTypes": [member(each, "Type") for each in contexts],
    }
    detail: dict[str, Json] = {"schemaVersion": "1.0", "catalog": engagement.catalog, "engagement": notice}
    tell(transaction, now, [engagement.account], "Engagement Created", detail, name)


def tell_member(
    transaction: Transaction, now: datetime, accounts: Sequence[str], catalog: str, engagement: str
) -> None:
    """Somebody joined; told to the members. The documents describe no more of the payload than this."""
    detail: dict[str, Json] = {"schemaVersion": "1.0", "catalog": catalog}
    tell(transaction, now, accounts, "Engagement Member Added", detail, arn("engagement", catalog, engagement))


def tell_snapshot(
    transaction: Transaction,
    now: datetime,
    account: str,
    catalog: str,
    engagement: str,
    opportunity: str,
    revision: int,
) -> None:
    """A snapshot was taken; told to the owner of the opportunity."""
    detail: dict[str, Json] = {"schemaVersion": "1.0", "catalog": catalog}
    name = snapshot_arn(catalog, engagement, opportunity, TEMPLATE, revision)
    tell(transaction, now, [account], "Engagement Resource Snapshot Created", detail, name)
