"""`init`: what it writes, what it leaves alone, and that the workflow it writes does what it should."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from commands import Done, speccast
from shell import shell_environment, with_settings

from codegen.project import read_project
from codegen.version import VERSION

SPEC = Path("specs", "notes", "2025-01-01")
FLOW = Path(".github", "workflows", "speccast.yml")
TABLE = """\
[tool.speccast]
specs = ["{}"]  # what commands are about that name no SPEC; "notes@2025-01-01" pins a release
out = "generated"  # the folder that gets the package folders
# operations = ["CreateNote"]  # only these, and what they reach
# checks = {{ "CreateNoteRequest.Title:length" = "warn" }}  # where the service takes more than its documents say
# accept = "accepted.toml"  # findings of diff that were reviewed
# templates = "overrides"  # templates of your own, printed instead of speccast's
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def project(here: Path) -> Path:
    assert speccast("init", "--service", "notes").code == 0
    return here


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


# -------------------------------------------------------------------------------------------------- what is written


def test_init_names_what_it_writes_and_the_next_step(here: Path) -> None:
    assert speccast("init", "new", "--service", "note-book") == Done(
        0,
        "wrote: new/specs/note-book/2025-01-01/service.json\n"
        "wrote: new/specs/note-book/2025-01-01/operations.json\n"
        "wrote: new/specs/note-book/2025-01-01/shapes.json\n"
        "wrote: new/pyproject.toml\n"
        "wrote: new/.github/workflows/speccast.yml\n"
        "next: cd new && speccast generate\n",
        "",
    )
    assert Path("new/pyproject.toml").read_text() == TABLE.format("note-book")


def test_the_next_step_can_be_pasted(here: Path) -> None:
    assert speccast("init", "my shop").out.splitlines()[-1] == "next: cd 'my shop' && speccast generate"
    assert speccast("init").out.splitlines()[-1] == "next: speccast generate"


def test_what_init_writes_validates_without_a_finding(project: Path) -> None:
    assert speccast("validate") == Done(0, "ok: notes@2025-01-01: 1 operation, 15 shapes, 1 error, 1 source\n", "")


def test_every_line_that_is_commented_out_can_be_used(project: Path) -> None:
    file = project / "pyproject.toml"
    file.write_text(re.sub(r"^# ", "", file.read_text(), flags=re.MULTILINE))
    read = read_project(project)
    (entry,) = read.entries
    assert (entry.spec, entry.settings.operations) == ("notes", ("CreateNote",))
    assert entry.settings.checks == {"CreateNoteRequest.Title:length": "warn"}
    assert (read.accept, read.templates) == (project / "accepted.toml", project / "overrides")


def test_without_ci_there_is_no_workflow(here: Path) -> None:
    done = speccast("init", "--no-ci")
    assert (done.code, ".github" in done.out, Path(".github").exists()) == (0, False, False)


def test_services_that_are_there_get_a_table_and_a_workflow_alone(project: Path) -> None:
    shutil.copytree("specs/notes", "specs/tasks")
    Path("pyproject.toml").unlink()
    FLOW.unlink()
    before = _files(project / "specs")
    assert speccast("init") == Done(
        0, "wrote: pyproject.toml\nwrote: .github/workflows/speccast.yml\nnext: speccast generate\n", ""
    )
    assert _files(project / "specs") == before
    assert Path("pyproject.toml").read_text() == TABLE.format('notes", "tasks')


def test_a_service_beside_others_is_named_with_them(project: Path) -> None:
    Path("pyproject.toml").unlink()
    assert speccast("init", "--service", "alarms").code == 0
    assert read_project(project).specs == ("alarms", "notes")


def test_a_workflow_that_github_would_not_read_is_told_of(here: Path) -> None:
    Path(".git").mkdir()
    assert speccast("init").err == ""
    done = speccast("init", "shop")
    message = "GitHub reads workflows in .github/workflows alone; move this one there, and have its steps run in shop"
    assert (done.code, done.err) == (0, f"note: {message}\n")
    assert speccast("init", "other", "--no-ci").err == ""


# ------------------------------------------------------------------------------------------------ what is left alone


