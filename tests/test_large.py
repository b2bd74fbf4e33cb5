"""Large models are read in a way of their own; here beside the way of all other files."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics
from codegen.spec.ir import Json
from codegen.spec.large import Large, read_large
from codegen.spec.source import Source, decode, read_text

_WIDE = "é\xa0ÿ“\ud7ff\uffff🎉\U0010ffff"
_TEXTS = st.text(st.sampled_from('ab:"\\/ \n{}[],' + _WIDE), max_size=12)
_DOCUMENTS = st.dictionaries(
    _TEXTS,
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | _TEXTS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=4,
)
_SIZES = st.sampled_from((1, 2, 7, 40, 16_384))
_WRONG = (
    b'{"a": "\\\xc3\xa9"}',  # a backslash before what would become an escape
    b'{"a": "\\\\\xc3\xa9"}',
    b'{"a": "\\u00\xc3\xa99"}',
    b'{"a": \xc3\xa9}',
    b'{"a": "\xc3"}',
    b'{"a": "\xc3\xa9", "b": "\xe2\x80"}',
    b'{"a": "\\ud83c\\udf89", "b": "\xf0\x9f\x8e\x89"}',
    b'{"a": "\\uD83C"}',
    b'{"a": "\\\\ud83c"}',
    b'{"a": 1, "a": 2}',
    b'{"a": "\\":", "a": ":"}',
    b'{"b": [{"a": {"c": 1}, "\\u0061": 2}]}',
    b'{"\xc3\xa9": 1, "\\u00e9": 2}',
    b'{"a": 1e999}',
    b'{"a": NaN}',
    b'{"a": "b" "c"}',
    b'{"a": "\n"}',
    b'{"a": "\xc3\xa9" x}',
)


def _outcome(content: bytes, size: int) -> tuple[Json | str, Json | str]:
    """What the two ways give: a value, or all that they say is wrong."""

    def ours() -> Source:
        pieces = [content[begin : begin + size] for begin in range(0, len(content), size)]
        return read_large(Large("a.json", lambda: pieces, content))

    found: list[Json | str] = []
    for read in (ours, lambda: read_text("a.json", decode("a.json", content))):
        try:
            found.append(read().value)
        except Diagnostics as fault:
            found.append(f"refused: {fault.text()}")
    return found[0], found[1]


@settings(deadline=None)
@given(_DOCUMENTS, st.booleans(), st.sampled_from((None, 2)), _SIZES)
def test_a_model_reads_as_any_file_does(document: Json, in_ascii: bool, indent: int | None, size: int) -> None:
    content = json.dumps(document, ensure_ascii=in_ascii, indent=indent).encode()
    assert _outcome(content, size) == (document, document)


@pytest.mark.parametrize("size", [1, 2, 3, 8, 16_384])
@pytest.mark.parametrize("content", _WRONG, ids=repr)
def test_what_is_wrong_is_told_as_of_any_file(content: bytes, size: int) -> None:
    ours, theirs = _outcome(content, size)
    assert ours == theirs


@settings(deadline=None)
@given(_DOCUMENTS, st.integers(1, 400), st.integers(0, 3), st.binary(max_size=3), _SIZES)
@example({"a": ""}, 7, 0, b'","a":"', 1)
def test_whatever_is_amiss_in_a_model_is_told_as_of_any_file(
    document: Json, at: int, left_out: int, put_in: bytes, size: int
) -> None:
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    ours, theirs = _outcome(content[:at] + put_in + content[at + left_out :], size)
    assert ours == theirs


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abé"), _DOCUMENTS), max_size=5), _SIZES)
def test_a_key_that_stands_twice_is_refused_wherever_it_is(pairs: list[tuple[str, Json]], size: int) -> None:
    entries = ", ".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in pairs)
    ours, theirs = _outcome(f'{{"x": [{{{entries}}}]}}'.encode(), size)
    assert ours == theirs
    assert isinstance(ours, str) == (len({key for key, _ in pairs}) < len(pairs))


def test_many_wide_strings_of_one_piece_are_spelled_out() -> None:
    document = {str(number): "é🎉"[number % 2 :] * (number % 5) for number in range(2000)}
    content = json.dumps(document, ensure_ascii=False).encode()
    assert _outcome(content, 16_384) == (document, document)
