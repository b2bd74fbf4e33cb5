"""The emitters: the only ways spec text enters code.

`literal` gives a Python expression, `docstring` the inside of a triple-quoted string, `comment` the rest of a line.
Each is total: any string of code points comes out inert, and a literal evaluates to exactly what went in.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping

from codegen.spec.ir import SpecText

WIDTH = 110
LINE_LENGTH = 120
"""What black keeps lines to: where the last of a docstring and the quotes would be wider, they go below."""
WIDEST_LEAD = 40
_Value = SpecText | str | int | float | bool | None | tuple["_Value", ...] | Mapping[str, "_Value"]


def literal(value: _Value) -> str:
    """Write a Python literal in ASCII; `SpecText("a\\nb")` gives `"a\\\\nb"`."""
    match value:
        case SpecText():
            return _quoted(value.raw)
        case str():
            return _quoted(value)
        case tuple():
            items = ", ".join(literal(item) for item in value)
            return f"({items},)" if len(value) == 1 else f"({items})"
        case Mapping():
            return f"{{{', '.join(f'{literal(key)}: {literal(item)}' for key, item in value.items())}}}"
        case _:
            return repr(value)


def _quoted(text: str) -> str:
    """Quote as black would: in double quotes, unless the text holds more of them than of single ones."""
    doubles, body = text.count('"'), ascii(text)
    if doubles > text.count("'"):
        return body
    return f'"{_ESCAPE.sub(_of_double_quotes, body[1:-1])}"' if doubles else f'"{body[1:-1]}"'


_ESCAPE = re.compile(r"\\.|\"")


def _of_double_quotes(found: re.Match[str]) -> str:
    """Escape double quotes instead of single ones."""
    return {"\\'": "'", '"': '\\"'}.get(found[0], found[0])


def docstring(text: SpecText, indent: int = 4) -> str:
    """Wrap text for a docstring at `indent`, laid out as black lays it out; a line is longer only for one long word."""
    first, *rest = [line for one in text.raw.strip().splitlines() for line in _wrapped(one, WIDTH - indent)] or [""]
    if not rest:
        return _apart_from_quotes(first)
    below = textwrap.indent(textwrap.dedent("\n".join(rest)), " " * indent)
    last = f"\n{' ' * indent}" if indent and len(below) - below.rfind("\n") - 1 > LINE_LENGTH - 3 else ""
    return _apart_from_quotes(f"{first}\n{below}") + last


def _wrapped(paragraph: str, width: int) -> Iterator[str]:
    """Wrap one paragraph; lines after the first keep its leading spaces and four more."""
    words = _inside_quotes(" ".join(paragraph.split()))
    lead = " " * min(len(paragraph) - len(paragraph.lstrip()), WIDEST_LEAD) if words else ""
    deeper = f"{lead}    " if lead else ""
    at = 0
    while len(lead) + len(words) - at > width:
        fits = words.rfind(" ", at, at + width - len(lead) + 1)
        end = fits if fits > 0 else words.find(" ", at)  # a word that is too long has a line of its own
        if end < 0:
            break
        yield lead + words[at:end]
        lead, at = deeper, end + 1
    yield lead + words[at:]


def _inside_quotes(words: str) -> str:
    """Escape what would end a triple-quoted string or mean something else in it; the text stays readable."""
    return _seen(words).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _apart_from_quotes(body: str) -> str:
    """Put a space between the quotes of a docstring and those of its text, as black does."""
    before = " " if body.startswith('"') or not body else ""
    after = " " if body.endswith('"') else ""
    return before + body + after


def comment(text: SpecText) -> str:
    """Print text in a comment: one line, which tells no tool what to do (`coding:` chooses the encoding of a file)."""
    line = _seen(" ".join(text.raw.split()))
    return line.replace("#", "\\x23").replace("coding:", "coding :").replace("coding=", "coding =")


_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
"""Characters that control, format, reorder or hide others, and half pairs: listed, so that all Pythons agree."""


def _seen(text: str) -> str:
    """Spell out what does not print: the one character U+0007 gives the four of `\\x07`."""
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


FILTERS: dict[str, Callable[..., str]] = {"literal": literal, "docstring": docstring, "comment": comment}
