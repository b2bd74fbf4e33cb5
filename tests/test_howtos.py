"""The how-tos are true: each is executed from its first command to its last, and prints what it shows.

One bash runs a whole page, in an empty folder, so `cd` and variables last from block to block. In a `console` block
`$ ` begins a command, `> ` goes on with it, the rest is what it prints, stdout and stderr together; a line `...` stands
for any lines. A block of toml, json, yaml, python or text below a line that ends in a path in backquotes and a colon is
written to that path. A command has to succeed; where it does not, the page shows so: `speccast check; echo $?`.

`pytest --update` rewrites the output of the commands that print something else.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from shell import ROOT, shell_environment

PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
LEAST = 5
SECONDS = 120
FENCE = re.compile(r"(?:`(?P<path>[^`\n]+)`:\n\n?)?^```(?P<language>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
WRITTEN = ("toml", "json", "yaml", "python", "text")
MARK = "\x1e"


@dataclass(frozen=True, slots=True)
class Command:
    """What is typed, and what the page shows below it."""

    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class File:
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    printed: str


def steps(page: str) -> Iterator[Command | File]:
    """Give commands and files in the order in which a reader comes by them."""
    for fence in FENCE.finditer(page):
        if fence["language"] == "console":
            yield from commands(fence["body"])
        elif fence["path"] and fence["language"] in WRITTEN:
            yield File(fence["path"], fence["body"])


def commands(body: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        first, *rest = part.splitlines(keepends=True)
        typed = [first, *_continued(rest)]
        yield Command("".join(typed).rstrip("\n"), "".join(rest[len(typed) - 1 :]))


def _continued(lines: list[str]) -> Iterator[str]:
    """Only lines right below the command go on with it: output may begin so, too."""
    for line in lines:
        if not line.startswith("> "):
            return
        yield line.removeprefix("> ")


def matches(printed: str, shown: str) -> bool:
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), printed) is not None


# --------------------------------------------------------------------------------------------------------- executing


def execute(page: str, scratch: Path) -> list[Ran]:
    """Run a page in `scratch/work`; give what became of each command."""
    environment, work, files = shell_environment(scratch), scratch / "work", scratch / "files"
    work.mkdir()
    files.mkdir()
    script = scratch / "page.sh"
    script.write_text("".join(_script(page, files)), encoding="utf-8", newline="\n")
    return _ran(_output(script, work, environment))


def _script(page: str, files: Path) -> Iterator[str]:
    """After each command stands a mark with its exit code, which nothing else prints."""
    for number, step in enumerate(steps(page)):
        if isinstance(step, Command):
            yield f"{step.text}\nprintf '{MARK}%d{MARK}' \"$?\"\n"
        else:
            source, target = files / str(number), shlex.quote(step.path)
            source.write_text(step.text, encoding="utf-8", newline="\n")
            yield f'mkdir -p "$(dirname -- {target})" && cp -- {shlex.quote(str(source))} {target}\n'


def _output(script: Path, work: Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        ("bash", "--noprofile", "--norc", str(script)),
        cwd=work,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
    )
    return done.stdout.decode("utf-8")


def _ran(output: str) -> list[Ran]:
    pieces = output.split(MARK)
    return [
        Ran(int(code), text if not text or text.endswith("\n") else f"{text}\n")
        for text, code in zip(pieces[0::2], pieces[1::2], strict=False)
    ]


def updated(page: str, ran: list[Ran]) -> str:
    """Rewrite what does not match any more; what does keeps its `...`."""
    results = iter(ran)

    def rewritten(fence: re.Match[str]) -> str:
        if fence["language"] != "console":
            return fence[0]
        body = "".join(_rewritten(command, next(results).printed) for command in commands(fence["body"]))
        return fence[0].replace(fence["body"], body)

    return FENCE.sub(rewritten, page)


def _rewritten(command: Command, printed: str) -> str:
    typed = "\n> ".join(command.text.split("\n"))
    return f"$ {typed}\n{command.shown if matches(printed, command.shown) else printed}"


# ------------------------------------------------------------------------------------------------------------- tests


def test_there_are_how_tos() -> None:
    assert {path.stem for path in PAGES} >= {"api-update", "ci"}


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_a_how_to_does_and_prints_what_it_says(path: Path, tmp_path: Path, update: bool) -> None:
    page = path.read_text(encoding="utf-8")
    wanted = [step for step in steps(page) if isinstance(step, Command)]
    assert len(wanted) >= LEAST
    ran = execute(page, tmp_path)
    assert len(ran) == len(wanted), "the page ends its own shell"
    failed = [(command.text, one) for command, one in zip(wanted, ran, strict=True) if one.code]
    assert failed == []
    if update:
        path.write_text(updated(page, ran), encoding="utf-8", newline="\n")
        return
    for command, one in zip(wanted, ran, strict=True):
        assert matches(one.printed, command.shown), f"{path.name}: $ {command.text}\n{one.printed}"


PAGE = """# A page

```console
$ mkdir there && cd there
$ for each in 1 2 3; do
>   echo "$each"
> done
1
...
$ false; echo $?
1
```

Write `a/b.toml`:

```toml
key = 1
```

```toml
shown = "alone"
```

```console
$ cat a/b.toml
key = 2
$ printf 'no end'
no end
```
"""


def test_a_page_runs_in_one_shell_and_its_files_are_written(tmp_path: Path) -> None:
    assert execute(PAGE, tmp_path) == [
        Ran(0, ""),
        Ran(0, "1\n2\n3\n"),
        Ran(0, "1\n"),
        Ran(0, "key = 1\n"),
        Ran(0, "no end\n"),
    ]
    assert (tmp_path / "work" / "there" / "a" / "b.toml").read_text() == "key = 1\n"


def test_an_update_rewrites_only_what_does_not_match(tmp_path: Path) -> None:
    assert updated(PAGE, execute(PAGE, tmp_path)) == PAGE.replace("key = 2", "key = 1")


@pytest.mark.parametrize(
    ("printed", "shown", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "...\nb\n", True),
        ("b\n", "...\nb\n", True),
        ("a\nb\n", "a\n", False),
        ("a\nb\n", "", False),
        ("axb\n", "a.b\n", False),
    ],
)
def test_three_dots_alone_stand_for_any_lines(printed: str, shown: str, same: bool) -> None:
    assert matches(printed, shown) is same
