"""What `bindings.py` says of a service, which modules a package gets for its protocol, how its requests are signed."""

from __future__ import annotations

import ast
import gzip
import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING, Any

import black
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]
from botocore.credentials import Credentials as TheirCredentials  # type: ignore[import-untyped]
from casting import imported
from runtime import errors, load

from codegen.importers.botocore import read_botocore
from codegen.pipeline import generate
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.source import read_source

if TYPE_CHECKING:
    from templates.static import bindings, compression, credentials, messages, sigv4, transport
else:
    bindings, compression, credentials, messages, sigv4, transport = map(
        load, ("bindings", "compression", "credentials", "messages", "sigv4", "transport")
    )

MODEL: Mapping[str, Any] = {
    "metadata": {"apiVersion": "2020-01-01", "endpointPrefix": "store", "protocol": "rest-json"},
    "operations": {
        "PutThing": {
            "name": "PutThing",
            "http": {"method": "PUT", "requestUri": "/things/{name}?fixed", "responseCode": 201},
            "input": {"shape": "Thing"},
            "output": {"shape": "Told"},
            "errors": [{"shape": "Gone"}],
            "httpChecksumRequired": True,
            "requestcompression": {"encodings": ["gzip"]},
            "unsignedPayload": True,
        },
        "Ping": {"name": "Ping", "http": {"method": "POST", "requestUri": "/"}},
    },
    "shapes": {
        "Thing": {
            "type": "structure",
            "required": ["Name"],
            "members": {
                "Name": {"shape": "String", "location": "uri", "locationName": "name"},
                "Token": {"shape": "String", "location": "header", "locationName": "X-Token", "idempotencyToken": True},
                "Key": {"shape": "Key", "location": "header", "locationName": "x-key"},
                "Meta": {"shape": "Map", "location": "headers", "locationName": "x-meta-"},
                "When": {"shape": "Time", "locationName": "when", "timestampFormat": "iso8601"},
                "Size": {"shape": "Long"},
                "Self": {"shape": "Thing"},
            },
        },
        "Told": {
            "type": "structure",
            "members": {
                "Code": {"shape": "Integer", "location": "statusCode"},
                "Encoding": {"shape": "String", "location": "header", "locationName": "Content-Encoding"},
                "Content": {"shape": "Bytes"},
            },
            "payload": "Content",
        },
        "Gone": {
            "type": "structure",
            "members": {"Since": {"shape": "Time"}},
            "error": {"code": "GoneAway"},
            "exception": True,
        },
        "Map": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Colour"}},
        "String": {"type": "string", "max": 9},
        "Key": {"type": "string", "sensitive": True},
        "Colour": {"type": "string", "enum": ["red"]},
        "Time": {"type": "timestamp", "timestampFormat": "unixTimestamp"},
        "Long": {"type": "long"},
        "Integer": {"type": "integer"},
        "Bytes": {"type": "blob"},
    },
}


def files_of(**changes: Any) -> Mapping[str, str]:
    metadata = {**MODEL["metadata"], **changes}
    text = json.dumps({**MODEL, "metadata": metadata}).encode()
    return generate(read_botocore((read_source("service-2.json", text),))).files


def test_the_table_says_how_every_member_travels() -> None:
    with imported(files_of()) as package:
        table = _module(package, "bindings").TABLE
        record = _module(package, "_runtime.bindings")
        member = record.Member
        assert table.protocol == "restJson1" and table.version == "2020-01-01"
        assert table.operations == {
            "PutThing": record.Binding(record.Http("PUT", "/things/{name}?fixed", 201), "Thing", "Told", checksum=True),
            "Ping": record.Binding(record.Http("POST", "/")),
        }
        assert table.shapes["Thing"].members == (
            member("Name", "#string", "name", location="label", required=True),
            member("Token", "#string", "X-Token", location="header", token=True),
            member("Key", "#string", "x-key", location="header", sensitive=True),
            member("Meta", "Map", "x-meta-", location="prefixHeaders"),
            member("when", "Time", "when", form="date-time"),
            member("Size", "#long", "Size"),
            member("Self", "Thing", "Self"),
        )
        assert table.shapes["Map"].members == (member("", "#string", "key"), member("", "#string", "value"))
        assert (table.shapes["Told"].payload, table.shapes["Time"].form) == ("Content", "epoch-seconds")
        assert table.errors["GoneAway"] == table.errors["Gone"]
        assert table.errors["Gone"].members == (member("Since", "Time", "Since"),)
        assert {one.target for shape in table.shapes.values() for one in shape.members} <= table.shapes.keys()


