"""The command line, called in process."""

from __future__ import annotations

import io
from dataclasses import dataclass

from codegen.cli.main import run


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


def speccast(*arguments: str) -> Done:
    """Run one command and keep what it prints."""
    out, err = io.StringIO(), io.StringIO()
    return Done(run(arguments, out, err), out.getvalue(), err.getvalue())
