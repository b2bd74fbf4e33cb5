"""RPC v2 CBOR: what is written, what is read, and what no answer can do to a client."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import cbor2
import pytest
import runtime
from boto3_sides import Answer, Sent
from botocore import xform_name  # type: ignore[import-untyped]
from botocore.parsers import RpcV2CBORParser  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from service_sides import awaited, files_of, ours, packages_of, theirs, told

if TYPE_CHECKING:
    from templates.static import bindings, operations, rpc_v2_cbor, transport
else:
    bindings, operations, rpc_v2_cbor, transport = map(
        runtime.load, ("bindings", "operations", "rpc_v2_cbor", "transport")
    )

_Member, _Shape, _Binding = bindings.Member, bindings.Shape, bindings.Binding
_SCALARS = ("blob", "timestamp", "float", "double", "integer", "bigDecimal", "string", "boolean", "document")
SHAPES = {
    **{f"#{name}": _Shape(name) for name in _SCALARS},
    "Everything": _Shape(
        "structure",
        (
            *(_Member(name.title(), f"#{name}", name.title()) for name in _SCALARS),
            _Member("List", "List", "List"),
            _Member("Map", "Map", "Map"),
            _Member("Union", "Union", "Union"),
            _Member("Ours", "#blob", "Theirs"),
        ),
    ),
    "List": _Shape("list", (_Member("", "#timestamp", "member"),), sparse=True),
    "Map": _Shape("map", (_Member("", "#string", "key"), _Member("", "Everything", "value"))),
    "Union": _Shape("union", (_Member("Left", "#blob", "Left"), _Member("Right", "#string", "Right"))),
}
HTTP = bindings.Http("POST", "/")
TABLE = bindings.Table(
    "rpcV2Cbor", SHAPES, {"Do": _Binding(HTTP, "Everything", "Everything"), "Bare": _Binding(HTTP)}, {}, name="Service"
)
CODEC = rpc_v2_cbor.codec_of(TABLE)
DO, BARE = (operations.Operation(name, f"Service.{name}") for name in ("Do", "Bare"))


def response(body: bytes, status: int = 200, **headers: str) -> Any:
    return transport.HttpResponse(status, headers, body)


def of(value: Any) -> bytes:
    """Write CBOR by another hand than the codec's: indefinite lengths, too."""
    return cbor2.dumps(value, indefinite_containers=True)


# ------------------------------------------------------------------------------------------------------------- writing


def test_a_request_says_its_operation_in_its_path() -> None:
    found = CODEC.request(DO, {"String": "a"})
    assert (found.method, found.path, found.query) == ("POST", "/service/Service/operation/Do", "")
    assert found.headers == {
        "smithy-protocol": "rpc-v2-cbor",
        "Accept": "application/cbor",
        "Content-Type": "application/cbor",
    }
    assert found.body == b"\xa1fStringaa"


def test_an_operation_without_input_has_no_body() -> None:
    found = CODEC.request(BARE, {})
    assert found.headers == {"smithy-protocol": "rpc-v2-cbor", "Accept": "application/cbor"}
    assert found.body == b""


def test_an_empty_input_has_the_body_of_an_empty_map() -> None:
    assert CODEC.request(DO, {}).body == b"\xa0"


def test_a_query_compatible_service_is_told_so() -> None:
    codec = rpc_v2_cbor.codec_of(TABLE._replace(query_compatible=True))
    assert codec.request(BARE, {}).headers["x-amzn-query-mode"] == "true"
    assert "x-amzn-query-mode" not in CODEC.request(BARE, {}).headers


def tagged(seconds: float) -> cbor2.CBORTag:
    return cbor2.CBORTag(1, seconds)


