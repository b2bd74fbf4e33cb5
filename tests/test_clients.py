"""Both clients of the generated package: how they are configured, what they refuse, and what they never show."""

from __future__ import annotations

import asyncio
import copy
import inspect
import json
import logging
import pickle
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from packages import NEW, OLD, package_of

PACKAGE: Any = package_of(NEW)
errors, models = PACKAGE.errors, PACKAGE.models
ARGUMENTS = {"catalog": "Sandbox", "title": "Migration", "description": "Move to the cloud"}
SECRET, TOKEN = "canary-secret-0123456789abcdefghij", "canary-token-0123456789abcdefghijklmnop"
GOOD = b'{"Arn": "arn:x", "Id": "eng-1"}'
IDENTIFIER = "engi-0123456789abc"


class Recorder:
    """A transport, synchronous or not, that answers in turn and keeps what it was sent."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers) or [GOOD]
        self.requests: list[Any] = []
        self.closed = 0

    def answer(self, request: Any, limits: Any) -> Any:
        self.requests.append(request)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(found, bytes):
            return PACKAGE.transports.HttpResponse(200, {"x-amzn-requestid": "r-1"}, found)
        if isinstance(found, Exception):
            raise found
        return found


class Sync(Recorder):
    def send(self, request: Any, limits: Any) -> Any:
        return self.answer(request, limits)

    def close(self) -> None:
        self.closed += 1


class Async(Recorder):
    async def send(self, request: Any, limits: Any) -> Any:
        await asyncio.sleep(0)
        return self.answer(request, limits)

    async def close(self) -> None:
        self.closed += 1


class Kind:
    """One of the two clients, used alike."""

    def __init__(self, name: str, recorder: type[Recorder]) -> None:
        self.name = name
        self.recorder = recorder

    def make(self, transport: Any = None, **options: Any) -> Any:
        keys = PACKAGE.Credentials("AKIDEXAMPLE", SECRET, TOKEN)
        return getattr(PACKAGE, self.name)(
            **{"region": "us-east-1", "credentials": keys, "transport": transport} | options
        )

    def call(self, work: Callable[[], Any]) -> Any:
        found = work()
        return asyncio.run(found) if inspect.iscoroutine(found) else found


@pytest.fixture(params=[Kind("Client", Sync), Kind("AsyncClient", Async)], ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No configuration of the machine's, and no waiting between attempts."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path_factory.getbasetemp()))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    yield


# -------------------------------------------------------------------------------------------------------------- calls


def test_a_call_gives_the_answer_and_how_it_came(kind: Kind) -> None:
    transport = kind.recorder()
    client = kind.make(transport)
    made = kind.call(lambda: client.create_engagement(**ARGUMENTS))
    assert (made.arn, made.id) == ("arn:x", "eng-1")
    metadata = made.response_metadata
    assert (metadata.request_id, metadata.http_status, metadata.attempts) == ("r-1", 200, 1)
    sent = json.loads(transport.requests[0].body)
    assert sent.pop("ClientToken") == metadata.client_token == str(uuid.UUID(metadata.client_token, version=4))
    assert sent == {"Catalog": "Sandbox", "Description": "Move to the cloud", "Title": "Migration"}
    assert made == models.CreateEngagementResponse.from_wire(GOOD)
    assert models.CreateEngagementResponse.from_wire(GOOD).response_metadata is None
    assert pickle.loads(pickle.dumps(made)).response_metadata == metadata


@pytest.mark.parametrize(
    "given",
    [
        {**ARGUMENTS, "client_token": "t"},
        {"Catalog": "Sandbox", "Title": "Migration", "Description": "Move to the cloud", "ClientToken": "t"},
        {"Catalog": "Sandbox", "title": "Migration", "Description": "Move to the cloud", "client_token": "t"},
    ],
)
def test_arguments_are_taken_under_both_names(kind: Kind, given: dict[str, str]) -> None:
    bodies = []
    for positional, named in ((), given), ((models.CreateEngagementRequest(**given),), {}):
        transport = kind.recorder()
        client = kind.make(transport)
        kind.call(lambda: client.create_engagement(*positional, **named))  # noqa: B023 - called at once
        bodies.append(json.loads(transport.requests[0].body))
    assert (
        bodies
        == [{"Catalog": "Sandbox", "Description": "Move to the cloud", "Title": "Migration", "ClientToken": "t"}] * 2
    )


def test_any_sequence_and_any_mapping_is_taken(kind: Kind) -> None:
    transport = kind.recorder()
    client = kind.make(transport)
    contexts = ({"Type": "CustomerProject"}, models.EngagementContextDetails(type="CustomerProject"))
    kind.call(lambda: client.create_engagement(**ARGUMENTS, contexts=contexts))
    assert json.loads(transport.requests[0].body)["Contexts"] == [{"Type": "CustomerProject"}] * 2


@pytest.mark.parametrize(
    ("positional", "named", "violations"),
    [
        ((), {}, [("required", name) for name in ("Catalog", "Description", "Title")]),
        ((), {**ARGUMENTS, "title": "M" * 41}, [("length", "Title")]),
        ((), {**ARGUMENTS, "catalog": "1", "x": 1}, [("unknown", "x"), ("pattern", "Catalog")]),
        ((), {**ARGUMENTS, "Title": "twice"}, [("unknown", "title")]),
        ((), {**ARGUMENTS, "contexts": "abc"}, [("type", "Contexts")]),
        (({"Catalog": "AWS"},), {}, [("type", "CreateEngagementRequest")]),
        ((models.CreateEngagementRequest(**ARGUMENTS),), {"title": "x"}, [("type", "CreateEngagementRequest")]),
        ((models.CreateEngagementRequest.from_wire({"New": 1}),), {}, [("unknown", "New")]),
    ],
)
def test_what_the_service_would_refuse_never_leaves(
    kind: Kind, positional: tuple[Any, ...], named: dict[str, Any], violations: list[tuple[str, str]]
) -> None:
    transport = kind.recorder()
    client = kind.make(transport)
    with pytest.raises(errors.ValidationError) as refused:
        kind.call(lambda: client.create_engagement(*positional, **named))
    found = [(violation.kind, violation.path) for violation in refused.value.violations]
    assert set(violations) <= set(found)
    assert transport.requests == []


def test_what_a_model_is_to_be_passed_for_is_said(kind: Kind) -> None:
    client = kind.make(kind.recorder())
    with pytest.raises(errors.ValidationError, match=r"expected one models\.CreateEngagementRequest, found .* dict"):
        kind.call(lambda: client.create_engagement(ARGUMENTS))


def test_a_stand_in_that_gives_no_answer_is_named() -> None:
    client = Kind("Client", Sync).make(PACKAGE.transports.InProcessTransport(lambda request: {}))
    with pytest.raises(errors.ConfigurationError, match=r"gave no transports\.HttpResponse"):
        client.create_engagement(**ARGUMENTS)


def test_checks_relax_what_is_checked(kind: Kind) -> None:
    transport = kind.recorder()
    client = kind.make(transport, checks={"CreateEngagementRequest.Title:length": "off"})
    kind.call(lambda: client.create_engagement(**{**ARGUMENTS, "title": "M" * 300}))
    warned = kind.make(transport, checks={"length": "warn"})
    with pytest.warns(models.ConstraintWarning, match="Title: has 300 characters"):
        kind.call(lambda: warned.create_engagement(**{**ARGUMENTS, "title": "M" * 300}))
    assert len(transport.requests) == 2


def test_an_answer_from_the_future_is_read(kind: Kind) -> None:
    client = kind.make(kind.recorder(b'{"Id": "eng-1", "New": {"a": [1]}, "Arn": null}'))
    made = kind.call(lambda: client.create_engagement(**ARGUMENTS))
    assert made.to_wire() == {"Id": "eng-1", "New": {"a": [1]}}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the answer is empty"),
        (b"<html>", "not JSON"),
        (b"[1, 2]", "expected an object, found an array"),
        (b"null", "expected an object"),
        (b'{"Id": 5}', "expected a string, found a number"),
        (b'{"Id": "x"', "not JSON"),
    ],
)
def test_an_answer_that_cannot_be_read_is_no_success(kind: Kind, body: bytes, message: str) -> None:
    transport = kind.recorder(body)
    client = kind.make(transport)
    with pytest.raises(errors.ResponseError, match=message) as raised:
        kind.call(lambda: client.create_engagement(**ARGUMENTS))
    assert (raised.value.http_status, raised.value.request_id) == (200, "r-1")
    assert len(transport.requests) == 1


# -------------------------------------------------------------------------------------------------------------- tasks


def task(state: str, **more: str) -> bytes:
    return json.dumps({"TaskStatus": state, **more}).encode()


def test_a_task_is_waited_for_with_the_call_that_started_it(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    transport = kind.recorder(task("IN_PROGRESS"), task("IN_PROGRESS"), task("COMPLETE", OpportunityId="O1"))
    client = kind.make(transport)
    _do_not_wait(monkeypatch)

    async def both() -> Any:
        started = await client.start_engagement_by_accepting_invitation_task(catalog="AWS", identifier=IDENTIFIER)
        return await client.wait_for_task(started)

    def one_after_the_other() -> Any:
        started = client.start_engagement_by_accepting_invitation_task(catalog="AWS", identifier=IDENTIFIER)
        return client.wait_for_task(started)

    done = kind.call(both if kind.name == "AsyncClient" else one_after_the_other)
    assert done.opportunity_id == "O1"
    assert len({request.body for request in transport.requests}) == 1
    assert len(transport.requests) == 3


def _do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(seconds: float) -> None:
        return None

    runtime = f"{PACKAGE.__name__}._runtime"
    from importlib import import_module

    monkeypatch.setattr(import_module(f"{runtime}.sync_driver").time, "sleep", lambda seconds: None)
    monkeypatch.setattr(import_module(f"{runtime}.async_driver").asyncio, "sleep", at_once)


@pytest.mark.parametrize(
    ("response", "timeout", "message"),
    [
        ("t", 5, "came from no client"),
        (models.StartEngagementFromOpportunityTaskResponse.from_wire({}), 5, "came from no client"),
    ],
)
def test_only_the_answer_of_a_client_can_be_waited_for(kind: Kind, response: Any, timeout: Any, message: str) -> None:
    client = kind.make(kind.recorder())
    with pytest.raises(errors.ConfigurationError, match=message):
        kind.call(lambda: client.wait_for_task(response, timeout=timeout))


def test_only_a_task_can_be_waited_for_and_only_for_some_time(kind: Kind) -> None:
    client = kind.make(kind.recorder())
    made = kind.call(lambda: client.create_engagement(**ARGUMENTS))
    with pytest.raises(errors.ConfigurationError, match="CreateEngagement starts no task"):
        kind.call(lambda: client.wait_for_task(made))
    started = kind.call(
        lambda: kind.make(kind.recorder(task("IN_PROGRESS"))).start_engagement_by_accepting_invitation_task(
            catalog="AWS", identifier=IDENTIFIER
        )
    )
    for timeout in (-1, float("nan"), float("inf"), "5", None, True):
        with pytest.raises(errors.ConfigurationError, match="timeout"):
            kind.call(lambda: client.wait_for_task(started, timeout=timeout))  # noqa: B023 - called at once


# ------------------------------------------------------------------------------------------------------ configuration


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"region": None}, "no region"),
        ({"region": "us-east-1\r\nX: y"}, "region"),
        ({"endpoint_url": "ftp://x"}, "endpoint URL"),
        ({"endpoint_url": "https://a:b@x"}, "user name or password"),
        ({"use_fips": True, "endpoint_url": "https://x"}, "FIPS"),
        ({"retries": 0}, "retries"),
        ({"retries": True}, "retries"),
        ({"retries": 2.5}, "retries"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": "60"}, "timeout"),
        ({"max_response_bytes": -1}, "max_response_bytes"),
        ({"checks": {"pattern": "relaxed"}}, "relaxed"),
        ({"checks": {"colour": "off"}}, "colour"),
        ({"checks": None}, "checks is to be a mapping"),
        ({"credentials": ("AKID", "secret")}, "pass Credentials"),
        ({"credentials": 5}, "pass Credentials"),
        ({"region": 5}, "the region is no text"),
        ({"endpoint_url": b"http://x"}, "the endpoint URL is no text"),
        ({"use_fips": "false"}, "use_fips"),
        ({"use_dualstack": 1}, "use_dualstack"),
        ({"transport": 5}, "transport: pass an object"),
        ({"transport": PACKAGE.transports.InProcessTransport}, "transport: pass an object"),
        ({"session": object(), "credentials": None}, "session"),
    ],
)
def test_what_cannot_work_is_refused_when_the_client_is_made(kind: Kind, options: Any, message: str) -> None:
    with pytest.raises(errors.ConfigurationError, match=message):
        kind.make(**options)


def test_a_client_without_credentials_says_so_before_it_sends(kind: Kind) -> None:
    transport = kind.recorder()
    client = kind.make(transport, credentials=None)
    with pytest.raises(errors.ConfigurationError, match="no credentials"):
        kind.call(lambda: client.create_engagement(**ARGUMENTS))
    assert transport.requests == []


@pytest.mark.parametrize(
    ("options", "variables", "url"),
    [
        ({}, {}, "https://partnercentral-selling.us-east-1.api.aws/"),
        ({"use_fips": True}, {}, "https://partnercentral-selling-fips.us-east-1.api.aws/"),
        ({"use_dualstack": True}, {}, "https://partnercentral-selling.us-east-1.api.aws/"),
        ({}, {"AWS_USE_FIPS_ENDPOINT": "true"}, "https://partnercentral-selling-fips.us-east-1.api.aws/"),
        ({"endpoint_url": "http://127.0.0.1:8999"}, {}, "http://127.0.0.1:8999/"),
        ({}, {"AWS_ENDPOINT_URL_PARTNERCENTRAL_SELLING": "http://a", "AWS_ENDPOINT_URL": "http://b"}, "http://a/"),
        ({"region": None}, {"AWS_REGION": "eu-west-1"}, "https://partnercentral-selling.eu-west-1.api.aws/"),
    ],
)
def test_the_endpoint_is_found_as_aws_says(
    kind: Kind, monkeypatch: pytest.MonkeyPatch, options: Any, variables: dict[str, str], url: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    transport = kind.recorder()
    client = kind.make(transport, **options)
    kind.call(lambda: client.create_engagement(**ARGUMENTS))
    assert client.endpoint_url == transport.requests[0].url == url


def test_a_session_gives_region_and_credentials(kind: Kind) -> None:
    boto3 = pytest.importorskip("boto3")
    session = boto3.Session("AKIDSESSION", "other-secret", region_name="eu-central-1")
    transport = kind.recorder()
    client = kind.make(transport, region=None, credentials=None, session=session)
    kind.call(lambda: client.create_engagement(**ARGUMENTS))
    assert client.region == "eu-central-1"
    assert "Credential=AKIDSESSION/" in transport.requests[0].headers["Authorization"]


def test_a_closed_client_calls_no_more_and_leaves_a_transport_that_is_not_its_own_open(kind: Kind) -> None:
    transport = kind.recorder()
    client = kind.make(transport)
    kind.call(lambda: client.create_engagement(**ARGUMENTS))
    kind.call(client.close)
    kind.call(client.close)
    assert transport.closed == 0
    with pytest.raises(errors.ConfigurationError, match="the client is closed"):
        kind.call(lambda: client.create_engagement(**ARGUMENTS))


def test_the_client_of_the_older_release_reads_what_the_newer_sends(kind: Kind) -> None:
    older: Any = package_of(OLD)
    body = task(
        "COMPLETE", ReasonCode="ResourceSnapshotAccessDenied", ResourceSnapshotJobId="job-0123456789abc", New="x"
    )
    keys = older.Credentials("AKIDEXAMPLE", SECRET)
    transport = kind.recorder(older.transports.HttpResponse(200, {}, body))
    client = getattr(older, kind.name)(region="us-east-1", credentials=keys, transport=transport)
    done = kind.call(lambda: client.start_engagement_by_accepting_invitation_task(catalog="AWS", identifier=IDENTIFIER))
    assert done.to_wire() == json.loads(body)
    assert not hasattr(client, "create_engagement")


# ------------------------------------------------------------------------------------------------------------ secrets


def test_nothing_secret_shows(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    echo = PACKAGE.transports.HttpResponse(200, {}, f'<p>{TOKEN} \'{SECRET}\' {{"k": "{TOKEN}"</p>'.encode())
    for answer in (GOOD, b"<html>", errors.TransportError("cut", retryable=False), RuntimeError("bug"), echo):
        transport = kind.recorder(answer)
        client = kind.make(transport)
        try:
            kind.call(lambda: client.create_engagement(**ARGUMENTS))  # noqa: B023 - called at once
        except (errors.Error, RuntimeError) as error:
            shown += traceback.TracebackException.from_exception(error, capture_locals=True).format()
            shown += [repr(error), repr(vars(error))]
        shown += [repr(client), repr(vars(client)), repr(transport.requests), repr(client._driving().core)]
    text = "".join([*shown, caplog.text])
    assert "create_engagement" in text
    signatures = [request.headers["Authorization"].rpartition("=")[2] for request in transport.requests]
    for secret in (SECRET, TOKEN, *signatures):
        assert secret not in text


def test_a_client_is_not_copied_or_pickled(kind: Kind) -> None:
    for work in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="holds connections and credentials"):
            work(kind.make())


# -------------------------------------------------------------------------------------------------------- concurrency


def echo(request: Any) -> Any:
    """Answer with the title that was asked for."""
    title = json.loads(request.body)["Title"]
    return PACKAGE.transports.HttpResponse(200, {"x-amzn-requestid": title}, json.dumps({"Id": title}).encode())


class EchoSync(Sync):
    def answer(self, request: Any, limits: Any) -> Any:
        return echo(request)


class EchoAsync(Async):
    def answer(self, request: Any, limits: Any) -> Any:
        return echo(request)


def test_threads_share_a_client() -> None:
    client = Kind("Client", Sync).make(EchoSync())
    wrong: list[str] = []

    def work(thread: int) -> None:
        for number in range(20):
            made = client.create_engagement(**{**ARGUMENTS, "title": f"{thread}-{number}"})
            if (made.id, made.response_metadata.request_id) != (f"{thread}-{number}",) * 2:
                wrong.append(made.id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_tasks_share_a_client() -> None:
    client = Kind("AsyncClient", Async).make(EchoAsync())

    async def all_at_once() -> list[Any]:
        titles = [f"t{number}" for number in range(1000)]
        return await asyncio.gather(*(client.create_engagement(**{**ARGUMENTS, "title": title}) for title in titles))

    assert [made.id for made in asyncio.run(all_at_once())] == [f"t{number}" for number in range(1000)]
