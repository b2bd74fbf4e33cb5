r"""What a pattern means, and which engine runs it: decided when generating, so that an import never finds out.

In: a pattern as a spec has it, whether the whole value must match or any part of it, and whether `\d \w \s \b` are
ASCII. Out: length bounds and pieces that must all hold, each in the dialect of an engine that takes it; or the reason
why none does. Pydantic's own engine (Rust) comes first, for it is linear on any input; Python's `re` and then the
`regex` package run what is left (look-arounds in the middle, backreferences).

To make Rust do: `(?=.{a,b}$)` at the start and a repetition that is the whole pattern become bounds on the length, and
other look-arounds at either end become pieces of their own, negated where they were.
`^(?=.{1,9}$)(?!aws:)[a-z]+$` gives 1 to 9 characters, `\A[^\n\r\x{2028}\x{2029}]*\z`, not `\Aaws:`, and `\A[a-z]+\z`.
`$` never matches before a final newline; `.` is read as ECMA-262 says (see `codegen.spec.regex`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache, lru_cache
from itertools import islice, takewhile
from typing import assert_never

from codegen.records import dataclass
from codegen.spec import ambiguity, plain, spelling
from codegen.spec.lowered import Engine, Lowered, Match, Piece, Unsupported, accepts, compiled, engine_module
from codegen.spec.regex import (
    ANYTHING,
    END,
    LAST,
    START,
    Alternation,
    Anchor,
    Atomic,
    Backreference,
    Boundary,
    Class,
    Edge,
    Group,
    Look,
    Node,
    Property,
    RegexError,
    Repeat,
    Sequence,
    complement,
    is_anything,
    parse,
    sequence,
    walk,
)

__all__ = [
    "Engine",
    "Lowered",
    "Match",
    "Piece",
    "Unsupported",
    "accepts",
    "finds",
    "growths",
    "is_large",
    "length_bounds",
    "lower",
    "matching",
    "may_hang",
    "refused",
    "split",
    "stand_in",
    "superlinear",
    "write",
]

Bounds = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece before it has an engine: found in the text, or not to be found there."""

    node: Node
    negated: bool = False


_SHORTEST = 100_000  # a pattern that asks for more would keep its engine busy compiling; arbitrary

# ---------------------------------------------------------------------------------------------------- the public calls


@cache
def lower(pattern: str, *, match: Match, ascii: bool) -> Lowered | Unsupported:
    """Decide what a pattern asks of a value and which engines check it."""
    try:
        root = parse(pattern, ascii=ascii)
        if spelling.width(root)[0] > _SHORTEST:
            raise RegexError(f"no text of less than {_SHORTEST:,} characters matches")
        parts = split(root, match)
        taken = [_enforce(part) for part in parts]
    except RegexError as error:
        return Unsupported(str(error))
    low = max((bounds[0] for bounds, _ in taken), default=0)
    high = min((bounds[1] for bounds, _ in taken if bounds[1] is not None), default=None)
    return Lowered(low or None, high, tuple(dict.fromkeys(piece for _, piece in taken if piece)))


@lru_cache(maxsize=1024)
def length_bounds(pattern: str, *, match: Match, ascii: bool) -> Bounds | None:
    """Tell the fewest and the most characters (None: no limit) of a text that matches; it may be fewer still."""
    try:
        parts = split(parse(pattern, ascii=ascii), match)
    except RegexError:
        return None
    bounds = [_part_bounds(part) for part in parts if not part.negated]
    return max((low for low, _ in bounds), default=0), min(
        (high for _, high in bounds if high is not None), default=None
    )


@lru_cache(maxsize=4096)
def superlinear(lowered: Lowered) -> str | None:
    """Say how a backtracking engine's time grows on bad input, when faster than the input; Rust's never does."""
    return next((growth.reason for growth in growths(lowered) if growth.reason), None)


def growths(lowered: Lowered) -> Iterator[ambiguity.Growth]:
    """Measure every piece that is left to a backtracking engine."""
    backtracking = (piece for piece in lowered.pieces if piece.engine is not Engine.RUST)
    return (ambiguity.measured(parse(piece.text, ascii=True), lowered.max_length) for piece in backtracking)


