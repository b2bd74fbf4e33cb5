"""What who runs a sandbox sees and sets over HTTP, and who may not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sandbox_callers import FIRST, SECOND, START, Sandbox, opened
from sandbox_stub import MODEL, Answer, ask, plain, signed, with_header

from codegen.sandbox import admin
from codegen.sandbox.accounts import TEST_KEYS
from codegen.sandbox.admin.exchange import LARGEST
from codegen.sandbox.admin.mounting import mounted
from codegen.sandbox.admin.routes import ROUTES
from codegen.sandbox.app import Sandbox as FrontEnd
from codegen.sandbox.app import Settings
from codegen.sandbox.behaviour.settings import SWITCHES
from codegen.sandbox.behaviour.tasks import REASONS
from codegen.sandbox.requests import HttpRequest
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.schema import IDENTITY

OWN = ("x-speccast-sandbox", "1")


def request(method: str, path: str, body: Any = None, query: str = "") -> HttpRequest:
    """Make a request as curl on the same machine sends it."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    headers = (("host", "127.0.0.1:8999"), *([OWN] if method == "POST" else []))
    return HttpRequest(method, path, query, headers, content, "127.0.0.1")


@dataclass(frozen=True)
class Run:
    """A sandbox that runs, seen from both sides."""

    calls: Sandbox
    app: FrontEnd

    def ask(self, request: HttpRequest) -> Answer:
        return ask(self.app, request)

    def get(self, path: str, query: str = "") -> Any:
        return self.told(request("GET", path, query=query))

    def post(self, path: str, body: Any = None) -> Any:
        return self.told(request("POST", path, body))

    def told(self, request: HttpRequest) -> Any:
        answer = self.ask(request)
        assert answer.status == 200, answer.content
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        return answer.body

    def refusal(self, request: HttpRequest) -> tuple[int, str]:
        answer = self.ask(request)
        assert answer.body.keys() == {"message"}
        return answer.status, answer.body["message"]


@pytest.fixture
def run() -> Iterator[Run]:
    calls = opened("sqlite://")
    mount = mounted(calls.engine, TEST_KEYS)
    yield Run(calls, FrontEnd(MODEL, calls.engine, TEST_KEYS, calls.engine.clock, mount=mount))
    calls.engine.close()


# ---------------------------------------------------------------------------------------------------- what can be seen


def test_the_overview_has_everything_of_all_accounts(run: Run) -> None:
    engagement = run.calls.engagement()
    invitation = run.calls.invitation(engagement)
    found = run.get("/_admin/overview")
    assert found["now"] == "2025-01-01T00:00:00.000000Z"
    assert [one["id"] for one in found["engagements"]] == [engagement]
    assert [(one["id"], one["status"]) for one in found["invitations"]] == [(invitation, "PENDING")]
    assert found["tasks"] == []
    assert [(one["sequence"], one["account"], one["detail-type"]) for one in found["events"]] == [
        (1, FIRST, "Engagement Created"),
        (2, FIRST, "Engagement Invitation Created"),
        (3, SECOND, "Engagement Invitation Created"),
    ]


def test_events_are_read_by_account_and_number(run: Run) -> None:
    run.calls.invitation(run.calls.engagement())

    def numbers(query: str) -> list[int]:
        return [one["sequence"] for one in run.get("/_admin/events", query)["events"]]

    assert numbers("") == numbers("account=&after=&limit=") == [1, 2, 3]
    assert numbers(f"account={SECOND}") == [3]
    assert numbers("after=1&limit=1") == [2]
    assert numbers("account=999999999999") == []
    (last,) = run.get("/_admin/events", "after=2")["events"]
    assert (last["source"], last["detail-type"]) == ("aws.partnercentral-selling", "Engagement Invitation Created")
    assert last["detail"]["engagementInvitation"]["participantType"] == "RECEIVER"


def test_text_of_partners_comes_back_as_it_was(run: Run) -> None:
    title = '</script>"\u2028\u202eÜ\N{GRINNING FACE}'
    run.calls.engagement(Title=title)
    assert run.get("/_admin/overview")["engagements"][0]["title"] == title


# ----------------------------------------------------------------------------------------------------- what can be set


