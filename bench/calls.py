"""Whole calls to a service on this machine beside boto3 and aiobotocore, then everything of them but HTTP.

CPU time of the client's process alone; client and service each on a processor of its own where there are two.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from bench.loopback import serving
from bench.measure import Against, Worker, in_turn, rows_of
from bench.peers import peer
from bench.results import Goal, Table

PEERS = ("boto3", "aiobotocore")
ROUNDS = 9
CALLERS = Path(__file__).with_name("callers.py")
OPERATIONS = {"create_engagement": "CreateEngagement", "create_engagement_invitation": "CreateEngagementInvitation"}
COUNT = 320
TASKS = {1: None, 64: Goal(0.2)}
"""How many calls at a time asynchronous clients make, and what is wanted of the ratio."""

BOTO3 = {"speccast, Client": "speccast", "boto3": "boto3", "urllib3 alone, a fixed request": "urllib3"}
NO_HTTP = {"speccast, nothing sent": "speccast-in-process", "boto3, nothing sent": "boto3-in-process"}


def tables(rounds: int) -> Iterator[Table]:
    with serving() as url:
        for operation, name in OPERATIONS.items():
            against = {"speccast, Client": Against("boto3", Goal(0.4))}
            yield compared(f"{name}, one at a time", BOTO3, against, operation, url, rounds)
            for tasks, goal in TASKS.items():
                against = {"speccast, AsyncClient": Against("aiobotocore", goal)}
                title = f"{name}, {tasks} at a time, asyncio"
                yield compared(title, asynchronous(tasks), against, operation, url, rounds)
            against = {"speccast, nothing sent": Against("boto3, nothing sent")}
            yield compared(f"{name}, everything but HTTP", NO_HTTP, against, operation, url, rounds)


def asynchronous(tasks: int) -> dict[str, str]:
    return {
        "speccast, AsyncClient": f"speccast-async-{tasks}",
        "aiobotocore": f"aiobotocore-{tasks}",
        "aiohttp alone, a fixed request": f"aiohttp-{tasks}",
    }


def compared(
    title: str, clients: Mapping[str, str], against: Mapping[str, Against], operation: str, url: str, rounds: int
) -> Table:
    with ExitStack() as stack:
        workers = {name: stack.enter_context(started(client, operation, url)) for name, client in clients.items()}
        found = in_turn(workers, COUNT, rounds)
        return Table(title=title, unit="CPU us a call", rows=rows_of(found, against))


def started(client: str, operation: str, url: str) -> Worker:
    environment = next((name for name in ("boto3", "aiobotocore") if client.startswith(name)), None)
    python = peer(environment) if environment else sys.executable
    return Worker([python, str(CALLERS), client, operation, url])
