"""JSON text -> values; positions when asked.

In: a spec file, or a folder of them. Out: `Source`s, or `Diagnostics` that name line and column.

The values come from the C parser, which knows no positions and takes more than JSON: hooks refuse duplicate keys,
NaN, numbers out of bounds. Where something stands is found by a second scan of the tokens, only when a diagnostic
(or `explain`) asks, and container by container: a clean spec never pays for it, one finding in a large spec costs two
passes over its text, and the thousandth almost nothing.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from codegen.diagnostics import Diagnostic, Diagnostics, Locate, Location, Note, Place, quoted
from codegen.digests import sha256
from codegen.records import dataclass

if TYPE_CHECKING:
    from codegen.spec.ir import Json

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 64
"""Smithy's limit for its own texts; the deepest service model nests 12."""
MAX_DIGITS = 4300
"""Python's own limit for reading an integer."""

RULES = {
    "missing": "the path exists",
    "no-spec": "a folder of a spec holds at least one *.json file",
    "not-a-file": "a spec is a regular file: not a folder, pipe or device",
    "unreadable": "the file can be read",
    "too-large": "a spec file has at most 64 MiB",
    "encoding": "a spec file is UTF-8 without a byte order mark",
    "syntax": "a spec file is JSON",
    "too-deep": "lists and objects nest at most 64 deep",
    "duplicate-key": "an object has each key once",
    "number": "a number is finite, as JSON writes it, and has at most 4300 digits",
    "surrogate": "every string is text: no half of a surrogate pair",
    "not-an-object": "the top level of a spec file is an object",
}

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[][{},:]|[^][{},:"\s]++', re.DOTALL)
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[][{}]")
_COLON = re.compile(r"[ \t\r\n]*:")
_NUMBER = r"NaN|-?Infinity|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?"
_DANGLING_COMMA = re.compile(r",[ \t\r\n]*[]}]")
_NOTHING = re.compile(r"[ \t\r\n]*\Z")
SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = "[\ud800-\udfff]"
_STEP = {"{": 1, "[": 1, "}": -1, "]": -1}


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read; `path` as shown to the user.

    `read_text` gives the text: few places of a large model are ever looked up, so its text is not kept.
    """

    path: str
    read_text: Callable[[], str]
    value: Json
    packed: bytes | None = None
    """The file as it was found, where that is not its text."""

    @property
    def sha256(self) -> str:
        """Digest the file as it was found."""
        return sha256(self.text.encode("utf-8", "surrogatepass") if self.packed is None else self.packed).hexdigest()

    @property
    def text(self) -> str:
        return self.read_text()

    def locate(self, place: Place) -> Location:
        """Find a place; one that is gone narrows to the nearest parent that is there."""
        text = self.text
        spot = _find(text, place.pointer)
        return _location(self.path, text, spot.value if spot.key is None or not place.on_key else spot.key)


def locator(sources: Iterable[Source]) -> Locate:
    """Give a function that finds places in any of the files; a file not among them is named as a whole."""
    by_path = {source.path: source for source in sources}

    def locate(place: Place) -> Location:
        source = by_path.get(place.file)
        return source.locate(place) if source else Location(place.file)

    return locate


# ----------------------------------------------------------------------------------------------------------- reading


def read_spec_files(target: Path) -> tuple[Source, ...]:
    """Read one file, or all `*.json` directly in a folder in the order of their names (hidden ones are not ours)."""
    sources: list[Source] = []
    found: list[Diagnostic] = []
    for path in _spec_files(target):
        try:
            sources.append(read_source(shown_path(path), read_regular_file(path)))
        except Diagnostics as fault:
            found.extend(fault.found)
    if found:
        raise Diagnostics(found)
    return tuple(sources)


def _spec_files(target: Path) -> tuple[Path, ...]:
    if not target.is_dir():
        return (target,)
    try:
        names = sorted(name for name in os.listdir(target) if name.endswith(".json") and not name.startswith("."))
    except OSError as fault:
        _refuse("unreadable", _reason(fault), Location(shown_path(target)))
    if not names:
        _refuse("no-spec", "this folder holds no *.json file", Location(shown_path(target)))
    return tuple(target / name for name in names)


def read_regular_file(path: Path) -> bytes:
    """Read a file whole, and never wait for a pipe or drain a device; one byte beyond the limit is enough to tell."""
    place = Location(shown_path(path))
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "folder" if stat.S_ISDIR(mode) else "pipe or device"
            _refuse("not-a-file", f"a {kind} stands where a file belongs", place)
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            return stream.read(MAX_BYTES + 1) or b""  # what has nothing to read for now reads as None
    except FileNotFoundError:
        _refuse("missing", "no such file or folder", place)
    except OSError as fault:
        _refuse("unreadable", _reason(fault), place)


def _reason(fault: OSError) -> str:
    return f"cannot be read: {(fault.strerror or str(fault)).lower()}"


def shown_path(path: Path) -> str:
    """Give the path as a user knows it: relative to the current folder within one project, else as given.

    With forward slashes; from a folder `src` of a project it is `../specs/notes`.
    """
    here = _current_folder()
    if here is None:
        return str(path)
    absolute = here / path
    if absolute.is_relative_to(here):
        return absolute.relative_to(here).as_posix()
    top = _top(here)
    return Path(os.path.relpath(absolute, here)).as_posix() if top and absolute.is_relative_to(top) else str(path)


def _current_folder() -> Path | None:
    """Who stands in a package that is replaced stands nowhere afterwards."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None


def _top(here: Path) -> Path | None:
    """Find the top of the repository around a folder; without one, the folder of the nearest pyproject.toml."""
    around = (here, *here.parents)
    marks = (".git", "pyproject.toml")
    return next((folder for mark in marks for folder in around if (folder / mark).exists()), None)


# ----------------------------------------------------------------------------------------------------------- parsing


class Refused(Exception):
    """Raised by a hook of a decoder, which cannot say where it is."""


def read_source(path: str, content: bytes) -> Source:
    """Parse one file; what is wrong with it is one diagnostic, the first in the text of its kind."""
    return read_text(path, decode(path, content))


def read_text(path: str, text: str) -> Source:
    """Parse the text of one file."""
    _check_depth(path, text)
    try:
        value: Json = DECODER.decode(text)
    except json.JSONDecodeError as fault:
        _refuse_syntax(path, text, fault)
    except Refused:
        _refuse_duplicate_or_number(path, text)
    if SURROGATE_ESCAPE.search(text):
        check_surrogates(path, text)
    if not isinstance(value, dict):
        start = len(text) - len(text.lstrip())
        _refuse("not-an-object", "the top level of a spec is an object, in braces", _location(path, text, start))
    return Source(path, lambda: text, value)


def nests_too_deep(value: Json) -> bool:
    """Say whether a value that is kept as it is nests deeper than a spec may."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for each in level for child in _inside(each)]
        if not level:
            return False
    return True


def _inside(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def decode(path: str, content: bytes) -> str:
    """Give the text of a file, which is not empty."""
    first = Location(path, 1, 1)
    if len(content) > MAX_BYTES:
        _refuse("too-large", f"larger than {MAX_BYTES // 2**20} MiB; split the spec into several files", first)
    encoding = json.detect_encoding(content)
    if encoding == "utf-8-sig":
        _refuse("encoding", "starts with a byte order mark; save the file as UTF-8 without one", first)
    if encoding != "utf-8":
        _refuse("encoding", f"encoded as {encoding[:6].upper()}; save the file as UTF-8", first)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = content[: fault.start].decode("utf-8")
        message = f"byte 0x{content[fault.start]:02x} is not UTF-8; save the file as UTF-8"
        _refuse("encoding", message, _location(path, before, len(before)))
    if _NOTHING.match(text):
        _refuse("syntax", "the file is empty", first)
    return text


def _check_depth(path: str, text: str) -> None:
    """Refuse deep nesting before the parser meets it; three passes in C, no recursion."""
    brackets = _BRACKET.findall(_STRING.sub("", text))
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) <= MAX_DEPTH:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += _STEP.get(token[0], 0)
        if depth > MAX_DEPTH:
            _refuse("too-deep", f"nested more than {MAX_DEPTH} deep", _location(path, text, token.start()))


def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Make an object. Raises Refused where a key stands twice."""
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Refused
    return value


def _integer(digits: str) -> int:
    if _number_fault(digits):
        raise Refused
    return int(digits)


def _fraction(digits: str) -> float:
    if _number_fault(digits):
        raise Refused
    return float(digits)


def _constant(name: str) -> NoReturn:
    raise Refused


def decoder(
    make_object: Callable[[list[tuple[str, Json]]], dict[str, Json]], constant: Callable[[str], Json]
) -> json.JSONDecoder:
    """Give a parser of JSON that refuses numbers out of bounds; `constant` is given NaN and what else JSON has not."""
    return json.JSONDecoder(
        object_pairs_hook=make_object, parse_int=_integer, parse_float=_fraction, parse_constant=constant
    )


DECODER = decoder(unique, _constant)


def _number_fault(word: str) -> str | None:
    if word in ("NaN", "Infinity", "-Infinity"):
        return f"{word} is not a number of JSON"
    if len(word) > MAX_DIGITS:
        return f"a number of more than {MAX_DIGITS} digits"
    if word[0] in "-0123456789" and math.isinf(float(word)) and not word.lstrip("-").isdigit():
        return "a number beyond what a double holds"
    return None


def _refuse_duplicate_or_number(path: str, text: str) -> NoReturn:
    """Find what a hook refused; up to the end of the value it refused, the text is known to be JSON."""
    seen: list[dict[str, int]] = []
    for token in _TOKEN.finditer(text):
        word, at = token[0], token.start()
        if word in "{[":
            seen.append({})
        elif word in "}]":
            seen.pop()
        elif word[0] == '"' and _COLON.match(text, token.end()):
            first = seen[-1].setdefault(json.loads(word), at)
            if first != at:
                _refuse_duplicate(path, text, first, at)
        else:
            _check_number(path, text, token)
    raise AssertionError("the parser refused a value that the second scan finds nothing wrong with")


def _check_number(path: str, text: str, token: re.Match[str]) -> None:
    """Judge what the parser took for a number, whatever stands right behind it: `1e999x` is refused for `1e999`."""
    number = re.match(_NUMBER, token[0])
    if number and (fault := _number_fault(number[0])):
        _refuse("number", fault, _location(path, text, token.start()))


def _refuse_duplicate(path: str, text: str, first: int, second: int) -> NoReturn:
    key: str = json.JSONDecoder().raw_decode(text, second)[0]
    note = Note("first stated here", _location(path, text, first))
    message = f"duplicate key {quoted(key)}; an object has each key once"
    _refuse("duplicate-key", message, _location(path, text, second), note)


def check_surrogates(path: str, text: str) -> None:
    """Refuse the first string that holds half of a surrogate pair."""
    for token in _STRING.finditer(text):
        if SURROGATE_ESCAPE.search(token[0]) and (half := re.search(_SURROGATE, json.loads(token[0]))):
            message = f'"\\u{ord(half[0]):04x}" is half of a surrogate pair, not a character'
            _refuse("surrogate", message, _location(path, text, token.start()))


# ------------------------------------------------------------------------------------------------------ syntax errors


_SYNTAX = (
    ("Expecting value", "expected a value"),
    ("Expecting property name", "expected a key in double quotes"),
    ("Expecting ':'", 'expected ":" after this key'),
    ("Unterminated string", "this string is never closed"),
    ("Invalid control character", 'a control character inside a string; write it as an escape, like "\\n"'),
    ("Invalid \\escape", 'after a backslash comes one of " \\ / b f n r t u'),
    ("Invalid \\uXXXX", 'after "\\u" come four hexadecimal digits'),
    ("Extra data", "more text after the end of the top-level value"),
)
"""What the parser says -> what we say."""


def _refuse_syntax(path: str, text: str, fault: json.JSONDecodeError) -> NoReturn:
    message, at = _in_our_words(text, fault)
    _refuse("syntax", message, _location(path, text, at))


def _in_our_words(text: str, fault: json.JSONDecodeError) -> tuple[str, int]:
    """Say it alike on every Python: 3.13 began to tell trailing commas from other errors."""
    comma = text.rfind(",", 0, fault.pos + 1)
    dangling = _DANGLING_COMMA.match(text, comma) if comma >= 0 else None
    if dangling and dangling.end() > fault.pos and fault.msg.startswith(("Expecting", "Illegal trailing comma")):
        return "nothing follows this comma; remove it", comma
    if fault.msg.startswith(("Expecting ',' delimiter", "Expecting ':' delimiter")):
        at = len(text[: fault.pos].rstrip(" \t\r\n"))
        colon = fault.msg.startswith("Expecting ':'")
        return ('expected ":" after this key' if colon else _expected_end(text, fault.pos)), at
    if fault.pos >= len(text.rstrip(" \t\r\n")) and fault.msg.startswith("Expecting"):
        return "the file ends in the middle of a value", fault.pos
    return next((ours for theirs, ours in _SYNTAX if fault.msg.startswith(theirs)), fault.msg.lower()), fault.pos


def _expected_end(text: str, until: int) -> str:
    """`[1 2]` gives `expected "," or "]" after this value`."""
    open_brackets: list[str] = []
    for token in _TOKEN.finditer(text, 0, until):
        if token[0] in "{[":
            open_brackets.append(token[0])
        elif token[0] in "}]":
            open_brackets.pop()
    closing = "}" if open_brackets[-1] == "{" else "]"
    return f'expected "," or "{closing}" after this value'


# ---------------------------------------------------------------------------------------------------------- positions


@dataclass(frozen=True, slots=True)
class _Spot:
    """Offsets of a value and, for a member of an object, of the key that names it."""

    value: int
    key: int | None = None


def _find(text: str, pointer: tuple[str | int, ...]) -> _Spot:
    spot = _Spot(len(text) - len(text.lstrip()))
    for step in pointer:
        child = _children(text, spot.value).get(step)
        if child is None:
            break
        spot = child
    return spot


@lru_cache(maxsize=4096)
def _children(text: str, start: int) -> dict[str | int, _Spot]:
    """Find where each direct child of the container at `start` stands; a scalar has none."""
    found: dict[str | int, _Spot] = {}
    for key, value in _child_tokens(text, start):
        found[json.loads(key[0]) if key else len(found)] = _Spot(value.start(), key.start() if key else None)
    return found


def _child_tokens(text: str, start: int) -> Iterator[tuple[re.Match[str] | None, re.Match[str]]]:
    is_object, depth, key = text[start] == "{", 0, None
    for token in _TOKEN.finditer(text, start):
        word = token[0]
        if depth == 1 and word not in ",:}]":
            if is_object and key is None:
                key = token
            else:
                yield key, token
                key = None
        depth += _STEP.get(word, 0)
        if depth == 0:
            return


def _location(path: str, text: str, offset: int) -> Location:
    starts = _line_starts(text)
    line = bisect_right(starts, offset)
    return Location(path, line, offset - starts[line - 1] + 1)


@lru_cache(maxsize=64)
def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(newline.end() for newline in re.finditer("\n", text)))


def _refuse(rule: str, message: str, place: Location, *notes: Note) -> NoReturn:
    raise Diagnostics([Diagnostic(rule, message, place, notes=notes)])
