"""Statements about engagements and their members.

Who may see an engagement is who is a member: the statements for partners ask for the account that made it, or that
`members` has. Who made it stands in no other place: a row and two indexes less to write. The statements in
`tests/test_sandbox_store.py`'s list of exceptions read across accounts, and say here why they may.
"""

from __future__ import annotations

from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.records import Engagement, Member, columns, insert, values

INSERT_ENGAGEMENT = insert("engagements", Engagement)
INSERT_MEMBER = insert("members", Member)
GET_ENGAGEMENT = (
    f"SELECT {columns(Engagement, 'e.')} FROM engagements e WHERE (e.account = :account"
    " OR EXISTS (SELECT 1 FROM members WHERE engagement = e.id AND account = :account))"
    " AND e.catalog = :catalog AND e.id = :id"
)
LIST_ENGAGEMENTS = (
    f"SELECT {columns(Engagement, 'e.')} FROM (SELECT * FROM engagements WHERE account = :account UNION ALL"
    " SELECT j.* FROM members m JOIN engagements j ON j.id = m.engagement WHERE m.account = :account) AS e"
    " WHERE e.catalog = :catalog"
)
"""Of two parts, each of which is read in its order: a page takes as long among many engagements as among few."""
_MEMBERS = (
    "(SELECT id AS engagement, account, created AS joined FROM engagements WHERE id = :engagement"
    f" UNION ALL SELECT {columns(Member)} FROM members WHERE engagement = :engagement) AS everybody"
)
GET_MEMBER = f"SELECT {columns(Member)} FROM {_MEMBERS} WHERE account = :account"
LIST_MEMBERS = f"SELECT {columns(Member)} FROM {_MEMBERS} WHERE engagement = :engagement"
"""Across accounts: the members of an engagement, for a member of it (or for who is invited: names only)."""
INVITED_ENGAGEMENT = (
    f"SELECT {columns(Engagement, 'e.')} FROM engagements e JOIN invitations i ON i.engagement = e.id"
    " WHERE i.id = :invitation AND (i.account = :account OR i.receiver = :account)"
)
"""What an invitation tells of its engagement, for its sender and its receiver."""
ALL_ENGAGEMENTS = f"SELECT {columns(Engagement)} FROM engagements ORDER BY created DESC, id DESC LIMIT :most"
COUNT_ENGAGEMENTS = "SELECT COUNT(*) FROM engagements"
"""Across accounts: the console of who runs the sandbox."""


def add_engagement(transaction: Transaction, engagement: Engagement) -> None:
    """Store an engagement, whose maker is its first member."""
    transaction.run(INSERT_ENGAGEMENT, **values(engagement))


def add_member(transaction: Transaction, member: Member) -> None:
    """Store who has joined."""
    transaction.run(INSERT_MEMBER, **values(member))


def get_engagement(transaction: Transaction, account: str, catalog: str, id: str) -> Engagement | None:
    """Find an engagement of which the account is a member."""
    row = transaction.one(GET_ENGAGEMENT, account=account, catalog=catalog, id=id)
    return Engagement(*row) if row else None


def invited_engagement(transaction: Transaction, account: str, invitation: str) -> Engagement | None:
    """Find the engagement of an invitation that the account has sent or received."""
    row = transaction.one(INVITED_ENGAGEMENT, account=account, invitation=invitation)
    return Engagement(*row) if row else None


def is_member(transaction: Transaction, engagement: str, account: str) -> bool:
    return transaction.one(GET_MEMBER, engagement=engagement, account=account) is not None


def list_members(transaction: Transaction, engagement: str) -> tuple[Member, ...]:
    """Give the members in the order in which they joined; the caller has made sure who is asking."""
    rows = transaction.all(f"{LIST_MEMBERS} ORDER BY joined, account", engagement=engagement)
    return tuple(Member(*row) for row in rows)


def newest_engagements(transaction: Transaction, most: int) -> tuple[Engagement, ...]:
    """Give so many of all accounts, the newest last."""
    return tuple(Engagement(*row) for row in reversed(transaction.all(ALL_ENGAGEMENTS, most=most)))


def count_engagements(transaction: Transaction) -> int:
    row = transaction.one(COUNT_ENGAGEMENTS)
    return int(row[0]) if row else 0
