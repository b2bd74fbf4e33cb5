"""What a user asks about, in any of the ways people write it -> a subject, or the nearest names.

    CreateEngagementRequest.Title                    a member, as the spec has it
    CreateEngagement.request.Contexts[].Type         the same way down from an operation
    create_engagement.title, ReasonCode.INTERNAL     names of the generated Python, with or without their module
    ConflictException, C07, api-create-engagement    an error, a decision, a source
    error:ConflictException                          with its kind, where two things have one name

In: the text, the package's `Naming`. Out: a `Subject`, or `Diagnostics`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping

from codegen.diagnostics import Diagnostic, Diagnostics, Note, quoted
from codegen.reference.naming import Naming
from codegen.reference.subjects import SERVICE, Kind, Subject, subjects, told_of
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.wording import words

_STEP = re.compile(r"[^.\[\]{}]+|\[\]|\{\}")
_WAY = re.compile(r"[^.\[\]{}]+(?:\[\]|\{\}|\.[^.\[\]{}]+)+")
_MODULES = ("models.", "errors.", "client.", "operations.", "models.events.")


def ask(text: str, naming: Naming, others: Collection[str] = ()) -> Subject:
    """Find the subject that is meant. `others` may be meant as well, and are named where the text is near to them."""
    found = find_subjects(text, naming)
    if not found:
        raise Diagnostics([_unknown(text, naming, others)])
    return found[0]


def find_subjects(text: str, naming: Naming) -> tuple[Subject, ...]:
    """Find everything of that name, the likeliest first."""
    plain = next((text.removeprefix(module) for module in _MODULES if text.startswith(module)), text)
    found = dict.fromkeys([*_stated(text, naming), *_in_python(plain, naming), *_below(plain, naming)])
    return tuple(sorted(found, key=lambda subject: _ORDER.index(subject.kind)))


_ORDER = (
    Kind.OPERATION,
    Kind.ERROR,
    Kind.SHAPE,
    Kind.MEMBER,
    Kind.ERROR_MEMBER,
    Kind.VALUE,
    Kind.EVENT,
    Kind.DECISION,
    Kind.SOURCE,
    Kind.PAGINATOR,
    Kind.WAITER,
    Kind.SERVICE,
)


def _stated(text: str, naming: Naming) -> Iterator[Subject]:
    """Things of that very name, or of that kind and name."""
    kind, colon, rest = text.partition(":")
    wanted = [Kind(kind)] if colon and kind in [str(one) for one in Kind] else list(Kind)
    name = rest if len(wanted) == 1 else text
    named = [Subject(one, name) for one in wanted if one not in _PARTED]
    parted = [Subject(one, *split) for one in wanted if one in _PARTED for split in _splits(name)]
    for subject in (*named, *parted):
        if told_of(naming.model, subject) is not None and (subject.kind is not Kind.SERVICE or name == SERVICE):
            yield subject


_PARTED = (Kind.MEMBER, Kind.VALUE, Kind.ERROR_MEMBER)


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """Part a name at each of its dots, for names may hold some: `a.b.c` gives `a` and `b.c`, `a.b` and `c`."""
    yield from ((name[: dot.start()], name[dot.end() :]) for dot in re.finditer(r"\.", name))


def _in_python(text: str, naming: Naming) -> Iterator[Subject]:
    """A class, method or constant; an attribute of a class, an argument of a method, a constant of an enum."""
    for names in (naming.methods, naming.classes, naming.errors, naming.events, naming.constants):
        yield from (names[text] for _ in range(text in names))
    owner, _, part = text.partition(".")
    if (parts := naming.parts.get(owner)) and part in parts:
        yield parts[part]


# ------------------------------------------------------------------------------------------------------- the way down


def _below(text: str, naming: Naming) -> Iterator[Subject]:
    """Go down from a shape or an operation, step by step: a name, `[]` for an item, `{}` for a value of a map."""
    steps = _STEP.findall(text)
    start = _start(steps[0], naming) if _WAY.fullmatch(text) else None
    if start is None:
        return
    shape, rest = _entered(start, steps[1:], naming.model)
    if isinstance(shape, Subject):
        yield shape
    elif shape is not None and (found := _walk(shape, rest, naming)) is not None:
        yield found


def _start(name: str, naming: Naming) -> Subject | None:
    model, text = naming.model, SpecText(name)
    if text in model.operations or text in model.shapes:
        return Subject(Kind.OPERATION if text in model.operations else Kind.SHAPE, name)
    return naming.methods.get(name) or naming.classes.get(name)


def _entered(start: Subject, steps: list[str], model: ir.Model) -> tuple[SpecText | Subject | None, list[str]]:
    """Give the shape that the steps start from: an operation's input, unless the first step says otherwise."""
    if start.kind is Kind.SHAPE:
        return SpecText(start.name), steps
    operation = model.operations.get(SpecText(start.name))
    if operation is None:
        return None, steps
    if steps[0] == "errors" and len(steps) == 2 and SpecText(steps[1]) in operation.errors:
        return Subject(Kind.ERROR, steps[1]), []
    ends: Mapping[str, SpecText | None] = {"request": operation.input, "response": operation.output}
    end = ends.get(steps[0], operation.input)
    rest = steps[1:] if steps[0] in ends else steps
    return (Subject(Kind.SHAPE, end.raw) if end is not None and not rest else end), rest


def _walk(shape: SpecText, steps: list[str], naming: Naming) -> Subject | None:
    """Follow the steps; a list or map between two names may go without its brackets."""
    found: Subject | None = None
    for step in steps:
        member = _step(shape, step, naming)
        while member is None and isinstance(inner := naming.model.shapes.get(shape), ir.ListOf | ir.MapOf):
            shape = ir.members_of(inner)[-1].target
            member = _step(shape, step, naming)
        if member is None:
            return None
        found = Subject(Kind.MEMBER, shape.raw, member.name.raw)
        shape = member.target
    return found


def _step(shape: SpecText, step: str, naming: Naming) -> ir.Member | None:
    """Find the member of that name: in the spec, on the wire or in Python."""
    target = naming.model.shapes.get(shape)
    if isinstance(target, ir.ListOf):
        return target.member if step == "[]" else None
    if isinstance(target, ir.MapOf):
        return target.value if step == "{}" else None
    attributes = naming.symbols.attributes.get(shape, {})
    members = ir.members_of(target) if target is not None else ()
    spellings = [(one.name.raw, one.wire.raw, str(attributes.get(one.name))) for one in members]
    found = ((way[number], one) for number in range(3) for way, one in zip(spellings, members, strict=True))
    return next((one for spelling, one in found if spelling == step), None)


# ------------------------------------------------------------------------------------------------------- nearest names


def _unknown(text: str, naming: Naming, others: Collection[str]) -> Diagnostic:
    names = {subject.path for subject in subjects(naming.model)} | {*naming.methods, *naming.classes, *others}
    nearest = difflib.get_close_matches(text, sorted(names), n=3, cutoff=0.6)
    folded = text.casefold()
    alike = sorted(name for name in names if folded in (name.casefold(), name.casefold().rpartition(".")[2]))
    near = list(dict.fromkeys([*alike, *nearest]))[:3]
    said = f"did you mean {quoted(near[0])}?" if len(near) == 1 else f"did you mean one of {words(near)}?"
    service = naming.model.service
    message = f"{service.name.raw}@{service.release.raw} has nothing called {quoted(text)}"
    hint = said if near else "name a shape, member, operation, error, event, decision, source or case"
    return Diagnostic("no-such-subject", message, notes=(Note(hint),))
