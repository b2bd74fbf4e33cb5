"""What all tests share: `pytest --update` rewrites what the tests compare with; review the difference as code."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected files of case directories")


LONGEST = (
    "test_pythons",
    "test_sandbox_fuzz",
    "test_types",
    "test_generate_all",
    "test_strategies",
    "test_mass",
    "test_howtos",
    "test_diff",
    "test_conformance",
    "test_hostile_commands",
    "test_golden",
)
"""Modules of half a minute and more: they come first, so that no processor is left with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Tell whether expectations are to be rewritten."""
    return bool(request.config.getoption("--update"))
