"""Structures and unions -> the functions of `strategies.py`, and how to make up a text for every type with a pattern.

A type alone tells the runtime how to make all other values. A pattern is told as a recipe: characters of a class, or
an expression whose repetitions are cut down until the bounds of the length hold, or texts found when generating.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codegen.emit.views.levels import Levels
from codegen.emit.views.models import ClassView, DefinitionView
from codegen.emit.views.modules import ImportView, imports_of
from codegen.emit.views.scalars import narrow
from codegen.emit.views.symbols import Symbols, narrowed_type
from codegen.spec import ir, names, spelling, texts
from codegen.spec.fitting import Unfit, candidates, fit, plain_ranges
from codegen.spec.ir import SpecText
from codegen.spec.names import ClassName, MethodName, ModuleName
from codegen.spec.patterns import Engine, write
from codegen.spec.regex import Class, Node, RegexError, Repeat

_LONGER = 40  # characters beyond the least, where nothing bounds a text; arbitrary
_OWN = ("answers", "wire")
"""What the module offers besides; a shape of that name gets an underscore, which no other name ends in."""

_CATEGORIES = re.compile("L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?")


@dataclass(frozen=True, slots=True)
class TextView:
    """A recipe for the type `name`: characters (`ranges`: pairs of a first and a last one), or a regex, or samples."""

    name: ClassName
    ranges: SpecText | None = None
    categories: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    regex: SpecText | None = None
    samples: tuple[SpecText, ...] = ()


@dataclass(frozen=True, slots=True)
class StrategyView:
    """The function `name`, which makes values of the class `shape`."""

    name: MethodName
    shape: ClassName
    doc: SpecText


@dataclass(frozen=True, slots=True)
class StrategiesView:
    """Everything that `strategies.py` has; `imports`: where the types stand that `texts` are for."""

    texts: tuple[TextView, ...]
    shapes: tuple[StrategyView, ...]
    imports: tuple[ImportView, ...]

    @property
    def offered(self) -> tuple[str, ...]:
        return (*_OWN, *(found.name for found in self.shapes))


def view_strategies(
    model: ir.Model,
    symbols: Symbols,
    levels: Levels,
    definitions: Mapping[ClassName, DefinitionView],
    homes: Mapping[ClassName, ModuleName],
) -> StrategiesView:
    """View a strategy for every class with members, errors' bodies included, in the order of the classes.

    homes: the module of each type that is not in `models/_types.py`.
    """
    shapes = [SpecText(name) for name, found in definitions.items() if isinstance(found, ClassView)]
    named = names.methods(shapes)
    found = tuple(_texts(model, symbols, levels))
    return StrategiesView(
        texts=found,
        shapes=tuple(StrategyView(_free(named[shape]), ClassName(shape.raw), _doc(shape)) for shape in shapes),
        imports=imports_of((one.name for one in found), homes),
    )


def _free(name: MethodName) -> MethodName:
    return MethodName(f"{name}_") if name in _OWN else name


def _doc(shape: SpecText) -> SpecText:
    return SpecText(f"Make valid values of `{shape.raw}`.")


def _texts(model: ir.Model, symbols: Symbols, levels: Levels) -> Iterator[TextView]:
    """Walk the string types that have patterns: shapes, then members that narrow their target."""
    for name, shape in _strings(model, symbols, levels):
        rule = texts.rule_of(shape.constraints)
        if rule.lowered is not None and rule.lowered.pieces and not shape.json_value:
            found = view_text(name, rule)
            if found is not None:
                yield found


def _strings(model: ir.Model, symbols: Symbols, levels: Levels) -> Iterator[tuple[ClassName, ir.Text]]:
    yield from ((symbols.classes[shape.id], shape) for shape in model.shapes.values() if isinstance(shape, ir.Text))
    for owner in model.shapes.values():
        for member in ir.members_of(owner):
            target = model.shapes[member.target]
            if isinstance(target, ir.Text) and levels.narrows(owner.id, member):
                shape = narrow(target, member)
                assert isinstance(shape, ir.Text)
                yield symbols.classes[narrowed_type(owner.id, member)], shape


# -------------------------------------------------------------------------------------------------------------- recipes


def view_text(name: ClassName, rule: texts.TextRule) -> TextView | None:
    """Find a recipe for what a rule with a pattern accepts; None where no text is known."""
    if rule.pattern is None:
        return None
    for node in candidates(rule.pattern):
        found = _recipe(name, node, rule)
        if found is not None:
            return found
    samples = tuple(map(SpecText, texts.good(rule)))
    return TextView(name, samples=samples) if samples else None


def _recipe(name: ClassName, node: Node, rule: texts.TextRule) -> TextView | None:
    alphabet = _alphabet(node, rule)
    if alphabet is not None:
        body, least, most = alphabet
        if _mostly_accepted(Repeat(body, least, most), rule):
            categories = tuple(found.name for found in body.properties)
            return TextView(name, _pairs(body), categories, least, most)
    try:
        high = rule.most if rule.most is not None else max(rule.least, spelling.width(node)[0]) + _LONGER
        fitted = fit(node, rule.least, high)
        text = write(fitted, Engine.RE)
        re.compile(text)
    except (Unfit, RegexError, re.error, OverflowError, RecursionError):
        return None
    return TextView(name, regex=SpecText(text)) if _mostly_accepted(fitted, rule) else None


def _alphabet(node: Node, rule: texts.TextRule) -> tuple[Class, int, int | None] | None:
    """Take a pattern that is one class, repeated: `[a-z]{1,}` and a limit of 9 give the class, 1 and 9."""
    repeat = node if isinstance(node, Repeat) else Repeat(node, 1, 1)
    body = repeat.body
    if not isinstance(body, Class) or body.within is not None or not (plain_ranges(body) or body.properties):
        return None
    if body.properties and (body.negated or not all(_is_category(item.name, item.negated) for item in body.properties)):
        return None
    least = max(repeat.least, rule.least)
    highs = [bound for bound in (repeat.most, rule.most) if bound is not None]
    most = min(highs, default=None)
    return (body, least, most) if most is None or least <= most else None


def _is_category(name: str, negated: bool) -> bool:
    return _CATEGORIES.fullmatch(name) is not None and not negated


def _pairs(body: Class) -> SpecText:
    return SpecText("".join(chr(low) + chr(high) for low, high in plain_ranges(body)))


def _mostly_accepted(node: Node, rule: texts.TextRule) -> bool:
    """Say whether at least three in four of the texts that a node spells are accepted: the others get filtered out."""
    spelled = spelling.words(node, rule.least, rule.most)
    fitting = [word for word in spelled if rule.least <= len(word) and (rule.most is None or len(word) <= rule.most)]
    accepted = sum(rule.accepts(word) for word in fitting)
    return bool(fitting) and 4 * accepted >= 3 * len(fitting)
