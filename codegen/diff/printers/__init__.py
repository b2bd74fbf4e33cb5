"""The formats of a report.

In: a `Report`. Out: text. `text` is for a person, `wording` is what several formats say alike; `PRINTERS` holds the
formats that need nothing but the report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from codegen.diff.findings import Report

PRINTERS: Mapping[str, tuple[str, str]] = {
    "json": ("machine", "as_json"),
    "markdown": ("markdown", "as_markdown"),
    "html": ("html", "as_html"),
    "github": ("github", "as_github"),
    "sarif": ("sarif", "as_sarif"),
}
"""Format -> the module here, and the function in it."""


def printer(form: str) -> Callable[[Report], str]:
    """Import what prints a format when it is asked for: the page takes Jinja2 along, which costs more than a report."""
    module, function = PRINTERS[form]
    found: Callable[[Report], str] = getattr(import_module(f"{__name__}.{module}"), function)
    return found
