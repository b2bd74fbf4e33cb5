"""What a forge reads names files from the top of the repository, wherever the command ran."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from commands import speccast

SHAPES = Path("specs/notes/2025-01-01/shapes.json")
COMMANDS = {
    "validate": ("validate", "broken"),
    "diff": ("diff", "notes@2025-01-01", "notes@2025-02-01"),
    "check": ("check",),
    "vendor": ("vendor", "check"),
}
NAMED = {
    "validate": "project/specs/broken/2025-01-01/service.json",
    "diff": "project/specs/notes/2025-02-01/shapes.json",
    "check": "project/generated/notes/errors.py",
    "vendor": "project/vendored/notes/errors.py",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose project stands in a folder of it, with something to say to every command."""
    top = tmp_path_factory.mktemp("annotating").resolve()
    (top / "project").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top / "project")
        subprocess.run(["git", "init", "-q", ".."], check=True)
        for command in ("init --service notes --no-ci", "generate", "vendor add notes vendored/notes"):
            done = speccast(*command.split())
            assert (done.code, done.err) == (0, "")
        for package in ("generated/notes", "vendored/notes"):
            with open(f"{package}/errors.py", "a", encoding="utf-8") as stream:
                stream.write("# mine\n")
        _release("notes", "2025-02-01", '"max": 80', '"max": 70')
        _release("broken", "2025-01-01", '"release": "2025-01-01"', '"release": "soon"')
    return top


def _release(service: str, release: str, old: str, new: str) -> None:
    """Another release beside the one of `init`, with something else in it."""
    folder = SHAPES.parent.parent.with_name(service) / release
    folder.mkdir(parents=True)
    for path in SHAPES.parent.iterdir():
        text = path.read_text(encoding="utf-8").replace(old, new)
        text = text.replace('"release": "2025-01-01"', f'"release": "{release}"')
        (folder / path.name).write_text(text, encoding="utf-8")


def named(form: str, printed: str) -> set[str]:
    """Name the files of a report."""
    if form == "github":
        return set(re.findall(r"file=([^,]+),", printed))
    if form == "gitlab":
        return {issue["location"]["path"] for issue in json.loads(printed)}
    results = json.loads(printed)["runs"][0]["results"]
    places = (place["physicalLocation"]["artifactLocation"]["uri"] for one in results for place in one["locations"])
    return set(places)


CASES = [(command, form) for command in COMMANDS for form in ("github", "gitlab", "sarif")]
CASES.remove(("diff", "gitlab"))


@pytest.mark.parametrize("folder", ["project", "project/specs/notes"])
@pytest.mark.parametrize(("command", "form"), CASES)
def test_files_are_named_from_the_top(
    repository: Path, monkeypatch: pytest.MonkeyPatch, command: str, form: str, folder: str
) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(repository / folder)
    found = named(form, speccast(*COMMANDS[command], "--format", form).out)
    assert NAMED[command] in found
    assert all(path.startswith("project/") and (repository / path).exists() for path in found)


def test_the_runner_of_github_says_where_the_top_is(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository.parent))
    monkeypatch.chdir(repository / "project")
    printed = speccast("validate", "broken", "--format", "github").out
    assert named("github", printed) == {f"{repository.name}/{NAMED['validate']}"}


def test_text_and_json_name_files_from_here(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "project" / "specs")
    (entry,) = json.loads(speccast("validate", "broken", "--format", "json").out)["diagnostics"]
    assert entry["path"] == "broken/2025-01-01/service.json"
    assert speccast("validate", "broken").err.startswith("broken/2025-01-01/service.json:")


def test_a_revision_of_git_is_named_as_it_was(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its paths count from the top already."""
    monkeypatch.chdir(repository / "project")
    for command in ("add -A", "-c user.name=x -c user.email=x@example.com commit -q -m x"):
        subprocess.run(["git", *command.split()], check=True)
    monkeypatch.chdir(repository / "project" / "specs")
    new = "HEAD:project/specs/notes/2025-02-01"
    found = named("github", speccast("diff", "notes@2025-01-01", new, "--format", "github").out)
    assert found == {new.replace(":", "%3A") + "/shapes.json"}
