"""Operations -> the methods of both clients, and the records of `operations.py` that tell the runtime of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.emit.streams import events_in, is_stream, is_streamed_blob, streamed_bytes
from codegen.emit.views import facts
from codegen.emit.views.bindings import AWS_JSON, BindingsView, view_bindings
from codegen.emit.views.endpoints import EndpointsView, view_endpoints
from codegen.emit.views.paths import wire_path
from codegen.emit.views.symbols import Symbols, pages_of, wait_for
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.names import AttrName, ClassName, ConstantName, MethodName

CODECS = {
    ir.Protocol.REST_JSON_1: "rest_json",
    ir.Protocol.REST_XML: "rest_xml",
    ir.Protocol.AWS_QUERY: "aws_query",
    ir.Protocol.EC2_QUERY: "aws_query",
    ir.Protocol.RPC_V2_CBOR: "rpc_v2_cbor",
}
"""The module of the runtime that has each protocol's codec; AWS JSON's is part of every client."""
NO_AUTH = ("smithy.api#noAuth", "none")


@dataclass(frozen=True, slots=True)
class ArgumentView:
    name: AttrName
    hint: str
    required: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    member: SpecText
    running: tuple[SpecText, ...]
    complete: tuple[SpecText, ...]
    failed: tuple[SpecText, ...]
    reason: SpecText | None
    message: SpecText | None


@dataclass(frozen=True, slots=True)
class PagesView:
    method: MethodName
    input_tokens: tuple[SpecText, ...]
    output_tokens: tuple[SpecText, ...]
    more_results: SpecText | None
    doc: SpecText


@dataclass(frozen=True, slots=True)
class AcceptorView:
    state: str
    matcher: str
    argument: SpecText | None
    expected: SpecText | int | float | bool | None


@dataclass(frozen=True, slots=True)
class WaiterView:
    """`operation`, `arguments` and `shape` are those of the operation that is repeated."""

    method: MethodName
    constant: ConstantName
    name: SpecText
    delay: int
    max_attempts: int
    acceptors: tuple[AcceptorView, ...]
    operation: OperationView
    doc: SpecText


@dataclass(frozen=True, slots=True)
class OperationView:
    """`input` and `output` are None where the operation has none; `answer` is what the method gives, as a type."""

    method: MethodName
    constant: ConstantName
    name: SpecText
    target: SpecText
    input: ClassName | None
    output: ClassName | None
    answer: str
    arguments: tuple[ArgumentView, ...]
    token: SpecText | None
    repeatable: bool
    signed: bool
    host_prefix: SpecText | None
    encoded: bool
    unsigned_payload: bool
    compressed: bool
    events: SpecText | None
    sends_events: bool
    late_errors: bool
    task: TaskView | None
    pages: PagesView | None
    doc: SpecText

    @property
    def passed(self) -> str:
        """What the method hands on: its request and its arguments, as far as it has them."""
        if self.arguments:
            return "request, members"
        return "request, {}" if self.input else "None, {}"


@dataclass(frozen=True, slots=True)
class ClientView:
    """What a client is made of.

    `codec` is the module of its protocol's codec, and `bindings` what that reads; None for AWS JSON.
    """

    protocol: str
    codec: str | None
    bindings: BindingsView | None
    service_id: SpecText
    signing_name: SpecText
    endpoint: SpecText | None
    fips_endpoint: SpecText | None
    query_compatible: bool
    s3: bool
    operations: tuple[OperationView, ...]
    waiters: tuple[WaiterView, ...]
    endpoints: EndpointsView | None
    doc: SpecText

    @property
    def hint_imports(self) -> tuple[str, ...]:
        """What only the annotations of the synchronous client name, beside the models."""
        return self._hint_imports("Iterator")

    @property
    def async_hint_imports(self) -> tuple[str, ...]:
        """The same for the asynchronous client."""
        return self._hint_imports("AsyncIterator")

    def _hint_imports(self, iterator: str) -> tuple[str, ...]:
        hints = " ".join(argument.hint for operation in self.operations for argument in operation.arguments)
        shapes = [iterator] * self.has_pages + [name for name in ("Mapping", "Sequence") if name in hints]
        wanted = {
            "datetime": "from datetime import datetime",
            "Decimal": "from decimal import Decimal",
            "BinaryIO": "from typing import BinaryIO",
        }
        first = (f"from collections.abc import {', '.join(shapes)}",) if shapes else ()
        return (*first, *(line for name, line in wanted.items() if name in hints))

    @property
    def has_pages(self) -> bool:
        return any(operation.pages for operation in self.operations)

    @property
    def has_arguments(self) -> bool:
        return any(operation.arguments for operation in self.operations)

    @property
    def needs_jmespath(self) -> bool:
        """Say whether an expression is more than names parted by dots, which the runtime follows by itself."""
        pages = [one.pages for one in self.operations if one.pages]
        found = [*(text for one in pages for text in (*one.output_tokens, one.more_results) if text)]
        found += [one.argument for waiter in self.waiters for one in waiter.acceptors if one.argument]
        found += self.endpoints.paths if self.endpoints else ()
        return not all(part.isidentifier() for text in found for part in text.raw.split("."))

    @property
    def record_names(self) -> str:
        """What `operations.py` needs of the runtime's records."""
        tasks = any(operation.task for operation in self.operations)
        used = {"Operation": True, "Pages": self.has_pages, "Task": tasks, "Acceptor": False, "Waiter": False}
        used |= dict.fromkeys(("Acceptor", "Waiter"), bool(self.waiters))
        return ", ".join(sorted(name for name, wanted in used.items() if wanted))


