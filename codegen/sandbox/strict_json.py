"""JSON as RFC 8259 has it and nothing beyond: what lenient readers make of a text differs from one to the next.

In: bytes. Out: a value, or `BadJson` that says why not. Time and memory grow as the text does.
"""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn

from codegen.sandbox.limits import JSON_DEPTH, JSON_DIGITS
from codegen.spec.ir import Json


class BadJson(ValueError):
    """Says what is wrong with a text that should be JSON; it quotes nothing of it."""


def read_json(content: bytes) -> Json:
    """Read one value; `{"a": 1, "a": 2}`, `NaN`, `1e999` and `"\\ud800"` are refused."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson("the text is not UTF-8") from None
    _check_depth(text)
    value = _parse(text)
    if _SURROGATE.search(text):
        _check_surrogates(value)
    return value


def _parse(text: str) -> Json:
    try:
        value: Json = _DECODER.decode(text)
    except BadJson:
        raise
    except json.JSONDecodeError as fault:
        raise BadJson(f"the text is not JSON: line {fault.lineno}, column {fault.colno}") from None
    return value


# A string that does not end goes to the end of the text: the search never comes back to where it has been.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _check_depth(text: str) -> None:
    """Count brackets before anything recurses into them."""
    if text.count("[") + text.count("{") <= JSON_DEPTH:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += _STEPS.get(token[0], 0)
        if depth > JSON_DEPTH:
            raise BadJson(f"values are nested more than {JSON_DEPTH} deep")


def _check_surrogates(value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise BadJson("half of a surrogate pair stands alone") from None


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise BadJson("an object has the same key twice")
    return members


def _constant(name: str) -> NoReturn:
    raise BadJson("a number is NaN or infinite")


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= JSON_DIGITS else math.inf
    if math.isinf(number):
        raise BadJson("a number is too large")
    return number


def _integer(digits: str) -> int:
    if len(digits) > JSON_DIGITS:
        raise BadJson(f"a number has more than {JSON_DIGITS} digits")
    return int(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer)
