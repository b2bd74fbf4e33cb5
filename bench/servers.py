"""Servers on this machine, on a processor of their own where there are two: started, watched, ended.

In: what starts a server on a port. Out: its URL once it answers, how long that took, the most memory that it had.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass

from bench.loopback import pin
from bench.measure import environment

PATIENCE = 600


@dataclass(frozen=True, slots=True)
class Server:
    """`path` answers with 200 or 404 as soon as requests are served."""

    command: Callable[[int], Sequence[str]]
    settings: Callable[[int], Mapping[str, str]] = lambda port: {}
    path: str = "/"


@dataclass(frozen=True, slots=True)
class Running:
    url: str
    seconds: float
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def running(server: Server) -> Generator[Running, None, None]:
    """Run a server until the block ends; what it wrote last says why it ended early."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    settings, command = {**environment(), **server.settings(port)}, [*_pinned(), *server.command(port)]
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, env=settings, stdout=said, stderr=said) as process:
        try:
            while not _answers(port, server.path):
                if process.poll() is not None or time.perf_counter() - begin > PATIENCE:
                    said.seek(0)
                    raise SystemExit(_last_line(said.read()))
                time.sleep(0.002)
            yield Running(f"http://127.0.0.1:{port}", time.perf_counter() - begin, process)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def _pinned() -> Sequence[str]:
    """Keep to the last processor: all threads and processes of the server."""
    count = os.cpu_count() or 1
    return ("taskset", "-c", str(count - 1)) if shutil.which("taskset") and count > 1 else ()


@contextlib.contextmanager
def on_first_processor() -> Generator[None, None, None]:
    """Keep this process off the servers' processor for a while."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    pin(last=False)
    try:
        yield
    finally:
        if before:
            os.sched_setaffinity(0, before)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it does not answer")
