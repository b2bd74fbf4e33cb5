"""The sandbox over hostile specs: what it answers, logs and says when it starts does nothing, and values are exact.

In: vectors that are sound, each as a model of its own with SPECCAST_FULL=1, in every run some and one spec that holds
them all. Out: claims about each answer to calls that are right, that are wrong in a member, and that ask for errors.
"""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands import speccast
from hostile_claims import assert_quiet
from hostile_specs import Vector, smaller
from sandbox_stub import NOW, Answer, StubEngine, ask, exchange, plain, serving, signed, with_header
from sizes import FULL
from strategies import Spec, model_of
from test_hostile_commands import HERE, zoo
from test_hostile_groups import VECTORS, read

from codegen.cli.sandbox import covered
from codegen.sandbox.accounts import TEST_KEYS
from codegen.sandbox.app import Sandbox, Settings
from codegen.sandbox.calling import Fault
from codegen.sandbox.clock import Clock
from codegen.sandbox.mock.coverage import Coverage, coverage, lines
from codegen.sandbox.mock.engine import mock
from codegen.sandbox.requests import HttpRequest
from codegen.sandbox.wire import content_type
from codegen.spec import ir
from codegen.spec.examples import Examples, NoExample
from codegen.spec.ir import Json

FORMS = ("ours", "botocore", "smithy")
SERVED = (ir.Protocol.AWS_JSON_1_0, ir.Protocol.AWS_JSON_1_1)
SOUND = [(one, form) for one in VECTORS for form in FORMS if one["must_hold"][form] == "cast"]
EVERY = 1 if FULL else 40
CODES = ("ValidationException", "SerializationException", "UnknownOperationException", "UnsupportedOperation")
HEADERS = ("content-type", "content-length", "x-amzn-requestid", "x-amzn-errortype", "x-speccast-example", "connection")
WRONG: tuple[Json, ...] = (["no"], "\x1b\n", 1.5, {"::error::x": 1, "##[x]": 2})


def served(model: ir.Model, engine: Any = None) -> Sandbox:
    """Open what the command would serve, at a time of its own."""
    return Sandbox(
        model=model,
        engine=engine or mock(model, coverage(model, None), None),
        accounts=TEST_KEYS,
        clock=Clock(machine=lambda: NOW),
        settings=Settings(regions=None),
    )


def request_of(
    model: ir.Model, operation: ir.Operation, body: Json, wanted: str = "", form: str = "aws"
) -> HttpRequest:
    """Call an operation as its clients do, or by its path."""
    prefix = model.service.target_prefix if form == "aws" else None
    name = (operation.wire_name or operation.name).raw
    made = replace(plain(json.dumps(body).encode()), path="/" if prefix else f"/{name}")
    made = with_header(made, "x-amz-target", f"{prefix.raw}.{name}" if prefix else None)
    made = with_header(made, "content-type", content_type(model) if prefix else "application/json")
    made = with_header(made, "x-speccast-error", wanted) if wanted else made
    return signed(made, scope=f"{NOW:%Y%m%d}/us-east-1/{model.service.signing.name.raw}/aws4_request")


def requests_of(model: ir.Model, operation: ir.Operation) -> Iterator[HttpRequest]:
    """Call it rightly, wrongly in each member, and for each of its errors and one that is none."""
    examples = Examples(model)
    try:
        least = examples.least(operation.input) if operation.input else {}
    except NoExample:
        least = {}
    members = ir.members_of(model.shapes[operation.input]) if operation.input else ()
    yield request_of(model, operation, least)
    if re.fullmatch(r"\w+", (operation.wire_name or operation.name).raw):
        yield request_of(model, operation, least, form="plain")
    for member in members:
        yield from (request_of(model, operation, {**least, member.wire.raw: wrong}) for wrong in WRONG)
    yield request_of(model, operation, {member.wire.raw: "no\x00\u2028" for member in members})
    for name in (*operation.errors, ir.SpecText("##[nothing]")):
        code = model.errors[name].code or name if name in model.errors else name
        if re.fullmatch("[!-~]+", code.raw):
            yield request_of(model, operation, least, code.raw)


def assert_answered(model: ir.Model, answer: Answer) -> None:
    """One answer: its headers are ours, its body is JSON, and what it names is what the spec names."""
    assert answer.status == 200 or 400 <= answer.status < 600
    assert answer.headers.keys() <= set(HEADERS)
    assert all(re.fullmatch("[!-~]+( [!-~]+)*", value) for value in answer.headers.values()), answer.headers
    assert answer.headers["content-length"] == str(len(answer.content))
    assert "html" not in answer.headers["content-type"]
    body = json.loads(answer.content) if answer.content else {}
    assert isinstance(body, dict) and answer.code not in ("InternalServerException", "AccessDenied"), body
    if answer.status == 200:
        assert_known(model, body)
        return
    assert answer.headers["x-amzn-errortype"] == answer.code
    assert answer.code in CODES or answer.code in {(one.code or name).raw for name, one in model.errors.items()}


