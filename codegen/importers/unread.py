"""What a foreign model says in places that no reader looks at: told, so that nothing is dropped in silence.

In: the parsed files of a model. Out: a warning per key that is left out, at the first place that has it. Traits are no
matter of this module: one that is not known is kept (see `known_traits`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from codegen.diagnostics import Diagnostic, Level, Place, quoted
from codegen.importers.smithy_ast import PRELUDE, local
from codegen.spec import ir
from codegen.spec.ir import Json
from codegen.spec.source import Source

Unread = tuple[str, str, Place]
"""What has the key, the key, where."""

_ANY_SHAPE = ("type", "traits", "mixins")
_LISTS = dict.fromkeys(("list", "set"), ("member",))
_AGGREGATES = dict.fromkeys(("structure", "union", "enum", "intEnum"), ("members",))
_SHAPES: Mapping[str, tuple[str, ...]] = {
    **_LISTS,
    **_AGGREGATES,
    "map": ("key", "value"),
    "operation": ("input", "output", "errors"),
    "service": ("version", "operations", "resources", "errors", "rename"),
    "resource": (
        *("create", "put", "read", "update", "delete", "list"),
        *("operations", "collectionOperations", "resources"),
    ),
}
"""Keys that are read, by type of shape."""

_TRAITS: Mapping[str, tuple[str, ...]] = {
    PRELUDE + "deprecated": ("message", "since"),
    PRELUDE + "length": ("min", "max"),
    PRELUDE + "range": ("min", "max"),
    PRELUDE + "xmlNamespace": ("uri", "prefix"),
    PRELUDE + "endpoint": ("hostPrefix",),
    PRELUDE + "http": ("method", "uri", "code"),
    PRELUDE + "retryable": ("throttling",),
    "aws.protocols#awsQueryError": ("code", "httpResponseCode"),
    "aws.auth#sigv4": ("name",),
    "aws.auth#sigv4a": ("name",),
    "smithy.rules#contextParam": ("name",),
}
"""Keys that are read of a trait that a field of ours stands for."""

_BOTOCORE: Mapping[str, tuple[str, ...]] = {
    "metadata": ("version", "metadata", "operations", "shapes", "documentation", "examples"),
    "pagination": ("version", "pagination"),
    "waiters": ("version", "waiters"),
    "examples": ("version", "examples"),
}
"""Keys at the top of a file of botocore, by the key that tells it; what else `metadata` has beside it is a trait."""


def unread_keys(sources: Iterable[Source]) -> tuple[Diagnostic, ...]:
    """Warn once of each key that is left out."""
    first, counted = dict[tuple[str, str], Place](), Counter[tuple[str, str]]()
    for source in sources:
        for what, key, place in _of(source):
            first.setdefault((what, key), place)
            counted[what, key] += 1
    return tuple(_warning(what, key, counted[what, key], place) for (what, key), place in first.items())


def unbound_operations(source: Source, model: ir.Model) -> tuple[Diagnostic, ...]:
    """Warn of each operation of a Smithy model that its service does not name."""
    shapes, names = _object(_object(source.value).get("shapes")), {name.raw for name in model.operations}
    operations = [shape for shape, entry in shapes.items() if _object(entry).get("type") == "operation"]
    if len(operations) <= len(names):
        return ()
    return tuple(
        Diagnostic(
            "left-out",
            f"operation {quoted(shape)} belongs to no service; it is left out",
            Place(source.path, ("shapes", shape), on_key=True),
            Level.WARNING,
        )
        for shape in operations
        if local(shape) not in names
    )


def _warning(what: str, key: str, count: int, place: Place) -> Diagnostic:
    elsewhere = f", here and {count - 1} times more" if count > 1 else ""
    message = f"{quoted(key)} of {what} has no place in a spec; it is left out{elsewhere}"
    return Diagnostic("left-out", message, place.key(), Level.WARNING)


def _of(source: Source) -> Iterator[Unread]:
    top = _object(source.value)
    if "smithy" in top:
        yield from _of_smithy(top, Place(source.path))
        return
    told = next((key for key in _BOTOCORE if key in top), None)
    if told and told != "metadata":
        yield from _others("the file", top, _BOTOCORE[told], Place(source.path))
    for name, waiter in _object(top.get("waiters")).items():
        acceptors = _object(waiter).get("acceptors")
        for number, each in enumerate(acceptors if isinstance(acceptors, list) else ()):
            at = Place(source.path, ("waiters", name, "acceptors", number))
            yield from _others("an acceptor", _object(each), ("state", "matcher", "argument", "expected"), at)


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _others(what: str, entry: Mapping[str, Json], read: tuple[str, ...], at: Place) -> Iterator[Unread]:
    return ((what, key, at.child(key)) for key in entry if key not in read)


# -------------------------------------------------------------------------------------------------------------- Smithy


def _of_smithy(top: Mapping[str, Json], at: Place) -> Iterator[Unread]:
    yield from _others("the model", top, ("smithy", "shapes", "metadata"), at)
    yield from _others("the metadata", _object(top.get("metadata")), (), at.child("metadata"))
    for name, raw in _object(top.get("shapes")).items():
        yield from _of_shape(_object(raw), at.child("shapes", name))


def _of_shape(entry: Mapping[str, Json], at: Place) -> Iterator[Unread]:
    kind = entry.get("type")
    read = _SHAPES.get(kind, ()) if isinstance(kind, str) else ()
    article = "an" if str(kind)[:1] in "aeiou" else "a"
    yield from _others(f"{article} {kind}", entry, (*_ANY_SHAPE, *read), at)
    yield from _of_traits(entry, at)
    if kind == "resource":
        yield from (("a resource", key, at.child("traits", key)) for key in _object(entry.get("traits")))
    for name, member in _object(entry.get("members")).items():
        yield from _of_traits(_object(member), at.child("members", name))
    for name in ("member", "key", "value"):
        yield from _of_traits(_object(entry.get(name)), at.child(name))


def _of_traits(entry: Mapping[str, Json], at: Place) -> Iterator[Unread]:
    traits = _object(entry.get("traits"))
    for name in (name for name in _TRAITS if name in traits):
        yield from _others(f"the trait {name}", _object(traits[name]), _TRAITS[name], at.child("traits", name))
