"""Three accounts that call a sandbox, and what their calls are mostly about."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from history import history
from packages import NEW, model_of

from codegen.sandbox.behaviour.engine import Engine, open_engine
from codegen.sandbox.calling import Call, Fault
from codegen.sandbox.clock import Clock
from codegen.spec import ir
from codegen.spec.ir import Json

FIRST, SECOND, THIRD = "111122223333", "444455556666", "777788889999"
START = datetime(2025, 1, 1, tzinfo=UTC)
SPEND: Mapping[str, Json] = {"Amount": "9.50", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}


_TOKENS = itertools.count()


@dataclass(slots=True)
class Sandbox:
    """An engine and the calls of three accounts; a token is made up for each call that needs one and has none."""

    engine: Engine

    def call(self, account: str, operation: str, **input: Any) -> Call:
        needs_token = operation.startswith(("Create", "StartEngagement"))
        token: dict[str, Json] = {"ClientToken": f"token-{next(_TOKENS)}"} if needs_token else {}
        full: dict[str, Json] = {"Catalog": "Sandbox", **token, **input}
        return Call(operation=operation, account=account, input=full, now=self.engine.clock.now(), request_id="r")

    def __call__(self, account: str, operation: str, **input: Any) -> dict[str, Any]:
        output = dict(finish(self.engine.perform(self.call(account, operation, **input))))
        check_output(operation, output)
        return output

    def fault(self, account: str, operation: str, **input: Any) -> tuple[str, str]:
        """Do what is refused, and give code and message."""
        with pytest.raises(Fault) as caught:
            self(account, operation, **input)
        check_fault(operation, caught.value)
        return caught.value.code, caught.value.message

    def told(self, account: str, after: int = 0) -> list[str]:
        """Name the events of an account."""
        return [each.event.detail_type for each in self.engine.events(account, after, 1000)]

    def last(self) -> int:
        """Give the number of the last event so far."""
        return max((each.sequence for each in self.engine.events(limit=100_000)), default=0)

    # ---- what most tests begin with

    def engagement(self, account: str = FIRST, **input: Any) -> str:
        return str(self(account, "CreateEngagement", **{"Title": "Migration", "Description": "", **input})["Id"])

    def invitation(
        self, engagement: str, receiver: str = SECOND, sender: str = FIRST, title: str = "Project", **input: Any
    ) -> str:
        invitation = invitation_to(receiver, title)
        made = self(
            sender, "CreateEngagementInvitation", EngagementIdentifier=engagement, Invitation=invitation, **input
        )
        return str(made["Id"])

    def opportunity(self, account: str = FIRST, title: str = "Project", **input: Any) -> str:
        return str(self(account, "CreateOpportunity", **{**opportunity(title), **input})["Id"])

    def submitted(self, account: str = FIRST, title: str = "Project", **input: Any) -> dict[str, Any]:
        """Start an engagement from a new opportunity; gives the task."""
        id = self.opportunity(account, title)
        return self(account, "StartEngagementFromOpportunityTask", Identifier=id, **SUBMISSION, **input)

    def update(self, account: str, id: str, **input: Any) -> dict[str, Any]:
        """Update an opportunity as it was last read."""
        read = self(account, "GetOpportunity", Identifier=id)
        return self(account, "UpdateOpportunity", Identifier=id, LastModifiedDate=read["LastModifiedDate"], **input)

    def review(self, account: str, id: str) -> str:
        return str(self(account, "GetOpportunity", Identifier=id)["LifeCycle"]["ReviewStatus"])


SUBMISSION: Mapping[str, Json] = {"AwsSubmission": {"InvolvementType": "Co-Sell", "Visibility": "Full"}}


def invitation_to(receiver: str, title: str = "Project") -> dict[str, Json]:
    details: dict[str, Json] = {
        "Customer": {
            "CompanyName": "Example Corp",
            "CountryCode": "US",
            "Industry": "Telecommunications",
            "WebsiteUrl": "https://example.com",
        },
        "Project": {
            "BusinessProblem": "Moves a data centre to the cloud.",
            "ExpectedCustomerSpend": [dict(SPEND)],
            "TargetCompletionDate": "2026-01-01",
            "Title": title,
        },
        "ReceiverResponsibilities": ["Reseller"],
    }
    receiving: dict[str, Json] = {"Account": {"AwsAccountId": receiver}}
    return {"Message": "Join us", "Receiver": receiving, "Payload": {"OpportunityInvitation": details}}


def opportunity(title: str = "Project", company: str = "Example Corp") -> dict[str, Json]:
    return {
        "Customer": {
            "Account": {
                "CompanyName": company,
                "Industry": "Telecommunications",
                "WebsiteUrl": "https://example.com",
                "Address": {"CountryCode": "US", "City": "Seattle"},
            }
        },
        "LifeCycle": {"Stage": "Qualified", "TargetCloseDate": "2026-01-01"},
        "Project": {"Title": title, "CustomerBusinessProblem": "Moves a data centre to the cloud."},
    }


def check_output(operation: str, output: Mapping[str, Json]) -> None:
    """Hold an output to the service's own model of the day."""
    name = _operation(operation).output
    if name is None:
        assert output == {}
    else:
        _check(_MODEL.shapes[name], dict(output), operation)


def check_fault(operation: str, fault: Fault) -> None:
    """An operation has the errors that its model lists, and a ValidationException says what is wrong."""
    assert fault.code in [each.raw for each in _operation(operation).errors], (operation, fault)
    assert (fault.code == "ValidationException") == (fault.members.keys() == {"Reason", "ErrorList"})


_MODEL = history("1.35.76")


def _operation(name: str) -> ir.Operation:
    return next(each for each in _MODEL.operations.values() if each.name.raw == name)


def _check(shape: ir.Shape, value: Json, path: str) -> None:
    match shape:
        case ir.Structure() | ir.UnionOf():
            assert isinstance(value, dict), path
            members = {each.name.raw: each for each in shape.members}
            assert value.keys() <= members.keys(), path
            assert {name for name, each in members.items() if each.required} <= value.keys(), path
            assert isinstance(shape, ir.Structure) or len(value) == 1, path
            for name, each in value.items():
                _check(_MODEL.shapes[members[name].target], each, f"{path}.{name}")
        case ir.ListOf():
            assert isinstance(value, list), path
            for each in value:
                _check(_MODEL.shapes[shape.member.target], each, path)
        case ir.Enum():
            assert value in [each.value.raw for each in shape.values], (path, value)
        case ir.Timestamp():
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", str(value)), (path, value)
        case ir.Number():
            assert type(value) is int, path
        case _:
            assert isinstance(value, str), (path, value)
            _check_pattern(shape, value, path)


def _check_pattern(shape: ir.Shape, value: str, path: str) -> None:
    """Identifiers and ARNs match, but for the ARN of an invitation, whose pattern the service itself does not keep."""
    pattern = shape.constraints.pattern if isinstance(shape, ir.Text) else None
    if pattern and re.search(r"(Arn|Id|Identifier)$", path) and shape.id.raw != "EngagementInvitationArn":
        assert re.fullmatch(pattern.text.raw, value), (path, value)


def finish(work: Coroutine[Any, Any, Mapping[str, Json]]) -> Mapping[str, Json]:
    return asyncio.run(work)


def opened(url: str, **options: Any) -> Sandbox:
    """Open a sandbox whose clock stands still at the start of 2025."""
    return Sandbox(open_engine(url, Clock(fixed=START), model=model_of(NEW), **options))