def may_hang(lowered: Lowered) -> bool:
    """Tell whether asking the engine of a pattern about some text might never end."""
    return (superlinear(lowered) or "").startswith("exponential")


@lru_cache(maxsize=4096)
def stand_in(piece: Piece, length: int) -> Piece:
    """Give what `re` finds, and soon, in any text so long in which Rust's engine finds a piece; else the piece.

    Of texts that can be in a spec, that is: none has half of a surrogate pair.
    """
    with suppress(RegexError):  # a word boundary is written in a way that only the engine reads
        tree = parse(piece.text, ascii=False)
        if plain.is_quick(tree, length):
            return Piece(Engine.RE, write(tree, Engine.RE), piece.negated)
    return piece


def finds(pattern: str, text: str) -> bool | None:
    """Search as backtracking engines do, for a bounded number of steps; None where that is not enough."""
    return ambiguity.finds(parse(pattern, ascii=True), text)


def matching(
    pattern: str, *, match: Match, ascii: bool, min_length: int | None = None, max_length: int | None = None
) -> tuple[str, ...]:
    """Make up a few texts the pattern accepts, within the bounds, shortest first; none where asking may never end."""
    lowered = lower(pattern, match=match, ascii=ascii)
    if isinstance(lowered, Unsupported) or may_hang(lowered):
        return ()
    own = length_bounds(pattern, match=match, ascii=ascii) or (0, None)
    return _matching(pattern, match, ascii, lowered, _narrow(own, (min_length or 0, max_length)))


@lru_cache(maxsize=2048)
def _matching(pattern: str, match: Match, ascii: bool, lowered: Lowered, bounds: Bounds) -> tuple[str, ...]:
    low, high = bounds
    root = parse(pattern, ascii=ascii)
    heads = [part.node for part in split(root, match) if not part.negated]
    for node in (root, *heads):  # a look-ahead may be all that says what is wanted: `(?=\$)(?=\S+$).*`
        spelled = spelling.words(node, low, high)
        padded = spelled if match == "full" else [each for word in spelled for each in _pad(word, low)]
        if found := _shortest(word for word in padded if _fits(word, low, high) and accepts(lowered, word)):
            return found
    return ()


@lru_cache(maxsize=1024)
def refused(
    pattern: str, *, match: Match, ascii: bool, min_length: int | None = None, max_length: int | None = None
) -> tuple[str, ...]:
    """Make up a few texts that nearly match, within the bounds, shortest first; none where asking may never end."""
    lowered = lower(pattern, match=match, ascii=ascii)
    if isinstance(lowered, Unsupported) or not lowered.pieces or may_hang(lowered):
        return ()
    low, high = _narrow((min_length or 0, max_length), (lowered.min_length or 0, lowered.max_length))
    if low > _SHORTEST:
        return ()
    good = matching(pattern, match=match, ascii=ascii, min_length=min_length, max_length=max_length) or ("a" * low,)
    kinds = zip(*(_near_misses(word) for word in good), strict=True)
    misses = (
        (word for words in kind for word in words if _fits(word, low, high) and accepts(lowered, word) is False)
        for kind in kinds
    )
    return _shortest(word for kind in misses for word in islice(kind, 1))


_SAMPLES = 8  # arbitrary: enough for a test to vary, few enough to print


def _shortest(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words), key=lambda word: (len(word), word))[:_SAMPLES])


def _fits(word: str, low: int, high: int | None) -> bool:
    return low <= len(word) and (high is None or len(word) <= high)


def _narrow(one: Bounds, other: Bounds) -> Bounds:
    highs = [high for high in (one[1], other[1]) if high is not None]
    return max(one[0], other[0]), min(highs, default=None)


def _pad(word: str, low: int) -> tuple[str, ...]:
    padding = "a" * (low - len(word))
    return (word, word + padding, padding + word) if padding else (word,)


