"""The body of an answer in XML -> its elements. Everything hostile ends in ResponseError.

The standard library's expat reads, told to refuse every document type declaration: with none there are no entities but
the five that XML itself has, nothing external and no DTD, so nothing grows and nothing is fetched. defusedxml does just
that on top of the same parser; as a dependency of every package it would bring these lines, and a slower way to a tree.
Bodies are read as UTF-8 whatever they declare: AWS writes nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from .errors import ResponseError
from .transport import LONGEST_HEADER, MOST_HEADERS
from .wire import DEPTH, TOO_DEEP

__all__ = ["Element", "attribute_of", "child_of", "name_of", "parse_xml", "text_of"]

_SEPARATOR = " "
"""Stands between the address of a namespace and a name; neither can have one."""


def parse_xml(body: bytes) -> Element:
    """Read a document and give its root; raises ResponseError with what is wrong, and where."""
    if b"\0" in body:  # expat would tell UTF-16 by it, whatever it is told
        raise ResponseError("the answer is not UTF-8")
    builder, parser = TreeBuilder(), expat.ParserCreate("utf-8", _SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = _bounded(builder)
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        where = f"line {error.lineno}, column {error.offset + 1}"
        raise ResponseError(f"the answer is not XML: {reason} at {where}") from None
    return builder.close()


def _refuse_doctype(*_: Any) -> None:
    raise ResponseError("the answer has a document type declaration")


def _bounded(builder: TreeBuilder) -> tuple[Callable[[str, dict[str, str]], object], Callable[[str], object]]:
    """Give what begins and ends elements of a tree no deeper than `DEPTH`, for what reads it follows it down.

    Depth and attributes are looked at as elements begin, so that nothing is built of a document that is refused for
    them. Functions, for they are called at every element: with methods of a class reading takes half as long again.
    """
    begin, finish, depth = builder.start, builder.end, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH:
            raise ResponseError(TOO_DEEP)
        if attributes and _is_large(attributes.values()):
            raise ResponseError("an element of the answer has too many attributes, or too long ones")
        begin(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        finish(name)

    return start, end


def _is_large(values: Iterable[str]) -> bool:
    lengths = [len(value) for value in values]
    return len(lengths) > MOST_HEADERS or sum(lengths) > LONGEST_HEADER


def name_of(element: Element) -> str:
    """Give the name of an element without its namespace, which says nothing that AWS's shapes ask for."""
    return element.tag.rpartition(_SEPARATOR)[2]


def text_of(element: Element | None) -> str:
    """Give the text of an element up to its first child; comments and CDATA sections are no borders."""
    return "" if element is None else element.text or ""


def child_of(element: Element | None, name: str) -> Element | None:
    """Give the first child of a name."""
    return None if element is None else next((child for child in element if name_of(child) == name), None)


def attribute_of(element: Element, name: str) -> str | None:
    """Give an attribute; of `xsi:type` the prefix stands for any namespace, for answers choose their own prefixes."""
    prefix, _, local = name.rpartition(":")
    if not prefix:
        return element.get(name)
    return next((value for key, value in element.items() if key.endswith(_SEPARATOR + local)), None)
