"""Readers of specs: our own form, models of botocore and Smithy, patterns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from botocore.loaders import Loader  # type: ignore[import-untyped]
from hostile_specs import spec_with, value_of

from codegen.diagnostics import Diagnostics
from codegen.exporters.smithy import smithy_text
from codegen.forms import read_files
from codegen.importers.settling import settle
from codegen.spec.check import check_model
from codegen.spec.files import SpecFile
from codegen.spec.lowered import Unsupported, accepts
from codegen.spec.parse import parse_model
from codegen.spec.patterns import lower, matching, refused, superlinear
from codegen.spec.regex import RegexError, parse
from codegen.spec.source import locator, read_source
from fuzz.target import TESTS, Target, files, vectors

LONGEST_PATTERN = 300


def read_spec(data: bytes) -> None:
    """Parse a spec and judge it, as `validate` does; what is wrong has a place."""
    source = read_source("spec.json", data)
    model = parse_model((source,))
    findings = list(check_model(model))
    if findings:
        assert Diagnostics(findings, locator([source])).text()


def read_model(data: bytes) -> None:
    """Read whichever form it is, and settle a foreign one."""
    read = read_files([SpecFile("service-2.json", "service-2.json", data)])
    if read.form != "speccast":
        settle(read.model)


def read_pattern(data: bytes) -> None:
    """Understand a pattern, ask whether it may hang, and make words of it; an engine must say what they say."""
    text = data[:LONGEST_PATTERN].decode("utf-8", "replace")
    parse(text, ascii=False)
    for match in ("full", "search"):
        lowered = lower(text, match=match, ascii=True)
        if not isinstance(lowered, Unsupported):
            superlinear(lowered)
            assert all(accepts(lowered, word) for word in matching(text, match=match, ascii=True))
            assert not any(accepts(lowered, word) for word in refused(text, match=match, ascii=True))


def _specs() -> Iterator[bytes]:
    yield from files("golden/*/spec.json", "errors/*/*.json", "data/broken.json", "changes/*/*.json")
    for vector in vectors():
        if "raw" in vector:
            yield str(value_of(vector))[:10_000].encode("utf-8", "surrogatepass")
        elif vector.get("form") is None:
            yield json.dumps(spec_with(vector["where"], vector["value"])).encode()


_SERVICES = ("sso-oidc", "sagemaker-runtime", "iot-data", "marketplacecommerceanalytics")
"""Small ones of botocore, of several protocols."""


def _models() -> Iterator[bytes]:
    yield from files("data/smithy/*.json")
    for spec in files("golden/*/spec.json"):
        yield smithy_text(parse_model((read_source("spec.json", spec),)), docs=True).encode()
    for service in _SERVICES:
        yield json.dumps(Loader().load_service_model(service, "service-2")).encode()
    yield json.dumps(BOTOCORE).encode()
    yield json.dumps({**BOTOCORE, "metadata": {**BOTOCORE["metadata"], "protocol": "rest-xml"}}).encode()
    yield json.dumps({**BOTOCORE, "metadata": {**BOTOCORE["metadata"], "protocol": "query"}}).encode()


_OPERATION: Any = {"name": "Send", "http": {"method": "POST", "requestUri": "/a/{Id}"}, "input": {"shape": "In"}}
_MEMBERS: Any = {
    "Id": {"shape": "Text", "location": "uri", "locationName": "Id"},
    "Many": {"shape": "Many"},
    "Map": {"shape": "Map", "documentation": "<p>x</p>"},
    "When": {"shape": "When", "timestampFormat": "iso8601"},
    "Blob": {"shape": "Blob", "streaming": True},
}
BOTOCORE: Any = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2024-01-01",
        "endpointPrefix": "post",
        "protocol": "rest-json",
        "serviceFullName": "Post",
        "serviceId": "Post",
        "signatureVersion": "v4",
        "uid": "post-2024-01-01",
    },
    "operations": {"Send": {**_OPERATION, "output": {"shape": "In"}, "errors": [{"shape": "Bad"}]}},
    "shapes": {
        "In": {"type": "structure", "required": ["Id"], "members": _MEMBERS, "payload": "Blob"},
        "Bad": {"type": "structure", "members": {"message": {"shape": "Text"}}, "exception": True},
        "Text": {"type": "string", "min": 1, "max": 9, "pattern": "^[a-z]+$"},
        "Many": {"type": "list", "member": {"shape": "Kind"}, "max": 3},
        "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Number"}},
        "Kind": {"type": "string", "enum": ["A", "B"]},
        "Number": {"type": "integer", "min": 0},
        "When": {"type": "timestamp"},
        "Blob": {"type": "blob"},
    },
}
"""A model with one of everything."""


def _patterns() -> Iterator[bytes]:
    rows = json.loads((TESTS / "data" / "partnercentral-patterns.json").read_text(encoding="utf-8"))
    worst = json.loads((TESTS / "data" / "aws-patterns.json").read_text(encoding="utf-8"))["worst"]
    texts = [row["pattern"] for row in rows] + [row["text"] for row in worst.values()]
    hostile = [str(vector["value"]) for vector in vectors() if vector["where"] == "pattern" and "value" in vector]
    yield from (text.encode("utf-8", "replace") for text in sorted({*texts, *hostile}) if len(text) <= LONGEST_PATTERN)


TARGETS = (
    Target("spec", read_spec, (Diagnostics,), _specs, is_json=True),
    Target("importers", read_model, (Diagnostics,), _models, is_json=True),
    Target("pattern", read_pattern, (RegexError,), _patterns),
)
