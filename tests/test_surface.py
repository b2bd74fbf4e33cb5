"""The Python surface: it is what the generated packages offer, no more and no less; every kind of change is judged."""

from __future__ import annotations

import atexit
import collections.abc
import copy
import importlib
import inspect
import shutil
import subprocess
import sys
import tempfile
import typing
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Any

import packages
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Spec, sized, spec_of, structure

from codegen.diff import hints, types
from codegen.diff.findings import Level
from codegen.diff.hints import covers, erased, read_type
from codegen.diff.surface import Item, compared, source_changes, surface
from codegen.emit.render import static_files
from codegen.emit.views.models import hint_of
from codegen.spec import ir, names
from codegen.spec.ir import SpecText
from codegen.spec.parse import parse_model
from codegen.spec.source import read_spec_files

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir() if (path / "expected").is_dir())


# ---------------------------------------------------------------------------------- what a package offers when imported

Offered = dict[str, tuple[str, str, bool]]
"""Dotted name -> what it takes, what it gives, whether it has to be given; as `Item` has them."""


@cache
def _home() -> Path:
    """A folder on the path, for packages under names of their own."""
    folder = Path(tempfile.mkdtemp(prefix="speccast-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    sys.path.insert(0, str(folder))
    return folder


@cache
def golden_package(case: str) -> ModuleType:
    """Import a committed package, with the runtime that is copied into every one."""
    name = f"golden_{case.replace('-', '_')}"
    folder = _home() / name
    for path in sorted((GOLDEN / case / "expected").rglob("*.py")):
        target = folder / path.relative_to(GOLDEN / case / "expected")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (folder / "_runtime").mkdir()
    for path_in_package, text in static_files().items():
        (folder / path_in_package).write_text(text, encoding="utf-8", newline="\n")
    importlib.invalidate_caches()
    return importlib.import_module(name)


def offered(package: ModuleType) -> Offered:
    """Look at a package as its users do; names that a service without shapes has as well are left out."""
    return {**_models(package), **_errors(package), **_events(package), **_methods(package)}


def _own(module: str, package: ModuleType) -> list[tuple[str, Any]]:
    """The public names of a module that hang on the model."""
    listed = _module(package, module).__all__
    always = set(_module(golden_package("empty-service"), module).__all__)
    return [(name, getattr(_module(package, module), name)) for name in listed if name not in always]


def _module(package: ModuleType, name: str) -> Any:
    return importlib.import_module(f"{package.__name__}.{name}")


def _models(package: ModuleType) -> Offered:
    found: Offered = {}
    for name, made in _own("models", package):
        if issubclass(made, Enum):
            found[f"models.{name}"] = ("", "IntEnum" if issubclass(made, int) else "Enum", False)
            found |= {f"models.{name}.{one}": ("", repr(value.value), False) for one, value in made.__members__.items()}
            continue
        found[f"models.{name}"] = ("", made.__mro__[1].__name__, False)
        for field, hint in typing.get_type_hints(made, include_extras=True).items():
            if field in made.model_fields:
                found[f"models.{name}.{field}"] = (shown(hint), shown(hint), made.model_fields[field].is_required())
    return found


def _errors(package: ModuleType) -> Offered:
    found: Offered = {}
    for name, made in _own("errors", package):
        found[f"errors.{name}"] = ("", made.__mro__[1].__name__, False)
        properties = {one: value for one, value in vars(made).items() if isinstance(value, property)}
        for one, value in properties.items():
            found[f"errors.{name}.{one}"] = ("", shown(_hints(value.fget, package)["return"]), False)
        if "details" not in vars(made):
            continue
        body = _hints(vars(made)["details"].func, package)["return"]
        for one, hint in typing.get_type_hints(body).items():
            if one in body.model_fields and (body.model_fields[one].alias or one).lower() == "message":
                found[f"errors.{name}.details.{one}"] = ("", shown(hint), False)
    return found


def _events(package: ModuleType) -> Offered:
    read = {name: _hints(made.detail.fget, package)["return"] for name, made in _own("models.events", package)}
    return {f"models.events.{name}": ("", shown(hint), False) for name, hint in read.items()}


def _methods(package: ModuleType) -> Offered:
    if "Client" not in package.__all__:
        return {}
    client, asynchronous = _made_by("Client", package), _made_by("AsyncClient", package)
    assert {name.replace("AsyncIterator", "Iterator"): hint for name, hint in asynchronous.items()} == client
    return {"Client": ("", "Client", False), **client}


def _made_by(name: str, package: ModuleType) -> Offered:
    """The methods of one client; both have the same."""
    found: Offered = {}
    for method, function in vars(getattr(package, name)).items():
        if method.startswith("_"):
            continue
        faces = typing.get_overloads(function) or [function]
        request = _hints(faces[0], package)
        takes = shown(request["request"]).removesuffix(" | None") if "request" in request else ""
        gives = shown(request["return"]).replace("AsyncIterator", "Iterator")
        found[f"Client.{method}"] = (takes, gives, False)
        if len(faces) > 1 and "Iterator" not in gives:
            hints = _hints(faces[1], package)
            for one in inspect.signature(faces[1]).parameters.values():
                if one.name != "self":
                    shape = (shown(hints[one.name]), "", one.default is one.empty)
                    found[f"Client.{method}({one.name}=)"] = shape
                    assert one.kind is one.KEYWORD_ONLY
    return found


def _hints(function: Any, package: ModuleType) -> dict[str, Any]:
    """Resolve annotations, of which some are imported for type checkers only."""
    offered = {name: getattr(collections.abc, name) for name in ("AsyncIterator", "Iterator", "Mapping", "Sequence")}
    models = _module(package, "models")
    return typing.get_type_hints(
        function,
        localns={**offered, "models": models, "datetime": datetime, "Decimal": Decimal, "BinaryIO": typing.BinaryIO},
    )


def shown(hint: Any) -> str:
    """Write a type as Python does."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return shown(next((one.shape for one in arguments[1:] if type(one).__name__ == "Later"), arguments[0]))
    if origin in (typing.Union, UnionType):
        return " | ".join(map(shown, arguments))
    if origin is not None:
        return f"{origin.__name__}[{', '.join(map(shown, arguments))}]"
    return "None" if hint in (None, NoneType) else str(hint.__name__)


def told(model: ir.Model) -> Offered:
    """What the surface says, to compare."""
    items = surface(model)
    assert len({item.name for item in items.values()}) == len(items)
    return {item.name: (item.takes, item.gives, item.required) for item in items.values()}


def comparable(found: Offered) -> dict[str, tuple[Any, ...]]:
    """The order of a union's arms does not matter, and literals are no types."""
    return {
        name: (
            read_type(takes),
            gives if "'" in gives or '"' in gives or gives[:1].isdigit() else read_type(gives),
            needed,
        )
        for name, (takes, gives, needed) in found.items()
    }


@pytest.mark.parametrize("case", CASES)
def test_the_surface_of_a_case_is_what_its_package_offers(case: str) -> None:
    model = parse_model(read_spec_files(GOLDEN / case / "spec.json"))
    assert comparable(told(model)) == comparable(offered(golden_package(case)))


@pytest.mark.parametrize("release", packages.RELEASES)
def test_the_surface_of_a_release_is_what_its_package_offers(release: str) -> None:
    package = packages.package_of(release)
    assert comparable(told(packages.model_of(release))) == comparable(offered(package))
    assert len(told(packages.model_of(release))) > 100


def test_the_cases_are_there() -> None:
    assert len(CASES) > 20


@pytest.mark.parametrize("release", packages.RELEASES)
def test_strategies_and_package_names_follow_the_surface(release: str) -> None:
    """A strategy for each class with members; a client's names where there is a client: neither has keys of its own."""
    items = surface(packages.model_of(release))
    package = packages.package_of(release)
    shapes = [
        item.name.removeprefix("models.") for item in items.values() if item.gives in ("Structure", "TaggedUnion")
    ]
    named = {str(name) for name in names.methods(map(SpecText, shapes)).values()}
    assert set(_module(package, "strategies").__all__) - {"answers", "wire"} == named
    assert set(package.__all__) == set(golden_package("empty-service").__all__)
    assert items["client", "Client"] == Item("Client", "", "Client", False)


# ------------------------------------------------------------------------------------------------------------ verdicts


def pieces(**more: Any) -> Spec:
    """A spec with one of each thing."""
    spec = spec_of(
        {
            "PutBoxRequest": {
                "type": "structure",
                "members": {"Label": {"target": "Label", "required": True}, "Color": {"target": "Color"}},
            },
            "Box": {
                "type": "structure",
                "members": {
                    "Label": {"target": "Label", "required": True},
                    "Color": {"target": "Color"},
                    "Tags": {"target": "Labels"},
                    "Inner": {"target": "Box"},
                    "Choice": {"target": "Choice"},
                    "Weight": {"target": "Weight"},
                    "Shelf": {"target": "Shelf"},
                },
            },
            "ListBoxesRequest": structure(Token="Label"),
            "ListBoxesResponse": structure(Boxes="Boxes", Token="Label"),
            "Boxes": {"type": "list", "member": {"target": "Box"}},
            "Labels": {"type": "list", "member": {"target": "Label"}},
            "Label": {"type": "string"},
            "Weight": {"type": "float"},
            "Shelf": {"type": "string"},
            "Color": {"type": "enum", "values": {"RED": {}, "BLUE": {}}},
            "Choice": {"type": "union", "members": {"Yes": {"target": "Label"}, "No": {"target": "Label"}}},
        },
        errors={"BoxTaken": {"members": {"Label": {"target": "Label"}, "Message": {"target": "Label"}}}},
        events={"BoxPut": {"detailType": "Box Put", "source": "post", "detail": "Box"}},
        paginators={
            "ListBoxes": {"inputTokens": ["Token"], "outputTokens": ["Token"], "resultKeys": ["Boxes"]},
        },
        waiters={
            "BoxThere": {
                "operation": "PutBox",
                "delay": 2,
                "maxAttempts": 3,
                "acceptors": [{"state": "success", "matcher": "path", "argument": "Label", "expected": "x"}],
            }
        },
    )
    spec["operations"] = {
        "PutBox": {"input": "PutBoxRequest", "output": "Box", "errors": ["BoxTaken"]},
        "ListBoxes": {"input": "ListBoxesRequest", "output": "ListBoxesResponse"},
    }
    return spec


def edited(spec: Spec, *edits: tuple[str, Any]) -> ir.Model:
    """Give a spec with the values at some paths replaced: `shapes/Box/type`. None takes away."""
    spec = copy.deepcopy(spec)
    for path, value in edits:
        *steps, last = path.split("/")
        holder = spec
        for step in steps:
            holder = holder[step]
        if value is None:
            del holder[last]
        else:
            holder[last] = copy.deepcopy(value)
    return strategies.model_of(spec)


Edits = tuple[tuple[str, Any], ...]

CASES_OF_CHANGE: Mapping[str, tuple[Edits, tuple[str, ...]]] = {
    "a member goes": (
        (("shapes/Box/members/Weight", None),),
        ("breaking: models.Box.weight is gone",),
    ),
    "an argument goes": (
        (("shapes/PutBoxRequest/members/Color", None),),
        ("breaking: Client.put_box(color=) is gone", "breaking: models.PutBoxRequest.color is gone"),
    ),
    "a member comes": (
        (("shapes/Box/members/New", {"target": "Label"}),),
        ("safe: models.Box.new is new and may be left out",),
    ),
    "a required member comes": (
        (("shapes/PutBoxRequest/members/New", {"target": "Label", "required": True}),),
        (
            "breaking: Client.put_box(new=) is new and has to be given",
            "breaking: models.PutBoxRequest.new is new and has to be given",
        ),
    ),
    "a member becomes required": (
        (("shapes/PutBoxRequest/members/Color", {"target": "Color", "required": True}),),
        ("breaking: Client.put_box(color=) has to be given", "breaking: models.PutBoxRequest.color has to be given"),
    ),
    "a member becomes optional": (
        (("shapes/Box/members/Label", {"target": "Label"}),),
        ("breaking: models.Box.label reads str | None, was str",),
    ),
    "a token is filled in": (
        (("shapes/PutBoxRequest/members/Label", {"target": "Label", "required": True, "idempotencyToken": True}),),
        (
            "safe: Client.put_box(label=) may be left out",
            "breaking: models.PutBoxRequest.label reads str | None, was str",
        ),
    ),
    "a member is another type": (
        (("shapes/Box/members/Weight", {"target": "Label"}),),
        ("breaking: models.Box.weight reads str | None, was float | None",),
    ),
    "an enum becomes a string": (
        (("shapes/Color", {"type": "string"}),),
        (
            "safe: Client.put_box(color=) takes str | None, was Color | str | None",
            "breaking: models.Color is gone",
            "breaking: models.Box.color reads str | None, was Color | str | None",
            "breaking: models.PutBoxRequest.color reads str | None, was Color | str | None",
            "breaking: models.Color.BLUE is gone",
            "breaking: models.Color.RED is gone",
        ),
    ),
    "a string becomes an enum": (
        (("shapes/Shelf", {"type": "enum", "values": {"A": {}}}),),
        (
            "safe: models.Shelf is new",
            "risky: models.Box.shelf reads Shelf | str | None, was str | None: an enum prints its own way",
            "safe: models.Shelf.A is new",
        ),
    ),
    "an enum becomes another": (
        (
            ("shapes/Paint", {"type": "enum", "values": {"RED": {}, "BLUE": {}}}),
            ("shapes/PutBoxRequest/members/Color", {"target": "Paint"}),
        ),
        (
            "safe: Client.put_box(color=) takes Paint | str | None, was Color | str | None",
            "safe: models.Paint is new",
            "breaking: models.PutBoxRequest.color reads Paint | str | None, was Color | str | None",
            "safe: models.Paint.BLUE is new",
            "safe: models.Paint.RED is new",
        ),
    ),
    "a number becomes whole": (
        (("shapes/Weight", {"type": "integer"}),),
        ("breaking: models.Box.weight takes int | None, was float | None",),
    ),
    "items are other things": (
        (("shapes/Labels/member", {"target": "Weight"}),),
        ("breaking: models.Box.tags reads list[float] | None, was list[str] | None",),
    ),
    "items may be null": (
        (("shapes/Boxes/sparse", True),),
        ("breaking: models.ListBoxesResponse.boxes reads list[Box | None] | None, was list[Box] | None",),
    ),
    "a class goes by another name": (
        (
            ("shapes/Chosen", {"type": "union", "members": {"Yes": {"target": "Label"}, "No": {"target": "Label"}}}),
            ("shapes/Box/members/Choice", {"target": "Chosen"}),
            ("shapes/Choice", None),
        ),
        (
            "breaking: models.Choice is gone",
            "safe: models.Chosen is new",
            "breaking: models.Box.choice reads Chosen | None, was Choice | None",
            "breaking: models.Choice.no is gone",
            "breaking: models.Choice.yes is gone",
            "safe: models.Chosen.no is new",
            "safe: models.Chosen.yes is new",
        ),
    ),
    "an alias goes by another name": (
        (
            ("shapes/Heft", {"type": "float", "range": {"min": 1}}),
            ("shapes/Box/members/Weight", {"target": "Heft"}),
            ("shapes/Weight", None),
        ),
        (),
    ),
    "a union becomes a structure": (
        (("shapes/Choice/type", "structure"),),
        ("breaking: models.Choice is Structure, was TaggedUnion",),
    ),
    "an arm comes": (
        (("shapes/Choice/members/Maybe", {"target": "Label"}),),
        ("risky: models.Choice.maybe is a new arm: an exhaustive match on models.Choice misses it",),
    ),
    "a value comes": (
        (("shapes/Color/values/GREEN", {}),),
        ("risky: models.Color.GREEN is new: an exhaustive match on models.Color misses it",),
    ),
    "a value goes": (
        (("shapes/Color/values/RED", None),),
        ("breaking: models.Color.RED is gone",),
    ),
    "a constant is named otherwise": (
        (("shapes/Color/values/RED", {"name": "CRIMSON"}),),
        ("breaking: models.Color.RED is now called CRIMSON",),
    ),
    "a constant stands for another value": (
        (("shapes/Color/values", {"BLUE": {}, "red": {"name": "RED"}}),),
        ("risky: models.Color.RED stands for 'red', was 'RED'", "safe: models.Color.RED was there before"),
    ),
    "a rival takes the name of an attribute": (
        (("shapes/Box/members/Label", None), ("shapes/Box/members/label", {"target": "Label", "required": True})),
        ("safe: models.Box.label is still there", "safe: models.Box.label was there before"),
    ),
    "a rival comes for the name of a class": (
        (("shapes/choice", {"type": "structure", "members": {"A": {"target": "Label"}}}),),
        ("safe: models.Choice_cf83 is new", "safe: models.Choice_cf83.a is new"),
    ),
    "an error goes": (
        (("operations/PutBox/errors", []), ("errors/BoxTaken", None)),
        (
            "breaking: models.BoxTakenBody is gone",
            "breaking: errors.BoxTaken is gone",
            "breaking: errors.BoxTaken.label is gone",
            "breaking: errors.BoxTaken.details.message is gone",
            "breaking: models.BoxTakenBody.label is gone",
            "breaking: models.BoxTakenBody.message is gone",
        ),
    ),
    "an error comes": (
        (("errors/BoxLost", {}),),
        ("safe: models.BoxLostBody is new", "safe: errors.BoxLost is new"),
    ),
    "a member of an error goes": (
        (("errors/BoxTaken/members/Label", None),),
        ("breaking: errors.BoxTaken.label is gone", "breaking: models.BoxTakenBody.label is gone"),
    ),
    "a message of an error goes": (
        (("errors/BoxTaken/members/Message", None),),
        ("breaking: errors.BoxTaken.details.message is gone", "breaking: models.BoxTakenBody.message is gone"),
    ),
    "a member of an error changes": (
        (("errors/BoxTaken/members/Label", {"target": "Weight"}),),
        (
            "breaking: errors.BoxTaken.label reads float | None, was str | None",
            "breaking: models.BoxTakenBody.label reads float | None, was str | None",
        ),
    ),
    "an event goes": (
        (("events/BoxPut", None),),
        ("breaking: models.events.BoxPut is gone",),
    ),
    "an event tells something else": (
        (("events/BoxPut/detail", "ListBoxesResponse"),),
        ("breaking: models.events.BoxPut reads ListBoxesResponse, was Box",),
    ),
    "an operation goes": (
        (("operations/PutBox", None), ("waiters/BoxThere", None)),
        (
            "breaking: Client.put_box(color=) is gone",
            "breaking: Client.put_box(label=) is gone",
            "breaking: Client.put_box is gone",
            "breaking: Client.wait_until_box_there is gone",
        ),
    ),
    "an operation comes": (
        (("operations/Ping", {}),),
        ("safe: Client.ping is new",),
    ),
    "an operation answers nothing": (
        (("operations/PutBox/output", None), ("waiters/BoxThere", None)),
        ("breaking: Client.put_box gives None, was Box", "breaking: Client.wait_until_box_there is gone"),
    ),
    "an operation takes something else": (
        (("operations/PutBox/input", "ListBoxesRequest"),),
        (
            "breaking: Client.put_box(color=) is gone",
            "breaking: Client.put_box(label=) is gone",
            "safe: Client.put_box(token=) is new and may be left out",
            "breaking: Client.put_box takes ListBoxesRequest, was PutBoxRequest",
            "breaking: Client.wait_until_box_there takes ListBoxesRequest, was PutBoxRequest",
        ),
    ),
    "pages go": (
        (("paginators/ListBoxes", None),),
        ("breaking: Client.list_boxes_pages is gone",),
    ),
    "a waiter goes": (
        (("waiters/BoxThere", None),),
        ("breaking: Client.wait_until_box_there is gone",),
    ),
    "a member streams": (
        (("shapes/Weight", {"type": "blob", "streaming": True}),),
        ("breaking: models.Box.weight reads bytes | None, was float | None",),
    ),
    "the clients go": (
        (("service/signing/version", "bearer"),),
        (
            "breaking: Client.list_boxes(token=) is gone",
            "breaking: Client.put_box(color=) is gone",
            "breaking: Client.put_box(label=) is gone",
            "breaking: Client is gone",
            "breaking: Client.list_boxes is gone",
            "breaking: Client.put_box is gone",
            "breaking: Client.list_boxes_pages is gone",
            "breaking: Client.wait_until_box_there is gone",
        ),
    ),
    "only docs, order and constraints change": (
        (
            ("shapes/Box/documentation", "Another text."),
            ("shapes/Label", {"type": "string", "length": {"max": 9}, "pattern": "[a-z]+"}),
            ("shapes/Color/values", {"BLUE": {}, "RED": {}}),
            (
                "shapes/PutBoxRequest/members",
                {"Color": {"target": "Color"}, "Label": {"target": "Label", "required": True}},
            ),
        ),
        (),
    ),
}
"""What is edited in `pieces` -> all that the surface says, in the order of the keys."""


def said(old: ir.Model, new: ir.Model) -> list[str]:
    return [f"{change.verdict.level}: {change.verdict.reason}" for change in source_changes(old, new).values()]


@pytest.mark.parametrize("case", CASES_OF_CHANGE)
def test_a_change_is_judged(case: str) -> None:
    edits, expected = CASES_OF_CHANGE[case]
    old, new = edited(pieces()), edited(pieces(), *edits)
    assert said(old, new) == list(expected)
    assert source_changes(old, new) == compared(surface(old), surface(new))


def test_every_kind_of_thing_is_in_a_case() -> None:
    kinds = {
        key[0]
        for case, _ in CASES_OF_CHANGE.values()
        for key in source_changes(edited(pieces()), edited(pieces(), *case))
    }
    assert kinds == {
        "argument", "class", "client", "error", "error-field", "event", "field", "method", "pages", "value", "waiter"
    }  # fmt: skip


def test_what_is_gone_one_way_is_new_the_other_way() -> None:
    for edits, _ in CASES_OF_CHANGE.values():
        old, new = edited(pieces()), edited(pieces(), *edits)
        there, back = source_changes(old, new), source_changes(new, old)
        assert {key: (change.old, change.new) for key, change in there.items()} == {
            key: (change.new, change.old) for key, change in back.items()
        }


def test_a_release_does_not_differ_from_itself() -> None:
    assert source_changes(packages.model_of(packages.NEW), packages.model_of(packages.NEW)) == {}


def test_the_newer_release_takes_nothing_away() -> None:
    found = source_changes(packages.model_of(packages.OLD), packages.model_of(packages.NEW)).values()
    assert {change.verdict.level for change in found} == {Level.SAFE, Level.RISKY}
    risky = [change for change in found if change.verdict.level is Level.RISKY]
    assert {change.key[:2] for change in risky} == {("value", "ReasonCode")}
    assert risky[0].verdict.reason == (
        "models.ReasonCode.ENGAGEMENT_CONFLICT is new: an exhaustive match on models.ReasonCode misses it"
    )


# --------------------------------------------------------------------------------------------------------------- types


@pytest.mark.parametrize(
    ("hint", "public"),
    [
        ("Label", "str"),
        (
            "Annotated[list[Annotated[Label, Items(max=3)]], Items(min=1, relaxed=('length',))] | None",
            "list[str] | None",
        ),
        ("dict[Open[Color], OpenInt[Size] | None]", "dict[Color | str, Size | int | None]"),
        ("Sequence[models.Box | Mapping[str, Any]]", "Sequence[Box | Mapping[str, Any]]"),
    ],
)
def test_what_is_private_is_taken_from_an_annotation(hint: str, public: str) -> None:
    assert erased(hint, {"Label": "str"}) == public


_ALIASES = {"Label": "str", "Kind": "Color | str", "Box": "Lid"}
_HINTS = st.recursive(
    st.sampled_from(("Label", "Kind", "str", "None", "Color", "models.Box", "Any", "Open[Color]", "LooseInt[Size]")),
    lambda inner: st.one_of(
        inner.map("list[{}]".format),
        inner.map("Open[{}]".format),
        inner.map("dict[str, {}]".format),
        inner.map("Annotated[{}, Items(min=1)]".format),
        inner.map("Annotated[{}, Items(min=1, max=3), Text(pattern='a|b')]".format),
        inner.map("Sequence[{} | Mapping[str, Any]]".format),
        st.tuples(inner, inner).map(" | ".join),
    ),
    max_leaves=5,
)


@settings(deadline=None)
@given(_HINTS)
def test_what_is_private_is_taken_away_as_by_pythons_own_parser(hint: str) -> None:
    assert erased(hint, _ALIASES) == hints._erased_in_full(hint, _ALIASES)


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        ("str | None", "str", True),
        ("str", "str | None", False),
        ("str", "Color | str", True),
        ("Color | str", "str", True),
        ("Color | str", "Paint | str", True),
        ("Box", "Lid", False),
        ("float", "int", True),
        ("int", "float", False),
        ("Sequence[float]", "Sequence[int]", True),
        ("Sequence[int]", "Sequence[float]", False),
        ("list[float]", "list[int]", False),
        ("Mapping[str, str | None]", "Mapping[str, str]", True),
        ("Mapping[str, str]", "Mapping[Color | str, str]", False),
        ("dict[str, str | None]", "dict[str, str]", False),
        ("Box | Mapping[str, Any]", "Lid | Mapping[str, Any]", False),
        ("str", "list[str]", False),
        ("str", "", True),
        ("", "str", False),
    ],
)
def test_a_type_takes_what_a_type_checker_lets_it_take(wide: str, narrow: str, covered: bool) -> None:
    assert covers(read_type(wide), read_type(narrow)) is covered


