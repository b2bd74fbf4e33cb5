"""HTTP bindings, which both REST protocols share: labels, query, headers and status, by what `bindings.py` says.

In: a request in JSON form, or an answer. Out: a message, or JSON form. What a body is made of is the business of a
`Form`: JSON or XML. Names follow Smithy's traits: label, greedy label, prefix headers, query params, payload.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from .answers import refuse_missing, refuse_page
from .bindings import Binding, Fault, Member, Message, Shape, Table
from .errors import ResponseError, ValidationError, Violation
from .header_values import read_header, write_header, write_scalar
from .operations import Operation
from .transport import HttpResponse, Secret

_LABEL = re.compile(r"\{([^{}+]+)(\+?)\}")
_STEPS = frozenset((".", ".."))
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""What names of headers are made of (RFC 9110, 5.6.2)."""
RESERVED = frozenset(
    (
        *("authorization", "x-amz-date", "x-amz-security-token", "proxy-authorization"),
        *("host", "connection", "transfer-encoding", "te", "trailer", "upgrade", "keep-alive", "proxy-connection"),
    )
)
"""Headers of the connection and of the signature. No member is bound to one: a spec that says so is refused."""
_CLIENTS_OWN = RESERVED | {
    *("content-length", "expect", "accept-encoding", "user-agent", "amz-sdk-invocation-id", "amz-sdk-request"),
}
"""With those that a client writes itself: none is a caller's to set."""
_NO_ENTRIES = _CLIENTS_OWN | {"x-amz-content-sha256"}
"""What no entry of a map may be; CodeArtifact has a member for the last one, which is what a body hashes to."""
_ASKED = frozenset(("label", "query", "queryParams"))
_RAW = {"blob": "application/octet-stream", "string": "text/plain"}
"""Payloads that are the body as they are, and their content types."""

_UNKNOWN = Shape("structure")


class Form(Protocol):
    """How bodies are written and read. Raises ResponseError for one that cannot be."""

    content_type: str
    unset: bytes
    """The body that stands for a structure that is not given."""
    may_be_left_out: bool
    """An answer in whose body no member is set may have none (AWS's vectors of REST JSON)."""

    def write(self, binding: Binding, values: Mapping[str, Any]) -> bytes:
        """Write the members of an input that travel in the body."""
        ...

    def write_payload(self, member: Member, value: Any) -> bytes:
        """Write the one member that is the body; neither blob nor text."""
        ...

    def read(self, shape: Shape, body: bytes) -> Mapping[str, Any]:
        """Read the members of an output that travel in the body."""
        ...

    def read_payload(self, member: Member, body: bytes) -> Any:
        """Read the one member that is the body; neither blob nor text."""
        ...

    def fault(self, response: HttpResponse) -> Fault:
        """Read an error, but for the members in its headers."""
        ...


