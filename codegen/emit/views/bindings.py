"""Shapes, operations and errors -> the tables of `bindings.py`, which tell the codec of a protocol how they travel.

In: the model. Out: what operations and errors reach, and nothing of AWS JSON, which needs no such table. Shapes with
nothing but a type share one entry for each type (`#string`): no shape of a spec can have a name of this form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from codegen.emit.views.errors import codes_of, with_own_codes
from codegen.emit.views.models import is_sensitive
from codegen.emit.views.protocols import AWS_JSON
from codegen.spec import ir
from codegen.spec.ir import SpecText

_ACCEPTED = {"API Gateway": "application/json"}
"""Services whose answers have another form unless they are asked for this one: HAL, of which models say nothing."""
_REST = (ir.Protocol.REST_JSON_1, ir.Protocol.REST_XML)
_EC2 = ir.Protocol.EC2_QUERY
_XML = (ir.Protocol.REST_XML, ir.Protocol.AWS_QUERY, _EC2)
_SHOWN = (ir.HttpLocation.HEADER, ir.HttpLocation.PREFIX_HEADERS)
"""Where values are that a request shows of itself, and that errors quote."""

_Value = SpecText | str | int | bool | None | tuple["_Value", ...]
_Namespace = tuple[SpecText, SpecText | None]

Settings = Mapping[str, _Value]
"""What differs from a record's defaults, by the names of its fields."""


@dataclass(frozen=True, slots=True)
class MemberView:
    """`(name, target, wire, settings)`."""

    name: SpecText
    target: SpecText | str
    wire: SpecText
    settings: Settings


@dataclass(frozen=True, slots=True)
class ShapeView:
    """`key: (type, members, settings)`; an error has a key for each of its codes."""

    key: SpecText | str
    type: str
    members: tuple[MemberView, ...]
    settings: Settings


@dataclass(frozen=True, slots=True)
class BindingView:
    """`name: ((method, uri, code), settings)`."""

    name: SpecText
    method: SpecText
    uri: SpecText
    code: int | None
    settings: Settings


@dataclass(frozen=True, slots=True)
class BindingsView:
    """What `bindings.py` is made of; settings are the arguments of its `Table`."""

    shapes: tuple[ShapeView, ...]
    operations: tuple[BindingView, ...]
    errors: tuple[ShapeView, ...]
    settings: tuple[tuple[str, _Value], ...]


def view_bindings(model: ir.Model, operations: Iterable[SpecText]) -> BindingsView | None:
    """View what the clients' operations, and the errors, reach; None for AWS JSON."""
    if model.service.protocol in AWS_JSON:
        return None
    called = [model.operations[name] for name in operations]
    errors = [*model.errors.values(), *model.service.common_errors]
    ends = [end for one in called for end in (one.input, one.output) if end is not None]
    targets = [member.target for error in errors for member in error.members]
    reached = [model.shapes[name] for name in ir.reachable(model, (*ends, *targets))]
    views = {key_of(shape): _shape(shape, model) for shape in reached}
    return BindingsView(
        shapes=tuple(views.values()),
        operations=tuple(_binding(one, model) for one in called),
        errors=tuple(_errors(errors, model)),
        settings=tuple(_settings(_table(model.service)).items()),
    )


def _settings(found: Iterable[tuple[str, _Value]]) -> Settings:
    """Keep what is said: nothing, false and no text are the defaults."""
    return {name: value for name, value in found if value not in (None, False, "", SpecText(""))}


def _table(service: ir.Service) -> Iterator[tuple[str, _Value]]:
    space = service.traits.get(SpecText("xmlNamespace"), service.traits.get(SpecText("smithy.api#xmlNamespace")))
    yield "version", service.api_version
    yield "name", service.target_prefix
    yield "namespace", _space_of(space)
    yield "query_compatible", service.query_compatible
    yield "accept", _ACCEPTED.get(service.service_id.raw)


def _space_of(said: ir.Json) -> _Namespace | None:
    """Read a namespace as traits have it: an object with its prefix, or the address alone."""
    if isinstance(said, str):
        return SpecText(said), None
    if not isinstance(said, dict) or not isinstance(uri := said.get("uri"), str):
        return None
    prefix = said.get("prefix")
    return SpecText(uri), SpecText(prefix) if isinstance(prefix, str) else None


# -------------------------------------------------------------------------------------------------------------- shapes

_WORDS: dict[type[ir.Shape], str] = {
    ir.Structure: "structure",
    ir.UnionOf: "union",
    ir.ListOf: "list",
    ir.MapOf: "map",
    ir.Enum: "string",
    ir.IntEnum: "integer",
    ir.Text: "string",
    ir.Boolean: "boolean",
    ir.Blob: "blob",
    ir.Timestamp: "timestamp",
    ir.Document: "document",
}


