"""The errors that operations answer with, in our words.

An operation answers only with errors that the service's model lists for it. Where the state of a resource forbids
what is asked that is a ConflictException, or, for the operations that have none, a ValidationException that says so.
"""

from __future__ import annotations

from codegen.sandbox.calling import Call, Fault
from codegen.spec.ir import Json

WITH_CONFLICTS = frozenset(
    {
        "CreateEngagement",
        "CreateEngagementInvitation",
        "CreateOpportunity",
        "StartEngagementByAcceptingInvitationTask",
        "StartEngagementFromOpportunityTask",
        "UpdateOpportunity",
    }
)
"""The operations whose models list ConflictException."""


def not_found(kind: str) -> Fault:
    """Say the same of what is not there and of what is somebody else's."""
    return Fault("ResourceNotFoundException", f"No such {kind} is visible to your account in this catalog.")


def denied(message: str) -> Fault:
    return Fault("AccessDeniedException", message)


def state(call: Call, field: str, message: str) -> Fault:
    """Refuse what the state of a resource forbids."""
    if call.operation in WITH_CONFLICTS:
        return Fault("ConflictException", message)
    return invalid(field, "INVALID_RESOURCE_STATE", message)


def invalid(field: str, code: str, message: str) -> Fault:
    """Refuse a request that is well-formed and breaks a rule of the business."""
    return _validation("BUSINESS_VALIDATION_FAILED", field, code, message)


def malformed(field: str, code: str, message: str) -> Fault:
    """Refuse a value that the spec cannot judge, such as a page token."""
    return _validation("REQUEST_VALIDATION_FAILED", field, code, message)


def _validation(reason: str, field: str, code: str, message: str) -> Fault:
    entry: dict[str, Json] = {"FieldName": field, "Message": message, "Code": code}
    return Fault("ValidationException", message, {"Reason": reason, "ErrorList": [entry]})


def quota(message: str) -> Fault:
    return Fault("ServiceQuotaExceededException", message)


def throttled(message: str) -> Fault:
    return Fault("ThrottlingException", message)
