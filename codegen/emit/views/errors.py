"""Modelled errors and the errors common to all actions -> the classes of `errors.py`."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.emit.views import facts
from codegen.emit.views.symbols import Symbols, error_body
from codegen.records import dataclass, replace
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.names import AttrName, ClassName

_TAKEN = ("message", "code", "body", "details", "args", "request_id", "http_status", "retryable", "throttling")


@dataclass(frozen=True, slots=True)
class StatusView:
    source: SpecText
    status: int


@dataclass(frozen=True, slots=True)
class PropertyView:
    name: str
    attribute: AttrName
    hint: str
    doc: SpecText


@dataclass(frozen=True, slots=True)
class ErrorView:
    """One error class; `details` is the class of its body, None where the error has no members."""

    name: ClassName
    code: SpecText
    codes: tuple[SpecText, ...]
    details: ClassName | None
    properties: tuple[PropertyView, ...]
    retryable: bool
    throttling: bool
    suggested_action: SpecText | None
    statuses: tuple[StatusView, ...]
    member_named_code: bool
    doc: SpecText


def view_errors(model: ir.Model, symbols: Symbols) -> tuple[ErrorView, ...]:
    """View the service's errors, then the common ones that it does not model itself."""
    modelled = [_view(error, model, symbols, own=True) for error in with_own_codes(model.errors.values())]
    taken = {code for view in modelled for code in view.codes}
    common = [
        _view(error, model, symbols, own=False)
        for error in model.service.common_errors
        if error.name not in model.errors and error.code not in taken
    ]
    return (*modelled, *common)


def with_own_codes(errors: Iterable[ir.Error]) -> tuple[ir.Error, ...]:
    """Leave each code to one error: a name to whose it is, any other to the first that goes by it.

    CloudWatch's `DashboardNotFoundError` and `ResourceNotFound` both have the code `ResourceNotFound`.
    """
    known = tuple(errors)
    owners = {error.name: error.name for error in known}
    for error in known:
        for code in (error.code, *error.aliases):
            if code is not None:
                owners.setdefault(code, error.name)
    return tuple(
        replace(
            error,
            code=error.code if error.code is not None and owners[error.code] == error.name else None,
            aliases=tuple(alias for alias in error.aliases if owners[alias] == error.name),
        )
        for error in known
    )


def codes_of(error: ir.Error) -> tuple[SpecText, ...]:
    """Give every spelling of an error's code, the first being the one it goes by."""
    return tuple(dict.fromkeys([error.code or error.name, error.name, *error.aliases]))


def _view(error: ir.Error, model: ir.Model, symbols: Symbols, *, own: bool) -> ErrorView:
    codes = codes_of(error)
    raised_by = [name.raw for name, operation in model.operations.items() if error.name in operation.errors]
    statuses = tuple(StatusView(found.source, found.status) for found in error.http_errors)
    return ErrorView(
        name=symbols.errors[error.name],
        code=codes[0],
        codes=codes,
        details=symbols.classes[error_body(error.name)] if own and error.members else None,
        properties=_properties(error, model, symbols) if own else (),
        retryable=error.retryable,
        throttling=error.throttling,
        suggested_action=error.suggested_action or None,
        statuses=statuses,
        member_named_code=any(member.wire.raw.lower() == "code" for member in error.members),
        doc=_doc(error, raised_by, statuses),
    )


def _properties(error: ir.Error, model: ir.Model, symbols: Symbols) -> tuple[PropertyView, ...]:
    """Members beside the message, which every error has."""
    body = error_body(error.name)
    return tuple(
        PropertyView(
            name=f"{attribute}_" if attribute in _TAKEN else attribute,
            attribute=attribute,
            hint=_plain_hint(member, model, symbols),
            doc=SpecText(facts.of_member(member, model)),
        )
        for member in error.members
        if member.wire.raw.lower() != "message"
        for attribute in [symbols.attributes[body][member.name]]
    )


def _plain_hint(member: ir.Member, model: ir.Model, symbols: Symbols) -> str:
    """The member's type without its constraints, for readers: answers are not held to them."""
    target = model.shapes[member.target]
    match target:
        case ir.ListOf():
            return f"list[{_plain_hint(target.member, model, symbols)}{facts.or_none(target)}]"
        case ir.MapOf():
            key, value = (_plain_hint(edge, model, symbols) for edge in (target.key, target.value))
            return f"dict[{key}, {value}{facts.or_none(target)}]"
        case ir.Structure() | ir.UnionOf():
            return f"models.{symbols.classes[target.id]}"
        case _:
            return facts.plain_type(target, symbols.classes)


def _doc(error: ir.Error, raised_by: list[str], statuses: tuple[StatusView, ...]) -> SpecText:
    said = ", ".join(f"{view.status} ({view.source.raw})" for view in statuses)
    head = facts.of_class(error, f"HTTP status: {said}." if said else "")
    advice = f"Suggested action: {facts.sentence(error.suggested_action)}" if error.suggested_action else ""
    raised = f"Raised by: {', '.join(raised_by)}." if raised_by else "Common to all actions."
    lines = [line for line in (head or "No description.", advice, raised, facts.sources(error.citations)) if line]
    return SpecText("\n\n".join(lines))
