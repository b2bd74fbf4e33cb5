"""A subject -> what the spec says of it beside its constraints, and what stands for it in Python.

In: a model, the package's `Naming`. Out: facts by the names that specs have for them, as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.emit.views import facts
from codegen.emit.views.models import hint_of
from codegen.emit.views.scalars import Scalar
from codegen.emit.views.symbols import error_body
from codegen.reference.naming import Naming
from codegen.reference.subjects import Kind, Subject, Told, spelled, subjects, told_of, values_of
from codegen.spec import ir
from codegen.spec.check.walk import kind_of
from codegen.spec.ir import Json, SpecText


def raw(text: SpecText | None) -> str | None:
    return text.raw if text is not None else None


def facts_of(model: ir.Model, subject: Subject) -> dict[str, Json]:
    """Tell what the spec says of a subject beside its constraints; what it does not say is left out."""
    told = told_of(model, subject)
    said = {**dict(_own(model, subject, told)), **dict(_common(told))}
    return {name: value for name, value in said.items() if value not in (None, False, [], {})}


def _common(told: Told | None) -> Iterator[tuple[str, Json]]:
    if isinstance(told, ir.Entry):
        yield "documentation", raw(told.documentation)
        yield "deprecated", facts.deprecation(told) or None


def _own(model: ir.Model, subject: Subject, told: Told | None) -> Iterator[tuple[str, Json]]:
    match told:
        case ir.Member():
            yield from _member(model, subject, told)
        case ir.Operation():
            yield from _operation(told)
        case ir.Error():
            yield from _error(model, told)
        case ir.Event():
            yield from (("detailType", told.detail_type.raw), ("source", told.source.raw), ("detail", told.detail.raw))
        case ir.Paginator():
            yield from _paginator(told)
        case ir.Waiter():
            yield from (("operation", told.operation.raw), ("delay", told.delay), ("maxAttempts", told.max_attempts))
        case ir.Service():
            yield from _service(told)
        case ir.Source():
            yield from _source(told)
        case ir.EnumValue() | ir.IntEnumValue():
            yield "value", told.value.raw if isinstance(told.value, SpecText) else told.value
        case ir.Decision() | None:
            return
        case _:
            if subject.kind is Kind.SHAPE:
                yield from _shape(model, subject)


def _member(model: ir.Model, subject: Subject, member: ir.Member) -> Iterator[tuple[str, Json]]:
    target = model.shapes[member.target]
    yield "type", kind_of(target)
    yield "target", member.target.raw
    yield "required", member.required
    yield "idempotencyToken", member.idempotency_token
    yield "default", member.default if member.has_default else None
    yield "sensitive", member.sensitive or target.sensitive
    yield "wireName", raw(member.wire_name)
    yield "location", str(member.location) if member.location is not ir.HttpLocation.BODY else None
    yield "timestampFormat", str(member.timestamp_format) if member.timestamp_format else None
    yield "knownValues", [value.raw for value in member.known_values]
    yield "values", [spelled(value) for value in values_of(target)]


def _shape(model: ir.Model, subject: Subject) -> Iterator[tuple[str, Json]]:
    shape = model.shapes[SpecText(subject.name)]
    yield "type", kind_of(shape)
    yield "sensitive", shape.sensitive
    if isinstance(shape, ir.Structure | ir.UnionOf):
        yield "members", [member.name.raw for member in shape.members]
        yield "requiredMembers", [member.name.raw for member in shape.members if member.required]
    else:
        yield "of", [f"{member.name.raw}: {member.target.raw}" for member in ir.members_of(shape)]
    yield "values", [spelled(value) for value in values_of(shape)]
    yield "closed", isinstance(shape, ir.Enum) and shape.closed
    yield "knownValues", [value.raw for value in shape.known_values] if isinstance(shape, ir.Text) else None
    yield "usedBy", [one.path for one in _users(model, shape.id)]


def _users(model: ir.Model, shape: SpecText) -> Iterator[Subject]:
    """The members of that type, and the operations that take or give it."""
    for name, operation in model.operations.items():
        yield from (Subject(Kind.OPERATION, name.raw) for _ in range(shape in (operation.input, operation.output)))
    for subject in subjects(model):
        if subject.kind in (Kind.MEMBER, Kind.ERROR_MEMBER):
            member = told_of(model, subject)
            yield from (subject for _ in range(isinstance(member, ir.Member) and member.target == shape))


def _operation(operation: ir.Operation) -> Iterator[tuple[str, Json]]:
    yield "input", raw(operation.input)
    yield "output", raw(operation.output)
    yield "errors", [error.raw for error in operation.errors]
    yield "idempotent", operation.idempotent
    yield "readonly", operation.readonly
    if operation.http:
        yield "http", f"{operation.http.method.raw} {operation.http.uri.raw}"
    if operation.asynchronous:
        yield "steps", [step.raw for step in operation.asynchronous.steps]
        yield "events", [event.raw for event in operation.asynchronous.events]


def _error(model: ir.Model, error: ir.Error) -> Iterator[tuple[str, Json]]:
    yield "code", raw(error.code)
    yield "aliases", [alias.raw for alias in error.aliases]
    yield "fault", str(error.fault)
    yield "httpError", {one.source.raw: one.status for one in error.http_errors}
    yield "retryable", error.retryable
    yield "throttling", error.throttling
    yield "suggestedAction", raw(error.suggested_action)
    yield "members", [member.name.raw for member in error.members]
    yield "raisedBy", [name.raw for name, one in model.operations.items() if error.name in one.errors]


def _paginator(found: ir.Paginator) -> Iterator[tuple[str, Json]]:
    yield "operation", found.operation.raw
    yield "inputTokens", [token.raw for token in found.input_tokens]
    yield "outputTokens", [token.raw for token in found.output_tokens]
    yield "resultKeys", [key.raw for key in found.result_keys]


def _service(service: ir.Service) -> Iterator[tuple[str, Json]]:
    yield "title", service.title.raw
    yield "serviceId", service.service_id.raw
    yield "apiVersion", raw(service.api_version)
    yield "protocol", str(service.protocol)
    yield "endpoint", raw(service.endpoint.template)


def _source(source: ir.Source) -> Iterator[tuple[str, Json]]:
    yield "title", source.title.raw
    yield "publisher", source.publisher.raw
    yield "kind", source.kind.raw
    yield "date", source.date.raw
    yield "url", raw(source.url)
    yield "sha256", raw(source.sha256)


# -------------------------------------------------------------------------------------------------------------- python


def python_of(naming: Naming, subject: Subject, home: str) -> dict[str, Json]:
    """Name what stands for a subject in the package: its class, attribute, method, type.

    home: the file that a scalar type stands in.
    """
    name, symbols = SpecText(subject.name), naming.symbols
    match subject.kind:
        case Kind.SHAPE if not isinstance(naming.model.shapes[name], ir.ListOf | ir.MapOf):
            return {"class": f"{_module(naming.model.shapes[name], home)}.{symbols.classes[name]}"}
        case Kind.MEMBER if name in symbols.attributes:
            owner, member = naming.model.shapes[name], told_of(naming.model, subject)
            assert isinstance(member, ir.Member)
            hint = hint_of(owner, member, naming.model, symbols, naming.levels)
            attribute = symbols.attributes[name][member.name]
            return {"class": f"models.{symbols.classes[name]}", "attribute": str(attribute), "type": hint}
        case Kind.VALUE:
            key = next(key for key in symbols.constants[name] if key.raw == subject.part)
            return {"class": f"models.{symbols.classes[name]}", "constant": str(symbols.constants[name][key])}
        case Kind.ERROR if name in symbols.errors:
            return {"class": f"errors.{symbols.errors[name]}"}
        case Kind.ERROR_MEMBER if error_body(name) in symbols.attributes:
            attribute = symbols.attributes[error_body(name)][SpecText(subject.part)]
            return {"class": f"models.{symbols.classes[error_body(name)]}", "attribute": str(attribute)}
        case Kind.EVENT:
            return {"class": f"models.events.{symbols.events[name]}"}
        case Kind.OPERATION | Kind.PAGINATOR | Kind.WAITER:
            found = next((method for method, about in naming.methods.items() if about == subject), None)
            return {"method": f"client.Client.{found}"} if found else {}
        case _:
            return {}


def _module(shape: ir.Shape, home: str) -> str:
    """Types stand in modules that are not the user's business; `models` has the classes of them all."""
    return home.removesuffix(".py").replace("/", ".") if isinstance(shape, Scalar) else "models"
