"""What a fact of a decision says: a path, and the aspect that is settled of it."""

from __future__ import annotations

import pytest
from packages import RELEASES, model_of

from codegen.spec.aspects import ASPECTS, MEANINGS, DecidedFact, Settles, decided_fact, decided_facts, decided_paths
from codegen.spec.ir import SpecText
from codegen.spec.schema import schema_text


@pytest.mark.parametrize(
    ("text", "path", "aspect"),
    [
        ("Title", "Title", None),
        ("Title:length", "Title", Settles.LENGTH),
        ("SendRequest.Title:required", "SendRequest.Title", Settles.REQUIRED),
        ("Kind.urn:post:letter", "Kind.urn:post:letter", None),
        ("Kind.urn:post:letter:listed", "Kind.urn:post:letter", Settles.LISTED),
        ("Title:lenght", "Title:lenght", None),
        (":length", ":length", None),
    ],
)
def test_an_aspect_follows_the_last_colon(text: str, path: str, aspect: Settles | None) -> None:
    assert decided_fact(SpecText(text)) == DecidedFact(path, aspect)


def test_each_aspect_is_that_of_some_fact_and_stands_in_the_schema() -> None:
    assert set(MEANINGS) == set(Settles) == set().union(*ASPECTS.values())
    text = schema_text()
    assert [word for word, meaning in MEANINGS.items() if f"{word}, {meaning}" not in text] == []


@pytest.mark.parametrize("release", RELEASES)
def test_every_fact_of_a_curated_decision_names_its_aspect(release: str) -> None:
    decisions = model_of(release).decisions
    coarse = [(name.raw, one.path) for name in decisions for one in decided_facts(decisions[name]) if not one.aspect]
    assert (len(decisions) > 20, coarse) == (True, [])


def test_a_decision_on_two_aspects_of_a_fact_is_about_one_fact() -> None:
    decision = model_of(RELEASES[-1]).decisions[SpecText("C07")]
    assert len(decided_paths(decision)) * 2 == len(decision.facts) == 10
