"""Any service of AWS: generated, imported without a warning, proved by its suite, as black would have it.

A few here, others with each botocore; `SPECCAST_FULL=1` takes all of them, as `make aws` does, and the workflow `aws`
thirty others at each run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import every_service
import pytest
from commands import speccast

from codegen.files.manifest import read_manifest
from codegen.mass import Cast
from codegen.orders import Order

SMALL = 9_000  # bytes of a packed model that take about two seconds; arbitrary
SAMPLE = every_service.sample(4, version("botocore"), SMALL)
ALL = sorted(every_service.services())
CONTRADICTORY = {
    "apprunner": "pattern-impossible",  # "ServiceId" is 32 characters long, and its pattern takes 36
    "osis": "pattern-impossible",  # "AwsAccountId" is 12 characters long, and its pattern takes 13
    "rbin": "pattern-unsupported",  # a pattern repeats nothing
}
"""Services whose models say against themselves what cannot be held."""

full = pytest.mark.skipif(os.environ.get("SPECCAST_FULL") != "1", reason="takes an hour: SPECCAST_FULL=1 runs it")


def test_a_service_that_others_share_a_name_with_has_a_package_of_its_own(tmp_path: Path) -> None:
    done = speccast("generate", "botocore:sms-voice", "botocore:pinpoint-sms-voice", "--out", str(tmp_path))
    assert done.code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pinpoint_sms_voice", "sms_voice"]


def test_all_of_botocore_is_every_service_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = list[str]()

    def remember(todo: Sequence[Order], *_: object) -> list[Cast]:
        wanted.extend(order.found.shown for order in todo)
        return []

    monkeypatch.setattr("codegen.cli.generate._cast", remember)
    assert speccast("generate", "botocore:all", "--out", str(tmp_path)).code == 0
    assert sorted(wanted) == [f"botocore:{name}" for name in ALL]


@pytest.mark.parametrize("service", SAMPLE)
def test_a_service_of_the_sample_is_as_it_should_be(service: str, tmp_path: Path) -> None:
    _prove(service, tmp_path)


@pytest.mark.parametrize(
    "service",
    [
        pytest.param("oam", id="members of errors that are the header of their code"),
        pytest.param("geo-maps", id="members of errors whose names on the wire are others"),
        pytest.param("sagemakertrainingsessionruntime", id="keys of maps within something sensitive"),
    ],
)
def test_a_service_that_once_failed_is_as_it_should_be(service: str, tmp_path: Path) -> None:
    _prove(service, tmp_path)


@pytest.mark.parametrize(
    ("service", "operations"),
    [
        pytest.param("m2", "CreateEnvironment", id="members whose names no path has without quotes"),
        pytest.param("vpc-lattice", "UpdateTargetGroup", id="a pattern of which no long text is found"),
        pytest.param("cloudwatch", "GetDashboard,PutMetricAlarm", id="errors of one code"),
    ],
)
def test_what_once_failed_of_a_service_is_as_it_should_be(service: str, operations: str, tmp_path: Path) -> None:
    _prove(service, tmp_path, "--operations", operations)


@pytest.mark.parametrize("service", sorted(CONTRADICTORY))
def test_a_service_whose_model_contradicts_itself_is_made_and_told_of(service: str, tmp_path: Path) -> None:
    done = speccast("generate", f"botocore:{service}", "--out", str(tmp_path))
    assert done.code == 0
    assert "warning: " in done.err and f"[{CONTRADICTORY[service]}]" in done.err


@full
@pytest.mark.parametrize("service", ALL)
def test_every_service_is_as_it_should_be(service: str, tmp_path: Path) -> None:
    _prove(service, tmp_path)


def test_a_secret_that_its_pattern_holds_may_stand_in_a_message(tmp_path: Path) -> None:
    _prove("quicksight", tmp_path, "--operations", "CreateOAuthClientApplication")


def _prove(service: str, folder: Path, *options: str) -> None:
    done = speccast("generate", f"botocore:{service}", "--out", str(folder), *options)
    assert done.code == 0, done.err
    (package,) = folder.iterdir()
    assert read_manifest(package)
    assert every_service.faults_of(package) == []


def test_a_package_that_is_not_as_it_should_be_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert speccast("generate", "botocore:signer-data", "--out", str(tmp_path)).code == 0
    package = tmp_path / "signer_data"
    record = tmp_path / "record"
    with open(package / "errors.py", "a", encoding="utf-8") as stream:
        stream.write("X   = 1\n")
    vectors = package / "conformance" / "cases.json"
    content = json.loads(vectors.read_text(encoding="utf-8"))
    content["groups"]["errors"][0]["code"] = "Another"
    vectors.write_text(json.dumps(content), encoding="utf-8")
    assert every_service.main([str(tmp_path), "--record", str(record)]) == 1
    said = capsys.readouterr().out
    assert "black: errors.py would be changed" in said and "suite: " in said
    assert said.endswith("1 packages, 1 with faults\n")
    assert json.loads(record.read_text(encoding="utf-8"))["package"] == "signer_data"


def test_a_folder_without_packages_is_no_success(tmp_path: Path) -> None:
    assert every_service.main([str(tmp_path)]) == 1
