"""Rules about names and addresses on the wire: a request can carry them, and two never mean the same.

In: a model. Out: findings; one function per rule, listed in the table of `codegen.spec.check`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from codegen.diagnostics import Note, Place, quoted
from codegen.spec import ir
from codegen.spec.check.walk import Finding, errors, members, outer_entries, repeated
from codegen.spec.ir import SpecText

LONGEST_NAME = 255
"""What a file system takes as the name of a file, and more than any service has used."""

_VISIBLE = re.compile("[!-~]+")
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET = re.compile("[A-Za-z0-9._]+")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_PREFIX = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def find_empty_names(model: ir.Model) -> Iterator[Finding]:
    for what, name, place in _names(model):
        if not name:
            yield Finding(f"the name of this {what} is empty", place)


def find_long_names(model: ir.Model) -> Iterator[Finding]:
    for what, name, place in _names(model):
        if len(name) > LONGEST_NAME:
            yield Finding(f"the name of this {what} has {len(name)} characters; {LONGEST_NAME} are allowed", place)


def find_bad_shape_names(model: ir.Model) -> Iterator[Finding]:
    """Find names such as `#string`, under which generated packages keep what shapes of that type share."""
    for name, shape in model.shapes.items():
        if name.raw.startswith("#"):
            yield Finding(f'shape {quoted(name.raw)}: the name of a shape does not begin with "#"', shape.at.key())


def _names(model: ir.Model) -> Iterator[tuple[str, str, Place]]:
    """Give every name that something goes by, here or on the wire."""
    yield from ((what, name, entry.at.key()) for what, name, entry in outer_entries(model) if what != "example")
    yield from (("source", name.raw, source.at.key()) for name, source in model.sources.items())
    yield from (("decision", name.raw, decision.at.key()) for name, decision in model.decisions.items())
    yield from (("member", member.name.raw, member.at.key()) for _, member in members(model))
    yield from (("service", text.raw, model.service.at.child(key)) for key, text in _service_names(model.service))
    yield from ((what, name.raw, place) for what, name, place in _wire_names(model))


def _service_names(service: ir.Service) -> Iterator[tuple[str, SpecText]]:
    yield from (("name", service.name), ("title", service.title), ("serviceId", service.service_id))


def _wire_names(model: ir.Model) -> Iterator[tuple[str, SpecText, Place]]:
    """Give the names that are stated for the wire alone."""
    for operation in model.operations.values():
        if operation.wire_name is not None:
            yield "operation", operation.wire_name, operation.at.child("wireName")
    for error in errors(model):
        yield from (("error", code, place) for code, place in _stated_codes(error))
    for _, member in members(model):
        if member.wire_name is not None:
            yield "member", member.wire_name, member.at.child("wireName")


def _stated_codes(error: ir.Error) -> Iterator[tuple[SpecText, Place]]:
    if error.code is not None:
        yield error.code, error.at.child("code")
    yield from ((alias, error.at.child("aliases", index)) for index, alias in enumerate(error.aliases))


def _codes(error: ir.Error) -> Iterator[tuple[SpecText, Place]]:
    """Give what the wire may say, each with its place."""
    if error.code is None:
        yield error.name, error.at.key()
    yield from _stated_codes(error)


def find_bad_wire_names(model: ir.Model) -> Iterator[Finding]:
    """Find names that would break the header they travel in."""
    for what, name, place, allowed in _header_texts(model):
        if name.raw and not allowed.fullmatch(name.raw):
            yield Finding(f"{what} {quoted(name.raw)} cannot be sent: {_ALLOWED[allowed]}", place)


_ALLOWED = {
    _VISIBLE: "it may hold visible ASCII characters only",
    HEADER: "it may hold only what the name of a header holds",
    _TARGET: "it may hold ASCII letters, digits, dots and underscores only",
}


def _header_texts(model: ir.Model) -> Iterator[tuple[str, SpecText, Place, re.Pattern[str]]]:
    service = model.service
    if service.target_prefix is not None:
        yield "target", service.target_prefix, service.at.child("target"), _TARGET
    yield "signing name", service.signing.name, service.at.child("signing", "name"), _VISIBLE
    for parameter in service.common_parameters:
        if parameter.header is not None:
            yield "header", parameter.header, parameter.at.child("header"), HEADER
    for operation in model.operations.values():
        name, place = operation.wire_name, operation.at.child("wireName")
        yield "operation", *((operation.name, operation.at.key()) if name is None else (name, place)), _VISIBLE
    for error in errors(model):
        yield from (("error code", code, place, _VISIBLE) for code, place in _codes(error))
    for _, member in members(model):
        if member.location is ir.HttpLocation.HEADER and member.location_name is not None:
            yield "header", member.location_name, member.at.child("locationName"), HEADER


def find_duplicate_wire_names(model: ir.Model) -> Iterator[Finding]:
    operations = [
        ((each.wire_name or each.name).raw, each.at.child("wireName") if each.wire_name else each.at.key())
        for each in model.operations.values()
    ]
    for names in chain((operations,), _member_wire_names(model)):
        for name, place, first in repeated(names):
            yield Finding(f"the wire name {quoted(name)} is used twice", place, (Note("first used here", first),))


def _member_wire_names(model: ir.Model) -> Iterator[list[tuple[str, Place]]]:
    """Give, by structure, the wire names of the members that travel in the body."""
    for owner in chain(model.shapes.values(), errors(model)):
        if isinstance(owner, ir.Structure | ir.UnionOf | ir.Error):
            yield [
                ((each.wire_name or each.name).raw, each.at.child("wireName") if each.wire_name else each.at.key())
                for each in owner.members
                if each.location is ir.HttpLocation.BODY
            ]


def find_ambiguous_codes(model: ir.Model) -> Iterator[Finding]:
    codes = ((code.raw, place) for error in errors(model) for code, place in _codes(error))
    for code, place, first in repeated(codes):
        yield Finding(f"the error code {quoted(code)} stands for two errors", place, (Note("first used here", first),))


# --------------------------------------------------------------------------------------------------------- addresses


def find_bad_service_names(model: ir.Model) -> Iterator[Finding]:
    name = model.service.name
    if name and not re.fullmatch("[a-z][a-z0-9-]*", name.raw):
        message = f"service name {quoted(name.raw)}: write small letters, digits and hyphens, a letter first"
        yield Finding(message, model.service.at.child("name"))


_VERSIONED = (ir.Protocol.AWS_QUERY, ir.Protocol.EC2_QUERY)


def find_missing_versions(model: ir.Model) -> Iterator[Finding]:
    """Find services whose requests name the version of the API, and that state none."""
    service = model.service
    if service.protocol in _VERSIONED and not service.api_version:
        message = f'requests of the protocol {service.protocol} name the version of the API; state it as "apiVersion"'
        yield Finding(message, service.at.child("apiVersion" if service.api_version is not None else "protocol"))


def find_bad_statuses(model: ir.Model) -> Iterator[Finding]:
    for error in errors(model):
        for status in error.http_errors:
            yield from _bad_status(status.status, status.at)
    for operation in model.operations.values():
        if operation.http and operation.http.response_code is not None:
            yield from _bad_status(operation.http.response_code, operation.at.child("http", "responseCode"))


def _bad_status(status: int, place: Place) -> Iterator[Finding]:
    if not 100 <= status <= 599:
        yield Finding(f"{status} is no HTTP status; they go from 100 to 599", place)


def find_bad_endpoints(model: ir.Model) -> Iterator[Finding]:
    endpoint, at = model.service.endpoint, model.service.at.child("endpoint")
    for key, template in (("template", endpoint.template), ("fips", endpoint.fips)):
        if template is not None and (fault := _template_fault(template.raw)):
            yield Finding(f"endpoint {quoted(template.raw)} {fault}", at.child(key))
    if not _PREFIX.fullmatch(endpoint.prefix.raw):
        message = f"endpoint prefix {quoted(endpoint.prefix.raw)}: write small letters, digits, dots and hyphens"
        yield Finding(message, at.child("prefix"))
    for index, region in enumerate(endpoint.regions):
        if not re.fullmatch("[a-z0-9]([a-z0-9-]*[a-z0-9])?", region.raw):
            message = f"region {quoted(region.raw)}: write small letters, digits and hyphens"
            yield Finding(message, at.child("regions", index))
    yield from _bad_host_prefixes(model)


def _template_fault(template: str) -> str | None:
    if not template.startswith("https://"):
        return "has to begin with https://"
    host = template.removeprefix("https://").replace("{region}", "region")
    if "{" in host or "}" in host:
        return "has a placeholder that is not {region}"
    return None if _HOST.fullmatch(host) else "has to be a host of small letters, digits, dots and hyphens"


def _bad_host_prefixes(model: ir.Model) -> Iterator[Finding]:
    """Judge what goes in front of the host, `{Member}` standing for a label that the caller gives."""
    for operation in model.operations.values():
        prefix = operation.host_prefix
        shape = model.shapes.get(operation.input) if operation.input is not None else None
        fields = shape.members if isinstance(shape, ir.Structure) else ()
        labels = {member.name.raw for member in fields if member.host_label}
        if prefix is None:
            continue
        place = operation.at.child("hostPrefix")
        for label in re.findall(r"\{([^{}]*)\}", prefix.raw):
            if label not in labels:
                yield Finding(f"host prefix names {quoted(label)}, which is no host label of the input", place)
        if not re.fullmatch("[a-z0-9][a-z0-9.-]*", re.sub(r"\{[^{}]*\}", "x", prefix.raw)):
            yield Finding(f"host prefix {quoted(prefix.raw)}: write small letters, digits, dots and hyphens", place)
