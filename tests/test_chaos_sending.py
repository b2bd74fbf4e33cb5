"""Both generated clients, and those over boto3, between a caller and a network that fail them: rows 44 to 49 of the
table of faults: certificates, cancelled calls, forks, what shows, ends of lines in headers, proxies.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import ssl
import time
import warnings
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from threading import Event, Thread
from types import coroutine
from typing import Any

import pytest
from casting import files_of, imported
from chaos_clients import (
    ARGUMENTS,
    CLIENTS,
    EVERY,
    GOOD,
    KEY,
    OVER_BOTO3,
    PACKAGE,
    SECRET,
    TOKEN,
    Outcome,
    Seen,
    causes,
    echo,
    echoed,
    make,
    see,
    settled,
    shown,
)
from chaos_faults import AMPLE, HEAD, written
from chaos_protocols import spec_in
from hostile_server import Close, Drip, HostileServer, Pause, Read, Respond, Send, StartTls, Step, answer

DATA = Path(__file__).parent / "data"
VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy", "aws_ca_bundle", "aws_profile", "requests_ca_bundle")
PASSWORD = "canary-password-0123456789"
USER = f"user:{PASSWORD}"
PAIR = "dXNlcjpjYW5hcnktcGFzc3dvcmQtMDEyMzQ1Njc4OQ=="
"""What Proxy-Authorization makes of it."""


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No configuration of the machine's, pauses a fifth of the longest, everything logged and searched afterwards."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setattr(f"{PACKAGE.__name__}._runtime.retries.fraction", lambda: 0.2)
    caplog.set_level(logging.DEBUG)
    yield
    check_hidden(caplog.text)


@pytest.fixture(autouse=True, scope="module")
def nothing_left_open() -> Iterator[None]:
    """Whatever was not closed warns when it is collected, which fails the tests; once, for it takes a while."""
    yield
    gc.collect()


def check_hidden(text: str) -> None:
    for secret in (SECRET, TOKEN, PASSWORD, PAIR):
        assert secret not in text


def call(name: str, url: str, count: int = 1, **options: Any) -> list[Seen]:
    """Make calls one after the other with one client; whatever is to be seen of them is searched."""
    return asyncio.run(_call(name, url, count, options))


async def _call(name: str, url: str, count: int, options: Mapping[str, Any]) -> list[Seen]:
    client = make(name, url, **{"timeout": AMPLE, **options})
    seen = [await see(lambda: client.create_engagement(**ARGUMENTS)) for _ in range(count)]
    check_hidden(repr(client) + repr(vars(client)) + "".join(one.shown for one in seen))
    await settled(client.close())
    return seen


def outcome_of(name: str, url: str, **options: Any) -> Outcome:
    [seen] = call(name, url, **options)
    assert seen.seconds <= 1.1 * AMPLE.total
    return seen.outcome


# ----------------------------------------------------------------------------------------------------------- 44: TLS


def speaking(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / name)
    return context


def speaking_tls_1_0() -> ssl.SSLContext:
    context = speaking("loopback.pem")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


TRUST: Mapping[str, tuple[Callable[[], ssl.SSLContext], str, str, str]] = {
    "self-signed": (lambda: speaking("loopback.pem"), "expired.pem", "127.0.0.1", "the certificate was refused"),
    "expired": (lambda: speaking("expired.pem"), "expired.pem", "127.0.0.1", "the certificate was refused"),
    "another host's": (lambda: speaking("loopback.pem"), "loopback.pem", "localhost", "the certificate was refused"),
    "TLS 1.0": (speaking_tls_1_0, "loopback.pem", "127.0.0.1", "no TLS connection could be agreed on"),
}


@pytest.mark.parametrize("case", TRUST)
@pytest.mark.parametrize("name", EVERY)
def test_row_44_nothing_is_sent_to_whom_nobody_trusts(name: str, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    context, bundle, host, message = TRUST[case]
    monkeypatch.setenv("AWS_CA_BUNDLE", str(DATA / bundle))
    with HostileServer(GOOD, context=context()) as server:
        found = outcome_of(name, server.url.replace("127.0.0.1", host))
    assert (found.error, found.message, found.attempts) == ("TransportError", message, 1)
    assert (server.requests, server.connections) == ([], 1)


TLS_FAULTS: Mapping[str, Sequence[Step]] = {
    "closed": (Read(), Close()),
    "body cut": (Read(), Send(HEAD + b'Content-Length: 1000\r\n\r\n{"Id":"x"}'), Close()),
    "chunk cut": (Read(), Send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n200\r\n{}"), Close()),
}


@pytest.mark.parametrize("fault", TLS_FAULTS)
@pytest.mark.parametrize("name", EVERY)
def test_row_44_what_breaks_in_tls_is_tried_again(name: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(DATA / "loopback.pem"))
    with HostileServer(TLS_FAULTS[fault], GOOD, context=speaking("loopback.pem")) as server:
        [first, second] = [one.outcome for one in call(name, server.url, 2)]
    assert (first.error, first.wire, first.attempts) == (None, echoed("Asked"), 2)
    assert (second.error, second.wire, second.attempts) == (None, echoed("Asked"), 1)
    assert len({json.loads(request.body)["ClientToken"] for request in server.requests}) == 2


# ----------------------------------------------------------------------------------------------------- 45: cancellation


@coroutine
def _cancelled_at(point: int, work: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """Wait for something, and cancel the task that does when it waits for the `point`-th time."""
    raised: BaseException | None = None
    for waits in count(1):
        try:
            waited = work.send(None) if raised is None else work.throw(raised)
        except StopIteration as done:
            return done.value
        task = asyncio.current_task()
        if waits == point and task is not None:
            task.cancel()
        raised = None
        try:
            yield waited
        except BaseException as error:  # it is the call's to deal with
            raised = error


def tunnel(*steps: Step) -> tuple[Step, ...]:
    return (Read(), Send(b"HTTP/1.1 200 Connected\r\n\r\n"), StartTls(speaking("loopback.pem")), *steps)


SLOW: tuple[Step, ...] = (Read(), Pause(0.002), Respond(echo))
SLOWLY: tuple[Step, ...] = (
    Read(),
    Drip(HEAD[:12], 0.001),
    Send(HEAD[12:]),
    Send(b"Content-Length: 2\r\n\r\n"),
    Send(b"{}"),
)
FAILING: tuple[Step, ...] = (Read(), Send(written(b"", "503 Service Unavailable")))
CALLS: Mapping[str, tuple[bool, bool, tuple[Step, ...]]] = {
    "a new connection": (False, False, SLOW),
    "an open connection": (True, False, SLOW),
    "an answer in pieces": (False, False, SLOWLY),
    "another attempt": (True, False, FAILING),
    "TLS": (False, True, SLOW),
}
"""Whether there was a call before, TLS, and what the server does to the call that is cancelled."""


@pytest.mark.parametrize("case", CALLS)
def test_row_45_a_call_is_cancelled_wherever_it_waits(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(DATA / "loopback.pem"))
    before, tls, turn = CALLS[case]
    points = 0
    for point in range(1, 30):
        turns = [*[GOOD] * before, turn, GOOD]
        with HostileServer(*turns, context=speaking("loopback.pem") if tls else None) as server:
            cancelled, kept, left = asyncio.run(_cancel_one(server, point, before))
        assert (kept.error, kept.wire) == (None, echoed("Kept"))
        assert left == 0
        if not cancelled:
            break
        points += 1
        _check_connections(server)
    assert points >= 1
    assert not cancelled, "it was cancelled to the last point"


def _check_connections(server: HostileServer) -> None:
    """A connection whose call was cancelled before it had its answer carried nothing after it."""
    asked: dict[int, list[str]] = {}
    for request in server.requests:
        asked.setdefault(request.connection, []).append(json.loads(request.body)["Title"])
    if FAILING not in server.turns:  # a call may be cancelled between two attempts, with nothing under way
        assert [titles for titles in asked.values() if {"Lost", "Kept"} <= {*titles}] == []


async def _cancel_one(server: HostileServer, point: int, before: bool) -> tuple[bool, Outcome, int]:
    client = make("AsyncClient", server.url, timeout=AMPLE)
    if before:
        await client.create_engagement(**{**ARGUMENTS, "title": "Before"})
    work = client.create_engagement(**{**ARGUMENTS, "title": "Lost"})
    task = asyncio.create_task(_as_coroutine(_cancelled_at(point, work)))
    await asyncio.wait([task])
    assert task.cancelled() or task.exception() is None
    kept = await see(lambda: client.create_engagement(**{**ARGUMENTS, "title": "Kept"}))
    await client.close()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    return task.cancelled(), kept.outcome, len(left)


async def _as_coroutine(work: Any) -> Any:
    return await work


# ------------------------------------------------------------------------------------------------------------- 46: fork


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the server's threads stay behind, as they may
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("name", EVERY)
def test_row_46_a_child_makes_connections_of_its_own(name: str, tls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(DATA / "loopback.pem"))
    context = speaking("loopback.pem") if tls else None
    with HostileServer(GOOD, context=context) as server, asyncio.Runner() as runner:
        client = make(name, server.url, timeout=AMPLE)
        runner.run(_ask(client, "Before"))
        child = os.fork()
        if child == 0:
            _work_in_child(client)
        assert runner.run(_ask(client, "Parent")) == echoed("Parent")
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert runner.run(_ask(client, "After")) == echoed("After")
        runner.run(_settled(client.close))
    used = {json.loads(request.body)["Title"]: request.connection for request in server.requests}
    assert used["Child"] != used["Before"]
    assert name in OVER_BOTO3 or used["Before"] == used["Parent"] == used["After"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("name", EVERY)
def test_row_46_a_child_does_not_wait_for_what_another_thread_held(name: str) -> None:
    with HostileServer(FAILING, GOOD, GOOD) as server, asyncio.Runner() as runner:
        client = make(name, server.url, timeout=AMPLE)
        runner.run(_ask(client, "Before"))
        driving = client._driving()
        holding, done = Event(), Event()
        locks = [driving.core.bucket._lock, client._lock, *_locks_of_urllib3(driving.transport)]
        thread = Thread(target=_hold, args=(locks, holding, done))
        thread.start()
        holding.wait()
        child = os.fork()
        if child == 0:
            _work_in_child(client)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        done.set()
        thread.join()
        runner.run(_settled(client.close))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("name", ["Client", "Client over boto3"])
def test_row_46_a_child_does_not_wait_for_an_answer_that_another_thread_was_reading(name: str) -> None:
    body = json.dumps(echoed("Other")).encode()
    halting = (Read(), Send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body)), Pause(0.5), Send(body))
    with HostileServer(halting, GOOD) as server, asyncio.Runner() as runner, ThreadPoolExecutor(1) as threads:
        client = make(name, server.url, timeout=AMPLE)
        other = threads.submit(lambda: client.create_engagement(**{**ARGUMENTS, "title": "Other"}).to_wire())
        time.sleep(0.2)
        child = os.fork()
        if child == 0:
            _work_in_child(client)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert other.result() == echoed("Other")
        assert runner.run(_ask(client, "Parent")) == echoed("Parent")
        client.close()


def _locks_of_urllib3(transport: Any) -> Iterator[Any]:
    """Give the locks that urllib3 closes its pools and connections under, below boto3's transports."""
    below = getattr(transport, "_transport", transport)
    for session in getattr(below, "_sessions", {}).values():
        pools = session._manager.pools
        yield pools.lock
        yield from (pool.pool.mutex for pool in pools._container.values())


