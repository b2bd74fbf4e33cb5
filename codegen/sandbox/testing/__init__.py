"""A pytest plugin: `speccast_sandbox`, a Partner Central for one test, for whoever has this distribution installed.

    def test_an_engagement_is_made(speccast_sandbox):
        speccast_sandbox.client().create_engagement(Catalog="Sandbox", ClientToken="t", Title="T", Description="D")
        assert [event["detail-type"] for event in speccast_sandbox.events()] == ["Engagement Created"]

pytest imports this module at every start, in projects that never ask for a sandbox as well: `running` has the rest,
and is imported by the first test that does.
"""

from __future__ import annotations

from collections.abc import Generator
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from codegen.sandbox.testing.running import RunningSandbox, Stage

NEEDED = ("uvicorn", "httptools")


@pytest.fixture(scope="session")
def _speccast_stage() -> Generator[Stage, None, None]:
    """Serve, on a port that stays the same, nothing yet."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        message = f"speccast_sandbox needs {' and '.join(missing)}; pip install 'speccast[sandbox]'"
        pytest.fail(message, pytrace=False)
    with import_module("codegen.sandbox.testing.running").staged() as stage:
        yield stage


@pytest.fixture
def speccast_sandbox(_speccast_stage: Stage) -> Generator[RunningSandbox, None, None]:
    """A sandbox for this test, empty at first: its URL, the keys of two accounts, its clock and its events."""
    with _speccast_stage.sandbox() as sandbox:
        yield sandbox
