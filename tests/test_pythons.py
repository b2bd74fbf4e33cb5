"""Every Python that is supported and found here: what is generated is the same, compiles, imports and passes its suite.

The interpreter that runs the tests is used as it is. Each other one gets an environment from `requirements.lock`, once,
under pytest's cache; where pip cannot make it, what needs packages is skipped with the reason.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from packages import NEW, RELEASES, ROOT, model_of, product_of, write
from suites import BARE

pytestmark = pytest.mark.xdist_group("pythons")  # each environment is made once

VERSIONS = ("3.11", "3.12", "3.13", "3.14")
LOCK = ROOT / "requirements.lock"
CACHE = ROOT / ".pytest_cache" / "speccast"
NOT_HERE = frozenset(
    [
        "awscli",
        "boto3",
        "botocore",
        "build",
        "dask",
        "distributed",
        "docutils",
        "hatchling",
        "lxml",
        "lxml-stubs",
        "mypy",
        "nodeenv",
        "openapi-spec-validator",
        "pre-commit",
        "psycopg",
        "psycopg-binary",
        "pyright",
        "ruff",
        "selenium",
        "trio",
        "trove-classifiers",
        "virtualenv",
        "zizmor",
    ]
)
"""What only other tests use: half of the time that installing takes."""
RUNNING = ".".join(str(part) for part in sys.version_info[:2])
PLACES = (
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "4294967295", "LC_ALL": "C.UTF-8", "TZ": "America/St_Johns"},
)
"""Settings of a machine that must not matter."""


def _run(python: Path, *arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_", "PYTEST"))}
    command = [str(python), *arguments]
    return subprocess.run(command, cwd=cwd, env={**kept, **settings}, capture_output=True, text=True, encoding="utf-8")


@cache
def _interpreter(version: str) -> Path | None:
    """Find an interpreter that starts: the running one, one of pyenv's, or one on the path."""
    if version == RUNNING:
        return Path(sys.executable)
    return next((path for path in _candidates(version) if _starts(path, version)), None)


def _candidates(version: str) -> Iterator[Path]:
    homes = (Path.home() / ".pyenv" / "versions").glob(f"{version}.*")
    yield from (home / "bin" / "python" for home in sorted(homes, reverse=True))
    found = shutil.which(f"python{version}")
    yield from [Path(found)] if found else []


def _starts(path: Path, version: str) -> bool:
    asked = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        return _run(path, "-c", asked, cwd=ROOT).stdout.strip() == version
    except OSError:
        return False


@pytest.fixture(params=VERSIONS)
def python(request: pytest.FixtureRequest) -> Path:
    found = _interpreter(request.param)
    if found is None:
        pytest.skip(f"no Python {request.param} on this machine")
    return found


@pytest.fixture(params=VERSIONS)
def environment(request: pytest.FixtureRequest) -> Path:
    """The interpreter of an environment that has what `requirements.lock` lists."""
    if request.param == RUNNING:
        return Path(sys.executable)
    base = _interpreter(request.param)
    if base is None:
        pytest.skip(f"no Python {request.param} on this machine")
    if not LOCK.exists():
        pytest.skip("no requirements.lock to install from")
    home = CACHE / f"py{request.param.replace('.', '')}-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    if not home.exists():
        _make(base, home)
    return home / "bin" / "python"