class Rest:
    """The codec of both protocols."""

    def __init__(self, table: Table, form: Form) -> None:
        self._table = table
        self._form = form

    # --------------------------------------------------------------------------------------------------------- request

    def request(self, operation: Operation, wire: Mapping[str, Any]) -> Message:
        binding = self._table.operations[operation.name]
        members = self._members(binding.input)
        bound = _Bound(self._table, binding.input or operation.name, members, wire)
        path, _, constant = binding.http.uri.partition("?")
        content_type, body = self._body(binding, bound)
        headers = bound.headers()
        if content_type and "content-type" not in map(str.lower, headers):
            headers["Content-Type"] = content_type
        if self._table.accept and "accept" not in map(str.lower, headers):
            headers["Accept"] = self._table.accept
        checksum = binding.checksum and "content-md5" not in map(str.lower, headers)
        return Message(binding.http.method, bound.path(path), bound.query(constant), headers, body, checksum)

    def _members(self, shape: str | None) -> Sequence[Member]:
        return self._table.shapes[shape].members if shape else ()

    def _body(self, binding: Binding, bound: "_Bound") -> tuple[str | None, bytes]:
        """Give a body and its content type: none where nothing is bound to it."""
        shape = self._table.shapes[binding.input] if binding.input else None
        if shape is None:
            return None, b""
        if shape.payload is not None:
            return self._payload(shape, bound)
        if not any(one.location == "body" for one in shape.members):
            return None, b""
        values = {one.name: value for one, value in bound.given if one.location == "body"}
        return self._form.content_type, self._form.write(binding, values)

    def _payload(self, shape: Shape, bound: "_Bound") -> tuple[str | None, bytes]:
        member = next(one for one in shape.members if one.name == shape.payload)
        target = self._table.shapes[member.target]
        value = next((value for one, value in bound.given if one is member), None)
        if target.type in _RAW:
            body = base64.b64decode(value or "") if target.type == "blob" else str(value or "").encode()
            return (target.media_type or _RAW[target.type]) if body else None, body
        if value is None:
            unset = self._form.unset if target.type == "structure" else b""
            return (self._form.content_type if unset else None), unset
        return self._form.content_type, self._form.write_payload(member, value)

    # ---------------------------------------------------------------------------------------------------------- answer

    def answer(self, operation: Operation, response: HttpResponse) -> Any:
        binding = self._table.operations[operation.name]
        shape = _answered(self._table.shapes[binding.output or ""])
        return {**self._read_body(shape, response), **dict(self._unbound(shape, response))}

    def structure(self, target: str, content: bytes) -> Any:
        """Read an event of a stream, or the member that is its payload."""
        return self._form.read(self._table.shapes.get(target, _UNKNOWN), content)

    def _read_body(self, shape: Shape, response: HttpResponse) -> Mapping[str, Any]:
        """Read what is in a body. One without a byte is a payload that is not set, or a stream of nothing."""
        member = next((one for one in shape.members if one.name == shape.payload), None)
        if member is not None:
            return self._read_payload(member, response.body)
        members = [one for one in shape.members if one.location == "body"]
        if not members:
            refuse_page(response)
            return {}
        if not self._form.may_be_left_out or any(one.required for one in members):
            refuse_missing(response)
        return self._form.read(shape, response.body) if response.body else {}

    def _read_payload(self, member: Member, body: bytes) -> Mapping[str, Any]:
        """Read the one member that is the body. AWS's vectors have no empty blob where it is none that streams."""
        target = self._table.shapes[member.target]
        if target.type == "blob" and (body or member.streaming or target.streaming):
            return {member.name: base64.b64encode(body).decode()}
        if not body:
            return {}
        return {member.name: _text(body) if target.type == "string" else self._form.read_payload(member, body)}

    def _unbound(self, shape: Shape, response: HttpResponse) -> Iterator[tuple[str, Any]]:
        """Read what is in status and headers."""
        for member in shape.members:
            if member.location == "responseCode":
                yield member.name, response.status
            elif member.location == "prefixHeaders":
                yield member.name, _prefixed(member.wire.lower(), response.headers)
            elif member.location == "header" and member.wire.lower() in response.headers:
                yield member.name, read_header(self._table, member, response.headers[member.wire.lower()])

    def fault(self, response: HttpResponse) -> Fault:
        found = self._form.fault(response)
        shape = self._table.errors.get(found.code or "")
        if shape is None:
            return found
        try:
            return found._replace(body={**found.body, **dict(self._unbound(shape, response))})
        except ResponseError:
            return found


