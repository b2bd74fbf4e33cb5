"""Walking through JSON that was checked against the spec before: `member(input, "Customer", "Account")`."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.spec.ir import Json

_MAPPING = (dict, Mapping)  # dict first: it is the quick answer, and nearly always the right one
_PLAIN = (str, dict)


def member(value: Json | Mapping[str, Json], *names: str) -> Json:
    """Give what stands under the names; None where a step is missing."""
    for name in names:
        if not isinstance(value, _MAPPING):
            return None
        value = value.get(name)
    return dict(value) if not isinstance(value, _PLAIN) and isinstance(value, Mapping) else value


def text(value: Json | Mapping[str, Json], *names: str) -> str:
    """Give a string; `""` where it is missing."""
    found = member(value, *names)
    return found if isinstance(found, str) else ""


def texts(value: Json | Mapping[str, Json], *names: str) -> tuple[str, ...]:
    """Give a list of strings; none where it is missing."""
    found = member(value, *names)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def given(value: Mapping[str, Json]) -> dict[str, Json]:
    """Leave out what is unset: empty text and empty lists stay, None goes."""
    return {name: each for name, each in value.items() if each is not None}


def picked(value: Json | Mapping[str, Json], *names: str) -> dict[str, Json]:
    """Keep the members named, where they are set."""
    mapping = value if isinstance(value, _MAPPING) else {}
    return {name: found for name in names if (found := mapping.get(name)) is not None}
