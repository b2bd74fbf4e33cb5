"""The emitted suite against the sandbox over HTTP, and the command that runs it against any server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from commands import speccast
from packages import NEW, ROOT
from sandbox_served import Served, package_folder, probes, sandbox_served, server_of, suite
from sandbox_stub import OUTPUT, StubEngine, served
from suites import BARE

from codegen.cli import conformance
from codegen.sandbox.calling import Call, Fault
from codegen.spec.ir import Json

SPEC = str(ROOT / "specs" / "partnercentral-selling" / NEW)
KEYS = {"AWS_ACCESS_KEY_ID": "SANDBOXKEY1111222233", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-111122223333"}


ONLY = ("--operations", "CreateEngagement,GetEngagement")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package of two operations that is fresh."""
    folder = tmp_path_factory.mktemp("project")
    assert speccast("generate", SPEC, *ONLY, "--out", str(folder / "generated")).code == 0
    return folder


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """No keys in the environment, and nothing in the current folder but that package."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.chdir(project)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Served]:
    with sandbox_served() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package_folder(tmp_path_factory.mktemp("path"))


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m PACKAGE.conformance` with nothing in the environment but the path."""
    command = [sys.executable, "-m", "partnercentral_selling.conformance", "-q", "-p", "no:cacheprovider", *options]
    env = {"PYTHONPATH": str(folder), **BARE}
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def command(url: str, *options: str) -> int:
    """Run `speccast conformance` in process, its pytest in a process of its own, with the package that is fresh."""
    return speccast("conformance", SPEC, "--endpoint-url", url, *ONLY, "-q", *options).code


# ------------------------------------------------------------------------------------------------------------ the suite


def test_the_sandbox_passes_whole(sandbox: Served, folder: Path) -> None:
    done = run(folder, "--endpoint-url", sandbox.url, "-W", "error")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert f"{len(probes()) + len(suite().FAULTS)} passed" in done.stdout and len(probes()) > 1000


def test_the_sandbox_passes_with_the_statuses_of_the_smithy_model_as_well(folder: Path) -> None:
    with sandbox_served(statuses="smithy") as running:
        done = run(folder, "--endpoint-url", running.url, "-W", "error", "-k", "valid or required or protocol")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def test_every_refusal_names_the_path_that_the_case_names(sandbox: Served) -> None:
    refused = [
        probe for probe in probes() if probe.case["expect"] == "refuse" and probe.case["kind"] != "unknown-member"
    ]
    assert len(refused) > 500
    with server_of(sandbox.url) as server:
        wrong = [(probe.id, told) for probe in refused for told in untold(server, probe)]
    assert wrong == []


def untold(server: Any, probe: Any) -> Iterator[str]:
    """Walk the answers that do not name the path of a case."""
    target, path = f"AWSPartnerCentralSelling.{probe.operation}", probe.case["path"]
    for given in suite().inputs(probe.case):
        body = json.loads(server.ask(probe.id, target, json.dumps(given).encode()).body)
        listed = [each["FieldName"] for each in body.get("ErrorList", ())]
        if path not in listed and not is_misfit(body, path):
            yield json.dumps(body)


def is_misfit(body: Mapping[str, Any], path: str) -> bool:
    """A SerializationException quotes the path; that of an unknown arm is the path of its union."""
    code, quoted = body["__type"].rpartition("#")[2], f"'{path}'"
    union = f"'{path.rpartition('.')[0]}'"
    return code == "SerializationException" and (quoted in body["message"] or union in body["message"])


# ---------------------------------------------------------------------------------------------------------- the command


