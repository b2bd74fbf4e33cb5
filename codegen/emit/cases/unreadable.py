"""Answers that came whole and mean nothing: told as such, with status and request id, and never asked for again.

Source: RFC 8259 (JSON: an object, no NaN, no text cut short, UTF-8), and what proxies and captive portals answer.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codegen.emit.cases.case import Case
from codegen.emit.cases.stage import REQUEST_ID, Stage, exchange
from codegen.spec.ir import Json

HTML = "<html><body>Log in to use this network.</body></html>"
CANARY = "canary-value-0123456789"


@dataclass(frozen=True, slots=True)
class _Garbage:
    """An answer; `secret` is a text of it that shows nowhere."""

    body: str | bytes = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    secret: str | None = None


GARBAGE: Mapping[str, _Garbage] = {
    "html": _Garbage(),
    "empty": _Garbage(""),
    "list": _Garbage("[1, 2]"),
    "null": _Garbage("null"),
    "number": _Garbage("7"),
    "cut": _Garbage('{"Id": "a'),
    "trailing": _Garbage("{} {}"),
    "nan": _Garbage('{"NotAMember": NaN}'),
    "not-utf-8": _Garbage(b'{"NotAMember": "\xff"}'),
    "encoded": _Garbage(b"\x1f\x8b\x08\x00", headers={"Content-Encoding": "gzip"}),
    "encoded-error": _Garbage("{}", 400, {"Content-Encoding": "br"}),
    "redirect": _Garbage("", 307, {"Location": "https://elsewhere.example.com/"}),
    "moved": _Garbage("{}", 301, {"Location": "https://elsewhere.example.com/"}),
    "not-modified": _Garbage("", 304),
    "status-999": _Garbage("{}", 999),
    "status-100": _Garbage("{}", 100),
    "secret": _Garbage(f'{{"Id": "{CANARY}"', secret=CANARY),
}
ANY_OUTPUT = frozenset({"empty"})
"""What is no garbage where the output has no members."""


def view_unreadable(stage: Stage, groups: Mapping[str, Sequence[Case]], *, every: bool) -> Iterator[Case]:
    """Walk the cases of one operation: `every` one, else those that its output decides."""
    if not every:
        yield from _mistyped(stage, groups)
    for name, garbage in GARBAGE.items():
        own = name in ("html", "empty")
        if own is every or (name in ANY_OUTPUT and not stage.outputs):
            continue
        yield _case(stage, name, garbage)


def _case(stage: Stage, name: str, garbage: _Garbage) -> Case:
    sent: dict[str, Json] = {"x-amzn-RequestId": REQUEST_ID, **garbage.headers}
    text: dict[str, Json] = (
        {"body": garbage.body}
        if isinstance(garbage.body, str)
        else {"base64": base64.b64encode(garbage.body).decode("ascii")}
    )
    then: Json = {"answer": {"status": garbage.status, "headers": sent, **text}}
    secret: dict[str, Json] = {"secret": garbage.secret} if garbage.secret else {}
    kind = "sensitive" if garbage.secret else "garbage"
    outcome = _unreadable(garbage.status)
    return stage.case(kind, [exchange(then)], outcome, aspect="answer", suffix=f"[{name}]", more=secret)


def _unreadable(status: int, path: str | None = None) -> dict[str, Json]:
    where: dict[str, Json] = {"path": path} if path else {}
    return {"error": {"class": "response", "status": status, "requestId": REQUEST_ID, **where}}


def _mistyped(stage: Stage, groups: Mapping[str, Sequence[Case]]) -> Iterator[Case]:
    """The first member of the output that is of another type than it has to be."""
    output = stage.operation.output
    for case in groups.get("answers", ()):
        if output is not None and case.kind == "answer-wrong-type" and case.body["shape"] == output.raw:
            then = stage.answered(json.dumps(case.body["input"]))
            path = str(case.body["path"])
            yield stage.case(
                "garbage",
                [exchange(then)],
                _unreadable(200, path),
                aspect="answer",
                suffix="[wrong-type]",
                sources=case.sources,
            )
            return
