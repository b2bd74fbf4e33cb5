"""The rows of the census: what is counted in AWS's models, and which of it a generator may stumble over.

In: one service's model. Out: the places in it that a row counts. `tests/test_quirks.py` shows for each row that is a
quirk that it survives generation.
"""

from __future__ import annotations

import builtins
import keyword
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore import xform_name  # type: ignore[import-untyped]
from census import Raw, Service, edges_of
from pydantic import BaseModel

Found = Iterable[str]

# -------------------------------------------------------------------------------------------------------------- words


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


FRAMEWORK = _listed("""
    Annotated Any BaseModel Callable ClassVar ConfigDict Decimal Enum Field Final Generic IntEnum Iterable Iterator
    Literal Mapping Optional RootModel Self Sequence StrEnum TypeAlias TypeVar UUID Union date datetime field time
    timedelta
""")
"""What a generated module is likely to import."""

BUILTINS = frozenset(vars(builtins))
MODEL = frozenset(name for name in dir(BaseModel) if not name.startswith("_"))
TEXT = frozenset(name for name in dir(str) if not name.startswith("_"))
_ENUM = frozenset(("name", "value", "mro"))


@cache
def _snake(name: str) -> str:
    return str(xform_name(name))


def _twice(names: Iterable[str], key: Callable[[str], str]) -> Found:
    """Give the names that come to the same as an earlier one."""
    counted = Counter(map(key, dict.fromkeys(names)))
    return [name for name in dict.fromkeys(names) if counted[key(name)] > 1]


def _members(wanted: Callable[[str, str, Raw], object]) -> Callable[[Service], Found]:
    return lambda one: (f"{owner}.{name}" for owner, name, member in one.members if wanted(owner, name, member))


def _named(wanted: Callable[[str], object]) -> Callable[[Service], Found]:
    return _members(lambda owner, name, member: wanted(name))


def _saying(key: str) -> Callable[[Service], Found]:
    return _members(lambda owner, name, member: member.get(key))


def _shapes(wanted: Callable[[str, Raw], object]) -> Callable[[Service], Found]:
    return lambda one: (name for name, shape in one.shapes.items() if wanted(name, shape))


def _with(key: str, *types: str) -> Callable[[Service], Found]:
    return _shapes(lambda name, shape: shape.get(key) and (not types or shape["type"] in types))


def _errors(wanted: Callable[[str, Raw], object]) -> Callable[[Service], Found]:
    return lambda one: (name for name, shape in one.errors.items() if wanted(name, shape))


def _operations(wanted: Callable[[str, Raw], object]) -> Callable[[Service], Found]:
    return lambda one: (name for name, operation in one.operations.items() if wanted(name, operation))


def _values(wanted: Callable[[str], object]) -> Callable[[Service], Found]:
    return lambda one: (f"{name}={value}" for name, value in one.values if wanted(value))


def _edges(key: str, wanted: Callable[[Raw], object]) -> Callable[[Service], Found]:
    """Find maps by what their key, or lists by what their item is."""
    return lambda one: (
        name for name, shape in one.shapes.items() if key in shape and wanted(one.shapes[shape[key]["shape"]])
    )


# --------------------------------------------------------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the census; `find` gives where in one service. Only a quirk needs a test of its own."""

    name: str
    find: Callable[[Service], Found]
    quirk: bool = True


def _bounds(shape: Raw) -> list[Any]:
    return [shape[key] for key in ("min", "max") if key in shape]


def _constrained(shape: Raw) -> bool:
    return not shape.keys().isdisjoint(("pattern", "min", "max"))


def _messages(shape: Raw) -> list[str]:
    return [name for name in shape.get("members", {}) if name.lower() == "message"]


def _inputs(one: Service) -> set[str]:
    return set(one.ends["input"])


def _union_cycle(one: Service, group: list[str]) -> bool:
    return any(one.shapes[name].get("union") for name in group)


def _empty(end: str) -> Callable[[Service], Found]:
    return lambda one: (
        name
        for name, operation in one.operations.items()
        if end in operation and not one.shapes[operation[end]["shape"]].get("members")
    )


def _wire_twice(one: Service) -> Found:
    for owner, shape in one.structures.items():
        members = shape.get("members", {}).items()
        names = Counter((member.get("location"), member.get("locationName", name)) for name, member in members)
        yield from (
            f"{owner}.{name}"
            for name, member in members
            if names[member.get("location"), member.get("locationName", name)] > 1
        )


