"""`ir.Model` -> an OpenAPI document, 3.1.

In: a model of any protocol. Out: the document. Values are described by the schemas of `json_schema`: what may be sent.

OpenAPI tells operations apart by path and method alone. Services that take every operation at one path get a path per
operation with a fragment, which no client sends: `/#X-Amz-Target=Notes.Send`, `/#Action=Send`; the header or parameter
that really decides is beside it. REST services have their own paths, what is fixed in their query as a fragment.

A pattern that needs more than Python's `re`, as that for letters of any script does, is an `x-pattern`: validators
would refuse the document. What OpenAPI has no words for is left out, and told in `x-speccast` of the operation: headers
by prefix, a host of its own. How a body is written as XML, paging, waiting and sources: `speccast export smithy` says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from codegen.exporters.json_schema import definitions, error_names
from codegen.exporters.openapi_bodies import Frame
from codegen.exporters.openapi_operations import Paths, add_operation
from codegen.exporters.pretty import pretty
from codegen.exporters.sentences import without_docs
from codegen.exporters.smithy_names import identifiers
from codegen.spec import ir
from codegen.spec.ir import Json

Document = dict[str, Any]
_POINTER = "#/$defs/"


def openapi_text(model: ir.Model, *, docs: bool) -> str:
    """Print a model as an OpenAPI document."""
    return pretty(openapi(model if docs else without_docs(model)))


def openapi(model: ir.Model) -> Document:
    """Write a model as an OpenAPI document."""
    service = model.service
    schemas = definitions(model)["$defs"]
    keys = identifiers((name, name) for name in schemas)
    frame = Frame(model, {name: _moved(schema, keys) for name, schema in schemas.items()}, keys, error_names(model))
    paths: Paths = {}
    for operation in model.operations.values():
        add_operation(paths, operation, frame)
    description = {"description": service.documentation.raw} if service.documentation else {}
    return {
        "openapi": "3.1.0",
        "info": {"title": service.title.raw, "version": service.release.raw, **description},
        "servers": [_server(service)],
        **({"security": [{_SCHEME: []}]} if service.signing.version is not ir.SigningVersion.NONE else {}),
        "paths": paths,
        "components": {
            "schemas": {keys[name]: schema for name, schema in frame.schemas.items()},
            **_security(service),
        },
    }


def _server(service: ir.Service) -> Document:
    """Without a template of its own a service is where those of AWS usually are."""
    endpoint = service.endpoint
    url = endpoint.template.raw if endpoint.template else f"https://{endpoint.prefix.raw}.{{region}}.amazonaws.com"
    regions = [region.raw for region in endpoint.regions]
    region = {"default": regions[0] if regions else "us-east-1", **({"enum": regions} if regions else {})}
    return {"url": url, **({"variables": {"region": region}} if "{region}" in url else {})}


_SCHEME = "signature"


def _security(service: ir.Service) -> Document:
    """SigV4 is no scheme that OpenAPI knows; it is a header, and API Gateway's own key says which."""
    version = service.signing.version
    if version is ir.SigningVersion.NONE:
        return {}
    if version is ir.SigningVersion.BEARER:
        return {"securitySchemes": {_SCHEME: {"type": "http", "scheme": "bearer"}}}
    number = version.value.removeprefix("v").upper()
    scheme = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "description": f"AWS Signature Version {number}, for {service.signing.name.raw}",
        "x-amazon-apigateway-authtype": f"awsSigv{number}",
    }
    return {"securitySchemes": {_SCHEME: scheme}}


def _moved(schema: Json, keys: Mapping[str, str]) -> Any:
    """Let references find definitions where OpenAPI keeps them, under the names that it takes."""
    match schema:
        case dict():
            return {_key(key, value): _value(key, value, keys) for key, value in schema.items()}
        case list():
            return [_moved(each, keys) for each in schema]
        case _:
            return schema


def _key(key: str, value: Json) -> str:
    """Set aside a pattern that validators of OpenAPI would refuse: those in Python know no properties of characters."""
    return "x-pattern" if key == "pattern" and isinstance(value, str) and not _compiles(value) else key


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _value(key: str, value: Json, keys: Mapping[str, str]) -> Any:
    return _reference(value, keys) if key == "$ref" and isinstance(value, str) else _moved(value, keys)


def _reference(pointer: str, keys: Mapping[str, str]) -> str:
    name = unquote(pointer.removeprefix(_POINTER)).replace("~1", "/").replace("~0", "~")
    return f"#/components/schemas/{keys[name]}"
