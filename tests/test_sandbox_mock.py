"""Operations without behaviour: any service that speaks AWS JSON is answered with valid examples, made from its shapes.

boto3 is the peer: it sends the least input of each operation and has to read what comes, required members and all.
"""

from __future__ import annotations

import base64
import dataclasses
import importlib
import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from botocore import xform_name  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from botocore.validate import ParamValidator  # type: ignore[import-untyped]
from casting import imported
from packages import NEW, model_of
from sandbox_scenario import ENDS, play
from sandbox_stub import NOW, ask, plain, serving, signed, with_header
from sandbox_tools import KEYS, boto3_tool
from sizes import FULL

from codegen.cli.main import run
from codegen.cli.sandbox import Plan, covered
from codegen.forms import read_files
from codegen.load import find
from codegen.load.loaded import load
from codegen.pipeline import generate
from codegen.project import read_project
from codegen.sandbox.app import Sandbox
from codegen.sandbox.clock import Clock
from codegen.sandbox.mock.coverage import coverage, lines
from codegen.sandbox.mock.fitting import misfit
from codegen.spec import ir
from codegen.spec.examples import Examples
from codegen.spec.ir import Json, SpecText

QUICK = ("partnercentral-selling", "sqs", "stepfunctions")
SERVICES = (*QUICK, *(("dynamodb", "ecs", "kms", "logs", "secretsmanager") if FULL else ()))
"""Of the installed botocore; the others need SPECCAST_FULL=1."""


@cache
def model(service: str) -> ir.Model:
    return load(find((f"botocore:{service}",), read_project(Path.cwd()))[0]).model


def sandbox(service: str) -> Sandbox:
    """Open what the command would serve."""
    plan = Plan(
        spec=f"botocore:{service}",
        database="sqlite://",
        credentials=None,
        clock="real",
        events=None,
        statuses="pages",
        fast=True,
    )
    return plan(model(service))


@contextmanager
def client(service: str, **more: Any) -> Iterator[Any]:
    """Serve a service, and open a client of boto3 that checks nothing itself when told so."""
    key, secret = KEYS["first"]
    config = Config(inject_host_prefix=False, retries={"total_max_attempts": 1}, **more)
    with serving(sandbox(service)) as url:
        made = boto3.client(
            service,
            endpoint_url=url,
            region_name="eu-central-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=config,
        )
        yield made
        made.close()


def held(shape: Any, value: Any) -> Any:
    """Turn JSON of the wire into what boto3 is given: bytes instead of base64, JSON text as it is."""
    match shape.type_name:
        case "structure":
            return {name: held(shape.members[name], each) for name, each in value.items()}
        case "list":
            return [held(shape.member, each) for each in value]
        case "map":
            return {key: held(shape.value, each) for key, each in value.items()}
        case "blob":
            return base64.b64decode(value)
        case _:
            return value


# ------------------------------------------------------------------------------------------------- every operation


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_answered_as_boto3_reads_it(service: str) -> None:
    found = covered(model(service))
    assert found is not None
    asked, examples = 0, Examples(model(service))
    with client(service) as boto:
        for name in found.examples:
            asked += 1
            theirs = boto.meta.service_model.operation_model(name)
            shape = model(service).operations[SpecText(name)].input
            given = held(theirs.input_shape, examples.least(shape)) if shape and theirs.input_shape else {}
            answer = getattr(boto, xform_name(name))(**given)
            metadata = answer.pop("ResponseMetadata")
            assert metadata["HTTPHeaders"]["x-speccast-example"] == "true", name
            if theirs.output_shape is not None:
                assert ParamValidator().validate(answer, theirs.output_shape).generate_report() == "", name
    assert asked == len(model(service).operations) - len(found.behaving) - len(found.refused) > 20


def test_the_generated_client_reads_every_answer() -> None:
    served, examples, asked = model("sqs"), Examples(model("sqs")), 0
    with imported(generate(served).files) as package, serving(sandbox("sqs")) as url:
        keys = package.Credentials(*KEYS["first"])
        operations = importlib.import_module(f"{package.__name__}.operations")
        with package.Client(region="us-east-1", endpoint_url=url, credentials=keys, retries=1) as ours:
            for operation in (one for one in vars(operations).values() if type(one).__name__ == "Operation"):
                wire = served.operations[SpecText(operation.name)]
                assert wire.input is not None
                request = getattr(package.models, operation.input).build(examples.least(wire.input))
                answer = getattr(ours, xform_name(operation.name))(request)
                assert answer is None or answer.response_metadata.http_status == 200
                asked += 1
    assert asked == len(served.operations)


# -------------------------------------------------------------------------------------------------------- what is said


