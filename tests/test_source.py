"""`codegen.spec.source`: values, positions, and one named refusal for everything that is not a spec file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics, Location, Place
from codegen.spec.source import Source, locator, read_source, read_spec_files, shown_path

SPEC = """{
  "shapes": {
    "Été": {"type": "string", "tags": [1, [true, "two"]]},
    "a/b~c": null
  }
}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(content: bytes | str) -> str:
    with pytest.raises(Diagnostics) as raised:
        read_source("s.json", content if isinstance(content, bytes) else content.encode())
    return raised.value.text()


def test_values_are_those_of_the_json_text() -> None:
    assert read_source("s.json", SPEC.encode()).value == json.loads(SPEC)


@pytest.mark.parametrize(
    ("place", "line", "column"),
    [
        (Place("s.json"), 1, 1),
        (Place("s.json", ("shapes",)), 2, 13),
        (Place("s.json", ("shapes",), on_key=True), 2, 3),
        (Place("s.json", ("shapes", "Été", "tags")), 3, 39),
        (Place("s.json", ("shapes", "Été", "tags", 1, 1)), 3, 50),
        (Place("s.json", ("shapes", "a/b~c"), on_key=True), 4, 5),
        (Place("s.json", ("shapes", "a/b~c")), 4, 14),
        (Place("s.json", ("shapes", "gone", "further")), 2, 13),
        (Place("s.json", ("shapes", "Été", "tags", 7)), 3, 39),
        (Place("s.json", ("shapes", "Été", "type", "deeper")), 3, 21),
    ],
)
def test_a_place_is_found_by_line_and_column_in_characters(place: Place, line: int, column: int) -> None:
    assert read_source("s.json", SPEC.encode()).locate(place) == Location("s.json", line, column)


def test_a_locator_finds_places_in_several_files_and_names_an_unknown_one_as_a_whole() -> None:
    locate = locator([read_source("a.json", b'{"x": 1}'), read_source("b.json", b'\n{"y":\n2}')])
    assert str(locate(Place("b.json", ("y",)))) == "b.json:3:1"
    assert str(locate(Place("c.json", ("y",)))) == "c.json"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def pointers(value: object, base: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], object]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(base, value), *(found for step, child in children for found in pointers(child, (*base, step)))]


def text_at(source: Source, place: Place) -> str:
    found = source.locate(place)
    lines = source.text.split("\n")
    return "\n".join([lines[found.line - 1][found.column - 1 :], *lines[found.line :]])


@given(st.dictionaries(st.text(), values), st.sampled_from([None, 0, 1, 3, "\t"]), st.booleans())
def test_the_text_at_every_pointer_is_the_value_there(value: object, indent: int | str | None, ascii: bool) -> None:
    source = read_source("s.json", json.dumps(value, indent=indent, ensure_ascii=ascii).encode())
    for pointer, expected in pointers(value):
        place = Place("s.json", pointer)
        assert json.JSONDecoder().raw_decode(text_at(source, place))[0] == expected
        if pointer and isinstance(pointer[-1], str):
            assert json.JSONDecoder().raw_decode(text_at(source, place.key()))[0] == pointer[-1]


