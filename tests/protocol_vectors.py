"""AWS's protocol vectors for AWS JSON: read, turned into packages of ours, and called.

They come out of botocore's source distribution: suites of cases, each suite with the shapes of one operation.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from botocore_specs import Shapes, spec_of, taken
from sdist import sdist
from strategies import Spec, model_of

from codegen.diagnostics import Level
from codegen.pipeline import generate
from codegen.spec.check import check_model

CLIENTS = {"Client": "InProcessTransport", "AsyncClient": "AsyncInProcessTransport"}
"""Each client, and the transport that a function stands in for the service with."""
ENDPOINT = "https://service.example.com"


class Case(NamedTuple):
    """One vector, with what its suite says: the shapes, and where its client sends requests."""

    id: str
    given: Mapping[str, Any]
    vector: Mapping[str, Any]
    shapes: Shapes
    metadata: Mapping[str, Any]
    endpoint: str

    @property
    def name(self) -> str:
        return self.id.partition(":")[2]


def suites_of(file: str) -> list[dict[str, Any]]:
    """Read the suites of a file, as `input/json`."""
    path = sdist() / "tests" / "unit" / "protocols" / f"{file}.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def cases_of(file: str) -> Iterator[Case]:
    for suite in suites_of(file):
        endpoint = suite.get("clientEndpoint", ENDPOINT)
        for case in suite["cases"]:
            yield Case(f"{file}:{case['id']}", case["given"], case, suite["shapes"], suite["metadata"], endpoint)


def spec_of_file(file: str) -> Spec:
    """Put the suites of a file into one spec: they are one service's, told apart by operation."""
    suites = suites_of(file)
    assert all(suite["metadata"] == suites[0]["metadata"] for suite in suites)
    shapes: dict[str, Any] = {}
    for name, shape in (pair for suite in suites for pair in suite["shapes"].items()):
        assert _bare(shapes.setdefault(name, shape)) == _bare(shape), name
    operations = [case["given"] for suite in suites for case in suite["cases"]]
    return spec_of(suites[0]["metadata"], shapes, operations)


def _bare(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shape.items() if key != "documentation"}


@cache
def files_of(file: str) -> Mapping[str, str]:
    """Generate the package of a file's suites, whose spec is to be free of errors."""
    model = model_of(spec_of_file(file))
    assert not [found for found in check_model(model) if found.level is Level.ERROR]
    return generate(model).files


def call(package: Any, kind: str, case: Case, transport: Any, endpoint: str | None = None) -> Any:
    """Make the call of a case, once; give the answer, or raise what the client raises."""
    client = getattr(package, kind)(
        region="us-east-1",
        endpoint_url=endpoint or case.endpoint,
        credentials=package.Credentials("AKIDEXAMPLE", "secret"),
        transport=transport,
        retries=1,
    )
    method, arguments = getattr(client, method_of(package, case)), arguments_of(case)

    async def awaited() -> Any:
        async with client:
            return await method(**arguments)

    if inspect.iscoroutinefunction(client.close):
        return asyncio.run(awaited())
    with client:
        return method(**arguments)


def method_of(package: Any, case: Case) -> str:
    """Find the method of an operation: its record in `operations` has the same name in capitals."""
    records: dict[str, Any] = {
        name: one for name, one in vars(package.operations).items() if name.isupper() and name != "SERVICE"
    }
    constant = next(name for name, one in records.items() if one.name == case.given["name"])
    return constant.lower()


def arguments_of(case: Case) -> dict[str, Any]:
    if "input" not in case.given:
        assert not case.vector.get("params")
        return {}
    found = taken(case.shapes, case.given["input"]["shape"], case.vector.get("params", {}))
    assert isinstance(found, dict)
    return found


def answered(package: Any, kind: str, answer: Mapping[str, Any]) -> tuple[Any, list[Any]]:
    """Give a transport that answers every request, and the list of what it is asked."""
    asked: list[Any] = []
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    response = package.transports.HttpResponse(answer["status_code"], headers, answer.get("body", "").encode())

    def handler(request: Any) -> Any:
        asked.append(request)
        return response

    return getattr(package.transports, CLIENTS[kind])(handler), asked
