"""Classes of a large package stand in modules of their own, which are loaded when a class of them is asked for."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pickle
import runpy
import subprocess
import sys
import typing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pydantic
import pytest
from casting import files_of, imported
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import NEW, ROOT, product_of
from strategies import Spec, sized, spec_of, specs, structure
from test_golden import CASES, USED, generated, name_of

from codegen.diagnostics import Diagnostics
from codegen.emit.views import modules
from codegen.emit.views.models import ClassView, FieldView
from codegen.overrides import Override, Overrides
from codegen.pipeline import Options, generate
from codegen.spec.ir import SpecText
from codegen.spec.names import AttrName, ClassName
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source


@contextmanager
def apart() -> Iterator[None]:
    """Have even the classes of small packages stand apart."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(modules, "FEW", 0)
        yield


def cast(case: Path, options: Options = Options()) -> Mapping[str, str]:
    with apart():
        return generate(parse_model((read_source("spec.json", (case / "spec.json").read_bytes()),)), options).files


def modules_of(files: Mapping[str, str]) -> dict[str, ast.Module]:
    """Give the modules of classes beside `models/__init__.py`, by their names in an import."""
    paths = [path for path in files if path.startswith("models/_") and path.count("_") > 1]
    names = {path: path.removeprefix("models/").removesuffix(".py") for path in paths}
    return {names[path]: ast.parse(files[path]) for path in paths if names[path] not in ("__init__", "_types")}


def needs_of(files: Mapping[str, str]) -> dict[str, set[str]]:
    """Give for each such module those that it imports."""
    found = modules_of(files)
    return {name: {*_siblings(tree)} & found.keys() for name, tree in found.items()}


def _siblings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            yield node.module


def classes_in(tree: ast.Module) -> list[str]:
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef)]


# ------------------------------------------------------------------------------------------------------ what is cast


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_classes_are_the_same_wherever_they_stand(case: Path) -> None:
    files = cast(case)
    whole = classes_in(ast.parse(generated(case)["models/__init__.py"]))
    found = [name for tree in modules_of(files).values() for name in classes_in(tree)]
    assert sorted(found) == sorted(whole)
    assert classes_in(ast.parse(files["models/__init__.py"])) == []
    with imported(generated(case)) as together, imported(files) as package:
        assert package.models.__all__ == together.models.__all__
        for name in whole:
            assert _told(getattr(package.models, name)) == _told(getattr(together.models, name))


def _told(cls: Any) -> tuple[object, ...]:
    if hasattr(cls, "model_fields"):
        return cls.__doc__, json.dumps(cls.model_json_schema()), [*cls.model_fields], cls.__shape__
    return cls.__doc__, [(one.name, one.value) for one in cls]


@pytest.mark.parametrize("case", USED, ids=name_of)
def test_a_package_can_be_used(case: Path) -> None:
    with imported(cast(case)) as package:
        runpy.run_path(str(case / "use.py"))["use"](package)


@sized(10, 1000)
@given(specs())
def test_whatever_a_spec_has_no_two_modules_need_each_other(spec: Spec) -> None:
    with apart():
        files = dict(files_of(spec))
    TopologicalSorter(needs_of(files)).prepare()  # raises CycleError
    found = [name for tree in modules_of(files).values() for name in classes_in(tree)]
    assert len({name.casefold() for name in modules_of(files)}) == len(modules_of(files))
    with imported(files) as package:
        assert sorted(found) == sorted(set(package.models.__all__) - {"ConstraintWarning", "Unknown", "events"})
        assert all(inspect.isclass(getattr(package.models, name)) for name in found)


def test_a_module_needs_none_of_another_operation() -> None:
    files = product_of(NEW).files
    needs, found = needs_of(files), modules_of(files)
    assert len(found) > 20
    TopologicalSorter(needs).prepare()
    alone = {name for name in found if name.startswith(("_for_", "_of_"))}
    assert len(alone) > 15
    assert [name for name, others in needs.items() if others & alone] == []
    assert "CreateEngagementRequest" in classes_in(found["_for_create_engagement"])


def test_a_class_of_another_module_is_named_without_quotes() -> None:
    for tree in modules_of(product_of(NEW).files).values():
        hints = [node.annotation for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)]
        texts = [one.value for hint in hints for one in ast.walk(hint) if isinstance(one, ast.Constant)]
        assert not [text for text in texts if isinstance(text, str) and "[" in text]
        assert not [hint for hint in hints if isinstance(hint, ast.Constant)]


