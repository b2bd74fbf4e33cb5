"""`completion`: the scripts in real shells, and what is offered for specs and operations."""

from __future__ import annotations

import os
import select
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click
import pytest
from commands import Done, speccast
from packages import NEW, model_of
from shell import shell_environment

from codegen.cli.completing import complete_operations, complete_spec

CARRIED = [
    "partnercentral-selling",
    "partnercentral-selling@2024-11-15",
    "partnercentral-selling@2024-12-05",
]
OPERATIONS = [name.raw for name in model_of(NEW).operations]


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return shell_environment(tmp_path_factory.mktemp("shell") / "scratch")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one service."""
    monkeypatch.chdir(tmp_path)
    assert speccast("init", "--no-ci", "--service", "notes").code == 0
    return tmp_path


def _run(shell: str, script: str, environment: dict[str, str], *options: str) -> list[str]:
    done = subprocess.run((shell, *options, "-c", script), capture_output=True, text=True, env=environment)
    assert done.stderr == ""
    return done.stdout.splitlines()


# ------------------------------------------------------------------------------------------------------------- shells

LINES = [
    ("speccast wa", ["watch"]),
    ("speccast validate --fo", ["--format"]),
    ("speccast validate --format ", ["text", "json", "github", "sarif"]),
    ("speccast completion ", ["bash", "zsh", "fish"]),
    ("speccast watch not", ["notes", "notes@2025-01-01"]),
    ("speccast watch notes partnercentral-s", CARRIED),
]


def _in_bash(lines: list[str], environment: dict[str, str]) -> list[list[str]]:
    """Ask for every line in one bash, as readline does."""
    script = ["source <(speccast completion bash)", "complete -p speccast"]
    for line in lines:
        script.append(f"COMP_LINE={shlex.quote(line)} COMP_POINT={len(line)}")
        script.append('_speccast_completion speccast; echo "${COMPREPLY[*]}"')
    first, *answers = _run("bash", "\n".join(script), environment, "--norc")
    assert first == "complete -o nosort -F _speccast_completion speccast"
    return [answer.split() for answer in answers]


@needs("bash")
@pytest.mark.usefixtures("project")
def test_bash_completes_commands_options_choices_and_specs(environment: dict[str, str]) -> None:
    answers = _in_bash([line for line, _ in LINES], environment)
    assert [set(wanted) <= set(answer) for answer, (_, wanted) in zip(answers, LINES, strict=True)] == [True] * 6
    assert [answers[0], answers[3], answers[4]] == [LINES[0][1], LINES[3][1], LINES[4][1]]


@needs("bash")
@pytest.mark.usefixtures("project")
def test_bash_gets_the_part_from_an_at_sign_on_which_it_takes_for_a_word(environment: dict[str, str]) -> None:
    assert _in_bash(
        ["speccast watch notes@", "speccast watch notes@20", "speccast validate --format=j", "speccast watch 'no"],
        environment,
    ) == [["@2025-01-01"], ["@2025-01-01"], ["json"], ["notes", "notes@2025-01-01"]]


@needs("bash")
@pytest.mark.usefixtures("project")
def test_bash_completes_at_the_cursor_and_not_at_the_end(environment: dict[str, str]) -> None:
    script = [
        "source <(speccast completion bash)",
        "COMP_LINE='speccast wa --out x' COMP_POINT=11",
        '_speccast_completion speccast; echo "${COMPREPLY[*]}"',
    ]
    assert _run("bash", "\n".join(script), environment, "--norc") == ["watch"]


@needs("bash")
@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
def test_a_person_at_a_bash_gets_the_whole_word(project: Path, environment: dict[str, str]) -> None:
    """Tab is pressed in a real terminal; Ctrl-A and `echo` then make a line of it that prints what became of it."""
    settings = {**environment, "TERM": "dumb", "PS1": "ready> "}
    ours, theirs = os.openpty()
    shell = ("bash", "--norc", "--noprofile", "-i")
    with subprocess.Popen(
        shell, stdin=theirs, stdout=theirs, stderr=theirs, env=settings, start_new_session=True
    ) as bash:
        os.close(theirs)
        _type(ours, "", until="ready> ")
        _type(ours, "source <(speccast completion bash)\n", until="ready> ")
        said = _type(ours, "speccast wat\tnotes@20\t\x01echo got: \x05\nexit\n")
        bash.wait(60)
    os.close(ours)
    assert "\ngot: speccast watch notes@2025-01-01" in said.replace("\r", "")


def _type(terminal: int, text: str, *, until: str = "") -> str:
    """Type, and read until the shell says something, or ends."""
    os.write(terminal, text.encode())
    said = ""
    with suppress(OSError):  # the end of a terminal
        while not (until and until in said) and select.select([terminal], [], [], 60)[0]:
            part = os.read(terminal, 65536)
            if not part:
                break
            said += part.decode()
    return said


@needs("zsh")
@pytest.mark.usefixtures("project")
def test_zsh_completes_as_well(environment: dict[str, str]) -> None:
    """With zsh's own functions, which want a terminal, replaced by such as print."""
    script = [
        "compdef() { echo compdef $* }; compadd() { echo ${(P)@[-1]} }; _path_files() { }",
        "_describe() { print -r -- ${${(P)3}%%:*} }",
        'eval "$(speccast completion zsh)"',
    ]
    script += [f"words=({line.strip()} {_empty(line)}); CURRENT=${{#words}}; _speccast_completion" for line, _ in LINES]
    first, *answers = _run("zsh", "\n".join(script), environment, "-f")
    assert first == "compdef _speccast_completion speccast"
    wanted = [set(wanted) for _, wanted in LINES]
    assert [some <= set(answer.split()) for some, answer in zip(wanted, answers, strict=True)] == [True] * 6


