"""An endpoint rule set and the values of its parameters -> where requests go.

The rule set is JSON as AWS publishes it (`endpoint-rule-set-1`): `parameters`, and `rules` that are tried in order. A
rule fits when each of its conditions, a call of a function, gives something else than nothing and false; what a
condition assigns holds for the conditions after it and the rules below. The first rule that fits, trees aside, decides.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, cast

from .endpoint_functions import FUNCTIONS, get_attr
from .errors import ConfigurationError

Scope = Mapping[str, Any]
_PIECE = re.compile(r"\{\{|\}\}|\{(\w+)(?:#([^{}]+))?\}|[^{}]+|.", re.DOTALL)
_TYPES: Mapping[str, type | tuple[type, ...]] = {"string": str, "boolean": bool, "stringarray": (list, tuple)}


class Resolved(NamedTuple):
    """What the rules gave: a URL, headers, and properties such as `authSchemes`."""

    url: str
    headers: Mapping[str, tuple[str, ...]]
    properties: Mapping[str, Any]


def resolve(rules: Mapping[str, Any], values: Mapping[str, Any]) -> Resolved:
    """Evaluate a rule set. Raises ConfigurationError with the text of the rule that refuses these values.

    values: by parameter; what the rule set does not know is passed over, None is unset.
    """
    found = _first(rules["rules"], _bound(rules["parameters"], values))
    if found is None:
        raise ConfigurationError(f"the endpoint rules have no endpoint for {_shown(rules['parameters'], values)}")
    return found


def _bound(parameters: Mapping[str, Any], values: Mapping[str, Any]) -> Scope:
    """Give every parameter that has a value or a default."""
    scope: dict[str, Any] = {}
    for name, parameter in parameters.items():
        value = values.get(name)
        value = parameter.get("default") if value is None else value
        if value is None and parameter.get("required"):
            raise ConfigurationError(f"the endpoint rules need a value for {name}")
        if value is not None:
            if not isinstance(value, _TYPES[parameter["type"].lower()]):
                raise ConfigurationError(f"the endpoint rules take {name} as a {parameter['type']}")
            scope[name] = value
    return scope


def _shown(parameters: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {values[name]!r}" for name in parameters if values.get(name) is not None)


# --------------------------------------------------------------------------------------------------------------- rules


def _first(rules: list[Mapping[str, Any]], scope: Scope) -> Resolved | None:
    for rule in rules:
        inner = _fitting(rule["conditions"], scope)
        found = None if inner is None else _concluded(rule, inner)
        if found is not None:
            return found
    return None


def _fitting(conditions: list[Mapping[str, Any]], scope: Scope) -> Scope | None:
    """Give the scope with what the conditions assign; None where one fails."""
    for condition in conditions:
        value = _called(condition, scope)
        if value is None or value is False:
            return None
        if "assign" in condition:
            scope = {**scope, condition["assign"]: value}
    return scope


def _concluded(rule: Mapping[str, Any], scope: Scope) -> Resolved | None:
    if rule["type"] == "tree":
        return _first(rule["rules"], scope)
    if rule["type"] == "error":
        raise ConfigurationError(str(_value(rule["error"], scope)))
    endpoint = rule["endpoint"]
    headers = {
        name: tuple(str(_value(value, scope)) for value in values)
        for name, values in endpoint.get("headers", {}).items()
    }
    return Resolved(str(_value(endpoint["url"], scope)), headers, _filled(endpoint.get("properties", {}), scope))


# -------------------------------------------------------------------------------------------------------------- values


def _called(call: Mapping[str, Any], scope: Scope) -> Any:
    function = FUNCTIONS.get(call["fn"])
    if function is None:
        raise ConfigurationError(f"the endpoint rules call {call['fn']}, which is not known here")
    arguments = [_value(argument, scope) for argument in call["argv"]]
    try:
        return function(*arguments)
    except (AttributeError, TypeError):  # a value that is not set, or of another type
        raise ConfigurationError(f"the endpoint rules call {call['fn']} with what it does not take") from None


def _value(argument: Any, scope: Scope) -> Any:
    """Give what an argument stands for: a reference, a call, a template, or itself."""
    if isinstance(argument, str):
        return _text(argument, scope) if "{" in argument or "}" in argument else argument
    if not isinstance(argument, Mapping):
        return argument
    term = cast("Mapping[str, Any]", argument)
    return scope.get(term["ref"]) if "ref" in term else _called(term, scope)


def _filled(value: Any, scope: Scope) -> Any:
    """Fill in the templates of properties, however deep."""
    if isinstance(value, Mapping):
        return {key: _filled(item, scope) for key, item in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list):
        return [_filled(item, scope) for item in cast("list[object]", value)]
    return _value(value, scope)


def _text(template: str, scope: Scope) -> str:
    """Fill in a template: `https://{Bucket}.s3.{partition#dnsSuffix}`."""
    return "".join(_printed(template, scope))


def _printed(template: str, scope: Scope) -> Iterator[str]:
    for literal, name, path in _pieces(template):
        value = scope.get(name) if name else literal
        value = get_attr(value, path) if path else value
        if value is None:
            raise ConfigurationError(f"the endpoint rules have no value for {name}")
        yield str(value)


@lru_cache(maxsize=256)
def _pieces(template: str) -> tuple[tuple[str, str, str], ...]:
    """Take a template to pieces: a literal, or a name and the path of what is asked of it; `{{` is a brace."""
    found = _PIECE.finditer(template)
    return tuple(
        ("", one[1], one[2] or "") if one[1] else (one[0][:1] if one[0] in ("{{", "}}") else one[0], "", "")
        for one in found
    )
