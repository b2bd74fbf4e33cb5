"""Service models as botocore has them (`service-2`) -> specs of ours, and values between the two.

The other way round from `botocore_models`. Written for the models that AWS's protocol vectors come with, and for no
more than these use; what is not known here is a KeyError, so that nothing is passed over.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from strategies import Spec

Shapes = Mapping[str, Mapping[str, Any]]

_FORMATS = {"iso8601": "date-time", "unixTimestamp": "epoch-seconds", "rfc822": "http-date"}
_PROTOCOLS = {"1.0": "awsJson1_0", "1.1": "awsJson1_1"}
_NUMBERS = ("byte", "short", "integer", "long", "float", "double")
_SPELLED = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_IGNORED = frozenset({"documentation", "box", "type", "exception", "union", "document"})
"""What says nothing, and what is read elsewhere."""


# --------------------------------------------------------------------------------------------------------------- specs


def spec_of(metadata: Mapping[str, Any], shapes: Shapes, operations: Iterable[Mapping[str, Any]]) -> Spec:
    """Write the spec of a service model; `operations` as `service-2` has them, several of one name put together."""
    errors = {name: shape for name, shape in shapes.items() if shape.get("exception")}
    return {
        "service": _service(metadata),
        "sources": {"B": {"title": "Protocol vectors", "publisher": "AWS", "kind": "model", "date": "2024-12-05"}},
        "operations": _merged(_operation(one) for one in operations),
        "shapes": {name: _shape(shape) for name, shape in shapes.items() if name not in errors},
        "errors": {name: _error(shape) for name, shape in errors.items()},
    }


def _service(metadata: Mapping[str, Any]) -> Spec:
    target = metadata["targetPrefix"]
    prefix = metadata.get("endpointPrefix", target.lower())
    return {
        "name": prefix,
        "release": metadata["apiVersion"],
        "title": metadata.get("serviceFullName", target),
        "serviceId": metadata.get("serviceId", target),
        "protocol": _PROTOCOLS[metadata["jsonVersion"]],
        "target": target,
        "queryCompatible": "awsQueryCompatible" in metadata,
        "endpoint": {"prefix": prefix, "template": f"https://{prefix}.{{region}}.example.com"},
        "signing": {"version": "v4", "name": metadata.get("signingName", prefix)},
        "patterns": {"match": "search", "ascii": True},
        "sources": ["B"],
    }


def _operation(given: Mapping[str, Any]) -> tuple[str, Spec]:
    ends = {end: given[end]["shape"] for end in ("input", "output") if end in given}
    prefix = {"hostPrefix": given["endpoint"]["hostPrefix"]} if "endpoint" in given else {}
    names = [error["shape"] for error in given.get("errors", ())]
    return given["name"], {**ends, **prefix, "errors": names}


def _merged(operations: Iterable[tuple[str, Spec]]) -> Spec:
    """Put operations of one name together: vectors of requests leave out the output, and each names its own errors."""
    found: Spec = {}
    for name, operation in operations:
        before = found.get(name, {"errors": []})
        errors = [*before["errors"], *(error for error in operation["errors"] if error not in before["errors"])]
        assert not [key for key in operation.keys() & before.keys() - {"errors"} if operation[key] != before[key]], name
        found[name] = {**before, **operation, "errors": errors}
    return found


def _error(shape: Mapping[str, Any]) -> Spec:
    wire = shape.get("error", {})
    code = {"code": wire["code"]} if "code" in wire else {}
    status = {"httpError": wire["httpStatusCode"]} if "httpStatusCode" in wire else {}
    return {"members": _members(shape), "fault": "server" if shape.get("fault") else "client", **code, **status}


def _shape(shape: Mapping[str, Any]) -> Spec:
    kind = kind_of(shape)
    if kind in ("structure", "union"):
        return {"type": kind, "members": _members(shape)}
    if kind == "list":
        return {"type": kind, "member": _member(shape["member"])}
    if kind == "map":
        return {"type": kind, "key": _member(shape["key"]), "value": _member(shape["value"])}
    if kind == "enum":
        return {"type": kind, "values": shape["enum"]}
    unknown = shape.keys() - _IGNORED - {"timestampFormat", "members"}
    assert not unknown, unknown
    return {"type": kind, **_format(shape)}


def kind_of(shape: Mapping[str, Any]) -> str:
    """Name the type as our specs do: unions, documents and enums are types of their own there."""
    if shape["type"] == "structure":
        return "union" if shape.get("union") else "document" if shape.get("document") else "structure"
    if shape["type"] == "string" and "enum" in shape:
        return "enum"
    return str(shape["type"])


def _format(shape: Mapping[str, Any]) -> Spec:
    return {"timestampFormat": _FORMATS[shape["timestampFormat"]]} if "timestampFormat" in shape else {}


def _members(shape: Mapping[str, Any]) -> Spec:
    required = shape.get("required", ())
    return {
        name: {**_member(member), **({"required": True} if name in required else {})}
        for name, member in shape["members"].items()
    }


def _member(member: Mapping[str, Any]) -> Spec:
    flags = {"hostLabel": "hostLabel", "jsonvalue": "jsonValue"}
    unknown = member.keys() - flags.keys() - {"shape"}
    assert not unknown, unknown
    return {"target": member["shape"], **{ours: True for theirs, ours in flags.items() if member.get(theirs)}}


# -------------------------------------------------------------------------------------------------------------- values


def taken(shapes: Shapes, name: str, value: Any) -> Any:
    """Turn a parameter of a vector into what our models take: seconds into a datetime, text into bytes."""
    shape, kind = shapes[name], kind_of(shapes[name])
    if value is None:
        return None
    if kind in ("structure", "union"):
        return {key: _taken_member(shapes, shape["members"][key], item) for key, item in value.items()}
    if kind == "list":
        return [taken(shapes, shape["member"]["shape"], item) for item in value]
    if kind == "map":
        return {key: taken(shapes, shape["value"]["shape"], item) for key, item in value.items()}
    if kind == "timestamp":
        return datetime.fromtimestamp(value, UTC)
    if kind == "blob":
        return value.encode()
    return _SPELLED[value] if kind in ("float", "double") and isinstance(value, str) else value


def _taken_member(shapes: Shapes, member: Mapping[str, Any], value: Any) -> Any:
    return json.loads(value) if member.get("jsonvalue") else taken(shapes, member["shape"], value)


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
    attributes = {field.alias or name: name for name, field in type(value).model_fields.items()}
    assert attributes.keys() - {"unknown"} == shape["members"].keys()
    read = {name: getattr(value, attributes[name]) for name in shape["members"]}
    found = {
        name: _told_member(shapes, shape["members"][name], item) for name, item in read.items() if item is not None
    }
    if shape.get("union"):
        assert [value.tag] == list(found) and value.value == read[value.tag]
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
