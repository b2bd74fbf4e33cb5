"""SPEC as a user names it, on disk and in git."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from codegen.diagnostics import Diagnostics, Level
from codegen.load import Found, carried, digest_of, find
from codegen.load.loaded import load, load_sound, resolve
from codegen.project import Entry, Project, Settings
from codegen.spec.check import check_model
from codegen.spec.files import SpecFile
from codegen.starter import starter_files


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two services, one of them with two releases, and an editor's schema beside them."""
    monkeypatch.chdir(tmp_path)
    for service in ("notes", "tasks"):
        _write_release(tmp_path / "specs", service, "2025-01-01")
    _write_release(tmp_path / "specs", "notes", "2025-03-01")
    (tmp_path / "specs" / "spec.schema.json").write_text("{}")
    return tmp_path


def _write_release(specs: Path, service: str, release: str) -> None:
    folder = specs / service / release
    folder.mkdir(parents=True)
    for path, text in starter_files(service).items():
        (folder / Path(path).name).write_text(text.replace("2025-01-01", release, 1))


def _project(root: Path) -> Project:
    return Project(root=root, settings=Settings(out=root / "generated"))


def _shown(specs: Sequence[str], root: Path) -> list[str]:
    return [found.shown for found in find(specs, _project(root))]


def _refusal(specs: Sequence[str], root: Path) -> str:
    with pytest.raises(Diagnostics) as caught:
        resolve(specs, _project(root))
    return caught.value.text()


# --------------------------------------------------------------------------------------------------------- on disk


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("specs/notes/2025-01-01", ["specs/notes/2025-01-01"]),
        ("specs/notes/2025-01-01/", ["specs/notes/2025-01-01"]),
        ("specs/notes", ["specs/notes/2025-03-01"]),
        ("specs", ["specs/notes/2025-03-01", "specs/tasks/2025-01-01"]),
        ("all", ["specs/notes/2025-03-01", "specs/tasks/2025-01-01"]),
        ("notes", ["specs/notes/2025-03-01"]),
        ("notes@2025-01-01", ["specs/notes/2025-01-01"]),
        ("specs/notes/2025-01-01/shapes.json", ["specs/notes/2025-01-01/shapes.json"]),
    ],
)
def test_a_spec_is_named_by_path_or_by_service(root: Path, spec: str, expected: list[str]) -> None:
    assert _shown([spec], root) == expected


def test_without_spec_every_service_is_meant_in_its_newest_release(root: Path) -> None:
    assert [loaded.name for loaded in resolve((), _project(root))] == ["notes@2025-03-01", "tasks@2025-01-01"]


def test_a_release_that_is_named_twice_is_found_once(root: Path) -> None:
    assert _shown(["notes", "specs/notes", "all"], root) == ["specs/notes/2025-03-01", "specs/tasks/2025-01-01"]


def test_a_path_wins_over_a_service_of_the_same_name(root: Path) -> None:
    (root / "tasks").mkdir()
    (root / "tasks" / "one.json").write_text("{}")
    assert _shown(["tasks"], root) == ["tasks"]


def test_specs_of_the_project_are_paths_from_its_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "deep").mkdir()
    monkeypatch.chdir(root / "deep")
    out = Settings(out=root / "generated")
    project = Project(root=root, settings=out, entries=(Entry("specs/tasks", out),))
    assert [found.shown for found in find((), project)] == [str(root / "specs" / "tasks" / "2025-01-01")]


def test_nothing_is_meant_where_there_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(Diagnostics) as caught:
        find((), _project(tmp_path))
    message = "speccast: error: no project here: neither [tool.speccast] in a pyproject.toml nor a folder specs/"
    assert caught.value.text() == f"{message} [no-project]\n  speccast: note: name a SPEC, or run: speccast init"


def test_the_line_ends_of_a_checkout_are_no_change(root: Path) -> None:
    file = root / "specs" / "tasks" / "2025-01-01" / "shapes.json"
    before = find(["tasks"], _project(root))[0].digest
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert find(["tasks"], _project(root))[0].digest == before


def test_the_folder_of_a_project_means_its_specs_and_never_what_was_generated(root: Path) -> None:
    package = root / "generated" / "notes"
    package.mkdir(parents=True)
    (package / "MANIFEST.json").write_text("{}")
    names = ["specs/notes/2025-03-01", "specs/tasks/2025-01-01"]
    assert _shown(["."], root) == names
    with pytest.raises(Diagnostics) as caught:
        _shown(["generated"], root)
    assert caught.value.text().startswith("generated: error: neither a spec nor a folder of specs")


