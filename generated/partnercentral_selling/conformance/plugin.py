"""A plugin for pytest, `-p PACKAGE.conformance.plugin`: with `--endpoint-url`, the suite runs against that server.

Nothing of the package itself is tested then: its requests leave as the cases have them, whatever its models say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from .. import errors
from .server import Server

FOLDER = Path(__file__).parent
SERVER_TESTS = "against_server.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, unless the suite of another package did: one run may hold several."""
    group = parser.getgroup("conformance")
    with suppress(ValueError):
        group.addoption(
            "--endpoint-url", metavar="URL", help="run the conformance suite against the server at this URL"
        )
        group.addoption("--region", metavar="NAME", help="the region that requests to that server are signed for")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--endpoint-url") == "":
        raise pytest.UsageError("--endpoint-url is empty: which server is to be tested?")
    if config.getoption("--endpoint-url"):
        config.addinivalue_line("python_files", SERVER_TESTS)
    elif config.getoption("--region"):
        raise pytest.UsageError("--region goes with --endpoint-url")


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
    return Server(str(config.getoption("--endpoint-url")), config.getoption("--region"))


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server that is tested, over connections that are kept."""
    with _connected(request.config) as found:
        yield found
