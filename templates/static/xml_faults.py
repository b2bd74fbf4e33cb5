"""Errors as restXml, awsQuery and ec2Query tell of them: what is about the error, and what is about the answer.

<ErrorResponse><Error><Type/><Code/><Message/>...</Error><RequestId/></ErrorResponse>
<Response><Errors><Error><Code/><Message/>...</Error></Errors><RequestID/></Response>       EC2
<Error><Code/><Message/>...<RequestId/></Error>                                             S3
<InvalidChangeBatch><Messages/><RequestId/></InvalidChangeBatch>                            Route 53, of old
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .answers import request_id_of
from .bindings import Table
from .errors import ResponseError, sanitized
from .messages import Fault
from .transport import HttpResponse
from .xml_form import read_members, untyped
from .xml_tree import Element, child_of, name_of, parse_xml, text_of


def read_fault(table: Table, response: HttpResponse) -> Fault:
    """Read an error; what cannot be read says nothing."""
    request_id = request_id_of(response.headers)
    try:
        root = parse_xml(response.body)
    except ResponseError:
        return Fault(None, None, {}, request_id)
    named = name_of(root) if name_of(root) in table.errors else None
    found = root if named else error_in(root)
    if found is None:
        return Fault(None, None, {}, request_id)
    code = named or sanitized(_text(found, "Code")) or None
    message = _text(found, "Message", "message") or None
    return Fault(code, message, _members(table, code, found), request_id or _request_id(root, found))


def error_in(root: Element) -> Element | None:
    """Find the element that tells of an error, wherever this kind of document has it."""
    match name_of(root):
        case "Error":
            return root
        case "ErrorResponse":
            return child_of(root, "Error")
        case "Response":
            return child_of(child_of(root, "Errors"), "Error")
        case _:
            return None


def _members(table: Table, code: str | None, found: Element) -> Mapping[str, Any]:
    """Read the members of a modelled error, beside everything else that the answer says of it."""
    every: dict[str, Any] = untyped(found) if len(found) else {}
    shape = table.errors.get(code or "")
    return {**every, **read_members(table.shapes, shape, found)} if shape else every


def _request_id(*elements: Element) -> str | None:
    return next((text for one in elements if (text := _text(one, "RequestId", "RequestID"))), None)


def _text(found: Element, *names: str) -> str:
    return next((text for name in names if (text := text_of(child_of(found, name)))), "")
