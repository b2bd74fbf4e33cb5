"""JSON -> JSON that is a little other: a key renamed, a value in another's place, a list within itself.

In: bytes and a number. Out: bytes, the same for the same number. What is no JSON is cut, doubled and overwritten.
"""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, 1.5, -0.0, 1e300, "", " ", "a", "\x00", "\ud800", "é"),
    *("a" * 300, "^(a+)+$", "[", "\\", "2024-12-05", "#", "a#b", "smithy.api#String", "NaN", "../x", "a.b.c"),
    *([], {}, [None], [[]], {"": None}, {"type": "structure"}, {"target": "X"}, {"type": "list"}, {"shape": "X"}),
)
_Spot = tuple[Any, Any]


def mutated(data: bytes, seed: int) -> bytes:
    """Change bytes; JSON stays JSON nine times out of ten."""
    random = Random(seed)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return _bytes(data, random)
    if random.random() < 0.1 or not isinstance(value, dict | list):
        return _bytes(data, random)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        if spots := list(_spots(value, 0)):
            _change(*random.choice(spots), spots, random)
    return json.dumps(value).encode()


def _spots(value: Any, depth: int) -> list[_Spot]:
    """Give every place in a value: a container and a key of it."""
    if depth > 80:
        return []
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [spot for key in keys for spot in ((value, key), *_spots(value[key], depth + 1))]


def _change(home: Any, key: Any, spots: list[_Spot], random: Random) -> None:
    match random.randrange(6):
        case 0:
            home[key] = deepcopy(random.choice(_ODD))
        case 1:
            del home[key]
        case 2:
            other, its = random.choice(spots)
            home[key] = json.loads(json.dumps(other[its])) if _is_there(other, its) else None
        case 3 if isinstance(home, dict):
            home[random.choice(("", "a", "type", "target", "members", "A" * 200, *map(str, home)))] = home.pop(key)
        case 4:
            home[key] = [home[key]] if random.random() < 0.5 else {str(random.randrange(3)): home[key]}
        case _ if isinstance(home[key], str):
            home[key] = _text(home[key], random)
        case _:
            home[key] = deepcopy(random.choice(_ODD))


def _is_there(home: Any, key: Any) -> bool:
    return key in home if isinstance(home, dict) else bool(key < len(home))


def _text(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    return (
        text[:at]
        + random.choice(("", "#", "$", "\n", "\u2028", "(", "{", "%", text))
        + text[at + random.randrange(2) :]
    )


def _bytes(data: bytes, random: Random) -> bytes:
    at, end = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
    middle = random.choice(
        (b"", b"\x00", b"\xff", b'"', b"[" * 200, b"<a>", b"9" * 50, data[at:end] * 2, random.randbytes(4))
    )
    return data[:at] + middle + data[end:]
