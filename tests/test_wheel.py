"""The wheel, built and installed where no checkout is, works from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
SERVICE = "partnercentral-selling@2024-12-05"

pytestmark = pytest.mark.xdist_group("wheel")  # built once, by whichever worker has the group


def _run(*command: str | Path, folder: Path) -> str:
    """Run in a folder; no path of this process leads back to the checkout."""
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run([str(part) for part in command], cwd=folder, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone; what it depends on comes from this environment, so nothing is downloaded."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, symlinks=os.name != "nt", with_pip=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    _run(scripts / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, folder=folder)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(_run(scripts / "python", "-c", ask, folder=folder).strip())
    dependencies = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (site / "dependencies.pth").write_text("".join(f"{path}\n" for path in dependencies))
    return scripts


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def test_the_wheel_carries_code_templates_and_specs_and_nothing_else(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"codegen", "speccast-0.1.0.dist-info"}
    for folder in ("templates", "specs"):
        files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        carried = {name.removeprefix("codegen/_data/") for name in names if name.startswith(f"codegen/_data/{folder}/")}
        assert carried == {file for file in files if "__pycache__" not in file}
    assert not [name for name in names if name.endswith(".pyc")]


def test_a_carried_spec_generates_in_an_empty_folder(scripts: Path, empty: Path) -> None:
    made = _run(scripts / "speccast", "generate", SERVICE, "--out", "out", folder=empty)
    assert f"out/partnercentral_selling  {SERVICE}" in made
    ask = "import partnercentral_selling as p; print(p.models.CreateEngagementRequest.__name__)"
    assert _run(scripts / "python", "-c", ask, folder=empty / "out") == "CreateEngagementRequest\n"


def test_the_code_that_ran_is_the_wheels(scripts: Path, empty: Path) -> None:
    where = _run(scripts / "python", "-c", "import codegen; print(codegen.__file__)", folder=empty)
    assert Path(where.strip()).is_relative_to(scripts.parent)


def test_wheel_and_checkout_print_the_same(scripts: Path, empty: Path) -> None:
    """Template for template and byte for byte: the manifests, which hold every digest, are equal."""
    _run(scripts / "speccast", "generate", SERVICE, "--out", "wheel", folder=empty)
    command = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from codegen.cli.main import run; sys.exit(run(sys.argv[1:]))"
    )
    _run(sys.executable, "-c", command, "generate", SERVICE, "--out", "checkout", folder=empty)
    manifests = [(empty / side / "partnercentral_selling/MANIFEST.json").read_text() for side in ("wheel", "checkout")]
    assert manifests[0] == manifests[1]


def test_a_started_project_generates_and_passes_its_own_tests(scripts: Path, empty: Path) -> None:
    _run(scripts / "speccast", "init", "x", "--service", "note-book", folder=empty)
    _run(scripts / "speccast", "validate", folder=empty / "x")
    _run(scripts / "speccast", "generate", folder=empty / "x")
    _run(scripts / "speccast", "check", folder=empty / "x")
    suite = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs", "note_book.conformance")
    summary = _run(scripts / "python", *suite, folder=empty / "x" / "generated")
    assert " passed" in summary
