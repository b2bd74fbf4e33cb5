"""What becomes of AWS's patterns: `docs/aws-patterns.md` is what our machinery makes of the installed botocore.

Run `pytest --update tests/test_aws_patterns.py` when botocore in `requirements.lock` has moved, and read what has
changed. What takes long to find out stands in `data/aws-patterns.json`: which patterns no text matches, and how long
an engine that backtracks takes over the worst text that was found. Each run checks a share of it, which rotates with
the number of the CI run; SPECCAST_FULL=1 checks all.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import regex  # type: ignore[import-untyped]
from census import VERSION, services
from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema
from quirks_models import whole
from sizes import FULL

from codegen.emit.views.scalars import lowered_pattern
from codegen.importers.botocore import _match as match_of  # pyright: ignore[reportPrivateUsage]
from codegen.spec import ir
from codegen.spec.ambiguity import attacks
from codegen.spec.ir import SpecText
from codegen.spec.languages import Strings, is_empty
from codegen.spec.lowered import Engine, Lowered, Match, Piece, Unsupported, accepts, lower, superlinear
from codegen.spec.patterns import matching, refused
from codegen.spec.regex import parse

PAGE = Path(__file__).parent.parent / "docs" / "aws-patterns.md"
DATA = Path(__file__).parent / "data" / "aws-patterns.json"
COMMAND = "pytest --update tests/test_aws_patterns.py"
SHARE = 1 if FULL else 60
"""One pattern in so many is looked at closely."""
TURN = int(os.environ.get("GITHUB_RUN_NUMBER", "0"))
LONGEST = 10_000
"""Characters of the longest text that is tried where a shape bounds nothing; arbitrary."""
PATIENCE = 1.0
"""Seconds after which no longer text is tried; arbitrary."""
ATTACKS = 40

Set = tuple[str, Match, int | None, int | None]
"""A pattern, how it is meant, and the bounds of the length beside it."""


@cache
def sets() -> Mapping[Set, tuple[str, ...]]:
    """Give every set of texts that a shape of AWS's allows by a pattern, with the shapes that do."""
    found: dict[Set, list[str]] = {}
    for one in services():
        meant: Match = "search" if match_of(one.raw["shapes"]).value == "search" else "full"
        for name, shape in one.shapes.items():
            if "pattern" in shape:
                key = (shape["pattern"], meant, shape.get("min"), shape.get("max"))
                found.setdefault(key, []).append(f"{one.name}.{name}")
    return {key: tuple(names) for key, names in found.items()}


@cache
def lowered() -> Mapping[tuple[str, Match], Lowered | Unsupported]:
    return {(text, match): lower(text, match=match, ascii=True) for text, match, _, _ in sets()}


def share(things: Iterable[Any]) -> list[Any]:
    """Take one in so many, others on another run."""
    return list(islice(things, TURN % SHARE, None, SHARE))


# --------------------------------------------------------------------------------------------------------- what is slow


@dataclass(frozen=True, slots=True)
class Backtracking:
    """A piece of a pattern that only an engine that backtracks can run."""

    shape: str
    piece: Piece
    growth: str | None
    max_length: int | None


@cache
def backtracking() -> tuple[Backtracking, ...]:
    """Give those, each with the first shape that has it, and with the growth that the generator tells of."""
    seen: dict[Piece, Backtracking] = {}
    for (text, match, _, most), names in sets().items():
        found = lowered()[text, match]
        if isinstance(found, Unsupported):
            continue
        for piece in found.pieces:
            if piece.engine is not Engine.RUST and piece not in seen:
                growth = superlinear(Lowered(None, found.max_length, (piece,)))
                seen[piece] = Backtracking(names[0], piece, growth, _least(most, found.max_length))
    return tuple(seen.values())


def _least(*bounds: int | None) -> int | None:
    return min((bound for bound in bounds if bound is not None), default=None)


