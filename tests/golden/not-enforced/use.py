"""What is recorded but does not hold refuses nothing; neither does a pattern that would take too long."""

from __future__ import annotations

from typing import Any


def use(package: Any) -> None:
    made = package.models.SendRequest(text="LONG", number=9, items=["a", "b"], member="ab", slow="?")
    made.check()
    assert made.to_wire() == {"Text": "LONG", "Number": 9, "Items": ["a", "b"], "Slow": "?", "Member": "ab"}
