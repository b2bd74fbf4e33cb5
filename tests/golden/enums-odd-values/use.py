"""Values are exact, whatever their constants are called."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

VALUES = [
    "SAFE",
    "with space",
    "4XX",
    "a-b",
    "a_b",
    "\xe9",
    "\xdf",
    "\xdcn\xefc\xf6d\xe9",
    "<=",
    ">=",
    "+",
    "a\"b'c\\d\ne\tf",
    "{x}",
    "%s",
    "\u202euser",
    "\U0001f389",
    "\u212a",
    "K",
    "true",
    "None",
    "  ",
]


def use(package: Any) -> None:
    kind = package.models.Kind
    assert [constant.value for constant in kind] == VALUES
    assert len(kind.__members__) == len(VALUES)
    request = package.models.SendRequest
    for value in VALUES:
        assert request(kind=value).kind is kind(value)
        assert request(kind=kind(value), kinds=[value]).to_wire() == {"Kind": value, "Kinds": [value]}
    with pytest.raises(ValidationError):
        request(kind="none of them")
    assert request.from_wire({"Kind": "of a later release"}).kind == "of a later release"
