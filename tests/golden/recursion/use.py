"""Shapes that hold themselves: directly, through lists, maps, unions and each other."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError


def use(package: Any) -> None:
    wire = {"Value": "a", "Left": {"Children": [{"Named": {"k": {"Other": {"Back": {"Value": "z"}}}}}]}}
    assert package.models.Tree.model_validate(wire).to_wire() == wire
    assert package.models.Tree.from_wire(wire).to_wire() == wire
    choice = package.models.Choice
    assert choice(choice=choice(value_="v")).to_wire() == {"Choice": {"Value": "v"}}
    with pytest.raises(ValidationError, match="exactly one"):
        choice(choice={"Choice": {}})
    with pytest.raises(package.errors.ResponseError):
        package.models.Tree.from_wire('{"Left":' * 5000 + "{}" + "}" * 5000)
