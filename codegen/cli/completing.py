"""What a shell offers for an argument: specs and operations.

Attached to arguments by `shell_complete=`. Nothing is raised or printed: what cannot be read offers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.diagnostics import Diagnostics

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def complete_spec(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer services and releases, of the project first, then of the installed speccast; then files."""
    from click.shell_completion import CompletionItem

    names = [name for name in dict.fromkeys(("all", *_names())) if name.startswith(incomplete)]
    return [*map(CompletionItem, names), CompletionItem(incomplete, type="file")]


def _names() -> Iterator[str]:
    from codegen.load import carried
    from codegen.project import read_project

    shelves = [carried()]
    with suppress(Diagnostics, OSError):
        shelves.insert(0, read_project(Path.cwd()).root / "specs")
    for shelf in shelves:
        for service, releases in _services(shelf).items():
            yield service
            yield from (f"{service}@{release}" for release in releases)


def _services(shelf: Path) -> dict[str, list[str]]:
    """`specs/notes/2025-01-01/shapes.json` gives `notes: [2025-01-01]`."""
    found = sorted({path.parent for path in shelf.glob("[!.]*/[!.]*/[!.]*.json*")})
    services: dict[str, list[str]] = {}
    for release in found:
        services.setdefault(release.parent.name, []).append(release.name)
    return services


def complete_operations(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Offer operations of the specs that are named before, or else of the project; `A,B` goes on with `A,Bc`."""
    chosen, comma, begun = incomplete.rpartition(",")
    with suppress(Diagnostics, OSError):
        known = _operations(context.params.get("specs") or ())
        return [f"{chosen}{comma}{name}" for name in known if name.startswith(begun) and name not in chosen.split(",")]
    return []


def _operations(specs: tuple[str, ...]) -> list[str]:
    from codegen.load import find
    from codegen.load.loaded import load_lazily
    from codegen.project import read_project

    models = [load_lazily(found).model for found in find(specs, read_project(Path.cwd()))]
    return sorted({name.raw for model in models for name in model.operations})
