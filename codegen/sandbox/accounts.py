"""Who may call: access keys, each of one AWS account.

In: a credentials file, or none. Out: `Accounts`, or `Diagnostics`.

A file is JSON: `{"accounts": [{"account": "111122223333", "key": "AKIA...", "secret": "...", "token": null}]}`. An
account may have several keys; a key with a `token` is a temporary one, and calls have to carry that token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Key:
    """An access key; what is secret in it never shows."""

    account: str
    key: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


Accounts = Mapping[str, Key]
"""Keys by their id."""

TEST_KEYS: Accounts = {
    each.key: each
    for each in (
        Key("111122223333", "SANDBOXKEY1111222233", "sandbox-secret-111122223333"),
        Key("444455556666", "SANDBOXKEY4444555566", "sandbox-secret-444455556666"),
    )
}
"""What everybody knows: accepted on loopback only, and never beside a credentials file."""
