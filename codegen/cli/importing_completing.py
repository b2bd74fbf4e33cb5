"""What a shell offers for a service to import: the names that the installed botocore has, and files."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from codegen.diagnostics import Diagnostics

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def complete_service(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer services of botocore, `all`, then files."""
    from click.shell_completion import CompletionItem

    from codegen.load import botocore_services

    names: tuple[str, ...] = ("all",)
    with suppress(Diagnostics, OSError):
        names = ("all", *botocore_services())
    offered = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return [*offered, CompletionItem(incomplete, type="file")]
