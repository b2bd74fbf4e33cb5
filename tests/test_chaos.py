"""Both generated clients against a server that does to them what servers and networks do: rows 1 to 43 of the table
of faults. Most rows are in `chaos_faults`; those that need more than one call, or another server, are here.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from threading import Semaphore, Thread
from time import sleep, time
from typing import Any, NamedTuple

import pytest
from casting import files_of, imported
from chaos_clients import (
    ARGUMENTS,
    CALM,
    CLIENTS,
    GOOD,
    KEY,
    PACKAGE,
    SECRET,
    TOKEN,
    Outcome,
    Scene,
    Seen,
    echo,
    echoed,
    make,
    play,
    see,
    settled,
)
from chaos_faults import AMPLE, FAULTS, HEAD, UNAVAILABLE, Fault, written
from hostile_server import Close, HostileServer, Pause, Read, Request, Respond, Send, Step, answer
from strategies import spec_of, structure

DAY = 86_400


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """No configuration of the machine's, pauses a fifth of the longest, and everything logged."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "AWS_CA_BUNDLE", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(f"{PACKAGE.__name__}._runtime.retries.fraction", lambda: 0.2)
    caplog.set_level(logging.DEBUG)


def play_fault(name: str, fault: Fault) -> Scene:
    with HostileServer(*[fault.turn] * fault.faulty, GOOD) as server:
        return play(name, server, fault.method, **{"timeout": AMPLE, **fault.options, "arguments": fault.arguments})


def check_outcome(outcome: Outcome, fault: Fault) -> None:
    assert (outcome.error, outcome.wire) == (fault.error, fault.wire), outcome
    assert (outcome.status, outcome.request_id, outcome.code) == (fault.status, fault.request_id, fault.code)
    assert re.search(fault.message, outcome.message or "")
    assert outcome.path == fault.path
    assert len(outcome.excerpt or "") <= 1024
    assert outcome.attempts in (None, fault.tries)


def check_requests(requests: Sequence[Request], tries: int) -> None:
    """One call sends one token, and signs each of its requests anew. The server noted the last ones of all `tries`."""
    for name in ("amz-sdk-invocation-id", "x-amz-target"):
        assert len({request.headers[name] for request in requests}) <= 1
    assert len({request.body for request in requests}) <= 1
    for number, request in enumerate(requests, start=tries + 1 - len(requests)):
        assert json.loads(request.body)["ClientToken"]
        assert request.headers["amz-sdk-request"].startswith(f"attempt={number};")
        assert request.headers["accept-encoding"] == "identity"
    assert len({request.headers["x-amz-date"] for request in requests}) == len(requests)


def check_calm(scene: Scene) -> None:
    """The call after a fault got its own answer, at the first attempt."""
    assert (scene.calm.outcome.error, scene.calm.outcome.wire) == (None, echoed(CALM)), scene.calm.outcome
    assert (scene.calm.outcome.request_id, scene.calm.outcome.attempts) == (f"r-{CALM}", 1)
    assert len(scene.later) == 1


