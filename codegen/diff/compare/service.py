"""The service as a whole: protocol, endpoints, signing, what is common to all operations, what the spec rests on."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diff.changes import SERVICE, Change, Pair, Spot, Told
from codegen.diff.compare.entries import compare_entry
from codegen.records import replace
from codegen.spec import ir


def compare_service(pair: Pair) -> Iterator[Change]:
    """Compare what is said once for all operations."""
    old, new = pair.old.service, pair.new.service
    spot = Spot(path="service", subject=SERVICE, old_at=old.at, new_at=new.at)
    yield from compare_entry(spot, old, new)
    yield from _facts(spot, "service.protocol-changed", _protocol(old), _protocol(new))
    yield from _facts(spot, "service.endpoint-changed", _endpoint(pair.old), _endpoint(pair.new))
    yield from _facts(spot, "service.identity-changed", _identity(old), _identity(new))
    errors = dict.fromkeys(("error", error.name.raw) for error in (*old.common_errors, *new.common_errors))
    there = replace(spot, keys=tuple(errors))
    yield from _facts(there, "service.commons-changed", _common_errors(old), _common_errors(new))
    yield from _facts(spot, "service.commons-changed", _common_parameters(old), _common_parameters(new))
    if _curation(pair.old) != _curation(pair.new):
        sources = [model.sources for model in (pair.old, pair.new)]
        yield spot.change("curation.changed", "sources or decisions changed", list(sources[0]), list(sources[1]))


def _curation(model: ir.Model) -> object:
    """Give what a reviewer of a spec decides; digests and dates of models that were read come and go with these."""
    return tuple(model.sources), {name: decision.decided for name, decision in model.decisions.items()}


def _facts(spot: Spot, rule: str, old: dict[str, Told], new: dict[str, Told]) -> Iterator[Change]:
    """Compare facts by name, a change for each."""
    for name in (name for name in old if old[name] != new[name]):
        yield spot.change(rule, f"{name} changed", {name: old[name]}, {name: new[name]})


def _protocol(service: ir.Service) -> dict[str, Told]:
    return {
        "protocol": service.protocol.value,
        "target prefix": service.target_prefix,
        "query compatibility": service.query_compatible,
    }


def _endpoint(model: ir.Model) -> dict[str, Told]:
    service = model.service
    return {
        "endpoint prefix": service.endpoint.prefix.raw,
        "endpoint template": service.endpoint.template,
        "FIPS endpoint template": service.endpoint.fips,
        "regions": sorted(region.raw for region in service.endpoint.regions),
        "signing version": service.signing.version.value,
        "signing name": service.signing.name.raw,
        "authentication": service.auth,
        "endpoint rules": model.endpoint_rules,
    }


def _identity(service: ir.Service) -> dict[str, Told]:
    return {
        "title": service.title.raw,
        "service id": service.service_id.raw,
        "API version": service.api_version,
        "further protocols": sorted(name.raw for name in service.protocols),
    }


def _common_errors(service: ir.Service) -> dict[str, Told]:
    errors = service.common_errors
    return {"common errors": [[error.name.raw, *(found.status for found in error.http_errors)] for error in errors]}


def _common_parameters(service: ir.Service) -> dict[str, Told]:
    found = service.common_parameters
    return {"common parameters": [[one.name.raw, one.header, one.required] for one in found]}
