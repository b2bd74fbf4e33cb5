"""Statements about what is remembered of calls, idempotency tokens and usage, and about the settings of the sandbox."""

from __future__ import annotations

import json

from codegen.sandbox.store.database import Transaction
from codegen.spec.ir import Json

GET_TOKEN = (
    "SELECT payload, answer FROM tokens"
    " WHERE account = :account AND catalog = :catalog AND operation = :operation AND token = :token"
)
INSERT_TOKEN = (
    "INSERT INTO tokens (account, catalog, operation, token, payload, answer)"
    " VALUES (:account, :catalog, :operation, :token, :payload, :answer)"
)
COUNT_CALL = (
    "INSERT INTO usages (account, quota, second, calls) VALUES (:account, :quota, :second, 1)"
    " ON CONFLICT (account, quota, second) DO UPDATE SET calls = usages.calls + 1 WHERE usages.account = :account"
)
FORGET_CALLS = "DELETE FROM usages WHERE account = :account AND quota = :quota AND second <= :second"
SUM_CALLS = (
    "SELECT COALESCE(SUM(CASE WHEN second = :second THEN calls ELSE 0 END), 0), COALESCE(SUM(calls), 0) FROM usages"
    " WHERE account = :account AND quota = :quota AND second > :since"
)
GET_SETTINGS = "SELECT name, value FROM settings"
PUT_SETTING = (
    "INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value"
)


def get_token(
    transaction: Transaction, account: str, catalog: str, operation: str, token: str
) -> tuple[str, str] | None:
    """Give the digest of the payload and the answer of the call that had this token."""
    row = transaction.one(GET_TOKEN, account=account, catalog=catalog, operation=operation, token=token)
    return (row[0], row[1]) if row else None


def add_token(
    transaction: Transaction, account: str, catalog: str, operation: str, token: str, *, payload: str, answer: str
) -> None:
    transaction.run(
        INSERT_TOKEN,
        account=account,
        catalog=catalog,
        operation=operation,
        token=token,
        payload=payload,
        answer=answer,
    )


def count_call(transaction: Transaction, account: str, quota: str, second: int, window: int) -> None:
    """Count a call, and forget what is no longer within the window."""
    transaction.run(FORGET_CALLS, account=account, quota=quota, second=second - window)
    transaction.run(COUNT_CALL, account=account, quota=quota, second=second)


def counted_calls(transaction: Transaction, account: str, quota: str, second: int, window: int) -> tuple[int, int]:
    """Tell how many calls there were in this second, and in the window that ends with it."""
    row = transaction.one(SUM_CALLS, account=account, quota=quota, second=second, since=second - window)
    return (int(row[0]), int(row[1])) if row else (0, 0)


def read_settings(transaction: Transaction) -> dict[str, Json]:
    return {name: json.loads(value) for name, value in transaction.all(GET_SETTINGS)}


def write_setting(transaction: Transaction, name: str, value: Json) -> None:
    transaction.run(PUT_SETTING, name=name, value=json.dumps(value))
