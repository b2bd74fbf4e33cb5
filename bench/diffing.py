"""`speccast diff` of two EC2 models, the largest that botocore has, beside deepdiff; both read their files themselves.

In: two releases of botocore, fetched once into `.cache`. deepdiff, in an environment of its own, compares the parsed
JSON and counts what it finds; ours judges every difference for three audiences and prints the report.
The first pair are the two newest models that differ when this was written, the second lies some months apart.

    python -m bench diffing
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from statistics import median

from bench.measure import measure, show

CACHE = Path(__file__).parent.parent / ".cache" / "bench-diffing"
PEER = "deepdiff"
NEWEST = "1.44.5"
OLDER = ("1.44.4", "1.42.72")
MODEL = "botocore/data/ec2/2016-11-15/service-2.json.gz"
_DEEPDIFF = """
import gzip, json, sys
from deepdiff import DeepDiff
old, new = (json.loads(gzip.open(path).read()) for path in sys.argv[1:])
print(sum(map(len, DeepDiff(old, new).values())))
"""
_OURS_WITHIN = """
import gc, io, sys, time
import codegen.cli.diff, codegen.diff.printers.text
from codegen.cli.main import run
gc.disable()
start = time.process_time()
run(["diff", *sys.argv[1:], "--fail-on", "none"], io.StringIO(), io.StringIO())
print(time.process_time() - start)
"""
_DEEPDIFF_WITHIN = """
import gzip, json, sys, time
from deepdiff import DeepDiff
start = time.process_time()
old, new = (json.loads(gzip.open(path).read()) for path in sys.argv[1:])
sum(map(len, DeepDiff(old, new).values()))
print(time.process_time() - start)
"""
_RUNS = 5
_FLOOR = "import gzip, json, sys; [json.loads(gzip.open(path).read()) for path in sys.argv[1:]]"


def main() -> None:
    try:
        peer = peer_python()
        models = {version: model(version) for version in (NEWEST, *OLDER)}
    except subprocess.CalledProcessError as error:
        print(f"left out, for something could not be fetched: {error}")
        return
    for version in OLDER:
        pair = [str(models[version]), str(models[NEWEST])]
        ours = [sys.executable, "-m", "codegen", "diff", *pair, "--fail-on", "none"]
        commands = {
            "speccast diff": ours,
            PEER: [str(peer), "-c", _DEEPDIFF, *pair],
            "gunzip and json.loads of both": [sys.executable, "-c", _FLOOR, *pair],
        }
        show(f"EC2 of botocore {version} to {NEWEST}", measure(commands), PEER)
        ours_within = [within(sys.executable, _OURS_WITHIN, pair) for _ in range(_RUNS)]
        peers_within = [within(str(peer), _DEEPDIFF_WITHIN, pair) for _ in range(_RUNS)]
        mine, theirs = median(ours_within), median(peers_within)
        ratio = f"{mine:.3f} s, {PEER} {theirs:.3f} s: {theirs / mine:.1f} times less"
        print(f"once all is imported, loading included: {ratio}\n")


def within(python: str, program: str, pair: list[str]) -> float:
    """Give the CPU seconds of a comparison in a process that has imported what it needs."""
    done = subprocess.run([python, "-c", program, *pair], check=True, capture_output=True, text=True)
    return float(done.stdout)


def peer_python() -> Path:
    """Give an interpreter that has deepdiff; remove the folder to measure a newer one."""
    folder = CACHE / "venv"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--compile", PEER)
        (folder / "complete").touch()
    return python


def model(version: str) -> Path:
    """Take the model out of a wheel, which is fetched without what it depends on."""
    path = CACHE / version / "service-2.json.gz"
    if not path.exists():
        wanted = ["--no-deps", "--only-binary", ":all:", "--dest", str(CACHE), f"botocore=={version}"]
        _run(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *wanted)
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(next(CACHE.glob(f"botocore-{version}-*.whl"))) as wheel:
            path.write_bytes(wheel.read(MODEL))
    return path


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