def test_hidden_files_and_schemas_are_no_part_of_a_release(root: Path) -> None:
    folder = root / "specs" / "tasks" / "2025-01-01"
    (folder / ".draft.json").write_text("no JSON")
    (folder / "spec.schema.json").write_text("no JSON")
    assert [file.name for file in find(["tasks"], _project(root))[0].files] == [
        "operations.json",
        "service.json",
        "shapes.json",
    ]


def test_a_folder_that_is_no_date_is_older_than_any_that_is(root: Path) -> None:
    _write_release(root / "specs", "tasks", "draft")
    assert _shown(["tasks"], root) == ["specs/tasks/2025-01-01"]


def test_a_service_that_the_project_lacks_is_found_among_those_carried(tmp_path: Path) -> None:
    found = find(["partnercentral-selling@2024-12-05"], _project(tmp_path))
    assert [one.origin for one in found] == [carried() / "partnercentral-selling" / "2024-12-05"]


def test_a_model_knows_where_it_comes_from(root: Path) -> None:
    loaded = resolve(["tasks"], _project(root))[0]
    place = loaded.model.operations[next(iter(loaded.model.operations))].at
    assert str(loaded.locate(place)) == "specs/tasks/2025-01-01/operations.json:3:19"


# ------------------------------------------------------------------------------------------------------- refusals


def test_an_unknown_name_gets_the_nearest(root: Path) -> None:
    assert _refusal(["note"], root) == (
        'speccast: error: no file, folder or service "note" [no-such-spec]\n' '  speccast: note: did you mean "notes"?'
    )


def test_an_unknown_release_gets_the_nearest(root: Path) -> None:
    assert 'did you mean "notes@2025-01-01"?' in _refusal(["notes@2025-01-02"], root)


def test_a_folder_without_specs_is_named(root: Path) -> None:
    (root / "empty").mkdir()
    assert _refusal(["empty"], root) == (
        "empty: error: neither a spec nor a folder of specs: no *.json file in it, "
        "nor one or two folders further down [no-spec]"
    )


def test_a_file_of_no_known_form_is_refused_with_the_forms_that_are(root: Path) -> None:
    (root / "package.json").write_text('{"name": "left-pad"}')
    assert _refusal(["package.json"], root) == (
        'package.json: error: a form that is not known; known are a spec ("service", "shapes" ... at the top level), '
        'a botocore service model ("metadata") and a Smithy model ("smithy") [spec-form]'
    )


def test_faults_of_several_files_are_reported_together(root: Path) -> None:
    folder = root / "specs" / "tasks" / "2025-01-01"
    (folder / "service.json").write_text('{"service": {},}')
    (folder / "shapes.json").write_text('{"shapes": {}, "shapes": {}}')
    assert _refusal(["tasks"], root) == (
        "specs/tasks/2025-01-01/service.json:1:15: error: nothing follows this comma; remove it [syntax]\n"
        'specs/tasks/2025-01-01/shapes.json:1:16: error: duplicate key "shapes"; an object has each key once '
        "[duplicate-key]\n"
        "  specs/tasks/2025-01-01/shapes.json:1:2: note: first stated here"
    )


# --------------------------------------------------------------------------------------------------- foreign models

MODEL = json.dumps(
    {
        "metadata": {
            "apiVersion": "2025-01-01",
            "endpointPrefix": "mail",
            "protocol": "json",
            "serviceId": "Mail",
            "targetPrefix": "Mail",
        },
        "operations": {"Send": {"name": "Send"}},
        "shapes": {},
    }
)
PAGING = '{"pagination": {"Send": {"input_token": "a", "output_token": "b"}}}'
SMITHY = Path(__file__).parent / "data" / "smithy" / "notes.json"


@pytest.fixture
def foreign(root: Path) -> Path:
    """A release as botocore has it, one half of it packed; the same model alone, plain and packed; one of Smithy."""
    home = root / "data" / "mail" / "2025-01-01"
    home.mkdir(parents=True)
    (home / "service-2.json.gz").write_bytes(gzip.compress(MODEL.encode()))
    (home / "paginators-1.json").write_text(PAGING)
    (home / "examples-1.json").write_text("not read")
    (root / "mail.json").write_text(MODEL)
    (root / "mail.json.gz").write_bytes(gzip.compress(MODEL.encode()))
    (root / "smithy.json").write_bytes(SMITHY.read_bytes())
    return root


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("data/mail/2025-01-01", ("mail@2025-01-01", "botocore", 1)),
        ("data/mail", ("mail@2025-01-01", "botocore", 1)),
        ("data/mail/2025-01-01/service-2.json.gz", ("mail@2025-01-01", "botocore", 1)),
        ("mail.json", ("mail@2025-01-01", "botocore", 0)),
        ("mail.json.gz", ("mail@2025-01-01", "botocore", 0)),
        ("smithy.json", ("small-notes@2025-01-01", "smithy", 1)),
        ("notes", ("notes@2025-03-01", "speccast", 0)),
    ],
)
def test_a_model_is_told_by_what_is_in_it(foreign: Path, spec: str, expected: tuple[str, str, int]) -> None:
    loaded = resolve([spec], _project(foreign))[0]
    assert (loaded.name, loaded.form, len(loaded.model.paginators)) == expected