def test_the_clock_moves_on_and_what_was_due_has_happened(run: Run) -> None:
    invitation = run.calls.invitation(run.calls.engagement())
    assert run.post("/_admin/clock", {"advance": "+15d"}) == {"now": "2025-01-16T00:00:00.000000Z"}
    found = run.get("/_admin/overview")
    assert [(one["id"], one["status"]) for one in found["invitations"]] == [(invitation, "EXPIRED")]
    assert [one["detail-type"] for one in found["events"]][-1] == "Engagement Invitation Expired"


def test_switches_are_set_together_and_all_are_told(run: Run) -> None:
    given = {"tasks": "in-steps", "step": 5, "rates": True, "realistic": True}
    assert run.post("/_admin/switch", given) == {"settings": {**given, "ahead": 0.0}}
    assert run.post("/_admin/switch", {"rates": False}) == {"settings": {**given, "rates": False, "ahead": 0.0}}
    assert run.get("/_admin/overview")["settings"]["tasks"] == "in-steps"


@pytest.mark.parametrize("reason", REASONS)
def test_the_next_task_of_an_account_fails_with_any_reason(run: Run, reason: str) -> None:
    run.post("/_admin/switch", {"fail_next_task": reason, "account": FIRST})
    failed, done, other = run.calls.submitted(), run.calls.submitted(), run.calls.submitted(SECOND)
    assert (failed["TaskStatus"], failed["ReasonCode"]) == ("FAILED", reason)
    assert (done["TaskStatus"], other["TaskStatus"]) == ("COMPLETE", "COMPLETE")


def test_without_an_account_the_next_task_of_each_fails(run: Run) -> None:
    run.post("/_admin/switch", {"fail_next_task": "InternalError", "account": None})
    assert [run.calls.submitted(account)["TaskStatus"] for account in (FIRST, SECOND, FIRST)] == [
        "FAILED",
        "FAILED",
        "COMPLETE",
    ]


def test_a_reset_forgets_everything_but_who_may_call(run: Run) -> None:
    run.calls.invitation(run.calls.engagement())
    run.post("/_admin/switch", {"rates": True, "fail_next_task": "InternalError"})
    run.post("/_admin/clock", {"advance": "+1d"})
    before = run.get("/_admin/events")["events"]
    assert run.post("/_admin/reset") == {"now": "2025-01-01T00:00:00.000000Z"}
    assert run.get("/_admin/overview") == {
        "now": "2025-01-01T00:00:00.000000Z",
        "settings": {"tasks": "at-once", "step": 1, "rates": False, "realistic": False, "ahead": 0.0},
        "counts": {"engagements": 0, "invitations": 0, "tasks": 0, "events": 0},
        "engagements": [],
        "invitations": [],
        "tasks": [],
        "events": [],
    }
    assert run.calls.submitted()["TaskStatus"] == "COMPLETE"
    after = run.get("/_admin/events")["events"]
    assert after[0]["sequence"] == 1
    assert not {one["id"] for one in before} & {one["id"] for one in after}


def test_the_same_token_means_another_call_after_a_reset(run: Run) -> None:
    first = run.calls(FIRST, "CreateEngagement", Title="A", Description="", ClientToken="same")
    run.post("/_admin/reset", {})
    second = run.calls(FIRST, "CreateEngagement", Title="B", Description="", ClientToken="same")
    assert first["Id"] != second["Id"]


def test_after_a_reset_only_the_identity_of_the_database_is_left(run: Run) -> None:
    run.calls(SECOND, "AcceptEngagementInvitation", Identifier=run.calls.invitation(run.calls.engagement()))
    run.calls.submitted()
    run.post("/_admin/switch", {"rates": True, "fail_next_task": "InternalError"})
    run.post("/_admin/reset")

    def count(transaction: Transaction) -> dict[str, int]:
        tables = sorted(transaction.database.tables())
        return {name: transaction.all(f"SELECT COUNT(*) FROM {name}")[0][0] for name in tables}

    counts = run.calls.engine.writer.submit(count).result()
    assert {name for name, number in counts.items() if number} == {IDENTITY}
    assert len(counts) > 10


