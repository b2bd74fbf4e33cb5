"""The intermediate representation: what a spec says, as frozen values.

In: nothing (no I/O, no Python-isms, no output strings). Out: `Model`, which every floor above reads.

Words are Smithy's. Shapes refer to each other by name (`Model.shapes[target]`), so cycles cost nothing.
Text that came out of a spec is `SpecText`, never `str`: only the filters of `codegen.emit.filters` and
`codegen.spec.names` turn it into code, and mypy says so when somebody forgets.

What today's emitters do not read (HTTP bindings, XML traits, event streams, endpoint rules ...) is said here all the
same: a model that passes through the IR comes out whole. Traits too rare for a field of their own stay in `traits`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType
from typing import NoReturn, TypeVar, Union

from codegen.diagnostics import Place
from codegen.records import dataclass, replace

Json = Union[None, bool, int, float, str, "list[Json]", "dict[str, Json]"]
"""A JSON value as Python's parser gives it."""


@dataclass(frozen=True, slots=True)
class SpecText:
    """Text of a spec: untrusted, comparable, hashable, and not a `str`.

    `.raw` is for error messages, the wire protocol and `names`; code gets it through the emit filters only.
    """

    raw: str

    def __eq__(self, other: object) -> bool:  # in full, as what follows: a large model asks for it a million times
        return self.raw == other.raw if isinstance(other, SpecText) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.raw)

    def __lt__(self, other: SpecText) -> bool:
        return self.raw < other.raw

    def __str__(self) -> NoReturn:
        raise TypeError(
            "spec text enters code only through a filter (literal, docstring, comment) or codegen.spec.names"
        )

    def __format__(self, spec: str) -> NoReturn:
        self.__str__()

    def __bool__(self) -> bool:
        return bool(self.raw)


ShapeId = SpecText
"""Key into `Model.shapes`."""

_NO_TRAITS: Mapping[SpecText, Json] = MappingProxyType({})


def _no_traits() -> Mapping[SpecText, Json]:
    return _NO_TRAITS


