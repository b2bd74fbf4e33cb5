"""`watch`: its logic with wakes that a test makes, then the system's own, then the command in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from commands import Done, speccast

from codegen import upkeep
from codegen.cli import main
from codegen.cli.watch import lines
from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.files import output
from codegen.orders import Order
from codegen.upkeep import Rendered
from codegen.watching import making, wakes
from codegen.watching.asking import Wanted
from codegen.watching.events import Event, Regenerated, Told
from codegen.watching.loop import watch

SPEC = Path("specs", "notes", "2025-01-01")
SHAPES = SPEC / "shapes.json"
PACKAGE = Path("generated", "notes")
Step = Callable[[], object]

NEVER_CLOSED = "specs/notes/2025-01-01/shapes.json:1:{}: error: this {} is never closed [syntax]"
NOTES = "generated/notes: written"
BREAKS_TITLE = "  breaks callers: Title: length at most 60, was 80 [length.tightened]"


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two services, generated."""
    folder = tmp_path_factory.mktemp("generated") / "project"
    with pytest.MonkeyPatch.context() as patch:
        folder.mkdir()
        patch.chdir(folder)
        for service in ("notes", "tasks"):
            assert speccast("init", "--no-ci", "--service", service).code == 0
        (folder / "pyproject.toml").write_text('[tool.speccast]\nspecs = ["notes", "tasks"]\n')
        assert speccast("generate", "--jobs", "1").code == 0
    return folder


