"""Statements about opportunities, which belong to one account each, and the snapshots and jobs that go with them."""

from __future__ import annotations

from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.records import Job, Opportunity, Snapshot, columns, insert, values

_COLUMNS = columns(Opportunity)

INSERT_OPPORTUNITY = insert("opportunities", Opportunity)
GET_OPPORTUNITY = f"SELECT {_COLUMNS} FROM opportunities WHERE account = :account AND catalog = :catalog AND id = :id"
LIST_OPPORTUNITIES = f"SELECT {_COLUMNS} FROM opportunities WHERE account = :account AND catalog = :catalog"
OPPORTUNITY_OF = f"SELECT {_COLUMNS} FROM opportunities WHERE account = :account AND engagement = :engagement"
UPDATE_OPPORTUNITY = (
    "UPDATE opportunities SET review = :review, stage = :stage, customer = :customer, content = :content,"
    " related = :related, engagement = :engagement, modified = :modified WHERE account = :account AND id = :id"
)
INSERT_JOB = insert("jobs", Job)
INSERT_SNAPSHOT = insert("snapshots", Snapshot)
LAST_REVISION = (
    "SELECT COALESCE(MAX(revision), 0) FROM snapshots"
    " WHERE account = :account AND engagement = :engagement AND opportunity = :opportunity"
)


def add_opportunity(transaction: Transaction, opportunity: Opportunity) -> None:
    transaction.run(INSERT_OPPORTUNITY, **values(opportunity))


def get_opportunity(transaction: Transaction, account: str, catalog: str, id: str) -> Opportunity | None:
    row = transaction.one(GET_OPPORTUNITY, account=account, catalog=catalog, id=id)
    return Opportunity(*row) if row else None


def opportunity_of(transaction: Transaction, account: str, engagement: str) -> Opportunity | None:
    """Find the opportunity that the account has associated with an engagement; the oldest of several."""
    row = transaction.one(f"{OPPORTUNITY_OF} ORDER BY created, id LIMIT 1", account=account, engagement=engagement)
    return Opportunity(*row) if row else None


def update_opportunity(transaction: Transaction, opportunity: Opportunity) -> None:
    fields = values(opportunity)
    transaction.run(UPDATE_OPPORTUNITY, **{name: fields[name] for name in fields.keys() - {"catalog", "created"}})


def add_job(transaction: Transaction, job: Job) -> None:
    transaction.run(INSERT_JOB, **values(job))


def add_snapshot(transaction: Transaction, snapshot: Snapshot) -> None:
    transaction.run(INSERT_SNAPSHOT, **values(snapshot))


def last_revision(transaction: Transaction, account: str, engagement: str, opportunity: str) -> int:
    row = transaction.one(LAST_REVISION, account=account, engagement=engagement, opportunity=opportunity)
    return int(row[0]) if row else 0