def _empty(line: str) -> str:
    return "''" if line.endswith(" ") else ""


@needs("fish")
@pytest.mark.usefixtures("project")
def test_fish_completes_as_well(environment: dict[str, str]) -> None:
    script = ["speccast completion fish | source"]
    script += [f"complete -C {shlex.quote(line)} | string join ' '" for line, _ in LINES]
    answers = _run("fish", "\n".join(script), environment, "--no-config")
    wanted = [set(wanted) for _, wanted in LINES]
    assert [some <= set(answer.split()) for some, answer in zip(wanted, answers, strict=True)] == [True] * 6


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_asks_the_command_and_ends_in_a_line(shell: str) -> None:
    done = speccast("completion", shell)
    assert (done.code, done.err, done.out[-1]) == (0, "", "\n")
    assert f"_SPECCAST_COMPLETE={shell}_complete" in done.out


def test_another_shell_is_refused() -> None:
    done = speccast("completion", "csh")
    assert (done.code, done.err.splitlines()[-1]) == (
        2,
        "speccast: error: invalid value for '{bash|zsh|fish}': 'csh' is not one of 'bash', 'zsh', 'fish' [usage]",
    )


@pytest.mark.parametrize("asked", ["bash", "csh_complete", "bash_something"])
def test_a_question_that_no_script_asks_has_no_answer(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_SPECCAST_COMPLETE", asked)
    assert speccast("watch") == Done(1, "", "")


# ------------------------------------------------------------------------------------------------------ what is offered


def _offered(incomplete: str) -> list[tuple[str, str]]:
    command = click.Command("x")
    items = complete_spec(click.Context(command), click.Argument(["specs"]), incomplete)
    return [(item.type, item.value) for item in items]


def test_specs_of_the_project_come_first_then_those_that_speccast_brings_then_files(project: Path) -> None:
    names = ["all", "notes", "notes@2025-01-01", *CARRIED]
    assert _offered("") == [*(("plain", name) for name in names), ("file", "")]
    assert _offered("specs/n") == [("file", "specs/n")]


def test_a_project_that_cannot_be_read_offers_what_speccast_brings(project: Path) -> None:
    Path("pyproject.toml").write_text("[tool.")
    assert _offered("part") == [*(("plain", name) for name in CARRIED), ("file", "part")]


def _operations(incomplete: str, *specs: str) -> list[str]:
    context = click.Context(click.Command("x"))
    context.params = {"specs": specs}
    return complete_operations(context, click.Option(["--operations"]), incomplete)


def test_operations_of_the_specs_that_are_named_are_offered_one_after_the_other(project: Path) -> None:
    assert _operations("") == ["CreateNote"]
    assert _operations("", "partnercentral-selling") == OPERATIONS
    assert _operations("Start", "partnercentral-selling") == [
        "StartEngagementByAcceptingInvitationTask",
        "StartEngagementFromOpportunityTask",
    ]
    others = ["CreateEngagementInvitation", "CreateOpportunity"]
    offered = [f"CreateEngagement,{name}" for name in others]
    assert _operations("CreateEngagement,Cr", "partnercentral-selling") == offered


@pytest.mark.parametrize("spec", ["nothing", "notes"])
def test_what_cannot_be_read_offers_no_operation(project: Path, spec: str) -> None:
    (project / "specs" / "notes" / "2025-01-01" / "shapes.json").write_text("{")
    assert _operations("", spec) == []
