"""A question as the command line has it -> its answer.

In: SPEC and SUBJECT, or a file and a line. Out: `Explanation`, `Asked`, or `Diagnostics`.
"""

from __future__ import annotations

from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Note
from codegen.records import replace
from codegen.reference.asking import ask
from codegen.reference.explain import Asked, Explanation, asked_line, explain
from codegen.reference.history import history_of
from codegen.reference.naming import Naming, naming_of
from codegen.reference.packages import (
    Generated,
    Package,
    generated_file,
    order_of,
    package_around,
    package_of,
    read_text,
    rendered_package,
)
from codegen.reference.subjects import Subject
from codegen.reference.tracing import Traces, trace
from codegen.spec.source import shown_path


def explain_subject(spec: str, text: str, out: Path | None, *, render: bool = False) -> Explanation:
    """Explain what a user calls `text`; a conformance case by what it proves.

    Where its package is not on disk, `render` makes it in memory.
    """
    package = (rendered_package if render else package_of)(order_of(spec, out))
    traces = trace(package.files, package.naming)
    case = next((one for one in traces.cases if one.id == text), None)
    subject = case.about[0] if case else _asked(text, package, traces)
    return explain(package, traces, history_of(package.loaded), subject)


def _asked(text: str, package: Package, traces: Traces) -> Subject:
    """Find the subject; what may be a case is told why none is known."""
    try:
        return ask(text, _whole(package), [one.id for one in traces.cases])
    except Diagnostics as fault:
        hint = tuple(map(Note, package.notes)) if ":" in text and not package.files else ()
        raise Diagnostics([replace(one, notes=(*one.notes, *hint)) for one in fault.found]) from None


def _whole(package: Package) -> Naming:
    """Name the whole model, where the package has but some of its operations."""
    same = package.naming.model is package.loaded.model
    return package.naming if same else naming_of(package.loaded.model, package.naming.levels)


def explain_line(path: Path, line: int, spec: str | None) -> tuple[Explanation | None, Asked]:
    """Explain a generated line: the innermost fact that it comes of in full, where there is one."""
    file = generated_file(path)
    text = read_text(path)
    _refuse_beyond(path, line, text)
    package, order = package_around(file, spec)
    traces = trace({**package.files, file.path: text}, package.naming)
    _refuse_unread(path, file, traces)
    asked = asked_line(package, traces, order, file.path, line)
    if not asked.spans:
        return None, asked
    return explain(package, traces, history_of(package.loaded), asked.spans[0].subject), asked


def _refuse_beyond(path: Path, line: int, text: str) -> None:
    count = len(text.splitlines())
    if not 1 <= line <= count:
        message = f"there is no line {line}: the file has {count}"
        raise Diagnostics([Diagnostic("no-such-line", message, Location(shown_path(path)))])


def _refuse_unread(path: Path, file: Generated, traces: Traces) -> None:
    if file.path in traces.unread:
        message = "edited by hand, and no Python any more: speccast generate --force writes it anew"
        raise Diagnostics([Diagnostic("edited", message, Location(shown_path(path)))])
