"""`[tool.speccast]`: what it may say, what is wrong with it, and what is ordered because of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import speccast

from codegen.diagnostics import Diagnostics
from codegen.orders import Order, orders
from codegen.project import Entry, Project, Settings, package_fault, read_project
from codegen.starter import starter_files


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the specs of two services, of one of them two releases."""
    monkeypatch.chdir(tmp_path)
    for service in ("notes", "tasks"):
        for path, text in starter_files(service).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
    newer = tmp_path / "specs" / "notes" / "2025-03-01"
    shutil.copytree(tmp_path / "specs" / "notes" / "2025-01-01", newer)
    head = newer / "service.json"
    head.write_text(head.read_text().replace("2025-01-01", "2025-03-01", 1))
    return tmp_path


def _pyproject(folder: Path, text: str) -> Project:
    (folder / "pyproject.toml").write_text(text)
    return read_project(folder)


def _orders(*specs: str) -> tuple[Order, ...]:
    return orders(specs, read_project(Path.cwd()))


# --------------------------------------------------------------------------------------------------------- reading


def test_the_nearest_table_of_a_folder_above_is_the_project(root: Path) -> None:
    (root / "a" / "b").mkdir(parents=True)
    (root / "a" / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    _pyproject(root, '[tool.speccast]\nspecs = ["notes"]\nout = "made"\noperations = ["CreateNote"]\n')
    settings = Settings(out=root / "made", operations=("CreateNote",))
    entries = (Entry("notes", settings),)
    assert read_project(root / "a" / "b") == Project(
        root=root, settings=settings, entries=entries, file=root / "pyproject.toml"
    )


def test_without_a_table_the_folder_is_the_project(tmp_path: Path) -> None:
    assert read_project(tmp_path) == Project(root=tmp_path, settings=Settings(out=tmp_path / "generated"))


def test_every_key_is_read_and_an_entry_refines_what_stands_at_the_top(root: Path) -> None:
    project = _pyproject(
        root,
        """
[tool.speccast]
out = "made"
accept = "accepted.toml"
templates = "overrides"
checks = { pattern = "off", enum = "warn" }
operations = ["CreateNote"]

[[tool.speccast.specs]]
spec = "notes@2025-01-01"
package = "old_notes"
out = "src"
operations = ["GetNote"]
checks = { pattern = "warn" }

[[tool.speccast.specs]]
spec = "tasks"
""",
    )
    assert (project.accept, project.templates) == (root / "accepted.toml", root / "overrides")
    top = {"pattern": "off", "enum": "warn"}
    assert project.settings == Settings(out=root / "made", operations=("CreateNote",), checks=top)
    own = Settings(
        out=root / "src", package="old_notes", operations=("GetNote",), checks={"pattern": "warn", "enum": "warn"}
    )
    assert project.entries == (Entry("notes@2025-01-01", own), Entry("tasks", project.settings))


def test_checks_are_read(root: Path) -> None:
    project = _pyproject(root, '[tool.speccast.checks]\npattern = "off"\n"CreateNoteRequest.Title:length" = "warn"\n')
    assert project.settings.checks == {"pattern": "off", "CreateNoteRequest.Title:length": "warn"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[tool.other]\nspec = 1\n[tool.speccast]\nspec = ["notes"]\n',
            'pyproject.toml:4:1: error: unknown key "spec" [config]\n  speccast: note: did you mean "specs"?',
        ),
        (
            '[tool.speccast]\nspecs = [{ spec = "notes", pakage = "n" }]\n',
            'pyproject.toml:2:28: error: unknown key "pakage" [config]\n  speccast: note: did you mean "package"?',
        ),
        (
            "[tool.speccast]\nzebra = 1\n",
            'pyproject.toml:2:1: error: unknown key "zebra" [config]\n  speccast: note: keys are "specs", "out", '
            '"operations", "checks", "accept", "templates"',
        ),
        (
            '[[tool.speccast.specs]]\npackage = "n"\n',
            'pyproject.toml:1:1: error: an entry of "specs" needs the key "spec" [config]',
        ),
        (
            '[tool.speccast]\nspecs = [\n  "notes",\n  1,\n]\n',
            'pyproject.toml:2:1: error: an entry of "specs" must be a string or a table [config]',
        ),
        (
            '[tool.speccast]\nspecs = [{ spec = "notes", package = "my-notes" }]\n',
            'pyproject.toml:2:28: error: "my-notes" cannot name a package: it must be letters, digits and '
            "underscores, no digit first [config]",
        ),
        (
            "[tool.speccast]\n  out = 1\n",
            'pyproject.toml:2:3: error: "out" must be a string [config]',
        ),
        (
            '[tool.speccast]\naccept = ["a"]\n',
            'pyproject.toml:2:1: error: "accept" must be a string [config]',
        ),
        (
            '[tool.speccast]\nspecs = "notes"\n',
            'pyproject.toml:2:1: error: "specs" must be a list of strings or tables, at least one [config]',
        ),
        (
            "[tool.speccast]\noperations = []\n",
            'pyproject.toml:2:1: error: "operations" must be a list of strings, at least one [config]',
        ),
        (
            '[tool.speccast]\nchecks = { pattern = "no" }\n',
            'pyproject.toml:2:12: error: "pattern" of checks must be one of "error", "warn", "off" [config]',
        ),
        (
            '[tool.speccast]\nout = "o"\n\n[tool.speccast.checks]\npattern = "off"\nlength = 1\n',
            'pyproject.toml:6:1: error: "length" of checks must be one of "error", "warn", "off" [config]',
        ),
        (
            "[tool.speccast]\nchecks.length = 5\n",
            'pyproject.toml:2:8: error: "length" of checks must be one of "error", "warn", "off" [config]',
        ),
        ('[tool.speccast]\nchecks = "off"\n', 'pyproject.toml:2:1: error: "checks" must be a table [config]'),
        (
            '[tool.speccast]\nspecs = [\n  { spec = "notes", out = "x" }, # out = 5\n'
            '  { spec = "notes", out = 5 },\n]\n',
            'pyproject.toml:4:21: error: "out" must be a string [config]',
        ),
        (
            '[[tool.speccast.specs]]\nspec = "notes"\nout = "x"\n\n[[tool.speccast.specs]]\nspec = "notes"\nout = 5\n',
            'pyproject.toml:7:1: error: "out" must be a string [config]',
        ),
        (
            '[tool.speccast]\nspecs = ["a, {", { spec = "b" }, { package = "c" }]\n',
            'pyproject.toml:2:34: error: an entry of "specs" needs the key "spec" [config]',
        ),
        (
            '[tool.speccast]\nout = "a\\u0000b"\n',
            'pyproject.toml:2:1: error: "out" must be a string that can be printed [config]',
        ),
        (
            '[tool.speccast]\nspecs = [{ spec = "notes", package = "pydantic" }]\n',
            'pyproject.toml:2:28: error: "pydantic" cannot name a package: it would hide the module of that '
            "name that it imports [config]",
        ),
        (
            '[tool.speccast]\nchecks = { pattrn = "off" }\n',
            'pyproject.toml:2:12: error: "pattrn" is no key of checks: write KIND, Shape.Member or Shape.Member:KIND'
            ' [config]\n  speccast: note: kinds are "required", "unknown", "type", "length", "range", "pattern",'
            ' "enum", "union", "unique"',
        ),
        ("[tool]\nspeccast = 1\n", 'pyproject.toml: error: "speccast" must be a table [config]'),
        (
            "[tool.speccast\n",
            "pyproject.toml:1:15: error: not TOML: expected ']' at the end of a table declaration [config]",
        ),
        *(
            (text, "pyproject.toml: error: not TOML that can be read: too deep, or a number too long [config]")
            for text in ("x = " + "[" * 5000, "x = " + "9" * 5000)
        ),
    ],
)
def test_what_is_wrong_in_the_table_is_named_with_its_line(root: Path, text: str, message: str) -> None:
    with pytest.raises(Diagnostics) as caught:
        _pyproject(root, text)
    assert caught.value.text() == message


