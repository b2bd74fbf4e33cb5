"""The cases of calls: every kind is there for every operation, the signatures are right, and both clients are tried."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials  # type: ignore[import-untyped]
from casting import imported, write_tree
from packages import NEW, OLD
from suites import check_of, files_of, model_of, run_suite, runs_of, vectors_of

from codegen.emit.cases.recovery import THROTTLING, TRANSIENT_STATUSES
from codegen.emit.cases.signing import Scope, sign_post
from codegen.emit.cases.unreadable import GARBAGE
from codegen.emit.views.operations import whole_operations
from codegen.pipeline import generate

EVERY_SERVICE = {
    "answer-future",
    "answer-metadata",
    "attempts-exhausted",
    "both-names",
    "clock-skew",
    "error-modelled",
    "error-spelled",
    "error-unknown",
    "expired-token",
    "garbage",
    "not-retried",
    "refused-before-sending",
    "request-endpoint",
    "request-golden",
    "request-model",
    "request-session-token",
    "request-signed-anew",
    "retried",
    "retry-hint",
    "sensitive",
    "task-complete",
    "task-error",
    "task-failed",
    "task-out-of-time",
    "task-unknown-state",
    "token-filled",
    "token-given",
    "token-kept",
    "unknown-argument",
}
SOME_SERVICES = {
    "answer-empty",
    "body-kept",
    "host-prefix",
    "not-repeated",
    "pages",
    "pages-same-token",
    "query-error",
    "request-unsigned",
    "waiter-error",
    "waiter-failure",
    "waiter-retry",
    "waiter-success",
}
READING = {"answer-empty", "body-kept", "not-repeated", "pages", "pages-same-token"}
"""What comes with operations that take no token, answer nothing, or page."""
KINDS = {OLD: EVERY_SERVICE, NEW: EVERY_SERVICE | READING, "everything": EVERY_SERVICE | SOME_SERVICES}

CLIENT_MODULES = ("against_server", "calls", "plugin", "probing", "script", "server")

BLOCKER = """
import sys
import time

for name in ("aiohttp", "boto3", "botocore", "urllib3"):
    sys.modules[name] = None


def refuse(seconds):
    raise AssertionError("a test sleeps")


