"""What readers of large models tell of shapes that they have not read, and of which they read a part.

In: nothing. Out: what such a reader has to know; `codegen.spec.lazily` asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from codegen.spec.ir import Json


class RawShapes(Protocol):
    """What can be told of raw shapes, and what of one need not be read. What is malformed is passed over or kept."""

    @property
    def raw(self) -> Mapping[str, Json]:
        """Give the raw shapes."""
        ...

    def targets(self, raw: Json) -> Sequence[str]:
        """Name what a shape refers to, in the order of its members."""
        ...

    def users(self, raw: Mapping[str, Json]) -> Mapping[str, Sequence[str]]:
        """Give each shape's name the names of the shapes that refer to it."""
        ...

    def any_streams(self, raw: Mapping[str, Json]) -> bool:
        """Say whether any of some shapes streams."""
        ...

    def outlined(self, raw: Json) -> Json:
        """Leave what tells the kind of a shape, and the members that narrow the type of their target."""
        ...

    def checked(self, raw: Json) -> Json:
        """Leave out members and values, those alone that are as they should be."""
        ...

    def apart(self, old: Json, new: Json, before: RawShapes) -> tuple[Json, Json]:
        """Leave out of two shapes the members and values that both have alike and as they should be."""
        ...
