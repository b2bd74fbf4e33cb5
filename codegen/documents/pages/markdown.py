"""Markdown -> blocks: a line is a block, a fenced listing is one, and marks are taken off.

In: Markdown as AWS publishes it and as converters of its HTML write it: headings, bold terms on lines of their own,
fences, links, code spans, escapes; the rest of Markdown does not occur. A parser of all of Markdown tells no lines
within a paragraph, and each line of these paragraphs states a fact of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from codegen.documents.pages.blocks import REMARKS, Block, Kind

_FENCE = re.compile(r"[ \t]*+(?:```++|~~~++)")
_HEADING = re.compile(r"(#{1,6})[ \t]++(\S.*+)")
_TERM = re.compile(r"(?:[-+*][ \t]++)?\*\*[ \t]?(?:\[|`|[^*\s])[^*]{0,300}?\*\*(?:[ \t]*<a [^<>]{0,300}></a>)?[ \t]*")
_BULLET = re.compile(r"[ \t>]*+(?:[-+*][ \t]++)?")
_ANCHOR = re.compile(r"<a [^<>]{0,500}></a>|<a [^<>]{0,500}>|</a>")
_NAMED = re.compile(r"<a name=\"([^\"<>]{1,300})\">")
_LINK = re.compile(r"!?\[([^\[\]]{0,1000})\]\(([^()\s]{0,2000})(?: \"[^\"\n]{0,2000}\")?\)")
_PLACEHOLDER = re.compile(r"\{\{([A-Za-z0-9_.+-]{1,200})\}\}")
_SPAN = re.compile(r"(?<!`)(`++)([^`]++)`++")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"(?<!\\)\*++")


def markdown_blocks(text: str) -> Iterator[Block]:
    """Reduce `## Errors`, ` ** [Title](#x) **` and fenced code to a heading, a term and code."""
    lines = text.split("\n")
    at = _after_front_matter(lines)
    while at < len(lines):
        if _FENCE.match(lines[at]):
            end = next((n for n in range(at + 1, len(lines)) if _FENCE.match(lines[n])), len(lines))
            yield Block(at + 2, _listing("\n".join(lines[at + 1 : end])), Kind.CODE)
            at = end + 1
            continue
        yield from _line_blocks(at + 1, lines[at])
        at += 1


def _listing(text: str) -> str:
    """Take off what stands for slanted words and for links: `"[Code](#x)": "{{string}}"` gives `"Code": "string"`."""
    return _PLACEHOLDER.sub(r"\1", _LINK.sub(r"\1", text))


def _after_front_matter(lines: list[str]) -> int:
    if lines[0].strip() != "---":
        return 0
    return next((n + 1 for n in range(1, min(len(lines), 200)) if lines[n].strip() == "---"), 0)


def _line_blocks(line: int, raw: str) -> Iterator[Block]:
    heading = _HEADING.fullmatch(raw.strip())
    if heading:
        kind, content = Kind.HEADING, heading[2]
    else:
        kind = Kind.TERM if _TERM.fullmatch(raw.strip()) else Kind.TEXT
        content = raw[_end_of_bullet(raw) :]
    plain, code, links = _inline(content)
    if plain:
        yield Block(line, plain, Kind.TEXT if _is_remark(raw, plain) else kind, code, links)


def _is_remark(raw: str, plain: str) -> bool:
    """`**Note**` is no term; a member of this name is set as `** Note **` or has a link."""
    return plain in REMARKS and (f"**{plain}**" in raw or raw.lstrip().startswith("#")) and "<a " not in raw


def _end_of_bullet(raw: str) -> int:
    found = _BULLET.match(raw)
    return found.end() if found else 0


def _inline(content: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Take marks off: the text, its code spans and its links; what stands in a code span stays as it is."""
    spans: list[str] = []
    slot = (f"\ue000{number}\ue001" for number in count())

    def keep(found: re.Match[str]) -> str:
        spans.append(found[2])
        return next(slot)

    anchors = tuple("#" + name for name in _NAMED.findall(content))
    masked = _SPAN.sub(keep, _ANCHOR.sub("", content).replace("\ue000", ""))
    links = (*(found[2] for found in _LINK.finditer(masked)), *anchors)
    plain = _ESCAPE.sub(r"\1", _EMPHASIS.sub("", _LINK.sub(r"\1", masked)))
    restored = re.sub("\ue000([0-9]{1,9})\ue001", lambda found: spans[int(found[1])], plain)
    return " ".join(restored.split()), tuple(span.strip() for span in spans), links
