"""`codegen.cli.checking`: what is in the way of a product, and paths as seen from where the user stands.

Beside it what `override` offers to a shell.
"""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest
from commands import speccast

from codegen.cli.override import complete_template, override
from codegen.overrides import ours

PACKAGE = Path("generated/notes")
EDITED = "edited by hand; move the change into the spec or a template, then run: speccast generate --force"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one service, generated."""
    monkeypatch.chdir(tmp_path)
    assert speccast("init", "--no-ci", "--service", "notes").code == 0
    assert speccast("generate").code == 0
    return tmp_path


def test_what_is_in_the_way_is_no_edit_and_is_to_be_removed(project: Path) -> None:
    (PACKAGE / "client.py").write_text("# ours\n")
    (PACKAGE / "errors.py").unlink()
    (PACKAGE / "errors.py").symlink_to("/nowhere")
    (PACKAGE / "py.typed").unlink()
    (PACKAGE / "py.typed").mkdir()
    done = speccast("check")
    assert (done.code, done.out.splitlines()) == (
        1,
        [
            f"{PACKAGE}/client.py: edited: {EDITED}",
            f"{PACKAGE}/errors.py: edited: a symbolic link stands where a generated file belongs; "
            "remove it, then run: speccast generate",
            f"{PACKAGE}/py.typed: edited: a folder stands where a generated file belongs; "
            "move it away, then run: speccast generate",
        ],
    )
    summary = "3 edited; move the edits, remove what is in the way, then run: speccast generate --force\n"
    assert done.err == summary


def test_a_link_in_place_of_a_folder_is_named(project: Path) -> None:
    (PACKAGE / "_runtime").rename("elsewhere")
    (PACKAGE / "_runtime").symlink_to(project / "elsewhere")
    Path("elsewhere/answers.py").write_text("# ours\n")
    done = speccast("check")
    said = f'a symbolic link stands where the generated folder "{PACKAGE}/_runtime" belongs; remove it'
    assert f"{PACKAGE}/_runtime/answers.py: edited: {said}, then run: speccast generate" in done.out.splitlines()
    assert done.err.endswith(" edited; remove what is in the way, then run: speccast generate\n")
    (PACKAGE / "_runtime").unlink()
    assert (speccast("generate").code, speccast("check").code) == (0, 0)


def test_paths_are_those_from_where_the_user_stands(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (PACKAGE / "errors.py").unlink()
    monkeypatch.chdir("specs")
    said = "generated before, and gone; run: speccast generate"
    assert speccast("check").out == f"../{PACKAGE}/errors.py: missing: {said}\n"
    github = "::error file={},title=missing::" + said + "\n"
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert speccast("check", "--format", "github").out == github.format(f"../{PACKAGE}/errors.py")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.parent))
    assert speccast("check", "--format", "github").out == github.format(f"{project.name}/{PACKAGE}/errors.py")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project / "other"))
    assert speccast("check", "--format", "github").out == github.format(f"../{PACKAGE}/errors.py")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the folder that one stands in")
def test_a_package_is_replaced_around_who_stands_in_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (PACKAGE / "errors.py").unlink()
    monkeypatch.chdir(PACKAGE)
    done = speccast("generate")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"wrote: {project / PACKAGE}/errors.py\n")


def test_a_shell_is_offered_the_templates_that_can_be_replaced() -> None:
    context = click.Context(override)
    assert complete_template(context, override.params[0], "") == list(ours())
    assert complete_template(context, override.params[0], "package/err") == ["package/errors.py.j2"]
    assert override.params[0].shell_complete(context, "package/err")[0].value == "package/errors.py.j2"
