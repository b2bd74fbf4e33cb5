"""The table of rules as a page to read.

In: `rules.RULES`. Out: Markdown; `docs/diff-rules.md` is this, and a test keeps it so.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from codegen.diff.findings import Audience
from codegen.diff.rules import RULES, Rule, Three

_HEAD = """# What `speccast diff` finds

Every change falls under one rule. A rule says how much the change hurts each of three audiences, and why:

- **caller**: a program that was built from the old release and talks to the new service;
- **source**: a program written against the old generated package, built with the new one;
- **server**: whoever implements the service, or stands in for it.

✗ is breaking, ! risky, ✓ safe, – cosmetic. A shape that travels in requests and in answers gets the worse of both; one
that no operation reaches is cosmetic to caller and server. Where the source verdict is in *italics*, what really counts
is the Python that would be generated from both releases: the mark is what that usually says.

Generated readers are lenient: members, enum values and union arms that an answer brings and nobody knows are kept, and
no constraint of an answer is checked. The verdicts rest on that.

The mirror of a rule is the one that the way back falls under. A rule with one row means the same in requests and in
answers, for the reason given below the table.
"""


def rules_page() -> str:
    """Write the page."""
    return "\n".join([_HEAD, *_areas()])


def _areas() -> Iterator[str]:
    for area, found in groupby(RULES.values(), key=lambda rule: rule.id.partition(".")[0]):
        rules = list(found)
        yield f"## {area}\n"
        yield from (f"- `{rule.id}`: {rule.title}; {_mirror(rule)}" for rule in rules)
        yield f"\n| rule | travels in | {' | '.join(Audience)} |\n|---|---|---|---|---|"
        yield from (row for rule in rules for row in _rows(rule))
        yield ""
        yield from (f"{', '.join(f'`{one}`' for one in ids)}: {reason}.\n" for reason, ids in _waived(rules).items())


def _mirror(rule: Rule) -> str:
    return "its own mirror" if rule.mirror == rule.id else f"mirror `{rule.mirror}`"


def _rows(rule: Rule) -> Iterator[str]:
    if rule.same:
        yield _row(rule.id, "either", rule.input)
        return
    yield _row(rule.id, "requests", rule.input)
    yield _row(rule.id, "answers", rule.output)


def _row(rule: str, way: str, three: Three) -> str:
    return f"| `{rule}` | {way} | {' | '.join(_cell(text) for text in three)} |"


def _cell(text: str) -> str:
    """`"=✗ the class is gone"` gives `*✗ the class is gone*`."""
    return f"*{text[1:]}*" if text.startswith("=") else text


def _waived(rules: list[Rule]) -> dict[str, list[str]]:
    """Group the rules that have one row by the reason for it."""
    found: dict[str, list[str]] = {}
    for rule in rules:
        if rule.same:
            found.setdefault(rule.same, []).append(rule.id)
    return found
