"""`codegen.emit.render`: the order of the classes, their names, and that what is printed is formatted."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import black
import pytest
from black.mode import TargetVersion
from casting import files_of, imported
from strategies import BREAKOUTS, Spec, model_of, spec_of, structure

from codegen.emit.filters import LINE_LENGTH
from codegen.emit.render import render_models, static_files
from codegen.emit.views.levels import Levels
from codegen.emit.views.models import in_order
from codegen.emit.views.package import _HOMES, view_package
from codegen.spec.names import RESERVED_CLASSES

MODE = black.Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})
GOLDEN = sorted(Path(__file__).with_name("golden").glob("*/expected/**/*.py"))
TEXT = {"type": "string"}
COPIED = ("_runtime/", "conformance/")


def classes_of(shapes: Spec) -> list[str]:
    """Give the model classes of shapes, in the order in which they are printed."""
    printed = render_models(in_order(view_package(model_of(spec_of(shapes)), "", Levels()).definitions))
    return [node.name for node in ast.parse(printed).body if isinstance(node, ast.ClassDef)]


def list_of(target: str) -> Spec:
    return {"type": "list", "member": {"target": target}}


def union(**arms: str) -> Spec:
    return {**structure(**arms), "type": "union"}


# --------------------------------------------------------------------------------------------------------------- order


def test_classes_stand_before_those_that_name_them() -> None:
    shapes = {"A": structure(B="B", C="Cs"), "B": structure(D="D"), "Cs": list_of("C"), "C": union(D="D", E="E")}
    order = classes_of({**shapes, "D": {"type": "enum", "values": ["X"]}, "E": structure()})
    assert sorted(order) == ["A", "B", "C", "D", "E"]
    assert order.index("D") < order.index("B") < order.index("A")
    assert order.index("E") < order.index("C") < order.index("A")


def test_classes_keep_the_order_of_the_spec_where_none_names_another() -> None:
    shapes = {name: structure(**({"Last": "D"} if name == "B" else {})) for name in "CBAD"}
    assert classes_of(shapes) == ["C", "D", "B", "A"]


def test_a_chain_of_classes_may_be_longer_than_python_calls_deep() -> None:
    shapes = {f"S{number}": structure(Next=f"S{number + 1}") for number in range(3000)} | {"S3000": structure()}
    view = view_package(model_of({**spec_of(), "operations": {}, "shapes": shapes}), "", Levels())
    assert [str(one.name) for one in in_order(view.definitions)] == [f"S{number}" for number in range(3000, -1, -1)]


def test_the_order_hangs_on_the_spec_alone() -> None:
    shapes = {"A": structure(B="B", C="C"), "B": structure(C="C"), "C": structure()}
    assert classes_of(shapes) == classes_of(shapes) == ["C", "B", "A"]


@pytest.mark.parametrize(
    "shapes",
    [
        {"A": structure(A="A")},
        {"A": structure(B="B"), "B": structure(A="A")},
        {"A": structure(Many="As"), "As": list_of("A")},
        {
            "A": structure(Named="Map"),
            "Map": {"type": "map", "key": {"target": "K"}, "value": {"target": "A"}},
            "K": TEXT,
        },
        {"A": structure(U="U"), "U": union(A="A", Us="Us"), "Us": list_of("U")},
        {"A": structure(B="B"), "B": structure(C="C"), "C": union(A="A", B="B", C="C")},
        {"A": structure(L="L"), "L": list_of("M"), "M": list_of("A")},
    ],
    ids=["self", "mutual", "list", "map", "union", "three", "list-of-lists"],
)
def test_shapes_may_hold_themselves(shapes: Spec) -> None:
    made = {name for name, shape in shapes.items() if shape["type"] in ("structure", "union")}
    assert set(classes_of(shapes)) == made and len(classes_of(shapes)) == len(made)
    with imported(files_of(spec_of(shapes))) as package:
        for name in made:
            assert getattr(package.models, name).model_json_schema() is not None
            assert getattr(package.models, name).from_wire({}).to_wire() == {}


@pytest.mark.parametrize("count", [0, 1, 200])
def test_no_class_is_lost(count: int) -> None:
    shapes = {f"S{number}": structure(Next=f"S{(number * 7 + 1) % count}") for number in range(count)}
    view = view_package(model_of({**spec_of(), "operations": {}, "shapes": shapes}), "", Levels())
    printed = ast.parse(render_models(in_order(view.definitions)))
    assert sorted(node.name for node in printed.body if isinstance(node, ast.ClassDef)) == sorted(shapes)
    assert len(printed.body) == count


@pytest.mark.parametrize(
    "name",
    [
        "None",
        "True",
        "Type",
        "Field",
        "Model",
        "BaseModel",
        "Enum",
        "Any",
        "Optional",
        "List",
        "Union",
        "Dict",
        "Literal",
        "RootModel",
        "ConfigDict",
        "Annotated",
        "Root",
        "Item",
        "SpeccastRoot",
        "Structure",
        "TaggedUnion",
        "Text",
        "Unknown",
        "ConstraintWarning",
        "datetime",
        "Int",
        "String",
        "Object",
        "Array",
    ],
)
def test_names_stay_as_they_were_made(name: str) -> None:
    shapes = {"Request": structure(One=name, Many="Many"), "Many": list_of(name), name: structure(Self=name)}
    view = view_package(model_of(spec_of(shapes)), "", Levels())
    assert set(classes_of(shapes)) == set(view.definitions)
    with imported(files_of(spec_of(shapes))) as package:
        assert package.models.Request.from_wire({"One": {}, "Many": [{}]}).to_wire() == {"One": {}, "Many": [{}]}


def test_every_name_that_generated_modules_import_is_reserved() -> None:
    imported_names = {name for names in _HOMES.values() for name in names if name[0].isupper()}
    assert imported_names - RESERVED_CLASSES == set()


def test_shapes_called_like_kinds_of_value_hide_none() -> None:
    kinds = {
        "Flag": "boolean",
        "Bytes": "blob",
        "Real": "double",
        "Whole": "integer",
        "Exact": "bigDecimal",
        "Text": "string",
    }
    shapes = {f"{name}{again}": {"type": kind} for name, kind in kinds.items() for again in ("", "2")}
    with imported(files_of(spec_of({"Request": structure(**{name: name for name in shapes}), **shapes}))) as package:
        assert package.models.Request(Flag=True, Flag2=False, Real2=0.5).to_wire() == {
            "Flag": True,
            "Flag2": False,
            "Real2": 0.5,
        }


def test_enums_of_equal_values_and_structures_of_equal_members_stay_apart() -> None:
    twins: dict[str, Any] = {name: {"type": "enum", "values": ["X", "Y"]} for name in ("E1", "E2")}
    twins |= {name: structure(E="E1") for name in ("S1", "S2")}
    assert sorted(classes_of({"A": structure(**{name: name for name in twins}), **twins})) == [
        "A",
        "E1",
        "E2",
        "S1",
        "S2",
    ]


# ---------------------------------------------------------------------------------------------------------- formatting


def is_formatted(text: str) -> bool:
    return black.format_str(text, mode=MODE) == text


def test_every_generated_module_is_as_black_formats_it() -> None:
    long_text = "word " * 90 + '"quoted" \\ ' + "unbroken" * 20
    shapes = {
        "Request": {**structure(Text="Text"), "documentation": long_text},
        "Text": {**TEXT, "documentation": long_text},
    }
    errors = {
        "Refused": {"documentation": long_text, "members": {"Text": {"target": "Text"}}, "suggestedAction": long_text}
    }
    for path, text in files_of(spec_of(shapes, errors=errors)).items():
        assert not path.endswith(".py") or is_formatted(text), path


@pytest.mark.parametrize("text", [*BREAKOUTS, 'a\n\n\n  "b"', "x" * 150, ("y" * 150 + " ") * 2, "\n    a\n        b\n"])
def test_whatever_a_text_holds_it_is_printed_as_black_formats_it(text: str) -> None:
    files = files_of(
        spec_of({"Request": {**structure(), "documentation": text}, "E": {"type": "enum", "values": [text or "A"]}})
    )
    printed = [path for path, one in files.items() if path.endswith(".py") and not path.startswith(COPIED)]
    assert [path for path in printed if not is_formatted(files[path])] == []


def test_the_runtime_is_copied_byte_for_byte_and_formatted() -> None:
    files = files_of(spec_of())
    assert "_runtime/wire.py" in files
    for path, text in static_files().items():  # of codecs, a package gets the one that it speaks through
        assert files.get(path, text) == text and is_formatted(text), path


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: "/".join(path.parts[-4:]))
def test_expected_files_are_as_black_formats_them(path: Path) -> None:
    assert is_formatted(path.read_text("utf-8"))


def test_other_files_end_in_one_newline_or_are_empty() -> None:
    files = files_of(spec_of())
    assert files["py.typed"] == ""
    assert json.loads(files["MANIFEST.json"])
    assert all(text.endswith("\n") and not text.endswith("\n\n") for path, text in files.items() if text), list(files)
