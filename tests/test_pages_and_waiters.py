"""Pages and waiters in every protocol but AWS JSON: the same answers, to botocore and to both clients."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import botocore.session  # type: ignore[import-untyped]
import cbor2
import pytest
from boto3_sides import Answer, Sent
from botocore import xform_name
from botocore.exceptions import WaiterError  # type: ignore[import-untyped]
from packages import ROOT
from service_sides import ours, packages_of, theirs, told
from sizes import FULL

from codegen.emit.views.paths import wire_path
from codegen.load import find
from codegen.load.loaded import load_lazily
from codegen.project import read_project
from codegen.spec import ir
from codegen.spec.ir import SpecText

BOTH = ("Client", "AsyncClient")


class Pages(NamedTuple):
    """An operation, what it is asked with, and its answers, one after the other."""

    service: str
    operation: str
    arguments: Mapping[str, Any]
    answers: Sequence[Answer]


class Waiting(NamedTuple):
    """The same of a waiter. succeeds: whether what is waited for comes to be."""

    service: str
    waiter: str
    operation: str
    arguments: Mapping[str, Any]
    answers: Sequence[Answer]
    succeeds: bool = True


def in_turn(answers: Sequence[Answer], sent: list[Sent]) -> Any:
    left = list(answers)

    def handler(request: Sent) -> Answer:
        sent.append(request)
        return left.pop(0)

    return handler


def as_json(*values: Any) -> list[Answer]:
    return [Answer(200, {"content-type": "application/json"}, json.dumps(value).encode()) for value in values]


def as_cbor(*values: Any) -> list[Answer]:
    headers = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    return [Answer(200, headers, cbor2.dumps(value)) for value in values]


def as_xml(*texts: str, status: int = 200) -> list[Answer]:
    return [Answer(status, {"content-type": "text/xml"}, text.encode()) for text in texts]


def _users(rest: str, *names: str) -> str:
    """An answer of IAM, which is AWS query's."""
    members = "".join(
        f"<member><UserName>{name}</UserName><Path>/</Path><UserId>AIDA{name}</UserId><Arn>arn:{name}</Arn>"
        "<CreateDate>2026-01-02T03:04:05Z</CreateDate></member>"
        for name in names
    )
    space = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"'
    result = f"<ListUsersResult><Users>{members}</Users>{rest}</ListUsersResult>"
    return f"<ListUsersResponse {space}>{result}</ListUsersResponse>"


def _instances(rest: str, *states: str) -> str:
    """An answer of EC2."""
    items = "".join(
        f"<item><reservationId>r-{at}</reservationId><instancesSet><item><instanceId>i-{at}</instanceId>"
        f"<instanceState><code>16</code><name>{state}</name></instanceState></item></instancesSet></item>"
        for at, state in enumerate(states)
    )
    space = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"'
    return (
        f"<DescribeInstancesResponse {space}><reservationSet>{items}</reservationSet>{rest}</DescribeInstancesResponse>"
    )


def _objects(rest: str, *keys: str) -> str:
    """An answer of S3."""
    contents = "".join(f"<Contents><Key>{key}</Key><Size>1</Size></Contents>" for key in keys)
    space = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    return f"<ListBucketResult {space}><Name>bucket</Name>{rest}{contents}</ListBucketResult>"


