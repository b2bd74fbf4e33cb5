"""`check` says why each file is not as it should be, and the command that mends it; that command does."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from commands import Done, speccast

import codegen.freshness
from codegen.files.manifest import Manifest, digest, read_manifest, write_manifest
from codegen.freshness import fresh_packages
from codegen.orders import orders
from codegen.project import read_project
from codegen.version import generator

PACKAGE = Path("generated", "notes")
RELEASE = Path("specs", "notes", "2025-01-01")
NEXT = RELEASE.with_name("2025-02-01")
CONFIG = Path("pyproject.toml")


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one service, generated."""
    folder = tmp_path_factory.mktemp("upkeep") / "project"
    with pytest.MonkeyPatch.context() as patch:
        folder.mkdir()
        patch.chdir(folder)
        assert speccast("init", "--service", "notes").code == 0
        CONFIG.write_text('[tool.speccast]\nspecs = ["notes"]\n', encoding="utf-8")
        assert speccast("generate").code == 0
    return folder


@pytest.fixture
def project(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(original, folder)
    monkeypatch.chdir(folder)
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def append(path: Path, text: str = "# mine\n") -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8", newline="\n")


def manifest_of(folder: Path = PACKAGE) -> Manifest:
    manifest = read_manifest(folder)
    assert manifest is not None
    return manifest


def rewrite(folder: Path = PACKAGE, **changed: object) -> None:
    """Let the manifest say something else, as another run would have printed it."""
    text = write_manifest(replace(manifest_of(folder), **changed))  # type: ignore[arg-type]
    (folder / "MANIFEST.json").write_text(text, encoding="utf-8", newline="\n")


def said(done: Done, path: str) -> str:
    """What is said of one file of the package."""
    (line,) = [line for line in done.out.splitlines() if line.startswith(f"generated/notes/{path}: ")]
    return line.removeprefix(f"generated/notes/{path}: ")


# ------------------------------------------------------------------------------------------------- stale overrides


def test_an_override_whose_base_changed_fails_check_and_warns_who_generates(project: Path) -> None:
    append(CONFIG, 'templates = "overrides"\n')
    assert speccast("override", "package/errors.py.j2").code == 0
    assert speccast("generate").err == ""
    assert speccast("check").code == 0
    path = Path("overrides/package/errors.py.j2")
    base = path.read_text(encoding="utf-8").partition("\n")[0].split()[3]
    change(path, base, "0" * 16)
    told = 'overrides/package/errors.py.j2:1:1: warning: the template "package/errors.py.j2" has changed since'
    found = speccast("check")
    assert (found.code, found.out) == (1, "up to date: generated/notes (84 files)\n")
    assert found.err.startswith(told)
    made = speccast("generate")
    assert (made.code, made.err) == (0, found.err)
    (entry,) = json.loads(speccast("check", "--format", "json").out)["diagnostics"]
    assert (entry["rule"], entry["line"]) == ("stale-override", 1)


# ---------------------------------------------------------------------------------------------------------- reasons


def edit_spec() -> None:
    change(RELEASE / "shapes.json", '"max": 80', '"max": 81')


def add_release() -> None:
    shutil.copytree(RELEASE, NEXT)
    change(NEXT / "service.json", '"release": "2025-01-01"', '"release": "2025-02-01"')


def add_checks() -> None:
    append(CONFIG, 'checks = { pattern = "off" }\n')


def add_checks_and_edit() -> None:
    add_checks()
    edit_spec()


def override() -> None:
    append(CONFIG, 'templates = "overrides"\n')
    assert speccast("override", "package/errors.py.j2").code == 0
    append(Path("overrides/package/errors.py.j2"))


def choose_operations() -> None:
    only, *_ = json.loads((RELEASE / "operations.json").read_text(encoding="utf-8"))["operations"]
    append(CONFIG, f'operations = ["{only}"]\n')


def change_generator() -> None:
    rewrite(generator="0.0.9+aaaaaaaaaaaa")


def change_library() -> None:
    """The same spec and generator, and another text, as if black had changed; a leftover makes it look again."""
    Path("generated/.notes.speccast-0123456789abcdef").mkdir()
    append(PACKAGE / "errors.py", "# black\n")
    text = (PACKAGE / "errors.py").read_text(encoding="utf-8")
    rewrite(files={**manifest_of().files, "errors.py": digest(text)})


def lay_out() -> None:
    path = PACKAGE / "MANIFEST.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")


