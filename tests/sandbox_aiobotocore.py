"""aiobotocore, for an interpreter that has it: reads one call a line, answers in a line, as JSON.

python sandbox_aiobotocore.py URL
{"key": ..., "secret": ..., "operation": "GetEngagement", "members": {...}}
{"answer": {...}} or {"code": "ResourceNotFoundException"}
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from importlib import import_module
from typing import Any


async def main(url: str) -> None:
    session = import_module("aiobotocore.session").get_session()
    async with AsyncExitStack() as stack:
        clients: dict[str, Any] = {}
        for line in iter(sys.stdin.readline, ""):
            call = json.loads(line)
            keys = {"aws_access_key_id": call["key"], "aws_secret_access_key": call["secret"]}
            if call["secret"] not in clients:
                made = session.create_client(
                    "partnercentral-selling", region_name="us-east-1", endpoint_url=url, **keys
                )
                clients[call["secret"]] = await stack.enter_async_context(made)
            told = await answered(clients[call["secret"]], call["operation"], call["members"])
            print(json.dumps(told, default=str), flush=True)


async def answered(client: Any, operation: str, members: dict[str, Any]) -> dict[str, Any]:
    method = getattr(client, import_module("botocore").xform_name(operation))
    try:
        answer = await method(**members)
    except import_module("botocore.exceptions").ClientError as error:
        return {"code": error.response["Error"]["Code"]}
    return {"answer": {name: value for name, value in answer.items() if name != "ResponseMetadata"}}


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
