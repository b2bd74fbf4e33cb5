"""Hostile vectors -> specs of ours: a spec that is sound without the vector's value, with the value in one place.

In: a vector of `data/hostile.json` or `data/hostile-groups.json`. Out: the bytes of a spec. `where` names the place;
a vector that is a `document` says by its `form` what becomes of the whole text. `form` builds long values, too:
`repeat` [text, times], `repeated value` the same as the only one of a list, `many` [prefix, count], `wrap` [before,
text, times, after].
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from strategies import SERVICE, SOURCES, Spec, spec_of, structure

Vector = dict[str, Any]
TEXT = {"type": "string"}
DATA = Path(__file__).with_name("data")
TOKEN = "@@"
"""Stands in a document where a token goes that is no JSON."""


def vectors(name: str) -> list[Vector]:
    read: list[Vector] = json.loads((DATA / name).read_text("utf-8"))
    return read


def smaller(vector: Vector) -> Vector:
    """Give a heavy vector at the size of every run: what holds of it holds in no time."""
    return {**vector, "value": vector["small"]} if "small" in vector else vector


def value_of(vector: Vector) -> Any:
    """Build a vector's value; most stand there as they are."""
    value: Any = vector["raw"] if "raw" in vector else vector["value"]
    match vector.get("form"):
        case "repeat":
            return value[0] * value[1]
        case "repeated value":
            return [value[0] * value[1]]
        case "many":
            return [f"{value[0]}{number}" for number in range(value[1])]
        case "wrap":
            return value[0] + value[1] * value[2] + value[3]
        case _:
            return value


def content_of(vector: Vector) -> bytes:
    """Give the spec of a vector as a file holds it."""
    value = value_of(vector)
    if "raw" in vector:
        return str(value).encode()
    if vector["where"] == "document":
        return document(good(), vector, OURS)
    return json.dumps(spec_with(vector["where"], value)).encode()


def spec_with(where: str, value: Any) -> Spec:
    """Put a value into a spec that is sound without it."""
    match where:
        case "documentation":
            return documented(value)
        case "pattern":
            return spec_of({"SendRequest": structure(Text="Text"), "Text": {**TEXT, "pattern": value}})
        case "enum":
            return spec_of({"SendRequest": structure(Kind="Kind"), "Kind": {"type": "enum", "values": value}})
        case "member":
            members = dict.fromkeys(value, "Text")
            both = {
                "SendRequest": structure(Either="Either", **members),
                "Either": {**structure(**members), "type": "union"},
            }
            return spec_of(
                {**both, "Text": TEXT}, errors={"Refused": {**error(), "members": structure(**members)["members"]}}
            )
        case "shape":
            named = {name: structure(Text="SomeText") for name in value}
            return spec_of(
                {"SendRequest": structure(**{f"M{n}": name for n, name in enumerate(value)}), **named, "SomeText": TEXT}
            )
        case "operation":
            return {**spec_of(), "operations": {name: {"input": "SendRequest"} for name in value}}
        case "error":
            return spec_of(errors={"Refused": {**error(), "suggestedAction": value}})
        case "shapes":
            return spec_of({"SendRequest": structure(**{f"M{n}": name for n, name in enumerate(value)}), **value})
        case _:
            return spec_with_fact(where, value)


def spec_with_fact(where: str, value: Any) -> Spec:
    match where:
        case "title" | "release":
            return spec_of(service={**SERVICE, where: value})
        case "service":
            return spec_of(service={**SERVICE, "name": value})
        case "endpoint" | "prefix":
            word = "template" if where == "endpoint" else "prefix"
            return spec_of(service={**SERVICE, "endpoint": {**SERVICE["endpoint"], word: value}})
        case "default":
            members = {"Text": {"target": "Text", "default": value}}
            return spec_of({"SendRequest": {"type": "structure", "members": members}, "Text": TEXT})
        case "status":
            return spec_of(errors={"Refused": {"httpError": value}})
        case "code":
            return spec_of(errors={"Refused": {**error(), "code": value}})
        case "traits":
            return spec_of({"SendRequest": {**structure(), "traits": value}})
        case "example":
            return spec_of(examples={"Send": [{"title": value["x"], "input": value}]})
        case _:
            return spec_with_binding(where, value)