def _near_misses(word: str) -> tuple[Iterable[str], ...]:
    """Change a word in one place, in several ways; of each the first that is refused will do."""
    half = len(word) // 2
    return (
        [word + "\n"],
        [word[:-1], word[1:]],
        (word[:half] + char + word[half + 1 :] for char in spelling.PROBES),
        (word[:half] + char + word[half:] for char in spelling.PROBES),
        (char + word[1:] for char in spelling.PROBES),
        (word[:-1] + char for char in spelling.PROBES),
    )


# ------------------------------------------------------------------------------------------------------------ splitting


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else (node,)


def split(root: Node, match: Match) -> list[Part]:
    """Take the look-arounds at both ends off a pattern."""
    items = (START, *_items(root), END) if match == "full" else _items(root)
    heads, items = _take_heads(items)
    tails, items = _take_tails(items)
    parts = [*heads, *tails, Part(sequence(*items))]
    return [part for part in parts if part.negated or not _vacuous(part.node)]


def _take_heads(items: tuple[Node, ...]) -> tuple[list[Part], tuple[Node, ...]]:
    r"""`\A(?!a)b` gives not `\Aa`, and `\Ab`. Nothing is taken from a pattern that may start anywhere."""
    leading = tuple(takewhile(lambda item: item == START or _is_look(item, behind=False), items))
    if START not in leading:
        return [], items
    rest = items[len(leading) :]
    looks = [item for item in leading if isinstance(item, Look)]
    kept = tuple(look for look in looks if not _stands_alone(look, [*looks, *rest]))
    parts = [Part(_anchored(START, look.body), look.negated) for look in looks if look not in kept]
    return parts, (START, *kept, *rest)


def _take_tails(items: tuple[Node, ...]) -> tuple[list[Part], tuple[Node, ...]]:
    r"""`a(?<!b)\z` gives not `b\z`, and `a\z`."""
    trailing = tuple(takewhile(lambda item: item == END or _is_look(item, behind=True), reversed(items)))[::-1]
    if END not in trailing:
        return [], items
    rest = items[: len(items) - len(trailing)]
    looks = [item for item in trailing if isinstance(item, Look)]
    kept = tuple(look for look in looks if not _stands_alone(look, [*looks, *rest]))
    parts = [Part(_anchored(look.body, END), look.negated) for look in looks if look not in kept]
    return parts, (*rest, *kept, END)


def _is_look(node: Node, *, behind: bool) -> bool:
    return isinstance(node, Look) and node.behind == behind


def _stands_alone(look: Look, others: list[Node]) -> bool:
    """Tell whether no backreference crosses the border of a look-around."""
    inside = list(walk(look))
    outside = [node for other in others if other is not look for node in walk(other)]
    return not (_used(inside) & _captured(outside) or _used(outside) & _captured(inside))


def _used(nodes: list[Node]) -> set[int]:
    return {node.number for node in nodes if isinstance(node, Backreference)}


def _captured(nodes: list[Node]) -> set[int]:
    return {node.number for node in nodes if isinstance(node, Group)}


def _anchored(first: Node, last: Node) -> Node:
    """Join two nodes; an anchor said twice is said once."""
    items = (*_items(first), *_items(last))
    return sequence(
        *(item for i, item in enumerate(items) if i == 0 or item != items[i - 1] or item not in (START, END))
    )


def _vacuous(node: Node) -> bool:
    """Tell whether a search for it always succeeds."""
    zero_width = Look | Anchor | Boundary | Backreference
    return spelling.width(node)[0] == 0 and not any(isinstance(each, zero_width) for each in walk(node))


# --------------------------------------------------------------------------------------------------------------- bounds


def _part_bounds(part: Part) -> Bounds:
    items = _items(part.node)
    low, high = spelling.width(part.node)
    return low, high if items[:1] == (START,) and items[-1:] == (END,) else None


