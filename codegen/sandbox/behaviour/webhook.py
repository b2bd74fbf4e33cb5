"""One event to a webhook.

In: a URL and an event as JSON. Out: 1, for it takes one at a time, or OSError where it has not taken it.
"""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

PATIENCE = 3.0
"""Seconds that a webhook has for an answer; arbitrary."""


def post(url: str, event: bytes) -> int:
    """Post an event; an answer that is not 2xx means that it was not taken."""
    try:
        status = _posted(url, event)
    except http.client.HTTPException as fault:
        raise OSError(f"its answer is no HTTP: {type(fault).__name__}") from None
    if not 200 <= status < 300:
        raise OSError(f"it answered {status}")
    return 1


def _posted(url: str, event: bytes) -> int:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, event, {"Content-Type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()