def test_a_service_of_the_installed_botocore_is_read_without_importing_it(root: Path) -> None:
    loaded = resolve(["botocore:sqs"], _project(root))[0]
    assert loaded.form == "botocore"
    assert loaded.model.service.service_id.raw == "SQS"
    assert {"SendMessage", "ReceiveMessage"} <= {name.raw for name in loaded.model.operations}
    assert loaded.model.paginators
    program = (
        "import sys; from pathlib import Path; from codegen.load import find; from codegen.project import read_project;"
        "find(['botocore:sqs@2012-11-05'], read_project(Path('tests'))); sys.exit('botocore' in sys.modules)"
    )
    subprocess.run((sys.executable, "-c", program), cwd=Path(__file__).parent.parent, check=True)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            "botocore:sqss",
            'speccast: error: the installed botocore has no service "sqss" [no-such-spec]\n'
            '  speccast: note: did you mean "botocore:sqs"?',
        ),
        (
            "botocore:sqs@2011-01-01",
            'speccast: error: the installed botocore has no service "sqs@2011-01-01" [no-such-spec]\n'
            '  speccast: note: known are "sqs@2012-11-05"',
        ),
        ("botocore:", 'speccast: error: the installed botocore has no service "" [no-such-spec]'),
        ("botocore:../sqs", 'speccast: error: the installed botocore has no service "../sqs" [no-such-spec]'),
    ],
)
def test_a_service_that_botocore_lacks_gets_the_nearest(root: Path, spec: str, message: str) -> None:
    assert _refusal([spec], root).startswith(message)


def test_without_botocore_its_services_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert _refusal(["botocore:sqs"], root) == (
        'speccast: error: "botocore:sqs" names a model that botocore brings, and botocore is not installed '
        "[no-botocore]\n  speccast: note: `pip install botocore` installs it"
    )


def packed(content: bytes) -> bytes:
    """Pack without the time, so that a case has the same name in every process."""
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"plain", "x.json.gz: error: cannot be unpacked: what it holds is not gzip, or damaged [unreadable]"),
        (packed(b"{}")[:-4], "x.json.gz: error: cannot be unpacked: it ends too early [unreadable]"),
        (b"", "x.json.gz: error: cannot be unpacked: it ends too early [unreadable]"),
        (
            packed(b" " * (64 * 2**20 + 1)),
            "x.json.gz:1:1: error: larger than 64 MiB; split the spec into several files [too-large]",
        ),
        (
            packed(b'{"service": 1, "service": 2}'),
            'x.json.gz:1:16: error: duplicate key "service"; an object has each key once [duplicate-key]\n'
            "  x.json.gz:1:2: note: first stated here",
        ),
    ],
)
def test_what_is_packed_is_unpacked_or_refused(root: Path, content: bytes, message: str) -> None:
    (root / "x.json.gz").write_bytes(content)
    assert _refusal(["x.json.gz"], root) == message


def test_two_models_in_one_folder_are_refused(foreign: Path) -> None:
    (foreign / "both").mkdir()
    for name in ("a.json", "b.json"):
        (foreign / "both" / name).write_text(MODEL)
    assert _refusal(["both"], foreign) == (
        'both/b.json: error: a second model beside "both/a.json"; name the file that is meant [spec-form]'
    )


def test_a_model_among_the_files_of_a_spec_is_refused(foreign: Path) -> None:
    folder = foreign / "specs" / "tasks" / "2025-01-01"
    (folder / "model.json").write_text(MODEL)
    assert _refusal(["tasks"], foreign) == (
        "specs/tasks/2025-01-01/model.json: error: a model of another form among the files of a spec; "
        "name the file that is meant [spec-form]"
    )


# --------------------------------------------------------------------------------------------------------- digests


def _files(**contents: str) -> tuple[SpecFile, ...]:
    return tuple(SpecFile(name, f"anywhere/{name}", text.encode()) for name, text in contents.items())


def test_a_digest_is_of_names_and_bytes_in_any_order() -> None:
    assert digest_of(_files(a="1", b="2")) == digest_of(reversed(_files(a="1", b="2")))


