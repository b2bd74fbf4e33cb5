"""A document is any JSON; JSON text is any JSON, too, and travels as a string."""

from __future__ import annotations

from typing import Any

import pytest


def use(package: Any) -> None:
    request = package.models.SendRequest
    value = {"a": [1, None, {"b": "c"}]}
    wire = {"Any": value, "Json": '{"a":[1,null,{"b":"c"}]}', "Member": "[1]", "Anys": ["x", 1]}
    assert request.from_wire(wire).to_wire() == wire
    assert request(any=value, Json=value, member=[1], anys=["x", 1]).to_wire() == wire
    with pytest.raises(package.errors.ResponseError, match="JSON"):
        request.from_wire({"Json": "{"})
