"""REST XML: bodies are one element, S3's peculiarities among them.

In: the table of a package. Out: the codec of its service. An answer of 200 may hold an error: S3 sends the status of
`CopyObject` and others before it is done. `calls` takes it for one; here no such answer is an empty success.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .bindings import Binding, Member, Shape, Table
from .errors import ResponseError
from .messages import Codec, Fault
from .rest import Rest
from .transport import HttpResponse
from .xml_faults import read_fault
from .xml_form import read_members, read_scalar, read_shape, write_root
from .xml_tree import Element, name_of, parse_xml, text_of

_NO_ANSWERS = frozenset({"Error", "ErrorResponse"})


def codec_of(table: Table) -> Codec:
    """Make the codec of a service."""
    return Rest(table, Xml(table))


class Xml:
    """Writes and reads bodies."""

    content_type = "application/xml"
    unset = b""
    may_be_left_out = False

    def __init__(self, table: Table) -> None:
        self.table = table
        self.shapes = table.shapes

    def write(self, binding: Binding, values: Mapping[str, Any]) -> bytes:
        """Write the members of an input inside the element that its shape, its operation or its own name says."""
        key = str(binding.input)
        shape = self.shapes[key]
        namespace = binding.namespace or shape.namespace or self.table.namespace
        return write_root(self.shapes, key, values, shape.xml_name or binding.element or key, namespace)

    def write_payload(self, member: Member, value: Any) -> bytes:
        namespace = member.namespace or self.shapes[member.target].namespace or self.table.namespace
        return write_root(self.shapes, member.target, value, member.wire, namespace)

    def read(self, shape: Shape, body: bytes) -> Mapping[str, Any]:
        root = _answer(body)
        return read_members(self.shapes, shape, root) or self._unwrapped(shape, root)

    def read_payload(self, member: Member, body: bytes) -> Any:
        return read_shape(self.shapes, member.target, _answer(body))

    def fault(self, response: HttpResponse) -> Fault:
        return read_fault(self.table, response)

    def _unwrapped(self, shape: Shape, root: Element) -> Mapping[str, Any]:
        """Read a root that is the only member itself: `<LocationConstraint>eu-west-1</LocationConstraint>` of S3."""
        members = [one for one in shape.members if one.location == "body"]
        if len(root) or len(members) != 1 or members[0].wire != name_of(root):
            return {}
        value = read_scalar(self.shapes[members[0].target], text_of(root))
        return {members[0].name: value} if value else {}


def _answer(body: bytes) -> Element:
    """Read a body. Raises ResponseError for an error, or for a page that somebody else answered with."""
    root = parse_xml(body)
    if name_of(root) in _NO_ANSWERS or name_of(root).lower() == "html":
        raise ResponseError(f"expected an answer, found {name_of(root)}")
    return root
