"""The oddities of AWS's recorded answers, on demand: a client that survives them survives the service.

In: the output of an operation as the model has it. Out: the same as it was seen on the wire: members that are unset
come as null, and ReasonCode and WebsiteUrl as the text "null"; an ARN stands where an identifier should; moments have
nine digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from zlib import crc32

from codegen.sandbox.behaviour.ids import arn
from codegen.sandbox.behaviour.tasks import ACCEPTING, STARTING
from codegen.spec.ir import Json

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})Z")
_UNSET: Mapping[str, tuple[str, ...]] = {
    ACCEPTING: ("Message", "ReasonCode", "OpportunityId", "ResourceSnapshotJobId"),
    STARTING: ("Message", "ReasonCode", "EngagementId", "EngagementInvitationId", "ResourceSnapshotJobId"),
    "GetEngagementInvitation": ("RejectionReason",),
}


def disguise(operation: str, catalog: str, output: Mapping[str, Json]) -> dict[str, Json]:
    """Give an answer the oddities that its operation was seen with."""
    answer: dict[str, Json] = {**dict.fromkeys(_UNSET.get(operation, ())), **_with_nine_digits(output)}
    if operation == ACCEPTING:
        answer["EngagementInvitationId"] = arn("engagement-invitation", catalog, str(answer["EngagementInvitationId"]))
    if operation == "ListEngagementByAcceptingInvitationTasks":
        answer["TaskSummaries"] = _each(answer, "TaskSummaries", {"ReasonCode": "null"})
    if operation == "ListEngagementMembers":
        answer["EngagementMemberList"] = _over(answer, "EngagementMemberList", {"WebsiteUrl": "null"})
    if operation == "ListEngagementInvitations":
        answer["EngagementInvitationSummaries"] = [
            _undated(each) for each in _list(answer, "EngagementInvitationSummaries")
        ]
    return answer


def _list(answer: Mapping[str, Json], name: str) -> list[dict[str, Json]]:
    found = answer.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _each(answer: Mapping[str, Json], name: str, missing: Mapping[str, Json]) -> list[Json]:
    return [{**missing, **each} for each in _list(answer, name)]


def _over(answer: Mapping[str, Json], name: str, instead: Mapping[str, Json]) -> list[Json]:
    return [{**each, **instead} for each in _list(answer, name)]


def _undated(summary: dict[str, Json]) -> dict[str, Json]:
    """What has been answered was listed without an expiration date."""
    return summary if summary["Status"] == "PENDING" else {**summary, "ExpirationDate": None}


def _with_nine_digits(output: Mapping[str, Json]) -> dict[str, Json]:
    return {name: _lengthened(value) for name, value in output.items()}


def _lengthened(value: Json) -> Json:
    if isinstance(value, dict):
        return _with_nine_digits(value)
    if isinstance(value, list):
        return [_lengthened(each) for each in value]
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    return f"{match[1]}{crc32(match[1].encode()) % 1000:03}Z" if match else value
