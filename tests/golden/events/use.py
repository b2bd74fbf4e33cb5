"""Events are read by source and detail type; strange ones stay events."""

from __future__ import annotations

from typing import Any

import pytest


def use(package: Any) -> None:
    events = package.models.events
    envelope = {"source": "aws.post", "detail-type": "Post Sent", "time": "2024-12-05T01:02:03Z", "detail": {"Id": "1"}}
    sent = events.read(envelope)
    assert type(sent) is events.Sent and sent.detail.id == "1" and sent.time.year == 2024
    assert type(events.read({**envelope, "source": "elsewhere"})) is events.Event
    lost = events.read('{"source": "aws.post", "detail-type": "Post \\"Lost\\"", "detail": {"Text": "t", "More": 1}}')
    assert type(lost) is events.LostInTransit and lost.detail.to_wire() == {"Text": "t", "More": 1}
    with pytest.raises(package.errors.ResponseError):
        events.read("[]")
