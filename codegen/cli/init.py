"""`init` and `completion`: a project started, and a shell taught its commands."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from codegen.cli.printing import shown
from codegen.diagnostics import printable
from codegen.spec.source import shown_path

_UNREAD = "GitHub reads workflows in {} alone; move this one there, and have its steps run in {}"


@click.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
@click.option("--service", metavar="NAME", help="Name of the service: a-z, 0-9 and hyphens.  [default: example]")
@click.option("--ci/--no-ci", default=True, help="With or without a workflow for GitHub.")
def init(folder: Path, service: str | None, ci: bool) -> int:
    """Start a project: a small service that passes its own tests, [tool.speccast] and a CI workflow.

    Where specs/ has services already, only the table and the workflow are written, for them.
    """
    from codegen.starter import write_starter

    started = write_starter(folder, service, ci=ci)
    for path in started.written:
        click.echo(f"wrote: {shown(path)}")
    for path, reason in started.left.items():
        click.echo(f"left alone: {shown(path)}: {reason}")
    if ci and started.repository:
        there = shown(started.repository / ".github" / "workflows")
        click.echo(f"note: {_UNREAD.format(there, shown(folder))}", err=True)
    click.echo(f"next: {_enter(folder)}speccast generate")
    return 0


def _enter(folder: Path) -> str:
    """`cd shop && `; nothing for the folder that one is in."""
    return "" if folder.absolute() == Path.cwd() else f"cd {printable(shlex.quote(shown_path(folder)))} && "


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print what completes speccast's commands, options and SPECs in a shell.

    \b
    bash: eval "$(speccast completion bash)"      in ~/.bashrc
    zsh:  eval "$(speccast completion zsh)"       in ~/.zshrc, after compinit
    fish: speccast completion fish | source       in ~/.config/fish/config.fish
    """
    from codegen.cli.shells import script

    click.echo(script(context.find_root().command, shell), nl=False)
    return 0
