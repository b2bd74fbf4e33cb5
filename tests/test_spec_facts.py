"""The curated specs against what the documents state, written down here a second time.

D0, D1: API reference pages; D2, D4: boto3 pages; D3: the page of API changes. What only the dated service models state
is marked M. Operations that no document describes are compared with the facts of the service model of their day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.loaders import Loader  # type: ignore[import-untyped]
from botocore_models import installed
from history import history
from packages import NEW, OLD, RELEASES, model_of

from codegen.spec import ir
from codegen.spec.aspects import decided_paths
from codegen.spec.check import check_model
from codegen.spec.ir import Json, SpecText
from codegen.spec.write import write_model

SOURCES = {
    "D0": "api-create-engagement",
    "D1": "api-start-by-accepting",
    "D2": "boto3-create-invitation",
    "D3": "changes-2024-11-15",
    "D4": "boto3-start-by-accepting",
}
DIGESTS = {
    "D0": "2bb511858a1ee35029936990c056b7f271859f91245897eb2beec048f447f90e",
    "D1": "666b4ae3765a1108a9794b5cf6e91b00c233bf6ebdfb36075e7d9058734650da",
    "D2": "73edfd03562eaee59774393777ae9c037b14f7bf26410f874a1acf1a0cfade2d",
    "D3": "77cd3cb01f572d4004f9d956b514742078d16de3e9256bc1adb8057e3cbc7fce",
    "D4": "a22955ea03fa2537b29ac09b4eb35cba809eeae744d25ff2033231dc49978065",
}

NAMED = {
    "@invitation": "Invitation.Payload.OpportunityInvitation",
    "@url": "^((http|https)://)??(www[.])??([a-zA-Z0-9]|-)+?([.][a-zA-Z0-9(-|/|=|?)??]+?)+?$",
    "@date": "^[1-9][0-9]{3}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$",
    "@email": "^[a-zA-Z0-9.!#$%&'*+/=?^_{|}~-]+@[a-zA-Z0-9-]+(?:.[a-zA-Z0-9-]+)*$",
    "@name": r"^[\p{L}\p{N}\p{P}\p{Z}]+$",
    "@arn": "^arn:aws:partnercentral::[0-9]{12}:[a-zA-Z]+/engagement-invitation/engi-[0-9,a-z]{13}$",
}
"""What is too long for the table."""

FACTS = {
    "CreateEngagement.request": """
        D0  Catalog                  required             ^[a-zA-Z]+$
        D0  ClientToken              required  token      ^[!-~]{1,64}$
        D0  Contexts                 optional  0..5
        M   Contexts[].Payload       optional
        M   Contexts[].Type          required  1 values
        M   Contexts[].Payload.CustomerProject                                optional
        M   Contexts[].Payload.CustomerProject.Customer                       optional
        M   Contexts[].Payload.CustomerProject.Customer.CompanyName           required  1..120  @name
        M   Contexts[].Payload.CustomerProject.Customer.CountryCode           required  249 values
        M   Contexts[].Payload.CustomerProject.Customer.Industry              required  28 values
        M   Contexts[].Payload.CustomerProject.Customer.WebsiteUrl            required  4..255  @url
        M   Contexts[].Payload.CustomerProject.Project                        optional
        M   Contexts[].Payload.CustomerProject.Project.BusinessProblem        required  20..255
        M   Contexts[].Payload.CustomerProject.Project.TargetCompletionDate   required  @date
        M   Contexts[].Payload.CustomerProject.Project.Title                  required  1..255
        D0  Description              required  0..255
        D0  Title                    required  1..40
    """,
    "CreateEngagement.response": """
        D0  Arn  optional  ^arn:.*
        D0  Id   optional  ^eng-[0-9a-z]{14}$
    """,
    "CreateEngagementInvitation.request": """
        D2  Catalog                                     required  ^[a-zA-Z]+$
        D2  ClientToken                                 required  token  ^[!-~]{1,64}$
        D2  EngagementIdentifier                        required  ^eng-[0-9a-z]{14}$
        D2  Invitation                                  required
        D2  Invitation.Message                          required  1..255
        D2  Invitation.Payload                          required
        D2  @invitation                                optional
        D2  @invitation.Customer                       required
        D2  @invitation.Customer.CompanyName           required  1..120  @name
        D2  @invitation.Customer.CountryCode           required  249 values
        D2  @invitation.Customer.Industry              required  28 values
        D2  @invitation.Customer.WebsiteUrl            required  4..255  @url
        D2  @invitation.Project                        required
        D2  @invitation.Project.BusinessProblem        required  20..255
        D2  @invitation.Project.ExpectedCustomerSpend  required  1..
        D2  @invitation.Project.ExpectedCustomerSpend[].Amount         required
        D2  @invitation.Project.ExpectedCustomerSpend[].CurrencyCode   required  168 values  recorded  ^USD$
        D2  @invitation.Project.ExpectedCustomerSpend[].EstimationUrl  optional  4..255
        D2  @invitation.Project.ExpectedCustomerSpend[].Frequency      required  1 values
        D2  @invitation.Project.ExpectedCustomerSpend[].TargetCompany  required  1..80
        D2  @invitation.Project.TargetCompletionDate   required  @date
        D2  @invitation.Project.Title                  required  1..255
        D2  @invitation.ReceiverResponsibilities       required
        D2  @invitation.ReceiverResponsibilities[]     item      9 values
        D2  @invitation.SenderContacts                 optional  1..3
        D2  @invitation.SenderContacts[].BusinessTitle optional  0..80
        D2  @invitation.SenderContacts[].Email         required  0..80  @email
        D2  @invitation.SenderContacts[].FirstName     optional  0..80
        D2  @invitation.SenderContacts[].LastName      optional  0..80
        D2  @invitation.SenderContacts[].Phone         optional  0..40  ^\\+[1-9]\\d{1,14}$
        D2  Invitation.Receiver                         required
        D2  Invitation.Receiver.Account                 optional
        D2  Invitation.Receiver.Account.Alias           optional  0..80  @name
        D2  Invitation.Receiver.Account.AwsAccountId    required  ^([0-9]{12}|\\w{1,12})$
    """,
    "CreateEngagementInvitation.response": """
        D2  Arn  required  recorded  @arn
        D2  Id   required  recorded  ^engi-[0-9,a-z]{13}$
    """,
    "StartEngagementByAcceptingInvitationTask.request": """
        D1  Catalog      required  ^[a-zA-Z]+$
        D1  ClientToken  required  token  1..  ^[!-~]{1,64}$
        D1  Identifier   required  1..255  ^(arn:.*|engi-[0-9a-z]{13})$
    """,
    "StartEngagementByAcceptingInvitationTask.response": """
        D1  EngagementInvitationId  optional  recorded  ^engi-[0-9,a-z]{13}$
        D1  Message                 optional
        D1  OpportunityId           optional  ^O[0-9]{1,19}$
        D1  ReasonCode              optional  19 values
        D1  ResourceSnapshotJobId   optional  ^job-[0-9a-z]{13}$
        D1  StartTime               optional  date-time
        D1  TaskArn                 optional  ^arn:.*
        D1  TaskId                  optional  task-[0-9a-z]{13}$
        D1  TaskStatus              optional  3 values
    """,
    "StartEngagementFromOpportunityTask.request": """
        D3  AwsSubmission                  required
        D3  AwsSubmission.InvolvementType  required  2 values
        D3  AwsSubmission.Visibility       optional  2 values
        D3  Catalog                        required  ^[a-zA-Z]+$
        D3  ClientToken                    required  token  1..  ^[!-~]{1,64}$
        D3  Identifier                     required  ^O[0-9]{1,19}$
    """,
    "StartEngagementFromOpportunityTask.response": """
        M   EngagementId            optional  ^eng-[0-9a-z]{14}$
        M   EngagementInvitationId  optional  recorded  ^engi-[0-9,a-z]{13}$
        D3  Message                 optional
        D3  OpportunityId           optional  ^O[0-9]{1,19}$
        D3  ReasonCode              optional  19 values
        M   ResourceSnapshotJobId   optional  ^job-[0-9a-z]{13}$
        D3  StartTime               optional  date-time
        D3  TaskArn                 optional  ^arn:.*
        D3  TaskId                  optional  task-[0-9a-z]{13}$
        D3  TaskStatus              optional  3 values
    """,
}
LATER = {"EngagementId", "ResourceSnapshotJobId"}
"""Members that the older release does not have, apart from one that it has in the other answer."""


def _lines(end: str) -> list[str]:
    lines = [" ".join(line.split()) for line in FACTS[end].splitlines() if line.strip()]
    return [re.sub(r"(?<![^ ])@[a-z]+", lambda found: NAMED[found[0]], line) for line in lines]


def _older(end: str) -> list[str]:
    """What of an end the older release has: documents D3 and D4, eleven reasons."""
    lines = [line.replace("19 values", "11 values") for line in _lines(end) if line.split()[1] not in LATER]
    opening = end.startswith("StartEngagementFrom")
    kept = [line for line in lines if not (opening and line.split()[1] == "EngagementInvitationId")]
    return [line if opening else line.replace("D1 ", "D4 ", 1) for line in kept]


EXPECTED = {(NEW, end): _lines(end) for end in FACTS} | {
    (OLD, end): _older(end) for end in FACTS if end.startswith("Start")
}


def _stated(release: str, end: str) -> Iterator[tuple[str, str, ir.Member]]:
    """Write each member as the table does, without its source."""
    model = model_of(release)
    operation, side = end.split(".")
    root = getattr(model.operations[SpecText(operation)], "input" if side == "request" else "output")
    return _members(model, model.shapes[root], "")


def _members(model: ir.Model, shape: ir.Shape, path: str) -> Iterator[tuple[str, str, ir.Member]]:
    for member in ir.members_of(shape):
        target = model.shapes[member.target]
        is_item = isinstance(shape, ir.ListOf)
        here = f"{path}[]" if is_item else f"{path}.{member.name.raw}".lstrip(".")
        if not is_item or not isinstance(target, ir.Structure):
            yield here, " ".join(["item" if is_item else _presence(member), *_constraints(target)]), member
        yield from _members(model, target, here)


def _presence(member: ir.Member) -> str:
    return ("required" if member.required else "optional") + (" token" if member.idempotency_token else "")


def _constraints(target: ir.Shape) -> Iterator[str]:
    constraints = getattr(target, "constraints", ir.NO_CONSTRAINTS)
    if isinstance(target, ir.Enum):
        yield f"{len(target.values)} values"
    if isinstance(target, ir.Timestamp):
        yield str(target.format)
    if constraints.length:
        most = constraints.length.max
        yield f"{constraints.length.min}..{'' if most is None else most}"
    if constraints.pattern:
        yield (
            constraints.pattern.text.raw if constraints.pattern.enforced else f"recorded {constraints.pattern.text.raw}"
        )


@pytest.mark.parametrize(("release", "end"), EXPECTED)
def test_every_member_has_what_the_documents_state_and_no_other_is_there(release: str, end: str) -> None:
    found = [f"{path} {text}" for path, text, _ in _stated(release, end)]
    assert found == [line.partition(" ")[2] for line in _in_order(release, end)]


def _in_order(release: str, end: str) -> list[str]:
    """The order of a listing is no statement of the documents: take the spec's, so that a failure is short."""
    places = {path: place for place, (path, _, _) in enumerate(_stated(release, end))}
    return sorted(EXPECTED[release, end], key=lambda line: places.get(line.split()[1], 0))


