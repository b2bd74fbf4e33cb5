"""What `diff` and `vendor update` share: a comparison, printed for a person."""

from __future__ import annotations

import os
import sys

from codegen.diff.findings import Audience, Report
from codegen.diff.printers.text import as_text

SHOWN = 20
"""Findings of one level that are told in full, unless all are asked for; arbitrary."""


def report_text(report: Report, *, audience: Audience | None = None, limit: int | None = SHOWN) -> str:
    """Print a comparison by audience: as wide as the terminal, in colour if it has any."""
    terminal = sys.stdout.isatty()
    width = _terminal_width() if terminal else 100
    colour = terminal and "NO_COLOR" not in os.environ
    return as_text(report, colour=colour, audience=audience, limit=limit, width=width).rstrip("\n")


def _terminal_width() -> int:
    """Between 60 and 140 columns; what tells is imported for a terminal alone, for much comes with it."""
    import shutil

    return min(max(shutil.get_terminal_size((100, 24)).columns, 60), 140)
