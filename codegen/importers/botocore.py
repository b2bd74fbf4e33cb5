"""A service model as botocore carries it -> `ir.Model`.

In: `service-2.json`, and beside it `paginators-1.json`, `waiters-2.json`, `endpoint-rule-set-1.json` and
`examples-1.json` where there are such. Out: the model; its release is the `apiVersion`, its one source the file itself,
of which every fact is cited.

How patterns are meant is not said in a model and has changed: up to botocore 1.40.8 models that come from Smithy print
anchors (`^[a-z]+$`, and `task-[a-z]+$` is found anywhere before the end); from 1.40.9 on anchors are stripped and the
text means the whole value. The rule, per model: **when every pattern has an anchor at one of its ends, patterns are
searched for; as soon as one has none, all are matched against the whole value** (so too without any pattern).
Measured: of the 13 models of partnercentral-selling, the 5 up to 1.38.21 are searched and the 8 from 1.40.9 on matched,
as they must be. In botocore 1.44.5, 421 of 472 models have patterns; 385 have one without anchors and are matched, 36
are searched. The Smithy models of April 2025 print the anchors: of the 4,086 patterns that have none in botocore and
that are otherwise the same text there, 3,808 (93 %) have both, 10 have one and 268 none. Where both anchors are
printed, the two meanings are one.

Listed twice, an error of an operation is listed once here (37 operations in 1.44.5). `version`, that of the file's own
form, is the only key that is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Place, quoted
from codegen.importers.botocore_examples import read_examples
from codegen.importers.botocore_extras import read_paginators, read_waiters
from codegen.importers.botocore_members import Context, entry_fields
from codegen.importers.botocore_operations import call_of, read_operation, read_operations
from codegen.importers.botocore_outlines import Outlines, keys_of, queried
from codegen.importers.botocore_shapes import read_errors, read_shape, read_shapes, values_of
from codegen.importers.reading import (
    ANY,
    FLAG,
    LIST,
    NO_TRAITS,
    OBJECT,
    TEXT,
    Entry,
    Kinds,
    Reading,
    Traits,
    finish,
    source_of,
)
from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.lazily import Call, LazyOperations, LazyShapes
from codegen.spec.source import Source
from codegen.spec.wording import words

_TOP: Kinds = {
    "version": ANY,
    "metadata": OBJECT,
    "operations": OBJECT,
    "shapes": OBJECT,
    "documentation": TEXT,
    "deprecated": FLAG,
    "deprecatedMessage": TEXT,
    "deprecatedSince": TEXT,
}
_METADATA: Kinds = {
    "apiVersion": TEXT,
    "endpointPrefix": TEXT,
    "protocol": TEXT,
    "protocols": LIST,
    "jsonVersion": TEXT,
    "serviceFullName": TEXT,
    "serviceId": TEXT,
    "signatureVersion": TEXT,
    "signingName": TEXT,
    "targetPrefix": TEXT,
    "auth": LIST,
    "awsQueryCompatible": OBJECT,
}
_PROTOCOLS = {
    "json": ir.Protocol.AWS_JSON_1_1,
    "rest-json": ir.Protocol.REST_JSON_1,
    "rest-xml": ir.Protocol.REST_XML,
    "query": ir.Protocol.AWS_QUERY,
    "ec2": ir.Protocol.EC2_QUERY,
    "smithy-rpc-v2-cbor": ir.Protocol.RPC_V2_CBOR,
}
_JSON_VERSIONS = ("1.0", "1.1")
_XML = (ir.Protocol.REST_XML, ir.Protocol.AWS_QUERY, ir.Protocol.EC2_QUERY)
_SIGNING = {
    "s3": ir.SigningVersion.V4,
    "s3v4": ir.SigningVersion.V4,
    **{str(version): version for version in ir.SigningVersion},
}


def read_botocore(sources: Sequence[Source]) -> ir.Model:
    """Read a service model and what stands beside it; which file is which is told by its keys."""
    opened = _open(sources)
    operations = read_operations(opened.context.reading, opened.operations, opened.context.raw)
    calls = [call_of(name, entry) for name, entry in opened.operations.items()]
    shapes = read_shapes(opened.context, values_of(opened.context, calls))
    return _model(opened, shapes, operations, calls)


def read_botocore_lazily(sources: Sequence[Source]) -> ir.Model:
    """Read the same, but shapes and operations when they are asked for: what is wrong in one is raised then."""
    opened = _open(sources)
    context = opened.context

    def read_one(name: str, raw: Json) -> ir.Shape:
        shape = read_shape(context, name, raw)
        finish([context.reading], sources)
        return shape

    def read_call(name: str) -> ir.Operation:
        operation = read_operation(context.reading, name, opened.operations[name], context.raw)
        finish([context.reading], sources)
        return operation

    operations = LazyOperations(opened.operations, read_call, None, call_of)
    values = values_of(context, operations.calls)
    alike = context.match, context.xml, _query_maps(context)
    shapes = LazyShapes(values, read_one, alike, Outlines(context.raw, context.xml, context.said))
    return _model(opened, shapes, operations, operations.calls)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A model of which all is read but operations, shapes and what rests on these."""

    sources: Sequence[Source]
    main: Source
    service: ir.Service
    operations: Entry
    context: Context


