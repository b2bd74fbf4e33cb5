"""Numbers, and true or false."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, SupportsFloat, SupportsIndex

from pydantic_core import CoreSchema, core_schema

from .base import Finding, Kind, Mismatch, check_range, name_of
from .wire import LongFloat


class Whole(Kind):
    """A whole number; `min` and `max` inclusive, the range of the wire type included."""

    min: int | None = None
    max: int | None = None
    relaxed: tuple[str, ...] = ()

    def schema(self) -> CoreSchema:
        if "range" in self.relaxed:
            return core_schema.int_schema(strict=True)
        return core_schema.int_schema(strict=True, ge=self.min, le=self.max)

    def read(self, value: object) -> int:
        return read_whole(value)

    def check(self, value: Any) -> Iterator[Finding]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield "type", f"expected a whole number, found {name_of(value)}"
        else:
            yield from check_range(value, self.min, self.max)


def read_whole(value: object) -> int:
    """Read a whole number, also one written like `12.0` or `1e3`."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Mismatch("a whole number", value)


_SPELLED = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class Real(Kind):
    """A floating-point number; NaN and the infinities travel as strings."""

    min: float | None = None
    max: float | None = None
    relaxed: tuple[str, ...] = ()

    def schema(self) -> CoreSchema:
        if "range" in self.relaxed:
            return core_schema.float_schema(strict=True)
        return core_schema.float_schema(strict=True, ge=self.min, le=self.max)

    def read(self, value: object) -> float:
        if isinstance(value, str) and value in _SPELLED:
            return _SPELLED[value]
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                raise Mismatch("a number that a double can hold", value) from None
        raise Mismatch("a number", value)

    def write(self, value: Any) -> Any:
        if isinstance(value, float) and not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        return value

    def gather(self, value: Any) -> Any:
        found = _as_float(value)
        return value if found is None else found

    def check(self, value: Any) -> Iterator[Finding]:
        found = _as_float(value)
        if found is None:
            yield "type", f"expected a number that a double can hold, found {name_of(value)}"
        else:
            yield from check_range(found, self.min, self.max)


def _as_float(value: Any) -> float | None:
    """Take what pydantic takes for a float: `Decimal` and numbers of other libraries too, no text, no true or false."""
    if isinstance(value, bool) or not isinstance(value, SupportsFloat | SupportsIndex):
        return None
    try:
        return float(value)
    except (OverflowError, TypeError, ValueError):
        return None


_DIGITS = 4000
"""How large an exact number may be: Python turns no more than 4,300 digits into text and back."""

_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"


class Exact(Kind):
    """A decimal number of any precision; JSON readers that know doubles alone see the nearest one."""

    min: float | None = None
    max: float | None = None
    relaxed: tuple[str, ...] = ()

    def json_schema(self) -> CoreSchema:
        return core_schema.float_schema(ge=self.min, le=self.max)

    def read(self, value: object) -> Decimal:
        text = value if isinstance(value, str) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            text = value.text if isinstance(value, LongFloat) else str(value)
        if text is None or not re.fullmatch(_NUMBER, text) or not _moderate(found := Decimal(text)):
            raise Mismatch("a decimal number", value)
        return found

    def write(self, value: Any) -> Any:
        found = value if isinstance(value, Decimal) else Decimal(str(value))
        if found == found.to_integral_value():
            return int(found)
        nearest = float(found)
        return nearest if Decimal(str(nearest)) == found else LongFloat.of(str(found))

    def gather(self, value: Any) -> Any:
        return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def check(self, value: Any) -> Iterator[Finding]:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            yield "type", f"expected a decimal number, found {name_of(value)}"
        elif not _moderate(Decimal(str(value))):
            yield "type", f"is no number of up to {_DIGITS} digits"
        else:
            yield from check_range(Decimal(str(value)), _decimal(self.min), _decimal(self.max))

    def findings_that_hold(self, value: Any) -> Iterator[Finding]:
        return (finding for finding in self.check(value) if finding[0] not in self.relaxed)


def _moderate(value: Decimal) -> bool:
    return value.is_finite() and abs(value.adjusted()) < _DIGITS and len(value.as_tuple().digits) < _DIGITS


def _decimal(bound: float | None) -> Any:
    return None if bound is None else Decimal(str(bound))


class Flag(Kind):
    """true or false."""

    def schema(self) -> CoreSchema:
        return core_schema.bool_schema(strict=True)

    def read(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise Mismatch("true or false", value)

    def check(self, value: Any) -> Iterator[Finding]:
        if not isinstance(value, bool):
            yield "type", f"expected true or false, found {name_of(value)}"
