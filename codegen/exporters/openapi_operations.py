"""Operations -> paths of an OpenAPI document; one small function per part of a request and of an answer.

In: an operation, and the schemas of its model. Out: its path and what is said of it, added to the paths before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import assert_never
from urllib.parse import parse_qsl, quote

from codegen.exporters.openapi_bodies import Frame, Part, answer, body, bound, failures, structure
from codegen.spec import ir
from codegen.spec.ir import SpecText

Paths = dict[str, Part]

_LABEL = re.compile(r"\{([^{}+]+)\+?\}")


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
    given = structure(operation.input, frame)
    own = _parameters(given, frame) if given else []
    parameters = [*fixed, *own, *_undeclared(operation, frame, own)]
    sent, notes = body(operation, given, frame), _notes(operation, given, frame)
    return {
        "operationId": operation.name.raw,
        **({"description": operation.documentation.raw} if operation.documentation else {}),
        **({"deprecated": True} if operation.deprecated else {}),
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": sent} if sent else {}),
        "responses": {**answer(operation, frame), **failures(operation, frame)},
        **({"security": []} if _is_open(operation) else {}),
        **({"x-speccast": notes} if notes else {}),
    }


def _is_open(operation: ir.Operation) -> bool:
    """Botocore and Smithy have a word each for what takes no signature."""
    none = operation.traits.get(SpecText("authtype")) == "none"
    return none or any(each.raw == "smithy.api#noAuth" for each in operation.auth)


# -------------------------------------------------------------------------------------------------------- parameters

_IN = {ir.HttpLocation.LABEL: "path", ir.HttpLocation.QUERY: "query", ir.HttpLocation.HEADER: "header"}


def _parameters(given: ir.Structure, frame: Frame) -> list[Part]:
    return [_parameter(given, member, frame) for member in bound(given, frame) if _parametric(member)]


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


def _undeclared(operation: ir.Operation, frame: Frame, own: Iterable[Part]) -> Iterator[Part]:
    """A label without a member is one all the same."""
    known = {each["name"] for each in own if each["in"] == "path"}
    for name in dict.fromkeys(_LABEL.findall(operation.http.uri.raw if operation.http and frame.rest else "")):
        if name not in known:
            yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


# --------------------------------------------------------------------------------------------------- what is left out


def _notes(operation: ir.Operation, given: ir.Structure | None, frame: Frame) -> Part:
    """Tell what OpenAPI cannot."""
    prefixes = {
        member.name.raw: (member.location_name or SpecText("")).raw
        for member in (bound(given, frame) if given else ())
        if member.location is ir.HttpLocation.PREFIX_HEADERS
    }
    return {
        **({"prefixHeaders": prefixes} if prefixes else {}),
        **({"hostPrefix": operation.host_prefix.raw} if operation.host_prefix else {}),
        **({"idempotent": True} if operation.idempotent else {}),
        **({"readonly": True} if operation.readonly else {}),
    }
