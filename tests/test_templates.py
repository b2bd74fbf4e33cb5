"""Templates print and Python decides: their syntax trees hold nothing that computes, their text nothing that quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import meta, nodes
from template_reference import MEANINGS, NAMES, members, templates_page, views

from codegen.data import data_folder
from codegen.emit.filters import FILTERS
from codegen.emit.render import BINDINGS, CLIENT_TARGETS, MODULE, RULES_TARGETS, TARGETS, environment
from codegen.overrides import ours
from codegen.pages import environment as pages

FOLDER = data_folder("templates")
OURS = [path for folder in ("package", "models", "conformance") for path in sorted((FOLDER / folder).rglob("*.j2"))]
PAGES = sorted((FOLDER / "pages").rglob("*.j2"))
LONGEST = 120

FORBIDDEN = (
    *(nodes.Call, nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.CondExpr),
    *(nodes.Import, nodes.FromImport, nodes.Extends, nodes.ExprStmt, nodes.With, nodes.ScopedEvalContextModifier),
    *(nodes.Compare, nodes.BinExpr, nodes.And, nodes.Or, nodes.Concat, nodes.Neg, nodes.Pos, nodes.Getitem),
)

NAMES_IN_QUOTES = {
    "package/errors.py.j2": {"error.name"},
    "package/models/__init__.py.j2": {"name", "module.name"},
    "package/models/_types.py.j2": {"type.name"},
    "package/models/events.py.j2": {"event.name"},
    "package/models/module.py.j2": {"name"},
}
"""The `__all__` lists: what stands there in quotes is a name that `codegen.spec.names` made."""

_HREF = re.compile(r"\{\{ [\w.]+\.href \}\}")
_PRINTED = re.compile(r"\{\{ ([\w.]+)(?:\|(\w+)(?:\(\d+\))?)? \}\}")


def shown(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def faults(path: Path, made: jinja2.Environment) -> Iterator[str]:
    """Name every place of a template that does more than print."""
    text = path.read_text("utf-8")
    for node in made.parse(text).find_all((nodes.Node,)):
        if isinstance(node, FORBIDDEN):
            yield f"{shown(path)}:{node.lineno}: {type(node).__name__}"
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield f"{shown(path)}:{node.lineno}: filter {node.name}"
    for found in re.finditer(r"\{\{.*?\}\}", text):
        if not _PRINTED.fullmatch(found[0]):
            yield f"{shown(path)}:{_line(text, found.start())}: {found[0]}"


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def printed(path: Path) -> Iterator[tuple[int, str, str | None, str]]:
    """Give line, expression, filter and surroundings (docstring, quotes, comment, code) of what is printed."""
    text = path.read_text("utf-8")
    for found in _PRINTED.finditer(text):
        before = text[: found.start()]
        line = before.rpartition("\n")[2].replace('"""', "")
        if before.count('"""') % 2:
            around = "docstring"
        elif line.startswith("#"):
            around = "comment"
        else:
            around = "quotes" if line.count('"') % 2 or line.count("'") % 2 else "code"
        yield _line(text, found.start()), found[1], found[2], around


def test_there_are_templates() -> None:
    assert OURS and PAGES


@pytest.mark.parametrize("path", OURS, ids=shown)
def test_a_template_only_prints(path: Path) -> None:
    assert list(faults(path, environment())) == []


@pytest.mark.parametrize("path", PAGES, ids=shown)
def test_a_template_of_a_page_only_prints_and_has_no_filters(path: Path) -> None:
    assert list(faults(path, pages.environment())) == []
    assert [(line, name) for line, name, filtered, _ in printed(path) if filtered] == []


@pytest.mark.parametrize("path", PAGES, ids=shown)
def test_a_page_prints_into_text_and_quoted_attributes_only(path: Path) -> None:
    text = path.read_text("utf-8")
    tags = [(_line(text, found.start()), found[0]) for found in re.finditer(r"<[a-z][^<>]*\{\{[^<>]*>", text)]
    for line, tag in tags:
        bare = re.sub(r'"[^"]*"', '""', tag)
        assert "{{" not in bare, f"{shown(path)}:{line}: printed outside quotes: {tag}"
        active = re.findall(r'\b(on\w+|style|srcdoc|src|action|href)="([^"]*\{\{[^"]*)"', tag)
        if shown(path).startswith("pages/reference/"):  # whose `href`s are made by `codegen.reference.site.hrefs`
            active = [(name, value) for name, value in active if not _HREF.fullmatch(value)]
        assert [name for name, value in active if not value.startswith("#")] == [], f"{shown(path)}:{line}: {tag}"
    inside = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", text, re.DOTALL)
    assert set(inside) <= {"{{ view.style.text }}", "{{ view.script.text }}"}


