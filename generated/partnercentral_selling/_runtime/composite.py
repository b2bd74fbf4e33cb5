"""The body of structures and unions: reading, writing, building, checking, showing. `shapes` says what they promise."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic import ValidationError as PydanticError
from pydantic_core import CoreSchema

from .answers import ResponseMetadata
from .base import Key, Mismatch
from .checks import Checks, judge, refuse_bad_checks
from .containers import OLD_PYDANTIC, Composite, Trail, check_value, settle
from .errors import REDACTED, ResponseError, Violation
from .locks import ForkedLock
from .plans import Plan, plans_of, writers_of
from .wire import TOO_DEEP, copied, json_path, load_json, refuse_depth

_UNKNOWN = "unknown members"
"""Where pydantic's `__pydantic_extra__` holds them. No attribute can have this name, and pydantic, which knows of no
such member, refuses a value that was read with unknown members where a request holds it."""

_BUILDING = ForkedLock()


class Shape(BaseModel, Composite):
    """Base of structures and unions."""

    model_config = ConfigDict(
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        validate_assignment=True,
        revalidate_instances="always",
        hide_input_in_errors=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
        defer_build=True,
        protected_namespaces=(),
    )
    if TYPE_CHECKING:
        __shape__: ClassVar[str]
        __checks__: ClassVar[Checks]
        response_metadata: ClassVar[ResponseMetadata | None]
        """How the service answered; an instance has its own where a client read it. Two answers that differ in nothing
        else are equal."""
    else:  # pydantic evaluates what a class variable is said to be anew for each class below
        __shape__ = ""
        __checks__ = {}
        response_metadata: ClassVar[Any] = None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        model = cast("dict[str, Any]", handler.resolve_ref_schema(schema))
        if model["type"] == "model" and model["schema"]["type"] == "model-fields":
            for member in model["schema"]["fields"].values():
                settle(member["schema"])
            model["schema"] = cls.__settle__(model["schema"])
        return schema

    @classmethod
    def __settle__(cls, members: CoreSchema) -> CoreSchema:
        """Add to the schema of the members what holds of them together."""
        return members

    if OLD_PYDANTIC:  # two threads that build at once take each other's validators away; later ones have this lock

        @classmethod
        def model_rebuild(
            cls,
            *,
            force: bool = False,
            raise_errors: bool = True,
            _parent_namespace_depth: int = 2,
            _types_namespace: Any = None,
        ) -> bool | None:
            """Build the validator, if it was not built while this thread waited."""
            with _BUILDING:
                if cls.__pydantic_complete__ and not force:
                    return None
                depth = _parent_namespace_depth + 1  # this is one frame more
                return super().model_rebuild(
                    force=force,
                    raise_errors=raise_errors,
                    _parent_namespace_depth=depth,
                    _types_namespace=_types_namespace,
                )

    # ------------------------------------------------------------------------------------------------ reading, writing

    @classmethod
    def from_wire(cls, value: Mapping[str, Any] | bytes | str) -> Self:
        """Read JSON, or a value read from JSON, leniently.

        Raises ResponseError when it is no JSON object, or a member holds what its type cannot; the error names the
        JSON path. Of duplicate keys the last one counts.
        """
        try:
            if isinstance(value, bytes | bytearray | memoryview | str):
                return cls.__read__(load_json(value))
            refuse_depth(value)
            return cls.__read__(value)
        except Mismatch as mismatch:
            raise ResponseError(mismatch.message, path=json_path(reversed(mismatch.steps))) from None
        except RecursionError:
            raise ResponseError(TOO_DEEP) from None

    @classmethod
    def __read__(cls, value: object) -> Self:
        if not isinstance(value, Mapping):
            raise Mismatch("an object", value)
        rest = dict(cast("Mapping[object, object]", value))
        found: dict[str, Any] = {}
        for plan in plans_of(cls):
            item = rest.pop(plan.wire, None)
            try:
                found[plan.attribute] = None if item is None else plan.kind.read(item)
            except Mismatch as mismatch:
                if plan.sensitive:
                    mismatch.steps = [Key(REDACTED) if isinstance(step, Key) else step for step in mismatch.steps]
                mismatch.steps.append(plan.wire)
                raise
        return cls._assemble(found, {str(name): copied(item) for name, item in rest.items() if item is not None})

    @classmethod
    def _assemble(cls, values: dict[str, Any], unknown: dict[str, Any]) -> Self:
        """Build an instance past validation: the attributes that pydantic documents for `model_construct`."""
        made = cls.__new__(cls)
        object.__setattr__(made, "__dict__", values)
        object.__setattr__(made, "__pydantic_fields_set__", {name for name, item in values.items() if item is not None})
        object.__setattr__(made, "__pydantic_extra__", {_UNKNOWN: unknown} if unknown else None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made

    def to_wire(self) -> dict[str, Any]:
        """Write as a dict of JSON values: members that are set, then every unknown member that was read."""
        values, extra = self.__dict__, self.__pydantic_extra__
        written: dict[str, Any] = {}
        for attribute, wire, write in writers_of(type(self)):  # a comprehension takes half as long again
            value = values.get(attribute)
            if value is not None:
                written[wire] = value if write is None else write(value)
        return {**written, **copied(extra[_UNKNOWN])} if extra else written

    __write__ = to_wire

    # ----------------------------------------------------------------------------------------------------- checking

    @classmethod
    def build(cls, values: Mapping[str, Any], checks: Checks | None = None) -> Self:
        """Build from members by snake_case or wire name; `checks` relaxes.

        Raises ValidationError with every violation; warns with ConstraintWarning of those that `checks` made warnings.
        """
        levels = cls._levels(checks)
        found: list[Violation] = []
        try:
            made = cls.model_validate(dict(values))
            if levels:
                found = list(made.__violations__(""))
        except PydanticError as refused:
            made, found = cls._explained(values)
            found = found or _translated(cls, refused)
        except RecursionError:  # pydantic's own, as it builds what validates shapes that are some 80 deep in each other
            made, found = cls._explained(values)
        judge(found, levels)
        return made

    @classmethod
    def _explained(cls, values: Mapping[str, Any]) -> tuple[Self, list[Violation]]:
        """Build without pydantic, and say in our words what is wrong."""
        try:
            made = cls.__gather__(values)
            return made, list(made.__violations__(""))
        except RecursionError:
            return cls._assemble({}, {}), [Violation(cls.__title__(), cls.__title__(), "type", TOO_DEEP)]

    @classmethod
    def _levels(cls, checks: Checks | None) -> Checks:
        if not checks:
            return cls.__checks__
        refuse_bad_checks(checks)
        return {**cls.__checks__, **checks}

    @classmethod
    def __gather__(cls, values: Mapping[Any, Any]) -> Self:
        rest = {str(name): item for name, item in values.items()}
        found: dict[str, Any] = {}
        for plan in plans_of(cls):
            item = rest.pop(plan.wire if plan.wire in rest else plan.attribute, None)
            found[plan.attribute] = None if item is None else plan.kind.gather(item)
        return cls._assemble(found, rest)

    def check(self, *, checks: Checks | None = None) -> None:
        """Raise ValidationError with everything this value breaks; `checks` relaxes constraints, or makes them warn."""
        judge(list(self.__violations__("")), self._levels(checks))

    def violations(self) -> Iterator[Violation]:
        """List everything this value breaks, nested values included; paths are in wire names."""
        return self.__violations__("")

    def __violations__(self, path: str, hidden: bool = False) -> Iterator[Violation]:
        title, prefix = self.__title__(), f"{path}." if path else ""
        plans = plans_of(type(self))
        for name in unknown_members(self):
            twice = next((plan.wire for plan in plans if plan.attribute == name and self._has(plan)), None)
            reason = f"is given twice, also as {json.dumps(twice)}" if twice else self.__no_member__()
            yield Violation(f"{prefix}{name}", f"{title}.{name}", "unknown", reason)
        for plan in plans:
            value = self.__dict__.get(plan.attribute)
            trail = Trail(f"{prefix}{plan.wire}", f"{title}.{plan.wire}", hidden or plan.sensitive)
            if value is not None:
                yield from check_value(plan.kind, value, trail)
            elif plan.required:
                yield trail.violation("required", "is required")

    @classmethod
    def __no_member__(cls) -> str:
        """Say what is wrong with a name that is none of the members."""
        return "is not a member of this shape"

    def _has(self, plan: Plan) -> bool:
        return self.__dict__.get(plan.attribute) is not None

    @classmethod
    def __title__(cls) -> str:
        """Give the name of the shape in the spec."""
        return cls.__shape__ or cls.__name__

    # -------------------------------------------------------------------------------------------- showing, copying

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for plan in plans_of(type(self)):
            value = self.__dict__.get(plan.attribute)
            if value is not None:
                yield plan.attribute, REDACTED if plan.sensitive else value
        if unknown := unknown_members(self):
            yield None, _Names(sorted(unknown))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy as pydantic does, without checking `update`; it takes both names of a member and no others."""
        names = {plan.wire: plan.attribute for plan in plans_of(type(self))}
        names |= {attribute: attribute for attribute in names.values()}
        kinds = {plan.attribute: plan.kind for plan in plans_of(type(self))}
        changes: dict[str, Any] = {}
        for name, item in (update or {}).items():
            if name not in names:
                raise ValueError(f"{type(self).__name__} has no member {json.dumps(name)}")
            changes[names[name]] = None if item is None else kinds[names[name]].gather(item)
        return super().model_copy(update=changes, deep=deep)

    if not TYPE_CHECKING:  # A type checker that saw it would let any attribute be assigned.

        def __setattr__(self, name: str, value: Any) -> None:
            """Assign as pydantic does, its eyes shut to unknown members: it would lose them."""
            unknown = self.__pydantic_extra__
            object.__setattr__(self, "__pydantic_extra__", None)
            try:
                super().__setattr__(name, value)
            finally:
                object.__setattr__(self, "__pydantic_extra__", unknown)


class _Names(list[str]):
    """Shows that unknown members are there, by name: their values may be sensitive."""

    def __repr__(self) -> str:
        return f"unknown members {', '.join(json.dumps(name) for name in self)}"


def unknown_members(shape: Shape) -> Mapping[str, Any]:
    """Give the members that were read or passed and are none of the shape, by wire name."""
    extra = shape.__pydantic_extra__
    return extra[_UNKNOWN] if extra else {}


def _translated(shape: type[Shape], refused: PydanticError) -> list[Violation]:
    """Name the members that only pydantic refuses, without the input."""
    wires = {plan.attribute: plan.wire for plan in plans_of(shape)}
    title = shape.__title__()
    names = (str(details["loc"][0]) if details["loc"] else "" for details in refused.errors(include_input=False))
    paths = dict.fromkeys(wires.get(name, name) for name in names)
    return [Violation(path or title, f"{title}.{path}" if path else title, "type", "is refused") for path in paths]
