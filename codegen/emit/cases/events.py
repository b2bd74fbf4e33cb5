"""Events: each is told by its source and detail type, and its payload read as leniently as an answer."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.emit.cases.case import Case, sources_of
from codegen.emit.cases.probes import STRANGER
from codegen.spec import ir
from codegen.spec.examples import Examples, NoExample
from codegen.spec.ir import Json


def view_events(examples: Examples) -> Iterator[Case]:
    """Walk the cases of every event, then those of one that nobody knows."""
    for event in examples.model.events.values():
        try:
            full = examples.full(event.detail)
        except NoExample:
            continue
        yield from _cases(event, full)
    first = next(iter(examples.model.events.values()), None)
    if first is not None:
        yield from _strangers(first)


def _cases(event: ir.Event, full: dict[str, Json]) -> Iterator[Case]:
    later: Json = {**full, STRANGER: ["added", "later"]}
    yield _case(event, "event-full", full)
    yield _case(event, "event-minimal", {})
    yield _case(event, "event-unknown-member", later)
    yield _case(event, "event-other-source", full, source="somebody.else", known=False)


def _strangers(event: ir.Event) -> Iterator[Case]:
    yield _case(event, "event-unknown-type", {"Key": "value"}, detail_type="Never Heard Of", known=False)


def _case(
    event: ir.Event,
    kind: str,
    detail: Json,
    *,
    source: str | None = None,
    detail_type: str | None = None,
    known: bool = True,
) -> Case:
    envelope: dict[str, Json] = {
        "version": "0",
        "id": "00000000-1111-2222-3333-444444444444",
        "detail-type": detail_type or event.detail_type.raw,
        "source": source or event.source.raw,
        "account": "111122223333",
        "time": "2024-12-05T10:20:30Z",
        "region": "us-east-1",
        "resources": ["arn:aws:service:us-east-1:111122223333:thing/one"],
        "detail": detail,
    }
    name = event.name.raw
    body: dict[str, Json] = {"event": name if known else None, "input": envelope}
    return Case(id=f"{name}:{kind}", kind=kind, fact=name, sources=sources_of(event.citations), body=body)
