"""Names that Python, pydantic or this package own get an underscore, and keep their wire names."""

from __future__ import annotations

from typing import Any


def use(package: Any) -> None:
    names = ["from", "class", "None", "str", "copy", "model_config", "self", "to_wire", "__class__", "_private"]
    made = package.models.None_(**{name: name for name in names})
    assert made.to_wire() == {name: name for name in names}
    assert (made.from_, made.none, made.str_, made.type) == ("from", "None", "str", None)
    arm = package.models.Any_(tag_="t")
    assert (arm.tag, arm.value, arm.unknown) == ("tag", "t", None)
    assert package.models.Enum_.NONE.value == "None" and package.models.Enum_("mro").name == "MRO"
    error = package.errors.from_wire({"__type": "Error", "code": "C", "message": "m", "args": "a"})
    assert isinstance(error, package.errors.Error_) and (error.code, error.code_, error.args_) == ("Error", "C", "a")
    assert type(package.errors.from_wire({"code": "ValueError"})) is package.errors.ValueError_
