r"""Regular languages, searched for a word that tells two of them apart.

In: two languages, each a term (`codegen.spec.terms`) and bounds on the length of its words. Out: the shortest words
that are in one and not in the other, and whether any is in both; or that it would take too long.

The search walks pairs of terms, what is left of either language after the same word, length by length, and stops when
it knows. Bounds on the length are counted beside the pairs, not built into terms: `.{0,2048}` would make two thousand
of each.

Libraries were tried: greenery 4.2.3 and automata-lib 9.2.0 read no look-arounds and no Unicode properties, interegular
0.3.3 no properties and no `$` within a look-ahead; and it builds each automaton whole: 4 s of CPU for two patterns
of ARNs that end in `{1,2048}`, which take 0.2 s here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.records import dataclass
from codegen.spec.characters import Alphabet
from codegen.spec.meanings import Undecided
from codegen.spec.terms import NOTHING, Either, Term, after, empty, told_apart

MOST_STEPS = 1_000_000
"""Steps from pair to pair before a search gives up; arbitrary, a second or two."""
_DERIVING = 30
"""Steps along known ways that take as long as finding one way out of a new pair."""
LONGEST = 100_000
"""Characters of a word that is worth spelling; arbitrary."""


@dataclass(frozen=True, slots=True)
class Language:
    """What a term leaves, of words that have `least` to `most` characters."""

    term: Term
    least: int = 0
    most: int | None = None

    @property
    def bounds(self) -> tuple[int, int | None]:
        return self.least, self.most

    def holds(self, left: Term, length: int) -> bool:
        """Tell of a word so long, after which so much is left, whether it is in here."""
        return self.least <= length and (self.most is None or length <= self.most) and empty(left)


@dataclass(frozen=True, slots=True)
class Apart:
    """Shortest words: in the first language only, in the second only; `common`: some word is in both.

    `common` is only looked for where the others leave it open.
    """

    first: str | None
    second: str | None
    common: bool = True


class TooLong(Undecided):
    """Says that a search was given up, and what it had found."""

    def __init__(self, reason: str, found: Apart) -> None:
        super().__init__(reason)
        self.found = found


Pair = tuple[Term, Term]
_Level = dict[Pair, tuple[Pair, int] | None]
"""Pairs that words of one length lead to, each with the pair before and the character between."""

_KINDS: Mapping[str, tuple[bool, bool]] = {"first": (True, False), "second": (False, True)}
_COMMON: Mapping[str, tuple[bool, bool]] = {"common": (True, True)}


def tell_apart(one: Language, other: Language, alphabet: Alphabet, allowed: int) -> Apart:
    """Search for what tells two languages apart, in words of some symbols. Raises TooLong."""
    told = _Search(one, other, alphabet, allowed, _KINDS).run()
    if len(told) < len(_KINDS):
        return Apart(told.get("first"), told.get("second"))
    return Apart(told["first"], told["second"], bool(_Search(one, other, alphabet, allowed, _COMMON).run()))


def words(language: Language, alphabet: Alphabet) -> Iterator[str]:
    """Walk words of a language, one for each thing that may be left of it: few, and unlike each other."""
    search = _Search(language, Language(NOTHING), alphabet, alphabet.every, _KINDS)
    for length, level in search.levels():
        yield from (search.spelled(length, pair) for pair in level if language.holds(pair[0], length))


class _Search:
    """A search for the shortest word of each kind: in both languages or not, as the kind says."""

    def __init__(
        self, one: Language, other: Language, alphabet: Alphabet, allowed: int, kinds: Mapping[str, tuple[bool, bool]]
    ) -> None:
        self._one, self._other, self._alphabet, self._allowed = one, other, alphabet, allowed
        self._kinds = dict(kinds)
        self._found: dict[str, str] = {}
        self._levels: list[tuple[int, _Level]] = []
        self._steps = 0
        self._onward: dict[Pair, tuple[tuple[int, Pair], ...]] = {}

    def run(self) -> dict[str, str]:
        for length, level in self.levels():
            for pair in level:
                held = self._one.holds(pair[0], length), self._other.holds(pair[1], length)
                for kind in [kind for kind, wanted in self._kinds.items() if held == wanted]:
                    self._found[kind] = self.spelled(length, pair)
                    del self._kinds[kind]
            if not self._kinds:
                break
        return self._found

    def levels(self) -> Iterator[tuple[int, _Level]]:
        """Walk what words of 0, 1, 2... characters lead to; once all bounds are passed, each pair only once."""
        ends = {end for side in (self._one, self._other) for end in (side.least - 1, side.most) if end is not None}
        settled = max(ends)
        turns = sorted({turn for end in ends for turn in (end, end + 1)})
        level: _Level = {(self._one.term, self._other.term): None}
        length = 0
        while length <= settled and level:
            self._levels.append((length, level))
            yield length, level
            if self._goes_round():
                length = next(turn for turn in turns if turn > length)
            else:
                level, length = self._next(level), length + 1
        seen: set[Pair] = set()
        while level:
            seen |= level.keys()
            self._levels.append((length, level))
            yield length, level
            level = {pair: came for pair, came in self._next(level).items() if pair not in seen}
            length += 1

    def _goes_round(self) -> bool:
        """Tell whether one more character leads to the same pairs, and so on: until a bound is met, nothing is new."""
        return len(self._levels) > 1 and self._levels[-2][1].keys() == self._levels[-1][1].keys()

    def _next(self, level: _Level) -> _Level:
        following: _Level = {}
        for pair in level:
            if self._hopeless(pair):
                continue
            steps = self._onward.get(pair) or self._leave(pair)
            self._spend(len(steps))
            for symbol, target in steps:
                following.setdefault(target, (pair, symbol))
        return following

    def _leave(self, pair: Pair) -> tuple[tuple[int, Pair], ...]:
        """Give what may come after each character that makes a difference here, and that character."""
        groups = [self._allowed]
        for known in told_apart(pair[0]) | told_apart(pair[1]):
            groups = [part for group in groups for part in (group & known, group & ~known) if part]
        symbols = sorted((group & -group).bit_length() - 1 for group in groups)
        size = sum(len(side.terms) if isinstance(side, Either) else 1 for side in pair)
        self._spend(_DERIVING * size * len(symbols))
        targets: dict[Pair, int] = {}
        for symbol in symbols:
            targets.setdefault((after(pair[0], symbol), after(pair[1], symbol)), symbol)
        self._onward[pair] = tuple((symbol, target) for target, symbol in targets.items())
        return self._onward[pair]

    def _spend(self, steps: int) -> None:
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise self._too_long(f"more than {MOST_STEPS:,} steps would have to be searched")

    def _too_long(self, reason: str) -> TooLong:
        return TooLong(reason, Apart(self._found.get("first"), self._found.get("second")))

    def _hopeless(self, pair: Pair) -> bool:
        """Tell whether nothing that is still wanted can come after a pair."""
        alike = pair[0] is pair[1] and self._one.bounds == self._other.bounds
        return all(
            (pair[0] is NOTHING and wanted[0])
            or (pair[1] is NOTHING and wanted[1])
            or (alike and wanted != (True, True))
            for wanted in self._kinds.values()
        )

    def spelled(self, length: int, pair: Pair) -> str:
        """Go back to the beginning from a pair, and give the characters on the way."""
        if length > LONGEST:
            raise self._too_long(f"only texts of more than {LONGEST:,} characters tell them apart")
        symbols: list[int] = []
        entry = len(self._levels) - 1
        for at in range(length, 0, -1):
            while self._levels[entry][0] > at:
                entry -= 1
            came = self._levels[entry][1][pair]
            assert came is not None
            pair = came[0]
            symbols.append(came[1])
        return "".join(self._alphabet.shown[symbol] for symbol in reversed(symbols))
