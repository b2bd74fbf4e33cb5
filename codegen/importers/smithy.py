"""A Smithy model (its JSON syntax tree, 1.0 or 2.0) -> `ir.Model`.

In: one file with one service. Out: the model; its release is the service's `version`, its one source the file itself.
Operations are those that the service reaches, resources included; errors of the whole service are listed by each.

Where two forms say the same in different words the words are botocore's: a client of an RPC protocol posts to `/`
whatever `http` says (kept as a trait), no output is no output and not `Unit`, `success` of a waiter is its `error`
turned round. A waiter of Smithy has a longest delay and no number of attempts: as many are given as fit into it.
What `metadata` holds are notes to Smithy's own tools and left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NoReturn

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Note, Place, quoted
from codegen.importers.reading import LIST, OBJECT, TEXT, Entry, Kinds, Reading, finish, source_of
from codegen.importers.smithy_ast import PRELUDE, UNIT, Tree, local, names_of, traits_of, whole_shapes
from codegen.importers.smithy_extras import read_examples, read_paginators, read_waiters
from codegen.importers.smithy_facts import with_facts
from codegen.importers.smithy_members import ENTRY, entry_fields
from codegen.importers.smithy_operations import operations_of, read_operations, service_errors
from codegen.importers.smithy_shapes import read_errors, read_shapes
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.source import Source
from codegen.spec.wording import words

_VERSIONS = ("1", "1.0", "2", "2.0", "2.1")
_PROTOCOLS = {
    f"aws.protocols#{protocol}": protocol for protocol in ir.Protocol if protocol is not ir.Protocol.RPC_V2_CBOR
} | {"smithy.protocols#rpcv2Cbor": ir.Protocol.RPC_V2_CBOR}
_AUTH = {
    "aws.auth#sigv4": ir.SigningVersion.V4,
    "aws.auth#sigv4a": ir.SigningVersion.V4A,
    f"{PRELUDE}httpBearerAuth": ir.SigningVersion.BEARER,
}
_API = "aws.api#service"
_RULES = "smithy.rules#endpointRuleSet"


def read_smithy(source: Source) -> ir.Model:
    """Read the one service of a syntax tree."""
    reading = Reading(source)
    tree, service_id = _open(reading, source)
    entry = tree.shapes[service_id]
    service = _read_service(tree, service_id, entry)
    found = {shape: tree.shapes[shape] for shape in operations_of(tree, service_id)}
    model = ir.Model(
        service=service,
        operations=read_operations(tree, found, service_errors(tree, service_id, entry)),
        shapes=read_shapes(tree, _ends(found)),
        errors=read_errors(tree),
        events={},
        sources=source_of(source, service.title, "Amazon Web Services", service.release),
        decisions={},
        paginators=read_paginators(tree, found, traits_of(entry).get(PRELUDE + "paginated", {})),
        waiters=read_waiters(tree, found),
        examples=read_examples(tree, found),
        endpoint_rules=traits_of(entry).get(_RULES),
    )
    finish([reading], [source])
    return with_facts(model, tree, service_id, source)


def _open(reading: Reading, source: Source) -> tuple[Tree, str]:
    """Give the tree with its shorthand written out, and the id of its service."""
    kinds: Kinds = {"smithy": TEXT, "shapes": OBJECT, "metadata": OBJECT}
    top, _ = reading.known(source.value, kinds, Place(source.path), "smithy", "shapes")
    _check_version(reading, top)
    shapes = whole_shapes(reading, top.get("shapes", {}))
    service_id = _only_service(reading, shapes, source)
    entry = shapes[service_id]
    names = names_of(reading, shapes, service_id, _object(entry.get("rename")))
    query = "aws.protocols#awsQueryCompatible" in traits_of(entry)
    return Tree(reading, shapes, names, _protocol(entry), query), service_id


def _check_version(reading: Reading, top: Entry) -> None:
    version = top.get("smithy")
    if isinstance(version, str) and version not in _VERSIONS:
        message = f"{quoted(version)} is none of {words(_VERSIONS)}"
        reading.faults.report("unknown-word", message, reading.place("smithy"))


def _only_service(reading: Reading, shapes: Mapping[str, Entry], source: Source) -> str:
    services = [shape for shape, entry in shapes.items() if entry.get("type") == "service"]
    if len(services) == 1:
        return services[0]
    if not services:
        reading.faults.report("no-service", 'no shape of this model has the type "service"', reading.place("shapes"))
    else:
        note = Note("the first is here", reading.place("shapes", services[0]).key())
        message = "a second service in one model; put each into a model of its own"
        reading.faults.report("no-service", message, reading.place("shapes", services[1]).key(), note)
    _refuse(reading, source)


def _refuse(reading: Reading, source: Source) -> NoReturn:
    finish([reading], [source])
    raise Diagnostics([Diagnostic("spec-form", "this is no Smithy model", Location(source.path))])


def _object(value: Json) -> Entry:
    return value if isinstance(value, dict) else {}


# ----------------------------------------------------------------------------------------------------------- service

_SERVICE: Kinds = {
    **ENTRY,
    f"{PRELUDE}title": TEXT,
    f"{PRELUDE}auth": LIST,
    _API: OBJECT,
    "aws.auth#sigv4": OBJECT,
    "aws.auth#sigv4a": OBJECT,
    "aws.protocols#awsQueryCompatible": OBJECT,
    _RULES: OBJECT,
    **dict.fromkeys(_PROTOCOLS, OBJECT),
}
_API_KEYS: Kinds = {"sdkId": TEXT, "arnNamespace": TEXT, "endpointPrefix": TEXT}


def _read_service(tree: Tree, shape: str, entry: Entry) -> ir.Service:
    reading, at = tree.reading, tree.place(shape)
    version, _ = reading.known({"version": entry.get("version")} if "version" in entry else {}, {"version": TEXT}, at)
    if "version" not in entry:
        reading.faults.report("missing-key", '"version" is missing here, which names the release', at)
    traits, left = reading.known(traits_of(entry), _SERVICE, at.child("traits"))
    api, rest = reading.known(traits.get(_API, {}), _API_KEYS, at.child("traits", _API))
    if api.get("sdkId") == "":
        reading.faults.report("empty-name", '"sdkId" is empty', at.child("traits", _API, "sdkId"))
    service_id = reading.text(api.get("sdkId")) or reading.name(local(shape))
    prefix = _first(reading, api.get("endpointPrefix"), api.get("arnNamespace"), service_id.raw.lower())
    release = reading.text(version.get("version")) or SpecText("")
    protocols = _protocols(reading, entry, shape)
    return ir.Service(
        **entry_fields(reading, traits, {**left, **_kept(reading, traits, api, rest)}, at),
        name=reading.name("-".join(service_id.raw.lower().split())),
        release=release,
        title=reading.text(traits.get(PRELUDE + "title")) or service_id,
        service_id=service_id,
        api_version=release,
        protocol=tree.protocol,
        protocols=tuple(reading.name(str(protocol)) for protocol in protocols),
        target_prefix=reading.name(local(shape)) if _is_named(tree) else None,
        endpoint=ir.Endpoint(prefix=prefix),
        signing=_signing(reading, traits, prefix, at),
        auth=_auth(reading, traits, at),
        pattern_match=ir.Match.SEARCH,
        pattern_ascii=True,
        query_compatible="aws.protocols#awsQueryCompatible" in traits,
    )


def _first(reading: Reading, *values: Json) -> SpecText:
    return next((text for value in values if (text := reading.text(value))), SpecText(""))


def _is_named(tree: Tree) -> bool:
    """Say whether requests name the service's shape, in a header or in their path."""
    return tree.protocol in (ir.Protocol.AWS_JSON_1_0, ir.Protocol.AWS_JSON_1_1, ir.Protocol.RPC_V2_CBOR)


