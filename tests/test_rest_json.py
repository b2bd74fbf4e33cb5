"""REST JSON and the HTTP bindings that it shares with REST XML: beside botocore on real services, and by examples."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from boto3_sides import Answer, Sent
from botocore import xform_name  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime import errors, load
from service_sides import awaited, ours, package_of, theirs

from codegen.spec.check.requests import RESERVED

if TYPE_CHECKING:
    from templates.static import bindings, moments, operations, rest, rest_json, transport
else:
    bindings, moments, operations, rest, rest_json, transport = map(
        load, ("bindings", "moments", "operations", "rest", "rest_json", "transport")
    )

SERVICES: Mapping[str, tuple[str, ...]] = {
    "iot-data": ("Publish", "UpdateThingShadow", "ListRetainedMessages", "DeleteThingShadow"),
    "lambda": ("CreateAlias", "Invoke", "ListFunctions", "TagResource", "UntagResource", "UpdateFunctionConfiguration"),
    "apigateway": ("CreateRestApi", "GetExport", "ImportRestApi", "PutIntegration", "TestInvokeMethod", "UpdateStage"),
}
"""Labels, greedy ones too, queries with lists and maps, headers, names of other spelling in bodies, payloads."""
ADDED = frozenset(
    (
        *("accept-encoding", "amz-sdk-invocation-id", "amz-sdk-request", "authorization", "content-length"),
        *("expect", "user-agent", "x-amz-date", "x-amz-user-agent"),
    )
)
"""Headers that no member is bound to."""


# ------------------------------------------------------------------------------------------------------ beside botocore


@pytest.fixture(scope="module")
def packages() -> Iterator[Any]:
    """Give what imports the package of a service, once."""
    with ExitStack() as stack:
        yield cache(lambda service: stack.enter_context(package_of(service, *SERVICES[service])))


@cache
def botocore_of(service: str) -> tuple[Any, list[Sent]]:
    sent: list[Sent] = []

    def handler(request: Sent) -> Answer:
        sent.append(request)
        return Answer()

    return theirs(service, handler), sent


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
@pytest.mark.parametrize(("service", "operation"), [(name, one) for name, found in SERVICES.items() for one in found])
def test_requests_are_those_of_botocore(service: str, operation: str, kind: str, packages: Any) -> None:
    package, (client, expected) = packages(service), botocore_of(service)
    shape = client.meta.service_model.operation_model(operation).input_shape
    records = vars(import_module(f"{package.__name__}.operations")).values()
    record = next(one for one in records if getattr(one, "name", "") == operation)

    @settings(max_examples=6, derandomize=True, database=None, deadline=None)
    @given(getattr(package.strategies, xform_name(str(record.input)))())
    def compared(request: Any) -> None:
        sent: list[Sent] = []

        def handler(asked: Sent) -> Answer:
            sent.append(asked)
            return Answer()

        mine = ours(package, handler, kind)
        method = getattr(mine, xform_name(operation))
        try:
            awaited(lambda: method(request)) if kind == "AsyncClient" else method(request)
        except package.errors.ValidationError as refused:
            assert {one.kind for one in refused.violations} <= {"length", "pattern"}
            return
        getattr(client, xform_name(operation))(**as_boto3(shape, request.to_wire()))
        assert _told(sent[-1]) == _told(expected[-1])

    compared()


def _told(request: Sent) -> tuple[Any, ...]:
    url = urlsplit(request.url)
    bytes_as_they_are = ("content-type", "application/octet-stream")  # as Smithy has it; botocore says nothing of them
    items = (pair for pair in request.headers.items() if pair != bytes_as_they_are)
    headers = {name: value for name, value in items if name not in ADDED}
    return request.method, url.path, sorted(url.query.split("&")), headers, _body(request.body)


def _body(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return bytes(body)


def as_boto3(shape: Any, value: Any) -> Any:
    """Turn JSON form into what boto3 takes: members by their names, and not as bodies spell them."""
    match shape.type_name:
        case "structure" if not getattr(shape, "is_document_type", False):
            names = _members(shape)
            return {names[key][0]: _member_as_boto3(names[key][1], item) for key, item in value.items()}
        case "list":
            return [as_boto3(shape.member, item) for item in value]
        case "map":
            return {key: as_boto3(shape.value, item) for key, item in value.items()}
        case "timestamp":
            return moments.plain(moments.read_moment(value))
        case "blob":
            return b64decode(value, validate=True)
        case _:
            return value


def _members(shape: Any) -> dict[str, tuple[str, Any]]:
    """Give members by their names in JSON form: what is in a body goes before what is elsewhere and called the same."""
    bound = {name: one for name, one in shape.members.items() if "location" in one.serialization}
    others = {name: one for name, one in shape.members.items() if name not in bound}
    return {
        **{one.serialization["name"]: (name, one) for name, one in bound.items() if one.serialization.get("name")},
        **{name: (name, one) for name, one in bound.items()},
        **{one.serialization.get("name", name): (name, one) for name, one in others.items()},
    }


def _member_as_boto3(member: Any, value: Any) -> Any:
    return json.loads(value) if member.serialization.get("jsonvalue") else as_boto3(member, value)


# --------------------------------------------------------------------------------------------------------- by examples

Member, Shape = bindings.Member, bindings.Shape
KINDS = ("string", "boolean", "integer", "double", "blob", "timestamp", "document")
SHAPES = {
    **{f"#{kind}": Shape(kind) for kind in KINDS},
    "Texts": Shape("list", (Member("", "#string", "member"),)),
    "Numbers": Shape("list", (Member("", "#integer", "member"),)),
    "Times": Shape("list", (Member("", "#timestamp", "member"),)),
    "Map": Shape("map", (Member("", "#string", "key"), Member("", "#string", "value"))),
    "Lists": Shape("map", (Member("", "#string", "key"), Member("", "Texts", "value"))),
    "In": Shape(
        "structure",
        (
            Member("Label", "#string", "Label", location="label", required=True),
            Member("Rest", "#string", "Rest", location="label", required=True),
            Member("Query", "Texts", "q", location="query"),
            Member("At", "#timestamp", "at", location="query"),
            Member("Others", "Lists", "Others", location="queryParams"),
            Member("Header", "#string", "X-Header", location="header"),
            Member("Texts", "Texts", "X-Texts", location="header"),
            Member("Times", "Times", "X-Times", location="header"),
            Member("Json", "#string", "X-Json", location="header", json_value=True),
            Member("Meta", "Map", "X-Meta-", location="prefixHeaders"),
            Member("Body", "#document", "Body"),
        ),
    ),
    "Out": Shape(
        "structure",
        (
            Member("Status", "#integer", "Status", location="responseCode"),
            Member("Flag", "#boolean", "X-Flag", location="header"),
            Member("Number", "#integer", "X-Number", location="header"),
            Member("Double", "#double", "X-Double", location="header"),
            Member("At", "#timestamp", "X-At", location="header", form="epoch-seconds"),
            Member("Texts", "Texts", "X-Texts", location="header"),
            Member("Numbers", "Numbers", "X-Numbers", location="header"),
            Member("Times", "Times", "X-Times", location="header"),
            Member("Json", "#string", "X-Json", location="header", json_value=True),
            Member("Meta", "Map", "X-Meta-", location="prefixHeaders"),
            Member("Body", "#document", "Body"),
        ),
    ),
    "Blob": Shape("structure", (Member("Blob", "#blob", "Blob", location="payload"),), payload="Blob"),
    "Every": Shape(
        "structure",
        (
            Member("Own", "#string", "x-own", location="header"),
            Member("Length", "#integer", "Content-Length", location="header"),
            Member("Sum", "#string", "x-amz-content-sha256", location="header"),
            Member("All", "Map", "", location="prefixHeaders"),
        ),
    ),
    "Document": Shape("structure", (Member("Value", "#document", "Value", location="payload"),), payload="Value"),
}
ERRORS = {"Gone": Shape("structure", (Member("After", "#integer", "Retry-After", location="header"),))}
URI = "/things/{Label}/rest/{Rest+}?fixed=1&flag"
BINDINGS = {
    "Do": bindings.Binding(bindings.Http("PUT", URI), "In", "Out", checksum=True),
    "Blob": bindings.Binding(bindings.Http("POST", "/blob"), "Blob", "Blob"),
    "Document": bindings.Binding(bindings.Http("POST", "/document"), "Document", "Document"),
    "Every": bindings.Binding(bindings.Http("POST", "/every"), "Every"),
}
CODEC = rest_json.codec_of(bindings.Table("restJson1", SHAPES, BINDINGS, ERRORS))


def written(wire: Mapping[str, Any], name: str = "Do") -> Any:
    return CODEC.request(operations.Operation(name, ""), wire)


def read(body: bytes = b"", name: str = "Do", **headers: str) -> Any:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return CODEC.answer(operations.Operation(name, "", "In", "Out"), transport.HttpResponse(201, named, body))


THING = {"Label": "a", "Rest": "b"}
PATHS: Mapping[tuple[str, str], str] = {
    ("a b/ü", "c/d%"): "/things/a%20b%2F%C3%BC/rest/c/d%25",
    ("?#", "/x"): "/things/%3F%23/rest//x",
    ("...", "..a"): "/things/.../rest/..a",
    ("{Rest+}", "{Label}"): "/things/%7BRest%2B%7D/rest/%7BLabel%7D",
}


@pytest.mark.parametrize(("label", "rest"), PATHS)
def test_labels_are_escaped_and_a_greedy_one_keeps_its_slashes(label: str, rest: str) -> None:
    found = written({"Label": label, "Rest": rest})
    assert (found.method, found.path, found.query) == ("PUT", PATHS[label, rest], "fixed=1&flag")


REFUSED: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "an empty label": ({"Label": ""}, "Label: is empty, and stands in the path [length]"),
    "no label": ({"Label": None}, "Label: is required: it is in the path [required]"),
    "a step up": ({"Label": ".."}, "Label: has a step such as `..`, and stands in the path [pattern]"),
    "a step within": ({"Rest": "a/./b"}, "Rest: has a step such as `..`, and stands in the path [pattern]"),
    "a line break": ({"Header": "a\r\nX-Other: b"}, "Header: has a character that no header can have [pattern]"),
    "a letter beyond ASCII": ({"Header": "ü"}, "Header: has a character that no header can have [pattern]"),
    "a name that is none": ({"Meta": {"a b": "c"}}, "Meta: has a character that no header can have [pattern]"),
    "half of a letter": ({"Query": ["\ud800"]}, "Query: holds a lone surrogate, which UTF-8 cannot carry [type]"),
    "half of a letter in the path": (
        {"Rest": "\ud800"},
        "Rest: holds a lone surrogate, which UTF-8 cannot carry [type]",
    ),
    "a line break of many": ({"Texts": ["a", "\n"]}, "Texts: has a character that no header can have [pattern]"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_fits_no_path_or_header_is_refused_before_it_is_sent(case: str) -> None:
    given, message = REFUSED[case]
    with pytest.raises(errors.ValidationError) as refused:
        written({**THING, **given})
    assert str(refused.value) == f"1 constraint not met\n  {message}"
    assert refused.value.violations[0].shape.startswith("In.")


def test_a_query_has_what_is_fixed_then_members_then_entries_that_are_neither() -> None:
    given = {"Query": ["x y", None, ""], "At": 0, "Others": {"q": ["no"], "fixed": ["no"], "o&": ["1", "2"]}}
    assert written({**THING, **given}).query == "fixed=1&flag&q=x%20y&q=&at=1970-01-01T00%3A00%3A00Z&o%26=1&o%26=2"


def test_headers_hold_lists_dates_json_and_entries() -> None:
    given = {
        "Header": " a ",
        "Texts": ["a", 'b"', "c,d"],
        "Times": [0, "2019-12-16T23:48:18Z"],
        "Json": '{"a":1}',
        "Meta": {"One": "1", "Empty": ""},
    }
    assert written({**THING, **given}).headers == {
        "X-Header": " a ",
        "X-Texts": 'a, "b\\"", "c,d"',
        "X-Times": "Thu, 01 Jan 1970 00:00:00 GMT, Mon, 16 Dec 2019 23:48:18 GMT",
        "X-Json": "eyJhIjoxfQ==",
        "X-Meta-One": "1",
        "X-Meta-Empty": "",
        "Content-Type": "application/json",
    }
    assert written(THING).checksum


def test_headers_that_a_spec_may_not_bind_are_those_that_clients_reserve() -> None:
    assert rest.RESERVED == RESERVED and len(RESERVED) == 12


CLIENTS_OWN = (
    "Host content-LENGTH Transfer-Encoding Connection Authorization X-Amz-Date X-Amz-Security-Token "
    "X-Amz-Content-Sha256 User-Agent Accept-Encoding amz-sdk-request Expect"
)


@pytest.mark.parametrize("name", CLIENTS_OWN.split())
def test_no_entry_stands_in_for_a_header_of_the_client(name: str) -> None:
    with pytest.raises(errors.ValidationError) as refused:
        written({"All": {"x-a": "1", name: "evil"}}, "Every")
    [violation] = refused.value.violations
    assert str(violation) == f"All: names {name.lower()}, which clients write themselves [pattern]"
    assert written({"All": {name: None}}, "Every").headers == {}


def test_every_header_is_sent_once() -> None:
    assert written({"All": {"X-OWN": "entry", "x-other": "2"}, "Own": "member"}, "Every").headers == {
        "x-other": "2",
        "x-own": "member",
    }
    assert written({"All": {"X-OWN": "entry"}, "Length": 7, "Sum": "0f"}, "Every").headers == {
        "X-OWN": "entry",
        "x-amz-content-sha256": "0f",
    }
    with pytest.raises(errors.ValidationError, match="All: names a header twice"):
        written({"All": {"x-a": "1", "X-A": "2"}}, "Every")


def test_a_body_holds_what_is_bound_to_nothing_else() -> None:
    assert written(THING).body == b"{}"
    assert written({**THING, "Body": {"a": [1]}}).body == b'{"Body": {"a": [1]}}'
    assert written({"Blob": b64encode(b"\0\xff").decode()}, "Blob").body == b"\0\xff"
    assert written({"Value": False}, "Document").body == b"false"
    assert written({}, "Document") == bindings.Message("POST", "/document", "", {}, b"")


def test_an_answer_is_read_from_status_headers_and_body() -> None:
    headers = {
        "x_flag": "TRUE",
        "x_number": " 12 ",
        "x_double": "-Infinity",
        "x_at": "1.5",
        "x_texts": 'a, "b\\"" ,"c,d",',
        "x_numbers": "1, 2",
        "x_times": "Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:19 GMT",
        "x_json": "eyJhIjoxfQ==",
        "x_meta_one": "1",
    }
    assert read(b'{"Body": 1, "Flag": "elsewhere", "Unknown": 2}', **headers) == {
        "Status": 201,
        "Flag": True,
        "Number": 12,
        "Double": "-Infinity",
        "At": 1.5,
        "Texts": ["a", 'b"', "c,d"],
        "Numbers": [1, 2],
        "Times": ["Mon, 16 Dec 2019 23:48:18 GMT", "Mon, 16 Dec 2019 23:48:19 GMT"],
        "Json": '{"a":1}',
        "Meta": {"one": "1"},
        "Body": 1,
        "Unknown": 2,
    }


def test_an_answer_without_a_body_has_no_members_in_it() -> None:
    assert read() == {"Status": 201, "Meta": {}}
    assert read(name="Blob") == read(name="Document") == {}
    assert read(b"\0", "Blob") == {"Blob": "AA=="}
    assert read(b"null", "Document") == {"Value": None}


UNREADABLE: Mapping[str, tuple[bytes, Mapping[str, str], str]] = {
    "no JSON": (b"<html>", {}, "$: the answer is not JSON: Expecting value at character 0"),
    "no object": (b"[]", {}, "$: expected an object"),
    "a flag that is none": (b"", {"x_flag": "yes"}, "$.Flag: the header X-Flag is not of its type"),
    "a number that is none": (b"", {"x_number": "1.5"}, "$.Number: the header X-Number is not of its type"),
    "a list with another": (b"", {"x_numbers": "1,x"}, "$.Numbers: the header X-Numbers is not of its type"),
    "no base64": (b"", {"x_json": "{}"}, "$.Json: the header X-Json is not of its type"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_says_where(case: str) -> None:
    body, headers, message = UNREADABLE[case]
    with pytest.raises(errors.ResponseError) as refused:
        read(body, **headers)
    assert str(refused.value) == message


@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1).map(str.strip).filter(bool)))
def test_lists_in_headers_are_read_as_they_were_written(items: list[str]) -> None:
    if items:
        text = written({**THING, "Texts": items}).headers["X-Texts"]
        assert read(x_texts=text)["Texts"] == items


def test_an_error_has_members_in_its_headers() -> None:
    answer = transport.HttpResponse(410, {"x-amzn-errortype": "Gone:http://x/", "retry-after": "5"}, b'{"message":"m"}')
    assert CODEC.fault(answer) == bindings.Fault("Gone", "m", {"message": "m", "After": 5})
    broken = answer._replace(headers={**answer.headers, "retry-after": "soon"})
    assert CODEC.fault(broken) == bindings.Fault("Gone", "m", {"message": "m"})
    assert CODEC.fault(transport.HttpResponse(502, {}, b"<html>")) == bindings.Fault(None, None, {})
