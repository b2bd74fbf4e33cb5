"""The events of the sandbox: which, in which order, to whom, with what in them; and how they are passed on."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sandbox_callers import FIRST, SECOND, START, SUBMISSION, THIRD, Sandbox, opened

from codegen.diagnostics import Diagnostics
from codegen.sandbox.behaviour.events import envelope
from codegen.sandbox.calling import Event

pytest_plugins = ("sandbox_databases",)

ACCEPTING, STARTING = "StartEngagementByAcceptingInvitationTask", "StartEngagementFromOpportunityTask"


# -------------------------------------------------------------------------------------------------- the table of events


def test_an_engagement_tells_its_maker(sandbox: Sandbox) -> None:
    sandbox.engagement()
    assert sandbox.told(FIRST) == ["Engagement Created"]
    assert sandbox.told(SECOND) == []


def test_an_invitation_tells_both_sides(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    before = sandbox.last()
    sandbox.invitation(engagement)
    for account in (FIRST, SECOND):
        assert sandbox.told(account, before) == ["Engagement Invitation Created"]


def test_an_acceptance_by_a_task_tells_both_sides(sandbox: Sandbox) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    before = sandbox.last()
    sandbox(SECOND, ACCEPTING, Identifier=invitation)
    assert sandbox.told(SECOND, before) == [
        "Engagement Invitation Accepted",
        "Engagement Member Added",
        "Opportunity Created",
        "Opportunity Updated",
        "Engagement Resource Snapshot Created",
    ]
    assert sandbox.told(FIRST, before) == ["Engagement Invitation Accepted", "Engagement Member Added"]


def test_an_acceptance_without_a_task_makes_no_opportunity(sandbox: Sandbox) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    before = sandbox.last()
    sandbox(SECOND, "AcceptEngagementInvitation", Identifier=invitation)
    for account in (FIRST, SECOND):
        assert sandbox.told(account, before) == ["Engagement Invitation Accepted", "Engagement Member Added"]


def test_all_members_are_told_who_joins(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    sandbox(SECOND, "AcceptEngagementInvitation", Identifier=sandbox.invitation(engagement))
    invitation = sandbox.invitation(engagement, THIRD)
    before = sandbox.last()
    sandbox(THIRD, "AcceptEngagementInvitation", Identifier=invitation)
    assert sandbox.told(SECOND, before) == ["Engagement Member Added"]


def test_a_rejection_tells_both_sides(sandbox: Sandbox) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    before = sandbox.last()
    sandbox(SECOND, "RejectEngagementInvitation", Identifier=invitation)
    for account in (FIRST, SECOND):
        assert sandbox.told(account, before) == ["Engagement Invitation Rejected"]


def test_an_expiry_tells_both_sides_once(sandbox: Sandbox) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    before = sandbox.last()
    sandbox.engine.clock.advance(timedelta(days=15))
    refused = sandbox.fault(SECOND, ACCEPTING, Identifier=invitation)  # what is refused tells nevertheless
    assert refused[0] == "ConflictException"
    sandbox(FIRST, "GetEngagementInvitation", Identifier=invitation)
    sandbox.engine.advance(timedelta(days=15))
    for account in (FIRST, SECOND):
        assert sandbox.told(account, before) == ["Engagement Invitation Expired"]


def test_an_expiry_is_told_though_nobody_calls(sandbox: Sandbox) -> None:
    sandbox.invitation(sandbox.engagement())
    before = sandbox.last()
    sandbox.engine.clock.advance(timedelta(days=15))
    assert sandbox.told(SECOND, before) == ["Engagement Invitation Expired"]


def test_an_opportunity_tells_its_owner(sandbox: Sandbox) -> None:
    id = sandbox.opportunity()
    sandbox.update(FIRST, id)
    sandbox(FIRST, "SubmitOpportunity", Identifier=id, InvolvementType="Co-Sell")
    assert sandbox.told(FIRST) == ["Opportunity Created", "Opportunity Updated", "Opportunity Updated"]


def test_starting_from_an_opportunity_tells_in_this_order(sandbox: Sandbox) -> None:
    id = sandbox.opportunity()
    before = sandbox.last()
    sandbox(FIRST, STARTING, Identifier=id, **SUBMISSION)
    assert sandbox.told(FIRST, before) == [
        "Opportunity Updated",
        "Engagement Created",
        "Engagement Resource Snapshot Created",
        "Engagement Member Added",
        "Engagement Invitation Created",
    ]


def test_an_approval_tells_in_this_order(sandbox: Sandbox) -> None:
    id = sandbox.submitted()["OpportunityId"]
    before = sandbox.last()
    sandbox.update(FIRST, id, LifeCycle={"ReviewStatus": "Approved"})
    assert sandbox.told(FIRST, before) == [
        "Engagement Invitation Accepted",
        "Engagement Member Added",
        "Opportunity Updated",
        "Engagement Resource Snapshot Created",
    ]


def test_aws_is_told_nothing(sandbox: Sandbox) -> None:
    sandbox.submitted()
    assert sandbox.told("aws") == []


# ----------------------------------------------------------------------------------------------------- what they say


def _last(sandbox: Sandbox, account: str) -> Event:
    return sandbox.engine.events(account, limit=1000)[-1].event


def test_what_the_creation_of_an_invitation_says(sandbox: Sandbox) -> None:
    engagement = sandbox.engagement()
    invitation = sandbox.invitation(engagement)
    name = f"arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/{invitation}"
    for account, role in ((FIRST, "SENDER"), (SECOND, "RECEIVER")):
        assert _last(sandbox, account) == Event(
            account=account,
            time=START,
            detail_type="Engagement Invitation Created",
            resources=(name,),
            detail={
                "schemaVersion": "1.0",
                "catalog": "Sandbox",
                "engagementInvitation": {
                    "arn": name,
                    "id": invitation,
                    "engagementId": engagement,
                    "senderAccountId": FIRST,
                    "receiverAccountId": SECOND,
                    "senderCompanyName": "Example Partner B694B8",
                    "expirationDate": "2025-01-16T00:00:00.000000Z",
                    "participantType": role,
                    "payloadType": "OpportunityInvitation",
                },
            },
        )


def test_what_becomes_of_an_invitation_says_less(sandbox: Sandbox) -> None:
    invitation = sandbox.invitation(sandbox.engagement())
    sandbox(SECOND, "RejectEngagementInvitation", Identifier=invitation)
    notice: Any = _last(sandbox, SECOND).detail["engagementInvitation"]
    assert not notice.keys() & {"senderCompanyName", "expirationDate"}
    assert notice["participantType"] == "RECEIVER"


def test_what_an_opportunity_says(sandbox: Sandbox) -> None:
    id = sandbox.opportunity(Catalog="AWS")
    event = _last(sandbox, FIRST)
    assert event.detail == {"schemaVersion": "1", "catalog": "AWS", "opportunity": {"identifier": id}}
    assert event.resources == ()


def test_what_an_engagement_says(sandbox: Sandbox) -> None:
    contexts = [{"Type": "CustomerProject", "Payload": {"CustomerProject": {}}}]
    id = sandbox.engagement(Contexts=contexts)
    name = f"arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/{id}"
    event = _last(sandbox, FIRST)
    assert event.resources == (name,)
    assert event.detail["engagement"] == {
        "engagementArn": name,
        "engagementId": id,
        "CreatedAt": "2025-01-01T00:00:00.000000Z",
        "CreatedBy": FIRST,
        "ContextTypes": ["CustomerProject"],
    }


def test_an_event_goes_out_as_eventbridge_writes_it(sandbox: Sandbox) -> None:
    sandbox.opportunity()
    (event,) = sandbox.engine.events()
    written = envelope(event)
    assert written == {
        "version": "0",
        "id": event.id,
        "detail-type": "Opportunity Created",
        "source": "aws.partnercentral-selling",
        "account": FIRST,
        "time": "2025-01-01T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": dict(event.event.detail),
    }
    assert sandbox.engine.events()[0].id == event.id


def test_events_are_numbered_in_order_and_read_on_from_a_number(sandbox: Sandbox) -> None:
    for account in (FIRST, SECOND, FIRST):
        sandbox.engagement(account)
    assert [each.sequence for each in sandbox.engine.events()] == [1, 2, 3]
    assert [each.sequence for each in sandbox.engine.events(FIRST)] == [1, 3]
    assert [each.sequence for each in sandbox.engine.events(after=1, limit=1)] == [2]
    assert len({each.id for each in sandbox.engine.events()}) == 3


# -------------------------------------------------------------------------------------------------------- passed on


def _until(done: Callable[[], bool]) -> None:
    """Wait for another thread or process; a test that hangs fails by this."""
    end = monotonic() + 20
    while not done():
        assert monotonic() < end
        sleep(0.01)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_events_are_written_to_a_file(lasting: str, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    sandbox = opened(lasting, events=str(path))
    ids = [sandbox.engagement() for _ in range(5)]
    _until(lambda: len(_lines(path)) == 5)
    assert [each["detail"]["engagement"]["engagementId"] for each in _lines(path)] == ids
    assert [each["id"] for each in _lines(path)] == [each.id for each in sandbox.engine.events()]
    sandbox.engine.close()


def test_what_happened_before_a_target_was_named_is_passed_on_too_and_once(lasting: str, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    quiet = opened(lasting)
    quiet.engagement()
    quiet.engine.close()
    for count in (2, 3):
        sandbox = opened(lasting, events=str(path))
        sandbox.engagement()
        _until(lambda count=count: len(_lines(path)) == count)  # type: ignore[misc]
        sandbox.engine.close()
    assert len({each["id"] for each in _lines(path)}) == 3


def test_what_time_brings_is_passed_on_though_nobody_calls(lasting: str, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    sandbox = opened(lasting, events=str(path))
    sandbox.invitation(sandbox.engagement())
    sandbox.engine.clock.advance(timedelta(days=15))
    _until(lambda: len(_lines(path)) == 5)
    assert [each["detail-type"] for each in _lines(path)][3:] == ["Engagement Invitation Expired"] * 2
    sandbox.engine.close()


def test_of_two_workers_one_passes_events_on(lasting: str, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    workers = [opened(lasting, events=str(path)) for _ in range(2)]
    for index in range(20):
        workers[index % 2].engagement()
    _until(lambda: len(_lines(path)) == 20)
    assert [each["id"] for each in _lines(path)] == [each.id for each in workers[0].engine.events()]
    for worker in workers:
        worker.engine.close()


def test_a_line_that_was_cut_short_spoils_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"id": "cut sho')
    sandbox = opened("sqlite://", events=str(path))
    sandbox.engagement()
    _until(lambda: path.read_text().endswith("}\n"))
    assert path.read_text().splitlines()[0] == '{"id": "cut sho'
    assert json.loads(path.read_text().splitlines()[1])["detail-type"] == "Engagement Created"
    sandbox.engine.close()


def test_a_file_that_cannot_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "events.jsonl"
    with pytest.raises(Diagnostics) as caught:
        opened("sqlite://", events=str(path))
    assert caught.value.text() == f"{path}: error: cannot write events: No such file or directory [sandbox-database]"


class Hook(BaseHTTPRequestHandler):
    """A webhook that takes every second event only when it is sent again."""

    protocol_version = "HTTP/1.1"
    taken: list[dict[str, Any]]
    calls = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).calls += 1
        refused = self.calls % 2 == 0
        if not refused:
            self.taken.append({"path": self.path, "type": self.headers["Content-Type"], **json.loads(body)})
        self.send_response(503 if refused else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    handler = type("OwnHook", (Hook,), {"taken": [], "calls": 0})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook?key=1", handler.taken  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_gets_every_event_in_order_though_it_fails_between(hook: tuple[str, list[dict[str, Any]]]) -> None:
    url, taken = hook
    sandbox = opened("sqlite://", events=url)
    ids = [sandbox.engagement() for _ in range(4)]
    _until(lambda: len(taken) == 4)
    assert [each["detail"]["engagement"]["engagementId"] for each in taken] == ids
    assert {(each["path"], each["type"]) for each in taken} == {("/hook?key=1", "application/json")}
    sandbox.engine.close()


def test_a_webhook_that_is_not_there_stops_nothing(lasting: str) -> None:
    sandbox = opened(lasting, events="http://127.0.0.1:9/")
    assert sandbox.engagement()
    assert sandbox.told(FIRST) == ["Engagement Created"]
    sandbox.engine.close()


WRITING = """
import asyncio, sys
from codegen.sandbox.behaviour.engine import open_engine
from codegen.sandbox.calling import Call
from codegen.sandbox.clock import Clock

engine = open_engine(sys.argv[1], Clock(), events=sys.argv[2], fast=True)

async def main():
    for count in range(10000):
        input = {"Catalog": "Sandbox", "ClientToken": sys.argv[3] + str(count), "Title": "T", "Description": ""}
        now = engine.clock.now()
        call = Call(operation="CreateEngagement", account="111122223333", input=input, now=now, request_id="r")
        print((await engine.perform(call))["Id"], flush=True)

asyncio.run(main())
"""


def test_no_event_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    database, path = f"sqlite:///{tmp_path / 'sandbox.db'}", tmp_path / "events.jsonl"
    for round in range(3):
        command = [sys.executable, "-c", WRITING, database, str(path), f"{round}-"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as process:
            assert process.stdout
            for _ in range(10 + 10 * round):
                process.stdout.readline()
            process.kill()
    sandbox = opened(database, events=str(path))
    wanted = [each.id for each in sandbox.engine.events(limit=100_000)]
    assert len(wanted) >= 60
    _until(lambda: wanted[-1] in path.read_text())
    sandbox.engine.close()
    whole = [line for line in path.read_text().splitlines() if line.endswith("}")]
    arrived = list(dict.fromkeys(json.loads(line)["id"] for line in whole))
    assert arrived == wanted
