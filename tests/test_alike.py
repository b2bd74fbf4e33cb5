"""Two models are parsed together; here beside parsing each alone."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import product
from typing import cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics
from codegen.forms import Read, read_both_lazily, read_files_lazily
from codegen.spec import alike
from codegen.spec.alike import decode_marked, mark
from codegen.spec.files import SpecFile
from codegen.spec.ir import Json
from codegen.spec.lazily import LazyOperations, LazyShapes
from codegen.spec.source import DECODER, Refused

Entries = dict[str, Json]

_NAMES = st.sampled_from([f"Entry{number}" for number in range(9)] + ["", "é", 'a"b', "\\"])
_VALUES = st.recursive(
    st.integers(-9, 9) | st.text('a"\\ \n{}[],:é', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=6,
)
_SECTIONS = st.dictionaries(_NAMES, _VALUES, max_size=8)
_WHOLE = ('"A":{"x":1}', '"B":[{"y":2}]', '"C":"c"', '"D":{\n      "z":{}\n    }', '"E":{"":0}')
_PARTS = ('"A":{"x":1', '"B":2}', '"B":[{"x":1', '"C":2}]', '"C":3},"D":{"y":4', '"D":[', "[]]", '"E":"', '"', "}", "{")
_NO_JSON = ('"":NaN', '"":NaN,"":NaN', '"F":NaN', '"G":Infinity', '"":0', '"A":{"x":1},"A":2', '"H":1e999', '"I":\\')


@pytest.fixture(scope="module", autouse=True)
def _short_steps() -> Iterator[None]:
    """Compare character by character at last, so that few are as good as many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike, "_STEPS", (8, 3, 1))
        yield


def _printed(operations: Entries, shapes: Entries, **more: Json) -> str:
    """Print a model as botocore does."""
    sections: dict[str, Json] = {"metadata": {"apiVersion": "1"}, "operations": operations, "shapes": shapes, **more}
    return json.dumps(sections, indent=2, separators=(",", ":"))


def _together(old: str, new: str) -> tuple[Json, Json] | None:
    return decode_marked(*mark(old, new))


def _alone(text: str) -> Json | None:
    try:
        value: Json = DECODER.decode(text)
    except (json.JSONDecodeError, Refused):
        return None
    return value


def _in_order(value: Json) -> str:
    """Tell orders of members apart, which `==` does not."""
    return json.dumps(value)


@settings(deadline=None)
@given(_SECTIONS, _SECTIONS, _SECTIONS, st.booleans())
def test_two_texts_give_what_each_gives_alone(was: Entries, both: Entries, now: Entries, in_order: bool) -> None:
    models = [{**both, **was}, {**both, **now}]
    if in_order:
        models = [dict(sorted(model.items())) for model in models]
    texts = [_printed(model, {"First": 1, **model, "zlast": 2}) for model in models]
    values = _together(texts[0], texts[1])
    assert values is not None
    assert [*map(_in_order, values)] == [_in_order(json.loads(text)) for text in texts]


@settings(deadline=None, max_examples=400)
@given(*[st.lists(st.sampled_from(_WHOLE + _PARTS + _NO_JSON), min_size=1, max_size=6)] * 3, st.booleans())
@example(['"A":{"w":0', '"x":1},"B":{"y":2', '"C":3}'], [], ['"A":{"w":9', '"x":1},"B":{"y":2', '"C":4}'], False)
@example(['"A":{"x":1', '"D":5', '"E":2}', '"F":0'], [], ['"A":{"x":1', '"D":9', '"E":2}', '"F":1'], False)
@example(['"A":{"x":1', '"B":2}', '"C":0'], [], ['"A":{"x":1', '"B":3}', '"C":0'], False)
@example(['"A":"', '"B":"', '"C":0'], [], ['"A":"', '"B":"', '"C":1'], False)
def test_what_looks_like_entries_and_is_none_is_never_taken_for_them(
    was: list[str], both: list[str], now: list[str], in_order: bool
) -> None:
    texts: list[str] = []
    for entries in ([*was, *both], [*both, *now] if now[0] < was[0] else [*now, *both]):
        lines = ",\n    ".join(sorted(entries) if in_order else entries)
        texts.append(f'{{\n  "operations":{{\n  }},\n  "shapes":{{\n    "0":0,\n    {lines}\n  }}\n}}')
    values = _together(texts[0], texts[1])
    if values is not None:
        assert [*map(_in_order, values)] == [_in_order(_alone(text)) for text in texts]


@pytest.mark.parametrize("entry", _NO_JSON)
@pytest.mark.parametrize("side", [0, 1, 2])
def test_what_is_no_json_is_left_to_who_says_what_is_wrong(entry: str, side: int) -> None:
    text = _printed({}, {"A": 1, "B": 2, "C": 3, "D": 4})
    wrong = text.replace('"B":2', entry)
    old, new = ((wrong, text), (text, wrong), (wrong, wrong))[side]
    alone = [_alone(old), _alone(new)]
    values = _together(old, new)
    assert values is None or [*values] == alone
    assert values is not None or None in alone


def test_sections_in_another_order_are_parsed_as_well() -> None:
    entries = {f"Entry{number}": {"type": "string"} for number in range(9)}
    models = [{"operations": entries, "shapes": entries}, {"shapes": entries, "operations": entries}]
    texts = [json.dumps(model, indent=2, separators=(",", ":")) for model in models]
    for old, new in product(texts, texts):
        assert _together(old, new) == (json.loads(old), json.loads(new))


