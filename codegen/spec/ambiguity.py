"""How long a backtracking engine may take over a pattern.

In: the tree of a pattern. Out: why its time grows faster than the text does, if so.

Time is counted, not measured, so that the verdict is the same on every machine: a small backtracking machine of our own
runs the pattern on texts made to hurt it (a way in, something a loop repeats, something it cannot end with) and counts
its steps while the text doubles. The count stops at a limit, so no pattern can hang it. It stands for what `re` and
`regex` do, without their shortcuts: it may accuse a pattern wrongly, in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

from codegen.records import dataclass
from codegen.spec.regex import (
    START,
    Alternation,
    Anchor,
    Atomic,
    Boundary,
    Class,
    Edge,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
    children,
    contains,
    sequence,
    walk,
)
from codegen.spec.spelling import PROBES, spell, width


@lru_cache(maxsize=65536)
def size(node: Node) -> int:
    """Count the characters of a pattern whose rounds are all written out: `(ab){1,200}` has 400."""
    match node:
        case Repeat(body, least, most):
            return size(body) * max(least + 1 if most is None else most, 1)
        case _:
            return max(1, sum(size(child) for child in children(node)))


# -------------------------------------------------------------------------------------------------- a counting machine

_STEPS = 60_000  # where counting stops; linear patterns stay far below on our texts
_UNBOUNDED = 1000  # a repetition that may go on for so long counts as endless
_COPIES = 3  # of a shorter one's optional rounds: enough to be ambiguous, few enough to be exhausted
_LARGEST = 400  # steps that the rounds of one loop are spelled out to, where each may take up more or less; arbitrary

Marks = tuple[int, "Marks"] | None
State = tuple[int, int, Marks]
"""Where in the program, where in the text, and where the loops we are in began their present round."""


@dataclass(frozen=True, slots=True)
class _Test:
    """Go on if the character here is one of the class."""

    group: Class


@dataclass(frozen=True, slots=True)
class _Fork:
    """Go on here, and if that fails there; both are relative."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class _Check:
    """Go on if nothing forbids it: an anchor, a word boundary, a look-around."""

    node: Anchor | Boundary | Look


@dataclass(frozen=True, slots=True)
class _Once:
    """Run a program by itself and keep its first result."""

    body: Node


@dataclass(frozen=True, slots=True)
class _Mark:
    """A round begins."""


@dataclass(frozen=True, slots=True)
class _Progress:
    """A round ends; where it has not moved there is no other."""


_Step = _Test | _Fork | _Check | _Once | _Mark | _Progress


@lru_cache(maxsize=2048)
def _program(node: Node) -> tuple[_Step, ...]:
    match node:
        case Class():
            return (_Test(node),)
        case Sequence(items):
            return tuple(step for item in items for step in _program(item))
        case Alternation((only,)):
            return _program(only)
        case Alternation((first, *others)):
            left, right = _program(first), _program(Alternation(tuple(others)))
            return (_Fork(1, len(left) + 2), *left, _Fork(len(right) + 1, 0), *right)
        case Repeat():
            return _repeat(node)
        case Group(body):
            return _program(body)
        case Atomic(body):
            return (_Once(body),)
        case Anchor() | Boundary() | Look():
            return (_Check(node),)
        case _:
            return ()  # a backreference: as if what it refers to were empty