def _type(shape: ir.Shape) -> str:
    return shape.type.value if isinstance(shape, ir.Number) else _WORDS[type(shape)]


def key_of(shape: ir.Shape) -> SpecText | str:
    """Give the key of a shape: `#string` for one that says nothing but its type."""
    return shape.id if ir.members_of(shape) or _settings(_facts(shape)) else f"#{_type(shape)}"


def _facts(shape: ir.Shape) -> Iterator[tuple[str, _Value]]:
    """Say what a shape says of its way over the wire, beside its members."""
    match shape:
        case ir.Structure():
            yield "payload", _payload(shape)
            yield from _xml_of_shape(shape.xml)
        case ir.UnionOf():
            yield "streaming", shape.event_stream
        case ir.ListOf():
            yield "sparse", shape.sparse
            yield "flattened", _is_flat(shape.member)
        case ir.MapOf():
            yield "sparse", shape.sparse
            yield "flattened", shape.flattened
        case ir.Blob():
            yield "streaming", shape.streaming
            yield "media_type", shape.media_type
        case ir.Text():
            yield "media_type", shape.media_type
        case ir.Timestamp():
            yield "form", str(shape.format) if shape.format else None
        case _:
            pass


def _payload(shape: ir.Structure) -> SpecText | None:
    """Name the member that is the whole body, as JSON form has it."""
    bound = (one for one in shape.members if one.location is ir.HttpLocation.PAYLOAD or one.name == shape.payload)
    return next((one.wire for one in bound), None)


def _xml_of_shape(xml: ir.XmlBinding | None) -> Iterator[tuple[str, _Value]]:
    yield "xml_name", xml.name if xml else None
    yield "namespace", _space(xml)


def _space(xml: ir.XmlBinding | None) -> _Namespace | None:
    return (xml.namespace, xml.namespace_prefix) if xml and xml.namespace else None


def _shape(shape: ir.Shape, model: ir.Model) -> ShapeView:
    named = isinstance(shape, ir.Structure | ir.UnionOf)
    members = ((one, one.wire if named else SpecText("")) for one in ir.members_of(shape))
    views = tuple(_member(one, model, name) for one, name in members)
    return ShapeView(key_of(shape), _type(shape), views, _settings(_facts(shape)))


# ------------------------------------------------------------------------------------------------------------- members


def _member(member: ir.Member, model: ir.Model, name: SpecText) -> MemberView:
    """View a member; `name` is empty for items, keys and values."""
    target, protocol = model.shapes[member.target], model.service.protocol
    wire = _wire(member, target, protocol)
    flat = _flat_name(member, target, model) if name else None
    # in requests EC2 calls a list as its member is called, however it is flattened
    asked = [("query", SpecText(wire.raw[:1].upper() + wire.raw[1:]))] if flat and protocol is _EC2 else []
    return MemberView(name, key_of(target), flat or wire, _settings([*asked, *_travel(member, model)]))


def _flat_name(member: ir.Member, target: ir.Shape, model: ir.Model) -> SpecText | None:
    """Name the elements of a list that is flattened wherever it stands: as its items are called, if they say so.

    That is how botocore's models have it; a member that is flattened itself keeps its own name, as Smithy says.
    """
    protocol = model.service.protocol
    if protocol not in _XML or member.location is not ir.HttpLocation.BODY or not isinstance(target, ir.ListOf):
        return None
    if _is_flat(member) or not _is_flat(target.member):
        return None
    name = _wire(target.member, model.shapes[target.member.target], protocol)
    return None if name.raw in ("", "member") else name


def _is_flat(member: ir.Member) -> bool:
    return member.xml is not None and member.xml.flattened


def _wire(member: ir.Member, target: ir.Shape, protocol: ir.Protocol) -> SpecText:
    if protocol in _REST and member.location not in (ir.HttpLocation.BODY, ir.HttpLocation.PAYLOAD):
        return SpecText("") if _takes_all(member) else member.location_name or member.name
    named = member.xml.name if member.xml else None
    return named or (_element(target) if _is_root(member, target, protocol) else _named_list(target)) or member.wire


def _is_root(member: ir.Member, target: ir.Shape, protocol: ir.Protocol) -> bool:
    whole = member.location is ir.HttpLocation.PAYLOAD and protocol is ir.Protocol.REST_XML
    return whole and isinstance(target, ir.Structure | ir.UnionOf)


def _element(shape: ir.Shape) -> SpecText | None:
    """Name the element of a shape that is the whole body: a member's own name says nothing there."""
    return (shape.xml.name if isinstance(shape, ir.Structure) and shape.xml else None) or shape.id


