"""A member narrows its target, and only there."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError


def use(package: Any) -> None:
    request = package.models.SendRequest
    assert request(wide="a" * 9, narrow="ab", patterned="abc", few=["a"], small=5).small == 5
    for wrong in (
        {"narrow": "abc"},
        {"narrow": ""},
        {"patterned": "A"},
        {"few": ["a", "b"]},
        {"small": 6},
        {"small": -1},
    ):
        with pytest.raises(ValidationError):
            request(**wrong)
