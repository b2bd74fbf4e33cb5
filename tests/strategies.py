"""What goes into tests: a spec to put things into, and Hypothesis strategies for valid, near-valid and hostile ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from sizes import FULL

from codegen.spec import ir
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

Test = TypeVar("Test", bound=Callable[..., None])


def sized(small: int, large: int) -> Callable[[Test], Test]:
    """Try so many examples, the same in every run, and say how many."""
    size = large if FULL else small

    def with_size(test: Test) -> Test:
        print(f"{test.__name__}: {size} examples")
        slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
        phases = [Phase.explicit, Phase.generate, *([Phase.shrink] if FULL else [])]
        return settings(
            max_examples=size, deadline=None, derandomize=True, database=None, suppress_health_check=slow, phases=phases
        )(test)

    return with_size


Spec = dict[str, Any]

SERVICE: Spec = {
    "name": "post",
    "release": "2024-12-05",
    "title": "Post",
    "serviceId": "Post",
    "protocol": "awsJson1_0",
    "target": "Post",
    "endpoint": {"prefix": "post", "template": "https://post.{region}.example.com", "regions": ["us-east-1"]},
    "signing": {"version": "v4", "name": "post"},
    "patterns": {"match": "full", "ascii": True},
    "sources": ["D0"],
}
SOURCES: Spec = {"D0": {"title": "Send", "publisher": "Post", "kind": "page", "date": "2024-12-05"}}


def spec_of(shapes: Spec | None = None, **sections: Any) -> Spec:
    """Give a spec with one operation, `Send`, whose input is the first shape."""
    shapes = shapes or {"SendRequest": {"type": "structure", "members": {}}}
    operations = {"Send": {"input": next(iter(shapes)), "errors": list(sections.get("errors", {}))}}
    return {"service": SERVICE, "sources": SOURCES, "operations": operations, "shapes": shapes, **sections}


def structure(**members: Any) -> Spec:
    """`structure(Text="Text")` gives a structure with a member of that name and target."""
    return {"type": "structure", "members": {name: {"target": target} for name, target in members.items()}}


def model_of(spec: Spec) -> ir.Model:
    return parse_model((read_source("spec.json", json.dumps(spec).encode()),))


# --------------------------------------------------------------------------------------------------------------- texts

CANARY = "SPECCAST_CANARY"
"""What hostile texts try to call."""

BREAKOUTS = (
    f'"""\n{CANARY}()\n"""',
    f'\\"""\n{CANARY}()\n\\"""',
    f'\\\\"""\n{CANARY}()\n\\\\"""',
    f"'''\n{CANARY}()\n'''",
    f'"; {CANARY}(); "',
    f"'; {CANARY}(); '",
    f'" + {CANARY}() + "',
    f'x"\n    {CANARY}()\n    y = "',
    f"safe\r{CANARY}()",
    f"safe\n{CANARY}()",
    f"a\u2028{CANARY}()\u2029\x85\x0b\x0c",
    f"{{{CANARY}()}} {{0.__class__}} %s %(x)s ${{{CANARY}()}} {{{{ {CANARY}() }}}} {{% raw %}}",
    "ends with a backslash\\",
    'ends with a quote"',
    "\\N{NO SUCH NAME} \\U00110000 \\x4 \\u12",
    "# -*- coding: utf-7 -*-\n+ACIAIgAi-",
    "# type: ignore\n# fmt: off\n# noqa",
    "\x00\x07\x1b[2J\x7f\ufeff\u202e\u2066\u200b\U0001f600",
    " leading and trailing \t\n",
    "",
)

_CHARACTERS = st.characters() | st.sampled_from("\"'\\{}%#\x00\x07\x1b\r\n\t\x85\u2028\u202e\ufeff\ud800\udfff")


def texts() -> st.SearchStrategy[str]:
    """Every string of code points, halves of surrogate pairs included."""
    return st.text(_CHARACTERS, max_size=40) | st.sampled_from(BREAKOUTS)


def spec_texts() -> st.SearchStrategy[str]:
    """Every text that a spec can hold."""
    return st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(BREAKOUTS)


def names() -> st.SearchStrategy[str]:
    """Names: ordinary, reserved, colliding, hostile."""
    ordinary = st.sampled_from(
        ("Title", "AwsAccountId", "ARN", "Arn", "arn", "x-y", "x_y", "xY", "Größe", "K", "\u212a")
    )
    reserved = st.sampled_from(
        ("None", "from", "class", "str", "list", "Field", "Any", "models", "self", "copy", "__init__")
    )
    hostile = st.sampled_from([text for text in BREAKOUTS if text]) | st.text(
        st.characters(codec="utf-8"), min_size=1, max_size=9
    )
    return st.one_of(ordinary, reserved, hostile)


# --------------------------------------------------------------------------------------------------------------- specs

_SCALARS = ("Text", "Count", "Flag", "Bytes", "When", "Any", "Real")
_PATTERNS = (r"[a-z]+", r"^\d{12}$", r"(?!aws:).*", r"(?s).{1,9}", r"(\w)\1")


@st.composite
def scalars(draw: st.DrawFn) -> Spec:
    """The shapes that stand under the names of `_SCALARS`."""
    text: Spec = {"type": "string"}
    if draw(st.booleans()):
        text["pattern"] = draw(st.sampled_from(_PATTERNS))
    if draw(st.booleans()):
        text["length"] = {"min": draw(st.integers(0, 3)), "max": draw(st.integers(3, 9))}
    number = draw(st.sampled_from(("byte", "integer", "long", "bigInteger")))
    return {
        "Text": {**text, "documentation": draw(spec_texts()), "sensitive": draw(st.booleans())},
        "Count": {"type": number, "range": {"min": draw(st.integers(-9, 0)), "max": draw(st.integers(0, 99))}},
        "Flag": {"type": "boolean"},
        "Bytes": {"type": "blob", "length": {"max": 9}},
        "When": {"type": "timestamp", "timestampFormat": draw(st.sampled_from(list(map(str, ir.TimestampFormat))))},
        "Any": {"type": "document"},
        "Real": {"type": draw(st.sampled_from(("float", "double")))},
    }


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """Valid specs, small, with hostile names and texts in every place that takes them."""
    made = st.lists(names(), min_size=1, max_size=4, unique=True)
    taken = {*_SCALARS, "Texts", "Map"}
    owners = [name for name in draw(made) if name not in taken] or ["SendRequest"]
    kinds = {owner: draw(st.sampled_from(("structure", "structure", "union", "enum"))) for owner in owners}
    targets = st.sampled_from([*_SCALARS, "Texts", "Map", *owners])
    shapes: Spec = {owner: draw(_owner(kind, targets, draw(made))) for owner, kind in kinds.items()}
    if kinds[owners[0]] != "structure":
        shapes = {"SendRequest": structure(One=owners[0]), **shapes}
    shapes |= draw(scalars())
    held = st.sampled_from([*_SCALARS, *owners])  # a list or map of itself alone is no valid shape
    shapes["Texts"] = {"type": "list", "member": {"target": draw(held)}, "sparse": draw(st.booleans())}
    shapes["Map"] = {
        "type": "map",
        "key": {"target": "Text"},
        "value": {"target": draw(st.one_of(held, st.just("Texts")))},
    }
    errors = {
        name: draw(_error(draw(st.lists(names(), max_size=2, unique=True))))
        for name in draw(st.lists(names(), max_size=2, unique=True))
    }
    event = {
        "detailType": draw(spec_texts()) or "Sent",
        "source": draw(spec_texts()) or "post",
        "detail": next(iter(shapes)),
    }
    service = {**SERVICE, "title": draw(spec_texts()) or "Post"}
    return spec_of(shapes, service=service, errors=errors, events={draw(names()): event})


@st.composite
def _owner(draw: st.DrawFn, kind: str, targets: st.SearchStrategy[str], members: list[str]) -> Spec:
    documented = {"documentation": draw(spec_texts())}
    if kind == "enum":
        values = draw(st.lists(spec_texts().filter(bool), min_size=1, max_size=3, unique=True))
        return {"type": "enum", "values": dict.fromkeys(values, documented), **documented}
    return {"type": kind, "members": {name: {"target": draw(targets), **documented} for name in members}, **documented}


@st.composite
def _error(draw: st.DrawFn, members: list[str]) -> Spec:
    return {
        "members": {name: {"target": draw(st.sampled_from(_SCALARS))} for name in members},
        "httpError": draw(st.integers(400, 599)),
        "suggestedAction": draw(spec_texts()),
        "documentation": draw(spec_texts()),
        "aliases": draw(st.lists(spec_texts().filter(bool), max_size=1)),
    }


# ---------------------------------------------------------------------------------------------------------- near-valid

_WRONG: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", "x", [], {}, [None], {"x": 1}, "structure", 10**30, CANARY)


@st.composite
def near_specs(draw: st.DrawFn, base: Spec) -> Spec:
    """Specs of which one to three places hold something else, nothing, or something more."""
    spec = copy.deepcopy(base)
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(_places(spec)))
        change = draw(st.sampled_from(("replace", "drop", "add")))
        if change == "replace":
            holder[key] = copy.deepcopy(draw(st.sampled_from(_WRONG)))
        elif change == "drop":
            del holder[key]
        elif isinstance(holder, dict):
            holder[draw(names())] = copy.deepcopy(draw(st.sampled_from(_WRONG)))
    return spec


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with each of its keys or indices."""
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]
