"""A member is named as in the model; on the wire it has the name that the wire knows."""

from __future__ import annotations

from typing import Any

import pytest


def use(package: Any) -> None:
    request = package.models.SendRequest
    assert request(queue="a", count=1).to_wire() == {"q": "a", "n": 1}
    assert request.from_wire({"q": "a", "Queue": "b"}).to_wire() == {"q": "a", "Queue": "b"}
    with pytest.raises(package.errors.ValidationError) as refused:
        request.build({"q": "long"})
    assert [found.path for found in refused.value.violations] == ["q"]
