"""A program as a user of the generated package writes it: strict type checkers find nothing in it."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import assert_type

from partnercentral_selling import (
    RELEASE,
    AsyncClient,
    Client,
    Credentials,
    Timeout,
    Transport,
    errors,
    models,
    transports,
)
from partnercentral_selling.models import events


def create_engagement() -> models.CreateEngagementRequest:
    customer = models.EngagementCustomer(
        company_name="Example",
        country_code=models.CountryCode.US,
        industry="Other",
        website_url="https://example.com",
    )
    project = models.EngagementCustomerProjectDetails(
        business_problem="Leases end before the year does.",
        target_completion_date="2025-12-31",
        title="Data center exit",
    )
    context = models.EngagementContextDetails(
        type=models.EngagementContextType.CUSTOMER_PROJECT,
        payload=models.EngagementContextPayload(
            customer_project=models.CustomerProjectsContext(customer=customer, project=project)
        ),
    )
    return models.CreateEngagementRequest(
        catalog="Sandbox", title="Migration", description="Move to the cloud", contexts=[context]
    )


def invite() -> models.CreateEngagementInvitationRequest:
    spend = models.ExpectedCustomerSpend(
        amount="1000.00",
        currency_code=models.ExpectedCustomerSpendCurrencyCodeEnum.EUR,
        frequency=models.PaymentFrequency.MONTHLY,
        target_company="Example",
        estimation_url=None,
    )
    payload = models.OpportunityInvitationPayload(
        customer=models.EngagementCustomer(
            company_name="Example", country_code="US", industry=models.Industry.OTHER, website_url="example.com"
        ),
        project=models.ProjectDetails(
            business_problem="Leases end before the year does.",
            expected_customer_spend=[spend],
            target_completion_date="2025-12-31",
            title="Exit",
        ),
        receiver_responsibilities=[models.ReceiverResponsibility.RESELLER, "Facilitator"],
        sender_contacts=[models.SenderContact(email="ada@example.com", first_name="Ada", last_name="Lovelace")],
    )
    return models.CreateEngagementInvitationRequest(
        catalog="AWS",
        client_token="0b3fcd2e",
        engagement_identifier="eng-0123456789abcd",
        invitation=models.Invitation(
            message="Join us",
            payload=models.Payload(opportunity_invitation=payload),
            receiver=models.Receiver(account=models.AccountReceiver(aws_account_id="111122223333")),
        ),
    )


def start() -> (
    tuple[models.StartEngagementByAcceptingInvitationTaskRequest, models.StartEngagementFromOpportunityTaskRequest]
):
    accepting = models.StartEngagementByAcceptingInvitationTaskRequest(
        catalog="AWS", identifier="engi-0123456789abc", client_token="t"
    )
    opening = models.StartEngagementFromOpportunityTaskRequest(
        catalog="AWS",
        identifier="O1",
        aws_submission=models.AwsSubmission(
            involvement_type=models.SalesInvolvementType.CO_SELL, visibility=models.Visibility.FULL
        ),
    )
    return accepting, opening


def read(body: bytes) -> str:
    task = models.StartEngagementByAcceptingInvitationTaskResponse.from_wire(body)
    assert_type(task, models.StartEngagementByAcceptingInvitationTaskResponse)
    assert_type(task.task_id, str | None)
    assert_type(task.start_time, datetime | None)
    assert_type(task.reason_code, models.ReasonCode | str | None)
    assert_type(task.task_status, models.TaskStatus | str | None)
    if task.task_status is models.TaskStatus.FAILED:
        return f"{task.reason_code}: {task.message}"
    if task.task_status == "COMPLETE" and task.opportunity_id is not None:
        return task.opportunity_id.lower()
    return "" if task.start_time is None else task.start_time.isoformat()


def created(body: dict[str, object]) -> str:
    made = models.CreateEngagementInvitationResponse.from_wire(body)
    assert_type(made.id, str)
    return made.id


def union(receiver: models.Receiver) -> str | None:
    assert_type(receiver.account, models.AccountReceiver | None)
    assert_type(receiver.tag, str | None)
    assert_type(receiver.unknown, models.Unknown | None)
    if receiver.unknown is not None:
        return receiver.unknown.tag
    return receiver.account.aws_account_id if receiver.account is not None else None


def handle(body: bytes) -> str:
    error = errors.from_wire(body, http_status=400, headers={"x-amzn-RequestId": "r"})
    assert_type(error.code, str)
    assert_type(error.message, str | None)
    assert_type(error.http_status, int | None)
    try:
        raise error
    except errors.ValidationException as refused:
        fields = [entry.field_name for entry in refused.details.error_list or []]
        assert_type(fields, list[str | None])
        assert_type(refused.details.reason, models.ValidationExceptionReason | str)
        return ", ".join(field for field in fields if field)
    except (errors.ThrottlingException, errors.InternalServerException) as later:
        return later.suggested_action or later.code
    except errors.ServiceError as unknown:
        return unknown.code if not unknown.retryable else "retry"


def check(request: models.CreateEngagementRequest) -> list[str]:
    try:
        request.check(checks={"pattern": "off", "CreateEngagementRequest.Title": "warn"})
    except errors.ValidationError as refused:
        return [f"{violation.path}: {violation.kind}" for violation in refused.violations]
    return []


def event(text: str) -> str | None:
    found = events.read(text)
    assert_type(found, events.Event)
    assert_type(found.resources, tuple[str, ...])
    if isinstance(found, events.EngagementInvitationCreated):
        assert_type(found.detail, models.EngagementInvitationEventDetail)
        notice = found.detail.engagement_invitation
        return None if notice is None else notice.sender_account_id
    return found.detail_type


def stand_in(request: transports.HttpRequest) -> transports.HttpResponse:
    operation = request.headers["X-Amz-Target"].rpartition(".")[2]
    answer = {
        "Id": "eng-0123456789abcd",
        "Message": operation,
        "TaskStatus": "COMPLETE",
        "TaskId": json.loads(request.body)["Catalog"],
    }
    return transports.HttpResponse(200, {"x-amzn-requestid": "r-1"}, json.dumps(answer).encode())


KEYS = Credentials("AKIDEXAMPLE", "secret", session_token=None)


def call(transport: Transport | None) -> str | None:
    with Client(
        region="us-east-1",
        credentials=KEYS,
        transport=transport,
        retries=2,
        timeout=Timeout(total=30),
        checks={"pattern": "warn", "CreateEngagementRequest.Title:length": "off"},
    ) as client:
        made = client.create_engagement(
            catalog="Sandbox", title="Migration", description="", contexts=({"Type": "CustomerProject"},)
        )
        assert_type(made, models.CreateEngagementResponse)
        assert made.response_metadata is not None
        assert made.id is not None
        assert_type(made.response_metadata.request_id, str | None)
        client.create_engagement(create_engagement())
        invited = client.create_engagement_invitation(
            catalog="Sandbox", engagement_identifier=made.id, invitation=invite().invitation, client_token="t"
        )
        assert_type(invited.id, str)
        task = client.start_engagement_from_opportunity_task(
            catalog="Sandbox",
            identifier="O1",
            aws_submission={"InvolvementType": models.SalesInvolvementType.CO_SELL},
        )
        assert_type(client.wait_for_task(task, timeout=10), models.StartEngagementFromOpportunityTaskResponse)
        return made.id


async def call_async() -> str | None:
    transport = transports.AsyncInProcessTransport(stand_in)
    async with AsyncClient(region="us-east-1", credentials=KEYS, transport=transport, timeout=30) as client:
        accepting, _ = start()
        task = await client.start_engagement_by_accepting_invitation_task(accepting)
        assert_type(task, models.StartEngagementByAcceptingInvitationTaskResponse)
        return (await client.wait_for_task(task)).task_id


def main() -> None:
    request = create_engagement()
    print(RELEASE, request.to_wire(), invite().to_wire(), *(each.to_wire() for each in start()))
    print(models.CreateEngagementRequest.build({"Catalog": "AWS", "title": "t", "Description": ""}).catalog)
    print(read(b'{"TaskStatus": "COMPLETE", "OpportunityId": "O1"}'), created({"Id": "engi-0123456789abc"}))
    print(union(models.Receiver.from_wire({"Organization": {}})), check(request))
    print(handle(b'{"__type": "ValidationException", "ErrorList": [{"FieldName": "Title"}]}'))
    print(call(transports.InProcessTransport(stand_in)), asyncio.run(call_async()))
    print(event('{"source": "aws.partnercentral-selling", "detail-type": "Engagement Created"}'))


if __name__ == "__main__":
    main()
