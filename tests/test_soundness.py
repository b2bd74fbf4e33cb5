"""`codegen.soundness`: what is imported is a spec without errors, or less of it by name, or nothing."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Done, speccast
from hypothesis import given
from hypothesis import strategies as st
from sizes import FULL
from strategies import sized

from codegen.diagnostics import Diagnostics
from codegen.exporters.spec_files import spec_files
from codegen.forms import parse_files, read_sources
from codegen.load import botocore_services, find
from codegen.project import read_project
from codegen.soundness import rest, whole
from codegen.spec.check import find_errors
from codegen.spec.files import SpecFile
from codegen.spec.ir import SpecText
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source, read_spec_files

Tree = dict[str, Any]
Pointer = tuple[str | int, ...]


def pointers(value: Any, at: Pointer = ()) -> Iterator[Pointer]:
    """Name every place in a tree but its top."""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield (*at, key)
        yield from pointers(each, (*at, key))


def put(tree: Any, pointer: Pointer, value: Any) -> Any:
    """Give a copy with another value at a place; where that is gone already, the same."""
    changed = copy.deepcopy(tree)
    holder = changed
    for step in pointer[:-1]:
        holder = holder[step] if isinstance(holder, dict) and step in holder else {}
    if isinstance(holder, dict) and holder:
        holder[pointer[-1]] = value
    return changed


def post() -> Tree:
    """Send takes a Letter, Close nothing; a Letter has a Text and a Kind."""
    return {
        "metadata": {"apiVersion": "2025-01-01", "endpointPrefix": "post", "protocol": "query", "serviceId": "Post"},
        "operations": {
            "Send": {"name": "Send", "input": {"shape": "Letter"}, "errors": [{"shape": "Lost"}]},
            "Close": {"name": "Close"},
        },
        "shapes": {
            "Letter": {"type": "structure", "members": {"Text": {"shape": "Text"}, "Kind": {"shape": "Kind"}}},
            "Text": {"type": "string", "min": 1, "max": 9},
            "Kind": {"type": "string", "enum": ["a", "b"]},
            "Lost": {"type": "structure", "members": {}, "exception": True, "error": {"httpStatusCode": 400}},
        },
    }


def changed(**sections: Tree) -> Tree:
    tree = post()
    return {**tree, **{key: {**tree[key], **entries} for key, entries in sections.items()}}


def imported(tmp_path: Path, tree: Tree, *options: str) -> Done:
    path = tmp_path / "service-2.json"
    path.write_text(json.dumps(tree, indent=1), "utf-8")
    return speccast("import", "botocore", str(path), "--out", str(tmp_path / "out"), *options)


SEND = '9:3: error: operation "Send" is lost: '
UNSOUND: dict[str, tuple[Tree, tuple[str, ...]]] = {
    "an input that is no structure": (
        changed(operations={"Send": {"name": "Send", "input": {"shape": "Text"}}}),
        (
            f"{SEND}by its own fault [lost-operation]",
            '11:13: error: shape "Text" is of type string; here it has to be a structure [wrong-kind]',
        ),
    ),
    "bounds that leave nothing": (
        changed(shapes={"Text": {"type": "string", "min": 9, "max": 1}}),
        (
            f'{SEND}it reaches the shape "Text" [lost-operation]',
            "38:11: error: min 9 is over max 1: no value fits [bounds]",
        ),
    ),
    "a value twice": (
        changed(shapes={"Kind": {"type": "string", "enum": ["a", "a"]}}),
        (
            f'{SEND}it reaches the shape "Kind" [lost-operation]',
            '45:5: error: value "a" is listed twice [duplicate-enum-value]',
            "44:5: note: first listed here",
        ),
    ),
    "a structure that needs itself": (
        changed(shapes={"Text": {"type": "structure", "members": {"Next": {"shape": "Text"}}, "required": ["Next"]}}),
        (
            f'{SEND}it reaches the shape "Text" [lost-operation]',
            '39:13: error: no value of "Text" can be built: it needs itself ("Text" -> "Text") [recursive-required]',
        ),
    ),
    "a list of itself": (
        changed(shapes={"Text": {"type": "list", "member": {"shape": "Text"}}}),
        (
            f'{SEND}it reaches the shape "Text" [lost-operation]',
            '38:14: error: "Text" contains itself ("Text" -> "Text"); put a structure in between [endless-shape]',
        ),
    ),
    "a name in two lines": (
        changed(operations={"Se\nnd": {"name": "Se\nnd"}}),
        (
            '23:3: error: operation "Se\\nnd" cannot be sent: it may hold visible ASCII characters only'
            " [bad-wire-name]",
            '23:3: error: operation "Se\\nnd" is lost: by its own fault [lost-operation]',
        ),
    ),
    "a shape of the operation's name": (
        changed(
            operations={"Send": {"name": "Send", "input": {"shape": "Send"}}},
            shapes={"Send": {"type": "structure", "members": {"A": {"shape": "Gone"}}}},
        ),
        (
            f'{SEND}it reaches the shape "Send" [lost-operation]',
            '55:15: error: shape "Gone" is not defined [unknown-shape]',
        ),
    ),
}
"""What is wrong -> the model, and what is said of it after the path of its file."""


@pytest.mark.parametrize("case", UNSOUND)
def test_a_model_that_would_give_an_unsound_spec_is_refused_at_its_own_place(case: str, tmp_path: Path) -> None:
    tree, said = UNSOUND[case]
    done = imported(tmp_path, tree)
    path = tmp_path / "service-2.json"
    advice = "nothing was imported; --keep-going imports the service without 1 operation [not-imported]"
    assert (done.code, done.out) == (2, "")
    assert [line.strip() for line in done.err.splitlines()] == [
        f"{path}: note: {advice}",
        *(f"{path}:{line}" for line in said),
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("case", UNSOUND)
def test_what_is_sound_of_it_is_imported_when_asked(case: str, tmp_path: Path) -> None:
    tree, said = UNSOUND[case]
    done = imported(tmp_path, tree, "--keep-going")
    folder, path = tmp_path / "out" / "post" / "2025-01-01", tmp_path / "service-2.json"
    assert (done.code, done.out.endswith(", 1 operation left out)\n")) == (1, True)
    assert [line.strip() for line in done.err.splitlines()] == [f"{path}:{line}" for line in said]
    kept = "Send" if case == "a name in two lines" else "Close"
    assert SpecText(kept) in parse_model(read_spec_files(folder)).operations
    assert speccast("validate", str(folder)).code == 0


def test_what_is_found_round_by_round_is_told_together(tmp_path: Path) -> None:
    """A shape that cannot be read hides bounds that nothing fits until it is gone."""
    more = {"name": "Again", "input": {"shape": "Again"}}
    again = {"type": "structure", "members": {"Odd": {"shape": "Odd"}}}
    odd = {"Again": again, "Odd": {"type": "text"}, "Text": {"type": "string", "min": 9, "max": 1}}
    tree = changed(operations={"Again": more}, shapes=odd)
    advice = "nothing was imported; --keep-going imports the service without 2 operations"
    assert advice in imported(tmp_path, tree).err
    done = imported(tmp_path, tree, "--keep-going")
    assert (done.code, done.err.count("[lost-operation]"), done.err.count("[bounds]")) == (1, 2, 1)


EVERYWHERE = changed(
    operations={"Close": {"name": "Close", "errors": [{"shape": "Lost"}]}},
    shapes={"Lost": {**post()["shapes"]["Lost"], "members": {"Text": {"shape": "Text"}}}, "Text": {"type": "text"}},
)


@pytest.mark.parametrize("options", [(), ("--keep-going",)])
def test_what_every_operation_reaches_leaves_nothing_and_that_is_said(options: tuple[str, ...], tmp_path: Path) -> None:
    done = imported(tmp_path, EVERYWHERE, *options)
    path = tmp_path / "service-2.json"
    assert (done.code, done.out) == (2, "")
    (left,) = (line for line in done.err.splitlines() if "nothing-left" in line)
    message = "no operation is left without what is wrong in this model; nothing was imported"
    assert left == f"{path}: error: {message} [nothing-left]"
    assert [name for name in ("Send", "Close") if f'operation "{name}" is lost: it reaches' in done.err] == [
        "Send",
        "Close",
    ]
    assert not (tmp_path / "out").exists()


def test_what_nearly_every_operation_reaches_leaves_the_others(tmp_path: Path) -> None:
    done = imported(tmp_path, changed(**{**EVERYWHERE, "operations": {"Open": {"name": "Open"}}}), "--keep-going")
    assert (done.code, done.err.count("[lost-operation]")) == (1, 1)


def test_what_is_applied_wrongly_goes_with_its_shape(tmp_path: Path) -> None:
    notes = Path(__file__).parent / "data" / "smithy" / "notes.json"
    tree = json.loads(notes.read_text("utf-8"))
    tree["shapes"]["example.notes#CreateNoteInput$Id"]["type"] = "text"
    (tmp_path / "notes.json").write_text(json.dumps(tree), "utf-8")
    done = speccast("import", "smithy", str(tmp_path / "notes.json"), "--out", str(tmp_path / "out"), "--keep-going")
    assert (done.code, done.err.count('it reaches the shape "example.notes#CreateNoteInput"')) == (1, 1)


# --------------------------------------------------------------------------------------------------------- every model


SAMPLE = ("ec2", "sagemaker", "s3", "kms")
"""The largest services among them; all with SPECCAST_FULL=1."""


@pytest.mark.parametrize("name", botocore_services() if FULL else SAMPLE)
def test_every_installed_service_is_sound(name: str) -> None:
    (found,) = find((f"botocore:{name}",), read_project(Path(__file__).parent))
    assert whole(parse_files(found.files), read_sources).told == ()


POINTERS = list(pointers(post()))
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 2**70, 1.5, "", "Letter", "Text", "a b", "\n", "#string", [], {}, ["a"]]
)


@sized(150, 5000)
@given(st.sampled_from(POINTERS), JUNK, st.sampled_from(POINTERS), JUNK)
def test_whatever_is_in_a_model_what_is_written_is_sound(one: Pointer, junk: Any, other: Pointer, more: Any) -> None:
    tree = put(put(post(), one, junk), other, more)
    try:
        sources = parse_files((SpecFile("service-2.json", "service-2.json", json.dumps(tree).encode()),))
        model = rest(sources, read_sources).settled.model
    except Diagnostics:
        return
    files = spec_files(model, docs=True)
    written = parse_model(tuple(read_source(name, text.encode()) for name, text in sorted(files.items())))
    assert find_errors(written) == ()
