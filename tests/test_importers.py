"""Foreign models: what becomes of every fact, what is refused, and that both forms say the same."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from sizes import FULL
from strategies import sized

from codegen.diagnostics import Diagnostics
from codegen.importers.botocore import read_botocore
from codegen.importers.smithy import read_smithy
from codegen.load.loaded import resolve
from codegen.project import read_project
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.source import Source, read_source
from codegen.spec.write import write_model

SMITHY = Path(__file__).parent / "data" / "smithy"
Tree = dict[str, Any]


def _source(value: Any, path: str = "model.json") -> Source:
    return read_source(path, json.dumps(value).encode())


def _botocore(model: Tree, *beside: Tree) -> ir.Model:
    siblings = (_source(value, f"beside-{number}.json") for number, value in enumerate(beside))
    return read_botocore((_source(model), *siblings))


def _written(model: ir.Model, *sections: str) -> Any:
    written = write_model(model, docs=True)
    return {section: written[section] for section in sections if section in written}


def _refusal(read: Callable[[], ir.Model]) -> str:
    with pytest.raises(Diagnostics) as caught:
        read()
    return caught.value.text()


# ----------------------------------------------------------------------------------------------------------- botocore

METADATA: Tree = {
    "apiVersion": "2025-01-01",
    "endpointPrefix": "notes-api",
    "protocol": "json",
    "jsonVersion": "1.0",
    "serviceFullName": "Small Notes",
    "serviceId": "Small Notes",
    "signatureVersion": "v4",
    "targetPrefix": "Notes",
}


def _model(shapes: Tree | None = None, operations: Tree | None = None, **metadata: Any) -> Tree:
    return {
        "version": "2.0",
        "metadata": {**METADATA, **metadata},
        "operations": operations or {},
        "shapes": shapes or {},
    }


def _shape(shape: Tree, *others: str, **metadata: Any) -> Any:
    """What one shape becomes, among others that are strings."""
    named = {name: {"type": "string"} for name in others}
    return _written(_botocore(_model({"S": shape, **named}, **metadata)), "shapes")["shapes"]["S"]


def test_the_service_of_a_botocore_model_is_said_in_our_words() -> None:
    model = _botocore(
        _model(protocols=["h3", "rest-json", "json"], auth=["aws.auth#sigv4"], awsQueryCompatible={}, uid="notes-1")
    )
    assert _written(model, "service")["service"] == {
        "name": "small-notes",
        "release": "2025-01-01",
        "title": "Small Notes",
        "serviceId": "Small Notes",
        "apiVersion": "2025-01-01",
        "protocol": "awsJson1_0",
        "protocols": ["awsJson1_0", "restJson1"],
        "target": "Notes",
        "endpoint": {"prefix": "notes-api"},
        "signing": {"version": "v4", "name": "notes-api"},
        "auth": ["aws.auth#sigv4"],
        "patterns": {"match": "full", "ascii": True},
        "queryCompatible": True,
        "sources": ["model"],
        "traits": {"uid": "notes-1"},
    }


def test_an_operation_of_a_botocore_model_keeps_what_has_no_field() -> None:
    operation = {
        "name": "Send2025",
        "http": {"method": "POST", "requestUri": "/", "responseCode": 202},
        "input": {"shape": "In", "locationName": "SendRequest"},
        "output": {"shape": "Out", "resultWrapper": "SendResult"},
        "errors": [{"shape": "Bad", "fault": True}, {"shape": "Bad"}],
        "idempotent": True,
        "endpoint": {"hostPrefix": "data."},
        "endpointdiscovery": {"required": True},
        "deprecated": True,
        "deprecatedMessage": "Use Post.",
        "authtype": "none",
    }
    shapes = {name: {"type": "structure", "members": {}} for name in ("In", "Out", "Bad")}
    assert _written(_botocore(_model(shapes, {"Send": operation})), "operations", "errors") == {
        "operations": {
            "Send": {
                "input": "In",
                "output": "Out",
                "errors": ["Bad"],
                "idempotent": True,
                "http": {"method": "POST", "uri": "/", "responseCode": 202},
                "hostPrefix": "data.",
                "endpointDiscovery": True,
                "wireName": "Send2025",
                "deprecated": {"message": "Use Post."},
                "traits": {
                    "authtype": "none",
                    "endpointdiscovery": {"required": True},
                    "input": {"locationName": "SendRequest"},
                    "output": {"resultWrapper": "SendResult"},
                },
            }
        },
        "errors": {"Bad": {}},
    }


SHAPES: dict[str, tuple[Tree, Tree]] = {
    "string": (
        {"type": "string", "min": 1, "max": 5, "pattern": "[a-z]+", "sensitive": True},
        {"type": "string", "length": {"min": 1, "max": 5}, "pattern": "[a-z]+", "sensitive": True},
    ),
    "enum": (
        {"type": "string", "enum": ["A", "B"], "pattern": "[A-Z]", "max": 1},
        {"type": "enum", "values": ["A", "B"], "length": {"max": 1}, "pattern": "[A-Z]"},
    ),
    "number": (
        {"type": "double", "min": 0.5, "max": 2, "box": True},
        {"type": "double", "range": {"min": 0.5, "max": 2}, "box": True},
    ),
    "boolean": ({"type": "boolean", "box": True}, {"type": "boolean", "box": True}),
    "blob": (
        {"type": "blob", "max": 9, "streaming": True, "requiresLength": True},
        {"type": "blob", "length": {"max": 9}, "streaming": True, "requiresLength": True},
    ),
    "timestamp": (
        {"type": "timestamp", "timestampFormat": "iso8601"},
        {"type": "timestamp", "timestampFormat": "date-time"},
    ),
    "list": (
        {"type": "list", "member": {"shape": "T", "locationName": "item"}, "min": 0, "flattened": True, "sparse": True},
        {
            "type": "list",
            "member": {"target": "T", "wireName": "item", "xml": {"flattened": True}},
            "length": {"min": 0},
            "sparse": True,
        },
    ),
    "map": (
        {"type": "map", "key": {"shape": "T"}, "value": {"shape": "S"}, "max": 3, "flattened": True},
        {
            "type": "map",
            "key": {"target": "T"},
            "value": {"target": "S"},
            "length": {"max": 3},
            "flattened": True,
        },
    ),
    "document": ({"type": "structure", "members": {}, "document": True}, {"type": "document"}),
    "union": (
        {"type": "structure", "members": {"a": {"shape": "T"}}, "union": True},
        {"type": "union", "members": {"a": {"target": "T"}}},
    ),
    "event stream": (
        {"type": "structure", "members": {"a": {"shape": "T"}}, "eventstream": True},
        {"type": "union", "members": {"a": {"target": "T"}}, "eventStream": True},
    ),
    "structure": (
        {
            "type": "structure",
            "required": ["a", "p"],
            "members": {
                "a": {"shape": "T", "locationName": "A", "idempotencyToken": True, "documentation": "<p>One</p>"},
                "h": {"shape": "T", "location": "header", "locationName": "X-H", "hostLabel": True},
                "u": {"shape": "T", "location": "uri", "locationName": "u", "deprecated": True, "queryName": "Q"},
                "p": {"shape": "T", "contextParam": {"name": "P"}, "jsonvalue": True, "eventpayload": True},
            },
            "payload": "p",
            "wrapper": True,
        },
        {
            "type": "structure",
            "members": {
                "a": {
                    "target": "T",
                    "required": True,
                    "idempotencyToken": True,
                    "wireName": "A",
                    "documentation": "<p>One</p>",
                },
                "h": {"target": "T", "location": "header", "locationName": "X-H", "hostLabel": True},
                "u": {
                    "target": "T",
                    "location": "label",
                    "locationName": "u",
                    "deprecated": True,
                    "traits": {"queryName": "Q"},
                },
                "p": {
                    "target": "T",
                    "required": True,
                    "location": "payload",
                    "jsonValue": True,
                    "contextParam": "P",
                    "eventPayload": True,
                },
            },
            "payload": "p",
            "traits": {"wrapper": True},
        },
    ),
}


@pytest.mark.parametrize(("shape", "expected"), SHAPES.values(), ids=SHAPES)
def test_every_type_of_botocore_becomes_a_shape(shape: Tree, expected: Tree) -> None:
    assert _shape(shape, "T") == expected


def test_names_of_elements_are_those_of_xml_where_the_protocol_writes_xml() -> None:
    member = {"shape": "T", "locationName": "A", "xmlNamespace": {"uri": "u", "prefix": "p"}, "xmlAttribute": True}
    shape = {"type": "structure", "members": {"a": member}, "locationName": "Root"}
    assert _shape(shape, "T", protocol="rest-xml") == {
        "type": "structure",
        "members": {
            "a": {
                "target": "T",
                "xml": {"name": "A", "namespace": "u", "namespacePrefix": "p", "attribute": True},
            }
        },
        "xml": {"name": "Root"},
    }


def test_an_error_is_no_shape_unless_a_value_has_it() -> None:
    raised = {"type": "structure", "members": {}, "exception": True}
    shapes = {
        "Gone": {**raised, "error": {"code": "Gone.Code", "httpStatusCode": 410, "senderFault": True}},
        "Busy": {**raised, "fault": True, "retryable": {"throttling": True}, "synthetic": True},
        "Late": {**raised, "error": {"httpStatusCode": 504}},
        "Last": {"type": "list", "member": {"shape": "Gone"}},
    }
    assert _written(_botocore(_model(shapes)), "shapes", "errors") == {
        "shapes": {
            "Gone": {
                "type": "structure",
                "members": {},
                "traits": {
                    "exception": True,
                    "error": {"code": "Gone.Code", "httpStatusCode": 410, "senderFault": True},
                },
            },
            "Last": {"type": "list", "member": {"target": "Gone"}},
        },
        "errors": {
            "Gone": {"code": "Gone.Code", "httpError": 410},
            "Busy": {"fault": "server", "retryable": {"throttling": True}, "traits": {"synthetic": True}},
            "Late": {"fault": "server", "httpError": 504},
        },
    }


PAGINATION = {"pagination": {"Send": {"input_token": "a", "output_token": ["b", "c"], "result_key": "d"}}}
WAITERS = {
    "version": 2,
    "waiters": {
        "Sent": {
            "operation": "Send",
            "delay": 5,
            "maxAttempts": 9,
            "description": "Until it is there.",
            "acceptors": [{"state": "success", "matcher": "status", "expected": 200}],
        }
    },
}


def test_what_stands_beside_a_botocore_model_is_read_with_it() -> None:
    rules = {"version": "1.0", "parameters": {}, "rules": []}
    model = _botocore(_model({}, {"Send": {}}), PAGINATION, WAITERS, rules)
    assert _written(model, "paginators", "waiters", "endpoints") == {
        "paginators": {"Send": {"inputTokens": ["a"], "outputTokens": ["b", "c"], "resultKeys": ["d"]}},
        "waiters": {
            "Sent": {
                "operation": "Send",
                "delay": 5,
                "maxAttempts": 9,
                "acceptors": [{"state": "success", "matcher": "status", "expected": 200}],
                "documentation": "Until it is there.",
            }
        },
        "endpoints": rules,
    }


@pytest.mark.parametrize(
    ("patterns", "match"),
    [
        (["^a$", "b$", "^c"], ir.Match.SEARCH),
        (["^a$", "b"], ir.Match.FULL),
        (["a", "b\\$"], ir.Match.FULL),
        ([], ir.Match.FULL),
    ],
)
def test_patterns_are_searched_for_when_each_has_an_anchor(patterns: list[str], match: ir.Match) -> None:
    shapes = {f"P{number}": {"type": "string", "pattern": text} for number, text in enumerate(patterns)}
    model = _botocore(_model(shapes))
    stated = {shape.constraints.pattern for shape in model.shapes.values() if isinstance(shape, ir.Text)}
    assert model.service.pattern_match is match
    assert {pattern.match for pattern in stated if pattern} == ({match} if patterns else set())


def test_every_place_is_one_in_the_foreign_file() -> None:
    text = json.dumps(_model({"S": {"type": "structure", "members": {"a": {"shape": "S"}}}}), indent=1)
    source = read_source("service-2.json", text.encode())
    (shape,) = read_botocore((source,)).shapes.values()
    assert isinstance(shape, ir.Structure)
    line = 1 + text[: text.index('"a"')].count("\n")
    assert str(source.locate(shape.members[0].at)) == f"service-2.json:{line}:10"


BOTOCORE_FAULTS: dict[str, tuple[Tree, str]] = {
    "no target": (
        _model({"Note": {"type": "list", "member": {"shape": "Nott"}}}),
        'model.json:1:322: error: shape "Nott" is not defined [unknown-shape]\n'
        '  speccast: note: did you mean "Note"?',
    ),
    "no item": (
        _model({"Note": {"type": "list"}}),
        'model.json:1:285: error: "member" is missing here [missing-key]',
    ),
    "wrong types": (
        _model({"A": {"type": "string", "min": "1", "sensitive": 1}, "B": []}),
        "model.json:1:308: error: expected a whole number, found a string [type]\n"
        "model.json:1:326: error: expected true or false, found a number [type]\n"
        "model.json:1:335: error: expected an object, found an array [type]",
    ),
    "unknown type": (
        _model({"A": {"type": "strnig"}}),
        'model.json:1:291: error: "strnig" is no type of shape; types are "structure", "string", "byte", "short", '
        '"integer", "long", "float", "double", "bigInteger", "bigDecimal", "boolean", "blob", "timestamp", "list", '
        '"map" [unknown-word]',
    ),
    "unknown member": (
        _model({"A": {"type": "structure", "members": {}, "required": ["b"]}}),
        'model.json:1:331: error: member "b" is not defined [unknown-member]',
    ),
    "unknown protocol": (
        _model(protocol="telnet"),
        'model.json:1:104: error: "telnet" is none of "json", "rest-json", "rest-xml", "query", "ec2", '
        '"smithy-rpc-v2-cbor" [unknown-word]',
    ),
    "no metadata": (
        {"metadata": {}},
        'model.json:1:1: error: "operations" is missing here [missing-key]\n'
        'model.json:1:1: error: "shapes" is missing here [missing-key]\n'
        'model.json:1:14: error: "apiVersion" is missing here [missing-key]\n'
        'model.json:1:14: error: "endpointPrefix" is missing here [missing-key]\n'
        'model.json:1:14: error: "protocol" is missing here [missing-key]',
    ),
    "an error of a wrong type": (
        _model({"Bad": {"type": "string"}}, {"Send": {"errors": [{"shape": "Bad"}, {}]}}),
        'model.json:1:301: error: "shape" is missing here [missing-key]\n'
        "model.json:1:335: error: an error is a structure [type]",
    ),
}


@pytest.mark.parametrize(("model", "message"), BOTOCORE_FAULTS.values(), ids=BOTOCORE_FAULTS)
def test_what_is_wrong_in_a_botocore_model_is_told_with_its_place(model: Tree, message: str) -> None:
    assert _refusal(lambda: _botocore(model)) == message


def test_what_is_wrong_beside_a_botocore_model_is_told_with_its_place() -> None:
    assert _refusal(lambda: _botocore(_model(), PAGINATION, {"waiters": {"Sent": []}})) == (
        'beside-0.json:1:17: error: operation "Send" is not defined [unknown-operation]\n'
        "beside-1.json:1:22: error: expected an object, found an array [type]"
    )


# ------------------------------------------------------------------------------------------------- installed services

SAMPLE = (
    "apigateway",
    "bedrock-runtime",
    "cloudfront",
    "cloudwatch",
    "dynamodb",
    "ec2",
    "iam",
    "lambda",
    "partnercentral-selling",
    "s3",
    "sqs",
    "transcribe",
)


def _installed() -> Iterator[Path]:
    found = find_spec("botocore")
    assert found is not None and found.origin is not None
    data = Path(found.origin).parent / "data"
    for path in sorted(data.glob("*/*/service-2.json*")):
        if FULL or path.parent.parent.name in SAMPLE:
            yield path.parent


def _read_release(folder: Path) -> ir.Model:
    stems = ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1")
    paths = [path for stem in stems for path in sorted(folder.glob(f"{stem}.json*"))]
    contents = (
        (path, gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()) for path in paths
    )
    return read_botocore(tuple(read_source(path.name, content) for path, content in contents))


@pytest.mark.parametrize("folder", list(_installed()), ids=lambda folder: folder.parent.name + "@" + folder.name)
def test_every_installed_service_is_read_whole(folder: Path) -> None:
    model = _read_release(folder)
    (path,) = folder.glob("service-2.json*")
    raw = json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    assert {name.raw for name in model.operations} == raw["operations"].keys()
    assert {name.raw for name in (*model.shapes, *model.errors)} == raw["shapes"].keys()
    assert model.endpoint_rules is not None


def test_the_sample_of_installed_services_is_there() -> None:
    assert {folder.parent.name for folder in _installed()} >= set(SAMPLE)


# ------------------------------------------------------------------------------------------------------------- Smithy


def _notes() -> Tree:
    return json.loads((SMITHY / "notes.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _shapes(**changed: Any) -> Tree:
    """The notes, with some shapes replaced or, where None, left out."""
    tree = _notes()
    for name, shape in changed.items():
        tree["shapes"].pop(f"example.notes#{name}", None)
        if shape is not None:
            tree["shapes"][f"example.notes#{name}"] = shape
    return tree


def test_a_smithy_model_becomes_the_spec_beside_it(request: pytest.FixtureRequest) -> None:
    source = read_source("notes.json", (SMITHY / "notes.json").read_bytes())
    found = json.dumps(write_model(read_smithy(source), docs=True), indent=2) + "\n"
    path = SMITHY / "notes.expected.json"
    if request.config.getoption("--update"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["cloudwatch", "acm-pca", "eventbridgev2"])
def test_the_protocol_is_the_one_that_botocore_speaks(name: str) -> None:
    """Models put CBOR first, which takes a library of its own; botocore speaks JSON where that is offered."""
    (loaded,) = resolve([f"botocore:{name}"], read_project(Path(__file__).parent))
    theirs = Session().get_service_model(name).resolved_protocol
    words = {"json": "awsJson", "smithy-rpc-v2-cbor": "rpcV2Cbor"}
    assert loaded.model.service.protocol.value.startswith(words[theirs])


def test_a_protocol_that_posts_keeps_bindings_to_http_as_traits() -> None:
    tree = _notes()
    traits = tree["shapes"]["example.notes#Notes"]["traits"]
    del traits["aws.protocols#restJson1"]
    traits["aws.protocols#awsJson1_0"] = {}
    model = read_smithy(_source(tree))
    operation = model.operations[SpecText("CreateNote")]
    shape = model.shapes[SpecText("CreateNoteInput")]
    assert isinstance(shape, ir.Structure)
    assert operation.http == ir.Http(method=SpecText("POST"), uri=SpecText("/"))
    assert operation.traits[SpecText("smithy.api#http")] == {"method": "PUT", "uri": "/notes/{Id}"}
    assert [(member.location, member.wire_name) for member in shape.members[:2]] == [(ir.HttpLocation.BODY, None)] * 2
    assert shape.members[1].traits == {SpecText("smithy.api#jsonName"): "text"}
    assert model.service.target_prefix == SpecText("Notes")


@pytest.mark.parametrize(
    ("protocol", "name"),
    [
        ("aws.protocols#awsJson1_0", SpecText("Notes")),
        ("smithy.protocols#rpcv2Cbor", SpecText("Notes")),
        ("aws.protocols#restJson1", None),
        ("aws.protocols#awsQuery", None),
    ],
)
def test_requests_name_the_service_where_the_protocol_asks_for_it(protocol: str, name: SpecText | None) -> None:
    service = {"type": "service", "version": "1", "traits": {protocol: {}}}
    assert read_smithy(_source({"smithy": "2.0", "shapes": {"n#Notes": service}})).service.target_prefix == name


SMITHY_FAULTS: dict[str, tuple[Tree, str]] = {
    "no service": (
        {"smithy": "2.0", "shapes": {}},
        'model.json:1:29: error: no shape of this model has the type "service" [no-service]',
    ),
    "two services": (
        {"smithy": "2.0", "shapes": {"a#A": {"type": "service"}, "a#B": {"type": "service"}}},
        "model.json:1:58: error: a second service in one model; put each into a model of its own [no-service]\n"
        "  model.json:1:30: note: the first is here",
    ),
    "no shapes": (
        {"smithy": "2.0"},
        'model.json:1:1: error: "shapes" is missing here [missing-key]\n'
        'model.json:1:1: error: no shape of this model has the type "service" [no-service]',
    ),
    "bare service": (
        {"smithy": "7", "shapes": {"a#A": {"type": "service", "operations": [{"target": "a#B"}]}}},
        'model.json:1:12: error: "7" is none of "1", "1.0", "2", "2.0", "2.1" [unknown-word]\n'
        'model.json:1:28: error: no protocol that is known; these are "aws.protocols#awsJson1_0", '
        '"aws.protocols#awsJson1_1", "aws.protocols#restJson1", "aws.protocols#restXml", "aws.protocols#awsQuery", '
        '"aws.protocols#ec2Query", "smithy.protocols#rpcv2Cbor" [no-protocol]\n'
        'model.json:1:35: error: "version" is missing here, which names the release [missing-key]\n'
        'model.json:1:70: error: shape "a#B" is not defined [unknown-shape]\n'
        '  speccast: note: did you mean "a#A"?',
    ),
}


@pytest.mark.parametrize(("tree", "message"), SMITHY_FAULTS.values(), ids=SMITHY_FAULTS)
def test_what_is_wrong_in_a_smithy_model_is_told_with_its_place(tree: Tree, message: str) -> None:
    assert _refusal(lambda: read_smithy(_source(tree))) == message


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"Id": None}, 'shape "example.notes#Id" is not defined [unknown-shape]'),
        ({"Ids": {"type": "list"}}, '"member" is missing here [missing-key]'),
        ({"Id": {"type": "strnig"}}, '"strnig" is no type of shape'),
        ({"Busy": {"type": "structure", "members": {}}}, '"example.notes#Busy" is no error'),
        (
            {"Named": {"type": "structure", "mixins": [{"target": "example.notes#Named"}]}},
            'mixin "example.notes#Named" is mixed into itself [mixin-cycle]',
        ),
        ({"None$x": {"type": "apply", "traits": {}}}, 'shape "example.notes#None" is not defined'),
        ({"Id": {"type": "string", "traits": {"smithy.api#pattern": 1}}}, "expected a string, found a number [type]"),
    ],
)
def test_one_broken_shape_of_a_smithy_model_is_told(changed: Tree, message: str) -> None:
    assert message in _refusal(lambda: read_smithy(_source(_shapes(**changed))))


def test_both_forms_of_one_service_are_one_model() -> None:
    """But for what is about the files themselves."""
    botocore = _botocore(
        _model(
            {
                "SendInput": {
                    "type": "structure",
                    "required": ["Text"],
                    "members": {"Text": {"shape": "Body"}, "Token": {"shape": "Body", "idempotencyToken": True}},
                },
                "SendOutput": {"type": "structure", "members": {"Kind": {"shape": "Kind"}}},
                "Body": {"type": "string", "min": 1, "max": 9, "pattern": "^[a-z]+$"},
                "Kind": {"type": "list", "member": {"shape": "Body"}, "max": 3},
                "Bad": {"type": "structure", "members": {"message": {"shape": "Body"}}, "exception": True},
            },
            {
                "Send": {
                    "name": "Send",
                    "http": {"method": "POST", "requestUri": "/"},
                    "input": {"shape": "SendInput"},
                    "output": {"shape": "SendOutput"},
                    "errors": [{"shape": "Bad"}],
                    "idempotent": True,
                }
            },
            auth=["aws.auth#sigv4"],
            protocols=["json"],
        )
    )
    smithy = read_smithy(read_source("send.json", (SMITHY / "send.json").read_bytes()))
    ours, theirs = write_model(botocore, docs=True), write_model(smithy, docs=True)
    assert {**ours, "sources": {}} == {**theirs, "sources": {}}


# ---------------------------------------------------------------------------------------------------------- bad input

JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1.5, "", "x", "example.notes#Note", [], [[]], [1], {}, {"a": {}}, {"target": 1}]
)


def _pointers(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in items:
        yield (*above, step)
        yield from _pointers(each, (*above, step))


def _changed(tree: Tree, pointer: tuple[Any, ...], junk: Any) -> Tree:
    found = copy.deepcopy(tree)
    holder: Any = found
    for step in pointer[:-1]:
        holder = holder[step]
    holder[pointer[-1]] = junk
    return found


def _wide() -> Tree:
    """A botocore model with one of everything."""
    shapes = {f"S{number}": copy.deepcopy(shape) for number, (shape, _) in enumerate(SHAPES.values())}
    errors = {"E": {"type": "structure", "members": {}, "error": {"code": "E"}, "retryable": {}, "exception": True}}
    operation = {
        "name": "Send",
        "http": {"method": "POST", "requestUri": "/"},
        "input": {"shape": "S11"},
        "errors": [{"shape": "E"}],
        "endpoint": {"hostPrefix": "a."},
        "auth": ["a"],
    }
    return _model({**shapes, **errors, "T": {"type": "string"}, "S": {"type": "string"}}, {"Send": operation})


def _survives(read: Callable[[], ir.Model]) -> None:
    try:
        read()
    except Diagnostics as fault:
        assert fault.text()


@sized(300, 5000)
@given(st.sampled_from(list(_pointers(_wide()))), JUNK)
def test_a_botocore_model_with_anything_anywhere_is_read_or_refused(pointer: tuple[Any, ...], junk: Any) -> None:
    _survives(lambda: _botocore(_changed(_wide(), pointer, junk), PAGINATION, WAITERS))


BESIDE: Tree = {"pages": PAGINATION, "waiters": WAITERS}


@sized(100, 1000)
@given(st.sampled_from([each for each in _pointers(BESIDE) if len(each) > 1]), JUNK)
def test_what_stands_beside_with_anything_anywhere_is_read_or_refused(pointer: tuple[Any, ...], junk: Any) -> None:
    changed = _changed(BESIDE, pointer, junk)
    _survives(lambda: _botocore(_wide(), changed["pages"], changed["waiters"]))


@sized(300, 5000)
@given(st.sampled_from(list(_pointers(_notes()))), JUNK)
def test_a_smithy_model_with_anything_anywhere_is_read_or_refused(pointer: tuple[Any, ...], junk: Any) -> None:
    _survives(lambda: read_smithy(_source(_changed(_notes(), pointer, junk))))


def test_mixins_beyond_number_are_refused() -> None:
    chain = {
        f"M{number}": {"type": "structure", "members": {}, "mixins": [{"target": f"example.notes#M{number + 1}"}]}
        for number in range(2000)
    }
    assert "more than 32 mixins, each mixed into the next [mixin-cycle]" in _refusal(
        lambda: read_smithy(_source(_shapes(**chain)))
    )


def test_mixins_that_share_mixins_are_written_out_once() -> None:
    pairs = {
        f"M{number}": {
            "type": "structure",
            "members": {f"m{number}": {"target": "example.notes#Id"}},
            "mixins": [{"target": f"example.notes#M{number + 1}"}] * 2,
            "traits": {"smithy.api#mixin": {}},
        }
        for number in range(28)
    }
    ends = {"M28": {"type": "structure", "members": {}, "traits": {"smithy.api#mixin": {}}}}
    user = {"Ids": {"type": "structure", "members": {}, "mixins": [{"target": "example.notes#M0"}]}}
    shape = read_smithy(_source(_shapes(**pairs, **ends, **user))).shapes[SpecText("Ids")]
    assert isinstance(shape, ir.Structure)
    assert [member.name.raw for member in shape.members] == [f"m{number}" for number in range(27, -1, -1)]
