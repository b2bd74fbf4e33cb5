"""AWS JSON 1.0 and 1.1: JSON form is what travels, so that there is little to write and less to read.

In: requests in JSON form. Out: messages; of answers their bodies, which models read by themselves.
"""

from collections.abc import Mapping
from typing import Any

from .answers import request_id_of
from .config import Service
from .errors import find_code, find_message, read_body
from .messages import Fault, Message
from .operations import Operation
from .transport import HttpResponse
from .wire import dump_json, load_json

AWS_JSON = {"awsJson1_0": "application/x-amz-json-1.0", "awsJson1_1": "application/x-amz-json-1.1"}
"""The protocols, and their content types."""


class AwsJson:
    """The codec of a service."""

    def __init__(self, service: Service) -> None:
        self._content_type = AWS_JSON[service.protocol]
        self._query_compatible = service.query_compatible

    def request(self, operation: Operation, wire: Mapping[str, Any]) -> Message:
        headers = {"Content-Type": self._content_type, "X-Amz-Target": operation.target}
        if self._query_compatible:
            headers["x-amzn-query-mode"] = "true"
        return Message("POST", "/", "", headers, dump_json(wire))

    def answer(self, operation: Operation, response: HttpResponse) -> bytes:
        """Give the body: `from_wire` of a model reads JSON."""
        return response.body

    def structure(self, target: str, content: bytes) -> Any:
        """Read an event of a stream: it says by itself what it is."""
        return load_json(content)

    def fault(self, response: HttpResponse) -> Fault:
        body = read_body(response.body)
        code = find_code(response.headers, body, {})
        return Fault(code, find_message(body), body, request_id_of(response.headers))