@pytest.fixture
def project(generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(generated, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def renderings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was rendered, one name each time."""
    done: list[str] = []
    render_all = upkeep.render_all

    def counted(orders: Sequence[Order]) -> tuple[Rendered, ...]:
        done.extend(order.found.shown for order in orders)
        return render_all(orders)

    monkeypatch.setattr(making, "render_all", counted)
    return done


def _watched(*steps: Step, specs: tuple[str, ...] = ()) -> list[list[str]]:
    """Do each step when the watching waits, and give what was said before the first one and after each."""
    said: list[list[str]] = [[]]
    waiting = iter(steps)

    def wait(folders: Sequence[Path]) -> bool:
        assert folders
        step = next(waiting, None)
        if step is not None:
            step()
            said.append([])
        return step is not None

    for event in watch(Wanted(start=Path.cwd(), specs=specs), wait):
        said[-1].extend(_said(event))
    return said


def _said(event: Event) -> Iterator[str]:
    if isinstance(event, Regenerated):
        yield from (re.sub(r"\d+ files written \(\d+\.\d s\)", "written", line) for line in lines(event))
    elif isinstance(event, Told):
        yield from event.diagnostics.text().splitlines()
    else:
        yield "watching"


def _nothing() -> None:
    """A wake for no reason."""


def _change(old: str, new: str, path: Path = SHAPES) -> Step:
    def change() -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def _write(text: str, path: Path = SHAPES) -> Step:
    return lambda: path.write_text(text, encoding="utf-8")


def _state(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _in_order(*steps: Step) -> Step:
    def all_of_them() -> None:
        for step in steps:
            step()

    return all_of_them


longer = _change('"max": 80', '"max": 90')
shorter = _change('"max": 80', '"max": 60')


# --------------------------------------------------------------------------------------------------------- what is done


def test_the_first_turn_brings_everything_up_to_date(project: Path) -> None:
    shutil.rmtree("generated")
    count = len(list((project / "specs").iterdir()))
    first, *_ = _watched()
    assert (count, [line.partition(":")[0] for line in first]) == (
        2,
        ["generated/notes", "generated/tasks", "watching"],
    )
    assert speccast("check").code == 0


def test_a_wake_for_no_reason_renders_nothing(project: Path, renderings: list[str]) -> None:
    before = _state(project)
    assert _watched(_nothing, _nothing) == [["watching"], [], []]
    assert (renderings, _state(project)) == ([], before)


def test_only_what_a_change_touches_is_regenerated(project: Path, renderings: list[str]) -> None:
    other = _state(project / "generated" / "tasks")
    said = _watched(longer, _nothing)
    assert said == [["watching"], [NOTES], []]
    assert renderings == ["specs/notes/2025-01-01"]
    assert _state(project / "generated" / "tasks") == other
    assert speccast("check").code == 0


def test_a_change_that_breaks_a_caller_is_told_in_a_second_line(project: Path) -> None:
    _, after = _watched(shorter)
    assert after == [NOTES, BREAKS_TITLE]


def test_a_change_is_compared_with_what_was_generated_last(project: Path) -> None:
    back = _change('"max": 90', '"max": 80')
    _, longer_said, back_said = _watched(longer, back)
    assert longer_said == [NOTES]
    assert back_said == [
        NOTES,
        BREAKS_TITLE.replace("80", "90").replace("60", "80"),
    ]


@pytest.mark.parametrize(
    ("written", "removed", "line"),
    [
        (3, 1, "generated/notes: 3 files written, 1 removed (0.8 s)"),
        (1, 0, "generated/notes: 1 file written (0.8 s)"),
        (0, 2, "generated/notes: 2 removed (0.8 s)"),
    ],
)
def test_a_regeneration_is_one_line(project: Path, written: int, removed: int, line: str) -> None:
    event = Regenerated(folder=project / PACKAGE, written=written, removed=removed, seconds=0.82, breaking=())
    assert list(lines(event)) == [line]


def test_of_several_findings_the_first_is_named_and_the_others_are_counted(project: Path) -> None:
    spec = json.loads(SHAPES.read_text())
    for name in ("Title", "Tag"):
        spec["shapes"][name]["length"]["max"] = 5
    _, (line, headline) = _watched(_write(json.dumps(spec)))
    assert line == NOTES
    assert headline.startswith("  breaks callers: ")
    assert headline.endswith(" [length.tightened] (+1 more)")


def test_an_additive_change_has_no_second_line(project: Path) -> None:
    spec = json.loads(SHAPES.read_text())
    spec["shapes"]["CreateNoteResponse"]["members"]["Extra"] = {"target": "String", "documentation": "More."}
    assert _watched(_write(json.dumps(spec, indent=2))) == [["watching"], [NOTES]]


def test_a_generated_file_that_was_removed_comes_back(project: Path) -> None:
    before = (PACKAGE / "errors.py").read_bytes()
    _, (line,) = _watched(lambda: (PACKAGE / "errors.py").unlink())
    assert line.startswith("generated/notes: 1 file written (")
    assert (PACKAGE / "errors.py").read_bytes() == before


def test_a_newer_release_takes_the_place_of_the_older(project: Path) -> None:
    def release() -> None:
        shutil.copytree(SPEC, SPEC.with_name("2025-02-01"))
        _change('"2025-01-01"', '"2025-02-01"', SPEC.with_name("2025-02-01") / "service.json")()
        _change('"max": 80', '"max": 60', SPEC.with_name("2025-02-01") / "shapes.json")()

    assert _watched(release) == [["watching"], [NOTES, BREAKS_TITLE]]


# ---------------------------------------------------------------------------------------------- what goes wrong, once


def test_a_spec_that_is_half_written_changes_nothing_until_it_is_whole(project: Path, renderings: list[str]) -> None:
    """Vector K23."""
    whole = SHAPES.read_text().replace('"max": 80', '"max": 60', 1)
    before = _state(project / "generated")
    states: list[bool] = []

    def part(end: int) -> Step:
        def write() -> None:
            states.append(_state(project / "generated") == before)
            SHAPES.write_text(whole[:end])

        return write

    said = _watched(part(0), _nothing, part(100), _nothing, _nothing, part(1000), part(len(whole)), _nothing)
    assert [len(each) for each in said] == [1, 1, 0, 1, 0, 0, 1, 2, 0]
    assert said[1] == ["specs/notes/2025-01-01/shapes.json:1:1: error: the file is empty [syntax]"]
    assert said[7] == [NOTES, BREAKS_TITLE]
    assert (states, len(renderings)) == ([True] * 4, 4)


def test_a_broken_spec_keeps_no_other_from_being_generated(project: Path) -> None:
    tasks = Path("specs", "tasks", "2025-01-01", "shapes.json")
    said = _watched(_write("{"), _change('"max": 80', '"max": 90', tasks), _nothing)
    assert [len(said[1]), said[2:]] == [1, [["generated/tasks: written"], []]]


def test_a_spec_that_is_put_back_as_it_was_needs_no_work(project: Path, renderings: list[str]) -> None:
    text = SHAPES.read_text()
    before = _state(project / "generated")
    said = _watched(_write("[]"), _write(text), _nothing)
    assert [len(each) for each in said] == [1, 1, 0, 0]
    assert (len(renderings), _state(project / "generated")) == (1, before)


def test_what_is_broken_again_is_told_again(project: Path) -> None:
    text = SHAPES.read_text()
    said = _watched(_write("[]"), _write(text), _write("[]"))
    assert said[1] == said[3] != []


def _gone() -> None:
    shutil.rmtree(SPEC)


def _a_folder() -> None:
    SHAPES.unlink()
    SHAPES.mkdir()


def _a_pipe() -> None:
    SHAPES.unlink()
    os.mkfifo(SHAPES)


def _a_dangling_link() -> None:
    SHAPES.unlink()
    SHAPES.symlink_to("nowhere.json")


def _a_file_for_a_folder() -> None:
    shutil.rmtree(SPEC)
    SPEC.write_text("{}")


NO_NOTES = 'speccast: error: no file, folder or service "notes" [no-such-spec]'
NOT_A_FILE = "specs/notes/2025-01-01/shapes.json: error: a {} stands where a file belongs [not-a-file]"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize(
    ("replace", "message"),
    [
        (_gone, NO_NOTES),
        (_a_folder, NOT_A_FILE.format("folder")),
        (_a_pipe, NOT_A_FILE.format("pipe or device")),
        (_a_dangling_link, "specs/notes/2025-01-01/shapes.json: error: no such file or folder [missing]"),
        (_a_file_for_a_folder, NO_NOTES),
    ],
)
def test_a_spec_that_is_replaced_is_waited_for(
    project: Path, generated: Path, replace: Callable[[], None], message: str
) -> None:
    def restore() -> None:
        shutil.rmtree("specs")
        shutil.copytree(generated / "specs", "specs")
        shorter()

    before = _state(project / PACKAGE)
    said = _watched(replace, _nothing, lambda: _assert_same(before), restore, _nothing)
    assert said[1][:1] == [message]
    assert said[2:] == [[], [], [NOTES, BREAKS_TITLE], []]


def test_a_spec_that_is_gone_keeps_no_other_from_being_generated(project: Path) -> None:
    said = _watched(_gone, _change('"max": 80', '"max": 90', Path("specs", "tasks", "2025-01-01", "shapes.json")))
    assert [said[1][0], said[2]] == [NO_NOTES, ["generated/tasks: written"]]


def _assert_same(before: dict[str, tuple[int, bytes]]) -> None:
    assert _state(PACKAGE) == before


def test_a_link_to_a_spec_is_as_good_as_the_spec(project: Path) -> None:
    def link() -> None:
        SPEC.parent.rename("elsewhere")
        SPEC.parent.symlink_to(Path("..", "elsewhere"))

    target = Path("elsewhere", "2025-01-01", "shapes.json")
    assert _watched(link, _change('"max": 80', '"max": 60', target)) == [["watching"], [], [NOTES, BREAKS_TITLE]]


def test_a_file_that_was_edited_by_hand_is_refused_once_and_rendered_once(project: Path, renderings: list[str]) -> None:
    path = PACKAGE / "errors.py"
    text = path.read_text()
    said = _watched(_write(text + "# mine\n", path), _nothing, _nothing, _write(text, path), longer)
    assert said[1][0].startswith("generated/notes/errors.py: error: edited by hand; ")
    assert (said[1][0][-9:], said[2:]) == (" [edited]", [[], [], [], [NOTES]])
    assert len(renderings) == 2


def test_a_hand_edit_outlives_a_change_of_the_spec(project: Path) -> None:
    path = PACKAGE / "errors.py"
    text = path.read_text()
    undo = _write(text, path)
    said = _watched(_write(text + "# mine\n", path), longer, lambda: _assert_edited(path), undo)
    assert [len(said[1]), said[1] == said[2], said[3], said[4]] == [1, True, [], [NOTES]]


def _assert_edited(path: Path) -> None:
    assert path.read_text().endswith("# mine\n")


def test_a_full_disk_is_told_once_and_tried_again(
    project: Path, renderings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = [True]
    write = output.write

    def write_if_there_is_room(folder: Path, files: dict[str, str]) -> tuple[str, ...]:
        if full:
            raise Diagnostics(
                [Diagnostic("write", "cannot be written: no space left on device", Location("generated"))]
            )
        return write(folder, files)

    monkeypatch.setattr(making, "write", write_if_there_is_room)
    said = _watched(longer, _nothing, full.clear)
    assert said[1:] == [["generated: error: cannot be written: no space left on device [write]"], [], [NOTES]]
    assert len(renderings) == 1


def test_two_specs_of_one_package_do_not_take_turns(project: Path) -> None:
    shutil.copytree(SPEC, SPEC.with_name("2025-02-01"))
    _change('"max": 80', '"max": 60', SPEC.with_name("2025-02-01") / "shapes.json")()
    Path("pyproject.toml").write_text('[tool.speccast]\nspecs = ["notes@2025-01-01", "notes@2025-02-01"]\n')
    shutil.rmtree("generated")
    first, *later = _watched(_nothing, _nothing)
    assert first == [
        NOTES,
        'speccast: error: "specs/notes/2025-01-01" and "specs/notes/2025-02-01" both give the package "notes"; '
        'name one of them, or give each its own "package" in [tool.speccast] [same-package]',
        "watching",
    ]
    assert later == [[], []]


# --------------------------------------------------------------------------------------------------------- the project


def test_a_change_of_the_project_file_is_followed(project: Path) -> None:
    file = Path("pyproject.toml")
    said = _watched(_write('[tool.speccast]\nspecs = ["notes"]\nout = "src"\n', file))
    assert said == [["watching"], ["src/notes: written"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            None,
            "pyproject.toml: error: has no [tool.speccast] any more; nothing is generated until it is back [config]",
        ),
        ("", "pyproject.toml: error: has no [tool.speccast] any more; nothing is generated until it is back [config]"),
        (
            "[tool.",
            "pyproject.toml: error: not TOML: invalid initial character for a key part (at end of document) [config]",
        ),
    ],
)
def test_a_project_file_that_is_gone_or_broken_is_waited_for(
    project: Path, renderings: list[str], text: str | None, message: str
) -> None:
    file = Path("pyproject.toml")
    before = file.read_text()
    spoil = file.unlink if text is None else _write(text, file)
    shutil.rmtree("generated/tasks")
    said = _watched(_nothing, spoil, longer, _write(before, file))
    assert [each[:1] for each in said[2:]] == [[message], [], [NOTES]]
    assert not Path("src").exists()


def test_without_a_project_every_service_is_watched_and_one_spoils_no_other(project: Path) -> None:
    Path("pyproject.toml").unlink()
    said = _watched(_in_order(_a_folder, _change('"max": 80', '"max": 90', Path("specs/tasks/2025-01-01/shapes.json"))))
    assert said[1] == [NOT_A_FILE.format("folder"), "generated/tasks: written"]


def test_what_cannot_be_found_to_begin_with_is_refused(project: Path) -> None:
    assert speccast("watch", "note") == Done(
        2,
        "",
        'speccast: error: no file, folder or service "note" [no-such-spec]\n  speccast: note: did you mean "notes"?\n',
    )


def test_folders_are_watched_for_their_own_entries_and_never_the_output(project: Path) -> None:
    for name in (".venv", "node_modules", "overrides/package"):
        Path(name).mkdir(parents=True)
    with Path("pyproject.toml").open("a") as stream:
        stream.write('templates = "overrides"\n')
    seen: list[Sequence[Path]] = []

    def wait(folders: Sequence[Path]) -> bool:
        seen.append([folder.relative_to(project) for folder in folders])
        shutil.rmtree("specs/notes", ignore_errors=True)
        return len(seen) < 2

    events = list(watch(Wanted(start=project), wait))
    both = [".", "overrides", "overrides/package", "specs", "specs/tasks", "specs/tasks/2025-01-01"]
    assert [str(path) for path in seen[0]] == sorted([*both, "specs/notes", "specs/notes/2025-01-01"])
    assert [str(path) for path in seen[1]] == both
    assert len(events) == 2


# ------------------------------------------------------------------------------------------- the system's own wakes


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wakes that come from nothing but events, for as long as a test can take."""
    monkeypatch.setattr(wakes, "SECONDS", 120.0)
    monkeypatch.setattr(wakes, "PAUSE", 0.1)


def _meanwhile(step: Step) -> threading.Thread:
    """Do something while this thread sleeps."""
    thread = threading.Thread(target=step)
    thread.start()
    return thread


def _wakes_by(wait: wakes.Wakes, folders: Sequence[Path], step: Step) -> bool:
    """Do something again and again until it wakes who waits: watching begins a moment after waiting does."""
    woken = threading.Event()

    def insist() -> None:
        while not woken.wait(0.1):
            step()

    thread = _meanwhile(insist)
    answer = wait(folders)
    woken.set()
    thread.join()
    return answer


@pytest.mark.usefixtures("patient")
def test_an_edit_is_a_wake_and_so_is_one_in_a_folder_that_was_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    wait = wakes.Wakes()
    both = [tmp_path, tmp_path / "a", folder]

    def edit() -> None:
        (folder / "x.json").write_text("1")

    def make_again() -> None:
        shutil.rmtree(tmp_path / "a")
        folder.mkdir(parents=True)

    assert _wakes_by(wait, both, edit)
    assert _wakes_by(wait, both, make_again)
    assert _wakes_by(wait, both, edit)


def test_what_cannot_be_watched_is_looked_at_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakes, "SECONDS", 0.01)
    wait = wakes.Wakes()
    assert [wait([tmp_path / "nowhere"]), wait([tmp_path]), wait([tmp_path])] == [True, True, True]


STORM = """\
import pathlib, sys
path = pathlib.Path(sys.argv[1])
whole = path.read_text()
texts = [whole.replace('"max": 80', f'"max": {80 + each}', 1).encode() for each in range(100)]
for each in range(5_000):
    path.write_bytes(texts[each % 100][: 200 * (each % 3) or None])
path.write_bytes(texts[50])
"""
"""5,000 times the file is cut and written, whole or in part: two events each. In the end it is whole."""


def test_a_storm_of_events_gives_a_run_a_second_at_most(project: Path, renderings: list[str]) -> None:
    """Vector K33, with the replacements further up."""
    system, begun = wakes.Wakes(), time.monotonic()
    storm = subprocess.Popen((sys.executable, "-I", "-S", "-c", STORM, SHAPES))
    over: list[bool] = []

    def wait(folders: Sequence[Path]) -> bool:
        """After the storm there is one more turn, which sees how it ended."""
        over.append(storm.poll() is not None)
        return sum(over) < 2 and system(folders)

    said = [line for event in watch(Wanted(start=project), wait) for line in _said(event)]
    assert storm.wait() == 0
    assert NOTES in said
    assert len(renderings) <= len(over) <= time.monotonic() - begun + 3
    assert '"max": 130' in SHAPES.read_text()
    assert speccast("check").code == 0


# -------------------------------------------------------------------------------------------------------- the command


@contextmanager
def _running(project: Path) -> Generator[subprocess.Popen[str]]:
    """`speccast watch` in a process of its own, its lines in files beside the project."""
    environment = {**os.environ, "PYTHONPATH": str(Path(main.__file__).parents[2])}
    with open(project.parent / "out", "w") as out, open(project.parent / "err", "w") as err:
        process = subprocess.Popen(
            (sys.executable, "-m", "codegen", "watch"), cwd=project, stdout=out, stderr=err, text=True, env=environment
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _until(process: subprocess.Popen[str], path: Path, *texts: str) -> str:
    """Wait for what a file shall say in the end."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        said = path.read_text()
        if all(text in said for text in texts):
            return said
        assert process.poll() is None, (path.parent / "err").read_text()
        time.sleep(0.02)
    raise AssertionError(f"{texts} not in {path.read_text()!r}")


def test_the_command_goes_on_through_breaks_and_replacements_until_ctrl_c(project: Path) -> None:
    out, err = project.parent / "out", project.parent / "err"
    whole = SHAPES.read_text().replace('"max": 80', '"max": 60', 1)
    with _running(project) as process:
        watching = "watching: specs/notes/2025-01-01, specs/tasks/2025-01-01, pyproject.toml\n"
        assert _until(process, err, "watching") == watching
        SHAPES.write_text(whole[:100])
        _until(process, err, "[syntax]\n")
        SPEC.parent.rename("away")
        _until(process, err, NO_NOTES)
        shutil.copytree("away", SPEC.parent)
        SHAPES.write_text(whole)
        said = _until(process, out, BREAKS_TITLE)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    line = r"generated/notes: \d+ files written \(\d+\.\d s\)\n"
    assert re.search(line + re.escape(f"{BREAKS_TITLE}\n") + r"\Z", said)
    assert out.read_text() == said


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be asked to end there")
def test_a_plain_kill_ends_the_command_as_ctrl_c_does(project: Path) -> None:
    with _running(project) as process:
        _until(process, project.parent / "err", "watching")
        process.terminate()
        assert process.wait(60) == 0
    assert (project.parent / "err").read_text().count("\n") == 1
