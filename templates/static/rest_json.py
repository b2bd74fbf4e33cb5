"""REST JSON: bodies are JSON, and JSON form is what travels in them.

In: the table of a package. Out: the codec of its service.
"""

from collections.abc import Mapping
from typing import Any, cast

from .answers import request_id_of
from .bindings import Binding, Codec, Fault, Member, Shape, Table
from .errors import ResponseError, find_code, find_message, read_body
from .rest import Rest
from .transport import HttpResponse
from .wire import dump_json, load_json


def codec_of(table: Table) -> Codec:
    return Rest(table, _Json(table))


class _Json:
    """Writes and reads bodies."""

    content_type = "application/json"
    unset = b"{}"
    may_be_left_out = True

    def __init__(self, table: Table) -> None:
        self._shapes = table.shapes
        self._modelled = {
            code: any(one.name.lower() == "code" for one in shape.members) for code, shape in table.errors.items()
        }

    def write(self, binding: Binding, values: Mapping[str, Any]) -> bytes:
        return dump_json(values)

    def write_payload(self, member: Member, value: Any) -> bytes:
        return dump_json(value)

    def read(self, shape: Shape, body: bytes) -> Mapping[str, Any]:
        """Read an object, unknown members included; a name that is bound elsewhere says nothing here."""
        value = load_json(body)
        if not isinstance(value, dict):
            raise ResponseError("expected an object")
        elsewhere = {one.name for one in shape.members if one.location != "body"}
        return {name: item for name, item in cast("dict[str, Any]", value).items() if name not in elsewhere}

    def read_payload(self, member: Member, body: bytes) -> Any:
        """Read any JSON; null, where it is to be an object, would be a payload that nobody sent."""
        value = load_json(body)
        if value is None and self._shapes[member.target].type in ("structure", "union"):
            raise ResponseError("expected an object")
        return value

    def fault(self, response: HttpResponse) -> Fault:
        body = read_body(response.body)
        code = find_code(response.headers, body, self._modelled)
        return Fault(code, find_message(body), body, request_id_of(response.headers))
