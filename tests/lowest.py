"""`python tests/lowest.py`: what we run on, in the lowest versions that `pyproject.toml` allows, as requirements."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_GENERATED = ("aiohttp", "cbor2", "urllib3")
"""What generated packages run on; among ours they are there for tests."""


def lowest() -> Iterator[str]:
    """Give `name==version` for each; the tests' own tools stay as they are locked."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    tools = [text for text in extras["dev"] if Requirement(text).name in _GENERATED]
    for text in (*project["dependencies"], *extras["sandbox"], *tools):
        requirement = Requirement(text)
        (bound,) = requirement.specifier
        yield f"{requirement.name}{_extras(requirement)}=={bound.version}"


def _extras(requirement: Requirement) -> str:
    return f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""


if __name__ == "__main__":
    sys.stdout.write("\n".join(lowest()) + "\n")
