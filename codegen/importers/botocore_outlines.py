"""Raw shapes of a botocore service model -> what can be told of them unread, and what of one need not be read.

In: raw shapes. Out: what they refer to, and shapes with less in them, to be read in their place. Reading thousands of
members takes longer than all that is done with the few that differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from codegen.importers.botocore_members import is_plain
from codegen.importers.reading import Entry
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


def _streams(raw: Json) -> bool:
    """Say whether a raw shape streams: events one after the other, or bytes."""
    return isinstance(raw, dict) and (raw.get("eventstream") is True or raw.get("streaming") is True)


_NARROWING = ("timestampFormat", "jsonvalue")
"""What makes the type of a member another one than that of its target."""


def _outlined(raw: Json) -> Json:
    """Leave out the values of an enum, and the members that take the type of their target as it is."""
    if not isinstance(raw, dict) or "document" in raw:
        return raw
    kept = {key: value for key, value in raw.items() if key not in ("members", "required", "payload", "enum")}
    if isinstance(members := raw.get("members"), dict):
        kept["members"] = {name: one for name, one in members.items() if not _takes_its_target(one)}
    return {**kept, "enum": []} if "enum" in raw else kept


def _takes_its_target(member: Json) -> bool:
    return isinstance(member, dict) and member.keys().isdisjoint(_NARROWING)


# ------------------------------------------------------------------------------------------------------------ in part


@dataclass(frozen=True, slots=True)
class Outlines:
    """What can be told of the raw shapes of one model; see `RawShapes`."""

    raw: Entry
    xml: bool

    targets = staticmethod(targets_of)
    streams = staticmethod(_streams)
    outlined = staticmethod(_outlined)

    def checked(self, raw: Json) -> Json:
        """Leave out members and values, those alone that are as they should be."""
        if not isinstance(raw, dict):
            return raw
        if (members := _members(raw)) is not None:
            return _without(raw, members, {name for name, one in members.items() if self.is_right(one)})
        values = raw.get("enum")
        return {**raw, "enum": []} if isinstance(values, list) and all(type(value) is str for value in values) else raw

    def apart(self, old: Json, new: Json, before: RawShapes) -> tuple[Json, Json]:
        """Leave out of two structures the members that both have alike and as they should be.

        None is left out where one bears on others: where members are listed in another order, where names may collide
        in Python, and where one in a header may be called otherwise for what one in the body is called.
        """
        was, now = _members(old), _members(new)
        if was is None or now is None:
            return old, new
        if [name for name in was if name in now] != [name for name in now if name in was]:
            return old, new
        if not never_share({**was, **now}) or not (self.xml or (_all_in_body(was) and _all_in_body(now))):
            return old, new
        changed = {*_required(old)} ^ {*_required(new)}
        alike = {
            name
            for name, one in was.items()
            if name in now and one == now[name] and name not in changed
            if self.is_right(one) and before.is_right(one) and (self.xml or not _is_renamed(one))
        }
        return _without(old, was, alike), _without(new, now, alike)

    def is_right(self, member: Json) -> bool:
        """Say whether a member says nothing but what most say, and that as it should."""
        return is_plain(member) and member["shape"] in self.raw


_BARE = frozenset(("type", "members", "required", "documentation"))


def _members(raw: Json) -> Mapping[str, Json] | None:
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


def _without(raw: Any, members: Mapping[str, Json], left_out: Collection[str]) -> Json:
    kept = {name: one for name, one in members.items() if name not in left_out}
    return {**raw, "members": kept, "required": [name for name in _required(raw) if name in kept]}


def _is_renamed(member: Json) -> bool:
    return isinstance(member, dict) and "locationName" in member


def _all_in_body(members: Mapping[str, Json]) -> bool:
    return not any(isinstance(one, dict) and "location" in one for one in members.values())
