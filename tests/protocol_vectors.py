"""AWS's protocol vectors: read, turned into packages of ours, and called.

They come out of botocore's source distribution: suites of cases, each suite with the shapes of one operation.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from botocore_specs import Shapes, taken
from sdist import sdist

from codegen.diagnostics import Level
from codegen.importers.botocore import read_botocore
from codegen.pipeline import generate
from codegen.spec import ir
from codegen.spec.check import check_model
from codegen.spec.source import read_source

CLIENTS = {"Client": "InProcessTransport", "AsyncClient": "AsyncInProcessTransport"}
"""Each client, and the transport that a function stands in for the service with."""
ENDPOINT = "https://service.example.com"
TOKEN = "00000000-0000-4000-8000-000000000000"
"""What vectors have for an idempotency token that the client makes up."""


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

    @property
    def protocol(self) -> str:
        return str(self.metadata["protocol"])


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


def model_of_file(file: str) -> ir.Model:
    """Put the suites of a file into one service model, and import that: they are told apart by operation."""
    suites = suites_of(file)
    metadata = suites[0]["metadata"]
    assert all(suite["metadata"] == metadata for suite in suites)
    shapes: dict[str, Any] = {}
    for name, shape in (pair for suite in suites for pair in suite["shapes"].items()):
        assert _bare(shapes.setdefault(name, shape)) == _bare(shape), name
    found = {
        "metadata": {"endpointPrefix": "service", "signatureVersion": "v4", **metadata},
        "operations": _merged(case["given"] for suite in suites for case in suite["cases"]),
        "shapes": {**shapes, **(_corrected(shapes) if file == "input/rest-xml" else {})},
    }
    return read_botocore((read_source("service-2.json", json.dumps(found).encode()),))


def _bare(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shape.items() if key != "documentation"}


MISNAMED = {
    "HttpPayloadWithUnionInputOutput": "nested",
    "HttpPayloadWithXmlNameInputOutput": "nested",
    "HttpPayloadWithXmlNamespaceInputOutput": "nested",
    "HttpPayloadWithXmlNamespaceAndPrefixInputOutput": "nested",
    "XmlAttributesOnPayloadRequest": "payload",
}
"""Inputs whose models name the element of the body after the member, while their vectors have the name of its shape:
the models were converted from others, which say no name. botocore passes over these vectors."""


def _corrected(shapes: Mapping[str, Any]) -> dict[str, Any]:
    """Take the wrong names back; each has to be there."""
    found: dict[str, Any] = {}
    for name, member in MISNAMED.items():
        members = shapes[name]["members"]
        said = dict(members[member])
        assert said.pop("locationName") == member, f"{name} is named otherwise, so take it off the list"
        found[name] = {**shapes[name], "members": {**members, member: said}}
    return found


def _merged(given: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Put operations of one name together: vectors of requests leave out the output, and each names its own errors."""
    found: dict[str, Any] = {}
    for one in given:
        before = found.get(one["name"], {"errors": []})
        errors = [*before["errors"], *(error for error in one.get("errors", ()) if error not in before["errors"])]
        assert not [key for key in one.keys() & before.keys() - {"errors"} if one[key] != before[key]], one["name"]
        found[one["name"]] = {**before, **one, "errors": errors}
    return found


@cache
def files_of(file: str) -> Mapping[str, str]:
    """Generate the package of a file's suites, whose model is to be free of errors."""
    model = model_of_file(file)
    assert not [found for found in check_model(model) if found.level is Level.ERROR]
    return generate(model).files


def call(package: Any, kind: str, case: Case, transport: Any, endpoint: str | None = None) -> Any:
    """Make the call of a case, once; give the answer, or raise what the client raises."""
    driver = import_module(f"{package.__name__}._runtime.driver")
    driver.new_uuid = lambda: TOKEN  # type: ignore[attr-defined]
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
    found = taken(case.shapes, case.given["input"]["shape"], case.vector.get("params", {}), case.protocol)
    assert isinstance(found, dict)
    return found


def answered(package: Any, kind: str, answer: Mapping[str, Any], protocol: str = "json") -> tuple[Any, list[Any]]:
    """Give a transport that answers every request, and the list of what it is asked."""
    asked: list[Any] = []
    headers = {name.lower(): value for name, value in answer.get("headers", {}).items()}
    response = package.transports.HttpResponse(answer["status_code"], headers, written(answer, protocol))

    def handler(request: Any) -> Any:
        asked.append(request)
        return response

    return getattr(package.transports, CLIENTS[kind])(handler), asked


def written(message: Mapping[str, Any], protocol: str) -> bytes:
    """Give the body of a vector's request or answer; of CBOR, vectors have it in base64."""
    text = message.get("body", "")
    return b64decode(text) if protocol == "smithy-rpc-v2-cbor" else text.encode()