def test_what_nests_too_deep_to_be_parsed_is_left_to_who_says_so() -> None:
    text = _printed({"Call": {}}, {"A": 1, "B": 2, "C": 3})
    deep = text.replace('"B":2', '"B":' + "[" * 200_000 + "]" * 200_000)
    assert _together(text, deep) is None
    assert _together(deep, text) is None


def test_what_is_alike_is_one_object() -> None:
    shapes: Entries = {f"Shape{number:03}": {"type": "string", "max": number} for number in range(100)}
    changed: Entries = {**shapes, "Shape050": {"type": "string"}, "Shape050a": {}}
    values = _together(
        _printed({"Call": {}}, shapes), _printed({"Call": {}}, {name: changed[name] for name in sorted(changed)})
    )
    assert values is not None
    was, now = (cast(dict[str, Entries], value)["shapes"] for value in values)
    assert [name for name in now if now[name] is not was.get(name)] == ["Shape000", "Shape050", "Shape050a", "Shape099"]


@settings(deadline=None)
@given(st.text("ab,\n", max_size=60), st.text("ab,\n", max_size=60), st.integers(0, 9), st.integers(0, 9))
def test_characters_that_are_alike_are_counted(old: str, new: str, at: int, by: int) -> None:
    found = alike._alike(old, at, new, by)
    was, now = old[at:], new[by:]
    assert was[:found] == now[:found]
    assert len(was[:found]) == found
    assert was[found : found + 1] != now[found : found + 1] or found == len(was)


# -------------------------------------------------------------------------------------------------------------- models


def _model(shapes: Entries, *, release: str = "2020-01-01", tail: str = "") -> str:
    metadata = {"apiVersion": release, "endpointPrefix": "x", "protocol": "json", "jsonVersion": "1.1"}
    more = {"serviceFullName": "X", "serviceId": "x", "signatureVersion": "v4", "targetPrefix": "X"}
    call = {"name": "Call", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "In"}}
    model = {"version": "2.0", "metadata": metadata | more, "operations": {"Call": call}, "shapes": shapes}
    return json.dumps(model, indent=2, separators=(",", ":"), ensure_ascii=False) + tail


def _shapes(**more: Json) -> Entries:
    names = [f"Text{number}" for number in range(5)]
    members: Json = {name: {"shape": name} for name in names}
    texts: Entries = {name: {"type": "string", "documentation": "déjà vu"} for name in names}
    return {"In": {"type": "structure", "members": members}, **texts, **more}


def _file(name: str, text: str) -> SpecFile:
    content = text.encode()
    return SpecFile(name, name, gzip.compress(content) if name.endswith(".gz") else content)


def _raw(read: Read) -> tuple[Entries, Entries]:
    operations, shapes = read.model.operations, read.model.shapes
    assert isinstance(operations, LazyOperations)
    assert isinstance(shapes, LazyShapes)
    return dict(operations.raw), dict(shapes.raw)


@pytest.mark.parametrize("names", [("old.json.gz", "new.json.gz"), ("old.json", "new.json.gz"), ("a.json", "a.json")])
def test_models_of_two_releases_share_what_they_have_alike(names: tuple[str, str]) -> None:
    files = [_file(names[0], _model(_shapes())), _file(names[1], _model(_shapes(Text4={"type": "string", "max": 9})))]
    together, alone = read_both_lazily(files[:1], files[1:]), [read_files_lazily([file]) for file in files]
    assert [*map(_raw, together)] == [*map(_raw, alone)]
    assert [one.sources[0].sha256 for one in together] == [one.sources[0].sha256 for one in alone]
    (_, was), (_, now) = map(_raw, together)
    assert [name for name in was if was[name] is now[name]] == ["Text0", "Text1", "Text2", "Text3"]


def test_files_beside_a_model_are_parsed_as_always() -> None:
    paging = _file("paginators-1.json", '{"pagination":{}}')
    was, now = read_both_lazily(
        [paging, _file("a.json", _model(_shapes()))], [_file("b.json", _model(_shapes())), paging]
    )
    assert [one.path for one in was.sources] == ["paginators-1.json", "a.json"]
    assert [one.path for one in now.sources] == ["b.json", "paginators-1.json"]


_WRONG = (
    _model(_shapes(), tail="x"),
    _model(_shapes()).replace('"Text3":{', '"Text2":{'),
    _model(_shapes()).replace('"version":"2.0"', '"version":"\\ud800"'),
    _model(_shapes()).replace("vu", "vu\\"),
    _model({}).replace("{}", "{}}"),
    "",
)


@pytest.mark.parametrize("wrong", _WRONG)
def test_what_is_wrong_is_told_of_each_model(wrong: str) -> None:
    """What a file that is parsed alone is refused for, in the same words; of two such files, each."""
    files = {name: [_file(name, text)] for name, text in (("a.json", wrong), ("b.json", wrong), ("c.json", _model({})))}
    told: dict[str, str] = {}
    for name in ("a.json", "b.json"):
        with pytest.raises(Diagnostics) as alone:
            read_files_lazily(files[name])
        told[name] = alone.value.text()
    for old, new in (("a.json", "c.json"), ("c.json", "b.json"), ("a.json", "b.json")):
        with pytest.raises(Diagnostics) as fault:
            read_both_lazily(files[old], files[new])
        assert fault.value.text() == "\n".join(told[name] for name in (old, new) if name in told)