def _open(sources: Sequence[Source]) -> _Opened:
    main = _with(sources, "metadata")
    if main is None:
        message = 'no service model among these files: none has "metadata" at its top level'
        raise Diagnostics([Diagnostic("spec-form", message, Location(sources[0].path))])
    reading = Reading(main)
    top, left = reading.known(main.value, _TOP, Place(main.path), "metadata", "operations", "shapes")
    raw = reading.object(top.get("shapes", {}), reading.place("shapes"))
    service = _read_service(reading, top, left, _match(raw))
    operations = reading.object(top.get("operations", {}), reading.place("operations"))
    xml, match = service.protocol in _XML, service.pattern_match
    return _Opened(sources, main, service, operations, Context(reading, raw, xml, match, keys_of(raw.values())))


def _model(
    opened: _Opened,
    shapes: Mapping[SpecText, ir.Shape],
    operations: Mapping[SpecText, ir.Operation],
    calls: Iterable[Call],
) -> ir.Model:
    """Put a model together. Raises Diagnostics with every fault so far."""
    sources, context, service = opened.sources, opened.context, opened.service
    beside = {key: source for key in _BESIDE if (source := _with(sources, key))}
    paging = Reading(beside["pagination"]) if "pagination" in beside else None
    waiting = Reading(beside["waiters"]) if "waiters" in beside else None
    showing = Reading(beside["examples"]) if "examples" in beside else None
    model = ir.Model(
        service=service,
        shapes=shapes,
        operations=operations,
        errors=read_errors(context, frozenset(name for call in calls for name in call.errors)),
        events={},
        sources=source_of(opened.main, service.title, "Amazon Web Services", service.release),
        decisions={},
        paginators=read_paginators(paging, beside["pagination"].value, operations) if paging else {},
        waiters=read_waiters(waiting, beside["waiters"].value, operations) if waiting else {},
        examples=read_examples(showing, beside["examples"].value, operations) if showing else (),
        endpoint_rules=beside["rules"].value if "rules" in beside else None,
    )
    finish([each for each in (context.reading, paging, waiting, showing) if each], sources)
    return model


_BESIDE = ("pagination", "waiters", "rules", "examples")
"""Keys that tell the files beside a model apart."""


def _query_maps(context: Context) -> frozenset[str]:
    """Name the maps that a query takes whole, for that is told by the target alone; see `read_member`."""
    if "key" not in context.said:
        return frozenset()
    raw = context.raw
    maps = {name for name, shape in raw.items() if isinstance(shape, dict) and shape.get("type") == "map"}
    return frozenset(name for shape in raw.values() for name in queried(shape) if name in maps)


def _with(sources: Sequence[Source], key: str) -> Source | None:
    return next((one for one in sources if isinstance(one.value, dict) and key in one.value), None)


def _match(raw: Entry) -> ir.Match:
    """Tell how the patterns of a model are meant; see the head of this module."""
    patterns = [shape["pattern"] for shape in raw.values() if isinstance(shape, dict) and "pattern" in shape]
    if patterns and all(isinstance(text, str) and _anchored(text) for text in patterns):
        return ir.Match.SEARCH
    return ir.Match.FULL


def _anchored(pattern: str) -> bool:
    r"""`^a` and `a$` are, `a` and `a\$` are not."""
    return pattern.startswith("^") or (pattern.endswith("$") and not pattern.endswith("\\$"))


# ----------------------------------------------------------------------------------------------------------- service


