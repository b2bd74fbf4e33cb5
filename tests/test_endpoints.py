"""Endpoints of generated clients, by the rules of models that are imported; botocore's own clients beside them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.parsers import ResponseParserError  # type: ignore[import-untyped]
from botocore.session import Session  # type: ignore[import-untyped]
from casting import imported
from endpoint_vectors import Tree, loader, rules_of, services, vectors_of
from runtime import load

from codegen.emit.views.endpoints import view_endpoints
from codegen.importers.botocore import read_botocore
from codegen.importers.smithy import read_smithy
from codegen.pipeline import generate
from codegen.spec import ir
from codegen.spec.check.endpoints import FUNCTIONS, TYPES, faults_of
from codegen.spec.source import Source, read_source

KEYS = ("AKIDEXAMPLE", "secret")
SERVICES = {
    "sqs": ("ListQueues", "SendMessage"),
    "dynamodb": ("BatchGetItem", "DescribeTable", "ListTables", "Scan", "TransactGetItems"),
    "kinesis": ("DescribeStream", "GetRecords", "ListStreams"),
    "acm": ("ListAcmeEndpoints", "ListCertificates"),
    "organizations": ("DescribeOrganization",),
    "s3": ["GetObject", "ListBuckets", "ListObjectsV2", "HeadBucket"],
    "s3control": ["ListAccessPoints"],
    "sts": ["GetCallerIdentity"],
    "route53": ["ListHostedZones"],
    "lambda": ["ListFunctions"],
}
"""Services that are cast, and of which operations."""
VARIABLES = (
    *("AWS_ENDPOINT_URL", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_ACCOUNT_ID_ENDPOINT_MODE"),
    *("AWS_STS_REGIONAL_ENDPOINTS", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_REGION", "AWS_DEFAULT_REGION"),
)


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@cache
def files(service: str) -> Mapping[str, str]:
    """Cast a service of botocore's, cut down to some of its operations."""
    raw = loader().load_service_model(service, "service-2")
    kept = {name: raw["operations"][name] for name in SERVICES[service]}
    shapes = {name: raw["shapes"][name] for name in _reached(raw["shapes"], kept, set())}
    paginators = loader().load_service_model(service, "paginators-1")["pagination"]
    pages = {"pagination": {name: entry for name, entry in paginators.items() if name in kept}}
    sources = [{**raw, "operations": kept, "shapes": shapes}, rules_of(service), pages]
    return generate(read_botocore([_source(one) for one in sources])).files


def _reached(shapes: Tree, value: Any, seen: set[str]) -> set[str]:
    """Collect the names of shapes that a part of a model leads to."""
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _reached(shapes, item, seen)
    name = value.get("shape") if isinstance(value, dict) else None
    if isinstance(name, str) and name not in seen:
        seen.add(name)
        _reached(shapes, shapes[name], seen)
    return seen


def _source(value: Any) -> Source:
    return read_source("model.json", json.dumps(value).encode())


@pytest.fixture(scope="module")
def package_of() -> Iterator[Callable[[str], Any]]:
    """Give what casts and imports a service, once."""
    with ExitStack() as stack:

        yield cache(lambda service: stack.enter_context(imported(files(service))))


def client_of(package: Any, **options: Any) -> Any:
    given = {"region": "us-east-1", "credentials": package.Credentials(*KEYS), **options}
    return package.Client(**given)


def sent(package: Any, operation: str, wire: Tree, **options: Any) -> tuple[str, str]:
    """Call an operation; give the URL that was asked, and what the signature is good for."""
    asked: list[Any] = []

    def handler(request: Any) -> Any:
        asked.append(request)
        return package.transports.HttpResponse(400, {}, b'{"__type":"Refused"}')

    transport = package.transports.InProcessTransport(handler)
    constant, record = _record(package, operation)
    request = [getattr(package.models, record.input).from_wire(wire)] if record.input else []
    with (
        client_of(package, transport=transport, retries=1, **options) as client,
        pytest.raises(package.errors.ServiceError),
    ):
        getattr(client, constant.lower())(*request)
    return asked[0].url, _scope(asked[0].headers["Authorization"])


