"""EventBridge events -> the readers of `models/events.py`."""

from __future__ import annotations

from codegen.emit.views import facts
from codegen.emit.views.symbols import Symbols
from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.names import ClassName


@dataclass(frozen=True, slots=True)
class EventView:
    name: ClassName
    detail_type: SpecText
    source: SpecText
    detail: ClassName
    doc: SpecText


def view_events(model: ir.Model, symbols: Symbols) -> tuple[EventView, ...]:
    return tuple(
        EventView(
            name=symbols.events[event.name],
            detail_type=event.detail_type,
            source=event.source,
            detail=symbols.classes[event.detail],
            doc=SpecText(facts.of_class(event, facts.sources(event.citations)) or "No description."),
        )
        for event in model.events.values()
    )
