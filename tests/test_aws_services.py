"""The committed table of AWS services says what the installed botocore has; what a machine measured is not compared."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import every_service
import pytest
from botocore import __version__ as installed  # type: ignore[import-untyped]

from bench import services

TABLE = (Path(__file__).parent.parent / "docs" / "aws-services.md").read_text(encoding="utf-8")
ROWS = {row[0]: row for row in re.findall(r"^\| ([a-z0-9-]+) \| ([^|]*) \| ([0-9]*) \|", TABLE, re.MULTILINE)}
SAMPLE = Random(every_service.today()).sample(sorted(ROWS), min(6, len(ROWS)))


def test_the_table_is_of_the_botocore_that_is_installed() -> None:
    assert f"of botocore {installed} as" in TABLE
    assert ROWS and ROWS.keys() <= every_service.services().keys()


@pytest.mark.parametrize("service", SAMPLE)
def test_a_row_says_what_the_model_says(service: str) -> None:
    _, protocol, operations = ROWS[service]
    found = services.facts(service)
    assert (protocol, operations) == (found["protocol"], str(found["operations"]))


def test_what_a_program_uses_stands_before_the_whole_services(tmp_path: Path) -> None:
    figures = '"protocol": "p", "lines": 9, "bytes": 1024, "import_ms": 3.2, "cpu_s": 1, "peak_mib": 9'
    record = tmp_path / "record"
    record.write_text(
        f'{{"service": "a", "operations": 12, {figures}}}\n'
        f'{{"service": "a", "operations": 12, "chosen": "Get,Put", {figures}}}\n',
        encoding="utf-8",
    )
    chosen, whole = services.table(services.read(record)).split("generating s")[1:]
    assert "| a | p | Get, Put | 9 | 1 | 3 | 1.0 | 9 |" in chosen
    assert "| a | p | 12 | 9 | 1 | 3 | 1.0 | 9 |" in whole


def test_lines_that_are_written_are_read_and_the_last_of_a_service_counts(tmp_path: Path) -> None:
    record = tmp_path / "record"
    record.write_text(
        '{"service": "b", "fault": "no | good"}\n{"service": "a", "fault": "x"}\n'
        '{"service": "a", "protocol": "p", "operations": 1, "lines": 1000, "bytes": 2048, "cpu_s": 1.26,'
        ' "peak_mib": 9}\n',
        encoding="utf-8",
    )
    assert services.table(services.read(record)).splitlines()[-2:] == [
        "| a | p | 1 | 1,000 | 2 | 0 | 1.3 | 9 |",
        "| b | not made: no \\| good |  |  |  |  |  |  |",
    ]
