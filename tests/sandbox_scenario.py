"""One story of two partners, told with any tool, and where it ends: the same whatever the tool.

The first partner opens an engagement and shares an opportunity with AWS; the second is invited, accepts by a task,
and has an opportunity as well. Then everything that may go wrong does.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from sandbox_callers import FIRST, SECOND, SUBMISSION, invitation_to, opportunity
from sandbox_tools import Refused, Tool

Ends = dict[str, Any]
ACCEPTING = "StartEngagementByAcceptingInvitationTask"
STARTING = "StartEngagementFromOpportunityTask"
OURS = {"Catalog": "Sandbox"}


def play(tool: Tool, url: str) -> Ends:
    """Tell the story, and give its ends: no id, no time."""
    ends, alone, shared = _open(tool)
    ends |= {**_invite(tool, shared), **_sides(tool, shared)}
    ends["events"] = {account: events(url, account) for account in (FIRST, SECOND)}
    return {**ends, **_fail(tool, alone, url)}


def _open(tool: Tool) -> tuple[Ends, str, str]:
    """Open one engagement, and another from an opportunity."""
    made = {**OURS, "ClientToken": "open", "Title": "Migration", "Description": "Move to the cloud"}
    first = tool("first", "CreateEngagement", **made)
    again = tool("first", "CreateEngagement", **made)
    draft = tool("first", "CreateOpportunity", **OURS, ClientToken="draft", **opportunity("Project"))
    task = tool("first", STARTING, **OURS, ClientToken="start", Identifier=draft["Id"], **SUBMISSION)
    ends: Ends = {
        "ARN": form(first["Arn"]),
        "the same token": again == first,
        "another token": tool("first", "CreateEngagement", **{**made, "ClientToken": "open-2"})["Id"] != first["Id"],
        "start": (task["TaskStatus"], task["OpportunityId"] == draft["Id"], form(task["TaskArn"])),
    }
    return ends, str(first["Id"]), str(task["EngagementId"])


def _invite(tool: Tool, engagement: str) -> Ends:
    """Invite the second partner, who accepts."""
    invitation = invitation_to(SECOND)
    sent = tool(
        "first",
        "CreateEngagementInvitation",
        **OURS,
        ClientToken="invite",
        EngagementIdentifier=engagement,
        Invitation=invitation,
    )
    found = tool("second", "ListEngagementInvitations", **OURS, ParticipantType="RECEIVER")
    accepting = {**OURS, "ClientToken": "accept", "Identifier": sent["Arn"]}
    task = tool("second", ACCEPTING, **accepting)
    again = tool("second", ACCEPTING, **accepting)
    read = tool("second", "GetEngagementInvitation", **OURS, Identifier=sent["Id"])
    return {
        "invited": [(each["Status"], each["SenderAwsAccountId"]) for each in found["EngagementInvitationSummaries"]],
        "accept": (task["TaskStatus"], again["TaskId"] == task["TaskId"], task["EngagementInvitationId"] == sent["Id"]),
        "accepted": read["Status"],
    }


def _sides(tool: Tool, engagement: str) -> Ends:
    """Look at what both have then."""
    listed = {who: tool(who, "ListOpportunities", **OURS)["OpportunitySummaries"] for who in ("first", "second")}
    ids = {who: [each["Id"] for each in found] for who, found in listed.items()}
    (mine,) = ids["second"]
    read = tool("second", "GetOpportunity", **OURS, Identifier=mine)
    members = tool("second", "ListEngagementMembers", **OURS, Identifier=engagement)["EngagementMemberList"]
    return {
        "reviews": {who: [each["LifeCycle"]["ReviewStatus"] for each in found] for who, found in listed.items()},
        "title": read["Project"]["Title"],
        "members": [each["AccountId"] for each in members],
        "of the other": code(lambda: tool("second", "GetOpportunity", **OURS, Identifier=ids["first"][0])),
    }


def _fail(tool: Tool, engagement: str, url: str) -> Ends:
    """Do what has to be refused, and what has to fail."""
    made = {**OURS, "ClientToken": "open", "Title": "Another", "Description": "Move to the cloud"}
    inviting = {**OURS, "ClientToken": "late", "EngagementIdentifier": engagement, "Invitation": invitation_to(SECOND)}
    late = tool("first", "CreateEngagementInvitation", **inviting)["Id"]
    advance(url, "+15d")
    draft = opportunity("Project #fail:OpportunityConflict")
    doomed = tool("first", "CreateOpportunity", **OURS, ClientToken="doomed", **draft)["Id"]
    failed = tool("first", STARTING, **OURS, ClientToken="fail", Identifier=doomed, **SUBMISSION)
    return {
        "another payload": code(lambda: tool("first", "CreateEngagement", **made)),
        "the token of another account": code(lambda: tool("second", "CreateEngagement", **made)),
        "another account": code(lambda: tool("second", "GetEngagement", **OURS, Identifier=engagement)),
        "another catalog": code(lambda: tool("first", "GetEngagement", Catalog="AWS", Identifier=engagement)),
        "expired": tool("second", "GetEngagementInvitation", **OURS, Identifier=late)["Status"],
        "too late": code(lambda: tool("second", ACCEPTING, **OURS, ClientToken="too-late", Identifier=late)),
        "failed": (failed["TaskStatus"], failed["ReasonCode"]),
        "forged": code(lambda: tool("forger", "ListEngagements", **OURS)),
    }


def code(work: Callable[[], object]) -> str:
    """Give the code of a refusal; a success has none."""
    try:
        work()
    except Refused as refused:
        return refused.code
    return "none"


def form(text: str) -> str:
    """`eng-0123456789abcd` gives `eng-*`."""
    return re.sub(r"\b(eng|task)-[0-9a-z]{13,14}$", r"\1-*", text)


STARTED = (
    "Opportunity Updated",
    "Engagement Created",
    "Engagement Resource Snapshot Created",
    "Engagement Member Added",
    "Engagement Invitation Created",
)
ACCEPTED = (
    "Engagement Invitation Accepted",
    "Engagement Member Added",
    "Opportunity Created",
    "Opportunity Updated",
    "Engagement Resource Snapshot Created",
)
"""What a partner is told of each task, in the order of the developer guide."""

ENDS: Mapping[str, Any] = {
    "ARN": "arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-*",
    "the same token": True,
    "another token": True,
    "start": (
        "COMPLETE",
        True,
        "arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-from-opportunity-task/task-*",
    ),
    "invited": [("PENDING", FIRST)],
    "accept": ("COMPLETE", True, True),
    "accepted": "ACCEPTED",
    "reviews": {"first": ["Submitted"], "second": ["Submitted"]},
    "title": "Project",
    "members": [FIRST, SECOND],
    "of the other": "ResourceNotFoundException",
    "events": {
        FIRST: [
            "Engagement Created",
            "Opportunity Created",
            *STARTED,
            "Engagement Created",
            "Engagement Invitation Created",
            "Engagement Invitation Accepted",
            "Engagement Member Added",
        ],
        SECOND: ["Engagement Invitation Created", *ACCEPTED],
    },
    "another payload": "ConflictException",
    "the token of another account": "none",
    "another account": "ResourceNotFoundException",
    "another catalog": "ResourceNotFoundException",
    "expired": "EXPIRED",
    "too late": "ConflictException",
    "failed": ("FAILED", "OpportunityConflict"),
    "forged": "InvalidSignatureException",
}


# ----------------------------------------------------------------------------------------------------------- the admin


def events(url: str, account: str) -> list[str]:
    """Name the events of an account, in order."""
    with urllib.request.urlopen(f"{url}/_admin/events?account={account}&limit=1000", timeout=10) as answer:
        return [each["detail-type"] for each in json.load(answer)["events"]]


def advance(url: str, by: str) -> None:
    """Move the sandbox's clock on."""
    body, headers = json.dumps({"advance": by}).encode(), {"X-Speccast-Sandbox": "1"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/_admin/clock", body, headers), timeout=10) as answer:
        assert "now" in json.load(answer)
