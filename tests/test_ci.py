"""What is offered to other people's CI works there: the action's steps, the hooks, GitLab's jobs, in scratch projects.

The scripts of `action.yml` and `docs/gitlab-ci.yml` are run by bash as their runners do, with `pip` replaced by a
program that notes what it is asked for. The hooks are run by pre-commit: as the system's own in the fast test, and
installed from a clone of this repository with SPECCAST_FULL=1.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from shell import ROOT, shell_environment, with_settings, write_program
from sizes import FULL

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
GITLAB: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "gitlab-ci.yml").read_text(encoding="utf-8"))
INPUT = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")
OUTPUT = re.compile(r"\$\{\{ steps\.([a-z]+)\.outputs\.([a-z-]+) \}\}")
SHAPES = "specs/notes/2025-01-01/shapes.json"
ERRORS = "generated/notes/errors.py"
RUNNER = {"GITHUB_ACTION_PATH": ROOT}
NO_SETTINGS: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Scratch:
    """A git repository with a project in it, and the shell to use it with."""

    folder: Path
    environment: Mapping[str, str]

    def run(
        self, *command: str, cwd: Path | None = None, settings: Mapping[str, object] = NO_SETTINGS
    ) -> subprocess.CompletedProcess[str]:
        environment = with_settings(self.environment, **settings)
        return subprocess.run(
            command, cwd=cwd or self.folder, env=environment, capture_output=True, text=True, encoding="utf-8"
        )

    def must(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text
        (self.folder / path).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")

    def commit(self) -> None:
        self.must("git", "add", "-A")
        self.must("git", "commit", "-q", "-m", "x")


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository as `init` and `generate` leave it, committed."""
    scratch = _scratch(tmp_path_factory.mktemp("ci"))
    scratch.folder.mkdir()
    for command in ("git init -q", "speccast init --service notes", "speccast generate"):
        scratch.must(*command.split())
    scratch.commit()
    return scratch.folder


@pytest.fixture
def project(original: Path, tmp_path: Path) -> Scratch:
    shutil.copytree(original, tmp_path / "project", symlinks=True)
    return _scratch(tmp_path)


def _scratch(folder: Path) -> Scratch:
    """`python -m pip` notes what it is asked for; anything else that is asked of Python is done."""
    environment = shell_environment(folder)
    python = shutil.which("python", path=environment["PATH"])
    note = f'if [ "$1 $2" = "-m pip" ]; then printf "%s\\n" "$@" >> "$HOME/pip"; else exec {python} "$@"; fi'
    write_program(folder / "bin" / "python", note, PYTHONPATH=str(ROOT))
    return Scratch(folder / "project", environment)


# -------------------------------------------------------------------------------------------------------- the action


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did; `outputs` are those it declares."""

    code: int
    printed: str
    summary: str
    outputs: Mapping[str, str]
    installed: tuple[str, ...]


def act(scratch: Scratch, **inputs: str) -> Outcome:
    """Run the steps of the action as GitHub's runner does."""
    values = {name: one.get("default", "") for name, one in ACTION["inputs"].items()}
    values |= {name.replace("_", "-"): value for name, value in inputs.items()}
    home, code, printed = scratch.folder.parent / "home", 0, ""
    outputs: dict[tuple[str, str], str] = {}
    summary = home / "summary"
    for step in ACTION["runs"]["steps"]:
        if code or "run" not in step or not _is_wanted(step, values):
            continue
        settings = {name: _filled(text, values, outputs) for name, text in step.get("env", {}).items()}
        (home / "step.sh").write_text(step["run"], encoding="utf-8", newline="\n")
        (home / "output").write_text("", encoding="utf-8")
        files = {"GITHUB_OUTPUT": home / "output", "GITHUB_STEP_SUMMARY": summary, "RUNNER_TEMP": home}
        shell = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(home / "step.sh"))
        done = scratch.run(*shell, settings={**files, **settings, **RUNNER, "GITHUB_WORKSPACE": scratch.folder})
        code, printed = done.returncode, printed + done.stdout + done.stderr
        for line in (home / "output").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            outputs[(step["id"], name)] = value
    declared = {name: _filled(one["value"], values, outputs) for name, one in ACTION["outputs"].items()}
    return Outcome(code, printed, _text(summary), declared, tuple(_text(home / "pip").splitlines()))