@pytest.mark.parametrize(("release", "end"), EXPECTED)
def test_every_member_cites_the_document_that_states_it(release: str, end: str) -> None:
    marks = {line.split()[1]: line.split()[0] for line in EXPECTED[release, end]}
    for path, _, member in _stated(release, end):
        cited = {citation.source.raw for citation in member.citations}
        wanted = SOURCES.get(marks[path])
        assert any(source.startswith("model-") for source in cited), path
        assert wanted is None or wanted in cited or path.endswith("[]"), path


@pytest.mark.parametrize("release", RELEASES)
def test_the_operations_are_those_of_the_release(release: str) -> None:
    assert [name.raw for name in model_of(release).operations] == {
        OLD: ["StartEngagementByAcceptingInvitationTask", "StartEngagementFromOpportunityTask"],
        NEW: [
            "AcceptEngagementInvitation",
            "AssignOpportunity",
            "AssociateOpportunity",
            "CreateEngagement",
            "CreateEngagementInvitation",
            "CreateOpportunity",
            "GetEngagement",
            "GetEngagementInvitation",
            "GetOpportunity",
            "ListEngagementByAcceptingInvitationTasks",
            "ListEngagementFromOpportunityTasks",
            "ListEngagementInvitations",
            "ListEngagementMembers",
            "ListEngagements",
            "ListOpportunities",
            "RejectEngagementInvitation",
            "StartEngagementByAcceptingInvitationTask",
            "StartEngagementFromOpportunityTask",
            "SubmitOpportunity",
            "UpdateOpportunity",
        ],
    }[release]


