"""JSON text in, JSON values out; the paths in them. Everything hostile ends in `ResponseError`.

Of duplicate keys the last one counts, as in every JSON reader at hand; a byte order mark is skipped (RFC 8259 allows
both). NaN, numbers too large for Python, and nesting deeper than `DEPTH` are refused.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any, ClassVar, Self, TypeAlias, cast

from .base import Key
from .errors import REDACTED, ResponseError

DEPTH = 100
"""How deep a value may nest. DynamoDB's 32 levels of attribute values take 70; what was read can then be written,
shown and compared well within Python's own limit."""

TOO_DEEP = "nested too deeply"

Container: TypeAlias = dict[object, object] | list[object]


class LongFloat(float):
    """A number with more digits than a double holds: `text` has them all. `seen`: there has been one."""

    text: str
    seen: ClassVar[bool] = False

    @classmethod
    def of(cls, text: str) -> Self:
        LongFloat.seen = True
        made = cls(text)
        made.text = text
        return made


def load_json(text: bytes | bytearray | memoryview | str) -> Any:
    """Read JSON as RFC 8259 has it; raises ResponseError with what is wrong, and where as a count of characters."""
    try:
        decoded = text.removeprefix("\ufeff") if isinstance(text, str) else str(text, "utf-8").removeprefix("\ufeff")
        value = _DECODER.decode(decoded)
    except UnicodeDecodeError:
        raise ResponseError("the answer is not UTF-8") from None
    except RecursionError:
        raise ResponseError(TOO_DEEP) from None
    except ValueError as error:
        raise ResponseError(f"the answer is not JSON: {_reason(error)}") from None
    if decoded.count("{") + decoded.count("[") > DEPTH:
        refuse_depth(value)
    return value


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.rstrip(': ')} at character {error.pos}"
    # The only other one is Python's: more than 4,300 digits in a whole number.
    return error.args[0] if isinstance(error, _NoNumber) else "a number too large"


class _NoNumber(ValueError):
    pass


def _refuse_constant(name: str) -> Any:
    raise _NoNumber(f"{name} is no number in JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _NoNumber("a number too large")
    # A double keeps any 15 digits.
    return value if len(text) <= 16 or repr(value) == text else LongFloat.of(text)


def dump_json(value: object) -> bytes:
    """Write JSON as `json.dumps` does, which boto3 sends as well; numbers keep more digits than a double holds."""
    if not LongFloat.seen:
        return (_of_texts(value) or _ENCODER.encode(value)).encode()
    texts: list[str] = []
    mark = f"number-{os.urandom(16).hex()}-"
    text = _ENCODER.encode(_marked(value, mark, texts))
    return re.sub(f'"{mark}([0-9]+)"', lambda found: texts[int(found[1])], text).encode()


def _of_texts(value: Any) -> str:
    """Write a dict of texts, as small requests are, in little more than half the time; give nothing of others."""
    try:
        return f"{{{', '.join([f'{_quoted(name)}: {_quoted(text)}' for name, text in value.items()])}}}"
    except (AttributeError, TypeError):
        return ""


def _marked(value: Any, mark: str, texts: list[str]) -> Any:
    """Put a mark in the place of each number whose digits would be lost."""
    if isinstance(value, LongFloat):
        texts.append(value.text)
        return f"{mark}{len(texts) - 1}"
    if isinstance(value, dict):
        return {key: _marked(item, mark, texts) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_marked(item, mark, texts) for item in cast("list[object]", value)]
    return value


_ENCODER = json.JSONEncoder(check_circular=False)
"""What is written was copied before: it holds itself nowhere."""
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
"""Made once: `json.loads` makes one at every call that wants anything special."""


def refuse_depth(value: object) -> None:
    """Raise ResponseError when a value nests deeper than `DEPTH`; one that holds itself does."""
    level = _inner([value])
    for _ in range(DEPTH):
        if not level:
            return
        level = _inner(child for item in level for child in item)
    if level:
        raise ResponseError(TOO_DEEP)


def _inner(items: Iterable[object]) -> Iterable[Iterable[object]]:
    """Give the contents of the containers among some values, each container once."""
    containers = cast("Iterable[Container]", (item for item in items if isinstance(item, dict | list)))
    found = {id(item): item for item in containers}
    return [item.values() if isinstance(item, dict) else item for item in found.values()]


def copied(value: Any) -> Any:
    """Copy JSON down to its scalars, so that nobody shares what a model holds."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in cast("dict[object, object]", value).items()}
    return [copied(item) for item in cast("list[object]", value)] if isinstance(value, list) else value


_PLAIN = r"[A-Za-z_][A-Za-z0-9_]*"


def json_path(steps: Iterable[str | int]) -> str:
    """Write a path as JSONPath does: `$.Contexts[0].Tags["a b"]`."""
    return "$" + "".join(map(_step, steps))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if not isinstance(step, Key):
        return f".{step}" if re.fullmatch(_PLAIN, step) else f"[{json.dumps(step)}]"
    return f"[{step}]" if step == REDACTED else f"[{json.dumps(step)}]"
