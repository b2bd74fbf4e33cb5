"""AWS query and EC2 query: requests as forms, answers in XML.

    Action=DescribeGroups&Version=2016-11-15&Filter.1.Name=id&Filter.1.Value.1=a        EC2: every list is flattened
    Action=CreateRole&Version=2010-05-08&Tags.member.1.Key=a                            query: `member`, unless it is

An answer of a query is inside `<CreateRoleResult>` of `<CreateRoleResponse>`, one of EC2 in its response itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from .bindings import Member, Table
from .errors import ResponseError
from .messages import Codec, Fault, Message
from .operations import Operation
from .transport import HttpResponse
from .xml_faults import read_fault
from .xml_form import is_flat, read_shape, scalar_text
from .xml_tree import Element, child_of, name_of, parse_xml

_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
_ERRORS = ("ErrorResponse", "Response")

Pairs = Iterator[tuple[str, str]]


def codec_of(table: Table) -> Codec:
    """Make the codec of a service."""
    return Ec2Query(table) if table.protocol == "ec2Query" else AwsQuery(table)


class AwsQuery:
    """The codec of a service that speaks AWS query."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.shapes = table.shapes

    def request(self, operation: Operation, wire: Mapping[str, Any]) -> Message:
        shape = self.table.operations[operation.name].input
        pairs = [("Action", operation.name), ("Version", self.table.version)]
        if shape is not None:
            pairs.extend(self._members("", shape, wire))
        return Message("POST", "/", "", _HEADERS, urlencode(pairs).encode())

    def answer(self, operation: Operation, response: HttpResponse) -> Any:
        """Read the answer of an operation that has an output, in JSON form."""
        shape = self.table.operations[operation.name].output
        if shape is None or not (response.body or self.shapes[shape].members):
            return {}
        return read_shape(self.shapes, shape, self._result(operation, parse_xml(response.body)))

    def fault(self, response: HttpResponse) -> Fault:
        return read_fault(self.table, response)

    def _result(self, operation: Operation, root: Element) -> Element:
        """Find what holds the members of the output. Raises ResponseError when it is something else that answers."""
        wrapper = self.table.operations[operation.name].wrapper or f"{operation.name}Result"
        found = child_of(root, wrapper)
        return _response(operation, root) if found is None else found

    # -------------------------------------------------------------------------------------------------------- requests

    def _members(self, prefix: str, target: str, value: Mapping[str, Any]) -> Pairs:
        for member in self.shapes[target].members:
            given = value.get(member.name)
            if given is not None:
                yield from self._pairs(prefix + self._name(member), member, given)

    def _name(self, member: Member) -> str:
        return member.wire

    def _pairs(self, name: str, member: Member, value: Any) -> Pairs:
        shape = self.shapes[member.target]
        if shape.type in ("structure", "union"):
            yield from self._members(f"{name}.", member.target, value)
        elif shape.type == "list":
            yield from self._list(name, member, value)
        elif shape.type == "map":
            yield from self._map(name if is_flat(member, shape) else f"{name}.entry", member, value)
        else:
            yield name, scalar_text(shape, value, member.form)

    def _list(self, name: str, member: Member, values: list[Any]) -> Pairs:
        """Write a list; an empty one as its name alone, so that it tells from one that is not given."""
        shape = self.shapes[member.target]
        item = shape.members[0]
        if not values:
            yield name, ""
        prefix = name if is_flat(member, shape) else f"{name}.{item.wire or 'member'}"
        yield from self._items(prefix, item, values)

    def _items(self, prefix: str, item: Member, values: list[Any]) -> Pairs:
        for number, value in enumerate(values, 1):
            if value is not None:
                yield from self._pairs(f"{prefix}.{number}", item, value)

    def _map(self, prefix: str, member: Member, values: Mapping[str, Any]) -> Pairs:
        key, item = self.shapes[member.target].members
        for number, (name, value) in enumerate(values.items(), 1):
            yield f"{prefix}.{number}.{key.wire or 'key'}", name
            if value is not None:
                yield from self._pairs(f"{prefix}.{number}.{item.wire or 'value'}", item, value)


class Ec2Query(AwsQuery):
    """The codec of EC2."""

    def _name(self, member: Member) -> str:
        return member.query or member.wire[:1].upper() + member.wire[1:]

    def _list(self, name: str, member: Member, values: list[Any]) -> Pairs:
        return self._items(name, self.shapes[member.target].members[0], values)

    def _result(self, operation: Operation, root: Element) -> Element:
        return _response(operation, root)


def _response(operation: Operation, root: Element) -> Element:
    name = name_of(root)
    if name in _ERRORS or not name.endswith("Response"):
        raise ResponseError(f"expected {operation.name}Response, found {name}")
    return root
