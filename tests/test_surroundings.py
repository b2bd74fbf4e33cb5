"""Commands where they are not at home: streams closed, the folder gone, names that are too long or act upon a terminal,
and a folder that has modules called as Python's own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from commands import Done, speccast
from hostile_claims import assert_diagnostics, assert_quiet
from strategies import spec_of, structure
from test_cli import _environment

if sys.platform == "win32":
    pytest.skip("streams and folders that only POSIX closes and takes away", allow_module_level=True)

PROGRAM = "import sys\nfrom codegen.__main__ import main\nif __name__ == '__main__':\n    sys.exit(main())\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two specs, and beside it the program that an installation puts on the path."""
    (tmp_path / "program.py").write_text(PROGRAM)
    here = tmp_path / "here"
    here.mkdir()
    for name in ("One", "Other"):
        spec = spec_of({"SendRequest": structure(Text="Text"), "Text": {"type": "string"}})
        spec["service"] = {**spec["service"], "name": name.lower()}
        (here / f"{name.lower()}.json").write_text(json.dumps(spec))
    monkeypatch.chdir(here)
    return here


def call(*arguments: str, closed: Sequence[int] = ()) -> Done:
    """Run the program in a process of its own, some of its streams closed."""
    command = (sys.executable, "../program.py", *arguments)
    shut = " ".join(f"{number}>&-" for number in closed)
    shell = ("sh", "-c", f'exec "$@" {shut}', "sh", *command)
    done = subprocess.run(shell, capture_output=True, text=True, env=_environment(), timeout=120)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (1, 2), (0, 1, 2)], ids=str)
def test_a_stream_that_is_closed_leads_nowhere_and_changes_no_code(folder: Path, closed: tuple[int, ...]) -> None:
    assert call("generate", "one.json", closed=closed).code == 0
    assert call("check", "one.json").code == 0
    assert call("schema", closed=closed) == Done(0, "" if 1 in closed else speccast("schema").out, "")
    refused = call("validate", "none.json", closed=closed)
    assert (refused.code, refused.out, bool(refused.err)) == (2, "", 2 not in closed)


LEAVE = 'mkdir ../gone && cd ../gone && rmdir ../gone && exec "$@"'


def test_a_folder_that_is_gone_is_told(folder: Path) -> None:
    for arguments in (["validate", "one.json"], ["generate"], ["vendor", "check"], ["init", "new"]):
        done = subprocess.run(
            ("sh", "-c", LEAVE, "sh", sys.executable, str(folder.parent / "program.py"), *arguments),
            capture_output=True,
            text=True,
            env=_environment(),
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert_diagnostics(done.stderr)
        assert "gone" in done.stderr or "no such file" in done.stderr


LONG = "a" * 5000


@pytest.mark.parametrize(
    "arguments",
    [("generate", "one.json", "--out", LONG), ("extract", LONG), ("audit", "one.json", LONG), ("validate", LONG)],
    ids=lambda arguments: arguments[0],
)
def test_a_name_that_is_too_long_is_told(folder: Path, arguments: tuple[str, ...]) -> None:
    done = speccast(*arguments)
    assert (done.code, done.out) == (2, "")
    assert_diagnostics(done.err)
    assert "file name too long" in done.err


@pytest.mark.parametrize("out", ["\x1b[2J", "##[error]x", "::error::x"])
def test_where_something_was_written_is_told_in_letters_that_do_nothing(folder: Path, out: str) -> None:
    for arguments in (
        ("generate", "one.json", "--out", out),
        ("docs", "one.json", "--out", f"{out}-docs"),
        ("export", "openapi", "one.json", "--out", f"{out}-api"),
        ("init", f"{out}-init"),
    ):
        done = speccast(*arguments)
        assert done.code == 0, done.err
        assert_quiet(done.out + done.err)


def test_workers_take_no_module_from_the_folder_at_hand(folder: Path) -> None:
    for name in ("multiprocessing", "pickle", "socket", "signal", "json", "click", "codegen"):
        (folder / f"{name}.py").write_text(f"open('taken', 'a').write('{name} ')\nraise SystemExit(3)\n")
    done = call("generate", "one.json", "other.json", "--jobs", "2", "--out", "out")
    assert (done.code, done.err) == (0, "")
    assert not Path("taken").exists()
    assert sorted(path.name for path in Path("out").iterdir()) == ["one", "other"]


def test_the_conformance_suite_takes_no_conftest_from_the_folder_at_hand(folder: Path) -> None:
    Path("conftest.py").write_text("open('taken', 'w').close()\n")
    golden = Path(__file__).parent / "golden" / "one-operation" / "spec.json"
    shutil.copy(golden, "golden.json")
    done = call("conformance", "golden.json", "--endpoint-url", "http://127.0.0.1:9")
    assert done.code == 2
    assert not Path("taken").exists()
    assert os.environ.get("PYTHONSAFEPATH") is None


@pytest.mark.parametrize("text", ["\x1b[2J", "##[error]x", "\n::error::x", "\u202e"])
def test_what_a_lock_file_says_of_its_generator_is_told_in_letters_that_do_nothing(folder: Path, text: str) -> None:
    assert speccast("vendor", "add", "one.json", "post").code == 0
    lock = Path("speccast.lock")
    said = json.loads(lock.read_text("utf-8"))
    said["packages"]["post"]["generator"] = text
    lock.write_text(json.dumps(said), "utf-8")
    for arguments, code in ((("vendor", "check"), 1), (("vendor", "update", "--dry-run"), 0)):
        done = speccast(*arguments)
        assert done.code == code, done.err
        assert "the generator changed" in done.out
        assert_quiet(done.out + done.err)


INTERRUPT = "os.kill(os.getpid(), signal.SIGINT)"
HEEDED = "import atexit, os, signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
MODULE = "import runpy\nrunpy.run_module('codegen', run_name='__main__', alter_sys=True)\n"


@pytest.mark.parametrize("program", [PROGRAM, MODULE], ids=["speccast", "python -m codegen"])
def test_ctrl_c_amid_an_import_or_at_the_end_is_a_130_without_a_word(folder: Path, program: str) -> None:
    (folder.parent / "click.py").write_text(f"import os, signal\n{INTERRUPT}\nraise SystemExit(3)\n")
    (folder.parent / "program.py").write_text(HEEDED + program)
    assert call("--version") == Done(130, "", "")
    (folder.parent / "program.py").write_text(HEEDED.replace("default_int_handler", "SIG_IGN") + program)
    assert call("--version").code == 3
    (folder.parent / "click.py").unlink()
    (folder.parent / "program.py").write_text(f"{HEEDED}atexit.register(lambda: {INTERRUPT})\n{program}")
    assert call("--version") == Done(130, speccast("--version").out, "")
