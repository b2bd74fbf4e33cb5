"""What is somebody else's and what is not there at all (S36 to S38): nobody can tell one from the other.

Each operation that names something is asked about both, by identifier and by ARN: the answers are equal to the letter,
and so is the work that the database did, which is what the time of an answer comes from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, cast

import pytest
from sandbox_bodies import OPERATIONS, good_body
from sandbox_callers import FIRST, SECOND, Sandbox, invitation_to
from sandbox_fronts import right
from sandbox_stub import Answer, ask
from sandbox_worlds import KEYS, sandbox_of

from codegen.sandbox.app import Sandbox as App
from codegen.sandbox.store.database import Database

THIRD = KEYS[2]
ABSENT = {
    "Engagement": "eng-00000000000000",
    "Invitation": "engi-0000000000000",
    "Opportunity": "O999999999999999",
}
ARNS = {"Engagement": "engagement", "Invitation": "engagement-invitation"}
"""Kinds that operations take by ARN as well, but for the one that says otherwise."""


class Counted:
    """A database that remembers the statements it was given."""

    def __init__(self, database: Any) -> None:
        self.database, self.statements = database, list[str]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)

    def execute(self, sql: str, values: Mapping[str, Any]) -> Any:
        self.statements.append(sql)
        return self.database.execute(sql, values)


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[App, Counted, dict[str, str]]]:
    """A sandbox in which the first two accounts have something, and the third has nothing."""
    app, engine = sandbox_of()
    made = Sandbox(engine)
    engagement = made.engagement(FIRST)
    ids = {"Engagement": engagement, "Invitation": made.invitation(engagement), "Opportunity": made.opportunity(FIRST)}
    counted = Counted(engine.writer.database)
    engine.writer.database = cast(Database, counted)
    yield app, counted, ids
    engine.close()


def kind_of(operation: str) -> str:
    if operation == "CreateEngagementInvitation":
        return "Engagement"
    if "Invitation" in operation:
        return "Invitation"
    return "Opportunity" if "Opportunity" in operation else "Engagement"


def body_of(operation: str) -> dict[str, Any]:
    body = {**good_body(Random(1), operation, 0.0), "Catalog": "Sandbox"}
    if operation == "CreateEngagementInvitation":
        body["Invitation"] = invitation_to(SECOND)
    return body


_NAMES = ("Identifier", "EngagementIdentifier", "OpportunityIdentifier")
ABOUT = {
    operation: name for operation in OPERATIONS for name in _NAMES if isinstance(body_of(operation).get(name), str)
}
"""Operation -> the member that names what it is about."""
_BY_ARN = [each for each in ABOUT if kind_of(each) in ARNS and each != "CreateEngagementInvitation"]
CASES = [*((operation, "id") for operation in ABOUT), *((operation, "arn") for operation in _BY_ARN)]


def test_every_operation_that_names_something_is_asked() -> None:
    assert len(ABOUT) == 13


def told(answer: Answer, id: str) -> tuple[int, Any]:
    return answer.status, re.sub(id, "ID", answer.content.decode())


@pytest.mark.parametrize(("operation", "form"), CASES)
def test_s36_what_is_somebody_elses_is_answered_like_what_is_not_there(
    operation: str, form: str, world: tuple[App, Counted, dict[str, str]]
) -> None:
    app, counted, ids = world
    kind = kind_of(operation)
    found: list[tuple[tuple[int, Any], list[str]]] = []
    for id in (ids[kind], ABSENT[kind]):
        text = id if form == "id" else f"arn:aws:partnercentral:us-east-1::catalog/Sandbox/{ARNS[kind]}/{id}"
        counted.statements.clear()
        content = json.dumps({**body_of(operation), ABOUT[operation]: text}).encode()
        answer = ask(app, right(THIRD, operation, content))
        found.append((told(answer, id), list(counted.statements)))
    assert found[0] == found[1]
    assert found[0][0][0] == 400 and "ResourceNotFoundException" in found[0][0][1]


def test_s38_a_token_of_somebody_elses_is_as_new() -> None:
    """The same token, the same body: two accounts, two engagements."""
    app, engine = sandbox_of()
    content = json.dumps({**body_of("CreateEngagement"), "ClientToken": "shared"}).encode()
    answers = [ask(app, right(key, "CreateEngagement", content)) for key in (*KEYS, *KEYS)]
    engine.close()
    assert [each.status for each in answers] == [200] * 6
    assert [each.content for each in answers[:3]] == [each.content for each in answers[3:]]
    assert len({each.body["Id"] for each in answers}) == 3
