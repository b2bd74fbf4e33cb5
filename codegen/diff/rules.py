"""The table of rules: every kind of change, what it means to each audience and why, and its mirror.

In: nothing. Out: `RULES`, by rule id. A verdict is written as `"✗ reason"`: ✗ breaking, ! risky, ✓ safe, – cosmetic, in
the order caller, source, server. A source verdict that begins with `=` is settled by the Python that would be generated
from both releases (`surface`); its mark here is what that usually says. Where a rule has one set of verdicts for both
directions it is a waiver of the input/output mirror: the change means the same whichever way the shape travels.

Readers are lenient, as the generated ones are: members, enum values and union arms that an answer brings and nobody
knows are kept, and no constraint of an answer is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from codegen.diff.findings import Audience, Direction, Level, Verdict, Verdicts, worst
from codegen.records import dataclass

Three = tuple[str, str, str]
"""Verdicts of caller, source and server."""

_MARKS = {"✗": Level.BREAKING, "!": Level.RISKY, "✓": Level.SAFE, "–": Level.COSMETIC}


@dataclass(frozen=True, slots=True)
class Rule:
    """`mirror` is the rule that the opposite change falls under; itself where the change has no direction in time.

    `same` says why a rule has the same verdicts for input and output; None where it has both.
    """

    id: str
    title: str
    mirror: str
    input: Three
    output: Three
    same: str | None = None


def _both(id: str, title: str, mirror: str, verdicts: Three, same: str) -> Rule:
    return Rule(id, title, mirror, verdicts, verdicts, same)


_OF_OPERATION = "it is about an operation, not about what travels"
_OF_SERVICE = "it is about the service as a whole"
_OF_ERRORS = "errors travel in answers only"
_OF_INPUT = "it says something of requests only"
_OF_PYTHON = "it is about names in Python"
_TEXT = "it changes no value that may travel"
_ANY_WAY = "the type itself changed, whichever way it travels"

_LOCAL = "names and types stay; what the service refuses now is refused before it is sent"
_UNCHECKED = "constraints of answers are not checked"
_NO_EFFECT = "– no value is treated differently"
_PROSE: Three = ("– nothing on the wire changed", "– nothing but docstrings changed", "– worth reading")
_SAME: Three = (_NO_EFFECT, _NO_EFFECT, _NO_EFFECT)
_TIGHT: Three = ("✗ requests that were taken are refused", f"! {_LOCAL}", "! has to refuse what it took")
_TIGHT_ANSWER: Three = (f"✓ {_UNCHECKED}", f"✓ {_UNCHECKED}", "! has to answer within the narrower set")
_SET: Three = (
    "! requests beyond a bound that was not stated are refused",
    f"! {_LOCAL}",
    "! has to refuse what it took",
)
_LOOSE: Three = ("✓ every request stays valid", "✓ accepts more", "! has to accept more")
_LOOSE_ANSWER: Three = (
    "! answers may hold what was not possible, which columns and screens may not hold",
    f"✓ {_UNCHECKED}",
    "✓ every answer stays valid",
)
_UNDECIDED: Three = (
    "! whether a request that was taken is refused now cannot be decided",
    "! what is refused locally changes",
    "! has to check by the new rule",
)
_BINDING: Three = (
    "✗ old programs write and read it elsewhere",
    "✓ the generated code follows",
    "✗ old programs expect it elsewhere",
)


def _narrowing(subject: str, title: str) -> tuple[Rule, ...]:
    """The four ways in which bounds change: one end moves in or out, or the bounds as a whole come or go."""
    return (
        Rule(f"{subject}.tightened", f"{title} narrowed", f"{subject}.loosened", _TIGHT, _TIGHT_ANSWER),
        Rule(f"{subject}.loosened", f"{title} widened", f"{subject}.tightened", _LOOSE, _LOOSE_ANSWER),
        Rule(f"{subject}.set", f"{title} stated for the first time", f"{subject}.unset", _SET, _TIGHT_ANSWER),
        Rule(f"{subject}.unset", f"{title} no longer stated", f"{subject}.set", _LOOSE, _LOOSE_ANSWER),
    )


_OPERATIONS = (
    _both(
        "operation.added",
        "operation added",
        "operation.removed",
        ("✓ no program calls it yet", "✓ a new method", "! needs a new handler"),
        _OF_OPERATION,
    ),
    _both(
        "operation.removed",
        "operation removed",
        "operation.added",
        ("✗ the call is refused as unknown", "=✗ the method is gone", "✓ a handler less"),
        _OF_OPERATION,
    ),
    _both(
        "operation.renamed",
        "operation renamed: same input, output and errors under another name (a guess)",
        "operation.renamed",
        ("✗ the old name is refused as unknown", "=✗ the method has another name", "✗ has to answer to the new name"),
        _OF_OPERATION,
    ),
    _both(
        "operation.input-renamed",
        "input structure has another name",
        "operation.input-renamed",
        ("✓ the name does not travel", "=✗ the class has another name", "✓ the name does not travel"),
        "an operation's input is always a request",
    ),
    _both(
        "operation.output-renamed",
        "output structure has another name",
        "operation.output-renamed",
        ("✓ the name does not travel", "=✗ the class has another name", "✓ the name does not travel"),
        "an operation's output is always an answer",
    ),
    _both(
        "operation.input-added",
        "operation takes an input where it took none",
        "operation.input-removed",
        ("✓ a request without members stays valid", "=✓ new optional arguments", "! has to read it"),
        "an operation's input is always a request",
    ),
    _both(
        "operation.input-removed",
        "operation takes no input any more",
        "operation.input-added",
        ("! what is sent is ignored or refused", "=✗ the arguments are gone", "✓ nothing to read"),
        "an operation's input is always a request",
    ),
    _both(
        "operation.output-added",
        "operation answers with an output where it had none",
        "operation.output-removed",
        ("✓ an answer that is not read", "=✓ a method that gave nothing gives an answer", "! has to send it"),
        "an operation's output is always an answer",
    ),
    _both(
        "operation.output-removed",
        "operation answers with nothing any more",
        "operation.output-added",
        ("! every member reads None", "=✗ the method gives None", "✓ nothing to send"),
        "an operation's output is always an answer",
    ),
    _both(
        "operation.error-added",
        "error added to operations",
        "operation.error-removed",
        ("! arrives as a general service error", "✓ one class more to catch", "! may raise it"),
        _OF_ERRORS,
    ),
    _both(
        "operation.error-removed",
        "error removed from operations",
        "operation.error-added",
        ("✓ an error less to come", "=✓ the class stays", "✓ no longer raised"),
        _OF_ERRORS,
    ),
    _both("operation.errors-reordered", "errors listed in another order", "operation.errors-reordered", _SAME, _TEXT),
    _both(
        "operation.readonly-added",
        "operation marked read-only or idempotent",
        "operation.readonly-removed",
        ("✓ may be repeated safely", "✓ may be repeated safely", "✓ a promise that callers may rely on"),
        _OF_OPERATION,
    ),
    _both(
        "operation.readonly-removed",
        "operation no longer marked read-only or idempotent",
        "operation.readonly-added",
        ("! a retry may act twice", "✓ the generated code follows", "✓ a promise less"),
        _OF_OPERATION,
    ),
    _both(
        "operation.http-changed",
        "HTTP method or URI changed",
        "operation.http-changed",
        ("✗ old programs call another address", "✓ the generated code follows", "✗ has to answer at the new address"),
        _OF_OPERATION,
    ),
    _both(
        "operation.http-rewritten",
        "HTTP method or URI changed, which this protocol does not use",
        "operation.http-rewritten",
        _SAME,
        _OF_OPERATION,
    ),
    _both(
        "operation.endpoint-changed",
        "host prefix, authentication or wire name changed",
        "operation.endpoint-changed",
        (
            "! old programs use the old host, scheme or name",
            "✓ the generated code follows",
            "! has to take the new form",
        ),
        _OF_OPERATION,
    ),
    _both(
        "operation.task-changed",
        "steps, states or events of an asynchronous operation changed",
        "operation.task-changed",
        ("! waiting may read the state wrongly", "✓ the generated code follows", "! has to tell the state anew"),
        _OF_OPERATION,
    ),
)

_MEMBERS = (
    Rule(
        "member.added",
        "optional member added",
        "member.removed",
        ("✓ requests without it stay valid", "=✓ a new optional keyword", "! has to accept it"),
        ("✓ unknown members are kept", "=✓ a new attribute", "! may send it"),
    ),
    Rule(
        "member.required-added",
        "required member added",
        "member.required-removed",
        ("✗ requests without it are refused", "=✗ a keyword that has to be passed", "! has to insist on it"),
        ("✓ unknown members are kept", "=! fakes that build the answer have to set it", "✗ has to send it always"),
    ),
    Rule(
        "member.defaulted-added",
        "required member with a default added",
        "member.defaulted-removed",
        (
            "! requests without it mean the default",
            "=✗ a keyword that has to be passed",
            "! has to fill the default in",
        ),
        ("✓ unknown members are kept", "=! fakes that build the answer have to set it", "✗ has to send it always"),
    ),
    Rule(
        "member.removed",
        "optional member removed",
        "member.added",
        ("! what is sent is ignored or refused", "=✗ the keyword is gone", "✓ nothing to read"),
        ("! reads None from now on", "=✗ the attribute is gone", "✓ nothing to send"),
    ),
    Rule(
        "member.required-removed",
        "required member removed",
        "member.required-added",
        ("! what is sent is ignored or refused", "=✗ the keyword is gone", "✓ nothing to read"),
        ("✗ what was always there reads None", "=✗ the attribute is gone", "✓ nothing to send"),
    ),
    Rule(
        "member.defaulted-removed",
        "required member with a default removed",
        "member.defaulted-added",
        ("! what is sent is ignored or refused", "=✗ the keyword is gone", "✓ nothing to read"),
        ("✗ what was always there reads None", "=✗ the attribute is gone", "✓ nothing to send"),
    ),
    _both(
        "member.renamed",
        "member renamed: same type and constraints under another name (a guess)",
        "member.renamed",
        (
            "✗ the old name means nothing any more",
            "=✗ keyword and attribute have another name",
            "✗ reads and sends another name",
        ),
        _ANY_WAY,
    ),
    Rule(
        "member.became-required",
        "optional member is required",
        "member.became-optional",
        ("✗ requests without it are refused", "=✗ a keyword that has to be passed", "! has to insist on it"),
        ("✓ always there", "=! fakes that build the answer have to set it", "✗ has to send it always"),
    ),
    Rule(
        "member.became-optional",
        "required member is optional",
        "member.became-required",
        ("✓ every request stays valid", "=! reading it back may give None", "! has to accept its absence"),
        ("! may be absent, then reads None", "=✗ reads a type that may be None", "✓ every answer stays valid"),
    ),
    _both(
        "member.retargeted",
        "member refers to another class of the same form",
        "member.retargeted",
        ("✓ the name does not travel", "=✗ the class has another name", "✓ the name does not travel"),
        _ANY_WAY,
    ),
    _both(
        "member.alias-changed", "member refers to another alias of the same type", "member.alias-changed", _SAME, _TEXT
    ),
    _both(
        "member.type-changed",
        "type changed",
        "member.type-changed",
        ("✗ sends or reads the old type", "=✗ the type in Python changes", "✗ reads and sends another type"),
        _ANY_WAY,
    ),
    _both("member.wire-name-changed", "name on the wire changed", "member.wire-name-changed", _BINDING, _ANY_WAY),
    _both(
        "member.binding-changed",
        "place in the HTTP message or XML changed",
        "member.binding-changed",
        _BINDING,
        _ANY_WAY,
    ),
    _both(
        "member.form-changed",
        "streaming, boxing or JSON-in-text of a value changed",
        "member.form-changed",
        ("! old programs write and read the old form", "=✓ the generated code follows", "! has to take the new form"),
        _ANY_WAY,
    ),
    _both(
        "structure.reordered",
        "members listed in another order",
        "structure.reordered",
        _SAME,
        "all arguments are keywords",
    ),
    Rule(
        "default.added",
        "default added",
        "default.removed",
        ("! what leaving it out means has changed", "✓ defaults are left to the service", "! has to fill it in"),
        ("✓ always there", "✓ defaults are left to the service", "! has to fill it in"),
    ),
    Rule(
        "default.changed",
        "default changed",
        "default.changed",
        (
            "! what leaving it out means has changed",
            "✓ defaults are left to the service",
            "! has to fill in another value",
        ),
        (
            "! what its absence means has changed",
            "✓ defaults are left to the service",
            "! has to fill in another value",
        ),
    ),
    Rule(
        "default.removed",
        "default removed",
        "default.added",
        ("! what leaving it out means has changed", "✓ defaults are left to the service", "! nothing to fill in"),
        ("! may be absent", "✓ defaults are left to the service", "✓ nothing to fill in"),
    ),
    _both(
        "idempotency-token.added",
        "member became an idempotency token",
        "idempotency-token.removed",
        ("✓ programs go on as they were", "=✓ filled in where it is left out", "! has to recognise repeated requests"),
        _OF_INPUT,
    ),
    _both(
        "idempotency-token.removed",
        "member is no idempotency token any more",
        "idempotency-token.added",
        ("✓ programs go on as they were", "=✗ has to be passed where it is required", "✓ nothing to recognise"),
        _OF_INPUT,
    ),
)

_SHAPES = (
    _both(
        "shape.added",
        "structure, union or enum added",
        "shape.removed",
        ("✓ nothing names it yet", "✓ a new class", "✓ what uses it is told apart"),
        "what uses the shape has a finding of its own",
    ),
    _both(
        "shape.removed",
        "structure, union or enum removed",
        "shape.added",
        ("✓ the name does not travel", "=✗ the class is gone", "✓ what used it is told apart"),
        "what used the shape has a finding of its own",
    ),
    _both("alias.added", "named scalar, list or map added, which makes no class", "alias.removed", _SAME, _TEXT),
    _both("alias.removed", "named scalar, list or map removed, which made no class", "alias.added", _SAME, _TEXT),
    Rule(
        "shape.direction-gained",
        "shape travels a way that it did not travel",
        "shape.direction-lost",
        (
            "✓ requests and answers are told apart",
            "! is checked where it was only read",
            "! has to read what it only sent",
        ),
        (
            "✓ requests and answers are told apart",
            "✓ is read where it was only checked",
            "! has to send what it only read",
        ),
    ),
    Rule(
        "shape.direction-lost",
        "shape no longer travels a way that it did",
        "shape.direction-gained",
        ("✓ what used it is told apart", "✓ is only read", "✓ nothing to read"),
        ("✓ what used it is told apart", "✓ is only checked", "✓ nothing to send"),
    ),
    _both(
        "shape.became-union",
        "structure became a union",
        "shape.became-structure",
        (
            "! more than one member is refused, or one at most comes",
            "=✗ exactly one attribute may be set",
            "! has to insist on exactly one member",
        ),
        _ANY_WAY,
    ),
    _both(
        "shape.became-structure",
        "union became a structure",
        "shape.became-union",
        ("! several members may come at once", "=✗ the tag is gone", "! has to accept several members"),
        _ANY_WAY,
    ),
    Rule(
        "enum.value-added",
        "enum value added",
        "enum.value-removed",
        ("✓ requests stay valid", "✓ a new constant", "! has to accept it"),
        ("✓ unknown values are kept", "! an exhaustive match misses it", "✓ may send it"),
    ),
    Rule(
        "enum.value-removed",
        "enum value removed",
        "enum.value-added",
        ("✗ requests with it are refused", "=✗ the constant is gone", "✓ nothing to accept"),
        ("✓ it no longer comes", "=✗ the constant is gone", "! has to stop sending it"),
    ),
    _both(
        "enum.value-without-effect",
        "enum value added or removed that the enum's own pattern refuses",
        "enum.value-without-effect",
        _SAME,
        _TEXT,
    ),
    _both(
        "enum.reordered",
        "enum values listed in another order",
        "enum.reordered",
        _SAME,
        "values are text, their places mean nothing",
    ),
    _both(
        "enum.value-renamed",
        "constant of an enum value renamed, the value is the same",
        "enum.value-renamed",
        ("– the constant does not travel", "=✗ the constant has another name", "– the constant does not travel"),
        _TEXT,
    ),
    Rule(
        "enum.became-string",
        "enum became a plain string",
        "enum.from-string",
        ("✓ every request stays valid", "=✗ the class gives way to str", "! has to accept any text"),
        ("! any text may come", "=✗ the class gives way to str", "✓ every answer stays valid"),
    ),
    Rule(
        "enum.from-string",
        "plain string became an enum",
        "enum.became-string",
        ("! other texts may be refused", "=✗ str gives way to a class", "! has to insist on the values"),
        ("✓ unknown values are kept", "=✗ str gives way to a class", "✓ answers within the values"),
    ),
    Rule(
        "enum.closed",
        "enum declared complete",
        "enum.opened",
        ("! other values are refused", "✓ names and types stay", "! has to insist on the values"),
        ("✓ fewer surprises", "✓ names and types stay", "✓ answers within the values"),
    ),
    Rule(
        "enum.opened",
        "enum declared open to further values",
        "enum.closed",
        ("✓ every request stays valid", "✓ names and types stay", "! has to accept further values"),
        ("! further values may come", "! an exhaustive match misses them", "✓ every answer stays valid"),
    ),
    _both("known-values.changed", "values that prose names changed", "known-values.changed", _PROSE, _TEXT),
    Rule(
        "union.member-added",
        "union member added",
        "union.member-removed",
        ("✓ requests stay valid", "=! a new arm, which an exhaustive match misses", "! has to accept it"),
        ("! arrives as an unknown arm", "! an exhaustive match misses it", "✓ may send it"),
    ),
    Rule(
        "union.member-removed",
        "union member removed",
        "union.member-added",
        ("✗ requests with it are refused", "=✗ the arm is gone", "✓ nothing to accept"),
        ("✓ it no longer comes", "=✗ the arm is gone", "✓ nothing to send"),
    ),
    Rule(
        "list.became-sparse",
        "items may be null",
        "list.became-dense",
        ("✓ every request stays valid", "=! items may read None", "! has to accept null"),
        ("! items may be null", "=✗ items may read None", "✓ every answer stays valid"),
    ),
    Rule(
        "list.became-dense",
        "items may not be null any more",
        "list.became-sparse",
        ("✗ null items are refused", "=✗ None is no item any more", "! has to refuse null"),
        ("✓ no null comes", "=✓ items are never None", "! has to leave null out"),
    ),
    _both(
        "timestamp.format-changed",
        "timestamp format changed",
        "timestamp.format-changed",
        (
            "✗ times are written and read in the old form",
            "✓ the generated code follows",
            "✗ reads and sends another form",
        ),
        _ANY_WAY,
    ),
)

_CONSTRAINTS = (
    Rule("pattern.added", "pattern added", "pattern.removed", _TIGHT, _TIGHT_ANSWER),
    Rule("pattern.removed", "pattern removed", "pattern.added", _LOOSE, _LOOSE_ANSWER),
    Rule("pattern.tightened", "pattern accepts less", "pattern.loosened", _TIGHT, _TIGHT_ANSWER),
    Rule("pattern.loosened", "pattern accepts more", "pattern.tightened", _LOOSE, _LOOSE_ANSWER),
    Rule(
        "pattern.tightened-in-part",
        "pattern refuses texts it accepted, and what else changed cannot be decided",
        "pattern.loosened-in-part",
        _TIGHT,
        _TIGHT_ANSWER,
    ),
    Rule(
        "pattern.loosened-in-part",
        "pattern accepts texts it refused, and what else changed cannot be decided",
        "pattern.tightened-in-part",
        _UNDECIDED,
        _LOOSE_ANSWER,
    ),
    Rule(
        "pattern.shifted",
        "pattern accepts some texts it refused, and refuses some it accepted",
        "pattern.shifted",
        _TIGHT,
        ("✓ constraints of answers are not checked", f"✓ {_UNCHECKED}", "! has to answer by the new pattern"),
    ),
    Rule(
        "pattern.replaced",
        "pattern replaced by one that has no text in common with it",
        "pattern.replaced",
        (
            "✗ every request that was taken is refused",
            f"! {_LOCAL}",
            "✗ has to take what it refused, and the other way round",
        ),
        (f"✓ {_UNCHECKED}", f"✓ {_UNCHECKED}", "✗ has to answer in the new form"),
    ),
    Rule(
        "pattern.changed",
        "pattern changed, and what that means cannot be decided",
        "pattern.changed",
        _UNDECIDED,
        ("! what may come cannot be decided", f"✓ {_UNCHECKED}", "! has to answer by the new pattern"),
    ),
    _both(
        "pattern.line-breaks",
        "pattern treats texts with line breaks otherwise, and no others",
        "pattern.line-breaks",
        (
            "✓ only texts with line breaks are treated otherwise",
            "✓ only texts with line breaks are treated otherwise",
            "✓ only texts with line breaks are treated otherwise",
        ),
        "it changes no value that is written in one line",
    ),
    _both("pattern.rewritten", "pattern written otherwise, the same texts match", "pattern.rewritten", _SAME, _TEXT),
    _both(
        "pattern.unsupported",
        "pattern that no engine takes",
        "pattern.supported",
        (
            "✓ checked by the service as before",
            "! the generated model no longer checks it",
            "! has to check it some other way",
        ),
        "what an engine takes does not depend on the direction",
    ),
    _both(
        "pattern.supported",
        "pattern that an engine takes where none took the old one",
        "pattern.unsupported",
        ("✓ checked by the service as before", "! the generated model checks it from now on", "✓ can be checked"),
        "what an engine takes does not depend on the direction",
    ),
    *_narrowing("length", "length"),
    _both("length.rewritten", "length stated otherwise, the same values fit", "length.rewritten", _SAME, _TEXT),
    *_narrowing("range", "range"),
    Rule("unique-items.added", "items have to be unique", "unique-items.removed", _TIGHT, _TIGHT_ANSWER),
    Rule("unique-items.removed", "items need not be unique any more", "unique-items.added", _LOOSE, _LOOSE_ANSWER),
    _both(
        "constraint.recorded",
        "constraint that is recorded but not enforced changed",
        "constraint.recorded",
        _PROSE,
        _TEXT,
    ),
)

_ERRORS = (
    _both(
        "error.renamed",
        "error renamed: same members under another name (a guess)",
        "error.renamed",
        (
            "✗ the code on the wire is another",
            "=✗ the class in except clauses has another name",
            "✗ has to send another code",
        ),
        _OF_ERRORS,
    ),
    _both(
        "error.added",
        "error added that no operation names",
        "error.removed",
        ("✓ no operation names it", "✓ a new class", "✓ no operation names it"),
        _OF_ERRORS,
    ),
    _both(
        "error.removed",
        "error removed that no operation named",
        "error.added",
        ("✓ no operation named it", "=✗ the class is gone", "✓ no operation named it"),
        _OF_ERRORS,
    ),
    _both(
        "error.code-changed",
        "code of an error on the wire changed",
        "error.code-changed",
        ("✗ the old code is no longer sent", "✓ the generated code follows", "✗ has to send another code"),
        _OF_ERRORS,
    ),
    _both(
        "error.status-changed",
        "HTTP status or fault of an error changed",
        "error.status-changed",
        (
            "! what is retried may change; the code still tells the error",
            "– found by its code",
            "✗ has to send another status",
        ),
        _OF_ERRORS,
    ),
    _both(
        "error.status-stated",
        "HTTP status of an error stated by a source more or less",
        "error.status-stated",
        _PROSE,
        _OF_ERRORS,
    ),
    _both(
        "error.retryable-changed",
        "whether an error may be retried changed",
        "error.retryable-changed",
        (
            "! retries when it should not, or gives up too early",
            "✓ the generated code follows",
            "! callers repeat otherwise",
        ),
        _OF_ERRORS,
    ),
)

_SERVICE = (
    _both(
        "service.protocol-changed",
        "protocol, version of it or target prefix changed",
        "service.protocol-changed",
        ("✗ old programs speak the old protocol", "✓ the generated code follows", "✗ has to speak the new protocol"),
        _OF_SERVICE,
    ),
    _both(
        "service.endpoint-changed",
        "endpoint, endpoint rules or signing changed",
        "service.endpoint-changed",
        (
            "! old programs use the old host or scope",
            "✓ the generated code follows",
            "! has to answer at the new host or scope",
        ),
        _OF_SERVICE,
    ),
    _both(
        "service.identity-changed",
        "title, service id or API version changed",
        "service.identity-changed",
        ("– does not travel", "– does not show in names", "– does not travel"),
        _OF_SERVICE,
    ),
    _both(
        "service.commons-changed",
        "errors or parameters common to all operations changed",
        "service.commons-changed",
        ("! errors may arrive that were not named", "=✓ classes to catch", "! may raise them"),
        _OF_SERVICE,
    ),
    _both(
        "paginator.added",
        "paginator added to an operation that was there",
        "paginator.removed",
        ("! a program that never asked for more may read a part", "✓ a new method", "! has to give pages"),
        _OF_OPERATION,
    ),
    _both(
        "paginator.removed",
        "paginator removed",
        "paginator.added",
        ("✗ reading on no longer works", "=✗ the method is gone", "✗ has to answer without pages"),
        _OF_OPERATION,
    ),
    _both(
        "paginator.tokens-changed",
        "token or size of a paginator changed",
        "paginator.tokens-changed",
        (
            "✗ reading on uses the old member",
            "✗ the pages are asked for by another member",
            "✗ has to read and send another member",
        ),
        _OF_OPERATION,
    ),
    _both(
        "paginator.size-added",
        "size of pages can be asked for",
        "paginator.size-removed",
        ("✓ the size may be left out", "✓ the size may be left out", "✓ the member is told apart"),
        _OF_OPERATION,
    ),
    _both(
        "paginator.size-removed",
        "size of pages can no longer be asked for",
        "paginator.size-added",
        (
            "✗ asks for a size by a member that means none",
            "✗ the size is asked for in vain",
            "✗ the member means no size",
        ),
        _OF_OPERATION,
    ),
    _both(
        "paginator.result-added",
        "result of a paginator named",
        "paginator.result-removed",
        ("✓ answers stay as they are", "✓ pages give more", "– answers stay as they are"),
        _OF_OPERATION,
    ),
    _both(
        "paginator.result-removed",
        "result of a paginator no longer named",
        "paginator.result-added",
        ("✗ what the pages are about is no longer said", "✗ pages give less", "– answers stay as they are"),
        _OF_OPERATION,
    ),
    _both(
        "paginator.result-changed",
        "result of a paginator changed",
        "paginator.result-changed",
        ("✓ answers stay as they are", "! pages give other items", "– answers stay as they are"),
        _OF_OPERATION,
    ),
    _both(
        "waiter.added",
        "waiter added",
        "waiter.removed",
        ("✓ nothing on the wire changed", "✓ a new method", "– nothing on the wire changed"),
        _OF_OPERATION,
    ),
    _both(
        "waiter.removed",
        "waiter removed",
        "waiter.added",
        ("✓ nothing on the wire changed", "=✗ the method is gone", "– nothing on the wire changed"),
        _OF_OPERATION,
    ),
    _both(
        "waiter.changed",
        "waiter waits for something else",
        "waiter.changed",
        ("! may wait for what no longer comes", "! waits for something else", "– nothing on the wire changed"),
        _OF_OPERATION,
    ),
    _both(
        "event.added",
        "event added",
        "event.removed",
        ("✓ unknown events are passed over", "✓ a new class", "! has to put it on the bus"),
        "events travel one way",
    ),
    _both(
        "event.removed",
        "event removed",
        "event.added",
        ("✗ who waits for it waits in vain", "=✗ the class is gone", "✓ nothing to put on the bus"),
        "events travel one way",
    ),
    _both(
        "event.changed",
        "detail type, source or payload of an event changed",
        "event.changed",
        (
            "✗ rules that match the old one miss it",
            "=✓ the generated code follows",
            "✗ has to put the new form on the bus",
        ),
        "events travel one way",
    ),
)

_TRAITS = (
    _both("documentation.added", "documentation added", "documentation.removed", _PROSE, _TEXT),
    _both("documentation.changed", "documentation changed", "documentation.changed", _PROSE, _TEXT),
    _both("documentation.removed", "documentation removed", "documentation.added", _PROSE, _TEXT),
    _both("example.changed", "examples changed", "example.changed", _PROSE, _TEXT),
    _both("curation.changed", "sources or decisions of the spec changed", "curation.changed", _PROSE, _TEXT),
    _both(
        "deprecated.added",
        "deprecated",
        "deprecated.removed",
        ("✓ works as before", "✓ works as before", "✓ works as before"),
        _TEXT,
    ),
    _both(
        "deprecated.removed",
        "no longer deprecated",
        "deprecated.added",
        ("✓ works as before", "✓ works as before", "✓ works as before"),
        _TEXT,
    ),
    _both("deprecated.changed", "what is said of a deprecation changed", "deprecated.changed", _PROSE, _TEXT),
    _both(
        "sensitive.added",
        "value is sensitive",
        "sensitive.removed",
        ("✓ travels as before", "! no longer shown in repr and messages", "! has to keep it out of logs"),
        "secrets are kept whichever way they travel",
    ),
    _both(
        "sensitive.removed",
        "value is no longer sensitive",
        "sensitive.added",
        ("✓ travels as before", "! shown in repr and messages from now on", "! may show in logs from now on"),
        "secrets are kept whichever way they travel",
    ),
    _both(
        "trait.changed",
        "trait changed that has no rule of its own",
        "trait.changed",
        (
            "! what it means is not known here",
            "✓ the generated code does not read it",
            "! what it means is not known here",
        ),
        "what it means is not known",
    ),
)

_PYTHON = (
    _both(
        "python.renamed",
        "name in Python changed although the name in the service did not (a collision came or went)",
        "python.renamed",
        ("– nothing on the wire changed", "=✗ the old name is gone", "– nothing on the wire changed"),
        _OF_PYTHON,
    ),
    _both(
        "python.type-changed",
        "type in Python changed where the service's did not",
        "python.type-changed",
        ("– nothing on the wire changed", "=✗ the type is another", "– nothing on the wire changed"),
        _OF_PYTHON,
    ),
    _both(
        "python.removed",
        "name in Python is gone",
        "python.added",
        ("– nothing on the wire changed", "=✗ the name is gone", "– nothing on the wire changed"),
        _OF_PYTHON,
    ),
    _both(
        "python.added",
        "name in Python is new",
        "python.removed",
        ("– nothing on the wire changed", "=✓ the name is new", "– nothing on the wire changed"),
        _OF_PYTHON,
    ),
)

_ACCEPT_LIST: Three = ("! the list needs a look", "! the list needs a look", "! the list needs a look")
_ACCEPTANCE = (
    _both("accept.unused", "entry of the accept list that matches nothing", "accept.unused", _ACCEPT_LIST, _OF_SERVICE),
    _both(
        "accept.expired", "entry of the accept list whose day has passed", "accept.expired", _ACCEPT_LIST, _OF_SERVICE
    ),
)

_AREAS = (_OPERATIONS, _MEMBERS, _SHAPES, _CONSTRAINTS, _ERRORS, _SERVICE, _TRAITS, _PYTHON, _ACCEPTANCE)

RULES: Mapping[str, Rule] = {rule.id: rule for area in _AREAS for rule in area}
"""Every rule by its id, in the order of the reference page."""


def titles() -> Mapping[str, str]:
    """Give what each rule is called."""
    return {rule.id: rule.title for rule in RULES.values()}


@cache
def by_python(rule: str) -> bool:
    """Tell whether the generated Python settles what a rule means to the source."""
    return any(three[1].startswith("=") for three in (RULES[rule].input, RULES[rule].output))


def verdicts(rule: str, direction: Direction) -> Verdicts:
    """Look up what a change means: for both directions the worse of either, for none what it means to the source."""
    return _verdicts(rule, direction)


@lru_cache(maxsize=1024)
def _verdicts(rule: str, direction: Direction) -> Verdicts:
    found = RULES[rule]
    if direction is Direction.INPUT:
        return _read(found.input)
    if direction is Direction.OUTPUT:
        return _read(found.output)
    either = _worse(_read(found.input), _read(found.output))
    if direction is Direction.BOTH or found.same:
        return either
    unseen = Verdict(Level.COSMETIC, "no operation reaches it")
    return {Audience.CALLER: unseen, Audience.SOURCE: either[Audience.SOURCE], Audience.SERVER: unseen}


def _read(three: Three) -> Verdicts:
    """`"=✗ the class is gone"` gives breaking, and the reason."""
    return {audience: read_verdict(text) for audience, text in zip(Audience, three, strict=True)}


def read_verdict(text: str) -> Verdict:
    mark, _, reason = text.removeprefix("=").partition(" ")
    return Verdict(_MARKS[mark], reason)


def _worse(one: Verdicts, other: Verdicts) -> Verdicts:
    return {audience: worse_of((one[audience], other[audience])) for audience in Audience}


def worse_of(several: Iterable[Verdict]) -> Verdict:
    """Give the first of the verdicts that has the worst level."""
    found = tuple(several)
    level = worst(verdict.level for verdict in found)
    return next(verdict for verdict in found if verdict.level is level)
