"""`vendor` killed at any step, or run by many at once: nothing that a user wrote is lost, and the next run heals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent

SMALL = """
import itertools, json, os, shutil, signal, sys
from dataclasses import replace
from functools import cache
from pathlib import Path

sys.path.insert(0, {tests!r})
sys.path.insert(0, {root!r})
import commands, vendor_hosts
from codegen.files.manifest import write_manifest
from codegen.vendoring import adding, making, packages, updating

KEPT = ("__init__.py", "client.py", "models/__init__.py")
made_once = {{}}

def make(wanted):
    "Render each package once, and take a few files of it: kills are many."
    if wanted.order.digest not in made_once:
        made = making.make(wanted)
        manifest = replace(made.manifest, files={{path: made.manifest.files[path] for path in KEPT}})
        files = {{path: made.files[path] for path in KEPT}}
        made = replace(made, files={{**files, "MANIFEST.json": write_manifest(manifest)}}, manifest=manifest)
        made_once[wanted.order.digest] = made
    return replace(made_once[wanted.order.digest], wanted=wanted)

adding.make = packages.make = updating.make = make
os.fsync = lambda handle: None  # what is killed is a process, not the machine
os.environ["NO_COLOR"] = "1"
base = Path(sys.argv[1])
DEST, OLD, NEW = vendor_hosts.DEST, vendor_hosts.OLD, vendor_hosts.NEW

def vendor(*arguments):
    return commands.speccast("vendor", *arguments)

def tree():
    return {{path: content.decode("latin-1") for path, content in vendor_hosts.tree(base / "shop").items()}}

def prepare(edited):
    "Make the project as a command finds it: empty, vendored, or vendored and edited; once, then copied."
    known = base / f"known-{{edited}}"
    if not known.exists():
        vendor_hosts.make_host(known)
        os.chdir(known)
        if edited is not None:
            assert vendor("add", OLD, DEST).code == 0
            (Path(DEST) / "mine.txt").write_text("my own")
        if edited:
            client = Path(DEST) / "client.py"
            client.write_text(client.read_text().replace("import annotations", "import annotations  # mine"))
    os.chdir(base)
    shutil.rmtree(base / "shop", ignore_errors=True)
    shutil.copytree(known, base / "shop")
    os.chdir(base / "shop")
"""

KILL_AT_EVERY_STEP = SMALL + """
command = sys.argv[2:]
edited = {{"add": None, "update": True, "remove": False}}[command[0]]

def counts(event, arguments):
    "Names that come and go, and what is written beside them; tests of `files` look at folders step by step."
    if event in ("os.rename", "os.mkdir", "shutil.rmtree"):
        return True
    if event == "os.remove":
        return arguments[1] == -1
    return event == "open" and any(part in str(arguments[0]) for part in (".lock.speccast-", ".xz.speccast-"))

def run_until_killed(step):
    count = itertools.count(1)
    def hook(event, arguments):
        if counts(event, arguments) and next(count) == step:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    done = vendor(*command)
    os._exit(done.code)

prepare(edited)
before = tree()
done = vendor(*command)
print(json.dumps([done.code, done.err, before, tree()]))
for step in itertools.count(1):
    prepare(edited)
    child = os.fork()
    if not child:
        run_until_killed(step)
    status = os.waitpid(child, 0)[1]
    killed = tree()
    again = vendor(*command)
    print(json.dumps([status, killed, again.err, tree(), vendor("check").code]))
    if not os.WIFSIGNALED(status):
        break
"""


def run_script(script: str, *arguments: str) -> list[Any]:
    text = script.format(tests=str(TESTS), root=str(TESTS.parent))
    child = subprocess.run([sys.executable, "-c", text, *arguments], capture_output=True, text=True, timeout=300)
    assert child.returncode == 0, child.stderr
    return [json.loads(line) for line in child.stdout.splitlines()]


def package(tree: dict[str, str]) -> dict[str, str]:
    """Give the files of the package, without what a run has at work beside it."""
    return {path: text for path, text in tree.items() if path.startswith("src/shop/_vendor/notes/")}


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (("add", "notes@2025-01-01", "src/shop/_vendor/notes"), "vendored already, as speccast.lock says"),
        (("update", "--to", "notes@2025-06-01"), None),
        (("remove", "src/shop/_vendor/notes"), "is not in speccast.lock"),
    ],
)
def test_a_kill_at_any_step_leaves_old_or_new_and_the_same_command_heals(
    tmp_path: Path, command: tuple[str, ...], refusal: str | None
) -> None:
    (code, err, before, after), *runs = run_script(KILL_AT_EVERY_STEP, str(tmp_path), *command)
    assert (code, err) == (0, "")
    assert before != after
    assert len(runs) > 8
    assert {status for status, *_ in runs} == {9, 0}
    for _, killed, said, healed, checked in runs:
        assert package(killed) in (package(before), package(after))
        assert said == "" or (refusal and refusal in said)
        assert healed == after
        assert checked == 0
    assert {json.dumps(package(killed)) for _, killed, *_ in runs} == {
        json.dumps(package(before)), json.dumps(package(after))
    }  # fmt: skip


AT_ONCE = SMALL + """
prepare(True)
wishes = [("update", "--to", NEW, DEST)] * 3 + [("add", OLD, f"other/notes_{{number}}") for number in range(5)]
for spec in (OLD, NEW):
    assert vendor("add", spec, "warm").code == vendor("remove", "warm").code == 0
children = []
for wish in wishes:
    child = os.fork()
    if not child:
        done = vendor(*wish)
        sys.stderr.write(done.err)
        sys.stderr.flush()
        os._exit(done.code)
    children.append(child)
codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
print(json.dumps([codes, sorted(vendor_hosts.lock_of(base / "shop")), tree(), vendor("check").code]))
"""


def test_eight_runs_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    ((codes, listed, tree, checked),) = run_script(AT_ONCE, str(tmp_path))
    assert codes == [0] * 8
    assert listed == [*(f"other/notes_{number}" for number in range(5)), "src/shop/_vendor/notes"]
    assert checked == 0
    assert "# mine" in tree["src/shop/_vendor/notes/client.py"]
    assert "2025-06-01" in tree["src/shop/_vendor/notes/client.py"]
    assert not [path for path in tree if ".speccast-" in path]


FULL_DISK = SMALL + """
import resource
prepare(True)
before = tree()
vendor("update", "--to", NEW, "--dry-run")
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
done = vendor("update", "--to", NEW)
print(json.dumps([done.code, done.err, before == tree()]))
"""


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    ((code, err, same),) = run_script(FULL_DISK, str(tmp_path))
    assert code == 2
    assert err.endswith("error: cannot be written: file too large [write]\n")
    assert same