def has_client(model: ir.Model) -> bool:
    """Say whether clients can be made: they speak every protocol, and sign with version 4.

    Without the name that AWS JSON has in a header, and RPC v2 in its paths, no request finds its operation.
    """
    service = model.service
    named = service.protocol in (*AWS_JSON, ir.Protocol.RPC_V2_CBOR)
    speaks = service.target_prefix is not None or not named
    return speaks and service.signing.version in (ir.SigningVersion.V4, ir.SigningVersion.NONE)


def speaks_json(model: ir.Model) -> bool:
    """Say whether clients can be made, and speak AWS JSON."""
    return has_client(model) and model.service.protocol in AWS_JSON


def view_client(model: ir.Model, symbols: Symbols) -> ClientView | None:
    """View the client of a service; None where none can be made."""
    if not has_client(model):
        return None
    service = model.service
    views = {name: _operation(one, model, symbols) for name, one in model.operations.items()}
    return ClientView(
        protocol=service.protocol.value,
        codec=CODECS.get(service.protocol),
        bindings=view_bindings(model, views),
        service_id=service.service_id,
        signing_name=service.signing.name,
        endpoint=service.endpoint.template,
        fips_endpoint=service.endpoint.fips,
        query_compatible=service.query_compatible,
        s3=service.traits.get(SpecText("signatureVersion")) in ("s3", "s3v4"),
        operations=tuple(views.values()),
        waiters=tuple(
            _waiter(one, views[one.operation], model, symbols)
            for one in model.waiters.values()
            if one.operation in views
        ),
        endpoints=view_endpoints(model, views),
        doc=SpecText(f"{service.title.raw}, release {service.release.raw}."),
    )


def whole_operations(model: ir.Model) -> Iterator[tuple[SpecText, ir.Operation]]:
    """Walk the operations whose request and answer are one message each: those that stream no events."""
    for name, operation in model.operations.items():
        ends = tuple(end for end in (operation.input, operation.output) if end is not None)
        if not any(is_stream(model.shapes[shape]) for shape in ir.reachable(model, ends)):
            yield name, operation


