"""What `diff` and `vendor update` share: a comparison, printed for a person."""

from __future__ import annotations

import os
import shutil
import sys

from codegen.diff.findings import Audience, Report
from codegen.diff.printers.text import as_text

SHOWN = 20
"""Findings of one level that are told in full, unless all are asked for; arbitrary."""


def report_text(report: Report, *, audience: Audience | None = None, limit: int | None = SHOWN) -> str:
    """Print a comparison by audience: as wide as the terminal, in colour if it has any."""
    terminal = sys.stdout.isatty()
    width = min(max(shutil.get_terminal_size((100, 24)).columns, 60), 140) if terminal else 100
    colour = terminal and "NO_COLOR" not in os.environ
    return as_text(report, colour=colour, audience=audience, limit=limit, width=width).rstrip("\n")