@pytest.mark.parametrize("release", RELEASES)
def test_patterns_match_the_whole_value_and_classes_are_ascii(release: str) -> None:
    service = model_of(release).service
    assert (service.pattern_match, service.pattern_ascii) == (ir.Match.FULL, True)
    assert service.protocol is ir.Protocol.AWS_JSON_1_0
    assert service.target_prefix == SpecText("AWSPartnerCentralSelling")


# ----------------------------------------------------------------------------------------- the service model of the day

DEPARTURES = {
    "CatalogIdentifier: knownValues": "C15",
    "EngagementInvitationArn: pattern": "C32",
    "EngagementInvitationIdentifier: pattern": "C12",
    "ExpectedCustomerSpendCurrencyCodeEnum: pattern": "C33",
    "RejectionReasonString: knownValues": "C35",
    **{
        f"{operation}: readonly": "C41"
        for operation in (
            "GetEngagement",
            "GetEngagementInvitation",
            "GetOpportunity",
            "ListEngagementByAcceptingInvitationTasks",
            "ListEngagementFromOpportunityTasks",
            "ListEngagementInvitations",
            "ListEngagementMembers",
            "ListEngagements",
            "ListOpportunities",
        )
    },
}
"""Where the newer release says something else than the service model of its day, by the decision that says why."""