@given(st.binary() | st.text(alphabet='{}[]",:\\u019deEfn \n-+.').map(str.encode))
def test_any_bytes_give_an_object_or_one_diagnostic_with_a_line(content: bytes) -> None:
    try:
        source = read_source("s.json", content)
    except Diagnostics as fault:
        (found,) = fault.found
        assert isinstance(found.place, Location) and found.place.line and found.place.column
    else:
        assert source.value == json.loads(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "s.json:1:1: error: the file is empty [syntax]"),
        (" \n", "s.json:1:1: error: the file is empty [syntax]"),
        ("null", "s.json:1:1: error: the top level of a spec is an object, in braces [not-an-object]"),
        ("\n []", "s.json:2:2: error: the top level of a spec is an object, in braces [not-an-object]"),
        ('{"a": 1', 's.json:1:8: error: expected "," or "}" after this value [syntax]'),
        ('{"a": {"b": 1}\n "c": 2}', 's.json:1:15: error: expected "," or "}" after this value [syntax]'),
        ('{"a": [1 2]}', 's.json:1:9: error: expected "," or "]" after this value [syntax]'),
        ('{"a" 1}', 's.json:1:5: error: expected ":" after this key [syntax]'),
        ("{a: 1}", "s.json:1:2: error: expected a key in double quotes [syntax]"),
        ('{"a": x}', "s.json:1:7: error: expected a value [syntax]"),
        ('{"a":', "s.json:1:6: error: the file ends in the middle of a value [syntax]"),
        ("{", "s.json:1:2: error: the file ends in the middle of a value [syntax]"),
        ('{"a": 1,\n}', "s.json:1:8: error: nothing follows this comma; remove it [syntax]"),
        ('{"a": [1, ]}', "s.json:1:9: error: nothing follows this comma; remove it [syntax]"),
        ('{"a": "b', "s.json:1:7: error: this string is never closed [syntax]"),
        (
            '{"a": "b\n"}',
            's.json:1:9: error: a control character inside a string; write it as an escape, like "\\n" [syntax]',
        ),
        ('{"a": "\\x"}', 's.json:1:8: error: after a backslash comes one of " \\ / b f n r t u [syntax]'),
        ("{} {}", "s.json:1:4: error: more text after the end of the top-level value [syntax]"),
        (
            b"\xef\xbb\xbf{}",
            "s.json:1:1: error: starts with a byte order mark; save the file as UTF-8 without one [encoding]",
        ),
        ("{}".encode("utf-16"), "s.json:1:1: error: encoded as UTF-16; save the file as UTF-8 [encoding]"),
        ("{}".encode("utf-16-be"), "s.json:1:1: error: encoded as UTF-16; save the file as UTF-8 [encoding]"),
        ("{}".encode("utf-32"), "s.json:1:1: error: encoded as UTF-32; save the file as UTF-8 [encoding]"),
        (b'{\n"\xc3\xa9\xff": 1}', "s.json:2:3: error: byte 0xff is not UTF-8; save the file as UTF-8 [encoding]"),
        ('{"a": NaN}', "s.json:1:7: error: NaN is not a number of JSON [number]"),
        ('{"NaN": -Infinity}', "s.json:1:9: error: -Infinity is not a number of JSON [number]"),
        ('{"a": [1e308, 1e999]}', "s.json:1:15: error: a number beyond what a double holds [number]"),
        ('{"a": 1e999<a>}', "s.json:1:7: error: a number beyond what a double holds [number]"),
        ('{"a": 1e999.5}', "s.json:1:7: error: a number beyond what a double holds [number]"),
        ('{"a": NaNa}', "s.json:1:7: error: NaN is not a number of JSON [number]"),
        ('{"a": ' + "9" * 4301 + "}", "s.json:1:7: error: a number of more than 4300 digits [number]"),
        (
            '{"a": ["\\\\ud800", "\\ud83d"]}',
            's.json:1:19: error: "\\ud83d" is half of a surrogate pair, not a character [surrogate]',
        ),
        ('{"\\uDC00": 1}', 's.json:1:2: error: "\\udc00" is half of a surrogate pair, not a character [surrogate]'),
        ("[" * 100_000 + "]" * 100_000, "s.json:1:65: error: nested more than 64 deep [too-deep]"),
        ('{"a":' * 65 + "1" + "}" * 65, "s.json:1:321: error: nested more than 64 deep [too-deep]"),
    ],
)
def test_what_is_no_spec_is_refused_by_name(content: bytes | str, message: str) -> None:
    assert refusal(content) == message


def test_a_duplicate_key_is_refused_with_both_places_however_it_is_escaped() -> None:
    assert refusal('{"a": {"x": "b", "b": 1},\n "c": {"b": 1, "\\u0062": {}}}') == (
        's.json:2:16: error: duplicate key "b"; an object has each key once [duplicate-key]\n'
        "  s.json:2:8: note: first stated here"
    )


