"""Values between AWS's protocol vectors and our models: parameters in, and what was read out.

The vectors come with shapes as botocore's `service-2` has them; what is not known here is a KeyError, so that nothing
is passed over.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any

Shapes = Mapping[str, Mapping[str, Any]]

_NUMBERS = ("byte", "short", "integer", "long", "float", "double")
_SPELLED = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_XML = ("rest-xml", "query", "ec2")


def kind_of(shape: Mapping[str, Any]) -> str:
    """Name the type as our specs do: unions, documents and enums are types of their own there."""
    if shape["type"] == "structure":
        return "union" if shape.get("union") else "document" if shape.get("document") else "structure"
    if shape["type"] == "string" and "enum" in shape:
        return "enum"
    return str(shape["type"])


def taken(shapes: Shapes, name: str, value: Any, protocol: str = "json") -> Any:
    """Turn a parameter of a vector into what our models take: seconds into a datetime, text into bytes.

    Members are named as in JSON form, which is how they are spelled in a body of JSON.
    """
    shape, kind = shapes[name], kind_of(shapes[name])
    if value is None:
        return None
    if kind in ("structure", "union"):
        members = {key: (shape["members"][key], item) for key, item in value.items()}
        return {
            _json_name(key, member, protocol): _taken_member(shapes, member, item, protocol)
            for key, (member, item) in members.items()
        }
    if kind == "list":
        return [taken(shapes, shape["member"]["shape"], item, protocol) for item in value]
    if kind == "map":
        return {key: taken(shapes, shape["value"]["shape"], item, protocol) for key, item in value.items()}
    if kind == "timestamp":
        return datetime.fromtimestamp(value, UTC)
    if kind == "blob":
        return value.encode()
    return _SPELLED[value] if kind in ("float", "double") and isinstance(value, str) else value


def _json_name(name: str, member: Mapping[str, Any], protocol: str) -> str:
    spelled = "location" not in member and protocol not in _XML
    return str(member.get("locationName", name)) if spelled else name


def _taken_member(shapes: Shapes, member: Mapping[str, Any], value: Any, protocol: str) -> Any:
    return json.loads(value) if member.get("jsonvalue") else taken(shapes, member["shape"], value, protocol)


def told(shapes: Shapes, name: str, value: Any) -> Any:
    """Turn what our models read into what a vector says of it; the types are checked on the way."""
    shape, kind = shapes[name], kind_of(shapes[name])
    if kind in ("structure", "union"):
        return _told_members(shapes, shape, value)
    if kind == "list":
        assert type(value) is list
        return [told(shapes, shape["member"]["shape"], item) for item in value]
    if kind == "map":
        assert type(value) is dict
        return {key: told(shapes, shape["value"]["shape"], item) for key, item in value.items()}
    return value if kind == "document" else _told_scalar(kind, value)


def _told_members(shapes: Shapes, shape: Mapping[str, Any], value: Any) -> dict[str, Any]:
    fields = [name for name in type(value).model_fields if name != "unknown"]
    attributes = dict(zip(shape["members"], fields, strict=True))  # in the order of the spec, both
    read = {name: getattr(value, attributes[name]) for name in shape["members"]}
    found = {
        name: _told_member(shapes, shape["members"][name], item) for name, item in read.items() if item is not None
    }
    if shape.get("union"):
        [(name, _)] = found.items()
        assert value.tag == (type(value).model_fields[attributes[name]].alias or attributes[name])
        assert value.value == read[name]
    return found


def _told_member(shapes: Shapes, member: Mapping[str, Any], value: Any) -> Any:
    return json.dumps(value) if member.get("jsonvalue") else told(shapes, member["shape"], value)


_TYPES = {"string": str, "boolean": bool, "blob": bytes} | dict.fromkeys(_NUMBERS, int)


def _told_scalar(kind: str, value: Any) -> Any:
    if kind == "enum":
        assert isinstance(value, Enum)
        return value.value
    if kind == "timestamp":
        assert isinstance(value, datetime) and value.utcoffset() is not None
        return value.timestamp()
    if kind in ("float", "double"):
        assert type(value) is float
        return (
            value if math.isfinite(value) else next(text for text, one in _SPELLED.items() if repr(one) == repr(value))
        )
    assert type(value) is _TYPES[kind]
    return value.decode() if isinstance(value, bytes) else value