_NAMES = [ClassName(letter) for letter in "ABCDEFGH"]
_SOME = st.lists(st.sampled_from(_NAMES), max_size=3, unique=True)


@settings(deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(_NAMES, _SOME)), st.lists(_SOME, min_size=1, max_size=4))
def test_what_needs_a_class_is_all_that_reaches_it(below: dict[ClassName, list[ClassName]], first: list[Any]) -> None:
    definitions = {name: _named(name, targets) for name, targets in below.items()}
    roots = {SpecText(str(number)): names for number, names in enumerate(first)}
    found = modules._needed_by(roots, definitions)
    for number, names in enumerate(first):
        reached, waiting = set[ClassName](), [*names]
        while waiting:
            name = waiting.pop()
            waiting += [] if name in reached else below[name]
            reached.add(name)
        assert {name for name in _NAMES if found[name] >> number & 1} == reached


def _named(name: ClassName, targets: list[ClassName]) -> ClassView:
    """A class with one member that names others."""
    member = FieldView(AttrName("a"), "", None, sensitive=False, optional=True, targets=tuple(targets))
    return ClassView(name, "Structure", None, (member,), checks=False, doc=SpecText(""))


@pytest.mark.parametrize(("number", "some"), [(modules.FEW, False), (modules.FEW + 1, True)])
def test_few_classes_stand_in_one_module(number: int, some: bool) -> None:
    shapes = {f"Shape{index:02}": structure() for index in range(number)}
    files = files_of(spec_of(shapes))
    assert bool(modules_of(files)) == some
    assert ("_HOMES" in files["models/__init__.py"]) == some


def test_checks_hold_in_every_module() -> None:
    case = next(case for case in CASES if case.name == "member-constraints")
    files = cast(case, Options(checks={"length": "off", "pattern": "warn"}))
    assert "CHECKS" in files["models/__init__.py"]
    with imported(files) as package:
        shapes = [getattr(package.models, name) for name in package.models.__all__]
        checks = [shape.__checks__ for shape in shapes if hasattr(shape, "__checks__")]
        assert checks and all(one is package.models.CHECKS for one in checks)


@pytest.mark.parametrize(
    "line",
    ["x = {{ module.name }}(", "{{ view.title|comment }} = 1", "{{ module.nothing }}"],
    ids=["syntax", "code", "name"],
)
def test_what_a_template_of_modules_prints_wrong_is_told_at_its_line(line: str) -> None:
    text = "{% for line in module_imports %}\n{{ line }}\n{% endfor %}\n" + line + "\n"
    own = Override("package/models/module.py.j2", "overrides/module.py.j2", "0" * 16, text)
    with pytest.raises(Diagnostics, match=r"overrides/module\.py\.j2:5"):
        cast(CASES[0], Options(overrides=Overrides((own,))))


def types_in(tree: ast.Module) -> list[str]:
    return [
        node.target.id for node in tree.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]


def _words(tree: ast.Module) -> set[str]:
    """Every name that the annotations of a module have."""
    hints = [node.annotation for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)]
    return {node.id for hint in hints for node in ast.walk(hint) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_type_stands_where_it_is_used_if_that_is_one_module(case: Path) -> None:
    files = cast(case)
    found, shared = modules_of(files), types_in(ast.parse(files["models/_types.py"]))
    users = {name: [path for path, tree in found.items() if name in _words(tree)] for name in shared}
    assert [name for name, paths in users.items() if len(paths) == 1] == []
    own = {name: path for path, tree in found.items() for name in types_in(tree)}
    assert [
        name for name, path in own.items() if any(name in _words(found[one]) for one in found.keys() - {path})
    ] == []
    assert sorted([*shared, *own]) == sorted(types_in(ast.parse(generated(case)["models/_types.py"])))


def test_a_type_is_explained_where_it_stands() -> None:
    name = "CreateEngagementRequestClientTokenString"
    command = [
        sys.executable,
        "-m",
        "codegen",
        "explain",
        "partnercentral-selling@2024-12-05",
        name,
        "--format",
        "json",
    ]
    told = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)[
        "explanation"
    ]
    assert told["python"] == {"class": f"models._for_create_engagement.{name}"}
    first = next(line for line in told["lines"] if line["role"] == "type")
    assert first["file"].endswith("models/_for_create_engagement.py")
    assert (ROOT / first["file"]).read_text("utf-8").splitlines()[first["first"] - 1].startswith(f"{name}: TypeAlias")


# ------------------------------------------------------------------------------------------------------ what is loaded


def run(code: str) -> str:
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT / "generated", capture_output=True, text=True, check=True)
    return done.stdout.strip()


