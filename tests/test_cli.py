"""The command line, called in process: whole output, and the exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from commands import Done, speccast

import codegen.freshness
import codegen.pipeline
import codegen.upkeep
from codegen.cli import main
from codegen.files.manifest import digest, read_manifest, write_manifest

PACKAGE = Path("generated", "notes")
SPEC = Path("specs", "notes", "2025-01-01")
UNKNOWN_SHAPE = 'specs/notes/2025-01-01/shapes.json:14:21: error: shape "Titel" is not defined [unknown-shape]'


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `init` leaves it."""
    folder = tmp_path_factory.mktemp("starter")
    assert speccast("init", str(folder), "--service", "notes").code == 0
    return folder


@pytest.fixture(scope="session")
def generated(starter: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project, generated."""
    folder = tmp_path_factory.mktemp("generated") / "project"
    shutil.copytree(starter, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = speccast("generate")
    assert (done.code, done.err) == (0, "")
    return folder


@pytest.fixture
def project(starter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return _enter(starter, tmp_path, monkeypatch)


@pytest.fixture
def made(generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return _enter(generated, tmp_path, monkeypatch)


def _enter(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(original, folder)
    monkeypatch.chdir(folder)
    return folder


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


# --------------------------------------------------------------------------------------------------------- validate


def test_a_finding_of_error_level_gives_one(project: Path) -> None:
    _replace(SPEC / "shapes.json", '"target": "Title"', '"target": "Titel"')
    done = speccast("validate")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[0] == UNKNOWN_SHAPE


def test_a_warning_changes_no_code(project: Path) -> None:
    _replace(SPEC / "shapes.json", '"String": {', '"Lonely": {"type": "string"},\n    "String": {')
    done = speccast("validate")
    assert (done.code, done.out) == (0, "ok: notes@2025-01-01: 1 operation, 16 shapes, 1 error, 1 source\n")
    assert "specs/notes/2025-01-01/shapes.json:77:5: warning: " in done.err
    assert done.err.endswith('reaches shape "Lonely" [unused-shape]\n')


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"shapes": {},}', "syntax"),
        ('{"shapes": {}, "shapes": {}}', "duplicate-key"),
        ("[]", "not-an-object"),
        ('{"forms": {}}', "unknown-key"),
    ],
)
def test_input_that_cannot_be_read_gives_two(project: Path, text: str, rule: str) -> None:
    (SPEC / "shapes.json").write_text(text)
    done = speccast("validate")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("specs/notes/2025-01-01/shapes.json:1:")
    assert f"[{rule}]\n" in done.err


def test_a_spec_that_cannot_be_read_does_not_hide_another(project: Path) -> None:
    assert speccast("init", "--service", "tasks").code == 0
    (SPEC / "shapes.json").write_text("[]")
    assert speccast("validate", "all") == Done(
        2,
        "ok: tasks@2025-01-01: 1 operation, 15 shapes, 1 error, 1 source\n",
        "specs/notes/2025-01-01/shapes.json:1:1: error: the top level of a spec is an object, in braces "
        "[not-an-object]\n",
    )


def test_findings_for_a_machine_go_to_stdout(project: Path) -> None:
    (SPEC / "shapes.json").write_text("[]")
    done = speccast("validate", "--format", "json")
    assert (done.code, done.err) == (2, "")
    assert json.loads(done.out)["diagnostics"] == [
        {
            "rule": "not-an-object",
            "level": "error",
            "message": "the top level of a spec is an object, in braces",
            "path": "specs/notes/2025-01-01/shapes.json",
            "line": 1,
            "column": 1,
            "pointer": None,
            "notes": [],
        }
    ]


@pytest.mark.parametrize(("form", "out"), [("json", '{\n  "diagnostics": []\n}\n'), ("github", "")])
def test_nothing_found_is_said_in_every_format(project: Path, form: str, out: str) -> None:
    assert speccast("validate", "--format", form) == Done(0, out, "")


def test_a_spec_that_nobody_knows_is_reported_in_the_format_asked_for(project: Path) -> None:
    done = speccast("validate", "note", "--format", "github")
    assert done == Done(2, '::error title=no-such-spec::no file, folder or service "note"\n', "")


def test_the_schema_is_printed(project: Path) -> None:
    done = speccast("schema")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


# --------------------------------------------------------------------------------------------------------- generate


def test_generate_names_every_file_and_counts(project: Path) -> None:
    done = speccast("generate")
    files = sorted(_files(project / PACKAGE))
    table = (
        "package          spec              files  changed\n"
        f"generated/notes  notes@2025-01-01  {len(files):5}  {len(files):7}\n"
    )
    assert done == Done(0, "".join(f"wrote: generated/notes/{file}\n" for file in files) + table, "")


def test_a_run_with_nothing_to_do_writes_and_renders_nothing(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.stat().st_mtime_ns for path in PACKAGE.rglob("*")}
    monkeypatch.setattr(codegen.upkeep, "generate", _never)
    files = len(_files(PACKAGE))
    assert speccast("generate") == Done(0, f"up to date: generated/notes ({files} files)\n", "")
    assert speccast("check") == Done(0, f"up to date: generated/notes ({files} files)\n", "")
    assert {path: path.stat().st_mtime_ns for path in PACKAGE.rglob("*")} == before


def _never(*_: object) -> NoReturn:
    raise AssertionError("there was nothing to do")


def test_the_same_spec_gives_the_same_bytes_elsewhere(made: Path, tmp_path: Path) -> None:
    assert speccast("generate", "--out", str(tmp_path / "other")).code == 0
    assert _files(tmp_path / "other" / "notes") == _files(made / PACKAGE)


def test_operations_are_chosen_in_any_order(project: Path) -> None:
    assert speccast("generate", "--operations", " CreateNote,CreateNote").code == 0
    assert json.loads((PACKAGE / "MANIFEST.json").read_text())["operations"] == ["CreateNote"]
    assert speccast("check").code == 1
    assert speccast("check", "--operations", "CreateNote").code == 0


def test_an_operation_that_is_not_there_gets_the_nearest(project: Path) -> None:
    assert speccast("generate", "--operations", "CreateNode") == Done(
        2,
        "",
        'speccast: error: "CreateNode" is no operation of this service [unknown-operation]\n'
        '  speccast: note: did you mean "CreateNote"?\n',
    )


def test_a_spec_with_errors_gives_two_and_writes_nothing(made: Path) -> None:
    before = _files(made / "generated")
    _replace(SPEC / "shapes.json", '"target": "Title"', '"target": "Titel"')
    for command in ("generate", "check"):
        done = speccast(command)
        assert (done.code, done.out) == (2, "")
        assert "[unknown-shape]" in done.err
    assert _files(made / "generated") == before


def test_several_specs_are_rendered_by_several_processes(project: Path) -> None:
    assert speccast("init", "--service", "tasks").code == 0
    done = speccast("generate", "all", "--jobs", "2")
    assert (done.code, done.err) == (0, "")
    assert sorted(path.name for path in Path("generated").iterdir()) == ["notes", "tasks"]
    assert speccast("check", "all").code == 0


@pytest.mark.parametrize("out", ["afile", "afile/deeper"])
@pytest.mark.parametrize("command", ["generate", "check"])
def test_a_file_where_the_output_folder_belongs_is_named_itself(project: Path, command: str, out: str) -> None:
    Path("afile").touch()
    said = "afile: error: a file stands where a folder belongs; remove it [not-a-folder]\n"
    assert speccast(command, "--out", out) == Done(2, "", said)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_when_one_of_several_specs_is_wrong_the_others_are_made(project: Path, jobs: str) -> None:
    assert speccast("init", "--service", "tasks").code == 0
    _replace(SPEC / "shapes.json", '"target": "Title"', '"target": "Titel"')
    done = speccast("generate", "all", "--jobs", jobs)
    assert done.code == 2
    assert done.err.splitlines()[0] == UNKNOWN_SHAPE
    assert done.err.endswith("speccast: error: 1 of 2 packages could not be made: specs/notes/2025-01-01 [not-made]\n")
    assert [path.name for path in Path("generated").iterdir()] == ["tasks"]
    again = speccast("generate", "all", "--jobs", jobs)
    assert (again.code, again.out) == (
        2,
        f"up to date: generated/tasks ({len(_files(Path('generated/tasks')))} files)\n",
    )


def test_shards_are_parts_of_the_whole(project: Path) -> None:
    for service in ("tasks", "users"):
        assert speccast("init", "--service", service).code == 0
    names = list[str]()
    for number in (1, 2):
        assert speccast("generate", "all", "--shard", f"{number}/2", "--out", f"out{number}").code == 0
        names += [path.name for path in Path(f"out{number}").iterdir()]
    assert sorted(names) == ["notes", "tasks", "users"]


def test_two_releases_of_one_package_are_refused(project: Path) -> None:
    shutil.copytree(SPEC, SPEC.parent / "2025-02-01")
    _replace(SPEC.parent / "2025-02-01" / "service.json", '"release": "2025-01-01"', '"release": "2025-02-01"')
    assert speccast("generate", "notes@2025-01-01", "notes@2025-02-01", "--jobs", "1") == Done(
        2,
        "",
        'speccast: error: "notes@2025-01-01" and "notes@2025-02-01" both give the package "notes"; '
        'name one of them, or give each its own "package" in [tool.speccast] [same-package]\n',
    )


def test_a_file_edited_by_hand_is_kept_unless_forced(made: Path) -> None:
    with open(PACKAGE / "errors.py", "a", encoding="utf-8") as stream:
        stream.write("# mine\n")
    done = speccast("generate")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("generated/notes/errors.py: error: edited by hand; ")
    assert speccast("generate", "--force").out.startswith("wrote: generated/notes/errors.py\npackage ")
    assert speccast("check").code == 0


# ------------------------------------------------------------------------------------------------------------ check


def test_check_names_each_state(made: Path) -> None:
    with open(PACKAGE / "errors.py", "a", encoding="utf-8") as stream:
        stream.write("# mine\n")
    (PACKAGE / "py.typed").unlink()
    done = speccast("check")
    assert done == Done(
        1,
        "generated/notes/errors.py: edited: edited by hand; move the change into the spec or a template, "
        "then run: speccast generate --force\n"
        "generated/notes/py.typed: missing: generated before, and gone; run: speccast generate\n",
        "1 edited, 1 missing; move the edits, then run: speccast generate --force\n",
    )


def test_an_edit_of_the_spec_makes_its_files_stale(made: Path) -> None:
    _replace(SPEC / "shapes.json", '"max": 80', '"max": 81')
    done = speccast("check")
    stale = "stale: the spec changed; run: speccast generate"
    assert (done.code, done.err) == (1, f"{len(done.out.splitlines())} stale; run: speccast generate\n")
    assert f"generated/notes/models/__init__.py: {stale}\n" in done.out
    assert {line.split(": ", 1)[1] for line in done.out.splitlines()} == {stale}


def test_another_generator_makes_the_package_stale(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (codegen.freshness, codegen.pipeline):
        monkeypatch.setattr(module, "generator", lambda: "0.1.0+another")
    before = read_manifest(PACKAGE)
    assert before is not None
    done = speccast("check")
    assert done.code == 1
    changed = f"the generator changed from {before.generator} to 0.1.0+another; run: speccast generate"
    assert f"generated/notes/MANIFEST.json: stale: {changed}\n" in done.out


def test_a_file_that_is_no_product_any_more_is_orphaned(made: Path) -> None:
    manifest = read_manifest(PACKAGE)
    assert manifest is not None
    (PACKAGE / "old.py").write_text("")
    listed = replace(manifest, spec_digest="", files={**manifest.files, "old.py": digest("")})
    (PACKAGE / "MANIFEST.json").write_text(write_manifest(listed), encoding="utf-8", newline="\n")
    since = "since the spec changed; run: speccast generate"
    orphaned = f"generated/notes/old.py: orphaned: generated once, and part of nothing any more, {since}"
    assert orphaned in speccast("check").out.splitlines()
    assert "removed: generated/notes/old.py" in speccast("generate").out.splitlines()
    assert not (PACKAGE / "old.py").exists()


@pytest.mark.parametrize("name", ["MANIFEST.json", "errors.py"])
def test_every_byte_counts(made: Path, name: str) -> None:
    with open(PACKAGE / name, "a", encoding="utf-8") as stream:
        stream.write("\n")
    done = speccast("check")
    assert (done.code, len(done.out.splitlines())) == (1, 1)
    assert done.out.startswith(f"generated/notes/{name}: ")


def test_a_users_own_files_are_no_concern(made: Path) -> None:
    (PACKAGE / "mine.py").write_text("x = 1\n")
    assert speccast("check").code == 0


def test_diff_shows_what_generating_would_change(made: Path) -> None:
    before = (PACKAGE / "errors.py").read_text(encoding="utf-8")
    (PACKAGE / "errors.py").write_text("# mine\n" + before, encoding="utf-8", newline="\n")
    (PACKAGE / "py.typed").unlink()
    lines = speccast("check", "--diff").out.splitlines()
    assert lines[2:6] == [
        "--- generated/notes/errors.py",
        "+++ generated/notes/errors.py",
        "@@ -1,4 +1,3 @@",
        "-# mine",
    ]


def test_check_prints_for_a_machine(made: Path) -> None:
    (PACKAGE / "errors.py").unlink()
    done = speccast("check", "--format", "github")
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("::error file=generated/notes/errors.py,")
    assert done.out.endswith("title=missing::generated before, and gone; run: speccast generate\n")


# -------------------------------------------------------------------------------------------------- codes and faults


def test_the_version_is_told() -> None:
    assert speccast("--version") == Done(0, "speccast 0.1.0\n", "")


@pytest.mark.parametrize("command", ["", *main.FAMILIES])
def test_every_command_has_a_page_of_help(command: str) -> None:
    done = speccast(*command.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: speccast {command}".rstrip())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("chek",), "speccast: error: no such command 'chek'"),
        (("generate", "--shard", "3/2"), "speccast: error: invalid value for '--shard': write K/N, K from 1 to N"),
        (("generate", "--shard", ""), "speccast: error: invalid value for '--shard': write K/N, K from 1 to N"),
        (("generate", "--jobs", "0"), "speccast: error: invalid value for '--jobs': 0 is not in the range x>=1"),
        (("generate", "--operations", ","), "speccast: error: invalid value for '--operations': name at least one"),
        (("validate", "--frmat", "json"), "speccast: error: no such option"),
    ],
)
def test_wrong_usage_gives_two(arguments: tuple[str, ...], message: str) -> None:
    done = speccast(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: speccast ")
    assert message in done.err
    assert done.err.endswith("[usage]\n")


def _raising(fault: BaseException, monkeypatch: pytest.MonkeyPatch) -> Done:
    def fail(*_: object) -> NoReturn:
        raise fault

    monkeypatch.setattr(main, "_invoke", fail)
    return speccast("check")


def test_a_bug_of_ours_is_reported_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _raising(KeyError("x\x1b[2J"), monkeypatch) == Done(
        2, "", "speccast: error: internal error: KeyError: 'x\\x1b[2J'; please report it [internal]\n"
    )


def test_a_traceback_is_shown_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECCAST_DEBUG", "1")
    done = _raising(ValueError("x"), monkeypatch)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Traceback (most recent call last):\n")


def test_an_interrupt_gives_130(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _raising(KeyboardInterrupt(), monkeypatch) == Done(130, "", "")


def test_a_reader_that_went_away_is_not_worth_a_word(project: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        (sys.executable, "-m", "codegen", "schema"),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(),
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_behind_stdout_is_said_so(project: Path) -> None:
    with open("/dev/full", "w") as full:
        command = (sys.executable, "-m", "codegen", "schema")
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=_environment())
    message = "speccast: error: the output could not be written: No space left on device [output]\n"
    assert (done.returncode, done.stderr) == (2, message)


def test_it_runs_as_a_module(project: Path) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "codegen", "validate"), capture_output=True, text=True, env=_environment()
    )
    ok = "ok: notes@2025-01-01: 1 operation, 15 shapes, 1 error, 1 source\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, ok, "")


def test_a_run_with_nothing_to_do_loads_nothing_heavy_and_nothing_that_reads_models(made: Path) -> None:
    heavy = {"jinja2", "pydantic", "datamodel_code_generator", "black", "concurrent.futures", "difflib", "subprocess"}
    reading = {"codegen.forms", "codegen.importers", "codegen.load.loaded", "codegen.spec.ir", "codegen.spec.parse"}
    code = (
        "import sys; from codegen.cli.main import run; code = run(['check']); "
        f"print(code, sorted({heavy | reading!r} & sys.modules.keys()))"
    )
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, env=_environment())
    assert done.stdout.splitlines()[-1] == "0 []"


def _environment() -> dict[str, str]:
    """Let another process find the package that this one tests."""
    return {**os.environ, "PYTHONPATH": str(Path(main.__file__).parents[2])}
