"""Operations -> paths of an OpenAPI document; one small function per part of a request and of an answer.

In: an operation, and the schemas of its model. Out: its path and what is said of it, added to the paths before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never
from urllib.parse import parse_qsl, quote

from codegen.spec import ir
from codegen.spec.ir import SpecText

Part = dict[str, Any]
Paths = dict[str, Part]

_LABEL = re.compile(r"\{([^{}+]+)\+?\}")
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


def add_operation(paths: Paths, operation: ir.Operation, frame: Frame) -> None:
    """Add an operation at its path; where that is taken, a fragment tells the two apart."""
    path, method, fixed = _address(operation, frame)
    if method in paths.get(path, {}) or any(_alike(path, other) for other in paths if other != path):
        path = f"{path}{'&' if '#' in path else '#'}{quote(operation.name.raw, safe='')}"
    paths.setdefault(path, {})[method] = _operation(operation, frame, fixed)


def _alike(one: str, other: str) -> bool:
    """`/a/{B}` and `/a/{C}` are one path to OpenAPI."""
    return "{" in one and _LABEL.sub("{}", one) == _LABEL.sub("{}", other)


def _address(operation: ir.Operation, frame: Frame) -> tuple[str, str, list[Part]]:
    """Give path, method, and the parameters that are always the same."""
    service = frame.model.service
    name = (operation.wire_name or operation.name).raw
    match frame.protocol:
        case ir.Protocol.AWS_JSON_1_0 | ir.Protocol.AWS_JSON_1_1:
            target = f"{service.target_prefix.raw}.{name}" if service.target_prefix else name
            return f"/#X-Amz-Target={quote(target, safe='.')}", "post", [_constant("X-Amz-Target", "header", target)]
        case ir.Protocol.AWS_QUERY | ir.Protocol.EC2_QUERY:
            return f"/#Action={quote(name, safe='')}", "post", []
        case ir.Protocol.RPC_V2_CBOR:
            home = (service.target_prefix or service.service_id).raw
            path = f"/service/{quote(home, safe='')}/operation/{quote(name, safe='')}"
            return path, "post", [_constant("smithy-protocol", "header", "rpc-v2-cbor")]
        case ir.Protocol.REST_JSON_1 | ir.Protocol.REST_XML:
            return _rest_address(operation)
        case _:
            assert_never(frame.protocol)


def _rest_address(operation: ir.Operation) -> tuple[str, str, list[Part]]:
    """`/{Bucket}/{Key+}?acl` gives `/{Bucket}/{Key}#acl`, and a parameter `acl`."""
    http = operation.http or ir.Http(method=SpecText("POST"), uri=SpecText("/"))
    path, _, query = http.uri.raw.partition("?")
    path = _LABEL.sub(r"{\1}", path if path.startswith("/") else f"/{path}")
    fixed = [_constant(name, "query", value) for name, value in parse_qsl(query, keep_blank_values=True)]
    return f"{path}#{query}" if query else path, http.method.raw.lower(), fixed


def _constant(name: str, where: str, value: str) -> Part:
    empty = {} if value else {"allowEmptyValue": True}
    return {"name": name, "in": where, "required": True, **empty, "schema": {"type": "string", "const": value}}


def _operation(operation: ir.Operation, frame: Frame, fixed: list[Part]) -> Part:
    given = _structure(operation.input, frame)
    bound = _parameters(given, frame) if given else []
    parameters = [*fixed, *bound, *_undeclared(operation, frame, bound)]
    body, notes = _body(operation, given, frame), _notes(operation, given, frame)
    return {
        "operationId": operation.name.raw,
        **({"description": operation.documentation.raw} if operation.documentation else {}),
        **({"deprecated": True} if operation.deprecated else {}),
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": body} if body else {}),
        "responses": {**_answer(operation, frame), **_failures(operation, frame)},
        **({"security": []} if _is_open(operation) else {}),
        **({"x-speccast": notes} if notes else {}),
    }


def _is_open(operation: ir.Operation) -> bool:
    """Botocore and Smithy have a word each for what takes no signature."""
    none = operation.traits.get(SpecText("authtype")) == "none"
    return none or any(each.raw == "smithy.api#noAuth" for each in operation.auth)


def _structure(name: SpecText | None, frame: Frame) -> ir.Structure | None:
    shape = frame.model.shapes.get(name) if name else None
    return shape if isinstance(shape, ir.Structure) else None


# -------------------------------------------------------------------------------------------------------- parameters

_IN = {ir.HttpLocation.LABEL: "path", ir.HttpLocation.QUERY: "query", ir.HttpLocation.HEADER: "header"}


def _parameters(given: ir.Structure, frame: Frame) -> list[Part]:
    return [_parameter(given, member, frame) for member in _bound(given, frame) if _parametric(member)]


def _bound(shape: ir.Structure, frame: Frame) -> list[ir.Member]:
    """Members that travel beside the body."""
    outside = (ir.HttpLocation.BODY, ir.HttpLocation.PAYLOAD)
    return [member for member in shape.members if member.location not in outside] if frame.rest else []


def _parametric(member: ir.Member) -> bool:
    return member.location in _IN or member.location is ir.HttpLocation.QUERY_PARAMS


def _parameter(given: ir.Structure, member: ir.Member, frame: Frame) -> Part:
    """A map that is the query as a whole is an exploded object to OpenAPI."""
    where = _IN.get(member.location, "query")
    spread = {"style": "form", "explode": True} if where == "query" and member.location not in _IN else {}
    required = member.required or where == "path"
    schema = frame.schemas[given.id.raw]["properties"][member.wire.raw]
    name = (member.location_name or member.name).raw
    return {"name": name, "in": where, **({"required": True} if required else {}), **spread, "schema": schema}


def _undeclared(operation: ir.Operation, frame: Frame, bound: Iterable[Part]) -> Iterator[Part]:
    """A label without a member is one all the same."""
    known = {each["name"] for each in bound if each["in"] == "path"}
    for name in dict.fromkeys(_LABEL.findall(operation.http.uri.raw if operation.http and frame.rest else "")):
        if name not in known:
            yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


# ------------------------------------------------------------------------------------------------------------- bodies


def _body(operation: ir.Operation, given: ir.Structure | None, frame: Frame) -> Part | None:
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
        kind = _payload_type(frame.model.shapes[payload.target], kind)
        return {
            kind: {"schema": {} if _is_bytes(kind) else frame.schemas[shape.id.raw]["properties"][payload.wire.raw]}
        }
    outside = {member.wire.raw for member in _bound(shape, frame)}
    if not outside:
        return {kind: {"schema": frame.reference(shape.id)}} if shape.members or not frame.rest else {}
    whole = frame.schemas[shape.id.raw]
    left = {name: each for name, each in whole["properties"].items() if name not in outside}
    required = [name for name in whole.get("required", ()) if name in left]
    schema = {"type": "object", "properties": left, **({"required": required} if required else {})}
    return {kind: {"schema": {**schema, "additionalProperties": False}}} if left else {}


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


def _is_bytes(kind: str) -> bool:
    return kind == "application/octet-stream"


# ------------------------------------------------------------------------------------------------------------ answers


def _answer(operation: ir.Operation, frame: Frame) -> Part:
    code = operation.http.response_code if operation.http and frame.rest else None
    shape = _structure(operation.output, frame)
    content = _content(shape, frame, _ANSWERS) if shape else {}
    headers = _headers(shape, frame) if shape else {}
    told = {**({"headers": headers} if headers else {}), **({"content": content} if content else {})}
    return {str(code or 200): {"description": "Success", **told}}


def _headers(shape: ir.Structure, frame: Frame) -> Part:
    schemas = frame.schemas[shape.id.raw]["properties"]
    return {
        (member.location_name or member.name).raw: {"schema": schemas[member.wire.raw]}
        for member in _bound(shape, frame)
        if member.location is ir.HttpLocation.HEADER
    }


def _failures(operation: ir.Operation, frame: Frame) -> Part:
    """Errors by status; where none is said, that of whose fault it is."""
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


# --------------------------------------------------------------------------------------------------- what is left out


def _notes(operation: ir.Operation, given: ir.Structure | None, frame: Frame) -> Part:
    """Tell what OpenAPI cannot."""
    prefixes = {
        member.name.raw: (member.location_name or SpecText("")).raw
        for member in (_bound(given, frame) if given else ())
        if member.location is ir.HttpLocation.PREFIX_HEADERS
    }
    return {
        **({"prefixHeaders": prefixes} if prefixes else {}),
        **({"hostPrefix": operation.host_prefix.raw} if operation.host_prefix else {}),
        **({"idempotent": True} if operation.idempotent else {}),
        **({"readonly": True} if operation.readonly else {}),
    }
