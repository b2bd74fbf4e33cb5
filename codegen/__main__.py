"""`python -m codegen` is `speccast`: a command in a process of its own.

Ctrl-C ends it with 130 and without a word, also while modules are imported and while Python ends.
"""

import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from types import FrameType


def main() -> int:
    """Run the command that the arguments name; an exit code."""
    _heed(_leave)
    run: Callable[[], int] = import_module("codegen.cli.main").run
    try:
        _heed(signal.default_int_handler)
        return run()
    except KeyboardInterrupt:  # between here and where `run` sees to it
        return 130
    finally:
        _heed(_leave)


def _heed(handler: Callable[[int, FrameType | None], object]) -> None:
    """Have Ctrl-C handled; not where whoever called has it ignored, as a shell does in the background."""
    if callable(signal.getsignal(signal.SIGINT)):
        signal.signal(signal.SIGINT, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    """Go at once: what is raised amid an import may be printed, or lost."""
    os._exit(130)


if __name__ == "__main__":
    sys.exit(main())
