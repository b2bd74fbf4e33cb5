"""Where keys stand in `[tool.speccast]`: the TOML reader of the standard library gives values without places.

In: the text of a pyproject.toml that was parsed already. Out: line and column of a key, or of the nearest thing that
holds it. Headers, `key =`, dotted keys and the elements of one array are known; TOML's other spellings narrow to these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.records import dataclass

_TABLE = "tool.speccast"
_HEADER = r"(?m)^[ \t]*(\[\[?)[ \t]*([^\]\n#]+?)[ \t]*\]\]?[ \t]*(?:#.*)?\r?$"
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{},]', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Places:
    """The text, and where in it the table's parts begin and end."""

    text: str

    def of(self, key: str, entry: int | None = None) -> tuple[int, int]:
        """Give line and column of a key of the table, or of its n-th entry of `specs`; (0, 0) where none is known."""
        spans = list(self._entry(entry)) if entry is not None else []
        for start, end in spans or self._bodies():
            if found := self._key(key, start, end):
                return self._line(found)
        if spans:
            return self._line(spans[0][0])
        return self._line(self._header(f"{_TABLE}.{key}") or self._header(_TABLE))

    def _key(self, key: str, start: int, end: int) -> int | None:
        before, after = r"(?:^[ \t]*(?:checks\.)?|[{,]\s*)[\"']?", r"[\"']?[ \t]*[=.]"
        pattern = re.compile(f"{before}({re.escape(key)}){after}", re.MULTILINE)
        comments = [at.span() for at in _TOKEN.finditer(self.text, start, end) if at[0][0] == "#"]
        found = (at.start(1) for at in pattern.finditer(self.text, start, end))
        return next((at for at in found if not any(low <= at < high for low, high in comments)), None)

    def _header(self, name: str) -> int | None:
        return next((at.start(1) for at in re.finditer(_HEADER, self.text) if at[2] == name), None)

    def _sections(self) -> Iterator[tuple[str, int, int]]:
        """Part the text at its headers."""
        found = list(re.finditer(_HEADER, self.text))
        for at, after in zip(found, [*found[1:], None], strict=True):
            yield at[2], at.start(1), after.start() if after else len(self.text)

    def _bodies(self) -> list[tuple[int, int]]:
        wanted = (_TABLE, f"{_TABLE}.checks", f"{_TABLE}.specs", f"{_TABLE}.specs.checks")
        return [(start, end) for name, start, end in self._sections() if name in wanted]

    def _entry(self, number: int) -> Iterator[tuple[int, int]]:
        """Find an entry of `specs`: the n-th table of that name, or the n-th element of the array."""
        tables = [(start, end) for name, start, end in self._sections() if name == f"{_TABLE}.specs"]
        array = [span for start, end in self._bodies() for span in self._elements(start, end)]
        yield from (tables or array)[number : number + 1]

    def _elements(self, start: int, end: int) -> list[tuple[int, int]]:
        """Part the array after `specs =` at its commas; strings and comments are skipped, nested values are whole."""
        key = self._key("specs", start, end)
        if key is None:
            return []
        found, depth, begun = list[tuple[int, int]](), 0, 0
        for token in _TOKEN.finditer(self.text, key, end):
            mark = token[0]
            depth += mark in "[{"
            depth -= mark in "]}"
            if depth == 1 and mark in "[,":
                begun = token.end()
            if (depth == 1 and mark in "}") or (depth == 1 and mark[0] in "\"'"):
                found.append((_start(self.text, begun), token.end()))
            if depth == 0 and mark == "]":
                break
        return found

    def _line(self, offset: int | None) -> tuple[int, int]:
        if offset is None:
            return 0, 0
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)


def _start(text: str, offset: int) -> int:
    """Skip what stands between two elements."""
    at = re.compile(r"(?:\s|#[^\n]*\n)*").match(text, offset)
    return at.end() if at else offset