def test_a_table_and_a_workflow_that_are_there_are_left_alone(project: Path) -> None:
    FLOW.write_text("name: mine\n")
    before = _files(project)
    assert speccast("init") == Done(
        0,
        "left alone: pyproject.toml: has [tool.speccast] already\n"
        "left alone: .github/workflows/speccast.yml: is there already\n"
        "next: speccast generate\n",
        "",
    )
    assert _files(project) == before


def test_init_overwrites_nothing(project: Path) -> None:
    before = _files(project)
    (SPEC / "shapes.json").unlink()
    done = speccast("init", "--service", "notes")
    assert done == Done(
        2,
        "",
        "specs/notes/2025-01-01/operations.json: error: already there; "
        "remove it, or start in another folder [exists]\n"
        "specs/notes/2025-01-01/service.json: error: already there; "
        "remove it, or start in another folder [exists]\n",
    )
    assert _files(project).keys() == before.keys() - {(SPEC / "shapes.json").as_posix()}


@pytest.mark.parametrize("name", [".github", ".github/workflows", "specs"])
def test_a_file_where_a_folder_belongs_is_refused_before_anything_is_written(here: Path, name: str) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text("mine")
    done = speccast("init")
    message = "a file stands where a folder belongs; remove it, or start in another folder"
    assert (done.code, done.out, done.err) == (2, "", f"{name}: error: {message} [not-a-folder]\n")
    assert _files(here) == {name: b"mine"}


@pytest.mark.parametrize(
    ("old", "added"),
    [
        (b'[project]\nname = "mine"\n', b"\n" + TABLE.format("n").encode()),
        (b'[project]\nname = "mine"', b"\n\n" + TABLE.format("n").encode()),
        (b'[project]\r\nname = "mine"\r\n', b"\r\n" + TABLE.format("n").replace("\n", "\r\n").encode()),
        (b"[tool.black]\nline-length = 99  \n\n\n", b"\n" + TABLE.format("n").encode()),
        (b'[tool.speccast]\nout = "made"\n', b""),
    ],
)
def test_init_adds_its_table_where_there_is_none_and_changes_no_other_byte(
    here: Path, old: bytes, added: bytes
) -> None:
    Path("pyproject.toml").write_bytes(old)
    assert speccast("init", "--service", "n").code == 0
    assert Path("pyproject.toml").read_bytes() == old + added
    read_project(here)


@pytest.mark.parametrize(
    ("old", "message"),
    [
        (b"[project\n", ":1:9: error: not TOML: expected ']' at the end of a table declaration"),
        (b"\xff", ": error: not UTF-8; save the file as UTF-8"),
        (
            b"tool = { black = {} }\n",
            ': error: cannot take a table [tool.speccast] at its end; add it by hand, with specs = ["n"]',
        ),
    ],
)
def test_a_project_file_that_cannot_take_a_table_is_refused_before_anything_is_written(
    here: Path, old: bytes, message: str
) -> None:
    Path("pyproject.toml").write_bytes(old)
    done = speccast("init", "--service", "n")
    assert done == Done(2, "", f"pyproject.toml{message} [config]\n")
    assert _files(here) == {"pyproject.toml": old}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_where_the_project_file_belongs_is_not_waited_for(here: Path) -> None:
    os.mkfifo("pyproject.toml")
    done = speccast("init")
    message = "pyproject.toml: error: a pipe or device stands where a file belongs [not-a-file]\n"
    assert done == Done(2, "", message)


@pytest.mark.parametrize("name", ["", "Notes", "../up", "a--b", "-a", "1a", 'a"b', "a" * 41])
def test_init_refuses_what_cannot_name_a_service(here: Path, name: str) -> None:
    done = speccast("init", f"--service={name}")
    assert done.err == (
        f"speccast: error: {json.dumps(name)} cannot name a service: "
        "use a-z, 0-9 and single hyphens, a letter first [service-name]\n"
    )
    assert (done.code, list(here.iterdir())) == (2, [])


# ------------------------------------------------------------------------------------------------------ the workflow


def _flow(project: Path) -> dict[object, object]:
    flow: dict[object, object] = yaml.safe_load((project / FLOW).read_text())
    return flow