def _as_bounds(part: Part) -> tuple[Bounds, Part | None]:
    r"""Move the length out of `\A[class]{a,b}\z`, which keeps the class only; and nothing, where that is anything."""
    match part.node:
        case Sequence((Anchor(Edge.START), Repeat(Class() as body, low, high), Anchor(Edge.END))) if not part.negated:
            if is_anything(body):
                return (low, high), None
            if low != high and (low > 1 or (high or 1) > 1):
                return (low, high), Part(sequence(START, Repeat(body, 0, None), END))
        case _:
            pass
    return (0, None), part


def _without_count(part: Part) -> tuple[Bounds, Part] | None:
    r"""Move one long repetition out of a pattern whose other parts have a fixed length.

    `\Aarn:.{1,2048}\z` gives 5 to 2052 characters and `\Aarn:.*\z`: the only way to make Rust take it.
    """
    items = _items(part.node)
    varying = [i for i, item in enumerate(items) if len(set(spelling.width(item))) > 1]
    if part.negated or items[:1] != (START,) or items[-1:] != (END,) or len(varying) != 1:
        return None
    item = items[varying[0]]
    if not isinstance(item, Repeat) or not isinstance(item.body, Class):
        return None
    free = Repeat(item.body, 0, None)
    return _part_bounds(part), Part(sequence(*items[: varying[0]], free, *items[varying[0] + 1 :]))


# -------------------------------------------------------------------------------------------------------------- engines


def _enforce(part: Part) -> tuple[Bounds, Piece | None]:
    bounds, rest = _as_bounds(part)
    if rest is None:
        return bounds, None
    relaxed = _without_count(rest)
    tries = [(bounds, rest, [Engine.RUST])]
    tries += [(relaxed[0], relaxed[1], [Engine.RUST])] if relaxed else []
    tries += [(bounds, rest, [Engine.RE, Engine.REGEX])]
    reasons: list[str] = []
    for limits, candidate, engines in tries:
        for engine in engines:
            taken = _try(candidate, engine)
            if isinstance(taken, Piece):
                return limits, taken
            reasons.append(taken)
    raise RegexError(f"no engine takes it: {'; '.join(dict.fromkeys(reasons))}")


_LARGEST = 10_000  # characters, all rounds written out; arbitrary: the largest of AWS's that is ambiguous has a tenth


def _try(part: Part, engine: Engine) -> Piece | str:
    if engine is Engine.RUST and plain.is_plain(part.node):
        return Piece(engine, write(part.node, engine), part.negated)
    if engine is Engine.RUST and _laborious(part.node):
        return "rust: too many ways to match, each kept in mind at every character"
    try:
        text = write(part.node, engine)
    except RegexError as error:
        return f"{engine}: {error}"
    try:
        compiled(engine, text)
    except _refusals(engine) as error:
        return f"{engine}: {str(error).splitlines()[-1].strip() or type(error).__name__}"
    return Piece(engine, text, part.negated)


def _laborious(node: Node) -> bool:
    """Tell whether Rust's engine, linear as it is, takes seconds for some text: it goes all ways at once."""
    return is_large(node) and ambiguity.growth(node, None) is not None


def is_large(node: Node) -> bool:
    return ambiguity.size(node) > _LARGEST


def _refusals(engine: Engine) -> tuple[type[Exception], ...]:
    """What is raised when an engine does not take a pattern."""
    refusal = engine_module(engine).SchemaError if engine is Engine.RUST else engine_module(engine).error
    return (refusal, OverflowError, RecursionError, MemoryError)


# -------------------------------------------------------------------------------------------------------------- writing

_ESCAPED = frozenset("\\.+*?()|[]{}^$#&-~")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\v": "\\v"}


def write(node: Node, engine: Engine) -> str:
    """Write a tree in an engine's dialect; raises RegexError where that has no words for it."""
    match node:
        case Class():
            return _class(node, engine)
        case Sequence(items):
            return "".join(f"(?:{write(item, engine)})" if _loose(item) else write(item, engine) for item in items)
        case Alternation(branches):
            return "|".join(write(branch, engine) for branch in branches)
        case Repeat(body, low, high):
            text = write(body, engine)
            return (text if _one_character(body, text) else f"(?:{text})") + _count(low, high)
        case Anchor(edge):
            return _edge(edge, engine)
        case Boundary():
            return _boundary(node, engine)
        case Atomic() | Group() | Backreference() | Look():
            return _backtracking(node, engine)
        case _:
            assert_never(node)


