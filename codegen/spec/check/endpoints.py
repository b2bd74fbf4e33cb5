"""Endpoint rules: whether clients can evaluate them.

They are kept as AWS writes them, which is why they are judged here and not where they are read. A client of rules that
it cannot evaluate has no endpoint of its own, so that what is found is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diagnostics import Place, quoted
from codegen.spec import ir
from codegen.spec.check.walk import Finding
from codegen.spec.cursor import words
from codegen.spec.ir import Json

TYPES = ("string", "boolean", "stringarray")
FUNCTIONS = (
    *("isSet", "not", "getAttr", "stringEquals", "booleanEquals", "substring", "split", "uriEncode", "coalesce", "ite"),
    *("isValidHostLabel", "parseURL", "aws.partition", "aws.parseArn", "aws.isVirtualHostableS3Bucket"),
)
"""What the runtime of generated packages knows."""

Fault = tuple[tuple[str | int, ...], str]
"""Where in the rules, and what is wrong there."""


def find_unsupported_rules(model: ir.Model) -> Iterator[Finding]:
    for keys, message in faults_of(model.endpoint_rules):
        place = Place(model.service.at.file, ("endpoints", *keys))
        yield Finding(f"{message}: clients have to be told an endpoint URL", place)


def faults_of(rules: Json) -> Iterator[Fault]:
    """Walk what keeps a rule set from being evaluated; nothing where there is none."""
    if rules is None:
        return
    parameters = rules.get("parameters", {}) if isinstance(rules, dict) else None
    if not isinstance(rules, dict) or not isinstance(parameters, dict):
        yield (), "endpoint rules are an object with parameters and rules"
        return
    yield from _parameters(parameters)
    yield from _rules(rules.get("rules"), ("rules",))


def _parameters(parameters: dict[str, Json]) -> Iterator[Fault]:
    for name, entry in parameters.items():
        kind = entry.get("type") if isinstance(entry, dict) else None
        if not isinstance(kind, str) or kind.lower() not in TYPES:
            yield ("parameters", name), f"the type of the endpoint parameter {quoted(name)} is none of {words(TYPES)}"


def _rules(rules: Json, at: tuple[str | int, ...]) -> Iterator[Fault]:
    if not isinstance(rules, list):
        yield at, "expected a list of endpoint rules"
        return
    for index, rule in enumerate(rules):
        yield from _rule(rule if isinstance(rule, dict) else {}, (*at, index))


def _rule(rule: dict[str, Json], at: tuple[str | int, ...]) -> Iterator[Fault]:
    conditions = rule.get("conditions")
    for index, condition in enumerate(conditions if isinstance(conditions, list) else []):
        yield from _call(condition, (*at, "conditions", index))
    if not isinstance(conditions, list):
        yield at, "an endpoint rule has a list of conditions"
    match rule.get("type"), rule.get("endpoint"):
        case "tree", _:
            yield from _rules(rule.get("rules"), (*at, "rules"))
        case "endpoint", {"url": url}:
            yield from _argument(url, (*at, "endpoint", "url"))
        case "error", _ if "error" in rule:
            yield from _argument(rule["error"], (*at, "error"))
        case _:
            yield at, "an endpoint rule is a tree with rules, an endpoint with a URL or an error"


def _call(call: Json, at: tuple[str | int, ...]) -> Iterator[Fault]:
    match call:
        case {"fn": str(name), "argv": list(arguments)} if name in FUNCTIONS:
            for index, argument in enumerate(arguments):
                yield from _argument(argument, (*at, "argv", index))
        case {"fn": str(name), "argv": list()}:
            yield (*at, "fn"), f"the endpoint rules call {quoted(name)}, which clients do not know"
        case _:
            yield at, "a condition is a function and its arguments"


def _argument(argument: Json, at: tuple[str | int, ...]) -> Iterator[Fault]:
    if isinstance(argument, dict) and "ref" not in argument:
        yield from _call(argument, at)
