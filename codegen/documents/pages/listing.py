"""A listing of parameters as botocore writes it, walked along the tree of its syntax.

In: the blocks of a listing, and the tree. Out: facts of each place. Text keeps neither the nesting of the listing nor
always the space before a name (`.ClientToken (string) –`), and pages of API changes lose the names of parameters at
the top; but listing and syntax go through the members in the same order, so the tree tells what may come next.

    entry := [ name ] "(" type ")" ( "–" | "--" ) [ "[REQUIRED]" ] [ description ]
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from codegen.documents.facts import Aspect
from codegen.documents.pages.blocks import BEYOND_ASCII, REMARKS, Block
from codegen.documents.pages.findings import SURE, Findings, Spot, spots
from codegen.documents.pages.prose import arms_of, is_union, prose_facts
from codegen.documents.pages.syntax import Node

_TYPES = {
    "string": ("string",),
    "integer": ("integer", "number"),
    "float": ("float", "number"),
    "boolean": ("boolean",),
    "datetime": ("timestamp",),
    "bytes": ("blob",),
    "bytes or seekable file-like object": ("blob",),
    "StreamingBody": ("blob",),
    ":class:`.StreamingBody`": ("blob",),
    "EventStream": ("structure",),
    ":class:`.EventStream`": ("structure",),
    "document": ("document",),
    "document<document>": ("document",),
    ":ref:`document<document>`": ("document",),
    "list": ("list",),
    "dict": ("structure", "map", "document"),
}
_ENTRY = re.compile(rf"\(({'|'.join(map(re.escape, _TYPES))})\) ?(?:–|—|--)")
_WORD = re.compile(rf"[A-Za-z0-9_.:{BEYOND_ASCII}-]*\Z")
_REQUIRED = "[REQUIRED]"
_FIELD = re.compile(r"(?:type|param) ([A-Za-z0-9_]++):?")


class Entry(NamedTuple):
    """Where a listing names a spot, and as what."""

    spot: Spot
    type: str
    line: int


@dataclass(slots=True)
class Walk:
    """How far a listing has been walked, and what was gathered about the spot it is at."""

    findings: Findings
    all: tuple[Spot, ...]
    places: Mapping[str, Sequence[int]]  # name -> where in `all`
    tops: Sequence[int]
    required_is_told: bool
    at: int = 0
    entry: Entry | None = None
    required: int = 0
    about: list[Block] = field(default_factory=list[Block])
    reached: set[str] = field(default_factory=set[str])


def walk_parameters(findings: Findings, tree: Node, blocks: Sequence[Block]) -> None:
    """Read the listing of a request; its parameters may stand without names, as `string` alone on a line."""
    walk = _walk(findings, tuple(spots("request", tree)), required_is_told=True)
    for block in blocks:
        spot = _nameless(walk, block)
        if spot:
            _begin(walk, Entry(spot, block.text, block.line))
        elif not ((field := _FIELD.fullmatch(block.text)) and field[1] in walk.places):
            _read(walk, block)
    _end(walk)
    _state_unlisted(walk)


def walk_response(findings: Findings, tree: Node, blocks: Sequence[Block]) -> None:
    """Read the listing of a response, which begins with the response itself: `(dict) --`."""
    walk = _walk(findings, (Spot("response", "", tree, False), *spots("response", tree)), required_is_told=False)
    for block in blocks:
        _read(walk, block)
    _end(walk)
    _state_unlisted(walk)


def _walk(findings: Findings, every: tuple[Spot, ...], *, required_is_told: bool) -> Walk:
    places: dict[str, list[int]] = {}
    for position, spot in enumerate(every):
        places.setdefault(spot.name, []).append(position)
    tops = [position for position, spot in enumerate(every) if spot.top]
    return Walk(findings, every, places, tops, required_is_told)


def _nameless(walk: Walk, block: Block) -> Spot | None:
    """Take `string` alone on a line for the next parameter at the top, where that is a string."""
    if block.text not in _TYPES:
        return None
    place = bisect_left(walk.tops, walk.at)
    if place == len(walk.tops) or not _fits(walk.all[walk.tops[place]], block.text):
        return None
    return walk.all[walk.tops[place]]


def _read(walk: Walk, block: Block) -> None:
    begin = 0
    for found in _ENTRY.finditer(block.text):
        head = block.text[begin : found.start()].rstrip()
        spot = _find(walk, head, found[1])
        if spot:
            _describe(walk, replace(block, text=head[: len(head) - len(spot.name)].rstrip()))
            _begin(walk, Entry(spot, found[1], block.line))
            begin = found.end()
        elif found.start() <= 200 and _word(head) == head:
            _end(walk)
            walk.entry = None
    _describe(walk, replace(block, text=block.text[begin:].strip()) if begin else block)


def _word(head: str) -> str:
    found = _WORD.search(head[-200:])
    return found[0] if found else ""


def _find(walk: Walk, head: str, kind: str) -> Spot | None:
    """Find the spot an entry is about: the next one where its name fits, be it glued to a word, else one further on."""
    word = _word(head)
    if walk.at < len(walk.all):
        following = walk.all[walk.at]
        if word == following.name and _fits(following, kind):
            return following
        if following.name and word not in walk.places and head.endswith(following.name) and _fits(following, kind):
            return following
    places = walk.places.get(word, ())
    ahead = (walk.all[place] for place in places[bisect_left(places, walk.at) :][:20])
    return next((spot for spot in ahead if _fits(spot, kind)), None)


def _fits(spot: Spot, kind: str) -> bool:
    return spot.node.kind == "elided" or spot.node.kind in _TYPES[kind]


def _begin(walk: Walk, entry: Entry) -> None:
    _end(walk)
    walk.entry, walk.required = entry, 0
    places = walk.places[entry.spot.name]
    position = next(place for place in places[bisect_left(places, walk.at) :] if walk.all[place] is entry.spot)
    walk.at = position + 1
    walk.reached.add(entry.spot.path)


def _describe(walk: Walk, block: Block) -> None:
    text = block.text
    if text.startswith(_REQUIRED):
        walk.required = block.line
        text = text.removeprefix(_REQUIRED).strip()
    if not text or text in REMARKS:
        return
    if walk.entry is None:
        walk.findings.leave(block, "no member of the syntax is told of here")
        return
    walk.about.append(block if text == block.text else replace(block, text=text))


def _end(walk: Walk) -> None:
    """State what was gathered about the spot at hand."""
    entry, about = walk.entry, walk.about
    walk.about = []
    if entry is None:
        return
    add, spot = walk.findings.add, entry.spot
    kind = _kind(entry)
    if spot.name:
        add(spot.path, Aspect.LISTED, True, entry.line)
    add(spot.path, Aspect.TYPE, kind, entry.line)
    if walk.required_is_told and (spot.name or spot.path.endswith("[]")):
        add(spot.path, Aspect.REQUIRED, bool(walk.required), walk.required or entry.line)
    for aspect, value, line in prose_facts(about, kind):
        add(spot.path, aspect, value, line)
    for block in about:
        if is_union(block.text):
            add(spot.path, Aspect.UNION, arms_of(block.text, (name for name, _ in spot.node.members)), block.line)


def _state_unlisted(walk: Walk) -> None:
    """State what the syntax has and the listing has not."""
    for spot in walk.all:
        if spot.path in walk.reached:
            continue
        if spot.name:
            walk.findings.add(spot.path, Aspect.LISTED, True, spot.node.line)
        if spot.node.kind in SURE:
            walk.findings.add(spot.path, Aspect.TYPE, spot.node.kind, spot.node.line)


def _kind(entry: Entry) -> str:
    """A `dict` is what the syntax shows it to be; where it leaves that out, an object."""
    kinds = _TYPES[entry.type]
    kind = entry.spot.node.kind
    if entry.type == "dict":
        return kind if kind in ("structure", "map", "document") else "object"
    return kinds[0]
