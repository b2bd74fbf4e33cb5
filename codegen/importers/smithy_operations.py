"""Operations of a Smithy model -> `ir.Operation`s.

In: a `Tree`. Out: the operations that a service or its resources name, each once, in the order of the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.diagnostics import Place, quoted
from codegen.importers.reading import LIST, OBJECT, TEXT, Entry, Kinds
from codegen.importers.smithy_ast import PRELUDE, UNIT, Tree, leftover, traits_of
from codegen.importers.smithy_members import ENTRY, entry_fields
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText

_LIFECYCLE = ("create", "put", "read", "update", "delete", "list")


def operations_of(tree: Tree, service: str) -> Iterator[str]:
    """Walk the operations that a service or its resources name, each once, in the order of the model."""
    seen: set[str] = set()
    waiting: list[tuple[str, Place]] = [(service, tree.place(service))]
    while waiting:
        shape, at = waiting.pop()
        entry = tree.shapes.get(shape)
        if entry is None:
            tree.reading.unknown("shape", shape, list(tree.shapes), at)
        elif shape not in seen:
            seen.add(shape)
            if entry.get("type") == "operation":
                yield shape
            waiting.extend(reversed(list(_bound(tree, shape, entry))))


def _bound(tree: Tree, shape: str, entry: Entry) -> Iterator[tuple[str, Place]]:
    if entry.get("type") not in ("service", "resource"):
        return
    at = tree.place(shape)
    for key in _LIFECYCLE:
        if key in entry and entry.get("type") == "resource":
            yield _reference(tree, entry[key], at.child(key)), at.child(key)
    for key in ("operations", "collectionOperations", "resources"):
        listed = entry.get(key, [])
        if not isinstance(listed, list):
            tree.reading.faults.mismatch(listed, "an array", at.child(key))
            continue
        for number, each in enumerate(listed):
            yield _reference(tree, each, at.child(key, number)), at.child(key, number)


def _reference(tree: Tree, raw: Json, at: Place) -> str:
    said, _ = tree.reading.known(raw, {"target": TEXT}, at, "target")
    target = said.get("target")
    return target if isinstance(target, str) else ""


_OPERATION: Kinds = {
    **ENTRY,
    f"{PRELUDE}idempotent": OBJECT,
    f"{PRELUDE}readonly": OBJECT,
    f"{PRELUDE}http": OBJECT,
    f"{PRELUDE}endpoint": OBJECT,
    f"{PRELUDE}auth": LIST,
    "aws.auth#unsignedPayload": OBJECT,
}


_READ_ELSEWHERE = frozenset([f"{PRELUDE}paginated", f"{PRELUDE}examples", "smithy.waiters#waitable"])


def read_operations(
    tree: Tree, found: Mapping[str, Entry], common: tuple[SpecText, ...]
) -> dict[SpecText, ir.Operation]:
    return {tree.name(shape): _read_operation(tree, shape, entry, common) for shape, entry in found.items()}


def _read_operation(tree: Tree, shape: str, entry: Entry, common: tuple[SpecText, ...]) -> ir.Operation:
    reading, at = tree.reading, tree.place(shape)
    traits, unread = reading.known(traits_of(entry), _OPERATION, at.child("traits"))
    left = leftover(reading, {key.raw: value for key, value in unread.items()}, _READ_ELSEWHERE)
    if not tree.rest and PRELUDE + "http" in traits:
        left = {**left, reading.name(PRELUDE + "http"): traits[PRELUDE + "http"]}
    endpoint = traits.get(PRELUDE + "endpoint", {})
    said, _ = reading.known(endpoint, {"hostPrefix": TEXT}, at.child("traits", PRELUDE + "endpoint"))
    return ir.Operation(
        **entry_fields(reading, traits, left, at),
        name=tree.name(shape),
        input=_end(tree, entry, "input", at),
        output=_end(tree, entry, "output", at),
        errors=tuple(dict.fromkeys((*errors_of(tree, entry, at), *common))),
        idempotent=PRELUDE + "idempotent" in traits,
        readonly=PRELUDE + "readonly" in traits,
        http=_http(tree, traits, at),
        host_prefix=reading.text(said.get("hostPrefix")),
        auth=reading.texts(traits.get(PRELUDE + "auth"), at.child("traits", PRELUDE + "auth")),
        unsigned_payload="aws.auth#unsignedPayload" in traits,
        endpoint_discovery="aws.api#clientDiscoveredEndpoint" in traits_of(entry),
    )


def _end(tree: Tree, entry: Entry, end: str, at: Place) -> SpecText | None:
    """Nothing is nothing, whether it is said or not."""
    if end not in entry:
        return None
    target = tree.target(entry[end], at.child(end))
    return tree.name(target) if target and target != UNIT else None


def errors_of(tree: Tree, entry: Entry, at: Place) -> Iterator[SpecText]:
    listed = entry.get("errors", [])
    if not isinstance(listed, list):
        tree.reading.faults.mismatch(listed, "an array", at.child("errors"))
        return
    for number, each in enumerate(listed):
        where = at.child("errors", number)
        target = tree.target(each, where)
        if target and PRELUDE + "error" not in traits_of(tree.shapes.get(target, {})) and target in tree.names:
            message = f"{quoted(target)} is no error: it has no trait {quoted(PRELUDE + 'error')}"
            tree.reading.faults.report("not-an-error", message, where)
        yield tree.name(target)


def service_errors(tree: Tree, shape: str, entry: Entry) -> tuple[SpecText, ...]:
    return tuple(errors_of(tree, entry, tree.place(shape)))


def _http(tree: Tree, traits: Entry, at: Place) -> ir.Http | None:
    if not tree.rest:
        return ir.Http(method=tree.reading.name("POST"), uri=tree.reading.name("/"))
    if PRELUDE + "http" not in traits:
        return None
    kinds: Kinds = {"method": TEXT, "uri": TEXT, "code": (int,)}
    said, _ = tree.reading.known(traits[PRELUDE + "http"], kinds, at.child("traits", PRELUDE + "http"), "method", "uri")
    code = said.get("code")
    return ir.Http(
        method=tree.reading.text(said.get("method")) or SpecText(""),
        uri=tree.reading.text(said.get("uri")) or SpecText(""),
        response_code=code if isinstance(code, int) else 200,
    )
