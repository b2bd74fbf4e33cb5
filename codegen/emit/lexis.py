"""What of a Python text is code, and what stands in its strings and comments.

In: a text that our templates printed. Out: what stands between its strings and comments, or the places of its strings.
Outside of strings and comments a quote begins a string and `#` a comment, wherever they stand, so that one pass from
left to right finds all of them, as Python's own tokenizer does. Each alternative of the expression begins with a plain
character: `re` then skips all others, which takes a third of the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def _rest(quote: str) -> str:
    """Match a string after its first quote."""
    long = rf"{quote * 2}[^{quote}\\]*(?:(?:\\.|{quote}(?!{quote * 2}))[^{quote}\\]*)*{quote * 3}"
    return rf"(?:{long}|[^{quote}\\\r\n]*(?:\\.[^{quote}\\\r\n]*)*{quote})"


def _text(quote: str) -> str:
    """Match a string, and take it as a group if it is a formatted one: that holds code."""
    formatted = "|".join(rf"(?<=\b{prefix}{quote})" for prefix in ("[fFtT]", "[fFtT][rR]", "[rR][fFtT]"))
    return rf"{quote}(?:(?:{formatted})({_rest(quote)})|{_rest(quote)})"


STRING = "|".join(quote + _rest(quote) for quote in "\"'")
_TEXT = re.compile("|".join([_text('"'), _text("'"), r"#(?P<comment>)[^\r\n]*"]), re.DOTALL)


def code_of(text: str) -> list[str | None]:
    """Give what is code, parted at strings and comments, each part with what tells the kind of the one before.

    Two texts that give the same have the same tokens but for what their strings say, hence the same syntax tree.
    """
    return _TEXT.split(text)


def strings_of(text: str) -> Iterator[tuple[int, int]]:
    """Give where each string begins and ends."""
    return (found.span() for found in _TEXT.finditer(text) if found["comment"] is None)
