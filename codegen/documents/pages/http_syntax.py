"""Request and response syntax of REST services -> what travels where, and the tree of the body.

In: `POST /v1/games/{gameId}?notify=Notify HTTP/1.1`, headers, and a body of JSON or XML, on one line or on many; or
the body alone. Out: `Exchange`. As text on one line headers cannot be told from the body's beginning, so they are
looked for before the first bracket only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from codegen.documents.pages.syntax import Node, parse_value
from codegen.documents.pages.tokens import SyntaxFault

_REQUEST = re.compile(r"\s*+(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS) (\S++) HTTP/[0-9.]{1,5}")
_RESPONSE = re.compile(r"\s*+HTTP/[0-9.]{1,5} (?:([1-5][0-9][0-9])\b|([A-Za-z]{1,100}))")
_LABEL = re.compile(r"\{{1,2}([A-Za-z0-9_.-]{1,200})\+?\}{1,2}")
_QUERY = re.compile(r"[?&]([A-Za-z0-9_.:-]{1,200})=([A-Za-z0-9_.:-]{0,200})")
_HEADER = re.compile(r"(?:^|\s)([A-Za-z][A-Za-z0-9-]{1,100}): +(\S{0,300})")
_WORD = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]{0,200})\s*\Z")
_XML = re.compile(r"<(/?)([A-Za-z_][A-Za-z0-9_.:-]{0,200})[^<>]{0,500}?(/?)>|<\?[^<>]{0,500}\?>|([^<]++)|<")
_KINDS = {
    **dict.fromkeys(("integer", "long"), "integer"),
    **dict.fromkeys(("float", "double"), "float"),
    **{kind: kind for kind in ("boolean", "timestamp", "blob", "string")},
}
_NO_MEMBERS = frozenset(("content-type", "host"))
_DEEPEST = 120


class Exchange(NamedTuple):
    """`outside`: what travels in the path, the query or headers: its name there, and what stands for its value."""

    method: str
    uri: str
    status: int | None
    outside: tuple[tuple[str, str], ...]
    body: Node | None


def parse_exchange(text: str, line: int) -> Exchange:
    """Parse the syntax of a request or a response, with or without the lines of HTTP."""
    request, response = _REQUEST.match(text), _RESPONSE.match(text)
    head_end = max(found.end() if found else 0 for found in (request, response))
    body_at = _body_at(text, head_end)
    headers = text[head_end:body_at] if head_end else ""
    return Exchange(
        method=request[1] if request else "",
        uri=request[2] if request else "",
        status=int(response[1]) if response and response[1] else None,
        outside=tuple(dict.fromkeys(_outside(request[2] if request else "", response and response[2], headers))),
        body=_body(text[body_at:], line + text.count("\n", 0, body_at)),
    )


def _outside(uri: str, status: str | None, headers: str) -> Iterator[tuple[str, str]]:
    """`x-amz-acl: ACL` gives `("x-amz-acl", "ACL")`; a word after the last header stands for the whole body."""
    path, _, query = uri.partition("?")
    yield from ((name, name) for name in _LABEL.findall(path))
    yield from ((name, name) for name in path.split("/") if name.isidentifier())  # where the braces were lost
    yield from _QUERY.findall("?" + query)
    if status:
        yield status, status
    end = 0
    for found in _HEADER.finditer(headers):
        end = found.end()
        if found[1].lower() not in _NO_MEMBERS:
            yield found[1], found[2]
    if word := _WORD.match(headers, end):
        yield word[1], word[1]


def _body_at(text: str, begin: int) -> int:
    places = (place for place in (text.find("{", begin), text.find("<", begin), text.find("[", begin)) if place >= 0)
    return min(places, default=len(text))


def _body(text: str, line: int) -> Node | None:
    if not text.strip():
        return None
    return _xml(text, line) if text.startswith("<") else parse_value(text, line)


class _Element(NamedTuple):
    name: str
    line: int
    members: list[tuple[str, Node]]
    text: list[str]


def _xml(text: str, line: int) -> Node:
    """Read the tree of an XML body: the root itself is left out; `...` after an element tells of a list."""
    waiting = [_Element("", line, [], [])]
    for found in _XML.finditer(text):
        here = line + text.count("\n", 0, found.start()) if len(text) < 100_000 else line
        if found[4] is not None:
            _text(waiting[-1], found[4].strip())
        elif found[2] and not found[1] and not found[3]:
            waiting.append(_Element(found[2], here, [], []))
        elif found[2] and found[1] and len(waiting) > 1 and waiting[-1].name == found[2]:
            done = waiting.pop()
            waiting[-1].members.append((done.name, _node(done)))
        elif found[2]:
            waiting[-1].members.append((found[2], Node("elided", here)))
        if len(waiting) > _DEEPEST:
            raise SyntaxFault(f"the syntax nests deeper than {_DEEPEST} levels", here)
    roots = waiting[0].members
    if len(waiting) > 1 or len(roots) != 1:
        raise SyntaxFault("the syntax is no XML with one root", line)
    return roots[0][1] if roots[0][1].members else Node("structure", line, tuple(roots))


def _text(element: _Element, text: str) -> None:
    if text == "..." and element.members:
        name, node = element.members[-1]
        element.members[-1] = (name, Node("list", node.line, item=node))
    elif text and text != "...":
        element.text.append(text)


def _node(element: _Element) -> Node:
    if element.members:
        members = tuple(dict(element.members).items())
        return Node("structure", element.line, members)
    return Node(_KINDS.get(" ".join(element.text), "elided"), element.line)
