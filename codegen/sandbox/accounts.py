"""Who may call: access keys, each of one AWS account.

In: a credentials file, or none. Out: `Accounts`, or `Diagnostics`.

A file is JSON: `{"accounts": [{"account": "111122223333", "key": "AKIA...", "secret": "...", "token": null}]}`. An
account may have several keys; a key with a `token` is a temporary one, and calls have to carry that token. Where a key
`expires` (`2025-01-01T00:00:00Z`), calls after that are refused as AWS refuses them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location, quoted
from codegen.sandbox.strict_json import BadJson, read_json
from codegen.spec.ir import Json
from codegen.spec.source import read_regular_file, shown_path


@dataclass(frozen=True, slots=True)
class Key:
    """An access key; what is secret in it never shows."""

    account: str
    key: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    expires: datetime | None = None


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

_ACCOUNT = re.compile("[0-9]{12}")
_KEY = re.compile(r"\w{16,128}", re.ASCII)
_VISIBLE = re.compile("[!-~]{1,4096}")
_MEMBERS = ("account", "key", "secret", "token", "expires")


def read_accounts(path: Path) -> Accounts:
    """Read a credentials file; what is wrong with it is said without a word of what is in it that is secret."""
    shown = shown_path(path)
    try:
        document = read_json(read_regular_file(path))
    except BadJson as fault:
        raise Diagnostics([_fault(shown, str(fault))]) from None
    entries = document.get("accounts") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries:
        raise Diagnostics([_fault(shown, 'must be an object with "accounts", a list of at least one key')])
    keys = [_read_key(shown, number, entry) for number, entry in enumerate(entries)]
    accounts = {key.key: key for key in keys}
    if len(accounts) < len(keys):
        raise Diagnostics([_fault(shown, "the same key stands there twice")])
    return accounts


def _read_key(shown: str, number: int, entry: Json) -> Key:
    where = f'"accounts"[{number}]'
    if not isinstance(entry, dict):
        raise Diagnostics([_fault(shown, f"{where} must be an object")])
    if unknown := sorted(entry.keys() - set(_MEMBERS)):
        raise Diagnostics([_fault(shown, f"{where} has an unknown key {quoted(unknown[0])}")])
    try:
        return Key(
            account=_text(entry, "account", _ACCOUNT, "12 digits"),
            key=_text(entry, "key", _KEY, "16 to 128 letters and digits"),
            secret=_text(entry, "secret", _VISIBLE, "visible ASCII characters"),
            token=_text(entry, "token", _VISIBLE, "visible ASCII characters") if entry.get("token") else None,
            expires=_moment(entry["expires"]) if entry.get("expires") else None,
        )
    except ValueError as fault:
        raise Diagnostics([_fault(shown, f"{where}: {fault}")]) from None


def _text(entry: Mapping[str, Json], name: str, form: re.Pattern[str], meant: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(f"{quoted(name)} must be a string of {meant}")
    return value


def _moment(value: Json) -> datetime:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError('"expires" must be a time such as 2025-01-01T00:00:00Z') from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _fault(shown: str, message: str) -> Diagnostic:
    return Diagnostic("credentials", message, Location(shown))
