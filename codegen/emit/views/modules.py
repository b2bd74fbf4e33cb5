"""Classes of a package -> the modules of `models/` that they stand in: a call loads those it needs and no more.

In: classes and scalar types by name, and what operations, errors and events begin with. Out: a `ModuleView` for each
module, or none of a package with few classes, whose one module is loaded as soon.

Classes that the same operations need stand in one module. What a class names is needed wherever the class is, so that
no two modules need each other. A scalar type stands where it is used if that is one module, else in `_types`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from codegen.emit.views.models import ClassView, DefinitionView, in_order, named_by
from codegen.emit.views.scalars import TypeView
from codegen.emit.views.symbols import Symbols, error_body
from codegen.records import dataclass
from codegen.spec import ir, names
from codegen.spec.ir import SpecText
from codegen.spec.names import ClassName, ModuleName

FEW = 40
"""Classes that are not worth more than one module: they are made in the time that a few files take. Arbitrary."""


TYPES = ModuleName("types")
"""The module of the scalar types that more than one module needs."""


@dataclass(frozen=True, slots=True)
class ImportView:
    """Classes or types that a module takes from another one."""

    module: ModuleName
    names: tuple[ClassName, ...]


@dataclass(frozen=True, slots=True)
class ModuleView:
    """A module beside `models/__init__.py`; `alone` says that one operation, the errors or the events alone need it.

    types: scalar types that nothing else needs.
    """

    name: ModuleName
    alone: bool
    classes: tuple[ClassName, ...]
    imports: tuple[ImportView, ...]
    types: tuple[TypeView, ...]

    @property
    def path(self) -> str:
        """The file in the package."""
        return f"models/_{self.name}.py"


Roots = Mapping[SpecText, Iterable[ClassName]]
"""The classes that requests and answers begin with, bodies of errors and details of events."""


def view_modules(
    model: ir.Model, symbols: Symbols, definitions: Mapping[ClassName, DefinitionView], types: Iterable[TypeView]
) -> tuple[ModuleView, ...]:
    """View the modules in the order of their names."""
    if len(definitions) <= FEW:
        return ()
    roots = _roots(model, symbols)
    needed = _needed_by(roots, definitions)
    groups: defaultdict[int, list[ClassName]] = defaultdict(list)
    for name in definitions:
        groups[needed[name]].append(name)
    alone = {1 << number: stem for number, stem in enumerate(roots)}
    stems = {group: alone.get(group) or SpecText(f"shared {found[0]}") for group, found in groups.items()}
    files = names.modules(stems.values())
    homes = {name: files[stems[group]] for group, found in groups.items() for name in found}
    own = _types_of_one(definitions, homes, types)
    views = [
        ModuleView(
            name=files[stems[group]],
            alone=group in alone,
            classes=tuple(found),
            imports=imports_of(_named_elsewhere(found, definitions), homes),
            types=tuple(own[files[stems[group]]]),
        )
        for group, found in groups.items()
    ]
    return tuple(sorted(views, key=lambda view: view.name))


def _roots(model: ir.Model, symbols: Symbols) -> Roots:
    """Give what each operation begins with, and what errors and events do, by the stem of a module of its own."""
    classes = symbols.classes
    calls = {
        SpecText(f"for {one.name.raw}"): [classes[shape] for shape in (one.input, one.output) if shape]
        for one in model.operations.values()
    }
    bodies = [classes[error_body(name)] for name in model.errors]
    details = [classes[event.detail] for event in model.events.values()]
    return {**calls, SpecText("of errors"): bodies, SpecText("of events"): details}


def _needed_by(roots: Roots, definitions: Mapping[ClassName, DefinitionView]) -> Mapping[ClassName, int]:
    """Give each class a bit for each root that reaches it: a few steps down from those that name others."""
    found = dict.fromkeys(definitions, 0)
    for number, first in enumerate(roots.values()):
        for name in found.keys() & {*first}:
            found[name] |= 1 << number
    users_first = [(view.name, tuple(named_by(view))) for view in in_order(definitions)][::-1]
    before: dict[ClassName, int] | None = None
    while before != found:  # once more for each class that holds itself by way of others
        before = dict(found)
        for name, below in users_first:
            for one in below:
                found[one] |= found[name]
    return found


def _named_elsewhere(
    classes: Iterable[ClassName], definitions: Mapping[ClassName, DefinitionView]
) -> Iterable[ClassName]:
    """Give the classes that some name and that are none of them, by name."""
    own = {*classes}
    return sorted({name for one in own for name in named_by(definitions[one])} - own)


def imports_of(wanted: Iterable[ClassName], homes: Mapping[ClassName, ModuleName]) -> tuple[ImportView, ...]:
    """Give what names are imported from, by module; what has no home stands in `_types`."""
    found: defaultdict[ModuleName, list[ClassName]] = defaultdict(list)
    for name in wanted:
        found[homes.get(name, TYPES)].append(name)
    return tuple(ImportView(module, tuple(found[module])) for module in sorted(found))


def _types_of_one(
    definitions: Mapping[ClassName, DefinitionView], homes: Mapping[ClassName, ModuleName], types: Iterable[TypeView]
) -> Mapping[ModuleName, Sequence[TypeView]]:
    """Give each module the scalar types that its classes alone name, in their order."""
    users: defaultdict[str, set[ModuleName]] = defaultdict(set)
    for name, view in definitions.items():
        hints = " ".join(field.hint for field in view.fields) if isinstance(view, ClassView) else ""
        for word in re.findall(r"\w+", hints):
            users[word].add(homes[name])
    found: defaultdict[ModuleName, list[TypeView]] = defaultdict(list)
    for one in types:
        if len(users[one.name]) == 1:
            found[next(iter(users[one.name]))].append(one)
    return found