def _module(package: Any, name: str) -> Any:
    return __import__(f"{package.__name__}.{name}", fromlist=["*"])


FLAT: Mapping[str, Any] = {
    "Send": {
        "type": "structure",
        "members": {
            "Named": {"shape": "Named"},
            "Own": {"shape": "Named", "locationName": "own", "flattened": True},
            "Usual": {"shape": "Usual", "locationName": "usual"},
            "Apart": {"shape": "Apart"},
        },
    },
    "Named": {"type": "list", "member": {"shape": "String", "locationName": "item"}, "flattened": True},
    "Usual": {"type": "list", "member": {"shape": "String"}, "flattened": True},
    "Apart": {"type": "list", "member": {"shape": "Named", "locationName": "entry"}},
    "String": {"type": "string"},
}


@pytest.mark.parametrize(
    ("protocol", "wires", "body"),
    [
        ("rest-xml", ["item", "own", "usual", "Apart"], b"<Send><item>a</item></Send>"),
        ("query", ["item", "own", "usual", "Apart"], b"Action=Send&Version=2020-01-01&item.1=a"),
        ("ec2", ["item", "own", "usual", "Apart"], b"Action=Send&Version=2020-01-01&Named.1=a"),
        ("rest-json", ["Named", "own", "usual", "Apart"], b'{"Named": ["a"]}'),
    ],
)
def test_a_list_that_is_flattened_wherever_it_stands_is_called_as_its_items_in_xml(
    protocol: str, wires: list[str], body: bytes
) -> None:
    send = {"name": "Send", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Send"}}
    metadata = {"apiVersion": "2020-01-01", "endpointPrefix": "store", "protocol": protocol}
    text = json.dumps({"metadata": metadata, "operations": {"Send": send}, "shapes": FLAT}).encode()
    files = generate(read_botocore((read_source("service-2.json", text),))).files
    with imported(files) as package:
        shapes = _module(package, "bindings").TABLE.shapes
        assert [one.wire for one in shapes["Send"].members] == wires
        assert [one.wire for name in ("Named", "Usual", "Apart") for one in shapes[name].members] == (
            ["item", "member", "entry"]
        )
        codec, send_it = _module(package, "bindings").CODEC, _module(package, "operations").SEND
        assert codec.request(send_it, {"Named": ["a"]}).body == body


def test_a_record_is_made_of_its_row_once_asked_for_and_once_only() -> None:
    asked: list[str] = []

    def made(kind: str, *row: Any) -> bindings.Shape:
        asked.append(kind)
        return bindings.shape_of(kind, *row)

    members = (("Name", "#string", "name", {"required": True, "form": "date-time"}), ("Size", "#long", "size"))
    table = bindings.Rows(
        made,
        {
            "Thing": ("structure", members, {"payload": "Name"}),
            "#string": ("string",),
            "Blob": ("blob", (), {"streaming": True}),
        },
    )
    assert len(table) == 3 and list(table) == ["Thing", "#string", "Blob"] and asked == []
    assert table["Thing"] is table["Thing"] and table.get("Thing") is table["Thing"]
    assert table["Thing"] == bindings.Shape(
        "structure",
        (
            bindings.Member("Name", "#string", "name", required=True, form="date-time"),
            bindings.Member("Size", "#long", "size"),
        ),
        payload="Name",
    )
    assert asked == ["structure"]
    assert table == {
        "Thing": table["Thing"],
        "#string": bindings.Shape("string"),
        "Blob": bindings.Shape("blob", streaming=True),
    }
    assert "None" not in table and table.get("None") is None
    with pytest.raises(KeyError, match="None"):
        table["None"]
    assert bindings.binding_of(("PUT", "/{name}", 201), {"output": "Thing"}) == bindings.Binding(
        bindings.Http("PUT", "/{name}", 201), output="Thing"
    )


def test_rows_are_constants_that_are_read_at_once() -> None:
    """But for those that say more than where a member travels to: a first call of a large service reads thousands."""
    code = compile(files_of()["bindings.py"], "bindings.py", "exec")
    rows = [one for one in code.co_consts if isinstance(one, tuple) and one[:1] == ("map",)]
    assert rows == [("map", (("", "#string", "key"), ("", "#string", "value")))]


def test_operations_say_what_their_requests_need() -> None:
    with imported(files_of()) as package:
        found = _module(package, "operations")
        assert (found.PUT_THING.encoded, found.PUT_THING.compressed, found.PUT_THING.unsigned_payload) == (True,) * 3
        assert found.PUT_THING.token == "Token" and found.PUT_THING.repeatable
        assert (found.PING.encoded, found.PING.compressed, found.PING.unsigned_payload) == (False,) * 3
        assert not found.SERVICE.s3


def answered(package: Any, status: int = 201, body: bytes = b"") -> tuple[Any, list[Any]]:
    """Give a client whose service answers nothing else, and what it was asked."""
    asked: list[Any] = []

    def handler(request: Any) -> Any:
        asked.append(request)
        return package.transports.HttpResponse(status, {}, body)

    client = package.Client(
        region="us-east-1",
        endpoint_url="https://store.example.com/base",
        credentials=package.Credentials("AKIDEXAMPLE", "secret"),
        transport=package.transports.InProcessTransport(handler),
    )
    return client, asked


SSE_KEY = "MDEyMzQ1Njc4OWFiY2RlZg=="


def test_sensitive_members_in_headers_are_sent_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    quoted = f'{{"message": "x-key:{SSE_KEY}", "Bytes": "{SSE_KEY.encode().hex(" ")}"}}'.encode()
    with imported(files_of()) as package:
        client, asked = answered(package, 403, quoted)
        with pytest.raises(package.errors.ServiceError) as failed:
            client.put_thing(name="a", key=SSE_KEY)
        assert asked[0].headers["x-key"] == SSE_KEY
        assert "'x-key': '**redacted**'" in repr(asked[0])
        assert SSE_KEY not in repr(asked[0]) + caplog.text
        assert failed.value.body == {"message": "x-key:**redacted**", "Bytes": "**redacted**"}
        message = _module(package, "bindings").CODEC.request(
            _module(package, "operations").PUT_THING, {"Name": "a", "Key": SSE_KEY, "Meta": {"a": "red"}}
        )
        assert SSE_KEY not in repr(message) and "'x-meta-a': 'red'" in repr(message)


def test_a_short_sensitive_value_spoils_no_error() -> None:
    with imported(files_of()) as package:
        client, asked = answered(package, 403, b'{"message": "a banana"}')
        with pytest.raises(package.errors.ServiceError, match="a banana"):
            client.put_thing(name="a", key="a")
        assert "'x-key': '**redacted**'" in repr(asked[0])


def test_a_token_in_a_header_is_filled_in() -> None:
    with imported(files_of()) as package:
        client, asked = answered(package)
        answer = client.put_thing(name="a/b", meta={"a": "red"}, size=1)
    assert answer.response_metadata.client_token == asked[0].headers["X-Token"]
    assert asked[0].url == "https://store.example.com/base/things/a%2Fb?fixed"
    assert (asked[0].method, asked[0].body, answer.code) == ("PUT", b'{"Size": 1}', 201)
    assert asked[0].headers["X-Amz-Content-SHA256"] == "UNSIGNED-PAYLOAD"


def test_the_table_is_as_black_leaves_it() -> None:
    text = files_of()["bindings.py"]
    mode = black.Mode(line_length=120)
    assert black.format_str(text, mode=mode) == text
    assert ast.parse(text)


CODECS = {
    "rest_json",
    "rest_xml",
    "aws_query",
    "rpc_v2_cbor",
    "xml_form",
    "xml_tree",
    "bindings",
    "header_values",
    "rest",
}
PROTOCOLS: Mapping[str, tuple[dict[str, Any], set[str]]] = {
    "json": ({"targetPrefix": "Store", "jsonVersion": "1.0"}, set()),
    "rest-json": ({}, {"bindings", "header_values", "rest", "rest_json"}),
    "rest-xml": ({}, {"bindings", "header_values", "rest", "rest_xml", "xml_form", "xml_tree"}),
    "query": ({}, {"aws_query", "bindings", "xml_form", "xml_tree"}),
    "ec2": ({}, {"aws_query", "bindings", "xml_form", "xml_tree"}),
    "smithy-rpc-v2-cbor": ({"targetPrefix": "Store"}, {"bindings", "rpc_v2_cbor"}),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_package_has_the_modules_of_its_protocol_alone(protocol: str) -> None:
    metadata, modules = PROTOCOLS[protocol]
    files = files_of(protocol=protocol, **metadata)
    assert {name for name in CODECS if f"_runtime/{name}.py" in files} == modules
    assert ("bindings.py" in files) is bool(modules)
    assert ("cbor2>=6.2" in json.loads(files["MANIFEST.json"])["requirements"]) is (protocol == "smithy-rpc-v2-cbor")


def test_a_service_that_signs_otherwise_has_no_client_and_no_table() -> None:
    files = files_of(signatureVersion="bearer")
    assert not {"bindings.py", "client.py", "_runtime/rest_json.py"} & files.keys()
    assert "from ._runtime.errors import" in files["errors.py"]


def test_protocols_of_rest_know_where_members_stand_and_others_do_not() -> None:
    with imported(files_of(protocol="query")) as package:
        members = _module(package, "bindings").TABLE.shapes["Thing"].members
        assert {one.location for one in members} == {"body"}


def test_two_members_with_one_name_in_json_form_are_told_apart() -> None:
    members = {
        "httpMethod": {"shape": "String", "location": "uri", "locationName": "http_method"},
        "integrationHttpMethod": {"shape": "String", "locationName": "httpMethod"},
    }
    raw = {**MODEL, "shapes": {**MODEL["shapes"], "Thing": {"type": "structure", "members": members}}}
    model = read_botocore((read_source("service-2.json", json.dumps(raw).encode()),))
    assert [one.wire.raw for one in ir.members_of(model.shapes[SpecText("Thing")])] == ["http_method", "httpMethod"]


# ------------------------------------------------------------------------------------------------------------- signing

KEYS = credentials.Credentials("AKIDEXAMPLE", "secret", "token")
URLS = ["https://s.example.com/a%20b//c/../d?x=1&a&b=%2F", "https://s.example.com/", "https://s.example.com/%E2%82%AC"]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("s3", [True, False])
def test_requests_are_signed_as_botocore_signs_them(url: str, s3: bool) -> None:
    headers = transport.Headers({"X-Amz-Meta-A": " a  b "})
    request = transport.HttpRequest("PUT", url, headers, b"body")
    mine = sigv4.Signer("s3", "us-east-1", s3).signed(request, KEYS, 1_800_000_000.0).headers
    theirs = AWSRequest("PUT", url, dict(headers), b"body")
    signer = (S3SigV4Auth if s3 else SigV4Auth)(TheirCredentials("AKIDEXAMPLE", "secret", "token"), "s3", "us-east-1")
    theirs.context["timestamp"] = mine["X-Amz-Date"]
    theirs.headers["X-Amz-Date"] = mine["X-Amz-Date"]
    theirs.headers["X-Amz-Security-Token"] = "token"
    if s3:
        theirs.headers["X-Amz-Content-SHA256"] = mine["X-Amz-Content-SHA256"]
    canonical = signer.canonical_request(theirs)
    assert mine["Authorization"].endswith(signer.signature(signer.string_to_sign(theirs, canonical), theirs))
    assert ("X-Amz-Content-SHA256" in mine) is s3


def test_a_body_is_left_unsigned_only_where_the_connection_protects_it() -> None:
    for scheme, hashed in (("https", "UNSIGNED-PAYLOAD"), ("http", None)):
        request = transport.HttpRequest("PUT", f"{scheme}://s.example.com/", transport.Headers(), b"body")
        found = sigv4.Signer("s", "us-east-1").signed(request, KEYS, 1_800_000_000.0, unsigned_payload=True)
        assert found.headers.get("X-Amz-Content-SHA256") == hashed


# --------------------------------------------------------------------------------------------------------- compression

LONG = messages.Message("POST", "/", "", {"content-encoding": "custom"}, b"a" * 10240)


def test_a_long_body_is_compressed_and_says_so() -> None:
    found = compression.compressed(LONG, {})
    assert gzip.decompress(found.body) == LONG.body and len(found.body) < 100
    assert found.headers == {"content-encoding": "custom, gzip"}
    assert compression.compressed(LONG._replace(headers={}), {}).headers == {"Content-Encoding": "gzip"}
    assert found == compression.compressed(LONG, {})


LEAST, OFF = "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "AWS_DISABLE_REQUEST_COMPRESSION"


def test_a_short_body_is_not_compressed_nor_one_where_that_is_off() -> None:
    short = LONG._replace(body=LONG.body[1:])
    assert compression.compressed(short, {}) == short
    assert compression.compressed(LONG, {OFF: "True"}) == LONG
    assert compression.compressed(LONG, {LEAST: "10241"}) == LONG
    assert compression.compressed(short, {LEAST: "0", OFF: "false"}) != short
    assert compression.compressed(short._replace(body=b""), {LEAST: "0"}).body == b""


@pytest.mark.parametrize("text", ["-1", "x", "10485761", "1e3", "²", "9" * 5000])
def test_a_least_size_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(errors.ConfigurationError) as refused:
        compression.compressed(LONG, {LEAST: text})
    assert str(refused.value) == ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES is to be a whole number from 0 to 10485760")


def test_a_checksum_is_of_the_body_as_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with imported(files_of()) as package:
        for least in ("10240", "0"):
            monkeypatch.setenv(LEAST, least)
            client, asked = answered(package)
            client.put_thing(name="a", size=1)
            body, headers = asked[0].body, asked[0].headers
            assert headers["Content-MD5"] == b64encode(md5(body).digest()).decode()
            assert (headers.get("Content-Encoding") == "gzip") is (body != b'{"Size": 1}') is (least == "0")


def test_a_checksum_is_written_where_it_is_asked_for_alone() -> None:
    assert compression.summed(LONG) == LONG
    found = compression.summed(messages.Message("PUT", "/", "", {"A": "b"}, b"{}", checksum=True))
    assert found.headers == {"A": "b", "Content-MD5": "mZFLkyvTelC5g8XnyQrpOw=="}
    assert compression.summed(found) == found


def test_no_module_of_a_codec_is_missing_from_what_packages_get() -> None:
    home = Path(__file__).parents[1] / "templates" / "static"
    assert {path.stem for path in home.glob("*.py")} >= CODECS
