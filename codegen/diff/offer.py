"""A model -> what its generated package offers: classes, attributes, constants, errors, events, methods, arguments.

In: a model, and which part of it is asked for. Out: an `Item` for each thing that can be imported, passed or read, with
the types that the generator's own views print, private aliases and constraints erased. Names are told as when the whole
package is generated, yet only those asked for and their rivals are worked out: a model may hold thousands.

Not here: what every package has whatever its model (`errors.ServiceError`, `models.events.read`), and the strategies
for tests, which follow the classes one by one. A member of an error is read at the error and is a field of its body.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from codegen.diff.changes import Key
from codegen.diff.hints import erased
from codegen.diff.rivals import Groups, Rivals, bare, method_group, methods_of
from codegen.diff.types import LEVELS, Types
from codegen.emit.views.arguments import view_arguments
from codegen.emit.views.errors import view_errors
from codegen.emit.views.events import view_events
from codegen.emit.views.operations import input_members
from codegen.emit.views.protocols import has_client
from codegen.emit.views.symbols import Symbols, error_body, name_everything, narrowed_type, pages_of, wait_for
from codegen.records import dataclass, replace
from codegen.spec import ir, names
from codegen.spec.ir import ShapeId, SpecText
from codegen.spec.lazily import outline_of


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in Python: `name` is dotted, as in `models.Box.label` or `Client.put_box(label=)`.

    `takes` is the type that may be passed, `gives` the type that is read (of a class: its base; of a constant: the
    literal it stands for), each "" where there is none. `required`: it has to be passed.
    """

    name: str
    takes: str
    gives: str
    required: bool

    @property
    def owner(self) -> str:
        """The class or method it belongs to: `models.Box` of `models.Box.label`."""
        return self.name.partition("(")[0] if self.name.endswith(")") else self.name.rpartition(".")[0]

    @property
    def leaf(self) -> str:
        """Its name there: `label` of `models.Box.label` and of `Client.put_box(label=)`."""
        return self.name.removeprefix(self.owner).strip(".(=)")


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked for: shapes of the model, as far as they are asked for; operations, and those with arguments.

    Its errors and events always are.
    """

    shapes: Mapping[ShapeId, ir.Shape]
    operations: Collection[SpecText]
    arguments: Collection[SpecText]


def whole(model: ir.Model) -> Part:
    """Ask for everything."""
    return Part(model.shapes, model.operations.keys(), model.operations.keys())


def offer(model: ir.Model, part: Part, rivals: Rivals) -> dict[Key, Item]:
    """List what the package of a model offers of a part of it."""
    asked = _asked(model, part)
    near = _near(model, part, asked)
    methods = _methods_near(model, part.operations, rivals.methods)
    symbols = _symbols(model, near, asked, rivals.classes, methods)
    model = replace(model, shapes=near)
    types = Types(model, symbols)
    bodies = {error_body(name): _body(error) for name, error in model.errors.items()}
    shapes = [
        *(near[name] for name in part.shapes if name in near and name not in bodies),
        *bodies.values(),
    ]
    found = {key: item for shape in shapes for key, item in _class(shape, symbols, types)}
    found |= _errors(model, symbols, found)
    found |= _events(model, symbols)
    found |= _client(model, part, symbols)
    return found


def _body(error: ir.Error) -> ir.Structure:
    """The structure of an error's members; the types that they have for themselves have no names."""
    members = tuple(
        replace(member, constraints=ir.NO_CONSTRAINTS, timestamp_format=None, json_value=False)
        for member in error.members
    )
    return ir.Structure(id=error_body(error.name), members=members, at=error.at)


# --------------------------------------------------------------------------------------------------------------- names


def narrowed_in(shapes: Iterable[ir.Shape]) -> Iterator[SpecText]:
    """Walk the types that members of some shapes have for themselves: private, yet named among the classes."""
    for shape in shapes:
        for member in ir.members_of(shape):
            if LEVELS.narrows(shape.id, member):
                yield narrowed_type(shape.id, member)


def _asked(model: ir.Model, part: Part) -> Mapping[ShapeId, ir.Shape]:
    """The shapes of which not only the names count."""
    inputs = (one.input for one in _chosen(model, part.arguments) if one.input is not None)
    named = dict.fromkeys([*inputs, *(event.detail for event in model.events.values())])
    others = {name: model.shapes[name] for name in named if name not in part.shapes and name in model.shapes}
    return {**part.shapes, **others}


