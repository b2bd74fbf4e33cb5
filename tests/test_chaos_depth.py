"""Values and shapes that nest deeply: what is too deep for Python is refused by a typed error, the rest is carried.

Answers are read down to `wire.DEPTH` containers; requests and shapes go as deep as Python's own limit lets them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from casting import files_of, imported
from strategies import Spec, spec_of, structure

KEYS = ("AKIDDEPTHEXAMPLE", "secret-of-nobody-0123456789")
VALUE: Spec = {
    "Value": {
        "type": "union",
        "members": {"L": {"target": "Values"}, "S": {"target": "Text"}, "M": {"target": "Named"}},
    },
    "Values": {"type": "list", "member": {"target": "Value"}},
    "Named": {"type": "map", "key": {"target": "Text"}, "value": {"target": "Value"}},
    "Any": {"type": "document"},
    "Text": {"type": "string"},
}
CHAIN = 95
"""Structures in each other: pydantic, left alone, runs into Python's limit at some 85."""


def echoing(spec: Spec) -> Spec:
    """Let the operation answer what it was sent."""
    spec["operations"]["Send"]["output"] = spec["operations"]["Send"]["input"]
    return spec


@pytest.fixture(scope="module")
def package() -> Iterator[Any]:
    with imported(files_of(echoing(spec_of({"Sent": structure(Value="Value", Any="Any"), **VALUE})))) as found:
        yield found


@pytest.fixture
def client(package: Any) -> Any:
    return made(package)


def made(package: Any) -> Any:
    def echo(request: Any) -> Any:
        return package.transports.HttpResponse(200, {}, request.body)

    transport = package.transports.InProcessTransport(echo)
    return package.Client(region="us-east-1", credentials=package.Credentials(*KEYS), transport=transport)


def in_unions(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"s": "x"}
    for number in range(depth):
        value = {"l": [value]} if number % 2 else {"m": {"k": value}}
    return {"value": value}


def in_a_document(depth: int) -> dict[str, Any]:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return {"any": value}


@pytest.mark.parametrize("nested", [in_unions, in_a_document])
@pytest.mark.parametrize("depth", [40, 60, 100, 150, 200, 300, 1_000, 100_000])
def test_a_value_of_any_depth_is_carried_or_refused_by_a_typed_error(
    nested: Callable[[int], dict[str, Any]], depth: int, client: Any, package: Any
) -> None:
    try:
        answer = client.send(**nested(depth))
    except (package.errors.ValidationError, package.errors.ResponseError):
        assert depth > 40
    else:
        assert depth <= 100
        assert repr(answer) and answer.to_wire() and answer == answer.model_copy(deep=True)


def test_a_value_that_holds_itself_is_refused(client: Any) -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="nested too deeply"):
        client.send(any=endless)


def test_shapes_deeper_in_each_other_than_pydantic_can_build_are_built_and_checked_all_the_same() -> None:
    shapes = {f"S{number}": structure(M=f"S{number + 1}") for number in range(CHAIN)}
    spec = spec_of({**shapes, f"S{CHAIN}": structure(M="Text"), "Text": {"type": "string"}})
    with imported(files_of(spec)) as package:
        sent = list[Any]()

        def note(request: Any) -> Any:
            sent.append(request.body)
            return package.transports.HttpResponse(200, {}, b"")

        transport = package.transports.InProcessTransport(note)
        client = package.Client(region="us-east-1", credentials=package.Credentials(*KEYS), transport=transport)
        client.send(**_chained("x"))
        assert sent == [b'{"M": ' * (CHAIN + 1) + b'"x"' + b"}" * (CHAIN + 1)]
        with pytest.raises(package.errors.ValidationError) as refused:
            client.send(**_chained(5))
        [violation] = refused.value.violations
        assert violation == (".".join("M" * (CHAIN + 1)), f"S{CHAIN}.M", "type", "expected a string, found a number")


def _chained(value: Any) -> dict[str, Any]:
    for _ in range(CHAIN):
        value = {"m": value}
    return {"m": value}
