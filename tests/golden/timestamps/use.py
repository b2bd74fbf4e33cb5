"""Each format is written as such; what was read goes back as it came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError


def use(package: Any) -> None:
    request = package.models.SendRequest
    moment = datetime(2024, 12, 5, 1, 2, 3, 500000, tzinfo=UTC)
    assert request(plain=moment, epoch=moment, http=moment, text=moment, member=moment).to_wire() == {
        "Plain": 1733360523.5,
        "Epoch": 1733360523.5,
        "Http": "Thu, 05 Dec 2024 01:02:03 GMT",
        "Text": "2024-12-05T01:02:03.500000Z",
        "Member": "Thu, 05 Dec 2024 01:02:03 GMT",
    }
    wire = {"Plain": 1733360523, "Text": "2024-12-05T01:02:03.123456789Z", "Http": "2024-12-05T01:02:03+01:00"}
    assert request.from_wire(wire).to_wire() == wire
    for wrong in ({"plain": datetime(2024, 12, 5)}, {"text": "yesterday"}, {"epoch": 1}):
        with pytest.raises(ValidationError):
            request(**wrong)