def _kept(reading: Reading, traits: Entry, api: Entry, rest: Mapping[SpecText, Json]) -> dict[SpecText, Json]:
    """Keep what the service trait says beyond what has a field, and versions of HTTP that protocols name.

    The namespace of ARNs is always of these.
    """
    said: dict[str, Json] = {key.raw: value for key, value in rest.items()}
    if "arnNamespace" in api:
        said["arnNamespace"] = api["arnNamespace"]
    spoken = {reading.name(trait): traits[trait] for trait in _PROTOCOLS if traits.get(trait)}
    return {**spoken, **({reading.name(_API): said} if said else {})}


def _protocols(reading: Reading, entry: Entry, shape: str) -> tuple[ir.Protocol, ...]:
    """Give the protocols of the service in the order of its traits; one at least."""
    found = tuple(_PROTOCOLS[trait] for trait in traits_of(entry) if trait in _PROTOCOLS)
    if not found:
        message = f"no protocol that is known; these are {words(list(_PROTOCOLS))}"
        reading.faults.report("no-protocol", message, reading.place("shapes", shape).key())
    return found or (ir.Protocol.AWS_JSON_1_0,)


def _protocol(entry: Entry) -> ir.Protocol:
    return next((_PROTOCOLS[trait] for trait in traits_of(entry) if trait in _PROTOCOLS), ir.Protocol.AWS_JSON_1_0)


def _signing(reading: Reading, traits: Entry, prefix: SpecText, at: Place) -> ir.Signing:
    trait = next((each for each in _AUTH if each in traits), None)
    if trait is None:
        return ir.Signing(version=ir.SigningVersion.NONE, name=prefix)
    said, _ = reading.known(traits[trait], {"name": TEXT}, at.child("traits", trait))
    return ir.Signing(version=_AUTH[trait], name=reading.text(said.get("name")) or prefix)


def _auth(reading: Reading, traits: Entry, at: Place) -> tuple[SpecText, ...]:
    """What `auth` lists; without it, every way that the service says it knows."""
    if PRELUDE + "auth" in traits:
        return reading.texts(traits[PRELUDE + "auth"], at.child("traits", PRELUDE + "auth"))
    return tuple(reading.name(each) for each in _AUTH if each in traits)


def _ends(operations: Mapping[str, Entry]) -> Iterator[str]:
    for entry in operations.values():
        for end in ("input", "output"):
            target = _object(entry.get(end)).get("target")
            if isinstance(target, str) and target != UNIT:
                yield target
