"""Rules over a model: what a well-formed spec can still get wrong.

In: an `ir.Model`. Out: `Diagnostic`s, all that any rule finds. The table `RULES` is the documentation of the ids, which
are stable; a rule is one function from a model to `Finding`s, and knows neither its id nor its level. How to add one:
a function, a row, and a case directory under tests/errors.

Level `error`: the spec contradicts itself, or what is made of it would not do what it says. `warning`: it works, and
not as somebody may think. `note`: worth knowing. Only errors keep anything from being generated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from codegen.diagnostics import Diagnostic, Level
from codegen.spec import ir
from codegen.spec.check import (
    constraints,
    depth,
    endpoints,
    forms,
    naming,
    provenance,
    references,
    requests,
    values,
    wire,
)
from codegen.spec.check.walk import Finding
from codegen.spec.wording import MOST_HINTS

__all__ = ["RULES", "Finding", "Rule", "check_model", "find_errors"]


@dataclass(frozen=True, slots=True)
class Rule:
    """`summary` says what holds where the rule finds nothing; where one that `stops` finds something, the rest rest."""

    id: str
    level: Level
    summary: str
    find: Callable[[ir.Model], Iterator[Finding]]
    stops: bool = False

    def diagnose(self, model: ir.Model) -> Iterator[Diagnostic]:
        for number, finding in enumerate(self.find(model)):
            notes = (*finding.notes, *finding.meant()) if number < MOST_HINTS else finding.notes
            yield Diagnostic(self.id, finding.message, finding.place, self.level, notes)


def check_model(model: ir.Model) -> tuple[Diagnostic, ...]:
    """Give what every rule finds, in the order of the table."""
    return tuple(_diagnosed(model, RULES))


def find_errors(model: ir.Model) -> tuple[Diagnostic, ...]:
    """Give what the rules of level error find: what keeps anything from being generated."""
    return tuple(_diagnosed(model, (rule for rule in RULES if rule.level is Level.ERROR)))


def _diagnosed(model: ir.Model, rules: Iterable[Rule]) -> Iterator[Diagnostic]:
    for rule in rules:
        found = tuple(rule.diagnose(model))
        yield from found
        if found and rule.stops:
            return


_ERROR, _WARNING, _NOTE = Level.ERROR, Level.WARNING, Level.NOTE

RULES: tuple[Rule, ...] = (
    # names that refer to something
    Rule("unknown-shape", _ERROR, "every shape named is defined", references.find_unknown_shapes),
    Rule("unknown-error", _ERROR, "every error an operation lists is defined", references.find_unknown_errors),
    Rule("unknown-operation", _ERROR, "every operation named is defined", references.find_unknown_operations),
    Rule("unknown-member", _ERROR, "every member named is one of its structure", references.find_unknown_members),
    Rule("unknown-event", _ERROR, "every event a task ends in is defined", references.find_unknown_events),
    Rule("unknown-source", _ERROR, "every source cited is declared", references.find_unknown_sources),
    Rule("unknown-decision", _ERROR, "every decision named is declared", references.find_unknown_decisions),
    Rule("unknown-fact", _ERROR, "every fact of a decision is there", provenance.find_unknown_facts),
    Rule("unknown-status-value", _ERROR, "the states of a task are in its enum", references.find_unknown_status_values),
    Rule("wrong-kind", _ERROR, "a shape is of the kind its use asks for", references.find_wrong_kinds),
    Rule("unused-shape", _WARNING, "every shape is reached from somewhere", references.find_unused_shapes),
    Rule("unused-source", _ERROR, "every source is cited", references.find_unused_sources),
    Rule("unused-error", _WARNING, "every error is listed by an operation", references.find_unused_errors),
    # constraints, and the values they meet
    Rule("bounds", _ERROR, "min is not over max, and both are values of the type", constraints.find_bad_bounds),
    Rule("disjoint-bounds", _ERROR, "bounds of member and shape overlap", constraints.find_disjoint_bounds),
    Rule("empty-only", _NOTE, "a length leaves more than the empty value", constraints.find_empty_only),
    Rule("misplaced-constraint", _ERROR, "a constraint fits its kind of value", constraints.find_misplaced_constraints),
    Rule("patterns-laborious", _ERROR, "patterns are judged in seconds", constraints.find_laborious_patterns, True),
    Rule("pattern-unsupported", _ERROR, "an engine runs every pattern", constraints.find_unsupported_patterns),
    Rule("pattern-superlinear", _WARNING, "patterns take linear time", constraints.find_superlinear_patterns),
    Rule("pattern-impossible", _ERROR, "some text fits pattern and length", constraints.find_impossible_patterns),
    Rule("pattern-vacuous", _NOTE, "a pattern refuses some text", constraints.find_vacuous_patterns),
    Rule("enum-refuses-own-value", _ERROR, "an enum's values pass its bounds", values.find_refused_enum_values),
    Rule("known-value-refused", _ERROR, "known values pass the constraints", values.find_refused_known_values),
    Rule("empty-enum", _ERROR, "an enum has values", values.find_empty_enums),
    Rule("duplicate-enum-value", _ERROR, "a value is listed once", values.find_duplicate_values),
    Rule("default-type", _ERROR, "a default is a value of its member", values.find_bad_defaults),
    # how shapes are put together
    Rule("empty-union", _ERROR, "a union has members", forms.find_empty_unions),
    Rule("required-in-union", _ERROR, "no member of a union is required", forms.find_required_arms),
    Rule("token-type", _ERROR, "an idempotency token is a string", forms.find_bad_tokens),
    Rule("misplaced-format", _ERROR, "a timestamp format is a timestamp's", forms.find_misplaced_formats),
    Rule("endless-shape", _ERROR, "no list or map is made of itself alone", forms.find_endless_shapes),
    Rule("recursive-required", _ERROR, "a finite value fits every shape", forms.find_recursive_required),
    Rule("too-many", _ERROR, "shapes, members and values can be counted in thousands", depth.find_too_many),
    Rule("too-deep-shape", _ERROR, "shapes nest at most 100 deep, lists 32", depth.find_too_deep),
    # where facts come from
    Rule("uncited", _ERROR, "every fact cites a source", provenance.find_uncited),
    Rule("undecided", _ERROR, "a decision has statements, an outcome and a reason", provenance.find_undecided),
    Rule("decision-without-facts", _ERROR, "a decision settles a fact", provenance.find_decisions_without_facts),
    Rule("bad-digest", _ERROR, "a digest is a SHA-256", provenance.find_bad_digests),
    Rule("bad-url", _ERROR, "the address of a source is one of the web, and no secret", provenance.find_bad_urls),
    Rule("bad-date", _ERROR, "releases and sources have dates", provenance.find_bad_dates),
    # names and addresses on the wire
    Rule("empty-name", _ERROR, "every name has a character", wire.find_empty_names),
    Rule("name-too-long", _ERROR, "a name has at most 255 characters", wire.find_long_names),
    Rule("bad-shape-name", _ERROR, "the name of a shape does not begin with #", wire.find_bad_shape_names),
    Rule("bad-wire-name", _ERROR, "what travels in a header can", wire.find_bad_wire_names),
    Rule("duplicate-wire-name", _ERROR, "wire names are told apart", wire.find_duplicate_wire_names),
    Rule("ambiguous-code", _WARNING, "an error is told by its code", wire.find_ambiguous_codes),
    Rule("bad-service-name", _ERROR, "the service's name can name a folder", wire.find_bad_service_names),
    Rule("missing-version", _ERROR, "a request that names a version has one", wire.find_missing_versions),
    Rule("bad-status", _ERROR, "every HTTP status is one", wire.find_bad_statuses),
    Rule("bad-endpoint", _ERROR, "an endpoint is an https host, {region} in it", wire.find_bad_endpoints),
    Rule("bad-request-line", _ERROR, "a method is a word, a path one of this host", requests.find_bad_request_lines),
    Rule("reserved-header", _ERROR, "no member takes a header of the connection", requests.find_reserved_headers),
    Rule("bad-waiter", _ERROR, "a waiter waits forwards", requests.find_bad_waiters),
    Rule("unsupported-rules", _WARNING, "clients can evaluate the endpoint rules", endpoints.find_unsupported_rules),
    Rule("renamed-name", _NOTE, "no name needs a suffix in Python", naming.find_renamed),
)
