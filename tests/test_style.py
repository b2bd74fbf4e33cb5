"""What is formatted piece by piece is what black makes of the whole, whatever the pieces are."""

from __future__ import annotations

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
    assert style.style(text) == black.format_str(text, mode=MODE)


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
