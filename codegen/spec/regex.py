r"""Regular expressions as AWS models write them (Java's and ECMA-262's common ground), as a tree and back.

In: the text of a pattern. Out: a tree of frozen nodes that say what it means, whatever engine runs it; and the text
of such a tree in the dialect of an engine. Why: `\d`, `$`, `.` and `[\w-.]` mean something else in every engine, so
no engine is ever given a pattern as it was written.

Nothing is left to flags: `(?i)`, `(?s)`, `(?m)` and `(?x)` are worked into the nodes while parsing, and lazy is read as
greedy, for both accept the same texts. `.` is anything but the line terminators of ECMA-262 (Smithy says its patterns
are ECMA's): U+000A, U+000D, U+2028, U+2029. `(?i)` folds ASCII letters only, as Java does unless told otherwise.
Where Java and ECMA differ in a way we cannot decide (`[]`, `\y`), the pattern is refused, not guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from codegen.records import dataclass, replace

Ranges = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
ANYTHING: Ranges = ((0, LAST),)
_LINE_ENDS: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_WHITE_SPACE: Ranges = (
    *((0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)),
    *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)),
)
_POSIX: dict[str, Ranges] = {
    "ASCII": ((0, 0x7F),),
    "Alnum": ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)),
    "Alpha": ((0x41, 0x5A), (0x61, 0x7A)),
    "Blank": ((0x09, 0x09), (0x20, 0x20)),
    "Cntrl": ((0, 0x1F), (0x7F, 0x7F)),
    "Digit": ((0x30, 0x39),),
    "Graph": ((0x21, 0x7E),),
    "Lower": ((0x61, 0x7A),),
    "Print": ((0x20, 0x7E),),
    "Punct": ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    "Space": ((0x09, 0x0D), (0x20, 0x20)),
    "Upper": ((0x41, 0x5A),),
    "XDigit": ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
    **dict.fromkeys(("all", "ALL", "Any", "any"), ANYTHING),
    **dict.fromkeys(("IsWhitespace", "IsWhite_Space", "White_Space"), _WHITE_SPACE),
    "L1": ((0, 0xFF),),
}
_SHORTHAND: dict[str, Ranges] = {
    "d": _POSIX["Digit"],
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "s": _POSIX["Space"],
    "h": ((9, 9), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x202F, 0x202F), (0x3000, 0x3000)),
}
_JAVA_NAMES = {
    "IsLetter": ("L",),
    "IsDigit": ("Nd",),
    "IsPunctuation": ("P",),
    "IsControl": ("Cc",),
    "LD": ("L", "Nd"),  # Java's undocumented "letter or digit"
}
_BINARY = ("Alphabetic", "Lowercase", "Uppercase", "Ideographic")
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "a": 7, "e": 27}
_DEEPEST = 100  # groups within groups; arbitrary, the corpus has 11


class RegexError(ValueError):
    """Says, in the words of who wrote the pattern, why it cannot be read."""


# ------------------------------------------------------------------------------------------------------------- the tree


@dataclass(frozen=True, slots=True)
class Property:
    r"""`\p{name}`; "Word" is the Unicode `\w`."""

    name: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Class:
    """One character out of a set; a literal is a set of one. `ranges` are sorted and apart."""

    ranges: Ranges
    properties: tuple[Property, ...] = ()
    negated: bool = False
    within: Class | None = None  # and in this one too: Java's `[a&&[b]]`


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternation:
    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    body: Node
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Atomic:
    """`(?>...)`, and what is possessive (`a++`): never tried a second way."""

    body: Node


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group that a backreference uses; all others leave no trace in the tree."""

    body: Node
    number: int


@dataclass(frozen=True, slots=True)
class Backreference:
    number: int


@dataclass(frozen=True, slots=True)
class Look:
    body: Node
    behind: bool
    negated: bool


class Edge(StrEnum):
    START = "start of the text"
    END = "end of the text, never before a final newline"
    LINE_START = "start of a line"
    LINE_END = "end of a line"