def spec_with_binding(where: str, value: Any) -> Spec:
    """What only the groups have: where a request goes, what a member carries, who is cited."""
    match where:
        case "one documentation":
            return spec_of({"SendRequest": structure(Text="Text"), "Text": {**TEXT, "documentation": value}})
        case "structure":
            return spec_of({"SendRequest": structure(**dict.fromkeys(value, "Text")), "Text": TEXT})
        case "sourceUrl":
            return {**spec_of(), "sources": {"D0": {**SOURCES["D0"], "url": value}}}
        case "uri" | "method":
            http = {"method": "POST", "uri": "/", where: value}
            return resting({"http": http, "input": "SendRequest"}, {"Text": {"target": "Text"}})
        case "header":
            member = {"target": "Text", "location": "header", "locationName": value}
            return resting({"http": {"method": "POST", "uri": "/"}, "input": "SendRequest"}, {"Text": member})
        case "mediaType":
            spec = spec_with("shapes", {"Text": TEXT})
            return {**spec, "shapes": {**spec["shapes"], "Text": {**TEXT, "traits": {"mediaType": value}}}}
        case "deprecated":
            said = {"deprecated": {"message": value, "since": value}}
            members = {"Text": {"target": "Text", **said}}
            shapes = {"SendRequest": {"type": "structure", "members": members, **said}, "Text": {**TEXT, **said}}
            spec = spec_of(shapes)
            return {**spec, "operations": {"Send": {"input": "SendRequest", **said}}}
        case _:
            raise ValueError(where)


def resting(operation: Spec, members: Spec) -> Spec:
    """A spec of the protocol that binds members to parts of a request."""
    service = {**SERVICE, "protocol": "restJson1"}
    shapes = {"SendRequest": {"type": "structure", "members": members}, "Text": TEXT}
    return {**spec_of(shapes, service=service), "operations": {"Send": operation}}


def error() -> Spec:
    return {"httpError": 400}


def documented(text: Any) -> Spec:
    """Describe everything that can be described."""
    said = {"documentation": text}
    shapes = {
        "SendRequest": {
            "type": "structure",
            "members": {"Kind": {"target": "Kind", **said}, "Text": {"target": "Text"}},
            **said,
        },
        "Kind": {"type": "enum", "values": {"SAFE": said}, **said},
        "Text": {**TEXT, **said},
    }
    members = {"Text": {"target": "Text", **said}}
    service = {**SERVICE, **said, "title": text if isinstance(text, str) and 0 < len(text) < 200 else "Post"}
    event = {"detailType": "Sent", "source": "post", "detail": "SendRequest", **said}
    return spec_of(
        shapes, errors={"Refused": {**error(), **said, "members": members}}, events={"Sent": event}, service=service
    )


# ------------------------------------------------------------------------------------------------------ whole documents


def good() -> Spec:
    """A spec with a bound, a length, an error and a list, for what is wrong with a document as a whole."""
    numbers = {"Count": {"type": "integer", "range": {"min": 0, "max": 9}}, "Text": {**TEXT, "length": {"max": 9}}}
    return spec_of({"SendRequest": structure(Count="Count", Text="Text"), **numbers}, errors={"Refused": error()})


class Dialect(NamedTuple):
    """How one kind of document spells what a vector changes."""

    change: Callable[[Spec, str, Any], Spec]
    bounds: Callable[[Spec, str], Spec]


