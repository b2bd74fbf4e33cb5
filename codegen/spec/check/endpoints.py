"""Endpoint rules: whether clients can evaluate them.

They are kept as AWS writes them, which is why they are judged here and not where they are read. A client of rules that
it cannot evaluate has no endpoint of its own, so that what is found is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from codegen.diagnostics import Place, quoted
from codegen.spec import ir
from codegen.spec.check.walk import Finding
from codegen.spec.check.wire import HEADER
from codegen.spec.ir import Json
from codegen.spec.wording import words

TYPES = ("string", "boolean", "stringarray")
FUNCTIONS = (
    *("isSet", "not", "getAttr", "stringEquals", "booleanEquals", "substring", "split", "uriEncode", "coalesce", "ite"),
    *("isValidHostLabel", "parseURL", "aws.partition", "aws.parseArn", "aws.isVirtualHostableS3Bucket"),
)
"""What the runtime of generated packages knows."""

SCHEMES = ("sigv4", "sigv4a", "sigv4-s3express")
"""Ways to sign that endpoint rules name; clients know the first."""

Keys = tuple[str | int, ...]
Fault = tuple[Keys, str]
"""Where in the rules, and what is wrong there."""
Scope = frozenset[str]
"""Names that have a value: parameters, and what conditions assign."""


def find_unsupported_rules(model: ir.Model) -> Iterator[Finding]:
    for keys, message in faults_of(model.endpoint_rules):
        place = Place(model.service.at.file, ("endpoints", *keys))
        yield Finding(f"{message}: clients have to be told an endpoint URL", place)
    for keys, name in _unknown_schemes(model.endpoint_rules, ()):
        message = f"{quoted(name)} is no way to sign that is known, which are {words(SCHEMES)}: clients pass it over"
        yield Finding(message, Place(model.service.at.file, ("endpoints", *keys)))


def faults_of(rules: Json) -> Iterator[Fault]:
    """Walk what keeps a rule set from being evaluated; nothing where there is none."""
    if rules is None:
        return
    parameters = rules.get("parameters", {}) if isinstance(rules, dict) else None
    if not isinstance(rules, dict) or not isinstance(parameters, dict):
        yield (), "endpoint rules are an object with parameters and rules"
        return
    yield from _parameters(parameters)
    yield from _rules(rules.get("rules"), ("rules",), frozenset(parameters))


def _parameters(parameters: dict[str, Json]) -> Iterator[Fault]:
    for name, entry in parameters.items():
        kind = entry.get("type") if isinstance(entry, dict) else None
        if not isinstance(kind, str) or kind.lower() not in TYPES:
            yield ("parameters", name), f"the type of the endpoint parameter {quoted(name)} is none of {words(TYPES)}"


# --------------------------------------------------------------------------------------------------------------- rules


def _rules(rules: Json, at: Keys, scope: Scope) -> Iterator[Fault]:
    if not isinstance(rules, list):
        yield at, "expected a list of endpoint rules"
        return
    for index, rule in enumerate(rules):
        yield from _rule(rule if isinstance(rule, dict) else {}, (*at, index), scope)


def _rule(rule: dict[str, Json], at: Keys, scope: Scope) -> Iterator[Fault]:
    conditions = rule.get("conditions")
    if isinstance(conditions, list):
        scope = scope.union(_assigned(conditions))
        for index, condition in enumerate(conditions):
            yield from _call(condition, (*at, "conditions", index), scope)
    else:
        yield at, "an endpoint rule has a list of conditions"
    match rule.get("type"), rule.get("endpoint"):
        case "tree", _:
            yield from _rules(rule.get("rules"), (*at, "rules"), scope)
        case "endpoint", dict() as endpoint if "url" in endpoint:
            yield from _endpoint(endpoint, (*at, "endpoint"), scope)
        case "error", _ if "error" in rule:
            yield from _argument(rule["error"], (*at, "error"), scope)
        case _:
            yield at, "an endpoint rule is a tree with rules, an endpoint with a URL or an error"


def _assigned(conditions: Iterable[Json]) -> Iterator[str]:
    for condition in conditions:
        name = condition.get("assign") if isinstance(condition, dict) else None
        if isinstance(name, str):
            yield name


def _call(call: Json, at: Keys, scope: Scope) -> Iterator[Fault]:
    match call:
        case {"fn": str(name), "argv": list(arguments)} if name in FUNCTIONS:
            for index, argument in enumerate(arguments):
                yield from _argument(argument, (*at, "argv", index), scope)
        case {"fn": str(name), "argv": list()}:
            yield (*at, "fn"), f"the endpoint rules call {quoted(name)}, which clients do not know"
        case _:
            yield at, "a condition is a function and its arguments"


def _argument(argument: Json, at: Keys, scope: Scope) -> Iterator[Fault]:
    match argument:
        case str():
            yield from _template(argument, at, scope)
        case {"ref": name}:
            if not isinstance(name, str) or name not in scope:
                yield (*at, "ref"), f"{_shown(name)} is no parameter, and no condition assigns it"
        case dict():
            yield from _call(argument, at, scope)
        case _:
            return


def _shown(name: Json) -> str:
    return quoted(name) if isinstance(name, str) else "this"


_PIECE = re.compile(r"\{\{|\}\}|\{(\w+)(?:#[^{}]+)?\}|([{}])|[^{}]+")
"""A brace that is written twice, a name with what is asked of it, a stray brace, or plain text."""


def _template(text: str, at: Keys, scope: Scope) -> Iterator[Fault]:
    """Judge `https://{Bucket}.s3.{partition#dnsSuffix}`."""
    for name, stray in _PIECE.findall(text):
        if stray:
            yield at, f"the template {quoted(text)} has a brace that belongs to no name"
        elif name and name not in scope:
            yield at, f"{quoted(name)} in a template is no parameter, and no condition assigns it"


# ----------------------------------------------------------------------------------------------------------- endpoints


def _endpoint(endpoint: dict[str, Json], at: Keys, scope: Scope) -> Iterator[Fault]:
    if not isinstance(endpoint["url"], str | dict):
        yield (*at, "url"), "the URL of an endpoint is a string, a reference or a call"
    yield from _argument(endpoint["url"], (*at, "url"), scope)
    yield from _headers(endpoint.get("headers", {}), (*at, "headers"), scope)
    properties, where = endpoint.get("properties", {}), (*at, "properties")
    if not isinstance(properties, dict):
        yield where, "the properties of an endpoint are an object"
        return
    yield from _texts(properties, where, scope)
    yield from _schemes(properties.get("authSchemes", []), (*where, "authSchemes"))


def _headers(headers: Json, at: Keys, scope: Scope) -> Iterator[Fault]:
    if not isinstance(headers, dict):
        yield at, "the headers of an endpoint are an object"
        return
    for name, values in headers.items():
        if not HEADER.fullmatch(name):
            yield (*at, name), f"{quoted(name)} cannot be the name of a header"
        if not isinstance(values, list) or not all(isinstance(value, str | dict) for value in values):
            yield (*at, name), f"the header {quoted(name)} of an endpoint is a list of strings, references or calls"
            continue
        for index, value in enumerate(values):
            yield from _argument(value, (*at, name, index), scope)


def _texts(value: Json, at: Keys, scope: Scope) -> Iterator[Fault]:
    """Judge the templates of properties, however deep."""
    match value:
        case str():
            yield from _template(value, at, scope)
        case dict():
            yield from chain.from_iterable(_texts(each, (*at, key), scope) for key, each in value.items())
        case list():
            yield from chain.from_iterable(_texts(each, (*at, index), scope) for index, each in enumerate(value))
        case _:
            return


_SCHEME_KEYS: Mapping[str, tuple[type, str]] = {
    "name": (str, "a string"),
    "signingName": (str, "a string"),
    "signingRegion": (str, "a string"),
    "signingRegionSet": (list, "a list"),
    "disableDoubleEncoding": (bool, "true or false"),
}


def _schemes(schemes: Json, at: Keys) -> Iterator[Fault]:
    if not isinstance(schemes, list):
        yield at, "the authSchemes of an endpoint are a list"
        return
    for index, scheme in enumerate(schemes):
        if not isinstance(scheme, dict) or "name" not in scheme:
            yield (*at, index), "an auth scheme is an object with a name"
            continue
        for key, (kind, said) in _SCHEME_KEYS.items():
            if key in scheme and not isinstance(scheme[key], kind):
                yield (*at, index, key), f"{quoted(key)} of an auth scheme is {said}"


def _unknown_schemes(value: Json, at: Keys) -> Iterator[tuple[Keys, str]]:
    """Find the names of auth schemes that no client knows, wherever endpoints stand."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _unknown_schemes(each, (*at, index))
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        if key == "authSchemes" and isinstance(each, list):
            yield from _unknown_names(each, (*at, key))
        else:
            yield from _unknown_schemes(each, (*at, key))


def _unknown_names(schemes: Iterable[Json], at: Keys) -> Iterator[tuple[Keys, str]]:
    """`aws.auth#sigv4` is `sigv4`."""
    for index, scheme in enumerate(schemes):
        name = scheme.get("name") if isinstance(scheme, dict) else None
        if isinstance(name, str) and name.rpartition("#")[2] not in SCHEMES:
            yield (*at, index, "name"), name
