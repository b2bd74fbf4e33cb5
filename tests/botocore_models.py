"""Our IR as a botocore service model: what AWS's own client makes of the release that a spec describes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from botocore.loaders import Loader  # type: ignore[import-untyped]
from botocore.model import ServiceModel  # type: ignore[import-untyped]
from packages import model_of

from codegen.spec import ir

_FORMATS = {
    ir.TimestampFormat.DATE_TIME: "iso8601",
    ir.TimestampFormat.EPOCH_SECONDS: "unixTimestamp",
    ir.TimestampFormat.HTTP_DATE: "rfc822",
}


@cache
def dated(release: str) -> Any:
    """The service model of a curated release."""
    return ServiceModel(service_2(model_of(release)), "partnercentral-selling")


@cache
def installed() -> Any:
    """The service model that the installed botocore brings: newer than any curated release."""
    found = Loader().load_service_model("partnercentral-selling", "service-2")
    return ServiceModel(found, "partnercentral-selling")


def service_2(model: ir.Model) -> dict[str, Any]:
    """Write a model as a `service-2.json` has it."""
    service = model.service
    return {
        "version": "2.0",
        "metadata": {
            "apiVersion": service.api_version.raw if service.api_version else service.release.raw,
            "endpointPrefix": service.endpoint.prefix.raw,
            "jsonVersion": "1.0",
            "protocol": "json",
            "protocols": ["json"],
            "serviceFullName": service.title.raw,
            "serviceId": service.service_id.raw,
            "signatureVersion": "v4",
            "signingName": service.signing.name.raw,
            "targetPrefix": service.target_prefix.raw if service.target_prefix else "",
            "uid": f"{service.name.raw}-{service.release.raw}",
        },
        "operations": {name.raw: _operation(operation) for name, operation in model.operations.items()},
        "shapes": {
            **{name.raw: _shape(shape) for name, shape in model.shapes.items()},
            **{name.raw: _error(error) for name, error in model.errors.items()},
        },
    }


def _operation(operation: ir.Operation) -> dict[str, Any]:
    ends = {"input": operation.input, "output": operation.output}
    return {
        "name": operation.name.raw,
        "http": {"method": "POST", "requestUri": "/"},
        **{end: {"shape": shape.raw} for end, shape in ends.items() if shape is not None},
        "errors": [{"shape": name.raw} for name in operation.errors],
    }


def _error(error: ir.Error) -> dict[str, Any]:
    fault = {"fault": True} if error.fault is ir.Fault.SERVER else {}
    return {"type": "structure", **_members(error.members), "exception": True, **fault}


def _shape(shape: ir.Shape) -> dict[str, Any]:
    sensitive = {"sensitive": True} if shape.sensitive else {}
    return {**_typed(shape), **sensitive}


def _typed(shape: ir.Shape) -> dict[str, Any]:
    match shape:
        case ir.Structure():
            return {"type": "structure", **_members(shape.members)}
        case ir.UnionOf():
            return {"type": "structure", **_members(shape.members), "union": True}
        case ir.Enum():
            return {"type": "string", "enum": [value.value.raw for value in shape.values]}
        case ir.Text():
            return {"type": "string", **_constraints(shape.constraints)}
        case ir.ListOf():
            return {"type": "list", "member": {"shape": shape.member.target.raw}, **_constraints(shape.constraints)}
        case ir.MapOf():
            return {"type": "map", "key": {"shape": shape.key.target.raw}, "value": {"shape": shape.value.target.raw}}
        case ir.Number():
            return {"type": shape.type.value, **_bounds(shape.constraints.range)}
        case ir.Boolean():
            return {"type": "boolean"}
        case ir.Timestamp():
            return {"type": "timestamp", **({"timestampFormat": _FORMATS[shape.format]} if shape.format else {})}
        case _:
            raise NotImplementedError(type(shape).__name__)


def _members(members: tuple[ir.Member, ...]) -> dict[str, Any]:
    required = [member.name.raw for member in members if member.required]
    return {**({"required": required} if required else {}), "members": {one.name.raw: _member(one) for one in members}}


def _member(member: ir.Member) -> dict[str, Any]:
    token = {"idempotencyToken": True} if member.idempotency_token else {}
    return {"shape": member.target.raw, **token}


def _constraints(constraints: ir.Constraints) -> dict[str, Any]:
    pattern = constraints.pattern
    return {**_bounds(constraints.length), **({"pattern": pattern.text.raw} if pattern else {})}


def _bounds(found: ir.Length | ir.Range | None) -> dict[str, Any]:
    ends = {"min": found.min, "max": found.max} if found else {}
    return {name: bound for name, bound in ends.items() if bound is not None}


# ----------------------------------------------------------------------------------------------------- for its clients


def write_data(release: str, folder: Path) -> Path:
    """Write the model of a curated release as botocore's loaders look for it; everything else is botocore's own."""
    found = service_2(model_of(release))
    home = folder / "partnercentral-selling" / found["metadata"]["apiVersion"]
    home.mkdir(parents=True)
    (home / "service-2.json").write_text(json.dumps(found), encoding="utf-8")
    return folder


def in_spec_order(model: ir.Model, target: ir.SpecText, value: Any) -> Any:
    """Put the members of a value into the order of the spec: botocore writes them in its caller's."""
    match model.shapes[target]:
        case ir.Structure(members=members) | ir.UnionOf(members=members):
            present = [member for member in members if member.name.raw in value]
            return {one.name.raw: in_spec_order(model, one.target, value[one.name.raw]) for one in present}
        case ir.ListOf(member=member):
            return [in_spec_order(model, member.target, item) for item in value]
        case _:
            return value