WRITTEN: Mapping[str, tuple[Any, Any]] = {
    "bytes": ({"Blob": "AP8="}, {"Blob": b"\x00\xff"}),
    "seconds": ({"Timestamp": 1398796238}, {"Timestamp": tagged(1398796238)}),
    "parts of seconds": ({"Timestamp": 1.25}, {"Timestamp": tagged(1.25)}),
    "RFC 3339": ({"Timestamp": "2014-04-29T18:30:38.5Z"}, {"Timestamp": tagged(1398796238.5)}),
    "an offset": ({"Timestamp": "2014-04-29T20:30:38+02:00"}, {"Timestamp": tagged(1398796238)}),
    "an HTTP date": ({"Timestamp": "Tue, 29 Apr 2014 18:30:38 GMT"}, {"Timestamp": tagged(1398796238)}),
    "infinity": ({"Float": "-Infinity"}, {"Float": -math.inf}),
    "a number": ({"Double": 1.5}, {"Double": 1.5}),
    "a whole real number": ({"Double": 2}, {"Double": 2.0}),
    "an exact number": ({"Bigdecimal": runtime.wire.LongFloat.of("1.10")}, {"Bigdecimal": cbor2.CBORTag(4, [-2, 110])}),
    "true": ({"Boolean": True}, {"Boolean": True}),
    "gaps": ({"List": [1, None]}, {"List": [tagged(1), None]}),
    "a map": ({"Map": {"a": {"Blob": "AA=="}, "b": None}}, {"Map": {"a": {"Blob": b"\x00"}, "b": None}}),
    "a union": ({"Union": {"Left": "AA=="}}, {"Union": {"Left": b"\x00"}}),
    "another name": ({"Ours": "AA=="}, {"Theirs": b"\x00"}),
    "unset": ({"String": None, "Integer": 1}, {"Integer": 1}),
    "unknown": ({"Later": {"a": [1, "AA=="]}}, {"Later": {"a": [1, "AA=="]}}),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_values_are_written_as_their_shapes_say(case: str) -> None:
    wire, expected = WRITTEN[case]
    assert CODEC.request(DO, wire).body == cbor2.dumps(expected)


def test_not_a_number_is_written() -> None:
    assert math.isnan(cbor2.loads(CODEC.request(DO, {"Float": "NaN"}).body)["Float"])


def test_a_document_is_refused() -> None:
    with pytest.raises(runtime.errors.ConfigurationError) as refused:
        CODEC.request(DO, {"Document": {}})
    assert str(refused.value) == "a document has no form in RPC v2 CBOR"


# ------------------------------------------------------------------------------------------------------------- reading

READ: Mapping[str, tuple[bytes, Any]] = {
    "bytes": (of({"Blob": b"\x00\xff"}), {"Blob": "AP8="}),
    "seconds": (of({"T": tagged(5)}), {"T": 5}),
    "parts of seconds": (of({"T": tagged(946845296.123)}), {"T": 946845296.123}),
    "text as time": (of({"T": cbor2.CBORTag(0, "2014-04-29T18:30:38Z")}), {"T": "2014-04-29T18:30:38Z"}),
    "half a number": (b"\xa1aF\xf9\x3e\x00", {"F": 1.5}),
    "half infinity": (b"\xa1aF\xf9\xfc\x00", {"F": "-Infinity"}),
    "half no number": (b"\xa1aF\xf9\x7e\x01", {"F": "NaN"}),
    "a single one": (b"\xa1aF\xfa\x7f\x80\x00\x00", {"F": "Infinity"}),
    "null": (of({"a": None}), {"a": None}),
    "undefined": (of({"a": cbor2.undefined}), {"a": None}),
    "text in pieces": (b"\xbfaa\x7faaab\xff\xff", {"a": "ab"}),
    "bytes in pieces": (b"\xbfaa\x5f\x41a\x41b\xff\xff", {"a": "YWI="}),
    "large numbers": (of({"a": 2**70, "b": -(2**70)}), {"a": 2**70, "b": -(2**70)}),
    "an unknown tag": (of({"a": cbor2.CBORTag(999, [1, {"b": [2]}])}), {"a": [1, {"b": [2]}]}),
    "a tag that cbor2 knows": (of({"a": cbor2.CBORTag(37, b"\x00" * 16)}), {"a": base64.b64encode(bytes(16)).decode()}),
    "no regular expression": (of({"a": cbor2.CBORTag(35, "(")}), {"a": "("}),
    "self-described": (of(cbor2.CBORTag(55799, {})), {}),
}


@pytest.mark.parametrize("case", READ)
def test_answers_are_read_in_json_form(case: str) -> None:
    body, expected = READ[case]
    assert repr(CODEC.answer(DO, response(body))) == repr(expected)


@pytest.mark.parametrize("status", [200, 201])
def test_an_answer_of_nothing_is_refused_where_it_has_members(status: int) -> None:
    with pytest.raises(runtime.errors.ResponseError, match="the answer is empty"):
        CODEC.answer(DO, response(b"", status))
    assert CODEC.answer(DO, response(b"", 204)) == CODEC.answer(BARE, response(b"")) == {}


def test_a_decimal_fraction_keeps_its_digits() -> None:
    found = CODEC.answer(DO, response(b"\xa1aF\xc4\x82\x38\x13\x1b\x11\x22\x10\xf4\x7d\xe9\x81\x15"))["F"]
    assert found.text == "1234567890123456789E-20"


def test_no_tag_makes_an_object_of_its_own() -> None:
    """cbor2 knows some tags, which may be more in its next release: none of them is to be met unawares."""
    refused: list[int] = []
    for tag in range(1, 2**16):
        if tag in (2, 3, 4):  # numbers, of which text is none
            continue
        try:
            assert rpc_v2_cbor.load_cbor(cbor2.dumps(cbor2.CBORTag(tag, "a"))) == "a", tag
        except runtime.errors.ResponseError:
            refused.append(tag)
    assert refused == [25, 28, 29, 256]


DEEP = "nested too deeply"
CUT = "the answer is not CBOR: it ends within an item"
LARGE = "the answer has a number that is too large"
REFERENCE = "the answer refers to other parts of itself"
NO_TEXT = "the answer has a key that is no text"
HUGE = (2**60).to_bytes(8, "big")
HOSTILE: Mapping[str, tuple[bytes, str]] = {
    "a page": (b"<html>", "the answer is not CBOR"),
    "cut": (of({"a": [1, 2, 3]})[:-3], CUT),
    "cut in text": (b"\x6aabc", CUT),
    "more than one item": (b"\xa0\xa0", "the answer is not CBOR: it goes on after its end"),
    "a break alone": (b"\xff", "the answer is not CBOR"),
    "text that is none": (b"\x61\xff", "the answer is not CBOR"),
    "an unused head": (b"\x1c", "the answer is not CBOR"),
    "deep": (b"\x81" * 100_000, DEEP),
    "deep without lengths": (b"\x9f" * 100_000, DEEP),
    "deep in maps": (b"\xa1aa" * 100_000, DEEP),
    "deep in tags": (b"\xc6" * 100_000 + b"\x01", DEEP),
    "deep in known tags": (b"\xc1\x81" * 100_000 + b"\x01", DEEP),
    "a huge list": (b"\x9b" + HUGE, CUT),
    "a huge map": (b"\xbb" + HUGE + b"aa\x01", CUT),
    "huge bytes": (b"\x5b" + HUGE + b"abc", CUT),
    "huge text": (b"\x7b" + HUGE + b"abc", CUT),
    "the hugest list": (b"\x9b" + b"\xff" * 8, CUT),
    "a huge number": (b"\xc2\x5a\x00\x01\x00\x00" + b"\xff" * 65536, LARGE),
    "a huge negative number": (b"\xc3\x5a\x00\x01\x00\x00" + b"\xff" * 65536, LARGE),
    "a number of text": (b"\xc2\x61a", LARGE),
    "a huge fraction": (b"\xc4\x82\x1b\x00\xff\xff\xff\xff\xff\xff\xff\x01", LARGE),
    "a fraction beyond doubles": (b"\xc4\x82\x19\x03\xe7\x01", LARGE),
    "a fraction that is none": (b"\xc4\x01", LARGE),
    "a cycle": (b"\xd8\x1c\x81\xd8\x1d\x00", REFERENCE),
    "a reference": (b"\xd8\x1d\x00", REFERENCE),
    "a reference to text": (b"\xd9\x01\x00\x82\x61a\xd8\x19\x00", REFERENCE),
    "a key twice": (b"\xa2\x61a\x01\x61a\x02", "the answer has a key twice"),
    "a key twice without length": (b"\xbf\x61a\x01\x61a\x02\xff", "the answer has a key twice"),
    "a number as key": (b"\xa1\x01\x02", NO_TEXT),
    "a list as key": (b"\xa1\x81\x01\x02", NO_TEXT),
    "bytes as key": (b"\xa1\x41a\x02", NO_TEXT),
    "a simple value": (b"\xa1\x61a\xf8\x40", "the answer has a value that is none of this protocol's"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_answer_is_refused_and_not_quoted(case: str) -> None:
    body, message = HOSTILE[case]
    with pytest.raises(runtime.errors.ResponseError) as refused:
        CODEC.answer(DO, response(body))
    assert refused.value.message == message


@given(st.binary(max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_json_form_or_refused(body: bytes) -> None:
    try:
        found = rpc_v2_cbor.load_cbor(body)
    except runtime.errors.ResponseError:
        return
    runtime.wire.dump_json(found)


def _set(value: dict[str, Any]) -> dict[str, Any]:
    """Leave out nulls, as botocore does while it reads; we leave that to models."""
    return {key: item for key, item in value.items() if item is not None}


_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(), st.binary()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3).map(_set)),
    max_leaves=12,
)


@given(_VALUES, st.booleans())
@settings(max_examples=200, deadline=None)
def test_botocore_reads_the_same(value: Any, indefinite: bool) -> None:
    body = cbor2.dumps(value, indefinite_containers=indefinite)
    assert repr(rpc_v2_cbor.load_cbor(body)) == repr(_in_json_form(_by_botocore(body)))


def _by_botocore(body: bytes) -> Any:
    parser = RpcV2CBORParser()
    return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))