def test_brackets_in_strings_and_whole_surrogate_pairs_are_fine() -> None:
    text = '{"a": "' + "[" * 100 + '\\"{", "b": "\\ud83d\\ude00", "c": -0, "d": ' + "9" * 4300 + "}"
    assert read_source("s.json", text.encode()).value == json.loads(text)


def test_sixty_four_levels_are_read() -> None:
    text = '{"a":' * 64 + "1" + "}" * 64
    assert read_source("s.json", text.encode()).value == json.loads(text)


def test_more_than_64_mib_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.spec.source.MAX_BYTES", 2**20)
    assert refusal(b" " * (2**20 + 1)) == (
        "s.json:1:1: error: larger than 1 MiB; split the spec into several files [too-large]"
    )


# ------------------------------------------------------------------------------------------------------------- files


def file_refusal(target: Path) -> str:
    with pytest.raises(Diagnostics) as raised:
        read_spec_files(target)
    return raised.value.text()


def test_a_folder_gives_its_json_files_in_order_of_name_and_nothing_below(here: Path) -> None:
    (here / "spec" / "sub").mkdir(parents=True)
    for name in ("b.json", "a.json", "notes.md", ".hidden.json", "sub/c.json"):
        (here / "spec" / name).write_text("{}")
    assert [source.path for source in read_spec_files(Path("spec"))] == ["spec/a.json", "spec/b.json"]
    assert [source.path for source in read_spec_files(here / "spec" / "b.json")] == ["spec/b.json"]


def test_a_file_elsewhere_is_shown_as_given(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other") / "a.json"
    other.write_text("{}")
    assert [source.path for source in read_spec_files(other)] == [str(other)]


@pytest.mark.parametrize("mark", [".git", "pyproject.toml"])
def test_a_file_of_the_same_project_is_shown_from_where_one_stands(
    here: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / mark).mkdir()
    (here / "src" / "deep").mkdir(parents=True)
    monkeypatch.chdir(here / "src" / "deep")
    assert shown_path(here / "specs" / "a.json") == "../../specs/a.json"
    assert shown_path(here) == "../.."
    assert shown_path(here.parent / "a.json") == str(here.parent / "a.json")


def test_a_path_is_shown_as_given_when_the_current_folder_is_gone(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "gone").mkdir()
    monkeypatch.chdir(here / "gone")
    (here / "gone").rmdir()
    assert shown_path(here / "a.json") == str(here / "a.json")
    assert shown_path(Path("a.json")) == "a.json"


def test_all_files_of_a_folder_are_complained_about_at_once(here: Path) -> None:
    (here / "a.json").write_text("{")
    (here / "b.json").write_text("[]")
    (here / "c.json").mkdir()
    assert file_refusal(here) == (
        "a.json:1:2: error: the file ends in the middle of a value [syntax]\n"
        "b.json:1:1: error: the top level of a spec is an object, in braces [not-an-object]\n"
        "c.json: error: a folder stands where a file belongs [not-a-file]"
    )


def test_a_missing_path_and_an_empty_folder_are_refused(here: Path) -> None:
    (here / "empty").mkdir()
    assert file_refusal(here / "gone.json") == "gone.json: error: no such file or folder [missing]"
    assert file_refusal(here / "empty") == "empty: error: this folder holds no *.json file [no-spec]"


def test_a_pipe_or_device_is_refused_and_never_waited_for(here: Path) -> None:
    os.mkfifo(here / "pipe.json")
    assert file_refusal(here / "pipe.json") == (
        "pipe.json: error: a pipe or device stands where a file belongs [not-a-file]"
    )
    assert file_refusal(Path("/dev/zero")) == (
        "/dev/zero: error: a pipe or device stands where a file belongs [not-a-file]"
    )


def test_a_file_that_cannot_be_read_is_refused(here: Path) -> None:
    (here / "loop.json").symlink_to("loop.json")
    assert file_refusal(here / "loop.json") == (
        "loop.json: error: cannot be read: too many levels of symbolic links [unreadable]"
    )
