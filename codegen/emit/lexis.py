"""What of a Python text is code, and what stands in its strings and comments.

In: a text that our templates printed. Out: the same with every string emptied and every comment cut, or the places of
its strings. Outside of strings and comments a quote begins a string and `#` a comment, wherever they stand, so that one
pass from left to right finds all of them, as Python's own tokenizer does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

STRING = (
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"'
    r"|'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'"
)
_FORMATTED = rf"(?P<code>\b(?:[fFtT][rR]?|[rR][fFtT])(?:{STRING}))"
"""A formatted string holds code: it stays as it is."""
_COMMENT = r"(?P<comment>#)[^\r\n]*"
_TEXT = re.compile(f"{_FORMATTED}|{_COMMENT}|{STRING}", re.DOTALL)


def code_of(text: str) -> str:
    """Empty the strings and cut the comments: `x = "a"  # b` gives `x = ""  #""`.

    Two texts that give the same have the same tokens but for what their strings say, hence the same syntax tree.
    """
    return _TEXT.sub(r'\g<code>\g<comment>""', text)


def strings_of(text: str) -> Iterator[tuple[int, int]]:
    """Give where each string begins and ends."""
    return (found.span() for found in _TEXT.finditer(text) if not found["comment"])
