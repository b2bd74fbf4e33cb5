"""The table of faults through clients over a session of boto3's: what its HTTP library makes otherwise is listed.

Nothing on the list is a silent success or a bare exception, and nothing outlasts its deadline.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from chaos_clients import ARGUMENTS, GOOD, OVER_BOTO3, PACKAGE, Scene, echoed, play
from chaos_faults import AMPLE, FAULTS, Fault
from hostile_server import HostileServer
from test_chaos import check_calm, check_outcome, check_requests, check_secrets
from test_chaos_sending import DATA, speaking

SAYS_LESS = "what http.client refuses itself comes without status and request id"
UNREAD_HEAD = {"status": None, "request_id": None, "message": "too many headers, or one that is too long"}
GOT_OVER = {
    "error": None,
    "message": "",
    "code": None,
    "status": 200,
    "request_id": "r-Asked",
    "wire": echoed(ARGUMENTS["title"]),
    "tries": 2,
}
OTHERWISE: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "27-16 interim answers": ("any interim answer ends the attempt", {**GOT_OVER, "path": None}),
    "29-header of 2 MB": (SAYS_LESS, UNREAD_HEAD),
    "29-20,000 headers": (SAYS_LESS, UNREAD_HEAD),
    "30-two lengths": (SAYS_LESS, {**UNREAD_HEAD, "message": "no readable Content-Length"}),
    "39-413 before the body, then deaf": ("nothing is read before everything is sent", GOT_OVER),
}


SLOW = (8, 9, 10)
"""Rows whose attempts are short: they are not to wait for two dozen others."""


def play_fault(name: str, fault: Fault, context: ssl.SSLContext | None = None) -> Scene:
    with HostileServer(*[fault.turn] * fault.faulty, GOOD, context=context) as server:
        return play(name, server, fault.method, **{"timeout": AMPLE, **fault.options, "arguments": fault.arguments})


def expected(fault: Fault) -> Fault:
    return fault._replace(**OTHERWISE[fault.id][1]) if fault.id in OTHERWISE else fault  # type: ignore[arg-type]


def test_every_fault_comes_to_the_same_over_boto3_but_for_those_that_are_listed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "AWS_CA_BUNDLE", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(f"{PACKAGE.__name__}._runtime.retries.fraction", lambda: 0.2)
    caplog.set_level(logging.DEBUG)
    cases = list(product(OVER_BOTO3, (fault for fault in FAULTS if fault.row not in SLOW)))
    with ThreadPoolExecutor(24) as threads:  # most of a fault is waiting
        scenes = list(threads.map(lambda case: play_fault(*case), cases))
    check_scenes(cases, scenes)
    assert [secret for scene in scenes for secret in scene.secrets() if secret in caplog.text] == []


def check_scenes(cases: Sequence[tuple[str, Fault]], scenes: Sequence[Scene]) -> None:
    for (_, fault), scene in zip(cases, scenes, strict=True):
        check_outcome(scene.faulty.outcome, expected(fault))
        assert scene.faulty.seconds <= 1.1 * fault.timeout.total + 0.5, fault.id
        check_requests(scene.requests, expected(fault).tries)
        check_calm(scene)
        check_secrets(scene, "")


def test_what_is_listed_is_among_the_faults_and_differs() -> None:
    faults = {fault.id: fault for fault in FAULTS}
    assert set(OTHERWISE) <= set(faults)
    assert [name for name in OTHERWISE if expected(faults[name]) == faults[name]] == []


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
def test_what_comes_byte_by_byte_or_not_at_all_ends_with_its_time(tls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(DATA / "loopback.pem"))
    monkeypatch.setattr(f"{PACKAGE.__name__}._runtime.retries.fraction", lambda: 0.2)
    context = speaking("loopback.pem") if tls else None
    slow = [fault for fault in FAULTS if fault.row in SLOW and not (tls and fault.arguments)]  # 6 MB of TLS take time
    cases = list(product(OVER_BOTO3, slow))
    assert {fault.row for _, fault in cases} == set(SLOW)
    with ThreadPoolExecutor(6) as threads:
        scenes = list(threads.map(lambda case: play_fault(case[0], case[1], context), cases))
    check_scenes(cases, scenes)
