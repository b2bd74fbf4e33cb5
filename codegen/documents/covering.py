"""Which decisions of a spec cover a place, and what they settle there.

In: a model. Out: `Decided`, which gives the `Cover`s of a place. A decision covers what its facts name; one that names
the aspect of any fact covers no more than its facts say, others also the entries that name them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codegen.spec import ir
from codegen.spec.aspects import Settles, decided_facts


@dataclass(frozen=True, slots=True)
class Cover:
    """A decision that covers a place; `aspect` is what it settles there, None where it settles whatever differs."""

    decision: str
    aspect: Settles | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What decisions cover, by what their facts name; `exact` are those that name an aspect of any fact."""

    facts: Mapping[str, tuple[Cover, ...]]
    exact: frozenset[str]

    def covers(self, own: Iterable[str], names: Iterable[str]) -> tuple[Cover, ...]:
        """Give what covers an entry that names the decisions `own`, and that facts call by one of `names`."""
        whole = (Cover(each) for each in own if each not in self.exact)
        named = (cover for each in names for cover in self.facts.get(each, ()))
        return tuple(dict.fromkeys((*whole, *named)))


def decided(model: ir.Model) -> Decided:
    """Read the facts of all decisions."""
    found: dict[str, tuple[Cover, ...]] = {}
    exact: set[str] = set()
    for name, decision in model.decisions.items():
        for fact in decided_facts(decision):
            found[fact.path] = (*found.get(fact.path, ()), Cover(name.raw, fact.aspect))
            exact |= {name.raw} if fact.aspect else set()
    return Decided(found, frozenset(exact))
