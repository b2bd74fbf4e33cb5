"""What stands beside operations and shapes: paginators, waiters, events, examples."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diff.changes import Change, Key, Pair, Spot, Subject, Told
from codegen.diff.compare.entries import compare_entry
from codegen.diff.findings import Direction
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import SpecText


def compare_extras(pair: Pair) -> Iterator[Change]:
    """Compare what helps to use the operations that are there in both releases."""
    yield from _paginators(pair)
    yield from _waiters(pair)
    yield from _events(pair)
    if pair.old.examples != pair.new.examples:
        subject = Subject(operations=(), direction=Direction.NONE)
        counts = len(pair.old.examples), len(pair.new.examples)
        yield Spot(path="examples", subject=subject).change("example.changed", "examples changed", *counts)


def _common(pair: Pair, operation: SpecText) -> bool:
    return operation in pair.old.operations and operation in pair.new.operations


def _spot(name: str, operation: SpecText, old: ir.Entry | None, new: ir.Entry | None, *keys: Key) -> Spot:
    return Spot(
        path=name,
        subject=Subject(operations=(operation.raw,), direction=Direction.NONE),
        keys=keys,
        old_at=old.at if old else None,
        new_at=new.at if new else None,
    )


def _paginators(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.paginators, pair.new.paginators
    for name in (name for name in sorted({*old, *new}) if _common(pair, name)):
        was, now = old.get(name), new.get(name)
        spot = _spot(name.raw, name, was, now, ("pages", name.raw))
        if was is None or now is None:
            rule = "paginator.added" if was is None else "paginator.removed"
            said = "has pages" if was is None else "has no pages any more"
            yield spot.change(rule, said, _tokens(was), _tokens(now))
        elif was != now:
            yield from _paginator(spot, was, now)


def _paginator(spot: Spot, old: ir.Paginator, new: ir.Paginator) -> Iterator[Change]:
    yield from compare_entry(spot, old, new)
    if (old.limit_key is None) != (new.limit_key is None):
        action = "added" if new.limit_key else "removed"
        yield spot.change(f"paginator.size-{action}", f"size of pages {action}", old.limit_key, new.limit_key)
        new = replace(new, limit_key=old.limit_key)
    if _tokens(old) != _tokens(new):
        yield spot.change("paginator.tokens-changed", "token or size of pages changed", _tokens(old), _tokens(new))
    was, now = _results(old), _results(new)
    if was != now:
        action = "added" if set(was) < set(now) else "removed" if set(now) < set(was) else "changed"
        yield spot.change(f"paginator.result-{action}", f"result of pages {action}", was, now)


def _tokens(paginator: ir.Paginator | None) -> Told:
    if paginator is None:
        return None
    return {
        "input": paginator.input_tokens,
        "output": paginator.output_tokens,
        "more": paginator.more_results,
        "size": paginator.limit_key,
    }


def _results(paginator: ir.Paginator) -> tuple[SpecText, ...]:
    return (*paginator.result_keys, *paginator.non_aggregate_keys)


def _waiters(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.waiters, pair.new.waiters
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        found = now or was
        if found is None or not _common(pair, found.operation):
            continue
        spot = _spot(name.raw, found.operation, was, now, ("waiter", name.raw))
        if was is None or now is None:
            rule = "waiter.added" if was is None else "waiter.removed"
            yield spot.change(rule, rule.replace(".", " "), _waits(was), _waits(now))
        elif was != now:
            yield from compare_entry(spot, was, now)
            if _waits(was) != _waits(now):
                yield spot.change("waiter.changed", "waits for something else", _waits(was), _waits(now))


def _waits(waiter: ir.Waiter | None) -> Told:
    if waiter is None:
        return None
    return {
        "operation": waiter.operation.raw,
        "delay": waiter.delay,
        "attempts": waiter.max_attempts,
        "acceptors": [[one.state.value, one.matcher.value, one.argument, one.expected] for one in waiter.acceptors],
    }


def _events(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.events, pair.new.events
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        spot = Spot(
            path=name.raw,
            subject=Subject(operations=(), direction=Direction.OUTPUT),
            keys=(("event", name.raw),),
            old_at=was.at if was else None,
            new_at=now.at if now else None,
        )
        if was is None or now is None:
            rule = "event.added" if was is None else "event.removed"
            yield spot.change(rule, rule.replace(".", " "), _on_the_bus(was), _on_the_bus(now))
        elif was != now:
            yield from compare_entry(spot, was, now)
            if _on_the_bus(was) != _on_the_bus(now):
                yield spot.change("event.changed", "event changed", _on_the_bus(was), _on_the_bus(now))


def _on_the_bus(event: ir.Event | None) -> Told:
    if event is None:
        return None
    return {"detail type": event.detail_type.raw, "source": event.source.raw, "detail": event.detail.raw}