@pytest.mark.parametrize("name", ["notes", "_notes", "Notes2", "a" * 100])
def test_a_name_that_python_imports_names_a_package(name: str) -> None:
    assert package_fault(name) is None


@pytest.mark.parametrize("name", ["", "2notes", "no-tes", "no.tes", "é", "a b", "a" * 101, "class"])
def test_any_other_name_does_not(name: str) -> None:
    assert package_fault(name)


# --------------------------------------------------------------------------------------------------------- ordering


def test_without_entries_every_service_is_ordered_with_the_defaults(root: Path) -> None:
    _pyproject(root, '[tool.speccast]\nout = "made"\n')
    assert [(one.out, one.package) for one in _orders()] == [(root / "made", None)] * 2


def test_two_releases_stand_side_by_side_under_names_of_their_own(root: Path) -> None:
    _pyproject(
        root,
        '[tool.speccast]\nspecs = [{ spec = "notes@2025-01-01", package = "old" }, '
        '{ spec = "notes", package = "new" }]\n',
    )
    done = speccast("generate")
    assert (done.code, done.err) == (0, "")
    assert sorted(path.name for path in (root / "generated").iterdir()) == ["new", "old"]
    assert 'run "speccast generate"' in (root / "generated" / "old" / "errors.py").read_text().splitlines()[0]
    assert speccast("check").out == "up to date: generated/old (84 files)\nup to date: generated/new (84 files)\n"