def edit() -> None:
    append(PACKAGE / "errors.py")


def edit_manifest() -> None:
    change(PACKAGE / "MANIFEST.json", '"release"', '"releases"')


def lose_manifest() -> None:
    (PACKAGE / "MANIFEST.json").unlink()
    append(PACKAGE / "errors.py")


def lose_file() -> None:
    (PACKAGE / "py.typed").unlink()


def never_had() -> None:
    rewrite(generator="0.0.9+aaaaaaaaaaaa", files={p: d for p, d in manifest_of().files.items() if p != "py.typed"})
    lose_file()


def was_product() -> None:
    (PACKAGE / "old.py").write_text("", encoding="utf-8")
    rewrite(generator="0.0.9+aaaaaaaaaaaa", files={**manifest_of().files, "old.py": digest("")})


NOW = generator()
MOVED = f"the generator changed from 0.0.9+aaaaaaaaaaaa to {NOW}"
KEEP = "move the change into the spec or a template, then run: speccast generate --force"
REASONS: list[tuple[Callable[[], None], str, str]] = [
    (edit_spec, "models/_types.py", "stale: the spec changed; run: "),
    (
        add_release,
        "__init__.py",
        'stale: the release changed from "notes@2025-01-01" to "notes@2025-02-01"; run: ',
    ),
    (add_checks, "MANIFEST.json", "stale: its settings in [tool.speccast] changed; run: "),
    (override, "MANIFEST.json", "stale: the project's templates changed; run: "),
    (add_checks_and_edit, "MANIFEST.json", "stale: the spec and its settings in [tool.speccast] changed; run: "),
    (choose_operations, "MANIFEST.json", "stale: other operations were chosen; run: "),
    (change_generator, "MANIFEST.json", f"stale: {MOVED}; run: "),
    (
        change_library,
        "errors.py",
        "stale: the same generator prints it otherwise: a library that it prints with changed; run: ",
    ),
    (lay_out, "MANIFEST.json", "stale: laid out otherwise than it was written; run: "),
    (edit, "errors.py", f"edited: edited by hand; {KEEP}"),
    (
        edit_manifest,
        "MANIFEST.json",
        f"edited: edited by hand or half merged, so it does not tell what was generated; {KEEP}",
    ),
    (
        lose_manifest,
        "errors.py",
        f"edited: not what would be generated, and no manifest tells that it ever was; {KEEP}",
    ),
    (lose_file, "py.typed", "missing: generated before, and gone; run: "),
    (never_had, "py.typed", f"missing: not generated yet, since {MOVED}; run: "),
    (was_product, "old.py", f"orphaned: generated once, and part of nothing any more, since {MOVED}; run: "),
]


@pytest.mark.parametrize(("break_it", "path", "reason"), REASONS, ids=[case[0].__name__ for case in REASONS])
def test_each_file_has_its_reason_and_a_command_that_mends_it(
    project: Path, break_it: Callable[[], None], path: str, reason: str
) -> None:
    break_it()
    done = speccast("check")
    told = said(done, path)
    assert told == (reason if reason.endswith("--force") else f"{reason}speccast generate")
    assert done.code == 1
    mended = speccast(*told.rpartition("run: speccast ")[2].split())
    assert (mended.code, mended.err) == (0, "")
    assert speccast("check").code == 0


def test_several_reasons_are_all_told(project: Path) -> None:
    rewrite(generator="0.0.9+aaaaaaaaaaaa", operations=("Other",))
    edit_spec()
    assert said(speccast("check"), "__init__.py") == (
        "stale: the spec changed and " f"{MOVED} and other operations were chosen; run: speccast generate"
    )


def test_a_manifest_prints_nothing_that_a_terminal_acts_upon(project: Path) -> None:
    rewrite(generator="\x1b[31m", spec="\x1b@", spec_digest="")
    assert said(speccast("check"), "MANIFEST.json") == (
        r'stale: the release changed from "\u001b@" to "notes@2025-01-01" and the generator changed from '
        rf'"\u001b[31m" to {NOW}; run: speccast generate'
    )


