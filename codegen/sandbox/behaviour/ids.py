"""Identifiers and ARNs of the documented forms, made and read.

An ARN of an engagement, an invitation or a task names no account; those of opportunities and jobs do. Wherever the
service takes an identifier it takes the ARN as well, as long as it is of the catalog of the call.
"""

from __future__ import annotations

import re
import secrets
from string import ascii_lowercase, digits

REGION = "us-east-1"
"""The only region in which the service is."""

AWS = "aws"
"""Stands where an account number would, when it is AWS that sends, receives or joins."""

_LETTERS = digits + ascii_lowercase
_ANY = bytes(ord(_LETTERS[byte % 36]) for byte in range(256))
_FORMS = {
    "engagement": ("eng-", 14),
    "engagement-invitation": ("engi-", 13),
    "engagement-by-accepting-invitation-task": ("task-", 13),
    "engagement-from-opportunity-task": ("task-", 13),
    "resource-snapshot-job": ("job-", 13),
}
_ARN = re.compile(r"arn:aws:partnercentral:us-east-1::catalog/([a-zA-Z]+)/([a-z-]+)/([0-9a-z-]+)")


def new_id(kind: str) -> str:
    """`engagement` gives `eng-` and 14 letters or digits, which nobody can guess."""
    prefix, length = _FORMS[kind]
    return prefix + secrets.token_bytes(length).translate(_ANY).decode("ascii")


def new_opportunity_id() -> str:
    """`O` and 15 digits."""
    return f"O{10**14 + secrets.randbelow(9 * 10**14)}"


def arn(kind: str, catalog: str, id: str, account: str = "") -> str:
    """`engagement`, `AWS`, `eng-1` gives `arn:aws:partnercentral:us-east-1::catalog/AWS/engagement/eng-1`."""
    return f"arn:aws:partnercentral:{REGION}:{account}:catalog/{catalog}/{kind}/{id}"


def snapshot_arn(catalog: str, engagement: str, opportunity: str, template: str, revision: int) -> str:
    """The one ARN that is not `kind/id` at its end."""
    resource = f"{engagement}/resource/Opportunity/{opportunity}/template/{template}/snapshot/{revision}"
    return arn("engagement", catalog, resource)


def read_id(kind: str, text: object, catalog: str) -> str:
    """Give the identifier in an identifier or an ARN; `""`, which nothing has, for anything else."""
    match = _ARN.fullmatch(str(text))
    if match:
        return match[3] if match[1] == catalog and match[2] == kind else ""
    return str(text) if str(text).startswith(_FORMS[kind][0]) and str(text).isascii() else ""
