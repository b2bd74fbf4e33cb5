"""Nulls stay in sparse lists and nowhere else; reading drops them elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError


def use(package: Any) -> None:
    request = package.models.SendRequest
    wire = {"Dense": ["a"], "Sparse": [None, {"Text": "b"}], "Deep": [[None], []]}
    assert request.model_validate(wire).to_wire() == wire
    assert request.from_wire(wire).to_wire() == wire
    assert request.from_wire({"Dense": [None, "a"]}).dense == ["a"]
    for wrong in ({"dense": []}, {"dense": ["a"] * 4}, {"dense": [None]}, {"unique": ["a", "a"]}):
        with pytest.raises(ValidationError):
            request(**wrong)