_LOADED = """
import sys
def loaded():
    names = (name.partition("partnercentral_selling.models.")[2] for name in sys.modules)
    return sorted(name for name in names if name and name != "_types")
"""


_CONTEXT = {"Type": "CustomerProject", "Payload": {"CustomerProject": {}}}
_MEMBERS = f'Catalog="Sandbox", Title="t", Description="d", Contexts=[{_CONTEXT}]'


@pytest.mark.parametrize(
    "use",
    [
        f"models.CreateEngagementRequest({_MEMBERS})",
        f"models.CreateEngagementRequest.build(dict({_MEMBERS}))",
        f"models.CreateEngagementRequest.from_wire(dict({_MEMBERS}))",
        f"from partnercentral_selling._runtime.arguments import write_arguments\n"
        f"assert write_arguments(models.CreateEngagementRequest, dict({_MEMBERS}))",
    ],
    ids=["new", "build", "read", "call"],
)
def test_a_class_loads_its_module_alone_and_others_once_a_member_holds_them(use: str) -> None:
    code = f"{_LOADED}from partnercentral_selling import models\nassert loaded() == [], loaded()\n"
    code += "models.CreateEngagementRequest\nprint(loaded())\n"
    before, after = run(f"{code}{use}\nprint(loaded())").splitlines()
    assert before == "['_for_create_engagement']"
    assert "_shared_engagement_context_type" in ast.literal_eval(after)
    assert len(ast.literal_eval(after)) < 6


def test_an_enum_is_loaded_once_a_value_of_it_is_read() -> None:
    code = f"{_LOADED}from partnercentral_selling import models\ncustomer = models.EngagementCustomer\n"
    code += "customer.from_wire({'CompanyName': 'c'})\nprint(loaded())\n"
    code += "print(repr(customer.from_wire({'Industry': 'Aerospace'}).industry), loaded()[0])"
    before, after = run(code).splitlines()
    assert before == "['_shared_engagement_customer']"
    assert after == "<Industry.AEROSPACE: 'Aerospace'> _shared_country_code"


def test_what_holds_a_class_that_is_not_loaded_is_whole() -> None:
    """To pydantic, to what looks at annotations, and to whoever builds on it."""
    models = importlib.import_module("partnercentral_selling").models

    class Named(models.CreateEngagementRequest):  # type: ignore[name-defined,misc]
        name: str

    assert Named.__pydantic_fields_complete__
    hint = typing.get_type_hints(models.CreateEngagementRequest, include_extras=True)["contexts"]
    assert "Later('partnercentral_selling.models', 'EngagementContextDetails')" in str(hint)
    wrong = {"Catalog": "Sandbox", "Title": "t", "Description": "d", "Contexts": [{"Type": "CustomerProject", "X": 1}]}
    with pytest.raises(pydantic.ValidationError, match=r"Contexts\.0\.X\s+Extra inputs are not permitted"):
        Named(name="n", **wrong)
    held = pydantic.TypeAdapter(list[Named]).json_schema()
    assert {"EngagementContextDetails", "CustomerProjectsContext", "Named"} <= {*held["$defs"]}


_CALL = """
from partnercentral_selling import Client, Credentials, transports
answer = transports.HttpResponse(200, {}, b'{"Arn": "a", "Id": "i"}')
client = Client(
    region="us-east-1",
    credentials=Credentials("a", "b"),
    transport=transports.InProcessTransport(lambda request: answer),
)
assert loaded() == [], loaded()
assert client.create_engagement(catalog="Sandbox", title="t", description="d").id == "i"
print(loaded())
"""


def test_a_call_loads_the_models_of_its_operation_alone() -> None:
    only = run(f"{_LOADED}from partnercentral_selling.models import CreateEngagementRequest\nprint(loaded())")
    assert run(_LOADED + _CALL) == only
    assert only.count("_for_") == 1


def test_the_module_of_models_is_as_any_other() -> None:
    package = importlib.import_module("partnercentral_selling")
    models = package.models
    assert {*models.__all__} <= {*dir(models)}
    assert models.CreateEngagementRequest is models.CreateEngagementRequest
    with pytest.raises(AttributeError, match="has no attribute 'CreateEngagementReqest'"):
        _ = models.CreateEngagementReqest
    with pytest.raises(ImportError, match="cannot import name 'Nothing'"):
        exec("from partnercentral_selling.models import Nothing", {})
    made = models.CreateEngagementRequest(catalog="Sandbox", title="t", description="d")
    assert pickle.loads(pickle.dumps(made)) == made
