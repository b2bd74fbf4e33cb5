"""How members of shapes travel in every protocol but AWS JSON: the records that a package's `bindings.py` is made of.

A codec (`rest_json`, `rest_xml`, `aws_query`, `rpc_v2_cbor`; `aws_json` needs no bindings) turns JSON form into an HTTP
message and an HTTP answer into JSON form. JSON form is what `to_wire` of a model writes and `from_wire` reads: dicts by
`Member.name`, blobs as base64, timestamps as a number of seconds or as RFC 3339 text, NaN and infinities as words.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from .operations import Operation
from .transport import HttpResponse


class Member(NamedTuple):
    """One member of a structure or union, the item of a list, the key or value of a map.

    name: in JSON form; "" for items, keys and values. target: key of the table `SHAPES`.
    wire: of the element, field, header (or its prefix), query parameter or label; JSON form's own where it is the same.
    location: body, header, prefixHeaders, query, queryParams, label, payload or responseCode.
    form: of a timestamp: date-time, epoch-seconds, http-date; None where the protocol's default for the place holds.
    attribute, flattened, namespace (address, prefix): of XML. query: name in an EC2 query, where it has one of its own.
    """

    name: str
    target: str
    wire: str
    location: str = "body"
    required: bool = False
    form: str | None = None
    attribute: bool = False
    flattened: bool = False
    namespace: tuple[str, str | None] | None = None
    json_value: bool = False
    token: bool = False
    event: str | None = None
    """`header` or `payload` of an event of a stream."""


class Shape(NamedTuple):
    """`type` is Smithy's word: structure, union, list, map, string, blob, boolean, integer, timestamp, document ...

    members: of a structure or union; one, the item, of a list; two, key and value, of a map.
    form: of a timestamp. payload: the member that is the whole body. streaming: a blob or union that is a stream.
    """

    type: str
    members: tuple[Member, ...] = ()
    form: str | None = None
    payload: str | None = None
    sparse: bool = False
    flattened: bool = False
    streaming: bool = False
    xml_name: str | None = None
    namespace: tuple[str, str | None] | None = None


class Http(NamedTuple):
    """What the model says of an operation's HTTP binding; `uri` as `/buckets/{Bucket}/{Key+}?list-type=2`."""

    method: str
    uri: str
    code: int | None = None


class Message(NamedTuple):
    """A request before it has a host: `path` is encoded and starts with a slash, `query` is encoded, without `?`."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Fault(NamedTuple):
    """An error as an answer tells of it: its code, cut down to its name; its text; its members in JSON form."""

    code: str | None
    message: str | None
    body: Mapping[str, Any]
    request_id: str | None = None


class Codec(Protocol):
    """One protocol of one service. Raises nothing but `errors.ConfigurationError` and `errors.ResponseError`."""

    def request(self, operation: Operation, wire: Mapping[str, Any]) -> Message:
        """Write a request; `wire` is in JSON form, its idempotency token filled in."""
        ...

    def answer(self, operation: Operation, response: HttpResponse) -> Any:
        """Read the answer of an operation that has an output, in JSON form."""
        ...

    def fault(self, response: HttpResponse) -> Fault:
        """Read an error; what cannot be read says nothing."""
        ...
