"""Values of every kind, written and read as botocore writes and reads them: the curated service has little but texts.

The shape is the one of AWS's protocol vectors that has a member of each kind. Times lie within the years in which a
double holds the microseconds of their seconds: beyond, a fraction that is lost leaves `.0` with botocore alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from botocore.model import OperationModel, ServiceModel  # type: ignore[import-untyped]
from botocore.parsers import create_parser  # type: ignore[import-untyped]
from botocore.serialize import create_serializer  # type: ignore[import-untyped]
from botocore_specs import kind_of, told
from casting import imported
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from protocol_vectors import Case, cases_of, files_of
from sizes import FULL

DRAWN = 500 if FULL else 60
SHAPE = "KitchenSink"
FILE = "input/json"
_TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": _TEXTS,
    "boolean": st.booleans(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(),
    "double": st.floats(),
    "blob": st.text(st.characters(codec="utf-8"), max_size=9).map(str.encode),
    "timestamp": st.datetimes(datetime(1700, 1, 1), datetime(2242, 1, 1), timezones=st.timezones() | st.just(UTC)),
}


@pytest.fixture(scope="module")
def package() -> Iterator[Any]:
    with imported(files_of(FILE)) as found:
        yield found


@cache
def _case() -> Case:
    return next(case for case in cases_of(FILE) if SHAPE in case.shapes)


@cache
def _operation() -> Any:
    """Give botocore's model of an operation that takes the shape and answers it."""
    case = _case()
    service = ServiceModel({"metadata": case.metadata, "shapes": case.shapes, "operations": {}})
    return OperationModel({**case.given, "output": {"shape": SHAPE}}, service)


def values(name: str, depth: int = 2) -> st.SearchStrategy[Any]:
    """Values of a shape, members in the order of the model; it holds itself, so many levels deep at most."""
    shape = _case().shapes[name]
    kind = kind_of(shape)
    if kind == "structure":
        return _structures(shape["members"], depth)
    if kind == "list":
        return st.lists(values(shape["member"]["shape"], depth), max_size=3)
    if kind == "map":
        return st.dictionaries(_TEXTS, values(shape["value"]["shape"], depth), max_size=3)
    return _SCALARS[kind]


def _structures(members: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    shallow = {name: member for name, member in members.items() if depth or not name.startswith("Recursive")}
    # botocore takes JSON text, our models what it stands for: the vectors are about that.
    drawn = {name: values(one["shape"], depth - 1) for name, one in shallow.items() if "jsonvalue" not in one}
    some = st.fixed_dictionaries({}, optional=drawn)
    return some.map(lambda found: {name: found[name] for name in members if name in found})


def _written(value: dict[str, Any]) -> bytes:
    body: bytes = create_serializer("json").serialize_to_request(value, _operation())["body"]
    return body


def _read(body: bytes) -> Any:
    answer = {"status_code": 200, "headers": {}, "body": body}
    found = create_parser("json").parse(answer, _operation().output_shape)
    del found["ResponseMetadata"]
    return _plain(found)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.timestamp()
    return value.decode() if isinstance(value, bytes) else value


def test_values_of_every_kind_are_written_as_botocore_writes_them(package: Any) -> None:
    bodies: set[bytes] = set()

    @settings(
        max_examples=DRAWN, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(values(SHAPE))
    def compare(value: dict[str, Any]) -> None:
        ours = json.dumps(package.models.KitchenSink(**value).to_wire()).encode()
        assert ours == _written(value)
        bodies.add(ours)

    compare()
    assert len(bodies) > DRAWN / 2


def test_values_of_every_kind_are_read_as_botocore_reads_them(package: Any) -> None:
    bodies: set[bytes] = set()

    @settings(
        max_examples=DRAWN, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(values(SHAPE))
    def compare(value: dict[str, Any]) -> None:
        body = _written(value)
        ours = package.models.KitchenSink.from_wire(body)
        assert told(_case().shapes, SHAPE, ours) == _read(body)
        assert json.dumps(ours.to_wire()).encode() == body
        bodies.add(body)

    compare()
    assert len(bodies) > DRAWN / 2


def test_the_shape_has_a_member_of_each_kind() -> None:
    kinds = {kind_of(shape) for shape in _case().shapes.values()}
    assert kinds == {"structure", "list", "map", *_SCALARS}
