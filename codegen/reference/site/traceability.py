"""Facts -> where the spec states them, the lines that were generated from them, and the cases that prove those.

In: the traces of a package. Out: `TraceView`s: of an operation's request, answer and errors, and of a type's members.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codegen.reference.site.book import INDEX, Book, Link
from codegen.reference.site.evidence import find
from codegen.reference.site.frame import FrameView, frame
from codegen.reference.site.hrefs import Href, fragment
from codegen.reference.site.tracing import counted, trace_steps
from codegen.reference.subjects import Kind, Subject, spelled, values_of
from codegen.spec import ir

_LISTING = ("export", "import", "case")
_MOST = 400  # values of one enum; arbitrary


@dataclass(frozen=True, slots=True)
class LineView:
    """Generated lines: `models/__init__.py:57-61`, `attribute`."""

    place: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceView:
    """One fact's way: the line of the spec, the generated lines, the cases."""

    id: str
    path: str
    href: Href | None
    kind: str
    spec: str
    lines: tuple[LineView, ...]
    cases: tuple[str, ...]

    @property
    def proofs(self) -> str:
        return counted(len(self.cases), "case")


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePage:
    frame: FrameView
    title: str
    reference: Link
    package: str
    rows: tuple[TraceView, ...]


def trace_page(book: Book, operation: ir.Operation) -> TracePage:
    """View where every fact of an operation leads."""
    link = book.operation_link(operation.name)
    title = f"{operation.name.raw}: from the documents to the code"
    subjects = dict.fromkeys(_of_operation(book.model, operation))
    return TracePage(
        frame=frame(book, title, INDEX, [Link("Operations", INDEX), link]),
        title=title,
        reference=link,
        package=book.package,
        rows=rows(book, subjects),
    )


def _of_operation(model: ir.Model, operation: ir.Operation) -> Iterator[Subject]:
    yield Subject(Kind.OPERATION, operation.name.raw)
    for end in (operation.input, operation.output):
        if end is not None and end in model.shapes:
            yield Subject(Kind.SHAPE, end.raw)
            for member in ir.members_of(model.shapes[end]):
                yield Subject(Kind.MEMBER, end.raw, member.name.raw)
    yield from (Subject(Kind.ERROR, name.raw) for name in operation.errors)


def of_type(book: Book, shape: ir.Shape) -> tuple[TraceView, ...]:
    """View where every fact of a type leads."""
    parts = [
        *(Subject(Kind.MEMBER, shape.id.raw, member.name.raw) for member in ir.members_of(shape)),
        *(Subject(Kind.VALUE, shape.id.raw, spelled(value)) for value in values_of(shape)[:_MOST]),
    ]
    return rows(book, [Subject(Kind.SHAPE, shape.id.raw), *parts])


def rows(book: Book, subjects: Iterable[Subject]) -> tuple[TraceView, ...]:
    """View each subject that the release has; none where nothing was generated."""
    if book.traces is None:
        return ()
    return tuple(row for subject in subjects for row in _row(book, subject))


def _row(book: Book, subject: Subject) -> Iterator[TraceView]:
    told, traces = book.told.get(subject), book.traces
    if told is None or traces is None:
        return
    spans = [span for span in traces.of(subject) if span.role not in _LISTING]
    places = {
        f"{span.path}:{span.first}" + (f"-{span.last}" if span.last > span.first else ""): span.facet or span.role
        for span in spans
    }
    yield TraceView(
        id=fragment(*trace_steps(subject)),
        path=subject.path,
        href=find(book, subject.path),
        kind=subject.kind.value.replace("-", " "),
        spec=book.place(told.at),
        lines=tuple(LineView(place, role) for place, role in places.items()),
        cases=tuple(case.id for case in traces.proofs(subject)),
    )