def _tokens_elsewhere(one: Service) -> Found:
    inputs = _inputs(one)
    return (
        f"{owner}.{name}" for owner, name, raw in one.members if raw.get("idempotencyToken") and owner not in inputs
    )


def _required_tokens(one: Service) -> Found:
    return (
        f"{owner}.{name}"
        for owner, name, raw in one.members
        if raw.get("idempotencyToken") and name in one.shapes[owner].get("required", ())
    )


def _both_ways(one: Service) -> Found:
    reached = one.reached(one.ends["input"]) & one.reached(one.ends["output"])
    return (name for name in one.structures if name in reached)


def _unreachable(one: Service) -> Found:
    listed = [error["shape"] for operation in one.operations.values() for error in operation.get("errors", ())]
    reached = one.reached([*one.ends["input"], *one.ends["output"], *listed])
    return (name for name in one.shapes if name not in reached)


def _shared_ends(one: Service) -> Found:
    counted = Counter(name for names in one.ends.values() for name in names)
    return (name for name, count in counted.items() if count > 1)


def _listed_twice(one: Service) -> Found:
    for name, operation in one.operations.items():
        listed = [error["shape"] for error in operation.get("errors", ())]
        yield from [name] if len(set(listed)) < len(listed) else []


def _error_values(one: Service) -> Found:
    """Find the errors that something else takes or gives as a value."""
    named = {target for edges in one.edges.values() for target in edges} | {n for e in one.ends.values() for n in e}
    return (name for name in one.errors if name in named)


def _structures(one: Service, group: list[str]) -> int:
    return sum(one.shapes[name]["type"] == "structure" for name in group)


def _required_in_itself(one: Service) -> Found:
    """Find the structures that no value fits, for they ask for one of their own kind."""
    return (
        name
        for name, shape in one.structures.items()
        if any(shape["members"][each]["shape"] == name for each in shape.get("required", ()))
    )


def _senders_500(error: Raw) -> bool:
    return bool(error.get("senderFault")) and error.get("httpStatusCode", 0) >= 500


def _unsigned(operation: Raw) -> bool:
    return "smithy.api#noAuth" in operation.get("auth", ()) or operation.get("authtype") == "none"


def _texts(one: Service, wanted: Callable[[str], bool]) -> Found:
    """Find what is said of shapes and members."""
    yield from (name for name, shape in one.shapes.items() if wanted(shape.get("documentation", "")))
    yield from (f"{o}.{name}" for o, name, member in one.members if wanted(member.get("documentation", "")))


def _bodies(one: Service) -> Found:
    return (
        name for name in one.shapes if name.removesuffix("Body") != name and name.removesuffix("Body") in one.errors
    )


