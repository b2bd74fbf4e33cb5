"""Hostile vectors -> Smithy models, as JSON syntax trees: a sound one with the value in one place.

In: a vector of `data/hostile-groups.json`. Out: the bytes of a model, or None where Smithy has no such place.
"""

from __future__ import annotations

import json
from typing import Any

from hostile_specs import Dialect, Vector, document, shapes_of, value_of
from strategies import Spec

HOME = "post#"
_JSON, _REST = "aws.protocols#awsJson1_0", "aws.protocols#restJson1"


def api(**traits: Any) -> Spec:
    return {f"smithy.api#{name}": value for name, value in traits.items()}


def target(name: str, **traits: Any) -> Spec:
    return {"target": HOME + name, **({"traits": api(**traits)} if traits else {})}


def structure(names: Any, of: str = "Text", **traits: Any) -> Spec:
    return {"type": "structure", "members": {name: target(of) for name in names}, "traits": api(**traits)}


def model() -> Spec:
    """A model with one operation, a bound, a length and an error."""
    said = {"aws.api#service": {"sdkId": "Post", "arnNamespace": "post", "endpointPrefix": "post"}}
    traits = {**said, "aws.auth#sigv4": {"name": "post"}, _JSON: {}, **api(title="Post")}
    shapes: Spec = {
        "Post": {"type": "service", "version": "2024-12-05", "operations": [target("Send")], "traits": traits},
        "Send": {"type": "operation", "input": target("SendRequest"), "errors": [target("Refused")], "traits": {}},
        "SendRequest": {
            "type": "structure",
            "members": {"Count": target("Count"), "Text": target("Text", documentation="Words.")},
            "traits": {},
        },
        "Count": {"type": "integer", "traits": api(range={"min": 0, "max": 9})},
        "Text": {"type": "string", "traits": api(length={"max": 9})},
        "Refused": structure((), error="client", httpError=400),
    }
    return {"smithy": "2.0", "shapes": {HOME + name: shape for name, shape in shapes.items()}}


def content_of(vector: Vector) -> bytes | None:
    """Give a vector's model."""
    value = value_of(vector)
    if vector["where"] != "document":
        changed = _with(vector["where"], value)
        return changed if changed is None else json.dumps(changed).encode()
    if vector["id"] in ("J50", "J56", "J57"):  # `required` is a trait of members, pages and waiters are of operations
        return None
    return document(model(), vector, SMITHY)


def _shape(made: Spec, name: str) -> Spec:
    found: Spec = made["shapes"][HOME + name]
    return found


def _with(where: str, value: Any) -> Spec | None:
    made = model()
    members = _shape(made, "SendRequest")["members"]
    text = _shape(made, "Text")
    text["traits"] = {}
    match where:
        case "documentation":
            for one in (*made["shapes"].values(), members["Text"]):
                one["traits"] = {**one["traits"], **api(documentation=value)}
        case "one documentation":
            text["traits"] = api(documentation=value)
        case "error":
            _shape(made, "Refused")["traits"] |= api(documentation=value)
        case "pattern":
            text["traits"] = api(pattern=value)
        case "enum":
            values = {f"V{n}": {"target": "smithy.api#Unit", "traits": api(enumValue=x)} for n, x in enumerate(value)}
            made["shapes"][f"{HOME}Kind"] = {"type": "enum", "members": values}
            members["Kind"] = target("Kind")
        case "structure":
            members |= {name: target("Text") for name in value}
        case "member":
            named = {name: target("Text") for name in value}
            members |= {**named, "Either": target("Either")}
            made["shapes"][f"{HOME}Either"] = {"type": "union", "members": named}
            _shape(made, "Refused")["members"] = named
        case "shape":
            made["shapes"] |= {HOME + name: structure(["Text"]) for name in value}
            members |= {f"M{number}": target(name) for number, name in enumerate(value)}
        case "operation":
            made["shapes"] |= {HOME + name: _shape(made, "Send") for name in value}
            _shape(made, "Post")["operations"] = [target(name) for name in value]
        case _:
            return _with_fact(made, where, value)
    return made