def test_the_environment_of_pages_escapes_and_knows_nothing() -> None:
    made = pages.environment()
    assert (made.autoescape, made.undefined, made.globals, made.filters) == (True, jinja2.StrictUndefined, {}, {})
    assert made.from_string("{{ a }}").render(a="<&\"'\u202e\u2028\x1b\ud800") == (
        "&lt;&amp;&#34;&#39;\\u202e\\u2028\\x1b\\ud800"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{ f() }}",
        "{% set a = 1 %}",
        "{{ a == b }}",
        "{{ a + b }}",
        "{{ a ~ b }}",
        "{{ a and b }}",
        "{{ a if b }}",
        "{{ a|upper }}",
        "{{ a|safe }}",
        "{{ a['b'] }}",
        "{% macro m() %}{% endmacro %}",
        "{% import 'x' as y %}",
        "{% filter upper %}{% endfilter %}",
        "{% extends 'x' %}",
        "{{ 'text' }}",
        "{{a}}",
    ],
)
def test_a_template_that_does_more_is_named(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_templates.FOLDER", tmp_path)
    (tmp_path / "bad.j2").write_text("\n" + text)
    assert [fault.split(": ")[0] for fault in faults(tmp_path / "bad.j2", jinja2.Environment())][:1] == ["bad.j2:2"]


@pytest.mark.parametrize("path", OURS, ids=shown)
def test_strings_come_through_the_filter_of_their_surroundings(path: Path) -> None:
    misused: dict[str, set[str | None]] = {
        "docstring": {None, "literal", "comment"},
        "comment": {None, "literal", "docstring"},
        "code": {"docstring", "comment"},
        "quotes": {"literal", "docstring", "comment"},
    }
    for line, name, filtered, around in printed(path):
        assert filtered not in misused[around], f"{shown(path)}:{line}: {name}|{filtered} in {around}"


def test_only_names_of_ours_stand_in_quotes() -> None:
    quoted: dict[str, set[str]] = {}
    for path in OURS:
        for _, name, _, around in printed(path):
            if around == "quotes":
                quoted.setdefault(shown(path), set()).add(name)
    assert quoted == NAMES_IN_QUOTES


@pytest.mark.parametrize("path", [*OURS, *PAGES], ids=shown)
def test_a_template_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", [path for path in OURS if path.name.endswith(".py.j2")], ids=shown)
def test_a_template_begins_with_the_header(path: Path) -> None:
    assert path.read_text("utf-8").splitlines()[0] == "# {{ view.header|comment }}"


def test_every_template_has_its_product_and_every_product_its_template() -> None:
    included = {name for path in OURS for name in re.findall(r'{% include "([^"]+)" %}', path.read_text("utf-8"))}
    templates = {shown(path) for path in OURS if shown(path).startswith("package/")} - included
    targets = (*TARGETS, *CLIENT_TARGETS, *RULES_TARGETS, BINDINGS, MODULE)
    assert templates == {f"package/{target}.j2" for target in targets}


def test_templates_are_of_kinds_we_know() -> None:
    kinds = {"package": {".j2"}, "conformance": {".j2", ".py"}, "models": {".j2"}, "static": {".py"}}
    kinds["pages"] = {".j2", ".css", ".js"}
    files = [path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    strange = [shown(path) for path in files if path.suffix not in kinds.get(shown(path).split("/")[0], {path.suffix})]
    assert strange == []


# ------------------------------------------------------------------------------------------------------- the reference

PAGE = Path(__file__).parent.parent / "docs" / "templates.md"


def test_the_page_says_what_templates_get(update: bool) -> None:
    if update:
        PAGE.write_text(templates_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == templates_page()


def test_the_page_tells_what_everything_means_and_nothing_else() -> None:
    found = {view.__name__: {name: said for name, _, said in members(view)} for view in views()}
    assert [(view, name) for view, names in found.items() for name, said in names.items() if not said] == []
    assert [(view, name) for view in MEANINGS for name in MEANINGS[view] if name not in found.get(view, {})] == []


def test_templates_use_no_name_but_those_that_the_page_tells() -> None:
    names = {
        "package": set(NAMES),
        "conformance": {"view"},
        "models": {"view"},
    }
    for path in OURS:
        used = meta.find_undeclared_variables(environment().parse(path.read_text("utf-8")))
        assert used <= names[shown(path).split("/")[0]], path


def test_what_can_be_overridden_is_every_template_that_a_package_is_made_of() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    others = {shown(path) for path in files} - set(ours())
    assert {name.split("/")[0] for name in others} == {"pages", "starter"}