def _steps(project: Path) -> list[dict[str, object]]:
    flow = yaml.safe_load((project / FLOW).read_text())
    (job,) = flow["jobs"].values()
    steps: list[dict[str, object]] = job["steps"]
    return steps


def test_the_workflow_may_read_and_nothing_else(project: Path) -> None:
    flow = _flow(project)
    assert flow["permissions"] == {"contents": "read"}
    checkout, python, install, *_ = _steps(project)
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert str(python["uses"]).startswith("actions/setup-python@")
    assert install["run"] == f'python -m pip install "speccast=={VERSION}"'


def test_no_script_of_the_workflow_holds_an_expression(project: Path) -> None:
    scripts = [str(step["run"]) for step in _steps(project) if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


class Runner:
    """Runs the steps of the workflow as GitHub does, but for the installation."""

    def __init__(self, project: Path, scratch: Path) -> None:
        self.project, self.scratch = project, scratch
        self.environment = shell_environment(scratch)
        self.summary = scratch / "summary.md"

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ("git", *arguments), cwd=self.project, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def run(self, base: str | None = None) -> Mapping[str, tuple[int, str]]:
        """Give the exit code and what was printed of each step that a push runs, or a pull request with this base."""
        self.summary.write_text("")
        settings = {"GITHUB_STEP_SUMMARY": self.summary, "GITHUB_ACTIONS": "true", "BASE": base or ""}
        environment = with_settings(self.environment, **settings)
        return {
            str(step["name"]): self._run(str(step["run"]), environment)
            for step in _steps(self.project)
            if "run" in step and step["name"] != "Install" and (base or "pull_request" not in str(step.get("if")))
        }

    def _run(self, script: str, environment: Mapping[str, str]) -> tuple[int, str]:
        path = self.scratch / "step.sh"
        path.write_text(script)
        done = subprocess.run(
            ("bash", "-e", str(path)), cwd=self.project, env=environment, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr


SOUND, SAID, BREAKS = "Specs are sound", "Generated code is what the specs say", "What the pull request breaks"


@pytest.mark.skipif(shutil.which("bash") is None or shutil.which("git") is None, reason="needs bash and git")
def test_the_workflow_is_green_on_a_fresh_project_and_tells_what_a_change_breaks(project: Path, tmp_path: Path) -> None:
    runner = Runner(project, tmp_path / "runner")
    runner.git("init", "-q")
    assert speccast("generate").code == 0
    base = runner.commit("Start")
    assert {name: code for name, (code, _) in runner.run().items()} == {SOUND: 0, SAID: 0}

    text = (SPEC / "shapes.json").read_text()
    (SPEC / "shapes.json").write_text(text.replace('"max": 80', '"max": 60', 1))
    runner.commit("Tighten")
    done = runner.run(base)
    assert {name: code for name, (code, _) in done.items()} == {SOUND: 0, SAID: 1, BREAKS: 0}
    assert "::error file=generated/notes/" in done[SAID][1]
    assert "Title" in runner.summary.read_text()

    assert speccast("generate").code == 0
    assert speccast("init", "--service", "tasks").code == 0
    runner.commit("Generate, and a service that the base does not have")
    assert [code for code, _ in runner.run(base).values()] == [0, 0, 0]
    assert "tasks" not in runner.summary.read_text()


@pytest.mark.skipif(shutil.which("bash") is None or shutil.which("git") is None, reason="needs bash and git")
def test_the_workflow_mends_a_base_that_was_broken(project: Path, tmp_path: Path) -> None:
    runner = Runner(project, tmp_path / "runner")
    runner.git("init", "-q")
    assert speccast("generate").code == 0
    text = (SPEC / "shapes.json").read_text()
    (SPEC / "shapes.json").write_text("{")
    base = runner.commit("Break")
    assert [code for code, _ in runner.run().values()] == [2, 2]
    (SPEC / "shapes.json").write_text(text)
    runner.commit("Mend")
    assert [code for code, _ in runner.run(base).values()] == [0, 0, 0]
    assert runner.summary.read_text() == "specs/notes: cannot be compared with the base\n"