PAGES: Mapping[str, Pages] = {
    "rest-json": Pages(
        "lambda",
        "ListFunctions",
        {"FunctionVersion": "ALL"},
        as_json(
            {"Functions": [{"FunctionName": "a"}], "NextMarker": "m/1 &"},
            {"Functions": [{"FunctionName": "b"}], "NextMarker": "m2"},
            {"Functions": []},
        ),
    ),
    "names that differ on the wire": Pages(
        "amplifybackend",
        "ListBackendJobs",
        {"AppId": "a", "BackendEnvironmentName": "e", "Status": "s"},
        as_json({"jobs": [{"appId": "a", "backendEnvironmentName": "e"}], "nextToken": "n"}, {"jobs": []}),
    ),
    "rest-xml": Pages(
        "s3",
        "ListObjectsV2",
        {"Bucket": "bucket", "Prefix": "p/", "EncodingType": "url"},
        as_xml(
            _objects("<IsTruncated>true</IsTruncated><NextContinuationToken>t=1</NextContinuationToken>", "p/a", "p/b"),
            _objects("<IsTruncated>false</IsTruncated>", "p/c"),
        ),
    ),
    "query": Pages(
        "iam",
        "ListUsers",
        {"PathPrefix": "/"},
        as_xml(
            _users("<IsTruncated>true</IsTruncated><Marker>m&amp;1</Marker>", "a", "b"),
            _users("<IsTruncated>false</IsTruncated>", "c"),
        ),
    ),
    "ec2": Pages(
        "ec2",
        "DescribeInstances",
        {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}]},
        as_xml(_instances("<nextToken>n1</nextToken>", "running"), _instances("<nextToken></nextToken>", "stopped")),
    ),
    "cbor": Pages(
        "cloudwatch",
        "ListMetrics",
        {"Namespace": "N"},
        as_cbor({"Metrics": [{"MetricName": "a"}], "NextToken": "n"}, {"Metrics": [{"MetricName": "b"}]}),
    ),
}
STATES = {"pending": _instances("", "pending", "running"), "running": _instances("", "running", "running")}
GONE = "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>m</Message></Error></ErrorResponse>"
USER = (
    "<GetUserResponse><GetUserResult><User><UserName>a</UserName><Path>/</Path><UserId>AIDA</UserId><Arn>arn:a</Arn>"
    "<CreateDate>2026-01-02T03:04:05Z</CreateDate></User></GetUserResult></GetUserResponse>"
)
NO_INSTANCE = (
    "<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>m</Message></Error></Errors></Response>"
)
WAITING: Mapping[str, Waiting] = {
    "rest-json": Waiting(
        "lambda",
        "FunctionActiveV2",
        "GetFunction",
        {"FunctionName": "f"},
        as_json({"Configuration": {"State": "Pending"}}, {"Configuration": {"State": "Active"}}),
    ),
    "rest-json, in vain": Waiting(
        "lambda",
        "FunctionActiveV2",
        "GetFunction",
        {"FunctionName": "f"},
        as_json({"Configuration": {"State": "Failed"}}),
        succeeds=False,
    ),
    "names that differ on the wire": Waiting(
        "mediaconnect",
        "FlowActive",
        "DescribeFlow",
        {"FlowArn": "arn:aws:mediaconnect:us-east-1:111122223333:flow:1-a:f"},
        as_json({"flow": {"status": "STARTING"}}, {"flow": {"status": "ACTIVE"}}),
    ),
    "rest-xml": Waiting(
        "s3", "BucketExists", "HeadBucket", {"Bucket": "bucket"}, [Answer(404, {}, b""), Answer(200, {}, b"")]
    ),
    "query": Waiting(
        "iam", "UserExists", "GetUser", {"UserName": "a"}, [*as_xml(GONE, status=404), *as_xml(USER)]
    ),
    "ec2": Waiting(
        "ec2",
        "InstanceRunning",
        "DescribeInstances",
        {"InstanceIds": ["i-0", "i-1"]},
        [*as_xml(NO_INSTANCE, status=400), *as_xml(STATES["pending"], STATES["running"])],
    ),
    "ec2, in vain": Waiting(
        "ec2",
        "InstanceRunning",
        "DescribeInstances",
        {"InstanceIds": ["i-0", "i-1"]},
        as_xml(_instances("", "running", "terminated")),
        succeeds=False,
    ),
    "cbor": Waiting(
        "cloudwatch",
        "AlarmExists",
        "DescribeAlarms",
        {"AlarmNames": ["a"]},
        as_cbor({"MetricAlarms": []}, {"MetricAlarms": [{"AlarmName": "a"}]}),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def packages() -> Iterator[Any]:
    named = [(each.service, each.operation) for each in PAGES.values()]
    with packages_of([*named, *((each.service, each.operation) for each in WAITING.values())]) as found:
        yield found


def run(found: Any, kind: str) -> Any:
    """Wait for what an asynchronous client gives: an answer, or pages; list the pages of the other."""
    if kind == "Client":
        return list(found) if isinstance(found, Iterator) else found

    async def awaited() -> Any:
        return [page async for page in found] if isinstance(found, AsyncIterator) else await found

    async def at_once(_: float) -> None: ...

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("asyncio.sleep", at_once)
        return asyncio.run(awaited())


def in_small_letters(value: Any) -> Any:
    """Let names differ by their first letters, as they do where a member's name is not that on the wire."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: in_small_letters(item) for name, item in value.items()}
    return [in_small_letters(item) for item in value] if isinstance(value, list) else value


def snake(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {xform_name(name): value for name, value in arguments.items()}


def asked(request: Sent) -> Any:
    """Say what a request asks for, in whatever order it says so."""
    url = urlsplit(request.url)
    if request.headers.get("content-type") == "application/cbor":
        return url.path, cbor2.loads(request.body)
    return request.method, url.path, parse_qs(url.query), parse_qs(request.body.decode())


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", PAGES)
def test_pages_are_those_of_botocore(case: str, kind: str, packages: Any) -> None:
    service, operation, arguments, answers = PAGES[case]
    theirs_sent: list[Sent] = []
    sent: list[Sent] = []
    paginator = theirs(service, in_turn(answers, theirs_sent)).get_paginator(xform_name(operation))
    expected = [told(page) for page in paginator.paginate(**arguments)]
    client = ours(packages(service), in_turn(answers, sent), kind)
    pages = getattr(client, f"{xform_name(operation)}_pages")(**snake(arguments))
    found = run(pages, kind)
    assert in_small_letters([told(page) for page in found]) == in_small_letters(expected)
    assert [asked(one) for one in sent] == [asked(one) for one in theirs_sent]
    assert len(found) == len(answers) > 1


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", WAITING)
def test_waiters_wait_as_long_as_those_of_botocore(
    case: str, kind: str, packages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, name, _, arguments, answers, succeeds = WAITING[case]
    theirs_sent: list[Sent] = []
    sent: list[Sent] = []
    package = packages(service)
    monkeypatch.setattr("time.sleep", lambda _: None)
    waiter = theirs(service, in_turn(answers, theirs_sent)).get_waiter(xform_name(name))
    client = ours(package, in_turn(answers, sent), kind)
    wait = getattr(client, f"wait_until_{xform_name(name)}")
    if succeeds:
        waiter.wait(**arguments)
        run(wait(**snake(arguments)), kind)
    else:
        with pytest.raises(WaiterError):
            waiter.wait(**arguments)
        with pytest.raises(package.errors.TaskFailed):
            run(wait(**snake(arguments)), kind)
    assert [asked(one) for one in sent] == [asked(one) for one in theirs_sent]
    assert len(sent) == len(answers)


# --------------------------------------------------------------------------------------------------------------- paths

PATHS = {
    "Flow.Status": "flow.status",
    "Flow": "flow",
    "Flow.Outputs[].Name": "flow.outputs[].name",
    "Flow.Outputs[-1].Name": "flow.outputs[-1].name",
    "Flow.Outputs[*].MediaStreamOutputConfigurations[0]": "flow.outputs[*].mediaStreamOutputConfigurations[0]",
    "flow.status": "flow.status",
    "Flow.Nothing": "Flow.Nothing",
    "Flow.Status.Nothing": "Flow.Status.Nothing",
    "length(Flow.Outputs[])": "length(Flow.Outputs[])",
    "Flow || Messages": "Flow || Messages",
}


@pytest.mark.parametrize("path", PATHS)
def test_paths_are_translated_step_by_step(path: str) -> None:
    model = _model("mediaconnect")
    assert wire_path(model, SpecText("DescribeFlowResponse"), SpecText(path)).raw == PATHS[path]


@cache
def _model(service: str) -> ir.Model:
    (found,) = find([f"botocore:{service}"], read_project(ROOT))
    return load_lazily(found).model


def test_there_is_nothing_to_translate_without_a_shape() -> None:
    assert wire_path(_model("mediaconnect"), None, SpecText("Flow")).raw == "Flow"


@pytest.mark.skipif(not FULL, reason="reads every model; SPECCAST_FULL=1 runs it")
def test_no_path_of_any_model_needs_more_than_that() -> None:
    """Names of members whose names differ on the wire stand in no expression that is left as it is."""
    services = botocore.session.Session().get_available_services()
    left = [text for service in services for text in _left(_model.__wrapped__(service))]
    assert left == []


def _left(model: ir.Model) -> Iterator[str]:
    for shape, path in _paths(model):
        if wire_path(model, shape, path) == path and not re.fullmatch(r"[\w.]+", path.raw):
            reached = (model.shapes[name] for name in ir.reachable(model, (shape,)))
            others = {one.name.raw for found in reached for one in ir.members_of(found) if one.name != one.wire}
            yield from (path.raw for word in re.findall(r"[A-Za-z_]\w*", path.raw) if word in others)


def _paths(model: ir.Model) -> Iterator[tuple[SpecText, SpecText]]:
    """Walk the expressions over answers, each with the shape of the answer."""
    for pages in model.paginators.values():
        found = model.operations[pages.operation].output
        told = (*pages.output_tokens, pages.more_results)
        yield from ((found, path) for path in told if path is not None and found is not None)
    for waiter in model.waiters.values():
        found = model.operations[waiter.operation].output
        told = tuple(one.argument for one in waiter.acceptors)
        yield from ((found, path) for path in told if path is not None and found is not None)
