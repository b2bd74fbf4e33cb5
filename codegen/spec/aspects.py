"""What a decision settles: a fact of the spec, and which aspect of it.

In: the texts in `facts` of a decision. Out: `DecidedFact`s. The words are those that the spec format has for each
aspect, so that `"Title:length"` is what stands under `length` of the shape `Title`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from codegen.spec.ir import Decision, SpecText


class Settles(StrEnum):
    """Which aspect of a fact a decision is about."""

    LISTED = "listed"
    MEMBERS = "members"
    TYPE = "type"
    REQUIRED = "required"
    LENGTH = "length"
    RANGE = "range"
    PATTERN = "pattern"
    VALUES = "values"
    KNOWN_VALUES = "knownValues"
    DEFAULT = "default"
    IDEMPOTENCY_TOKEN = "idempotencyToken"
    TIMESTAMP_FORMAT = "timestampFormat"
    ERRORS = "errors"
    READONLY = "readonly"
    PAGINATOR = "paginator"
    ASYNCHRONOUS = "asynchronous"
    HTTP_ERROR = "httpError"
    RETRYABLE = "retryable"
    SUGGESTED_ACTION = "suggestedAction"
    DOCUMENTATION = "documentation"


MEANINGS: Mapping[Settles, str] = {
    Settles.LISTED: "a member, a value or an error is there or not",
    Settles.MEMBERS: "which members a structure or union has",
    Settles.TYPE: "the type",
    Settles.REQUIRED: "whether a member is required",
    Settles.LENGTH: "the bounds of a length",
    Settles.RANGE: "the bounds of a number",
    Settles.PATTERN: "the pattern",
    Settles.VALUES: "which valid values there are, and their order",
    Settles.KNOWN_VALUES: "which values prose names",
    Settles.DEFAULT: "the default",
    Settles.IDEMPOTENCY_TOKEN: "whether the client fills a member in",
    Settles.TIMESTAMP_FORMAT: "how a timestamp is written",
    Settles.ERRORS: "which errors an operation lists",
    Settles.READONLY: "whether an operation only reads",
    Settles.PAGINATOR: "how the answers of an operation are paged through",
    Settles.ASYNCHRONOUS: "what an operation does after it has answered",
    Settles.HTTP_ERROR: "the HTTP status of an error",
    Settles.RETRYABLE: "whether an error may be retried",
    Settles.SUGGESTED_ACTION: "what the caller of a failed operation can do",
    Settles.DOCUMENTATION: "prose alone: it settles no formal difference",
}

_OF_MEMBERS = frozenset(
    {
        Settles.LISTED,
        Settles.TYPE,
        Settles.REQUIRED,
        Settles.LENGTH,
        Settles.RANGE,
        Settles.PATTERN,
        Settles.VALUES,
        Settles.KNOWN_VALUES,
        Settles.DEFAULT,
        Settles.IDEMPOTENCY_TOKEN,
        Settles.TIMESTAMP_FORMAT,
        Settles.DOCUMENTATION,
    }
)
ASPECTS: Mapping[str, frozenset[Settles]] = {
    "shape": (_OF_MEMBERS | {Settles.MEMBERS})
    - {Settles.LISTED, Settles.REQUIRED, Settles.DEFAULT, Settles.IDEMPOTENCY_TOKEN},
    "member": _OF_MEMBERS,
    "value": frozenset({Settles.LISTED, Settles.DOCUMENTATION}),
    "operation": frozenset(
        {Settles.ERRORS, Settles.READONLY, Settles.PAGINATOR, Settles.ASYNCHRONOUS, Settles.DOCUMENTATION}
    ),
    "error": frozenset(
        {
            Settles.LISTED,
            Settles.MEMBERS,
            Settles.HTTP_ERROR,
            Settles.RETRYABLE,
            Settles.SUGGESTED_ACTION,
            Settles.DOCUMENTATION,
        }
    ),
    "event": frozenset({Settles.MEMBERS, Settles.DOCUMENTATION}),
}
"""The aspects that a fact has, by what kind of fact it is."""


@dataclass(frozen=True, slots=True)
class DecidedFact:
    """`path` as a fact is called, `aspect` None where the decision is about all of it."""

    path: str
    aspect: Settles | None


def decided_fact(text: SpecText) -> DecidedFact:
    """`"Title:length"` is the length of `Title`; what no aspect follows is a path as a whole, colons included."""
    path, _, word = text.raw.rpartition(":")
    aspect = _BY_WORD.get(word)
    return DecidedFact(path, aspect) if path and aspect else DecidedFact(text.raw, None)


def decided_facts(decision: Decision) -> tuple[DecidedFact, ...]:
    """Read what a decision settles, in its order."""
    return tuple(decided_fact(each) for each in decision.facts)


def decided_paths(decision: Decision) -> tuple[str, ...]:
    """Name the facts that a decision is about, each once, whatever it settles of them."""
    return tuple(dict.fromkeys(each.path for each in decided_facts(decision)))


_BY_WORD = {each.value: each for each in Settles}
