"""Names of a spec -> identifiers that Smithy takes.

In: names, in the order in which they may choose. Out: an identifier for each, of letters, digits and underscores, no
two the same but for case. Smithy wants both. A name that is one already and free keeps it; any other gets four hex
digits of its own hash, so that it is called the same whatever is beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from codegen.importers.smithy_ast import NAME
from codegen.spec import ir
from codegen.spec.ir import SpecText

Key = TypeVar("Key", bound=Hashable)

_IDENTIFIER = re.compile(r"_*[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_OTHER = re.compile(r"[^A-Za-z0-9_]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ids:
    """Absolute ids of everything that is exported, in one namespace: Smithy keeps shapes and operations together."""

    service: str
    operations: Mapping[SpecText, str]
    errors: Mapping[SpecText, str]
    shapes: Mapping[SpecText, str]


def ids_of(model: ir.Model) -> Ids:
    """Give everything an id; where two kinds of entry share a name, the operation keeps it, then the error."""
    service = model.service
    space = "com.amazonaws." + (
        _OTHER.sub("", service.service_id.raw).replace("_", "").lower().lstrip("0123456789") or "x"
    )
    title = service.target_prefix.raw if service.target_prefix else _OTHER.sub("", service.service_id.raw)
    wanted = [("service", title)]
    for kind, names in (("operation", model.operations), ("error", model.errors), ("shape", model.shapes)):
        wanted += [(kind, name.raw) for name in names]
    given = {key: f"{space}#{name}" for key, name in identifiers((key, key[1]) for key in wanted).items()}
    return Ids(
        given[wanted[0]],
        {name: given["operation", name.raw] for name in model.operations},
        {name: given["error", name.raw] for name in model.errors},
        {name: given["shape", name.raw] for name in model.shapes},
    )


def identifiers(names: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    """`Text` and `text`, in this order, give `Text` and `text_982d`; `x-y` gives `x_y_` and four digits."""
    found: dict[Key, str] = {}
    taken = set[str]()
    for key, name in names:
        chosen = name if _IDENTIFIER.fullmatch(name) and name.lower() not in taken else _other(name, taken)
        taken.add(chosen.lower())
        found[key] = chosen
    return found


def _other(name: str, taken: set[str]) -> str:
    """Lengthen the hash until nobody has it: three kinds of entry may share a name."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    plain = _OTHER.sub("_", name).strip("_")[:40]
    stem = plain if _IDENTIFIER.fullmatch(plain) else f"X{plain}"
    return next(made for size in range(4, 64) if (made := f"{stem}_{digest[:size]}").lower() not in taken)


def named(identifier: str, name: SpecText) -> dict[str, ir.Json]:
    """Say what the thing is called where its identifier does not."""
    return {} if identifier.rpartition("#")[2] == name.raw else {NAME: name.raw}
