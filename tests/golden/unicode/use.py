"""Letters of all scripts are names; signs and look-alikes stay apart."""

from __future__ import annotations

from typing import Any

NAMES = ["L\xe4nge", "na\xefve", "\u540d\u524d", "a\u0301", "\u212aelvin", "\u0430", "a", "\U0001f600"]


def use(package: Any) -> None:
    shape = package.models.Größe
    assert len(shape.model_fields) == len(NAMES)
    made = shape(**{name: name for name in NAMES})
    assert made.to_wire() == {name: name for name in NAMES}
    assert (made.länge, made.名前, made.kelvin, made.u1f600) == (NAMES[0], NAMES[2], NAMES[4], NAMES[7])
