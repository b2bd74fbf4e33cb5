"""What becomes of a pattern, apart from how: the records that a view or a comparison holds, and the engines' answers.

In: a pattern as a spec has it. Out: `Lowered`, or `Unsupported` with the reason, as `codegen.spec.patterns` says. That
and the trees behind it are imported when the first pattern is read: most comparisons meet none, and start sooner.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Literal, assert_never

from codegen.records import dataclass

Match = Literal["full", "search"]
Finder = Callable[[str], bool]


class Engine(StrEnum):
    RUST = "rust"
    RE = "re"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` is searched for by `engine`, all its anchors written out; it must not be found if `negated`."""

    engine: Engine
    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Lowered:
    """What a value must hold: a number of characters, and every piece."""

    min_length: int | None
    max_length: int | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Unsupported:
    reason: str


@cache
def _patterns() -> Any:
    return import_module("codegen.spec.patterns")


def lower(pattern: str, *, match: Match, ascii: bool) -> Lowered | Unsupported:
    """Decide what a pattern asks of a value and which engines check it."""
    found: Lowered | Unsupported = _patterns().lower(pattern, match=match, ascii=ascii)
    return found


def superlinear(lowered: Lowered) -> str | None:
    """Say how a backtracking engine's time grows on bad input, when faster than the input; Rust's never does."""
    found: str | None = _patterns().superlinear(lowered)
    return found


def accepts(lowered: Lowered, text: str) -> bool | None:
    """Say what the engines of generated code find; None where one might never end, nor soon say what it finds."""
    if len(text) < (lowered.min_length or 0) or (lowered.max_length is not None and len(text) > lowered.max_length):
        return False
    backtracks = any(piece.engine is not Engine.RUST for piece in lowered.pieces)
    found = _found_soon if backtracks and superlinear(lowered) else _found
    verdicts = [verdict for piece in lowered.pieces if (verdict := _verdict(piece, found(piece, text))) is not True]
    return not verdicts or (False if False in verdicts else None)


def _verdict(piece: Piece, found: bool | None) -> bool | None:
    return None if found is None else found != piece.negated


# -------------------------------------------------------------------------------------------------------------- engines

_MODULES = {Engine.RUST: "pydantic_core", Engine.RE: "re", Engine.REGEX: "regex"}


@cache
def engine_module(engine: Engine) -> Any:
    """Import what runs an engine when a pattern is compiled: a comparison that meets none starts a third sooner."""
    return import_module(_MODULES[engine])


def compiled(engine: Engine, text: str) -> Any:
    """Compile for an engine, whose own errors come through."""
    module = engine_module(engine)
    match engine:
        case Engine.RUST:
            return module.SchemaValidator(module.core_schema.str_schema(pattern=text, regex_engine="rust-regex"))
        case Engine.RE:
            return module.compile(text)
        case Engine.REGEX:
            return module.compile(text, module.V0)
        case _:
            assert_never(engine)


_compiled = lru_cache(maxsize=1024)(compiled)


def _found_soon(piece: Piece, text: str) -> bool | None:
    """Count the steps of a search that might take for ever; None where they are too many."""
    found: bool | None = _patterns().finds(piece.text, text) if piece.engine is not Engine.RUST else _found(piece, text)
    return found


def _found(piece: Piece, text: str) -> bool:
    """Ask the engine, or while Rust's is not imported, and a piece is plain, another that is sure to say the same."""
    if piece.engine is Engine.RUST and _MODULES[piece.engine] not in sys.modules:
        piece = _patterns().stand_in(piece, 1 << len(text).bit_length())
    return finder(piece)(text)


def finder(piece: Piece) -> Finder:
    """Compile what tells whether a piece is in a text, for who asks it of many."""
    checker = _compiled(piece.engine, piece.text)
    if piece.engine is Engine.RUST:
        found: Finder = checker.isinstance_python
        return found
    return lambda text: checker.search(text) is not None
