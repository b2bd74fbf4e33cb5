"""Values between JSON form and XML, as Smithy's XML bindings have them: what restXml and both query protocols share.

In: the table of shapes, the key of one, and JSON form or an element. Out: the text of elements, or JSON form.
Reading is lenient: elements that no member has are passed over, and text that is none of its type is handed on as it
is, for models say best what is wrong with it and where.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .bindings import Member, Shape
from .errors import ValidationError, Violation
from .moments import read_moment, settled, write_moment
from .wire import LongFloat
from .xml_tree import Element, attribute_of, child_of, name_of, text_of

Shapes = Mapping[str, Shape]
Namespace = tuple[str, str | None] | None

REAL = frozenset({"float", "double", "bigDecimal"})
WHOLE = frozenset({"byte", "short", "integer", "long", "bigInteger"})
_ITEM = "member"
"""The name of a list's items that have none of their own."""


def is_flat(member: Member, shape: Shape) -> bool:
    return member.flattened or shape.flattened


# ------------------------------------------------------------------------------------------------------------- writing

_ESCAPED = re.compile('[&<>"\r\x85\u2028]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry, however it is written."""


def write_root(shapes: Shapes, target: str, value: Any, name: str, namespace: Namespace = None) -> bytes:
    """Write a document; `name` and `namespace` are its root's. Raises ValidationError for what XML cannot carry."""
    try:
        return element(shapes, target, value, name, namespace or shapes[target].namespace).encode()
    except _Unwritable as found:
        path = ".".join((target, *reversed(found.path)))
        raise ValidationError([Violation(path, path, "type", found.reason)]) from None


class _Unwritable(ValueError):
    """Text that cannot travel; `path` grows, innermost name first, on the way out."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.path: list[str] = []
        super().__init__(reason)


def element(shapes: Shapes, target: str, value: Any, name: str, namespace: Namespace, form: str | None = None) -> str:
    """Write one element of a shape; `form` is that of a timestamp, where its member says one."""
    shape = shapes[target]
    attributes = _declared(namespace)
    if shape.type in ("structure", "union"):
        attributes += _attributes(shape, value, shapes)
    content = _content(shapes, shape, value, form)
    return f"<{name}{attributes}>{content}</{name}>"


def _declared(namespace: Namespace) -> str:
    if namespace is None:
        return ""
    address, prefix = namespace
    return f' xmlns{":" + prefix if prefix else ""}="{_escaped(address)}"'


def _attributes(shape: Shape, value: Mapping[str, Any], shapes: Shapes) -> str:
    found = [(one, value[one.name]) for one in shape.members if one.attribute and value.get(one.name) is not None]
    return "".join(f' {one.wire}="{_written(one, shapes[one.target], item)}"' for one, item in found)


def _written(member: Member, shape: Shape, value: Any) -> str:
    """Write an attribute, in which readers take spaces of every kind for plain ones."""
    text = _escaped(scalar_text(shape, value, member.form))
    return text.replace("\t", "&#x9;").replace("\n", "&#xA;")


def _content(shapes: Shapes, shape: Shape, value: Any, form: str | None) -> str:
    if shape.type in ("structure", "union"):
        return "".join(_members(shapes, shape, value))
    if shape.type == "list":
        item = shape.members[0]
        return "".join(_items(shapes, item, value, item.wire or _ITEM, item.namespace))
    if shape.type == "map":
        return "".join(f"<entry>{entry}</entry>" for entry in _entries(shapes, shape, value))
    return _escaped(scalar_text(shape, value, form))


def _members(shapes: Shapes, shape: Shape, value: Mapping[str, Any]) -> Iterator[str]:
    for member in shape.members:
        if member.location != "body" or member.attribute or (given := value.get(member.name)) is None:
            continue
        try:
            yield from _elements(shapes, member, given)
        except _Unwritable as found:
            found.path.append(member.name)
            raise


def _elements(shapes: Shapes, member: Member, value: Any) -> Iterator[str]:
    """Write a member: one element, or one for each item or entry where it is flattened."""
    shape, name = shapes[member.target], member.wire
    if shape.type == "list" and is_flat(member, shape):
        yield from _items(shapes, shape.members[0], value, name, shape.members[0].namespace or member.namespace)
    elif shape.type == "map" and is_flat(member, shape):
        head = f"{name}{_declared(member.namespace)}"
        yield from (f"<{head}>{entry}</{name}>" for entry in _entries(shapes, shape, value))
    else:
        yield element(shapes, member.target, value, name, member.namespace or shape.namespace, member.form)


def _items(shapes: Shapes, item: Member, values: list[Any], name: str, namespace: Namespace) -> Iterator[str]:
    """Write the items of a list; null, which sparse lists have, as an empty element."""
    space = namespace or shapes[item.target].namespace
    for value in values:
        if value is None:
            yield f"<{name}{_declared(space)}/>"
        else:
            yield element(shapes, item.target, value, name, space, item.form)


def _entries(shapes: Shapes, shape: Shape, values: Mapping[str, Any]) -> Iterator[str]:
    """Write the entries of a map: the key, and the value unless it is null."""
    key, item = shape.members
    for name, value in values.items():
        written = _part(shapes, key, name, "key")
        yield written if value is None else written + _part(shapes, item, value, "value")


def _part(shapes: Shapes, member: Member, value: Any, usual: str) -> str:
    namespace = member.namespace or shapes[member.target].namespace
    return element(shapes, member.target, value, member.wire or usual, namespace, member.form)


def scalar_text(shape: Shape, value: Any, form: str | None = None) -> str:
    """Write what has no parts: `True` gives `true`, a timestamp its text in `form`, by default RFC 3339."""
    if isinstance(value, str) and shape.type != "timestamp":
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if shape.type == "timestamp":
        wanted = form or shape.form or "date-time"
        return str(write_moment(settled(read_moment(value), wanted), wanted))
    return value.text if isinstance(value, LongFloat) else str(value)


def _escaped(text: str) -> str:
    if _NO_XML.search(text):
        raise _Unwritable("holds a character that XML cannot carry")
    return _ESCAPED.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"&#x{ord(found[0]):X};"


# ------------------------------------------------------------------------------------------------------------- reading

_EXACT = 16
"""A double keeps any 15 digits."""
_INTEGER = re.compile(r"[+-]?[0-9]{1,4000}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,4000}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


def read_shape(shapes: Shapes, target: str, found: Element) -> Any:
    """Read an element into JSON form; None stands for an empty one of a type that has no empty value."""
    shape = shapes[target]
    if shape.type == "structure":
        return read_members(shapes, shape, found)
    if shape.type == "union":
        return read_members(shapes, shape, found) or _unknown_arm(found)
    if shape.type == "list":
        return _read_items(shapes, shape, list(found))
    if shape.type == "map":
        return _read_entries(shapes, shape, list(found))
    return read_scalar(shape, text_of(found))


def read_members(shapes: Shapes, shape: Shape, found: Element) -> dict[str, Any]:
    """Read the members of a structure or union that are in the body; what an element does not hold is left out."""
    children: dict[str, list[Element]] = {}
    for child in found:
        children.setdefault(name_of(child), []).append(child)
    values: dict[str, Any] = {}
    for member in shape.members:
        value = None
        if member.attribute and member.location == "body":
            value = _read_attribute(shapes[member.target], attribute_of(found, member.wire))
        elif member.wire in children and member.location == "body":
            value = _read_elements(shapes, member, children[member.wire])
        if value is not None:
            values[member.name] = value
    return values


def _read_attribute(shape: Shape, text: str | None) -> Any:
    return None if text is None else read_scalar(shape, text)


def _read_elements(shapes: Shapes, member: Member, elements: list[Element]) -> Any:
    shape = shapes[member.target]
    if shape.type == "list" and is_flat(member, shape):
        return _read_items(shapes, shape, elements)
    if shape.type == "map" and is_flat(member, shape):
        return _read_entries(shapes, shape, elements)
    return read_shape(shapes, member.target, elements[0])


def _read_items(shapes: Shapes, shape: Shape, elements: list[Element]) -> list[Any]:
    """Read the items of a list, whatever they are called, for services do not keep to the names in their models."""
    values = [read_shape(shapes, shape.members[0].target, one) for one in elements]
    return values if shape.sparse else [value for value in values if value is not None]


def _read_entries(shapes: Shapes, shape: Shape, elements: list[Element]) -> dict[str, Any]:
    key, item = shape.members
    found: dict[str, Any] = {}
    for one in elements:
        name, value = child_of(one, key.wire or "key"), child_of(one, item.wire or "value")
        read = None if value is None else read_shape(shapes, item.target, value)
        if name is not None and (read is not None or shape.sparse):
            found[text_of(name)] = read
    return found


def _unknown_arm(found: Element) -> Any:
    """Read an arm that this release does not know: texts, and dicts of them."""
    return untyped(found) if len(found) else None


def untyped(found: Element) -> Any:
    """Read an element that no shape tells of: text, or a dict of the elements in it, the last of each name."""
    return {name_of(child): untyped(child) for child in found} if len(found) else text_of(found)


def read_scalar(shape: Shape, text: str) -> Any:
    """Read what has no parts: `12` gives 12 where the shape is a number, and text that is none stays text."""
    if shape.type == "string":
        return text
    plain = text.strip()
    if shape.type == "blob":
        return "".join(plain.split())
    if not plain:
        return None
    if shape.type == "boolean":
        return {"true": True, "false": False}.get(plain, plain)
    if shape.type in WHOLE or shape.type in REAL or shape.type == "timestamp":
        return _read_number(plain)
    return text


def _read_number(text: str) -> Any:
    if _INTEGER.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text) or math.isinf(number := float(text)):
        return text
    return number if len(text) <= _EXACT else LongFloat.of(text)
