"""Importing the generated package, making a client, and a first call over loopback, beside boto3 and aiobotocore.

Then the same for packages of other sizes: what a client costs must not grow with operations that are not called.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from textwrap import dedent

from bench.loopback import EC2_ANSWER, serving
from bench.measure import Against, measure, rows_of
from bench.peers import peer
from bench.results import Curve, Goal, Table
from bench.specs import FOUR, LARGE, PINNED, SERVICE, model_of, packages_of

PEERS = ("boto3", "aiobotocore")
ROUNDS = 9
PEER, ANSWERED = "boto3.client", "boto3.client, first answer"
ASYNC, ASYNC_ANSWERED = "aiobotocore client", "aiobotocore client, first answer"
URLLIB3 = "urllib3, first answer, nothing checked"
BY_HAND = "http.client and a class of pydantic, first answer, nothing signed"
AGAINST = {
    "import partnercentral_selling": Against("import boto3"),
    "a class of pydantic": Against(ANSWERED),
    "a class of pydantic, its validator built": Against(ANSWERED),
    "Client": Against(PEER, Goal(0.15)),
    "Client, first answer": Against(ANSWERED, Goal(0.8)),
    BY_HAND: Against(ANSWERED),
    "AsyncClient": Against(ASYNC),
    "AsyncClient, first answer": Against(ASYNC_ANSWERED),
}
SIZES = (("4 operations", PINNED, FOUR), ("partnercentral-selling", SERVICE, ""), ("ec2", LARGE, ""))

_REQUEST = 'models.CreateEngagementRequest(catalog="Sandbox", title="t", description="d").to_wire()'
_OURS = 'region="us-east-1", credentials=Credentials("AKIDEXAMPLE", "secret")'
_CLIENT = "from {} import Client, Credentials; client = Client({})"
_ASYNC_CLIENT = "from partnercentral_selling import AsyncClient, Credentials; client = AsyncClient({})"
_KEYS = 'aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret"'
_THEIRS = f'"partnercentral-selling", region_name="us-east-1", {_KEYS}'
_MEMBERS = 'catalog="Sandbox", title="t", description="d"'
_THEIR_MEMBERS = 'Catalog="Sandbox", Title="t", Description="d"'
_CLASS = "from pydantic import BaseModel\nclass A(BaseModel"
_PLAIN = """
    from http.client import HTTPConnection
    from pydantic import BaseModel
    class Answer(BaseModel):
        Id: str
    connection = HTTPConnection("{}")
    connection.request("POST", "/", body=b"{{}}")
    assert Answer.model_validate_json(connection.getresponse().read()).Id
"""
"""The plainest client: one class of one text, the standard library's transport, no signature."""
_CREATE = f"assert client.create_engagement({_MEMBERS}).id", f'assert client.create_engagement({_THEIR_MEMBERS})["Id"]'
_DESCRIBE = "assert client.describe_instances()", "assert client.describe_instances()"
_CALLS = {title: _DESCRIBE if spec == LARGE else _CREATE for title, spec, _ in SIZES}
"""The first call by title: ours and theirs. That of EC2 is the one that names the most shapes."""
_ASYNC_CALL = """
    import asyncio
    from partnercentral_selling import AsyncClient, Credentials
    async def main():
        async with AsyncClient({}) as client:
            assert (await client.create_engagement({})).id
    asyncio.run(main())
"""
_AIOBOTOCORE = """
    import asyncio
    from aiobotocore.session import get_session
    async def main():
        async with get_session().create_client({}) as client:
            {}
    asyncio.run(main())
"""


def tables(rounds: int) -> Iterator[Table | Curve]:
    with serving() as url:
        where = f', endpoint_url="{url}"'
        own = {**imports(), **ours(where), BY_HAND: dedent(_PLAIN).format(url.removeprefix("http://"))}
        commands = {
            **{name: [sys.executable, "-c", code] for name, code in own.items()},
            **{name: [peer("boto3"), "-c", code] for name, code in theirs(where, url).items()},
            **{name: [peer("aiobotocore"), "-c", code] for name, code in asynchronous(where).items()},
        }
        yield Table(title="Starting", unit="CPU s", rows=rows_of(measure(commands, rounds), AGAINST))
    yield from growing(rounds)


