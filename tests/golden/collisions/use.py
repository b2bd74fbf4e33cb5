"""Names that Python cannot tell apart all keep their wire names."""

from __future__ import annotations

from typing import Any

NAMES = ["Foo", "foo", "FOO", "foo_", "a-b", "a_b", "a.b", "ARN", "Arn"]


def use(package: Any) -> None:
    made = package.models.SendRequest(**{name: name for name in NAMES})
    assert made.to_wire() == {name: name for name in NAMES}
    assert (made.foo, made.a_b, made.arn) == ("foo", "a_b", "Arn")
    assert [kind.value for kind in package.models.Kind] == ["x-y", "x_y", "X_Y", "x y"]
    found = {type(package.errors.from_wire({"__type": code})) for code in ("NotFound", "notFound")}
    assert len(found) == 2 and package.errors.ServiceError not in found