def _operation(operation: ir.Operation, model: ir.Model, symbols: Symbols) -> OperationView:
    members = _input_members(operation, model)
    token = next((member.wire for member in members if member.idempotency_token), None)
    output = symbols.classes[operation.output] if operation.output is not None else None
    arguments = _arguments(operation, members, model, symbols)
    prefix = model.service.target_prefix
    return OperationView(
        method=symbols.methods[operation.name],
        constant=symbols.operations[operation.name],
        name=operation.name,
        target=SpecText(f"{prefix.raw}.{(operation.wire_name or operation.name).raw}" if prefix else ""),
        input=symbols.classes[operation.input] if operation.input is not None else None,
        output=output,
        answer=f"models.{output}" if output else "None",
        arguments=arguments,
        token=token,
        repeatable=token is not None or operation.idempotent or operation.readonly,
        signed=is_signed(operation, model.service),
        host_prefix=_host_prefix(operation, model),
        encoded=_may_be_encoded(operation, model),
        unsigned_payload=operation.unsigned_payload,
        compressed=_takes_gzip(operation),
        events=events_in(model, operation.output),
        sends_events=events_in(model, operation.input) is not None,
        late_errors=_may_fail_late(operation, model),
        task=_task(operation.asynchronous),
        pages=_pages(operation, model, symbols),
        doc=_doc(operation, arguments, model, symbols),
    )


def _may_be_encoded(operation: ir.Operation, model: ir.Model) -> bool:
    """Say whether an answer tells of its encoding in a member: then what was stored is encoded, not the answer."""
    members = ir.members_of(model.shapes[operation.output]) if operation.output is not None else ()
    names = (one.location_name for one in members if one.location is ir.HttpLocation.HEADER)
    return any(name is not None and name.raw.lower() == "content-encoding" for name in names)


def _may_fail_late(operation: ir.Operation, model: ir.Model) -> bool:
    """Say whether an answer of success may be an error of S3's; what is stored there can look like one, and is none."""
    if model.service.service_id.raw != "S3" or operation.output is None:
        return False
    members = ir.members_of(model.shapes[operation.output])
    payload = next((one.target for one in members if one.location is ir.HttpLocation.PAYLOAD), None)
    return payload is None or isinstance(model.shapes[payload], ir.Structure)


def _takes_gzip(operation: ir.Operation) -> bool:
    found = (operation.traits.get(SpecText(name)) for name in ("requestcompression", "smithy.api#requestCompression"))
    encodings = [one.get("encodings") for one in found if isinstance(one, dict)]
    return any(isinstance(names, list) and "gzip" in names for names in encodings)


def _host_prefix(operation: ir.Operation, model: ir.Model) -> SpecText | None:
    """Leave out an account that endpoint rules put into the host themselves, as those of S3 Control do."""
    accounts = (one for one in _input_members(operation, model) if one.context_param == SpecText("AccountId"))
    told = any(operation.host_prefix == SpecText(f"{{{one.name.raw}}}.") for one in accounts)
    return None if told and model.endpoint_rules else operation.host_prefix


def is_signed(operation: ir.Operation, service: ir.Service) -> bool:
    """Say whether requests of an operation carry a signature."""
    open_to_all = bool(operation.auth) and operation.auth[0].raw in NO_AUTH
    return service.signing.version is not ir.SigningVersion.NONE and not open_to_all


def _input_members(operation: ir.Operation, model: ir.Model) -> tuple[ir.Member, ...]:
    shape = model.shapes[operation.input] if operation.input is not None else None
    return shape.members if isinstance(shape, ir.Structure | ir.UnionOf) else ()


def _arguments(
    operation: ir.Operation, members: tuple[ir.Member, ...], model: ir.Model, symbols: Symbols
) -> tuple[ArgumentView, ...]:
    """The members of the input, those that are required first: each group in the order of the spec."""
    if operation.input is None or not members:
        return ()
    attributes = symbols.attributes[operation.input]
    found = [
        ArgumentView(
            attributes[member.name],
            argument_hint(member, model, symbols),
            member.required and not member.idempotency_token,
        )
        for member in members
    ]
    return tuple(sorted(found, key=lambda argument: not argument.required))


def _task(found: ir.Asynchronous | None) -> TaskView | None:
    if found is None:
        return None
    status = found.status
    return TaskView(status.member, status.running, status.complete, status.failed, status.reason, status.message)


