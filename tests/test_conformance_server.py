"""The suite against a server: a right one passes whole, one that is wrong in a named way fails a named case."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from commands import speccast
from packages import NEW, model_of, package_of, product_of
from packages import write as write_package
from reference_server import MUTANTS, ReferenceServer
from suites import BARE, cases_of, vectors_of

PACKAGE: Any = package_of(NEW)
SERVER: Any = import_module(f"{PACKAGE.__name__}.conformance.server")
PROBING: Any = import_module(f"{PACKAGE.__name__}.conformance.probing")
PROBES = {probe.id: probe for probe in PROBING.probes()}

KILLERS = {
    "accepts what is too long": "CreateEngagement:CreateEngagementRequest.Title:length-max-outside",
    "accepts what does not match": "CreateEngagement:CreateEngagementRequest.Catalog:pattern-bad-1",
    "ignores what is required": "CreateEngagement:CreateEngagementRequest.Title:required-missing",
    "ignores enums": "CreateEngagement:EngagementContextDetails.Type:enum-unknown@CreateEngagementRequest",
    "ignores unions": "CreateEngagementInvitation:Payload:union-none@CreateEngagementInvitationRequest",
    "refuses what is good": "CreateEngagement:CreateEngagementRequest:valid-full",
    "fails on a wrong type": "CreateEngagement:CreateEngagementRequest.Title:wrong-type",
    "fails on malformed JSON": "malformed-json",
    "sends no request id": "CreateEngagement:CreateEngagementRequest:valid-minimal",
    "sends another content type": "CreateEngagement:CreateEngagementRequest:valid-minimal",
    "sends no __type": "CreateEngagement:CreateEngagementRequest.Title:required-missing",
    "sends no object": "CreateEngagement:CreateEngagementRequest:valid-minimal",
    "names another code": "CreateEngagement:CreateEngagementRequest.Title:length-max-outside",
    "knows every operation": "unknown-target",
    "checks no content type": "wrong-content-type",
    "checks no signature": "wrong-signature",
    "needs no signature": "missing-authorization",
}
"""The case that each wrong server fails."""


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)


def serve(mutant: str = "") -> ReferenceServer:
    return ReferenceServer(PACKAGE, model_of(NEW), mutant)


@pytest.fixture(scope="module")
def right() -> Iterator[ReferenceServer]:
    with serve() as server:
        yield server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package in it, by its own name."""
    made = tmp_path_factory.mktemp("path")
    write_package(product_of(NEW), made / "partnercentral_selling")
    return made