def test_the_command_makes_a_package_and_passes_options_on(
    sandbox: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    options = ("--operations", "GetEngagement,ListEngagements", "--rate", "500/s", "-q", "-k", "valid")
    done = speccast("conformance", SPEC, "--endpoint-url", sandbox.url, *options)
    out = capfd.readouterr().out
    assert (done.code, "4 passed" in out, "deselected" in out) == (0, True, True), out
    assert list(tmp_path.iterdir()) == []


def test_the_command_uses_a_package_that_is_fresh(
    sandbox: Served, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("codegen.upkeep.write_all", None)
    code = command(sandbox.url, "-k", "minimal")
    assert (code, "2 passed" in capfd.readouterr().out) == (0, True)
    assert not list(Path("generated").rglob("__pycache__"))


def test_without_a_spec_the_first_word_may_be_an_option_of_pytest(
    sandbox: Served, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("pyproject.toml").write_text(f"[tool.speccast]\nspecs = [{json.dumps(SPEC)}]\n")
    done = speccast("conformance", "-q", "-k", "minimal", "--endpoint-url", sandbox.url, *ONLY)
    Path("pyproject.toml").unlink()
    assert (done.code, "2 passed" in capfd.readouterr().out) == (0, True), done


def refuse(call: Call) -> Mapping[str, Json]:
    raise Fault("ValidationException", "No.", {"Reason": "REQUEST_VALIDATION_FAILED", "ErrorList": []})


def test_a_server_that_fails_a_case_is_exit_1(capfd: pytest.CaptureFixture[str]) -> None:
    with served(StubEngine(refuse)) as url:
        code = command(url, "-k", "minimal")
    out = capfd.readouterr().out
    assert code == 1, out
    assert "wanted a success or an error of the operation, found ValidationException (HTTP 400): No." in out


def test_what_cannot_be_run_is_exit_2(capfd: pytest.CaptureFixture[str]) -> None:
    assert command("http://127.0.0.1:1") == 2
    assert "the server cannot be reached: connection refused" in capfd.readouterr().err
    with served() as url:
        assert command(url, "-k", "nowhere") == 2
        assert command(url, "--no-such-option") == 2


USAGE = {
    ("--endpoint-url", "ftp://x"): "invalid value for '--endpoint-url': write a URL such as http://127.0.0.1:8999",
    ("--endpoint-url", "http://["): "invalid value for '--endpoint-url': write a URL such as http://127.0.0.1:8999",
    ("--endpoint-url", "http://localhost", "--rate", "0"): (
        "invalid value for '--rate': write a number of requests a second, such as 5/s"
    ),
    (): "missing option '--endpoint-url'",
}


@pytest.mark.parametrize("options", USAGE)
def test_what_is_wrong_with_the_options_is_said_in_a_line(options: tuple[str, ...]) -> None:
    done = speccast("conformance", SPEC, *options)
    assert (done.code, done.err.splitlines()[-1]) == (2, f"speccast: error: {USAGE[options]} [usage]")


def test_one_service_is_tested_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformance, "orders", lambda *arguments, **options: ("one", "other"))
    done = speccast("conformance", "all", "--endpoint-url", "http://localhost")
    message = "one service is tested at a time; name one of the 2 that fit"
    assert (done.code, done.err) == (2, f"speccast: error: {message} [conformance]\n")


# ----------------------------------------------------------------------------------------------------- other machines

LISTED = """\
https://partners.example.com is not on this machine. It will be asked in the catalog Sandbox for, at most:
  CreateEngagement    98 calls, 22 of which it may carry out
  GetEngagement       22 calls, 8 of which it may carry out
"""


def test_another_machine_is_asked_for_nothing_before_it_is_listed_and_meant() -> None:
    options = ("conformance", SPEC, "--endpoint-url", "https://partners.example.com", *ONLY)
    done = speccast(*options)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"{LISTED}speccast: error: nothing was sent; add --yes to send it [conformance]\n"
    done = speccast(*options, "--yes")
    keys = "no keys in the environment: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    assert (done.code, done.err) == (2, f"{LISTED}speccast: error: {keys} [conformance]\n")


def test_on_another_machine_everything_happens_in_the_sandbox_catalog(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(conformance, "_is_here", lambda url: False)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    engine = StubEngine(lambda call: OUTPUT)
    with served(engine) as url:
        code = command(url, "--yes", "-k", "CreateEngagement")
    assert code == 0, capfd.readouterr()
    assert len(engine.calls) > 20 and {call.catalog for call in engine.calls} == {"Sandbox"}


HERE = ["http://127.0.0.1:8999", "http://[::1]:80", "http://localhost", "https://sandbox.localhost", "http://127.9.9.9"]
ELSEWHERE = ["https://partnercentral-selling.us-east-1.api.aws", "http://10.0.0.1", "http://localhost.example.com"]


@pytest.mark.parametrize("url", [*HERE, *ELSEWHERE])
def test_this_machine_is_told_by_its_name(url: str) -> None:
    assert conformance._is_here(url) is (url in HERE)