def test_the_same_request_has_the_same_answer_and_another_has_another() -> None:
    with client("stepfunctions") as boto:
        arns = [f"arn:aws:states:us-east-1:111122223333:activity:{name}" for name in ("a", "a", "b")]
        told = [boto.describe_activity(activityArn=arn) for arn in arns]
    one, same, other = ({key: each[key] for key in each if key != "ResponseMetadata"} for each in told)
    assert one == same != other
    assert (one["activityArn"], other["activityArn"]) == (arns[0], arns[2])


def test_an_answer_repeats_what_the_input_says_and_has_no_next_page() -> None:
    with client("sqs") as boto:
        assert [len(page["QueueUrls"]) for page in boto.get_paginator("list_queues").paginate(MaxResults=5)] == [1]
    with client("partnercentral-selling") as boto:
        answer = boto.get_resource_snapshot(
            Catalog="Sandbox",
            EngagementIdentifier="eng-0123456789abcd",
            ResourceType="Opportunity",
            ResourceIdentifier="O1234567",
            ResourceSnapshotTemplateIdentifier="Template",
            Revision=7,
        )
    assert (answer["Catalog"], answer["Revision"], answer["ResourceType"]) == ("Sandbox", 7, "Opportunity")


def test_a_list_of_another_shape_under_the_same_name_is_not_repeated() -> None:
    with client("kinesis") as boto:
        answer = boto.put_records(StreamName="a", Records=[{"Data": b"a", "PartitionKey": "b"}])
    assert [sorted(record) for record in answer["Records"]] == [
        ["ErrorCode", "ErrorMessage", "SequenceNumber", "ShardId"]
    ]


def test_what_nobody_signs_is_answered() -> None:
    with client("cognito-identity") as boto:
        assert boto.get_id(IdentityPoolId="us-east-1:0123")["IdentityId"]


def test_an_error_is_answered_where_one_is_asked_for() -> None:
    codes = iter(("ActivityDoesNotExist", "NoSuchThing"))

    def ask_for(request: Any, **_: object) -> None:
        request.headers["X-Speccast-Error"] = next(codes)

    with client("stepfunctions") as boto:
        boto.meta.events.register("before-sign.sfn.*", ask_for)
        told = []
        for _ in range(2):
            with pytest.raises(ClientError) as refused:
                boto.describe_activity(activityArn="a")
            told.append(refused.value.response["Error"])
    assert told == [
        {"Code": "ActivityDoesNotExist", "Message": "Asked for by X-Speccast-Error."},
        {
            "Code": "ValidationException",
            "Message": "X-Speccast-Error names no error of the service; this operation has ActivityDoesNotExist, "
            "InvalidArn.",
        },
    ]


