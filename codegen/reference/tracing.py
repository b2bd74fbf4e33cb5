"""All files of a package -> from a subject to its lines and cases, and from a line to its subject or template.

In: `{path: text}` of a package, from disk or fresh from `pipeline.generate`, and its `Naming`. Out: `Traces`.

    traces = trace(files, naming_of(model))
    traces.of(Subject(Kind.MEMBER, "CreateEngagementRequest", "Title"))    spans, by file and line
    traces.proofs(subject)                                                 conformance cases
    traces.at("models/__init__.py", 57)                                    spans, the innermost first
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import meta

from codegen.data import data_folder
from codegen.emit.templates import environment, holds_models, templates_of
from codegen.overrides import NONE, Overrides
from codegen.reference.cases import PATH, Case, by_subject, read_cases
from codegen.reference.naming import Names, Naming
from codegen.reference.span import Span
from codegen.reference.spans import read_spans
from codegen.reference.subjects import Kind, Subject


@dataclass(frozen=True, slots=True)
class Traces:
    """Both directions; `unread` names the files that are no Python, as one edited by hand may be."""

    naming: Naming
    files: Mapping[str, str]
    spans: tuple[Span, ...]
    cases: tuple[Case, ...]
    unread: tuple[str, ...]
    by_subject: Mapping[Subject, tuple[Span, ...]]
    by_line: Mapping[tuple[str, int], tuple[Span, ...]]
    by_proof: Mapping[Subject, tuple[Case, ...]]

    def of(self, subject: Subject) -> tuple[Span, ...]:
        """Give the lines that come of a subject, its own before those that only list or import it."""
        return self.by_subject.get(subject, ())

    def at(self, path: str, line: int) -> tuple[Span, ...]:
        """Give what a line comes of, the innermost first; nothing where it comes of its template alone."""
        return self.by_line.get((path, line), ())

    def proofs(self, subject: Subject) -> tuple[Case, ...]:
        """Give the conformance cases that prove a subject, in the order of the file."""
        return self.by_proof.get(subject, ())


def trace(files: Mapping[str, str], naming: Naming) -> Traces:
    """Read every file of a package that says anything of its spec; what the spec has no more has no spans."""
    spans: list[Span] = []
    unread: list[str] = []
    for path, text in files.items():
        try:
            spans += read_spans(path, text, naming) if path.endswith(".py") else ()
        except (SyntaxError, ValueError):
            unread.append(path)
    cases = read_cases(files[PATH], naming) if PATH in files else ()
    spans += [Span(PATH, case.line, case.line, "case", one) for case in cases for one in reversed(case.about)]
    spans = [span for span in spans if span.subject in naming.told]
    return Traces(
        naming, files, tuple(spans), cases, tuple(unread), _by_subject(spans), _by_line(spans), by_subject(cases)
    )


_LISTING = ("export", "import")
_FILES = ("models/__init__.py", "models/_types.py", "models/events.py", "errors.py", "operations.py", "client.py")
"""Where a reader looks first; the others follow by name."""


def _by_subject(spans: Iterable[Span]) -> Mapping[Subject, tuple[Span, ...]]:
    found: defaultdict[Subject, list[Span]] = defaultdict(list)
    for span in spans:
        if span.role != "case":
            found[span.subject].append(span)
    return {subject: tuple(sorted(each, key=_rank)) for subject, each in found.items()}


def _rank(span: Span) -> tuple[bool, int, bool, Span]:
    path = "models/__init__.py" if holds_models(span.path) else span.path
    place = _FILES.index(path) if path in _FILES else len(_FILES)
    return (span.role in _LISTING, place, span.role == "documentation", span)


def _by_line(spans: Iterable[Span]) -> Mapping[tuple[str, int], tuple[Span, ...]]:
    """Give every line its spans; of two of one size the later is within the earlier, or says more."""
    found: defaultdict[tuple[str, int], list[tuple[int, int, Span]]] = defaultdict(list)
    for number, span in enumerate(spans):
        for line in range(span.first, span.last + 1):
            found[span.path, line].append((span.last - span.first, -number, span))
    return {line: tuple(span for _, _, span in sorted(each)) for line, each in found.items()}


# --------------------------------------------------------------------------------------------- what a line mentions

_WORD = re.compile(r"[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*")


def mentioned(traces: Traces, path: str, line: int) -> tuple[Subject, ...]:
    """Name whatever else stands on a line: classes, members of types, decisions, sources; in the order of the line."""
    lines = traces.files[path].split("\n")
    words = _WORD.findall(lines[line - 1]) if 0 < line <= len(lines) else []
    own = {"errors.py": traces.naming.errors, "models/events.py": traces.naming.events}.get(path, _NO_NAMES)
    found = [one for word in words if (one := _named(traces.naming, word, own)) is not None]
    return tuple(dict.fromkeys(found))


_NO_NAMES: Names = {}


def _named(naming: Naming, word: str, own: Names) -> Subject | None:
    module, name, *_ = (*word.split("."), "")
    spoken = {"errors": naming.errors, "models": naming.classes, "operations": naming.constants}.get(module, _NO_NAMES)
    if name in spoken:
        return spoken[name]
    candidates = (Subject(Kind.DECISION, word), Subject(Kind.SOURCE, word), Subject(Kind.MEMBER, module, name))
    stated = next((one for one in candidates if one in naming.told), None)
    return own.get(word) or naming.classes.get(word) or stated or naming.errors.get(word)


# ----------------------------------------------------------------------------------------------------------- templates


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """Where a line that no fact demands was printed from; `line` is None where it cannot be told."""

    template: str
    line: int | None


def template_at(traces: Traces, path: str, line: int, overrides: Overrides = NONE) -> TemplateLine | None:
    """Find the template that printed a line; None for a file that no template prints, as the manifest.

    A file that is copied has the lines of its template. Of one that is printed, the line is known where one line of
    the template, and no other, reads as it does.
    """
    candidates = [name for name in templates_of(path) if _exists(name, overrides)]
    if not candidates:
        return None
    if not candidates[0].endswith((".j2", ".jinja2")):
        own = overrides.get(candidates[0])
        return TemplateLine(_shown(candidates[0], overrides), own.at(line).line if own else line)
    text = traces.files[path].split("\n")[line - 1].strip()
    for name in (found for one in candidates for found in _with_included(one, overrides)):
        same = [number for number, each in enumerate(_source(name, overrides), 1) if each.strip() == text]
        if text and len(same) == 1:
            own = overrides.get(name)
            return TemplateLine(_shown(name, overrides), own.at(same[0]).line if own else same[0])
    return TemplateLine(_shown(candidates[0], overrides), None)


def _exists(name: str, overrides: Overrides) -> bool:
    return overrides.get(name) is not None or (data_folder("templates") / name).is_file()


@lru_cache(maxsize=256)
def _source(name: str, overrides: Overrides) -> list[str]:
    own = overrides.get(name)
    return (own.text if own else (data_folder("templates") / name).read_text(encoding="utf-8")).split("\n")


def _shown(name: str, overrides: Overrides) -> str:
    own = overrides.get(name)
    return own.shown if own else f"templates/{name}"


@lru_cache(maxsize=256)
def _with_included(name: str, overrides: Overrides) -> tuple[str, ...]:
    if not name.endswith(".j2"):
        return (name,)
    parsed = environment(overrides).parse("\n".join(_source(name, overrides)))
    return (name, *(found for found in meta.find_referenced_templates(parsed) if found))