def run(folder: Path, *options: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m PACKAGE.conformance` from another folder, with nothing in the environment but the path."""
    command = [sys.executable, "-m", "partnercentral_selling.conformance", "-q", "-p", "no:cacheprovider", *options]
    env = {"PYTHONPATH": str(folder), **BARE, **settings}
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def fails(url: str, name: str) -> bool:
    """Run one case; say whether the server fails it."""
    with SERVER.Server(url) as server:
        try:
            if name in PROBES:
                PROBING.check_probe(server, PROBES[name])
            else:
                PROBING.check_fault(server, name)
        except PROBING.Broken as broken:
            assert str(broken).startswith(name)
            return True
    return False


# ------------------------------------------------------------------------------------------------------------- servers


def test_every_case_of_an_operation_is_sent() -> None:
    roots = {operation.input.raw for operation in model_of(NEW).operations.values() if operation.input}
    sent = [case["id"] for group, case in cases_of(NEW) if group == "requests" and case["shape"] in roots]
    assert len(PROBES) == len(sent) > 300
    assert {case["expect"] for case in vectors_of(NEW)["groups"]["requests"]} == {"accept", "refuse"}


def test_a_right_server_passes_whole(right: ReferenceServer, folder: Path, tmp_path: Path) -> None:
    asked = right.requests
    done = run(folder, "--endpoint-url", right.url, "-W", "error", cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert f"{len(PROBES) + len(PROBING.FAULTS)} passed" in done.stdout
    assert right.requests - asked >= len(PROBES) + len(PROBING.FAULTS)


def test_every_way_of_being_wrong_is_tried() -> None:
    assert set(KILLERS) == MUTANTS and len(MUTANTS) >= 6


@pytest.mark.parametrize("mutant", sorted(KILLERS))
def test_a_wrong_server_fails_a_named_case(mutant: str) -> None:
    with serve(mutant) as server:
        assert fails(server.url, KILLERS[mutant])


@pytest.mark.parametrize("name", sorted(set(KILLERS.values())))
def test_a_right_server_passes_the_same_cases(name: str, right: ReferenceServer) -> None:
    assert not fails(right.url, name)


def test_pytest_reports_the_case_and_what_demands_it(folder: Path, tmp_path: Path) -> None:
    with serve("accepts what is too long") as server:
        done = run(folder, "--endpoint-url", server.url, "-k", "Title", cwd=tmp_path)
    assert done.returncode == 1, done.stdout[-2000:]
    assert "[CreateEngagement:CreateEngagementRequest.Title:length-max-outside]" in done.stdout
    assert (
        "accepted, wanted a refusal (length at Title; demanded by CreateEngagementRequest.Title:length" in done.stdout
    )


# ------------------------------------------------------------------------------------------------------------- options


def test_a_server_that_is_not_there_is_one_error(folder: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    done = run(folder, "--endpoint-url", url, cwd=tmp_path)
    assert done.returncode == 2
    assert "the server cannot be reached" in done.stdout + done.stderr
    assert "failed" not in done.stdout and "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["localhost", "ftp://localhost", "http://localhost/?a=b"])
def test_a_url_that_is_none_is_one_error(url: str, folder: Path, tmp_path: Path) -> None:
    done = run(folder, "--endpoint-url", url, cwd=tmp_path)
    assert done.returncode == 2
    assert "the endpoint URL" in done.stdout + done.stderr


def test_a_region_alone_is_a_mistake(folder: Path, tmp_path: Path) -> None:
    done = run(folder, "--region", "us-east-1", cwd=tmp_path)
    assert done.returncode == 4
    assert "--region goes with --endpoint-url" in done.stderr


def test_region_and_keys_are_those_that_are_named(right: ReferenceServer, folder: Path, tmp_path: Path) -> None:
    options = ("--endpoint-url", right.url, "--region", "eu-west-1", "-k", "valid-minimal or protocol")
    keys = {"AWS_ACCESS_KEY_ID": "AKIDOFTHETESTS000000", "AWS_SECRET_ACCESS_KEY": "secret-of-the-tests"}
    assert run(folder, *options, cwd=tmp_path, **keys).returncode == 0
    wrong = run(folder, *options, cwd=tmp_path, **{**keys, "AWS_SECRET_ACCESS_KEY": "another"})
    assert wrong.returncode == 1
    assert "another" not in wrong.stdout


def test_a_suite_without_calls_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    message = "the suite of sagemaker_edge calls no server: it does so for services that speak AWS JSON"
    done = speccast("conformance", "botocore:sagemaker-edge", "--endpoint-url", "http://127.0.0.1:9")
    assert (done.code, done.out, done.err) == (2, "", f"speccast: error: {message} [conformance]\n")


def test_without_options_the_suite_runs_in_place(folder: Path, tmp_path: Path) -> None:
    done = run(folder, "-k", "CreateEngagementRequest.Title", cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "test_requests.py" in run(folder, "--collect-only", "-k", "Title", cwd=tmp_path).stdout


def test_the_plugin_works_with_plain_pytest(right: ReferenceServer, folder: Path, tmp_path: Path) -> None:
    package = "partnercentral_selling.conformance"
    command = [sys.executable, "-m", "pytest", "-q", "-p", f"{package}.plugin", "-p", "no:cacheprovider"]
    command += ["--pyargs", package, "--endpoint-url", right.url, "-k", "valid-minimal"]
    env = {"PYTHONPATH": str(folder), **BARE}
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert f"{len(model_of(NEW).operations)} passed" in done.stdout