SECTIONS: Mapping[str, tuple[Row, ...]] = {
    "Constraints": (
        Row("pattern", _with("pattern"), quirk=False),
        Row("pattern on an enum", _shapes(lambda name, shape: "enum" in shape and "pattern" in shape)),
        Row(
            "min over max",
            _shapes(lambda name, shape: "min" in shape and "max" in shape and shape["min"] > shape["max"]),
            quirk=False,
        ),
        Row("max 0", _shapes(lambda name, shape: shape.get("max") == 0)),
        Row("bound beyond 2^53", _shapes(lambda name, shape: any(abs(each) > 2**53 for each in _bounds(shape)))),
        Row(
            "bound with a fraction's point",
            _shapes(lambda name, shape: any(isinstance(b, float) for b in _bounds(shape))),
        ),
        Row("map with a key that is no string", _edges("key", lambda shape: shape["type"] != "string"), quirk=False),
        Row("map with an enum as its key", _edges("key", lambda shape: "enum" in shape)),
        Row("map with a constrained key", _edges("key", _constrained)),
    ),
    "Enums": (
        Row("enum", _with("enum"), quirk=False),
        Row("enum without values", _shapes(lambda name, shape: "enum" in shape and not shape["enum"]), quirk=False),
        Row(
            "enum values that differ only in case",
            lambda one: (name for name, s in one.shapes.items() if "enum" in s and _twice(s["enum"], str.upper)),
        ),
        Row("enum value that is a keyword", _values(keyword.iskeyword)),
        Row("enum value that Enum needs (name, value, mro)", _values(lambda value: value.lower() in _ENUM)),
        Row("enum value with a digit first", _values(lambda value: value[:1].isdigit())),
        Row("enum value in no identifier", _values(lambda value: not f"a{value}".isidentifier())),
        Row("enum value outside ASCII", _values(lambda value: not value.isascii()), quirk=False),
        Row("enum value with outer space", _values(lambda value: value != value.strip())),
        Row("enum value that is a method of str", _values(lambda value: value in TEXT)),
    ),
    "Members": (
        Row("member that is a keyword", _named(keyword.iskeyword)),
        Row("member that is a keyword in snake case", _named(lambda name: keyword.iskeyword(_snake(name)))),
        Row("member that hides an attribute of BaseModel", _named(lambda name: name in MODEL)),
        Row("member that hides one in snake case", _named(lambda name: _snake(name) in MODEL)),
        Row("member that is model_... in snake case", _named(lambda name: _snake(name).startswith("model_"))),
        Row("member that is a builtin in snake case", _named(lambda name: _snake(name) in BUILTINS)),
        Row("member named as its type", _members(lambda owner, name, member: member["shape"] == name)),
        Row("member that is no identifier", _named(lambda name: not name.isidentifier())),
        Row("member with an underscore first", _named(lambda name: name[:1] == "_")),
        Row("wire name that is not the member's", _members(lambda o, name, m: m.get("locationName", name) != name)),
        Row("wire name of two members", _wire_twice),
        Row(
            "members that are one in snake case",
            lambda one: (n for n, s in one.structures.items() if _twice(s.get("members", {}), _snake)),
            quirk=False,
        ),
    ),
    "Names of shapes": (
        Row("shape that is a keyword", _shapes(lambda name, shape: keyword.iskeyword(name))),
        Row("shape that is a builtin", _shapes(lambda name, shape: name in BUILTINS and not keyword.iskeyword(name))),
        Row("shape that a generated module imports", _shapes(lambda name, shape: name in FRAMEWORK)),
        Row("shape with a small letter first", _shapes(lambda name, shape: name[:1].islower())),
        Row("shape with an underscore first", _shapes(lambda name, shape: name[:1] == "_")),
        Row("shapes that differ only in case", lambda one: _twice(one.shapes, str.lower)),
        Row("shape named as an operation", lambda one: (name for name in one.shapes if name in one.operations)),
        Row("shape named as an error's body (...Body)", _bodies),
    ),
    "Structures": (
        Row("structure", lambda one: one.structures, quirk=False),
        Row("structure without members", lambda one: (n for n, s in one.structures.items() if not s.get("members"))),
        Row("recursion: cycle", lambda one: (min(group) for group in one.cycles), quirk=False),
        Row("recursion: shape in a cycle", lambda one: (name for group in one.cycles for name in group), quirk=False),
        Row("recursion: structure in itself", lambda one: (min(g) for g in one.cycles if _structures(one, g) == 1)),
        Row("recursion: through other structures", lambda one: (min(g) for g in one.cycles if _structures(one, g) > 1)),
        Row("recursion: through a union", lambda one: (min(group) for group in one.cycles if _union_cycle(one, group))),
        Row("recursion: structure required in itself", lambda one: _required_in_itself(one), quirk=False),
        Row("union", _with("union")),
        Row("document", _with("document")),
        Row("event stream", _with("eventstream")),
        Row("blob that streams", _shapes(lambda name, shape: shape.get("streaming"))),
        Row("list with nulls (sparse)", _with("sparse", "list")),
        Row("map with nulls (sparse)", _with("sparse", "map")),
        Row("one shape for several operations", _shared_ends),
        Row("one shape taken and given", lambda one: sorted(_inputs(one) & set(one.ends["output"]))),
        Row("structure in requests and in answers", _both_ways),
        Row("shape that no operation reaches", _unreachable),
    ),
    "Traits of members": (
        Row("idempotency token", _saying("idempotencyToken")),
        Row("idempotency token that is required", _required_tokens),
        Row("idempotency token outside an input", _tokens_elsewhere),
        Row("jsonvalue", _saying("jsonvalue")),
        Row("host label", _saying("hostLabel")),
        Row("context parameter", _saying("contextParam"), quirk=False),
        Row("deprecated member", _saying("deprecated")),
        Row("box on a member", _saying("box"), quirk=False),
        Row("payload of an event", _saying("eventpayload")),
        Row("blob that streams, said of a member", _saying("streaming")),
        Row("enum said of a member", _saying("enum")),
        Row("attribute of an XML element", _saying("xmlAttribute")),
        Row("name space of an XML element", _saying("xmlNamespace"), quirk=False),
    ),
    "Traits of shapes": (
        Row("sensitive scalar", _shapes(lambda name, s: s.get("sensitive") and not edges_of(s))),
        Row("sensitive structure", _with("sensitive", "structure")),
        Row("sensitive list", _with("sensitive", "list")),
        Row("sensitive map", _with("sensitive", "map")),
        Row("deprecated shape", _with("deprecated")),
        Row("box", _with("box"), quirk=False),
        Row("flattened list or map", _with("flattened")),
        Row("order of XML elements", _with("xmlOrder")),
        Row("wrapper", _with("wrapper")),
        Row("synthetic", _with("synthetic")),
        Row("event", _with("event")),
        Row("payload", _with("payload")),
        Row("blob that requires a length", _with("requiresLength")),
    ),
    "Errors": (
        Row("error", lambda one: one.errors, quirk=False),
        Row("error without a status", _errors(lambda name, s: "httpStatusCode" not in s.get("error", {}))),
        Row("error whose code is not its name", _errors(lambda name, s: s.get("error", {}).get("code", name) != name)),
        Row("error without a message", _errors(lambda name, shape: not _messages(shape))),
        Row("error whose message is Message", _errors(lambda name, shape: _messages(shape) == ["Message"])),
        Row("error with message and Message", _errors(lambda name, shape: len(_messages(shape)) > 1)),
        Row("error with other members", _errors(lambda name, s: len(s.get("members", {})) > len(_messages(s)))),
        Row(
            "error with a member code", _errors(lambda name, s: any(m.lower() == "code" for m in s.get("members", {})))
        ),
        Row(
            "error that is the server's fault",
            _errors(lambda name, s: s.get("fault") or s.get("error", {}).get("fault")),
        ),
        Row("error of the sender with a status from 500", _errors(lambda name, s: _senders_500(s.get("error", {})))),
        Row("error that may be retried", _errors(lambda name, shape: "retryable" in shape)),
        Row("error that is a value too", _error_values),
    ),
    "Operations": (
        Row("operation without input", _operations(lambda name, each: "input" not in each)),
        Row("operation without output", _operations(lambda name, each: "output" not in each)),
        Row("operation with an empty input", _empty("input")),
        Row("operation with an empty output", _empty("output")),
        Row("operation without errors", _operations(lambda name, each: not each.get("errors"))),
        Row("operation that lists an error twice", _listed_twice),
        Row("operation whose wire name is another", _operations(lambda name, each: each.get("name", name) != name)),
        Row("operation without a signature", _operations(lambda name, each: _unsigned(each))),
        Row("host prefix", _operations(lambda name, each: each.get("endpoint", {}).get("hostPrefix"))),
        Row("endpoint discovery", _operations(lambda name, each: "endpointdiscovery" in each)),
        Row("static context parameters", _operations(lambda name, each: "staticContextParams" in each)),
        Row("context parameters of an operation", _operations(lambda name, each: "operationContextParams" in each)),
        Row("deprecated operation", _operations(lambda name, each: each.get("deprecated"))),
        Row("payload that is not signed", _operations(lambda name, each: each.get("unsignedPayload"))),
        Row("compression of the request", _operations(lambda name, each: "requestcompression" in each)),
        Row("checksum", _operations(lambda name, each: "httpChecksum" in each)),
        Row("result in a wrapper", _operations(lambda name, each: "resultWrapper" in each.get("output", {}))),
    ),
    "Texts": (
        Row("text with a backslash", lambda one: _texts(one, lambda text: "\\" in text)),
        Row("text that ends with a quote", lambda one: _texts(one, lambda text: text.endswith('"'))),
        Row("text with three quotes", lambda one: _texts(one, lambda text: '"""' in text)),
        Row("text outside ASCII", lambda one: _texts(one, lambda text: not text.isascii())),
    ),
}
