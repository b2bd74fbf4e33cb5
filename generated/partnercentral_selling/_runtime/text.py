"""Text and bytes."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, Literal, NamedTuple

from pydantic_core import CoreSchema, PydanticCustomError, SchemaValidator, core_schema

from .base import Finding, Kind, Mismatch, check_length, name_of

Engine = Literal["rust", "re", "regex"]


class Pattern(NamedTuple):
    """A pattern for one engine, run as a search with its anchors written out; `negated`: it must not match."""

    text: str
    engine: Engine = "rust"
    negated: bool = False

    def accepts(self, value: str) -> bool:
        return _searcher(self.text, self.engine)(value) is not self.negated


@cache
def _searcher(text: str, engine: Engine) -> Callable[[str], bool]:
    if engine == "rust":
        return SchemaValidator(core_schema.str_schema(pattern=text, regex_engine="rust-regex")).isinstance_python
    # Only models with such a pattern need the package `regex`; their manifest says so.
    compiled = re.compile(text) if engine == "re" else import_module("regex").compile(text)
    return lambda value: compiled.search(value) is not None


class Text(Kind):
    """A string; lengths in characters (Unicode code points), both ends inclusive."""

    min_length: int | None = None
    max_length: int | None = None
    patterns: tuple[Pattern, ...] = ()
    shown: str | None = None
    relaxed: tuple[str, ...] = ()

    def schema(self) -> CoreSchema:
        bounded = "length" not in self.relaxed
        patterns = () if "pattern" in self.relaxed else self.patterns
        fast = [pattern.text for pattern in patterns if pattern.engine == "rust" and not pattern.negated]
        one = fast[0] if len(fast) == len(patterns) == 1 else None
        schema = core_schema.str_schema(
            strict=True,
            # Never without a bound: pydantic looks for lone surrogates only where it has something to count.
            min_length=(self.min_length or 0) if bounded else 0,
            max_length=self.max_length if bounded else None,
            pattern=one,
            regex_engine="rust-regex" if one is not None else None,
        )
        return (
            schema
            if one is not None or not patterns
            else core_schema.no_info_after_validator_function(self._matched, schema)
        )

    def _matched(self, value: str) -> str:
        if all(pattern.accepts(value) for pattern in self.patterns):
            return value
        raise PydanticCustomError("string_pattern_mismatch", "String should match the pattern of the service")

    def read(self, value: object) -> str:
        if isinstance(value, str):
            return value
        raise Mismatch("a string", value)

    def check(self, value: Any) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield "type", f"expected a string, found {name_of(value)}"
        elif not encodable(value):
            yield "type", "holds a lone surrogate, which UTF-8 cannot carry"
        else:
            yield from check_length(len(value), self.min_length, self.max_length, "character")
            if not all(pattern.accepts(value) for pattern in self.patterns):
                yield "pattern", f"does not match {self.shown or self.patterns[0].text}"


def encodable(value: str) -> bool:
    """Say whether UTF-8 can carry a text: it cannot carry lone surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


class Bytes(Kind):
    """Bytes; base64 on the wire; lengths in bytes."""

    min_length: int | None = None
    max_length: int | None = None
    relaxed: tuple[str, ...] = ()

    def schema(self) -> CoreSchema:
        if "length" in self.relaxed:
            return core_schema.bytes_schema(strict=True)
        return core_schema.bytes_schema(strict=True, min_length=self.min_length, max_length=self.max_length)

    def read(self, value: object) -> bytes:
        if not isinstance(value, str):
            raise Mismatch("base64 text", value)
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise Mismatch("base64 text", value) from None

    def write(self, value: Any) -> Any:
        return base64.b64encode(value).decode("ascii")

    def check(self, value: Any) -> Iterator[Finding]:
        if isinstance(value, bytes):
            yield from check_length(len(value), self.min_length, self.max_length, "byte")
        else:
            yield "type", f"expected bytes, found {name_of(value)}"
