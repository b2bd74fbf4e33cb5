"""Exactly one arm; an arm of a later release is read and written back, and refused in a request."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError


def use(package: Any) -> None:
    models = package.models
    made = models.SendRequest(to=models.Receiver(account=models.Account(id="1")), copies=[{"Nobody": {}}])
    assert made.to_wire() == {"To": {"Account": {"Id": "1"}}, "Copies": [{"Nobody": {}}]}
    assert made.to.tag == "Account" and made.to.value.id == "1"
    for wrong in ({}, {"address": "a", "nobody": {}}, {"Later": 1}):
        with pytest.raises(ValidationError):
            models.Receiver(**wrong)
    later = models.SendRequest.from_wire({"To": {"__type": "x", "Later": {"a": None}}})
    assert later.to.unknown == models.Unknown("Later", {"a": None})
    assert later.to_wire() == {"To": {"Later": {"a": None}}}
    with pytest.raises(package.errors.ValidationError, match="exactly one of Account, Address, Nobody"):
        later.check()
