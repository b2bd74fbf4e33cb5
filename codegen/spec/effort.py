"""How much work it is to judge patterns, in steps of about a microsecond: there is a limit for all those of a spec.

In: patterns. Out: steps, the same on every machine: those that the search for bad input counts, and what reading a
pattern was measured to take, by its text. Each pattern by itself is bounded; a spec has room for thousands.
"""

from __future__ import annotations

import re
from contextlib import suppress

from codegen.spec import ambiguity
from codegen.spec.lowered import Match, Unsupported
from codegen.spec.patterns import growths, is_large, lower, split
from codegen.spec.regex import RegexError, parse

MOST_STEPS = 8_000_000
"""Of all patterns of a spec. Arbitrary: among AWS's models partnercentral-selling's take the most, a quarter of it."""
_EACH, _CHARACTER, _LOOK = 2_000, 50, 30_000
_AT_ONCE = 3
"""Steps of the search for bad input that take as long as one of ours."""
_LOOKS = re.compile(r"\(\?<?[=!]")


def effort_of_reading(pattern: str) -> int:
    """Estimate by the text alone; whether any text matches takes longest where look-arounds are."""
    return _EACH + _CHARACTER * len(pattern) + _LOOK * len(_LOOKS.findall(pattern))


def effort_of_measuring(pattern: str, *, match: Match, ascii: bool) -> int:
    """Count the steps of looking for texts that take an engine long."""
    lowered = lower(pattern, match=match, ascii=ascii)
    found = [] if isinstance(lowered, Unsupported) else [growth.steps for growth in growths(lowered)]
    with suppress(RegexError):
        parts = split(parse(pattern, ascii=ascii), match)
        found += [ambiguity.measured(part.node, None).steps for part in parts if is_large(part.node)]
    return sum(found) // _AT_ONCE
