"""Integers by name; unknown ones are read."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError


def use(package: Any) -> None:
    level, request = package.models.Level, package.models.SendRequest
    assert (level.LOW, level.HIGH.value, level.FROM.value) == (1, 10, -1)
    assert request(level=1, levels=[level.HIGH]).to_wire() == {"Level": 1, "Levels": [10]}
    assert request.from_wire({"Level": 99}).to_wire() == {"Level": 99}
    for wrong in (2, "LOW", True, 1.5):
        with pytest.raises(ValidationError):
            request(level=wrong)
