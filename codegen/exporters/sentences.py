"""A model without the sentences of those who wrote it; facts remain.

In: a model. Out: the same without what only a reader needs and no field of documentation holds: titles of examples,
comments on their values, descriptions that are traits; `without_docs` leaves documentation out, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.parse import parse_model
from codegen.spec.source import Source
from codegen.spec.write import write_model

_SENTENCES = frozenset(("comments", "aws.iam#actionPermissionDescription"))
"""Traits that are prose as a whole."""


def without_sentences(model: ir.Model) -> ir.Model:
    """Leave sentences out: an example is called `CreateQueue 1`, the first of its operation."""
    operations = {name: replace(each, traits=_facts(each.traits)) for name, each in model.operations.items()}
    return replace(model, operations=operations, examples=tuple(_numbered(model.examples)))


def without_docs(model: ir.Model) -> ir.Model:
    """Leave documentation out as well."""
    return parse_model((Source("", str, write_model(without_sentences(model), docs=False)),))


def _numbered(examples: Iterable[ir.Example]) -> Iterator[ir.Example]:
    seen = Counter[str]()
    for example in examples:
        name = example.operation.raw
        seen[name] += 1
        title = SpecText(f"{name} {seen[name]}")
        yield replace(example, title=title, documentation=None, traits=_facts(example.traits))


def _facts(traits: Mapping[SpecText, Json]) -> Mapping[SpecText, Json]:
    if not any(name.raw in _SENTENCES for name in traits):
        return traits
    return {name: value for name, value in traits.items() if name.raw not in _SENTENCES}