def _with_fact(made: Spec, where: str, value: Any) -> Spec | None:
    service, send, text = _shape(made, "Post"), _shape(made, "Send"), _shape(made, "Text")
    member = _shape(made, "SendRequest")["members"]["Text"]
    traits = service["traits"]
    match where:
        case "service":
            traits["aws.api#service"] = {"sdkId": value, "endpointPrefix": value, "arnNamespace": value}
        case "prefix":
            traits["aws.api#service"] |= {"endpointPrefix": value}
        case "title":
            traits |= api(title=value)
        case "release":
            service["version"] = value
        case "uri" | "method":
            _at_rest(made)
            send["traits"]["smithy.api#http"] |= {where: value}
        case "header":
            _at_rest(made)
            member["traits"] |= api(httpHeader=value)
        case "default":
            member["traits"] |= api(default=value)
        case "mediaType":
            text["traits"] = api(mediaType=value)
        case "deprecated":
            for one in (send, text, member):
                one["traits"] |= api(deprecated={"message": value, "since": value})
        case "traits":
            text["traits"] = dict(value)
        case _:
            return None
    return made


def _at_rest(made: Spec) -> None:
    traits = _shape(made, "Post")["traits"]
    del traits[_JSON]
    traits[_REST] = {}
    _shape(made, "Send")["traits"] |= api(http={"method": "POST", "uri": "/", "code": 200})


def _changed(made: Spec, form: str, value: Any) -> Spec:
    """Change one part of a model."""
    service, send = _shape(made, "Post"), _shape(made, "Send")
    members = _shape(made, "SendRequest")["members"]
    match form:
        case "status":
            _shape(made, "Refused")["traits"] |= api(httpError=value)
        case "code":
            service["traits"]["aws.protocols#awsQueryCompatible"] = {}
            _shape(made, "Refused")["traits"]["aws.protocols#awsQueryError"] = {"code": value, "httpResponseCode": 400}
        case "protocol":
            del service["traits"][_JSON]
            service["traits"][f"aws.protocols#{value if value.isalpha() else f'awsJson{value}'}"] = {}
        case "top":
            return {**made, **value}
        case "required":
            made["shapes"][f"{HOME}S"] = structure(["a"])
            made["shapes"] |= {f"{HOME}S${name}": {"type": "apply", "traits": api(required={})} for name in value}
            members["S"] = target("S")
        case "operations":
            service["operations"] = value
        case "member":
            members["Text"]["traits"] |= api(**value)
        case "headers":
            _at_rest(made)
            members |= {f"m{n}": target("Text", httpHeader=name) for n, name in enumerate(value)}
        case "examples":
            send["traits"] |= api(examples=[value])
        case "waiters":
            send["traits"]["smithy.waiters#waitable"] = {name: _waiter(each) for name, each in value.items()}
        case _:
            added = {HOME + name: _spelled(shape) for name, shape in shapes_of(form, value).items()}
            known = made["shapes"].keys()
            members |= {name.partition("#")[2]: {"target": name} for name in list(added)[:1000] if name not in known}
            made["shapes"] |= added
    return made


def _waiter(said: Spec) -> Spec:
    path = [{"path": one["argument"], "expected": one["expected"]} for one in said["acceptors"]]
    matchers = [{"state": "success", "matcher": {"output": {**one, "comparator": "stringEquals"}}} for one in path]
    return {"acceptors": matchers, "minDelay": said["delay"], "maxDelay": said["maxAttempts"]}


def _spelled(shape: Any) -> Any:
    """Spell a shape of ours as models do: targets by their whole ids, what must hold in traits."""
    if not isinstance(shape, dict):
        return shape
    members = shape.get("members")
    edges = {key: target(shape[key]["target"]) for key in ("member", "key", "value") if key in shape}
    if not isinstance(members, dict):
        return {**shape, **edges}
    named = {
        name: target(one["target"], **({"required": {}} if one.get("required") else {}))
        for name, one in members.items()
    }
    return {**shape, "members": named}


def _bounds(made: Spec, part: str) -> Spec:
    found: Spec = _shape(made, "Count" if part == "range" else "Text")["traits"][f"smithy.api#{part}"]
    return found


SMITHY = Dialect(_changed, _bounds)