def _hold(locks: Sequence[Any], holding: Event, done: Event) -> None:
    with ExitStack() as stack:
        for lock in locks:
            stack.enter_context(lock)
        holding.set()
        done.wait()


async def _ask(client: Any, title: str) -> Any:
    return (await settled(client.create_engagement(**{**ARGUMENTS, "title": title}))).to_wire()


async def _settled(close: Callable[[], Any]) -> None:
    await settled(close())


def _work_in_child(client: Any) -> None:
    """Make a call in an event loop of the child's own, and end without anything of the parent's."""
    code = 1
    signal.alarm(20)
    try:
        code = 0 if _in_a_new_loop(_ask(client, "Child")) == echoed("Child") else 2
    finally:
        os._exit(code)


def _in_a_new_loop(work: Any) -> Any:
    asyncio.events._set_running_loop(None)
    return asyncio.run(work)


# ------------------------------------------------------------------------------------------------------ 47: what shows


SHOWING: Mapping[str, tuple[Step, ...]] = {
    "cut": (Read(), Send(HEAD), Close()),
    "no HTTP": (Read(), Send(b"SSH-2.0-OpenSSH_9.6\r\n"), Close()),
    "quoted": (Read(), Respond(lambda request: written(_quote(request), "403 Forbidden"))),
    "quoted in an answer": (Read(), Respond(lambda request: written(_quote(request)[:-1]))),
    "quoted as text": (Read(), Respond(lambda request: written(f"{request.headers}".encode(), "502 Bad Gateway"))),
    "too large": (Read(), Send(HEAD + b"Content-Length: 999999999\r\n\r\n")),
    "a redirect": (Read(), Send(written(b"", "307 Away", "Location: http://elsewhere.example/"))),
}


