"""`speccast`: the table of commands, and what becomes of whatever they raise.

In: arguments and the two streams. Out: an exit code: 0 clean, 1 findings, 2 usage, unreadable input or a bug of ours,
130 after Ctrl-C. A reader that closed the pipe is no error worth a word.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import TextIO

from codegen.collecting import uncollected

with uncollected():  # of a short command, half is what it imports, and none of that is garbage
    import click

    from codegen.diagnostics import Diagnostics, internal_error, printable
    from codegen.version import VERSION

FAMILIES = {
    "generate": "generate",
    "check": "generate",
    "watch": "watch",
    "validate": "specs",
    "diff": "diff",
    "changelog": "diff",
    "semver": "diff",
    "extract": "documents",
    "audit": "documents",
    "explain": "explain",
    "docs": "docs",
    "vendor": "vendor",
    "override": "override",
    "sandbox": "sandbox",
    "conformance": "conformance",
    "import": "importing",
    "export": "exporting",
    "schema": "specs",
    "init": "init",
    "completion": "init",
}
"""Command -> the module of `codegen.cli` that has it, in the order of the help page."""


class LazyGroup(click.Group):
    """Imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(FAMILIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in FAMILIES:
            return None
        with uncollected():
            command = getattr(import_module(f"codegen.cli.{FAMILIES[cmd_name]}"), _attribute(cmd_name))
        return command if isinstance(command, click.Command) else None


def _attribute(command: str) -> str:
    """`import` is a word of Python's own, so the function is called `import_`."""
    return f"{command}_" if iskeyword(command) else command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="speccast", message="%(prog)s %(version)s")
def speccast() -> None:
    """Cast curated, source-cited API specs into Python models, typed errors and a conformance suite.

    SPEC is `all`, a file or folder, `service` or `service@release`, `REV:path` in git,
    `botocore:service` or `botocore:all`; without one, what [tool.speccast] of
    pyproject.toml says.
    """


def run(argv: Sequence[str] | None = None, stdout: TextIO | None = None, stderr: TextIO | None = None) -> int:
    """Run one command; a test calls it with streams of its own."""
    with ExitStack() as streams:
        if stdout is not None:
            streams.enter_context(redirect_stdout(stdout))
        if stderr is not None:
            streams.enter_context(redirect_stderr(stderr))
        _stand_in()
        _never_fail_to_print()
        code = _guarded(lambda: _invoke(sys.argv[1:] if argv is None else argv))
        if argv is None:
            gc.freeze()  # the process ends: what is left need not be searched for garbage once more
        return _guarded(lambda: _flushed(code))


def _invoke(argv: Sequence[str]) -> int:
    if asked := os.environ.get("_SPECCAST_COMPLETE"):
        answer: Callable[[click.Command, str], int] = import_module("codegen.cli.shells").answer
        return answer(speccast, asked)
    with speccast.make_context("speccast", list(argv)) as context:
        code = speccast.invoke(context)
        return code if isinstance(code, int) else 0


def _flushed(code: int) -> int:
    """Meet a closed pipe here, where it is caught, not at the interpreter's exit."""
    sys.stdout.flush()
    return code


def _stand_in() -> None:
    """Where the caller closed a stream, open one that leads nowhere: the next file would get its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _never_fail_to_print() -> None:
    """A terminal of another encoding gets escapes instead of a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _guarded(work: Callable[[], int]) -> int:
    """Turn whatever is raised into a message and a code."""
    try:
        return work()
    except click.exceptions.Exit as wish:
        return wish.exit_code
    except click.exceptions.NoArgsIsHelpError as fault:
        return _say(fault.format_message())
    except click.ClickException as fault:
        return _say_usage(fault)
    except Diagnostics as fault:
        return _say(fault.text())
    except (KeyboardInterrupt, click.Abort):
        return 130
    except BrokenPipeError:
        return _drop_output()
    except OSError as fault:
        return _say_system(fault)
    except Exception as fault:  # the one place: a bug of ours is reported as one
        return _say_bug(fault)


def _say_usage(fault: click.ClickException) -> int:
    context = fault.ctx if isinstance(fault, click.UsageError) else None
    if context:
        click.echo(context.get_usage(), err=True)
    message = fault.format_message().rstrip(".")
    return _say(f"speccast: error: {message[:1].lower()}{message[1:]} [usage]")


def _say_bug(fault: Exception) -> int:
    if os.environ.get("SPECCAST_DEBUG") == "1":
        import traceback

        click.echo(traceback.format_exc(), err=True)
    return _say(f"speccast: error: {internal_error(fault)} [internal]")


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""What writing to a file that has no name, such as stdout, fails with; files with a name are seen to where they are."""


def _say_system(fault: OSError) -> int:
    """Say what the system refuses; a path that it names, such as one that is too long, is whoever called's."""
    if isinstance(fault.filename, str):
        return _say(f"{printable(fault.filename)}: error: {(fault.strerror or str(fault)).lower()} [system]")
    if fault.errno in _FULL:
        _drop_output()
        return _say(f"speccast: error: the output could not be written: {fault.strerror} [output]")
    return _say_bug(fault) if _is_somewhere() else _say(f"speccast: error: {_NOWHERE} [system]")


_NOWHERE = "the folder that this was called in is gone; call it from another"


def _is_somewhere() -> bool:
    try:
        return Path.cwd().is_absolute()
    except OSError:
        return False


def _say(text: str) -> int:
    click.echo(text, err=True)
    return 2


def _drop_output() -> int:
    """Point stdout nowhere, so that the interpreter's last flush has nothing to complain about."""
    with suppress(OSError, ValueError, io.UnsupportedOperation):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    return 2
