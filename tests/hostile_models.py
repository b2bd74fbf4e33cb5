"""Hostile vectors -> service models as botocore carries them: a sound one with the value in one place.

In: a vector of `data/hostile-groups.json`. Out: {file name: bytes}, or None where a model has no such place.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from hostile_specs import TEXT, Dialect, Vector, bounded, document, shapes_of, value_of
from strategies import Spec

Files = dict[str, bytes]
NAME = "service-2.json"
_WORDS = {"inputTokens": "input_token", "outputTokens": "output_token", "resultKeys": "result_key"}


def model() -> Spec:
    """A model with one operation, a bound, a length and an error."""
    metadata = {
        "apiVersion": "2024-12-05",
        "endpointPrefix": "post",
        "jsonVersion": "1.0",
        "protocol": "json",
        "protocols": ["json"],
        "serviceFullName": "Post",
        "serviceId": "Post",
        "signatureVersion": "v4",
        "signingName": "post",
        "targetPrefix": "Post",
        "uid": "post-2024-12-05",
    }
    send: Spec = {"name": "Send", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "SendRequest"}}
    shapes = {
        "SendRequest": {"type": "structure", "members": {"Count": {"shape": "Count"}, "Text": {"shape": "Text"}}},
        "Count": {"type": "integer", "min": 0, "max": 9},
        "Text": {"type": "string", "max": 9},
        "Refused": {"type": "structure", "exception": True, "error": {"httpStatusCode": 400}, "members": {}},
    }
    send["errors"] = [{"shape": "Refused"}]
    return {"version": "2.0", "metadata": metadata, "operations": {"Send": send}, "shapes": shapes}


def files_of(vector: Vector) -> Files | None:
    """Give the files of a vector's model."""
    value = value_of(vector)
    if vector["where"] != "document":
        changed = _with(vector["where"], value)
        return changed if changed is None else {NAME: json.dumps(changed).encode()}
    if vector["form"] == "paginators" or vector["form"] == "waiters" or vector["form"] == "examples":
        return {NAME: json.dumps(model()).encode(), **_beside(vector["form"], value)}
    return {NAME: document(model(), vector, BOTOCORE)}


def _beside(form: str, value: Any) -> Files:
    match form:
        case "paginators":
            pages = {name: {_WORDS[key]: token for key, token in page.items()} for name, page in value.items()}
            return {"paginators-1.json": json.dumps({"pagination": pages}).encode()}
        case "waiters":
            return {"waiters-2.json": json.dumps({"version": 2, "waiters": value}).encode()}
        case _:
            one = {"title": value["title"], "id": "one", "input": value["input"], "output": {}}
            said = {**one, "comments": {"input": {"Text": value["documentation"]}}, "description": value["title"]}
            return {"examples-1.json": json.dumps({"version": "1.0", "examples": {"Send": [said]}}).encode()}


def _with(where: str, value: Any) -> Spec | None:
    made = model()
    shapes, metadata, send = made["shapes"], made["metadata"], made["operations"]["Send"]
    members = shapes["SendRequest"]["members"]
    shapes["Text"] = TEXT.copy()
    match where:
        case "documentation":
            for one in (made, send, shapes["Text"], shapes["SendRequest"], members["Text"], shapes["Refused"]):
                one["documentation"] = value
        case "one documentation":
            shapes["Text"]["documentation"] = value
        case "structure":
            members |= {name: {"shape": "Text"} for name in value}
        case "pattern":
            shapes["Text"]["pattern"] = value
        case "enum":
            shapes["Text"] = {"type": "string", "enum": value}
        case "member":
            named = {name: {"shape": "Text"} for name in value}
            members |= {"Either": {"shape": "Either"}, **named}
            shapes["Either"] = {"type": "structure", "union": True, "members": named}
            shapes["Refused"]["members"] = named
        case "header":
            made["metadata"] = {**metadata, "protocol": "rest-json", "protocols": ["rest-json"]}
            members["Text"] |= {"location": "header", "locationName": value}
        case "shape":
            shapes |= {name: {"type": "structure", "members": {"Text": {"shape": "Text"}}} for name in value}
            members |= {f"M{number}": {"shape": name} for number, name in enumerate(value)}
        case "operation":
            made["operations"] = {name: {**send, "name": name} for name in value}
        case "error":
            shapes["Refused"]["documentation"] = value
        case _:
            return _with_fact(made, where, value)
    return made


def _with_fact(made: Spec, where: str, value: Any) -> Spec | None:
    shapes, metadata, send = made["shapes"], made["metadata"], made["operations"]["Send"]
    text = shapes["SendRequest"]["members"]["Text"]
    match where:
        case "service":
            made["metadata"] = {**metadata, "serviceId": value, "uid": value, "endpointPrefix": value}
        case "title":
            made["metadata"] = {**metadata, "serviceFullName": value}
        case "release":
            made["metadata"] = {**metadata, "apiVersion": value}
        case "prefix":
            made["metadata"] = {**metadata, "endpointPrefix": value}
        case "uri" | "method":
            made["metadata"] = {**metadata, "protocol": "rest-json", "protocols": ["rest-json"]}
            send["http"] = {**send["http"], {"uri": "requestUri"}.get(where, where): value}
        case "default":
            text["default"] = value
        case "deprecated":
            for one in (send, shapes["Text"], text):
                one |= {"deprecated": True, "deprecatedMessage": value, "deprecatedSince": value}
        case "traits":
            shapes["Text"] |= value
        case _:
            return None
    return made


def _changed(made: Spec, form: str, value: Any) -> Spec:
    """Change one part of a model."""
    shapes, metadata = made["shapes"], made["metadata"]
    members = shapes["SendRequest"]["members"]
    match form:
        case "status" | "code":
            word = "httpStatusCode" if form == "status" else "code"
            shapes["Refused"]["error"] = {"httpStatusCode": 400, word: value}
        case "protocol":
            word = "protocol" if value.isalpha() else "jsonVersion"
            made["metadata"] = {**metadata, word: value, **({"protocols": [value]} if value.isalpha() else {})}
        case "top":
            return {**made, **value}
        case "required":
            shapes["S"] = {"type": "structure", "members": {"a": {"shape": "Text"}}, "required": value}
            members["S"] = {"shape": "S"}
        case "operations":
            return {**made, "operations": value}
        case "member":
            members["Text"] |= value
        case "headers":
            made["metadata"] = {**metadata, "protocol": "rest-json", "protocols": ["rest-json"]}
            named = {f"m{n}": {"shape": "Text", "location": "header", "locationName": x} for n, x in enumerate(value)}
            members |= named
        case _:
            added = _spelled(shapes_of(form, value))
            members |= {name: {"shape": name} for name in list(added)[:1000] if name not in shapes}
            shapes |= added
    return made


def _spelled(shapes: Any) -> Any:
    """Spell shapes of ours as models do: `target` is `shape`, and what is required is listed."""
    if not isinstance(shapes, dict):
        return shapes
    return {name: _shape(shape) if isinstance(shape, dict) else shape for name, shape in shapes.items()}


def _shape(shape: Spec) -> Spec:
    members = shape.get("members")
    if isinstance(members, dict):
        needed = [name for name, member in members.items() if member.get("required")]
        named = {name: {"shape": member["target"]} for name, member in members.items()}
        return {**shape, "members": named, **({"required": needed} if needed else {})}
    edges: Spec = {key: {"shape": shape[key]["target"]} for key in ("member", "key", "value") if key in shape}
    return {**copy.copy(shape), **edges}


BOTOCORE = Dialect(_changed, bounded)
