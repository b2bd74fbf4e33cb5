"""Shapes of a draft: the places of an operation -> named shapes, named as AWS names them.

In: the tree of an operation. Out: entries of `shapes`, put into a
`Register`, equal ones of one name once, others named after where they stand.

A page's own name wins (`Array of Tag objects`); a structure, union or enum is called after its member; an anonymous
string with constraints after owner and member: `CreateEngagementRequestTitleString`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice

from codegen.documents.drafting.gathering import Claims, Conflict, Tree, cited, conflicts, first, listing_conflicts
from codegen.documents.drafting.register import Register, Spec, united
from codegen.documents.facts import Aspect
from codegen.documents.places import is_edge
from codegen.spec.ir import Json

_SCALARS = ("string", "boolean", "integer", "long", "float", "double", "timestamp", "blob", "document")
# ------------------------------------------------------------------------------------------------------------- places


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of an operation; `steps` are the names that lead to it, the structure at the top first."""

    operation: str
    tree: Tree
    path: str
    steps: tuple[str, ...]

    @property
    def claims(self) -> Claims:
        return self.tree.get(self.path, {})

    @property
    def where(self) -> str:
        return f"{self.operation} {self.path}".strip()

    def members(self) -> Iterator[tuple[str, Spot]]:
        """Give members in the order of the page that tells most."""
        order = first(self.claims, Aspect.ORDER)
        names = [each for each in order if isinstance(each, str)] if isinstance(order, list) else []
        found = dict.fromkeys(name for name in self.tree.below.get(self.path, ()) if not is_edge(name))
        for name in dict.fromkeys((*(each for each in names if each in found), *found)):
            yield name, Spot(self.operation, self.tree, f"{self.path}.{name}", (*self.steps, name))

    def inner(self, mark: str) -> Spot | None:
        """Give the item of a list (`[]`), the value (`{}`) or key (`{key}`) of a map."""
        path = self.path + mark
        name = f"{self.steps[-1]}Key" if mark == "{key}" else singular(self.steps[-1])
        steps = (*self.steps[:-1], name)
        return Spot(self.operation, self.tree, path, steps) if path in self.tree else None


def singular(name: str) -> str:
    """`Contexts` gives `Context`, `Responsibilities` `Responsibility`, `Spend` `SpendItem`."""
    if name.endswith("ies") and len(name) > 4:
        return f"{name[:-3]}y"
    if name.endswith("s") and not name.endswith(("ss", "us", "is")) and len(name) > 2:
        return name[:-1]
    return f"{name}Item"


def draft_shape(register: Register, spot: Spot, name: str | None = None) -> str:
    """Draft the shape of a place and all below it; give its name."""
    kind = _kind(spot)
    told = name or first(spot.claims, Aspect.TARGET)
    target = str(told) if told else None
    if target and target in register.types and spot.operation:
        return _described(register, target)
    if target and first(spot.claims, Aspect.ELIDED) and not next(spot.members(), None):
        register.bare.setdefault(target, spot.where)
        return target
    match kind:
        case "structure" | "union":
            return _structure(register, spot, kind, target)
        case "list" | "map":
            return _collection(register, spot, kind, target)
        case _:
            return _scalar(register, spot, kind, target)


def _described(register: Register, name: str) -> str:
    """Draft a shape from the page about it; one that holds itself is under way already."""
    if name not in register.begun:
        register.begun.add(name)
        draft_shape(register, Spot("", register.types, name, (name,)), name)
    return name


def _kind(spot: Spot) -> str:
    """Take the type of the page; where it says too little, what is below the place tells."""
    told = first(spot.claims, Aspect.TYPE)
    if first(spot.claims, Aspect.UNION):
        return "union"
    if told in ("structure", "object", None):
        if spot.inner("{}"):
            return "map"
        if told or next(spot.members(), None) or first(spot.claims, Aspect.ELIDED):
            return "structure"
        return "list" if spot.inner("[]") else "string"
    return "enum" if told == "string" and first(spot.claims, Aspect.VALUES) else str(told)


def _names(spot: Spot, target: str | None, plain: str) -> Iterator[str]:
    """Give names to choose from: the page's own, the plain one, then with more and more of the path in front."""
    if target:
        yield target
    yield plain
    for length in range(2, len(spot.steps) + 1):
        yield "".join(_capital(each) for each in spot.steps[-length:-1]) + plain
    yield from _numbered(plain)


def _numbered(name: str) -> Iterator[str]:
    return (f"{name}{number}" for number in count(2))


def _capital(name: str) -> str:
    return re.sub(r"\W", "", name[:1].upper() + name[1:]) or name


def _sources(spot: Spot, *aspects: Aspect) -> list[Json]:
    """Cite what says the aspects, else what says anything of the place, else what is nearest below or around it."""
    claims = spot.claims
    found = cited(claims, *aspects) or cited(claims, *claims)
    below = (each for path, each in spot.tree.items() if path.startswith(spot.path))
    around = (each for path, each in spot.tree.items() if spot.path.startswith(path))
    return found or [*islice((cite for each in (*below, *around) for cite in cited(each, *each)), 1)]


# ------------------------------------------------------------------------------------------------ structures, members