@dataclass(frozen=True, slots=True)
class Anchor:
    edge: Edge


@dataclass(frozen=True, slots=True)
class Boundary:
    word: Class
    negated: bool


Node = Class | Sequence | Alternation | Repeat | Atomic | Group | Backreference | Look | Anchor | Boundary

START, END = Anchor(Edge.START), Anchor(Edge.END)
DOT = Class(_LINE_ENDS, negated=True)


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Sequence(items):
            return items
        case Alternation(branches):
            return branches
        case Repeat() | Atomic() | Group() | Look():
            return (node.body,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from walk(child)


def sequence(*nodes: Node) -> Node:
    """Put nodes one after the other, without sequences inside sequences."""
    items = tuple(item for node in nodes for item in (node.items if isinstance(node, Sequence) else (node,)))
    return items[0] if len(items) == 1 else Sequence(items)


# --------------------------------------------------------------------------------------------------- sets of characters


def merge(ranges: Ranges) -> Ranges:
    """Sort and join ranges, without surrogates: no text holds one, so U+D7FF and U+E000 are neighbours."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        low, high = 0xE000 if 0xD800 <= low <= 0xDFFF else low, 0xD7FF if 0xD800 <= high <= 0xDFFF else high
        if merged and low <= (0xE000 if merged[-1][1] == 0xD7FF else merged[-1][1] + 1):
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        elif low <= high:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    edges = [-1, *(edge for pair in merge(ranges) for edge in pair), LAST + 1]
    return merge(tuple((a + 1, b - 1) for a, b in zip(edges[::2], edges[1::2], strict=True) if a + 1 <= b - 1))


def is_anything(node: Node) -> bool:
    """`(?s).`, `[\\s\\S]` and the like."""
    plain = isinstance(node, Class) and not node.properties and node.within is None
    return plain and isinstance(node, Class) and not (node.ranges if node.negated else complement(node.ranges))


def contains(group: Class, char: str) -> bool:
    """Tell whether a class has a character; by Python's Unicode tables, so for samples and not for verdicts."""
    found = any(low <= ord(char) <= high for low, high in group.ranges)
    found = found or any(_has_property(item.name, char) != item.negated for item in group.properties)
    return found != group.negated and (group.within is None or contains(group.within, char))


def _has_property(name: str, char: str) -> bool:
    tests = {"Alphabetic": str.isalpha, "Uppercase": str.isupper, "Lowercase": str.islower}
    if name in tests:
        return tests[name](char)
    category = unicodedata.category(char)
    if name == "Word":
        return char == "_" or category[0] in "LM" or category in ("Nd", "Pc")
    if name.startswith("Script="):
        return unicodedata.name(char, "").startswith(name.removeprefix("Script=").upper())
    return category.startswith(name)


def _fold(ranges: Ranges) -> Ranges:
    """Add the other case of each ASCII letter."""
    up = [(max(low, 97) - 32, min(high, 122) - 32) for low, high in ranges if low <= 122 and high >= 97]
    down = [(max(low, 65) + 32, min(high, 90) + 32) for low, high in ranges if low <= 90 and high >= 65]
    return merge((*ranges, *up, *down))


def _within(group: Class, other: Class) -> Class:
    """Intersect; by arithmetic where no property is involved, so that any engine can run the result."""
    if group.properties or other.properties or group.within or other.within:
        return replace(group, within=other if group.within is None else _within(group.within, other))
    kept = [item.ranges if item.negated else complement(item.ranges) for item in (group, other)]
    return Class(complement((*kept[0], *kept[1])))


# -------------------------------------------------------------------------------------------------------------- reading


@lru_cache(maxsize=1024)
def parse(pattern: str, *, ascii: bool) -> Node:
    r"""Read a pattern; `ascii` says what `\d \w \s \b` mean. Raises RegexError.

    Read again, it is the very same tree, and what is known of its nodes is found without comparing them.
    """
    parser = _Parser(pattern, ascii)
    tree = parser.alternation()
    if parser.rest:
        raise RegexError(f"unbalanced ')' at character {parser.at + 1}")
    used = {node.number for node in walk(tree) if isinstance(node, Backreference)}
    if used - set(range(1, parser.groups + 1)):
        raise RegexError(f"\\{max(used)} refers to a group that is not there")
    return _tidy(tree, used)


def _tidy(node: Node, used: set[int]) -> Node:
    match node:
        case Sequence(items):
            return sequence(*(_tidy(item, used) for item in items))
        case Alternation(branches):
            return Alternation(tuple(_tidy(branch, used) for branch in branches))
        case Group() if node.number not in used:
            return _tidy(node.body, used)
        case Atomic(Repeat(Class(), least, most) as body) if least == most:
            return body  # `\d{12}+`: there is no second way
        case Repeat() | Atomic() | Group() | Look():
            return replace(node, body=_tidy(node.body, used))
        case _:
            return node


class _Parser:
    """Recursive descent; each method reads one rule of the grammar at `at`."""

    def __init__(self, pattern: str, ascii: bool) -> None:
        self.pattern, self.ascii = pattern, ascii
        self.at, self.depth, self.groups = 0, 0, 0
        self.flags: frozenset[str] = frozenset()
        self.names: dict[str, int] = {}

    @property
    def rest(self) -> str:
        return self.pattern[self.at : self.at + 12]

    def take(self, text: str) -> bool:
        found = self.pattern.startswith(text, self.at)
        self.at += len(text) * found
        return found

    def scan(self, expression: str) -> re.Match[str] | None:
        found = re.compile(expression).match(self.pattern, self.at)
        self.at = found.end() if found else self.at
        return found

    def expect(self, expression: str, wanted: str) -> str:
        found = self.scan(expression)
        if found is None:
            raise RegexError(f"{wanted} expected at character {self.at + 1}")
        return found[1]

    # alternation = sequence { "|" sequence }; sequence = { atom [ quantifier ] }

    def alternation(self) -> Node:
        branches = [self.sequence()]
        while self.take("|"):
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else Alternation(tuple(branches))

    def sequence(self) -> Node:
        items: list[Node] = []
        while self.rest and self.rest[0] not in "|)":
            if self.directive() or ("x" in self.flags and self.scan(r"\s+|#[^\n]*")):
                continue
            items.append(self.quantified(self.atom()))
        return sequence(*items)

    def quantified(self, atom: Node) -> Node:
        found = self.scan(r"([*+?])|\{(\d+)(?:(,)(\d*))?\}")
        if found is None:
            return atom
        sign, low, comma, high = found.groups()
        least = int(low) if low else int(sign == "+")
        most = 1 if sign == "?" else None if sign or (comma and not high) else int(high or low)
        if most is not None and most < least:
            raise RegexError(f"{{{low},{high}}} is a repetition whose bounds are the wrong way round")
        possessive = not self.take("?") and self.take("+")
        if again := self.scan(r"[*+?]|\{\d+(?:,\d*)?\}"):
            raise RegexError(f"nothing to repeat at character {again.start() + 1}")
        repeat = Repeat(atom, least, most)
        return Atomic(repeat) if possessive else repeat

    def atom(self) -> Node:
        if self.take("("):
            return self.group()
        if self.take("["):
            return self.bracket()
        if self.take("\\"):
            return self.escape()
        char = self.pattern[self.at]
        self.at += 1
        if char in "*+?":
            raise RegexError(f"nothing to repeat at character {self.at}")
        if char == ".":
            return Class(ANYTHING) if "s" in self.flags else DOT
        if char in "^$":
            line = "m" in self.flags
            return Anchor(
                (Edge.LINE_START if line else Edge.START) if char == "^" else Edge.LINE_END if line else Edge.END
            )
        return self.literal(ord(char))

    def literal(self, code: int) -> Class:
        return self.charset(((code, code),))

    def charset(self, ranges: Ranges, properties: tuple[Property, ...] = (), negated: bool = False) -> Class:
        folded = _fold(merge(ranges)) if "i" in self.flags else merge(ranges)
        if not folded and not properties and not negated:
            raise RegexError("no text can match: half of a surrogate pair stands alone")
        return Class(folded, properties, negated)

    # group = "(" [ "?" kind ] alternation ")"; a directive, "(?i)", holds until the end of the group it stands in

    def directive(self) -> bool:
        found = self.scan(r"\(\?([imsxu]+)(?:-([imsx]+))?\)")
        if found:
            self.flags = (self.flags | set(found[1])) - set(found[2] or "")
        return found is not None

    def group(self) -> Node:
        if found := self.scan(r"\?([imsxu]*)(?:-([imsx]+))?:"):
            return self.inside(found[1], found[2] or "")
        if found := self.scan(r"\?(<?)([=!])"):
            return Look(self.inside(), bool(found[1]), found[2] == "!")
        if self.take("?>"):
            return Atomic(self.inside())
        if found := self.scan(r"\?P=(\w+)\)"):
            return self.reference(self.names.get(found[1]), found[1])
        name = self.scan(r"\?P?<([A-Za-z_]\w*)>")
        if name is None and self.take("?"):
            raise RegexError(f"unknown kind of group at character {self.at}")
        self.groups += 1
        number = self.groups
        if name:
            self.names[name[1]] = number
        return Group(self.inside(), number)

    def inside(self, on: str = "", off: str = "") -> Node:
        outer, self.flags = self.flags, (self.flags | set(on)) - set(off)
        self.depth += 1
        if self.depth > _DEEPEST:
            raise RegexError(f"groups are nested more than {_DEEPEST} deep")
        node = self.alternation()
        if not self.take(")"):
            raise RegexError("')' is missing")
        self.flags, self.depth = outer, self.depth - 1
        return node

    def reference(self, number: int | None, name: str) -> Node:
        if number is None:
            raise RegexError(f"no group is named {name}")
        if "i" in self.flags:
            raise RegexError("a backreference that ignores case means something else in every engine")
        return Backreference(number)

    # escape = "\" ( digits | letter ... ), outside of a class

    def escape(self) -> Node:
        if found := self.scan(r"[1-9]\d?"):
            return self.reference(int(found[0]), found[0])
        if self.take("k<"):
            name = self.expect(r"(\w+)>", "the name of a group")
            return self.reference(self.names.get(name), name)
        if self.take("R"):
            return Alternation(
                (sequence(self.literal(13), self.literal(10)), Class(((10, 13), (0x85, 0x85), (0x2028, 0x2029))))
            )
        if found := self.scan("[AzZ]"):
            return START if found[0] == "A" else END
        if found := self.scan("[bB]"):
            return Boundary(self.shorthand("w"), found[0] == "B")
        if self.take("Q"):
            text = self.expect(r"(?s)(.*?)(?:\\E|\Z)", "quoted text")
            return sequence(*(self.literal(ord(char)) for char in text))
        return self.set_escape() or self.literal(self.character())

    def set_escape(self) -> Class | None:
        r"""Read what follows a `\` when it stands for a set, in a class or out of it."""
        if found := self.scan(r"[dDwWsShH]"):
            return self.shorthand(found[0])
        if found := self.scan(r"([pP])(?:\{(\^?)([\w =]+)\}|([LMNZSPC]))"):
            return self.property(found[3] or found[4], (found[1] == "P") != bool(found[2]))
        return None

    def shorthand(self, letter: str) -> Class:
        small, negated = letter.lower(), letter.isupper()
        if self.ascii or small == "h":
            ranges = _SHORTHAND[small]
            return Class(complement(ranges) if negated else ranges)
        if small == "s":
            return Class(complement(_WHITE_SPACE) if negated else _WHITE_SPACE)
        return Class((), (Property("Nd" if small == "d" else "Word", negated),))

    def property(self, name: str, negated: bool) -> Class:
        name = name.replace(" ", "")
        if name in _POSIX:
            ranges = _fold(_POSIX[name]) if "i" in self.flags else _POSIX[name]
            return Class(complement(ranges)) if negated and ranges != ANYTHING else self.charset(ranges)
        names = _category_names(name)
        if "i" in self.flags and names[0] in ("Lu", "Ll", "Lt"):
            names = ("Lu", "Ll", "Lt")
        if negated and len(names) > 1:
            return Class((), tuple(Property(each) for each in names), negated=True)
        return Class((), tuple(Property(each, negated) for each in names))

    def character(self) -> int:
        r"""Read what follows a `\` when it stands for one character; a surrogate pair is one."""
        if found := self.scan(r"u[dD]([89abAB][0-9a-fA-F]{2})\\u[dD]([c-fC-F][0-9a-fA-F]{2})"):
            return 0x10000 + ((int(found[1], 16) - 0x800) << 10) + int(found[2], 16) - 0xC00
        if found := self.scan(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[xu]\{([0-9a-fA-F]{1,6})\}"):
            return self.code_point(int(next(filter(None, found.groups())), 16))
        if found := self.scan(r"0([0-3]?[0-7]{0,2})"):
            return int(found[1] or "0", 8)
        if found := self.scan(r"c([A-Za-z])"):
            return ord(found[1].upper()) - 64
        char = self.expect(r"(?s)(.)", "a character after the last '\\'")
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char.isascii() and char.isalnum():
            raise RegexError(f"\\{char} means nothing, or not the same to Java and ECMAScript")
        return ord(char)

    def code_point(self, code: int) -> int:
        if code > LAST:
            raise RegexError(f"there is no character U+{code:X}")
        return code

    # bracket = "[" [ "^" ] { item [ "-" item ] } [ "&&" ( bracket | ... ) ] "]"

    def bracket(self) -> Class:
        negated = self.take("^")
        if self.take("]"):
            raise RegexError("'[]' and '[^]' mean something else to Java and ECMAScript")
        ranges: list[tuple[int, int]] = []
        sets: list[Class] = []
        within: Class | None = None
        while not self.take("]"):
            if self.take("&&["):  # Java's intersection; any other "&&" is two (equal) literals
                other = self.bracket()
                within = other if within is None else _within(within, other)
                continue
            self.class_item(ranges, sets)
        group = self.united(tuple(ranges), sets, negated)
        return group if within is None else _within(group, within)

    def class_item(self, ranges: list[tuple[int, int]], sets: list[Class]) -> None:
        low = self.class_atom()
        if isinstance(low, Class):
            sets.append(low)
        elif self.scan(r"-(?!\]|\\[dDwWsShHpP])"):
            high = self.class_atom()
            if not isinstance(high, int) or high < low:
                raise RegexError(f"a range of characters is the wrong way round before character {self.at + 1}")
            ranges.append((low, high))
        else:
            ranges.append((low, low))

    def class_atom(self) -> Class | int:
        if self.take("\\"):
            return 8 if self.take("b") else self.set_escape() or self.character()
        return ord(self.expect(r"(?s)(.)", "']'"))

    def united(self, ranges: Ranges, sets: list[Class], negated: bool) -> Class:
        if len(sets) == 1 and not ranges and sets[0].negated:
            return replace(sets[0], negated=not negated)
        if any(each.negated for each in sets):
            raise RegexError("a union with the complement of several properties")
        ranges = (*ranges, *(pair for each in sets for pair in each.ranges))
        properties = tuple(dict.fromkeys(each for group in sets for each in group.properties))
        return self.charset(ranges, properties, negated)


def _category_names(name: str) -> tuple[str, ...]:
    """Translate Java's spellings of categories, scripts and binary properties."""
    if name in _JAVA_NAMES:
        return _JAVA_NAMES[name]
    bare = re.sub(r"^(?:Is|(?:gc|general_category)=)", "", name)
    if bare in _BINARY or re.fullmatch(r"[LMNZSPC][a-z]?", bare):
        return (bare,)
    script = re.fullmatch(r"(?:Is|Script=|script=|sc=|IsScript=)([A-Z]\w+)", name)
    if script is None:
        raise RegexError(f"\\p{{{name}}} is no category, script or class that we know")
    return (f"Script={script[1]}",)
