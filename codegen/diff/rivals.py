"""Names of models -> which of them may collide in Python: a name is given by itself, unless a rival takes it.

In: models. Out: the names that become classes, and those that become methods, by what colliding ones share. A model may
hold thousands, of which hardly two share anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from codegen.emit.views.symbols import error_body, pages_of, wait_for
from codegen.records import dataclass
from codegen.spec import ir, names
from codegen.spec.ir import SpecText
from codegen.spec.lazily import names_of


@dataclass(frozen=True, slots=True)
class Groups:
    """Names that may collide, by what they share: nearly every group has but one."""

    one: Mapping[str, str]
    others: Mapping[str, Sequence[str]]

    def of(self, group: str) -> Sequence[str]:
        return [self.one[group], *self.others.get(group, ())] if group in self.one else []


@dataclass(frozen=True, slots=True)
class Rivals:
    """Names whose classes may collide, and those whose methods may."""

    classes: Groups
    methods: Groups


def rivals_of(*models: ir.Model) -> Rivals:
    """Group everything that becomes a class or a method in any of some models by what colliding names share."""
    shapes = chain.from_iterable(names_of(model.shapes) for model in models)
    bodies = (error_body(error).raw for model in models for error in model.errors)
    classes = _grouped([*dict.fromkeys([*shapes, *bodies])], names.classes)
    return Rivals(classes, _grouped([*dict.fromkeys(chain.from_iterable(map(methods_of, models)))], names.methods))


def bare(name: SpecText) -> str:
    """Give what all names share whose classes may collide: `IPAddress`, `ip_address` give `ipaddress`."""
    return _bare(name.raw, names.classes)


def method_group(name: str) -> str:
    """Give what all names share whose methods may collide."""
    return _bare(name, names.methods)


_Namer = Callable[[Iterable[SpecText]], Mapping[SpecText, str]]


def _grouped(named: Sequence[str], namer: _Namer) -> Groups:
    groups = _bares(named, namer)
    one = dict(zip(groups, named, strict=True))
    others: defaultdict[str, list[str]] = defaultdict(list)
    if len(one) < len(named):
        for name, group in zip(named, groups, strict=True):
            if one[group] != name:
                others[group].append(name)
    return Groups(one, others)


def _bares(several: Sequence[str], namer: _Namer) -> list[str]:
    """Give what names share, in one step for all where all are simple; a space, as in names of ours, says nothing."""
    joined = "".join(several).replace(" ", "")
    if joined.isascii() and joined.encode().isalnum() and min(several)[:1].isalpha():  # digits come before letters
        return "\n".join(several).replace(" ", "").casefold().split("\n")
    return [_bare(name.replace(" ", ""), namer) for name in several]


def _bare(name: str, namer: _Namer) -> str:
    simple = name.isalnum() and name.isascii() and not name[0].isdigit()
    return name.casefold() if simple else _spelled(name, namer)


@lru_cache(maxsize=100_000)
def _spelled(name: str, namer: _Namer) -> str:
    text = SpecText(name)
    return namer([text])[text].replace("_", "").casefold()


def methods_of(model: ir.Model) -> Mapping[str, str]:
    """Give every method by the name it is made from, with its operation."""
    operations = {name: name for name in names_of(model.operations)}
    pages = {pages_of(one.operation).raw: one.operation.raw for one in model.paginators.values()}
    return operations | pages | {wait_for(one.name).raw: one.operation.raw for one in model.waiters.values()}
