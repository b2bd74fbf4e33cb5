"""Text of a spec becomes code by the emitters alone: no view holds it as a plain string, no template unwraps it.

`SpecText.raw` is a plain string again. The modules of `codegen/emit` that use it are listed here, each with the reason;
what they make of it is looked at in a view whose every text bears a mark that no identifier can have.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from strategies import SERVICE, model_of, spec_of

from codegen.diagnostics import Diagnostics
from codegen.emit.views.levels import Levels
from codegen.emit.views.package import view_package
from codegen.overrides import Override, Overrides
from codegen.pipeline import Options, generate
from codegen.spec.ir import SpecText

ROOT = Path(__file__).parent.parent
MARK = "\u2603 \u2603"
MADE_TEXT = "a sentence or a name is put together, and is SpecText again"
ASKED = "a text is compared or looked up, and not printed"
UNWRAPPED = {
    "filters.py": "the emitters themselves",
    "jsonschema.py": "JSON, which json.dumps writes in ASCII",
    "selection.py": ASKED,
    "streams.py": MADE_TEXT,
    "views/bindings.py": ASKED,
    "views/clients.py": MADE_TEXT,
    "views/endpoints.py": ASKED,
    "views/errors.py": MADE_TEXT,
    "views/facts.py": MADE_TEXT,
    "views/levels.py": ASKED,
    "views/models.py": ASKED,
    "views/modules.py": MADE_TEXT,
    "views/operations.py": MADE_TEXT,
    "views/package.py": "the first line: names and dates that rules hold to letters, digits and hyphens",
    "views/paths.py": ASKED,
    "views/scalars.py": "a pattern is lowered, and is SpecText again",
    "views/strategies.py": "names of classes, which are identifiers already",
    "views/symbols.py": MADE_TEXT,
    "views/waiters.py": MADE_TEXT,
}
"""Module of `codegen/emit` -> why it unwraps; `cases/` makes vectors, which are JSON."""


def test_who_unwraps_a_text_is_known() -> None:
    emit = ROOT / "codegen" / "emit"
    found = {
        path.relative_to(emit).as_posix()
        for path in emit.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "raw"
    }
    assert {name for name in found if not name.startswith("cases/")} == set(UNWRAPPED)


def test_no_template_unwraps_a_text() -> None:
    printed = list((ROOT / "templates").rglob("*.j*2"))
    assert len(printed) > 10
    asked = re.compile(r"\{[{%][^}]*\.raw\b")
    assert not [path.name for path in printed if asked.search(path.read_text("utf-8"))]


def marked() -> dict[str, Any]:
    """A spec whose every text that may hold anything holds the mark."""
    said = {"documentation": MARK}
    text = {"type": "string", **said, "traits": {MARK: MARK}}
    members = {MARK: {"target": MARK, **said, "deprecated": {"message": MARK, "since": MARK}}}
    shapes = {
        "SendRequest": {
            "type": "structure",
            "members": {**members, "E": {"target": "E"}, "U": {"target": "U"}},
            **said,
        },
        "E": {"type": "enum", "values": {MARK: said}, **said},
        "U": {"type": "union", "members": members, **said},
        MARK: {**text, "pattern": MARK},
    }
    errors = {"Refused": {"httpError": 400, "suggestedAction": MARK, "members": members, **said}}
    event = {"detailType": MARK, "source": MARK, "detail": "SendRequest", **said}
    examples = {"Send": [{"title": MARK, "input": {MARK: MARK}, **said}]}
    service = {**SERVICE, "title": MARK, **said}
    return spec_of(shapes, errors=errors, events={MARK: event}, examples=examples, service=service)


def plain_strings(value: Any, path: str = "view") -> Iterator[tuple[str, str]]:
    """Give every string of a view that is no SpecText, with where it stands."""
    match value:
        case SpecText():
            return
        case str():
            yield path, value
        case Mapping():
            for key, item in value.items():
                yield from plain_strings(key, f"{path} key")
                yield from plain_strings(item, f"{path}[...]")
        case tuple() | list() | frozenset() | set():
            for item in value:
                yield from plain_strings(item, f"{path}[]")
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from plain_strings(getattr(value, field.name), f"{path}.{field.name}")
        case _:
            return


def test_no_view_holds_text_of_a_spec_as_a_string() -> None:
    view = view_package(model_of(marked()), "", Levels({}), "speccast generate")
    found = list(plain_strings(view))
    assert len(found) > 50
    assert {path for path, text in found if "\u2603" in text} == set()


@pytest.mark.parametrize("path", ["package/errors.py.j2", "package/models/_types.py.j2", "conformance/__init__.py.j2"])
def test_an_override_gets_text_that_cannot_be_printed_but_by_a_filter(path: str) -> None:
    overrides = Overrides((Override(path, "mine.j2", "0" * 16, "x = '{{ view.title }}'\n"),))
    with pytest.raises(Diagnostics) as caught:
        generate(model_of(marked()), Options(overrides=overrides))
    (found,) = caught.value.found
    assert found.rule == "template" and "spec text enters code only through a filter" in found.message