def test_the_command_that_mends_names_what_the_user_named(project: Path) -> None:
    mend = "run: speccast generate ./specs/notes --out 'my src' --operations CreateNote"
    done = speccast("check", "./specs/notes", "--out", "my src", "--operations", "CreateNote")
    assert f"my src/notes/py.typed: missing: not there, or never generated; {mend}" in done.out.splitlines()
    assert done.err == f"{len(done.out.splitlines())} missing; {mend}\n"


def test_the_summary_counts_each_state(project: Path) -> None:
    was_product()
    edit()
    lose_file()
    done = speccast("check")
    stale = sum(": stale: " in line for line in done.out.splitlines())
    counts = f"{stale} stale, 1 edited, 1 missing, 1 orphaned"
    assert done.err == f"{counts}; move the edits, then run: speccast generate --force\n"


# ------------------------------------------------------------------------------------------------------- differences


def test_the_difference_is_shown_on_request(project: Path) -> None:
    edit()
    done = speccast("check", "--diff")
    lines = done.out.splitlines()
    assert lines[0].startswith("generated/notes/errors.py: edited: ")
    assert lines[1:3] == ["--- generated/notes/errors.py", "+++ generated/notes/errors.py"]
    assert lines[-1] == "-# mine"


def test_json_has_packages_and_the_differences_that_were_asked_for(project: Path) -> None:
    edit()
    entry = {
        "rule": "edited",
        "level": "error",
        "message": f"edited by hand; {KEEP}",
        "path": "generated/notes/errors.py",
        "line": 0,
        "column": 0,
        "pointer": None,
        "notes": [],
    }
    files = len(manifest_of().files) + 1
    packages = [{"path": "generated/notes", "spec": "notes@2025-01-01", "fresh": False, "files": files}]
    done = speccast("check", "--format", "json")
    assert (done.code, done.err, json.loads(done.out)) == (1, "", {"diagnostics": [entry], "packages": packages})
    (shown,) = json.loads(speccast("check", "--format", "json", "--diff").out)["diagnostics"]
    assert {key: value for key, value in shown.items() if key != "diff"} == entry
    assert shown["diff"].startswith("--- generated/notes/errors.py\n+++ generated/notes/errors.py\n@@ ")
    assert shown["diff"].endswith("\n-# mine\n")


def test_json_tells_of_what_is_fresh_too(project: Path) -> None:
    files = len(manifest_of().files) + 1
    packages = [{"path": "generated/notes", "spec": "notes@2025-01-01", "fresh": True, "files": files}]
    assert json.loads(speccast("check", "--format", "json").out) == {"diagnostics": [], "packages": packages}


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_annotations_hold_no_differences(project: Path, form: str) -> None:
    edit()
    assert speccast("check", "--diff", "--format", form) == speccast("check", "--format", form)


# ---------------------------------------------------------------------------------------------------- several packages


def add_service(name: str) -> None:
    """Another service, beside the first one."""
    CONFIG.unlink()
    assert speccast("init", "--service", name).code == 0
    CONFIG.write_text('[tool.speccast]\nout = "generated"\n', encoding="utf-8")
    assert speccast("generate").code == 0


def test_every_package_that_is_wrong_is_named(project: Path) -> None:
    add_service("tasks")
    for name in ("notes", "tasks"):
        (Path("generated") / name / "py.typed").unlink()
    assert speccast("check") == Done(
        1,
        "generated/notes/py.typed: missing: generated before, and gone; run: speccast generate\n"
        "generated/tasks/py.typed: missing: generated before, and gone; run: speccast generate\n",
        "2 missing; run: speccast generate\n",
    )


def test_a_spec_that_is_broken_hides_no_other_package(project: Path) -> None:
    add_service("tasks")
    change(Path("specs/tasks/2025-01-01/shapes.json"), '"target": "Title"', '"target": "Titel"')
    lose_file()
    done = speccast("check")
    assert done.code == 2
    assert done.out == "generated/notes/py.typed: missing: generated before, and gone; run: speccast generate\n"
    assert done.err.splitlines()[0] == "1 missing; run: speccast generate"
    assert '"Titel"' in done.err.splitlines()[1]
    rules = {one["rule"] for one in json.loads(speccast("check", "--format", "json").out)["diagnostics"]}
    assert rules > {"missing", "unknown-shape"}


