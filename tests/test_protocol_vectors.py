"""AWS's own protocol vectors, of every protocol, run through both generated clients.

They come out of botocore's source distribution. The suites of a file are imported as one service model, a package is
generated from it, and each case is a call: of a request case what is sent is compared, of an answer case what is read.
botocore passes over some sixty cases; nothing is passed over here but what `NOT_RUN` names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from gzip import decompress
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import canonicalize

import pytest
from botocore.model import OperationModel, ServiceModel  # type: ignore[import-untyped]
from botocore.serialize import create_serializer  # type: ignore[import-untyped]
from botocore_specs import told
from casting import imported
from cbor2 import loads
from protocol_vectors import CLIENTS, Case, answered, arguments_of, call, cases_of, files_of, written
from recording_server import recording_server
from sdist import sdist

NOT_RUN = {
    "input/rest-json:RestJsonHttpChecksumRequired": "the checksum is that of a body in several lines",
}
"""Cases that fail, and why they may."""
AT_LEAST = {
    "input/ec2": 29,
    "input/json": 54,
    "input/json_1_0": 21,
    "input/json_1_0-query-compatible": 1,
    "input/query": 38,
    "input/rest-json": 112,
    "input/rest-xml": 94,
    "input/smithy-rpc-v2-cbor": 15,
    "input/smithy-rpc-v2-cbor-non-query-compatible": 1,
    "input/smithy-rpc-v2-cbor-query-compatible": 1,
    "output/ec2": 29,
    "output/json": 58,
    "output/json_1_0": 32,
    "output/json_1_0-query-compatible": 2,
    "output/query": 38,
    "output/rest-json": 91,
    "output/rest-xml": 78,
    "output/smithy-rpc-v2-cbor": 35,
    "output/smithy-rpc-v2-cbor-query-compatible": 2,
}
"""Cases of each file that pass: none is to be lost, whatever newer releases of botocore add."""
REQUESTS, ANSWERS = (tuple(name for name in AT_LEAST if name.startswith(end)) for end in ("input", "output"))
JSON_REQUESTS = tuple(name for name in REQUESTS if name.startswith("input/json"))
WRITTEN_BY_TRANSPORTS = frozenset({"content-length"})
EMPTY = {"status_code": 200, "headers": {}, "body": ""}

Judge: TypeAlias = Callable[[Any, str, Case], None]


@pytest.fixture(scope="module")
def package_of() -> Iterator[Callable[[str], Any]]:
    """Give what imports the package of a file's suites, once."""
    with ExitStack() as stack:
        yield cache(lambda file: stack.enter_context(imported(files_of(file))))


# --------------------------------------------------------------------------------------------------------------- calls


def failures(package: Any, kind: str, file: str, judge: Judge) -> dict[str, str]:
    """Run every case of a file; give those that fail, and how."""
    found: dict[str, str] = {}
    for case in cases_of(file):
        try:
            judge(package, kind, case)
        except (AssertionError, package.errors.Error) as failure:
            found[case.id] = repr(failure)
    return found


def assert_as_listed(file: str, failed: Mapping[str, str]) -> None:
    """Fail for a case that fails, and for one of `NOT_RUN` that passes or is no more."""
    ids = [case.id for case in cases_of(file)]
    assert len(ids) == len(set(ids))
    listed = {name for name in NOT_RUN if name.rpartition(":")[0] == file}
    assert listed <= set(ids), f"no such case: {sorted(listed - set(ids))}"
    assert not {name: reason for name, reason in failed.items() if name not in listed}
    assert listed <= failed.keys(), f"passes, so take it off the list: {sorted(listed - failed.keys())}"
    assert len(ids) - len(failed) >= AT_LEAST[file]


def test_every_file_of_the_protocols_is_run() -> None:
    home = sdist() / "tests" / "unit" / "protocols"
    paths = (path for path in home.glob("*put/*.json") if json.loads(path.read_text("utf-8")))
    found = {path.relative_to(home).with_suffix("").as_posix() for path in paths}
    assert found == AT_LEAST.keys()
    assert {name.rpartition(":")[0] for name in NOT_RUN} <= found


@pytest.mark.parametrize("protocol", sorted({name.partition("/")[2] for name in AT_LEAST}))
def test_nearly_every_case_of_a_protocol_passes(protocol: str) -> None:
    cases = [case for file in AT_LEAST if file.endswith(f"/{protocol}") for case in cases_of(file)]
    passed = [case for case in cases if case.id not in NOT_RUN]
    assert len(passed) >= 0.98 * len(cases) > 0


# ------------------------------------------------------------------------------------------------------------ requests


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize("file", REQUESTS)
def test_requests_leave_as_the_vectors_have_them(file: str, kind: str, package_of: Callable[[str], Any]) -> None:
    assert_as_listed(file, failures(package_of(file), kind, file, _assert_request))


