"""What several pages of one service say, put together: one tree of places per operation.

In: pages. Out: `Gathered`: the sources, and for each operation its places with every `Claim` on each aspect, those of
the page that tells most in front. Claims of two pages that cannot both hold are a `Conflict`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from codegen.documents.auditing.agreeing import same_type, texts
from codegen.documents.auditing.matching import key_of, place_in, syntactic
from codegen.documents.auditing.verdicts import SETS, listed, shown
from codegen.documents.facts import CONSTRAINTS, Aspect, Fact, Page, PageKind
from codegen.documents.places import all_around
from codegen.spec.ir import Json

_RANK = (PageKind.API_REFERENCE, PageKind.BOTO3, PageKind.API_CHANGES)
"""The reference tells most: its word comes first."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact with its source and the citation that leads to it."""

    source: str
    citation: str
    fact: Fact


Claims = Mapping[Aspect, Sequence[Claim]]


class Tree(dict[str, Claims]):
    """Path -> what is claimed there; a place that only others lead to claims nothing."""

    @cached_property
    def below(self) -> Mapping[str, Sequence[str]]:
        """Path -> the last steps of the paths that lead one member further, in order."""
        found: dict[str, list[str]] = {}
        for path in self:
            parent, dot, name = path.rpartition(".")
            if dot:
                found.setdefault(parent, []).append(name)
        return found


@dataclass(frozen=True, slots=True)
class Gathered:
    sources: Mapping[str, Page]
    operations: Mapping[str, Tree]
    types: Tree
    """Pages about data types: the places `Shape` and `Shape.Member`."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question that sources answer differently: each source's statement."""

    question: str
    statements: Mapping[str, str]


def gather(pages: Sequence[Page]) -> Gathered:
    """Put pages together, the reference pages first, newer before older."""
    ordered = sorted(pages, key=lambda page: page.date or "", reverse=True)
    ordered = sorted(ordered, key=lambda page: _RANK.index(page.kind))
    sources = dict(_named(ordered))
    found: dict[str, tuple[str, dict[str, dict[Aspect, list[Claim]]]]] = {}
    for source, page in sources.items():
        for operation in page.operations:
            found.setdefault(key_of(operation), (operation, {}))
        shown = syntactic(page)
        formal = {
            (fact.operation, fact.path) for fact in page.facts if fact.aspect is Aspect.TYPE and fact not in shown
        }
        for fact in page.facts:
            if fact in shown and (fact.operation, fact.path) in formal:
                continue
            _, tree = found.setdefault(key_of(fact.operation), (fact.operation, {}))
            claim = Claim(source, f"{source}#{place_in(page, fact.operation, fact.path)}:{fact.line}", fact)
            tree.setdefault(fact.path, {}).setdefault(fact.aspect, []).append(claim)
    trees = {name: _with_parents(tree) for name, tree in found.values()}
    types = trees.pop("", Tree())
    return Gathered(sources, trees, types)


def _named(pages: Iterable[Page]) -> Iterator[tuple[str, Page]]:
    """Name each source: `api-createengagement`, `boto3-createengagement`, `changes-2024-11-15`."""
    taken: set[str] = set()
    numbers: dict[str, Iterator[int]] = {}
    for page in pages:
        short = {PageKind.API_REFERENCE: "api", PageKind.BOTO3: "boto3", PageKind.API_CHANGES: "changes"}[page.kind]
        dated = page.date if page.kind is PageKind.API_CHANGES else None
        name = f"{short}-{dated or next((each.lower() for each in page.operations), page.sha256[:8])}"
        if name in taken:
            further = (f"{name}-{number}" for number in numbers.setdefault(name, count(2)))
            name = next(each for each in further if each not in taken)
        taken.add(name)
        yield name, page


def _with_parents(tree: Mapping[str, Claims]) -> Tree:
    found = Tree()
    for path in tree:
        for place in (*reversed(list(all_around(path))), path):
            found.setdefault(place, tree.get(place, {}))
    return found


# ------------------------------------------------------------------------------------------------------------ claims


def first(claims: Claims, aspect: Aspect) -> Json:
    """Give the value of the page that tells most, None where no page says it."""
    found = claims.get(aspect)
    return found[0].fact.value if found else None


