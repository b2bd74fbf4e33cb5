"""A page of API changes -> facts.

In: the blocks of a page: date, service and counts, a change log, then for each operation what the release added (as
Python prints dicts and sets) and the operation as it is now. Out: the facts of each operation, and what was added.
As text nothing divides operations: one begins with what was added to it, or with the paragraph above its syntax.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Union

from codegen.documents.facts import Aspect
from codegen.documents.pages.blocks import BEYOND_ASCII, Block, Kind
from codegen.documents.pages.client import CALL, SEE_ALSO, api_name, heading_of, read_operation, take_syntax
from codegen.documents.pages.findings import Findings
from codegen.spec.ir import Json

_TITLE = re.compile(
    r"([0-9]{4})/([0-9]{2})/([0-9]{2})(?: [0-9:]{4,8})? ?- ?(.{1,200}?) ?-"
    r"(?: [0-9]{1,6} (?:new|updated)){1,2} api methods?\b"
)
_SUMMARY = re.compile(rf"([A-Za-z{BEYOND_ASCII}][A-Za-z0-9_{BEYOND_ASCII}]{{0,200}}) ?\((new|updated)\)")
_CHANGES = re.compile(r"Changes \(([a-z, ]{1,40})\)")
_LABEL = re.compile(r"(Request|Response)(?= ?\{|$)")
_SIDES = {"request": ("request",), "response": ("response",), "both": ("request", "response")}
_KNOWN = ("AWS API Changes", "API Changes", "Services")
_DEEPEST = 60
_MOST = 20  # lines before a description; there are six at most
_LONGEST = 1_000_000

Printed = Union[
    dict["Printed", "Printed"], set["Printed"], list["Printed"], tuple["Printed", ...], str, bytes, complex, None
]
"""What `ast.literal_eval` gives; a float and an int are complex to the type checker."""


class Added(NamedTuple):
    """What a release added; `side` is `request`, `response`, or "" where the page does not say."""

    side: str
    text: str
    line: int


def is_changes(blocks: Sequence[Block]) -> bool:
    return any(_TITLE.match(block.text) for block in blocks[:400])


def read_api_changes(findings: Findings, blocks: Sequence[Block]) -> tuple[str | None, str | None]:
    """Read the page; give its service and its date."""
    titled = [number for number, block in enumerate(blocks) if _TITLE.match(block.text)]
    first = next((number for number in titled if blocks[number].kind is not Kind.TITLE), titled[0])
    title = _TITLE.match(blocks[first].text)
    known = (*_KNOWN, *((title[4], f"{title[1]}-{title[2]}-{title[3]}") if title else ()))
    findings.leave_all((block for block in blocks[:first] if block.text not in known), "this stands before the title")
    for stretch in _stretches(findings, blocks[first + 1 :]):
        _read_stretch(findings, stretch)
    return (title[4], f"{title[1]}-{title[2]}-{title[3]}") if title else (None, None)


def _stretches(findings: Findings, blocks: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    begins = [number for number, block in enumerate(blocks) if _SUMMARY.fullmatch(block.text)]
    if not begins:
        calls = [number for number in range(1, len(blocks)) if _is_syntax(blocks, number)]
        begins = [_begin(blocks, before, call) for before, call in zip([-1, *calls], calls, strict=False)]
    head = blocks[: begins[0]] if begins else blocks
    findings.leave_all((block for block in head if not block.text.startswith("Changes ")), "no operation is named here")
    for begin, end in zip(begins, [*begins, len(blocks)][1:], strict=True):
        yield tuple(blocks[begin:end])


def _is_syntax(blocks: Sequence[Block], number: int) -> bool:
    return CALL.match(blocks[number].text) is not None and heading_of(blocks[number - 1]) == "request syntax"


def _begin(blocks: Sequence[Block], before: int, call: int) -> int:
    """Find where the operation that `call` belongs to begins, after the syntax of the one `before`."""
    floor = before + 1
    for number in range(floor, call):
        if heading_of(blocks[number]) == "response structure":
            floor = number + 1
    heads = [number for number in range(floor, call) if _is_head(blocks, number)]
    if heads:
        return heads[0]
    described = call - 1 - (blocks[call - 2].text.endswith(SEE_ALSO) if call > 1 else 0)
    return max(floor, described - 1) if before >= 0 else _after_log(blocks, described)


def _is_head(blocks: Sequence[Block], number: int) -> bool:
    text = blocks[number].text
    if heading_of(blocks[number - 1]) == "response syntax":
        return False
    return text.startswith(("{'", '{"')) or _CHANGES.match(text) is not None or _label(text) != ""


def _after_log(blocks: Sequence[Block], described: int) -> int:
    """Skip the change log, which is the first block or none."""
    return min(described - 1, 1) if blocks[0].text.startswith("Changes ") and described > 1 else 0


def _label(text: str) -> str:
    found = _LABEL.match(text)
    return found[1].lower() if found else ""


def _read_stretch(findings: Findings, blocks: Sequence[Block]) -> None:
    summary = _SUMMARY.fullmatch(blocks[0].text)
    method = next((found[1] for block in blocks if (found := CALL.match(block.text))), "")
    findings.begin(summary[1] if summary else api_name(method, blocks), blocks[0].line)
    added, rest = _added(blocks)
    read_operation(findings, rest)
    for one in added:
        _state(findings, one)


def _added(blocks: Sequence[Block]) -> tuple[list[Added], Sequence[Block]]:
    """Take what stands before the description: the additions, and the blocks that are left."""
    found: list[Added] = []
    side = ""
    for _ in range(_MOST):
        if not blocks:
            break
        text, line, label = blocks[0].text, blocks[0].line, _label(blocks[0].text)
        changes = _CHANGES.search(text) if len(text) < 80 else None
        if changes and "," not in changes[1]:
            side = changes[1].strip()
        if _SUMMARY.fullmatch(text) or changes or text.startswith("Link") or text == label.capitalize() != "":
            side, blocks = label or side, blocks[1:]
        elif text.startswith("{") or label:
            listing, blocks = take_syntax(blocks)
            found.append(Added(label or side, listing[listing.find("{") :], line))
        else:
            break
    return found, blocks


def _state(findings: Findings, added: Added) -> None:
    value = _literal(added.text)
    if not isinstance(value, Mapping):
        findings.leave(Block(added.line, " ".join(added.text[:200].split())), "what was added cannot be read")
        return
    sides = _SIDES.get(added.side) or (_side(findings, value),)
    for side in sides:
        findings.add(side, Aspect.ADDED, dict(value), added.line)


def _side(findings: Findings, value: Mapping[str, Any]) -> str:
    """Tell by the members that are named whether it is the request that has them, or the response."""
    orders = {
        fact.path: fact.value
        for fact in findings.facts
        if fact.operation == findings.operation and fact.aspect is Aspect.ORDER
    }
    asked, answered = (set(map(str, _list(orders.get(side)))) for side in ("request", "response"))
    return "request" if value.keys() <= asked and not value.keys() <= answered else "response"


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else ()


def _literal(text: str) -> Json:
    """Read what Python prints, sets as sorted lists: `{'Code': {'B', 'A'}}` gives `{"Code": ["A", "B"]}`."""
    if len(text) > _LONGEST or _depth(text) > _DEEPEST:
        return None
    try:
        return _json(ast.literal_eval(text))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "{[(") - (character in "}])")
        deepest = max(deepest, depth)
    return deepest


def _json(value: Printed) -> Json:
    match value:
        case dict():
            return {str(key): _json(inner) for key, inner in value.items()}
        case set():
            return [*sorted(map(str, value))]
        case list() | tuple():
            return [_json(inner) for inner in value]
        case str() | int() | float():
            return value
        case _:
            return str(value)