def test_a_fresh_package_is_not_given_to_another_release(project: Path) -> None:
    add_release()
    CONFIG.write_text('[tool.speccast]\nspecs = ["notes@2025-01-01", "notes@2025-02-01"]\n', encoding="utf-8")
    refused = 'speccast: error: "notes@2025-01-01" and "notes@2025-02-01" both give the package "notes"; '
    for command in ("check", "generate"):
        done = speccast(command)
        assert (done.code, done.err.startswith(refused)) == (2, True)
    assert manifest_of().release == "2025-01-01"


def test_a_manifest_is_read_once_for_all_orders(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_service("tasks")
    read: list[Path] = []

    def reading(folder: Path) -> Manifest | None:
        read.append(folder)
        return read_manifest(folder)

    monkeypatch.setattr(codegen.freshness, "read_manifest", reading)
    assert all(fresh_packages(orders((), read_project(Path.cwd()))))
    assert sorted(path.name for path in read) == ["notes", "tasks"]


# --------------------------------------------------------------------------------------------------- orphaned packages

OLD = Path("generated", "old")
ORPHANED = "generated/old: orphaned: no spec of the project gives this package; run: speccast generate --prune\n"


@pytest.fixture
def orphan(project: Path) -> Path:
    shutil.copytree(PACKAGE, OLD)
    return project


def test_a_package_that_no_spec_gives_is_orphaned(orphan: Path) -> None:
    done = speccast("check")
    assert (done.code, done.err) == (1, "1 orphaned; run: speccast generate --prune\n")
    assert done.out.splitlines(keepends=True)[1:] == [ORPHANED]
    assert speccast("generate").code == 0
    assert OLD.exists()


def test_prune_removes_it_and_nothing_else(orphan: Path) -> None:
    (OLD / "mine.py").write_text("x = 1\n", encoding="utf-8")
    Path("generated/other").mkdir()
    done = speccast("generate", "--prune")
    assert (done.code, done.err) == (0, "")
    assert "removed: generated/old/MANIFEST.json" in done.out.splitlines()
    assert [path.name for path in OLD.iterdir()] == ["mine.py"]
    assert PACKAGE.is_dir() and Path("generated/other").is_dir()
    assert speccast("check").code == 0
    assert not speccast("generate", "--prune").out.count("removed")


def test_prune_keeps_what_was_edited_by_hand(orphan: Path) -> None:
    append(OLD / "errors.py")
    done = speccast("generate", "--prune")
    assert done.code == 2
    assert done.err.startswith("generated/old/errors.py: error: edited by hand; ")
    assert (OLD / "MANIFEST.json").exists()
    assert speccast("generate", "--prune", "--force").code == 0
    assert not OLD.exists()


@pytest.mark.parametrize("named", [("notes",), ("--shard", "1/2"), ("--out", "generated")])
def test_prune_is_about_the_whole_project(orphan: Path, named: tuple[str, ...]) -> None:
    done = speccast("generate", "--prune", *named)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("--prune is about the whole project: leave out SPEC, --out and --shard [usage]\n")
    assert OLD.exists()


def test_a_check_of_named_specs_leaves_other_packages_alone(orphan: Path) -> None:
    assert speccast("check", "notes").code == 0


@pytest.mark.parametrize(
    ("lock", "code"),
    [
        ('{"packages": {"generated/old": {}}}', 0),
        ('{"packages": {"./generated/../generated/old": {}}}', 0),
        ('{"packages": {"generated/other": {}}}', 1),
        ('{"packages": {}}', 1),
        ("half a lo", 0),
        ('{"packages": ["generated/old"]}', 0),
        ("[]", 0),
    ],
)
def test_a_vendored_package_is_no_orphan(orphan: Path, lock: str, code: int) -> None:
    """A lock file that cannot be read may name any package: none is called an orphan then."""
    Path("speccast.lock").write_text(lock, encoding="utf-8")
    assert speccast("check").code == code


@pytest.mark.parametrize("place", ["..", "generated", "generated/.."])
def test_a_vendored_package_is_no_orphan_wherever_the_lock_file_is(orphan: Path, place: str) -> None:
    name = Path(os.path.relpath(OLD.absolute(), Path(place).resolve())).as_posix()
    Path(place, "speccast.lock").write_text(json.dumps({"packages": {name: {}}}), encoding="utf-8")
    assert speccast("check").code == 0
    assert speccast("generate", "--prune").code == 0
    assert OLD.exists()


@pytest.fixture
def neighbour(orphan: Path) -> Path:
    """A second project of the repository that gives `old`, into the folder of the first."""
    Path(".git").mkdir()
    shutil.copytree("specs", "second/specs")
    entry = '{ spec = "notes", package = "old" }'
    text = f'[tool.speccast]\nspecs = [{entry}]\nout = "../generated"\n'
    Path("second/pyproject.toml").write_text(text, encoding="utf-8")
    return Path("second")


def test_a_package_that_another_project_gives_is_no_orphan(neighbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert speccast("check").code == 0
    assert speccast("generate", "--prune").code == 0
    monkeypatch.chdir(neighbour)
    assert speccast("generate", "--prune").code == 0
    assert "/generated/notes" not in speccast("check").out
    monkeypatch.chdir("..")
    assert OLD.exists() and PACKAGE.exists()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('package = "old"', 'package = "new"', 1),
        ('out = "../generated"', 'out = "../src"', 1),
        ("[tool.speccast]", "[tool.other]", 1),
        ('spec = "notes"', 'spec = "gone"', 0),
        ("[tool.speccast]", "[tool.speccast", 0),
        ("[tool.speccast]", "[project]\nname = 'tool.speccast'", 1),
        (', package = "old"', "", 1),
    ],
)
def test_a_doubt_about_another_project_is_no_orphan(neighbour: Path, old: str, new: str, code: int) -> None:
    change(neighbour / "pyproject.toml", old, new)
    assert speccast("check").code == code


