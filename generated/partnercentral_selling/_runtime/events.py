"""Events as EventBridge delivers them: the envelope typed, the payload read by the generated classes.

Envelope, by the EventBridge user guide: (version, id, detail-type, source, account, time, region, resources).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from .errors import ResponseError
from .moments import Moment, read_moment
from .wire import load_json


@dataclass(frozen=True, slots=True)
class Event:
    """One event; what the envelope lacks, or holds in another type, is None. `raw_detail` is the payload as JSON."""

    expected_detail_type: ClassVar[str] = ""
    expected_source: ClassVar[str] = ""

    detail_type: str | None
    source: str | None
    id: str | None
    account: str | None
    region: str | None
    time: Moment | None
    resources: tuple[str, ...]
    raw_detail: Mapping[str, Any]


def read_event(event: Mapping[str, Any] | bytes | str, classes: Sequence[type[Event]]) -> Event:
    """Read an event into the class of its source and detail type, else into `Event`.

    Raises ResponseError when it is no JSON object.
    """
    read: object = load_json(event) if isinstance(event, bytes | str) else event
    if not isinstance(read, Mapping):
        raise ResponseError("an event is a JSON object")
    value = cast("Mapping[str, Any]", read)
    key = (value.get("source"), value.get("detail-type"))
    kind = next((found for found in classes if key == (found.expected_source, found.expected_detail_type)), Event)
    return kind(
        detail_type=_text(value, "detail-type"),
        source=_text(value, "source"),
        id=_text(value, "id"),
        account=_text(value, "account"),
        region=_text(value, "region"),
        time=_time(value.get("time")),
        resources=_texts(value.get("resources")),
        raw_detail=_object(value.get("detail")),
    )


def _object(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _text(event: Mapping[str, Any], key: str) -> str | None:
    value = event.get(key)
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(item for item in cast("list[object]", value) if isinstance(item, str))


def _time(value: object) -> Moment | None:
    try:
        return read_moment(value)
    except ValueError:
        return None