def _assert_request(package: Any, kind: str, case: Case) -> None:
    transport, asked = answered(package, kind, EMPTY)
    call(package, kind, case, transport)
    assert len(asked) == 1
    request, expected = asked[0], case.vector["serialized"]
    url, wanted = urlsplit(request.url), urlsplit(f"//host{expected['uri']}")
    assert (request.method, url.path) == (expected["method"], wanted.path)
    assert sorted(url.query.split("&")) == sorted(wanted.query.split("&"))
    # A vector with a base path has it in its host as well.
    assert url.netloc == expected.get("host", urlsplit(case.endpoint).netloc).partition("/")[0]
    _assert_headers(request, expected)
    if request.headers.get("Content-Encoding", "").endswith("gzip"):
        assert "body" not in expected and body_of(case, decompress(request.body))
    elif "body" in expected or case.protocol == "json":
        told = {"body": "{}", **expected} if case.protocol == "json" else expected
        assert body_of(case, request.body) == body_of(case, written(told, case.protocol))


def body_of(case: Case, body: bytes) -> Any:
    """Read a body, so that two are equal that say the same; in JSON, how the JSON in texts is spaced says nothing."""
    if case.protocol == "smithy-rpc-v2-cbor":
        return repr(_sorted(loads(body))) if body else ""
    if case.protocol in ("query", "ec2"):
        return sorted(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    if case.protocol == "rest-xml" and body.lstrip().startswith(b"<"):
        return canonicalize(body.decode(), strip_text=True)
    try:
        return _json_values(json.loads(body), case)
    except ValueError:
        assert case.protocol.startswith("rest-")
        return body


def _assert_headers(request: Any, expected: Mapping[str, Any]) -> None:
    headers = {name.lower(): value for name, value in request.headers.items()}
    wanted = {name.lower(): value for name, value in expected.get("headers", {}).items()}
    assert {name: headers.get(name) for name in wanted} == wanted
    required = {name.lower() for name in expected.get("requireHeaders", ())}
    assert required - WRITTEN_BY_TRANSPORTS <= headers.keys()
    assert not {name.lower() for name in expected.get("forbidHeaders", ())} & headers.keys()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _json_values(body: Any, case: Case) -> Any:
    if "input" not in case.given or not isinstance(body, dict):
        return body
    members = case.shapes[case.given["input"]["shape"]]["members"]
    texts = {name for name, member in members.items() if member.get("jsonvalue")}
    return {name: json.loads(item) if name in texts else item for name, item in body.items()}


def test_bodies_are_those_of_botocore_byte_for_byte(package_of: Callable[[str], Any]) -> None:
    """But for one vector, whose members are not in spec order: botocore keeps its caller's."""
    others: dict[str, tuple[bytes, bytes]] = {}
    for case in (case for file in JSON_REQUESTS for case in cases_of(file)):
        package = package_of(case.id.rpartition(":")[0])
        transport, asked = answered(package, "Client", EMPTY)
        call(package, "Client", case, transport)
        packed = asked[0].headers.get("Content-Encoding") == "gzip"
        mine = decompress(asked[0].body) if packed else asked[0].body
        if mine != (theirs := _body_of_botocore(case)):
            others[case.name] = (mine, theirs)
    assert list(others) == ["serializes_recursive_structure_shapes"]
    assert all(json.loads(mine) == json.loads(theirs) for mine, theirs in others.values())


def _body_of_botocore(case: Case) -> bytes:
    service = ServiceModel({"metadata": case.metadata, "shapes": case.shapes, "operations": {}})
    given = {name: value for name, value in arguments_of(case).items() if value is not None}
    if "JsonValue" in given:  # our models take the value that the text stands for
        given["JsonValue"] = case.vector["params"]["JsonValue"]
    body: bytes = create_serializer("json").serialize_to_request(given, OperationModel(case.given, service))["body"]
    return body


@pytest.mark.parametrize("file", [name for name in JSON_REQUESTS if not name.endswith("-query-compatible")])
def test_the_header_of_query_mode_is_for_query_compatible_services_alone(
    file: str, package_of: Callable[[str], Any]
) -> None:
    for name in (file, "input/json_1_0-query-compatible"):
        package = package_of(name)
        transport, asked = answered(package, "Client", EMPTY)
        call(package, "Client", next(cases_of(name)), transport)
        assert ("x-amzn-query-mode" in asked[0].headers) is name.endswith("-query-compatible")


@pytest.mark.parametrize("kind", CLIENTS)
def test_the_headers_that_transports_write_are_on_the_wire(kind: str, package_of: Callable[[str], Any]) -> None:
    wanting = [case for file in REQUESTS for case in cases_of(file) if "requireHeaders" in case.vector["serialized"]]
    assert {name.lower() for case in wanting for name in case.vector["serialized"]["requireHeaders"]} == (
        WRITTEN_BY_TRANSPORTS
    )
    with recording_server() as (url, received):
        for case in wanting:
            call(package_of(case.id.rpartition(":")[0]), kind, case, None, url)
    assert len(received) == len(wanting) > 0
    assert all(int(request.headers["content-length"]) == len(request.body) for request in received)


@pytest.mark.parametrize("kind", CLIENTS)
def test_transports_change_no_path_and_no_query(kind: str, package_of: Callable[[str], Any]) -> None:
    cases = [case for case in cases_of("input/rest-json") if "host" not in case.vector["serialized"]]
    with recording_server() as (url, received):
        for case in cases:
            transport, asked = answered(package_of("input/rest-json"), kind, EMPTY)
            call(package_of("input/rest-json"), kind, case, transport)
            call(package_of("input/rest-json"), kind, case, None, url)
            sent = urlsplit(asked[0].url)
            target = f"{sent.path}?{sent.query}" if sent.query else sent.path
            assert (received[-1].method, received[-1].path, received[-1].body) == (
                *(asked[0].method, target, asked[0].body),
            )
    assert len(received) == len(cases) > 100


# ------------------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize("file", ANSWERS)
def test_answers_are_read_as_the_vectors_have_them(file: str, kind: str, package_of: Callable[[str], Any]) -> None:
    assert_as_listed(file, failures(package_of(file), kind, file, _assert_answer))


def _assert_answer(package: Any, kind: str, case: Case) -> None:
    transport, asked = answered(package, kind, case.vector["response"], case.protocol)
    try:
        answer = call(package, kind, case, transport)
    except package.errors.Error as error:
        _assert_error(package, error, case)
    else:
        _assert_result(answer, case)
    assert len(asked) == 1


def _assert_result(answer: Any, case: Case) -> None:
    if "output" not in case.given:
        assert answer is None and case.vector["result"] == {}
        return
    assert told(case.shapes, case.given["output"]["shape"], answer) == case.vector["result"]
    metadata = answer.response_metadata
    status = case.vector["response"]["status_code"]
    assert (metadata.request_id, metadata.http_status, metadata.attempts) == (_header(case), status, 1)


def _assert_error(package: Any, error: Any, case: Case) -> None:
    assert "error" in case.vector, repr(error)
    name = case.given["errors"][0]["shape"]
    found = package.errors
    assert type(error) in (getattr(found, name, None), getattr(found, name.removesuffix("Error"), None)), repr(error)
    vector = case.vector
    # In XML there is a text in every error, also of those that do not model it.
    message = vector.get("errorMessage", None if "json" in case.protocol else error.message)
    assert (error.code, error.message) == (vector["errorCode"], message)
    assert (error.http_status, error.request_id) == (vector["response"]["status_code"], _request_id(case))
    if case.shapes[name]["members"]:
        assert told(case.shapes, name, error.details) == vector["error"]
    else:
        assert vector["error"] == {}


def _header(case: Case) -> str | None:
    headers = {name.lower(): value for name, value in case.vector["response"].get("headers", {}).items()}
    return headers.get("x-amzn-requestid")


def _request_id(case: Case) -> str | None:
    """Find the id of an error's answer, which protocols with XML have in the body."""
    found = re.search(r"<Request(?:Id|ID)>([^<]*)<", case.vector["response"].get("body", ""))
    return found[1] if found else _header(case)


def test_the_vectors_are_of_every_kind() -> None:
    cases = [case for file in ANSWERS for case in cases_of(file)]
    assert any(_header(case) for case in cases)
    assert {"error", "errorMessage", "result"} <= {key for case in cases for key in case.vector}
    assert {case.vector["response"]["status_code"] for case in cases} == {200, 201, 400, 402, 403, 500}


# --------------------------------------------------------------------------------------------------- can a vector fail?

OTHER_REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "method": {"method": "PATCH"},
    "path": {"uri": "/other"},
    "host": {"host": "other.example.com"},
    "body": {"body": '{"Other": 1}'},
    "header": {"headers": {"X-Amz-Target": "JsonProtocol.Other"}},
    "header that is needed": {"requireHeaders": ["X-Other"]},
    "header that is forbidden": {"forbidHeaders": ["user-agent"]},
}


@pytest.mark.parametrize("other", OTHER_REQUESTS)
def test_no_request_is_what_another_vector_says(other: str, package_of: Callable[[str], Any]) -> None:
    for file in REQUESTS:
        for case in cases_of(file):
            serialized = {**case.vector["serialized"], **OTHER_REQUESTS[other]}
            altered = case._replace(vector={**case.vector, "serialized": serialized})
            with pytest.raises((AssertionError, ValueError)):
                _assert_request(package_of(file), "Client", altered)


OTHER_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "result": {"result": {"Other": 1}, "error": {"Other": 1}},
    "code or result": {"result": {"Other": 1}, "errorCode": "Other"},
    "message or result": {"result": {"Other": 1}, "errorMessage": "Other"},
}


@pytest.mark.parametrize("other", OTHER_ANSWERS)
def test_no_answer_is_what_another_vector_says(other: str, package_of: Callable[[str], Any]) -> None:
    for file in ANSWERS:
        for case in cases_of(file):
            changed = {
                key: value for key, value in OTHER_ANSWERS[other].items() if key in case.vector or "Message" in key
            }
            with pytest.raises(AssertionError):
                _assert_answer(package_of(file), "Client", case._replace(vector={**case.vector, **changed}))
