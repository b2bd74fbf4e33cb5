"""Pages as their real makers write them, and what the model they are made of says: for tests of the readers of pages.

botocore.docs writes the reStructuredText of boto3's pages and of those of API changes, docutils the HTML; around it
stands what the sites have there. `as_text` is what text extractors leave: a line for each block, and for inline code
a line of its own that swallows the space before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

import botocore.session  # type: ignore[import-untyped]
from botocore import hooks, xform_name
from botocore.docs.bcdoc.restdoc import DocumentStructure  # type: ignore[import-untyped]
from botocore.docs.method import document_model_driven_method  # type: ignore[import-untyped]
from docutils.core import publish_parts  # type: ignore[import-untyped]

SESSION = botocore.session.Session()


@lru_cache(maxsize=4)
def service_model(service: str) -> Any:
    return SESSION.get_service_model(service)


def restructured(service: str, operation: str, prefix: str) -> str:
    """Write what botocore's documentation says of an operation."""
    found = service_model(service).operation_model(operation)
    structure = DocumentStructure("page", target="html")
    document_model_driven_method(
        structure,
        xform_name(operation),
        found,
        hooks.HierarchicalEmitter(),
        method_description=found.documentation,
        example_prefix=f"{prefix}client.{xform_name(operation)}",
        include_signature=False,
    )
    return str(structure.flush_structure(), "utf-8")


def html_of(rst: str) -> str:
    settings = {
        "report_level": 5,
        "doctitle_xform": False,
        "line_length_limit": 10**7,
        "halt_level": 5,
        "raw_enabled": False,
        "file_insertion_enabled": False,
    }
    roles = "\n".join(f".. role:: {role}" for role in ("py:class", "class", "ref", "doc"))
    return str(publish_parts(f"{roles}\n\n{rst}", writer_name="html5", settings_overrides=settings)["fragment"])


def changes_html(service: str, operations: Mapping[str, Mapping[str, str]], date: str = "2024/11/15") -> str:
    """Arrange a page of API changes: operations with what was added to each side; {} is a new one."""
    new = sum(not sides for sides in operations.values())
    counts = f"{new} new " * bool(new) + f"{len(operations) - new} updated " * (new < len(operations))
    inner = "".join(_change(service, name, sides) for name, sides in operations.items())
    title = f'<p class="title is-5">\n{date}\n - {service.title()} Service -\n {counts} api methods</p>'
    return f"<!DOCTYPE html>\n<html><head><title>AWS API Changes</title></head><body>\n{title}\n{inner}</body></html>"


def _change(service: str, name: str, sides: Mapping[str, str]) -> str:
    pres = [f"<pre>{delta}</pre>" for delta in sides.values()]
    if len(pres) == 2:
        pres = [f"<br/>Request {pres[0]}", f"Response {pres[1]}"]
    head = f"<span><em>Changes</em> ({', '.join(sides)})</span>{'<br/>'.join(pres)}" if sides else ""
    state = "updated" if sides else "new"
    body = html_of(restructured(service, name, ""))
    summary = f"<summary><span>{name}</span>&nbsp;({state})</summary><span><a>Link ¶</a></span>"
    return f"<details>{summary}{head}{body}</details>\n"


def boto3_html(service: str, operation: str) -> str:
    """Arrange a page of a boto3 client, without what surrounds it."""
    method, title = xform_name(operation), service.upper()
    body = html_of(restructured(service, operation, "response = "))
    errors = service_model(service).operation_model(operation).error_shapes
    listed = "".join(f"<li><p><code>{title}.Client.exceptions.{error.name}</code></p></li>" for error in errors)
    exceptions = f"<p><strong>Exceptions</strong></p><ul>{listed}</ul>" if errors else ""
    where = f"<p><a>{title}</a> / Client / {method}</p>\n<h1>{method}<a>#</a></h1>"
    signature = f"<dl><dt>{title}.Client.{method}(<em>**kwargs</em>)<a>#</a></dt>\n<dd>{body}{exceptions}</dd></dl>"
    return f"<!DOCTYPE html>\n<html><body><article role='main'>{where}\n{signature}</article></body></html>"


class _Extractor(HTMLParser):
    BLOCKS = frozenset(
        ("p", "h1", "h2", "h3", "dt", "dd", "dl", "ul", "ol", "li", "pre", "div", "details", "summary", "body", "br")
    )

    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self.pre = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in self.BLOCKS:
            self.lines.append("")
        if tag in ("tt", "code", "span") and ("class", "docutils literal") in attrs and self.lines[-1].strip():
            self.lines[-1] = self.lines[-1].rstrip()
            self.lines.append("")
        self.pre = tag == "pre" or self.pre

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self.lines.append("")
        self.pre = self.pre and tag != "pre"

    def handle_data(self, data: str) -> None:
        self.lines[-1] += data


def as_text(html: str) -> str:
    """Leave of HTML what a text extractor leaves: a line per block, listings on one line too."""
    extractor = _Extractor()
    extractor.feed(html)
    lines = (" ".join(line.split()) for line in extractor.lines)
    return "\n".join(line for line in lines if line) + "\n"


# ----------------------------------------------------------------------------------------------- what the model says

_TYPES = {"character": "string", "long": "integer", "double": "float", "bigdecimal": "float"}
Expected = tuple[str, str, object]


def model_facts(service: str, operation: str) -> Iterator[Expected]:
    """Walk what the model says of an operation: (path, aspect, value)."""
    found = service_model(service).operation_model(operation)
    if found.input_shape:
        yield from _members("request", found.input_shape, (), True)
    if found.output_shape:
        yield from _members("response", found.output_shape, (), False)


def _members(path: str, shape: Any, active: tuple[str, ...], asked: bool) -> Iterator[Expected]:
    yield from [(path, "order", list(shape.members))] if shape.members else []
    if shape.metadata.get("union") or getattr(shape, "is_tagged_union", False):
        yield path, "union", list(shape.members)
    for name, member in shape.members.items():
        inner = f"{path}.{name}"
        yield inner, "listed", True
        if asked:
            yield inner, "required", name in shape.required_members
        if member.metadata.get("idempotencyToken") and asked:
            yield inner, "idempotencyToken", True
        yield from _value(inner, member, (*active, shape.name), asked)


def _value(path: str, shape: Any, active: tuple[str, ...], asked: bool) -> Iterator[Expected]:
    if shape.name in active and shape.type_name in ("structure", "list", "map"):
        yield path, "elided", True
        return
    document = getattr(shape, "is_document_type", False)
    yield path, "type", "document" if document else _TYPES.get(shape.type_name, shape.type_name)
    if getattr(shape, "enum", None):
        yield path, "values", list(shape.enum)
    match shape.type_name:
        case "structure" if not document:
            yield from _members(path, shape, active, asked)
        case "list":
            yield from _value(path + "[]", shape.member, (*active, shape.name), asked)
        case "map":
            yield from _value(path + "{key}", shape.key, (*active, shape.name), asked)
            yield from _value(path + "{}", shape.value, (*active, shape.name), asked)
