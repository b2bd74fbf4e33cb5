"""Kinds of value: what each accepts when strict, reads when lenient, and writes."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, TypeAdapter
from pydantic import ValidationError as PydanticError
from runtime import FOLDER, Colour, Size, kinds, plans, wire

Text, Pattern, Items = kinds.Text, kinds.Pattern, kinds.Items


def kind(hint: Any) -> kinds.Kind:
    return plans.kind_of(hint)


def findings(hint: Any, value: Any) -> list[str]:
    found = kind(hint)
    return [broken for broken, _ in found.check(found.gather(value))]


def accepts(hint: Any, value: Any) -> bool:
    try:
        TypeAdapter(hint).validate_python(value)
    except PydanticError:
        return False
    return True


class Other(str, Enum):  # noqa: UP042 - as in generated models
    RED = "red"


class Level(IntEnum):
    LOW = 1


SHORT = Annotated[str, Text(min_length=2, max_length=3)]
PATTERNS = Annotated[str, Text(patterns=(Pattern("\\A[a-c]+\\z"), Pattern("aa", negated=True), Pattern("b$", "re")))]
WORD = Annotated[str, Text(patterns=(Pattern("\\A\\d+\\z"),))]
WHOLE = Annotated[int, kinds.Whole(min=0, max=2**63)]
REAL = Annotated[float, kinds.Real(min=-1, max=1.5)]
ANY_REAL = Annotated[float, kinds.Real()]
EXACT = Annotated[Decimal, kinds.Exact(min=-1, max=1.5)]
FLAG = Annotated[bool, kinds.Flag()]
BYTES = Annotated[bytes, kinds.Bytes(min_length=1, max_length=2)]
JSON = Annotated[JsonValue, kinds.AnyJson()]
COLOUR = Annotated[Colour | str, kinds.Enumerated()]
SIZE = Annotated[Size | int, kinds.Enumerated()]


@pytest.mark.parametrize(
    ("hint", "value", "broken"),
    [
        (SHORT, "ab", []),
        (SHORT, "\U0001f600" * 3, []),
        (SHORT, "a", ["length"]),
        (SHORT, "abcd", ["length"]),
        (SHORT, b"ab", ["type"]),
        (SHORT, None, ["type"]),
        (Annotated[str, Text()], "\ud800", ["type"]),
        (SHORT, "\ud800b", ["type"]),
        (PATTERNS, "acb", []),
        (PATTERNS, "aab", ["pattern"]),
        (PATTERNS, "ac", ["pattern"]),
        (WORD, "12", []),
        (WORD, "12\n", ["pattern"]),
        (WHOLE, 2**63, []),
        (WHOLE, 2**63 + 1, ["range"]),
        (WHOLE, -1, ["range"]),
        (WHOLE, True, ["type"]),
        (WHOLE, 1.0, ["type"]),
        (WHOLE, "1", ["type"]),
        (REAL, 1, []),
        (REAL, 1.6, ["range"]),
        (REAL, math.nan, ["range", "range"]),
        (REAL, True, ["type"]),
        (REAL, "1", ["type"]),
        (ANY_REAL, math.nan, []),
        (ANY_REAL, -math.inf, []),
        (ANY_REAL, Decimal("0.5"), []),
        (ANY_REAL, Fraction(1, 2), []),
        (ANY_REAL, Decimal("sNaN"), ["type"]),
        (ANY_REAL, 1j, ["type"]),
        (ANY_REAL, 10**400, ["type"]),
        (EXACT, Decimal("0.1"), []),
        (EXACT, 1, []),
        (EXACT, 1.5, []),
        (EXACT, Decimal("1.51"), ["range"]),
        (EXACT, Decimal("NaN"), ["type"]),
        (EXACT, Decimal("-Infinity"), ["type"]),
        (EXACT, Decimal("1e999999999"), ["type"]),
        (EXACT, "1", ["type"]),
        (EXACT, True, ["type"]),
        (FLAG, True, []),
        (FLAG, 1, ["type"]),
        (FLAG, "true", ["type"]),
        (BYTES, b"a", []),
        (BYTES, b"", ["length"]),
        (BYTES, b"abc", ["length"]),
        (BYTES, "a", ["type"]),
        (BYTES, bytearray(b"a"), ["type"]),
        (JSON, {"a": [1, None, "x", True, 0.5]}, []),
        (JSON, {1: 2}, ["type"]),
        (JSON, (1,), ["type"]),
        (JSON, [math.nan], ["type"]),
        (JSON, ["\ud800"], ["type"]),
        (JSON, None, ["type"]),
        (JSON, object(), ["type"]),
        (COLOUR, "red", []),
        (COLOUR, Colour.RED, []),
        (COLOUR, Other.RED, []),
        (COLOUR, "RED", ["enum"]),
        (COLOUR, 1, ["type"]),
        (COLOUR, "\ud800", ["type"]),
        (SIZE, 10, []),
        (SIZE, Size.LARGE, []),
        (SIZE, Level.LOW, []),
        (SIZE, 2, ["enum"]),
        (SIZE, True, ["type"]),
        (SIZE, "1", ["type"]),
    ],
)
def test_pydantic_and_check_agree(hint: Any, value: Any, broken: list[str]) -> None:
    assert findings(hint, value) == broken
    assert accepts(hint, value) == (not broken)


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (Annotated[str, Text(max_length=1, relaxed=("length",))], "abc"),
        (Annotated[str, Text(patterns=(Pattern("x"),), relaxed=("pattern",))], "abc"),
        (Annotated[int, kinds.Whole(max=1, relaxed=("range",))], 2),
        (Annotated[float, kinds.Real(max=1, relaxed=("range",))], 2.0),
        (Annotated[Decimal, kinds.Exact(max=1, relaxed=("range",))], Decimal(2)),
        (Annotated[bytes, kinds.Bytes(max_length=1, relaxed=("length",))], b"ab"),
        (Annotated[Colour | str, kinds.Enumerated(("enum",))], "mauve"),
    ],
)
def test_what_is_relaxed_is_accepted_and_still_reported(hint: Any, value: Any) -> None:
    assert accepts(hint, value)
    assert len(findings(hint, value)) == 1


@pytest.mark.parametrize(
    ("hint", "read", "value", "written"),
    [
        (WHOLE, 12.0, 12, 12),
        (SIZE, 10.0, Size.LARGE, 10),
        (SIZE, 7, 7, 7),
        (COLOUR, "mauve", "mauve", "mauve"),
        (COLOUR, "red", Colour.RED, "red"),
        (ANY_REAL, "-Infinity", -math.inf, "-Infinity"),
        (ANY_REAL, 3, 3.0, 3.0),
        (EXACT, 0.1, Decimal("0.1"), 0.1),
        (EXACT, 3, Decimal(3), 3),
        (EXACT, "1.50", Decimal("1.50"), 1.5),
        (BYTES, "AP8=", b"\x00\xff", "AP8="),
        (Annotated[JsonValue, kinds.JsonText()], '{"a": [1]}', {"a": [1]}, '{"a":[1]}'),
    ],
)
def test_reading_is_lenient_and_writing_exact(hint: Any, read: Any, value: Any, written: Any) -> None:
    found = kind(hint).read(read)
    assert found == value
    assert type(found) is type(value)
    assert kind(hint).write(found) == written
    assert type(kind(hint).write(found)) is type(written)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimals_survive_their_wire_form(value: Decimal) -> None:
    exact = kinds.Exact()
    if not list(exact.check(value)):
        assert exact.read(exact.write(value)) == value


@pytest.mark.parametrize(
    ("value", "same"),
    [([1, 2, 1], True), ([1, True], False), ([[1], [1]], True), ([{}, []], False), (["1", 1], False)],
)
def test_repeated_items_are_found_hashable_or_not(value: list[Any], same: bool) -> None:
    assert [broken for broken, _ in Items(unique=True).check(value)] == (["unique"] if same else [])


def test_bounds_of_lists_and_maps() -> None:
    lists, maps = Annotated[list[WORD], Items(min=1, max=2)], Annotated[dict[str, WORD], Items(max=1)]
    assert [accepts(lists, ["1"] * size) for size in range(4)] == [False, True, True, False]
    assert [accepts(maps, {str(key): "1" for key in range(size)}) for size in range(3)] == [True, True, False]


def test_messages_hold_no_values() -> None:
    for hint, value in ((SHORT, "CANARY"), (PATTERNS, "CANARY"), (COLOUR, "CANARY"), (SIZE, 4711), (WHOLE, -4711)):
        (message,) = (reason for _, reason in kind(hint).check(value))
        assert "CANARY" not in message
        assert "4711" not in message


def test_long_numbers_keep_their_digits() -> None:
    read = wire.load_json("[0.1, 0.1000000000000000055, 1704164645.123457, 12345678901234567890]")
    assert [type(item) is float for item in read] == [True, False, True, False]
    assert read[1].text == "0.1000000000000000055"
    assert json.loads(json.dumps(read)) == read


def test_depth_is_counted_in_containers() -> None:
    wire.refuse_depth([[] for _ in range(500)])
    for size, refused in ((wire.DEPTH, False), (wire.DEPTH + 1, True)):
        text = "[" * size + "]" * size
        if refused:
            with pytest.raises(Exception, match="nested too deeply"):
                wire.load_json(text)
        else:
            wire.load_json(text)
    assert accepts(JSON, wire.load_json("[" * wire.DEPTH + "]" * wire.DEPTH))


def test_the_runtime_imports_clean_and_light() -> None:
    script = (
        f"import sys; sys.path[:0] = [{str(FOLDER.parents[1] / 'tests')!r}]; import runtime;"
        "print(sorted({'regex', 'email.utils', 'asyncio', 'http', 'socket'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=60)
    assert (ended.stdout.strip(), ended.stderr) == ("[]", "")


def test_no_room_is_long() -> None:
    for path in FOLDER.glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path.name


def test_json_is_written_with_every_digit() -> None:
    text = '{"a": [1.25, 3.14159265358979323846264338327950288], "b": "number-"}'
    found = wire.load_json(text)
    assert wire.dump_json(found) == text.encode()
    assert wire.dump_json({"a": "\ud800é"}) == b'{"a": "\\ud800\\u00e9"}'
