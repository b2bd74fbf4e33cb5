"""Text of a spec in Markdown, as GitHub reads it: set as code, in which no markup, mention or link works.

In: text of one line. Out: Markdown for a paragraph, a list or the cell of a table.
"""

from __future__ import annotations

import re

from codegen.diagnostics import printable

_HARMLESS = re.compile(r"(?!.*(?:GH-|www))[A-Za-z0-9 ,;.()'-]*", re.ASCII)


def span(text: str) -> str:
    """Set text as code, whatever is in it: the fence is longer than any run of backticks; nothing stays nothing."""
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    space = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{space}{text}{space}{fence}"


def cell(text: str) -> str:
    """Set text as code where a pipe would end it: `a|b` gives two spans with an entity between them."""
    return "&#124;".join(map(span, text.split("|")))


def words(text: str) -> str:
    """Leave text that cannot be markup as it is; set the rest as code that can stand in a table."""
    return text if _HARMLESS.fullmatch(text) else cell(printable(text))