def _is_wanted(step: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    """The action's conditions have one form: `inputs.x != ''`."""
    condition = step.get("if")
    match = re.fullmatch(r"inputs\.([a-z-]+) != ''", condition or "")
    assert (condition is None) == (match is None), condition
    return match is None or values[match[1]] != ""


def _filled(text: str, values: Mapping[str, str], outputs: Mapping[tuple[str, str], str]) -> str:
    text = INPUT.sub(lambda match: values[match[1]], text)
    return OUTPUT.sub(lambda match: outputs.get((match[1], match[2]), ""), text)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_no_script_of_the_action_has_an_expression_in_it() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 4
    assert not any("${{" in script for script in scripts)


def test_a_clean_project_passes(project: Scratch) -> None:
    done = act(project)
    assert (done.code, done.printed, done.summary) == (0, "", "")
    assert done.outputs == {"exit-code": "0", "report": ""}
    assert done.installed[-2:] == ("--", str(ROOT))


def test_a_version_is_installed_from_the_index(project: Scratch) -> None:
    assert act(project, version="0.1.0").installed[-2:] == ("--", "speccast==0.1.0")


def test_what_is_stale_or_edited_fails_and_is_annotated(project: Scratch) -> None:
    project.edit(SHAPES, '"max": 80', '"max": 81')
    project.edit(ERRORS, "class ", "class  ")
    done = act(project)
    assert (done.code, done.outputs["exit-code"]) == (1, "1")
    annotations = done.printed.splitlines()
    assert all(line.startswith("::error file=generated/notes/") for line in annotations)
    (edited,) = [line for line in annotations if line.startswith(f"::error file={ERRORS},")]
    assert edited.endswith(
        "title=edited::edited by hand; move the change into the spec or a template, "
        "then run: speccast generate --force"
    )


def test_annotations_name_files_from_the_top_of_the_repository(project: Scratch) -> None:
    (project.folder / "sub" / "dir").mkdir(parents=True)
    for name in ("specs", "generated", "pyproject.toml"):
        shutil.move(project.folder / name, project.folder / "sub" / "dir")
    (project.folder / "sub" / "dir" / ERRORS).unlink()
    for folder in ("sub/dir", "./sub/dir", "sub/dir/specs/notes"):
        done = act(project, working_directory=folder)
        assert done.code == 1
        assert done.printed.startswith(f"::error file=sub/dir/{ERRORS},")
    whole = project.run("speccast", "check", "--format", "github", cwd=project.folder / "sub" / "dir" / "specs")
    assert whole.stdout.startswith(f"::error file=sub/dir/{ERRORS},")
    settings = {"GITHUB_WORKSPACE": project.folder}
    command = ("speccast", "check", "--format", "github")
    top = project.run(*command, cwd=project.folder / "sub" / "dir" / "specs", settings=settings)
    assert top.stdout.startswith(f"::error file=sub/dir/{ERRORS},")


def test_a_command_gets_its_arguments_line_by_line(project: Scratch) -> None:
    done = act(project, command="check", arguments="--out\nmy src\n\n")
    assert done.code == 1
    assert done.printed.startswith("::error file=my src/notes/")
    assert act(project, command="validate").printed == ""
    assert act(project, command="generate", arguments="--out\nmy src").code == 0
    assert (project.folder / "my src" / "notes" / "MANIFEST.json").exists()


def test_what_cannot_be_read_gives_two(project: Scratch) -> None:
    (project.folder / "pyproject.toml").write_text("[tool.speccast]\nspec = 1\n", encoding="utf-8")
    done = act(project)
    assert (done.code, done.outputs["exit-code"]) == (2, "2")
    assert done.printed.startswith("::error file=pyproject.toml,line=2,")


def test_specs_are_compared_with_the_base(project: Scratch) -> None:
    project.edit(SHAPES, '"max": 80', '"max": 70')
    project.must("speccast", "generate")
    project.commit()
    done = act(project, compare="HEAD~1")
    assert (done.code, done.outputs["exit-code"]) == (1, "1")
    assert "Title" in done.summary
    assert Path(done.outputs["report"]).read_text(encoding="utf-8") == done.summary
    assert act(project, compare="HEAD~1", fail_on="none").code == 0
    assert act(project, compare="HEAD").code == 0


def test_a_release_that_is_pinned_anew_is_compared_with_the_one_before(project: Scratch) -> None:
    project.edit("pyproject.toml", '"notes"', '"notes@2025-01-01"')
    project.commit()
    shutil.copytree(project.folder / "specs/notes/2025-01-01", project.folder / "specs/notes/2025-02-01")
    later = SHAPES.replace("01-01", "02-01")
    project.edit(later.replace("shapes", "service"), '"release": "2025-01-01"', '"release": "2025-02-01"')
    project.edit(later, '"max": 80', '"max": 70')
    project.edit("pyproject.toml", '"notes@2025-01-01"', '"notes@2025-02-01", "tasks"')
    project.must("speccast", "init", "--service", "tasks", "--no-ci")
    project.must("speccast", "generate")
    done = act(project, compare="HEAD")
    assert done.code == 1
    assert done.summary.startswith("`tasks` is new.\n")
    assert "### notes: 2025-01-01 -> 2025-02-01\n" in done.summary


def _two_releases(project: Scratch) -> None:
    """Pin 2025-01-01 as one package and 2025-02-01 as another, committed."""
    shutil.copytree(project.folder / "specs/notes/2025-01-01", project.folder / "specs/notes/2025-02-01")
    later = SHAPES.replace("01-01", "02-01")
    project.edit(later.replace("shapes", "service"), '"release": "2025-01-01"', '"release": "2025-02-01"')
    project.edit("pyproject.toml", '["notes"]', f"[{ENTRIES[0]}, {ENTRIES[1]}]")
    project.commit()


ENTRIES = (
    '{ spec = "notes@2025-01-01", package = "notes_old" }',
    '{ spec = "notes@2025-02-01", package = "notes_new" }',
)


def test_two_releases_of_a_service_are_compared_each_with_its_own(project: Scratch) -> None:
    _two_releases(project)
    project.edit("pyproject.toml", f"{ENTRIES[0]}, {ENTRIES[1]}", f"{ENTRIES[1]}, {ENTRIES[0]}")
    project.edit(SHAPES, '"max": 80', '"max": 70')
    done = compared(project, "HEAD")
    assert done.returncode == 1
    assert headings(done) == [
        "`notes: COMMIT:specs/notes/2025-02-01 -> specs/notes/2025-02-01`",
        "`notes: COMMIT:specs/notes/2025-01-01 -> specs/notes/2025-01-01`",
    ]
    assert compared(project, "HEAD~1").stdout.startswith("`notes` as `notes_new` is new.\n")


def compared(project: Scratch, commit: str) -> subprocess.CompletedProcess[str]:
    """Run what the action runs to compare."""
    return project.run("python", str(ROOT / ".github" / "compare.py"), settings={"SPECCAST_COMPARE": commit})


def headings(done: subprocess.CompletedProcess[str]) -> list[str]:
    return re.findall("^### (.*)$", re.sub("[0-9a-f]{40}", "COMMIT", done.stdout), re.MULTILINE)


def test_a_spec_that_comes_with_speccast_is_compared_with_the_one_pinned_before(project: Scratch) -> None:
    project.edit("pyproject.toml", '"notes"', '"notes", "partnercentral-selling@2024-11-15"')
    project.commit()
    same = compared(project, "HEAD")
    assert (same.returncode, same.stderr) == (0, "")
    name = "partnercentral-selling@2024-11-15"
    assert headings(same)[1:] == [f"`partnercentral-selling: {name} -> {name}`"]
    project.edit("pyproject.toml", "2024-11-15", "2024-12-05")
    other = compared(project, "HEAD")
    assert (other.returncode, other.stderr) == (0, "")
    assert headings(other)[1:] == ["partnercentral-selling: 2024-11-15 -> 2024-12-05"]


@pytest.mark.parametrize("specs", ['"specs/notes"', '"all"', '"notes@2025-01-01"'])
def test_a_service_that_is_named_otherwise_is_the_same(project: Scratch, specs: str) -> None:
    project.edit("pyproject.toml", '"notes"', specs)
    project.edit(SHAPES, '"max": 80', '"max": 70')
    done = compared(project, "HEAD")
    assert (done.returncode, done.stderr) == (1, "")
    assert headings(done) == ["`notes: COMMIT:specs/notes/2025-01-01 -> specs/notes/2025-01-01`"]


FAULTY = {
    "[tool.speccast\n": """pyproject.toml:1: not TOML: """,
    "[tool]\nspeccast = 3\n": '"speccast" must be a table',
    "[tool.speccast]\nspecs = [{ out = 'src' }]\n": 'pyproject.toml:2: an entry of "specs" needs the key "spec"',
    "[tool.speccast]\nspecs = 'notes'\n": 'pyproject.toml:2: "specs" must be a list of strings or tables, at least one',
    "[tool.speccast]\nspecs = ['nots']\n": 'no file, folder or service "nots"',
}


@pytest.mark.parametrize("table", FAULTY)
def test_a_faulty_table_is_one_line(project: Scratch, table: str) -> None:
    (project.folder / "pyproject.toml").write_text(table, encoding="utf-8")
    done = compared(project, "HEAD")
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (2, "", 1)
    assert done.stdout.startswith(f"The specs of the project cannot be read: {FAULTY[table]}")
    project.commit()
    project.must("git", "checkout", "-q", "HEAD~1", "--", "pyproject.toml")
    done = compared(project, "HEAD")
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (2, "", 1)
    assert done.stdout.startswith(f"The specs of the commit to compare with cannot be read: {FAULTY[table]}")


def test_a_base_that_is_not_there_is_told(project: Scratch) -> None:
    done = act(project, compare="0" * 40)
    assert (done.code, done.summary) == (
        2,
        "The commit to compare with is not there: check out with `fetch-depth: 0`.\n",
    )


HOSTILE = (
    "$(touch HACKED)",
    "`touch HACKED`",
    '"; touch HACKED; "',
    "x\ntouch HACKED",
    "--output=HACKED",
    "a[$(touch HACKED)]",
)


TOGETHER = (("version", "command", "compare"), ("working-directory",), ("arguments", "fail-on"))
"""Inputs that can be hostile in one run: none of them keeps another from being used."""


def test_every_input_has_its_turn_to_be_hostile() -> None:
    assert {name for names in TOGETHER for name in names} == ACTION["inputs"].keys() - {"python-version"}


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("names", TOGETHER)
def test_an_input_is_never_run(project: Scratch, names: tuple[str, ...], value: str) -> None:
    act(project, **{"compare": "HEAD", **{name.replace("-", "_"): value for name in names}})
    assert list(project.folder.parent.rglob("*HACKED*")) == []


# --------------------------------------------------------------------------------------------------------- the hooks


def pre_commit(scratch: Scratch, config: Mapping[str, Any], *arguments: str) -> subprocess.CompletedProcess[str]:
    (scratch.folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    scratch.must("git", "add", "-A")
    return scratch.run("pre-commit", "run", "--color", "never", *arguments)


def local() -> dict[str, Any]:
    """The hooks that are offered, with the `speccast` of the path instead of one that is installed."""
    return {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"} for hook in HOOKS]}]}


def results(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Give what pre-commit says of each hook, by the hook's name."""
    return dict(re.findall(r"^(\S.*?)\.{3,}(?:\(.*\))?(Passed|Failed|Skipped)$", done.stdout, re.MULTILINE))


CHECK, GENERATE, VALIDATE = (hook["name"] for hook in HOOKS)


def test_every_hook_is_whole() -> None:
    assert [hook["id"] for hook in HOOKS] == ["speccast-check", "speccast-generate", "speccast-validate"]
    for hook in HOOKS:
        assert (hook["language"], hook["pass_filenames"], hook["require_serial"]) == ("python", False, True)
        hooks = "python -P -m codegen.cli.hooks generate"
        assert hook["entry"] == (hooks if hook["id"] == "speccast-generate" else hook["id"].replace("-", " "))


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("specs/notes/2025-01-01/shapes.json", True),
        ("services/a/specs/notes.json", True),
        ("pyproject.toml", True),
        ("generated/notes/MANIFEST.json", False),
        ("src/main.py", False),
    ],
)
def test_specs_are_linted_when_one_changes(path: str, wanted: bool) -> None:
    (pattern,) = [hook["files"] for hook in HOOKS if not hook.get("always_run")]
    assert bool(re.search(pattern, path)) is wanted


def test_the_hooks_stop_a_commit_that_is_stale_and_mend_it(project: Scratch) -> None:
    assert results(pre_commit(project, local(), "--all-files")) == dict.fromkeys((CHECK, GENERATE, VALIDATE), "Passed")
    project.edit(SHAPES, '"max": 80', '"max": 81')
    done = pre_commit(project, local())
    assert done.returncode == 1
    assert results(done) == {CHECK: "Failed", GENERATE: "Failed", VALIDATE: "Passed"}
    assert "generated/notes/models/_types.py: stale: " in done.stdout
    assert "files were modified by this hook" in done.stdout
    assert "add what was written and commit again" in done.stdout
    assert pre_commit(project, local()).returncode == 0


def test_a_commit_that_only_deletes_is_checked_too(project: Scratch) -> None:
    """pre-commit does not notice that a hook writes a file which is not in the commit."""
    pre_commit(project, local())
    project.commit()
    (project.folder / ERRORS).unlink()
    done = pre_commit(project, local())
    assert results(done) == {CHECK: "Failed", GENERATE: "Failed", VALIDATE: "Skipped"}
    assert f"{ERRORS}: missing: generated before, and gone; run: speccast generate" in done.stdout
    assert f"wrote: {ERRORS}\n" in done.stdout


def test_a_package_that_is_not_in_the_commit_stops_it(project: Scratch) -> None:
    """What a hook wrote the first time, or what .gitignore hides, is missing in the commit all the same."""
    pre_commit(project, local())
    project.must("git", "rm", "-r", "-q", "--cached", "generated/notes")
    done = project.run("pre-commit", "run", "--color", "never")
    assert results(done)[GENERATE] == "Failed"
    assert f"not in git: {ERRORS}\n" in done.stdout
    assert done.stdout.count("not in git: ") == 84
    (project.folder / ".gitignore").write_text("/generated/notes/errors.py\n", encoding="utf-8")
    done = pre_commit(project, local())
    assert re.findall("^not in git: (.*)$", done.stdout, re.MULTILINE) == [ERRORS]
    project.must("git", "add", "-f", ERRORS)
    assert pre_commit(project, local()).returncode == 0


def test_a_package_that_is_ignored_as_a_whole_is_not_asked_for(project: Scratch) -> None:
    (project.folder / ".gitignore").write_text("/generated/\n", encoding="utf-8")
    project.must("git", "rm", "-r", "-q", "--cached", "generated/notes")
    assert results(pre_commit(project, local()))[GENERATE] == "Passed"
    done = project.run("python", "-P", "-m", "codegen.cli.hooks", "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "speccast: error: the one hook is: python -m codegen.cli.hooks generate [usage]\n"


def test_a_file_that_is_gone_from_the_working_tree_comes_back(project: Scratch) -> None:
    """With --all-files pre-commit looks at the working tree as it is."""
    pre_commit(project, local())
    project.commit()
    (project.folder / ERRORS).unlink()
    hook = ("python", "-P", "-m", "codegen.cli.hooks", "generate")
    done = project.run(*hook)
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, f"wrote: {ERRORS}")
    assert done.stderr == "add what was written and commit again\n"
    assert project.run(*hook).returncode == 0
    assert project.must("git", "status", "--short") == ""


@pytest.mark.skipif(not FULL, reason="installs an environment; SPECCAST_FULL=1 runs it")
def test_the_hooks_install_from_a_repository_of_speccast(project: Scratch, tmp_path: Path) -> None:
    """What stands here is made a repository with a revision, which pre-commit clones and gives to pip."""
    (tmp_path / "bin" / "python").unlink()
    (tmp_path / "bin" / "speccast").unlink()
    ours = _copy_of_this_repository(tmp_path / "speccast")
    if ours is None:
        pytest.skip("this is no checkout")
    commands = ("git init -q", "git add -A", "git commit -q -m x", "git rev-parse HEAD")
    project = replace(project, environment={**project.environment, **_index()})
    *_, revision = [project.run(*command.split(), cwd=ours).stdout.strip() for command in commands]
    config = {"repos": [{"repo": str(ours), "rev": revision, "hooks": [{"id": hook["id"]} for hook in HOOKS]}]}
    project.edit(SHAPES, '"max": 80', '"max": 81')
    done = pre_commit(project, config, "--all-files")
    if "No matching distribution found" in done.stdout:
        pytest.skip("no package index to install from")
    assert results(done) == {CHECK: "Failed", GENERATE: "Failed", VALIDATE: "Passed"}, done.stdout + done.stderr
    assert results(pre_commit(project, config, "--all-files")).keys() == {CHECK, GENERATE, VALIDATE}


def _index() -> dict[str, str]:
    """Pip finds the package index as it does outside of this test."""
    names = re.compile("PIP_.*|.*_PROXY|SSL_CERT_.*", re.IGNORECASE)
    return {name: value for name, value in os.environ.items() if names.fullmatch(name)}


def _copy_of_this_repository(target: Path) -> Path | None:
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    for path in [ROOT / name for name in listed.stdout.split("\0") if name]:
        if path.is_file():
            copy = target / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    return target if listed.returncode == 0 else None


# ------------------------------------------------------------------------------------------------------------ GitLab

JOBS = {name: job for name, job in GITLAB.items() if not name.startswith(".")}
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def job(scratch: Scratch, name: str) -> tuple[int, str, list[dict[str, Any]]]:
    """Run a job's lines as GitLab's runner does; give the code, what is printed, and the report."""
    whole = {**GITLAB[JOBS[name]["extends"]], **JOBS[name]}
    lines = ["set -eo pipefail", *whole["before_script"], *whole["script"]]
    done = scratch.run("bash", "--noprofile", "--norc", "-c", "\n".join(lines))
    report = scratch.folder / whole["artifacts"]["reports"]["codequality"]
    return done.returncode, done.stdout + done.stderr, json.loads(report.read_text(encoding="utf-8"))


def test_there_are_jobs_and_they_install_a_version() -> None:
    assert JOBS.keys() == {"speccast-check", "speccast-validate"}
    assert any("speccast==" in line for line in GITLAB[".speccast"]["before_script"])


@pytest.mark.parametrize("name", JOBS)
def test_a_job_passes_in_a_clean_project(project: Scratch, name: str) -> None:
    code, _, report = job(project, name)
    assert (code, report) == (0, [])


def test_a_job_says_and_reports_what_is_stale(project: Scratch) -> None:
    project.edit(ERRORS, "class ", "class  ")
    code, printed, report = job(project, "speccast-check")
    assert code == 1
    assert f"{ERRORS}: edited: edited by hand; " in printed
    (issue,) = report
    assert issue.pop("fingerprint")
    assert issue == {
        "check_name": "edited",
        "description": (
            "edited by hand; move the change into the spec or a template, then run: speccast generate --force"
        ),
        "severity": "major",
        "location": {"path": ERRORS, "lines": {"begin": 1}},
    }


def test_a_job_reports_what_is_wrong_with_a_spec(project: Scratch) -> None:
    project.edit(SHAPES, '"target": "Title"', '"target": "Titel"')
    code, printed, report = job(project, "speccast-validate")
    assert code == 1
    assert "[unknown-shape]" in printed
    assert len({issue["fingerprint"] for issue in report}) == len(report) >= 1
    for issue in report:
        assert issue.keys() == {"check_name", "description", "fingerprint", "severity", "location"}
        assert issue["severity"] in SEVERITIES
        assert issue["location"]["path"] == SHAPES and issue["location"]["lines"]["begin"] > 1
