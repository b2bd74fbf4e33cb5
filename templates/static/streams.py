"""Answers that are streams of events: a body that came whole in, the answer's members in JSON form out.

The stream's member holds a list of its events. A call ends when its stream does, and `max_response_bytes` and the time
of an attempt bound it: a stream that goes on for as long as somebody listens ends in an error of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from .bindings import Shape, Table
from .errors import ServiceError
from .event_stream import INITIAL, events_of
from .messages import Codec
from .operations import Operation
from .transport import HttpResponse


class StructureReader(Codec, Protocol):
    """The codec of a protocol that has streams of events."""

    def structure(self, target: str, content: bytes) -> Any:
        """Read a structure of the table from bytes of its own; one that has no such name says what it is by itself."""
        ...


def read_streamed(
    operation: Operation,
    response: HttpResponse,
    codec: StructureReader,
    table: Table | None,
    failed: Callable[[Mapping[str, Any]], ServiceError],
) -> dict[str, Any]:
    """Read an answer with a stream of events in it; `table` is None for AWS JSON.

    Raises what `failed` makes of the event that says that the rest will not come, ResponseError for what is no stream.
    """
    found: dict[str, Any] = {} if table is None else dict(codec.answer(operation, response._replace(body=b"")))
    union = None if table is None else _union(operation, table)
    events: list[Mapping[str, Any]] = []
    for event in events_of(response.body, union, table.shapes if table else {}, codec.structure):
        if event.kind != "event":
            raise failed(event.value)
        if event.name == INITIAL:
            found.update(event.value)
        else:
            events.append({event.name: event.value})
    return {**found, str(operation.events): events}


def _union(operation: Operation, table: Table) -> Shape:
    """Find what the stream's events are: the items of the list in its place."""
    output = table.shapes[table.operations[operation.name].output or ""]
    member = next(one for one in output.members if one.name == operation.events)
    return table.shapes[table.shapes[member.target].members[0].target]