@pytest.mark.parametrize("place", [".hidden", "node_modules", "venv"])
def test_projects_of_others_are_not_asked(neighbour: Path, place: str) -> None:
    Path("venv").mkdir()
    Path("venv/pyvenv.cfg").touch()
    shutil.move(neighbour, f"{place}/second")
    change(Path(place, "second/pyproject.toml"), "../generated", "../../generated")
    assert speccast("check").code == 1


def test_a_lock_file_above_the_repository_is_another_projects(orphan: Path) -> None:
    Path("..", "speccast.lock").write_text('{"packages": {"project/generated/old": {}}}', encoding="utf-8")
    Path(".git").touch()
    assert speccast("check").code == 1


def test_a_package_that_says_that_it_is_vendored_is_no_orphan(orphan: Path) -> None:
    change(OLD / "errors.py", 'run "speccast generate"', 'run "speccast vendor update"')
    assert speccast("check").code == 0


def test_packages_of_another_folder_are_no_orphans_of_this_project(orphan: Path) -> None:
    shutil.move(OLD, "elsewhere/old")
    assert speccast("generate", "--out", "elsewhere").code == 0
    assert speccast("check", "--out", "elsewhere").out == "up to date: elsewhere/notes (84 files)\n"


def test_a_folder_of_specs_that_cannot_be_read_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.listdir

    def listed(path: Path) -> list[str]:
        if Path(path).name == "notes":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr("os.listdir", listed)
    for command in ("check", "validate", "generate"):
        said = "specs/notes: error: cannot be read: permission denied [unreadable]\n"
        assert speccast(command) == Done(2, "", said)


def test_a_folder_whose_manifest_cannot_be_believed_is_no_orphan(orphan: Path) -> None:
    change(OLD / "MANIFEST.json", '"release"', '"releases"')
    assert speccast("check").code == 0


def test_a_copy_is_the_orphan_whatever_its_name(project: Path) -> None:
    shutil.copytree(PACKAGE, "generated/a_copy")
    assert speccast("check").out.splitlines()[1].startswith("generated/a_copy: orphaned: ")


def test_a_copy_stands_for_nothing(project: Path) -> None:
    shutil.move(PACKAGE, "generated/a_copy")
    done = speccast("check")
    assert said(done, "py.typed") == "missing: not there, or never generated; run: speccast generate"
    assert done.out.splitlines()[-1].startswith("generated/a_copy: orphaned: ")


@pytest.mark.parametrize("service", ["note-book", "lambda", "import"])
def test_a_package_is_fresh_under_the_name_that_it_gets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert speccast("init", "--service", service).code == 0
    assert speccast("generate").code == 0
    assert all(fresh_packages(orders((), read_project(tmp_path))))


def test_a_link_to_a_package_is_no_orphan(project: Path) -> None:
    shutil.move(PACKAGE, "elsewhere")
    assert speccast("generate").code == 0
    OLD.symlink_to(Path("elsewhere").resolve())
    assert speccast("check").code == 0
