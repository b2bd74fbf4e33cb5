"""What an audit comes to, as a table: one row per document.

In: audited pages. Out: text in columns, or Markdown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codegen.diagnostics import printable
from codegen.documents.audit import Audited
from codegen.documents.auditing.verdicts import Verdict
from codegen.pages.markdown import words

HEAD = ("document", "facts", "agree", "settled", "unsettled", "missing", "stated", "citations", "unproven", "proven")
"""`stated` is the share of the document's facts that the spec states or decides, `proven` that of citations found."""


def row(one: Audited) -> tuple[str, ...]:
    """`("api-send", "40", "38", "2", "0", "0", "100 %", "31", "0", "100 %")`."""
    agree, settled = one.count(Verdict.AGREED), one.count(Verdict.SETTLED)
    unsettled, missing = one.count(Verdict.CONTRADICTED), one.count(Verdict.MISSING)
    facts = agree + settled + unsettled + missing
    proof = one.proof
    return (
        one.source or one.page.path,
        *map(str, (facts, agree, settled, unsettled, missing)),
        share(agree + settled, facts),
        *map(str, (proof.cited, proof.cited - proof.found)),
        share(proof.found, proof.cited),
    )


def share(part: int, whole: int) -> str:
    """`39` of `40` is `97.5 %`; less than all is never rounded to all."""
    if not whole:
        return "-"
    tenths = part * 1000 // whole
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10} %"


def as_text(audited: Iterable[Audited]) -> str:
    """Print columns: the first to the left, figures to the right."""
    rows = [HEAD, *((printable(first), *rest) for first, *rest in map(row, audited))]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "".join(f"{_line(each, widths)}\n" for each in rows)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return "  ".join((first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)))


def as_markdown(audited: Iterable[Audited]) -> str:
    """Print a table of Markdown."""
    rows = [HEAD, ("---", *("---:" for _ in HEAD[1:])), *((words(first), *rest) for first, *rest in map(row, audited))]
    return "".join(f"| {' | '.join(each)} |\n" for each in rows)
