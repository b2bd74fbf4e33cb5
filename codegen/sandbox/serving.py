"""An application on a port: bound, served until a signal comes, by one process or several.

In: what makes the application, where to listen. Out: nothing, or `Diagnostics` where the port is taken. `ready` is
called once, when a client may come.
"""

from __future__ import annotations

import errno
import gc
import multiprocessing
import signal
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

import uvicorn

from codegen.diagnostics import Diagnostic, Diagnostics, quoted
from codegen.processes import apart
from codegen.sandbox.app import App
from codegen.sandbox.connection import connection_class
from codegen.sandbox.hosts import is_loopback
from codegen.sandbox.limits import LIMITS, Limits

MakeApp = Callable[[], App]
_BACKLOG = 2048
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_GRACE = 5
"""Seconds that calls have to end when the server does; arbitrary."""
_GARBAGE = 20_000, 20, 100
"""New objects, and runs, between two runs of the garbage collector, which are else 700, 10 and 10; arbitrary."""


# -------------------------------------------------------------------------------------------------------------- binding


def bind(host: str, port: int) -> tuple[socket.socket, ...]:
    """Listen on every address of a host; port 0 takes one that is free."""
    sockets: list[socket.socket] = []
    for family, address in _addresses(host, port):
        taken = sockets[0].getsockname()[1] if sockets else port
        try:
            sockets.append(_listen(family, address, taken))
        except OSError as fault:
            if fault.errno == errno.EADDRNOTAVAIL and sockets:
                continue  # a machine without IPv6 may well know the name ::1
            for one in sockets:
                one.close()
            raise Diagnostics([_refused(host, port, fault)]) from None
    return tuple(sockets)


def is_only_here(sockets: Sequence[socket.socket]) -> bool:
    """Tell whether nobody outside this machine can reach any of them."""
    return all(is_loopback(one.getsockname()[0]) for one in sockets)


def url_of(sockets: Sequence[socket.socket]) -> str:
    """`http://127.0.0.1:8999`"""
    host, port = sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _addresses(host: str, port: int) -> list[tuple[int, str]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise Diagnostics([Diagnostic("host", f"no such host: {quoted(host)}")]) from None
    return sorted(dict.fromkeys((int(family), str(address[0])) for family, _, _, _, address in found))


_ALONE = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
"""Take a port that was in use a moment ago, not one that is; Windows, which has the former, lets the latter do both."""


def _listen(family: int, address: str, port: int) -> socket.socket:
    """Listen at once: until then another process could bind the same port.

    The protocol is named, or asyncio would not know that it may switch Nagle's algorithm off: 40 ms a call.
    """
    one = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        one.setsockopt(socket.SOL_SOCKET, _ALONE, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((address, port))
        one.listen(_BACKLOG)
    except OSError:
        one.close()
        raise
    return one


def _refused(host: str, port: int, fault: OSError) -> Diagnostic:
    if fault.errno == errno.EADDRINUSE:
        return Diagnostic("port", f"port {port} is taken; choose another with --port, or 0 for any that is free")
    reason = (fault.strerror or str(fault)).lower()
    return Diagnostic("port", f"cannot listen on {quoted(host)}, port {port}: {reason}")


# -------------------------------------------------------------------------------------------------------------- serving


def serve(
    make_app: MakeApp, sockets: Sequence[socket.socket], ready: Callable[[], None], limits: Limits = LIMITS
) -> None:
    """Serve in this process until SIGINT or SIGTERM."""
    made = server(make_app(), ready, limits)
    _settle()
    made.run(list(sockets))


def server(app: App, ready: Callable[[], None], limits: Limits = LIMITS) -> Server:
    """Make a server that is not running yet; a test runs it in a thread, and sets `should_exit`."""
    config = uvicorn.Config(
        app,
        http=connection_class(limits),
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=int(limits.idle_seconds),
        timeout_graceful_shutdown=_GRACE,
        backlog=_BACKLOG,
    )
    return Server(config, ready)


def _settle() -> None:
    """Have the garbage collector leave alone what is made by now, and measure by the rest when it is to run.

    It would else run over everything, seldom, and hold up the calls of that moment; an exchange leaves it nothing.
    """
    gc.set_threshold(*_GARBAGE)
    gc.freeze()
    gc.collect()


class Server(uvicorn.Server):
    """A server of uvicorn that says when it is ready, and whose end by a signal is an ordinary one."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        with _handling(self.handle_exit):
            yield


@contextmanager
def _handling(handler: Callable[[int, FrameType | None], None]) -> Generator[None, None, None]:
    before = {number: signal.signal(number, handler) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


# -------------------------------------------------------------------------------------------------------------- workers


def serve_workers(
    make_app: MakeApp,
    sockets: Sequence[socket.socket],
    ready: Callable[[], None],
    workers: int,
    limits: Limits = LIMITS,
) -> None:
    """Serve in several processes that share the sockets; one that dies is started again."""
    context = multiprocessing.get_context("spawn")

    def start() -> tuple[BaseProcess, Pipe]:
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(make_app, tuple(sockets), theirs, limits), daemon=True)
        with apart():
            process.start()
        theirs.close()
        return process, ours

    with _handling(_interrupt):
        running: list[tuple[BaseProcess, Pipe]] = []
        try:
            running += [start() for _ in range(workers)]
            _await_ready(running)
            ready()
            while True:
                wait([process.sentinel for process, _ in running])
                running = [each if each[0].is_alive() else start() for each in running]
        except KeyboardInterrupt:
            pass
        finally:
            _end([process for process, _ in running])


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _await_ready(running: Sequence[tuple[BaseProcess, Pipe]]) -> None:
    for _, pipe in running:
        try:
            found: tuple[Diagnostic, ...] = pipe.recv()
        except EOFError:
            found = (Diagnostic("worker", "a worker ended before it was ready"),)
        if found:
            raise Diagnostics(found)


def _end(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(2 * _GRACE)
        if process.is_alive():
            process.kill()
            process.join()


def _work(make_app: MakeApp, sockets: tuple[socket.socket, ...], pipe: Pipe, limits: Limits) -> None:
    """Serve in a worker, which tells its parent that it is ready or why not; the end of the parent is the end of it."""
    try:
        made = server(make_app(), lambda: pipe.send(()), limits)
    except Diagnostics as fault:
        pipe.send(fault.found)
        return
    threading.Thread(target=_watch, args=(pipe, made), daemon=True).start()
    _settle()
    made.run(list(sockets))


def _watch(pipe: Pipe, made: Server) -> None:
    """The parent never writes: what can be read is the end of its side."""
    wait([pipe])
    made.should_exit = True