def _loose(node: Node) -> bool:
    return isinstance(node, Alternation)


def _one_character(body: Node, text: str) -> bool:
    return isinstance(body, Class) and not text.startswith("(?")


_SHORT: dict[tuple[int, int | None], str] = {(0, None): "*", (1, None): "+", (0, 1): "?"}


def _count(low: int, high: int | None) -> str:
    short = _SHORT.get((low, high))
    if short:
        return short
    return f"{{{low}}}" if low == high else f"{{{low},{'' if high is None else high}}}"


def _backtracking(node: Atomic | Group | Backreference | Look, engine: Engine) -> str:
    if engine is Engine.RUST:
        raise RegexError("no look-around, backreference or possessive repetition")
    if isinstance(node, Backreference):
        return f"(?P=g{node.number})"
    text = write(node.body, engine)
    if isinstance(node, Group):
        return f"(?P<g{node.number}>{text})"
    if isinstance(node, Atomic):
        return f"(?>{text})"
    return f"(?{'<' * node.behind}{'!' if node.negated else '='}{text})"


def _edge(edge: Edge, engine: Engine) -> str:
    end = r"\z" if engine is Engine.RUST else r"\Z"
    lines = {Edge.LINE_START: "(?m:^)", Edge.LINE_END: "(?m:$)"}
    return {Edge.START: r"\A", Edge.END: end, **lines}[edge]


def _boundary(node: Boundary, engine: Engine) -> str:
    letter = "B" if node.negated else "b"
    if engine is Engine.RUST:
        return f"\\{letter}" if node.word.properties else f"(?-u:\\{letter})"
    word = write(node.word, engine)
    same, other = ("=", "!") if node.negated else ("!", "=")
    return f"(?:(?<={word})(?{same}{word})|(?<!{word})(?{other}{word}))"


def _class(group: Class, engine: Engine) -> str:
    if group.within is not None:
        inner, outer = write(group.within, engine), _bracketed(group, engine)
        return f"[{outer}&&{inner}]" if engine is Engine.RUST else f"(?:(?={inner}){outer})"
    single = len(group.ranges) == 1 and group.ranges[0][0] == group.ranges[0][1]
    if single and not group.properties and not group.negated:
        return _char(group.ranges[0][0], engine)
    return _bracketed(group, engine)


def _bracketed(group: Class, engine: Engine) -> str:
    if not group.ranges and not group.properties:
        return _bracketed(Class(ANYTHING, negated=not group.negated), engine)
    if not group.properties and group.ranges[-1][1] == LAST and group.ranges != ANYTHING:  # `[^,]` reads better
        return _bracketed(Class(complement(group.ranges), negated=not group.negated), engine)
    ranges = "".join(_range(low, high, engine) for low, high in group.ranges)
    properties = "".join(_property(item, engine) for item in group.properties)
    return f"[{'^' * group.negated}{ranges}{properties}]"


def _range(low: int, high: int, engine: Engine) -> str:
    between = "" if high - low < 2 else "-"
    return _char(low, engine) + (between + _char(high, engine) if high > low else "")


def _property(item: Property, engine: Engine) -> str:
    if engine is Engine.RE and item.name == "Nd":
        return r"\D" if item.negated else r"\d"
    if engine is Engine.RE:
        raise RegexError(f"no Unicode properties ({item.name})")
    if item.name != "Word":
        return f"\\{'P' if item.negated else 'p'}{{{item.name}}}"
    return r"\W" if item.negated else r"\w"


def _char(code: int, engine: Engine) -> str:
    char = chr(code)
    if char in _ESCAPED:
        return f"\\{char}"
    if char in _NAMED:
        return _NAMED[char]
    if char.isascii() and char.isprintable():
        return char
    if engine is Engine.RUST:
        return f"\\x{{{code:X}}}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
