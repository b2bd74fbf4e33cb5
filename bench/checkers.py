"""Checks and writes one request with one library, again and again, and tells the CPU time that took: see `callers`.

    python checkers.py PART OPERATION

botocore's parts are its ParamValidator and its serializer. Ours are the model that is built of a caller's arguments,
what the model writes, and both as a client does them. Nothing is signed and nothing is sent.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any

from callers import KEY, REGION, REQUESTS, SECRET, SERVICE, pythonic, repeated, work  # the folder is on the path
from loopback import pin

Part = Callable[[], object]
TOKEN = "0b1c2d3e-1111-4222-8333-444455556666"
"""Of both, so that neither's figure has the making of one in it: boto3 makes it before botocore checks."""


def _request(operation: str) -> Mapping[str, Any]:
    return {"ClientToken": TOKEN, **REQUESTS[operation]}


def ours(operation: str) -> Mapping[str, Part]:
    package = import_module("partnercentral_selling")
    members = pythonic(_request(operation))
    model = getattr(package.models, "".join(word.title() for word in operation.split("_")) + "Request")
    record = getattr(import_module("partnercentral_selling.operations"), operation.upper())
    client = package.Client(
        region=REGION, endpoint_url="http://127.0.0.1", credentials=package.Credentials(KEY, SECRET)
    )
    write = import_module("partnercentral_selling._runtime.wire").dump_json
    built, driver = model(**members), client._driving()  # no public name checks and writes without sending
    return {
        "checked": lambda: model(**members),
        "written": lambda: write(built.to_wire()),
        "both": lambda: driver.prepare(record, None, members),
    }


def theirs(operation: str) -> Mapping[str, Part]:
    service = import_module("botocore.session").get_session().get_service_model(SERVICE)
    model = service.operation_model("".join(word.title() for word in operation.split("_")))
    create = import_module("botocore.serialize").create_serializer
    protocol = service.resolved_protocol
    validator = import_module("botocore.validate").ParamValidator()
    members = _request(operation)
    assert not validator.validate(members, model.input_shape).has_errors()
    return {
        "checked": partial(validator.validate, members, model.input_shape),
        "written": partial(create(protocol, False).serialize_to_request, members, model),
        "both": partial(create(protocol, True).serialize_to_request, members, model),
    }


def main(part: str, operation: str) -> None:
    pin(last=False)
    library, _, name = part.partition("-")
    parts = ours(operation) if library == "speccast" else theirs(operation)
    work(repeated(parts[name]))


if __name__ == "__main__":
    main(*sys.argv[1:])