def _chosen(model: ir.Model, operations: Iterable[SpecText]) -> Sequence[ir.Operation]:
    return [one for name in operations if (one := model.operations.get(name))]


def _near(model: ir.Model, part: Part, asked: Mapping[ShapeId, ir.Shape]) -> dict[ShapeId, ir.Shape]:
    """The shapes of a part and those its annotations name: lists and maps are looked through, structures are not."""
    ends = {end for one in _chosen(model, part.operations) for end in (one.input, one.output) if end is not None}
    near = {**asked, **{name: outline_of(model.shapes, name) for name in ends if name not in asked}}
    aliases = (shape for name, shape in near.items() if name in asked or isinstance(shape, ir.ListOf | ir.MapOf))
    owners: list[ir.Shape | ir.Error] = [*aliases, *model.errors.values()]
    while owners:
        for member in ir.members_of(owners.pop()):
            if member.target in near:
                continue
            target = near[member.target] = outline_of(model.shapes, member.target)
            if isinstance(target, ir.ListOf | ir.MapOf):
                owners.append(target)
    return near


def _symbols(
    model: ir.Model,
    near: Mapping[ShapeId, ir.Shape],
    asked: Collection[ShapeId],
    rivals: Groups,
    methods: Iterable[SpecText],
) -> Symbols:
    """Name a part as in the whole: what the part names, and whatever may take a name from that."""
    groups = {bare(name) for name in (*near, *map(error_body, model.errors))}
    named = [SpecText(rival) for group in groups for rival in rivals.of(group)]
    owners = [owner for group in groups if group.endswith("member") for owner in _owners(group, rivals)]
    others = {*named, *owners} - near.keys()
    shapes = {**near, **{name: outline_of(model.shapes, name) for name in others if name in model.shapes}}
    part = replace(model, shapes={name: shape if name in asked else _shell(shape) for name, shape in shapes.items()})
    symbols = name_everything(replace(part, operations={}, paginators={}, waiters={}), LEVELS)
    return replace(symbols, methods=names.methods(methods))


def _methods_near(model: ir.Model, operations: Collection[SpecText], rivals: Groups) -> list[SpecText]:
    """Name the methods of some operations, and whatever may take a name from one."""
    if not has_client(model):
        return []
    methods, chosen = methods_of(model), {name.raw for name in operations}
    groups = {method_group(name): None for name, operation in methods.items() if operation in chosen}
    return [SpecText(name) for group in groups for name in rivals.of(group) if name in methods]


def _shell(shape: ir.Shape) -> ir.Shape:
    """Leave what a class is called by: its own name, and those of the types that members have for themselves."""
    match shape:
        case ir.Structure() | ir.UnionOf():
            narrowing = tuple(member for member in shape.members if LEVELS.narrows(shape.id, member))
            return replace(shape, members=narrowing)
        case ir.Enum():
            return replace(shape, values=())
        case ir.IntEnum():
            return replace(shape, values=())
        case _:
            return shape


def _owners(group: str, rivals: Groups) -> Iterator[SpecText]:
    """Shapes a member of which may have a type of that name: `boxlabelmember` may be of `Box`, or of `BoxLa`."""
    for end in range(1, len(group) - len("member")):
        yield from map(SpecText, rivals.of(group[:end]))


# --------------------------------------------------------------------------------------------------------------- items


def _class(shape: ir.Shape, symbols: Symbols, types: Types) -> Iterator[tuple[Key, Item]]:
    match shape:
        case ir.Structure() | ir.UnionOf():
            union = isinstance(shape, ir.UnionOf)
            name = f"models.{symbols.classes[shape.id]}"
            yield ("class", shape.id.raw), Item(name, "", "TaggedUnion" if union else "Structure", False)
            attributes = symbols.attributes[shape.id]
            for member in shape.members:
                required = member.required and not member.idempotency_token and not union
                hint = types.of(shape, member)
                hint = hint if required else f"{hint} | None"
                attribute = attributes[member.name]
                yield ("field", shape.id.raw, member.name.raw), Item(f"{name}.{attribute}", hint, hint, required)
        case ir.Enum() | ir.IntEnum():
            name = f"models.{symbols.classes[shape.id]}"
            yield ("class", shape.id.raw), Item(name, "", "IntEnum" if isinstance(shape, ir.IntEnum) else "Enum", False)
            constants = symbols.constants[shape.id]
            for value, key in _values(shape):
                yield ("value", shape.id.raw, str(value)), Item(f"{name}.{constants[key]}", "", repr(value), False)
        case _:
            return


