"""`operations` of a botocore service model -> `ir.Operation`s.

In: raw operations, and the raw shapes that they may name. Out: operations by name. What is said of an input, an output
or an error beside its name is kept in `traits`.
"""

from __future__ import annotations

from codegen.diagnostics import Place
from codegen.importers.botocore_members import entry_fields
from codegen.importers.reading import FLAG, LIST, NO_TRAITS, OBJECT, TEXT, WHOLE, Entry, Kinds, Reading, Traits
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.lazily import Call

_OPERATION: Kinds = {
    "name": TEXT,
    "http": OBJECT,
    "input": OBJECT,
    "output": OBJECT,
    "errors": LIST,
    "documentation": TEXT,
    "deprecated": FLAG,
    "deprecatedMessage": TEXT,
    "deprecatedSince": TEXT,
    "idempotent": FLAG,
    "readonly": FLAG,
    "endpoint": OBJECT,
    "auth": LIST,
    "unsignedPayload": FLAG,
    "endpointdiscovery": OBJECT,
}


_REFERENCE: Kinds = {"shape": TEXT}


_HTTP: Kinds = {"method": TEXT, "requestUri": TEXT, "responseCode": WHOLE}


def read_operations(reading: Reading, entries: Entry, shapes: Entry) -> dict[SpecText, ir.Operation]:
    """Read all operations of a model."""
    return {reading.name(name): read_operation(reading, name, entry, shapes) for name, entry in entries.items()}


def call_of(name: str, raw: Json) -> Call:
    """Tell what a raw operation takes, gives and raises; what is malformed is passed over here."""
    entry: Entry = raw if isinstance(raw, dict) else {}
    errors = entry.get("errors")
    named = [_shape(error) for error in errors] if isinstance(errors, list) else []
    raised = tuple(dict.fromkeys(filter(None, named)))
    return Call(name, _shape(entry.get("input")), _shape(entry.get("output")), raised)


def _shape(reference: Json) -> str:
    name = reference.get("shape") if isinstance(reference, dict) else None
    return name if isinstance(name, str) else ""


def read_operation(reading: Reading, name: str, raw: Json, shapes: Entry) -> ir.Operation:
    """Read one operation."""
    at = reading.place("operations", name)
    entry, left = reading.known(raw, _OPERATION, at)
    traits = dict(left)
    given = reading.text(entry.get("name"))
    host_prefix = _host_prefix(reading, entry, traits, at) if "endpoint" in entry else None
    if entry.get("endpointdiscovery"):
        traits[reading.name("endpointdiscovery")] = entry["endpointdiscovery"]
    ends = {end: _end(reading, entry, end, shapes, traits, at) for end in ("input", "output")}
    errors = _errors(reading, entry, shapes, traits, at)
    http = _http(reading, entry, traits, at)
    return ir.Operation(
        **entry_fields(reading, entry, traits or NO_TRAITS, at),
        name=reading.name(name),
        input=ends["input"],
        output=ends["output"],
        errors=errors,
        idempotent=entry.get("idempotent") is True,
        readonly=entry.get("readonly") is True,
        http=http,
        host_prefix=host_prefix,
        auth=reading.texts(entry["auth"], at.child("auth")) if "auth" in entry else (),
        unsigned_payload=entry.get("unsignedPayload") is True,
        endpoint_discovery="endpointdiscovery" in entry,
        wire_name=given if given != reading.name(name) else None,
    )


def _host_prefix(reading: Reading, entry: Entry, traits: dict[SpecText, Json], at: Place) -> SpecText | None:
    endpoint, rest = reading.known(entry["endpoint"], {"hostPrefix": TEXT}, at.child("endpoint"))
    _keep(reading, traits, "endpoint", rest)
    return reading.text(endpoint.get("hostPrefix"))


def _end(
    reading: Reading, entry: Entry, end: str, shapes: Entry, traits: dict[SpecText, Json], at: Place
) -> SpecText | None:
    if end not in entry:
        return None
    where = at.child(end)
    reference, rest = reading.known(entry[end], _REFERENCE, where, "shape")
    _keep(reading, traits, end, rest)
    return _named(reading, reference, shapes, where)


def _named(reading: Reading, reference: Entry, shapes: Entry, at: Place) -> SpecText | None:
    name = reading.text(reference.get("shape"))
    if name is not None and name.raw not in shapes:
        reading.unknown("shape", name.raw, list(shapes), at.child("shape"))
    return name


def _errors(
    reading: Reading, entry: Entry, shapes: Entry, traits: dict[SpecText, Json], at: Place
) -> tuple[SpecText, ...]:
    """List the errors once each; what is said of one beside its name is kept by that name."""
    errors = entry.get("errors")
    found: dict[SpecText, Json] = {}
    for number, raw in enumerate(errors if isinstance(errors, list) else []):
        where = at.child("errors", number)
        reference, rest = reading.known(raw, _REFERENCE, where, "shape")
        if name := _named(reading, reference, shapes, where):
            found[name] = {key.raw: value for key, value in rest.items()}
    if any(found.values()):
        traits[reading.name("errors")] = {name.raw: rest for name, rest in found.items() if rest}
    return tuple(found)


def _keep(reading: Reading, traits: dict[SpecText, Json], key: str, rest: Traits) -> None:
    if rest:
        traits[reading.name(key)] = {name.raw: value for name, value in rest.items()}


def _http(reading: Reading, entry: Entry, traits: dict[SpecText, Json], at: Place) -> ir.Http | None:
    if "http" not in entry:
        return None
    http, rest = reading.known(entry["http"], _HTTP, at.child("http"), "method", "requestUri")
    _keep(reading, traits, "http", rest)
    status = http.get("responseCode")
    return ir.Http(
        method=reading.text(http.get("method")) or SpecText(""),
        uri=reading.text(http.get("requestUri")) or SpecText(""),
        response_code=status if isinstance(status, int) else None,
    )
