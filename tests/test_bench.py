"""What `bench` makes of its records: committed page and charts are those of the committed records; nothing is timed."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import charts, growth, page, results, tables
from bench.peers import SHOWN
from bench.results import Curve, Goal, Record, Row, Table

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
RECORDS = results.read_results()
AT_MOST, AT_LEAST = Goal(0.4), Goal(8, at_least=True)


def test_the_committed_page_and_charts_are_those_of_the_committed_records(update: bool) -> None:
    assert RECORDS
    if update:
        page.write_pages(RECORDS)
    assert (DOCS / "benchmarks.md").read_text("utf-8") == page.page(RECORDS)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert readme == page.shown_in(readme, RECORDS) and page.MARKS[0] in readme
    assert (DOCS / "benchmarks.svg").read_text("utf-8") == charts.bar_chart(RECORDS)
    assert (DOCS / "benchmarks-growth.svg").read_text("utf-8") == charts.growth_chart(RECORDS)


def test_records_come_back_from_their_file_as_they_went_in(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    results.write_results(RECORDS, file)
    assert results.read_results(file) == RECORDS and file.read_bytes() == results.RESULTS.read_bytes()
    assert results.read_results(tmp_path / "none.json") == {}


def test_records_name_no_host_and_no_path() -> None:
    text = results.RESULTS.read_text("utf-8")
    assert re.findall(r"://|/(?:home|root|tmp|usr|work)/", text) == []


@pytest.mark.parametrize(
    ("ratio", "goal", "said"),
    [
        (0.4, AT_MOST, ("0.400", "at most 0.4: met")),
        (0.4001, AT_MOST, ("0.401", "at most 0.4: NOT met")),
        (8.0, AT_LEAST, ("8.00", "at least 8: met")),
        (7.999, AT_LEAST, ("7.99", "at least 8: NOT met")),
        (1 / 15, Goal(1 / 15), ("0.0667", "at most 1/15: met")),
        (0.4004, None, ("0.400", "")),
        (None, AT_MOST, ("", "at most 0.4: NOT met")),
    ],
)
def test_a_ratio_with_a_goal_is_rounded_against_us(
    ratio: float | None, goal: Goal | None, said: tuple[str, str]
) -> None:
    row = Row(name="ours", figure=1, peer="theirs", ratio=ratio, goal=goal)
    assert (tables.ratio(row), tables.verdict(row)) == said


def test_a_goal_of_a_figure_is_held_against_the_figure() -> None:
    goal = Goal(180, of_figure=True)
    assert [Row(name="wall", figure=figure, goal=goal).met for figure in (180, 180.1, None)] == [True, False, False]


def test_an_exponent_is_that_of_what_grows() -> None:
    def fitted(power: float, fixed: float = 0, off: float = 0) -> float:
        found = growth.exponent([(size, fixed + size**power) for size in (1.0, 2.0, 4.0, 8.0)], fixed=off)
        assert found is not None
        return found

    assert fitted(2) == pytest.approx(2) and fitted(1, 5, 5) == pytest.approx(1)
    assert fitted(1, 5) < 0.5  # a fixed cost hides what grows
    assert fitted(1.1) < growth.MOST < fitted(1.2)


def test_an_exponent_takes_four_points_above_the_noise() -> None:
    points = [(1, 1.1), (2, 2), (4, 4), (8, 8)]
    assert growth.exponent(points, fixed=1) is not None
    assert growth.exponent(points, fixed=1, noise=0.2) is None


def test_a_cost_that_grows_too_fast_is_a_fault_and_is_told() -> None:
    curves = tuple(
        Curve(name=name, sizes="shapes", unit="CPU s", points=((1, 1), (2, 4)), exponent=fitted, most=1.15)
        for name, fitted in (("steep", 1.151), ("even", 1.15))
    )
    record = Record(date="2026-11-21", machine="m", versions={}, tables=(), curves=curves)
    assert record.faults == curves[:1]
    assert "\n".join(page.printed(record)) == (
        "2026-11-21; m\n\nGrowth\n"
        "       by      sizes  figures          exponent  goal\n"
        "steep  shapes  1 2    1.00 4.00 CPU s  1.16      at most 1.15: NOT met\n"
        "even   shapes  1 2    1.00 4.00 CPU s  1.15      at most 1.15: met"
    )


def test_what_could_not_be_measured_says_why() -> None:
    missing = Row(name="localstack", note="left out: no Python 3.12 or 3.13 was found")
    table = Table(title="Writes", unit="writes a second", rows=(missing,))
    record = Record(date="2026-11-21", machine="m", versions={}, tables=(table,))
    assert "| localstack (left out: no Python 3.12 or 3.13 was found) |  |  |  |  |  |\n" in page.page(
        {"sandbox": record}
    )


def test_charts_are_well_formed_and_escape_what_they_show() -> None:
    row = Row(name="<ours> & theirs", figure=1, peer='"peer"', ratio=2.5, goal=AT_MOST)
    curve = Curve(name="<c>", sizes="a & b", unit="CPU s", points=((1, 1), (10, 10)))
    table = Table(title="t", unit="CPU s", rows=(row,))
    records = {"area": Record(date="d", machine="m", versions={}, tables=(table,), curves=(curve,))}
    texts = set(ElementTree.fromstring(charts.bar_chart(records)).itertext())
    assert {"t: <ours> & theirs", '2.50 to "peer"; at most 0.4: NOT met'} <= texts
    assert "area, by a & b" in set(ElementTree.fromstring(charts.growth_chart(records)).itertext())


def test_locks_pin_every_peer_that_is_shown() -> None:
    locks = {path.stem: path.read_text("utf-8") for path in (ROOT / "bench" / "locks").glob("*.txt")}
    assert locks.keys() == SHOWN.keys()
    for name, distributions in SHOWN.items():
        assert [one for one in distributions if not re.search(rf"^{one}==", locks[name], re.MULTILINE)] == []
