"""What is vendored stands on its own: its suite passes where nothing of ours is installed, wherever it is put.

The interpreter of these tests is started without its site-packages. What a fresh project would have installed is linked
into a folder of its own: pydantic, the two HTTP libraries, pytest, and what these need.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from commands import speccast
from packages import NEW as NEW_SELLING
from packages import OLD as OLD_SELLING
from packaging.requirements import Requirement
from suites import runs_of
from vendor_hosts import NEW, OLD, make_host, rendering_once

ROOT = Path(__file__).parent.parent
FRESH = ("pydantic", "urllib3", "aiohttp", "pytest")
OURS = ("codegen", "black", "jinja2", "click", "datamodel_code_generator", "merge3")
pytestmark = pytest.mark.xdist_group("vendor-suites")  # the fresh project is made once


@pytest.fixture(scope="module", autouse=True)
def _once() -> Iterator[None]:
    with rendering_once():
        yield


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what `pip install pydantic urllib3 aiohttp pytest` gives."""
    folder = tmp_path_factory.mktemp("site")
    for one in _needed({}, *FRESH).values():
        for top in {path.parts[0] for path in one.files or () if path.parts[0] not in ("..", "__pycache__")}:
            (folder / top).symlink_to(str(one.locate_file(top)))
    return folder


def _needed(found: dict[str, Distribution], *names: str) -> Mapping[str, Distribution]:
    for name in names:
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key not in found:
            found[key] = distribution(name)
            wanted = map(Requirement, found[key].requires or ())
            _needed(found, *(one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})))
    return found


def python(site: Path, path: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-S", "-P", *arguments],
        cwd=cwd,
        env={"PYTHONPATH": f"{path}{os.pathsep}{site}", "PYTHONDONTWRITEBYTECODE": "1", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )


def run_suites(site: Path, path: Path, *arguments: str, cwd: Path) -> str:
    options = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error")
    done = python(site, path, *options, *arguments, cwd=cwd)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return done.stdout


def vendored(root: Path, *packages: tuple[str, str]) -> Path:
    """Vendor specs into a project, seen from its root."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for spec, dest in packages:
            done = speccast("vendor", "add", spec, dest)
            assert (done.code, done.err) == (0, "")
    return root


def test_nothing_of_ours_is_in_the_fresh_project(site: Path, tmp_path: Path) -> None:
    ask = f"from importlib.util import find_spec as f; print([n for n in {(*OURS, *FRESH)} if f(n)])"
    assert python(site, tmp_path, "-c", ask, cwd=tmp_path).stdout == f"{list(FRESH)}\n"


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application that vendors both releases of the curated service, three folders deep."""
    root = tmp_path_factory.mktemp("application")
    vendored(
        root,
        (f"partnercentral-selling@{OLD_SELLING}", "src/shop/_vendor/aws/selling"),
        (f"partnercentral-selling@{NEW_SELLING}", "src/shop/_vendor/aws/newer_selling"),
    )
    for folder in ("src/shop", "src/shop/_vendor", "src/shop/_vendor/aws"):
        (root / folder / "__init__.py").touch()
    return root


def test_two_releases_pass_their_suites_side_by_side(site: Path, releases: Path) -> None:
    names = [f"shop._vendor.aws.{name}.conformance" for name in ("selling", "newer_selling")]
    shown = run_suites(site, releases / "src", "--pyargs", *names, cwd=releases)
    assert f"{len(runs_of(OLD_SELLING)) + len(runs_of(NEW_SELLING))} passed" in shown


TWO_CLIENTS = """
import sys, warnings
warnings.simplefilter("error")
from shop._vendor.aws import newer_selling, selling
from shop._vendor.aws.newer_selling import async_client as newer_async, client as newer
from shop._vendor.aws.selling import async_client as older_async, client as older

assert older.Client is not newer.Client and older_async.AsyncClient is not newer_async.AsyncClient
assert not hasattr(older.Client, "create_engagement") and hasattr(newer.Client, "create_engagement")
assert selling.errors.ServiceError is not newer_selling.errors.ServiceError
assert selling.models.__name__ == "shop._vendor.aws.selling.models"
assert not [name for name in sys.modules if name.partition(".")[0] in ("selling", "newer_selling", "codegen")]
print("both")
"""


def test_both_clients_are_imported_in_one_process(site: Path, releases: Path) -> None:
    done = python(site, releases / "src", "-c", TWO_CLIENTS, cwd=releases)
    assert (done.stdout, done.stderr) == ("both\n", "")


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application that vendors a small service thrice, under other names; its folders are no packages."""
    root = make_host(tmp_path_factory.mktemp("notes") / "app")
    return vendored(root, (OLD, "src/a/b/memo"), (NEW, "src/a/c/memo"), (OLD, "top"))


def test_suites_pass_below_folders_that_are_no_packages(site: Path, notes: Path) -> None:
    shown = run_suites(site, notes / "src", "--pyargs", "a.b.memo.conformance", "../top", cwd=notes / "src")
    assert re.search(r"^\d{2,} passed", shown, re.MULTILINE)
    done = python(site, notes / "src", "-m", "a.c.memo.conformance", cwd=notes)
    assert done.returncode == 0, done.stdout + done.stderr


def test_suites_of_one_name_in_two_folders_pass_when_pytest_imports_by_path(site: Path, notes: Path) -> None:
    """Where the folders are no packages pytest's own way of importing takes the two for one, as it does of any two."""
    folders = ("src/a/b/memo", "src/a/c/memo")
    shown = run_suites(site, notes / "src", "--import-mode=importlib", *folders, cwd=notes)
    assert re.search(r"^\d{2,} passed", shown, re.MULTILINE)


USE = """
from a.b.memo import models as old
from a.c.memo import models as new
from a.c.memo.client import Client


def keep(client: Client, title: str) -> str:
    request = new.CreateNoteRequest(title=title, place="here", recipient=new.Recipient(team="team-1"))
    return client.create_note(request).id or ""


def both(request: old.CreateNoteRequest) -> str:
    return request.title
"""


def test_an_application_that_uses_vendored_packages_is_typed(notes: Path) -> None:
    (notes / "src" / "use.py").write_text(USE)
    cache = ROOT / ".mypy_cache" / "tests" / os.environ.get("PYTEST_XDIST_WORKER", "alone") / "vendored"
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(cache), "--explicit-package-bases", "src"]
    done = subprocess.run(command, cwd=notes, env={**os.environ, "MYPYPATH": "src"}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
