"""Values that botocore and our codecs both write and read: real service models, values made up for them, documents.

Models are cut down to a few operations, for reading all of EC2 takes longer than every test on it. Documents are
written by botocore's serializer of restXml: the elements of a query's answer are the same.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from xml.etree import ElementTree

from botocore.loaders import Loader  # type: ignore[import-untyped]
from botocore.model import ServiceModel  # type: ignore[import-untyped]
from botocore.serialize import RestXMLSerializer  # type: ignore[import-untyped]
from runtime import load

from codegen.emit.views.bindings import MemberView, ShapeView, view_bindings
from codegen.importers.botocore import read_botocore
from codegen.spec.ir import SpecText
from codegen.spec.source import read_source

Json = dict[str, Any]
LETTERS = "aZ09 &<>'\"/=+%é漢\U0001f600\t\n"
PLAIN = "aZ09"
"""What is in labels, headers and queries: there is another test for these."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# -------------------------------------------------------------------------------------------------------------- models


@cache
def raw_model(service: str) -> Json:
    found: Json = Loader().load_service_model(service, "service-2")
    return found


def cut(service: str, operations: Iterable[str]) -> Json:
    """Leave of a model what some operations reach."""
    raw = raw_model(service)
    called = {name: raw["operations"][name] for name in operations}
    ends = [one[end]["shape"] for one in called.values() for end in ("input", "output") if end in one]
    errors = [error["shape"] for one in called.values() for error in one.get("errors", ())]
    shapes = dict.fromkeys([*ends, *errors])
    waiting = list(shapes)
    while waiting:
        found = [target for target in _targets(raw["shapes"][waiting.pop()]) if target not in shapes]
        shapes.update(dict.fromkeys(found))
        waiting.extend(found)
    return {**raw, "operations": called, "shapes": {name: raw["shapes"][name] for name in shapes}}


def _targets(shape: Json) -> list[str]:
    edges = [*shape.get("members", {}).values(), *(shape[key] for key in ("member", "key", "value") if key in shape)]
    return list(dict.fromkeys(edge["shape"] for edge in edges))


def table_of(raw: Json) -> Any:
    """Make the table of `bindings.py` for a raw model, in the runtime's records."""
    model = read_botocore((read_source("service-2.json", json.dumps(raw).encode()),))
    records = load("bindings")
    view = view_bindings(model, list(model.operations))
    assert view is not None

    def shape(found: ShapeView) -> Any:
        return records.shape_of(found.type, tuple(map(_row, found.members)), _plain(found.settings))

    return records.Table(
        protocol=model.service.protocol.value,
        shapes={_plain(one.key): shape(one) for one in view.shapes},
        operations={
            _plain(one.name): records.binding_of(_plain((one.method, one.uri, one.code)), _plain(one.settings))
            for one in view.operations
        },
        errors={_plain(one.key): shape(one) for one in view.errors},
        **_plain(dict(view.settings)),
    )


def _row(found: MemberView) -> Any:
    return _plain((found.name, found.target, found.wire, found.settings))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return value.raw if isinstance(value, SpecText) else value


def operation_of(name: str) -> Any:
    """Make the record of an operation, as far as a codec looks at it."""
    return load("operations").Operation(name, "", "Input", "Output")


# -------------------------------------------------------------------------------------------------------------- values


def made_up(shape: Any, random: Random, depth: int = 5) -> Any:
    """Make up a value of a shape of botocore's, as boto3 takes it."""
    match shape.type_name:
        case "structure":
            return _structure(shape, random, depth)
        case "list":
            return [made_up(shape.member, random, depth - 1) for _ in range(random.randint(0, 2) if depth > 0 else 0)]
        case "map":
            keys = {made_up(shape.key, random, 0): None for _ in range(random.randint(0, 2) if depth > 0 else 0)}
            return {key: made_up(shape.value, random, depth - 1) for key in keys}
        case kind:
            return _SCALARS[kind](shape, random)


def _structure(shape: Any, random: Random, depth: int) -> Json:
    members = list(shape.members.items())
    if getattr(shape, "is_tagged_union", False):
        members = [random.choice(members)]
    elif depth <= 0:
        members = []
    else:
        members = [pair for pair in members if pair[0] in shape.required_members or random.random() < 0.5]
    return {name: made_up(member, random, depth - 1) for name, member in members}


def _text(shape: Any, random: Random) -> str:
    if shape.enum:
        return str(random.choice(shape.enum))
    letters = PLAIN if "location" in shape.serialization else LETTERS
    return "".join(random.choice(letters) for _ in range(random.randint(1, 6)))


_SCALARS: Mapping[str, Any] = {
    "string": _text,
    "boolean": lambda _, random: random.random() < 0.5,
    "integer": lambda _, random: random.randint(-(2**31), 2**31 - 1),
    "long": lambda _, random: random.randint(-(2**63), 2**63 - 1),
    "float": lambda _, random: random.choice([0.5, -1.25, 1e21, 3.0]),
    "double": lambda _, random: random.choice([0.1, -2.5e-7, 1e300, 3.0]),
    "timestamp": lambda _, random: EPOCH + timedelta(seconds=random.randint(0, 4_000_000_000)),
    "blob": lambda _, random: random.randbytes(random.randint(0, 5)),
}


def json_form(shape: Any, value: Any) -> Any:
    """Turn what boto3 takes into JSON form."""
    match shape.type_name:
        case "structure":
            return {name: json_form(shape.members[name], item) for name, item in value.items()}
        case "list":
            return [json_form(shape.member, item) for item in value]
        case "map":
            return {key: json_form(shape.value, item) for key, item in value.items()}
        case "timestamp":
            return value.replace(tzinfo=None).isoformat() + "Z"
        case "blob":
            return b64encode(value).decode()
        case _:
            return value


def as_boto3(shape: Any, value: Any) -> Any:
    """Turn JSON form into what boto3 gives."""
    match shape.type_name:
        case "structure":
            return {name: as_boto3(shape.members[name], item) for name, item in value.items()}
        case "list":
            return [as_boto3(shape.member, item) for item in value]
        case "map":
            return {key: as_boto3(shape.value, item) for key, item in value.items()}
        case "timestamp":
            return load("moments").plain(load("moments").read_moment(value))
        case "blob":
            return b64decode(value, validate=True)
        case _:
            return value


def document(shape: Any, value: Any, name: str, *around: str) -> bytes:
    """Write a value in XML as botocore does, inside the elements `around`."""
    root = ElementTree.Element("root")
    RestXMLSerializer()._serialize(shape, value, root, name)
    inner = b"".join(ElementTree.tostring(one) for one in root)
    return b"".join(
        (*(f"<{one}>".encode() for one in around), inner, *(f"</{one}>".encode() for one in reversed(around)))
    )


def calls(raw: Json, random: Random) -> Iterator[tuple[Any, Json]]:
    """Give each operation of a model as botocore has it, with a value for its input."""
    service = ServiceModel(raw)
    for name in service.operation_names:
        operation = service.operation_model(name)
        yield operation, made_up(operation.input_shape, random) if operation.input_shape else {}
