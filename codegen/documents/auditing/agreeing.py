"""Do a page and a spec say the same? Words differ between pages, so each aspect has its own answer.

In: the value of a fact, and what a spec states at the same place. Out: yes or no. A page is taken at its word and no
further: boto3's `dict` may be a structure or a map, `integer` a long, and a sentence need not be copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from codegen.documents.facts import Aspect, Fact
from codegen.spec.ir import Json

COUNTED = frozenset(Aspect) - {
    Aspect.ABSENT,
    Aspect.ORDER,
    Aspect.ERRORS,
    Aspect.ELIDED,
    Aspect.SYNTAX_TYPE,
    Aspect.DESCRIPTION,
}
"""What counts as a fact of a page. Prose does not, nor a list of what the page states one by one anyway."""

PROSE = frozenset({Aspect.NAMED_VALUES, Aspect.DEFAULT})
"""What only prose says: worth recording, and no contract."""

Values = Mapping[Aspect, list[Json]]
"""What a spec states at a place: one value per aspect, or several where member and shape differ."""

_TYPES: Mapping[str, frozenset[str]] = {
    "object": frozenset({"structure", "map", "document"}),
    "integer": frozenset({"integer", "long"}),
    "long": frozenset({"integer", "long"}),
    "float": frozenset({"float", "double"}),
    "double": frozenset({"float", "double"}),
}
"""What a type of a page may be in a spec; every other is itself."""

_NUMBERS = frozenset({"integer", "long", "float", "double", "timestamp"})
_SYNTAX: Mapping[str, frozenset[str]] = {
    "string": frozenset({"timestamp", "blob", "document"}),
    **dict.fromkeys(("integer", "long", "float", "double"), _NUMBERS),
    "structure": frozenset({"map", "document"}),
}
"""What else a value may be that a syntax shows so."""


def agrees(fact: Fact, values: Values) -> bool:
    """Say whether a spec that states `values` at the fact's place states the fact."""
    alike = _ALIKE.get(fact.aspect, _equal)
    return any(alike(fact.value, value) for value in values.get(fact.aspect, ())) or _otherwise(fact, values)


def same_type(page: Json, spec: Json) -> bool:
    """`object` is the same type as `structure`; the other way round as well, for two pages may differ so."""
    one, other = str(page), str(spec)
    return one == other or other in _TYPES.get(one, ()) or one in _TYPES.get(other, ())


def same_syntax(page: Json, spec: Json) -> bool:
    """Say whether a syntax that shows the one may mean the other: what it shows in quotes may be a timestamp."""
    return same_type(page, spec) or str(spec) in _SYNTAX.get(str(page), ())


def texts(value: Json) -> frozenset[str]:
    """Give the texts of a list as a set: order carries no meaning on the wire."""
    return frozenset(each for each in value if isinstance(each, str)) if isinstance(value, list) else frozenset()


def _equal(page: Json, spec: Json) -> bool:
    return page == spec and isinstance(page, bool) == isinstance(spec, bool)


def _said(page: Json, spec: Json) -> bool:
    """A sentence of a page has its counterpart in our own words."""
    return bool(page) == bool(spec)


_ALIKE: Mapping[Aspect, Callable[[Json, Json], bool]] = {
    Aspect.TYPE: same_type,
    Aspect.VALUES: lambda page, spec: texts(page) == texts(spec),
    Aspect.UNION: lambda page, spec: texts(page) == texts(spec),
    Aspect.NAMED_VALUES: lambda page, spec: texts(page) <= texts(spec),
    Aspect.SUGGESTED_ACTION: _said,
}


def _otherwise(fact: Fact, values: Values) -> bool:
    """Say whether the spec says the same in other words."""
    match fact.aspect:
        case Aspect.MIN_LENGTH | Aspect.MIN_ITEMS:
            return fact.value == 0 and not values.get(fact.aspect)
        case Aspect.NAMED_VALUES:
            return any(texts(fact.value) <= texts(value) for value in values.get(Aspect.VALUES, ()))
        case Aspect.VALUES:
            return any(texts(fact.value) == texts(value) for value in values.get(Aspect.NAMED_VALUES, ()))
        case Aspect.LISTED:
            return bool(values)
        case Aspect.REQUIRED:
            return fact.value is False and not values.get(Aspect.REQUIRED)
        case Aspect.STATUS:
            return fact.path == "response" and fact.value == 200 and not values.get(Aspect.STATUS)
        case _:
            return False


def additions(added: Json, path: str) -> Iterator[tuple[str, str | None]]:
    """Give what a change feed says was added: members by path, and values of enums with the path of their member.

    `{"ReasonCode": ["Denied"], "Details": {"Id": "string"}}` at `response` gives `("response.ReasonCode", "Denied")`,
    `("response.Details.Id", None)`.
    """
    for name, inner in added.items() if isinstance(added, dict) else ():
        yield from _added(inner, f"{path}.{name}")


def _added(value: Json, path: str) -> Iterator[tuple[str, str | None]]:
    match value:
        case dict() if value:
            yield from additions(value, path)
        case list() if value and all(isinstance(each, str) for each in value):
            yield from ((path, each) for each in value if isinstance(each, str))
        case list() if value:
            yield from (place for each in value for place in _added(each, f"{path}[]"))
        case _:
            yield path, None


def has_additions(fact: Fact, members: Iterable[str], values_at: Callable[[str], frozenset[str]]) -> bool:
    """Say whether all that a page calls added is there."""
    there = frozenset(members)
    return all(
        _reaches(there, path) if value is None else value in values_at(path) or _reaches(there, f"{path}.{value}")
        for path, value in additions(fact.value, fact.path)
    )


def _reaches(members: frozenset[str], path: str) -> bool:
    """Lists need no mark in a change feed: `Contexts.Id` may be `Contexts[].Id`."""
    return path in members or path.replace("[]", "") in {each.replace("[]", "") for each in members}
