"""JSON values -> text, as specs are written: two spaces, an object's entries below each other, short lists on a line.

In: a value. Out: its text with a line feed at the end; nothing in it is sorted, so that equal input gives equal bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from codegen.diagnostics import inert_json
from codegen.spec.ir import Json

WIDTH = 120
ONE_LINE = 101
"""A list that ends beyond this column is filled into lines of `WIDTH`: both as the curated specs have it."""
_STEP = "  "
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What a terminal acts upon, or an editor hides: spelled out, which means the same."""


def pretty(value: Json) -> str:
    """Print a value: `{"a": [1, 2]}` takes three lines, its list one of them."""
    return f"{_printed(value, '', 0)}\n"


def _printed(value: Json, indent: str, taken: int) -> str:
    """`taken` is how much stands on the line already."""
    inner = indent + _STEP
    match value:
        case dict() if value:
            lines = (_entry(key, each, inner) for key, each in value.items())
            return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
        case list() if value:
            return _list(value, indent, taken)
        case _:
            return _text(value)


def _entry(key: str, value: Json, indent: str) -> str:
    head = f"{indent}{_text(key)}: "
    return head + _printed(value, indent, len(head))


def _list(items: list[Json], indent: str, taken: int) -> str:
    inner = indent + _STEP
    if any(isinstance(item, dict | list) and item for item in items):
        return "[\n" + ",\n".join(f"{inner}{_printed(item, inner, len(inner))}" for item in items) + f"\n{indent}]"
    texts = [_text(item) for item in items]
    line = f"[{', '.join(texts)}]"
    if taken + len(line) <= ONE_LINE:
        return line
    return "[\n" + "\n".join(inner + each for each in _filled(texts, WIDTH - len(inner))) + f"\n{indent}]"


def _filled(texts: Iterable[str], width: int) -> Iterator[str]:
    """Put as many items on each line as fit."""
    texts = list(texts)
    line = ""
    for number, text in enumerate(texts):
        item = text if number == len(texts) - 1 else f"{text},"
        if line and len(line) + 1 + len(item) > width:
            yield line
            line = item
        else:
            line = f"{line} {item}" if line else item
    yield line


def _text(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return inert_json(text if text.isprintable() else _UNSEEN.sub(_escaped, text))


def _escaped(found: re.Match[str]) -> str:
    """Write one character as JSON escapes it, a pair of halves where it has no escape of its own."""
    return json.dumps(found[0])[1:-1]
