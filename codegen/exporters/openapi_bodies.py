"""Bodies of requests and of answers, and the errors that an answer may be -> parts of an OpenAPI document.

In: an operation, and the schemas of its model. Out: what is sent and what comes back, by media type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codegen.spec import ir
from codegen.spec.ir import SpecText

Part = dict[str, Any]

_TYPES: Mapping[ir.Protocol, str] = {
    ir.Protocol.AWS_JSON_1_0: "application/x-amz-json-1.0",
    ir.Protocol.AWS_JSON_1_1: "application/x-amz-json-1.1",
    ir.Protocol.REST_JSON_1: "application/json",
    ir.Protocol.REST_XML: "application/xml",
    ir.Protocol.AWS_QUERY: "application/x-www-form-urlencoded",
    ir.Protocol.EC2_QUERY: "application/x-www-form-urlencoded",
    ir.Protocol.RPC_V2_CBOR: "application/cbor",
}
_ANSWERS = {**_TYPES, ir.Protocol.AWS_QUERY: "text/xml", ir.Protocol.EC2_QUERY: "text/xml"}
_JSON = (ir.Protocol.AWS_JSON_1_0, ir.Protocol.AWS_JSON_1_1)
_QUERY = (ir.Protocol.AWS_QUERY, ir.Protocol.EC2_QUERY)


@dataclass(frozen=True, slots=True)
class Frame:
    """A model with the schema of each shape, what these are called in the document, and which is an error's."""

    model: ir.Model
    schemas: Mapping[str, Any]
    keys: Mapping[str, str]
    errors: Mapping[SpecText, SpecText]

    @property
    def protocol(self) -> ir.Protocol:
        return self.model.service.protocol

    @property
    def rest(self) -> bool:
        return self.protocol in (ir.Protocol.REST_JSON_1, ir.Protocol.REST_XML)

    def reference(self, name: SpecText) -> Part:
        return {"$ref": f"#/components/schemas/{self.keys[name.raw]}"}


def structure(name: SpecText | None, frame: Frame) -> ir.Structure | None:
    """Give the structure of that name; nothing where there is none."""
    shape = frame.model.shapes.get(name) if name else None
    return shape if isinstance(shape, ir.Structure) else None


def bound(shape: ir.Structure, frame: Frame) -> list[ir.Member]:
    """List the members that travel beside the body."""
    outside = (ir.HttpLocation.BODY, ir.HttpLocation.PAYLOAD)
    return [member for member in shape.members if member.location not in outside] if frame.rest else []


# ------------------------------------------------------------------------------------------------------------- bodies


def body(operation: ir.Operation, given: ir.Structure | None, frame: Frame) -> Part | None:
    """Describe the body of a request; nothing where it has none."""
    if frame.protocol in _QUERY:
        return {"required": True, "content": {_TYPES[frame.protocol]: {"schema": _form(operation, given, frame)}}}
    if given is None:
        nothing = {"schema": {"type": "object"}}
        return None if frame.rest else {"required": True, "content": {_TYPES[frame.protocol]: nothing}}
    content = _content(given, frame, _TYPES)
    return {"required": not frame.rest or _is_required(given), "content": content} if content else None


def _is_required(given: ir.Structure) -> bool:
    inside = (ir.HttpLocation.BODY, ir.HttpLocation.PAYLOAD)
    return any(member.required for member in given.members if member.location in inside)


def _form(operation: ir.Operation, given: ir.Structure | None, frame: Frame) -> Part:
    """The query protocols say in the body what is asked for."""
    service = frame.model.service
    own: Part = frame.schemas[given.id.raw] if given else {"properties": {}}
    version = (service.api_version or service.release).raw
    fixed = {"Action": (operation.wire_name or operation.name).raw, "Version": version}
    constants = {name: {"type": "string", "const": value} for name, value in fixed.items()}
    return {
        "type": "object",
        "properties": {**constants, **own["properties"]},
        "required": [*constants, *own.get("required", ())],
        "additionalProperties": False,
    }


