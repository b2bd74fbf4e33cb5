"""Keys and values are of their shapes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError


def use(package: Any) -> None:
    request = package.models.SendRequest
    made = request(tags={"a": "1"}, by_kind={"A": {"Value": "x"}}, nested={"k": {"b": "2"}, "n": None})
    wire = {"Tags": {"a": "1"}, "ByKind": {"A": {"Value": "x"}}, "Nested": {"k": {"b": "2"}, "n": None}}
    assert made.to_wire() == wire and request.from_wire(wire).to_wire() == wire
    assert made.by_kind[package.models.Kind.A].value == "x"
    for wrong in ({"A": "1"}, {"a": None}, {"a": "1", "b": "2", "c": "3"}):
        with pytest.raises(ValidationError):
            request(tags=wrong)
    assert request.from_wire({"ByKind": {"Later": {}}}).by_kind == {"Later": package.models.Item()}