# -------------------------------------------------------------------------------------- a part is judged like the whole

_NAMES = (
    "Box",
    "box",
    "BOX",
    "b_ox",
    "BoxLabel",
    "boxLabelMember",
    "Label",
    "la-bel",
    "N2020",
    "2020",
    "None",
    "Größe",
)
_MEMBERS = ("Label", "label", "from", "from_", "Color")


@st.composite
def crowded(draw: st.DrawFn) -> tuple[Spec, Spec]:
    """Two specs of few names that collide with each other; what one of them has may be the same in the other."""
    taken = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=4, unique=True))
    spare = [name for name in _NAMES if name not in taken]
    targets = st.sampled_from([*taken, "Text", "Texts"])
    old = {name: draw(_some_shape(targets)) for name in ["SendRequest", *taken]}
    new = {name: shape if draw(st.booleans()) else draw(_some_shape(targets)) for name, shape in old.items()}
    sides: list[Spec] = []
    for shapes in (old, new):
        more = {name: draw(_some_shape(targets)) for name in draw(st.lists(st.sampled_from(spare), max_size=2))}
        text = {"Text": {"type": draw(st.sampled_from(("string", "string", "integer")))}}
        texts = {"Texts": {"type": "list", "member": {"target": draw(st.sampled_from([*taken, "Text", "Text"]))}}}
        sides.append(draw(_some_service({**shapes, **more, **text, **texts})))
    return sides[0], sides[1]


