"""AWS's endpoint tests, out of botocore's source distribution, and the rule sets they are for, of the installed one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from botocore.loaders import Loader  # type: ignore[import-untyped]
from runtime import errors, load
from sdist import sdist

RULES = load("endpoint_rules")
Tree = dict[str, Any]


class Vector(NamedTuple):
    """One test: the values of parameters, and what is expected of them."""

    id: str
    params: Tree
    expected: Tree


@cache
def loader() -> Any:
    return Loader()


def services() -> tuple[str, ...]:
    """Name the services that the installed botocore has a rule set for."""
    return tuple(loader().list_available_services(type_name="endpoint-rule-set-1"))


@cache
def rules_of(service: str) -> Tree:
    found: Tree = loader().load_service_model(service, "endpoint-rule-set-1")
    return found


def vectors_of(service: str) -> Iterator[Vector]:
    """Read the tests of a service. Each has a number: some have the same name."""
    path = sdist() / "tests" / "functional" / "endpoint-rules" / service / "endpoint-tests-1.json"
    return _vectors(service, json.loads(path.read_text("utf-8")))


def functions_tested() -> Iterator[tuple[Tree, Vector]]:
    """Walk the tests of functions and forms, each with the rule set it is for."""
    home = sdist() / "tests" / "unit" / "data" / "endpoints"
    for path in sorted((home / "test-cases").glob("*.json")):
        rules = json.loads((home / "valid-rules" / path.name).read_text("utf-8"))
        yield from ((rules, vector) for vector in _vectors(path.stem, json.loads(path.read_text("utf-8"))))


def _vectors(name: str, found: Tree) -> Iterator[Vector]:
    for number, case in enumerate(found["testCases"]):
        yield Vector(f"{name}:{number}", case.get("params", {}), case["expect"])


def outcome(rules: Tree, params: Tree) -> Tree:
    """Evaluate a rule set and tell of it as tests do."""
    try:
        found = RULES.resolve(rules, params)
    except errors.ConfigurationError as error:
        return {"error": str(error)}
    headers = {name: list(values) for name, values in found.headers.items()}
    return {"endpoint": told(found.url, found.properties, headers)}


def told(url: str, properties: Tree, headers: Tree) -> Tree:
    """Leave out what is empty, as most tests do."""
    return {"url": url} | {name: value for name, value in (("properties", properties), ("headers", headers)) if value}


def expected(vector: Vector) -> Tree:
    if "error" in vector.expected:
        return {"error": vector.expected["error"]}
    endpoint = vector.expected["endpoint"]
    return {"endpoint": told(endpoint["url"], endpoint.get("properties", {}), endpoint.get("headers", {}))}