def assert_known(model: ir.Model, body: dict[str, Any]) -> None:
    """Hold an output to some output of the model."""
    outputs = [model.shapes[one.output] for one in model.operations.values() if one.output]
    assert any(body.keys() <= {one.wire.raw for one in ir.members_of(shape)} for shape in outputs) or not body
    for shape in outputs:
        for member in ir.members_of(shape):
            target = model.shapes[member.target]
            if isinstance(target, ir.Enum) and member.wire.raw in body:
                assert body[member.wire.raw] in [value.value.raw for value in target.values]


def with_outputs(spec: Spec) -> Spec:
    """Let each operation give what it takes."""
    operations = {name: {**one, "output": one["input"]} for name, one in spec["operations"].items()}
    return {**spec, "operations": operations}


def assert_serves(model: ir.Model) -> int:
    """Call every operation, and give how many calls that were."""
    assert_quiet("\n".join(lines(coverage(model, None))))
    app = served(model)
    requests = [request for one in model.operations.values() for request in requests_of(model, one)]
    for request in requests:
        assert_answered(model, ask(app, request))
    return len(requests)


@pytest.mark.parametrize(
    ("vector", "form"), SOUND[::EVERY], ids=lambda value: value["id"] if isinstance(value, dict) else value
)
def test_a_vector_is_served(vector: Vector, form: str) -> None:
    model = read(smaller(vector), form)
    assert model is not None
    for protocol in SERVED:
        service = replace(model.service, protocol=protocol)
        operations = {
            name: replace(one, output=one.output or one.input) for name, one in list(model.operations.items())[:3]
        }
        assert assert_serves(replace(model, service=service, operations=operations)) >= 2 * len(operations)


@pytest.fixture(scope="module")
def every() -> ir.Model:
    """All of them in one; fewer operations, for all of these take the same."""
    spec = with_outputs(zoo())
    names = list(spec["operations"])
    kept = {name: spec["operations"][name] for name in (*names[:1], *names[-2:])}
    return model_of({**spec, "operations": kept, "examples": {}})


def test_all_of_them_are_served(every: ir.Model) -> None:
    assert assert_serves(every) > 300


def test_what_is_wrong_is_told_word_for_word(every: ir.Model) -> None:
    operation = next(iter(every.operations.values()))
    assert operation.input is not None
    told = 0
    for member in ir.members_of(every.shapes[operation.input]):
        answer = ask(served(every), request_of(every, operation, {member.wire.raw: "\x00no\x00"}))
        target, name = every.shapes[member.target], member.wire.raw
        if isinstance(target, ir.Enum):
            values = ", ".join(value.value.raw for value in target.values)
            said = f"Member must satisfy enum value set: [{values}]"
            assert answer.body["message"] == (
                f"1 validation error detected: Value at '{name}' failed to satisfy constraint: {said}"
            )
            told += 1
        elif isinstance(target, ir.Structure):
            assert answer.body["message"] == f"The value at '{name}' must be an object."
            told += 1
    assert told > 60


def test_each_call_has_one_answer_on_a_connection(every: ir.Model) -> None:
    operation = next(iter(every.operations.values()))
    requests = list(requests_of(every, operation))[:: 1 if FULL else 10]
    with serving(served(every)) as url:
        last = replace(requests[-1], headers=(*requests[-1].headers, ("connection", "close")))
        content = exchange(url, b"".join(map(written, [*requests[:-1], last])))
    for _ in requests:
        head, mark, rest = content.partition(b"\r\n\r\n")
        status, *fields = head.split(b"\r\n")
        assert mark and re.fullmatch(rb"HTTP/1\.1 [1-5]\d\d [A-Za-z ]+", status), status
        named = dict(field.lower().split(b": ", 1) for field in fields)
        assert len(named) == len(fields) and {name.decode() for name in named} <= {*HEADERS, "date"}
        size = int(named[b"content-length"])
        json.loads(rest[:size] or b"{}")
        content = rest[size:]
    assert content == b""


def written(request: HttpRequest) -> bytes:
    headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers)
    length = f"content-length: {len(request.body)}\r\n"
    return f"{request.method} {request.path} HTTP/1.1\r\n{headers}{length}\r\n".encode() + request.body


# ------------------------------------------------------------------------------------------------------- errors, logs

SPLIT = "Refused\r\nX-Evil: 1\r\n\r\nHTTP/1.1 200 OK"


