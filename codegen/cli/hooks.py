"""What pre-commit runs: `generate`, and a commit that stops until everything it wrote is part of it.

In: `generate` and its arguments, in a project. Out: 0 when nothing was written and git knows every generated file; 1
when there is something to add; 2 as every command gives it. pre-commit itself notices changes of files that git tracks,
and lets a commit pass without a package that a hook has just written.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from codegen.cli.generate import generate
from codegen.cli.main import run
from codegen.cli.printing import shown
from codegen.files.manifest import MANIFEST
from codegen.freshness import believed_manifest, fresh_packages
from codegen.orders import orders
from codegen.project import read_project

_WRITTEN = ("wrote: ", "removed: ")
_NEXT = "add what was written and commit again"


def main(arguments: Sequence[str]) -> int:
    """Run the hook that the first argument names; the others are those of its command."""
    if arguments[:1] != ["generate"]:
        click.echo("speccast: error: the one hook is: python -m codegen.cli.hooks generate [usage]", err=True)
        return 2
    printed = io.StringIO()
    code = run(arguments, stdout=printed)
    click.echo(printed.getvalue(), nl=False)
    if code:
        return code
    left = tuple(_left_out(arguments[1:]))
    for path in left:
        click.echo(f"not in git: {shown(path)}")
    if left or _has_written(printed.getvalue()):
        click.echo(_NEXT, err=True)
        return 1
    return 0


def _has_written(printed: str) -> bool:
    return any(line.startswith(_WRITTEN) for line in printed.splitlines())


def _left_out(arguments: Sequence[str]) -> Iterator[Path]:
    """Find the generated files that the next commit would not have."""
    wanted = generate.make_context("generate", list(arguments)).params
    project = read_project(Path.cwd())
    made = fresh_packages(orders(wanted["specs"], project, out=wanted["out"], operations=wanted["operations"]))
    for fresh in made:
        if fresh and (manifest := believed_manifest(fresh.folder)):
            yield from _not_in_git(fresh.folder, (MANIFEST, *manifest.files))


def _not_in_git(folder: Path, generated: Iterable[str]) -> list[Path]:
    """A package that is ignored as a whole is not meant to be committed; a file of it that is ignored is a mishap."""
    known, new = _listed(folder, "--cached"), _listed(folder, "--others", "--exclude-standard")
    if not known | new:
        return []
    return [folder / path for path in sorted(generated) if Path(os.path.relpath(folder / path)) not in known]


def _listed(folder: Path, *options: str) -> frozenset[Path]:
    """List from the current folder, which is what the variables that git gives to hooks go with; none without git's."""
    command = ("git", "ls-files", "-z", *options, "--", str(folder))
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return frozenset(Path(os.fsdecode(path)) for path in done.stdout.split(b"\0") if path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
