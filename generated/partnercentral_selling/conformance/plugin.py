"""A plugin for pytest, `-p PACKAGE.conformance.plugin`: with `--endpoint-url`, the suite runs against that server.

Nothing of the package itself is tested then: its requests leave as the cases have them, whatever its models say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from .. import errors
from .server import Server

FOLDER = Path(__file__).parent
SERVER_TESTS = "against_server.py"


def _rate(text: str) -> float:
    """`5` and `0.5` are rates; so is `5/s`."""
    rate = float(text.removesuffix("/s"))
    if not 0 < rate < 1e6:
        raise ValueError(text)
    return rate


def _member(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ValueError(text)
    return name, value


OPTIONS: Mapping[str, Any] = {
    "--endpoint-url": {"metavar": "URL", "help": "run the conformance suite against the server at this URL"},
    "--region": {"metavar": "NAME", "help": "the region that requests to that server are signed for"},
    "--rate": {"metavar": "N", "type": _rate, "help": "requests that server is sent a second, at most"},
    "--member": {
        "metavar": "NAME=VALUE",
        "type": _member,
        "action": "append",
        "default": [],
        "help": "what a member of every input is set to, such as Catalog=Sandbox; may be given again",
    },
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, unless the suite of another package did: one run may hold several."""
    group = parser.getgroup("conformance")
    for name, about in OPTIONS.items():
        with suppress(ValueError):
            group.addoption(name, **about)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--endpoint-url") == "":
        raise pytest.UsageError("--endpoint-url is empty: which server is to be tested?")
    if config.getoption("--endpoint-url"):
        config.addinivalue_line("python_files", SERVER_TESTS)
        return
    for name in ("--region", "--rate", "--member"):
        if config.getoption(name):
            raise pytest.UsageError(f"{name} goes with --endpoint-url")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the tests of the package itself when a server is tested."""
    ours = collection_path.parent == FOLDER and collection_path.name.startswith("test_")
    return True if ours and config.getoption("--endpoint-url") else None


def pytest_sessionstart(session: pytest.Session) -> None:
    """End the run with one sentence where there is no server, instead of one failure for each case."""
    if not session.config.getoption("--endpoint-url"):
        return
    try:
        with _connected(session.config) as server:
            server.greet()
    except (errors.TransportError, errors.ConfigurationError) as error:
        pytest.exit(f"the server cannot be reached: {error}", returncode=2)


def _connected(config: pytest.Config) -> Server:
    url, region, rate = (config.getoption(name) for name in ("--endpoint-url", "--region", "--rate"))
    fixed: Any = config.getoption("--member")
    return Server(str(url), region, rate, dict(fixed))


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server that is tested, over connections that are kept."""
    with _connected(request.config) as found:
        yield found
