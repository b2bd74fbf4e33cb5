"""Interpreters with what ours is compared with, each in a virtual environment of its own that is made when needed.

In: the name of an environment. Out: its interpreter, and the versions in it. `locks/` pins them; a lock that changes
makes its environment anew. aiobotocore wants a botocore of its own choice, hence not one environment for all. Modules
are compiled when they are installed: a peer that has to compile them at each start would look slower than it is.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

LOCKS = Path(__file__).with_name("locks")
ROOT = Path(__file__).parent.parent
STAMP = "made-from"
FOLDER = ROOT / ".cache" / "bench"
SHOWN = {
    "boto3": ("boto3", "botocore", "urllib3"),
    "aiobotocore": ("aiobotocore", "botocore", "aiohttp"),
    "datamodel": ("datamodel-code-generator", "black", "isort"),
    "diffing": ("deepdiff", "jsondiff"),
    "moto": ("moto", "botocore"),
    "localstack": ("localstack-core",),
}
"""Environment -> the distributions whose versions stand beside its figures."""
OURS = ("pydantic", "urllib3", "aiohttp", "black", "jinja2", "uvicorn", "httptools")
_FOUND = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
def found(names):
    for name in names:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            pass
print(", ".join(found(sys.argv[1:])))
"""


@cache
def peer(name: str, base: str = sys.executable) -> str:
    """Give the interpreter of an environment; stop with what pip said where it cannot be made."""
    folder, lock = FOLDER / name, LOCKS / f"{name}.txt"
    python = folder / "bin" / "python"
    if not is_made(name):
        print(f"installing what {lock.name} names", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        _done([base, "-m", "venv", str(folder)])
        _done([*pip, "--compile", "-r", str(lock)])
        (folder / STAMP).write_text(_digest(name), encoding="ascii")
    return str(python)


def is_made(name: str) -> bool:
    """Say whether an environment has what its lock says."""
    stamp = FOLDER / name / STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii") == _digest(name)


def _digest(name: str) -> str:
    return hashlib.sha256((LOCKS / f"{name}.txt").read_bytes()).hexdigest()


def versions(name: str) -> str:
    """`boto3 1.44.5, botocore 1.44.5, urllib3 2.8.0`; `ours` is this interpreter."""
    python, names = (sys.executable, OURS) if name == "ours" else (peer(name), SHOWN[name])
    return subprocess.run([python, "-c", _FOUND, *names], check=True, capture_output=True, text=True).stdout.strip()


def _done(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().splitlines()[-1:]
        raise SystemExit(" ".join(["it could not be installed:", *last])) from None
