"""Saved pages that nobody means well with: what is as large or as deep as a page can be, and what is no file.

Each heavy page is drafted by a process of its own, which gets ten seconds of a processor and a gibibyte.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import speccast
from hostile_claims import assert_diagnostics

ROOT = Path(__file__).parent.parent
HEAD = "<html><body><h1>CreateThing</h1><h2>Request Syntax</h2><pre>{\n}</pre><h2>Request Parameters</h2><dl>"
ERRORS = "</dl><h2>Errors</h2><dl>"
ERROR = "<dt>E{}Exception</dt><dd><p>Said.</p><p>HTTP Status Code: 400</p></dd>"

HEAVY: dict[str, Callable[[], str]] = {
    "errors": lambda: HEAD + ERRORS + "".join(ERROR.format(number) for number in range(10_000)),
    "values": lambda: HEAD + member("Valid Values: " + " | ".join(f"<code>V{n}</code>" for n in range(60_000))),
    "repeated": lambda: HEAD + member("Said.") * 20_000 + ERRORS + ERROR.format(1) * 20_000,
    "entities": lambda: HEAD + member("&amp;" * 900_000),
    "brackets": lambda: HEAD.replace("{\n}", "{[" * 1_000_000) + member("Said."),
    "unclosed": lambda: HEAD + member("Said.") + "<a href='" * 500_000,
}


def member(text: str) -> str:
    return f"<dt>Name</dt><dd><p>Words.</p><p>Type: String</p><p>{text}</p><p>Required: Yes</p></dd>"


LIMITED = """
import resource, sys
from codegen.cli.main import run
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30))
sys.exit(run())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
@pytest.mark.parametrize("which", HEAVY)
def test_a_heavy_page_takes_ten_seconds_and_a_gibibyte_at_most(tmp_path: Path, which: str) -> None:
    (tmp_path / "page.html").write_text(HEAVY[which](), encoding="utf-8")
    command = [sys.executable, "-c", LIMITED, "extract", "page.html", "--service", "post", "--release", "2025-01-01"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-1000:]
    assert '"CreateThing"' in done.stdout


def test_an_element_of_a_hundred_thousand_attributes_is_refused(tmp_path: Path) -> None:
    attributes = " ".join(f"a{number}='>'" for number in range(100_000))
    (tmp_path / "page.html").write_text(f"{HEAD}<p {attributes}>x</p>", encoding="utf-8")
    done = speccast("extract", str(tmp_path / "page.html"))
    assert (done.code, done.out) == (2, "")
    assert "an element of the page has 100000 attributes; save it as text [unreadable-page]" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are POSIX's")
def test_a_pipe_that_is_named_as_a_page_is_refused_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("page.html")
    Path("loop.html").symlink_to("loop.html")
    for name in ("page.html", "loop.html", "/dev/zero"):
        done = speccast("extract", name)
        assert (done.code, done.out) == (2, "")
        assert_diagnostics(done.err)
    assert speccast("extract", "page.html").err == (
        "page.html: error: cannot read the page: a pipe or device stands where a file belongs [unreadable-page]\n"
    )


def test_a_file_that_has_nothing_to_read_for_now_is_refused() -> None:
    endless = Path("/proc/kmsg")
    if not os.access(endless, os.R_OK):
        pytest.skip("no such file here")
    done = speccast("validate", str(endless))
    assert (done.code, done.out) == (2, "")
    assert_diagnostics(done.err)
