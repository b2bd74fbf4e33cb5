"""What a shell offers for arguments of `vendor`: specs that a package can be of, and what the lock file lists.

Attached to arguments by `shell_complete=`. Nothing is raised or printed: what cannot be read offers nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.completing import complete_spec
from codegen.diagnostics import Diagnostics

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def complete_one_spec(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer what commands offer that take SPEC, but for `all`: a package is of one service."""
    return [item for item in complete_spec(context, parameter, incomplete) if item.value != "all"]


def complete_dest(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Offer the packages of the lock file, as seen from the current folder."""
    from codegen.vendoring.host import find_host
    from codegen.vendoring.lockfile import read_lock

    with suppress(Diagnostics, OSError):
        host = find_host(Path.cwd())
        dests = (Path(os.path.relpath(host.folder(key))).as_posix() for key in read_lock(host))
        return [dest for dest in dests if dest.startswith(incomplete)]
    return []