def check_secrets(scene: Scene, logged: str) -> None:
    shown = "".join([scene.faulty.shown, scene.calm.shown, scene.client, logged])
    for secret in scene.secrets():
        assert secret not in shown


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_comes_to_what_the_table_says(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    with ThreadPoolExecutor(2) as both:  # most of a fault is waiting
        scenes = list(both.map(play_fault, CLIENTS, [fault] * 2))
    for scene in scenes:
        check_outcome(scene.faulty.outcome, fault)
        assert scene.faulty.seconds <= 1.1 * fault.timeout.total + 0.5
        noted = fault.faulty * fault.is_noted + (fault.tries - fault.faulty)
        assert len(scene.requests) == noted
        check_requests(scene.requests, fault.tries)
        check_calm(scene)
        check_secrets(scene, caplog.text)
    assert scenes[0].faulty.outcome == scenes[1].faulty.outcome
    assert scenes[0].calm.outcome == scenes[1].calm.outcome


def play_both(*turns: Sequence[Step], method: str = "create_engagement", **options: Any) -> list[Scene]:
    """Have both clients meet the same turns, each at a server of its own."""
    scenes = []
    for name in CLIENTS:
        with HostileServer(*turns) as server:
            scenes.append(play(name, server, method, **{"timeout": AMPLE, **options}))
    return scenes


def check_alike(scenes: Sequence[Scene], logged: str) -> Outcome:
    """Both calls came to the same, the calm ones to their own answers; give what the faulty ones came to."""
    for scene in scenes:
        assert scene.faulty.seconds <= 1.1 * AMPLE.total + 0.5
        check_requests(scene.requests, len(scene.requests))
        check_calm(scene)
        check_secrets(scene, logged)
    first, second = (scene.faulty.outcome for scene in scenes)
    assert first == second
    return first


def test_row_1_a_refused_connection_is_tried_again_then_typed(caplog: pytest.LogCaptureFixture) -> None:
    seen = [asyncio.run(_refused_then_served(name)) for name in CLIENTS]
    for faulty, calm in seen:
        assert (faulty.outcome.error, faulty.outcome.attempts) == ("TransportError", 3)
        assert faulty.outcome.message == "connection refused (3 attempts)"
        assert calm.outcome.wire == {"Id": "late"}
        for secret in (SECRET, TOKEN):
            assert secret not in faulty.shown + caplog.text
    assert seen[0][0].outcome == seen[1][0].outcome


async def _refused_then_served(name: str) -> tuple[Seen, Seen]:
    """Call while nobody listens on a port that is taken, and again when somebody does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        client = make(name, f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=AMPLE)
        faulty = await see(lambda: client.create_engagement(**ARGUMENTS))
        listener.listen()
        thread = Thread(target=_serve_once, args=(listener,))
        thread.start()
        calm = await see(lambda: client.create_engagement(**ARGUMENTS))
        await settled(client.close())
        thread.join()
    return faulty, calm


def _serve_once(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(answer(b'{"Id": "late"}'))


@pytest.mark.parametrize("name", CLIENTS)
def test_row_13_throttling_is_answered_with_longer_pauses_than_a_fault(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, pauses = PACKAGE._runtime.calls, list[float]()
    pause = calls.pause

    def noted_pause(*told: Any) -> float:
        pauses.append(pause(*told))
        return pauses[-1]

    monkeypatch.setattr(calls, "pause", noted_pause)
    for row in (11, 13):
        play_fault(name, next(fault for fault in FAULTS if fault.row == row))
    assert pauses == pytest.approx([0.01, 0.02, 0.2, 0.4])


@pytest.mark.parametrize("name", CLIENTS)
def test_row_14_a_dead_service_is_not_buried_in_retries(name: str) -> None:
    with HostileServer((Read(), Send(written(b"", UNAVAILABLE)))) as server:
        outcomes = asyncio.run(_call_150_times(name, server.url))
        assert {(outcome.error, outcome.status) for outcome in outcomes} == {("ServiceError", 503)}
        assert len({json.loads(request.body)["ClientToken"] for request in server.requests}) == 150
        assert 150 < len(server.requests) <= 1.3 * 150


async def _call_150_times(name: str, url: str) -> list[Outcome]:
    client = make(name, url, timeout=AMPLE)
    outcomes = [(await see(lambda: client.create_engagement(**ARGUMENTS))).outcome for _ in range(150)]
    await settled(client.close())
    return outcomes


MEBIBYTE = bytes(1 << 20)
HUGE = {
    "announced": [Send(HEAD + b"Content-Length: 2147483648\r\n\r\n"), *[Send(MEBIBYTE)] * 2048],
    "in chunks": [
        Send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
        *[Send(b"100000\r\n" + MEBIBYTE + b"\r\n")] * 2048,
    ],
    "in one chunk": [Send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n80000000\r\n"), *[Send(MEBIBYTE)] * 2048],
    "until closed": [Send(HEAD + b"\r\n"), *[Send(MEBIBYTE)] * 2048],
}


@pytest.mark.parametrize("steps", HUGE.values(), ids=HUGE)
def test_row_25_a_body_of_2_gb_is_given_up_at_the_cap(steps: Sequence[Step], caplog: pytest.LogCaptureFixture) -> None:
    before = _restart_peak()
    outcome = check_alike(play_both((Read(), *steps), GOOD), caplog.text)
    assert (outcome.error, outcome.status, outcome.request_id) == ("ResponseError", 200, "r-fault")
    assert outcome.message == "$: the answer is larger than 16777216 bytes (HTTP 200) [request r-fault]"
    assert _peak() - before < 64 << 20


def _restart_peak() -> int:
    """Have the process's largest size counted anew. Where that is not possible, its size counts so far."""
    path = Path("/proc/self/clear_refs")
    if path.exists():
        path.write_text("5")
    return _peak()


def _peak() -> int:
    """Give the largest resident size of this process in bytes; 0 where the system does not tell."""
    path = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", path.read_text()) if path.exists() else None
    return int(found[1]) * 1024 if found else 0


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_row_28_a_redirect_leads_nowhere(status: str, caplog: pytest.LogCaptureFixture) -> None:
    with HostileServer(GOOD) as other:
        turn = (Read(), Send(written(b"", status, f"Location: {other.url}")))
        scenes = play_both(turn, GOOD)
    outcome = check_alike(scenes, caplog.text)
    assert (outcome.error, outcome.status) == ("ResponseError", int(status[:3]))
    assert "redirect" in (outcome.message or "")
    assert [len(scene.requests) for scene in scenes] == [1, 1]
    assert other.connections == 0


STALE = answer(b'{"Id": "stale"}', "200 OK", "x-amzn-RequestId: r-stale")


@pytest.mark.parametrize(
    "turn",
    [
        (Read(), Respond(lambda request: echo(request) + STALE)),
        (Read(), Respond(echo), Send(STALE)),
        (Read(), Respond(echo), Pause(0.02), Send(STALE)),
        (Read(), Respond(lambda request: echo(request) + b"\r\n")),
        (Read(), Respond(lambda request: echo(request) + b"HTTP/1.1 200")),
    ],
    ids=["at once", "next", "later", "line end", "cut"],
)
@pytest.mark.parametrize("name", CLIENTS)
def test_row_32_bytes_behind_an_answer_answer_nobody(name: str, turn: Sequence[Step]) -> None:
    turns_done = Semaphore(0)

    def note_end(_: Request) -> bytes:
        turns_done.release()
        return b""

    with HostileServer((*turn, Respond(note_end))) as server:
        outcomes = asyncio.run(_ask_in_turn(name, server.url, 6, lambda: turns_done.acquire(timeout=5)))
    assert server.connections == 6
    for title, outcome in outcomes.items():
        assert (outcome.error, outcome.request_id, outcome.wire) == (None, f"r-{title}", echoed(title))


async def _ask_in_turn(name: str, url: str, count: int, wait: Callable[[], object]) -> dict[str, Outcome]:
    """Ask so many times, each time for something else, and let the server finish what it does after each answer."""
    client = make(name, url, timeout=AMPLE)
    outcomes: dict[str, Outcome] = {}
    for number in range(count):
        title = f"Title {number}"
        seen = await see(lambda: client.create_engagement(**{**ARGUMENTS, "title": title}))  # noqa: B023 - at once
        outcomes[title] = seen.outcome
        if number % 2:
            wait()  # which holds the loop up: it hears of nothing before the next call
        else:
            await asyncio.to_thread(wait)
    await settled(client.close())
    return outcomes


@pytest.mark.parametrize("name", CLIENTS)
def test_row_33_a_connection_closed_while_idle_is_not_noticed(name: str) -> None:
    with HostileServer((*GOOD, Close())) as server:
        outcomes = asyncio.run(_ask_in_turn(name, server.url, 20, lambda: sleep(0.03)))
    assert [outcome.wire for outcome in outcomes.values()] == [echoed(title) for title in outcomes]
    assert len(server.requests) == 20
    # One retry in four: a busy server may close so late that the client has sent again.
    assert sum(outcome.attempts or 0 for outcome in outcomes.values()) <= 25


EXPIRED = b'{"__type": "InvalidSignatureException", "message": "Signature expired"}'


@pytest.mark.parametrize("days", [1, -1])
@pytest.mark.parametrize("faulty", [1, 2])
def test_row_41_the_clock_is_corrected_once(days: int, faulty: int, caplog: pytest.LogCaptureFixture) -> None:
    theirs = time() + days * DAY
    dates = [formatdate(theirs + days * wandered * DAY, usegmt=True) for wandered in range(faulty)]
    turns = [(Read(), Send(written(EXPIRED, "403 Forbidden", f"Date: {date}"))) for date in dates]
    scenes = play_both(*turns, GOOD)
    outcome = check_alike(scenes, caplog.text)
    if faulty == 1:
        assert (outcome.error, outcome.wire, outcome.attempts) == (None, echoed(ARGUMENTS["title"]), 2)
    else:
        assert (outcome.error, outcome.status, outcome.request_id) == ("InvalidSignatureException", 403, "r-fault")
    for scene in scenes:
        first, second, third = (_signed_at(request) for request in (*scene.requests, *scene.later))
        assert abs(first - theirs) > DAY / 2
        assert max(abs(second - theirs), abs(third - theirs)) < DAY / 24


def _signed_at(request: Request) -> float:
    moment = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ")
    return moment.replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize("date", ["", "soon", "{now}"])
def test_row_41_a_clock_that_is_right_is_left_alone(date: str, caplog: pytest.LogCaptureFixture) -> None:
    value = date.format(now=formatdate(usegmt=True))
    scenes = play_both((Read(), Send(written(EXPIRED, "403 Forbidden", f"Date: {value}"))), GOOD)
    assert check_alike(scenes, caplog.text).error == "InvalidSignatureException"
    assert [len(scene.requests) for scene in scenes] == [1, 1]


class Keys(NamedTuple):
    access_key: str
    secret_key: str
    token: str


class Session:
    """As much of botocore's as a client asks: credentials that are other ones each time they are asked for anew."""

    region_name = "us-east-1"

    def __init__(self) -> None:
        self.asked = 0

    def get_credentials(self) -> Session._Found:
        self.asked += 1
        return Session._Found(self.asked)

    class _Found:
        method = "explicit"

        def __init__(self, number: int) -> None:
            self.number = number

        def get_frozen_credentials(self) -> Keys:
            return Keys(f"{KEY}{self.number}", SECRET, TOKEN)


@pytest.mark.parametrize("faulty", [1, 2])
@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException"])
def test_row_42_credentials_are_renewed_once(code: str, faulty: int, caplog: pytest.LogCaptureFixture) -> None:
    sessions, scenes = [Session(), Session()], list[Scene]()
    turn = (Read(), Send(written(json.dumps({"__type": code}).encode(), "403 Forbidden")))
    for name, session in zip(CLIENTS, sessions, strict=True):
        with HostileServer(*[turn] * faulty, GOOD) as server:
            scenes.append(play(name, server, "create_engagement", timeout=AMPLE, session=session))
    outcome = check_alike(scenes, caplog.text)
    if faulty == 1:
        assert (outcome.error, outcome.wire, outcome.attempts) == (None, echoed(ARGUMENTS["title"]), 2)
    else:
        assert (outcome.error, outcome.code, outcome.status) == ("ExpiredToken", code, 403)
    assert [session.asked for session in sessions] == [2, 2]
    for scene in scenes:
        used = [re.search(rf"{KEY}\d", request.headers["authorization"]) for request in (*scene.requests, *scene.later)]
        assert [found and found[0][-1] for found in used] == ["1", "2", "2"]


def test_row_42_credentials_that_cannot_be_renewed_are_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    turn = (Read(), Send(written(b'{"__type": "ExpiredTokenException"}', "403 Forbidden")))
    scenes = play_both(turn, GOOD)
    assert check_alike(scenes, caplog.text).error == "ExpiredToken"
    assert [len(scene.requests) for scene in scenes] == [1, 1]


# --------------------------------------------------------------------------------------------------------------- pages


def paged_spec() -> dict[str, Any]:
    shapes = {
        "ListRequest": structure(NextToken="Text"),
        "ListResponse": structure(Items="Items", NextToken="Text"),
        "Items": {"type": "list", "member": {"target": "Text"}},
        "Text": {"type": "string"},
    }
    spec = spec_of(shapes, paginators={"List": {"inputTokens": ["NextToken"], "outputTokens": ["NextToken"]}})
    return {**spec, "operations": {"List": {"input": "ListRequest", "output": "ListResponse"}}}


@pytest.fixture(scope="module")
def paged() -> Iterator[Any]:
    with imported(files_of(paged_spec())) as package:
        yield package


def page(*items: str, token: str | None = None) -> tuple[Step, ...]:
    wire = {"Items": items, **({"NextToken": token} if token else {})}
    return Read(), Send(written(json.dumps(wire).encode()))


@pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "b"]])
def test_row_43_pages_that_lead_to_themselves_end_with_an_error(paged: Any, tokens: Sequence[str]) -> None:
    turns = [page(f"item {number}", token=token) for number, token in enumerate(tokens)]
    seen = [asyncio.run(_page_through(paged, name, turns)) for name in CLIENTS]
    for items, error, requests in seen:
        assert items == [f"item {number}" for number in range(len(tokens))]
        assert type(error) is paged.errors.ResponseError
        sent = [json.loads(request.body).get("NextToken") for request in requests]
        assert sent == [None, *tokens[:-1]]
    assert str(seen[0][1]) == str(seen[1][1])


@pytest.mark.parametrize("name", CLIENTS)
def test_row_43_pages_are_read_to_the_last(paged: Any, name: str) -> None:
    items, error, requests = asyncio.run(_page_through(paged, name, [page("a", token="t"), page(), page("b")][::2]))
    assert (items, error, len(requests)) == (["a", "b"], None, 2)


async def _page_through(
    package: Any, name: str, turns: Sequence[Sequence[Step]]
) -> tuple[list[str], Exception | None, Sequence[Request]]:
    keys = package.Credentials(KEY, SECRET, TOKEN)
    with HostileServer(*turns) as server:
        client = getattr(package, name)(region="us-east-1", endpoint_url=server.url, credentials=keys, timeout=3)
        items, error = list[str](), None
        try:
            if name == "Client":
                for answered in client.list_pages():
                    items += answered.items
            else:
                async for answered in client.list_pages():
                    items += answered.items
        except package.errors.Error as raised:
            error = raised
        await settled(client.close())
    return items, error, server.requests


# ------------------------------------------------------------------------------------------------------------ the rows


def test_no_two_faults_have_one_name() -> None:
    assert len({fault.id for fault in FAULTS}) == len(FAULTS)
