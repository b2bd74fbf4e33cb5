"""Operations -> methods, and the records of `operations.py` that tell the runtime of them."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.emit.streams import events_in, is_stream, streamed_bytes
from codegen.emit.views import facts
from codegen.emit.views.arguments import ArgumentView, view_arguments
from codegen.emit.views.paths import wire_path
from codegen.emit.views.symbols import Symbols, pages_of
from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.names import ClassName, ConstantName, MethodName

NO_AUTH = ("smithy.api#noAuth", "none")


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


def whole_operations(model: ir.Model) -> Iterator[tuple[SpecText, ir.Operation]]:
    """Walk the operations whose request and answer are one message each: those that stream no events."""
    for name, operation in model.operations.items():
        ends = tuple(end for end in (operation.input, operation.output) if end is not None)
        if not any(is_stream(model.shapes[shape]) for shape in ir.reachable(model, ends)):
            yield name, operation


def view_operation(operation: ir.Operation, model: ir.Model, symbols: Symbols) -> OperationView:
    """View one operation, with its task and its pages."""
    members = input_members(operation, model)
    token = next((member.wire for member in members if member.idempotency_token), None)
    output = symbols.classes[operation.output] if operation.output is not None else None
    arguments = view_arguments(operation, members, model, symbols)
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
    accounts = (one for one in input_members(operation, model) if one.context_param == SpecText("AccountId"))
    told = any(operation.host_prefix == SpecText(f"{{{one.name.raw}}}.") for one in accounts)
    return None if told and model.endpoint_rules else operation.host_prefix


def is_signed(operation: ir.Operation, service: ir.Service) -> bool:
    """Say whether requests of an operation carry a signature."""
    open_to_all = bool(operation.auth) and operation.auth[0].raw in NO_AUTH
    return service.signing.version is not ir.SigningVersion.NONE and not open_to_all


def input_members(operation: ir.Operation, model: ir.Model) -> tuple[ir.Member, ...]:
    """Give the members of what an operation takes."""
    shape = model.shapes[operation.input] if operation.input is not None else None
    return shape.members if isinstance(shape, ir.Structure | ir.UnionOf) else ()


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