def _make(base: Path, home: Path) -> None:
    """Install beside, then rename: whoever finds the folder finds it whole."""
    fresh = home.with_name(f"{home.name}.{os.getpid()}")
    options = ("--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes", "--no-deps")
    wanted = fresh / "requirements.lock"
    steps = (
        (base, ("-m", "venv", str(fresh))),
        (fresh / "bin" / "python", ("-m", "pip", "install", *options, "--no-compile", "-r", str(wanted))),
    )
    fresh.mkdir(parents=True)
    wanted.write_text(_without(NOT_HERE, LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    for python, arguments in steps:
        done = _run(python, *arguments, cwd=ROOT)
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            pytest.skip(f"{' '.join(arguments[:3])} failed with {base.name}: {done.stderr.strip().splitlines()[-1:]}")
    try:
        fresh.rename(home)
    except OSError:  # another process was first
        shutil.rmtree(fresh, ignore_errors=True)


def _without(names: Collection[str], lock: str) -> str:
    """Leave out the entries of some packages, each of which begins at the start of a line."""
    entries = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    return "".join(entry for entry in entries if entry.partition("==")[0] not in names)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pythons")
    write(product_of(NEW), made / product_of(NEW).package)
    return made


def test_some_interpreter_is_found() -> None:
    assert _interpreter(RUNNING) is not None


def test_the_package_compiles_without_a_warning(python: Path, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))
    done = _run(python, "-W", "error", "-m", "compileall", "-q", "-f", "copy", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


IMPORT_ALL = """
import pkgutil, sys
import partnercentral_selling as package
assert "pydantic" not in sys.modules and "urllib3" not in sys.modules and "aiohttp" not in sys.modules
from partnercentral_selling import errors, models
for name in models.__all__:
    shape = getattr(models, name)
    if hasattr(shape, "model_rebuild"):
        shape.model_rebuild()
        shape.from_wire({})
models.events.read({})
assert type(errors.from_wire(b'{"__type": "ConflictException"}')) is errors.ConflictException
print(package.RELEASE)
"""


MAKE_CLIENT = """
import sys
from partnercentral_selling import Client, Credentials
Client(region="us-east-1", credentials=Credentials("AKIDEXAMPLE", "secret"))
spared = {"dataclasses", "inspect", "ipaddress", "json", "pydantic", "urllib.parse", "urllib3"}
print(*sorted(spared & sys.modules.keys()))
"""


def test_a_client_is_made_without_what_only_calls_need(environment: Path, folder: Path, tmp_path: Path) -> None:
    done = _run(environment, "-c", MAKE_CLIENT, cwd=tmp_path, PYTHONPATH=str(folder))
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")


def test_the_package_imports_without_a_warning(environment: Path, folder: Path, tmp_path: Path) -> None:
    done = _run(environment, "-W", "error", "-c", IMPORT_ALL, cwd=tmp_path, PYTHONPATH=str(folder))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{NEW}\n", "")


GENERATE = """
import hashlib, json, sys
from pathlib import Path
from codegen.pipeline import generate
from codegen.spec.parse import parse_model
from codegen.spec.source import read_spec_files
def digests(folder):
    files = generate(parse_model(read_spec_files(Path(folder)))).files
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
print(json.dumps([digests(folder) for folder in sys.argv[1:]]))
"""


def _digests(files: Mapping[str, str]) -> dict[str, str]:
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}


@cache
def _made_by(environment: Path, place: int) -> Mapping[str, Mapping[str, str]]:
    """Generate all releases with an interpreter, in one process, from another folder."""
    with TemporaryDirectory() as folder:
        specs = [os.path.relpath(ROOT / "specs" / "partnercentral-selling" / release, folder) for release in RELEASES]
        settings = {"PYTHONPATH": str(ROOT), **PLACES[place]}
        done = _run(environment, "-c", GENERATE, *specs, cwd=Path(folder), **settings)
    assert done.returncode == 0, done.stderr
    return dict(zip(RELEASES, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("place", range(len(PLACES)))
@pytest.mark.parametrize("release", RELEASES)
def test_the_same_bytes_come_from_everywhere(environment: Path, release: str, place: int) -> None:
    assert _made_by(environment, place)[release] == _digests(product_of(release).files)
    assert model_of(release).service.release.raw == release


def test_the_emitted_suite_passes(environment: Path, folder: Path, tmp_path: Path) -> None:
    suite = folder / product_of(NEW).package / "conformance"
    if not suite.is_dir():
        pytest.skip("this package carries no conformance suite")
    shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))
    target = f"{product_of(NEW).package}.conformance"
    command = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".", "--pyargs", target)
    done = _run(environment, *command, cwd=tmp_path, **{**BARE, "PYTHONPATH": str(tmp_path / "copy")})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert " passed" in done.stdout
