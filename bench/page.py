"""The records of `results.json` -> `docs/benchmarks.md`, and the same tables for the terminal.

In: records by area. Out: text. `tests/test_bench.py` holds what is committed against the committed records, and
`pytest --update tests/test_bench.py` writes it anew where the words of a page change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench.charts import write_charts
from bench.results import Record
from bench.tables import Cells, cells, curve_cells, curve_heads, goals, heads, ratio, verdict

ROOT = Path(__file__).parent.parent
_HEAD = """# Benchmarks

`make bench` measures all of this anew, `make bench AREA=startup` one area of it; peers are installed in virtual
environments of their own, as `bench/locks` pins them. What lasts is the ratio, taken in one run: ours and theirs in
turn, the median of each round's share. CPU is that of user and system, because machines are shared; peak is the
largest resident set. A ratio is ours divided by the peer's, and rounded against us where it has a goal.

![Cost as a share of the peer's](benchmarks.svg)

"""
_FLOORS = """
## Floors

What nothing of its kind gets below is measured beside it; what ours costs above that is in the last column.

| | floor | above it |
|---|---|---|
| generating | Python, click, Jinja2 and its templates, compiled anew each time | rules, views, cases of the tests |
| check | Python, click, the package read and digested | the digests of spec and generator |
| starting | `python -c pass` | named tuples, the table of operations, endpoint rules where there are some |
| first answer | urllib3, first answer; a class of pydantic, two fifths of boto3's, half once its validator is built | \
classes of the shapes that the call needs, a socket, request and answer |
| validating | one pass of pydantic's core | paths and words of what it refuses |
| calls | what HTTP costs: the call less "nothing sent" | one pass to check and write, a signature, the answer read |
| sandbox | one commit for all that arrives meanwhile | HTTP, the signature, the rules, rows and index |
| diffing | its imports; gunzip of both, json.loads of one and of what differs | keys told apart, verdicts for three |

What holds a first answer above half of boto3's, which was the aim with the standard library's transport, is pydantic:
imported, with a class of one integer that is never built, and taken apart when Python ends, it takes 0.39 to 0.49 of
that; with its validator built it takes half, before there is a socket. The plainest client by hand, `http.client` and
one class of one text, which signs nothing and checks nothing that it sends, has a row of its own: it takes more than
ours does. EC2 is below half or near it, for boto3 reads its whole model.
"""
_GROWTH = """
## Growth

How cost grows with size, for ours and for peers. Where there is an exponent, it is fitted over made-up specs that
double in one respect, with what the least spec costs taken off: 1 is linear, and over 1.15 is a fault.

![Cost by size](benchmarks-growth.svg)

"""


KEY = (
    ("generating", "Generating the pinned release", "speccast generate, cold"),
    ("generating", "Generating the pinned release", "speccast check, nothing to do"),
    ("generating", "Generating EC2", "speccast generate, cold"),
    ("startup", "Starting", "Client"),
    ("startup", "Starting", "Client, first answer"),
    ("validating", "Checking and writing CreateEngagementInvitation", "speccast, checked and written"),
    ("calls", "CreateEngagement, one at a time", "speccast, Client"),
    ("calls", "CreateEngagement, 64 at a time", "speccast, AsyncClient"),
    ("sandbox", "Sandbox: writes on one processor, 32", "speccast sandbox"),
    ("diffing", "Diff of ec2", "speccast diff"),
)
"""Area, how the title of the table begins, row: what the README shows."""
MARKS = "<!-- benchmarks -->\n", "<!-- end of benchmarks -->\n"


def shown_in(readme: str, records: Mapping[str, Record]) -> str:
    """Put the key ratios between the marks of a text."""
    before, _, rest = readme.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    return "".join([before, MARKS[0], *_markdown(("", "ratio", "to", "goal"), _key(records)), MARKS[1], after])


def _key(records: Mapping[str, Record]) -> Iterator[Cells]:
    for area, title, name in KEY:
        tables = records[area].tables if area in records else ()
        for table in tables:
            found = [row for row in table.rows if row.name == name and table.title.startswith(title)]
            yield from ((f"{table.title}: {row.name}", ratio(row), row.peer, verdict(row)) for row in found)


def page(records: Mapping[str, Record]) -> str:
    parts = [_HEAD, *_markdown(("", "ratio", "to", "goal"), _summary(records))]
    for area, record in records.items():
        parts += [f"\n## {area.replace('_', ' ').capitalize()}\n\n", *_about(record)]
        for table in record.tables:
            parts += [f"\n### {table.title}\n\n", *_markdown(heads(table), map(cells, table.rows))]
    curves = [curve for record in records.values() for curve in record.curves]
    return "".join([*parts, _FLOORS, _GROWTH, *_markdown(curve_heads(), map(curve_cells, curves))])


def _summary(records: Mapping[str, Record]) -> Iterator[Cells]:
    for table, row in goals(records):
        figure = ratio(row) if row.goal and not row.goal.of_figure else f"{cells(row)[1]} {table.unit}"
        yield f"{table.title}: {row.name}", figure, row.peer, verdict(row)


def _about(record: Record) -> Iterator[str]:
    yield f"{record.date}; {record.machine}.\n\n"
    yield from (f"- {environment}: {versions}\n" for environment, versions in record.versions.items())


def _markdown(head: Cells, rows: Iterable[Cells]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n"
    yield f"|{'---|' * len(head)}\n"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n"


def write_pages(records: Mapping[str, Record]) -> None:
    """Write what the records say: the page, the charts, the key ratios in the README."""
    (ROOT / "docs" / "benchmarks.md").write_text(page(records), encoding="utf-8", newline="\n")
    write_charts(records, ROOT / "docs")
    readme = ROOT / "README.md"
    readme.write_text(shown_in(readme.read_text(encoding="utf-8"), records), encoding="utf-8", newline="\n")


def printed(record: Record) -> Iterator[str]:
    """Give the lines that a terminal shows of an area."""
    yield f"{record.date}; {record.machine}"
    yield from (f"{environment}: {versions}" for environment, versions in record.versions.items())
    for table in record.tables:
        yield from ("", table.title, *_aligned([heads(table), *map(cells, table.rows)]))
    if record.curves:
        yield from ("", "Growth", *_aligned([curve_heads(), *map(curve_cells, record.curves)]))


def _aligned(rows: Sequence[Cells]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
