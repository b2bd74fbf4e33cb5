"""Releases against each other: what was generated from the older one reads all that the newer one sends."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages import NEW, OLD, errors_of, model_of, package_of, shape_of, without_nulls
from sizes import FULL
from values import answers, valid

from codegen.spec import ir
from codegen.spec.ir import SpecText

DRAWN = 1000 if FULL else 100
"""Values per operation, event and error."""

SHARED = sorted(name.raw for name in model_of(OLD).operations)
EVENTS = sorted(name.raw for name in model_of(NEW).events)
ERRORS = sorted(name.raw for name in model_of(NEW).errors)
drawing = settings(
    max_examples=DRAWN,
    deadline=None,
    database=None,
    derandomize=not FULL,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def _end(release: str, operation: str, end: str) -> SpecText:
    found = getattr(model_of(release).operations[SpecText(operation)], end)
    assert isinstance(found, SpecText)
    return found


def _assert_read(shape: Any, sent: Any) -> None:
    read = shape.from_wire(json.dumps(sent).encode())
    assert read.to_wire() == without_nulls(sent)


def test_the_older_release_has_the_two_start_operations_and_all_but_two_events() -> None:
    assert SHARED == ["StartEngagementByAcceptingInvitationTask", "StartEngagementFromOpportunityTask"]
    assert set(SHARED) < {name.raw for name in model_of(NEW).operations}
    later = set(EVENTS) - {name.raw for name in model_of(OLD).events}
    assert later == {"EngagementInvitationRejected", "EngagementInvitationExpired"}


@pytest.mark.parametrize("operation", SHARED)
@drawing
@given(data=st.data())
def test_the_older_release_reads_every_answer_of_the_newer(operation: str, data: st.DataObject) -> None:
    sent = data.draw(valid(model_of(NEW), _end(NEW, operation, "output")))
    _assert_read(shape_of(OLD, _end(OLD, operation, "output").raw), sent)


@pytest.mark.parametrize("release", [OLD, NEW])
@pytest.mark.parametrize("operation", SHARED)
@drawing
@given(data=st.data())
def test_answers_with_additions_from_the_future_are_read(release: str, operation: str, data: st.DataObject) -> None:
    sent = data.draw(answers(model_of(NEW), _end(NEW, operation, "output")))
    _assert_read(shape_of(release, _end(release, operation, "output").raw), sent)


@pytest.mark.parametrize("operation", SHARED)
def test_what_the_newer_release_adds_is_kept_by_the_older(operation: str) -> None:
    old, new = (_members(release, operation) for release in (OLD, NEW))
    added = set(new) - set(old)
    assert (
        added
        == {
            "StartEngagementByAcceptingInvitationTask": {"ResourceSnapshotJobId"},
            "StartEngagementFromOpportunityTask": {"ResourceSnapshotJobId", "EngagementId", "EngagementInvitationId"},
        }[operation]
    )
    sent = {name: f"value of {name}" for name in added}
    read = shape_of(OLD, _end(OLD, operation, "output").raw).from_wire(sent)
    assert read.to_wire() == sent
    assert all(name not in type(read).model_fields for name in added)


def _members(release: str, operation: str) -> list[str]:
    shape = model_of(release).shapes[_end(release, operation, "output")]
    return [member.name.raw for member in ir.members_of(shape)]


def test_reasons_that_the_newer_release_adds_are_kept_as_text_by_the_older() -> None:
    known = {release: {reason.value for reason in shape_of(release, "ReasonCode")} for release in (OLD, NEW)}
    added = known[NEW] - known[OLD]
    assert (len(known[OLD]), len(known[NEW]), len(added)) == (11, 19, 8)
    for name in SHARED:
        for reason in sorted(known[NEW]):
            read = shape_of(OLD, _end(OLD, name, "output").raw).from_wire({"ReasonCode": reason})
            assert isinstance(read.reason_code, shape_of(OLD, "ReasonCode")) == (reason in known[OLD])
            assert read.reason_code == reason
            assert read.to_wire() == {"ReasonCode": reason}


UNIONS = sorted(name.raw for name, shape in model_of(NEW).shapes.items() if isinstance(shape, ir.UnionOf))


@pytest.mark.parametrize("union", UNIONS)
@drawing
@given(data=st.data())
def test_an_arm_that_is_not_known_is_read_and_written_back(union: str, data: st.DataObject) -> None:
    sent = data.draw(answers(model_of(NEW), SpecText(union)))
    read = shape_of(NEW, union).from_wire(json.dumps(sent))
    tag = next(iter(sent))
    assert read.tag == tag
    known = {member.name.raw for member in ir.members_of(model_of(NEW).shapes[SpecText(union)])}
    assert (read.unknown is None) == (tag in known)
    if tag not in known:
        assert (read.unknown.tag, read.unknown.value, read.value) == (tag, sent[tag], sent[tag])
        assert read.to_wire() == sent


def test_there_are_unions_to_try() -> None:
    assert UNIONS == ["EngagementContextPayload", "Payload", "Receiver"]


@pytest.mark.parametrize("error", ERRORS)
@drawing
@given(data=st.data())
def test_the_older_release_reads_every_error_of_the_newer(error: str, data: st.DataObject) -> None:
    entry = model_of(NEW).errors[SpecText(error)]
    body = {
        member.name.raw: data.draw(st.none() | answers(model_of(NEW), member.target), label=member.name.raw)
        for member in entry.members
    }
    sent = {"__type": f"com.amazonaws.partnercentralselling#{error}", **body}
    for release in (OLD, NEW):
        found = errors_of(release).from_wire(json.dumps(sent).encode(), http_status=400)
        assert (type(found).__name__, found.code) == (error, error)
        assert found.message == body.get("Message")
        assert found.body == sent


@pytest.mark.parametrize("event", EVENTS)
@drawing
@given(data=st.data())
def test_the_older_release_reads_every_event_of_the_newer(event: str, data: st.DataObject) -> None:
    entry = model_of(NEW).events[SpecText(event)]
    detail = data.draw(valid(model_of(NEW), entry.detail))
    sent = {"source": entry.source.raw, "detail-type": entry.detail_type.raw, "detail": detail}
    for release in (OLD, NEW):
        found = package_of(release).models.events.read(sent)
        assert found.raw_detail == detail
        if SpecText(event) in model_of(release).events:
            assert type(found).__name__ == event
            assert found.detail.to_wire() == detail


@pytest.mark.parametrize("operation", SHARED)
@drawing
@given(data=st.data())
def test_a_request_that_the_older_release_allows_is_allowed_by_the_newer(operation: str, data: st.DataObject) -> None:
    sent = data.draw(valid(model_of(OLD), _end(OLD, operation, "input")))
    written = [shape_of(release, _end(release, operation, "input").raw)(**sent).to_wire() for release in (OLD, NEW)]
    assert written == [sent, sent]


def test_both_releases_live_side_by_side() -> None:
    old, new = package_of(OLD), package_of(NEW)
    assert (old.RELEASE, new.RELEASE) == (OLD, NEW)
    assert shape_of(OLD, "ReasonCode") is not shape_of(NEW, "ReasonCode")
    assert not hasattr(old.models, "CreateEngagementRequest")
    assert not issubclass(old.errors.ConflictException, new.errors.ServiceError)
    for package in (old, new):
        modules = [name for name in sys.modules if name.startswith(f"{package.__name__}.")]
        assert f"{package.__name__}._runtime.shapes" in modules


def test_a_value_of_one_release_is_no_value_of_the_other() -> None:
    submission = shape_of(OLD, "AwsSubmission")(involvement_type="Co-Sell")
    request = shape_of(NEW, "StartEngagementFromOpportunityTaskRequest")
    with pytest.raises(errors_of(NEW).ValidationError, match="AwsSubmission"):
        request.build({"catalog": "AWS", "identifier": "O1", "client_token": "t", "aws_submission": submission})
