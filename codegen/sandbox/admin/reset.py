"""How a sandbox becomes as good as new while it runs: everything is forgotten, the settings and the clock included.

In: a transaction. Out: empty tables. Event numbers begin at 1 again; the database gets another key, so that the ids of
new events are none of the old ones, and page tokens of before are worth nothing. Rows of `forwarding` go as well: what
is passed on then begins with the first new event, even if an old one is under way meanwhile.
"""

from __future__ import annotations

import secrets

from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.schema import IDENTITY, UPDATE_IDENTITY


def forget_everything(transaction: Transaction) -> None:
    """Empty every table but the one by which the database is known as ours."""
    for table in sorted(transaction.database.tables() - {IDENTITY}):
        transaction.run(f"DELETE FROM {table}")
    transaction.run(UPDATE_IDENTITY, name="key", value=secrets.token_hex(32))
