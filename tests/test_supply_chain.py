"""What is shipped is what was written: wheels and sdists byte for byte, with a list of parts; actions pinned."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml  # type: ignore[import-untyped]
from lowest import lowest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PARTS = ROOT / "docs" / "speccast.cdx.json"
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), ROOT / "action.yml"]
SHIPPED = ("codegen", "templates", "specs", "docs", "pyproject.toml", "README.md", "LICENSE", ".gitignore")
PINNED = re.compile(r"(?:- )?uses: [\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
BUILD = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1])); print(b.build_sdist(sys.argv[1]))"


# -------------------------------------------------------------------------------------------------------- distributions


def built(folder: Path, umask: int, seconds: int, **environment: str) -> Path:
    """Copy what is shipped, with another age and other rights, and build there."""
    folder.mkdir()
    for path in (ROOT / name for name in SHIPPED):
        if path.is_dir():
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, folder)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o666 & ~umask)
            os.utime(path, (seconds, seconds))
    made = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **environment}
    command = [sys.executable, "-c", BUILD, str(folder / "dist")]
    subprocess.run(command, cwd=folder, env=made, check=True, capture_output=True, umask=umask)
    return folder / "dist"


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    top = tmp_path_factory.mktemp("dist")
    first = built(top / "first", 0o022, 1_600_000_000, LC_ALL="C", TZ="UTC", PYTHONHASHSEED="1")
    other = built(top / "an other place", 0o077, 1_650_000_000, LC_ALL="C.UTF-8", TZ="Asia/Kolkata", PYTHONHASHSEED="2")
    return first, other


def test_wheel_and_sdist_are_the_same_bytes_wherever_they_are_built(twice: tuple[Path, Path]) -> None:
    first, other = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in twice)
    name = f"speccast-{PROJECT['version']}"
    assert set(first) == {f"{name}-py3-none-any.whl", f"{name}.tar.gz"}
    assert [path for path, content in first.items() if other.get(path) != content] == []


def test_the_wheel_says_of_what_it_is_made(twice: tuple[Path, Path]) -> None:
    (wheel,) = twice[0].glob("*.whl")
    carried = f"speccast-{PROJECT['version']}.dist-info/sboms/{PARTS.name}"
    assert ZipFile(wheel).read(carried) == PARTS.read_bytes()


# ---------------------------------------------------------------------------------------------------- the list of parts


def parts() -> dict[str, Any]:
    """Give the parts as CycloneDX has them: nothing is carried along, so they are speccast and what it asks for."""
    ours = f"pkg:pypi/{PROJECT['name']}@{PROJECT['version']}"
    needed = [Requirement(text) for text in PROJECT["dependencies"]]
    purls = {one.name: f"pkg:pypi/{one.name}" for one in needed}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": PROJECT["name"],
                "version": PROJECT["version"],
                "licenses": [{"license": {"id": PROJECT["license"]}}],
                "purl": ours,
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": purls[one.name],
                "name": one.name,
                "purl": purls[one.name],
                "properties": [{"name": "speccast:requirement", "value": str(one)}],
            }
            for one in needed
        ],
        "dependencies": [{"ref": ours, "dependsOn": sorted(purls.values())}],
    }


def test_the_parts_are_those_of_the_project(update: bool) -> None:
    text = json.dumps(parts(), indent=2) + "\n"
    if update:
        PARTS.write_text(text, encoding="utf-8")
    assert PARTS.read_text(encoding="utf-8") == text, "run: pytest --update tests/test_supply_chain.py"


# ------------------------------------------------------------------------------------------------------------- versions


def test_every_locked_requirement_has_a_hash_and_no_index_is_named() -> None:
    peers = sorted((ROOT / "bench" / "locks").glob("*.txt"))
    assert peers
    for lock in (ROOT / "requirements.lock", ROOT / "tests" / "fuzz" / "requirements.lock", *peers):
        text = lock.read_text(encoding="utf-8")
        entries = re.findall(r"^\S+==\S+(?: ; [^\\\n]+)?((?: \\\n +--hash=sha256:[0-9a-f]{64})+)$", text, re.MULTILINE)
        assert entries
        assert len(entries) == sum(1 for line in text.splitlines() if line and line[0] not in " #")
        assert "://" not in text


def test_lowest_versions_are_no_higher_than_those_that_are_locked() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {name.lower(): Version(number) for name, number in re.findall(r"^(\S+)==(\S+)", text, re.MULTILINE)}
    wanted = [Requirement(line.replace(".*", "")) for line in lowest()]
    assert {"black", "pydantic", "uvicorn", "urllib3"} <= {one.name for one in wanted}
    for one in wanted:
        (bound,) = one.specifier
        assert Version(bound.version) <= locked[one.name]


# ------------------------------------------------------------------------------------------------------------ workflows


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_with_the_version_beside_it(path: Path) -> None:
    uses = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert uses
    assert [line for line in uses if not PINNED.fullmatch(line)] == []


def test_one_action_is_pinned_to_one_commit_everywhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pins = set(re.findall(r"uses: (\S+)@(\S+ # \S+)", text))
    assert len(pins) == len({name for name, _ in pins}) >= 4


@pytest.mark.parametrize("path", WORKFLOWS[:-1], ids=lambda path: path.name)
def test_jobs_may_do_nothing_but_read_unless_they_say_why(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        wanted = {"id-token": "write"} if (path.name, name) == ("release.yml", "publish") else {"contents": "read"}
        assert job["permissions"] == wanted, name


def test_zizmor_finds_nothing() -> None:
    zizmor = shutil.which("zizmor", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if zizmor is None:
        pytest.skip("zizmor is not installed: it has no wheel for this system")
    done = subprocess.run([zizmor, "--offline", "--quiet", str(ROOT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
