"""Request and response syntax -> tokens, each with its line.

In: the text of one listing. Out: `Reading`, what a parser goes through; `SyntaxFault` where a listing cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from codegen.documents.pages.blocks import BEYOND_ASCII

_TOKEN = re.compile(
    r"""[ \t\n\r]*+(?:(?P<string>b?'(?:[^'\\\n]|\\.)*+'|"(?:[^"\\\n]|\\.)*+")|(?P<number>-?[0-9]++(?:\.[0-9]++)?)"""
    rf"|(?P<word>[A-Za-z_{BEYOND_ASCII}][A-Za-z0-9_.{BEYOND_ASCII}-]*+)"
    r"|(?P<dots>\.\.\.)|(?P<mark>[{}()\[\],:=|])|(?P<end>\Z))"
)
_LONGEST = 2_000_000


class SyntaxFault(Exception):
    """The listing cannot be read: why, and in which line."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


class Token(NamedTuple):
    kind: str
    text: str
    line: int


class Reading:
    """Tokens and how far reading has come."""

    def __init__(self, text: str, line: int) -> None:
        if len(text) > _LONGEST:
            raise SyntaxFault(f"the syntax has more than {_LONGEST} characters", line)
        self.tokens = list(_tokens(text, line))
        self.at = 0
        self.depth = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def is_mark(self, mark: str) -> bool:
        return self.here.kind == "mark" and self.here.text == mark

    def take(self) -> Token:
        token = self.here
        if token.kind != "end":
            self.at += 1
        return token

    def took(self, mark: str) -> bool:
        if not self.is_mark(mark):
            return False
        self.at += 1
        return True

    def took_dots(self) -> bool:
        if self.here.kind != "dots":
            return False
        self.at += 1
        return True

    def expect(self, mark: str) -> None:
        if not self.took(mark):
            self.fail(f"`{mark}`")

    def fail(self, expected: str) -> NoReturn:
        seen = f"`{self.here.text[:40]}`" if self.here.kind != "end" else "its end"
        raise SyntaxFault(f"the syntax has {seen} where {expected} is expected", self.here.line)


def _tokens(text: str, line: int) -> Iterator[Token]:
    at, seen = 0, 0
    while True:
        found = _TOKEN.match(text, at)
        if found is None:
            rest = text[at:].lstrip()
            line += text.count("\n", seen, len(text) - len(rest))
            raise SyntaxFault(f"the syntax has `{rest[:20]}`, which is none of it", line)
        kind = str(found.lastgroup)
        begin = found.start(kind)
        line += text.count("\n", seen, begin)
        at, seen = found.end(), begin
        yield Token(kind, found[kind], line)
        if kind == "end":
            return
