"""The JSON Schema of spec files, for editors: completion, and what each key means.

In: nothing but the vocabularies of `ir`. Out: a schema of draft 2020-12. `parse` is what decides; a test holds the two
together: every key that one knows the other knows. All sections are optional here, because the files of a folder are
merged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

from codegen.spec import ir
from codegen.spec.aspects import MEANINGS

Schema = dict[str, ir.Json]


def schema_text() -> str:
    """Write the schema as `specs/spec.schema.json` has it."""
    return json.dumps(json_schema(), indent=2) + "\n"


def json_schema() -> dict[str, ir.Json]:
    """Build the schema of one spec file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "speccast spec",
        **_object("One file of a spec; all files of its folder are merged.", _SECTIONS, ()),
        "$defs": {**_DEFINITIONS},
    }


# ------------------------------------------------------------------------------------------------------- small pieces


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _texts(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def _whole(description: str) -> Schema:
    return {"type": "integer", "description": description}


def _anything(description: str) -> Schema:
    return {"description": description}


def _word(words: type[StrEnum], description: str) -> Schema:
    return {"enum": [word.value for word in words], "description": description}


def _matching(pattern: str, description: str) -> Schema:
    return {"type": "string", "pattern": pattern, "description": description}


def _ref(name: str, description: str) -> Schema:
    return {"$ref": f"#/$defs/{name}", "description": description}


def _object(description: str, properties: Mapping[str, Schema], required: tuple[str, ...]) -> Schema:
    """An object that knows these keys and no others."""
    needed: Schema = {"required": list(required)} if required else {}
    shut: Schema = {"properties": {**properties}, "additionalProperties": False}
    return {"type": "object", "description": description, **shut, **needed}


def _by_name(description: str, value: Schema) -> Schema:
    """An object whose keys are names."""
    return {"type": "object", "description": description, "additionalProperties": value}


def _list(description: str, item: Schema) -> Schema:
    return {"type": "array", "description": description, "items": item}


def _either(description: str, *schemas: Schema) -> Schema:
    return {"description": description, "anyOf": list(schemas)}


# ------------------------------------------------------------------------------------------------------------ entries

_CITATIONS = _texts(
    'Documents that state it: "id", "id#place" or "id#place:line"; unstated: those of what encloses it.'
)

_ENTRY: dict[str, Schema] = {
    "documentation": _text("What it is, in our own words."),
    "sources": _CITATIONS,
    "decisions": _texts("Ids of the decisions that touch it."),
    "deprecated": _ref("deprecated", "Whether its use is discouraged."),
    "traits": {"type": "object", "description": "Rare traits, kept as they are."},
}

_PROVENANCE: dict[str, Schema] = {
    "enforced": _flag("false: recorded as the documents state it, but not checked."),
    "sources": _CITATIONS,
    "decision": _text("Id of the decision that settled it."),
}

_CONSTRAINTS: dict[str, Schema] = {
    "length": _ref("length", "How long: characters of a string, items of a list, entries of a map, bytes of a blob."),
    "range": _ref("range", "How large a number is."),
    "pattern": _ref("pattern", "A regular expression for strings."),
    "uniqueItems": _flag("No item of the list comes twice."),
}

_MEMBERS = _by_name("Members by wire name.", _ref("member", "A member."))

_XML = _object(
    "How it is spelled in XML.",
    {
        "name": _text("Name of the element."),
        "namespace": _text("URI of its namespace."),
        "namespacePrefix": _text("Prefix of its namespace."),
        "attribute": _flag("It is an attribute, not an element."),
        "flattened": _flag("Items stand side by side, with no element around them."),
    },
    (),
)

_MEMBER = _object(
    "A member of a structure or union, the item of a list, the key or value of a map.",
    {
        "target": _text("Name of its shape."),
        "required": _flag("The wire needs it."),
        "idempotencyToken": _flag("The client fills it in when the caller does not."),
        "default": _anything("The value it has when absent."),
        "clientOptional": _flag("Clients treat it as optional, whatever else is said."),
        "box": _flag("Absent differs from zero."),
        "sensitive": _flag("Its value is never shown."),
        **_CONSTRAINTS,
        "timestampFormat": _word(ir.TimestampFormat, "How a timestamp is written."),
        "wireName": _text("Its name on the wire, where that differs."),
        "location": _word(ir.HttpLocation, "Where it travels in an HTTP message."),
        "locationName": _text("Name of the header, query parameter or label."),
        "xml": _ref("xml", "How it is spelled in XML."),
        "jsonValue": _flag("JSON inside a string."),
        "hostLabel": _flag("It becomes part of the host name."),
        "contextParam": _text("The endpoint rule parameter it sets."),
        "eventPayload": _flag("It is the body of an event of a stream."),
        "eventHeader": _flag("It is a header of an event of a stream."),
        "streaming": _flag("It is read or written piece by piece."),
        "knownValues": _texts("Values that prose names without closing the set."),
        **_ENTRY,
    },
    ("target",),
)

# ------------------------------------------------------------------------------------------------------------- shapes

_STREAMS: dict[str, Schema] = {
    "streaming": _flag("It is read or written piece by piece."),
    "requiresLength": _flag("Its length has to be known before it is sent."),
}
_MEDIA_TYPE = _text("Media type of what it holds.")
_BOX = _flag("Absent differs from zero.")
_SPARSE = _flag("Values may be null.")

_ENUM_VALUES = _either(
    "The values: a list, or an object where something is said of each.",
    _texts("Values, as on the wire."),
    _by_name("Values, as on the wire.", _ref("enumValue", "What is said of the value.")),
)

_KINDS: dict[str, tuple[str, dict[str, Schema], tuple[str, ...]]] = {
    "structure": (
        "A structure.",
        {"members": _MEMBERS, "payload": _text("The member that is the body."), "xml": _ref("xml", "Spelling in XML.")},
        (),
    ),
    "union": (
        "Exactly one of its members is set.",
        {"members": _MEMBERS, "eventStream": _flag("It comes as a stream of events.")},
        (),
    ),
    "enum": (
        "A set of strings.",
        {"values": _ENUM_VALUES, "closed": _flag("The documents say that no other value will come."), **_CONSTRAINTS},
        ("values",),
    ),
    "intEnum": (
        "A set of numbers with names.",
        {"values": _by_name("Numbers by name.", _whole("The number."))},
        ("values",),
    ),
    "string": (
        "A string.",
        {
            **_CONSTRAINTS,
            "knownValues": _texts("Values that prose names without closing the set."),
            "mediaType": _MEDIA_TYPE,
            "jsonValue": _flag("JSON inside a string."),
        },
        (),
    ),
    **{str(number): ("A number.", {**_CONSTRAINTS, "box": _BOX}, ()) for number in ir.NumberType},
    "boolean": ("True or false.", {"box": _BOX}, ()),
    "blob": ("Bytes.", {**_CONSTRAINTS, **_STREAMS, "mediaType": _MEDIA_TYPE}, ()),
    "timestamp": ("A moment.", {"timestampFormat": _word(ir.TimestampFormat, "How it is written.")}, ()),
    "document": ("Any JSON value.", {}, ()),
    "list": ("A list.", {"member": _ref("member", "Its items."), **_CONSTRAINTS, "sparse": _SPARSE}, ("member",)),
    "map": (
        "A map.",
        {
            "key": _ref("member", "Its keys: strings."),
            "value": _ref("member", "Its values."),
            **_CONSTRAINTS,
            "sparse": _SPARSE,
            "flattened": _flag("Entries stand side by side, with no element around them."),
        },
        ("key", "value"),
    ),
}
"""By the word in `type`: what it is, its keys, those it needs."""


def _shape(kind: str) -> Schema:
    description, properties, required = _KINDS[kind]
    word: Schema = {"const": kind, "description": "The kind of shape."}
    sensitive = _flag("Its values are never shown.")
    return _object(description, {"type": word, "sensitive": sensitive, **properties, **_ENTRY}, ("type", *required))


# --------------------------------------------------------------------------------------------------------- operations

_STATUS = _object(
    "How the answer tells the state of the task.",
    {
        "member": _text("The member of the output that holds the state."),
        "running": _texts("Its values while the task runs."),
        "complete": _texts("Its values once the task has succeeded."),
        "failed": _texts("Its values once the task has failed."),
        "reason": _text("The member that holds the reason of a failure."),
        "message": _text("The member that explains a failure to a person."),
    },
    ("member",),
)

_OPERATION = _object(
    "An operation.",
    {
        "input": _text("The structure of a request."),
        "output": _text("The structure of an answer."),
        "errors": _texts("Names of the errors it may end in, besides those common to all."),
        "idempotent": _flag("Calling it twice does what calling it once does."),
        "readonly": _flag("It changes nothing."),
        "asynchronous": _object(
            "It starts a task that outlasts the call.",
            {
                "steps": _texts("What the task does, in order."),
                "status": _STATUS,
                "events": _texts("Names of the events it ends in."),
                "sources": _CITATIONS,
            },
            ("status",),
        ),
        "http": _object(
            "How it is bound to HTTP.",
            {
                "method": _text("HTTP method."),
                "uri": _text("Path, with {labels}."),
                "responseCode": _whole("HTTP status of a success."),
            },
            ("method", "uri"),
        ),
        "hostPrefix": _text("What goes in front of the host, with {labels}."),
        "auth": _texts("Ways to authenticate, best first, where they are not the service's."),
        "unsignedPayload": _flag("The signature leaves the body out."),
        "endpointDiscovery": _flag("The service tells the endpoint to use."),
        "wireName": _text("Its name on the wire, where that differs."),
        **_ENTRY,
    },
    (),
)

_ERROR = _object(
    "An error.",
    {
        "members": _MEMBERS,
        "fault": _word(ir.Fault, "Whose fault it is."),
        "httpError": _either(
            "Its HTTP status: one for all its sources, or one for each.",
            _whole("HTTP status."),
            _by_name("HTTP status by id of the source; the first is the one to go by.", _whole("HTTP status.")),
        ),
        "retryable": _either(
            "Whether the same call may succeed later.",
            _flag("It may succeed later."),
            _object("It may succeed later.", {"throttling": _flag("Calls came too fast.")}, ()),
        ),
        "suggestedAction": _text("What the caller can do."),
        "code": _text("What the wire says, where that is not the name."),
        "aliases": _texts("Further spellings of the code."),
        **_ENTRY,
    },
    (),
)

_EVENT = _object(
    "An EventBridge event.",
    {
        "detailType": _text("Its detail-type, as on the bus."),
        "source": _text("Its source, as on the bus."),
        "detail": _text("The structure of its detail."),
        **_ENTRY,
    },
    ("detailType", "source", "detail"),
)

_PAGINATOR = _object(
    "How to page through the answers of an operation.",
    {
        "inputTokens": _texts("Members of the input that take the token."),
        "outputTokens": _texts("Members of the output that give the next token."),
        "resultKeys": _texts("Members of the output that hold the items."),
        "limitKey": _text("The member of the input that takes the size of a page."),
        "moreResults": _text("The member of the output that tells whether more will come."),
        "nonAggregateKeys": _texts("Members of the output that are the same on every page."),
        **_ENTRY,
    },
    (),
)

_WAITER = _object(
    "How to wait for a state.",
    {
        "operation": _text("The operation to call."),
        "delay": _whole("Seconds between two calls."),
        "maxAttempts": _whole("Calls before giving up."),
        "acceptors": _list(
            "What ends the wait; the first that fits.",
            _object(
                "One condition and what it means.",
                {
                    "state": _word(ir.AcceptorState, "What it means."),
                    "matcher": _word(ir.Matcher, "What is compared."),
                    "argument": _text("JMESPath expression for the path matchers."),
                    "expected": _anything("What it is compared with."),
                },
                ("state", "matcher", "expected"),
            ),
        ),
        **_ENTRY,
    },
    ("operation",),
)

_EXAMPLE = _object(
    "A request and its answer.",
    {
        "title": _text("What it shows."),
        "input": _anything("The request."),
        "output": _anything("The answer."),
        **_ENTRY,
    },
    ("title",),
)

# ------------------------------------------------------------------------------------------------ service and sources

_SERVICE = _object(
    "The service and this release of it.",
    {
        "name": _text("Name of the service's folder: small letters, digits, hyphens."),
        "release": _matching("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "Date of the release, YYYY-MM-DD."),
        "title": _text("The service's name, in full."),
        "serviceId": _text("Name by which SDKs know the service."),
        "apiVersion": _text("Version of the API, as the service states it."),
        "protocol": _word(ir.Protocol, "The protocol to speak."),
        "protocols": _texts("All protocols that the service speaks."),
        "target": _text("What stands before the dot in X-Amz-Target."),
        "endpoint": _object(
            "Where the service is reached.",
            {
                "prefix": _text("First label of its classic host names."),
                "template": _text("URL, with {region}."),
                "fips": _text("URL of the FIPS endpoint, with {region}."),
                "regions": _texts("Regions that have the service."),
            },
            ("prefix",),
        ),
        "signing": _object(
            "How requests are signed.",
            {
                "version": _word(ir.SigningVersion, "Version of the signature."),
                "name": _text("Name of the service in the signature."),
            },
            ("name",),
        ),
        "auth": _texts("Ways to authenticate, best first."),
        "patterns": _object(
            "How patterns of this release are meant.",
            {
                "match": _word(ir.Match, "A pattern holds for the whole value, or anywhere in it."),
                "ascii": _flag("\\d, \\w and \\s mean ASCII characters only."),
            },
            (),
        ),
        "queryCompatible": _flag("Errors also carry the codes of the older query protocol."),
        "commonParameters": _by_name("Parameters of every operation.", _ref("commonParameter", "A parameter.")),
        "commonErrors": _by_name("Errors of every operation.", _ref("error", "An error.")),
        **_ENTRY,
    },
    ("name", "release", "title", "serviceId", "protocol", "endpoint", "signing", "patterns"),
)

_COMMON_PARAMETER = _object(
    "A parameter of every operation.",
    {
        "header": _text("The header it travels in."),
        "required": _flag("The service needs it."),
        **_ENTRY,
    },
    (),
)

_SOURCE = _object(
    "A document that was read.",
    {
        "title": _text("Its title."),
        "publisher": _text("Who publishes it."),
        "kind": _text("What kind of document it is."),
        "date": _matching("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "Date of what was read, YYYY-MM-DD."),
        "sha256": _matching("^[0-9a-f]{64}$", "SHA-256 of the bytes that were read."),
        "url": _text("Where it is found."),
    },
    ("title", "publisher", "kind", "date"),
)

_DECISION = _object(
    "A contradiction between documents or within one, and what was chosen.",
    {
        "question": _text("What the documents disagree about."),
        "statements": _by_name("What each source says, by its id.", _text("What it says.")),
        "decision": _text("What was chosen."),
        "reason": _text("Why."),
        "facts": _texts(
            "What it settles: a shape, a Shape.Member, an operation, an error, an event, each as a whole or one aspect "
            "of it, as in Title:length. The aspects: "
            + "; ".join(f"{word}, {text}" for word, text in MEANINGS.items())
            + "."
        ),
    },
    ("question",),
)

_SECTIONS: dict[str, Schema] = {
    "service": _ref("service", "The service and this release of it."),
    "$schema": _text("Where this schema is, for editors; says nothing to speccast."),
    "sources": _by_name("Documents that were read, by id.", _ref("source", "A document.")),
    "operations": _by_name("Operations by name.", _ref("operation", "An operation.")),
    "shapes": _by_name("Shapes by name.", _ref("shape", "A shape.")),
    "errors": _by_name("Errors by name.", _ref("error", "An error.")),
    "events": _by_name("Events by name.", _ref("event", "An event.")),
    "paginators": _by_name("Paginators by operation.", _ref("paginator", "A paginator.")),
    "waiters": _by_name("Waiters by name.", _ref("waiter", "A waiter.")),
    "endpoints": _anything("The endpoint rule set, kept as it is."),
    "examples": _by_name("Examples by operation.", _list("Examples.", _ref("example", "An example."))),
    "decisions": _by_name("Decisions by id.", _ref("decision", "A decision.")),
}

_DEPRECATED = _either(
    "Whether its use is discouraged.",
    _flag("Its use is discouraged."),
    _object(
        "Its use is discouraged.",
        {"message": _text("What to use instead."), "since": _text("Date or version since when.")},
        (),
    ),
)

_PATTERN = _either(
    "A regular expression.",
    _text("The expression, as the documents print it."),
    _object(
        "The expression, and how it is meant.",
        {
            "value": _text("The expression, as the documents print it."),
            "match": _word(ir.Match, "It holds for the whole value, or anywhere in it."),
            "ascii": _flag("\\d, \\w and \\s mean ASCII characters only."),
            **_PROVENANCE,
        },
        ("value",),
    ),
)


def _bounds(description: str, number: Schema) -> Schema:
    ends: dict[str, Schema] = {
        "min": {**number, "description": "The least."},
        "max": {**number, "description": "The most."},
    }
    return _object(description, {**ends, **_PROVENANCE}, ())


_DEFINITIONS: dict[str, Schema] = {
    "service": _SERVICE,
    "commonParameter": _COMMON_PARAMETER,
    "source": _SOURCE,
    "operation": _OPERATION,
    "shape": {"description": "A shape.", "oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in _KINDS]},
    **{kind: _shape(kind) for kind in _KINDS},
    "member": _MEMBER,
    "enumValue": _object("A value of an enum.", {"name": _text("Name of its constant."), **_ENTRY}, ()),
    "error": _ERROR,
    "event": _EVENT,
    "paginator": _PAGINATOR,
    "waiter": _WAITER,
    "example": _EXAMPLE,
    "decision": _DECISION,
    "deprecated": _DEPRECATED,
    "length": _bounds("Bounds on a length; both ends belong to it.", {"type": "integer"}),
    "range": _bounds("Bounds on a number; both ends belong to it.", {"type": "number"}),
    "pattern": _PATTERN,
    "xml": _XML,
}
