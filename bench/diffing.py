"""`speccast diff` of two models of botocore beside deepdiff and jsondiff; all read their files themselves.

In: two releases of botocore, some months apart, fetched once into `.cache`; of partnercentral-selling four operations
and all of them, and EC2, the largest that there is. The peers compare the parsed JSON and count what they find; ours
judges every difference for three audiences and prints the report. First whole processes, and the floors that no diff
gets below; then what is left once all is imported: reading both files, comparing, judging, printing. That is what the
goal is for: of a whole process, starting Python, importing click and parsing JSON twice take all that a twelfth of
deepdiff's leaves.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.measure import Against, Figure, environment, measure, rows_of
from bench.peers import FOLDER, peer
from bench.results import Curve, Goal, Table
from bench.specs import FOUR

PEERS = ("diffing",)
ROUNDS = 7
OLD, NEW = "1.42.72", "1.44.5"
MODELS = {"partnercentral-selling": "2022-07-26", "ec2": "2016-11-15"}
OURS, DEEPDIFF, JSONDIFF = "speccast diff", "deepdiff", "jsondiff"
GOALS = {"ec2": Goal(1 / 12)}

_READ = "import gzip, json, sys; old, new = (json.loads(gzip.open(path).read()) for path in sys.argv[1:])"
_DEEPDIFF = f"{_READ}\nfrom deepdiff import DeepDiff; print(sum(map(len, DeepDiff(old, new).values())))"
_JSONDIFF = f"{_READ}\nfrom jsondiff import diff; print(len(diff(old, new)))"
_IMPORTS = (
    "import codegen.cli.diff, codegen.cli.annotating, codegen.cli.reports, codegen.diff.compare.texts; "
    "from codegen.cli.main import run"
)
_WITHIN = """
import io, gzip, json, sys, time
{imports}
paths = sys.argv[1:]
begin = time.process_time()
{work}
print(time.process_time() - begin)
"""
_OLD_AND_NEW = "old, new = (json.loads(gzip.open(path).read()) for path in paths)"
WITHIN = {
    OURS: _WITHIN.format(
        imports=_IMPORTS,
        work='run(["diff", *paths, "--fail-on", "none"], io.StringIO(), io.StringIO())',
    ),
    DEEPDIFF: _WITHIN.format(
        imports="from deepdiff import DeepDiff", work=f"{_OLD_AND_NEW}; sum(map(len, DeepDiff(old, new).values()))"
    ),
    JSONDIFF: _WITHIN.format(imports="from jsondiff import diff", work=f"{_OLD_AND_NEW}; len(diff(old, new))"),
}


def tables(rounds: int) -> Iterator[Table | Curve]:
    points: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        for title, pair in pairs(Path(name)).items():
            against = {OURS: Against(DEEPDIFF), JSONDIFF: Against(DEEPDIFF)}
            named = f"{title}, botocore {OLD} to {NEW}"
            table = Table(
                title=f"Diff of {named}", unit="CPU s", rows=rows_of(measure(_commands(pair), rounds), against)
            )
            yield table
            shapes = len(json.loads(gzip.decompress(pair[1].read_bytes()))["shapes"])
            for row in table.rows[:3]:
                points.setdefault(row.name, []).append((shapes, row.figure or 0))
            yield Table(title=f"Diff of {title}, once all is imported", unit="CPU s", rows=_within(title, pair, rounds))
    for name, of in points.items():
        yield Curve(name=name, sizes="shapes", unit="CPU s", points=tuple(of))


def _commands(pair: Sequence[Path]) -> dict[str, Sequence[str]]:
    paths, python = [str(path) for path in pair], peer("diffing")
    return {
        OURS: [sys.executable, "-m", "codegen", "diff", *paths, "--fail-on", "none"],
        DEEPDIFF: [python, "-c", _DEEPDIFF, *paths],
        JSONDIFF: [python, "-c", _JSONDIFF, *paths],
        "python -c pass": [sys.executable, "-c", "pass"],
        "importing what speccast diff uses": [sys.executable, "-c", _IMPORTS],
        "gunzip and json.loads of both": [sys.executable, "-c", _READ, *paths],
    }


def _within(title: str, pair: Sequence[Path], rounds: int) -> Any:
    """Time what is left in processes that have imported what they need."""
    found: dict[str, list[Figure]] = {name: [] for name in WITHIN}
    for _ in range(2 * rounds + 1):  # short, and all of it cold: a busy host slows it more than its peers
        for name, program in WITHIN.items():
            command = [sys.executable if name == OURS else peer("diffing"), "-c", program, *map(str, pair)]
            done = subprocess.run(command, env=environment(), check=True, capture_output=True, text=True)
            found[name].append(Figure(float(done.stdout)))
    return rows_of(found, {OURS: Against(DEEPDIFF, GOALS.get(title)), JSONDIFF: Against(DEEPDIFF)})


# -------------------------------------------------------------------------------------------------------------- models


def pairs(folder: Path) -> Mapping[str, tuple[Path, Path]]:
    """Give the files that are compared, by what they are: old and new."""
    service, ec2 = ((model(name, OLD), model(name, NEW)) for name in MODELS)
    some = _cut(service[0], folder / "old" / "service-2.json.gz"), _cut(
        service[1], folder / "new" / "service-2.json.gz"
    )
    return {"4 operations": some, "partnercentral-selling": service, "ec2": ec2}


def model(name: str, version: str) -> Path:
    """Take a model out of a wheel, which is fetched without what it depends on."""
    cache = FOLDER / "models"
    path = cache / version / name / "service-2.json.gz"
    if not path.exists():
        wanted = ["--no-deps", "--only-binary", ":all:", "--dest", str(cache), f"botocore=={version}"]
        quiet = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        if not list(cache.glob(f"botocore-{version}-*.whl")) and subprocess.run([*quiet, *wanted]).returncode:
            raise SystemExit(f"botocore {version} could not be fetched")
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(next(cache.glob(f"botocore-{version}-*.whl"))) as wheel:
            path.write_bytes(wheel.read(f"botocore/data/{name}/{MODELS[name]}/service-2.json.gz"))
    return path


def _cut(source: Path, target: Path) -> Path:
    """Keep four operations, and the shapes that they reach."""
    whole = json.loads(gzip.decompress(source.read_bytes()))
    whole["operations"] = {name: whole["operations"][name] for name in FOUR.split(",")}
    reached: dict[str, None] = {}
    ahead = list(_named(whole["operations"]))
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached[name] = None
            ahead += _named(whole["shapes"][name])
    whole["shapes"] = {name: shape for name, shape in whole["shapes"].items() if name in reached}
    target.parent.mkdir(parents=True)
    target.write_bytes(gzip.compress(json.dumps(whole).encode(), mtime=0))
    return target


def _named(value: Any) -> Iterator[str]:
    """Walk the names of shapes in a part of a model."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and isinstance(value.get("shape"), str):
        yield value["shape"]
    for part in parts:
        yield from _named(part)
