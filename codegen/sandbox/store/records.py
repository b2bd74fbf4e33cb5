"""Rows as dataclasses; the order of a record's fields is the order of the columns in every statement about it.

In: rows. Out: records, whose moments are text (`2025-01-01T00:00:00.000000Z`, always 27 characters, so that text
sorts as time) and whose `content` is JSON text, both as they are stored; `moment`, `instant`, `pack` and `unpack`
translate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache

from codegen.sandbox.json_text import ascii_json
from codegen.sandbox.store.database import Value
from codegen.spec.ir import Json


@dataclass(frozen=True, slots=True)
class Engagement:
    """`account` made it; content holds Title, Description and Contexts."""

    id: str
    catalog: str
    account: str
    content: str
    created: str


@dataclass(frozen=True, slots=True)
class Member:
    engagement: str
    account: str
    joined: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """`account` sent it; content is the Invitation of the request; `opportunity` is set when AWS refers one."""

    id: str
    catalog: str
    account: str
    receiver: str
    engagement: str
    opportunity: str | None
    status: str
    content: str
    reason: str | None
    created: str
    expires: str


@dataclass(frozen=True, slots=True)
class Opportunity:
    """Content is what the partner wrote, `related` the RelatedEntityIdentifiers, `customer` a name; all JSON text."""

    account: str
    id: str
    catalog: str
    review: str
    stage: str | None
    customer: str
    content: str
    related: str
    engagement: str | None
    created: str
    modified: str


@dataclass(frozen=True, slots=True)
class Task:
    """`subject` is what the call named: an invitation or an opportunity; content is its whole input."""

    id: str
    catalog: str
    account: str
    operation: str
    status: str
    subject: str
    content: str
    started: str
    due: str
    reason: str | None = None
    message: str | None = None
    engagement: str | None = None
    invitation: str | None = None
    opportunity: str | None = None
    job: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A resource snapshot job."""

    id: str
    catalog: str
    account: str
    engagement: str
    opportunity: str
    status: str
    created: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    engagement: str
    account: str
    opportunity: str
    revision: int
    content: str
    created: str


Record = Engagement | Member | Invitation | Opportunity | Task | Job | Snapshot
_NAMES = {
    record: tuple(each.name for each in fields(record))
    for record in (Engagement, Member, Invitation, Opportunity, Task, Job, Snapshot)
}


def columns(record: type[Record], prefix: str = "") -> str:
    """`Member` gives `engagement, account, joined`, for a SELECT."""
    return ", ".join(prefix + name for name in _NAMES[record])


def insert(table: str, record: type[Record]) -> str:
    """Write the INSERT of a record; its parameters are the fields."""
    return f"INSERT INTO {table} ({columns(record)}) VALUES ({columns(record, ':')})"


def values(record: Record) -> dict[str, Value]:
    """Give a record's fields as parameters."""
    return {name: getattr(record, name) for name in _NAMES[type(record)]}


@lru_cache(maxsize=16)
def moment(time: datetime) -> str:
    """Write a moment as it is stored: in UTC, six digits of a second; a call asks for its own several times."""
    return (time if time.tzinfo is UTC else time.astimezone(UTC)).isoformat(timespec="microseconds")[:26] + "Z"


def instant(text: str) -> datetime:
    """Read a stored moment."""
    return datetime.fromisoformat(text)


def pack(value: Json | Mapping[str, Json]) -> str:
    """Write JSON the way it is stored: ASCII, keys in the order given."""
    return ascii_json(value)


def unpack(text: str) -> dict[str, Json]:
    """Read a stored JSON object."""
    loaded: dict[str, Json] = json.loads(text)
    return loaded
