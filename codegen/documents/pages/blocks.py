"""The one shape that every form of page is reduced to: blocks of text with the line they begin in.

In: nothing. Out: `Block`, and what all reductions share. A text extractor leaves neither nesting nor marks, so readers
may use `kind`, `code` and `links` where a form has them but must do without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_MARKUP = re.compile(
    r"\s*+(?:<!--.{0,2000}?-->\s*+)?"
    r"<(?:!doctype|html|head|body|meta|title|div|main|section|article|details|h[1-6]|dl|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKS = re.compile(r"^(?:#{1,6} \S|```|[ \t]{0,8}(?:[-+*] )?\*\*)", re.MULTILINE)

BEYOND_ASCII = r"\u00c0-\u1fff\u2070-\U0010ffff"
"""For brackets of a pattern: what else than ASCII a name may hold, which is no space, dash, quote or mark of a page."""

REMARKS = frozenset(
    word + mark for word in ("Note", "Warning", "Important", "Danger", "Tip", "Caution") for mark in ("", ":")
)
"""What stands above a remark, on a line of its own."""


class Kind(StrEnum):
    TEXT = "text"
    TITLE = "title"  # what the tab of a browser shows
    HEADING = "heading"
    TERM = "term"  # what a definition list defines, or bold text on a line of its own
    CODE = "code"  # preformatted: line ends and spaces are those of the page


class Form(StrEnum):
    HTML = "HTML"
    MARKDOWN = "Markdown"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Block:
    """`code`: what stands in `text` as code; `links`: where the links within lead; `anchor`: the id it stands under.

    `depth`: how many lists of terms it stands in, where the form tells.
    """

    line: int
    text: str
    kind: Kind = Kind.TEXT
    code: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    anchor: str = ""
    depth: int = 0


def form_of(text: str) -> Form:
    """Tell the form by what stands in the text: markup at its beginning, else the marks of Markdown."""
    if _MARKUP.match(text):
        return Form.HTML
    return Form.MARKDOWN if _MARKS.search(text) else Form.TEXT


def text_blocks(text: str) -> Iterator[Block]:
    """Make each line that is not blank a block."""
    for line, content in enumerate(text.split("\n"), 1):
        if stripped := " ".join(content.split()):
            yield Block(line, stripped)
