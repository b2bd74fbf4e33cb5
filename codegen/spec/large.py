"""The bytes of a model that others wrote, and that may be large -> a `Source`, for little more than parsing them costs.

A model of four million bytes has a hundred characters that are not ASCII, in its documentation. They alone make every
step twice as long, since Python keeps a text as wide as its widest character: so they are written as escapes, which
mean the same in JSON. What cannot be read this way is read like any other file, which says what is wrong, and where.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from codegen.records import dataclass
from codegen.spec.alike import decode_marked, mark
from codegen.spec.ir import Json
from codegen.spec.source import (
    DECODER,
    MAX_BYTES,
    SURROGATE_ESCAPE,
    Refused,
    Source,
    check_surrogates,
    decode,
    read_text,
)

_FEW = 16
"""Strings of a piece that are spelled out one by one; arbitrary."""
_WIDE = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Large:
    """A model as it was found; `packed` is the file.

    `unpacked` gives its bytes piece by piece, once more when a place is looked up: neither they nor the text are held.
    """

    path: str
    unpacked: Callable[[], Iterable[bytes]]
    packed: bytes

    def text(self) -> str:
        """Raises Diagnostics where it is no text."""
        return decode(self.path, b"".join(self.unpacked()))


def read_large(model: Large) -> Source:
    """Parse a model; depth is left to who keeps a value as it is."""
    text = _in_ascii(model.unpacked()) or model.text()
    try:
        value: Json = DECODER.decode(text)
    except (json.JSONDecodeError, RecursionError, Refused):
        read_text(model.path, model.text())  # raises what is wrong, and where: places in `text` are others
        raise
    if _escapes_surrogate(text):
        check_surrogates(model.path, model.text())
    return _source(model, value)


def read_both(old: Large, new: Large) -> tuple[Source, Source] | None:
    """Parse two models, and once what they have alike; none where one of them has to be parsed alone."""
    was, now = _in_ascii(old.unpacked()), _in_ascii(new.unpacked())
    if not was or not now:
        return None
    was, now, rows = mark(was, now)  # in their place, for each has millions of characters
    if _escapes_surrogate(was) or _escapes_surrogate(now):
        return None
    values = decode_marked(was, now, rows)
    return (_source(old, values[0]), _source(new, values[1])) if values else None


def _source(model: Large, value: Json) -> Source:
    return Source(model.path, cache(model.text), value, model.packed)


def _escapes_surrogate(text: str) -> bool:
    """Go from one backslash to the next, of which a model has few: a search for the whole escape takes ten times it."""
    at = text.find("\\")
    while at >= 0:
        if text[at + 1] == "u" and SURROGATE_ESCAPE.match(text, at):
            return True
        at = text.find("\\", at + 2)
    return False


def _in_ascii(pieces: Iterable[bytes]) -> str | None:
    """Give JSON of the same value that is ASCII alone; none where that would hide what is wrong with it."""
    text = ""
    try:
        for block in _blocks(pieces):
            text += _escaped(block)  # in place, as nothing else refers to it: joined at last, all would be there twice
    except (UnicodeDecodeError, Refused):
        return None
    return text if len(text) <= MAX_BYTES else None  # an escape is longer than what it stands for


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut after quotes, where no character is in two parts, and none has a backslash before it."""
    kept: list[bytes] = []
    for piece in pieces:
        end = piece.rfind(b'"') + 1
        if end:
            yield b"".join((*kept, piece[:end]))
            kept.clear()
        kept.append(piece[end:])
    yield b"".join(kept)


def _escaped(block: bytes) -> str:
    """Spell out strings from the first character on that is not ASCII, one after the other; of many, all at once."""
    done: list[str] = []
    for _ in range(_FEW):
        try:
            return "".join((*done, block.decode("ascii")))
        except UnicodeDecodeError as fault:
            begin = max(fault.start - 1, 0)  # with the character before it, which may be a backslash
            end = block.find(b'"', fault.start) + 1 or len(block)
            done += (block[:begin].decode("ascii"), _spelled_out(block[begin:end]))
            block = block[end:]
    return "".join((*done, _spelled_out(block)))


def _spelled_out(text: bytes) -> str:
    return _WIDE.sub(_escape, text.decode("utf-8"))


def _escape(found: re.Match[str]) -> str:
    """Escape a character; a backslash before it would make another escape of it, and beyond 16 bits it takes two."""
    if found.string.startswith("\\", found.start() - 1) or found[0] > "\uffff":
        raise Refused
    return f"\\u{ord(found[0]):04x}"
