"""Structures and unions: strict when built, lenient when read, from one class.

Building (`Shape(...)`, `model_validate`) checks everything the spec says. `from_wire` checks nothing but what Python
cannot hold: unknown members, enum values and union arms are kept and written back, null and absent read as None.
`check` lists what a value breaks, however it came about; `checks` relaxes constraints for it:

    {"pattern": "off", "CreateEngagementRequest.Title": "warn", "CreateEngagementRequest.Title:length": "error"}

A key is a kind, a member or both; the narrowest wins.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Self, cast

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from .checks import Checks, ConstraintWarning, Level, level_of, refuse_bad_checks
from .composite import Shape, unknown_members
from .errors import Violation
from .plans import plans_of
from .wire import load_json


class Unknown(NamedTuple):
    """An arm of a union that this release does not know: its name and its value as read from JSON.

    The value may be sensitive, for all we know: it is not shown.
    """

    tag: str
    value: Any

    def __repr__(self) -> str:
        return f"Unknown(tag={self.tag!r})"

    def __hash__(self) -> int:
        return hash(self.tag)  # what a value holds may not be hashable


class Structure(Shape):
    """A structure of the service's model."""


class TaggedUnion(Shape):
    """Exactly one arm is set. `tag` names it as on the wire, `value` is what it holds."""

    @classmethod
    def __settle__(cls, members: CoreSchema) -> CoreSchema:
        # Inside the schema of the model: an assignment that fails must leave the model as it was.
        return core_schema.no_info_after_validator_function(cls._one_arm, members)

    @classmethod
    def _one_arm(cls, state: tuple[dict[str, Any], Any, set[str]]) -> Any:
        count = sum(item is not None for item in state[0].values())
        if count != 1:
            raise PydanticCustomError("union", "{reason}", {"reason": cls._arms_message(count)})
        return state

    @classmethod
    def _arms_message(cls, count: int) -> str:
        return f"exactly one of {', '.join(plan.wire for plan in plans_of(cls))} is to be set, not {count}"

    @classmethod
    def __no_member__(cls) -> str:
        return f"is no arm of this union: exactly one of {', '.join(plan.wire for plan in plans_of(cls))} is to be set"

    @classmethod
    def __read__(cls, value: object) -> Self:
        # What `__type` says there belongs to the protocol: it is no arm.
        if isinstance(value, Mapping):
            arms = cast("Mapping[object, object]", value)
            return super().__read__({name: item for name, item in arms.items() if name != "__type"})
        return super().__read__(value)

    def _known(self) -> Iterator[tuple[str, Any]]:
        values = ((plan.wire, self.__dict__.get(plan.attribute)) for plan in plans_of(type(self)))
        return ((wire, item) for wire, item in values if item is not None)

    @property
    def tag(self) -> str | None:
        """Wire name of the arm that is set; None where none is."""
        return next((wire for wire, _ in self._known()), self.unknown.tag if self.unknown else None)

    @property
    def value(self) -> Any:
        """What the arm that is set holds; None where none is."""
        return next((item for _, item in self._known()), self.unknown.value if self.unknown else None)

    @property
    def unknown(self) -> Unknown | None:
        """The arm that this release does not know, if that is what was read."""
        if any(self._known()):
            return None
        return next((Unknown(tag, value) for tag, value in unknown_members(self).items()), None)

    def __violations__(self, path: str, hidden: bool = False) -> Iterator[Violation]:
        yield from super().__violations__(path, hidden)
        count = sum(1 for _ in self._known())
        if count > 1 or (count == 0 and not unknown_members(self)):
            title = self.__title__()
            yield Violation(path or title, title, "union", self._arms_message(count))


__all__ = [
    "Checks",
    "ConstraintWarning",
    "Level",
    "Shape",
    "Structure",
    "TaggedUnion",
    "Unknown",
    "level_of",
    "load_json",
    "plans_of",
    "refuse_bad_checks",
    "unknown_members",
]
