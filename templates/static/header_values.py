"""Values in headers, labels and queries: from JSON form to text and back.

Timestamps are HTTP dates in headers and RFC 3339 elsewhere, unless the model says otherwise; lists are parted by
commas, an item in quotes where it has a comma or quotes of its own.
"""

import base64
import re
from collections.abc import Iterator
from typing import Any

from .bindings import Member, Table
from .errors import ResponseError
from .moments import plain, read_moment, write_moment
from .wire import LongFloat

_WORDS = ("NaN", "Infinity", "-Infinity")
_WHOLE = ("byte", "short", "integer", "long", "bigInteger")
_FLAGS = {"true": True, "false": False}
_ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*?))\s*(?:,|\Z)', re.DOTALL)
_DATE = re.compile(r"\s*([^,]*,[^,]*?)\s*(?:,|\Z)")


def form_of(table: Table, member: Member, default: str) -> str:
    """Say how a timestamp is written: as the member has it, else its target, else as is usual in its place."""
    return member.form or table.shapes[member.target].form or default


def write_scalar(table: Table, member: Member, value: Any, default: str) -> str:
    """Write one value as text; `default` is how timestamps are written where the model says nothing."""
    if table.shapes[member.target].type == "timestamp":
        return str(write_moment(plain(read_moment(value)), form_of(table, member, default)))
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.text if isinstance(value, LongFloat) else str(value)


def write_header(table: Table, member: Member, value: Any) -> str:
    """Write a header's value: `["a", "b,c"]` gives `a, "b,c"`."""
    if member.json_value:
        return base64.b64encode(str(value).encode()).decode()
    shape = table.shapes[member.target]
    if shape.type != "list":
        return write_scalar(table, member, value, "http-date")
    item = shape.members[0]
    texts = (write_scalar(table, item, one, "http-date") for one in value if one is not None)
    quotes = table.shapes[item.target].type == "string"
    return ", ".join(_quoted(text) if quotes else text for text in texts)


def _quoted(text: str) -> str:
    if "," not in text and '"' not in text:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_header(table: Table, member: Member, text: str) -> Any:
    """Read a header's value into JSON form. Raises ResponseError for one that is not of its type."""
    try:
        if member.json_value:
            return base64.b64decode(text, validate=True).decode()
        shape = table.shapes[member.target]
        if shape.type != "list":
            return _read(table, member, text)
        return [_read(table, shape.members[0], item) for item in _items(table, shape.members[0], text)]
    except (KeyError, ValueError):
        raise ResponseError(f"the header {member.wire} is not of its type", path=f"$.{member.name}") from None


def _items(table: Table, item: Member, text: str) -> Iterator[str]:
    """Part a list at its commas: at every second one where each date has one of its own."""
    shape = table.shapes[item.target]
    dates = shape.type == "timestamp" and form_of(table, item, "http-date") == "http-date"
    for found in (_DATE if dates else _ITEM).finditer(text):
        if found[0]:
            quoted = found[1]
            yield quoted if dates else found[2] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)


def _read(table: Table, member: Member, text: str) -> Any:
    kind = table.shapes[member.target].type
    if kind == "boolean":
        return _FLAGS[text.lower()]
    if kind in _WHOLE:
        return int(text)
    if kind in ("float", "double", "bigDecimal"):
        return text if text in _WORDS else float(text) if kind != "bigDecimal" else LongFloat.of(text)
    if kind == "timestamp" and form_of(table, member, "http-date") == "epoch-seconds":
        return float(text)
    return text
