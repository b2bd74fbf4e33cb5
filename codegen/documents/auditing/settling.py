"""Which decision settles what a page says otherwise than the spec.

In: a page beside the spec, and what the spec states where they differ. Out: the decision's name, or why there is none.

A decision settles what it has heard this source on, once it is taken, and only in the page that it heard. One whose
facts name aspects settles those aspects and no other, and nothing that the spec cites this very page for: what rests on
a page cannot be other than the page has it. A bound or a pattern that no aspect covers names its decision itself; of
statuses the spec has one per source, so there is nothing to decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from codegen.diagnostics import Note, quoted
from codegen.documents.auditing.agreeing import PROSE
from codegen.documents.auditing.sides import Side
from codegen.documents.covering import Cover
from codegen.documents.facts import CONSTRAINTS, Aspect
from codegen.documents.stated import Stated
from codegen.spec import ir
from codegen.spec.aspects import Settles, decided_facts
from codegen.spec.ir import SpecText

UNDECIDABLE = frozenset({Aspect.STATUS, Aspect.SUGGESTED_ACTION})

_BY_ASPECT: Mapping[Aspect, Settles] = {
    Aspect.LISTED: Settles.LISTED,
    Aspect.ABSENT: Settles.LISTED,
    Aspect.ADDED: Settles.MEMBERS,
    Aspect.UNION: Settles.MEMBERS,
    Aspect.TYPE: Settles.TYPE,
    Aspect.TARGET: Settles.TYPE,
    Aspect.REQUIRED: Settles.REQUIRED,
    Aspect.MIN_LENGTH: Settles.LENGTH,
    Aspect.MAX_LENGTH: Settles.LENGTH,
    Aspect.MIN_ITEMS: Settles.LENGTH,
    Aspect.MAX_ITEMS: Settles.LENGTH,
    Aspect.MIN_VALUE: Settles.RANGE,
    Aspect.MAX_VALUE: Settles.RANGE,
    Aspect.PATTERN: Settles.PATTERN,
    Aspect.VALUES: Settles.VALUES,
    Aspect.NAMED_VALUES: Settles.KNOWN_VALUES,
    Aspect.DEFAULT: Settles.DEFAULT,
    Aspect.IDEMPOTENCY_TOKEN: Settles.IDEMPOTENCY_TOKEN,
    Aspect.TIMESTAMP_FORMAT: Settles.TIMESTAMP_FORMAT,
    Aspect.ERRORS: Settles.ERRORS,
}
"""The aspect of a decision that settles each aspect of a page; what is not here nothing settles."""

_OF_WHOLE = frozenset({Settles.MEMBERS, Settles.ERRORS})
"""What a decision about a whole settles of its parts: which there are."""


def settled(side: Side, aspect: Aspect, here: Sequence[Stated], around: Sequence[Stated] = ()) -> str | None:
    """Name the decision that settles a difference in what is stated `here`, or `around` it where nothing is."""
    if side.changed or aspect in UNDECIDABLE:
        return None
    resting = _rests(side, aspect, here, around)
    for cover in _covers(aspect, here, around):
        decision = side.model.decisions.get(SpecText(cover.decision))
        if decision and decision.decided and _heard(side, decision) and not (cover.aspect and resting):
            return cover.decision
    return None


def _heard(side: Side, decision: ir.Decision) -> bool:
    return any(each.source == side.source for each in decision.statements)


def _covers(aspect: Aspect, here: Iterable[Stated], around: Iterable[Stated]) -> Iterator[Cover]:
    """Give what covers this aspect of a place, or the whole that the place is part of."""
    for one in here:
        for cover in one.decisions:
            if cover.aspect is None and aspect in CONSTRAINTS:
                if one.aspect is aspect and one.decision == cover.decision:
                    yield cover
            elif cover.aspect in (None, _BY_ASPECT.get(aspect)):
                yield cover
    for one in around:
        for cover in one.decisions:
            if cover.aspect in _OF_WHOLE or (cover.aspect is None and aspect is not Aspect.ABSENT):
                yield cover


def _rests(side: Side, aspect: Aspect, here: Sequence[Stated], around: Sequence[Stated]) -> bool:
    """Say whether the spec cites the page for what it says otherwise.

    What it does not say at all it would cite with what is around, but for what only prose says.
    """
    same = [one for one in here if one.aspect is aspect]
    nearby = () if aspect in PROSE else here or around
    return any(
        citation.source == side.source and citation.place is not None
        for one in same or nearby
        for citation in one.citations
    )


def unsettling(side: Side, aspect: Aspect, here: Sequence[Stated], around: Sequence[Stated] = ()) -> Iterator[Note]:
    """Say of the decisions that cover the place why they settle nothing."""
    resting = _rests(side, aspect, here, around)
    for cover in dict.fromkeys(_covers(aspect, here, around)):
        decision = side.model.decisions.get(SpecText(cover.decision))
        if decision is None:
            continue
        name = quoted(cover.decision)
        if not decision.decided:
            yield Note(f"decision {name} is not taken yet", decision.at.key())
        elif side.changed and _heard(side, decision):
            yield Note(f"decision {name} was taken before the document changed", decision.at.key())
        elif cover.aspect and resting and _heard(side, decision):
            yield Note(f"decision {name} does not settle what the spec cites {side.title} for", decision.at.key())


def coarse(model: ir.Model, sources: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Give the decisions that have heard one of the sources, and the facts of which they settle whatever differs."""
    heard = {
        name.raw: tuple(fact.path for fact in decided_facts(decision) if fact.aspect is None)
        for name, decision in model.decisions.items()
        if decision.decided and any(each.source.raw in sources for each in decision.statements)
    }
    return {name: facts for name, facts in heard.items() if facts}