CURATED = {"documentation", "sources", "decision", "decisions"}
ELSEWHERE = {"asynchronous", "http", "httpError", "retryable", "suggestedAction"}
"""What pages, guide and Smithy model state of operations and errors, and the service model does not."""


def _fact_table(model: ir.Model) -> dict[str, Json]:
    """Give each fact of a model under what it is about: `{"EngagementTitle: length": {"min": 1, "max": 40}}`."""
    written = write_model(model, docs=False)
    sections = [written[name] for name in ("shapes", "errors", "operations")]
    entries = {name: entry for section in sections if isinstance(section, dict) for name, entry in section.items()}
    return {f"{path}: {key}": fact for path, key, fact in _facts(entries)}


def _facts(entries: Mapping[str, Json], around: str = "") -> Iterator[tuple[str, str, Json]]:
    for name, entry in entries.items():
        path, said = f"{around}{name}", entry if isinstance(entry, dict) else {}
        for key in said.keys() - CURATED - ELSEWHERE - {"members"}:
            yield path, key, _bare(said[key], ordered=key != "errors")
        members = said.get("members")
        if isinstance(members, dict):
            yield path, "members", list(members)
            yield from _facts(members, f"{path}.")


def _bare(fact: Json, *, ordered: bool) -> Json:
    """Leave out where a fact comes from; errors stand in the order of whichever document lists them."""
    if isinstance(fact, list):
        return fact if ordered else sorted(fact, key=str)
    if not isinstance(fact, dict):
        return fact
    said = {key: each for key, each in fact.items() if key not in CURATED}
    return said["value"] if said.keys() == {"value"} else said


def test_the_newer_release_has_the_facts_of_the_service_model_of_its_day_but_where_it_was_decided() -> None:
    ours, theirs = _fact_table(model_of(NEW)), _fact_table(history("1.35.76"))
    names = _names(ours) & _names(theirs)
    common = {path for path in ours.keys() | theirs.keys() if re.split("[.:]", path)[0] in names}
    assert len(common) > 1000
    assert {path for path in common if ours.get(path) != theirs.get(path)} == DEPARTURES.keys()


