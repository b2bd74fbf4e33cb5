"""Markdown as GitHub reads it, parsed: what it has beside text, and that a spec's text made none of it.

In: Markdown that a command printed. Out: `Read`, and claims about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

_OURS = re.compile(r"<br>|<details><summary>[A-Za-z0-9 :,.()-]*</summary>\n?|</details>\n?")
_BLOCKS = ("heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td")
_ACTS = re.compile(r"@\w|#\d|GH-\d|www\.|://|\$|:\w+:")
"""What GitHub makes links, mentions, formulas and pictures of in plain text; the reader here does only links."""


class Read(NamedTuple):
    """Tokens, blocks and inlines alike, without their contents' nesting; code spans in their order."""

    tokens: tuple[Token, ...]
    code: tuple[str, ...]
    headings: tuple[str, ...]


def read_markdown(text: str) -> Read:
    """Parse with everything that GitHub's form has: tables, struck text, bare addresses."""
    reader = MarkdownIt("gfm-like")
    assert reader.linkify is not None
    reader.linkify.set({"fuzzy_link": False})
    tokens = tuple(_walk(reader.parse(text)))
    inlines = [tokens[number + 1].content for number, token in enumerate(tokens) if token.type == "heading_open"]
    return Read(tokens, tuple(token.content for token in tokens if token.type == "code_inline"), tuple(inlines))


def _walk(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or [])


def assert_inert_markdown(read: Read, headings: tuple[str, ...]) -> None:
    """What there is of markup is ours, and so is all that stands outside of code; `headings` are patterns of ours."""
    for token in read.tokens:
        match token.type:
            case "html_inline" | "html_block":
                assert _OURS.fullmatch(token.content), token.content
            case "text":
                assert not _ACTS.search(token.content), token.content
            case "inline" | "code_inline" | "softbreak" | "strong_open" | "strong_close" | "em_open" | "em_close":
                pass
            case kind:
                assert kind.rpartition("_")[0] in _BLOCKS, (kind, token.content)
    assert all(any(re.fullmatch(one, heading) for one in headings) for heading in read.headings), read.headings


def assert_whole_tables(text: str) -> None:
    """Every row has as many cells as its table has heads: a pipe of a text would make one more."""
    width = 0
    for line in text.split("\n"):
        if not line.startswith("|"):
            width = 0
            continue
        width = width or line.count("|")
        assert line.count("|") == width, line[:300]
