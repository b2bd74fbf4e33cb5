"""Importing the generated package, making a client, and a first call over loopback, beside boto3 and aiobotocore."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from textwrap import dedent

from bench.loopback import serving
from bench.measure import measure, show
from bench.peers import peers_python

PEER = "boto3.client"
_REQUEST = 'models.CreateEngagementRequest(catalog="Sandbox", title="t", description="d").to_wire()'
_OURS = 'region="us-east-1", credentials=Credentials("AKIDEXAMPLE", "secret")'
_CLIENT = "from partnercentral_selling import Client, Credentials; client = Client({})"
_ASYNC_CLIENT = "from partnercentral_selling import AsyncClient, Credentials; client = AsyncClient({})"
_KEYS = 'aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret"'
_THEIRS = f'"partnercentral-selling", region_name="us-east-1", {_KEYS}'
_MEMBERS = 'catalog="Sandbox", title="t", description="d"'
_THEIR_MEMBERS = 'Catalog="Sandbox", Title="t", Description="d"'
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


def main() -> None:
    with serving() as url:
        where = f', endpoint_url="{url}"'
        programs = {**imports(), **ours(where), **theirs(where)}
        show("Starting", measure({name: [sys.executable, "-c", code] for name, code in programs.items()}), PEER)
        if peers_python():
            against_aiobotocore(where)


def imports() -> Mapping[str, str]:
    return {
        "python -c pass": "pass",
        "import partnercentral_selling": "import partnercentral_selling",
        "... errors": "from partnercentral_selling import errors",
        "... models": "from partnercentral_selling import models",
        "... models, a request on the wire": f"from partnercentral_selling import models; {_REQUEST}",
        "import pydantic.BaseModel": "from pydantic import BaseModel",
    }


def ours(where: str) -> Mapping[str, str]:
    return {
        "Client": _CLIENT.format(_OURS),
        "AsyncClient": _ASYNC_CLIENT.format(_OURS),
        "Client, first answer": f"{_CLIENT.format(_OURS + where)}; assert client.create_engagement({_MEMBERS}).id",
        "AsyncClient, first answer": dedent(_ASYNC_CALL).format(_OURS + where, _MEMBERS),
    }


def theirs(where: str) -> Mapping[str, str]:
    client = f"import boto3; client = boto3.client({_THEIRS}{where})"
    return {
        "import boto3": "import boto3",
        PEER: f"import boto3; boto3.client({_THEIRS})",
        "boto3.client, first answer": f'{client}; assert client.create_engagement({_THEIR_MEMBERS})["Id"]',
    }


def against_aiobotocore(where: str) -> None:
    """Compare the asynchronous clients, aiobotocore's run by an interpreter of its own."""
    client, answer = "aiobotocore client", "aiobotocore client, first answer"
    call = f'assert (await client.create_engagement({_THEIR_MEMBERS}))["Id"]'
    peers = {client: (_THEIRS, "pass"), answer: (_THEIRS + where, call)}
    mine = {name: [sys.executable, "-c", code] for name, code in ours(where).items() if name.startswith("Async")}
    other = {
        name: [str(peers_python()), "-c", dedent(_AIOBOTOCORE).format(arguments, last)]
        for name, (arguments, last) in peers.items()
    }
    show("Starting, asynchronous", measure({**mine, **other}), client)


if __name__ == "__main__":
    main()