def test_a_name_of_an_error_that_has_a_code_splits_no_header() -> None:
    spec = zoo()
    (first, *_), name = spec["operations"], "Post"
    errors = {SPLIT: {"httpError": 400, "code": name, "members": {"##[x]": {"target": "Doc0"}}}}
    model = model_of({**spec, "errors": errors, "operations": {first: {"input": "SendRequest", "errors": [SPLIT]}}})
    operation = next(iter(model.operations.values()))
    for wanted in ("Post", "Nothing"):
        answer = ask(served(model), request_of(model, operation, {}, wanted))
        assert_answered(model, answer)
    assert answer.body["message"].endswith(f"this operation has {SPLIT}.")
    assert ask(served(model), request_of(model, operation, {}, "Post")).headers["x-amzn-errortype"] == "Post"


def test_a_name_of_an_error_without_a_code_splits_no_header() -> None:
    spec = zoo()
    first, *_ = spec["operations"]
    operations = {first: {"input": "SendRequest", "errors": [SPLIT]}}
    model = model_of({**spec, "errors": {SPLIT: {"httpError": 400}}, "operations": operations})
    request = request_of(model, next(iter(model.operations.values())), {})
    engine = StubEngine(lambda call: refuse(Fault(SPLIT, "No.")))
    assert ask(served(model, engine), request).code == "InternalServerException"
    with serving(served(model, engine)) as url:
        content = exchange(url, written(replace(request, headers=(*request.headers, ("connection", "close")))))
    assert content.startswith(b"HTTP/1.1 500 ") and b"X-Evil" not in content.partition(b"\r\n\r\n")[0]


def refuse(fault: Fault) -> Mapping[str, Any]:
    raise fault


def test_a_failure_is_logged_on_one_line_that_does_nothing(every: ir.Model, caplog: pytest.LogCaptureFixture) -> None:
    operation = next(iter(every.operations.values()))
    text = "\r\n::error::x ##[group]y\x1b[2J\u202e"
    for output in ({text: 1}, {"Doc0": [text]}):
        answer = ask(served(every, StubEngine(lambda call, output=output: output)), request_of(every, operation, {}))  # type: ignore[misc]
        assert answer.code == "InternalServerException" and text not in answer.body["message"]
    assert len(caplog.records) == 2
    for record in caplog.records:
        (line,) = logging.Formatter("%(message)s").format(record).splitlines()
        assert line.isprintable() and "##[" not in line and not line.startswith("::")
        assert "Misfit" in json.loads(line.partition("failed: ")[2])


# ------------------------------------------------------------------------------------------------------------ starting


def starting() -> Spec:
    """Names that are not sent, for a wire name is, and behaviour that does not fit."""
    spec = zoo()
    first, *_ = spec["operations"]
    name = "\x1b[2J\n::error::x ##[group]"
    operations = {name: {"input": "SendRequest", "wireName": "Send"}, first: {"input": "SendRequest"}}
    members = {f"{name}{number}": {"target": "Doc0", "required": True} for number in range(2)}
    operations["CreateEngagement"] = {"input": "SendRequest", "output": "Made", "wireName": "CreateEngagement"}
    shapes = {**spec["shapes"], "Made": {"type": "structure", "members": members}}
    service = {**spec["service"], "target": "AWSPartnerCentralSelling"}
    return {**spec, "service": service, "shapes": shapes, "operations": operations, "examples": {}}


def test_what_is_said_of_the_operations_at_the_start_is_inert() -> None:
    found = covered(model_of(starting()))
    assert found is not None and found.misfits
    name = "\x1b[2J\n::error::x ##[group]"
    refused = Coverage(behaving=(name,), examples=(name,), misfits={name: f"{name} is gone"}, refused={name: "no"})
    told = [*lines(found), *lines(refused)]
    assert_quiet("\n".join(told))
    assert all(line.isprintable() for line in told) and len(told) == 6


def test_a_sandbox_of_a_hostile_spec_starts_and_ends_quietly(tmp_path: Path) -> None:
    (tmp_path / "post.json").write_text(json.dumps(starting()), "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    command = [sys.executable, "-m", "codegen", "sandbox", "post.json", "--port", "0", "--database", "sqlite://"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first, *more = (process.stdout.readline() for _ in range(3))
        process.send_signal(signal.SIGTERM)
        rest, told = process.communicate(timeout=60)
    assert first.startswith("speccast sandbox ready at http://127.0.0.1:"), (first, told)
    assert " operations answer with examples: " in more[0] and "does not fit: " in more[1]
    assert_quiet("".join([first, *more, rest, told]))


def test_a_spec_that_is_refused_is_refused_here_as_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = zoo()
    spec["operations"] = {"Foo\r\nX-Evil: 1": {"input": "SendRequest"}}
    Path("post.json").write_text(json.dumps(spec), "utf-8")
    done = speccast("sandbox", "post.json", "--port", "0")
    assert (done.code, done.out) == (2, "")
    assert_quiet(done.err)
    assert "[bad-wire-name]" in done.err
