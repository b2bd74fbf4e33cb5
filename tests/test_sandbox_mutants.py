"""Sandboxes that are wrong in one way each: the emitted suite finds it over HTTP, or the story of two partners does.

The suite sees one request at a time: it knows what a request must be, not what was done before. What an account may
see, what a token means and what comes of time is the story's to find. A mutant that nobody kills fails here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import reduce
from importlib import import_module
from typing import Any, NamedTuple

import pytest
from sandbox_scenario import ENDS, play
from sandbox_served import probes, sandbox_served, server_of, suite
from sandbox_tools import Refused, client_tool

from codegen.sandbox.accounts import TEST_KEYS
from codegen.sandbox.calling import Fault

INPUT = "CreateEngagement:CreateEngagementRequest"
STORY = "story: "


class Mutant(NamedTuple):
    """`place` is `module:name` below `codegen.sandbox`; `change` makes of what is there what is wrong.

    killer: a case of the suite, or an end of the story.
    """

    name: str
    place: str
    change: Callable[[Any], Any]
    killer: str


def nothing(old: Any) -> Any:
    """A function that finds, and does, nothing."""
    return lambda *arguments, **named: ()


def always(value: object) -> Callable[[Any], Any]:
    return lambda old: lambda *arguments, **named: value


def text(before: str, after: str) -> Callable[[str], str]:
    """Change a statement of the store."""

    def change(old: str) -> str:
        assert before in old
        return old.replace(before, after)

    return change


def unless(code: str) -> Callable[[Any], Any]:
    """Let whatever breaks one kind of constraint pass."""
    return lambda old: lambda *member: lambda text: [each for each in old(*member)(text) if each[0] != code]


def longer(by: int) -> Callable[[Any], Any]:
    """Count a length wrongly."""
    return lambda old: lambda bounds, length, codes: old(bounds, length + by, codes)


def raised(code: str) -> Callable[[Any], Any]:
    """Refuse with another code."""
    return lambda old: lambda *arguments: Fault(code, "No.")


def answered(code: str, status: int) -> Callable[[Any], Any]:
    """Answer one error with another status."""

    def change(old: Any) -> Any:
        def known(model: object, found: str, statuses: str) -> Any:
            right = old(model, found, statuses)
            return dataclasses.replace(right, status=status) if found == code else right

        return known

    return change


def unsigned(old: Any) -> Any:
    """Take who does not sign for the first account."""
    first = next(iter(TEST_KEYS.values()))
    return lambda request, *more: old(request, *more) if request.one("authorization") else first


def guessed(old: Any) -> Any:
    """Take what nobody knows for the first operation."""

    def found(model: Any, request: object) -> Any:
        try:
            return old(model, request)
        except Fault:
            return next(iter(model.operations.values()))

    return found


def lenient(old: Any) -> Any:
    """Read a body that is no object as an empty one."""

    def read(body: bytes) -> Any:
        try:
            return old(body)
        except Fault:
            return {}

    return read


def without_header(name: str) -> Callable[[Any], Any]:
    def change(old: Any) -> Any:
        def response(*arguments: Any) -> Any:
            made = old(*arguments)
            return dataclasses.replace(made, headers=tuple(pair for pair in made.headers if pair[0] != name))

        return response

    return change


def nothing_required(old: Any) -> Any:
    return lambda name, member, shape, required, asked: old(name, member, shape, False, asked)


def no_token_required(old: Any) -> Any:
    def field(name: str, member: Any, shape: Any, required: bool, asked: Any) -> Any:
        return old(name, member, shape, required and not member.idempotency_token, asked)

    return field


def first_arm(old: Any) -> Any:
    """Take the first arm of a union, whatever else is there, or nothing."""

    def found(checker: Any, shape: Any, value: Any, path: str) -> Any:
        arms = [name for name in value if name in {member.wire.raw for member in shape.members}]
        return old(checker, shape, {arms[0]: value[arms[0]]}, path) if arms else {}

    return found


def of_everybody(old: Any) -> Any:
    """Keep tokens of all accounts together."""
    return lambda transaction, account, *more, **named: old(transaction, "", *more, **named)


MUTANTS = [
    Mutant("skip lengths", "constraints:_broken_by_length", nothing, f"{INPUT}.Title:length-max-outside"),
    Mutant("count one too few", "constraints:_broken_by_length", longer(-1), f"{INPUT}.Title:length-max-outside"),
    Mutant("count one too many", "constraints:_broken_by_length", longer(1), f"{INPUT}.Title:length-max-inside"),
    Mutant("skip patterns", "constraints:_acceptor", always(lambda text: True), f"{INPUT}.Catalog:pattern-bad-1"),
    Mutant(
        "skip enums",
        "fields:asked_of_text",
        unless("INVALID_ENUM_VALUE"),
        "ListEngagementInvitations:ListEngagementInvitationsRequest.ParticipantType:enum-unknown",
    ),
    Mutant(
        "skip ranges",
        "constraints:_broken_by_number",
        nothing,
        "ListEngagementInvitations:ListEngagementInvitationsRequest.MaxResults:range-max-outside",
    ),
    Mutant(
        "skip the sizes of lists",
        "constraints:broken_by_size",
        nothing,
        "CreateEngagement:CreateEngagementRequest.Contexts:length-max-outside",
    ),
    Mutant("miss nothing", "fields:Field", nothing_required, f"{INPUT}.Title:required-missing"),
    Mutant("miss no token", "fields:Field", no_token_required, f"{INPUT}.ClientToken:token-missing"),
    Mutant("skip types", "checking:check_scalar", always(None), f"{INPUT}.Title:wrong-type"),
    Mutant(
        "take any union",
        "checking:_Checker.union",
        first_arm,
        "CreateEngagementInvitation:Payload:union-none@CreateEngagementInvitationRequest",
    ),
    Mutant(
        "conflict instead of validation",
        "checking:refusal",
        raised("ConflictException"),
        f"{INPUT}.Title:length-max-outside",
    ),
    Mutant(
        "conflict instead of not found",
        "behaviour.faults:not_found",
        raised("ConflictException"),
        "GetEngagement:GetEngagementRequest:valid-minimal",
    ),
    Mutant(
        "name no field",
        "checking:Violation",
        lambda old: lambda path, code, message: old("Other", code, message),
        f"{INPUT}.Title:length-max-outside",
    ),
    Mutant(
        "another status for what is invalid",
        "app:known_error",
        answered("ValidationException", 422),
        f"{INPUT}.Title:length-max-outside",
    ),
    Mutant(
        "another status for a forgery", "app:known_error", answered("InvalidSignatureException", 401), "wrong-signature"
    ),
    Mutant("a success that is none", "app:known_error", answered("UnknownOperationException", 200), "unknown-target"),
    Mutant("fail on bad JSON", "app:known_error", answered("SerializationException", 500), "malformed-json"),
    Mutant("read bad JSON", "wire:_read_body", lenient, "malformed-json"),
    Mutant("know every operation", "wire:_operation", guessed, "unknown-target"),
    Mutant("take any content type", "wire:_has_form", always(True), "wrong-content-type"),
    Mutant("need no signature", "app:verify", unsigned, "missing-authorization"),
    Mutant("take any signature", "signing:_same", always(True), "wrong-signature"),
    Mutant("send no request id", "answers:_response", without_header("x-amzn-requestid"), f"{INPUT}:valid-minimal"),
    Mutant("send no content type", "answers:_response", without_header("content-type"), f"{INPUT}:valid-minimal"),
    # ---- what one request alone does not show
    Mutant("forget tokens", "behaviour.tokens:_remember", nothing, f"{STORY}the same token"),
    Mutant("look at the token alone", "behaviour.tokens:payload_digest", always(""), f"{STORY}another payload"),
    Mutant(
        "share tokens", "behaviour.tokens:get_token+add_token", of_everybody, f"{STORY}the token of another account"
    ),
    Mutant(
        "leak an engagement",
        "store.engagements:GET_ENGAGEMENT",
        text("e.account = :account OR", "TRUE OR"),
        f"{STORY}another account",
    ),
    Mutant(
        "leak an opportunity",
        "store.opportunities:GET_OPPORTUNITY",
        text("account = :account AND ", ""),
        f"{STORY}of the other",
    ),
    Mutant(
        "mix the catalogs",
        "store.engagements:GET_ENGAGEMENT",
        text("e.catalog = :catalog AND ", ""),
        f"{STORY}another catalog",
    ),
    Mutant("never let anything lapse", "behaviour.upkeep:lapse", nothing, f"{STORY}expired"),
    Mutant("fail no task", "behaviour.starting:fail_as_titled", nothing, f"{STORY}failed"),
    Mutant("lose the events of members", "behaviour.engagements:tell_member", nothing, f"{STORY}events"),
    Mutant("forge for everybody", "signing:_same", always(True), f"{STORY}forged"),
]


def ids(mutants: list[Mutant]) -> list[str]:
    return [mutant.name for mutant in mutants]


@pytest.mark.parametrize("mutant", MUTANTS, ids=ids(MUTANTS))
def test_every_mutant_is_killed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    with sandbox_served() as sandbox:
        mutate(mutant, monkeypatch)
        assert found_wrong(sandbox.url, mutant.killer)


def test_a_right_sandbox_is_not_killed() -> None:
    cases = {mutant.killer for mutant in MUTANTS if not mutant.killer.startswith(STORY)}
    with sandbox_served() as sandbox:
        assert [name for name in sorted(cases) if found_wrong(sandbox.url, name)] == []
    with sandbox_served() as sandbox, client_tool(sandbox.url) as tool:
        assert play(tool, sandbox.url) == ENDS


def test_the_suite_kills_most_and_the_story_what_it_cannot_know() -> None:
    by_story = [mutant for mutant in MUTANTS if mutant.killer.startswith(STORY)]
    assert len(set(ids(MUTANTS))) == len(MUTANTS) >= 12
    assert {mutant.killer.removeprefix(STORY) for mutant in by_story} <= ENDS.keys()
    assert len(by_story) < len(MUTANTS) / 2


def mutate(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _, names = mutant.place.partition(":")
    module = import_module(f"codegen.sandbox.{path}")
    for name in names.split("+"):
        *owners, last = name.split(".")
        owner = reduce(getattr, owners, module)
        monkeypatch.setattr(owner, last, mutant.change(getattr(owner, last)))


def found_wrong(url: str, killer: str) -> bool:
    """Run one case, or the story as far as it goes; say whether the sandbox was found wrong."""
    if killer.startswith(STORY):
        return story_breaks(url, killer.removeprefix(STORY))
    broken = suite().Broken
    with server_of(url) as server:
        try:
            if killer in suite().FAULTS:
                suite().check_fault(server, killer)
            else:
                suite().check_probe(server, PROBES[killer])
        except broken:
            return True
    return False


def story_breaks(url: str, end: str) -> bool:
    """Say whether the story ends otherwise, or ends before its end."""
    with client_tool(url) as tool:
        try:
            ends = play(tool, url)
        except (Refused, KeyError):
            return True
    return bool(ends[end] != ENDS[end])


PROBES: Mapping[str, Any] = {probe.id: probe for probe in probes()}
