"""The pytest plugin of the distribution: what a user's project has of it, and what it costs others."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("sandbox-plugin")

ROOT = Path(__file__).parent.parent
POINTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]["pytest11"]


def run(folder: Path, tests: Mapping[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run tests of a user who has installed the distribution: its entry points are all that pytest knows of it."""
    installed = folder / "site" / "speccast-0.dist-info"
    installed.mkdir(parents=True)
    lines = "".join(f"{name} = {module}\n" for name, module in POINTS.items())
    (installed / "entry_points.txt").write_text(f"[pytest11]\n{lines}", encoding="utf-8")
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: speccast\nVersion: 0\n", encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings =\n    error\n", encoding="utf-8")
    for name, text in tests.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{installed.parent}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )


BOTO3 = """
import boto3

def test_a_boto3_program(speccast_sandbox, monkeypatch):
    for name, value in speccast_sandbox.environment().items():
        monkeypatch.setenv(name, value)
    boto3.client("partnercentral-selling").create_engagement(Catalog="Sandbox", Title="T", Description="D")
    assert [event["detail-type"] for event in speccast_sandbox.events()] == ["Engagement Created"]
"""


WHOLE = """
import boto3, pytest

from sandbox_callers import SUBMISSION, invitation_to, opportunity

SEEN = []

def create(sandbox, index=0):
    made = sandbox.client(index).create_engagement(Catalog="Sandbox", ClientToken="same", Title="T", Description="D")
    return made["Id"]

def invite(sandbox):
    return sandbox.client().create_engagement_invitation(
        Catalog="Sandbox", EngagementIdentifier=create(sandbox), Invitation=invitation_to("444455556666"))["Id"]

def submit(sandbox, index=0):
    client = sandbox.client(index)
    made = client.create_opportunity(Catalog="Sandbox", **opportunity())
    return client.start_engagement_from_opportunity_task(Catalog="Sandbox", Identifier=made["Id"], **SUBMISSION)

@pytest.mark.parametrize("number", range(3))
def test_each_test_begins_with_nothing_at_the_same_address(speccast_sandbox, number):
    assert list(speccast_sandbox.events()) == []
    SEEN.append((speccast_sandbox.endpoint_url, create(speccast_sandbox)))
    assert len({url for url, _ in SEEN}) == 1
    assert len({made for _, made in SEEN}) == len(SEEN)

def test_accounts_region_and_endpoint_are_told(speccast_sandbox):
    assert speccast_sandbox.region == "us-east-1"
    assert [(one.account, one.key, one.secret) for one in speccast_sandbox.accounts] == [
        ("111122223333", "SANDBOXKEY1111222233", "sandbox-secret-111122223333"),
        ("444455556666", "SANDBOXKEY4444555566", "sandbox-secret-444455556666"),
    ]
    assert speccast_sandbox.endpoint_url.startswith("http://127.0.0.1:")

def test_an_invitation_expires_and_its_receiver_is_told(speccast_sandbox):
    invitation = invite(speccast_sandbox)
    time = speccast_sandbox.advance("+15d")
    theirs = [event["detail-type"] for event in speccast_sandbox.events("444455556666")]
    assert theirs == ["Engagement Invitation Created", "Engagement Invitation Expired"]
    found = speccast_sandbox.client(1).get_engagement_invitation(Catalog="Sandbox", Identifier=invitation)
    assert (found["Status"], found["ExpirationDate"] <= time) == ("EXPIRED", True)

def test_a_clock_is_a_test_s_own(speccast_sandbox):
    invite(speccast_sandbox)
    assert "Engagement Invitation Expired" not in [event["detail-type"] for event in speccast_sandbox.events()]

def test_the_next_task_of_an_account_fails(speccast_sandbox):
    speccast_sandbox.fail_next_task("OpportunityConflict", "444455556666")
    assert [submit(speccast_sandbox, index).get("ReasonCode") for index in (0, 1)] == [None, "OpportunityConflict"]

def test_the_next_task_of_each_account_fails(speccast_sandbox):
    speccast_sandbox.fail_next_task("InternalError")
    assert [submit(speccast_sandbox, index).get("ReasonCode") for index in (0, 1, 0)] == ["InternalError"] * 2 + [None]

def test_the_environment_wins_over_that_of_the_machine(speccast_sandbox, monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of another key")
    for name, value in speccast_sandbox.environment(1).items():
        monkeypatch.setenv(name, value)
    boto3.client("partnercentral-selling").create_engagement(Catalog="Sandbox", Title="T", Description="D")
    assert [event["account"] for event in speccast_sandbox.events()] == ["444455556666"]

def test_tasks_run_in_steps(speccast_sandbox):
    speccast_sandbox.switch(tasks="in-steps", step=60)
    assert submit(speccast_sandbox)["TaskStatus"] == "IN_PROGRESS"
    speccast_sandbox.advance("1m")
    (task,) = speccast_sandbox.client().list_engagement_from_opportunity_tasks(Catalog="Sandbox")["TaskSummaries"]
    assert task["TaskStatus"] == "COMPLETE"
"""


BETWEEN = """
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

kept = []

def test_a_client_is_left_behind(speccast_sandbox):
    kept.append((speccast_sandbox, speccast_sandbox.client()))

def test_nothing_is_there_for_a_client_of_a_test_that_is_over():
    (sandbox, client), = kept
    client.meta.config.retries = {"total_max_attempts": 1}
    with pytest.raises(ClientError, match="ServiceUnavailable.*: No test is running that has a sandbox."):
        client.create_engagement(Catalog="Sandbox", Title="T", Description="D")
"""


PATH_TO_CALLERS = f"import sys\nsys.path.append({str(ROOT / 'tests')!r})\n"
FILES = {"test_one": BOTO3, "test_two": BOTO3, "test_whole": PATH_TO_CALLERS + WHOLE, "test_between": BETWEEN}


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """Run all files in two processes at once; give how many tests of each file passed."""
    result = run(tmp_path_factory.mktemp("user"), FILES, "-n", "2", "--dist", "loadfile", "-rA")
    assert result.returncode == 0, result.stdout + result.stderr
    return Counter(re.findall(r"^PASSED (\w+)\.py::", result.stdout, re.MULTILINE))


def test_a_test_of_a_boto3_program_takes_five_lines_and_runs_in_parallel(passed: Counter[str]) -> None:
    assert len(BOTO3.split("\n\n")[1].strip().splitlines()) == 5
    assert (passed["test_one"], passed["test_two"]) == (1, 1)


def test_the_fixture_does_what_it_says(passed: Counter[str]) -> None:
    assert passed["test_whole"] == 10


def test_when_a_test_is_over_its_sandbox_is(passed: Counter[str]) -> None:
    assert passed["test_between"] == 2


def test_what_is_not_installed_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import codegen.sandbox.testing as plugin\nplugin.NEEDED = ('uvicorn', 'no_such_server')\n", encoding="utf-8"
    )
    result = run(tmp_path, {"test_user": "def test_it(speccast_sandbox): ...\n"}, "--no-header")
    assert result.returncode == 1
    assert "\nspeccast_sandbox needs no_such_server; pip install 'speccast[sandbox]'\n" in result.stdout


def test_who_does_not_use_it_pays_for_three_small_modules() -> None:
    script = (
        "import sys, pytest; before = set(sys.modules); import codegen.sandbox.testing;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("codegen codegen.sandbox codegen.sandbox.testing\n", "")


@pytest.mark.parametrize("name", POINTS)
def test_an_entry_point_names_a_module_that_is_there(name: str) -> None:
    assert (ROOT / f"{POINTS[name].replace('.', '/')}/__init__.py").is_file()
