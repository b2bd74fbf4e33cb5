"""`codegen.emit.verify`: text of a spec that became code is found, whichever way it got there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from casting import files_of
from strategies import BREAKOUTS, CANARY, Spec, model_of, spec_of, structure

from codegen.diagnostics import Diagnostics
from codegen.emit import render
from codegen.emit.verify import HARMLESS, harmless_twin, verify
from codegen.emit.views.levels import Levels
from codegen.emit.views.package import PackageView, view_package
from codegen.spec.ir import SpecText
from codegen.spec.names import ClassName


def spec_with(text: str) -> Spec:
    """Put one text wherever a spec takes any."""
    documented = {"documentation": text}
    shapes = {
        "SendRequest": {
            "type": "structure",
            "members": {
                "Text": {"target": "Text", **documented},
                "kind": {"target": "Kind"},
                text or "A": {"target": "Text"},
            },
            **documented,
        },
        "Kind": {"type": "enum", "values": {text or "A": documented}, **documented},
        "Text": {"type": "string", "pattern": {"value": "[a-z]+", "enforced": False}, **documented},
        text or "Other": structure(One="Text"),
    }
    error = {"suggestedAction": text, "members": {"Text": {"target": "Text", **documented}}, "aliases": [text or "A"]}
    event = {"detailType": text or "A", "source": text or "A", "detail": "SendRequest", **documented}
    return spec_of(shapes, errors={"Refused": {**error, **documented}}, events={"Sent": event})


def message(act: Callable[[], object]) -> str:
    with pytest.raises(Diagnostics) as caught:
        act()
    assert {one.rule for one in caught.value.found} == {"verify"}
    return caught.value.text()


@pytest.mark.parametrize("text", BREAKOUTS)
def test_hostile_text_passes_because_it_stays_text(text: str) -> None:
    assert files_of(spec_with(text)).keys() == files_of(spec_with("harmless")).keys()


# ----------------------------------------------------------------------------------------------------- broken filters


def test_a_literal_that_does_not_quote_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(render.environment().filters, "literal", lambda value: getattr(value, "raw", value))
    said = message(lambda: files_of(spec_with(f"{CANARY}()")))
    assert "errors.py:" in said and "models/events.py:" in said


def test_a_literal_that_quotes_without_escaping_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(render.environment().filters, "literal", lambda value: f'"{getattr(value, "raw", value)}"')
    assert "errors.py:" in message(lambda: files_of(spec_with(f'" + {CANARY}() + "')))


def test_a_literal_of_the_models_that_does_not_quote_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(render.environment().filters, "literal", lambda value: getattr(value, "raw", value))
    assert "models/__init__.py:" in message(lambda: files_of(spec_with(f"{CANARY}()")))


def test_a_docstring_that_does_not_escape_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(render.environment().filters, "docstring", lambda text, indent=4: text.raw)
    assert "errors.py:" in message(lambda: files_of(spec_with(f'"""; {CANARY}(); """')))


def test_a_comment_that_ends_its_line_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(render.environment().filters, "comment", lambda text: text.raw)
    view = replace(view_of(spec_of()), header=SpecText(f"made\n{CANARY}()"))
    assert "errors.py:" in message(lambda: verify(render.render(view), render.render(harmless_twin(view))))


def test_an_identifier_made_of_spec_text_is_found() -> None:
    view = view_of(spec_of({"SendRequest": structure(Text="Text"), "Text": {"type": "string"}}))
    bad = replace(view, types=(replace(view.types[0], name=ClassName(f"Text = {CANARY}()\nText")), *view.types[1:]))
    assert verify(render.render(view), render.render(harmless_twin(view))) is None  # type: ignore[func-returns-value]
    twin = render.render(harmless_twin(view))
    assert "models/_types.py:" in message(lambda: verify(render.render(bad), twin))


# -------------------------------------------------------------------------------------------------------------- verify


@pytest.mark.parametrize(
    ("text", "twin"),
    [
        ("x = 1\n", "x = 2\n"),
        ("x = 'a'\n", "x = b'a'\n"),
        ("x = 'a'\n", "x = f'a'\n"),
        ("x = 'a'\n", "y = 'a'\n"),
        ("def f(a): ...\n", "def f(b): ...\n"),
        ("f(a=1)\n", "f(b=1)\n"),
        ("import a\n", "import b\n"),
        ("x = 'a'\ny = 'a'\n", "x = 'a'\n"),
        ("x = [a, b]\n", "x = [a]\n"),
        ("x: a = 1\n", "x = 1\n"),
        ("@a\ndef f(): ...\n", "def f(): ...\n"),
        ("class A(B): ...\n", "class A: ...\n"),
        ("global_: int = 1\n", "global_: str = 1\n"),
        ("x = -1\n", "x = +1\n"),
        ("a < b\n", "a > b\n"),
    ],
)
def test_any_difference_beyond_strings_is_found(text: str, twin: str) -> None:
    assert message(lambda: verify({"a.py": text}, {"a.py": twin})).startswith("a.py:")
    assert message(lambda: verify({"a.py": twin}, {"a.py": text})).startswith("a.py:")


CHANGED = "error: a text of the spec has changed the code beyond its strings [verify]"
PATHS = "error: which files there are depends on a text of the spec [verify]"
READ = "error: what was rendered cannot be read back:"


@pytest.mark.parametrize(
    ("text", "twin", "said"),
    [
        ("\nx = 'a'\ny = b\n", "\n\n\nx = 'a'\n\n\ny = c\n", f"a.py:3:1: {CHANGED}"),
        ("x = 'a'\n\ny = 'a'\n", "x = 'a'\n", f"a.py:1:1: {CHANGED}"),
        ("\ndef f(): ...\n", "\ndef f() -> a: ...\n", f"a.py:2:1: {CHANGED}"),
        ("x = 1\ny = (\n", "x = 1\n", f"a.py:2:1: {READ} '(' was never closed [verify]"),
        ("x = 1\x00\n", "x = 1\n", None),
        ("X\n", None, f"a.py: {PATHS}\na.py:1:1: {CHANGED}"),
    ],
)
def test_a_difference_is_told_with_its_line(text: str, twin: str | None, said: str | None) -> None:
    told = message(lambda: verify({"a.py": text}, {} if twin is None else {"a.py": twin}))
    assert told == (said or f"a.py: {READ} source code string cannot contain null bytes [verify]")


def test_json_that_does_not_parse_is_told() -> None:
    said = "a.json:1:1: error: what was rendered cannot be read back: "
    told = message(lambda: verify({"a.json": "\n\n{"}, {"a.json": "{}"}))
    assert told == f"{said}Expecting property name enclosed in double quotes [verify]".replace("1:1", "3:1")


def test_strings_comments_and_layout_may_differ() -> None:
    verify(
        {"a.py": '# a\nx = "a"\n', "a.json": "{}", "py.typed": "("},
        {"a.py": 'x = (\n"b")\n', "a.json": "[]", "py.typed": ""},
    )


def test_files_that_do_not_parse_are_found_with_their_line() -> None:
    twin = {"a.py": "x = 1\n", "a.json": "{}"}
    said = message(lambda: verify({"a.py": "x = 1\ny = (\n", "a.json": "{"}, twin))
    assert [line.split(": error: ")[0] for line in said.splitlines()] == ["a.json:1:1", "a.py:2:1"]
    assert "cannot be read back" in said


@pytest.mark.parametrize("text", ["x", "N{NO SUCH}", "U00110000"])
def test_a_string_that_python_cannot_read_is_found_though_the_code_is_the_same(text: str) -> None:
    said = message(lambda: verify({"a.py": f'x = 1\ny = "\\{text}"\n'}, {"a.py": 'x = 1\ny = "harmless"\n'}))
    assert said.startswith("a.py:2:1: error: what was rendered cannot be read back: (unicode error)")


def test_a_nul_and_deep_nesting_are_faults_not_crashes() -> None:
    for text in ("x = 1\x00\n", "(" * 5000 + ")" * 5000 + "\n"):
        assert "a.py" in message(lambda text=text: verify({"a.py": text}, {"a.py": "x = 1\n"}))  # type: ignore[misc]


def test_paths_that_differ_are_found() -> None:
    said = message(lambda: verify({"a.py": "", "b.py": ""}, {"a.py": "", "c.py": ""}))
    reason = "error: which files there are depends on a text of the spec [verify]"
    assert said == f"b.py: {reason}\nc.py: {reason}"


# ------------------------------------------------------------------------------------------------------- harmless twin


def view_of(spec: Spec) -> PackageView:
    return view_package(model_of(spec), "", Levels())


def texts_in(value: Any) -> Iterator[SpecText]:
    """Walk every text of a view."""
    if isinstance(value, SpecText):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in texts_in(item))
    elif isinstance(value, tuple):
        yield from (text for item in value for text in texts_in(item))
    elif is_dataclass(value):
        yield from (text for field in fields(value) for text in texts_in(getattr(value, field.name)))


def test_the_twin_of_a_view_holds_no_text_of_the_spec() -> None:
    view = view_of(spec_with("text"))
    assert len(set(texts_in(view))) > 15
    assert set(texts_in(harmless_twin(view))) == {HARMLESS}


def test_the_twin_keeps_names_numbers_and_structure() -> None:
    view = view_of(spec_with("text"))
    twin = harmless_twin(view)
    assert len(list(texts_in(twin))) == len(list(texts_in(view)))
    assert (twin.package, list(twin.definitions), len(twin.types)) == (
        view.package,
        list(view.definitions),
        len(view.types),
    )
    assert harmless_twin(twin) == twin


def test_what_is_generated_is_verified_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.pipeline.harmless_twin", lambda view: replace(view, types=()))
    assert "models/_types.py:" in message(lambda: files_of(spec_with("text")))
