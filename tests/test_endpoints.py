"""Endpoints of generated clients, by the rules of models that are imported; botocore's own clients beside them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.session import Session  # type: ignore[import-untyped]
from casting import imported
from endpoint_vectors import Tree, rules_of, services, vectors_of
from strategies import model_of, sized

from codegen.emit.views.endpoints import view_endpoints
from codegen.importers.smithy import read_smithy
from codegen.load import resolve
from codegen.pipeline import Options, generate
from codegen.project import Project, Settings
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.source import read_source

KEYS = ("AKIDEXAMPLE", "secret")
SERVICES = {
    "sqs": ("ListQueues", "SendMessage"),
    "dynamodb": ("BatchGetItem", "DescribeTable", "ListTables", "TransactGetItems"),
    "kinesis": ("DescribeStream", "GetRecords", "ListStreams"),
    "acm": ("ListAcmeEndpoints", "ListCertificates"),
    "organizations": ("DescribeOrganization",),
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
def model(service: str) -> ir.Model:
    project = Project(root=Path.cwd(), settings=Settings(out=Path.cwd() / "generated"))
    return resolve((f"botocore:{service}",), project)[0].model


@pytest.fixture(scope="module")
def package_of() -> Iterator[Callable[[str], Any]]:
    """Give what casts and imports a service, once."""
    with ExitStack() as stack:

        def made(service: str) -> Any:
            product = generate(model(service), Options(operations=SERVICES[service]))
            return stack.enter_context(imported(product.files))

        yield cache(made)


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
    with client_of(package, transport=transport, retries=1, **options) as client:
        with pytest.raises(package.errors.ServiceError):
            constant, record = _record(package, operation)
            request = getattr(package.models, record.input).from_wire(wire) if record.input else None
            getattr(client, constant.lower())(*[request] if request is not None else [])
    return asked[0].url, _scope(asked[0].headers["Authorization"])


def _record(package: Any, operation: str) -> tuple[str, Any]:
    records = vars(package.operations).items()
    return next(
        (name, one) for name, one in records if name.isupper() and getattr(one, "target", "") and one.name == operation
    )


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
    with pytest.raises(client.exceptions.ClientError):
        getattr(client, Session.__module__ and _method(client, operation))(**wire)
    return asked[0].url, _scope(asked[0].headers["Authorization"].decode())


@cache
def _session() -> Any:
    return Session()


def _method(client: Any, operation: str) -> str:
    return next(name for name, one in client.meta.method_to_api_mapping.items() if one == operation)


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