@st.composite
def _some_service(draw: st.DrawFn, shapes: Spec) -> Spec:
    structures = [name for name, shape in shapes.items() if shape["type"] == "structure"]
    errors = draw(st.lists(st.sampled_from(("Bo", "Box", "bOx")), max_size=2))
    members = {"Label": {"target": draw(st.sampled_from(["Text", "Texts", *shapes]))}}
    methods = draw(st.lists(st.sampled_from(("Send", "send", "SEND", "ListPages", "List"))))
    ends = st.sampled_from(structures or ["Empty"])
    more: Spec = {} if structures else {"Empty": structure()}
    spec = spec_of({**shapes, **more}, errors={name: {"members": members} for name in errors})
    spec["operations"] = {name: {"input": draw(ends), "output": draw(ends)} for name in methods}
    pages = {"inputTokens": ["Label"], "outputTokens": ["Label"], "resultKeys": ["Label"]}
    return {**spec, "paginators": {"List": pages}} if "List" in methods and draw(st.booleans()) else spec


def _some_shape(targets: st.SearchStrategy[str]) -> st.SearchStrategy[Spec]:
    members = _some_members(targets)
    return st.one_of(
        st.builds(lambda found: {"type": "structure", "members": found}, members),
        st.builds(lambda found: {"type": "union", "members": found}, members),
        st.just({"type": "string"}),
        st.just({"type": "string", "jsonValue": True}),
        st.just({"type": "blob", "streaming": True}),
        st.builds(
            lambda values: {"type": "enum", "values": {value: {} for value in values}},
            st.lists(st.sampled_from(("RED", "red", "Red", "blue")), min_size=1, unique=True),
        ),
    )