def worst(one: Backtracking) -> dict[str, float]:
    """Search for the text that takes longest: as long as the shape allows, or as our patience does."""
    limit = min(one.max_length or LONGEST, LONGEST)
    alone = Lowered(None, None, (one.piece,))
    accepts(alone, "")  # compiles it
    found = {"characters": 0, "milliseconds": 0.0}
    for attack in islice(attacks(parse(one.piece.text, ascii=True)), ATTACKS):
        length, spent = 16, 0.0
        while spent < PATIENCE / 4 and length < 2 * limit:
            text = attack.text(max(1, min(length, limit) // len(attack.pump)))[:limit]
            begin = time.process_time()
            accepts(alone, text)
            spent = time.process_time() - begin
            if spent * 1000 > found["milliseconds"]:
                found = {"characters": len(text), "milliseconds": round(spent * 1000, 1)}
            length *= 2
    return found


def emptiness(key: Set) -> str | None:
    """Say that no text is in a set, or that this is not known; None where some text is, or nobody reads the pattern."""
    text, match, least, most = key
    if isinstance(lowered()[text, match], Unsupported):
        return None
    verdict = is_empty(Strings(text, match, True, least, most))
    return None if verdict is False else "empty" if verdict else "undecided"


def measured() -> dict[str, Any]:
    """Find out all that takes long."""
    told = {names[0]: verdict for key, names in sets().items() if (verdict := emptiness(key))}
    known: dict[str, Any] = json.loads(DATA.read_text("utf-8"))["worst"] if DATA.exists() else {}
    fresh = {one.shape: one for one in backtracking() if known.get(one.shape, {}).get("text") != one.piece.text}
    return {
        "botocore": VERSION,
        "empty": sorted(name for name, verdict in told.items() if verdict == "empty"),
        "undecided": sorted(name for name, verdict in told.items() if verdict == "undecided"),
        "worst": {
            one.shape: {"text": one.piece.text, **worst(one)} if one.shape in fresh else known[one.shape]
            for one in backtracking()
        },
    }


# ---------------------------------------------------------------------------------------------------------------- page


def page(data: Mapping[str, Any]) -> str:
    head = f"""# What becomes of AWS's patterns

What speccast makes of every pattern in botocore {VERSION}, written by `{COMMAND}`;
a test fails when they differ. A service's patterns mean the whole value, or any part of it where each of them has an
anchor. Lengths and look-arounds at the ends are taken out of a pattern first; what is
left runs on Rust's engine, whose time is linear, else on `re`, else on `regex`. Of shapes that share a pattern the
first is named.
"""
    return "\n".join([head, _engines(), _unsupported(), _empty(data), _slow(data)])


def _table(title: str, text: str, heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    rules = ["--:" if head in ("patterns", "shapes", "characters", "ms") else "---" for head in heads]
    lines = [heads, rules, *(tuple(map(_cell, row)) for row in rows)]
    return "\n".join([f"## {title}", "", text, "", *(f"| {' | '.join(line)} |" for line in lines), ""])


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value).replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`" if "`" not in text else f"`` {text} ``"


def _engines() -> str:
    patterns: Counter[tuple[str, str]] = Counter()
    shapes: Counter[tuple[str, str]] = Counter()
    for (_, match), found in lowered().items():
        patterns[_row(match, found)] += 1
    for (text, match, _, _), names in sets().items():
        shapes[_row(match, lowered()[text, match])] += len(names)
    rows = [(*row, patterns[row], shapes[row]) for row in sorted(patterns)]
    total = ("all", "", sum(patterns.values()), sum(shapes.values()))
    text = "`full`: the whole value; `search`: any part of it."
    return _table("Engines", text, ("meant", "runs on", "patterns", "shapes"), [*rows, total])


def _row(match: Match, found: Lowered | Unsupported) -> tuple[str, str]:
    if isinstance(found, Unsupported):
        return match, "no engine"
    engines = sorted({str(piece.engine) for piece in found.pieces})
    return match, " and ".join(engines) or "a length alone"


def _unsupported() -> str:
    text = "Told when generating, and not enforced by the client."
    rows = (
        (_code(names[0]), _code(key[0]), found.reason)
        for key, names in sets().items()
        if isinstance(found := lowered()[key[0], key[1]], Unsupported)
    )
    return _table("Patterns that no engine takes", text, ("shape", "pattern", "reason"), rows)


def _empty(data: Mapping[str, Any]) -> str:
    keys = {names[0]: key for key, names in sets().items()}
    heads = ("shape", "pattern", "length")
    told = {
        kind: [(_code(name), _code(keys[name][0]), _length(*keys[name][2:])) for name in data[kind]]
        for kind in ("empty", "undecided")
    }
    none = "Told when generating, and not enforced by the client: it would refuse every value."
    unknown = "Nothing was found that matches, and it is not known whether anything does."
    return "\n".join(
        (
            _table("Patterns that no text matches", none, heads, told["empty"]),
            _table("Patterns of which that is not decided", unknown, heads, told["undecided"]),
        )
    )


def _length(least: int | None, most: int | None) -> str:
    return "any" if least is most is None else f"{least or 0} to {'any' if most is None else most}"


def _slow(data: Mapping[str, Any]) -> str:
    text = (
        "What backtracks, with the worst time that a search for bad input took on the machine that wrote this page,\n"
        f"on texts as long as the shape allows and of {LONGEST:,} characters at most. What grows faster than its text\n"
        "is told when generating, and not enforced by the client; the rest grows as its text does."
    )
    rows: list[tuple[object, ...]] = []
    for one in backtracking():
        took = data["worst"].get(one.shape, {"characters": 0, "milliseconds": 0})
        rows.append(
            (_code(one.shape), str(one.piece.engine), one.growth or "linear", took["characters"], took["milliseconds"])
        )
    rows.sort(key=lambda row: (row[2] == "linear", row[0]))
    return _table("Patterns that backtrack", text, ("shape", "engine", "growth", "characters", "ms"), rows)


def test_the_page_about_aws_patterns_is_what_becomes_of_them(update: bool) -> None:
    if update:
        DATA.write_text(json.dumps(measured(), indent=2) + "\n", encoding="utf-8", newline="\n")
    data = json.loads(DATA.read_text("utf-8"))
    found = page(data)
    if update:
        PAGE.write_text(found, encoding="utf-8", newline="\n")
    stale = f"docs/aws-patterns.md is not what becomes of the patterns of botocore {VERSION}; run: {COMMAND}"
    assert data["botocore"] == VERSION, stale
    assert {name: one["text"] for name, one in data["worst"].items()} == {
        one.shape: one.piece.text for one in backtracking()
    }, stale
    assert PAGE.read_text("utf-8") == found, stale


def test_what_no_text_matches_is_known_by_name() -> None:
    data = json.loads(DATA.read_text("utf-8"))
    known = {**dict.fromkeys(data["empty"], "empty"), **dict.fromkeys(data["undecided"], "undecided")}
    looked_at = [*share(sets().items()), *((key, names) for key, names in sets().items() if names[0] in known)]
    assert len(looked_at) > 100
    for key, names in looked_at:
        assert emptiness(key) == known.get(names[0]), names


def test_what_grows_faster_than_its_text_is_told_and_not_enforced() -> None:
    slow = [one for one in backtracking() if one.growth]
    assert slow
    for one in slow:
        service, _, name = one.shape.partition(".")
        shape = whole(service).shapes[SpecText(name)]
        assert isinstance(shape, ir.Text) and shape.constraints.pattern
        assert lowered_pattern(shape.constraints.pattern) is None


# ------------------------------------------------------------------------------------------------------ second opinions

Opinion = Callable[[str], bool]
OTHERWISE = {("of_regex", r"[\p{Print}&&[^|:/]]+")}
"""What an engine reads otherwise: to `regex` two ampersands are only that, unless it is told of another version."""


def of_rust(pattern: str, match: Match) -> Opinion | None:
    text = pattern if match == "search" else rf"\A(?:{pattern})\z"
    try:
        validator = SchemaValidator(core_schema.str_schema(pattern=text, regex_engine="rust-regex"))
    except SchemaError:
        return None

    def holds(word: str) -> bool:
        try:
            validator.validate_python(word)
        except ValidationError:
            return False
        return True

    return holds


def of_re(pattern: str, match: Match) -> Opinion | None:
    try:
        compiled = re.compile(pattern, re.ASCII)
    except re.error:
        return None
    find = compiled.fullmatch if match == "full" else compiled.search
    return lambda word: find(word) is not None


def of_regex(pattern: str, match: Match) -> Opinion | None:
    try:
        compiled = regex.compile(pattern, regex.ASCII | regex.V0)
    except regex.error:
        return None
    find = compiled.fullmatch if match == "full" else compiled.search
    return lambda word: find(word) is not None


def words_of(pattern: str, match: Match) -> Iterator[tuple[str, bool]]:
    """Make up texts that a pattern accepts and refuses, of the characters that all engines read alike."""
    made = [(word, True) for word in matching(pattern, match=match, ascii=True)]
    made += [(word, False) for word in refused(pattern, match=match, ascii=True)]
    return ((word, good) for word, good in made if word.isascii() and word.isprintable())


@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
@pytest.mark.parametrize("opinion", [of_rust, of_re, of_regex])
def test_an_engine_that_takes_a_pattern_as_it_is_says_of_made_up_texts_what_we_say(
    opinion: Callable[[str, Match], Opinion | None],
) -> None:
    taken = 0
    for pattern, match in looked_at():
        holds = opinion(pattern, match)
        if holds is not None:
            taken += 1
            assert [(word, holds(word)) for word, _ in words_of(pattern, match)] == list(
                words_of(pattern, match)
            ), pattern
    assert taken > 0.9 * len(looked_at())


@cache
def looked_at() -> tuple[tuple[str, Match], ...]:
    """At least 300 of the patterns that can be enforced."""
    slow = {one.piece for one in backtracking() if one.growth}
    can = sorted(
        key for key, found in lowered().items() if isinstance(found, Lowered) and slow.isdisjoint(found.pieces)
    )
    step = 1 if FULL else len(can) // 300
    return tuple(can[TURN % step :: step])