def _names(facts: Mapping[str, Json]) -> set[str]:
    return {re.split("[.:]", path)[0] for path in facts}


def test_a_departure_from_the_service_model_is_among_the_facts_of_its_decision() -> None:
    for path, decision in DEPARTURES.items():
        assert path.split(":")[0] in decided_paths(model_of(NEW).decisions[SpecText(decision)]), path


def test_what_the_service_model_does_not_have_is_of_events() -> None:
    model = model_of(NEW)
    extra = _names(_fact_table(model)) - _names(_fact_table(history("1.35.76")))
    assert extra == {name for event in model.events.values() for name in _reached(model, event.detail)} - {
        "CatalogIdentifier",
        "String",
    }


def _reached(model: ir.Model, name: SpecText) -> set[str]:
    inner = (_reached(model, member.target) for member in ir.members_of(model.shapes[name]))
    return {name.raw}.union(*inner)


OF_THE_MODEL = set(_names(_fact_table(history("1.35.76"))))
PAGED = [name.raw for name in model_of(NEW).operations if name.raw.startswith("List")]


def test_what_is_taken_from_the_service_model_cites_the_place_in_it() -> None:
    model = model_of(NEW)
    entries = {f"shapes.{name.raw}": shape for name, shape in model.shapes.items() if name.raw in OF_THE_MODEL}
    members = {
        f"{path}.{member.name.raw}": member
        for path, shape in entries.items()
        if isinstance(shape, ir.Structure | ir.UnionOf)
        for member in shape.members
    }
    operations = {f"operations.{name.raw}": operation for name, operation in model.operations.items()}
    for path, entry in {**entries, **members, **operations}.items():
        places = [each.place for each in entry.citations if each.source == SpecText("model-1.35.76")]
        assert places == [SpecText(path)], path


def test_the_lists_page_as_the_installed_botocore_does() -> None:
    found = Loader().load_service_model("partnercentral-selling", "paginators-1")["pagination"]
    assert len(PAGED) == 6
    assert {name: found[name] for name in PAGED} == {
        paginator.operation.raw: {
            "input_token": "".join(token.raw for token in paginator.input_tokens),
            "output_token": "".join(token.raw for token in paginator.output_tokens),
            "limit_key": paginator.limit_key and paginator.limit_key.raw,
            "result_key": "".join(key.raw for key in paginator.result_keys),
        }
        for paginator in model_of(NEW).paginators.values()
    }
    assert not model_of(OLD).paginators


# --------------------------------------------------------------------------------------------------------------- enums

REASONS_19 = [
    "InvitationAccessDenied",
    "InvitationValidationFailed",
    "EngagementAccessDenied",
    "OpportunityAccessDenied",
    "ResourceSnapshotJobAccessDenied",
    "ResourceSnapshotJobValidationFailed",
    "ResourceSnapshotJobConflict",
    "EngagementValidationFailed",
    "EngagementConflict",
    "OpportunitySubmissionFailed",
    "EngagementInvitationConflict",
    "OpportunityValidationFailed",
    "OpportunityConflict",
    "ResourceSnapshotAccessDenied",
    "ResourceSnapshotValidationFailed",
    "ResourceSnapshotConflict",
    "InternalError",
    "ServiceQuotaExceeded",
    "RequestThrottled",
]
REASONS_11 = [
    "InvitationAccessDenied",
    "EngagementAccessDenied",
    "OpportunityAccessDenied",
    "ResourceSnapshotJobAccessDenied",
    "EngagementValidationFailed",
    "OpportunitySubmissionFailed",
    "EngagementInvitationConflict",
    "InternalError",
    "OpportunityValidationFailed",
    "OpportunityConflict",
    "ResourceSnapshotAccessDenied",
]
INDUSTRIES = [
    "Aerospace",
    "Agriculture",
    "Automotive",
    "Computers and Electronics",
    "Consumer Goods",
    "Education",
    "Energy - Oil and Gas",
    "Energy - Power and Utilities",
    "Financial Services",
    "Gaming",
    "Government",
    "Healthcare",
    "Hospitality",
    "Life Sciences",
    "Manufacturing",
    "Marketing and Advertising",
    "Media and Entertainment",
    "Mining",
    "Non-Profit Organization",
    "Professional Services",
    "Real Estate and Construction",
    "Retail",
    "Software and Internet",
    "Telecommunications",
    "Transportation and Logistics",
    "Travel",
    "Wholesale and Distribution",
    "Other",
]
ROLES = [
    "Distributor",
    "Reseller",
    "Hardware Partner",
    "Managed Service Provider",
    "Software Partner",
    "Services Partner",
    "Training Partner",
    "Co-Sell Facilitator",
    "Facilitator",
]
VALUES = {
    (NEW, "ReasonCode"): REASONS_19,
    (OLD, "ReasonCode"): REASONS_11,
    (NEW, "Industry"): INDUSTRIES,
    (NEW, "ReceiverResponsibility"): ROLES,
    (NEW, "PaymentFrequency"): ["Monthly"],
    (NEW, "EngagementContextType"): ["CustomerProject"],
    **{(release, "TaskStatus"): ["IN_PROGRESS", "COMPLETE", "FAILED"] for release in RELEASES},
    **{(release, "SalesInvolvementType"): ["For Visibility Only", "Co-Sell"] for release in RELEASES},
    **{(release, "Visibility"): ["Full", "Limited"] for release in RELEASES},
}


