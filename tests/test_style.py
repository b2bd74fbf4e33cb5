"""What is formatted piece by piece is what black makes of the whole, whatever the pieces are."""

from __future__ import annotations

import gc
from typing import Any

import black
import pytest
from black.mode import TargetVersion
from black.parsing import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.emit import style
from codegen.emit.style import LINE_LENGTH

MODE = black.Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})
WIDE = ", ".join(f"name_of_a_parameter_{number}: int" for number in range(6))
HEAD = '"""A module."""\n\nimport x\n\nA = 1'
PIECES = (
    "class A(B):\n    a: int = 1",
    "class Bare:\n\n    def first(self) -> None: ...",
    'class Told:\n    """Says.\n\n    More.\n    """\n\n    b = 2\n\n    def b(self) -> None:\n        pass',
    f"class Wide:\n    def f({WIDE}) -> None: ...\n\n    def g(self): return 1\n\n    @h\n    async def h(self): ...",
    f"def f({WIDE}) -> None:\n    pass",
    "@decorated\n@twice\nclass D: pass",
    "async def g() -> None:\n    x = {\n    }\n    return x",
    "X = (\n    1,\n)",
    "# a comment\n\n\nY = 2",
    "if X:\n\n    def k() -> None: ...\n\n    def m() -> None: ...",
    'Z = """\n\nclass NotOne:\n    pass\n"""',
    "W = f(\n\n\n)",
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=6), st.sampled_from(["\n\n", "\n\n\n", "\n\n\n\n"]))
def test_pieces_are_formatted_as_the_whole_is(pieces: list[str], between: str) -> None:
    text = between.join([HEAD, *pieces]) + "\n"
    style._remembered.cache_clear()
    wanted = black.format_str(text, mode=MODE)
    assert (style.style(text), style.style(text)) == (wanted, wanted)


def test_black_gets_only_the_pieces_that_are_new(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[str] = []
    format_str = black.format_str

    def remember(text: str, *, mode: black.Mode) -> str:
        got.append(text)
        return format_str(text, mode=mode)

    style._remembered.cache_clear()
    monkeypatch.setattr("black.format_str", remember)
    old, new = "def old(): return 1\n\n\n", "def new(): return 2\n"
    assert style.style(old) == "def old():\n    return 1\n"
    assert style.style(old + new) == "def old():\n    return 1\n\n\ndef new():\n    return 2\n"
    assert style.style(old + new).count("return") == 2
    assert got == [old.strip() + "\n", new]


def test_a_border_in_a_string_is_none() -> None:
    text = 'A = """\n\nclass NotOne:\n"""\n\n\nclass   One: pass\n'
    assert style.style(text) == black.format_str(text, mode=MODE)


def test_many_pieces_stay_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_GROUP", 100)
    text = "".join(f"def f_{number}({WIDE if number % 3 else ''}) -> None: ...\n\n\n" for number in range(20))
    assert style.style(text) == black.format_str(text, mode=MODE)


def test_what_is_no_python_is_refused() -> None:
    with pytest.raises(InvalidInput):
        style.style("class A:\n\n    def (:\n")


# ------------------------------------------------------------------------------------------------------- to the letter


@pytest.fixture
def got(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the texts that black gets."""
    texts: list[str] = []
    real = black.format_str

    def format_str(text: str, **more: Any) -> str:
        texts.append(text)
        return real(text, **more)

    monkeypatch.setattr(black, "format_str", format_str)
    return texts


def test_black_gets_tops_and_methods_apart(got: list[str]) -> None:
    top = '"""Says."""\n\n\nclass A:\n    a = 1\n\n\ndef f(): ...\n\n\n@g\nasync def h():\n    return X\n'
    methods = "    def b(self): ...\n\n    @c\n    async def d(self):\n        return X\n"
    text = top.replace("a = 1\n", f"a = 1\n\n{methods}")
    assert style.style(text) == text
    assert got == [top, f"class _:\n{methods}"]


def test_black_gets_what_has_a_line_to_be_broken_apart(got: list[str]) -> None:
    fits, over = (f"def f():\n    return g({'a' * length}, a)\n" for length in (103, 104))
    assert [len(one.split("\n")[1]) for one in (fits, over)] == [120, 121]
    broken = over.replace("g(", "g(\n        ").replace(", a)", ", a\n    )")
    assert style.style(f"{over}\n\n{fits}\n\n{over}") == f"{broken}\n\n{fits}\n\n{broken}"
    assert got == [fits, f"{over}\n\n{over}"]


def test_black_gets_as_many_pieces_as_fit(got: list[str]) -> None:
    text = "".join(
        "def f(): ...  # ".ljust(size - 3, "x") + "\n\n\n"
        for size in (40_000, 20_000, 60_001, 20_000, 40_000, 1_000, 59_001, 999)
    )
    assert style.style(text) == text.removesuffix("\n\n")
    assert [[len(one) + 3 for one in group[:-1].split("\n\n\n")] for group in got] == [
        [40_000, 20_000],
        [60_001],
        [20_000, 40_000],
        [1_000],
        [59_001, 999],
    ]


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_blank_lines_in_a_string_stay_as_many(quotes: str) -> None:
    text = f"a = {quotes}\n\nclass NotOne:\n{quotes}\n"
    assert style.style(text) == style.style_whole(text) == text.replace("'''", '"""')


def test_black_gets_the_whole_where_it_makes_more_pieces_than_it_got(got: list[str]) -> None:
    text = "def f(): return 1\ndef g(): return 2\n"
    assert style.style(text) == "def f():\n    return 1\n\n\ndef g():\n    return 2\n"
    assert got == [text, text]


def test_garbage_is_swept_after_each_group(monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[None] = []
    monkeypatch.setattr(gc, "collect", lambda: swept.append(None))
    style.style("class A:\n    a = 1\n\n    def b(self): ...\n")
    assert len(swept) == 2
