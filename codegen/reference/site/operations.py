"""The page of an operation, in the arrangement of an API reference: request, answer, errors, and Python beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codegen.reference.site.beside import BesideView, beside
from codegen.reference.site.book import COMMON, ERRORS, EVENTS, INDEX, Book, Link
from codegen.reference.site.errors import ErrorView, error_views
from codegen.reference.site.frame import FrameView, frame
from codegen.reference.site.hrefs import Href, within
from codegen.reference.site.members import MemberView, request_members, response_members
from codegen.reference.site.prose import Paragraphs
from codegen.reference.site.python_form import ExampleView, example, signature
from codegen.reference.site.syntax import json_syntax
from codegen.spec import ir

_FORMATS = {
    ir.Protocol.REST_XML: ("XML", "XML"),
    ir.Protocol.AWS_QUERY: ("query", "XML"),
    ir.Protocol.EC2_QUERY: ("query", "XML"),
    ir.Protocol.RPC_V2_CBOR: ("CBOR", "CBOR"),
}
"""What requests and answers travel as, where it is not JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndView:
    """A request or an answer: its syntax, what it is called, its members."""

    syntax: str | None
    type: Link | None
    members: tuple[MemberView, ...]


@dataclass(frozen=True, slots=True)
class FormatsView:
    """What a request travels as, and what an answer does."""

    request: str
    response: str

    @property
    def is_json(self) -> bool:
        return self.request == "JSON"


@dataclass(frozen=True, slots=True)
class StateView:
    text: str
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """What an operation that starts a task goes through."""

    steps: tuple[str, ...]
    member: str
    states: tuple[StateView, ...]
    events: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationPage:
    frame: FrameView
    name: str
    prose: Paragraphs
    margin: tuple[BesideView, ...]
    request: EndView
    response: EndView
    formats: FormatsView
    status: int
    http: str | None
    errors: tuple[ErrorView, ...]
    errors_page: Link
    common: Link | None
    signature: str | None
    example: ExampleView | None
    tasks: tuple[TaskView, ...]
    boto3: Link
    traces: tuple[Link, ...]
    see_also: tuple[Link, ...]


def operation_page(book: Book, operation: ir.Operation) -> OperationPage:
    """View one operation."""
    view = book.client.get(operation.name)
    return OperationPage(
        frame=frame(book, operation.name.raw, INDEX, [Link("Operations", INDEX)]),
        name=operation.name.raw,
        prose=book.prose(operation),
        margin=(beside(book, operation, ("operation", operation.name.raw)),),
        request=_end(book, operation.input, request_members),
        response=_end(book, operation.output, response_members),
        formats=FormatsView(*_FORMATS.get(book.model.service.protocol, ("JSON", "JSON"))),
        status=(operation.http.response_code if operation.http else None) or 200,
        http=_http(book.model, operation.http),
        errors=error_views(book, [book.model.errors[name] for name in operation.errors if name in book.model.errors]),
        errors_page=Link("Common Errors", Href(f"{ERRORS}#common") if book.model.service.common_errors else ERRORS),
        common=Link("Common Parameters", COMMON) if book.model.service.common_parameters else None,
        signature=signature(view) if view else None,
        example=example(book.package, book.region, operation, view, book.printer) if view else None,
        tasks=_tasks(book, operation.asynchronous),
        boto3=Link("as boto3's client has it", book.pages.boto3[operation.name]),
        traces=_traces(book, operation),
        see_also=_see_also(book, operation),
    )


def _http(model: ir.Model, http: ir.Http | None) -> str | None:
    """The line a request begins with, where it says which operation is meant."""
    rest = model.service.protocol in (ir.Protocol.REST_JSON_1, ir.Protocol.REST_XML)
    return f"{http.method.raw} {http.uri.raw}" if http and rest else None


_Members = Callable[[Book, ir.Structure | ir.UnionOf], tuple[MemberView, ...]]


def _end(book: Book, shape_id: ir.ShapeId | None, members: _Members) -> EndView:
    shape = book.model.shapes.get(shape_id) if shape_id else None
    if not isinstance(shape, ir.Structure | ir.UnionOf):
        return EndView(syntax=None, type=None, members=())
    return EndView(syntax=_syntax(book, shape), type=book.shape_link(shape.id), members=members(book, shape))


def _syntax(book: Book, shape: ir.Structure | ir.UnionOf) -> str:
    """JSON, whatever the protocol: it is the form that tells most in the least room."""
    return json_syntax(book.model, shape.id)


def _tasks(book: Book, found: ir.Asynchronous | None) -> tuple[TaskView, ...]:
    if found is None:
        return ()
    status = found.status
    named = (("Running", status.running), ("Complete", status.complete), ("Failed", status.failed))
    task = TaskView(
        steps=tuple(step.raw for step in found.steps),
        member=status.member.raw,
        states=tuple(StateView(name, ", ".join(value.raw for value in values)) for name, values in named if values),
        events=tuple(Link(name.raw, within(EVENTS, name.raw)) for name in found.events if name in book.model.events),
    )
    return (task,)


def _traces(book: Book, operation: ir.Operation) -> tuple[Link, ...]:
    page = book.pages.traces.get(operation.name)
    return (Link("traced from the documents to the code", page),) if page else ()


def _see_also(book: Book, operation: ir.Operation) -> tuple[Link, ...]:
    """The pages of its request and answer, and the operations beside it."""
    ends = (book.shape_link(shape) for shape in (operation.input, operation.output) if shape)
    return (*(link for link in ends if link), Link("All operations", INDEX))
