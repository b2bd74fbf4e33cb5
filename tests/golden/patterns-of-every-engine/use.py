"""Patterns match whole values unless they say otherwise, on whichever engine can."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

GOOD = {
    "rust": "a.b@cd",
    "re": "abc",
    "regex": "äz",
    "lookahead": "a:b",
    "lengths": "abcd",
    "dot": "\n\n\n",
    "quotes": "'\"\\",
    "newline": "a\nb",
    "back": "aa",
    "braces": "{x}",
    "part": "abc",
    "unicode": "٣ä",
}
BAD = {
    "rust": "a.b@cd\n",
    "re": "abc1",
    "regex": "za",
    "lookahead": "aws:b",
    "lengths": "abcde",
    "dot": "1234",
    "quotes": "",
    "newline": "a b",
    "back": "ab",
    "braces": "x",
    "part": "ac",
    "unicode": "a1",
}


def use(package: Any) -> None:
    request = package.models.SendRequest
    assert set(GOOD) == set(BAD) == set(request.model_fields)
    for name, value in GOOD.items():
        assert getattr(request(**{name: value}), name) == value
    for name, value in BAD.items():
        with pytest.raises(ValidationError):
            request(**{name: value})