def _content(shape: ir.Structure, frame: Frame, types: Mapping[ir.Protocol, str]) -> Part:
    """The body of a structure: the whole, what is not bound elsewhere, or one member."""
    kind = types[frame.protocol]
    payload = next((each for each in shape.members if each.location is ir.HttpLocation.PAYLOAD), None)
    if frame.rest and payload:
        target = frame.model.shapes[payload.target]
        as_it_is = isinstance(target, ir.Blob)  # bytes travel as they are, not in base64
        schema: Part = {} if as_it_is else frame.schemas[shape.id.raw]["properties"][payload.wire.raw]
        return {_payload_type(target, kind): {"schema": schema}}
    outside = {member.wire.raw for member in bound(shape, frame)}
    if not outside:
        return {kind: {"schema": frame.reference(shape.id)}} if shape.members or not frame.rest else {}
    whole = frame.schemas[shape.id.raw]
    left = {name: each for name, each in whole["properties"].items() if name not in outside}
    required = [name for name in whole.get("required", ()) if name in left]
    rest: Part = {"type": "object", "properties": left, **({"required": required} if required else {})}
    return {kind: {"schema": {**rest, "additionalProperties": False}}} if left else {}


def _payload_type(shape: ir.Shape, kind: str) -> str:
    match shape:
        case ir.Blob():
            return shape.media_type.raw if shape.media_type else "application/octet-stream"
        case ir.Text() | ir.Enum():
            return "text/plain"
        case ir.UnionOf() if shape.event_stream:
            return "application/vnd.amazon.eventstream"
        case _:
            return kind


# ------------------------------------------------------------------------------------------------------------ answers


def answer(operation: ir.Operation, frame: Frame) -> Part:
    """Describe the answer of a call that succeeds, by its status."""
    code = operation.http.response_code if operation.http and frame.rest else None
    shape = structure(operation.output, frame)
    content = _content(shape, frame, _ANSWERS) if shape else {}
    headers = _headers(shape, frame) if shape else {}
    told = {**({"headers": headers} if headers else {}), **({"content": content} if content else {})}
    return {str(code or 200): {"description": "Success", **told}}


def _headers(shape: ir.Structure, frame: Frame) -> Part:
    schemas = frame.schemas[shape.id.raw]["properties"]
    return {
        (member.location_name or member.name).raw: {"schema": schemas[member.wire.raw]}
        for member in bound(shape, frame)
        if member.location is ir.HttpLocation.HEADER
    }


def failures(operation: ir.Operation, frame: Frame) -> Part:
    """Describe errors by status; where none is said, that of whose fault it is."""
    by_status: dict[str, list[ir.Error]] = {}
    for name in operation.errors:
        error = frame.model.errors[name]
        usual = 400 if error.fault is ir.Fault.CLIENT else 500
        status = error.http_errors[0].status if error.http_errors else usual
        by_status.setdefault(str(status), []).append(error)
    return {status: _failure(errors, frame) for status, errors in sorted(by_status.items())}


def _failure(errors: list[ir.Error], frame: Frame) -> Part:
    schemas = [_error_schema(error, frame) for error in errors]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    names = ", ".join((error.code or error.name).raw for error in errors)
    return {"description": names, "content": {_ANSWERS[frame.protocol]: {"schema": schema}}}


def _error_schema(error: ir.Error, frame: Frame) -> Part:
    """Errors in JSON say which they are beside their members."""
    name = frame.errors[error.name]
    if frame.protocol not in _JSON:
        return frame.reference(name)
    own = frame.schemas[name.raw]
    code = {"__type": {"type": "string", "examples": [(error.code or error.name).raw]}}
    required = {"required": own["required"]} if "required" in own else {}
    return {"type": "object", "properties": {**code, **own["properties"]}, **required}
