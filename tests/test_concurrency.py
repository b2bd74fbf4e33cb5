"""One client for many threads, tasks, processes and event loops: every answer goes to the one that asked for it."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from chaos_clients import ARGUMENTS, GOOD, PACKAGE, echo, echoed, make
from chaos_faults import FAULTS
from hostile_server import HostileServer, Pause, Read, Request, Respond, Send, Step, answer

SEED = 20241205
LOSSES = [fault.turn for fault in FAULTS if fault.row <= 7 and fault.faulty == 1]
SLOW = [fault.turn for fault in FAULTS if 8 <= fault.row <= 10 and fault.faulty == 1]
PATIENT = {"timeout": PACKAGE.Timeout(total=60, attempt=30, connect=30), "retries": 10}
HURRIED = {"timeout": PACKAGE.Timeout(total=60, attempt=3, connect=30), "retries": 10}
LESS_HURRIED = {"timeout": PACKAGE.Timeout(total=60, attempt=6, connect=30), "retries": 10}
"""All of the tasks wait for their turn at once, and that counts as well."""
Answers = list[tuple[str, Any]]
"""What was asked for, and the answer."""


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxies, and pauses a fifth of the longest."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(f"{PACKAGE.__name__}._runtime.retries.fraction", lambda: 0.2)


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """Whatever was not closed warns when it is collected, which fails the test."""
    yield
    gc.collect()


class Ledger:
    """What a server answered in full: token and title of each request."""

    def __init__(self) -> None:
        self.answered: list[tuple[str, str]] = []

    def answer(self, request: Request) -> bytes:
        sent = json.loads(request.body)
        self.answered.append((sent["ClientToken"], sent["Title"]))
        return echo(request)

    def turns(self, more: int) -> list[Sequence[Step]]:
        """Mix a thousand good turns with each fault of rows 1 to 10, and so many more of those that take no time.

        The last turn is good, so that a thousand calls meet every one of them.
        """
        good: Sequence[Step] = (Read(), Respond(self.answer))
        chance = random.Random(SEED)
        mixed = [*[good] * 999, *LOSSES, *SLOW, *chance.choices(LOSSES, k=more)]
        chance.shuffle(mixed)
        return [*mixed, good]


def asked(title: str) -> dict[str, str]:
    return {**ARGUMENTS, "title": title}


def check_own(answers: Answers) -> None:
    """Every answer was made for its asker."""
    assert answers
    for title, made in answers:
        assert made.to_wire() == echoed(title)
        assert made.response_metadata.request_id == f"r-{title}"


def check_tokens(answers: Answers, ledger: Ledger) -> None:
    """Each call sent a token of its own, and the answer to that one is what it got."""
    sent = {made.response_metadata.client_token: title for title, made in answers}
    assert len(sent) == len(answers)
    assert Counter(ledger.answered) == Counter(sent.items())


def open_sockets() -> int:
    """Count the sockets of this process, where the system tells."""
    folder = Path("/proc/self/fd")
    return sum(_is_socket(path) for path in folder.iterdir()) if folder.exists() else 0


def _is_socket(path: Path) -> bool:
    try:
        return os.readlink(path).startswith("socket:")
    except FileNotFoundError:  # closed meanwhile
        return False


def check_closed(before: int) -> None:
    """No more sockets are open than before; the server's ends take a moment to follow."""
    for _ in range(100):
        if open_sockets() <= before:
            return
        time.sleep(0.05)
    assert open_sockets() <= before


def check_all(answers: Answers, ledger: Ledger, turns: Sequence[object]) -> None:
    """A thousand calls got over every fault with one attempt more for each, and got their own answers."""
    check_own(answers)
    check_tokens(answers, ledger)
    assert len(answers) == 1000
    assert sum(made.response_metadata.attempts for _, made in answers) == len(turns)


def test_rows_1_to_10_are_all_among_the_faults() -> None:
    assert {fault.row for fault in FAULTS if fault.turn in [*LOSSES, *SLOW]} == set(range(1, 11))


def test_row_50_64_threads_share_a_client_and_its_faults() -> None:
    ledger = Ledger()
    turns, before = ledger.turns(120), open_sockets()
    with (
        HostileServer(*turns) as server,
        make("Client", server.url, **HURRIED) as client,
        ThreadPoolExecutor(64) as threads,
    ):
        answers = list(threads.map(lambda number: _ask_one(client, number), range(1000)))
    check_closed(before)  # a server that stays deaf keeps its end open until it stops
    check_all(answers, ledger, turns)


def _ask_one(client: Any, number: int) -> tuple[str, Any]:
    return f"One {number}", client.create_engagement(**asked(f"One {number}"))


def test_row_50_1000_tasks_share_a_client_and_its_faults() -> None:
    ledger = Ledger()
    # Tasks that try again queue behind those that try first: no more of them than the bucket pays for, which are 35.
    turns, before = ledger.turns(15), open_sockets()
    with HostileServer(*turns) as server:
        answers = asyncio.run(_ask_1000(server.url))
    check_closed(before)
    check_all(answers, ledger, turns)


async def _ask_1000(url: str) -> Answers:
    titles = [f"Task {number}" for number in range(1000)]
    async with make("AsyncClient", url, **LESS_HURRIED) as client:
        found = await asyncio.gather(*(client.create_engagement(**asked(title)) for title in titles))
    return list(zip(titles, found, strict=True))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the server's threads stay behind, as they may
