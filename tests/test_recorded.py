"""What the real service was seen to send, which its own model forbids: all is read, and goes back out as it came."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from packages import NEW, OLD, RELEASES, errors_of, package_of, shape_of, without_nulls

pytestmark = pytest.mark.filterwarnings("error")

ARN = "arn:aws:partnercentral:us-east-1::catalog/Sandbox"
ACCEPTING = "StartEngagementByAcceptingInvitationTaskResponse"
STARTING = "StartEngagementFromOpportunityTaskResponse"
INVITED = "CreateEngagementInvitationResponse"
CREATED = "CreateEngagementResponse"
TASK_MEMBERS = (
    *("EngagementInvitationId", "Message", "OpportunityId", "ReasonCode"),
    *("StartTime", "TaskArn", "TaskId", "TaskStatus"),
)
CONTEXT = {
    "Id": "1",
    "Type": "CustomerProject",
    "Payload": {
        "CustomerProject": {
            "Customer": {"CompanyName": "c", "CountryCode": "US", "Industry": "Other", "WebsiteUrl": "null"},
            "Project": {"Title": "t", "BusinessProblem": "short", "TargetCompletionDate": "2025-1-1"},
        }
    },
}

RECORDED: dict[str, tuple[str, dict[str, Any]]] = {
    "complete at once, explicit nulls": (
        ACCEPTING,
        {
            "EngagementInvitationId": f"{ARN}/engagement-invitation/engi-5qdeajl1bg9bk",
            "Message": None,
            "OpportunityId": "O1234567",
            "ReasonCode": None,
            "ResourceSnapshotJobId": None,
            "StartTime": "2024-11-20T10:11:12.345Z",
            "TaskArn": None,
            "TaskId": None,
            "TaskStatus": "COMPLETE",
        },
    ),
    "every member null": (ACCEPTING, dict.fromkeys(TASK_MEMBERS)),
    "an ARN for an identifier": (
        ACCEPTING,
        {"EngagementInvitationId": f"{ARN}/engagement-invitation/engi-5qdeajl1bg9bk", "TaskStatus": "COMPLETE"},
    ),
    "a plain identifier": (ACCEPTING, {"EngagementInvitationId": "engi-5qdeajl1bg9bk"}),
    "the reason 'null'": (ACCEPTING, {"ReasonCode": "null", "TaskStatus": "COMPLETE"}),
    "a reason of later models": (STARTING, {"ReasonCode": "ContextNotFound", "TaskStatus": "FAILED"}),
    "nine digits of fraction": (STARTING, {"StartTime": "2025-12-15T19:58:11.520786314Z"}),
    "eight digits of fraction": (STARTING, {"StartTime": "2025-12-15T19:58:11.52078631Z"}),
    "an ARN with a region": (
        ACCEPTING,
        {
            "TaskArn": f"{ARN}/engagement-by-accepting-invitation-task/task-c18ns2bfuky88",
            "TaskId": "task-c18ns2bfuky88",
        },
    ),
    "a task by its short identifier": (STARTING, {"TaskId": "task-1z5yaau8pu5k8"}),
    "members of later models": (
        STARTING,
        {
            "TaskStatus": "COMPLETE",
            "EngagementId": "eng-ktsuz9kfow9cv5",
            "ContextId": "1",
            "Insights": {"a": [None, 1.5]},
        },
    ),
    "an invitation's ARN that the model forbids": (
        INVITED,
        {"Arn": f"{ARN}/engagement-invitation/engi-5qdeajl1bg9bk", "Id": "engi-5qdeajl1bg9bk"},
    ),
    "an engagement with the time of its change": (
        CREATED,
        {
            "Arn": "arn:aws:partnercentral:us-east-1::catalog/AWS/engagement/eng-ktsuz9kfow9cv5",
            "Id": "eng-ktsuz9kfow9cv5",
            "ModifiedAt": "2025-12-15T19:58:11.520786314Z",
        },
    ),
    "AWS as the sender": (
        INVITED,
        {"Id": "engi-5qdeajl1bg9bk", "SenderAwsAccountId": "aws", "SenderCompanyName": "AWS"},
    ),
    "the account 'aws'": ("AccountReceiver", {"AwsAccountId": "aws"}),
    "the web address 'null'": (
        "EngagementCustomer",
        {"CompanyName": "c", "CountryCode": "US", "Industry": "Other", "WebsiteUrl": "null"},
    ),
    "a context with an identifier": ("EngagementContextDetails", CONTEXT),
    "a context of later models": (
        "EngagementContextDetails",
        {"Type": "Lead", "Payload": {"Lead": {"QualificationStatus": "Qualified", "Customer": {"X": None}}}},
    ),
    "a request that AWS's own sample sends": (
        "CreateEngagementInvitationRequest",
        {
            "Catalog": "Sandbox",
            "SenderAwsAccountId": "aws",
            "PayloadType": "OpportunityInvitation",
            "Invitation": {"Message": "", "Receiver": {"Account": {"AwsAccountId": "111122223333"}}},
        },
    ),
}


def _cases() -> Iterator[Any]:
    for release in RELEASES:
        for case, (shape, _) in RECORDED.items():
            if hasattr(package_of(release).models, shape):
                yield pytest.param(release, case, id=f"{release}: {case}")


def test_each_release_has_cases() -> None:
    counted = {release: sum(case.values[0] == release for case in _cases()) for release in RELEASES}
    assert counted == {OLD: 11, NEW: len(RECORDED)}


@pytest.mark.parametrize(("release", "case"), list(_cases()))
def test_it_is_read_and_written_back_as_it_came(release: str, case: str) -> None:
    shape, sent = RECORDED[case]
    read = shape_of(release, shape).from_wire(json.dumps(sent))
    assert read.to_wire() == without_nulls(sent)
    assert shape_of(release, shape).from_wire(sent) == read


@pytest.mark.parametrize(("release", "case"), list(_cases()))
def test_it_can_be_shown_copied_kept_and_dumped(release: str, case: str) -> None:
    shape, sent = RECORDED[case]
    read = shape_of(release, shape).from_wire(sent)
    assert type(read).__name__ in repr(read)
    for copied in (copy.deepcopy(read), pickle.loads(pickle.dumps(read)), read.model_copy()):
        assert copied.to_wire() == without_nulls(sent)
    read.model_dump()
    json.loads(read.model_dump_json())


@pytest.mark.parametrize("release", RELEASES)
def test_null_says_the_same_as_nothing(release: str) -> None:
    model = shape_of(release, ACCEPTING)
    assert model.from_wire(dict.fromkeys(TASK_MEMBERS)) == model.from_wire({})
    assert model.from_wire({}).task_status is None


@pytest.mark.parametrize("release", RELEASES)
def test_a_value_that_is_not_known_stays_its_text(release: str) -> None:
    read = shape_of(release, ACCEPTING).from_wire({"ReasonCode": "null", "TaskStatus": "COMPLETE"})
    assert (type(read.reason_code), read.reason_code) == (str, "null")
    assert read.task_status is package_of(release).models.TaskStatus.COMPLETE


@pytest.mark.parametrize("digits", ["520786314", "52078631"])
def test_a_moment_is_cut_to_microseconds_and_keeps_its_text(digits: str) -> None:
    text = f"2025-12-15T19:58:11.{digits}Z"
    read = shape_of(NEW, STARTING).from_wire({"StartTime": text})
    assert read.start_time == datetime(2025, 12, 15, 19, 58, 11, 520786, tzinfo=UTC)
    assert read.to_wire() == {"StartTime": text}


def test_an_arm_that_is_not_known_is_kept() -> None:
    read = shape_of(NEW, "EngagementContextDetails").from_wire(RECORDED["a context of later models"][1])
    unknown = package_of(NEW).models.Unknown
    assert read.payload.unknown == unknown("Lead", {"QualificationStatus": "Qualified", "Customer": {"X": None}})


# --------------------------------------------------------------------------------------------------------------- errors

ERROR_TYPE = "{}:http://internal.amazon.com/coral/com.amazon.partnerintegrationapi.common/"


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("code", ["ValidationException", "ResourceNotFoundException", "AccessDeniedException"])
@pytest.mark.parametrize("header", ["x-amzn-ErrorType", "X-Amzn-Errortype", "x-amzn-errortype"])
def test_an_error_is_found_by_its_header(release: str, code: str, header: str) -> None:
    sent = {header: ERROR_TYPE.format(code), "x-amzn-RequestId": "0b3fcd2e", "Content-Type": "application/json"}
    error = errors_of(release).from_wire(b'{"Message":"no"}', http_status=400, headers=sent)
    assert (type(error).__name__, error.code, error.message, error.request_id) == (code, code, "no", "0b3fcd2e")


# --------------------------------------------------------------------------------------------------------------- events

INVITATION = {
    "arn": f"{ARN}/engagement-invitation/engi-5qdeajl1bg9bk",
    "id": "engi-5qdeajl1bg9bk",
    "engagementId": "eng-ktsuz9kfow9cv5",
    "senderAccountId": "aws",
    "receiverAccountId": "111122223333",
    "senderCompanyName": "AWS",
    "expirationDate": "2025-03-01T12:13:14.123456789Z",
    "participantType": "RECEIVER",
    "payloadType": "OpportunityInvitation",
}


def _event(detail_type: str, detail: dict[str, Any], resources: list[str]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "01234567-0123-0123-0123-0123456789ab",
        "detail-type": detail_type,
        "source": "aws.partnercentral-selling",
        "account": "111122223333",
        "time": "2025-02-14T12:13:14Z",
        "region": "us-east-1",
        "resources": resources,
        "detail": detail,
    }


def _invited(**changed: Any) -> dict[str, Any]:
    kept = {name: item for name, item in {**INVITATION, **changed}.items() if item != "absent"}
    return {"catalog": "Sandbox", "schemaVersion": "1.0", "engagementInvitation": kept}


OPPORTUNITY = {"schemaVersion": "1", "catalog": "Sandbox", "opportunity": {"identifier": "O1234567"}}
SHORT = _invited(senderCompanyName="absent", expirationDate="absent")
EVENTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "as recorded": ("EngagementInvitationCreated", "Engagement Invitation Created", _invited()),
    "that never expires": (
        "EngagementInvitationCreated",
        "Engagement Invitation Created",
        _invited(expirationDate=None),
    ),
    "as the guide has it": (
        "EngagementInvitationCreated",
        "Engagement Invitation Created",
        {"catalog": "AWS", "engagementInvitation": {**INVITATION, "participantType": "Sender/Receiver"}},
    ),
    "accepted": ("EngagementInvitationAccepted", "Engagement Invitation Accepted", SHORT),
    "rejected": ("EngagementInvitationRejected", "Engagement Invitation Rejected", SHORT),
    "expired": ("EngagementInvitationExpired", "Engagement Invitation Expired", SHORT),
    "opportunity": ("OpportunityCreated", "Opportunity Created", OPPORTUNITY),
    "update": ("OpportunityUpdated", "Opportunity Updated", OPPORTUNITY),
    "engagement": (
        "EngagementCreated",
        "Engagement Created",
        {
            "catalog": "AWS",
            "schemaVersion": "1.0",
            "engagement": {
                "engagementArn": f"{ARN}/engagement/eng-ktsuz9kfow9cv5",
                "engagementId": "eng-ktsuz9kfow9cv5",
                "CreatedAt": "2025-12-15T19:58:11.520786314Z",
                "CreatedBy": "111122223333",
                "ContextTypes": ["CustomerProject", "Lead"],
            },
        },
    ),
    "a member of later releases": ("OpportunityUpdated", "Opportunity Updated", {**OPPORTUNITY, "eventVersion": 2}),
}


LATER = ("rejected", "expired")
"""Events that the older release does not have: plain events to it."""


@pytest.mark.parametrize(
    ("release", "case"),
    [(release, case) for release in RELEASES for case in EVENTS if release == NEW or case not in LATER],
)
def test_an_event_is_read_and_its_payload_written_back(release: str, case: str) -> None:
    name, detail_type, detail = EVENTS[case]
    sent = _event(detail_type, detail, [INVITATION["arn"]])
    event = package_of(release).models.events.read(json.dumps(sent))
    assert type(event).__name__ == name
    assert (event.id, event.account, event.region) == (sent["id"], "111122223333", "us-east-1")
    assert event.resources == (INVITATION["arn"],)
    assert event.time == datetime(2025, 2, 14, 12, 13, 14, tzinfo=UTC)
    assert event.raw_detail == detail
    expected = {key: without_nulls(item) if isinstance(item, dict) else item for key, item in detail.items()}
    assert event.detail.to_wire() == expected


def test_the_recorded_invitation_has_its_members() -> None:
    event = package_of(NEW).models.events.read(_event("Engagement Invitation Created", _invited(), []))
    notice = event.detail.engagement_invitation
    assert (notice.sender_account_id, notice.participant_type) == ("aws", "RECEIVER")
    assert (event.detail.schema_version, event.detail.catalog, event.resources) == ("1.0", "Sandbox", ())


@pytest.mark.parametrize("case", LATER)
def test_the_older_release_reads_later_events_as_plain_ones(case: str) -> None:
    _, detail_type, detail = EVENTS[case]
    event = package_of(OLD).models.events.read(_event(detail_type, detail, []))
    assert (type(event).__name__, event.detail_type, event.raw_detail) == ("Event", detail_type, detail)


@pytest.mark.parametrize("detail_type", ["Engagement Member Joined", "Opportunity Accepted"])
def test_an_event_that_is_not_known_is_a_plain_one(detail_type: str) -> None:
    events = package_of(NEW).models.events
    event = events.read(_event(detail_type, OPPORTUNITY, []))
    assert (type(event), event.detail_type, event.raw_detail) == (events.Event, detail_type, OPPORTUNITY)
