"""One small service in every protocol but that of the curated one, each a package: what the rows on bodies need there.

Where a member travels (header, query, path) counts in REST alone; a document has no form in XML and CBOR.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from casting import files_of, imported
from strategies import SERVICE, Spec, spec_of, structure

PROTOCOLS = ("awsJson1_1", "restJson1", "restXml", "awsQuery", "ec2Query", "rpcV2Cbor")
OPERATIONS: Mapping[str, tuple[str, str, str | None]] = {
    "Put": ("PUT", "/put/{Label}", "PutOutput"),
    "Wrap": ("POST", "/wrap", "WrapOutput"),
    "Fetch": ("POST", "/fetch", "FetchOutput"),
    "Head": ("POST", "/head", "HeadOutput"),
    "Touch": ("POST", "/touch", "TouchOutput"),
    "Drop": ("POST", "/drop", None),
}
"""Method, path and output: an output in the body, as a payload, as bytes, in headers alone, without members, none."""
HEADERS: Mapping[str, str] = {"Times": "X-Times", "Words": "X-Words", "Moment": "X-Moment", "Number": "X-Number"}


def spec_in(protocol: str) -> Spec:
    """Write the service in a protocol."""
    spec = spec_of(_shapes(), errors={"Trouble": {"members": _trouble(), "httpError": 409}})
    operations = {
        name: {
            "input": "PutInput" if name == "Put" else "Input",
            **({"output": output} if output else {}),
            "errors": ["Trouble"],
            "http": {"method": method, "uri": uri},
        }
        for name, (method, uri, output) in OPERATIONS.items()
    }
    service = {**SERVICE, "protocol": protocol, "apiVersion": "2024-12-05"}
    return {**spec, "service": service, "operations": operations}


def _trouble() -> dict[str, Any]:
    return {
        "Message": {"target": "Text"},
        "Count": {"target": "Whole"},
        "Number": {"target": "Whole", "location": "header", "locationName": "X-Number"},
    }


def _shapes() -> Spec:
    scalars = {"Whole": "integer", "Real": "double", "Flag": "boolean", "Moment": "timestamp", "Bytes": "blob"}
    return {
        "Input": {"type": "structure", "members": {"Token": {"target": "Text", "idempotencyToken": True}}},
        "PutInput": {
            "type": "structure",
            "members": {
                "Label": {"target": "Text", "required": True, "location": "label", "locationName": "Label"},
                "Asked": {"target": "Text", "location": "query", "locationName": "asked"},
                "Named": {"target": "Text", "location": "header", "locationName": "X-Named"},
                "Token": {"target": "Text", "idempotencyToken": True},
                "Secret": {"target": "Text", "sensitive": True},
            },
        },
        "PutOutput": {
            "type": "structure",
            "members": {
                **{name: {"target": name} for name in ("Text", "Level", "List", "Map", "Choice", "Nested", *scalars)},
                "Times": {"target": "Whole", "location": "header", "locationName": HEADERS["Times"]},
            },
        },
        "WrapOutput": {
            "type": "structure",
            "payload": "Nested",
            "members": {"Nested": {"target": "Nested", "location": "payload"}},
        },
        "FetchOutput": {
            "type": "structure",
            "payload": "Bytes",
            "members": {"Bytes": {"target": "Bytes", "location": "payload"}},
        },
        "HeadOutput": {
            "type": "structure",
            "members": {
                "Times": {"target": "Whole", "location": "header", "locationName": HEADERS["Times"]},
                "Words": {"target": "List", "location": "header", "locationName": HEADERS["Words"]},
                "Moment": {"target": "Moment", "location": "header", "locationName": HEADERS["Moment"]},
                "Status": {"target": "Whole", "location": "responseCode"},
                "More": {"target": "Map", "location": "prefixHeaders", "locationName": "X-More-"},
            },
        },
        "TouchOutput": structure(),
        "Nested": structure(Text="Text", Nested="Nested", List="List", Real="Real"),
        "Choice": {"type": "union", "members": {"Left": {"target": "Text"}, "Right": {"target": "Nested"}}},
        "Level": {"type": "enum", "values": ["LOW", "HIGH"]},
        "List": {"type": "list", "member": {"target": "Text"}},
        "Map": {"type": "map", "key": {"target": "Text"}, "value": {"target": "Text"}},
        "Text": {"type": "string"},
        **{name: {"type": kind} for name, kind in scalars.items()},
    }


@contextmanager
def spoken() -> Iterator[Mapping[str, Any]]:
    """Import the package of each protocol."""
    with ExitStack() as stack:
        yield {protocol: stack.enter_context(imported(files_of(spec_in(protocol)))) for protocol in PROTOCOLS}
