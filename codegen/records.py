"""Frozen dataclasses that are made in a fraction of the time: fields and methods are, when they are first asked for.

In: a class, with the decorator's arguments as the standard library has them. Out: the same class with the same fields,
equality, hash, `replace` and `match` as `dataclass(frozen=True, slots=True)` gives it; for type checkers it is that.

The standard library looks at each field, prints six functions for each class and compiles them one by one (up to
Python 3.12): with 150 classes, half of what a short command takes. Here what compares, hashes and prints is shared by
all classes, and what a class has of its own is made for the first record: most that a command imports never have any.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

__all__ = ["dataclass", "replace"]

_Method: TypeAlias = Callable[..., Any]
_Field: TypeAlias = "dataclasses.Field[Any]"
_FIELD: Any = dataclasses.Field


def _record(
    *,
    frozen: bool,
    slots: bool,
    kw_only: bool = False,
    order: bool = False,
    eq: bool = True,
    weakref_slot: bool = False,
) -> Callable[[type], type]:
    """Make a dataclass; `frozen` and `slots` are said for the reader, and for type checkers."""
    assert frozen and slots
    shared = _SHARED | (_EQUALITY if eq else {}) | (_ORDER if order else {})
    return lambda plain: _made(plain, kw_only, shared, ("__weakref__",) if weakref_slot else ())


def _replaced(record: Any, /, **changes: object) -> Any:
    """Make a record again with other values; whatever else is given goes to the standard library."""
    made = record.__class__
    if not hasattr(made, "_filling"):
        return dataclasses.replace(record, **changes)
    return made(**{one.name: getattr(record, one.name) for one in made._fields} | changes)


if TYPE_CHECKING:
    from dataclasses import dataclass, replace
else:
    dataclass, replace = _record, _replaced


def _made(plain: type, kw_only: bool, shared: dict[str, _Method], more: tuple[str, ...]) -> type:
    """Make the class again with slots, `more` besides its fields, but for those that its bases have."""
    plain.__doc__ = plain.__doc__ or plain.__name__  # else the standard library inspects a signature to write one
    body = {name: value for name, value in plain.__dict__.items() if name not in ("__dict__", "__weakref__")}
    annotated = tuple(plain.__annotations__)
    names = (*annotated, *more)
    inherited = {name for base in plain.__mro__[1:] for name in base.__dict__.get("__slots__", ())}
    own = shared | {name: value for name, value in body.items() if name not in names}
    own |= {"__slots__": tuple(name for name in names if name not in inherited), "__qualname__": plain.__qualname__}
    made: Any = type(plain)(plain.__name__, plain.__bases__, own)
    for late, make in ((_TOLD, partial(_tell, made, annotated)), (_LATE, partial(_complete, made))):
        for name in late:
            setattr(made, name, _Late(name, partial(make, body, kw_only)))
    if "__init__" not in own:
        made.__init__ = _first_init(made)
    return made  # type: ignore[no-any-return]  # the class that it was, with slots


_TOLD = ("_fields", "_compared", "_hashed", "_filling", "__match_args__")
_LATE = ("__dataclass_fields__", "__dataclass_params__")


class _Late:
    """Stands in a class for what follows from its fields; when it is asked for, that is made."""

    def __init__(self, name: str, make: Callable[[], object]) -> None:
        self._name, self._make = name, make

    def __get__(self, record: object, kind: type) -> object:
        self._make()
        return getattr(kind if record is None else record, self._name)


def _tell(made: Any, annotated: Sequence[str], body: dict[str, Any], kw_only: bool) -> None:
    """Look at the fields, as far as records are filled and compared by them."""
    found = {one.name: one for base in reversed(made.__mro__[1:]) for one in getattr(base, "_fields", ())}
    found |= {name: _field(name, body.get(name, dataclasses.MISSING), kw_only) for name in annotated}
    fields = tuple(found.values())
    compared = [one for one in fields if one.compare]
    made._compared = _getter(compared)
    made._hashed = _getter([one for one in compared if one.hash is not False])
    made.__match_args__ = tuple(one.name for one in fields if not one.kw_only)  # type: ignore[misc]
    made._filling = _Filling(made, fields)
    made._fields = fields


def _field(name: str, default: Any, kw_only: bool) -> _Field:
    one: Any = default if isinstance(default, _FIELD) else dataclasses.field(default=default)
    one.name = name
    one.kw_only = kw_only if one.kw_only is dataclasses.MISSING else one.kw_only
    return one  # type: ignore[no-any-return]


def _complete(made: Any, body: dict[str, Any], kw_only: bool) -> None:
    """Have the standard library look at the fields of a twin without slots: a new one, as another thread may do so."""
    twin: Any = type(made)(made.__name__, made.__bases__, dict(body))
    dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(twin)
    for name in _LATE:
        setattr(made, name, getattr(twin, name))


# ------------------------------------------------------------------------------------------------ what all have alike


def _getter(wanted: Sequence[_Field]) -> object:
    """Give fields as a tuple, one alone too: the same object is equal there, even one that is not a number."""
    names = [one.name for one in wanted]
    if len(names) > 1:
        return operator.attrgetter(*names)
    return staticmethod(_alone(operator.attrgetter(*names)) if names else lambda _: ())


def _alone(get: Callable[[Any], object]) -> Callable[[Any], tuple[object]]:
    return lambda record: (get(record),)


def _equal(self: Any, other: Any) -> Any:
    if other is self:
        return True
    if other.__class__ is not self.__class__:
        return NotImplemented
    compared = self._compared
    return compared(self) == compared(other)


def _compare(by: _Method) -> _Method:
    def compare(self: Any, other: Any) -> Any:
        compared = self._compared
        return by(compared(self), compared(other)) if other.__class__ is self.__class__ else NotImplemented

    return compare


def _hash(self: Any) -> int:
    return hash(self._hashed(self))


def _text(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in self._fields if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_set(_self: object, name: str, _value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, one.name) for one in self._fields]


def _set_state(self: Any, state: Sequence[object]) -> None:
    for one, value in zip(self._fields, state, strict=True):
        object.__setattr__(self, one.name, value)


_ORDER = {
    "__lt__": _compare(operator.lt),
    "__le__": _compare(operator.le),
    "__gt__": _compare(operator.gt),
    "__ge__": _compare(operator.ge),
}
_EQUALITY: dict[str, _Method] = {"__eq__": _equal, "__hash__": _hash}
_SHARED: dict[str, _Method] = {
    "__repr__": _text,
    "__replace__": _replaced,
    "__setattr__": _refuse_set,
    "__delattr__": _refuse_delete,
    "__getstate__": _state,
    "__setstate__": _set_state,
}


# ------------------------------------------------------------------------------------------------- what each has alone


_FEW = 8
"""Records of a class that are filled from a table of its fields; most classes have no more. Arbitrary."""


class _Filling:
    """How a record is filled: what may be given by position, what is left out, and what sets each field."""

    __slots__ = ("by_position", "defaults", "factories", "setters")

    def __init__(self, made: Any, fields: Sequence[_Field]) -> None:
        plain = (one for one in fields if one.default is not dataclasses.MISSING)
        self.by_position = [one.name for one in fields if not one.kw_only]
        self.defaults = {one.name: one.default for one in plain}
        self.factories: dict[str, Any] = {one.name: one.default_factory for one in fields if _is_made(one)}
        self.setters = {one.name: getattr(made, one.name).__set__ for one in fields}


def _first_init(made: Any) -> _Method:
    """Fill a few records from a table, then compile what does so: that takes as long as to fill dozens."""
    turns = count()

    def __init__(self: object, *given: object, **named: object) -> None:
        if next(turns) < _FEW and _fill(made._filling, self, given, named):
            return
        made.__init__ = _compiled(made)
        made.__init__(self, *given, **named)

    return __init__


def _fill(filling: _Filling, record: object, given: tuple[object, ...], named: dict[str, object]) -> bool:
    """Set each field; False where the arguments do not fit, which what is compiled puts into words."""
    values = {**dict(zip(filling.by_position, given, strict=False)), **named}
    if len(values) < len(given) + len(named):
        return False
    values = {**filling.defaults, **values}
    for name, make in filling.factories.items():
        if name not in values:
            values[name] = make()
    setters = filling.setters
    if values.keys() != setters.keys():
        return False
    for name, value in values.items():
        setters[name](record, value)
    return True


def _compiled(made: Any) -> _Method:
    """Compile what sets each field: one by the descriptor of its slot, past the refusal to set any.

    While several are set, the record is of a class that does not refuse, which takes a tenth of the time for each.
    """
    found: list[_Field] = sorted(made._fields, key=lambda one: bool(one.kw_only))
    names: dict[str, Any] = {"_MISSING": dataclasses.MISSING} | {f"_default_{one.name}": _default(one) for one in found}
    if len(found) > 1:
        names |= {"_turn": object.__dict__["__class__"].__set__, "_Open": _open(made)}
        lines = [" _class = self.__class__", " _turn(self, _Open)", *map(_line, found), " self.__class__ = _class"]
    else:
        names |= {f"_set_{name}": setter for name, setter in made._filling.setters.items()}
        lines = [f" _set_{one.name}(self, {_given(one)})" for one in found] or [" pass"]
    exec("\n".join((f"def __init__(self, {', '.join(_parameters(found))}):", *lines)), names)
    init: _Method = names["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init


def _open(made: Any) -> Any:
    """Give the class of records that are being made."""
    body = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(made)(made.__name__, (made,), body)


def _default(one: _Field) -> Any:
    return one.default_factory if _is_made(one) else one.default


def _is_made(one: _Field) -> bool:
    """Say whether each record has a default of its own."""
    return one.default_factory is not dataclasses.MISSING


def _parameters(found: Sequence[_Field]) -> Iterator[str]:
    by_name = False
    for one in found:
        if one.kw_only and not by_name:
            by_name = True
            yield "*"
        default = "_MISSING" if _is_made(one) else f"_default_{one.name}"
        yield one.name if _default(one) is dataclasses.MISSING else f"{one.name}={default}"


def _line(one: _Field) -> str:
    """`self.size = size`"""
    return f" self.{one.name} = {_given(one)}"


def _given(one: _Field) -> str:
    return f"_default_{one.name}() if {one.name} is _MISSING else {one.name}" if _is_made(one) else one.name
