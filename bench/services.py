"""Every service of the installed botocore, generated: what it is, how large its package gets, what importing costs.

    python -m bench.services measure RECORD [SERVICE ...]   appends a line of JSON per service that has none
    python -m bench.services write RECORD docs/aws-services.md

A measuring run takes an hour: it can be stopped and started again, and records of several machines can be put together.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.measure import run
from codegen.load import find
from codegen.load.loaded import load
from codegen.project import read_project
from codegen.spec import ir

TESTS = Path(__file__).parent.parent / "tests"
LOOK = [sys.executable, str(TESTS / "every_service.py")]
TIMES = ("import_ms", "cpu_s", "peak_mib")
"""Figures of a machine; all others are the same everywhere."""

CHOSEN = (("dynamodb", "GetItem,PutItem"), ("s3", "GetObject,PutObject"))
"""What small programs call, for what `--operations` leaves of a package."""

_HEAD = """# AWS services

Every service of botocore {version} as `speccast generate botocore:all` makes it. Lines are those of Python files; KiB
those of the whole package, most of them vectors of the conformance suite; import is CPU time of package, models, errors
and clients, pydantic aside; generating is CPU time of one process. `python -m bench.services` measures.

"""
_CHOSEN = """A program that calls two operations needs less; most of these lines are the runtime that every package has:

"""
_COLUMNS = """| service | protocol | operations | lines | KiB | import ms | generating s | peak MiB |
|---|---|---:|---:|---:|---:|---:|---:|
"""


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["measure", record, *names]:
            measure(Path(record), names)
        case ["write", record, target]:
            Path(target).write_text(table(read(Path(record))), encoding="utf-8", newline="\n")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


def facts(name: str) -> dict[str, Any]:
    """Say of a service what its model says."""
    model: ir.Model = load(find([f"botocore:{name}"], read_project(Path.cwd()))[0]).model
    return {"service": name, "protocol": model.service.protocol.value, "operations": len(model.operations)}


def measure(record: Path, chosen: Iterable[str]) -> None:
    """Measure what has no line yet, the small ones first."""
    found = find(["botocore:all"], read_project(Path.cwd()))
    smallest = sorted(found, key=lambda one: sum(len(file.content) for file in one.files))
    names = [one.shown.removeprefix("botocore:") for one in smallest]
    done = {_key(line) for line in read(record)}
    for wanted in (*CHOSEN, *((name, "") for name in names)):
        if wanted not in done and (not chosen or wanted[0] in chosen):
            line = json.dumps(figures(*wanted))
            print(line, flush=True)
            with open(record, "a", encoding="utf-8") as stream:
                stream.write(line + "\n")


def figures(name: str, operations: str = "") -> dict[str, Any]:
    """Generate one service, or some operations of it, and look at its package; `fault` says why there is none."""
    options = ("--operations", operations) if operations else ()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "codegen", "generate", f"botocore:{name}", "--out", folder, *options]
        try:
            cost = run(command)
        except SystemExit as fault:
            errors = [line for line in str(fault).splitlines() if ": error: " in line]
            return {"service": name, "fault": errors[0].partition(": error: ")[2] if errors else "generating failed"}
        (package,) = (path for path in Path(folder).iterdir() if not path.name.startswith("."))
        record = Path(folder, ".record")
        run([*LOOK, "--look", str(package), "--record", str(record)])
        found: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    measured = {"cpu_s": round(cost.figure, 1), "peak_mib": round(cost.peak or 0)}
    return {
        **facts(name),
        **({"chosen": operations} if operations else {}),
        **{key: found[key] for key in ("lines", "bytes", "import_ms", "faults") if key in found},
        **measured,
    }


def read(record: Path) -> list[dict[str, Any]]:
    """Read a record; of several lines for a service the last counts."""
    if not record.exists():
        return []
    lines = (json.loads(line) for line in record.read_text(encoding="utf-8").splitlines())
    return list({_key(line): line for line in lines}.values())


def _key(line: Mapping[str, Any]) -> tuple[str, str]:
    return line["service"], line.get("chosen", "")


def table(lines: Iterable[Mapping[str, Any]]) -> str:
    whole: list[str] = []
    chosen: list[str] = []
    for line in sorted(lines, key=_key):
        (chosen if "chosen" in line else whole).append(f"| {' | '.join(_cells(line))} |\n")
    small = [_CHOSEN, _COLUMNS, *chosen, "\n"] if chosen else []
    return "".join([_HEAD.format(version=version("botocore")), *small, _COLUMNS, *whole])


def _cells(line: Mapping[str, Any]) -> tuple[str, ...]:
    if "fault" in line:
        return line["service"], f"not made: {line['fault']}".replace("|", "\\|"), *("",) * 6
    return (
        line["service"],
        line["protocol"],
        line["chosen"].replace(",", ", ") if "chosen" in line else str(line["operations"]),
        f"{line['lines']:,}",
        f"{line['bytes'] / 1024:,.0f}",
        f"{line.get('import_ms', 0):.0f}",
        f"{line['cpu_s']:.1f}",
        str(line["peak_mib"]),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