def test_a_reset_is_taken_over_by_other_workers(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sandbox.db"
    one, other = opened(url), opened(url)
    one.engine.advance(timedelta(days=1))
    other.engagement()
    assert other.engine.clock.now() == START + timedelta(days=1)
    run.app.mount = mounted(one.engine, TEST_KEYS)
    run.post("/_admin/reset")
    assert other.engine.events() == ()
    assert other.engine.clock.now() == START
    for each in (one, other):
        each.engine.close()


def test_events_after_a_reset_are_passed_on_from_the_first(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "events.jsonl"
    calls = opened(f"sqlite:///{tmp_path}/sandbox.db", events=str(target))
    run.app.mount = mounted(calls.engine, TEST_KEYS)
    for count in (1, 2):
        calls.engagement()
        for _ in range(500):
            if target.exists() and len(target.read_bytes().splitlines()) == count:
                break
            time.sleep(0.01)
        run.post("/_admin/reset")
    calls.engine.close()
    told = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [one["detail-type"] for one in told] == ["Engagement Created"] * 2
    assert told[0]["id"] != told[1]["id"]


def test_calls_go_on_beside_the_admin_routes(run: Run) -> None:
    body = {"Catalog": "Sandbox", "ClientToken": "t", "Title": "Migration", "Description": ""}
    run.app.clock.machine = lambda: START
    answer = run.ask(signed(plain(body), at=START))
    assert answer.status == 200
    assert [one["id"] for one in run.get("/_admin/overview")["engagements"]] == [answer.body["Id"]]


# ------------------------------------------------------------------------------------------------- what is refused: 400

CLOCK, SWITCH, EVENTS = "/_admin/clock", "/_admin/switch", "/_admin/events"
_ORDER = 'write {"advance": "+15d"}'
_QUERY = "the query has account, after and limit, each once at most"


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (CLOCK, b"{", "the body cannot be read: "),
        (CLOCK, b'{"advance": "+1d", "advance": "+1d"}', "the body cannot be read: "),
        (CLOCK, b"\xff", "the body cannot be read: the text is not UTF-8"),
        (CLOCK, [], "the body must be a JSON object"),
        (CLOCK, None, _ORDER),
        (CLOCK, {"advance": 15}, _ORDER),
        (CLOCK, {"advance": "+1d", "back": "1d"}, _ORDER),
        (CLOCK, {"advance": "-1d"}, "advance: write a number and s, m, h or d, such as +15d"),
        (CLOCK, {"advance": "+999999999d"}, "advance: the clock goes no further than the year 9000"),
        (CLOCK, {"advance": "+2600000d"}, "advance: the clock goes no further than the year 9000"),
        (SWITCH, {}, "name at least one of tasks, step, rates, realistic and fail_next_task"),
        (SWITCH, {"speed": 1}, "there is no switch speed; there are tasks, step, rates, realistic"),
        (SWITCH, {"ahead": 1}, "there is no switch ahead; there are tasks, step, rates, realistic"),
        (SWITCH, {"tasks": "slow"}, "tasks is one of at-once, in-steps"),
        (SWITCH, {"rates": 1}, "rates is true or false"),
        (SWITCH, {"fail_next_task": "Tired"}, f"fail_next_task is one of {', '.join(REASONS)}"),
        (SWITCH, {"account": FIRST}, f"fail_next_task is one of {', '.join(REASONS)}"),
        (SWITCH, {"fail_next_task": [], "account": FIRST}, f"fail_next_task is one of {', '.join(REASONS)}"),
        (
            SWITCH,
            {"fail_next_task": "InternalError", "account": "1\n"},
            f'account: "1\\n" has no key here; there are {FIRST}, {SECOND}',
        ),
        (
            SWITCH,
            {"fail_next_task": "InternalError", "account": 1},
            f"account: what is given has no key here; there are {FIRST}, {SECOND}",
        ),
        ("/_admin/reset", {"all": True}, "reset takes no input"),
    ],
)
def test_bad_input_is_told_in_one_message_and_nothing_is_done(run: Run, path: str, body: Any, message: str) -> None:
    run.calls.engagement()
    before = run.get("/_admin/overview")
    status, told = run.refusal(request("POST", path, body))
    assert (status, told[: len(message)] if message.endswith(" ") else told) == (400, message)
    assert run.get("/_admin/overview") == before


