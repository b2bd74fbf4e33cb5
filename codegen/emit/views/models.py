"""Structures, unions, enums and error bodies -> the classes of `models/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codegen.emit.views import facts
from codegen.emit.views.levels import Levels
from codegen.emit.views.scalars import Scalar, enforced
from codegen.emit.views.symbols import Symbols, narrowed_type, owners
from codegen.records import dataclass, replace
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.names import AttrName, ClassName, ConstantName


@dataclass(frozen=True, slots=True)
class FieldView:
    """One attribute: `name: Annotated[hint, Field(alias=...), SENSITIVE] = None`.

    quoted: the hint names a class that is yet to come.
    """

    name: AttrName
    hint: str
    alias: SpecText | None
    sensitive: bool
    optional: bool
    targets: tuple[ClassName, ...]
    quoted: bool = False

    @property
    def annotated(self) -> bool:
        return self.alias is not None or self.sensitive


@dataclass(frozen=True, slots=True)
class ClassView:
    """A structure or union. `shape` is its name in the spec, where that is not the class's."""

    name: ClassName
    base: str
    shape: SpecText | None
    fields: tuple[FieldView, ...]
    checks: bool
    doc: SpecText

    @property
    def has_body(self) -> bool:
        return bool(self.fields or self.shape or self.checks)


@dataclass(frozen=True, slots=True)
class ConstantView:
    name: ConstantName
    value: SpecText | int


@dataclass(frozen=True, slots=True)
class EnumView:
    name: ClassName
    base: str
    constants: tuple[ConstantView, ...]
    doc: SpecText


DefinitionView = ClassView | EnumView


def view_definitions(model: ir.Model, symbols: Symbols, levels: Levels) -> Mapping[ClassName, DefinitionView]:
    """View every class of the models module, errors' bodies included, by class name."""
    views = [
        _view(shape, model, symbols, levels)
        for shape in owners(model)
        if isinstance(shape, ir.Structure | ir.UnionOf | ir.Enum | ir.IntEnum)
    ]
    return {view.name: view for view in views}


def in_order(
    definitions: Mapping[ClassName, DefinitionView], imported: Iterable[ClassName] = ()
) -> Iterator[DefinitionView]:
    """Give every class after those it names where that can be, else in the order of the spec, its hints quoted."""
    seen, given = {*imported}, {*imported}
    for name in definitions:
        waiting = [] if name in seen else [(name, named_by(definitions[name]))]
        seen.add(name)
        while waiting:  # no recursion: a spec may chain more classes than Python calls
            below = next((each for each in waiting[-1][1] if each not in seen), None)
            if below is None:
                done = waiting.pop()[0]
                yield _quoted(definitions[done], given)
                given.add(done)
            else:
                seen.add(below)
                waiting.append((below, named_by(definitions[below])))


def named_by(view: DefinitionView) -> Iterator[ClassName]:
    """Walk the classes that the annotations of a class name."""
    return iter(()) if isinstance(view, EnumView) else (name for field in view.fields for name in field.targets)


def _quoted(view: DefinitionView, given: set[ClassName]) -> DefinitionView:
    """Quote the hints that name a class not yet given: Python evaluates annotations where they stand."""
    if given.issuperset(named_by(view)):
        return view
    assert isinstance(view, ClassView)
    return replace(view, fields=tuple(replace(one, quoted=not given >= {*one.targets}) for one in view.fields))


def _view(shape: ir.Shape, model: ir.Model, symbols: Symbols, levels: Levels) -> DefinitionView:
    match shape:
        case ir.Structure() | ir.UnionOf():
            return _class(shape, model, symbols, levels)
        case ir.Enum():
            constants = symbols.constants[shape.id]
            values = tuple(ConstantView(constants[value.value], value.value) for value in shape.values)
            return EnumView(symbols.classes[shape.id], "str, Enum", values, _enum_doc(shape))
        case ir.IntEnum():
            constants = symbols.constants[shape.id]
            values = tuple(ConstantView(constants[value.name], value.value) for value in shape.values)
            doc = facts.page(facts.of_class(shape), "", (), facts.sources(shape.citations))
            return EnumView(symbols.classes[shape.id], "IntEnum", values, doc)
        case _:
            raise TypeError(f"{type(shape).__name__} makes no class")


def _enum_doc(shape: ir.Enum) -> SpecText:
    reading = "" if shape.closed else "The service may add values: reading keeps them as text."
    head = facts.of_class(shape, reading, *facts.of_shape(shape))
    rows = [(value.value.raw, facts.sentence(value.documentation)) for value in shape.values if value.documentation]
    return facts.page(head, "Values", rows, facts.sources(shape.citations))


