"""Numbers keep their bounds and their precision; blobs are base64 on the wire."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError


def use(package: Any) -> None:
    request = package.models.SendRequest
    assert request(byte=-128, short=32767, long=2**63 - 1, big_integer=10**40).to_wire()["BigInteger"] == 10**40
    for wrong in ({"byte": 128}, {"short": -32769}, {"integer": 2**31}, {"long": 2**63}, {"bounded": -0.6}):
        with pytest.raises(ValidationError):
            request(**wrong)
    for wrong in ({"byte": True}, {"byte": "1"}, {"integer": 1.5}, {"flag": 1}, {"data": b"12345"}, {"data": "x"}):
        with pytest.raises(ValidationError):
            request(**wrong)
    assert request(data=b"\x00\xff").to_wire() == {"Data": "AP8="}
    assert request.from_wire({"Data": "AP8="}).data == b"\x00\xff"
    assert request.from_wire({"Byte": 500, "Double": "NaN"}).to_wire() == {"Byte": 500, "Double": "NaN"}
    with pytest.raises(package.errors.ResponseError, match="base64"):
        request.from_wire({"Data": "%"})