def test_of_several_orders_none_is_carried_out_when_one_is_bad(run: Run) -> None:
    status, _ = run.refusal(request("POST", SWITCH, {"rates": True, "fail_next_task": "Tired"}))
    status_too, _ = run.refusal(request("POST", SWITCH, {"rates": 1, "fail_next_task": "InternalError"}))
    assert (status, status_too) == (400, 400)
    assert run.get("/_admin/overview")["settings"]["rates"] is False
    assert run.calls.submitted()["TaskStatus"] == "COMPLETE"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "limit is a number from 1 to 1000"),
        ("limit=1001", "limit is a number from 1 to 1000"),
        ("limit=ten", "limit is a whole number"),
        ("after=-1", "after is a whole number"),
        ("after=%D9%A1", "after is a whole number"),
        ("after=9999999999999999999", "after is a whole number"),
        ("before=1", _QUERY),
        ("after=1&after=2", _QUERY),
        ("a=1&b=2&c=3&d=4", _QUERY),
    ],
)
def test_a_bad_query_is_told_in_one_message(run: Run, query: str, message: str) -> None:
    assert run.refusal(request("GET", EVENTS, query=query)) == (400, message)


# ------------------------------------------------------------------------------------------------- what is refused: who

CHANGING = [path for path, (method, _) in ROUTES.items() if method == "POST"]
ALL = [*((method, path) for path, (method, _) in ROUTES.items()), ("GET", "/_console"), ("GET", "/_admin/none")]


def test_there_are_routes_of_both_kinds() -> None:
    assert 0 < len(CHANGING) < len(ROUTES)


@pytest.mark.parametrize("path", CHANGING)
def test_what_changes_something_needs_a_header_that_no_form_can_send(run: Run, path: str) -> None:
    bare = with_header(request("POST", path, b"advance=%2B15d"), "content-type", "application/x-www-form-urlencoded")
    for value in (None, "", "true", "0"):
        told = run.refusal(with_header(bare, OWN[0], value))
        assert told == (403, "this changes something; send the header X-Speccast-Sandbox: 1")


@pytest.mark.parametrize("path", ROUTES)
def test_a_route_has_one_method(run: Run, path: str) -> None:
    for method in {"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"} - {ROUTES[path][0]}:
        answer = run.ask(request(method, path))
        assert (answer.status, answer.headers["allow"]) == (405, ROUTES[path][0])


def test_a_route_that_there_is_not_is_told(run: Run) -> None:
    wanted = (404, f"there is no such route; there are {', '.join(ROUTES)}")
    for path in ("/_admin", "/_admin/", "/_admin/overview/", "/_admin/../_admin/overview"):
        assert run.refusal(request("GET", path)) == wanted


@pytest.mark.parametrize(("method", "path"), ALL)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", "evil.example"),
        ("host", None),
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:8998"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ],
)
def test_s20_to_s23_pages_of_others_reach_no_admin_route(
    run: Run, method: str, path: str, name: str, value: str | None
) -> None:
    answer = run.ask(with_header(request(method, path), name, value))
    assert (answer.status, answer.code) == (403, "AccessDenied")
    assert [header for header in answer.headers if header.startswith("access-control")] == []


@pytest.mark.parametrize("path", CHANGING)
def test_s22_a_preflight_is_refused(run: Run, path: str) -> None:
    asked = with_header(request("OPTIONS", path), "access-control-request-method", "POST")
    answer = run.ask(with_header(asked, "access-control-request-headers", OWN[0]))
    assert (answer.status, answer.code) == (403, "AccessDenied")


@pytest.mark.parametrize(("method", "path"), ALL)
def test_only_callers_on_this_machine_reach_an_admin_route(run: Run, method: str, path: str) -> None:
    run.app.settings = Settings(hosts=None)
    asked = request(method, path)
    elsewhere = HttpRequest(asked.method, asked.path, "", asked.headers, b"", "192.0.2.7")
    for one in (elsewhere, with_header(asked, "host", "sandbox.example")):
        answer = run.ask(one)
        assert (answer.status, answer.code) == (403, "AccessDenied")


def test_a_large_body_is_refused(run: Run) -> None:
    told = run.refusal(request("POST", CLOCK, b" " * (LARGEST + 1)))
    assert told == (413, f"the body is larger than {LARGEST} bytes")
    assert run.refusal(request("POST", CLOCK, b" " * LARGEST)) == (400, _ORDER)


def test_the_docstring_lists_every_route_and_switch() -> None:
    told = admin.__doc__ or ""
    assert [path for path, (method, _) in ROUTES.items() if f"{method:4} {path}" not in told] == []
    assert [name for name in SWITCHES if f"`{name}`" not in told] == []
