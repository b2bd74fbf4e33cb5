"""Break a generated client in one named way, and the case that is named with it must fail, with one client or both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from casting import imported
from packages import NEW
from suites import cases_of, check_of, files_of
from test_mutants import Mutant, mutated
from test_mutants import mutants as mutants_of

PUT = "CreateEngagement:"
TASK = "StartEngagementByAcceptingInvitationTask:"
ACCEPT = "AcceptEngagementInvitation:"
LIST = "ListOpportunities:"


def mutants(path: str, *rows: tuple[str, str, str, str]) -> list[Mutant]:
    return mutants_of(path, *rows, spec=NEW)


MUTANTS = [
    *mutants(
        "_runtime/aws_json.py",
        ("send by GET", 'Message("POST"', 'Message("GET"', f"{PUT}request-golden"),
        ("another content type", "application/x-amz-json-1.0", "application/json", f"{PUT}request-golden"),
        ("forget the target", '"X-Amz-Target": operation.target', '"X-Amz-Target": ""', f"{PUT}request-golden"),
    ),
    *mutants(
        "_runtime/calls.py",
        ("lose the base path", 'f"{endpoint.path}{message.path[1:]}"', "message.path", f"{PUT}request-endpoint"),
        ("sign the wrong body", "headers, message.body)", 'headers, message.body + b" ")', f"{PUT}request-golden"),
        (
            "sign after the body was changed",
            "core.signer.signed(request, call.credentials",
            "core.signer.signed(request._replace(body=b'{}'), call.credentials",
            f"{PUT}request-golden {PUT}request-golden-least",
        ),
        ("send without a signature", "if call.credentials is not None:", "if False:", f"{PUT}request-golden"),
        (
            "another invocation id for each attempt",
            '"amz-sdk-invocation-id"] = call.invocation',
            '"amz-sdk-invocation-id"] = new_uuid()',
            f"{PUT}token-kept[503]",
        ),
        ("count no attempts", "attempt={call.attempt};", "attempt=1;", f"{PUT}token-kept[503]"),
        (
            "ask for compression",
            '"Accept-Encoding"] = "identity"',
            '"Accept-Encoding"] = "gzip"',
            f"{PUT}request-golden",
        ),
        (
            "take an encoded answer",
            'if encoding not in ("", "identity") and',
            "if False and",
            f"{PUT}garbage[encoded-error]",
        ),
        (
            "take a redirect for an error",
            "400 <= response.status < 600",
            "300 <= response.status < 600",
            f"{PUT}garbage[redirect]",
        ),
        ("take any status", "400 <= response.status < 600", "400 <= response.status", f"{PUT}garbage[status-999]"),
        ("retry for ever", "if call.attempt < core.attempts:", "if call.attempt < 9:", f"{PUT}attempts-exhausted[503]"),
        ("never retry", "if call.attempt < core.attempts:", "if False:", f"{PUT}retried[500] {PUT}token-kept[cut]"),
        ("retry at once", "yield Pause(seconds)", "yield Pause(0.0)", f"{PUT}retry-hint[seconds]"),
        ("lose the count of attempts", "failure.attempts = call.attempt", "pass", f"{PUT}attempts-exhausted[cut]"),
        ("never correct the clock", "core.clock.offset = theirs - now", "pass", f"{PUT}clock-skew[corrected]"),
        ("take any wrong signature for a wrong clock", "< SKEW:", "< -1:", f"{PUT}clock-skew[near]"),
        (
            "forget the request id",
            "request_id=request_id_of(response.headers)",
            "request_id=None",
            f"{PUT}garbage[html]",
        ),
        ("forget the status", "http_status=response.status,", "http_status=None,", f"{PUT}garbage[html]"),
        ("send expired credentials again", "0.0 if renewed else None", "0.0", f"{PUT}expired-token"),
        ("sign with the first date", "core.clock.now() + core.clock.offset", "0", f"{PUT}request-golden"),
    ),
    *mutants(
        "_runtime/retries.py",
        ("do not know throttling", '"SlowDown"', '"SlowUp"', f"{PUT}retried[SlowDown]"),
        ("repeat what may have been done", "(repeatable or not failure.sent)", "True", f"{ACCEPT}not-repeated"),
        ("do not repeat what only reads", "(repeatable or not failure.sent)", "False", f"{LIST}body-kept[cut]"),
        ("do not retry 502", "{500, 502, 503, 504}", "{500, 503, 504}", f"{PUT}retried[502]"),
        ("retry 501", "{500, 502, 503, 504}", "{500, 501, 502, 503, 504}", f"{PUT}not-retried[501]"),
        ("do not retry 429", "failure.http_status == 429", "failure.http_status == 430", f"{PUT}retried[429]"),
        (
            "retry what a client did wrong",
            "failure.retryable or ",
            "True or ",
            f"{PUT}not-retried[ValidationException]",
        ),
        ("retry no broken connection", "if failure.retryable and (", "if False and (", f"{PUT}retried[cut]"),
        ("take milliseconds for seconds", "hint / 1000", "hint", f"{PUT}retry-hint[milliseconds]"),
        ("do not cap a hint", "seconds + MOST_STRETCH)", "hint / 1000)", f"{PUT}retry-hint[milliseconds-many]"),
        ("ignore Retry-After", '"retry-after"', '"retry-later"', f"{PUT}retry-hint[seconds]"),
    ),
    *mutants(
        "_runtime/driver.py",
        ("lose the token on retry", "wire.get(name) or new_uuid()", "new_uuid()", f"{PUT}token-given"),
        ("send no token", "token = wire[name] = ", "token = ", f"{PUT}token-filled"),
        ("a token that is no UUID", "or new_uuid()", 'or "token"', f"{PUT}token-filled"),
        ("take an empty answer", 'if found == b"" and', "if False and", f"{PUT}garbage[empty]"),
        ("want an answer to everything", "    if not body:\n        return\n", "", f"{ACCEPT}answer-empty[nothing]"),
        ("lose the metadata", '["response_metadata"]', '["lost"]', f"{PUT}answer-metadata[x-amzn-RequestId]"),
        ("lose the status of answers", "http_status=response.status,", "http_status=0,", f"{PUT}answer-metadata[none]"),
        ("forget how often it was tried", "attempts=reply.attempts", "attempts=1", f"{PUT}token-kept[503]"),
        (
            "wait with another request",
            "operation, metadata.request, ",
            "operation, {}, ",
            f"{TASK}task-complete[in-time]",
        ),
    ),
    *mutants(
        "_runtime/driver.py",
        (
            "send what is wrong",
            "None if checks or shape.__checks__ else write_arguments(shape, members)",
            "shape.__gather__(members).to_wire()",
            f"{PUT}refused-before-sending",
        ),
    ),
    *mutants(
        "errors.py",
        (
            "swap two errors for clients",
            '"ConflictException": ConflictException,',
            '"ConflictException": AccessDeniedException,',
            f"{PUT}error-modelled[ConflictException]",
        ),
    ),
    *mutants(
        "_runtime/sigv4.py",
        (
            "forget the session token",
            "if credentials.session_token is not None:",
            "if False:",
            f"{PUT}request-session-token",
        ),
        (
            "sign for another service",
            "{region}/{service}/aws4_request",
            "{region}/other/aws4_request",
            f"{PUT}request-golden",
        ),
        ("sign without the host", ', ("host", host)]', "]", f"{PUT}request-golden"),
        ("sort no headers", "names = sorted(values)", "names = list(values)", f"{PUT}request-golden"),
        ("keep the day of the first date", "if known != second:", "if known == 0:", f"{PUT}request-signed-anew"),
    ),
    *mutants(
        "_runtime/answers.py",
        (
            "look for one name of the request id",
            ' or headers.get("x-amz-request-id")',
            "",
            f"{PUT}answer-metadata[x-amz-request-id]",
        ),
        (
            "show what cannot be read",
            "return found[0] if found[1] else",
            "return found[0] if True else",
            f"{PUT}sensitive[secret]",
        ),
    ),
    *mutants(
        "_runtime/tasks.py",
        ("read the first page alone", "        return True\n", "        return False\n", f"{LIST}pages[three]"),
        ("read one page for ever", "if tokens == self._last:", "if False:", f"{LIST}pages-same-token"),
        ("an empty token is a page", 'not in (None, "", {}, [])', "is not None", f"{LIST}pages[empty-token]"),
        (
            "a failed task is complete",
            "if state in task.complete:",
            "if state != 'IN_PROGRESS':",
            f"{TASK}task-failed[known]",
        ),
        (
            "an unknown state is complete",
            "if state in task.complete:",
            "if state not in task.running:",
            f"{TASK}task-unknown-state",
        ),
        ("wait for ever", "if monotonic() + seconds >= deadline:", "if False:", f"{TASK}task-out-of-time"),
        ("lose the reason", "_text(wire, task.reason)", "None", f"{TASK}task-failed[known]"),
        ("lose the message", "_text(wire, task.message)", "None", f"{TASK}task-failed[known]"),
        ("go on after an error", "if isinstance(response, ServiceError):", "if False:", f"{TASK}task-error"),
    ),
    *mutants(
        "_runtime/errors.py",
        (
            "ignore the header",
            'if name.lower() == "x-amzn-errortype"',
            'if name == ""',
            f"{PUT}error-spelled[ConflictException-header-only]",
        ),
        (
            "ignore the body",
            'body.get("__type")',
            'body.get("type")',
            f"{PUT}error-spelled[ConflictException-type-namespace]",
        ),
        (
            "ignore the code",
            'for key in ("code", "Code")',
            "for key in ()",
            f"{PUT}error-spelled[ConflictException-code]",
        ),
        (
            "break on a list",
            "if isinstance(value, dict) else {}",
            "if value is not None else {}",
            f"{PUT}error-unknown[error-unknown:body-list]",
        ),
    ),
    *mutants(
        "_runtime/wire.py",
        ("take NaN", "parse_constant=_refuse_constant, ", "", f"{PUT}garbage[nan]"),
    ),
    *mutants(
        "operations.py",
        ("swap two targets", '.CreateEngagement"', '.CreateEngagementInvitation"', f"{PUT}request-golden"),
        (
            "swap two answers",
            '"CreateEngagementResponse"',
            '"StartEngagementFromOpportunityTaskResponse"',
            f"{PUT}answer-future",
        ),
        ("know no token", 'token="ClientToken"', "token=None", f"{PUT}token-filled"),
        ("call it not repeatable", "repeatable=True", "repeatable=False", f"{PUT}token-kept[cut]"),
        ("know no task", 'complete=("COMPLETE",)', 'complete=("DONE",)', f"{TASK}task-complete[at-once]"),
        ("another endpoint", "partnercentral-selling.{region}", "partnercentral.{region}", f"{PUT}request-golden"),
    ),
    *mutants(
        "client.py",
        (
            "call another operation",
            "operations.CREATE_ENGAGEMENT,",
            "operations.CREATE_ENGAGEMENT_INVITATION,",
            f"{PUT}request-golden",
        ),
        (
            "lose the arguments",
            "self._call(operations.CREATE_ENGAGEMENT, request, members)",
            "self._call(operations.CREATE_ENGAGEMENT, request, {})",
            f"{PUT}request-golden",
        ),
        (
            "lose the model",
            "self._call(operations.CREATE_ENGAGEMENT, request, members)",
            "self._call(operations.CREATE_ENGAGEMENT, None, members)",
            f"{PUT}request-model",
        ),
    ),
    *mutants(
        "async_client.py",
        (
            "call another operation asynchronously",
            "operations.CREATE_ENGAGEMENT,",
            "operations.CREATE_ENGAGEMENT_INVITATION,",
            f"{PUT}request-golden",
        ),
    ),
    *mutants(
        "_runtime/async_driver.py",
        ("do not wait", "await asyncio.sleep(step.seconds)", "pass", f"{PUT}retry-hint[seconds]"),
        (
            "let a broken connection through",
            "except TransportError as failure:",
            "except KeyError as failure:",
            f"{PUT}token-kept[cut]",
        ),
    ),
    *mutants(
        "_runtime/composite.py",
        ("accept an unknown argument", 'extra="forbid"', 'extra="ignore"', f"{PUT}unknown-argument"),
        (
            "drop an unknown member",
            "return {**written, **copied(extra[_UNKNOWN])} if extra else written",
            "return written",
            f"{PUT}answer-future",
        ),
        ("take one name alone", "validate_by_alias=True", "validate_by_alias=False", f"{PUT}both-names"),
    ),
]


def named(prefix: str) -> list[str]:
    """Give the cases that a name stands for: itself, or all that begin with it."""
    ids = [case["id"] for group, case in cases_of(NEW) if group == "calls"]
    return [prefix] if prefix in ids else [one for one in ids if one.startswith(f"{prefix}[")]


def failures(package: Any, name: str, cases: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Run the cases that a name stands for; give those that fail."""
    check = check_of(package, "calls")
    found = []
    for one in named(name):
        try:
            check(cases[one])
        except Exception:  # whatever it is, pytest would report it
            found.append(one)
    return found


@pytest.fixture(scope="module")
def cases() -> Mapping[str, Mapping[str, Any]]:
    return {case["id"]: case for group, case in cases_of(NEW) if group == "calls"}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_of_a_client_is_killed(mutant: Mutant, cases: Mapping[str, Mapping[str, Any]]) -> None:
    with imported(mutated(mutant)) as package:
        survived = [name for name in mutant.kills if not failures(package, name, cases)]
    assert survived == []


def test_without_a_mutation_the_same_cases_pass(cases: Mapping[str, Mapping[str, Any]]) -> None:
    with imported(files_of(NEW)) as package:
        killers = {name for mutant in MUTANTS for name in mutant.kills}
        assert all(named(name) for name in killers)
        assert [name for name in sorted(killers) if failures(package, name, cases)] == []


def test_every_kind_of_call_kills_a_mutant(cases: Mapping[str, Mapping[str, Any]]) -> None:
    killing = {cases[one]["kind"] for mutant in MUTANTS for name in mutant.kills for one in named(name)}
    assert sorted({case["kind"] for case in cases.values()} - killing) == []


def test_there_are_forty_mutants_of_clients_and_more() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 40