def document(spec: Spec, vector: Vector, dialect: Dialect) -> bytes:
    """Make of a sound document what a vector's form says."""
    value, text = vector["value"], json.dumps(spec)
    match vector["form"]:
        case "raw":
            return str(value).encode()
        case "encoded":
            return text.encode(str(value))
        case "latin":
            return bytes(text.replace("Refused", value), "latin-1")
        case "again":
            return (text * int(value)).encode()
        case "cut":
            return text[: int(len(text) * value)].encode()
        case "twice":
            twice = ", ".join(f'"{value}": {json.dumps({"type": kind})}' for kind in ("string", "integer"))
            return text.replace('"shapes": {', f'"shapes": {{{twice}, ', 1).encode()
        case "nested":
            opened, closed, count = value
            return bytes(str(opened) * count + str(closed) * count, "utf-8")
        case "token" | "digits":
            return _with_tokens(spec, vector, dialect)
        case form:
            return json.dumps(dialect.change(spec, form, value)).encode()


def _with_tokens(spec: Spec, vector: Vector, dialect: Dialect) -> bytes:
    """Put texts that may be no JSON where numbers go."""
    value = vector["value"]
    pairs = [["range.min", "9" * value]] if vector["form"] == "digits" else [value, *filter(None, [vector.get("also")])]
    for number, (slot, _) in enumerate(pairs):
        part, bound = slot.split(".")
        dialect.bounds(spec, part)[bound] = f"{TOKEN}{number}"
    text = json.dumps(spec)
    for number, (_, token) in enumerate(pairs):
        text = text.replace(f'"{TOKEN}{number}"', token)
    return text.encode()


def chain(count: int) -> Spec:
    """So many lists, each of the next."""
    links = {f"C{n}": {"type": "list", "member": {"target": f"C{n + 1}"}} for n in range(count)}
    return {**links, f"C{count}": TEXT}


def fanout(depth: int, width: int) -> Spec:
    """Structures whose members are all the next one."""
    shapes = {f"F{n}": structure(**{f"p{m}": f"F{n + 1}" for m in range(width)}) for n in range(depth)}
    return {**shapes, f"F{depth}": TEXT}


def shapes_of(form: str, value: Any) -> Spec:
    """Give the shapes that a vector adds to a document, as specs of ours have them."""
    match form:
        case "shapes":
            return dict(value)
        case "chain":
            return chain(value)
        case "fanout":
            return fanout(*value)
        case "shapes many":
            return {f"S{number}": TEXT for number in range(value)}
        case _:
            raise ValueError(form)


def _changed(spec: Spec, form: str, value: Any) -> Spec:
    """Change one part of a spec of ours."""
    shapes, members = spec["shapes"], spec["shapes"]["SendRequest"]["members"]
    match form:
        case "status" | "code":
            word = "httpError" if form == "status" else "code"
            return {**spec, "errors": {"Refused": {**error(), word: value}}}
        case "protocol":
            return {**spec, "service": {**SERVICE, "protocol": value}}
        case "top":
            return {**spec, **value}
        case "required":
            return {**spec, "shapes": {**shapes, "S": {**structure(a="Text"), "required": value}}}
        case "operations":
            return {**spec, "operations": value}
        case "member":
            members["Text"] = {"target": "Text", **value}
            return spec
        case "headers":
            bound = {f"m{n}": {"target": "Text", "location": "header", "locationName": x} for n, x in enumerate(value)}
            return resting({"http": {"method": "POST", "uri": "/"}, "input": "SendRequest"}, bound)
        case "waiters" | "paginators":
            return {**spec, form: value}
        case "examples":
            return {**spec, "examples": {"Send": [value]}}
        case _:
            added = shapes_of(form, value)
            members |= {name: {"target": name} for name in list(added)[:1000] if name not in shapes}
            return {**spec, "shapes": {**shapes, **added}}


def bounded(spec: Spec, part: str) -> Spec:
    """Give the shape that has a bound of this kind."""
    found: Spec = spec["shapes"]["Count" if part == "range" else "Text"]
    return found


OURS = Dialect(_changed, lambda spec, part: bounded(spec, part)[part])
