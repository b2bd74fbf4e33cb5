"""A second opinion on what breaks code written against a generated package: griffe compares the packages themselves.

It knows nothing of models. Whatever it finds between two packages, the surface has to know, and not to call safe. The
other way round nothing is asked: griffe reads neither types nor overloads, so arguments and annotations are ours alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import packages
import pytest
from test_surface import CASES_OF_CHANGE, edited, pieces

from codegen.diff.findings import Level
from codegen.diff.surface import Key, SourceChange, source_changes, surface
from codegen.pipeline import generate
from codegen.spec import ir, names
from codegen.spec.ir import SpecText

griffe: Any = pytest.importorskip("griffe", reason="griffe, the second opinion, is not installed")

PACKAGE = "offered"

OWN: Mapping[str, str] = {r"operations(\.\w+)?": "records for the runtime, which nobody imports"}
"""What griffe finds and the surface does not hold, by the name in the package, and why."""

WITH_CLIENTS = frozenset({
    "AsyncClient", "AsyncTransport", "Client", "Credentials", "ResponseMetadata", "Timeout", "Transport",
    "async_client", "client", "transports",
})  # fmt: skip
"""What comes and goes with `Client`, under the one key that it has."""

KINDS = ("class", "client", "error", "error-field", "event", "field", "method", "pages", "value", "waiter")
"""The kinds of change that griffe sees: all but arguments, which stand in overloads."""

MODELS: Mapping[str, ir.Model] = {
    **{release: packages.model_of(release) for release in packages.RELEASES},
    "pieces": edited(pieces()),
    **{case: edited(pieces(), *edits) for case, (edits, _) in CASES_OF_CHANGE.items()},
}
"""Both curated releases, and `pieces` as the cases of the surface's tests edit it."""

THERE = {(packages.OLD, packages.NEW), *(("pieces", case) for case in CASES_OF_CHANGE)}
PAIRS = sorted({*THERE, *((new, old) for old, new in THERE)})


@cache
def offered(name: str) -> Any:
    """Write what a package offers, without its runtime and its suite, and let griffe read it."""
    with TemporaryDirectory() as folder:
        for path, text in generate(MODELS[name]).files.items():
            if path.endswith(".py") and not path.startswith(("_runtime/", "conformance/")):
                target = Path(folder, PACKAGE, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8", newline="\n")
        return griffe.load(PACKAGE, search_paths=[folder], try_relative_path=False, allow_inspection=False)


@cache
def breakages(old: str, new: str) -> tuple[str, ...]:
    """The names in the package of what griffe finds: `models.Box.label`, `client.Client.put_box`."""
    found = griffe.find_breaking_changes(offered(old), offered(new))
    paths = (breakage.obj.path.removeprefix(f"{PACKAGE}.") for breakage in found)
    return tuple(re.sub(r"^models\._\w+(?=\.)", "models", path) for path in paths)  # where a class stands is ours


@cache
def ours(old: str, new: str) -> Mapping[Key, SourceChange]:
    return source_changes(MODELS[old], MODELS[new])


@cache
def keys_by_name(model: str) -> Mapping[str, Key]:
    """The keys of a surface by the names in the package; a strategy goes by its class."""
    items = surface(MODELS[model])
    found = {item.name: key for key, item in items.items()}
    shapes = {item.name.removeprefix("models."): key for key, item in items.items() if key[0] == "class"}
    strategies = names.methods(map(SpecText, shapes))
    return found | {f"strategies.{strategies[SpecText(name)]}": key for name, key in shapes.items()}


def objections(old: str, new: str, changes: Mapping[Key, SourceChange]) -> list[str]:
    """Say what griffe found that is not among some changes, or that they call safe."""
    keys = keys_by_name(old)
    return [
        f"{name}: {changes[key].verdict.level if key in changes else 'not seen'}"
        for name in breakages(old, new)
        if not any(re.fullmatch(pattern, name) for pattern in OWN)
        for key in [_key(name, keys)]
        if key not in changes or changes[key].verdict.level is Level.SAFE
    ]


def _key(name: str, keys: Mapping[str, Key]) -> Key:
    """The methods of both clients have one key; a name without any is an objection by itself."""
    plain = re.sub(r"^(async_client\.Async|client\.)(?=Client\.)", "", name)
    return ("client", "Client") if name in WITH_CLIENTS else keys.get(plain, ("unheard of", name))


# --------------------------------------------------------------------------------------------------------------- tests


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_griffe_finds_nothing_that_we_call_safe(old: str, new: str) -> None:
    assert objections(old, new, ours(old, new)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_griffe_objects_when_a_kind_of_change_is_forgotten(kind: str) -> None:
    forgotten = [line for pair in PAIRS for line in objections(*pair, _without(kind, ours(*pair)))]
    assert forgotten
    assert all(line.endswith(": not seen") for line in forgotten)


def _without(kind: str, changes: Mapping[Key, SourceChange]) -> Mapping[Key, SourceChange]:
    return {key: change for key, change in changes.items() if key[0] != kind}


def test_griffe_objects_to_a_wrong_verdict() -> None:
    """What comes is safe; the same verdict for what goes is not."""
    comes = ours("pieces", "a member comes")
    assert objections("a member comes", "pieces", comes) == ["models.Box.new: safe"]


def test_no_exception_for_griffe_is_left_over() -> None:
    found = breakages("pieces", "an operation goes")
    assert [pattern for pattern in OWN if not any(re.fullmatch(pattern, name) for name in found)] == []
    assert {*breakages("pieces", "the clients go")} == {*WITH_CLIENTS, "operations"}
