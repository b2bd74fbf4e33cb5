"""String, number, blob and timestamp shapes -> the annotated types that members use (`models/_types.py`)."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.emit.views import facts
from codegen.emit.views.levels import Levels
from codegen.emit.views.symbols import Symbols, narrowed_type, owners
from codegen.records import dataclass, replace
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.lowered import Lowered, Unsupported, lower, superlinear
from codegen.spec.names import ClassName


@dataclass(frozen=True, slots=True)
class PatternView:
    text: SpecText
    engine: str
    negated: bool

    @property
    def is_plain(self) -> bool:
        return self.engine == "rust" and not self.negated


@dataclass(frozen=True, slots=True)
class Argument:
    name: str
    value: int | float | str | SpecText | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeView:
    """`name: TypeAlias = Annotated[python, kind(arguments, patterns)]`."""

    name: ClassName
    python: str
    kind: str
    arguments: tuple[Argument, ...]
    patterns: tuple[PatternView, ...]
    doc: SpecText

    @property
    def is_bare(self) -> bool:
        """Whether the kind has neither arguments nor patterns, which black puts on one line."""
        return not self.arguments and not self.patterns

    @property
    def lone_pattern(self) -> PatternView | None:
        """The pattern that is the only one: black puts a tuple of one on one line."""
        return self.patterns[0] if len(self.patterns) == 1 else None


Scalar = ir.Text | ir.Number | ir.Boolean | ir.Blob | ir.Timestamp | ir.Document


def view_types(model: ir.Model, symbols: Symbols, levels: Levels) -> tuple[TypeView, ...]:
    """View every scalar shape, then every member that narrows its target."""
    shapes = [
        _view(shape, symbols.classes[shape.id], levels.relaxed())
        for shape in model.shapes.values()
        if isinstance(shape, Scalar)
    ]
    return (*shapes, *_narrowed(model, symbols, levels))


def _narrowed(model: ir.Model, symbols: Symbols, levels: Levels) -> Iterator[TypeView]:
    for owner in owners(model):
        for member in ir.members_of(owner):
            target = model.shapes[member.target]
            if levels.narrows(owner.id, member) and isinstance(target, Scalar):
                name = symbols.classes[narrowed_type(owner.id, member)]
                yield _view(narrow(target, member), name, levels.relaxed(owner.id, member.name))


def narrow(target: Scalar, member: ir.Member) -> Scalar:
    """Add a member's constraints to its target's: of two bounds the tighter holds, of two patterns the member's."""
    if isinstance(target, ir.Timestamp):
        return replace(target, format=member.timestamp_format or target.format)
    if not isinstance(target, ir.Text | ir.Number | ir.Blob):
        return target
    both = ir.Constraints(
        length=ir.tighter(member.constraints.length, target.constraints.length),
        range=ir.tighter(member.constraints.range, target.constraints.range),
        pattern=member.constraints.pattern or target.constraints.pattern,
        unique_items=member.constraints.unique_items,
    )
    if isinstance(target, ir.Text):
        return replace(target, constraints=both, json_value=target.json_value or member.json_value)
    return replace(target, constraints=both)


def _view(shape: Scalar, name: ClassName, relaxed: tuple[str, ...]) -> TypeView:
    python, kind, arguments, found = _kind(shape)
    doc = facts.of_class(shape, *facts.of_shape(shape), facts.sources(shape.citations))
    if relaxed and kind in ("Text", "Whole", "Real", "Exact", "Bytes"):
        arguments = (*arguments, Argument("relaxed", relaxed))
    return TypeView(name, python, kind, arguments, found, SpecText(doc))


_Kind = tuple[str, str, tuple[Argument, ...], tuple[PatternView, ...]]


def _kind(shape: Scalar) -> _Kind:
    match shape:
        case ir.Text(json_value=True):
            return "JsonValue", "JsonText", (), ()
        case ir.Text():
            return _text(shape)
        case ir.Number():
            return _number(shape)
        case ir.Boolean():
            return "bool", "Flag", (), ()
        case ir.Blob():
            length = enforced(shape.constraints.length)
            return "bytes", "Bytes", _bounds("min_length", "max_length", length), ()
        case ir.Timestamp():
            form = shape.format or ir.TimestampFormat.EPOCH_SECONDS
            return "datetime", "Instant", (Argument("form", str(form)),), ()
        case ir.Document():
            return "JsonValue", "AnyJson", (), ()


def enforced(fact: ir.Length | None) -> tuple[int | None, int | None]:
    """Give the bounds of a length that holds; none for one that is only recorded."""
    return (fact.min, fact.max) if fact and fact.enforced else (None, None)


def _bounds(low: str, high: str, bounds: tuple[int | float | None, int | float | None]) -> tuple[Argument, ...]:
    named = ((low, bounds[0]), (high, bounds[1]))
    return tuple(Argument(name, value) for name, value in named if value is not None and (name, value) != (low, 0))


def _text(shape: ir.Text) -> _Kind:
    least, most = enforced(shape.constraints.length)
    pattern = shape.constraints.pattern
    lowered = lowered_pattern(pattern) if pattern else None
    if lowered is None or pattern is None:
        return "str", "Text", _bounds("min_length", "max_length", (least, most)), ()
    least = max((bound for bound in (least, lowered.min_length) if bound is not None), default=None)
    most = min((bound for bound in (most, lowered.max_length) if bound is not None), default=None)
    pieces = tuple(PatternView(SpecText(piece.text), str(piece.engine), piece.negated) for piece in lowered.pieces)
    arguments = _bounds("min_length", "max_length", (least, most))
    return "str", "Text", (*arguments, Argument("shown", pattern.text)) if pieces else arguments, pieces


def lowered_pattern(pattern: ir.Pattern) -> Lowered | None:
    """Lower a pattern that the client enforces; None for one that no engine runs, or only super-linearly."""
    if not pattern.enforced:
        return None
    lowered = lower(pattern.text.raw, match=pattern.match.value, ascii=pattern.ascii)
    if isinstance(lowered, Unsupported) or superlinear(lowered):
        return None
    return lowered


_INTEGERS = {ir.NumberType.BYTE: 8, ir.NumberType.SHORT: 16, ir.NumberType.INTEGER: 32, ir.NumberType.LONG: 64}


def _number(shape: ir.Number) -> _Kind:
    stated = shape.constraints.range
    least, most = (stated.min, stated.max) if stated and stated.enforced else (None, None)
    if shape.type in _INTEGERS:
        limit = 2 ** (_INTEGERS[shape.type] - 1)
        whole = (-limit if least is None else max(least, -limit), limit - 1 if most is None else min(most, limit - 1))
        return "int", "Whole", _plain_bounds(*whole), ()
    if shape.type is ir.NumberType.BIG_INTEGER:
        return "int", "Whole", _plain_bounds(least, most), ()
    if shape.type is ir.NumberType.BIG_DECIMAL:
        return "Decimal", "Exact", _plain_bounds(least, most), ()
    return "float", "Real", _plain_bounds(least, most), ()


def _plain_bounds(least: int | float | None, most: int | float | None) -> tuple[Argument, ...]:
    named = (("min", least), ("max", most))
    return tuple(Argument(name, value) for name, value in named if value is not None)
