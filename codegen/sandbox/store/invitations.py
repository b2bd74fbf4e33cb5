"""Statements about invitations, each seen by the account that sent it and the account that received it."""

from __future__ import annotations

from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.records import Invitation, columns, insert, values

_COLUMNS = columns(Invitation)
_MINE = "(account = :account OR receiver = :account)"

INSERT_INVITATION = insert("invitations", Invitation)
GET_INVITATION = f"SELECT {_COLUMNS} FROM invitations WHERE {_MINE} AND catalog = :catalog AND id = :id"
LIST_SENT = f"SELECT {_COLUMNS} FROM invitations WHERE account = :account AND catalog = :catalog"
LIST_RECEIVED = f"SELECT {_COLUMNS} FROM invitations WHERE receiver = :account AND catalog = :catalog"
LIST_LAPSED = f"SELECT {_COLUMNS} FROM invitations WHERE {_MINE} AND status = 'PENDING' AND expires <= :now"
ANSWER_INVITATION = (
    "UPDATE invitations SET status = :status, reason = :reason" f" WHERE {_MINE} AND id = :id AND status = 'PENDING'"
)
OPEN_INVITATIONS = (
    f"SELECT {_COLUMNS} FROM invitations WHERE engagement = :engagement AND status IN ('PENDING', 'ACCEPTED')"
)
"""Across accounts: how many an engagement has invited, whoever invited them; only counted and compared."""
ALL_LAPSED = f"SELECT {_COLUMNS} FROM invitations WHERE status = 'PENDING' AND expires <= :now ORDER BY expires, id"
"""Across accounts: the clock, which makes invitations lapse whoever looks."""
ALL_INVITATIONS = f"SELECT {_COLUMNS} FROM invitations ORDER BY created DESC, id DESC LIMIT :most"
COUNT_INVITATIONS = "SELECT COUNT(*) FROM invitations"
"""Across accounts: the console of who runs the sandbox."""


def add_invitation(transaction: Transaction, invitation: Invitation) -> None:
    transaction.run(INSERT_INVITATION, **values(invitation))


def get_invitation(transaction: Transaction, account: str, catalog: str, id: str) -> Invitation | None:
    """Find an invitation that the account has sent or received."""
    row = transaction.one(GET_INVITATION, account=account, catalog=catalog, id=id)
    return Invitation(*row) if row else None


def answer_invitation(transaction: Transaction, account: str, id: str, status: str, reason: str | None = None) -> bool:
    """Take an invitation out of PENDING; False where it was answered or has lapsed already."""
    return transaction.run(ANSWER_INVITATION, account=account, id=id, status=status, reason=reason) == 1


def open_invitations(transaction: Transaction, engagement: str) -> tuple[Invitation, ...]:
    return tuple(Invitation(*row) for row in transaction.all(OPEN_INVITATIONS, engagement=engagement))


def lapsed_of(transaction: Transaction, account: str, now: str) -> tuple[Invitation, ...]:
    rows = transaction.all(f"{LIST_LAPSED} ORDER BY expires, id", account=account, now=now)
    return tuple(Invitation(*row) for row in rows)


def all_lapsed(transaction: Transaction, now: str) -> tuple[Invitation, ...]:
    return tuple(Invitation(*row) for row in transaction.all(ALL_LAPSED, now=now))


def newest_invitations(transaction: Transaction, most: int) -> tuple[Invitation, ...]:
    """Give so many of all accounts, the newest last."""
    return tuple(Invitation(*row) for row in reversed(transaction.all(ALL_INVITATIONS, most=most)))


def count_invitations(transaction: Transaction) -> int:
    row = transaction.one(COUNT_INVITATIONS)
    return int(row[0]) if row else 0
