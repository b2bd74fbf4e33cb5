"""Whole calls to a service on this machine beside boto3 and aiobotocore, and what the parts of ours take.

CPU time of the client's process alone; client and service each on a processor of its own where there are two.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from bench.loopback import serving
from bench.measure import Worker, in_turn, machine, show_calls
from bench.peers import peers_python

CALLERS = Path(__file__).with_name("callers.py")
OPERATIONS = {"create_engagement": "CreateEngagement", "create_engagement_invitation": "CreateEngagementInvitation"}
COUNT, ROUNDS = 320, 9

SYNC = {"speccast, Client": "speccast", "boto3": "boto3", "urllib3 alone, a fixed request": "urllib3"}
PARTS = {
    "speccast, nothing sent": "part-whole",
    "  check and write the request": "part-prepare",
    "  exchange, signing included": "part-exchange",
    "    sign": "part-sign",
    "  read the answer": "part-answer",
    "boto3, nothing sent": "boto3-in-process",
}


def main() -> None:
    print(f"\nCalls over loopback ({machine()})")
    with serving() as url:
        for operation, name in OPERATIONS.items():
            compare(f"{name}, one at a time", SYNC, "boto3", operation, url)
            for tasks in (1, 64):
                compare(f"{name}, {tasks} at a time, asyncio", asynchronous(tasks), "aiobotocore", operation, url)
            compare(f"{name}, everything but HTTP", PARTS, "boto3, nothing sent", operation, url)


def asynchronous(tasks: int) -> dict[str, str]:
    names = {"speccast, AsyncClient": f"speccast-async-{tasks}", "aiohttp alone, a fixed request": f"aiohttp-{tasks}"}
    return {**names, "aiobotocore": f"aiobotocore-{tasks}"} if peers_python() else names


def compare(title: str, clients: Mapping[str, str], peer: str, operation: str, url: str) -> None:
    with ExitStack() as stack:
        workers = {name: stack.enter_context(started(client, operation, url)) for name, client in clients.items()}
        said = {name: worker.about for name, worker in workers.items()}
        show_calls(title, in_turn(workers, COUNT, ROUNDS), peer if peer in clients else None, said)


def started(client: str, operation: str, url: str) -> Worker:
    python = peers_python() if client.startswith("aiobotocore") else sys.executable
    assert python is not None
    return Worker([python, str(CALLERS), client, operation, url])


if __name__ == "__main__":
    main()