def _values(shape: ir.Enum | ir.IntEnum) -> Iterator[tuple[str | int, SpecText]]:
    """The values of an enum, each with what its constant goes by."""
    if isinstance(shape, ir.Enum):
        return ((one.value.raw, one.value) for one in shape.values)
    return ((one.value, one.name) for one in shape.values)


def _errors(model: ir.Model, symbols: Symbols, fields: Mapping[Key, Item]) -> Iterator[tuple[Key, Item]]:
    """Errors and their members; a message, which every error has, is told apart in `details` only."""
    wires = {symbol: wire for wire, symbol in symbols.errors.items()}
    for view in view_errors(replace(model, operations={}), symbols):
        wire = wires[view.name]
        yield ("error", wire.raw), Item(f"errors.{view.name}", "", "ServiceError", False)
        if view.details is None:
            continue
        properties = {found.attribute: found for found in view.properties}
        body = error_body(wire)
        for member, attribute in symbols.attributes[body].items():
            found = properties.get(attribute)
            field = fields["field", body.raw, member.raw]
            name = f"errors.{view.name}.{found.name if found else f'details.{attribute}'}"
            gives = f"{erased(found.hint, {})} | None" if found else field.gives
            yield ("error-field", wire.raw, member.raw), Item(name, "", gives, False)


def _events(model: ir.Model, symbols: Symbols) -> Iterator[tuple[Key, Item]]:
    for wire, view in zip(model.events, view_events(model, symbols), strict=True):
        yield ("event", wire.raw), Item(f"models.events.{view.name}", "", str(view.detail), False)


def _client(model: ir.Model, part: Part, symbols: Symbols) -> Iterator[tuple[Key, Item]]:
    """The methods of `Client`; those of `AsyncClient` are the same."""
    if not has_client(model):
        return
    yield ("client", "Client"), Item("Client", "", "Client", False)
    paged = {found.operation for found in model.paginators.values()}
    for operation in _chosen(model, part.operations):
        takes, gives = _ends(operation, symbols)
        method = f"Client.{symbols.methods[operation.name]}"
        yield ("method", operation.name.raw), Item(method, takes, gives or "None", False)
        if operation.name in part.arguments:
            yield from _arguments(operation, method, model, symbols)
        if operation.name in paged:
            yield ("pages", operation.name.raw), _pages(operation, symbols)
    for waiter in model.waiters.values():
        if waiter.operation in part.operations and waiter.operation in model.operations:
            yield ("waiter", waiter.name.raw), _waiter(waiter, model.operations[waiter.operation], symbols)


def _arguments(operation: ir.Operation, method: str, model: ir.Model, symbols: Symbols) -> Iterator[tuple[Key, Item]]:
    found = symbols.attributes.get(operation.input) if operation.input else None
    wires = {made: wire for wire, made in found.items()} if found else dict[names.AttrName, SpecText]()
    for argument in view_arguments(operation, input_members(operation, model), model, symbols):
        hint = erased(argument.hint, {})
        hint = hint if argument.required else f"{hint} | None"
        key = ("argument", operation.name.raw, wires[argument.name].raw)
        yield key, Item(f"{method}({argument.name}=)", hint, "", argument.required)


def _ends(operation: ir.Operation, symbols: Symbols) -> tuple[str, str]:
    """The classes that an operation takes and gives, "" where it has none."""
    given, answered = (symbols.classes[end] if end is not None else "" for end in (operation.input, operation.output))
    return given, answered


def _pages(operation: ir.Operation, symbols: Symbols) -> Item:
    takes, gives = _ends(operation, symbols)
    return Item(f"Client.{symbols.methods[pages_of(operation.name)]}", takes, f"Iterator[{gives or 'None'}]", False)


def _waiter(waiter: ir.Waiter, operation: ir.Operation, symbols: Symbols) -> Item:
    takes, gives = _ends(operation, symbols)
    method = symbols.methods[wait_for(waiter.name)]
    return Item(f"Client.{method}", takes, f"{gives} | None" if gives else "None", False)