def growing(rounds: int) -> Iterator[Table | Curve]:
    """Make clients of packages of several sizes, then a first call with each."""
    with serving() as url, serving(EC2_ANSWER) as ec2:
        for title, ours, theirs, calls in (
            ("A client of so many operations", "Client", PEER, dict.fromkeys(_CALLS, ("", ""))),
            ("A first answer of so many operations", "Client, first answer", ANSWERED, _CALLS),
        ):
            found = [_sized(size, calls[size[0]], ec2 if size[1] == LARGE else url) for size in SIZES]
            mine = {f"{ours}, {size[0]}": command for size, (command, _) in zip(SIZES, found, strict=True)}
            others = {f"{theirs}, {size[0]}": command for size, (_, command) in zip(SIZES, found, strict=True)}
            goal = AGAINST[ours].goal
            against = {name: Against(other, goal) for name, other in zip(mine, others, strict=True)}
            table = Table(title=title, unit="CPU s", rows=rows_of(measure({**mine, **others}, rounds), against))
            yield table
            yield from _curves({ours: mine, theirs: others}, table)


def _sized(size: tuple[str, str, str], call: tuple[str, str], url: str) -> tuple[list[str], list[str]]:
    """Give the commands that make a client of ours and of theirs, and call it where there is a call."""
    _, spec, operations = size
    folder = packages_of(spec, operations)
    package = next(path.name for path in folder.iterdir() if path.is_dir())
    where = f', endpoint_url="{url}"' if call[0] else ""
    own = f"import sys; sys.path.insert(0, {str(folder)!r}); {_CLIENT.format(package, _OURS + where)}; {call[0]}"
    service = spec.partition("@")[0].removeprefix("botocore:")
    other = f'import boto3; client = boto3.client("{service}", region_name="us-east-1", {_KEYS}{where}); {call[1]}'
    return [sys.executable, "-c", own], [peer("boto3"), "-c", other]


def _curves(named: Mapping[str, Mapping[str, object]], table: Table) -> Iterator[Curve]:
    sizes = [len(model_of(spec, operations).operations) for _, spec, operations in SIZES]
    figures = {row.name: row.figure or 0 for row in table.rows}
    for name, commands in named.items():
        points = tuple((size, figures[each]) for size, each in zip(sizes, commands, strict=True))
        yield Curve(name=name, sizes="operations", unit="CPU s", points=points)


def imports() -> Mapping[str, str]:
    return {
        "python -c pass": "pass",
        "import partnercentral_selling": "import partnercentral_selling",
        "... errors": "from partnercentral_selling import errors",
        "... models": "from partnercentral_selling import models",
        "... models, a request on the wire": f"from partnercentral_selling import models; {_REQUEST}",
        "a class of pydantic": f"{_CLASS}, defer_build=True):\n    a: int",
        "a class of pydantic, its validator built": f"{_CLASS}):\n    a: int",
    }


def ours(where: str) -> Mapping[str, str]:
    client = _CLIENT.format("partnercentral_selling", _OURS + where)
    return {
        "Client": _CLIENT.format("partnercentral_selling", _OURS),
        "Client, first answer": f"{client}; assert client.create_engagement({_MEMBERS}).id",
        "AsyncClient": _ASYNC_CLIENT.format(_OURS),
        "AsyncClient, first answer": dedent(_ASYNC_CALL).format(_OURS + where, _MEMBERS),
    }


def theirs(where: str, url: str) -> Mapping[str, str]:
    client = f"import boto3; client = boto3.client({_THEIRS}{where})"
    return {
        "import boto3": "import boto3",
        PEER: f"import boto3; boto3.client({_THEIRS})",
        ANSWERED: f'{client}; assert client.create_engagement({_THEIR_MEMBERS})["Id"]',
        URLLIB3: f'import json, urllib3; assert json.loads(urllib3.request("POST", "{url}", body=b"{{}}").data)["Id"]',
    }


def asynchronous(where: str) -> Mapping[str, str]:
    call = f'assert (await client.create_engagement({_THEIR_MEMBERS}))["Id"]'
    peers = {ASYNC: (_THEIRS, "pass"), ASYNC_ANSWERED: (_THEIRS + where, call)}
    return {name: dedent(_AIOBOTOCORE).format(arguments, last) for name, (arguments, last) in peers.items()}
