"""Clients of a service with pages, waiters, tasks, host prefixes, an open operation and one that streams."""

from __future__ import annotations

import asyncio
import inspect
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


def use(package: Any) -> None:
    sent: list[Any] = []

    def answer(request: Any) -> Any:
        sent.append(request)
        body = json.loads(request.body)
        operation = request.headers["X-Amz-Target"].removeprefix("Depot.V1.")
        found: dict[str, Any] = {
            "Ping": None,
            "PutBox": {"unexpected": True},
            "GetBox": {"Label": body.get("Label"), "State": "SHIPPED" if len(sent) % 2 else "STORED"},
            "ListBoxes": {"Boxes": [{"Label": {"a": "b", "b": "c"}.get(body.get("Token"), "a")}]},
            "Ship": {"State": "ARRIVED"},
            "Overload": {},
        }[operation]
        if body.get("Token") == "c":
            found = {"Boxes": []}
        return package.transports.HttpResponse(200, {}, b"" if found is None else json.dumps(found).encode())

    def make(client: Any, transport: Any) -> Any:
        keys = package.Credentials("AKIDEXAMPLE", "secret")
        return client(region="us-east-1", credentials=keys, transport=transport(answer))

    client = make(package.Client, package.transports.InProcessTransport)
    assert client.ping() is None
    assert sent[0].body == b"{}"
    assert "Authorization" not in sent[0].headers
    assert sent[0].headers["Content-Type"] == "application/x-amz-json-1.1"

    put = {"label": "a", "weights": (1, 2), "stored": datetime(2025, 1, 31, tzinfo=UTC), "price": Decimal("1.50")}
    assert client.put_box(**put, photo=b"x", tags={"k": {"Label": "b"}}, request="r", size="SMALL") is None
    assert json.loads(sent[1].body, parse_float=str) == {
        "Label": "a",
        "Weights": [1, 2],
        "Stored": 1738281600,
        "Price": "1.5",
        "Photo": "eA==",
        "Tags": {"k": {"Label": "b"}},
        "request": "r",
        "Size": "SMALL",
    }

    done = client.ship(shop="corner", box={"Label": "a"})
    assert client.wait_for_task(done) is done
    assert sent[2].url == "https://corner.depot.us-east-1.example.com/"
    assert done.response_metadata.client_token == json.loads(sent[2].body)["Ticket"]
    try:
        client.ship(shop="evil.example/", box={})
    except package.errors.ValidationError as refused:
        assert "no host name" in str(refused)
    else:
        raise AssertionError("a label that changes the host was taken")

    assert client.overload_().to_wire() == {}
    assert "the events" in (inspect.getdoc(client.follow) or "")

    pages = list(client.list_boxes_pages(limit=1))
    assert [page.boxes[0].label for page in pages[:-1]] == ["a", "b", "c"]
    assert pages[-1].boxes == []
    asyncio.run(use_async(package, make(package.AsyncClient, package.transports.AsyncInProcessTransport), sent))


async def use_async(package: Any, client: Any, sent: list[Any]) -> None:
    async with client:
        assert await client.ping() is None
        pages = [page async for page in client.list_boxes_pages(package.models.ListBoxesRequest(limit=1))]
        assert len(pages) == 4
        if len(sent) % 2:
            await client.ping()
        shipped = await client.wait_until_box_shipped(label="a")
        assert shipped.state == "SHIPPED"
