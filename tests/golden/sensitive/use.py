"""Sensitive values are shown nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError


def use(package: Any) -> None:
    secret = "hunter2"
    request = package.models.SendRequest
    made = request(public="p", own=secret, target=secret, many=[secret], named={"k": secret}, inner={"Own": secret})
    assert secret not in repr(made) and secret not in str(made) and "p" in repr(made)
    assert made.to_wire()["Target"] == secret
    with pytest.raises(ValidationError) as refused:
        request(target=secret * 9)
    assert secret not in str(refused.value)
    with pytest.raises(package.errors.ValidationError) as checked:
        request.from_wire({"Target": secret * 9}).check()
    assert secret not in str(checked.value)
