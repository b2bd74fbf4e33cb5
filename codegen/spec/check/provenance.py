"""Rules about where facts come from: everything cites a source, every contradiction is decided.

In: a model. Out: findings; one function per rule, listed in the table of `codegen.spec.check`.

Citations are inherited, so an entry without any makes all that it encloses uncited; only the outermost is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from codegen.diagnostics import Place, quoted
from codegen.spec import ir
from codegen.spec.aspects import ASPECTS, decided_fact
from codegen.spec.check.walk import (
    Finding,
    absent,
    all_constraints,
    enum_values,
    errors,
    inner_entries,
    members,
    outer_entries,
)
from codegen.spec.ir import SpecText

_CITED = ("shape", "operation", "error", "event")


def find_uncited(model: ir.Model) -> Iterator[Finding]:
    for what, name, entry in outer_entries(model):
        if what in _CITED and not entry.citations:
            yield Finding(
                f'{what} {quoted(name)} cites no source; add "sources" here or to the service', entry.at.key()
            )
    for outer, path, entry in inner_entries(model):
        if outer.citations and not entry.citations:
            yield Finding(f"{quoted(path)} cites no source", entry.at.key())
    for site, word, constraint in all_constraints(model):
        if site.entry.citations and not constraint.citations:
            yield Finding(f"the {word} of {quoted(site.path)} cites no source", constraint.at.key())


def find_undecided(model: ir.Model) -> Iterator[Finding]:
    for name, decision in model.decisions.items():
        if not decision.statements:
            yield Finding(f"decision {quoted(name.raw)} states what no source says", decision.at.key())
        for key, text in (("decision", decision.decided), ("reason", decision.reason)):
            if not text:
                yield Finding(f"decision {quoted(name.raw)} has no {quoted(key)}", decision.at.key())


def find_decisions_without_facts(model: ir.Model) -> Iterator[Finding]:
    for name, decision in model.decisions.items():
        if not decision.facts:
            message = f'decision {quoted(name.raw)} touches no fact; name in "facts" what it settles'
            yield Finding(message, decision.at.key())


def find_unknown_facts(model: ir.Model) -> Iterator[Finding]:
    """Find facts of decisions that are not there, and aspects that such a fact does not have."""
    words: dict[str, frozenset[str]] = {}
    for kind, path in _facts(model):
        words[path] = words.get(path, frozenset()) | ASPECTS[kind]
    for decision in model.decisions.values():
        for index, fact in enumerate(decision.facts):
            yield from _unknown_fact(fact, words, decision.at.child("facts", index))


def _unknown_fact(fact: SpecText, words: Mapping[str, frozenset[str]], place: Place) -> Iterator[Finding]:
    path, colon, word = fact.raw.rpartition(":")
    if fact.raw in words or (path in words and decided_fact(fact).aspect in words[path]):
        return
    if path in words:
        yield from absent(word, words[path], f"{quoted(path)} has no aspect {quoted(word)}", place)
        return
    message = f"{quoted(fact.raw)} names no shape, member, operation, error or event"
    yield from absent(path if colon else fact.raw, words, message, place)


def _facts(model: ir.Model) -> Iterator[tuple[str, str]]:
    """Give kind and path of whatever a decision can be about."""
    yield from (("shape", name.raw) for name in model.shapes)
    yield from (("operation", name.raw) for name in model.operations)
    yield from (("error", error.name.raw) for error in errors(model))
    yield from (("event", name.raw) for name in model.events)
    yield from (("member", path) for path, _ in members(model))
    for shape in model.shapes.values():
        yield from (("value", f"{shape.id.raw}.{value}") for value, _ in enum_values(shape))


def find_bad_digests(model: ir.Model) -> Iterator[Finding]:
    for source in model.sources.values():
        if source.sha256 is not None and not re.fullmatch("[0-9a-f]{64}", source.sha256.raw):
            message = f"{quoted(source.sha256.raw)} is no SHA-256; write 64 hexadecimal digits, in lower case"
            yield Finding(message, source.at.child("sha256"))


_SECRET = re.compile("(?i).*(signature|credential|token|password|secret|api-?key)|sig")


def find_bad_urls(model: ir.Model) -> Iterator[Finding]:
    """Find addresses that a page must not link to, or that would carry somebody's password into what is generated."""
    for source in model.sources.values():
        if source.url is not None and (fault := _url_fault(source.url.raw)):
            yield Finding(f"the url of source {quoted(source.id.raw)} {fault}", source.at.child("url"))


def _url_fault(url: str) -> str | None:
    if not re.fullmatch("(?i:https?)://[!-~]+", url):
        return "has to begin with https:// or http://, and to hold visible ASCII characters only"
    try:
        parts = urlsplit(url)
    except ValueError:
        return "has no host"
    if "@" in parts.netloc or any(_SECRET.fullmatch(key) for key, _ in parse_qsl(parts.query)):
        return "holds what lets somebody in; leave out user, password and signature"
    return None


def find_bad_dates(model: ir.Model) -> Iterator[Finding]:
    yield from _bad_date(model.service.release.raw, model.service.at.child("release"))
    for source in model.sources.values():
        yield from _bad_date(source.date.raw, source.at.child("date"))


def _bad_date(text: str, place: Place) -> Iterator[Finding]:
    if not _is_date(text):
        yield Finding(f"{quoted(text)} is no date; write YYYY-MM-DD", place)


def _is_date(text: str) -> bool:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