def test_row_46_parent_and_child_get_their_own_answers_after_a_fork() -> None:
    with HostileServer(GOOD) as server, make("Client", server.url, **PATIENT) as client:
        client.create_engagement(**asked("Before"))
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            _work_in_child(client, writer)
        os.close(writer)
        answers = [(title, client.create_engagement(**asked(title))) for title in _titles("Parent")]
        with open(reader) as pipe:
            told = json.load(pipe)
        assert os.waitpid(child, 0)[1] == 0
    check_own(answers)
    assert told == [[echoed(title), f"r-{title}"] for title in _titles("Child")]
    used: dict[str, set[int]] = {"Child": set(), "Parent": set(), "Before": set()}
    for request in server.requests:
        used[json.loads(request.body)["Title"].partition(" ")[0]].add(request.connection)
    assert used["Before"] == used["Parent"]
    assert not used["Child"] & used["Parent"]


def _titles(who: str) -> list[str]:
    return [f"{who} {number}" for number in range(10)]


def _work_in_child(client: Any, writer: int) -> None:
    """Make calls, tell what came, and end without anything of the parent's."""
    code = 1
    try:
        answers = [client.create_engagement(**asked(title)) for title in _titles("Child")]
        told = [[made.to_wire(), made.response_metadata.request_id] for made in answers]
        client.close()
        os.write(writer, json.dumps(told).encode())
        code = 0
    finally:
        os._exit(code)


def test_a_client_works_in_one_event_loop_after_another() -> None:
    with HostileServer(GOOD) as server:
        before = open_sockets()
        client = make("AsyncClient", server.url, **PATIENT)
        answers = [one for number in range(3) for one in asyncio.run(_ask_5(client, number))]
        asyncio.run(client.close())
        check_closed(before)
    assert len(answers) == 15
    check_own(answers)


async def _ask_5(client: Any, loop: int) -> Answers:
    titles = [f"{loop} {number}" for number in range(5)]
    found = await asyncio.gather(*(client.create_engagement(**asked(title)) for title in titles))
    return list(zip(titles, found, strict=True))


def test_row_45_a_call_may_be_cancelled_at_any_moment() -> None:
    with HostileServer((Read(), Pause(0.002), Respond(echo))) as server:
        before = open_sockets()
        answers, cancelled = asyncio.run(_cancel_at_50_points(server.url))
        check_closed(before)
    assert len(answers) == 50
    assert cancelled > 10
    check_own(answers)


async def _cancel_at_50_points(url: str) -> tuple[Answers, int]:
    """Cancel calls, each a little later than the one before; after each, another call."""
    answers, cancelled = Answers(), 0
    async with make("AsyncClient", url, **PATIENT) as client:
        for number in range(50):
            task = asyncio.create_task(client.create_engagement(**asked(f"Lost {number}")))
            for _ in range(min(number, 25)):
                await asyncio.sleep(0)
            await asyncio.sleep(max(number - 25, 0) * 0.0003)
            task.cancel()
            cancelled += isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)
            answers.append((f"Kept {number}", await client.create_engagement(**asked(f"Kept {number}"))))
    return answers, cancelled


def test_row_45_calls_beside_cancelled_ones_get_their_own_answers() -> None:
    with HostileServer((Read(), Pause(0.002), Respond(echo))) as server:
        before = open_sockets()
        answers = asyncio.run(_cancel_every_other(server.url))
        check_closed(before)
    assert len(answers) == 150
    check_own(answers)


async def _cancel_every_other(url: str) -> Answers:
    titles, chance = [f"Task {number}" for number in range(300)], random.Random(SEED)
    async with make("AsyncClient", url, **PATIENT) as client:
        tasks = [asyncio.create_task(client.create_engagement(**asked(title))) for title in titles]
        for task in tasks[::2]:
            await asyncio.sleep(chance.random() * 0.002)
            task.cancel()
        await asyncio.gather(*tasks[::2], return_exceptions=True)
        return list(zip(titles[1::2], await asyncio.gather(*tasks[1::2]), strict=True))


LATE = [GOOD, (Read(), Pause(0.2), Send(answer(b"{}", "503 Service Unavailable"))), GOOD]
"""Turns that have a call tried again after its client was closed."""


def test_a_thread_that_outlives_its_client_leaves_nothing_open() -> None:
    with HostileServer(*LATE) as server, ThreadPoolExecutor(1) as threads:
        before = open_sockets()
        client = make("Client", server.url, **PATIENT)
        client.create_engagement(**asked("Before"))
        late = threads.submit(client.create_engagement, **asked("Late"))
        while len(server.requests) < 2:
            time.sleep(0.01)
        client.close()
        check_own([("Late", late.result())])
        check_closed(before)


def test_a_task_that_outlives_its_client_leaves_nothing_open() -> None:
    with HostileServer(*LATE) as server:
        check_own([("Late", asyncio.run(_outlive_a_client(server)))])


async def _outlive_a_client(server: HostileServer) -> Any:
    before = open_sockets()
    client = make("AsyncClient", server.url, **PATIENT)
    await client.create_engagement(**asked("Before"))
    task = asyncio.create_task(client.create_engagement(**asked("Late")))
    while len(server.requests) < 2:
        await asyncio.sleep(0.01)
    await client.close()
    answered = await task
    await asyncio.sleep(0.01)  # the loop closes what it was told to close
    check_closed(before)  # while the loop goes on
    return answered