def _class(shape: ir.Structure | ir.UnionOf, model: ir.Model, symbols: Symbols, levels: Levels) -> ClassView:
    union = isinstance(shape, ir.UnionOf)
    name = symbols.classes[shape.id]
    attributes = symbols.attributes[shape.id]
    rows = [(str(attributes[member.name]), facts.of_member(member, model)) for member in shape.members]
    head = facts.of_class(shape, "Exactly one arm is set." if union else "", *facts.of_shape(shape))
    return ClassView(
        name=name,
        base="TaggedUnion" if union else "Structure",
        shape=None if name == shape.id.raw or shape.id not in model.shapes else shape.id,
        fields=tuple(_field(shape, member, model, symbols, levels) for member in shape.members),
        checks=bool(levels.checks),
        doc=facts.page(head, "Arms" if union else "Attributes", rows, facts.sources(shape.citations)),
    )


def _field(
    shape: ir.Structure | ir.UnionOf, member: ir.Member, model: ir.Model, symbols: Symbols, levels: Levels
) -> FieldView:
    attribute = symbols.attributes[shape.id][member.name]
    optional = isinstance(shape, ir.UnionOf) or not member.required or member.idempotency_token
    hint = hint_of(shape, member, model, symbols, levels)
    return FieldView(
        name=attribute,
        hint=f"{hint} | None" if optional else hint,
        alias=None if attribute == member.wire.raw else member.wire,
        sensitive=is_sensitive(member, model),
        optional=optional,
        targets=tuple(_classes_named(member, model, symbols, set())),
    )


def hint_of(owner: ir.Shape, member: ir.Member, model: ir.Model, symbols: Symbols, levels: Levels) -> str:
    """Write the annotation of a member; only names of `names` and numbers stand in it."""
    target = model.shapes[member.target]
    match target:
        case ir.Structure() | ir.UnionOf():
            return symbols.classes[target.id]
        case ir.Enum():
            loose = "enum" in levels.relaxed(owner.id, member.name)
            return f"{'Loose' if loose else 'Open'}[{symbols.classes[target.id]}]"
        case ir.IntEnum():
            loose = "enum" in levels.relaxed(owner.id, member.name)
            return f"{'LooseInt' if loose else 'OpenInt'}[{symbols.classes[target.id]}]"
        case ir.ListOf():
            item = hint_of(target, target.member, model, symbols, levels)
            return _bounded(
                f"list[{item}{facts.or_none(target)}]", target, member, levels.relaxed(owner.id, member.name)
            )
        case ir.MapOf():
            key = hint_of(target, target.key, model, symbols, levels)
            value = hint_of(target, target.value, model, symbols, levels)
            return _bounded(
                f"dict[{key}, {value}{facts.or_none(target)}]", target, member, levels.relaxed(owner.id, member.name)
            )
        case _:
            narrowed = levels.narrows(owner.id, member)
            return symbols.classes[narrowed_type(owner.id, member) if narrowed else target.id]


def _bounded(hint: str, target: ir.ListOf | ir.MapOf, member: ir.Member, relaxed: tuple[str, ...]) -> str:
    least, most = enforced(ir.tighter(member.constraints.length, target.constraints.length))
    arguments = [
        *([f"min={least}"] if least else []),
        *([f"max={most}"] if most is not None else []),
        *(["unique=True"] if target.constraints.unique_items or member.constraints.unique_items else []),
        *(["sparse=True"] if target.sparse else []),
        *([f"relaxed={relaxed!r}".replace("'", '"')] if relaxed else []),
    ]
    return f"Annotated[{hint}, Items({', '.join(arguments)})]" if arguments else hint


def is_sensitive(member: ir.Member, model: ir.Model) -> bool:
    """Say whether a member shows its value nowhere: its own trait, its target's, or that of a list's or map's items."""
    target = model.shapes[member.target]
    if member.sensitive or target.sensitive:
        return True
    edges = ir.members_of(target) if isinstance(target, ir.ListOf | ir.MapOf) else ()
    return any(is_sensitive(edge, model) for edge in edges)


def _classes_named(member: ir.Member, model: ir.Model, symbols: Symbols, seen: set[SpecText]) -> Iterator[ClassName]:
    """The classes an annotation names."""
    target = model.shapes[member.target]
    if target.id in seen:
        return
    seen.add(target.id)
    if isinstance(target, ir.ListOf | ir.MapOf):
        for edge in ir.members_of(target):
            yield from _classes_named(edge, model, symbols, seen)
    elif not isinstance(target, Scalar):
        yield symbols.classes[target.id]
