"""Rules about what a request is sent with: its first line, the headers that are not a member's to set, its repetition.

In: a model. Out: findings; one function per rule, listed in the table of `codegen.spec.check`. A request is signed: a
spec that could lead it to another host, or split it in two, would send the signature along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.diagnostics import quoted
from codegen.spec import ir
from codegen.spec.check.walk import Finding, members

RESERVED = frozenset(
    (
        *("authorization", "x-amz-date", "x-amz-security-token", "proxy-authorization"),
        *("host", "connection", "transfer-encoding", "te", "trailer", "upgrade", "keep-alive", "proxy-connection"),
    )
)
"""What says where a request goes, where it ends and who sent it: clients never take these from a member."""

_METHOD = re.compile("[A-Z]{1,20}")
_LABEL = re.compile(r"\{([A-Za-z0-9_.:-]+)\+?\}")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)+")
_QUERY = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")


def find_bad_request_lines(model: ir.Model) -> Iterator[Finding]:
    for operation in model.operations.values():
        if operation.http is None:
            continue
        method, uri, at = operation.http.method.raw, operation.http.uri.raw, operation.at.child("http")
        if not _METHOD.fullmatch(method):
            yield Finding(f"{quoted(method)} is no HTTP method; write capital letters", at.child("method"))
        if fault := _path_fault(uri):
            yield Finding(f"path {quoted(uri)} {fault}", at.child("uri"))


def _path_fault(uri: str) -> str | None:
    """Say what is wrong with a path: `//host` and `http://host` are other hosts, `/a/..` is another path."""
    labels = _LABEL.findall(uri)
    path, _, query = _LABEL.sub("x", uri).partition("?")
    if repeated := next((label for label in labels if labels.count(label) > 1), None):
        return f"has the label {quoted(repeated)} twice"
    if not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        return "has to begin with a slash, and to hold labels in braces and what a path can hold"
    if path.startswith("//") or {".", ".."} & set(path.split("/")):
        return "leads elsewhere: no part of it may be empty or made of dots"
    return None


def find_reserved_headers(model: ir.Model) -> Iterator[Finding]:
    for path, member in members(model):
        name = member.location_name or member.name
        if member.location is ir.HttpLocation.HEADER and name.raw.lower() in RESERVED:
            whose = "which is the connection's or the signature's"
            message = f"{quoted(path)} cannot travel in the header {quoted(name.raw)}, {whose}"
            yield Finding(message, member.at.child("locationName"))


def find_bad_waiters(model: ir.Model) -> Iterator[Finding]:
    for waiter in model.waiters.values():
        for key, value in (("delay", waiter.delay), ("maxAttempts", waiter.max_attempts)):
            if value < 0:
                message = f"{quoted(key)} of waiter {quoted(waiter.name.raw)} is {value}; it counts from 0"
                yield Finding(message, waiter.at.child(key))