def _quote(request: Any) -> bytes:
    told = f"{request.line} {request.headers} {request.body.decode()}"
    return json.dumps({"__type": "InvalidSignatureException", "message": told, "Id": told}).encode()


@pytest.mark.parametrize("case", SHOWING)
@pytest.mark.parametrize("name", EVERY)
def test_row_47_no_key_shows_in_what_is_raised_or_logged(
    name: str, case: str, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    with HostileServer(SHOWING[case]) as server:
        [seen] = call(name, server.url)
        signatures = {request.headers["authorization"].rpartition("=")[2] for request in server.requests}
    assert seen.outcome.error in ("TransportError", "ResponseError", "ServiceError", "InvalidSignatureException")
    assert signatures and not [one for one in signatures if one in seen.shown]
    check_hidden("".join(str(warning.message) for warning in recwarn))


@pytest.fixture(scope="module")
def rest() -> Iterator[Any]:
    with imported(files_of(_sensitive_spec())) as package:
        yield package


def _sensitive_spec() -> dict[str, Any]:
    spec = spec_in("restJson1")
    for name in ("Label", "Asked", "Named"):
        spec["shapes"]["PutInput"]["members"][name]["sensitive"] = True
    return spec


SENSITIVE = {"label": "canary-label", "asked": "canary-query", "named": "canary-header", "secret": "canary-body"}
HOLDERS = ("put", "_call", "call", "_see_sensitive")
"""Functions whose own arguments are the members: whoever is called with them holds them in a variable."""


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("case", ["cut", "no HTTP", "too large", "a redirect"])
def test_row_47_no_sensitive_member_shows_below_the_method_that_was_called(name: str, case: str, rest: Any) -> None:
    with HostileServer(SHOWING[case]) as server:
        error = asyncio.run(_see_sensitive(rest, name, server.url))
    assert isinstance(error, rest.errors.Error)
    frames = [frame for one in causes(error) for frame in _frames(one)]
    assert {frame.f_code.co_name for frame in frames} & {"exchange", "exchanged", "send"}
    for frame in frames:
        if frame.f_code.co_name not in HOLDERS:
            assert "canary" not in repr(frame.f_locals), frame.f_code


def _frames(error: BaseException) -> Iterator[Any]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


async def _see_sensitive(package: Any, name: str, url: str) -> BaseException:
    keys = package.Credentials(KEY, SECRET, TOKEN)
    client = getattr(package, name)(region="us-east-1", endpoint_url=url, credentials=keys, retries=2, timeout=20)
    try:
        await settled(client.put(**SENSITIVE))
    except package.errors.Error as error:
        found: BaseException = error
        return found
    finally:
        await settled(client.close())
    raise AssertionError("it succeeded")


# ---------------------------------------------------------------------------------------------------- 48: ends of lines


BREAKS = ("a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\x85b", "a\u2028b")
UNSENDABLE: Mapping[str, Callable[[Any, str], dict[str, Any]]] = {
    "key id": lambda package, value: {"credentials": package.Credentials(value, SECRET, TOKEN)},
    "secret": lambda package, value: {"credentials": package.Credentials(KEY, value, TOKEN)},
    "token": lambda package, value: {"credentials": package.Credentials(KEY, SECRET, value)},
    "region": lambda package, value: {"region": value},
    "URL": lambda package, value: {"endpoint_url": f"http://127.0.0.1/{value}"},
}


@pytest.mark.parametrize("value", BREAKS, ids=repr)
@pytest.mark.parametrize("where", UNSENDABLE)
@pytest.mark.parametrize("name", CLIENTS)
def test_row_48_no_client_is_made_that_would_break_its_headers(name: str, where: str, value: str) -> None:
    with pytest.raises(PACKAGE.errors.ConfigurationError) as refused:
        make(name, "http://127.0.0.1:1/", **UNSENDABLE[where](PACKAGE, value))
    check_hidden("".join(text for one in causes(refused.value) for text in shown(one)))


@pytest.mark.parametrize("value", BREAKS, ids=repr)
@pytest.mark.parametrize("name", CLIENTS)
def test_row_48_a_member_that_would_break_its_header_is_refused_before_anything_is_sent(
    name: str, value: str, rest: Any
) -> None:
    keys = rest.Credentials(KEY, SECRET, TOKEN)
    with HostileServer((Read(), Send(answer()))) as server:
        client = getattr(rest, name)(region="us-east-1", endpoint_url=server.url, credentials=keys)
        with pytest.raises(rest.errors.ValidationError) as refused:
            asyncio.run(_settled(lambda: client.put(label="x", named=value)))
        [violation] = refused.value.violations
        assert isinstance(refused.value, ValueError)
        assert violation == ("Named", "PutInput.Named", "pattern", "has a character that no header can have")
        assert server.connections == 0
        asyncio.run(_settled(lambda: client.put(label=value, asked=value)))  # where it is escaped
        asyncio.run(_settled(client.close))
    assert len(server.requests) == 1 and "X-Evil" not in "".join(server.requests[0].headers)


# ---------------------------------------------------------------------------------------------------------- 49: proxies


PROXIES: Mapping[str, Sequence[Step]] = {
    "407": (Read(), Send(answer(b"no", "407 Proxy Authentication Required"))),
    "closed": (Read(), Close()),
    "garbage": (Read(), Send(b"garbage\r\n"), Close()),
    "cut in the tunnel": tunnel(Read(), Close()),
}


@pytest.mark.parametrize("case", PROXIES)
@pytest.mark.parametrize("name", EVERY)
def test_row_49_a_proxy_that_fails_is_a_typed_error(name: str, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(DATA / "loopback.pem"))
    with HostileServer(PROXIES[case]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{USER}@127.0.0.1:{proxy.port}")
        found = outcome_of(name, "https://api.example/")
    assert (found.error, found.attempts) == ("TransportError", 3)
    opened = [request for request in proxy.requests if request.line.startswith("CONNECT")]
    assert len(opened) == 3 and {request.headers["proxy-authorization"] for request in opened} == {f"Basic {PAIR}"}
    assert not [request for request in opened if "authorization" in request.headers]


@pytest.mark.parametrize("name", EVERY)
def test_row_49_a_proxy_that_forwards_may_refuse(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with HostileServer(PROXIES["407"]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{USER}@127.0.0.1:{proxy.port}")
        found = outcome_of(name, "http://api.example/")
    assert (found.error, found.code, found.status, len(proxy.requests)) == ("ServiceError", "407", 407, 1)


@pytest.mark.parametrize("direct", ["127.0.0.1", "*", "other, 127.0.0.1"])
@pytest.mark.parametrize("name", EVERY)
def test_row_49_no_proxy_is_asked_for_hosts_that_need_none(
    name: str, direct: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HostileServer(GOOD) as server, HostileServer(PROXIES["407"]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{USER}@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", direct)
        found = outcome_of(name, server.url)
    assert (found.error, found.wire, proxy.connections) == (None, echoed("Asked"), 0)


@pytest.mark.parametrize("url", [f"socks5://{USER}@p:1", f"http://{USER}@p:x", f"http://{USER}@"])
@pytest.mark.parametrize("name", CLIENTS)
def test_row_49_a_proxy_that_is_none_is_told_without_its_password(
    name: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    found = outcome_of(name, "https://api.example/")
    assert (found.error, found.message) == ("ConfigurationError", "HTTPS_PROXY is not of the form http://host:port")
