"""A model's endpoint rules -> what `endpoints.py` of the package prints; None where there are none, or none we can use.

Rules are printed as JSON in string literals, a line for each rule: JSON is read faster than Python of that size, and
only when a client is made. What nobody evaluates, AWS's prose, is left out. Of an operation is printed which parameters
its requests set, as far as some rule looks at them: what none looks at need not tell one call from another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from codegen.spec import ir
from codegen.spec.check.endpoints import faults_of
from codegen.spec.ir import Json, SpecText

_Entry: TypeAlias = Mapping[str, Json]
_Value: TypeAlias = "SpecText | str | bool | int | float | tuple[_Value, ...] | None"
_STATIC = ("staticContextParams", "smithy.rules#staticContextParams")
_PATHS = ("operationContextParams", "smithy.rules#operationContextParams")
_PROSE = ("documentation", "deprecated")


@dataclass(frozen=True, slots=True)
class ContextView:
    """What an operation's requests set: of each parameter its name, `static`, `member` or `path`, and what that is."""

    operation: SpecText
    parameters: tuple[tuple[_Value, ...], ...]


@dataclass(frozen=True, slots=True)
class EndpointsView:
    """The rules, a line of JSON each, and the operations whose requests they look at."""

    lines: tuple[SpecText, ...]
    operations: tuple[ContextView, ...]

    @property
    def paths(self) -> tuple[SpecText, ...]:
        """The expressions that requests are searched with."""
        parameters = [parameter for one in self.operations for parameter in one.parameters if parameter[1] == "path"]
        return tuple(value for _, _, value in parameters if isinstance(value, SpecText))


def view_endpoints(model: ir.Model, called: Iterable[SpecText]) -> EndpointsView | None:
    """View the rules. called: the operations that a client has."""
    rules = model.endpoint_rules
    if not isinstance(rules, dict) or any(faults_of(rules)):
        return None
    names = frozenset(_looked_at(rules.get("rules")))
    found = ((name, tuple(_set_by(model.operations[name], model, names))) for name in called)
    views = tuple(ContextView(name, parameters) for name, parameters in found if parameters)
    return EndpointsView(tuple(SpecText(line) for line in _lines(rules)), views)


# --------------------------------------------------------------------------------------------------------------- rules


def _lines(rules: _Entry) -> Iterator[str]:
    """Write a rule set: a line for its parameters, one for each rule, and one that ends a tree."""
    parameters = {name: _without_prose(entry) for name, entry in _entry(rules.get("parameters")).items()}
    yield f'{{"parameters":{_dumped(parameters)},"rules":['
    yield from _rules(rules.get("rules"))
    yield "]}"


def _rules(rules: Json) -> Iterator[str]:
    listed = rules if isinstance(rules, list) else []
    for number, rule in enumerate(listed, 1):
        comma = "," if number < len(listed) else ""
        entry = _without_prose(rule)
        if "rules" not in entry:
            yield _dumped(entry) + comma
            continue
        head = {key: value for key, value in entry.items() if key != "rules"}
        yield _dumped(head)[:-1] + ',"rules":['
        yield from _rules(entry["rules"])
        yield "]}" + comma


def _without_prose(value: Json) -> _Entry:
    return {key: item for key, item in _entry(value).items() if key not in _PROSE}


def _entry(value: Json) -> _Entry:
    return value if isinstance(value, dict) else {}


def _dumped(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _looked_at(value: Json) -> Iterator[str]:
    """Walk the names that rules refer to, be it in a template: `{Region}`, `{url#scheme}`."""
    match value:
        case dict():
            reference = value.get("ref")
            yield from [reference] if isinstance(reference, str) else []
            for item in value.values():
                yield from _looked_at(item)
        case list():
            for item in value:
                yield from _looked_at(item)
        case str():
            yield from (piece.partition("}")[0].partition("#")[0] for piece in value.split("{")[1:])
        case _:
            return


# ---------------------------------------------------------------------------------------------------------- operations


def _set_by(operation: ir.Operation, model: ir.Model, names: frozenset[str]) -> Iterator[tuple[_Value, ...]]:
    """Walk the parameters that an operation's requests set; of several ways for one, the first that AWS tries."""
    found: dict[str, tuple[_Value, ...]] = {}
    for name, kind, value in (*_static(operation), *_members(operation, model), *_paths(operation)):
        if name in names:
            found.setdefault(name, (SpecText(name), kind, value))
    yield from found.values()


def _static(operation: ir.Operation) -> Iterator[tuple[str, str, _Value]]:
    for name, entry in _said(operation, _STATIC).items():
        yield name, "static", _value(_entry(entry).get("value"))


def _members(operation: ir.Operation, model: ir.Model) -> Iterator[tuple[str, str, _Value]]:
    for member in ir.members_of(model.shapes[operation.input]) if operation.input is not None else ():
        if member.context_param is not None:
            yield member.context_param.raw, "member", member.wire


def _paths(operation: ir.Operation) -> Iterator[tuple[str, str, _Value]]:
    for name, entry in _said(operation, _PATHS).items():
        yield name, "path", _value(_entry(entry).get("path"))


def _said(operation: ir.Operation, traits: tuple[str, ...]) -> _Entry:
    """Read a trait, which the importers keep as it is."""
    return next((_entry(value) for name, value in operation.traits.items() if name.raw in traits), _entry(None))


def _value(value: Json) -> _Value:
    match value:
        case str():
            return SpecText(value)
        case list():
            return tuple(_value(item) for item in value)
        case bool() | int() | float():
            return value
        case _:
            return None