def _structure(register: Register, spot: Spot, kind: str, target: str | None) -> str:
    arms = kind == "union"
    shape: Spec = {"type": kind, **_prose(register, spot), "sources": _sources(spot, Aspect.UNION, Aspect.TYPE)}
    members = {name: draft_member(register, inner, arm=arms) for name, inner in spot.members()}
    shape["members"] = dict(members)
    name = register.put(_names(spot, target, _capital(spot.steps[-1])), shape)
    if not members and not spot.path.endswith(("request", "response")):
        register.bare.setdefault(name, spot.where)
    absent = listing_conflicts(spot.tree, spot.path, f"a member of {spot.where}")
    for each, inner in spot.members():
        found = [*conflicts(inner.claims, inner.where), *([absent[each]] if each in absent else [])]
        _ask(register, register.shapes[name], each, found, f"{name}.{each}")
    return name


def _ask(register: Register, shape: Spec, member: str, found: Sequence[Conflict], fact: str) -> None:
    members = shape["members"]
    entry = members.get(member) if isinstance(members, dict) else None
    if isinstance(entry, dict) and found:
        asked: list[Json] = [register.decide(conflict, [fact]) for conflict in found]
        entry["decisions"] = united(entry.get("decisions"), asked)


def draft_member(register: Register, spot: Spot, *, arm: bool = False) -> Spec:
    """Draft a member, or the edge of a list or map."""
    said = (Aspect.LISTED, Aspect.REQUIRED, Aspect.IDEMPOTENCY_TOKEN, Aspect.TIMESTAMP_FORMAT, Aspect.NAMED_VALUES)
    member: Spec = {"target": draft_shape(register, spot), **_prose(register, spot), "sources": _sources(spot, *said)}
    if first(spot.claims, Aspect.REQUIRED) is True and not arm:
        member["required"] = True
    if first(spot.claims, Aspect.IDEMPOTENCY_TOKEN) is True:
        member["idempotencyToken"] = True
    if (form := first(spot.claims, Aspect.TIMESTAMP_FORMAT)) and _kind(spot) == "timestamp":
        member["timestampFormat"] = form
    if (named := first(spot.claims, Aspect.NAMED_VALUES)) and _kind(spot) == "string":
        member["knownValues"] = named
    return member


def _prose(register: Register, spot: Spot) -> Spec:
    text = first(spot.claims, Aspect.DESCRIPTION) if register.prose else None
    return {"documentation": text} if isinstance(text, str) and text else {}


def _collection(register: Register, spot: Spot, kind: str, target: str | None) -> str:
    inner = spot.inner("[]" if kind == "list" else "{}")
    sources = _sources(spot, Aspect.TYPE)
    edge = draft_member(register, inner) if inner else _text_edge(register, sources)
    key = spot.inner("{key}") if kind == "map" else None
    shape: Spec = {"type": kind, "sources": sources, **_constraints(spot.claims, kind)}
    if kind == "list":
        shape["member"] = edge
    else:
        shape |= {"key": draft_member(register, key) if key else _text_edge(register, sources), "value": edge}
    plain = singular(spot.steps[-1]).removesuffix("Item") + kind.capitalize()
    name = register.put(_names(spot, target, _capital(plain)), shape)
    if inner is None:
        register.bare.setdefault(name, spot.where)
    return name


def _text_edge(register: Register, sources: list[Json]) -> Spec:
    """Take keys, and what a page leaves untold, for strings."""
    return {"target": _plain(register, "string", sources), "sources": sources}


# ------------------------------------------------------------------------------------------------------------ scalars


def _scalar(register: Register, spot: Spot, kind: str, target: str | None) -> str:
    constraints = _constraints(spot.claims, kind)
    if kind == "enum":
        values = first(spot.claims, Aspect.VALUES)
        listed = united(values, [])
        shape: Spec = {"type": "enum", "sources": _sources(spot, Aspect.VALUES), "values": listed, **constraints}
        return register.put(_names(spot, target, _capital(spot.steps[-1])), shape)
    kind = kind if kind in _SCALARS else "string"
    sources = _sources(spot, Aspect.TYPE)
    if not constraints and not target:
        return _plain(register, kind, sources)
    owner = "".join(_capital(each) for each in spot.steps[-2:])
    plain = f"{owner}{_capital(kind)}"
    return register.put(_names(spot, target, plain), {"type": kind, "sources": sources, **constraints})


def _plain(register: Register, kind: str, sources: list[Json]) -> str:
    """Share the shapes that say nothing but a type: `String`, `Boolean`, `Timestamp`."""
    name = _capital(kind)
    return register.put(chain((name,), _numbered(name)), {"type": kind, "sources": sources})


_LENGTHS = (Aspect.MIN_LENGTH, Aspect.MAX_LENGTH)
_ITEMS = (Aspect.MIN_ITEMS, Aspect.MAX_ITEMS)
_RANGES = (Aspect.MIN_VALUE, Aspect.MAX_VALUE)
_BOUNDS: Mapping[str, tuple[str, tuple[Aspect, Aspect]]] = {
    **dict.fromkeys(("string", "enum", "blob"), ("length", _LENGTHS)),
    **dict.fromkeys(("list", "map"), ("length", _ITEMS)),
    **dict.fromkeys(("integer", "long", "float", "double"), ("range", _RANGES)),
}


def _constraints(claims: Claims, kind: str) -> Spec:
    """Draft bounds and pattern, each with its own citations."""
    found: Spec = {}
    if kind in _BOUNDS:
        word, (low, high) = _BOUNDS[kind]
        ends = {"min": first(claims, low), "max": first(claims, high)}
        if ends := {key: value for key, value in ends.items() if value is not None}:
            found[word] = {**ends, "sources": cited(claims, low, high)}
    pattern = first(claims, Aspect.PATTERN)
    if isinstance(pattern, str) and kind in ("string", "enum"):
        found["pattern"] = {"value": pattern, "sources": cited(claims, Aspect.PATTERN)}
    return found
