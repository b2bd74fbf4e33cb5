"""The Python names of a model, turned round: what a class, attribute, method or constant was made from.

In: a model and the project's `checks`. Out: `Naming`. The names are those of `codegen.emit.views.symbols`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codegen.emit.streams import with_streams_listed
from codegen.emit.views.levels import Levels
from codegen.emit.views.symbols import (
    Symbols,
    error_body,
    name_everything,
    narrowed_type,
    owners,
    pages_of,
    wait_for,
)
from codegen.reference.subjects import SERVICE, Kind, Subject, Told, sayings, spelled, values_of
from codegen.spec import ir
from codegen.spec.ir import SpecText

Names = Mapping[str, Subject]


@dataclass(frozen=True, slots=True)
class Naming:
    """`parts` has the attributes and constants of each class; `inputs` the arguments of each operation's method.

    `classes` are those of `models` and the types in `models/_types.py`, where the type of a member that narrows its
    target is that member; `constants` are those of `operations.py`. `told` is what the model says of each subject.
    """

    model: ir.Model
    told: Mapping[Subject, Told]
    symbols: Symbols
    levels: Levels
    classes: Names
    parts: Mapping[str, Names]
    errors: Names
    events: Names
    methods: Names
    constants: Names
    inputs: Mapping[str, Names]

    def target_of(self, subject: Subject) -> ir.Shape | None:
        """Give the shape that a member is of; None for anything else."""
        member = self.told.get(subject)
        return self.model.shapes.get(member.target) if isinstance(member, ir.Member) else None


def naming_of(model: ir.Model, levels: Levels = Levels()) -> Naming:
    """Name everything as the package does, and turn the names round."""
    listed = with_streams_listed(model)
    symbols = name_everything(listed, levels)
    calls = {name: Subject(Kind.OPERATION, name.raw) for name in model.operations}
    pages = {pages_of(one.operation): Subject(Kind.PAGINATOR, one.operation.raw) for one in model.paginators.values()}
    waits = {wait_for(name): Subject(Kind.WAITER, name.raw) for name in model.waiters}
    return Naming(
        model=model,
        told=dict(sayings(model)),
        symbols=symbols,
        levels=levels,
        classes=dict(_classes(listed, symbols, levels)),
        parts=_parts(listed, symbols),
        errors={str(symbol): Subject(Kind.ERROR, name.raw) for name, symbol in symbols.errors.items()},
        events={str(symbol): Subject(Kind.EVENT, name.raw) for name, symbol in symbols.events.items()},
        methods={str(symbols.methods[name]): found for name, found in {**calls, **pages, **waits}.items()},
        constants={str(symbols.operations[name]): found for name, found in {**calls, **waits}.items()},
        inputs={name.raw: _attributes(symbols, one.input) for name, one in model.operations.items() if one.input},
    )


def _classes(model: ir.Model, symbols: Symbols, levels: Levels) -> Iterator[tuple[str, Subject]]:
    for owner in owners(model):
        body = owner.id not in model.shapes
        if not body:
            yield symbols.classes[owner.id], Subject(Kind.SHAPE, owner.id.raw)
        for member in ir.members_of(owner):
            if levels.narrows(owner.id, member):
                yield symbols.classes[narrowed_type(owner.id, member)], Subject(
                    Kind.MEMBER, owner.id.raw, member.name.raw
                )
    for name in model.errors:
        yield symbols.classes[error_body(name)], Subject(Kind.ERROR, name.raw)


def _parts(model: ir.Model, symbols: Symbols) -> Mapping[str, Names]:
    found: defaultdict[str, dict[str, Subject]] = defaultdict(dict)
    for name, shape in model.shapes.items():
        constants = symbols.constants.get(name, {})
        values = {str(constants[SpecText(spelled(one))]): spelled(one) for one in values_of(shape)}
        found[symbols.classes[name]] |= {key: Subject(Kind.VALUE, name.raw, value) for key, value in values.items()}
        found[symbols.classes[name]] |= _attributes(symbols, name)
    for name in model.errors:
        attributes = symbols.attributes[error_body(name)]
        found[symbols.classes[error_body(name)]] |= {
            str(symbol): Subject(Kind.ERROR_MEMBER, name.raw, member.raw) for member, symbol in attributes.items()
        }
    return found


def _attributes(symbols: Symbols, shape: SpecText) -> dict[str, Subject]:
    attributes = symbols.attributes.get(shape, {})
    return {str(symbol): Subject(Kind.MEMBER, shape.raw, member.raw) for member, symbol in attributes.items()}


THE_SERVICE = Subject(Kind.SERVICE, SERVICE)
