"""Mutants of a spec for audits: each fact that a page bears out, said otherwise in the spec.

In: a spec as one JSON object, and the pages. Out: `Mutant`s, each with the spec that says it otherwise.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.documents.audit import audit
from codegen.documents.auditing.matching import key_of, operations_by_key, sources_of
from codegen.documents.auditing.verdicts import Verdict
from codegen.documents.facts import Aspect, Page
from codegen.documents.stated import Stated, stated
from codegen.spec import ir
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

Spec = dict[str, Any]
Change = Callable[[Any, Any], None]
"""What takes the value around a place, and the key of it there."""

BOUNDS = {
    Aspect.MIN_LENGTH,
    Aspect.MAX_LENGTH,
    Aspect.MIN_ITEMS,
    Aspect.MAX_ITEMS,
    Aspect.MIN_VALUE,
    Aspect.MAX_VALUE,
}


@dataclass(frozen=True)
class Mutant:
    """`kind` says what was done to the fact at `place`; `spec` is what came of it."""

    kind: str
    place: str
    spec: Spec

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}"


def model(spec: Spec) -> ir.Model:
    return parse_model((read_source("spec.json", json.dumps(spec).encode()),))


def merged(folder: Path, operations: Sequence[str]) -> Spec:
    """Give a release as one object, with these operations and the shapes and errors that they reach."""
    spec: Spec = {}
    for path in sorted(folder.glob("*.json")):
        for section, value in json.loads(path.read_text("utf-8")).items():
            spec.setdefault(section, {}).update(value)
    kept = {name: one for name, one in spec["operations"].items() if name in operations}
    errors = {name for one in kept.values() for name in one["errors"]}
    ends = [target for one in kept.values() for target in (one["input"], one["output"])]
    whole = model(spec)
    for error in whole.errors.values():
        ends += [str(member.target.raw) for member in error.members]
    shapes = {name.raw for name in ir.reachable(whole, tuple(map(ir.SpecText, ends)))}
    return {
        **{key: spec[key] for key in ("service", "sources", "decisions")},
        "operations": kept,
        "shapes": {name: one for name, one in spec["shapes"].items() if name in shapes},
        "errors": {name: one for name, one in spec["errors"].items() if name in errors},
    }


def mutants(spec: Spec, pages: Sequence[Page]) -> Iterator[Mutant]:
    """Say each fact otherwise that a page bears out, once for each place in the spec."""
    spec = {
        **spec,
        "shapes": {**spec["shapes"], "Another": {"type": "string"}},
        "errors": {**spec["errors"], "Another": {"fault": "client"}},
    }
    whole = model(spec)
    names = operations_by_key(whole)
    borne_out = {
        (names.get(key_of(judged.fact.operation), ""), judged.fact.path, judged.fact.aspect)
        for one in audit(whole, pages)
        for judged in one.judged
        if judged.verdict is Verdict.AGREED
    }
    sources = {source for source in sources_of(whole, pages) if source}
    seen: set[tuple[str, tuple[Any, ...]]] = set()
    for name in spec["operations"]:
        for one in stated(whole, name):
            if (name, one.path, one.aspect) not in borne_out:
                continue
            if one.aspect is Aspect.STATUS and not sources & {each.source for each in one.citations}:
                continue
            for kind, change in _changes(one, spec["errors"]):
                pointer = _pointer(name, one)
                if (kind, pointer) not in seen:
                    seen.add((kind, pointer))
                    if made := _changed(spec, pointer, change):
                        yield Mutant(kind, "/".join(map(str, pointer)), made)


def _pointer(operation: str, one: Stated) -> tuple[Any, ...]:
    """Where to change it; an error is listed by its operation, a member is where it is."""
    if one.aspect is Aspect.LISTED and one.path.startswith("errors."):
        return ("operations", operation, "errors", one.path.removeprefix("errors."))
    if one.aspect is Aspect.REQUIRED and one.place.pointer[-1] != "required":
        return (*one.place.pointer, "required")
    if one.aspect is Aspect.LISTED and not one.path:
        return ()
    return one.place.pointer


def _changed(spec: Spec, pointer: tuple[Any, ...], change: Change) -> Spec | None:
    """Give the spec with one place changed; None where that changes nothing."""
    if not pointer:
        return None
    *way, last = pointer
    made = around = {**spec}
    for key in way[:2]:
        around[key] = copy.copy(around[key])
        around = around[key]
    if len(way) > 1:
        section = made[way[0]]
        section[way[1]] = copy.deepcopy(section[way[1]])
        around = section[way[1]]
    for key in way[2:]:
        around = around[key]
    change(around, last)
    return None if made == spec else made


# -------------------------------------------------------------------------------------------------------------- changes


def _changes(one: Stated, errors: Collection[str]) -> Iterator[tuple[str, Change]]:
    """Give the ways to say a fact otherwise."""
    match one.aspect:
        case Aspect.LISTED if one.path.startswith("errors.") and one.path.count(".") == 1:
            yield "error dropped", lambda around, key: around.remove(key)
        case Aspect.ERRORS:
            listed = one.value if isinstance(one.value, list) else []
            for error in (each for each in errors if each not in listed):
                yield f"{error} added", lambda around, key, error=error: around[key].append(error)  # type: ignore[misc]
        case Aspect.LISTED:
            yield "member dropped", _dropped
        case Aspect.ORDER:
            yield "member added", lambda around, key: around[key].update(Another={"target": "Another"})
        case Aspect.REQUIRED:
            yield "required", lambda around, key: around.update({key: not around.get(key, False)})
        case Aspect.PATTERN:
            yield "pattern", _other_pattern
            yield "pattern dropped", _dropped
        case Aspect.TYPE:
            yield "type", _other_type
        case Aspect.VALUES | Aspect.NAMED_VALUES:
            what = "value" if one.aspect is Aspect.VALUES else "known value"
            yield f"{what} dropped", _values(lambda values: values[1:])
            if one.aspect is Aspect.VALUES:
                yield "value added", _values(lambda values: [*values, "Another"])
                yield "values reordered", _values(lambda values: values[::-1])
        case Aspect.UNION:
            yield "arm dropped", lambda around, key: around[key].pop(next(iter(around[key])))
            yield "arm added", lambda around, key: around[key].update(Another={"target": "Another"})
        case Aspect.IDEMPOTENCY_TOKEN | Aspect.SUGGESTED_ACTION:
            yield one.aspect.value, _dropped
        case Aspect.TIMESTAMP_FORMAT:
            yield "timestampFormat", lambda around, key: around.update({key: "epoch-seconds"})
        case Aspect.STATUS:
            yield "status", lambda around, key: around.update({key: around[key] + 1})
        case _ if one.aspect in BOUNDS:
            yield "bound", lambda around, key: around.update({key: around[key] + 1})
            yield "bound dropped", _dropped
        case _:
            pass


def _dropped(around: Any, key: Any) -> None:
    del around[key]


def _other_pattern(around: Any, key: Any) -> None:
    if isinstance(around[key], dict):
        around, key = around[key], "value"
    around[key] = f"{around[key]}x"


def _other_type(around: Any, key: Any) -> None:
    kept = {name: around[name] for name in ("documentation", "sources", "decisions") if name in around}
    other = "boolean" if around[key] != "boolean" else "blob"
    around.clear()
    around.update(kept, **{key: other})


def _values(change: Callable[[list[str]], list[str]]) -> Change:
    """Change which values there are, however they are written."""

    def changed(around: Any, key: Any) -> None:
        values: list[str] | dict[str, Any] = around[key]
        listed = change(list(values))
        around[key] = {name: values.get(name, {}) for name in listed} if isinstance(values, dict) else listed

    return changed
