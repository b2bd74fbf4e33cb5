"""`ir.Model` -> a Smithy model: its JSON syntax tree, 2.0.

In: a model. Out: the tree, from which `read_smithy` makes the same model again, places aside. What Smithy has a trait
for stands as that trait, and counts when it is read; the rest, `NOT_SMITHY`, stands in `speccast#facts` beside it. That
is found by reading back what was printed and comparing: so nothing is lost, whatever a spec says.

A pattern of Smithy is found anywhere in a value: one of ours that has to match the whole is printed with its anchors.
Names that are no identifiers of Smithy's, or differ from another's in case only, are made such, and keep their own in
`speccast#name`. A bound that is recorded and not enforced is no trait, for Smithy knows of none.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.exporters.pretty import pretty
from codegen.exporters.sentences import without_docs
from codegen.exporters.smithy_names import ids_of
from codegen.exporters.smithy_operations import operation_entry
from codegen.exporters.smithy_shapes import Frame, Tree, error_entry, shape_entry, with_traits
from codegen.exporters.smithy_traits import Traits, entry_traits
from codegen.importers.smithy import read_smithy
from codegen.importers.smithy_ast import FACTS, NAME, PRELUDE
from codegen.importers.smithy_facts import changes_between
from codegen.importers.smithy_shapes import UNNAMED
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.source import Source
from codegen.spec.write import write_model
from codegen.spec.write_shapes import Spec

NOT_SMITHY: Mapping[str, str] = {
    "aliases": "further spellings of an error's code",
    "apiVersion": "a version beside the release",
    "asynchronous": "operations that start a task",
    "auth": "no way to sign, of a service that signs",
    "closed": "enums that may not grow: Smithy leaves it to the reader",
    "code": "codes of errors outside the query protocol",
    "commonErrors": "errors that are not of one operation",
    "commonParameters": "parameters that every action takes",
    "decision": "what was decided about a constraint",
    "decisions": "contradictions between documents, and what was chosen",
    "default": "a default of null",
    "deprecated": "paginators that are deprecated",
    "endpoint": "templates and regions beside the rules",
    "events": "events on the bus",
    "flattened": "maps and lists that are flattened by themselves, not by who has them",
    "http": "bindings of protocols that have none, statuses that nobody said",
    "httpError": "a status per source",
    "jsonValue": "JSON within a string",
    "knownValues": "values that prose names without closing the set",
    "length": "a length that is recorded alone",
    "location": "bindings of protocols that have none",
    "locationName": "names of bindings that Smithy has none for",
    "name": "a service name that is not made of its id, constants without a name beside some with one",
    "paginators": "several tokens, several results, an expression for a path",
    "pattern": "patterns for the whole value, or of Unicode",
    "patterns": "how the patterns of a service are meant",
    "payload": "a payload in protocols without bindings",
    "protocols": "protocols in an order of their own",
    "range": "a range that is recorded alone",
    "sensitive": "members that are sensitive in themselves",
    "signing": "signatures of old",
    "sources": "where a fact comes from",
    "streaming": "members that stream, not their shapes",
    "suggestedAction": "what to do about an error",
    "target": "a prefix of targets outside AWS's JSON and CBOR",
    "traits": "what botocore alone says",
    "waiters": "a status or a number that is waited for, paths that end nowhere",
    "wireName": "names on the wire in protocols that have no trait for them",
    "xml": "an element that says nothing of its own",
}
"""Keys of our form -> what of it Smithy cannot say; `speccast#facts` has it."""

_PROTOCOLS = {
    protocol: "smithy.protocols#rpcv2Cbor" if protocol is ir.Protocol.RPC_V2_CBOR else f"aws.protocols#{protocol}"
    for protocol in ir.Protocol
}
_API = "aws.api#service"


def smithy_text(model: ir.Model, *, docs: bool) -> str:
    """Print a model as a Smithy model."""
    return pretty(smithy_tree(model, docs=docs))


def smithy_tree(model: ir.Model, *, docs: bool) -> Tree:
    """Write a model as a syntax tree; `docs` or not, `read_smithy` reads what was written."""
    whole = model if docs else without_docs(model)
    service, tree = _service_id(whole), _plain(whole)
    read = write_model(read_smithy(Source("", str, tree)), docs=True)
    shapes = tree["shapes"]
    assert isinstance(shapes, dict)
    for shape, changes in _facts(whole, read, service).items():
        entry = shapes[shape]
        assert isinstance(entry, dict)
        traits = entry.get("traits")
        entry["traits"] = {**(traits if isinstance(traits, dict) else {}), FACTS: changes}
    return tree


def _service_id(model: ir.Model) -> str:
    return ids_of(model).service


def _facts(model: ir.Model, read: Spec, service: str) -> dict[str, list[Json]]:
    """List by shape what has to change in what was read for it to be what was meant."""
    wanted, ids = write_model(model, docs=True), ids_of(model)
    owned = {"operations": ids.operations, "errors": ids.errors, "shapes": ids.shapes}
    rest = [{key: each for key, each in spec.items() if key not in owned} for spec in (read, wanted)]
    found = {service: changes_between(*rest)}
    for section, names in owned.items():
        before, after = _section(read, section), _section(wanted, section)
        found |= {names[SpecText(name)]: changes_between(_entry(before, name), _entry(after, name)) for name in after}
    return {shape: changes for shape, changes in found.items() if changes}


def _section(spec: Spec, section: str) -> Mapping[str, Json]:
    return _entry(spec, section)


def _entry(entries: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    entry = entries.get(name)
    return entry if isinstance(entry, dict) else {}


# --------------------------------------------------------------------------------------------------------- the tree


def _plain(model: ir.Model) -> Tree:
    """Write what Smithy can say."""
    ids, service = ids_of(model), model.service
    frame = Frame(ids, service.protocol, service.query_compatible or service.protocol is ir.Protocol.AWS_QUERY)
    shapes: Tree = {ids.service: _service(model, frame)}
    shapes |= {ids.operations[name]: operation_entry(each, model, frame) for name, each in model.operations.items()}
    shapes |= {ids.errors[name]: error_entry(each, frame) for name, each in model.errors.items()}
    shapes |= {ids.shapes[name]: shape_entry(each, frame) for name, each in model.shapes.items()}
    return {"smithy": "2.0", "shapes": {**shapes, **_own_traits()}}


def _own_traits() -> Tree:
    """Define the traits of ours, so that Smithy's own tools take them."""
    trait: Json = {PRELUDE + "trait": {}}
    kinds = {FACTS: "document", NAME: "string", UNNAMED: "structure"}
    more: dict[str, Tree] = {UNNAMED: {"members": {}}}
    return {name: {"type": kind, **more.get(name, {}), "traits": trait} for name, kind in kinds.items()}


