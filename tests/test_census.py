"""What AWS's models have: `docs/aws-models.md` is what the installed botocore says.

Run `pytest --update tests/test_census.py` when botocore in `requirements.lock` has moved, and read what has changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from census import VERSION, Service, cycles, edges_of, folders, services
from census_rows import SECTIONS, Row

PAGE = Path(__file__).parent.parent / "docs" / "aws-models.md"
COMMAND = "pytest --update tests/test_census.py"

HEAD = f"""# AWS's models in figures

What botocore {VERSION} brings, counted from its files by `{COMMAND}`; a test fails when they
differ. Of a service with several versions the newest is counted. The example is the first in the order of the models.
"""


def _protocol(one: Service) -> str:
    metadata = one.raw["metadata"]
    version = f" {metadata['jsonVersion']}" if metadata["protocol"] == "json" else ""
    return str(metadata["protocol"]) + version


def _words(one: Service) -> Iterator[tuple[str, str]]:
    """Give every word that a model uses: one that is new here may be one that the importer does not know."""
    yield from (("service", key) for key in (*one.raw, *one.raw["metadata"]))
    for operation in one.operations.values():
        ends = [operation[end] for end in ("input", "output") if end in operation]
        yield from (("operation", key) for key in operation)
        yield from (("input or output", key) for end in ends for key in end)
        yield from (("error of an operation", key) for error in operation.get("errors", ()) for key in error)
    for shape in one.shapes.values():
        yield from (("shape", key) for key in shape)
        yield from (("member", key) for edge in edges_of(shape) for key in edge)


SIZES: Mapping[str, Callable[[Service], int]] = {
    "services": lambda one: 1,
    "operations": lambda one: len(one.operations),
    "shapes": lambda one: len(one.shapes),
    "members": lambda one: len(one.members),
    "enum values": lambda one: len(one.values),
    "paginators": lambda one: one.paginators,
    "waiters": lambda one: one.waiters,
}

COUNTERS: Mapping[str, tuple[tuple[str, ...], Callable[[Service], Iterable[tuple[object, ...]]]]] = {
    "Operations by protocol": (("protocol",), lambda one: [(_protocol(one),)] * len(one.operations)),
    "Services by protocol": (("protocol",), lambda one: [(_protocol(one),)]),
    "Services by protocols listed": (("protocol",), lambda one: zip(one.raw["metadata"].get("protocols", ()))),
    "Shapes": (("type",), lambda one: ((shape["type"],) for shape in one.shapes.values())),
    "Where members travel": (("location",), lambda one: ((m.get("location", "body"),) for _, _, m in one.members)),
    "Timestamps": (
        ("format",),
        lambda one: (
            (shape.get("timestampFormat", "the protocol's"),)
            for shape in one.shapes.values()
            if shape["type"] == "timestamp"
        ),
    ),
    "Statuses of errors": (
        ("status",),
        lambda one: ((e.get("error", {}).get("httpStatusCode", "none"),) for e in one.errors.values()),
    ),
    "Words": (("of a", "word"), _words),
}
"""What is counted by kind: the heads of the columns, and the kind of each thing in one service."""

Sized = Callable[[Service], Iterable[tuple[int, str]]]
LONGEST: Mapping[str, Sized] = {
    "members of a structure": lambda one: ((len(s.get("members", ())), n) for n, s in one.structures.items()),
    "members of a union": lambda one: ((len(s["members"]), n) for n, s in one.structures.items() if s.get("union")),
    "values of an enum": lambda one: ((len(s["enum"]), n) for n, s in one.shapes.items() if "enum" in s),
    "shapes in a cycle": lambda one: ((len(group), min(group)) for group in one.cycles),
    "errors of an operation": lambda one: ((len(o.get("errors", ())), n) for n, o in one.operations.items()),
    "characters of a pattern": lambda one: ((len(s["pattern"]), n) for n, s in one.shapes.items() if "pattern" in s),
    "characters of an enum's value": lambda one: ((len(value), f"{name}={value}") for name, value in one.values),
    "characters of an operation's name": lambda one: ((len(name), name) for name in one.operations),
    "characters of a shape's name": lambda one: ((len(name), name) for name in one.shapes),
    "characters of a member's name": lambda one: ((len(name), f"{owner}.{name}") for owner, name, _ in one.members),
    "characters said of a shape": lambda one: ((len(s.get("documentation", "")), n) for n, s in one.shapes.items()),
}


ROWS = tuple(row for rows in SECTIONS.values() for row in rows)


@dataclass
class Figures:
    """What is counted so far."""

    sizes: Counter[str] = field(default_factory=Counter[str])
    kinds: dict[str, Counter[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(Counter))
    longest: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    places: Counter[str] = field(default_factory=Counter[str])
    homes: Counter[str] = field(default_factory=Counter[str])
    examples: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, one: Service) -> None:
        """Count one service."""
        self.sizes.update({what: size(one) for what, size in SIZES.items()})
        for title, (_, kinds) in COUNTERS.items():
            self.kinds[title].update(kinds(one))
        for what, find in LONGEST.items():
            size, place = max(find(one), key=lambda each: each[0], default=(0, ""))
            if size > self.longest.get(what, (0, ""))[0]:
                self.longest[what] = size, f"{one.name}.{place}"
        for row in ROWS:
            found = list(dict.fromkeys(row.find(one)))
            self.places[row.name] += len(found)
            self.homes[row.name] += bool(found)
            if found:
                self.examples.setdefault(row.name, f"{one.name}.{found[0]}")


def figures() -> Figures:
    """Count everything."""
    found = Figures()
    for one in services():
        found.add(one)
    return found


# --------------------------------------------------------------------------------------------------------------- page


def page(found: Figures) -> str:
    parts = [
        HEAD,
        _table("Sizes", ("what", "count"), [*found.sizes.items(), ("models, older ones too", len(folders()))]),
    ]
    parts += [_kinds(title, heads, found) for title, (heads, _) in COUNTERS.items()]
    longest = [(what, size, _code(place)) for what, (size, place) in found.longest.items()]
    parts += [_table("The most and the longest", ("what", "count", "example"), longest)]
    return "\n".join([*parts, *(_section(title, rows, found) for title, rows in SECTIONS.items())])


def _kinds(title: str, heads: tuple[str, ...], found: Figures) -> str:
    rows = sorted(found.kinds[title].items(), key=lambda row: (row[0][:-1], -row[1], str(row[0])))
    return _table(title, (*heads, "count"), [(*kind, count) for kind, count in rows])


def _section(title: str, rows: Iterable[Row], found: Figures) -> str:
    example = {name: _code(place) for name, place in found.examples.items()}
    lines = [(row.name, found.places[row.name], found.homes[row.name], example.get(row.name, "")) for row in rows]
    return _table(title, ("what", "count", "services", "example"), lines)


def _table(title: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    heads = list(heads)
    lines = [" | ".join(map(_cell, row)) for row in (heads, *rows)]
    lines.insert(1, " | ".join(["--:" if head in ("count", "services") else "---" for head in heads]))
    return "\n".join([f"## {title}", "", *(f"| {line} |" for line in lines), ""])


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`" if "`" not in text else f"`` {text} ``"


def test_the_page_about_aws_models_is_what_botocore_says(update: bool) -> None:
    found = page(figures())
    if update:
        PAGE.write_text(found, encoding="utf-8", newline="\n")
    said = PAGE.read_text(encoding="utf-8")
    assert said == found, f"docs/aws-models.md is not that of botocore {VERSION}; run: {COMMAND}"


def test_cycles_are_found_by_hand() -> None:
    edges = {"a": ("b", "d"), "b": ("c",), "c": ("a",), "d": ("d",), "e": ("a",), "f": ()}
    assert sorted(map(sorted, cycles(edges))) == [["a", "b", "c"], ["d"]]