def _in_json_form(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_json_form(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_json_form(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


# -------------------------------------------------------------------------------------------------------------- errors


def test_an_error_is_found_by_its_type() -> None:
    body = of({"__type": "com.example#NotFound", "Message": "gone", "Data": b"\x00"})
    found = CODEC.fault(response(body, 400, **{"x-amzn-requestid": "r-1"}))
    expected = {"__type": "com.example#NotFound", "Message": "gone", "Data": "AA=="}
    assert found == ("NotFound", "gone", expected, "r-1")


@pytest.mark.parametrize("body", [b"", b"<html>", of([1]), of({"__type": 1, "message": 2}), of({"__type": ""})])
def test_an_error_that_cannot_be_read_says_nothing(body: bytes) -> None:
    found = CODEC.fault(response(body, 502))
    assert (found.code, found.message, found.request_id) == (None, None, None)


# ---------------------------------------------------------------------------------------------------- a real service

MOMENT = datetime(2025, 12, 1, 0, 0, 0, 250000, tzinfo=UTC)
CALLS: Mapping[str, tuple[str, str, Mapping[str, Any], Any]] = {
    "numbers and times": (
        "cloudwatch",
        "PutMetricData",
        {
            "Namespace": "N",
            "MetricData": [
                {"MetricName": "a", "Timestamp": MOMENT, "Value": 1.5, "Counts": [1.0, 2.0], "StorageResolution": 1},
                {
                    "MetricName": "b",
                    "StatisticValues": {"SampleCount": 1.0, "Sum": 0.0, "Minimum": -1.0, "Maximum": 9e9},
                },
            ],
        },
        b"",
    ),
    "lists of times": (
        "cloudwatch",
        "GetMetricStatistics",
        {"Namespace": "N", "MetricName": "a", "StartTime": MOMENT, "EndTime": MOMENT, "Period": 60, "Unit": "Percent"},
        {"Label": "a", "Datapoints": [{"Timestamp": tagged(1764547200.25), "Average": 0.5, "Unit": "New"}]},
    ),
    "bytes": (
        "acm-pca",
        "IssueCertificate",
        {
            "CertificateAuthorityArn": "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/a-b",
            "Csr": b"-----BEGIN\x00\xff",
            "SigningAlgorithm": "SHA256WITHRSA",
            "Validity": {"Value": 365, "Type": "DAYS"},
        },
        {
            "CertificateArn": "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/a/certificate/b",
            "Later": [1],
        },
    ),
    "no members": (
        "codebuild",
        "ListCuratedEnvironmentImages",
        {},
        {"platforms": [{"platform": "DEBIAN", "languages": []}]},
    ),
}


@pytest.fixture(scope="module")
def packages() -> Iterator[Any]:
    with packages_of((service, operation) for service, operation, *_ in CALLS.values()) as found:
        yield found


@pytest.mark.parametrize("case", CALLS)
@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_a_real_service_is_called_as_botocore_calls_it(case: str, kind: str, packages: Any) -> None:
    service, operation, arguments, answer = CALLS[case]
    sent: list[Sent] = []

    def handler(request: Sent) -> Answer:
        sent.append(request)
        headers = {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor", "x-amzn-requestid": "r-1"}
        return Answer(200, headers, of(answer) if answer else b"")

    name = xform_name(operation)
    expected = getattr(theirs(service, handler), name)(**arguments)
    call = getattr(ours(packages(service), handler, kind), name)
    members = {xform_name(key): value for key, value in arguments.items()}
    found = awaited(lambda: call(**members)) if kind == "AsyncClient" else call(**members)
    other, mine = sent
    assert (mine.method, mine.url) == (other.method, other.url)
    assert cbor2.loads(mine.body) == cbor2.loads(other.body)
    wanted = {name: other.headers[name] for name in ("accept", "content-type", "smithy-protocol")}
    assert {name: mine.headers.get(name) for name in wanted} == wanted
    assert (found.response_metadata.request_id if found else "r-1") == "r-1"
    assert (told(found) if found else {}) == told({key: item for key, item in expected.items() if key != "Later"})


def test_an_error_of_a_real_service_is_its_class(packages: Any) -> None:
    body = of({"__type": "com.amazonaws#ResourceNotFoundException", "message": "none such"})
    package = packages("acm-pca")
    client = ours(package, lambda _: Answer(400, {"content-type": "application/cbor"}, body))
    arguments = CALLS["bytes"][2]
    with pytest.raises(package.errors.ResourceNotFoundException) as raised:
        client.issue_certificate(**{xform_name(key): value for key, value in arguments.items()})
    assert (raised.value.code, raised.value.message) == ("ResourceNotFoundException", "none such")


@pytest.mark.parametrize("value", [[], "", 0, None])
def test_an_answer_that_is_no_map_is_refused(value: Any, packages: Any) -> None:
    package = packages("acm-pca")
    client = ours(package, lambda _: Answer(200, {"content-type": "application/cbor"}, of(value)))
    arguments = CALLS["bytes"][2]
    with pytest.raises(package.errors.ResponseError, match="expected an object"):
        client.issue_certificate(**{xform_name(key): value for key, value in arguments.items()})


def test_the_package_says_that_it_needs_cbor2() -> None:
    found = json.loads(files_of("acm-pca", ("IssueCertificate",))["MANIFEST.json"])["requirements"]
    assert [one for one in found if one.startswith("cbor2")] == ["cbor2>=6.2"]
