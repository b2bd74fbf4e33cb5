"""Raw shapes of a botocore service model -> what can be told of them unread, and what of one need not be read.

In: raw shapes. Out: what they refer to, and shapes with less in them, to be read in their place. Reading thousands of
members takes longer than all that is done with the few that differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import chain, compress, count
from operator import eq, itemgetter
from typing import Any, cast

from codegen.importers.botocore_members import PLAIN, is_plain
from codegen.importers.reading import Entry, Numbered
from codegen.records import dataclass
from codegen.spec.ir import Json
from codegen.spec.names import never_share
from codegen.spec.outlines import RawShapes


def targets_of(raw: Json) -> Sequence[str]:
    """Name what a raw shape refers to, in the order of its members; what is malformed is passed over here."""
    if type(raw) is dict and raw.keys().isdisjoint(_EDGES):
        return ()
    try:
        return [target for edge in raw["members"].values() if type(target := edge["shape"]) is str]  # type: ignore
    except (KeyError, TypeError, AttributeError):
        pass  # nearly every shape with members is as it should be, and there are thousands
    return [target for edge in _edges(raw) if isinstance(edge, dict) and isinstance(target := edge.get("shape"), str)]


_EDGES = ("members", "member", "key", "value")


def users_in(raw: Entry) -> Mapping[str, Sequence[str]]:
    """Give each name that raw shapes refer to the names of those that do, one for each time they do."""
    try:
        return _well_formed_users(raw)
    except (KeyError, TypeError, AttributeError):
        users: defaultdict[str, list[str]] = defaultdict(list)
        for owner, shape in raw.items():
            for target in targets_of(shape):
                users[target].append(owner)
        return users


def _well_formed_users(entries: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """In one loop: a model may have twenty thousand members."""
    users: defaultdict[str, list[str]] = defaultdict(list)
    for owner, raw in entries.items():
        members = raw.get("members")
        for edge in members.values() if members is not None else [raw[key] for key in _EDGES if key in raw]:
            users[edge["shape"]].append(owner)
    return users


def _edges(raw: Json) -> Iterable[Json]:
    if not isinstance(raw, dict):
        return ()
    members = raw.get("members")
    if isinstance(members, dict):
        return members.values()
    return [raw[key] for key in _EDGES if key in raw]


def queried(raw: Json) -> Sequence[str]:
    """Name what a raw shape sends in the query."""
    return [
        target
        for edge in _edges(raw)
        if isinstance(edge, dict)
        and edge.get("location") == "querystring"
        and isinstance(target := edge.get("shape"), str)
    ]


def keys_of(entries: Collection[Json]) -> set[str]:
    """Give all keys of some objects, in one step: most of what a model may say, none of its thousands of shapes does.

    For what is no object there may be more in it.
    """
    found: set[str] = set()
    try:
        return found.union(*entries)  # type: ignore[arg-type]
    except TypeError:
        return found.union(*(entry for entry in entries if isinstance(entry, dict)))


_NARROWING = ("timestampFormat", "jsonvalue")
"""What makes the type of a member another one than that of its target."""


def _outlined(raw: Json) -> Json:
    """Leave out the values of an enum, and the members that take the type of their target as it is."""
    if not isinstance(raw, dict) or "document" in raw:
        return raw
    kept = {key: value for key, value in raw.items() if key not in ("members", "required", "payload", "enum")}
    if isinstance(members := raw.get("members"), dict):
        kept["members"] = _narrowing(members)
    return {**kept, "enum": []} if "enum" in raw else kept


def _narrowing(members: dict[str, Json]) -> dict[str, Json]:
    if {*map(type, members.values())} <= {dict} and keys_of(members.values()).isdisjoint(_NARROWING):
        return {}
    return {name: one for name, one in members.items() if not _takes_its_target(one)}


def _takes_its_target(member: Json) -> bool:
    return isinstance(member, dict) and member.keys().isdisjoint(_NARROWING)


# ------------------------------------------------------------------------------------------------------------ in part


@dataclass(frozen=True, slots=True)
class Outlines:
    """What can be told of the raw shapes of one model; see `RawShapes`."""

    raw: Entry
    xml: bool
    said: Set[str]
    """All keys of the raw shapes."""

    targets = staticmethod(targets_of)
    users = staticmethod(users_in)
    outlined = staticmethod(_outlined)

    def any_streams(self, raw: Entry) -> bool:
        """Say whether any of some raw shapes streams: events one after the other, or bytes."""
        if self.said.isdisjoint(("eventstream", "streaming")):
            return False
        shapes = (shape for shape in raw.values() if isinstance(shape, dict))
        return any(shape.get("eventstream") is True or shape.get("streaming") is True for shape in shapes)

    def checked(self, raw: Json) -> Json:
        """Leave out members and values, those alone that are as they should be."""
        if not isinstance(raw, dict):
            return raw
        if (members := _members(raw)) is not None:
            return _with(raw, {name: members[name] for name in self._odd(members)})
        values = raw.get("enum")
        return {**raw, "enum": []} if isinstance(values, list) and _all_texts(values) else raw

    def apart(self, old: Json, new: Json, before: RawShapes) -> tuple[Json, Json]:
        """Leave out of two structures the members that both have alike and as they should be, and so of enums.

        None is left out where one bears on others: where members are listed in another order, where names may collide
        in Python, and where one in a header may be called otherwise for what one in the body is called.
        """
        was, now = _members(old), _members(new)
        if was is None or now is None:
            return _values_apart(old, new)
        if [name for name in was if name in now] != [name for name in now if name in was]:
            return old, new
        if not never_share({**was, **now}) or not (self.xml or (_all_in_body(was) and _all_in_body(now))):
            return old, new
        alike = {name for name, one in was.items() if name in now and one == now[name]}
        alike -= ({*_required(old)} ^ {*_required(new)}).union(self._odd(now))
        alike = {
            name for name in alike if was[name]["shape"] in before.raw and (self.xml or not _is_renamed(was[name]))
        }
        sides = ((old, was), (new, now))
        without = (_with(raw, {name: all_[name] for name in all_ if name not in alike}) for raw, all_ in sides)
        return next(without), next(without)

    def _odd(self, members: Mapping[str, Any]) -> Collection[str]:
        """Name the members that say more than most say, or not as they should."""
        return () if self._are_right(members) else [name for name, one in members.items() if not self._is_right(one)]

    def _are_right(self, members: Mapping[str, Json]) -> bool:
        """Say of all members what `_is_right` says of one, in a few steps; in doubt they are not."""
        try:
            kinds = {*map(type, chain.from_iterable(map(dict.values, members.values())))}  # type: ignore[arg-type]
            targets = {*map(itemgetter("shape"), members.values())}  # type: ignore[arg-type]
        except (TypeError, KeyError):
            return False
        return kinds <= {str} and keys_of(members.values()) <= PLAIN and targets <= self.raw.keys()

    def _is_right(self, member: Json) -> bool:
        return is_plain(member) and member["shape"] in self.raw


_BARE = frozenset(("type", "members", "required", "documentation"))


def _members(raw: Json) -> Mapping[str, Any] | None:
    """Give the members of a structure that says nothing else, and names none as required that it does not have."""
    if not isinstance(raw, dict) or raw.get("type") != "structure" or not raw.keys() <= _BARE:
        return None
    members, required = raw.get("members"), raw.get("required", [])
    if not isinstance(members, dict) or not isinstance(required, list):
        return None
    return members if all(type(name) is str and name in members for name in required) else None


def _required(raw: Any) -> Collection[str]:
    found: Collection[str] = raw.get("required", ())
    return found


def _with(raw: Any, members: Entry) -> Json:
    """Give a structure with no other members than these."""
    found: Any = {**raw, "members": members, "required": [name for name in _required(raw) if name in members]}
    return cast(Json, found)


def _is_renamed(member: Json) -> bool:
    return isinstance(member, dict) and "locationName" in member


def _all_in_body(members: Mapping[str, Json]) -> bool:
    return not any(isinstance(one, dict) and "location" in one for one in members.values())


def _values_apart(old: Json, new: Json) -> tuple[Json, Json]:
    """Leave out of two enums the values that both have, if each has one place in both and none shares a constant."""
    was, now = _values(old), _values(new)
    both = {*was}.intersection(now)
    alike = {*compress(count(), map(eq, was, now))}
    if not both or len(alike) != len(both) or not never_share({*was, *now}):
        return old, new
    return _without(old, was, alike), _without(new, now, alike)


_BARE_ENUM = frozenset(("type", "enum", "documentation"))


def _values(raw: Json) -> list[str]:
    """Give the values of an enum that says nothing else, each once; none of what is not one."""
    if not isinstance(raw, dict) or raw.get("type") != "string" or not raw.keys() <= _BARE_ENUM:
        return []
    values = raw.get("enum")
    texts = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
    return texts if texts == values and len({*texts}) == len(texts) else []


def _all_texts(values: Iterable[Json]) -> bool:
    return {*map(type, values)} <= {str}


def _without(raw: Any, values: Sequence[str], left_out: set[int]) -> Any:
    return {**raw, "enum": Numbered((at, values[at]) for at in sorted({*range(len(values))} - left_out))}
