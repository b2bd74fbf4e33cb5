"""Strict when built, lenient when read."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError


def use(package: Any) -> None:
    request = package.models.SendRequest
    assert request(text="hello").to_wire() == {"Text": "hello"}
    assert request(Text="hello", ClientToken="t").client_token == "t"
    for wrong in ({}, {"text": ""}, {"text": "longer"}, {"text": 1}, {"text": "a", "other": 1}):
        with pytest.raises(ValidationError):
            request(**wrong)
    read = request.from_wire('{"Text": "much longer", "Other": [1], "ClientToken": null}')
    assert (read.text, read.client_token) == ("much longer", None)
    assert read.to_wire() == {"Text": "much longer", "Other": [1]}
    with pytest.raises(package.errors.ValidationError, match="at most 5"):
        read.check(checks={"unknown": "off"})
