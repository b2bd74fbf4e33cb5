"""What must hold of anything printed or written where a hostile spec was read: one function per claim.

In: what a command said, or a page. Out: nothing; an `AssertionError` names what is not inert.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from html.parser import HTMLParser

from strategies import CANARY

_DIAGNOSTIC = re.compile(r"(?:  )?(?P<place>\S.*?): (?:error|warning|note): .*(?: \[[a-z-]+\])?")
_ACTIVE = ("javascript:", "vbscript:", "data:text/html", "http://evil", "https://evil")
_LOADING = ("img", "iframe", "object", "embed", "audio", "video", "base")


def is_command(line: str) -> bool:
    """The runner looks for `::` at the start of a line, blanks aside, and for other forms anywhere."""
    return line.lstrip().startswith("::") or any(form in line.lower() for form in ("##[", "##vso[", "##teamcity["))


def assert_quiet(text: str) -> None:
    """Nothing moves a cursor, turns text, or speaks to the runner of a workflow."""
    unseen = {character for character in text if not character.isprintable() and character not in "\n"}
    assert not unseen, sorted(map(ascii, unseen))
    commands = [line for line in text.splitlines() if is_command(line)]
    assert not commands, commands[:3]
    assert "Traceback" not in text and "internal error" not in text, text[-2000:]


def assert_diagnostics(text: str) -> None:
    """Every line is a diagnostic or a note that belongs to one."""
    assert_quiet(text)
    assert text.strip()
    for line in text.splitlines():
        assert _DIAGNOSTIC.fullmatch(line), line[:300]


def assert_annotations(text: str) -> None:
    """Every line is an annotation, and none is another command."""
    for line in text.splitlines():
        assert re.fullmatch(r"::(?:error|warning|notice) [^\x00-\x1f]*", line) and "##[" not in line, line[:300]
    assert "Traceback" not in text


def assert_contained(paths: Iterable[str]) -> None:
    """Paths stay in their folder, and are told apart on every file system."""
    found = list(paths)
    for path in found:
        assert path.isascii() and ".." not in path.split("/") and not path.startswith(("/", "\\")), path
        assert not set(path) & set('\\:*?"<>|\0\n\r') and all(len(part) < 256 for part in path.split("/")), path
    folded = {unicodedata.normalize("NFKC", path).casefold() for path in found}
    assert len(folded) == len(found)


class _Page(HTMLParser):
    """Takes down which elements a page has, with the names of their attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[tuple[str, tuple[str, ...]]] = set()
        self.links: list[str] = []
        self.scripts: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")]
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style"):
            self.scripts.append(data)


def elements_of(text: str) -> set[tuple[str, tuple[str, ...]]]:
    """Give the elements of a page, each with the names of its attributes."""
    page = _Page()
    page.feed(text)
    return page.elements


def assert_inert_page(text: str) -> None:
    """Nothing of a spec runs, loads or leads to code."""
    page = _Page()
    page.feed(text)
    assert not [one for one in page.elements if one[0] in _LOADING or any(name.startswith("on") for name in one[1])]
    assert not [link for link in page.links if link.strip().lower().startswith(_ACTIVE)]
    assert not [script for script in page.scripts if CANARY in script and "\\u003c" not in script and "<" in script]
    unseen = {character for character in text if not character.isprintable() and character not in "\n\t"}
    assert not unseen, sorted(map(ascii, unseen))