WRONG: Mapping[str, tuple[str, Mapping[str, Json], str, str]] = {
    "missing": (
        "GetQueueUrl",
        {},
        "com.amazon.coral.validate#ValidationException",
        "1 validation error detected: Value at 'QueueName' failed to satisfy constraint: Member must not be null",
    ),
    "of another type": (
        "GetQueueUrl",
        {"QueueName": 1},
        "com.amazon.coral.service#SerializationException",
        "The value at 'QueueName' must be a string.",
    ),
    "unknown": (
        "GetQueueUri",
        {},
        "com.amazon.coral.service#UnknownOperationException",
        "The service has no such operation.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_requests_are_refused_in_the_form_of_aws(case: str) -> None:
    operation, body, kind, message = WRONG[case]
    assert_refused("sqs", operation, body, {"__type": kind, "message": message})


def test_json_1_1_names_errors_without_a_namespace() -> None:
    text = "1 validation error detected: Value at 'KeyId' failed to satisfy constraint: Member must not be null"
    assert_refused("kms", "DescribeKey", {}, {"__type": "ValidationException", "message": text})


def assert_refused(service: str, operation: str, body: Mapping[str, Json], wanted: Mapping[str, Json]) -> None:
    app, served = sandbox(service), model(service).service
    app.clock = Clock(machine=lambda: NOW)
    assert served.target_prefix is not None
    request = with_header(plain(body), "x-amz-target", f"{served.target_prefix.raw}.{operation}")
    minor = "1.0" if served.protocol is ir.Protocol.AWS_JSON_1_0 else "1.1"
    request = with_header(request, "content-type", f"application/x-amz-json-{minor}")
    scope = f"{NOW:%Y%m%d}/us-east-1/{served.signing.name.raw}/aws4_request"
    answer = ask(app, signed(request, scope=scope))
    assert (answer.status >= 400, answer.body) == (True, wanted)


# ------------------------------------------------------------------------------------------------- what is not answered


def test_what_streams_is_refused_by_name() -> None:
    found = coverage(model("logs"), None)
    assert found.refused == {
        "GetLogObject": "its output is an event stream",
        "StartLiveTail": "its output is an event stream",
    }
    with client("logs") as boto, pytest.raises(ClientError) as refused:
        boto.start_live_tail(logGroupIdentifiers=["a"])
    assert refused.value.response["Error"] == {
        "Code": "UnsupportedOperation",
        "Message": "The sandbox does not answer this operation: its output is an event stream.",
    }


def test_what_has_no_example_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """As AWS publishes it, the model contradicts itself: no text is 32 characters long and fits a pattern of 36."""
    (found,) = find(("botocore:apprunner",), read_project(Path.cwd()))
    published = read_files(found.files).model
    monkeypatch.setattr(sys.modules[__name__], "model", lambda _: published)
    with client("apprunner") as boto, pytest.raises(ClientError) as refused:
        boto.describe_service(ServiceArn="arn:aws:apprunner:us-east-1:111122223333:service/a/b")
    assert refused.value.response["Error"] == {
        "Code": "UnsupportedOperation",
        "Message": "The sandbox does not answer this operation: nothing found that ServiceId accepts.",
    }


def test_another_protocol_is_refused_at_the_start() -> None:
    out, err = io.StringIO(), io.StringIO()
    assert run(["sandbox", "botocore:lambda"], out, err) == 2
    assert (out.getvalue(), err.getvalue()) == (
        "",
        "speccast: error: the sandbox speaks awsJson1_0 and awsJson1_1, not restJson1 [sandbox]\n",
    )


def test_events_of_a_service_without_behaviour_are_refused_at_the_start(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert run(["sandbox", "botocore:sqs", "--port", "0", "--events", str(tmp_path / "events")], out, err) == 2
    assert (out.getvalue(), err.getvalue()) == (
        "",
        'speccast: error: "botocore:sqs" answers with examples alone, so nothing happens that --events could tell '
        "[events]\n",
    )


# ---------------------------------------------------------------------------------------- Partner Central as AWS has it


def test_the_whole_service_behaves_where_there_is_behaviour() -> None:
    with serving(sandbox("partnercentral-selling")) as url, boto3_tool(url) as tool:
        assert play(tool, url) == ENDS


def test_who_starts_it_is_told_what_behaves_and_what_does_not() -> None:
    assert covered(model_of(NEW)) is None
    found = covered(model("partnercentral-selling"))
    assert found is not None and (len(found.behaving), dict(found.misfits)) == (20, {})
    told = list(lines(found))
    assert [line.partition(":")[0] for line in told] == ["20 operations behave", "25 operations answer with examples"]
    assert told[1].startswith("25 operations answer with examples: CreateEngagementContext, CreateResourceSnapshot, ")


def test_behaviour_that_does_not_fit_a_release_is_named() -> None:
    served = changed(model("partnercentral-selling"), "GetEngagementResponse", "Title", None)
    found = coverage(served, model_of(NEW))
    assert found.misfits == {"GetEngagement": "output Title is gone"}
    assert "GetEngagement" in found.examples and "GetEngagement" not in found.behaving
    assert "GetEngagement answers with examples, for its behaviour does not fit: output Title is gone" in lines(found)


@pytest.mark.parametrize(
    "shape, member, target, wanted",
    [
        ("GetEngagementRequest", "Identifier", None, "input Identifier is gone"),
        ("GetEngagementResponse", "Title", "MemberCount", "output Title is of another type"),
        ("GetEngagementResponse", "Extra", "MemberCount", "output Extra is required"),
    ],
)
def test_differences_between_releases_are_found(shape: str, member: str, target: str | None, wanted: str) -> None:
    integers = SpecText("Integer") if target else None
    served = changed(model_of(NEW), shape, member, integers)
    assert misfit(model_of(NEW), served, SpecText("GetEngagement")) == wanted


def changed(old: ir.Model, shape: str, name: str, target: ir.ShapeId | None) -> ir.Model:
    """Drop a member, or give it another target; one that is not there is added as a required one."""
    found = old.shapes[SpecText(shape)]
    assert isinstance(found, ir.Structure)
    kept = tuple(member for member in found.members if member.name.raw != name)
    shapes = dict(old.shapes)
    if target is not None:
        shapes[target] = ir.Number(id=target, type=ir.NumberType.INTEGER, at=found.at)
        extra = dataclasses.replace(found.members[0], name=SpecText(name), required=True)
        known = next((member for member in found.members if member.name.raw == name), extra)
        kept = (*kept, dataclasses.replace(known, target=target))
    shapes[found.id] = dataclasses.replace(found, members=kept)
    return dataclasses.replace(old, shapes=shapes)