def cited(claims: Claims, *aspects: Aspect) -> list[Json]:
    """Give the citations of all that pages say of these aspects as the first of them does."""
    found = (each for aspect in aspects for each in claims.get(aspect, ()) if not _differs(claims[aspect][0], each))
    return list(dict.fromkeys(each.citation for each in found))


def conflicts(claims: Claims, where: str) -> Iterator[Conflict]:
    """Give what pages contradict each other in, at one place."""
    for aspect in _COMPARED:
        found = claims.get(aspect, ())
        if any(_differs(found[0], each) for each in found[1:]):
            says = {each.source: _says(each.fact) for each in reversed(found)}
            yield Conflict(_question(aspect, where), dict(reversed(says.items())))
    yield from _against_prose(claims, where)


def _against_prose(claims: Claims, where: str) -> Iterator[Conflict]:
    """Ask where prose names values beside the valid ones, or a default of what is required."""
    values, named = texts(first(claims, Aspect.VALUES)), texts(first(claims, Aspect.NAMED_VALUES))
    if values and not named <= values:
        yield Conflict(f"Which values has {where}?", _each_says(claims, Aspect.VALUES, Aspect.NAMED_VALUES))
    if first(claims, Aspect.REQUIRED) is True and claims.get(Aspect.DEFAULT):
        question = f"Is {where} required, or has it a default?"
        yield Conflict(question, _each_says(claims, Aspect.REQUIRED, Aspect.DEFAULT))


def _each_says(claims: Claims, *aspects: Aspect) -> Mapping[str, str]:
    found: dict[str, list[str]] = {}
    for aspect in aspects:
        for claim in claims.get(aspect, ()):
            found.setdefault(claim.source, []).append(_says(claim.fact))
    return {source: "; ".join(dict.fromkeys(each)) for source, each in found.items()}


def _question(aspect: Aspect, where: str) -> str:
    if aspect is Aspect.REQUIRED:
        return f"Is {where} required?"
    return f"What are the {SETS[aspect]} of {where}?" if aspect in SETS else f"What is the {aspect.value} of {where}?"


def _says(fact: Fact) -> str:
    """`maxLength 40`, `valid values (2): "A", "B"`."""
    if isinstance(fact.value, list):
        count = len(fact.value)
        return f"{SETS.get(fact.aspect, fact.aspect.value)} ({count}): {listed(fact.value, most=count)}"
    return shown(fact.aspect, fact.value)


def _differs(one: Claim, other: Claim) -> bool:
    return not _ALIKE.get(one.fact.aspect, _equal)(one.fact.value, other.fact.value)


def _equal(one: Json, other: Json) -> bool:
    return one == other


_ALIKE: Mapping[Aspect, Callable[[Json, Json], bool]] = {
    Aspect.TYPE: same_type,
    Aspect.VALUES: lambda one, other: texts(one) == texts(other),
    Aspect.UNION: lambda one, other: texts(one) == texts(other),
    Aspect.NAMED_VALUES: lambda one, other: True,
    Aspect.SUGGESTED_ACTION: lambda one, other: True,
    Aspect.LISTED: lambda one, other: True,
}
_COMPARED = (
    Aspect.TYPE,
    Aspect.TARGET,
    Aspect.REQUIRED,
    *CONSTRAINTS,
    Aspect.VALUES,
    Aspect.UNION,
    Aspect.TIMESTAMP_FORMAT,
)


def listing_conflicts(tree: Tree, path: str, what: str) -> Mapping[str, Conflict]:
    """Give, for members or errors below `path` that only some of the pages list, who lists them and who does not."""
    lists: dict[str, frozenset[str]] = {}
    for aspect in (Aspect.ORDER, Aspect.ERRORS):
        for claim in tree.get(path, {}).get(aspect, ()):
            lists[claim.source] = lists.get(claim.source, frozenset()) | texts(claim.fact.value)
    elided = {claim.source for claim in tree.get(path, {}).get(Aspect.ELIDED, ())}
    names = dict.fromkeys(name for each in lists.values() for name in sorted(each))
    return {
        name: Conflict(f"Is {name} {what}?", {source: _lists(name in each) for source, each in lists.items()})
        for name in names
        if any(name not in each for source, each in lists.items() if source not in elided)
    }


def _lists(there: bool) -> str:
    return "It is listed." if there else "It is not listed, others are."
