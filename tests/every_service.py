"""Look whether generated packages are what they should be: imported without a warning, proved, formatted, compiled.

    python -m codegen generate botocore:all --shard 1/8 --out aws
    python tests/every_service.py aws [--record FILE]

In: a folder of packages. Out: a line for each, with what is wrong with it; with `--record`, a line of JSON as well,
which `bench/services.py` makes a table of. Each package is looked at by a process of its own, so that one imports
nothing that another has, and what importing costs is its own; what black has said of a file holds for the same file
of the next package. Exit code 1 when anything is wrong.

`--sample 30` prints the names of a rotating sample of services instead, one a line.
"""

from __future__ import annotations

import argparse
import compileall
import importlib
import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import black
from black.mode import TargetVersion

CHECKS = {"requests": "check_request", "answers": "check_answer", "errors": "check_error", "events": "check_event"}
"""The groups of cases that need models alone, and what runs one."""

MODE = black.Mode(line_length=120, target_versions={TargetVersion.PY311})
SHOWN = 5  # faults of a package that are printed; arbitrary


def services() -> dict[str, int]:
    """Give the services of the installed botocore, each with the size of its newest model."""
    botocore = importlib.import_module("botocore")
    data = Path(str(botocore.__file__)).parent / "data"
    newest = ((folder.name, sorted(folder.glob("*/service-2.json*"))) for folder in sorted(data.iterdir()))
    return {name: found[-1].stat().st_size for name, found in newest if found}


def today() -> str:
    """Give the seed of a day."""
    return datetime.now(UTC).date().isoformat()


def sample(count: int, seed: str, most: int | None = None) -> list[str]:
    """Draw services, the same for the same seed; none whose packed model has more bytes than `most`."""
    fitting = [name for name, size in services().items() if most is None or size <= most]
    return sorted(Random(seed).sample(fitting, count))


# -------------------------------------------------------------------------------------------------------- one package


def look(package: Path, formatted: Path) -> dict[str, Any]:
    """Look at one package, in this process, which imports it for good; `formatted` holds what black has seen."""
    manifest = json.loads((package / "MANIFEST.json").read_text(encoding="utf-8"))
    files = [package / path for path in ("MANIFEST.json", *manifest["files"])]
    figures = {
        "spec": manifest["spec"],
        "bytes": sum(path.stat().st_size for path in files),
        "lines": sum(path.read_bytes().count(b"\n") for path in files if path.suffix == ".py"),
    }
    try:
        figures["import_ms"] = round(1000 * _import(package), 1)
    except (Exception, Warning) as fault:  # whatever a generated module raises is what is asked for
        return {**figures, "faults": [f"import: {type(fault).__name__}: {fault}"]}
    return {**figures, "faults": [*_unformatted(files, formatted), *_uncompiled(package), *_failed(package)]}


def _import(package: Path) -> float:
    """Import what users import, any warning an error; give the CPU seconds, pydantic and strategies aside."""
    importlib.import_module("pydantic")
    sys.path.insert(0, str(package.parent))
    modules = [package.name, f"{package.name}.models", f"{package.name}.errors"]
    modules += [f"{package.name}.{path.stem}" for path in package.glob("*client.py")]
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for module in modules:
            importlib.import_module(module)
        spent = time.process_time() - start
        importlib.import_module(f"{package.name}.strategies")
    return spent


def _unformatted(files: Sequence[Path], formatted: Path) -> Iterator[str]:
    """Ask black about what it has not seen, and remember what is as black would have it: most files are copies."""
    seen = set(formatted.read_text(encoding="ascii").split())
    with open(formatted, "a", encoding="ascii") as stream:
        for path in (path for path in files if path.suffix == ".py"):
            text = path.read_text(encoding="utf-8")
            digest = sha256(text.encode()).hexdigest()
            if digest in seen:
                continue
            if black.format_str(text, mode=MODE) == text:
                stream.write(f"{digest}\n")
            else:
                yield f"black: {path.name} would be changed"


def _uncompiled(package: Path) -> Iterator[str]:
    if not compileall.compile_dir(str(package), quiet=2):
        yield "compileall: a file does not compile"


def _failed(package: Path) -> Iterator[str]:
    """Run the suite's cases for models here: pytest takes longer to collect tens of thousands than to run them."""
    vectors = json.loads((package / "conformance" / "cases.json").read_text(encoding="utf-8"))
    checks = importlib.import_module(f"{package.name}.conformance.checks")
    ran = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for group, function in CHECKS.items():
            for case in vectors["groups"].get(group, ()):
                ran += 1
                try:
                    getattr(checks, function)(case)
                except Exception as fault:  # a case that fails is what is looked for
                    yield f"suite: {case['id']}: {type(fault).__name__}: {fault}"
    if not ran:
        yield "suite: no case"


# ------------------------------------------------------------------------------------------------------ all of them


def _packages(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("[!.]*/MANIFEST.json"))


def faults_of(package: Path) -> list[str]:
    """Look at one package in a process of its own."""
    faults: list[str] = _asked(package)["faults"]
    return faults


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="speccast-formatted-")


def _asked(package: Path) -> dict[str, Any]:
    """Look in a process of its own."""
    formatted = Path(_folder().name, "formatted")
    formatted.touch()
    command = [sys.executable, __file__, "--look", str(package), "--formatted", str(formatted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"spec": package.name, "faults": [f"look: {done.stderr.strip().splitlines()[-1:]}"]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _look_at_all(folder: Path, record: Path | None) -> int:
    wrong = 0
    packages = _packages(folder)
    for package in packages:
        found = {"package": package.name, **_asked(package)}
        wrong += bool(found["faults"])
        print(f"{package.name}: {'; '.join(found['faults'][:SHOWN]) or 'as it should be'}", flush=True)
        if record:
            with open(record, "a", encoding="utf-8") as stream:
                stream.write(json.dumps(found) + "\n")
    print(f"{len(packages)} packages, {wrong} with faults")
    return 1 if wrong or not packages else 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Look whether generated packages are what they should be.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--record", type=Path)
    parser.add_argument("--look", type=Path)
    parser.add_argument("--formatted", type=Path)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", default=today())
    given = parser.parse_args(arguments)
    if given.sample:
        print("\n".join(f"botocore:{name}" for name in sample(given.sample, given.seed)))
        return 0
    if given.look:
        line = json.dumps(look(given.look.resolve(), given.formatted))
        given.record.write_text(line, encoding="utf-8") if given.record else print(line)
        return 0
    if not given.folder:
        parser.error("name a folder of packages")
    return _look_at_all(given.folder.resolve(), given.record)


if __name__ == "__main__":
    sys.exit(main())
