"""What all tests share: `pytest --update` rewrites what the tests compare with; review the difference as code."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected files of case directories")


LONGEST = (
    "test_sandbox_fuzz",
    "test_types",
    "test_hostile_groups",
    "test_howtos",
    "test_strategies",
    "test_ci",
    "test_diff",
    "test_conformance",
    "test_hostile",
    "test_pythons",
    "test_conformance_calls",
    "test_file_safety",
    "test_hostile_commands",
    "test_generate_all",
    "test_mutants_clients",
    "test_reference_browser",
    "test_vendor_suites",
    "test_properties",
    "test_golden",
    "test_sandbox_conformance",
    "test_conformance_server",
    "test_pages_and_waiters",
    "test_mass",
)
"""Modules that take longest: they come first, so that no processor is left with one at the end."""


def pytest_configure(config: pytest.Config) -> None:
    """Have pytest-xdist keep to that order: by itself it begins with the modules of most tests, however short."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Tell whether expectations are to be rewritten."""
    return bool(request.config.getoption("--update"))
