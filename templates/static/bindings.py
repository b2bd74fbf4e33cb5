"""How members of shapes travel in every protocol but AWS JSON: the records that a package's `bindings.py` is made of.

A codec (`rest_json`, `rest_xml`, `aws_query`, `rpc_v2_cbor`; `aws_json` needs no bindings) turns JSON form into an HTTP
message and an HTTP answer into JSON form. JSON form is what `to_wire` of a model writes and `from_wire` reads: dicts by
`Member.name`, blobs as base64, timestamps as a number of seconds or as RFC 3339 text, NaN and infinities as words.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias, TypeVar

from .messages import Codec as Codec
from .messages import Fault as Fault
from .messages import Message as Message

Row: TypeAlias = tuple[Any, ...]
Settings: TypeAlias = Mapping[str, Any]
"""What differs from a record's defaults, by the names of its fields."""

_NOTHING: Settings = {}
_Made = TypeVar("_Made")


class Member(NamedTuple):
    """One member of a structure or union, the item of a list, the key or value of a map.

    name: in JSON form; "" for items, keys and values. target: key of the table `SHAPES`.
    wire: of the element, field, header (or its prefix), query parameter or label; JSON form's own where it is the same.
    location: body, header, prefixHeaders, query, queryParams, label, payload or responseCode.
    form: of a timestamp: date-time, epoch-seconds, http-date; None where the protocol's default for the place holds.
    attribute, flattened, namespace (address, prefix): of XML. query: name in an EC2 query, where it has one of its own.
    json_value: text that is JSON, which headers carry as base64. token: the idempotency token of a request.
    streaming: the body is a stream of bytes, whether its target says so or not. sensitive: not to be shown; said of
    headers, for only they are shown at all.
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
    query: str | None = None
    streaming: bool = False
    sensitive: bool = False


class Shape(NamedTuple):
    """`type` is Smithy's word: structure, union, list, map, string, blob, boolean, integer, timestamp, document ...

    members: of a structure or union; one, the item, of a list; two, key and value, of a map.
    form: of a timestamp. payload: the member that is the whole body. streaming: a blob or union that is a stream.
    media_type: of a blob or string, where it is the whole body.
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
    media_type: str | None = None


class Http(NamedTuple):
    """What the model says of an operation's HTTP binding; `uri` as `/buckets/{Bucket}/{Key+}?list-type=2`."""

    method: str
    uri: str
    code: int | None = None


class Binding(NamedTuple):
    """What a codec knows of one operation. input, output: keys of `Table.shapes`, None where the operation has none.

    element, namespace: of the body of a request in XML, where the model names them beside the shape. wrapper: the
    element in a query's answer that holds the result. checksum: a request's body has to come with its checksum.
    """

    http: Http
    input: str | None = None
    output: str | None = None
    element: str | None = None
    namespace: tuple[str, str | None] | None = None
    wrapper: str | None = None
    checksum: bool = False


class Table(NamedTuple):
    """All that a package's `bindings.py` says: what `codec_of(table)` of a codec's module makes its codec from.

    protocol: as in `Service`. operations: by `Operation.name`. errors: structures, by code and by the error's name.
    version: of the API, which queries name. name: of the service's shape, which RPC v2 has in its paths. namespace: of
    the service, in XML. accept: what answers are to be, for a service that else gives them in another form.
    """

    protocol: str
    shapes: Mapping[str, Shape]
    operations: Mapping[str, Binding]
    errors: Mapping[str, Shape]
    version: str = ""
    name: str = ""
    namespace: tuple[str, str | None] | None = None
    query_compatible: bool = False
    accept: str = ""


class Rows(Mapping[str, _Made]):
    """Records by key, each made of its row when it is first asked for: a table has thousands, and a call needs few.

    make: what takes a row as its arguments, `shape_of` or `binding_of`. Rows of constants cost next to nothing to read.
    """

    def __init__(self, make: Callable[..., _Made], rows: Mapping[str, Row]) -> None:
        self._make = make
        self._rows = rows
        self._made: dict[str, _Made] = {}

    def __getitem__(self, key: str) -> _Made:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(*self._rows[key])
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def shape_of(kind: str, members: Iterable[Row] = (), settings: Settings = _NOTHING) -> Shape:
    """Make a shape of its row: `("structure", (("Name", "#string", "name", {"required": True}),))`."""
    return Shape(kind, tuple(_member_of(*row) for row in members), **settings)


def _member_of(name: str, target: str, wire: str, settings: Settings = _NOTHING) -> Member:
    return Member(name, target, wire, **settings)


def binding_of(http: Row, settings: Settings = _NOTHING) -> Binding:
    """Make an operation's binding of its row: `(("POST", "/things", 201), {"input": "Thing"})`."""
    return Binding(Http(*http), **settings)