# ---------------------------------------------------------------------------------------------- where facts come from


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that was read: `sha256` is the digest of the bytes that were curated from."""

    id: SpecText
    title: SpecText
    publisher: SpecText
    kind: SpecText
    date: SpecText
    sha256: SpecText | None
    url: SpecText | None
    at: Place = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One source of one fact: `"D0#request.Title:57"` gives source `D0`, place `request.Title`, line 57 of the file."""

    source: SpecText
    place: SpecText | None
    line: int | None = None
    at: Place = field(compare=False)

    @property
    def written(self) -> str:
        """The citation as specs have it."""
        place = "" if self.place is None else f"#{self.place.raw}"
        return self.source.raw + place + ("" if self.line is None else f":{self.line}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one source says about the question a decision settles."""

    source: SpecText
    says: SpecText
    at: Place = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A contradiction between or within documents, and what was chosen. `decided` is None while nobody has chosen.

    `facts` are as written; `codegen.spec.aspects` reads paths and aspects off them.
    """

    id: SpecText
    question: SpecText
    statements: tuple[Statement, ...]
    decided: SpecText | None
    reason: SpecText | None
    facts: tuple[SpecText, ...]
    at: Place = field(compare=False)


# ------------------------------------------------------------------------------------------------------- constraints


class Match(StrEnum):
    """How a pattern is meant: over the whole value, or anywhere in it."""

    FULL = "full"
    SEARCH = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """Bounds on characters (string), items (list), entries (map) or bytes (blob); both ends inclusive."""

    min: int | None
    max: int | None
    enforced: bool = True
    citations: tuple[Citation, ...] = ()
    decision: SpecText | None = None
    at: Place = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Bounds on a number; both ends inclusive."""

    min: int | float | None
    max: int | float | None
    enforced: bool = True
    citations: tuple[Citation, ...] = ()
    decision: SpecText | None = None
    at: Place = field(compare=False)


_Bounds = TypeVar("_Bounds", Length, Range)


def tighter(own: _Bounds | None, other: _Bounds | None) -> _Bounds | None:
    """Give the bounds that both allow; one that is only recorded bounds nothing, but a member's says so of both."""
    if own is None or other is None or not (own.enforced and other.enforced):
        return own or other
    least = [bound for bound in (own.min, other.min) if bound is not None]
    most = [bound for bound in (own.max, other.max) if bound is not None]
    return replace(own, min=max(least, default=None), max=min(most, default=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A regular expression as the documents print it. `match` and `ascii` come from the service unless said here."""

    text: SpecText
    match: Match
    ascii: bool
    enforced: bool = True
    citations: tuple[Citation, ...] = ()
    decision: SpecText | None = None
    at: Place = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What a value must satisfy beyond its type; on a shape, or on a member (Smithy allows both, the narrower adds)."""

    length: Length | None = None
    range: Range | None = None
    pattern: Pattern | None = None
    unique_items: bool = False


NO_CONSTRAINTS = Constraints()


# ------------------------------------------------------------------------------------------------------------ shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecated:
    message: SpecText | None
    since: SpecText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every entry of a spec carries. `citations` are its own or, if it states none, those of what encloses it."""

    documentation: SpecText | None = None
    citations: tuple[Citation, ...] = ()
    decisions: tuple[SpecText, ...] = ()
    deprecated: Deprecated | None = None
    traits: Mapping[SpecText, Json] = field(default_factory=_no_traits, hash=False)
    at: Place = field(compare=False)


class TimestampFormat(StrEnum):
    DATE_TIME = "date-time"
    EPOCH_SECONDS = "epoch-seconds"
    HTTP_DATE = "http-date"


class HttpLocation(StrEnum):
    """Where an HTTP-bound member travels; members of awsJson and query protocols stay in the body."""

    BODY = "body"
    HEADER = "header"
    PREFIX_HEADERS = "prefixHeaders"
    QUERY = "query"
    QUERY_PARAMS = "queryParams"
    LABEL = "label"
    PAYLOAD = "payload"
    RESPONSE_CODE = "responseCode"


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlBinding:
    name: SpecText | None = None
    namespace: SpecText | None = None
    namespace_prefix: SpecText | None = None
    attribute: bool = False
    flattened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Entry):
    """One member of a structure or union, named as in the model; `wire_name` where the wire spells it otherwise.

    `required` (on the wire) and `idempotency_token` (the client fills it in) are both true of a ClientToken.
    """

    name: SpecText
    target: ShapeId
    required: bool = False
    idempotency_token: bool = False
    default: Json = field(default=None, hash=False)
    has_default: bool = False
    client_optional: bool = False
    box: bool = False
    sensitive: bool = False
    constraints: Constraints = NO_CONSTRAINTS
    timestamp_format: TimestampFormat | None = None
    wire_name: SpecText | None = None
    location: HttpLocation = HttpLocation.BODY
    location_name: SpecText | None = None
    xml: XmlBinding | None = None
    json_value: bool = False
    host_label: bool = False
    context_param: SpecText | None = None
    event_payload: bool = False
    event_header: bool = False
    streaming: bool = False
    known_values: tuple[SpecText, ...] = ()
    """Values that prose names without closing the set."""

    @property
    def wire(self) -> SpecText:
        """The name that travels."""
        return self.wire_name or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeBase(Entry):
    id: ShapeId
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure(ShapeBase):
    members: tuple[Member, ...]
    payload: SpecText | None = None
    xml: XmlBinding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionOf(ShapeBase):
    """A tagged union: exactly one member is set."""

    members: tuple[Member, ...]
    event_stream: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValue(Entry):
    """One value; `name` is the constant's name where the model gives one."""

    value: SpecText
    name: SpecText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum(ShapeBase):
    """A set of strings. `closed`: the documents say that no other value will come; else readers expect more."""

    values: tuple[EnumValue, ...]
    closed: bool = False
    constraints: Constraints = NO_CONSTRAINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class IntEnumValue(Entry):
    name: SpecText
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntEnum(ShapeBase):
    values: tuple[IntEnumValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(ShapeBase):
    """A string. `known_values`: values that prose names without closing the set (Catalog: AWS, Sandbox)."""

    constraints: Constraints = NO_CONSTRAINTS
    known_values: tuple[SpecText, ...] = ()
    media_type: SpecText | None = None
    json_value: bool = False


class NumberType(StrEnum):
    BYTE = "byte"
    SHORT = "short"
    INTEGER = "integer"
    LONG = "long"
    FLOAT = "float"
    DOUBLE = "double"
    BIG_INTEGER = "bigInteger"
    BIG_DECIMAL = "bigDecimal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(ShapeBase):
    type: NumberType
    constraints: Constraints = NO_CONSTRAINTS
    box: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean(ShapeBase):
    box: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob(ShapeBase):
    constraints: Constraints = NO_CONSTRAINTS
    streaming: bool = False
    requires_length: bool = False
    media_type: SpecText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp(ShapeBase):
    """`format` is None where the protocol's default holds."""

    format: TimestampFormat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(ShapeBase):
    """Any JSON value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf(ShapeBase):
    member: Member
    constraints: Constraints = NO_CONSTRAINTS
    sparse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf(ShapeBase):
    key: Member
    value: Member
    constraints: Constraints = NO_CONSTRAINTS
    sparse: bool = False
    flattened: bool = False


Shape = Structure | UnionOf | Enum | IntEnum | Text | Number | Boolean | Blob | Timestamp | Document | ListOf | MapOf


# ------------------------------------------------------------------------------------------------- operations, errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    method: SpecText
    uri: SpecText
    response_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStatus:
    """How the answer of an asynchronous operation tells its state: the member, and the values of each state."""

    member: SpecText
    running: tuple[SpecText, ...]
    complete: tuple[SpecText, ...]
    failed: tuple[SpecText, ...]
    reason: SpecText | None = None
    message: SpecText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asynchronous:
    """The operation starts a task: its steps in order, how its state is told, and the events it ends in."""

    steps: tuple[SpecText, ...]
    status: TaskStatus
    events: tuple[SpecText, ...]
    citations: tuple[Citation, ...] = ()
    at: Place = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Entry):
    name: SpecText
    input: ShapeId | None
    output: ShapeId | None
    errors: tuple[SpecText, ...] = ()
    idempotent: bool = False
    readonly: bool = False
    asynchronous: Asynchronous | None = None
    http: Http | None = None
    host_prefix: SpecText | None = None
    auth: tuple[SpecText, ...] = ()
    unsigned_payload: bool = False
    endpoint_discovery: bool = False
    wire_name: SpecText | None = None
    """Name after the dot of X-Amz-Target, where it is not `name`."""


class Fault(StrEnum):
    CLIENT = "client"
    SERVER = "server"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpError:
    """The status of an error as one source states it; sources differ."""

    source: SpecText
    status: int
    at: Place = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Error(Entry):
    """A modelled error. `code` is what the wire says where it is not `name`; `aliases` are further spellings.

    `http_errors` keeps one status per source, in the order of the spec; the first is the one the release goes by.
    """

    name: SpecText
    code: SpecText | None = None
    aliases: tuple[SpecText, ...] = ()
    members: tuple[Member, ...] = ()
    fault: Fault = Fault.CLIENT
    http_errors: tuple[HttpError, ...] = ()
    retryable: bool = False
    throttling: bool = False
    suggested_action: SpecText | None = None


# ------------------------------------------------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Entry):
    """An EventBridge event of the service: `detail_type` as on the bus, `detail` the structure of its payload."""

    name: SpecText
    detail_type: SpecText
    source: SpecText
    detail: ShapeId


# ------------------------------------------------------------------------------------------------------------ service


class Protocol(StrEnum):
    AWS_JSON_1_0 = "awsJson1_0"
    AWS_JSON_1_1 = "awsJson1_1"
    REST_JSON_1 = "restJson1"
    REST_XML = "restXml"
    AWS_QUERY = "awsQuery"
    EC2_QUERY = "ec2Query"
    RPC_V2_CBOR = "rpcV2Cbor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """URL templates with `{region}`; None where the service has no such endpoint."""

    prefix: SpecText
    template: SpecText | None = None
    fips: SpecText | None = None
    regions: tuple[SpecText, ...] = ()


class SigningVersion(StrEnum):
    V2 = "v2"
    V4 = "v4"
    V4A = "v4a"
    BEARER = "bearer"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    version: SigningVersion
    name: SpecText


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonParameter(Entry):
    """A parameter that every action takes, as a header (`X-Amz-Date`) or, in other protocols, in the query."""

    name: SpecText
    header: SpecText | None
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Entry):
    name: SpecText
    release: SpecText
    title: SpecText
    service_id: SpecText
    api_version: SpecText | None
    protocol: Protocol
    protocols: tuple[SpecText, ...] = ()
    target_prefix: SpecText | None
    endpoint: Endpoint
    signing: Signing
    auth: tuple[SpecText, ...] = ()
    pattern_match: Match
    pattern_ascii: bool
    query_compatible: bool = False
    common_parameters: tuple[CommonParameter, ...] = ()
    common_errors: tuple[Error, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paginator(Entry):
    operation: SpecText
    input_tokens: tuple[SpecText, ...]
    output_tokens: tuple[SpecText, ...]
    result_keys: tuple[SpecText, ...]
    limit_key: SpecText | None = None
    more_results: SpecText | None = None
    non_aggregate_keys: tuple[SpecText, ...] = ()


class AcceptorState(StrEnum):
    SUCCESS = "success"
    FAILURE = "failure"
    RETRY = "retry"


class Matcher(StrEnum):
    PATH = "path"
    PATH_ALL = "pathAll"
    PATH_ANY = "pathAny"
    PATH_LIST = "pathList"
    STATUS = "status"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptor:
    state: AcceptorState
    matcher: Matcher
    argument: SpecText | None
    expected: Json = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter(Entry):
    name: SpecText
    operation: SpecText
    delay: int
    max_attempts: int
    acceptors: tuple[Acceptor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example(Entry):
    operation: SpecText
    title: SpecText
    input: Json = field(hash=False)
    output: Json = field(default=None, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One release of one service."""

    service: Service
    shapes: Mapping[ShapeId, Shape]
    operations: Mapping[SpecText, Operation]
    errors: Mapping[SpecText, Error]
    events: Mapping[SpecText, Event]
    sources: Mapping[SpecText, Source]
    decisions: Mapping[SpecText, Decision]
    paginators: Mapping[SpecText, Paginator] = field(default_factory=dict[SpecText, Paginator])
    waiters: Mapping[SpecText, Waiter] = field(default_factory=dict[SpecText, Waiter])
    examples: tuple[Example, ...] = ()
    endpoint_rules: Json = None


def members_of(shape: Shape | Error) -> tuple[Member, ...]:
    """Give every member edge of a shape: a structure's members, a list's item, a map's key and value, else nothing."""
    match shape:
        case Structure() | UnionOf() | Error():
            return shape.members
        case ListOf():
            return (shape.member,)
        case MapOf():
            return (shape.key, shape.value)
        case _:
            return ()


def reachable(model: Model, roots: tuple[ShapeId, ...]) -> Iterator[ShapeId]:
    """Walk the shapes that `roots` reach, each once, depth first in spec order; dangling names are skipped."""
    seen: set[ShapeId] = set()
    waiting = list(reversed(roots))
    while waiting:
        name = waiting.pop()
        if name in seen or name not in model.shapes:
            continue
        seen.add(name)
        yield name
        waiting.extend(member.target for member in reversed(members_of(model.shapes[name])))
