"""What a kind of value is, and what every kind shares: how types are named, lengths and ranges judged.

A kind stands in the `Annotated` of a type and is read twice: by pydantic, which builds its validator from
`__get_pydantic_core_schema__` (strict: everything the spec says), and by `shapes`, which reads answers with `read`
(lenient: only what cannot be represented is refused), writes with `write` and lists every violation with `check`.
Both readings agree: pydantic accepts exactly what `gather` and `check` find nothing against.

`relaxed` names constraints that hold no longer: pydantic leaves them out, `check` still knows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, dataclass_transform

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Finding = tuple[Literal["type", "length", "range", "pattern", "enum", "unique"], str]
"""Kind of violation and message; no message holds a value."""


class Key(str):
    """A key of a map as a step of a path: unlike a member's name it comes from the value itself."""


class Mismatch(Exception):
    """A value on the wire that the type cannot hold; `steps` grow while the error climbs out."""

    def __init__(self, expected: str, value: object) -> None:
        self.message = f"expected {expected}, found {name_of(value)}"
        self.steps: list[str | int] = []
        super().__init__(self.message)


_JSON_NAMES: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def name_of(value: object) -> str:
    """Name the type of a value, never the value."""
    return _JSON_NAMES.get(type(value)) or f"a value of type {type(value).__name__}"


@dataclass_transform(frozen_default=True)
class Kind:
    """One kind of value. `read` raises `Mismatch`; `check` yields a finding per broken constraint.

    What a subclass annotates are its settings, taken as a dataclass takes its fields. It is none: every program would
    wait for the methods of fourteen dataclasses to be compiled, a twentieth of the time to its first answer.
    """

    _settings: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._settings = (*cls._settings, *cls.__annotations__)

    def __init__(self, *given: Any, **named: Any) -> None:
        vars(self).update(zip(self._settings, given, strict=False), **named)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def read(self, value: object) -> Any:
        raise NotImplementedError  # every kind has its own

    def write(self, value: Any) -> Any:
        return value

    @property
    def travels_as_is(self) -> bool:
        """Say whether there is nothing to `write`: most values are what JSON has."""
        return type(self).write is Kind.write

    def gather(self, value: Any) -> Any:
        """Take a value that somebody passed, however wrong: `check` judges it afterwards."""
        return value

    def check(self, value: Any) -> Iterator[Finding]:
        raise NotImplementedError  # every kind has its own

    def validate(self, value: Any) -> Any:
        """Take a value or refuse it, as pydantic's validators do."""
        for kind, message in self.findings_that_hold(value):
            raise PydanticCustomError(kind, "{reason}", {"reason": message})
        return self.gather(value)

    def findings_that_hold(self, value: Any) -> Iterator[Finding]:
        """List what pydantic refuses: everything, where nothing is relaxed."""
        return self.check(value)

    def json_schema(self) -> CoreSchema | None:
        """Give the schema that `model_json_schema()` shows where it is not the one that validates."""
        return None

    def schema(self) -> CoreSchema:
        """Give what has pydantic take a value or refuse it."""
        return core_schema.no_info_plain_validator_function(self.validate)

    def writing_schema(self) -> CoreSchema:
        """Give what has pydantic take a value or refuse it, and write what it took."""
        schema = self.schema()
        return schema if self.travels_as_is else core_schema.no_info_after_validator_function(self.write, schema)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return self.schema()

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(self.json_schema() or schema)


def check_length(length: int, least: int | None, most: int | None, unit: str) -> Iterator[Finding]:
    if least is not None and length < least:
        yield "length", f"has {_count(length, unit)}, at least {least} needed"
    if most is not None and length > most:
        yield "length", f"has {_count(length, unit)}, at most {most} allowed"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def check_range(value: Any, least: float | None, most: float | None) -> Iterator[Finding]:
    # Negated, since NaN is neither below nor above anything.
    if least is not None and not value >= least:
        yield "range", f"is not {least} or more"
    if most is not None and not value <= most:
        yield "range", f"is not {most} or less"