def _service(model: ir.Model, frame: Frame) -> Tree:
    service = model.service
    operations: list[Json] = [{"target": shape} for shape in frame.ids.operations.values()]
    traits: Traits = {
        **_entry_traits(service, frame),
        PRELUDE + "title": service.title.raw,
        _API: _api(service),
        **_protocols(service),
        **_auth(service),
        **({"aws.protocols#awsQueryCompatible": {}} if service.query_compatible else {}),
        **({"smithy.rules#endpointRuleSet": rules} if isinstance(rules := model.endpoint_rules, dict) else {}),
    }
    return with_traits({"type": "service", "version": service.release.raw, "operations": operations}, traits)


def _entry_traits(service: ir.Service, frame: Frame) -> Traits:
    """Protocols are said with the versions of HTTP that they came with."""
    spoken = set(_PROTOCOLS.values())
    return {name: each for name, each in entry_traits(service, frame.rest).items() if name not in spoken}


def _api(service: ir.Service) -> Json:
    kept = service.traits.get(SpecText(_API))
    return {
        **(kept if isinstance(kept, dict) else {}),
        "sdkId": service.service_id.raw,
        "endpointPrefix": service.endpoint.prefix.raw,
    }


def _protocols(service: ir.Service) -> Traits:
    """The service's own protocol comes first: that makes it the one."""
    listed = [protocol for protocol in ir.Protocol if SpecText(protocol.value) in service.protocols]
    listed.sort(key=lambda protocol: service.protocols.index(SpecText(protocol.value)))
    names = [_PROTOCOLS[protocol] for protocol in dict.fromkeys((service.protocol, *listed))]
    kept = {name: service.traits.get(SpecText(name)) for name in names}
    return {name: said if isinstance(said, dict) else {} for name, said in kept.items()}


_AUTH = {
    ir.SigningVersion.V4: "aws.auth#sigv4",
    ir.SigningVersion.V4A: "aws.auth#sigv4a",
    ir.SigningVersion.BEARER: f"{PRELUDE}httpBearerAuth",
}
_NAMED = (ir.SigningVersion.V4, ir.SigningVersion.V4A)


def _auth(service: ir.Service) -> Traits:
    """Ways to sign that the service lists beside its own are traits of it as well: Smithy wants that."""
    version, name = service.signing.version, {"name": service.signing.name.raw}
    ways = [way for way, trait in _AUTH.items() if way is version or SpecText(trait) in service.auth]
    own: Traits = {_AUTH[way]: dict(name) if way in _NAMED else {} for way in ways}
    listed: list[Json] = [each.raw for each in service.auth]
    return {**own, **({PRELUDE + "auth": listed} if listed and listed != list(own) else {})}