def _pages(operation: ir.Operation, model: ir.Model, symbols: Symbols) -> PagesView | None:
    found = next((one for one in model.paginators.values() if one.operation == operation.name), None)
    if found is None:
        return None
    doc = SpecText(f"Give the answers of {operation.name.raw} one after the other, each fetched when it is asked for.")
    method = symbols.methods[pages_of(operation.name)]
    return PagesView(
        method,
        tuple(wire_path(model, operation.input, token) for token in found.input_tokens),
        tuple(wire_path(model, operation.output, token) for token in found.output_tokens),
        found.more_results and wire_path(model, operation.output, found.more_results),
        doc,
    )


def _waiter(waiter: ir.Waiter, operation: OperationView, model: ir.Model, symbols: Symbols) -> WaiterView:
    text = (
        f"Repeat {waiter.operation.raw} every {waiter.delay} seconds, {waiter.max_attempts} times at most, until "
        f"{waiter.name.raw} holds; give the last answer, None where an error meant success."
    )
    output = model.operations[waiter.operation].output
    acceptors = tuple(
        AcceptorView(one.state.value, one.matcher.value, argument, _expected(one.expected))
        for one in waiter.acceptors
        for argument in [one.argument and wire_path(model, output, one.argument)]
    )
    key = wait_for(waiter.name)
    return WaiterView(
        symbols.methods[key], symbols.operations[key], waiter.name, waiter.delay, waiter.max_attempts, acceptors,
        operation, SpecText(text),
    )  # fmt: skip


def _expected(value: ir.Json) -> SpecText | int | float | bool | None:
    if isinstance(value, str):
        return SpecText(value)
    return value if isinstance(value, bool | int | float) else None


def _doc(operation: ir.Operation, arguments: tuple[ArgumentView, ...], model: ir.Model, symbols: Symbols) -> SpecText:
    head = facts.of_class(operation)
    taken = ", ".join(f"{one.name}{'' if one.required else ' (optional)'}" for one in arguments)
    passed = f"Takes one models.{symbols.classes[operation.input]}, or by name: {taken}." if operation.input else ""
    errors = ", ".join(f"errors.{symbols.errors[name]}" for name in operation.errors)
    raised = f"Raises {errors}, and what every call may raise." if errors else ""
    task = "Starts a task: `wait_for_task` waits until it is complete." if operation.asynchronous else ""
    streamed = _of_streams(operation, model)
    lines = [
        head or "No description.", passed if taken else "", streamed, task, raised, facts.sources(operation.citations)
    ]  # fmt: skip
    return SpecText("\n\n".join(line for line in lines if line))


def _of_streams(operation: ir.Operation, model: ir.Model) -> str:
    """Say how far a client carries what streams."""
    if events_in(model, operation.input) is not None:
        return "Not carried: it sends events while it receives others. Raises errors.ConfigurationError."
    if events_in(model, operation.output) is not None:
        return f"Gives the events as a list, once the stream has ended: {_WHOLE}"
    if streamed_bytes(model, operation.output) is not None:
        return f"Gives the bytes at once: {_WHOLE}"
    return ""


_WHOLE = (
    "one longer than the client's `max_response_bytes` is refused, as is one that takes longer than an attempt may."
)


# ------------------------------------------------------------------------------------------------------------- types


def argument_hint(member: ir.Member, model: ir.Model, symbols: Symbols) -> str:
    """The type of an argument: any sequence for a list, any mapping for a map, models or mappings for structures."""
    target = model.shapes[member.target]
    match target:
        case ir.ListOf():
            return f"Sequence[{argument_hint(target.member, model, symbols)}{_or_none(target)}]"
        case ir.MapOf():
            key, value = (argument_hint(edge, model, symbols) for edge in (target.key, target.value))
            return f"Mapping[{key}, {value}{_or_none(target)}]"
        case ir.Structure() | ir.UnionOf():
            return f"models.{symbols.classes[target.id]} | Mapping[str, Any]"
        case ir.Blob() if is_streamed_blob(member, target):
            return "bytes | BinaryIO"
        case _:
            return facts.plain_type(target, symbols.classes)


def _or_none(target: ir.ListOf | ir.MapOf) -> str:
    return " | None" if target.sparse else ""