def _record(package: Any, operation: str) -> tuple[str, Any]:
    records: dict[str, Any] = {
        name: one
        for name, one in vars(import_module(f"{package.__name__}.operations")).items()
        if name.isupper() and name != "SERVICE"
    }
    return next((name, one) for name, one in records.items() if one.name == operation)


def _scope(authorization: str) -> str:
    """`Credential=A/20260101/us-east-1/sqs/aws4_request, ...` gives `us-east-1/sqs`."""
    return "/".join(authorization.partition("Credential=")[2].partition(",")[0].split("/")[2:4])


# ------------------------------------------------------------------------------------------------------------ botocore


def theirs(service: str, operation: str, wire: Tree, **options: Any) -> tuple[str, str]:
    """Let botocore make the same call."""
    asked: list[Any] = []
    config = Config(
        retries={"total_max_attempts": 1},
        use_fips_endpoint=options.get("use_fips", False),
        use_dualstack_endpoint=options.get("use_dualstack", False),
        s3={"us_east_1_regional_endpoint": "regional"},  # as every other SDK; s3.amazonaws.com is botocore's own habit
    )
    client = _session().create_client(
        service,
        region_name=options.get("region", "us-east-1"),
        endpoint_url=options.get("endpoint_url"),
        aws_access_key_id=KEYS[0],
        aws_secret_access_key=KEYS[1],
        config=config,
    )

    def answer(request: Any, **_: Any) -> Any:
        asked.append(request)
        return AWSResponse(request.url, 400, {}, _Body())

    client.meta.events.register("before-send", answer)
    with pytest.raises((client.exceptions.ClientError, ResponseParserError)):  # JSON is no answer of XML
        getattr(client, _method(client, operation))(**wire)
    return asked[0].url, _scope(asked[0].headers["Authorization"].decode())


@cache
def _session() -> Any:
    return Session()


def _method(client: Any, operation: str) -> str:
    methods: dict[str, str] = client.meta.method_to_api_mapping
    return next(name for name, one in methods.items() if one == operation)


class _Body:
    """An answer without a body, as botocore reads one."""

    def stream(self) -> Iterator[bytes]:
        return iter((b"{}",))


TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/notes"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/notes"
KEY: Tree = {"Keys": [{"Id": {"S": "1"}}]}
GET: Tree = {"Get": {"TableName": TABLE, "Key": {"Id": {"S": "1"}}}}
CALLS: list[tuple[str, str, Tree]] = [
    ("sqs", "ListQueues", {}),
    ("dynamodb", "ListTables", {}),
    ("dynamodb", "DescribeTable", {"TableName": "notes"}),
    ("dynamodb", "DescribeTable", {"TableName": TABLE}),
    ("dynamodb", "BatchGetItem", {"RequestItems": {TABLE: KEY}}),
    ("dynamodb", "BatchGetItem", {"RequestItems": {"notes": KEY}}),
    ("dynamodb", "TransactGetItems", {"TransactItems": [GET]}),
    ("kinesis", "ListStreams", {}),
    ("kinesis", "DescribeStream", {"StreamName": "notes"}),
    ("kinesis", "DescribeStream", {"StreamARN": STREAM}),
    ("kinesis", "GetRecords", {"ShardIterator": "a", "StreamARN": STREAM}),
    ("acm", "ListCertificates", {}),
    ("acm", "ListAcmeEndpoints", {}),
    ("organizations", "DescribeOrganization", {}),
    ("s3", "ListBuckets", {}),
    ("s3", "HeadBucket", {"Bucket": "notes"}),
    ("s3", "GetObject", {"Bucket": "notes", "Key": "a b/c+d.txt"}),
    ("s3", "GetObject", {"Bucket": "my.notes", "Key": "/a//b"}),
    ("s3", "ListObjectsV2", {"Bucket": "Notes_in_capitals", "EncodingType": "url"}),
    ("s3", "GetObject", {"Bucket": "arn:aws:s3:us-west-2:123456789012:accesspoint/notes", "Key": "k"}),
    ("s3control", "ListAccessPoints", {"AccountId": "123456789012"}),
    ("sts", "GetCallerIdentity", {}),
    ("route53", "ListHostedZones", {}),
    ("lambda", "ListFunctions", {}),
]
WHERE: list[Tree] = [
    {},
    {"region": "eu-west-3"},
    {"region": "us-gov-west-1"},
    {"region": "cn-north-1"},
    {"use_fips": True},
    {"use_dualstack": True},
    {"use_fips": True, "use_dualstack": True},
    {"endpoint_url": "http://127.0.0.1:8000/base"},
]