def test_a_new_name_is_no_package_that_is_there_already(root: Path) -> None:
    speccast("generate", "tasks")
    _pyproject(root, '[tool.speccast]\nspecs = [{ spec = "tasks", package = "jobs" }]\n')
    done = speccast("check")
    assert done.code == 1 and "generated/jobs/errors.py: missing" in done.out


def test_a_spec_named_on_the_command_line_has_the_settings_of_its_entry(root: Path) -> None:
    _pyproject(
        root, '[tool.speccast]\nspecs = [{ spec = "notes", package = "n", checks = { enum = "off" } }, "tasks"]\n'
    )
    (notes,) = _orders("specs/notes/2025-03-01")
    assert (notes.package, notes.checks) == ("n", {"enum": "off"})
    older, tasks = _orders("notes@2025-01-01", "tasks")
    assert (older.package, older.checks, tasks.package) == (None, {}, None)


def test_a_key_of_checks_that_names_no_member_is_refused_with_the_nearest(root: Path) -> None:
    _pyproject(root, '[tool.speccast]\nspecs = ["tasks"]\nchecks = { "CreateNoteRequest.Titel:length" = "off" }\n')
    message = (
        'speccast: error: "CreateNoteRequest.Titel:length" of checks in [tool.speccast] names no member of a shape '
        '[config]\n  speccast: note: did you mean "CreateNoteRequest.Title"?\n'
    )
    assert (speccast("generate").err, speccast("check").err) == (message, message)
    assert not (root / "generated").exists()


def test_a_key_of_checks_may_be_about_one_of_several_services(root: Path) -> None:
    shapes = root / "specs" / "tasks" / "2025-01-01" / "shapes.json"
    shapes.write_text(shapes.read_text().replace('"Title"', '"Name"'))
    _pyproject(root, '[tool.speccast]\nchecks = { "CreateNoteRequest.Title:length" = "off" }\n')
    assert (speccast("generate").code, speccast("check").code) == (0, 0)


def test_a_spec_that_is_named_twice_is_one_package(root: Path) -> None:
    _pyproject(root, '[tool.speccast]\nspecs = ["tasks", "tasks@2025-01-01", "specs/tasks"]\n')
    assert len(_orders()) == 1


def test_names_that_differ_in_case_only_are_one_package(root: Path) -> None:
    _pyproject(
        root, '[tool.speccast]\nspecs = [{ spec = "tasks", package = "z" }, { spec = "notes", package = "Z" }]\n'
    )
    assert 'both give the package "Z"' in speccast("generate").err


def test_the_command_line_wins_over_the_project(root: Path) -> None:
    _pyproject(root, '[tool.speccast]\nspecs = [{ spec = "notes", out = "src", operations = ["GetNote"] }]\n')
    (order,) = orders((), read_project(root), out=root / "here", operations=("CreateNote",))
    assert (order.out, order.operations) == (root / "here", ("CreateNote",))


def test_one_name_for_several_packages_is_refused(root: Path) -> None:
    _pyproject(root, '[tool.speccast]\nspecs = [{ spec = "specs", package = "one" }]\n')
    assert speccast("check").err == (
        'pyproject.toml: error: "specs" means 2 specs, and "package" names one; give each an entry [config]\n'
    )
