"""Names of companies: the sandbox knows accounts only by number, and must not give a number away with a name.

`111122223333` gives a name and an address that stay the same; AWS has its own.
"""

from __future__ import annotations

from hashlib import sha256

from codegen.sandbox.behaviour.ids import AWS


def company_name(account: str) -> str:
    return "Amazon Web Services" if account == AWS else f"Example Partner {_mark(account).upper()}"


def website(account: str) -> str:
    return "https://aws.amazon.com" if account == AWS else f"https://partner-{_mark(account)}.example.com"


def _mark(account: str) -> str:
    return sha256(b"company of " + account.encode()).hexdigest()[:6]
