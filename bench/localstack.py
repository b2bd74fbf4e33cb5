"""LocalStack's server from PyPI, where there is a Python that it runs on.

In: a folder for what it keeps. Out: what starts it; or SystemExit with the reason why it cannot be. It wants Python
3.13 whatever its package says, a certificate that it would download, and folders that its container has.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.peers import peer
from bench.servers import Server

LOCALSTACK, QUEUE = "localstack", "q"
VERSIONS = ("3.13",)
"""Of Python, that the lock is for."""


def localstack(folder: Path) -> Server:
    python = peer("localstack", _base())

    def command(port: int) -> Sequence[str]:
        return [python, "-m", "localstack.runtime.main"]

    def settings(port: int) -> Mapping[str, str]:
        return {
            "GATEWAY_LISTEN": f"127.0.0.1:{port}",
            "FILESYSTEM_ROOT": str(folder / "localstack"),
            "SERVICES": "sqs",
            "EAGER_SERVICE_LOADING": "0",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DISABLE_EVENTS": "1",
            "PYTHONPATH": "",
        }

    return Server(command, settings, "/_localstack/health")


def _base() -> str:
    """Find a Python that it runs on. Raises SystemExit where there is none."""
    for python in _pythons():
        done = subprocess.run([python, "-m", "venv", "--help"], capture_output=True)
        if done.returncode == 0:
            return python
    raise SystemExit(f"no Python {' or '.join(VERSIONS)} was found")


def _pythons() -> Iterator[str]:
    for version in VERSIONS:
        named = shutil.which(f"python{version}")
        yield from [named] if named else []
        yield from map(str, sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python")))
