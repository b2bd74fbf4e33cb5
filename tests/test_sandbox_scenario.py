"""Every tool that people call AWS with, against a sandbox that is served: one story, the same ends."""

from __future__ import annotations

import pytest
from sandbox_scenario import ENDS, play
from sandbox_served import sandbox_served
from sandbox_tools import TOOLS


@pytest.mark.parametrize("name", TOOLS)
def test_the_story_has_the_same_ends_with_every_tool(name: str) -> None:
    with sandbox_served() as sandbox, TOOLS[name](sandbox.url) as tool:
        assert play(tool, sandbox.url) == ENDS


def test_there_are_as_many_tools_as_people_use() -> None:
    assert list(TOOLS) == ["boto3", "aiobotocore", "AWS CLI", "Client", "AsyncClient"]
