"""A verdict on each fact of a page.

In: a fact, and the spec beside its page. Out: `Judged`, with a finding where the spec says otherwise, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from codegen.diagnostics import Diagnostic, Level, Place
from codegen.documents.auditing.agreeing import COUNTED, PROSE, Values, agrees, has_additions, same_syntax, texts
from codegen.documents.auditing.settling import settled, unsettling
from codegen.documents.auditing.sides import Index, Side
from codegen.documents.auditing.verdicts import SETS, Judged, Verdict, differing, shown, where
from codegen.documents.facts import Aspect, Fact
from codegen.documents.places import around
from codegen.documents.stated import Stated
from codegen.spec.ir import Json, SpecText


def judge(side: Side, fact: Fact) -> Judged:
    """Judge one fact; what does not count as one is agreed."""
    index = side.index(fact.operation)
    if fact.aspect not in COUNTED:
        return Judged(fact, Verdict.AGREED)
    if index is None:
        return Judged(fact, Verdict.MISSING)
    here = _of_source(side, index.get(fact.path, ()))
    others = [one for one in here if one.aspect is fact.aspect]
    if _agreed(side, fact, index, here):
        return _ordered(side, fact, others)
    whole = () if here else _nearest(index, fact.path)
    if decision := settled(side, fact.aspect, others or here, whole):
        return Judged(fact, Verdict.SETTLED, decision=decision)
    verdict = Verdict.CONTRADICTED if others else Verdict.MISSING
    return Judged(fact, verdict, _finding(side, fact, verdict, others or here, whole))


def _ordered(side: Side, fact: Fact, others: Sequence[Stated]) -> Judged:
    """Judge the order of values that agree: it carries no meaning on the wire, so another one is but a warning."""
    if fact.aspect is not Aspect.VALUES or not others or any(one.value == fact.value for one in others):
        return Judged(fact, Verdict.AGREED)
    if decision := settled(side, fact.aspect, others):
        return Judged(fact, Verdict.SETTLED, decision=decision)
    message = f"{where(fact.operation, fact.path)}: {side.title} has the same values in another order"
    notes = (side.note(fact.line), *unsettling(side, fact.aspect, others))
    return Judged(fact, Verdict.AGREED, Diagnostic("other-order", message, others[0].place, Level.WARNING, notes))


def _agreed(side: Side, fact: Fact, index: Index, here: Sequence[Stated]) -> bool:
    if fact.aspect is Aspect.ADDED:
        return has_additions(fact, index, lambda path: _values_at(index, path))
    values = _values(here)
    if fact.aspect is Aspect.TYPE and fact in side.shown:
        return any(same_syntax(fact.value, value) for value in values.get(Aspect.TYPE, ()))
    return agrees(fact, values)


def _of_source(side: Side, here: Sequence[Stated]) -> Sequence[Stated]:
    """Leave out statuses that the spec has from other sources, if it has one from this."""
    statuses = [one for one in here if one.aspect is Aspect.STATUS]
    own = [one for one in statuses if _cites(one, side.source)]
    return [one for one in here if one in own or one not in statuses] if own else here


def _values(here: Sequence[Stated]) -> Values:
    found: dict[Aspect, list[Json]] = {}
    for one in here:
        found.setdefault(one.aspect, []).append(one.value)
    return found


def _cites(one: Stated, source: SpecText | None) -> bool:
    return any(citation.source == source for citation in one.citations)


def _values_at(index: Index, path: str) -> frozenset[str]:
    aspects = (Aspect.VALUES, Aspect.NAMED_VALUES, Aspect.UNION)
    return frozenset(each for one in index.get(path, ()) if one.aspect in aspects for each in texts(one.value))


def _nearest(index: Index, path: str) -> Sequence[Stated]:
    """Give what stands at the nearest place around a path, in the end the operation's own."""
    while path and path not in index:
        path = around(path)
    return index.get(path, ())[:1]


def _finding(
    side: Side, fact: Fact, verdict: Verdict, here: Sequence[Stated], whole: Sequence[Stated]
) -> Diagnostic | None:
    """Tell it once: of a member that the spec lacks, not what it would say of it."""
    index = side.index(fact.operation) or {}
    if fact.path not in index and (fact.aspect is not Aspect.LISTED or around(fact.path) not in index):
        return None
    level = Level.WARNING if fact.aspect in PROSE else Level.ERROR
    rule = "contradiction" if verdict is Verdict.CONTRADICTED else "missing-fact"
    notes = (side.note(fact.line), *unsettling(side, fact.aspect, here, whole))
    return Diagnostic(rule, _message(side, fact, here), _place(here or whole), level, notes)


def _place(here: Sequence[Stated]) -> Place | None:
    return here[0].place if here else None


def _message(side: Side, fact: Fact, here: Sequence[Stated]) -> str:
    same = [one for one in here if one.aspect is fact.aspect and one.path == fact.path]
    at = where(fact.operation, fact.path)
    if fact.aspect is Aspect.LISTED:
        what = "error" if fact.path.startswith("errors.") else "member"
        return f"{at}: {side.title} lists this {what}, the spec does not have it"
    if not same:
        return f"{at}: {side.title} states {shown(fact.aspect, fact.value)}, the spec does not"
    if isinstance(fact.value, list):
        what = SETS.get(fact.aspect, fact.aspect.value)
        return f"{at}: {what} differ: {differing(side.title, fact.value, same[0].value)}"
    ours = " and ".join(dict.fromkeys(shown(one.aspect, one.value) for one in same))
    return f"{at}: the spec states {ours}, {side.title} {shown(fact.aspect, fact.value)}"
