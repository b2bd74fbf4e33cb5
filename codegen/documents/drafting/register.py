"""What a draft holds while it comes about: shapes by name, decisions that somebody has to take.

In: shapes and conflicts, one after the other. Out: the names that they went under. Equal shapes of one name are one
shape, which cites what each of them cites.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from codegen.documents.drafting.gathering import Conflict, Tree
from codegen.spec.ir import Json

Spec = dict[str, Json]

_UNNAMED = ("sources", "decisions", "documentation")
"""Keys of an entry that say where its facts come from, not what they are."""


@dataclass(slots=True)
class Register:
    """The shapes and decisions of a draft as they come about; `bare` names shapes of which no page tells what is in.

    `types` is the tree of pages about data types, `begun` names those that are drafted from it.
    """

    prose: bool
    types: Tree = field(default_factory=Tree)
    begun: set[str] = field(default_factory=set[str])
    shapes: dict[str, Spec] = field(default_factory=dict[str, Spec])
    decisions: dict[str, Spec] = field(default_factory=dict[str, Spec])
    bare: dict[str, str] = field(default_factory=dict[str, str])
    _texts: dict[str, str] = field(default_factory=dict[str, str], init=False)
    """What each shape is, as text; where its facts come from is all that changes of one."""

    def put(self, names: Iterable[str], shape: Spec) -> str:
        """Keep a shape under the first name that is free, or that has an equal shape; the names never end."""
        text = json.dumps(_bare(shape), sort_keys=True)
        name = next(each for each in names if self._texts.get(each, text) == text)
        if name in self.shapes:
            _add_sources(self.shapes[name], shape)
        else:
            self.shapes[name], self._texts[name] = shape, text
        return name

    def decide(self, conflict: Conflict, facts: Sequence[str]) -> str:
        """Ask for a decision; the same question about another fact is the same decision."""
        statements: Spec = dict(conflict.statements)
        for name, there in self.decisions.items():
            if there["question"] == conflict.question and there["statements"] == statements:
                there["facts"] = united(there["facts"], list(facts))
                return name
        name = f"Q{len(self.decisions) + 1:02}"
        self.decisions[name] = {"question": conflict.question, "statements": statements, "facts": list(facts)}
        return name


def _bare(value: Json) -> Json:
    return (
        {key: _bare(each) for key, each in value.items() if key not in _UNNAMED} if isinstance(value, dict) else value
    )


def _add_sources(there: Spec, shape: Spec) -> None:
    """Let an entry cite what another says of the same, all the way down."""
    for key, value in shape.items():
        mine = there.get(key)
        if key in ("sources", "decisions"):
            there[key] = united(mine, value)
        elif isinstance(value, dict) and isinstance(mine, dict):
            _add_sources(mine, value)


def united(one: Json, other: Json) -> list[Json]:
    """Give the items of both lists, each once."""
    both = [*(one if isinstance(one, list) else ()), *(other if isinstance(other, list) else ())]
    return list(
        {each if isinstance(each, str) else (json.dumps(each, sort_keys=True),): each for each in both}.values()
    )
