"""An explanation -> text of at most 100 columns, or JSON as `docs/explain.schema.json` describes it.

In: `Explanation`, and `Asked` where a generated line was asked about. Out: text.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from codegen.diagnostics import printable
from codegen.reference.cases import Case
from codegen.reference.constraints import Constraint
from codegen.reference.explain import Asked, Explanation, Line
from codegen.reference.history import Change
from codegen.reference.provenance import Cited, Decided
from codegen.reference.subjects import Subject
from codegen.spec.ir import Json

WIDTH = 100
FEW = 5
"""Conformance cases that are named in text, of those that there are."""
MANY = 20
"""Lines and other things that are listed in text."""


def as_text(found: Explanation | None, asked: Asked | None = None) -> str:
    """Print what is known; a line that no fact demands is told alone."""
    parts = [*(_asked(asked) if asked else ()), *(_explained(found) if found else ())]
    return "\n".join(line.rstrip() for line in parts)


def as_json(found: Explanation | None, asked: Asked | None = None) -> dict[str, Any]:
    """Give the same as JSON values, whole."""
    said: dict[str, Any] = {"line": _asked_json(asked) if asked else None}
    return {**said, "explanation": _explanation_json(found) if found else None}


# ---------------------------------------------------------------------------------------------------------------- text


def _wrapped(text: str, indent: int, first: str | None = None) -> Iterator[str]:
    """Break text into lines; control characters of a spec stay inert."""
    whole = " ".join(printable(word) for word in text.split())
    lead = " " * indent if first is None else first
    rest = " " * indent
    yield from textwrap.wrap(
        whole, WIDTH, initial_indent=lead, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ) or [lead]


def _titled(title: str, body: Iterable[str]) -> Iterator[str]:
    lines = list(body)
    if lines:
        yield from ("", title, *lines)


def _row(name: str, text: str, width: int = 16) -> Iterator[str]:
    """`  required        yes`, what follows the name going on below itself."""
    yield from _wrapped(text, width + 2, f"  {name:<{width - 1}} ")


def _explained(found: Explanation) -> Iterator[str]:
    kind = str(found.subject.kind).replace("-", " ")
    yield from _wrapped(f"{found.subject.path}: {kind} of {found.spec}", 2, "")
    yield f"  {printable(found.at.written)}"
    yield from _titled("What is stated", _facts(found))
    yield from _titled("By whom", _sources(found.sources))
    yield from _titled("What it states", _cited_by(found.cited_by))
    yield from _titled("Decisions", (line for one in found.decisions for line in _decision(one)))
    yield from _titled("What is generated of it", _lines(found))
    yield from _titled("What proves it", _cases(found))
    yield from _titled("Since when", _releases(found))
    beside = ", ".join(f"{one.kind}:{one.path}" for one in found.beside)
    yield from _titled("Of the same name", _wrapped(beside, 2) if beside else ())
    yield from _titled("Notes", (line for note in found.notes for line in _wrapped(note, 2)))


def _facts(found: Explanation) -> Iterator[str]:
    for name, value in found.facts.items():
        yield from _row(name, _spoken(value))
    for one in found.constraints:
        yield from _constraint(one, found.subject)
    if found.python:
        python = {name: value for name, value in found.python.items() if isinstance(value, str)}
        hint = f": {python['type']}" if "type" in python else ""
        named = ".".join(python[name] for name in ("class", "method", "attribute", "constant") if name in python)
        yield from _row("Python", named + hint)


def _constraint(one: Constraint, subject: Subject) -> Iterator[str]:
    of = f" (of {one.of})" if one.of != subject.path else ""
    yield from _row(one.kind, f"{one.says}{of}; {one.enforced}")
    by = f", by {', '.join(one.sources)}" if one.sources else ""
    decided = f", decided in {one.decision}" if one.decision else ""
    yield from _row("", f"{one.at.written}{by}{decided}")


def _spoken(value: Json) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_spoken(one) for one in value)
        case dict():
            return ", ".join(f"{_spoken(one)} ({name})" for name, one in value.items())
        case _:
            return str(value)


def _sources(cited: Sequence[Cited]) -> Iterator[str]:
    of = ""
    for one in cited:
        if one.of != of and (of or one.of != cited[0].of):
            yield f"  of {printable(one.of)}:"
        of = one.of
        said = ", ".join(part for part in (one.title, one.publisher, one.date) if part)
        where = ", ".join([*([one.place] if one.place else []), *([f"line {one.line}"] if one.line else [])])
        yield from _wrapped(f"{one.source}: {said}{f'; {where}' if where else ''}", 6, "  ")


def _cited_by(cited: Sequence[Cited]) -> Iterator[str]:
    places = [(one.of, f"{one.place or ''}{f', line {one.line}' if one.line else ''}") for one in cited]
    yield from _few([(f"{of}  {place}".rstrip(),) if _fits(of, place) else (of, place) for of, place in places])


def _fits(*parts: str) -> bool:
    return sum(len(part) + 2 for part in parts) <= WIDTH


def _decision(one: Decided) -> Iterator[str]:
    yield from _wrapped(f"{one.id}  {one.question}  {one.at.written}", 6, "  ")
    for source, says in one.statements.items():
        yield from _wrapped(f"{source}: {says}", 8, "      ")
    yield from _wrapped(f"Chosen: {one.decided or 'nothing yet'}", 8, "      ")
    yield from _wrapped(f"Why: {one.reason}", 8, "      ") if one.reason else ()


def _few(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """List the first of them; each is a line, and lines below it."""
    for first, *below in rows[:MANY]:
        yield f"  {printable(first)}"
        yield from (f"      {_cut(line)}" for line in below)
    if len(rows) > MANY:
        yield f"  ... and {len(rows) - MANY} more"


def _lines(found: Explanation) -> Iterator[str]:
    yield from _few([_line(one, found.subject) for one in found.lines])


def _cut(text: str) -> str:
    """Keep a line of code to the width."""
    room = WIDTH - 6
    return printable(text if len(text) <= room else f"{text[: room - 3]}...")


_QUOTED = ("attribute", "constant", "argument")
"""What is one line of code, and worth a look."""


def _line(one: Line, subject: Subject) -> tuple[str, ...]:
    role = f"{one.role}, {one.facet}" if one.facet else one.role
    what = f"{role} of {one.of}" if one.of != subject.path else role
    lines = f"{one.first}-{one.last}" if one.last != one.first else str(one.first)
    place, code = f"{one.file}:{lines}", (one.text,) if one.role in _QUOTED else ()
    return (f"{place}  {what}", *code) if _fits(place, what) else (place, what, *code)


def _cases(found: Explanation) -> Iterator[str]:
    if found.cases:
        kinds = Counter(case.kind for case in found.cases)
        counted = ", ".join(f"{kind} {count}" if count > 1 else kind for kind, count in kinds.items())
        yield from _wrapped(f"{len(found.cases)} conformance cases: {counted}", 6, "  ")
        yield from (f"      {printable(case.id)}" for case in found.cases[:FEW])
        yield from (f"      ... and {len(found.cases) - FEW} more" for _ in range(len(found.cases) > FEW))


def _releases(found: Explanation) -> Iterator[str]:
    if found.having:
        first = found.having[0] == found.releases[0]
        gone = [name for name in found.releases if name > found.having[-1]]
        said = f"since {found.having[0]}{', the first release here' if first else ''}"
        yield from _wrapped(f"{said}{f', until {found.having[-1]}' if gone else ''}", 6, "  ")
    yield from (line for one in found.changes for line in _change(one, ""))
    yield from (line for one in found.type_changes for line in _change(one, f"{one.finding.path}: "))


def _change(one: Change, of: str) -> Iterator[str]:
    yield from _wrapped(f"{one.new}: {of}{one.finding.summary} [{one.finding.rule}]", 6, "  ")


def _asked(asked: Asked) -> Iterator[str]:
    yield from _wrapped(f"{asked.file}:{asked.line}", 2, "")
    yield from _wrapped(asked.text, 6, "    ") if asked.text else ()
    if asked.case:
        yield from _wrapped(f"The conformance case {asked.case.id}.", 6, "  ")
    for span in asked.spans if not asked.case else ():
        what = f"{span.role}, {span.facet}" if span.facet else span.role
        yield from _wrapped(
            f"Comes of {span.subject.path} ({str(span.subject.kind).replace('-', ' ')}): {what}", 6, "  "
        )
    if asked.mentions:
        yield from _wrapped(f"Mentions {', '.join(one.path for one in asked.mentions)}", 6, "  ")
    if not asked.spans:
        yield from _wrapped(_template(asked), 6, "  ")
    yield from ("",) if asked.spans else ()


def _template(asked: Asked) -> str:
    if asked.template is None:
        return "No fact of the spec demands it: it says what was generated."
    line = f":{asked.template.line}" if asked.template.line else ""
    return f"No fact of the spec demands it: it is the template's, {asked.template.template}{line}"


# ---------------------------------------------------------------------------------------------------------------- JSON


def _subject_json(subject: Subject) -> dict[str, Json]:
    return {"kind": str(subject.kind), "path": subject.path}


def _asked_json(asked: Asked) -> dict[str, Any]:
    spans = [{**_subject_json(span.subject), "role": span.role, "facet": span.facet or None} for span in asked.spans]
    return {
        "file": asked.file,
        "line": asked.line,
        "text": asked.text,
        "comes_of": spans,
        "mentions": [_subject_json(one) for one in asked.mentions],
        "template": asdict(asked.template) if asked.template and not asked.spans else None,
        "case": asked.case.id if asked.case else None,
    }


def _explanation_json(found: Explanation) -> dict[str, Any]:
    return {
        "spec": found.spec,
        "subject": _subject_json(found.subject),
        "at": asdict(found.at),
        "facts": dict(found.facts),
        "python": dict(found.python),
        "constraints": [asdict(one) for one in found.constraints],
        "sources": [asdict(one) for one in found.sources],
        "decisions": [asdict(one) for one in found.decisions],
        "cited_by": [asdict(one) for one in found.cited_by],
        "lines": [{**asdict(one), "facet": one.facet or None} for one in found.lines],
        "cases": [_case_json(one) for one in found.cases],
        "releases": list(found.releases),
        "having": list(found.having),
        "changes": [_change_json(one) for one in (*found.changes, *found.type_changes)],
        "beside": [_subject_json(one) for one in found.beside],
        "notes": list(found.notes),
    }


def _case_json(case: Case) -> dict[str, Json]:
    return {"id": case.id, "kind": case.kind, "line": case.line, "fact": case.fact, "sources": list(case.sources)}


def _change_json(one: Change) -> dict[str, Json]:
    finding = one.finding
    return {
        "release": one.new,
        "before": one.old,
        "rule": finding.rule,
        "path": finding.path,
        "summary": finding.summary,
        "old": finding.old,
        "new": finding.new,
        "levels": {str(audience): str(verdict.level) for audience, verdict in finding.verdicts.items()},
    }
