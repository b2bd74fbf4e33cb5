"""Lists in pages: filters, an order, and tokens that lead to the next page.

A page begins after a position: the value of the sorted column and, since that may repeat, of the identifier. The
token holds the position and a seal over it, the account, the catalog, the operation and the filters, made with a key
of the database; a token that was changed, or comes from another account or question, is refused. MaxResults may
change from page to page.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from codegen.sandbox.behaviour import faults
from codegen.sandbox.behaviour.reading import text
from codegen.sandbox.behaviour.tokens import payload_digest
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.store.database import Row, Transaction, Value
from codegen.sandbox.store.opening import identity

Item = TypeVar("Item")
Clause = tuple[str, dict[str, Value]]
Position = tuple[str, str]

_SEAL = 16


@dataclass(frozen=True, slots=True)
class Listing:
    """`select` names the account and the catalog; `key` and `id` are the columns that make the order."""

    select: str
    key: str
    id: str
    clauses: tuple[Clause, ...] = ()
    descending: bool = False
    size: int = 100


def among(column: str, wanted: Sequence[str]) -> Clause:
    """`status`, two values give ` AND status IN (:status0, :status1)`; no value means no filter."""
    if not wanted:
        return "", {}
    values: dict[str, Value] = {f"{column.replace('.', '_')}{index}": each for index, each in enumerate(wanted)}
    return f" AND {column} IN ({', '.join(':' + name for name in values)})", values


def not_among(column: str, unwanted: Sequence[str]) -> Clause:
    clause, values = among(column, unwanted)
    renamed = {f"not_{name}": value for name, value in values.items()}
    return clause.replace(" IN (", " NOT IN (").replace(":", ":not_"), renamed


def page(
    transaction: Transaction,
    call: Call,
    listing: Listing,
    make: Callable[[Row], Item],
    position: Callable[[Item], Position],
) -> tuple[tuple[Item, ...], str | None]:
    """Read one page, and the token of the next one where there is more."""
    wanted = call.input.get("MaxResults")
    size = wanted if isinstance(wanted, int) else listing.size
    sql, values = _statement(listing, _start(transaction, call))
    rows = transaction.all(sql, account=call.account, catalog=call.catalog, limit=size + 1, **values)
    items = tuple(make(row) for row in rows[:size])
    return items, _token(transaction, call, position(items[-1])) if len(rows) > size else None


def _statement(listing: Listing, start: Position | None) -> Clause:
    sign, order = ("<", "DESC") if listing.descending else (">", "ASC")
    clauses = [*listing.clauses]
    if start:
        after = f" AND ({listing.key} {sign} :after OR ({listing.key} = :after AND {listing.id} {sign} :after_id))"
        clauses.append((after, {"after": start[0], "after_id": start[1]}))
    end = f" ORDER BY {listing.key} {order}, {listing.id} {order} LIMIT :limit"
    values = {name: value for _, each in clauses for name, value in each.items()}
    return listing.select + "".join(clause for clause, _ in clauses) + end, values


def _start(transaction: Transaction, call: Call) -> Position | None:
    token = text(call.input, "NextToken")
    if not token:
        return None
    try:
        sealed = urlsafe_b64decode(token.encode("ascii"))
    except (Error, UnicodeEncodeError, ValueError):
        raise _refused() from None
    body, seal = sealed[:-_SEAL], sealed[-_SEAL:]
    whole = urlsafe_b64encode(sealed).decode("ascii") == token  # decoding overlooks what follows the padding
    if not (whole and hmac.compare_digest(seal, _seal(transaction, call, body))):
        raise _refused()
    key, id = json.loads(body)
    return str(key), str(id)


def _token(transaction: Transaction, call: Call, position: Position) -> str:
    body = json.dumps(position).encode("ascii")
    return urlsafe_b64encode(body + _seal(transaction, call, body)).decode("ascii")


def _seal(transaction: Transaction, call: Call, body: bytes) -> bytes:
    question = json.dumps([call.account, call.operation, payload_digest(call.input, "NextToken", "MaxResults")])
    key = bytes.fromhex(identity(transaction.database, "key"))
    return hmac.new(key, question.encode("ascii") + body, sha256).digest()[:_SEAL]


def _refused() -> Fault:
    return faults.malformed("NextToken", "INVALID_VALUE", "The NextToken is not one that this request was given.")
