"""Errors: what each means, what to do about it, its status by each source, and who raises it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codegen.emit.views.symbols import error_body
from codegen.reference.site.beside import BesideView, beside, source_link
from codegen.reference.site.book import ERRORS, Book, Link
from codegen.reference.site.frame import FrameView, frame
from codegen.reference.site.hrefs import Href, fragment, within
from codegen.reference.site.members import MemberView, error_members
from codegen.reference.site.prose import Paragraphs
from codegen.spec import ir


@dataclass(frozen=True, slots=True)
class StatusView:
    """The status as one source has it."""

    source: Link
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorView:
    """One error; `action` is what the documents say to do, `advice` what follows from its traits."""

    name: str
    id: str
    href: Href
    prose: Paragraphs
    action: str | None
    advice: str
    status: int | None
    statuses: tuple[StatusView, ...]
    code: str
    python: str
    margin: tuple[BesideView, ...]
    members: tuple[MemberView, ...]
    raised_by: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    id: str
    title: str
    errors: tuple[ErrorView, ...]

    @property
    def count(self) -> int:
        return len(self.errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsPage:
    frame: FrameView
    title: str
    groups: tuple[ErrorGroup, ...]


def errors_page(book: Book) -> ErrorsPage:
    """View all errors of a release, its own and those of every action."""
    own = tuple(book.model.errors.values())
    common = [error for error in book.model.service.common_errors if error.name not in book.model.errors]
    groups = (
        ErrorGroup("own", "Errors of this service", error_views(book, own)),
        ErrorGroup("common", "Errors of every action", error_views(book, common)),
    )
    shown = tuple(group for group in groups if group.errors)
    return ErrorsPage(frame=frame(book, "Errors", ERRORS), title="Errors", groups=shown)


def error_views(book: Book, errors: Sequence[ir.Error]) -> tuple[ErrorView, ...]:
    """View errors by name, as API references list them."""
    return tuple(_error(book, error) for error in sorted(errors, key=lambda error: error.name.raw))


def _error(book: Book, error: ir.Error) -> ErrorView:
    own = error.name in book.model.errors
    return ErrorView(
        name=error.name.raw,
        id=fragment(error.name.raw),
        href=within(ERRORS, error.name.raw),
        prose=book.prose(error),
        action=error.suggested_action.raw if error.suggested_action else None,
        advice=_advice(error),
        status=error.http_errors[0].status if error.http_errors else None,
        statuses=tuple(StatusView(source_link(one.source), one.status) for one in error.http_errors),
        code=(error.code or error.name).raw,
        python=f"errors.{book.symbols.errors[error.name]}",
        margin=(beside(book, error, ("error", error.name.raw)),),
        members=error_members(book, error_body(error.name), error) if own else (),
        raised_by=tuple(book.operation_link(name) for name in book.raisers.get(error.name, ())),
    )


def _advice(error: ir.Error) -> str:
    """What the traits say to do, in words; the client does the retrying."""
    if error.throttling:
        return "Throttling: the client slows down and tries again."
    if error.retryable or error.fault is ir.Fault.SERVER:
        return "Transient: the client tries again within its deadline."
    return "The request has to change: trying again does not help."