@pytest.mark.parametrize("where", WHERE, ids=lambda where: " ".join(map(str, where.items())) or "plain")
def test_calls_go_where_botocore_sends_them(package_of: Callable[[str], Any], where: Tree) -> None:
    compared = 0
    for service, operation, wire in CALLS:
        package = package_of(service)
        try:
            ours = sent(package, operation, wire, **where)
        except package.errors.ConfigurationError as error:
            with pytest.raises(Exception) as caught:
                theirs(service, operation, wire, **where)
            assert str(error) in str(caught.value), (service, operation)
            continue
        url, scope = theirs(service, operation, wire, **where)
        assert (ours[0].removesuffix("/"), ours[1]) == (url.removesuffix("/"), scope), (service, operation)
        compared += 1
    assert compared > len(CALLS) // 2


# ----------------------------------------------------------------------------------------------------- AWS's own tests

BUILT_IN = {"Region": "region", "UseFIPS": "use_fips", "UseDualStack": "use_dualstack", "Endpoint": "endpoint_url"}
TOLD = {"sqs": 30, "dynamodb": 30, "kinesis": 30, "organizations": 10}
"""Of these services, how many of AWS's tests at least say no more than what a client is made with."""


@pytest.mark.parametrize("service", TOLD)
def test_clients_are_made_with_the_endpoints_that_aws_expects(package_of: Callable[[str], Any], service: str) -> None:
    package, compared = package_of(service), 0
    for vector in vectors_of(service):
        if not {"Region"} <= vector.params.keys() <= BUILT_IN.keys():
            continue
        options = {BUILT_IN[name]: value for name, value in vector.params.items()}
        compared += 1
        if "error" in vector.expected:
            with pytest.raises(package.errors.ConfigurationError) as caught:
                assert client_of(package, **options).endpoint_url
            assert str(caught.value) == vector.expected["error"], vector.id
        else:
            url = client_of(package, **options).endpoint_url
            assert url.removesuffix("/") == vector.expected["endpoint"]["url"].removesuffix("/"), vector.id
    assert compared >= TOLD[service]


# ------------------------------------------------------------------------------------------------------- configuration

