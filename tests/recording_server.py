"""A server on the loopback interface that answers every request with `{}`, and keeps what came."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, NamedTuple


class Received(NamedTuple):
    """One request; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    received: ClassVar[list[Received]]

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        assert len(headers) == len(self.headers.items())
        body = self.rfile.read(int(headers.get("content-length", 0)))
        self.received.append(Received(self.command, self.path, headers, body))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_PUT = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def recording_server() -> Iterator[tuple[str, list[Received]]]:
    """Give the server's URL, and the list of what it receives."""

    class Handler(_Handler):
        received: ClassVar[list[Received]] = []

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", Handler.received
        finally:
            server.shutdown()
            thread.join()