def _named_list(shape: ir.Shape) -> SpecText | None:
    """Name the element of a list that names itself, as one of ElastiCache does."""
    name = shape.traits.get(SpecText("locationName")) if isinstance(shape, ir.ListOf) else None
    return SpecText(name) if isinstance(name, str) else None


def _takes_all(member: ir.Member) -> bool:
    """Say whether a member takes every header, as `x-amz-meta-` without its letters does."""
    return member.location is ir.HttpLocation.PREFIX_HEADERS and not member.location_name


def _travel(member: ir.Member, model: ir.Model) -> Iterator[tuple[str, _Value]]:
    target, xml = model.shapes[member.target], member.xml
    rest = model.service.protocol in _REST
    yield "location", member.location.value if rest and member.location is not ir.HttpLocation.BODY else None
    yield "required", member.required and not member.idempotency_token
    yield "form", str(member.timestamp_format) if member.timestamp_format else None
    yield "attribute", xml is not None and xml.attribute
    yield "flattened", _is_flat(member)
    yield "namespace", _space(xml)
    yield "json_value", member.json_value or (isinstance(target, ir.Text) and target.json_value)
    yield "token", member.idempotency_token
    yield "event", "header" if member.event_header else "payload" if member.event_payload else None
    yield "query", _query_name(member)
    yield "streaming", member.streaming and isinstance(target, ir.Blob)
    yield "sensitive", member.location in _SHOWN and is_sensitive(member, model)


def _query_name(member: ir.Member) -> SpecText | None:
    found = (member.traits.get(SpecText(name)) for name in ("queryName", "aws.protocols#ec2QueryName"))
    return next((SpecText(name) for name in found if isinstance(name, str)), None)


# ----------------------------------------------------------------------------------------------- operations and errors


def _binding(operation: ir.Operation, model: ir.Model) -> BindingView:
    http = operation.http
    return BindingView(
        name=operation.name,
        method=http.method if http else SpecText("POST"),
        uri=_uri(http.uri, operation, model) if http else SpecText("/"),
        code=http.response_code if http else None,
        settings=_settings(_ends(operation, model)),
    )


def _uri(uri: SpecText, operation: ir.Operation, model: ir.Model) -> SpecText:
    """Leave a bucket out of the path where endpoint rules put it into the host or the path, as those of S3 do."""
    members = ir.members_of(model.shapes[operation.input]) if operation.input else ()
    bucket = any(member.context_param == SpecText("Bucket") for member in members)
    if not (bucket and model.endpoint_rules and uri.raw.startswith("/{Bucket}")):
        return uri
    return SpecText(uri.raw.removeprefix("/{Bucket}"))


def _ends(operation: ir.Operation, model: ir.Model) -> Iterator[tuple[str, _Value]]:
    given, answered = (operation.traits.get(SpecText(end)) for end in ("input", "output"))
    beside = given if isinstance(given, dict) else {}
    element = beside.get("locationName")
    wrapper = answered.get("resultWrapper") if isinstance(answered, dict) else None
    yield "input", _end(operation.input, model)
    yield "output", _end(operation.output, model)
    yield "element", SpecText(element) if isinstance(element, str) else None
    yield "namespace", _space_of(beside.get("xmlNamespace"))
    yield "wrapper", SpecText(wrapper) if isinstance(wrapper, str) else None
    yield "checksum", _needs_checksum(operation)


def _end(shape: SpecText | None, model: ir.Model) -> SpecText | str | None:
    return None if shape is None else key_of(model.shapes[shape])


def _needs_checksum(operation: ir.Operation) -> bool:
    """Say whether the service refuses a body without its checksum."""
    said = [operation.traits.get(SpecText(name)) for name in ("httpChecksum", "aws.protocols#httpChecksum")]
    newer = any(isinstance(one, dict) and one.get("requestChecksumRequired") is True for one in said)
    return newer or any(SpecText(name) in operation.traits for name in ("httpChecksumRequired", _CHECKSUM))


_CHECKSUM = "smithy.api#httpChecksumRequired"


def _errors(errors: Iterable[ir.Error], model: ir.Model) -> Iterator[ShapeView]:
    """View errors under every code that they may come with; the first that claims a code has it."""
    codes: set[SpecText] = set()
    for error in with_own_codes(errors):
        members = tuple(_member(one, model, one.wire) for one in error.members)
        payload = next((one.wire for one in error.members if one.location is ir.HttpLocation.PAYLOAD), None)
        for code in codes_of(error):
            if code not in codes:
                codes.add(code)
                yield ShapeView(code, "structure", members, _settings([("payload", payload)]))