ENVIRONMENTS: list[tuple[Tree, str]] = [
    ({}, "https://sqs.us-east-1.amazonaws.com/"),
    ({"AWS_USE_FIPS_ENDPOINT": "true"}, "https://sqs-fips.us-east-1.amazonaws.com/"),
    ({"AWS_USE_DUALSTACK_ENDPOINT": "True"}, "https://sqs.us-east-1.api.aws/"),
    ({"AWS_USE_DUALSTACK_ENDPOINT": "1"}, "https://sqs.us-east-1.amazonaws.com/"),
    ({"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}, "https://sqs-fips.us-east-1.api.aws/"),
    ({"AWS_ENDPOINT_URL": "http://localhost:9324"}, "http://localhost:9324/"),
    ({"AWS_ENDPOINT_URL": "http://[::1]:80/a/"}, "http://[::1]/a/"),
]


@pytest.mark.parametrize(("environment", "url"), ENVIRONMENTS, ids=lambda value: str(value)[:60])
def test_the_environment_says_which_endpoint(
    package_of: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, environment: Tree, url: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert client_of(package_of("sqs")).endpoint_url == url


REFUSED: list[tuple[Tree, str]] = [
    (
        {"use_fips": True, "endpoint_url": "https://own.example"},
        "Invalid Configuration: FIPS and custom endpoint are not supported",
    ),
    (
        {"use_dualstack": True, "endpoint_url": "https://own.example"},
        "Invalid Configuration: Dualstack and custom endpoint are not supported",
    ),
    ({"endpoint_url": "ftp://own.example"}, "the endpoint URL is not of the form https://host"),
    ({"endpoint_url": "https://a:b@x"}, "the endpoint URL holds a user name or password: pass credentials=..."),
    ({"use_dualstack": "yes"}, "use_dualstack is to be True or False"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_cannot_be_is_refused_when_a_client_is_made(
    package_of: Callable[[str], Any], options: Tree, message: str
) -> None:
    package = package_of("sqs")
    for kind in (package.Client, package.AsyncClient):
        with pytest.raises(package.errors.ConfigurationError) as caught:
            kind(region="us-east-1", credentials=package.Credentials(*KEYS), **options)
        assert str(caught.value) == message


MODES = {
    "": "https://123456789012.ddb.us-east-1.amazonaws.com/",
    "disabled": "https://dynamodb.us-east-1.amazonaws.com/",
    "Required": "https://123456789012.ddb.us-east-1.amazonaws.com/",
}


@pytest.mark.parametrize("mode", MODES)
def test_an_account_in_an_arn_has_an_endpoint_unless_told_otherwise(
    package_of: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", mode)
    assert sent(package_of("dynamodb"), "DescribeTable", {"TableName": TABLE})[0] == MODES[mode]


def test_an_account_that_is_required_and_not_named_is_refused(
    package_of: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required")
    package = package_of("dynamodb")
    with pytest.raises(package.errors.ConfigurationError) as caught:
        sent(package, "DescribeTable", {"TableName": "notes"})
    assert str(caught.value).startswith("AccountIdEndpointMode is required but no AccountID was provided")


# --------------------------------------------------------------------------------------------------------------- calls


def test_a_service_whose_calls_all_say_where_they_go_has_no_endpoint_of_its_own(
    package_of: Callable[[str], Any],
) -> None:
    package = package_of("acm")
    client = client_of(package)
    assert repr(client) == "Client(region='us-east-1')"
    with pytest.raises(package.errors.ConfigurationError, match=r"^the endpoint rules need a value for ServiceType$"):
        assert client.endpoint_url
    assert sent(package, "ListCertificates", {})[0] == "https://acm.us-east-1.amazonaws.com/"
    assert sent(package, "ListAcmeEndpoints", {})[0] == "https://acm-acme.us-east-1.api.aws/"


def test_what_the_rules_refuse_of_a_call_is_never_sent(package_of: Callable[[str], Any]) -> None:
    package = package_of("kinesis")
    stream = STREAM.replace("arn:aws:", "arn:aws-cn:")
    with pytest.raises(package.errors.ConfigurationError) as caught:
        sent(package, "GetRecords", {"ShardIterator": "a", "StreamARN": stream})
    assert str(caught.value) == "Partition: aws-cn from ARN doesn't match with partition name: aws."


def test_the_asynchronous_client_goes_to_the_same_places(package_of: Callable[[str], Any]) -> None:
    package = package_of("kinesis")
    asked: list[str] = []

    def handler(request: Any) -> Any:
        asked.append(request.url)
        return package.transports.HttpResponse(200, {}, b'{"Records":[]}')

    async def call() -> None:
        transport = package.transports.AsyncInProcessTransport(handler)
        keys = package.Credentials(*KEYS)
        async with package.AsyncClient(region="us-east-1", credentials=keys, transport=transport) as client:
            await client.get_records(shard_iterator="a")
            await client.get_records(shard_iterator="a", stream_arn=STREAM)

    asyncio.run(call())
    assert asked == [
        "https://kinesis.us-east-1.amazonaws.com/",
        "https://123456789012.data-kinesis.us-east-1.amazonaws.com/",
    ]


def test_pages_are_read_from_where_the_first_one_was(package_of: Callable[[str], Any]) -> None:
    package = package_of("dynamodb")
    asked: list[str] = []

    def handler(request: Any) -> Any:
        asked.append(request.url)
        more = {} if len(asked) > 2 else {"LastEvaluatedKey": {"Id": {"S": str(len(asked))}}}
        return package.transports.HttpResponse(200, {}, json.dumps({"Items": [], **more}).encode())

    with client_of(package, transport=package.transports.InProcessTransport(handler)) as client:
        assert len(list(client.scan_pages(table_name=TABLE))) == 3
    assert asked == ["https://123456789012.ddb.us-east-1.amazonaws.com/"] * 3


def test_places_that_were_found_are_kept_and_not_without_end(package_of: Callable[[str], Any]) -> None:
    package = package_of("dynamodb")
    response = package.transports.HttpResponse(400, {}, b'{"__type":"Refused"}')
    transport = package.transports.InProcessTransport(lambda request: response)
    with client_of(package, transport=transport, retries=1) as client:
        for number in range(250):
            with pytest.raises(package.errors.ServiceError):
                client.describe_table(table_name=f"arn:aws:dynamodb:us-east-1:{number:012}:table/notes")
        assert 0 < len(client._driver._cores) <= 101


def test_importing_a_package_loads_no_rules() -> None:
    rules = {"endpoints", "_runtime.endpoints", "_runtime.endpoint_rules", "_runtime.partitions"}
    with imported(files("sqs")) as package:
        assert package.Client
        assert not rules & _loaded(package)
        client_of(package)
        assert rules <= _loaded(package)


def _loaded(package: Any) -> set[str]:
    return {name.partition(".")[2] for name in sys.modules if name.startswith(f"{package.__name__}.")}


# ---------------------------------------------------------------------------------------------------------- generating

METADATA: Tree = {
    "apiVersion": "2025-01-01",
    "endpointPrefix": "notes",
    "protocol": "json",
    "jsonVersion": "1.0",
    "serviceId": "Notes",
    "signatureVersion": "v4",
    "targetPrefix": "Notes",
}
STATIC: Tree = {"A": {"value": "x"}, "D": {"value": True}}
PATHS: Tree = {"C": {"path": "Items[*].Id"}}


def rule_set(url: str) -> Tree:
    parameters = {name: {"type": "string"} for name in "ABC"}
    rule = {"type": "endpoint", "conditions": [], "endpoint": {"url": url}}
    return {"version": "1.0", "parameters": parameters, "rules": [rule]}


def from_botocore(rules: Tree) -> ir.Model:
    said = {"staticContextParams": STATIC, "operationContextParams": PATHS}
    send = {"name": "Send", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Input"}, **said}
    bucket = {"shape": "Word", "contextParam": {"name": "B"}}
    shapes = {"Input": {"type": "structure", "members": {"Bucket": bucket}}, "Word": {"type": "string"}}
    service: Tree = {"version": "2.0", "metadata": METADATA, "operations": {"Send": send}, "shapes": shapes}
    return read_botocore([_source(service), _source(rules)])


def from_smithy(rules: Tree) -> ir.Model:
    context = {"smithy.rules#staticContextParams": STATIC, "smithy.rules#operationContextParams": PATHS}
    service = {
        "aws.api#service": {"sdkId": "Notes", "arnNamespace": "notes"},
        "aws.protocols#awsJson1_0": {},
        "aws.auth#sigv4": {"name": "notes"},
        "smithy.rules#endpointRuleSet": rules,
    }
    bucket = {"target": "smithy.api#String", "traits": {"smithy.rules#contextParam": {"name": "B"}}}
    shapes: Tree = {
        "n#Notes": {"type": "service", "version": "1", "operations": [{"target": "n#Send"}], "traits": service},
        "n#Send": {"type": "operation", "input": {"target": "n#Input"}, "traits": context},
        "n#Input": {"type": "structure", "members": {"Bucket": bucket}, "traits": {"smithy.api#input": {}}},
    }
    return read_smithy(_source({"smithy": "2.0", "shapes": shapes}))


FORMS = {"botocore": from_botocore, "smithy": from_smithy}


@pytest.mark.parametrize("form", FORMS)
def test_what_an_operation_sets_is_in_both_forms_of_a_model(form: str) -> None:
    read = FORMS[form]
    assert _set_by_send(read(rule_set("https://{A}.{B}.{C#a}"))) == [
        ("A", "static", "x"),
        ("B", "member", "Bucket"),
        ("C", "path", "Items[*].Id"),
    ]
    assert _set_by_send(read(rule_set("https://{B}.x"))) == [("B", "member", "Bucket")]
    assert _set_by_send(read(rule_set("https://x"))) == []


def _set_by_send(found: ir.Model) -> list[tuple[Any, ...]]:
    view = view_endpoints(found, tuple(found.operations))
    assert view is not None
    return [tuple(getattr(part, "raw", part) for part in one) for each in view.operations for one in each.parameters]


def test_rules_are_printed_whole_without_their_prose() -> None:
    bare = from_botocore(rule_set("https://x"))
    for service in services():
        rules = rules_of(service)
        view = view_endpoints(replace(bare, endpoint_rules=rules), ())
        assert view is not None and not view.operations
        written = json.loads("".join(line.raw for line in view.lines))
        assert written == _plain({"parameters": rules["parameters"], "rules": rules["rules"]}), service


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key not in ("documentation", "deprecated")}
    return [_plain(item) for item in value] if isinstance(value, list) else value


HOSTILE = '\'"\\\n{B}\u2028\0"""'


def test_rules_are_data_whatever_they_say() -> None:
    rules = rule_set("https://{B}.x")
    rules["rules"].insert(
        0, {"type": "error", "conditions": [{"fn": "isSet", "argv": [{"ref": "B"}]}], "error": HOSTILE}
    )
    with imported(generate(from_botocore(rules)).files) as package:
        with pytest.raises(package.errors.ConfigurationError) as caught:
            sent(package, "Send", {"Bucket": "b"})
        assert str(caught.value) == HOSTILE.replace("{B}", "b")


def test_rules_that_clients_cannot_evaluate_leave_them_without_an_endpoint() -> None:
    rules = rule_set("https://x")
    rules["rules"][0]["conditions"] = [{"fn": "aws.port", "argv": []}]
    printed = generate(from_botocore(rules)).files
    assert "endpoints.py" not in printed
    with imported(printed) as package:
        with pytest.raises(
            package.errors.ConfigurationError, match=r"^notes has no endpoint: pass endpoint_url=\.\.\.$"
        ):
            client_of(package)
        assert client_of(package, endpoint_url="http://h").endpoint_url == "http://h/"


def test_an_endpoint_that_wants_another_kind_of_signature_is_refused() -> None:
    rules = rule_set("https://x.example")
    schemes = [{"name": "sigv4a", "signingRegionSet": ["*"]}]
    rules["rules"][0]["endpoint"]["properties"] = {"authSchemes": schemes}
    with imported(generate(from_botocore(rules)).files) as package:
        with pytest.raises(package.errors.ConfigurationError) as caught:
            sent(package, "Send", {})
        expected = "the endpoint takes signatures of the form sigv4a, and this client writes sigv4"
        assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("kind", "value", "url"),
    [("member", "Names", "https://a.x/"), ("path", "Names", "https://a.x/"), ("member", "Map", "https://none.x/")],
)
def test_a_request_may_hold_what_cannot_be_hashed(kind: str, value: str, url: str) -> None:
    rules = {
        "version": "1.0",
        "parameters": {"A": {"type": "stringArray"}},
        "rules": [
            {
                "type": "endpoint",
                "conditions": [{"fn": "isSet", "argv": [{"ref": "A"}]}],
                "endpoint": {"url": "https://{A#[0]}.x"},
            },
            {"type": "endpoint", "conditions": [], "endpoint": {"url": "https://none.x"}},
        ],
    }
    service = load("config").Service("notes", "1", "Notes", "awsJson1_0", "notes", None)
    places = load("endpoints").Places(service, "us-east-1", json.dumps(rules), {"Send": (("A", kind, value),)}, ())
    assert places.of_call("Send", {"Names": ["a", "b"], "Map": {"a": "b"}}).endpoint.url == url


def test_the_package_needs_jmespath_where_a_request_is_searched() -> None:
    found = {name: json.loads(files(name)["MANIFEST.json"])["requirements"] for name in ("dynamodb", "sqs")}
    assert "jmespath>=1.0" in found["dynamodb"]
    assert "jmespath>=1.0" not in found["sqs"]


def test_the_check_knows_what_the_runtime_knows() -> None:
    assert set(FUNCTIONS) == set(load("endpoint_functions").FUNCTIONS)
    assert set(TYPES) == set(load("endpoint_rules")._TYPES)


def test_clients_can_evaluate_every_rule_set_of_botocore() -> None:
    assert services()
    assert {name: found for name in services() if (found := list(faults_of(rules_of(name))))} == {}