class _Bound:
    """The members of a request that are set, and what of them stands outside the body."""

    def __init__(self, table: Table, title: str, members: Sequence[Member], wire: Mapping[str, Any]) -> None:
        self._table = table
        self._title = title
        self._labels = [one for one in members if one.location == "label"]
        self.given = [(one, wire[one.name]) for one in members if wire.get(one.name) is not None]

    def _at(self, location: str) -> Iterator[tuple[Member, Any]]:
        return ((one, value) for one, value in self.given if one.location == location)

    def _violation(self, member: Member, kind: str, message: str) -> ValidationError:
        return ValidationError([Violation(member.name, f"{self._title}.{member.name}", kind, message)])

    def path(self, template: str) -> str:
        """Fill in the labels. Raises ValidationError for one that is missing or empty, or that would lead elsewhere.

        Also for a bucket that endpoint rules put in its place: `/{Bucket}/{Key+}` without it is another bucket.
        """
        values = {member.name: value for member, value in self._at("label")}
        labels = {one.wire: (one, self._label(one, values.get(one.name))) for one in self._labels}

        def filled(found: re.Match[str]) -> str:
            member, text = labels[found[1]]
            if not _STEPS.isdisjoint(text.split("/") if found[2] else [text]):
                raise self._violation(member, "pattern", "has a step such as `..`, and stands in the path")
            return self._escaped(member, text, "/" if found[2] else "")

        path = _LABEL.sub(filled, template)
        return path if path.startswith("/") or not path else f"/{path}"

    def _label(self, member: Member, value: Any) -> str:
        if value is None:
            raise self._violation(member, "required", "is required: it is in the path")
        text = write_scalar(self._table, member, value, "date-time")
        if not text:
            raise self._violation(member, "length", "is empty, and stands in the path")
        return text

    def query(self, constant: str) -> str:
        """Write the query: what is in the URI already, members, then entries of a map that are neither."""
        found = [constant] if constant else []
        taken = {part.partition("=")[0] for part in constant.split("&")} if constant else set[str]()
        for member, value in self._at("query"):
            taken.add(member.wire)
            found += (f"{quote(member.wire, safe='')}={text}" for text in self._texts(member, value))
        for member, entries in self._at("queryParams"):
            item = self._table.shapes[member.target].members[1]
            free = ((name, value) for name, value in entries.items() if name not in taken and value is not None)
            found += (f"{quote(name, safe='')}={text}" for name, value in free for text in self._texts(item, value))
        return "&".join(found)

    def _texts(self, member: Member, value: Any) -> Iterator[str]:
        shape = self._table.shapes[member.target]
        item, values = (shape.members[0], value) if shape.type == "list" else (member, [value])
        texts = (write_scalar(self._table, item, one, "date-time") for one in values if one is not None)
        return (self._escaped(member, text) for text in texts)

    def _escaped(self, member: Member, text: str, safe: str = "") -> str:
        try:
            return quote(text, safe=safe)
        except UnicodeEncodeError:  # of the token of a next page: models let none pass
            pass
        raise self._violation(member, "type", "holds a lone surrogate, which UTF-8 cannot carry")

    def headers(self) -> dict[str, str]:
        """Write the headers: what a member names wins over an entry of a map, in whichever case.

        Of members those are left out that a client writes itself, as S3's Content-Length: it knows what it sends.
        Raises ValidationError for a value that can be in no header.
        """
        named = ((one, value) for one, value in self._at("header") if one.wire.lower() not in _CLIENTS_OWN)
        found = {one.wire: self._fitting(one, write_header(self._table, one, value)) for one, value in named}
        taken = frozenset(map(str.lower, found))
        entries = (entry for one, value in self._at("prefixHeaders") for entry in self._entries(one, value))
        return {name: value for name, value in entries if name.lower() not in taken} | found

    def _entries(self, member: Member, entries: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
        """Write the entries of a map.

        One that a client writes itself is refused, not passed over: its caller would take it for sent. Sent beside the
        client's own, `Transfer-Encoding` or a second `Content-Length` splits one request into two, and `Host` or
        `Authorization` sends it elsewhere or as somebody else.
        """
        names: set[str] = set()
        for key, value in entries.items():
            name = f"{member.wire}{key}"
            if value is None:
                continue
            if name.lower() in _NO_ENTRIES:
                raise self._violation(member, "pattern", f"names {name.lower()}, which clients write themselves")
            if name.lower() in names:
                raise self._violation(member, "unique", "names a header twice")
            names.add(name.lower())
            yield name, self._fitting(member, value, name)

    def _fitting(self, member: Member, value: str, name: str = "x") -> str:
        if not (value.isascii() and (value.isprintable() or not value) and _TOKEN.fullmatch(name)):
            raise self._violation(member, "pattern", "has a character that no header can have")
        return Secret(value) if member.sensitive else value


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise ResponseError("the answer is not UTF-8") from None


def _answered(shape: Shape) -> Shape:
    """Give an output as answers have it: what a request has in its path or query is in the body there."""
    moved = (one._replace(location="body") if one.location in _ASKED else one for one in shape.members)
    return shape._replace(members=tuple(moved))


def _prefixed(prefix: str, headers: Mapping[str, str]) -> dict[str, str]:
    return {name[len(prefix) :]: value for name, value in headers.items() if name.startswith(prefix)}
