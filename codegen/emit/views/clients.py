"""Operations -> the methods of both clients, and the records of `operations.py` that tell the runtime of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.emit.views import facts
from codegen.emit.views.endpoints import EndpointsView, view_endpoints
from codegen.emit.views.symbols import Symbols, pages_of, wait_for
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.names import AttrName, ClassName, ConstantName, MethodName

CLIENT_PROTOCOLS = (ir.Protocol.AWS_JSON_1_0, ir.Protocol.AWS_JSON_1_1)
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
    """What a client is made of; `left_out` are the operations that it has no method for."""

    protocol: str
    service_id: SpecText
    signing_name: SpecText
    endpoint: SpecText | None
    fips_endpoint: SpecText | None
    query_compatible: bool
    operations: tuple[OperationView, ...]
    waiters: tuple[WaiterView, ...]
    left_out: tuple[SpecText, ...]
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
        wanted = {"datetime": "from datetime import datetime", "Decimal": "from decimal import Decimal"}
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
    """Say whether clients can be made: they speak AWS JSON and sign with version 4."""
    service = model.service
    speaks = service.protocol in CLIENT_PROTOCOLS and service.target_prefix is not None
    return speaks and service.signing.version in (ir.SigningVersion.V4, ir.SigningVersion.NONE)


def view_client(model: ir.Model, symbols: Symbols) -> ClientView | None:
    """View the client of a service; None where none can be made."""
    if not has_client(model):
        return None
    service = model.service
    views = {name: _operation(one, model, symbols) for name, one in callable_operations(model)}
    left_out = tuple(name for name in model.operations if name not in views)
    return ClientView(
        protocol=service.protocol.value,
        service_id=service.service_id,
        signing_name=service.signing.name,
        endpoint=service.endpoint.template,
        fips_endpoint=service.endpoint.fips,
        query_compatible=service.query_compatible,
        operations=tuple(views.values()),
        waiters=tuple(
            _waiter(one, views[one.operation], symbols) for one in model.waiters.values() if one.operation in views
        ),
        left_out=left_out,
        endpoints=view_endpoints(model, views),
        doc=_client_doc(service, left_out),
    )


def _client_doc(service: ir.Service, left_out: tuple[SpecText, ...]) -> SpecText:
    names = ", ".join(name.raw for name in left_out)
    lost = f"Left out, since they stream: {names}." if left_out else ""
    return SpecText(facts.paragraph([f"{service.title.raw}, release {service.release.raw}.", lost]))


def callable_operations(model: ir.Model) -> Iterator[tuple[SpecText, ir.Operation]]:
    """Walk the operations that a client has: those that stream nothing."""
    for name, operation in model.operations.items():
        ends = tuple(end for end in (operation.input, operation.output) if end is not None)
        shapes = (model.shapes[shape] for shape in ir.reachable(model, ends))
        if not any(_streams(shape) for shape in shapes):
            yield name, operation


def _streams(shape: ir.Shape) -> bool:
    match shape:
        case ir.UnionOf():
            return shape.event_stream
        case ir.Blob():
            return shape.streaming
        case _:
            return False


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
        target=SpecText(f"{prefix.raw if prefix else ''}.{(operation.wire_name or operation.name).raw}"),
        input=symbols.classes[operation.input] if operation.input is not None else None,
        output=output,
        answer=f"models.{output}" if output else "None",
        arguments=arguments,
        token=token,
        repeatable=token is not None or operation.idempotent or operation.readonly,
        signed=is_signed(operation, model.service),
        host_prefix=operation.host_prefix,
        task=_task(operation.asynchronous),
        pages=_pages(operation, model, symbols),
        doc=_doc(operation, arguments, symbols),
    )


def is_signed(operation: ir.Operation, service: ir.Service) -> bool:
    """Say whether requests of an operation carry a signature."""
    open_to_all = bool(operation.auth) and operation.auth[0].raw in NO_AUTH
    return service.signing.version is not ir.SigningVersion.NONE and not open_to_all


def _input_members(operation: ir.Operation, model: ir.Model) -> tuple[ir.Member, ...]:
    return ir.members_of(model.shapes[operation.input]) if operation.input is not None else ()


def _arguments(
    operation: ir.Operation, members: tuple[ir.Member, ...], model: ir.Model, symbols: Symbols
) -> tuple[ArgumentView, ...]:
    """The members of the input, those that are required first: each group in the order of the spec."""
    if operation.input is None:
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
    return PagesView(method, found.input_tokens, found.output_tokens, found.more_results, doc)


def _waiter(waiter: ir.Waiter, operation: OperationView, symbols: Symbols) -> WaiterView:
    text = (
        f"Repeat {waiter.operation.raw} every {waiter.delay} seconds, {waiter.max_attempts} times at most, until "
        f"{waiter.name.raw} holds; give the last answer, None where an error meant success."
    )
    acceptors = tuple(
        AcceptorView(one.state.value, one.matcher.value, one.argument, _expected(one.expected))
        for one in waiter.acceptors
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


def _doc(operation: ir.Operation, arguments: tuple[ArgumentView, ...], symbols: Symbols) -> SpecText:
    head = facts.of_class(operation)
    taken = ", ".join(f"{one.name}{'' if one.required else ' (optional)'}" for one in arguments)
    passed = f"Takes one models.{symbols.classes[operation.input]}, or by name: {taken}." if operation.input else ""
    errors = ", ".join(f"errors.{symbols.errors[name]}" for name in operation.errors)
    raised = f"Raises {errors}, and what every call may raise." if errors else ""
    task = "Starts a task: `wait_for_task` waits until it is complete." if operation.asynchronous else ""
    lines = [head or "No description.", passed if taken else "", task, raised, facts.sources(operation.citations)]
    return SpecText("\n\n".join(line for line in lines if line))


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
        case _:
            return facts.plain_type(target, symbols.classes)


def _or_none(target: ir.ListOf | ir.MapOf) -> str:
    return " | None" if target.sparse else ""