def _some_members(targets: st.SearchStrategy[str]) -> st.SearchStrategy[Spec]:
    member = st.builds(
        lambda target, required, length: {"target": target, "required": required, **length},
        targets,
        st.booleans(),
        st.sampled_from(({}, {}, {"length": {"max": 3}})),
    )
    return st.dictionaries(st.sampled_from(_MEMBERS), member, max_size=3)


@sized(300, 2000)
@given(crowded())
def test_what_is_worked_out_of_a_part_is_true_of_the_whole(sides: tuple[Spec, Spec]) -> None:
    old, new = map(strategies.model_of, sides)
    assert source_changes(old, new) == compared(surface(old), surface(new))


def test_the_body_of_an_error_is_no_rival_for_the_name_of_a_shape() -> None:
    shape = ("shapes/boxLostBody", structure(A="Label"))
    old, new = edited(pieces(), shape), edited(pieces(), shape, ("errors/BoxLost", {}))
    found = source_changes(old, new)
    assert found == compared(surface(old), surface(new))
    assert ("class", "boxLostBody") not in found


def test_a_rival_for_the_name_of_a_class_may_be_a_private_type() -> None:
    """A bounded label of a `PutBoxRequest` has a type for itself, which no shape tells of."""
    bounded = ("shapes/PutBoxRequest/members/Label", {"target": "Label", "length": {"max": 3}})
    shape, more = (
        ("shapes/putBoxRequestLabelMember", structure(**members)) for members in ({"A": "Label"}, {"B": "Label"})
    )
    found = source_changes(edited(pieces(), shape), edited(pieces(), shape, bounded))
    assert found["class", "putBoxRequestLabelMember"].verdict.level is Level.BREAKING
    later = source_changes(edited(pieces(), shape, bounded), edited(pieces(), more, bounded))
    assert [change.verdict.reason for change in later.values()] == [
        "models.PutBoxRequestLabelMember_fcf4.a is gone",
        "models.PutBoxRequestLabelMember_fcf4.b is new and may be left out",
    ]


