"""Completion as shells ask for it: the script that a shell runs, and the answer to what the script asks.

In: the table of commands, and a shell's name, or `bash_complete` and the command line in environment variables. Out:
the script, or one line per offer. click does the work; what it does not know of bash and fish stands here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    shell_complete,
    split_arg_string,
)

NAME = "speccast"
VARIABLE = "_SPECCAST_COMPLETE"

_BASH = """\
%(complete_func)s() {
    local completion type value
    COMPREPLY=()
    while IFS=',' read -r type value; do
        if [[ $type == plain ]]; then
            COMPREPLY+=("$value")
        elif [[ $type == file || $type == dir ]]; then
            compopt -o default 2>/dev/null
        fi
    done < <(COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" %(complete_var)s=bash_complete "$1")
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """bash takes `notes@2025` for three words, and replaces only the last one.

    So the line is split here, as a shell does, and of an offer what stands before the last such word is left out.
    Files are offered where nothing else fits: bash adds no blank to a folder's name only when it finds it itself.
    """

    name = "bash"
    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)
        begun = words.pop() if words and not line[-1].isspace() else ""
        return words[1:], begun

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        value = incomplete.partition("=")[2] if incomplete.startswith("-") else incomplete
        kept = _before_last_word(value)
        return [
            CompletionItem(item.value.removeprefix(kept) if item.type == "plain" else item.value, item.type)
            for item in super().get_completions(args, incomplete)
        ]


class Fish(FishComplete):
    """click's script would end `A,B`, a list of operations, at the comma."""

    name = "fish"
    source_template = FishComplete.source_template.replace('string split ","', 'string split -m 1 ","')


def _before_last_word(value: str) -> str:
    """`notes@2025` gives `notes`, `HEAD:notes` gives `HEAD:`: readline counts `@` and `$` as part of the word begun."""
    breaks = re.escape(os.environ.get("COMP_BREAKS", ""))
    return re.sub(rf"[@$]?[^{breaks}]*\Z", "", value, count=1) if breaks else ""


SHELLS: Mapping[str, type[ShellComplete]] = {"bash": Bash, "zsh": ZshComplete, "fish": Fish}
"""Those that `completion` prints a script for."""

for _shell in SHELLS.values():
    add_completion_class(_shell)


def script(command: click.Command, shell: str) -> str:
    """Print the script for a shell."""
    return SHELLS[shell](command, {}, NAME, VARIABLE).source()


def answer(command: click.Command, asked: str) -> int:
    """Print what a script asks for; `asked` is the value of the variable."""
    return shell_complete(command, {}, NAME, VARIABLE, asked)