def _read_service(reading: Reading, top: Entry, left: Traits, match: ir.Match) -> ir.Service:
    at = reading.place("metadata")
    meta, traits = reading.known(top.get("metadata", {}), _METADATA, at)
    for key in ("apiVersion", "endpointPrefix", "protocol"):
        if "metadata" in top and key not in meta:
            reading.faults.report("missing-key", f"{quoted(key)} is missing here", at)
    prefix = _or_empty(reading, meta, "endpointPrefix")
    service_id = reading.text(meta.get("serviceId")) or prefix
    release = _or_empty(reading, meta, "apiVersion")
    protocols = _protocols(reading, meta, at)
    return ir.Service(
        **entry_fields(reading, top, {**left, **_service_traits(reading, meta, traits)}, at),
        name=reading.name(folder_name(service_id.raw)),
        release=release,
        title=reading.text(meta.get("serviceFullName")) or service_id,
        service_id=service_id,
        api_version=release,
        protocol=protocols[0],
        protocols=tuple(reading.name(str(protocol)) for protocol in protocols),
        target_prefix=reading.text(meta.get("targetPrefix")),
        endpoint=ir.Endpoint(prefix=prefix),
        signing=ir.Signing(version=_signing(reading, meta, at), name=reading.text(meta.get("signingName")) or prefix),
        auth=reading.texts(meta.get("auth"), at.child("auth")),
        pattern_match=match,
        pattern_ascii=True,
        query_compatible="awsQueryCompatible" in meta,
    )


def folder_name(service_id: str) -> str:
    """`PartnerCentral Selling` gives `partnercentral-selling`."""
    return "-".join(service_id.lower().split())


def _or_empty(reading: Reading, meta: Entry, key: str) -> SpecText:
    return reading.text(meta.get(key)) or SpecText("")


def _service_traits(reading: Reading, meta: Entry, traits: Traits) -> Traits:
    """Keep a signature of S3's own and the JSON version of REST, which the IR's words do not tell."""
    kept = dict(traits)
    if meta.get("signatureVersion") in ("s3", "s3v4"):
        kept[reading.name("signatureVersion")] = meta["signatureVersion"]
    if "jsonVersion" in meta and meta.get("protocol") != "json":
        kept[reading.name("jsonVersion")] = meta["jsonVersion"]
    return kept or NO_TRAITS


def _protocols(reading: Reading, meta: Entry, at: Place) -> tuple[ir.Protocol, ...]:
    """Give the protocols that the IR has a word for: the model's own, then the others it lists; at least one.

    The own one is `protocol`, which every release has; the list came later, and puts what is preferred first. CBOR
    comes last all the same: where there is another, botocore speaks that, and clients need no library more for it.
    """
    if (version := meta.get("jsonVersion")) is not None and version not in _JSON_VERSIONS:
        message = f"{quoted(str(version))} is none of {words(_JSON_VERSIONS)}"
        reading.faults.report("unknown-word", message, at.child("jsonVersion"))
    listed = [text.raw for text in reading.texts(meta.get("protocols"), at.child("protocols"))]
    main = meta.get("protocol")
    names = dict.fromkeys([main, *listed] if isinstance(main, str) else listed)
    found = tuple(dict.fromkeys(_protocol(name, meta) for name in names if name in _PROTOCOLS))
    if not found and names:
        message = f"{quoted(next(iter(names)))} is none of {words(list(_PROTOCOLS))}"
        reading.faults.report("unknown-word", message, at.child("protocol" if isinstance(main, str) else "protocols"))
    return tuple(sorted(found, key=lambda one: one is ir.Protocol.RPC_V2_CBOR)) or (ir.Protocol.AWS_JSON_1_0,)


def _protocol(name: str, meta: Entry) -> ir.Protocol:
    return ir.Protocol.AWS_JSON_1_0 if name == "json" and meta.get("jsonVersion") == "1.0" else _PROTOCOLS[name]


def _signing(reading: Reading, meta: Entry, at: Place) -> ir.SigningVersion:
    word = meta.get("signatureVersion", "v4")
    if not isinstance(word, str) or word not in _SIGNING:
        message = f"{quoted(str(word))} is none of {words(list(_SIGNING))}"
        reading.faults.report("unknown-word", message, at.child("signatureVersion"))
        return ir.SigningVersion.V4
    return _SIGNING[word]