def _repeat(node: Repeat) -> tuple[_Step, ...]:
    body = _program(node.body)
    copies = max(_COPIES, _LARGEST // max(len(body), 1)) if _varies(node.body) else _COPIES
    least = min(node.least, copies)
    if not _endless(node):
        optional: tuple[_Step, ...] = ()
        for _ in range(min((node.most or 0) - node.least, copies)):
            optional = (_Fork(1, len(body) + len(optional) + 1), *body, *optional)
        return body * least + optional
    size = len(body)
    return (*body * least, _Fork(1, size + 4), _Mark(), *body, _Progress(), _Fork(-size - 3, 0))


def _varies(node: Node) -> bool:
    """Tell whether a text can be cut into rounds of it in many ways: then each round multiplies the ways."""
    low, high = width(node)
    return low != high


def _endless(node: Repeat) -> bool:
    """Tell whether a loop is to be counted as one without end; loops in loops multiply, so those may be shorter."""
    if node.most is None or node.most >= _UNBOUNDED:
        return True
    nested = any(isinstance(each, Repeat) and each.most != each.least for each in walk(node.body))
    return nested and node.most - node.least >= 10


class _Holding(dict[str, bool]):
    """Whether a class holds a character, found out once for each."""

    def __init__(self, group: Class) -> None:
        super().__init__()
        self.group = group

    def __missing__(self, char: str) -> bool:
        self[char] = found = contains(self.group, char)
        return found


Code = tuple[tuple[type[_Step], Any], ...]


@lru_cache(maxsize=2048)
def _code(node: Node) -> Code:
    """Write a program as the machine runs it: each step with its kind, and a test as what it looks up."""
    program = _program(node)
    tables = {step.group: _Holding(step.group) for step in program if isinstance(step, _Test)}
    return tuple((type(step), tables[step.group] if isinstance(step, _Test) else step) for step in program)


class _Exhausted(Exception):
    """The count has reached its limit."""


class _Machine:
    """Runs programs on one text, the way backtracking engines do, and counts."""

    def __init__(self, text: str) -> None:
        self.text, self.steps = text, 0

    def search(self, node: Node) -> bool:
        anchored = isinstance(node, Sequence) and node.items[:1] == (START,)
        return any(self.run(node, start) is not None for start in range(1 if anchored else len(self.text) + 1))

    def run(self, node: Node, start: int, stop: int | None = None) -> int | None:
        """Find where a match that begins at `start` ends; `stop` is where it has to."""
        code = _code(node)
        stack: list[State] = [(0, start, None)]
        while stack:
            end = self.follow(code, stack)
            if end is not None and (stop is None or end == stop):
                return end
        return None

    def follow(self, code: Code, stack: list[State]) -> int | None:
        """Go one way until it ends, leaving the others on the stack; None where it leads nowhere.

        Millions of steps go through this loop, hence one `if` per kind of step instead of a function.
        """
        text, size, end = self.text, len(code), len(self.text)
        marks: Marks
        at, position, marks = stack.pop()
        while at < size:
            self.steps += 1
            if self.steps > _STEPS:
                raise _Exhausted
            kind, step = code[at]
            at += 1
            if kind is _Test:
                if position >= end or not step[text[position]]:
                    return None
                position += 1
            elif kind is _Fork:
                if step.second:
                    stack.append((at - 1 + step.second, position, marks))
                at += step.first - 1
            elif kind is _Progress:
                assert marks is not None
                at += marks[0] >= position  # a round that took nothing is the last: what comes next is tried once more
                marks = marks[1]
            elif kind is _Mark:
                marks = (position, marks)
            elif (moved := self.step(step, position)) is None:
                return None
            else:
                position = moved
        self.steps += 1
        return position

    def step(self, step: _Check | _Once, position: int) -> int | None:
        """Give where the next step goes on."""
        if isinstance(step, _Once):
            return self.run(step.body, position)
        return position if self.allows(step.node, position) else None

    def allows(self, node: Anchor | Boundary | Look, position: int) -> bool:
        if isinstance(node, Anchor):
            return position == (0 if node.edge in (Edge.START, Edge.LINE_START) else len(self.text))
        if isinstance(node, Boundary):
            near = [
                text and _holds(node.word, text)
                for text in (self.text[position - 1 : position], self.text[position:][:1])
            ]
            return (bool(near[0]) != bool(near[1])) != node.negated
        return self.sees(node, position) != node.negated

    def sees(self, look: Look, position: int) -> bool:
        if not look.behind:
            return self.run(look.body, position) is not None
        low, high = width(look.body)
        first = 0 if high is None else max(0, position - high)
        return any(self.run(look.body, start, position) is not None for start in range(position - low, first - 1, -1))


@lru_cache(maxsize=65536)
def _holds(group: Class, char: str) -> bool:
    return contains(group, char)


# --------------------------------------------------------------------------------------------------------------- growth

_ROUNDS = ((8, 16, 32), (5, 10, 20), (3, 6, 12))  # fewer where more exhaust the count
_DEGREES = ((2.9, 1), (5.7, 2), (11.0, 3))  # doubling a text makes n**k grow 2**k times; with some slack
_EXPONENTIAL = 9  # any degree beyond those
_ENDINGS = ("\n", "\x00", "~", "!\n")
_BUDGET = 2_000_000  # steps for all attacks on one pattern: about two seconds


@dataclass(frozen=True, slots=True)
class Attack:
    """A text made to hurt: a way into a loop, something to repeat there, something it cannot end with."""

    way_in: str
    pump: str
    ending: str

    def text(self, rounds: int) -> str:
        return self.way_in + self.pump * rounds + self.ending


@dataclass(frozen=True, slots=True)
class Growth:
    """How time grows with the text, when that is faster than the text itself, and how many steps it took to tell."""

    reason: str | None
    steps: int


def growth(node: Node, max_length: int | None) -> str | None:
    """Say how time grows, as `measured` has it."""
    return measured(node, max_length).reason


@lru_cache(maxsize=4096)
def measured(node: Node, max_length: int | None) -> Growth:
    """Look for an attack under which time grows faster than the text.

    Growth that the greatest length keeps under a million steps (about 10 ms) is none.
    """
    degree, pump, spent = 1, "", 0
    for attack in attacks(node):
        found, steps = _degree(node, attack)
        spent += steps
        degree, pump = (found, attack.pump) if found > degree else (degree, pump)
        if degree == _EXPONENTIAL or spent > _BUDGET:
            break
    if degree == 1 or (degree < _EXPONENTIAL and max_length is not None and max_length**degree <= 1_000_000):
        return Growth(None, spent)
    kind = "exponential" if degree == _EXPONENTIAL else f"polynomial (degree {degree})"
    return Growth(f"{kind} in the number of times that {pump!r} is repeated", spent)


def _degree(node: Node, attack: Attack) -> tuple[int, int]:
    """Estimate the degree of the polynomial from three texts, each twice as long; and the steps that took."""
    spent = 0
    for rounds in _ROUNDS:
        counts = _counts(node, [attack.text(each) for each in rounds])
        spent += sum(counts)
        if counts[-1] <= _STEPS:
            ratio = (counts[2] - counts[1]) / max(counts[1] - counts[0], 1)
            return next((degree for limit, degree in _DEGREES if ratio <= limit), _EXPONENTIAL), spent
    return _EXPONENTIAL, spent


def _counts(node: Node, texts: Iterable[str]) -> list[int]:
    """Count the steps for each text, up to the first that takes too many."""
    found: list[int] = []
    for text in texts:
        found.append(_count(node, text))
        if found[-1] > _STEPS:
            break
    return found


def finds(node: Node, text: str) -> bool | None:
    """Search a text; None where that takes more than `_STEPS`."""
    with suppress(_Exhausted):
        return _Machine(text).search(node)
    return None


def _count(node: Node, text: str) -> int:
    """Count the steps of a search; more than `_STEPS` means that it was given up."""
    machine = _Machine(text)
    with suppress(_Exhausted):
        machine.search(node)
    return machine.steps


def attacks(node: Node) -> Iterator[Attack]:
    """Aim at every loop that may go on for long, or whose rounds can be cut in many ways."""
    aimed = [(way_in, pump) for way_in, body in _loops(node, "") for pump in _pumps(body, node)]
    for ending in _ENDINGS:
        for way_in, pump in dict.fromkeys(aimed):
            yield Attack(way_in, pump, ending)


def _spell(node: Node) -> str:
    return spell(node, width(node)[0])


def _loops(node: Node, way_in: str) -> Iterator[tuple[str, Node]]:
    """Find the bodies of loops, each with a text that leads to it; a row of optional items is a loop as well.

    Short loops over one class are left out: by themselves they cost no more than their length.
    """
    if isinstance(node, Repeat) and (_endless(node) or not (node.most == 1 or isinstance(node.body, Class))):
        yield way_in, node.body
    if isinstance(node, Sequence) and (row := [each for each in node.items if _is_optional(each)])[_ROW:]:
        yield way_in, row[0]
    for child in children(node):
        yield from _loops(child, way_in)
        if isinstance(node, Sequence):
            way_in += _spell(child)


_ROW = 8  # items that are there or not, one of which could stand for the other: 2**8 ways and more; arbitrary


def _is_optional(node: Node) -> bool:
    return isinstance(node, Repeat) and node.least == 0 and node.most != 0


_PUMPS = 6  # per loop; arbitrary
_PUMP = 40  # characters of one at most; arbitrary


def _pumps(body: Node, root: Node) -> list[str]:
    """Choose what to repeat: what the loop's body accepts, first the characters that other loops share."""
    shared = [char for char in PROBES if _accepts(body, char)]
    rivals = [each for each in walk(root) if isinstance(each, Class)]
    shared.sort(key=lambda char: -sum(_holds(rival, char) for rival in rivals))
    spelled = [spell(body, width(body)[0] + extra, seed) for seed in (0, 1, 2) for extra in (0, 1)]
    short = [word for word in spelled if 0 < len(word) <= _PUMP]
    return list(dict.fromkeys([*shared[:3], *short]))[:_PUMPS] + _joined(body)


def _joined(body: Node) -> list[str]:
    """Spell the branches that others may be the parts of: `abc` of `abc|ab|c`."""
    words = dict.fromkeys(_spell(branch) for branch in _branches(body))
    return [
        word for word in words if 1 < len(word) <= _PUMP and any(one != word and one and one in word for one in words)
    ]


def _branches(node: Node) -> Iterator[Node]:
    if isinstance(node, Alternation):
        for branch in node.branches:
            yield from _branches(branch)
    else:
        yield node


def _accepts(body: Node, char: str) -> bool:
    try:
        return _Machine(char).run(sequence(body), 0, 1) is not None
    except _Exhausted:
        return False
