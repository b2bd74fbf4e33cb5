"""A server refuses what the spec forbids, accepts what it allows, and answers every request in the protocol's form.

Run by `python -m PACKAGE.conformance --endpoint-url URL`.
"""

from __future__ import annotations

import pytest

from .probing import FAULTS, Probe, check_fault, check_probe, probes
from .server import Server


@pytest.mark.parametrize("probe", probes(), ids=lambda probe: str(probe.id))
def test_request(server: Server, probe: Probe) -> None:
    check_probe(server, probe)


@pytest.mark.parametrize("name", list(FAULTS))
def test_protocol(server: Server, name: str) -> None:
    check_fault(server, name)
