"""Where findings are, as a forge wants it: named from the top of the repository, wherever the command ran.

In: findings whose files are named from the current folder. Out: the same findings. Without a repository around, and for
files outside of it, names stay as they are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.diff.findings import Finding, Report
from codegen.records import replace
from codegen.trees import is_git_path

FORMS = frozenset(("github", "gitlab", "sarif"))
"""The formats that a forge reads."""


def from_top(diagnostics: Diagnostics) -> Diagnostics:
    """Name the files of diagnostics from the top of the repository."""
    return Diagnostics(_moved_diagnostic(diagnostics, one) for one in diagnostics.found)


def report_from_top(report: Report) -> Report:
    """Name the files of a comparison so."""
    return replace(report, findings=tuple(map(_moved_finding, report.findings)))


def _moved_diagnostic(diagnostics: Diagnostics, one: Diagnostic) -> Diagnostic:
    """Notes go without: none of the formats has them."""
    return replace(one, place=_moved(diagnostics.location(one.place)), notes=())


def _moved_finding(finding: Finding) -> Finding:
    return replace(finding, old_at=_moved(finding.old_at), new_at=_moved(finding.new_at))


def _moved(at: Location | None) -> Location | None:
    if at is None or is_git_path(at.path):  # what git shows counts from the top already
        return at
    path = Path(os.path.normpath(Path.cwd() / at.path))
    top = next((top for top in _tops() if path.is_relative_to(top)), None)
    return replace(at, path=path.relative_to(top).as_posix()) if top else at


def _tops() -> Iterator[Path]:
    """GitHub's runner says where the top is; elsewhere it is the folder that git marks."""
    if workspace := os.environ.get("GITHUB_WORKSPACE"):
        yield Path(workspace).resolve()
    here = Path.cwd()
    yield from (folder for folder in (here, *here.parents) if (folder / ".git").exists())