def _values(release: str, name: str) -> list[str]:
    shape = model_of(release).shapes[SpecText(name)]
    assert isinstance(shape, ir.Enum)
    return [value.value.raw for value in shape.values]


@pytest.mark.parametrize(("release", "name"), VALUES)
def test_an_enum_has_the_values_of_the_documents_in_their_order(release: str, name: str) -> None:
    assert _values(release, name) == VALUES[release, name]


@pytest.mark.parametrize(
    ("name", "count", "first", "odd"),
    [
        ("CountryCode", 249, ["US", "AF", "AX", "AL", "DZ"], ["AN"]),
        (
            "ExpectedCustomerSpendCurrencyCodeEnum",
            168,
            ["USD", "EUR", "GBP", "AUD", "CAD", "CNY", "NZD", "INR", "JPY", "CHF", "SEK", "AED", "AFN"],
            ["BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "XSU", "XUA", "HRK", "VEF", "SLL", "ZWL"],
        ),
    ],
)
def test_the_long_enums_are_those_of_every_service_model(
    name: str, count: int, first: list[str], odd: list[str]
) -> None:
    values = _values(NEW, name)
    assert len(set(values)) == len(values) == count
    assert values[: len(first)] == first
    assert set(odd) <= set(values)
    assert values == installed().shape_for({"CountryCode": name}.get(name, "CurrencyCode")).enum


@pytest.mark.parametrize("release", RELEASES)
def test_no_enum_is_closed(release: str) -> None:
    shapes = model_of(release).shapes.values()
    assert [shape.id.raw for shape in shapes if isinstance(shape, ir.Enum) and shape.closed] == []


@pytest.mark.parametrize("release", RELEASES)
def test_catalog_names_two_values_and_closes_nothing(release: str) -> None:
    catalog = model_of(release).shapes[SpecText("CatalogIdentifier")]
    assert isinstance(catalog, ir.Text)
    assert [value.raw for value in catalog.known_values] == ["AWS", "Sandbox"]


# --------------------------------------------------------------------------------------------------------------- errors

D0_ERRORS = "AccessDenied Conflict ResourceNotFound ServiceQuotaExceeded Throttling Validation"
D1_ERRORS = "AccessDenied Conflict InternalServer ResourceNotFound ServiceQuotaExceeded Throttling Validation"
D2_ERRORS = "Throttling Conflict AccessDenied Validation ServiceQuotaExceeded ResourceNotFound"
D4_ERRORS = "Throttling Conflict AccessDenied InternalServer Validation ServiceQuotaExceeded ResourceNotFound"
ERRORS = {
    (NEW, "CreateEngagement"): D0_ERRORS,
    (NEW, "CreateEngagementInvitation"): D2_ERRORS,
    (NEW, "StartEngagementByAcceptingInvitationTask"): D1_ERRORS,
    (NEW, "StartEngagementFromOpportunityTask"): D4_ERRORS,
    (OLD, "StartEngagementByAcceptingInvitationTask"): D4_ERRORS,
    (OLD, "StartEngagementFromOpportunityTask"): D4_ERRORS,
}
SMITHY = {
    "AccessDenied": 403,
    "Conflict": 409,
    "InternalServer": 500,
    "ResourceNotFound": 404,
    "ServiceQuotaExceeded": 402,
    "Throttling": 429,
    "Validation": 400,
}


@pytest.mark.parametrize(("release", "operation"), ERRORS)
def test_an_operation_has_the_errors_of_its_page_in_their_order(release: str, operation: str) -> None:
    found = model_of(release).operations[SpecText(operation)].errors
    assert [name.raw for name in found] == [f"{name}Exception" for name in ERRORS[release, operation].split()]


@pytest.mark.parametrize("name", SMITHY)
def test_an_error_has_the_status_that_each_source_states(name: str) -> None:
    page = 500 if name == "InternalServer" else 400
    create = {} if name == "InternalServer" else {"api-create-engagement": page}
    wanted = {**create, "api-start-by-accepting": page, "smithy-model": SMITHY[name]}
    assert _statuses(NEW, name) == wanted
    assert _statuses(OLD, name).items() <= wanted.items()
    assert _statuses(OLD, name)["smithy-model"] == SMITHY[name]


def _statuses(release: str, name: str) -> dict[str, int]:
    return {found.source.raw: found.status for found in _error(release, name).http_errors}


def _error(release: str, name: str) -> ir.Error:
    return model_of(release).errors[SpecText(f"{name}Exception")]


@pytest.mark.parametrize("release", RELEASES)
def test_seven_errors_are_modelled_and_two_advise_nothing(release: str) -> None:
    errors = model_of(release).errors
    assert {name.raw for name in errors} == {f"{name}Exception" for name in SMITHY}
    silent = {name.raw for name, error in errors.items() if error.suggested_action is None}
    assert silent == {"AccessDeniedException", "ThrottlingException"}


@pytest.mark.parametrize("release", RELEASES)
def test_retrying_is_for_throttling_and_for_faults_of_the_service(release: str) -> None:
    errors = model_of(release).errors
    assert {name.raw for name, error in errors.items() if error.retryable} == {
        "ThrottlingException",
        "InternalServerException",
    }
    assert [name.raw for name, error in errors.items() if error.throttling] == ["ThrottlingException"]
    assert [name.raw for name, error in errors.items() if error.fault is ir.Fault.SERVER] == ["InternalServerException"]


@pytest.mark.parametrize("release", RELEASES)
def test_a_fault_of_the_service_is_not_described_as_a_missing_resource(release: str) -> None:
    text = _text(_error(release, "InternalServer")).lower()
    assert "transient" in text
    assert not re.search(r"not (be )?found|exist|resource", text)
    assert re.search("no such resource|not found", _text(_error(release, "ResourceNotFound")).lower())


def _text(entry: ir.Entry) -> str:
    assert entry.documentation is not None
    return entry.documentation.raw


@pytest.mark.parametrize("release", RELEASES)
def test_validation_exception_has_the_members_of_the_model(release: str) -> None:
    members = {member.name.raw: member.required for member in _error(release, "Validation").members}
    assert members == {"ErrorList": False, "Message": True, "Reason": True}
    assert _values(release, "ValidationExceptionReason") == ["REQUEST_VALIDATION_FAILED", "BUSINESS_VALIDATION_FAILED"]
    assert len(_values(release, "ValidationExceptionErrorCode")) == 9


# ------------------------------------------------------------------------------------------------------------ decisions

NOT_IN_OLD = {5, 8, 11, 21, 22, 23, 24, 25, 26, 29, *range(33, 43)}
"""Contradictions about the two Create operations alone, or about operations that only the newer release has."""


@pytest.mark.parametrize(
    ("release", "numbers"), [(NEW, range(1, 43)), (OLD, [one for one in range(1, 43) if one not in NOT_IN_OLD])]
)
def test_every_contradiction_that_touches_a_release_is_decided_in_it(release: str, numbers: Any) -> None:
    assert sorted(name.raw for name in model_of(release).decisions) == [f"C{number:02}" for number in numbers]


@pytest.mark.parametrize("release", RELEASES)
def test_a_decision_says_who_states_what_what_was_chosen_why_and_of_what(release: str) -> None:
    for name, decision in model_of(release).decisions.items():
        assert decision.question.raw.endswith("?"), name.raw
        assert decision.decided and decision.reason and decision.statements and decision.facts, name.raw
        assert all(statement.says for statement in decision.statements), name.raw


DOCUMENTS = """C01 D1 D3 D4; C02 D1 D3 D4; C03 D1 D3 D4; C04 D1 D3; C05 D0; C06 D0 D1; C07 D0 D1 D2 D3 D4; C08 D2;
    C09 D0 D1 D2; C10 D1; C11 D2; C12 D1; C13 D1 D3; C14 D3; C15 D0 D1; C16 D3; C17 D1 D3; C18 D0 D1; C19 D0 D1;
    C20 D0 D1; C21 D0; C22 D0; C23 D2; C24 D2; C25 D2; C26 D2; C27 D0 D1; C28 D3; C29 D0; C30 D1; C31 D0 D1; C32 D0 D1;
    C33 D2"""


@pytest.mark.parametrize("line", DOCUMENTS.replace("\n", " ").split(";"))
def test_a_decision_hears_the_documents_that_contradict_each_other(line: str) -> None:
    name, *documents = line.split()
    decision = model_of(NEW).decisions[SpecText(name)]
    heard = {statement.source.raw for statement in decision.statements}
    assert {SOURCES[document] for document in documents} <= heard


@pytest.mark.parametrize("release", RELEASES)
def test_the_five_documents_are_cited_by_their_digests(release: str) -> None:
    sources = model_of(release).sources
    for document, name in SOURCES.items():
        if SpecText(name) in sources:
            assert sources[SpecText(name)].sha256 == SpecText(DIGESTS[document])
    assert {SpecText(SOURCES[document]) for document in DIGESTS} - sources.keys() == (
        {SpecText(SOURCES["D2"])} if release == OLD else set()
    )


@pytest.mark.parametrize("release", RELEASES)
def test_nothing_is_uncited_and_no_rule_finds_anything(release: str) -> None:
    found = check_model(model_of(release))
    assert [str(each) for each in found or ()] == []


def test_first_and_last_name_mean_what_they_are_called() -> None:
    contact = model_of(NEW).shapes[SpecText("SenderContact")]
    texts = {member.name.raw: _text(member).lower() for member in ir.members_of(contact)}
    assert "first" in texts["FirstName"] and "last" not in texts["FirstName"]
    assert "last" in texts["LastName"] and "first" not in texts["LastName"]


def test_what_is_recorded_and_not_enforced_is_decided() -> None:
    recorded = {
        shape.id.raw: pattern.decision
        for shape in model_of(NEW).shapes.values()
        if (pattern := getattr(shape, "constraints", ir.NO_CONSTRAINTS).pattern) and not pattern.enforced
    }
    assert recorded == {
        "EngagementInvitationArn": SpecText("C32"),
        "EngagementInvitationIdentifier": SpecText("C12"),
        "ExpectedCustomerSpendCurrencyCodeEnum": SpecText("C33"),
    }


# ------------------------------------------------------------------------------------------------------- asynchronous


@pytest.mark.parametrize("release", RELEASES)
def test_the_two_start_operations_are_tasks_with_three_states(release: str) -> None:
    tasks = {name.raw: found.asynchronous for name, found in model_of(release).operations.items() if found.asynchronous}
    assert sorted(tasks) == ["StartEngagementByAcceptingInvitationTask", "StartEngagementFromOpportunityTask"]
    for task in tasks.values():
        status = task.status
        texts = (status.member.raw, status.running[0].raw, status.complete[0].raw, status.failed[0].raw)
        assert texts == ("TaskStatus", "IN_PROGRESS", "COMPLETE", "FAILED")
        assert (status.reason, status.message) == (SpecText("ReasonCode"), SpecText("Message"))
    accepting = tasks["StartEngagementByAcceptingInvitationTask"]
    assert len(accepting.steps) == 3
    assert SpecText("OpportunityCreated") in accepting.events
