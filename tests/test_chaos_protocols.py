"""Answers that break the protocols they come in: the rows on bodies of the table of faults (15 to 20, 24, 34 to 37) in
each protocol's own form, then any answer at all. Whatever comes is a typed error, or a success that was really sent.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError, fromstring

import cbor2
import pytest
from chaos_clients import KEY, SECRET, TOKEN, settled
from chaos_faults import written
from chaos_protocols import HEADERS, OPERATIONS, PROTOCOLS, spoken
from hostile_server import HostileServer, Read, Send
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import sized

CLIENTS = {"Client": "InProcessTransport", "AsyncClient": "AsyncInProcessTransport"}
FORMS = {
    "awsJson1_1": "json",
    "restJson1": "json",
    "restXml": "xml",
    "awsQuery": "xml",
    "ec2Query": "xml",
    "rpcV2Cbor": "cbor",
}
CANARY = "canary-0123456789"


class Told(NamedTuple):
    """What a call came to."""

    error: str | None = None
    message: str = ""
    path: str | None = None
    code: str | None = None
    status: int | None = None
    request_id: str | None = None
    wire: Any = None


@pytest.fixture(scope="module")
def packages() -> Iterator[Mapping[str, Any]]:
    with spoken() as found:
        yield found


def arguments(operation: str) -> dict[str, str]:
    return {"label": "x", "secret": CANARY} if operation == "Put" else {}


def make(package: Any, kind: str, url: str, transport: Any = None) -> Any:
    keys = package.Credentials(KEY, SECRET, TOKEN)
    given = {"region": "us-east-1", "endpoint_url": url, "credentials": keys, "retries": 1}
    return getattr(package, kind)(**given, transport=transport, timeout=20)


async def told(package: Any, call: Callable[[], Any]) -> Told:
    """Make a call; what is no error of the package fails the test."""
    try:
        made = await settled(call())
    except package.errors.ServiceError as error:
        assert str(pickle.loads(pickle.dumps(error))) == str(error)
        assert "canary" not in repr(error) + repr(vars(error)) + repr(getattr(error, "details", None))
        return Told("ServiceError", error.message or "", None, error.code, error.http_status, error.request_id)
    except package.errors.ResponseError as error:
        return Told("ResponseError", error.message, error.path, None, error.http_status, error.request_id)
    return Told(wire=None if made is None else made.to_wire())


# ------------------------------------------------------------------------------------------------------------ the rows


class Row(NamedTuple):
    """One broken body, and what comes of it: a message and a path, a code, or what is read."""

    row: int
    name: str
    body: bytes
    message: str = ""
    path: str = "$"
    code: str | None = None
    wire: Any = None
    status: str = "200 OK"

    @property
    def told(self) -> Told:
        if self.wire is not None:
            return Told(wire=self.wire)
        status = int(self.status[:3])
        if self.code is not None:
            return Told("ServiceError", self.message, None, self.code, status, "r-fault")
        return Told("ResponseError", self.message, self.path, None, status, "r-fault")


def refused(row: int, name: str, body: bytes, code: str = "400", message: str = "") -> Row:
    return Row(row, name, body, message, code=code, status="400 Bad Request")


def within(body: str) -> bytes:
    """Put members in XML where every protocol finds them."""
    return f"<PutOutput>{body}</PutOutput>".encode()


DEEP = 100_000
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><PutOutput><Text>&c;</Text></PutOutput>'
SECRETS = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><PutOutput><Text>&b;</Text></PutOutput>'
JSON_ROWS = (
    Row(15, "captive portal", b"<html>Log in</html>", "the answer is not JSON: Expecting value at character 0"),
    Row(17, "cut", b'{"Text": "a"', "the answer is not JSON: Expecting ',' delimiter at character 12"),
    Row(18, "array", b"[1,2]", "expected an object"),
    Row(18, "null", b"null", "expected an object"),
    Row(24, "wrong type", b'{"Nested": {"List": ["a", 5]}}', "expected a string, found a number", "$.Nested.List[1]"),
    Row(24, "bad time", b'{"Moment": "yesterday"}', "expected a timestamp, found a string", "$.Moment"),
    Row(24, "no base64", b'{"Bytes": "***"}', "expected base64 text, found a string", "$.Bytes"),
    Row(34, "deep", b'{"Nested":' * DEEP + b"1" + b"}" * DEEP, "nested too deeply"),
    Row(34, "deep and unknown", b'{"New": ' + b"[" * DEEP + b"]" * DEEP + b"}", "nested too deeply"),
    Row(35, "NaN", b'{"Real": NaN}', "the answer is not JSON: NaN is no number in JSON"),
    Row(35, "1e999", b'{"Real": 1e999}', "the answer is not JSON: a number too large"),
    Row(35, "6000 digits", b'{"Whole": ' + b"1" * 6000 + b"}", "the answer is not JSON: a number too large"),
    Row(36, "duplicate keys", b'{"Text": "first", "Text": "last"}', wire={"Text": "last"}),
    Row(37, "no UTF-8", b'{"Text": "\xff"}', "the answer is not UTF-8"),
    refused(19, "invalid", b"{"),
    refused(19, "no type", b'{"message": "no"}', message="no"),
    refused(20, "array", b'["x"]'),
    refused(20, "type is a number", b'{"__type": 5}'),
    refused(24, "member of a wrong type", b'{"__type": "Trouble", "Count": "x"}', "Trouble"),
    refused(34, "deep", b'{"__type":' + b"[" * DEEP),
)
_XML = "the answer is not XML: "
XML_ROWS = (
    Row(15, "captive portal", b"<html><br></html>", f"{_XML}mismatched tag at line 1, column 13"),
    Row(16, "empty", b"", f"{_XML}no element found at line 1, column 1"),
    Row(17, "cut", b"<PutOutput><Text>a</Text>", f"{_XML}no element found at line 1, column 26"),
    Row(17, "JSON", b"{}", f"{_XML}not well-formed (invalid token) at line 1, column 1"),
    Row(17, "two roots", b"<PutOutput/><PutOutput/>", f"{_XML}junk after document element at line 1, column 13"),
    Row(24, "wrong type", within("<Whole>many</Whole>"), "expected a whole number, found a string", "$.Whole"),
    Row(24, "bad time", within("<Moment>yesterday</Moment>"), "expected a timestamp, found a string", "$.Moment"),
    Row(34, "deep", within("<Nested>" * DEEP + "</Nested>" * DEEP), "nested too deeply"),
    Row(34, "deep and unknown", within("<New>" * DEEP + "</New>" * DEEP), "nested too deeply"),
    Row(35, "NaN", within("<Whole>NaN</Whole>"), "expected a whole number, found a string", "$.Whole"),
    Row(35, "1e999", within("<Real>1e999</Real>"), "expected a number, found a string", "$.Real"),
    Row(
        35, "6000 digits", within(f"<Whole>{'1' * 6000}</Whole>"), "expected a whole number, found a string", "$.Whole"
    ),
    Row(35, "entities", LAUGHS, "the answer has a document type declaration"),
    Row(35, "a file", SECRETS, "the answer has a document type declaration"),
    Row(36, "an element twice", within("<Text>first</Text><Text>last</Text>"), wire={"Text": "first"}),
    Row(37, "no UTF-8", b"<PutOutput>\xff</PutOutput>", f"{_XML}not well-formed (invalid token) at line 1, column 12"),
    Row(37, "UTF-16", "<PutOutput/>".encode("utf-16"), "the answer is not UTF-8"),
    refused(19, "invalid", b"<Error"),
    refused(19, "no code", b"<Error><Message>no</Message></Error>", message="no"),
    refused(20, "a page", b"<html/>"),
    refused(20, "code of elements", b"<Error><Code><a/></Code></Error>"),
    refused(24, "member of a wrong type", b"<Error><Code>Trouble</Code><Count>x</Count></Error>", "Trouble"),
    refused(34, "deep", b"<Error>" * DEEP + b"</Error>" * DEEP),
)
_CBOR = "the answer is not CBOR"
CBOR_ROWS = (
    Row(15, "captive portal", b"<html>Log in</html>", _CBOR),
    Row(16, "empty", b"", "the answer is empty"),
    Row(17, "cut", b"\xa1dTexta", f"{_CBOR}: it ends within an item"),
    Row(17, "two items", b"\xa0\xa0", f"{_CBOR}: it goes on after its end"),
    Row(17, "a length that is not there", b"\xa1dText\x7b" + b"\x7f" * 8, f"{_CBOR}: it ends within an item"),
    Row(18, "array", b"\x82\x01\x02", "expected an object"),
    Row(18, "null", b"\xf6", "expected an object"),
    Row(24, "wrong type", cbor2.dumps({"Text": 5}), "expected a string, found a number", "$.Text"),
    Row(24, "bad time", b"\xa1fMoment\xc1ax", "expected a timestamp, found a string", "$.Moment"),
    Row(34, "deep", b"\xa1fNested" * DEEP + b"\xa0", "nested too deeply"),
    Row(34, "deep and unknown", b"\xa1cNew" + b"\x81" * DEEP + b"\xa0", "nested too deeply"),
    Row(35, "NaN", b"\xa1eWhole\xf9\x7e\x00", "expected a whole number, found a string", "$.Whole"),
    Row(35, "6000 digits", cbor2.dumps({"Whole": 10**6000}), "the answer has a number that is too large"),
    Row(36, "a key twice", b"\xa2dTextaadTextab", "the answer has a key twice"),
    Row(37, "no UTF-8", b"\xa1dTexta\xff", _CBOR),
    refused(19, "invalid", b"\xff"),
    refused(19, "no type", cbor2.dumps({"message": "no"}), message="no"),
    refused(20, "array", b"\x80"),
    refused(20, "type is a number", cbor2.dumps({"__type": 5})),
    refused(24, "member of a wrong type", cbor2.dumps({"__type": "Trouble", "Count": "x"}), "Trouble"),
    refused(34, "deep", b"\xa1" * DEEP),
)
ROWS: Mapping[str, Sequence[Row]] = {"json": JSON_ROWS, "xml": XML_ROWS, "cbor": CBOR_ROWS}
PORTAL = b"<html><body>Log in</body></html>"
PAGES = {"typed": (PORTAL, "Content-Type: text/html"), "not typed": (b"\n<!doctype HTML >\n" + PORTAL, "X: y")}


def row_in(protocol: str, row: Row) -> Row:
    """Give a row as one protocol has it: queries have their answers in elements of their own."""
    if protocol in ("awsQuery", "ec2Query"):
        moved = row._replace(body=row.body.replace(b"PutOutput", b"PutResponse"))
        return moved._replace(message=_moved(moved))
    if protocol == "restXml" and row.row == 16:
        return row._replace(message="the answer is empty")
    if protocol == "awsJson1_1" and row.row == 18:
        return row._replace(message=f"expected an object, found {'null' if row.name == 'null' else 'an array'}")
    return row


def _moved(row: Row) -> str:
    """Move the column that a message names as far as the longer name of an element moves it."""
    longer = len("PutResponse") - len("PutOutput")
    found = re.fullmatch(r"(.*column )(\d+)", row.message)
    count = row.body.count(b"PutResponse") if found else 0
    moves = {"cut": 1, "two roots": 1, "no UTF-8": 1}.get(row.name, 0) if count else 0
    return f"{found[1]}{int(found[2]) + moves * longer}" if found else row.message


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_broken_body_comes_to_what_the_table_says(protocol: str, packages: Mapping[str, Any]) -> None:
    rows = [row_in(protocol, row) for row in ROWS[FORMS[protocol]]]
    turns = [(Read(), Send(written(row.body, row.status))) for row in rows]
    for kind in CLIENTS:
        with HostileServer(*turns) as server:
            found = asyncio.run(_ask_each(packages[protocol], kind, server.url, len(rows)))
            assert len(server.requests) == len(rows)
        assert {row.name: one for row, one in zip(rows, found, strict=True)} == {row.name: row.told for row in rows}


async def _ask_each(package: Any, kind: str, url: str, count: int) -> list[Told]:
    client = make(package, kind, url)
    found = [await told(package, lambda: client.put(**arguments("Put"))) for _ in range(count)]
    await settled(client.close())
    return found


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("protocol", [name for name in PROTOCOLS if FORMS[name] != "json" or name == "restJson1"])
def test_a_page_is_no_answer_without_members(protocol: str, page: str, packages: Mapping[str, Any]) -> None:
    package, (body, header) = packages[protocol], PAGES[page]
    for kind in CLIENTS:
        with HostileServer((Read(), Send(written(body, "200 OK", header)))) as server:
            found = asyncio.run(_ask_without_members(package, kind, server.url))
        assert {one.error for one in found} == {"ResponseError"}, found


async def _ask_without_members(package: Any, kind: str, url: str) -> list[Told]:
    client = make(package, kind, url)
    found = [await told(package, getattr(client, name)) for name in ("touch", "drop", "head", "wrap")]
    await settled(client.close())
    return found


def test_an_answer_of_nothing_is_a_success_where_the_protocol_says_so(packages: Mapping[str, Any]) -> None:
    """REST JSON may leave out a body whose members are all unset; everybody may where there are no members."""
    for protocol, package in packages.items():
        for kind in CLIENTS:
            found = answered(package, kind, "Put", 200, {}, b"")
            assert (found.error is None) == (protocol == "restJson1"), (protocol, found)
            for operation in ("Touch", "Drop"):
                assert answered(package, kind, operation, 200, {}, b"").error is None


# ---------------------------------------------------------------------------------------------------------- any answer


def answered(package: Any, kind: str, operation: str, status: int, headers: Mapping[str, str], body: bytes) -> Told:
    """Make a call that is answered with this, in process: a client, its codec and its models without a network."""
    response = package.transports.HttpResponse(status, headers, body)
    transport = getattr(package.transports, CLIENTS[kind])(lambda _: response)
    client = make(package, kind, "http://service.example/", transport)
    call = told(package, lambda: getattr(client, operation.lower())(**arguments(operation)))
    return asyncio.run(call) if kind == "AsyncClient" else _run_at_once(call)


def _run_at_once(call: Any) -> Told:
    """Run what never waits."""
    try:
        call.send(None)
    except StopIteration as done:
        found: Told = done.value
        return found
    raise AssertionError("it waits")


NAMES = st.sampled_from(
    (
        *("Text", "Nested", "List", "Map", "Choice", "Left", "Right", "Level", "Whole", "Real", "Flag", "Moment"),
        *("Bytes", "Times", "__type", "code", "message", "Message", "Code", "Error", "Errors", "Response", "key"),
        *("value", "member", "entry", "PutOutput", "PutResponse", "PutResult", "Trouble", "html", "New"),
    )
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["true", "NaN", "2024-12-05T00:00:00Z", "Trouble", "1e5", "\ud800", "AA=="]),
    st.binary(max_size=5),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


def in_json(value: Any) -> bytes:
    return json.dumps(value, default=lambda one: b64encode(one).decode()).encode()


def in_cbor(value: Any) -> bytes:
    try:
        return cbor2.dumps(value)
    except UnicodeEncodeError:  # a lone surrogate
        return b"\xa1dTexta\xed"


def in_xml(value: Any, name: str = "PutOutput") -> bytes:
    return _element(value, name).encode("utf-8", "surrogatepass")


def _element(value: Any, name: str) -> str:
    if isinstance(value, dict):
        return f"<{name}>{''.join(_element(item, key) for key, item in value.items())}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(_element(item, 'member') for item in value)}</{name}>"
    text = value.hex() if isinstance(value, bytes) else "" if value is None else str(value)
    return f"<{name}>{text.replace('&', '&amp;').replace('<', '&lt;')}</{name}>"


@st.composite
def bodies(draw: Any, form: str) -> bytes:
    """Any bytes; a value of any shape in the form of a protocol; or such a one cut, flipped or doubled somewhere."""
    if draw(st.integers(0, 3)) == 0:
        return bytes(draw(st.binary(max_size=60)))
    value = draw(st.dictionaries(NAMES, VALUES, max_size=4) | VALUES)
    write: Callable[[Any], bytes] = {"json": in_json, "xml": in_xml, "cbor": in_cbor}[form]
    body = write(value)
    if form == "xml":
        root = draw(st.sampled_from([*[b"PutOutput", b"PutResponse"] * 3, b"Error", b"ErrorResponse", b"html"]))
        body = body.replace(b"PutOutput", root)
    at, change = draw(st.integers(0, len(body))), draw(st.sampled_from(["", "", "cut", "flip", "double"]))
    if change == "cut":
        return body[:at]
    flipped = body[:at] + bytes([draw(st.integers(0, 255))]) + body[at + 1 :]
    return {"flip": flipped, "double": body[:at] + body[at:] * 2}.get(change, body)


TEXTS = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=8)
ANY_HEADERS = st.dictionaries(
    st.sampled_from(
        (
            *("content-type", "Content-Encoding", "x-amzn-errortype", "x-amzn-requestid", "retry-after", "date"),
            *("x-more-a", *HEADERS.values(), "x-amzn-query-error", "x-amz-retry-after", "location"),
        )
    ),
    TEXTS | st.sampled_from(["text/html", "identity", "Trouble", "5", "-1", "1, 2", '"a', "9" * 20, "NaN"]),
    max_size=4,
)
STATUSES = st.sampled_from([*[200] * 9, 201, 204, 301, 304, 400, 404, 409, 500, 503]) | st.integers(200, 999)


SOUND = {
    "json": b'{"Text": "a"}',
    "xml": b"<PutResponse><Text>a</Text></PutResponse>",
    "cbor": b"\xa1dTextaa",
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_any_answer_is_a_typed_error_or_a_success_that_was_sent(protocol: str, packages: Mapping[str, Any]) -> None:
    package, form = packages[protocol], FORMS[protocol]
    succeeded, failed = set[str](), set[str]()

    @sized(small=200, large=3_000)
    @example("Put", 200, {}, SOUND[form])
    @example("Touch", 200, {}, b"")
    @example("Drop", 200, {}, b"")
    @example("Put", 400, {}, b"")
    @given(st.sampled_from([*["Put"] * 3, *OPERATIONS]), STATUSES, ANY_HEADERS, bodies(form))
    def check(operation: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        found = answered(package, "Client", operation, status, headers, body)
        assert repr(found) == repr(answered(package, "AsyncClient", operation, status, headers, body))
        if found.error is None:
            assert 200 <= status < 300
            check_sent(found.wire, status, headers, body, form)
            succeeded.add(operation)
        else:
            failed.add(found.error)

    check()
    assert succeeded >= {"Put", "Touch", "Drop"} and failed == {"ServiceError", "ResponseError"}


def check_sent(wire: Any, status: int, headers: Mapping[str, str], body: bytes, form: str) -> None:
    """Every value of an answer stands in what was sent, as another reader of it sees it."""
    sent = {str(status), b64encode(body).decode(), *headers.values()}
    for text in headers.values():
        sent |= {part.strip().strip('"').replace("\\", "") for part in text.split(",")}
    sent |= {found for leaf in leaves(_read_by_a_peer(body, form)) for found in _spellings(leaf)}
    sent |= {found for text in sent for found in _spellings(text)}
    assert [leaf for leaf in leaves(wire) if not sent & _spellings(leaf)] == []


def _read_by_a_peer(body: bytes, form: str) -> Any:
    if form == "xml":
        try:
            return [
                text for element in fromstring(body).iter() for text in (element.text or "", *element.attrib.values())
            ]
        except (ParseError, ValueError):
            return None
    read: Callable[[bytes], Any] = json.loads if form == "json" else cbor2.loads
    try:
        return read(body)
    except (ValueError, cbor2.CBORDecodeError):
        return None


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    elif value is not None:
        yield value


def _spellings(leaf: Any) -> set[str]:
    """Give the ways in which a value may be spelled in JSON form."""
    if isinstance(leaf, bool):
        return {str(leaf).lower()}
    if isinstance(leaf, bytes):
        return {b64encode(leaf).decode()}
    found = {str(leaf), str(leaf).strip(), "".join(str(leaf).split())}
    try:
        return {*found, repr(float(leaf)), str(leaf).lower()}
    except (ValueError, TypeError, OverflowError):
        return {*found, str(leaf).lower(), str(leaf).strip().lower()}
