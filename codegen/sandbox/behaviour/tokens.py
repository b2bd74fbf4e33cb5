"""Idempotency tokens: the same token and payload get the same answer, another payload is a conflict.

In: a call with a ClientToken and what would be done for it. Out: the answer, made once. Tokens belong to one account,
one catalog and one operation, are kept for good, and are stored as digests: what they consist of is the caller's. A
call that was refused leaves no token behind, so it can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256

from codegen.sandbox.behaviour.reading import text
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.store.bookkeeping import add_token, get_token
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.records import pack, unpack
from codegen.spec.ir import Json

Function = Callable[[Transaction, Call], Mapping[str, Json]]


def once(function: Function) -> Function:
    """Let a function run once per token; a repetition gets what it answered then."""

    def operate(transaction: Transaction, call: Call) -> Mapping[str, Json]:
        token, payload = digest(text(call.input, "ClientToken")), payload_digest(call.input)
        known = get_token(transaction, call.account, call.catalog, call.operation, token)
        if known is None:
            answer = function(transaction, call)
            _remember(transaction, call, token, payload, answer)
            return answer
        if known[0] != payload:
            raise Fault("ConflictException", "The ClientToken was used before, with another request.")
        return unpack(known[1])

    return operate


def _remember(transaction: Transaction, call: Call, token: str, payload: str, answer: Mapping[str, Json]) -> None:
    add_token(
        transaction,
        call.account,
        call.catalog,
        call.operation,
        token,
        payload=payload,
        answer=pack(answer),
    )


def payload_digest(input: Mapping[str, Json], *others: str) -> str:
    """Digest a request without its token, in whatever order its members came."""
    left_out = {"ClientToken", *others}
    return digest(pack({key: _sorted(input[key]) for key in sorted(input) if key not in left_out}))


def _sorted(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def digest(value: str) -> str:
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