@pytest.mark.parametrize("other", [_files(a="1", b="3"), _files(a="1", c="2"), _files(a="1"), _files(a="1", b="2\n")])
def test_a_digest_changes_with_a_name_or_a_byte(other: tuple[SpecFile, ...]) -> None:
    assert digest_of(other) != digest_of(_files(a="1", b="2"))


def test_a_digest_is_told_without_parsing() -> None:
    assert len(Found("x", _files(a="no JSON"), None).digest) == 64


# ------------------------------------------------------------------------------------------------------------- git


def _commit(root: Path) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "."), (*identity, "commit", "-q", "-m", "specs")):
        subprocess.run(("git", *command), cwd=root, check=True)


@pytest.fixture
def repository(root: Path) -> Path:
    """The project, committed; then the spec of `tasks` is broken on disk."""
    _commit(root)
    (root / "specs" / "tasks" / "2025-01-01" / "shapes.json").write_text("broken")
    return root


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("HEAD:specs/tasks/2025-01-01", ["HEAD:specs/tasks/2025-01-01"]),
        ("HEAD:specs/notes", ["HEAD:specs/notes/2025-03-01"]),
        ("HEAD:./specs", ["HEAD:specs/notes/2025-03-01", "HEAD:specs/tasks/2025-01-01"]),
        ("HEAD:notes@2025-01-01", ["HEAD:specs/notes/2025-01-01"]),
        ("HEAD:tasks", ["HEAD:specs/tasks/2025-01-01"]),
    ],
)
def test_a_spec_is_read_from_a_revision(repository: Path, spec: str, expected: list[str]) -> None:
    assert [found.shown for found in find([spec], _project(repository))] == expected


def test_a_foreign_model_is_read_from_a_revision(foreign: Path) -> None:
    _commit(foreign)
    (foreign / "data" / "mail" / "2025-01-01" / "service-2.json.gz").write_bytes(b"broken")
    for spec in ("HEAD:data/mail", "HEAD:data/mail/2025-01-01/service-2.json.gz"):
        loaded = resolve([spec], _project(foreign))[0]
        assert (loaded.name, loaded.form, len(loaded.model.paginators)) == ("mail@2025-01-01", "botocore", 1)
        assert loaded.locate(loaded.model.service.at).path == "HEAD:data/mail/2025-01-01/service-2.json.gz"


def test_what_a_revision_holds_is_shown_with_it(repository: Path) -> None:
    loaded = resolve(["HEAD:tasks"], _project(repository))[0]
    assert loaded.found.origin is None
    assert str(loaded.locate(loaded.model.service.at)) == "HEAD:specs/tasks/2025-01-01/service.json:2:14"


def test_disk_and_git_give_the_same_digest(repository: Path) -> None:
    disk, git = find(["notes", "HEAD:notes"], _project(repository))
    assert disk.digest == git.digest


def test_a_path_in_git_counts_from_the_top_and_with_a_dot_from_here(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "specs" / "notes")
    assert _shown(["HEAD:specs/tasks"], repository) == ["HEAD:specs/tasks/2025-01-01"]
    assert _shown(["HEAD:./2025-01-01"], repository) == ["HEAD:specs/notes/2025-01-01"]
    assert _shown(["HEAD:../tasks"], repository) == ["HEAD:specs/tasks/2025-01-01"]
    assert _shown(["HEAD:tasks"], repository) == ["HEAD:specs/tasks/2025-01-01"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nowhere:specs", 'speccast: error: "nowhere" is no revision of this git repository [git]'),
        ("--output=x:specs", 'speccast: error: "--output=x" is no revision of this git repository [git]'),
        (
            "HEAD:taks",
            'speccast: error: the revision "HEAD" has no file, folder or service "taks" [no-such-spec]\n'
            '  speccast: note: did you mean "tasks"?',
        ),
    ],
)
def test_what_git_does_not_have_is_said(repository: Path, spec: str, message: str) -> None:
    assert _refusal([spec], repository) == message


def test_a_symbolic_link_in_git_is_no_spec(repository: Path) -> None:
    (repository / "link.json").symlink_to("specs/notes/2025-01-01/service.json")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    for command in (("add", "link.json"), (*identity, "commit", "-q", "-m", "link")):
        subprocess.run(("git", *command), cwd=repository, check=True)
    assert 'has no file, folder or service "link.json"' in _refusal(["HEAD:link.json"], repository)


def test_specs_that_come_with_speccast_are_checked_by_the_tests_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are served, and exported, a third of a second sooner."""
    found = find([str(release) for release in sorted(carried().glob("*/*/"))], _project(carried()))
    assert found
    for one in found:
        assert [fault for fault in check_model(load(one).model) if fault.level is Level.ERROR] == []
    monkeypatch.setattr("codegen.spec.check.check_model", None)
    assert [load_sound(one).name for one in found] == [load(one).name for one in found]