def test_what_did_not_change_is_not_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[str] = []

    def noted(owner: ir.Shape, *rest: Any) -> str:
        worked_out.append(owner.id.raw)
        return hint_of(owner, *rest)

    monkeypatch.setattr(types, "hint_of", noted)
    edits, _ = CASES_OF_CHANGE["a member comes"]
    source_changes(edited(pieces()), edited(pieces(), *edits))
    assert set(worked_out) == {"Box"}  # the body of BoxTaken has a label as well, of the same type


# --------------------------------------------------------------------------------------------------------- what is rare


def test_the_body_of_an_error_gives_way_to_a_shape_of_its_name() -> None:
    """Beside it, the error's member has constraints of its own, which bind nobody who reads it."""
    narrowed = {"members": {"Label": {"target": "Label", "length": {"max": 3}}}}
    old, new = edited(pieces()), edited(
        pieces(), ("errors/BoxTaken", narrowed), ("shapes/BoxTakenBody", structure(A="Label"))
    )
    assert said(old, new) == [
        "breaking: models.BoxTakenBody is now called BoxTakenBody_94ef",
        "safe: models.BoxTakenBody was there before",
        "breaking: errors.BoxTaken.details.message is gone",
        "breaking: models.BoxTakenBody.message is gone",
        "safe: models.BoxTakenBody.a is new and may be left out",
    ]


def test_a_service_without_clients_has_classes_only() -> None:
    model = edited(pieces(), ("service/signing/version", "bearer"))
    kinds = {key[0] for key in surface(model)}
    assert kinds == {"class", "field", "value", "error", "error-field", "event"}


def test_importing_the_surface_loads_no_printer() -> None:
    code = "import sys, codegen.diff.surface; print([name for name in sys.modules if '.' not in name])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=GOLDEN.parent.parent
    )
    assert "codegen" in done.stdout
    assert not {"jinja2", "black", "datamodel_code_generator", "pydantic"} & set(eval(done.stdout))
