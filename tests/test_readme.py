"""The README is true: its commands run and print what it shows, its Python runs, and no command is missing from it.

`pytest --update` rewrites the output that console blocks show; a line `...` stands for any lines.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from codegen.cli.main import FAMILIES, run
from codegen.pipeline import generate
from codegen.spec.parse import parse_model
from codegen.spec.source import read_spec_files

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PACKAGE = "partnercentral_selling"


def blocks(language: str) -> list[str]:
    return [found[2] for found in BLOCK.finditer(README.read_text("utf-8")) if found[1] == language]


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Give each command of a console block with the output shown below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what a checkout has, as far as the README's commands go."""
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "tests" / "data" / "broken.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(command: str) -> str:
    """Run `speccast ARGUMENTS [| head -N]` in process; give stdout, then stderr."""
    program, _, head = command.partition(" | head -")
    stdout, stderr = io.StringIO(), io.StringIO()
    run(program.split()[1:], stdout, stderr)
    lines = (stdout.getvalue() + stderr.getvalue()).splitlines(keepends=True)
    return "".join(lines[: int(head)] if head else lines)


def test_console_blocks_print_what_they_show(project: Path, update: bool) -> None:
    shown = [pair for block in blocks("console") for pair in commands(block) if pair[0].startswith("speccast ")]
    assert len(shown) >= 5
    if update:
        README.write_text(updated(printed), "utf-8")
        return
    for command, expected in shown:
        assert matches(printed(command), expected), command


def updated(printed: Callable[[str], str]) -> str:
    def rewritten(block: re.Match[str]) -> str:
        if block[1] != "console" or "$ speccast" not in block[2]:
            return block[0]
        body = "".join(f"$ {command}\n{printed(command)}" for command, _ in commands(block[2]))
        return f"```console\n{body}```"

    return BLOCK.sub(rewritten, README.read_text("utf-8"))


def matches(text: str, expected: str) -> bool:
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", expected, flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), text) is not None


def test_make_targets_of_the_readme_are_there() -> None:
    wanted = {command for block in blocks("console") for command, _ in commands(block) if command.startswith("make ")}
    assert {"make generate", "make test"} <= wanted
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert all(re.search(rf"^{command.removeprefix('make ')}:", makefile, re.MULTILINE) for command in wanted)


def test_the_first_commands_of_the_readme_are_the_two_that_do_everything() -> None:
    assert [command for command, _ in commands(blocks("console")[0])] == ["make generate", "make test"]


def test_python_blocks_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = parse_model(read_spec_files(ROOT / "specs" / "partnercentral-selling" / "2024-12-05"))
    for path, text in generate(model).files.items():
        target = tmp_path / PACKAGE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = blocks("python")
    assert len(found) >= 5
    namespace: dict[str, object] = {}
    with patch.dict(sys.modules):  # which forgets what was imported here
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            del sys.modules[name]
        for block in found:
            exec(compile(block, "README.md", "exec"), namespace)


def test_every_command_is_in_the_table() -> None:
    table = re.findall(r"^\| `speccast ([a-z]+)", README.read_text("utf-8"), re.MULTILINE)
    assert sorted(table) == sorted(FAMILIES)