time.sleep = refuse
"""
"""A plugin that takes away what calls over a network need, and sleeping."""


def calls_of(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = vectors_of(name)["groups"]["calls"]
    return found


def _by_operation(name: str) -> Mapping[str, Counter[str]]:
    found = {operation.raw: Counter[str]() for operation, _ in whole_operations(model_of(name))}
    for case in calls_of(name):
        found[case["operation"]][case["kind"]] += 1
    return found


# --------------------------------------------------------------------------------------------------- nothing is missing


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_call_is_there_and_no_other(name: str) -> None:
    counted = Counter(case["kind"] for case in calls_of(name))
    print(name, sum(counted.values()), dict(sorted(counted.items())))
    assert set(counted) == KINDS[name]


@pytest.mark.parametrize("name", KINDS)
def test_every_operation_is_called_kept_answered_and_refused(name: str) -> None:
    model = model_of(name)
    for operation, counted in _by_operation(name).items():
        found = model.operations[next(one for one in model.operations if one.raw == operation)]
        assert counted["request-golden"] + counted["request-unsigned"] >= 1, operation
        assert counted["token-kept"] == 3 or counted["body-kept"] >= 1, operation
        assert counted["answer-future"] or counted["answer-empty"], operation
        assert counted["error-modelled"] == len(found.errors), operation
        assert counted["garbage"] >= 1, operation


@pytest.mark.parametrize("name", KINDS)
def test_what_the_protocol_decides_is_tried_once(name: str) -> None:
    retried = {case["id"].partition("[")[2][:-1] for case in calls_of(name) if case["kind"] == "retried"}
    assert retried >= {*THROTTLING, *(str(status) for status in TRANSIENT_STATUSES), "429", "refused", "cut", "timeout"}
    garbage = {case["id"].partition("[")[2][:-1] for case in calls_of(name) if "garbage" in case["id"]}
    assert garbage >= set(GARBAGE) - {"secret"}
    assert len(GARBAGE) > 10


@pytest.mark.parametrize("name", KINDS)
def test_the_number_of_calls_is_in_proportion(name: str) -> None:
    assert 100 < len(calls_of(name)) < 100 * len(_by_operation(name))


@pytest.mark.parametrize("name", KINDS)
def test_operations_are_described_as_the_spec_has_them(name: str) -> None:
    found, model = vectors_of(name)["operations"], model_of(name)
    assert list(found) == [operation.raw for operation in model.operations]
    for operation in model.operations.values():
        told = found[operation.name.raw]
        assert told.get("input") == (operation.input.raw if operation.input else None)
        assert told.get("output") == (operation.output.raw if operation.output else None)
        assert told["target"].endswith(f".{operation.name.raw}")


# ---------------------------------------------------------------------------------------------------------- signatures


def _golden(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for case in calls_of(name):
        for exchange in case["exchanges"]:
            if "authorization" in exchange["expect"].get("headers", {}):
                yield case, exchange["expect"]


@pytest.mark.parametrize("name", KINDS)
def test_botocore_signs_alike(name: str) -> None:
    golden = list(_golden(name))
    assert len(golden) > 5
    for case, expected in golden:
        config = {**vectors_of(name)["config"], **case.get("config", {})}
        wanted = expected["headers"]["authorization"]
        assert _signed_by_botocore(expected, config, wanted) == wanted.rpartition("=")[2], case["id"]


def _signed_by_botocore(expected: Mapping[str, Any], config: Mapping[str, Any], wanted: str) -> str:
    keys = config["credentials"]
    service = wanted.split("/")[3]
    names = wanted.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    headers = {name: expected["headers"][name] for name in names if name != "host"}
    request = AWSRequest("POST", expected["url"], data=expected["body"].encode(), headers=headers)
    request.context["timestamp"] = expected["headers"]["x-amz-date"]
    auth = SigV4Auth(Credentials(keys["accessKeyId"], keys["secretAccessKey"]), service, config["region"])
    assert auth.signed_headers(auth.headers_to_sign(request)) == ";".join(names)
    return str(auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request))


def test_a_signature_changes_with_all_that_it_signs() -> None:
    headers, scope = {"host": "a", "x-amz-date": "20241205T102030Z"}, Scope("20241205T102030Z", "us-east-1", "s")
    proofs = {
        sign_post("/", headers, "", scope, "AKID", "secret"),
        sign_post("/a/", headers, "", scope, "AKID", "secret"),
        sign_post("/", {**headers, "host": "b"}, "", scope, "AKID", "secret"),
        sign_post("/", headers, "{}", scope, "AKID", "secret"),
        sign_post("/", headers, "", Scope("20241205T102030Z", "us-east-1", "t"), "AKID", "secret"),
        sign_post("/", headers, "", Scope("20241205T102030Z", "us-east-2", "s"), "AKID", "secret"),
        sign_post("/", headers, "", Scope("20241206T102030Z", "us-east-1", "s"), "AKID", "secret"),
        sign_post("/", headers, "", scope, "AKID", "other"),
    }
    assert len(proofs) == 8


# ------------------------------------------------------------------------------------------------------------- running


@pytest.mark.parametrize("name", KINDS)
def test_calls_need_no_network_no_library_for_it_and_no_time(name: str, tmp_path: Path) -> None:
    write_tree(tmp_path / "alone" / "service", files_of(name))
    (tmp_path / "alone" / "blocker.py").write_text(BLOCKER)
    settings = {"AWS_ENDPOINT_URL": "http://elsewhere/", "AWS_REGION": "xx", "AWS_USE_FIPS_ENDPOINT": "true"}
    done = run_suite(tmp_path / "alone", "service", "-p", "blocker", "-W", "error", settings=settings)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert f"{len(runs_of(name))} passed" in done.stdout


def test_the_suite_runs_from_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    write_tree(tmp_path / "locked" / "service", files_of(NEW))
    (tmp_path / "cwd").mkdir()
    folders = [tmp_path / "locked", *(path for path in (tmp_path / "locked").rglob("*") if path.is_dir())]
    before = sorted((tmp_path / "locked").rglob("*"))
    try:
        for folder in folders:
            folder.chmod(0o555)
        done = run_suite(tmp_path / "locked", "service", cwd=tmp_path / "cwd")
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert sorted((tmp_path / "locked").rglob("*")) == before


@pytest.mark.parametrize(
    ("path", "old", "test"),
    [
        ("_runtime/sync_driver.py", "self.transport.send(step.request, step.limits)", "test_call"),
        ("_runtime/async_driver.py", "self.transport.send(step.request, step.limits)", "test_async_call"),
    ],
)
def test_each_client_is_tried(path: str, old: str, test: str, tmp_path: Path) -> None:
    files = dict(files_of(NEW))
    assert files[path].count(old) == 1
    files[path] = files[path].replace(old, 'self.transport.send(step.request._replace(method="PUT"), step.limits)')
    write_tree(tmp_path / "broken", files)
    done = run_suite(tmp_path, "broken", "-k", "test_calls and request-golden")
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    golden = [case for case in calls_of(NEW) if case["kind"] == "request-golden"]
    assert len(failed) == len(golden) > 20 and all(f"::{test}[" in line for line in failed)
    assert "demanded by CreateEngagement:request" in done.stdout


def test_a_package_without_a_client_has_no_calls_and_a_suite_all_the_same(tmp_path: Path) -> None:
    model = model_of("everything")
    files = generate(replace(model, service=replace(model.service, target_prefix=None))).files
    left = {path for path in files_of("everything") if path.startswith("conformance/")} - set(files)
    assert left == {f"conformance/{name}.py" for name in (*CLIENT_MODULES, "test_calls")}
    assert "calls" not in json.loads(files["conformance/cases.json"])["groups"]
    write_tree(tmp_path / "service", files)
    command = [sys.executable, "-m", "service.conformance", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr


def test_one_case_can_be_run_by_itself() -> None:
    with imported(files_of(NEW)) as package:
        check = check_of(package, "calls")
        case = next(case for case in calls_of(NEW) if case["kind"] == "request-golden")
        check(case)
        spoiled = json.loads(json.dumps(case))
        spoiled["exchanges"][0]["expect"]["body"] = "{}"
        with pytest.raises(AssertionError, match=r"request 1: body: wanted '\{\}'"):
            check(spoiled)
