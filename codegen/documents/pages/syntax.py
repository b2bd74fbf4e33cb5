"""Request and response syntax -> the tree of members that it shows.

In: the text of one listing, on one line or on many. boto3's is a Python call (`client.op(A='x'|'y', B={...})`) or a
dict, the API reference's is JSON (`{ "A": "string" }`), after the request line of HTTP where the service is REST, and
XML where that is the body. Out: a tree of `Node`s with the line of each.

    value  := choice { "|" choice }
    choice := object | array | string | number | word [ "(" anything ")" ] | "..."
    object := "{" [ string ":" value { "," string ":" value } ] "}"
    call   := word { "." word } "(" [ word "=" value { "," word "=" value } ] ")"
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from codegen.documents.pages.tokens import Reading, SyntaxFault, Token

_DEEPEST = 120
_RECURSIVE = "... recursive ..."


@dataclass(frozen=True, slots=True)
class Node:
    """A value as the syntax shows it. `kind`: `structure`, `list`, `map`, `string`, `integer`, `float`, `boolean`,
    `timestamp`, `blob`, `document`, or `number` (JSON's) and `elided`, which tell less than a type."""

    kind: str
    line: int
    members: tuple[tuple[str, Node], ...] = ()
    item: Node | None = None  # of a list or a map
    values: tuple[str, ...] = ()
    key_values: tuple[str, ...] = ()


def parse_value(text: str, line: int) -> Node:
    """Parse `{ "Title": "string" }` or `{'Title': 'string'}`."""
    reading = Reading(text, line)
    node = _value(reading)
    if reading.here.kind != "end":
        reading.fail("the end")
    return node


def parse_call(text: str, line: int) -> tuple[str, Node]:
    """Parse `response = client.op(A='string')`: the method's name and its parameters as a structure."""
    reading = Reading(text, line)
    words = [reading.take()]
    if reading.took("="):
        words.append(reading.take())
    name = words[-1].text.rsplit(".", 1)[-1]
    if words[-1].kind != "word" or not reading.took("("):
        reading.fail("a call")
    members: list[tuple[str, Node]] = []
    while not reading.took(")"):
        word = reading.take()
        if word.kind != "word":
            reading.at -= word.kind != "end"
            reading.fail("the name of a parameter")
        reading.expect("=")
        members.append((word.text, _value(reading)))
        if not reading.took(",") and not reading.is_mark(")"):
            reading.fail("`,` or `)`")
    return name, Node("structure", words[0].line, tuple(members))


def _value(reading: Reading) -> Node:
    choices = [_choice(reading)]
    while reading.took("|"):
        choices.append(_choice(reading))
    return choices[0] if len(choices) == 1 else _merged(choices)


def _merged(choices: list[Node]) -> Node:
    """`'a'|'b'` is a string of two values, `True|False` a boolean, anything of several kinds a document."""
    kinds = {choice.kind for choice in choices}
    if kinds == {"string"}:
        return Node("string", choices[0].line, values=tuple(_valued(choice) for choice in choices))
    if len(kinds) == 1:
        return choices[0]
    return Node("blob" if kinds <= {"blob", "file"} else "document", choices[0].line)


def _valued(choice: Node) -> str:
    return choice.values[0] if choice.values else "string"


def _choice(reading: Reading) -> Node:
    token = reading.take()
    match token.kind:
        case "string":
            return _string(token)
        case "number":
            return Node("float" if "." in token.text else "integer", token.line)
        case "dots":
            return Node("elided", token.line)
        case "word":
            return _word(reading, token)
        case _:
            return _bracketed(reading, token)


def _bracketed(reading: Reading, token: Token) -> Node:
    if token.text in ("{", "["):
        reading.depth += 1
        if reading.depth > _DEEPEST:
            raise SyntaxFault(f"the syntax nests deeper than {_DEEPEST} levels", token.line)
        node = _object(reading, token.line) if token.text == "{" else _array(reading, token.line)
        reading.depth -= 1
        return node
    reading.at -= token.kind != "end"
    reading.fail("a value")


def _string(token: Token) -> Node:
    if token.text.startswith("b"):
        return Node("blob", token.line)
    text = unquoted(token.text)
    return Node("string", token.line, values=() if text == "string" else (text,))


def unquoted(text: str) -> str:
    r"""Take the quotes off as Python and JSON put them on: `'a\n\'b'`; any other backslash stands for itself."""
    return _ESCAPE.sub(_escaped, text[1:-1])


def _escaped(found: re.Match[str]) -> str:
    digits = found[0][2:]
    return chr(int(digits, 16)) if digits and int(digits, 16) < 0x110000 else _ESCAPES.get(found[0][1:], found[0])


_ESCAPE = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"'}


_WORDS = {
    "True": "boolean",
    "False": "boolean",
    "boolean": "boolean",
    "number": "number",
    "blob": "blob",
    "file": "file",
    "datetime": "timestamp",
    "StreamingBody": "blob",
    "JSON": "document",
    "None": "none",
}


def _word(reading: Reading, token: Token) -> Node:
    """`datetime(2015, 1, 1)`, `EventStream({...})`, `number`, `True`; what a call holds counts for an event stream."""
    if (token.text, reading.here.text) == ("JSON", "value"):
        reading.take()  # `JSON value` are two words
    if not reading.took("("):
        return Node(_WORDS.get(token.text, "elided"), token.line)
    inner = [] if reading.is_mark(")") else [_value(reading)]
    while reading.took(","):
        inner.append(_value(reading))
    reading.expect(")")
    if token.text == "EventStream" and inner:
        return inner[0]
    return Node(_WORDS.get(token.text, "elided"), token.line)


def _object(reading: Reading, line: int) -> Node:
    if reading.took("}"):
        return Node("structure", line)
    if reading.took_dots():
        reading.expect("}")
        return Node("elided", line)
    keys, members = list[tuple[str, ...]](), list[Node]()
    while not reading.took("}"):
        keys.append(_keys(reading))
        if reading.is_mark("}") and keys[0] == (_RECURSIVE,):
            continue
        reading.expect(":")
        members.append(_value(reading))
        if not reading.took(",") and not reading.is_mark("}"):
            reading.fail("`,` or `}`")
        reading.took_dots()
    return _of_keys(keys, members, line)


def _keys(reading: Reading) -> tuple[str, ...]:
    found = list[str]()
    while True:
        if reading.here.kind not in ("string", "number", "word"):
            reading.fail("the name of a member")
        token = reading.take()
        found.append(unquoted(token.text) if token.kind == "string" else token.text)
        if not reading.took("|"):
            return tuple(found)


def _of_keys(keys: list[tuple[str, ...]], members: list[Node], line: int) -> Node:
    if keys[0] == (_RECURSIVE,):
        return Node("elided", line)
    if len(keys) == 1 and (len(keys[0]) > 1 or keys[0] in (("string",), ("...",))):
        return Node("map", line, item=members[0], key_values=keys[0] if len(keys[0]) > 1 else ())
    return Node("structure", line, tuple((key[0], member) for key, member in zip(keys, members, strict=True)))


def _array(reading: Reading, line: int) -> Node:
    """An item shows what all are like; `[ ... ]` shows nothing."""
    items = list[Node]()
    while not reading.is_mark("]") and not reading.took_dots():
        items.append(_value(reading))
        if not reading.took(",") and not reading.is_mark("]") and reading.here.kind != "dots":
            reading.fail("`,` or `]`")
    reading.expect("]")
    return Node("list", line, item=items[0] if items else None)
