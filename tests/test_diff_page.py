"""The page of a comparison: whole without a browser, and at work in one."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import CONTRAST, Reader, driver, watched
from reports import BREAKING_ONES, big_report, empty_report, plain_report, report, sample_report

from codegen.diff.findings import Audience, Finding, Level, Report
from codegen.diff.printers.html import as_html
from codegen.diff.printers.html_values import LONGEST
from codegen.pages.environment import visible

__all__ = ["driver"]
pytestmark = pytest.mark.xdist_group("browser")

REPORTS = {"sample": sample_report, "plain": plain_report, "empty": empty_report, "big": big_report}


@pytest.fixture(scope="module", params=REPORTS)
def named(request: pytest.FixtureRequest) -> tuple[Report, Reader]:
    made = REPORTS[request.param]()
    return made, Reader(as_html(made))


# ---------------------------------------------------------------------------------------------------- without a browser


def test_every_finding_stands_there_once(named: tuple[Report, Reader]) -> None:
    made, read = named
    anchors = Counter(str(one["id"])[:18] for one in read.with_class("finding"))
    assert anchors == Counter(f"f-{finding.fingerprint}" for finding in made.findings)


def test_no_name_is_given_twice_and_every_reference_has_its_target(named: tuple[Report, Reader]) -> None:
    _, read = named
    ids = Counter(attributes["id"] for _, attributes in read.tags if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    for _, attributes in read.tags:
        for name in ("for", "aria-labelledby"):
            assert name not in attributes or attributes[name] in ids
        assert not (attributes.get("href") or "").startswith("#") or str(attributes["href"])[1:] in ids


def test_nothing_is_fetched_and_nothing_runs_but_the_script(named: tuple[Report, Reader]) -> None:
    _, read = named
    allowed = {"a": r"#[\w-]+", "link": r"data:,"}
    for tag, attributes in read.tags:
        assert not attributes.keys() & {"src", "srcset", "style", "action", "background", "srcdoc", "ping"}, tag
        assert [name for name in attributes if name.startswith("on")] == []
        assert "href" not in attributes or re.fullmatch(allowed[tag], attributes["href"] or "")
    assert len(read.attributes("script")) == len(read.attributes("style")) == 1
    assert not {tag for tag, _ in read.tags} & {"img", "iframe", "object", "embed", "base", "svg"}


def test_the_policy_names_style_and_script_by_their_digests(named: tuple[Report, Reader]) -> None:
    _, read = named
    policy = next(one["content"] for one in read.attributes("meta") if one.get("http-equiv"))

    def digest(tag: str) -> str:
        text = "".join(read.texts[tag])
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest('style')}'; script-src 'sha256-{digest('script')}'; "
        "img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def test_style_and_script_end_nothing_and_fetch_nothing() -> None:
    read = Reader(as_html(empty_report()))
    for tag in ("style", "script"):
        text = "".join(read.texts[tag])
        assert not re.search(r"</|<!--|url\(|@import|https?:|fetch\(|innerHTML|eval|import\(|document\.write", text)


def test_text_of_a_spec_stays_text() -> None:
    page = as_html(sample_report())
    read = Reader(page)
    shown = " ".join(text for texts in read.texts.values() for text in texts)
    for text in ("<script>alert(1)</script>", 'Get"><img src=x onerror=alert(1)>', "</details>", "\\u202e", "\\u2028"):
        assert text in shown
    assert [letter for letter in page if not letter.isprintable() and letter != "\n"] == []
    assert page.count("</details>") == page.count("<details")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ü 漢 🙂", "plain ü 漢 🙂"),
        ("a\nb", "a\nb"),
        ("\u202e\u2066\u200b\ufeff", "\\u202e\\u2066\\u200b\\ufeff"),
        ("\x00\x1b\r\x7f\x85", "\\x00\\x1b\\r\\x7f\\x85"),
        ("\U000e0041\ud800", "\\U000e0041\\ud800"),
    ],
)
def test_characters_that_nobody_sees_are_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_what_differs_is_marked() -> None:
    page = as_html(_one(old="takes 64 of them", new="takes 128 of them"))
    assert '<pre class="s">takes <del>64</del> of them</pre>' in page
    assert '<pre class="s">takes <ins>128</ins> of them</pre>' in page


@pytest.mark.parametrize(("old", "new"), [("aXa", "aa"), ("a a", "a a a"), ("same", "same")])
def test_a_value_is_shown_whole_whatever_is_marked(old: str, new: str) -> None:
    values = re.findall(r'<pre class="s">(.*?)</pre>', as_html(_one(old=old, new=new)))
    assert [re.sub(r"</?(?:del|ins)>", "", text) for text in values] == [old, new]


def test_a_long_value_is_cut_and_nothing_is_lost() -> None:
    long = "word " * 500
    page = as_html(_one(old=long, new="short"))
    values = re.findall(r'<pre class="s">(.*?)</pre>', page)
    head, rest = (re.sub(r"</?(?:del|ins)>", "", text) for text in values[:2])
    assert (len(head), head + rest) == (LONGEST, long)
    assert "<summary>2,100 more characters</summary>" in page


def test_the_verdict_of_each_audience_and_the_version_head_the_page() -> None:
    made = sample_report()
    words = dict(re.findall(r'<h2>(\w+)</h2>\n<p class="word">(.*?)</p>', as_html(made)))
    bare = {name: re.sub(r"<.*?>", "", said) for name, said in words.items()}
    assert bare == {"caller": "✕ Breaks", "source": "✕ Breaks", "server": "✕ Breaks", "version": "major"}


def test_the_same_report_gives_the_same_page() -> None:
    assert as_html(sample_report()) == as_html(sample_report())


def _one(**values: Any) -> Report:
    fields = {name: getattr(BREAKING_ONES[0], name) for name in ("rule", "path", "summary", "direction", "verdicts")}
    return report(Finding(**fields, **values))


# -------------------------------------------------------------------------------------------------------- in a browser


class Shown:
    """A page in the browser, and what a person does with it."""

    def __init__(self, driver: Any, url: str) -> None:
        self.driver, self.url = driver, url

    def go(self, fragment: str = "") -> None:
        self.driver.get("about:blank")
        self.driver.get(self.url + fragment)

    def run(self, script: str, *given: object) -> Any:
        return self.driver.execute_script(script, *given)

    def settle(self) -> None:
        """Wait until what was typed or pressed is drawn: the page answers in the next frame."""
        waiting = "setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(arguments[0])), 1)"
        self.driver.execute_async_script(waiting)

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def type(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)
        self.settle()

    def click(self, selector: str) -> None:
        self.run("document.querySelector(arguments[0]).click()", selector)
        self.settle()

    def paths(self) -> list[str]:
        script = "return [...document.querySelectorAll('.finding')].filter((one) => one.checkVisibility())"
        return list(self.run(script + ".map((one) => one.querySelector('.path').textContent)"))

    def status(self) -> str:
        return str(self.find("#status").text)

    def counts(self) -> dict[str, str]:
        script = (
            "return [...document.querySelectorAll('[data-count]')].map((one) => [one.dataset.count, one.textContent])"
        )
        return dict(self.run(script))

    def fragment(self) -> str:
        return str(self.run("return location.hash"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    for name, make in REPORTS.items():
        (folder / f"{name}.html").write_text(as_html(make()), encoding="utf-8")
    return {name: Path(folder, f"{name}.html").as_uri() for name in REPORTS}


@pytest.fixture
def sample(driver: Any, pages: dict[str, str]) -> Iterator[Shown]:
    """The page of the sample; whatever a test does, the browser complains of nothing and fetches nothing."""
    yield from _watched(driver, pages["sample"])


@pytest.fixture
def big(driver: Any, pages: dict[str, str]) -> Iterator[Shown]:
    yield from _watched(driver, pages["big"])


def _watched(driver: Any, url: str) -> Iterator[Shown]:
    with watched(driver) as asked:
        shown = Shown(driver, url)
        shown.go()
        yield shown
    assert asked == {url}


def _paths(made: Report, level: Level, audience: Audience | None = None) -> set[str]:
    """The paths of open findings of a level, as the page shows them."""
    found = {one.path for one in made.open if (one.level_for(audience) if audience else one.level) is level}
    return {_shown(path) for path in found}


def _shown(path: str) -> str:
    """What a reader sees of a path whose markup is spelled out."""
    return html.unescape(str(visible(path)))


def test_everything_is_shown_at_first(sample: Shown) -> None:
    made = sample_report()
    assert sorted(sample.paths()) == sorted(_shown(one.path) for one in made.findings)
    assert sample.status() == "30 findings"
    assert sample.fragment() == ""


@pytest.mark.parametrize(
    ("typed", "paths"),
    [
        ("expectedcustomerspendlist", ["ExpectedCustomerSpendList"]),
        ("PATTERN.tightened", ["ClientToken"]),
        ("StartEngagementByAccepting reason", ["ReasonCode"]),
        ("abc!", ["ClientToken"]),
        ("we never send", ["Money.Amount"]),
        ("breaking", []),
    ],
)
def test_the_search_looks_at_paths_rules_operations_and_texts(sample: Shown, typed: str, paths: list[str]) -> None:
    sample.find("#text").click()
    sample.type(typed)
    assert sample.paths() == paths
    assert sample.find("#nothing").is_displayed() is (not paths)
    assert sample.status() == f"{len(paths)} of 30 findings"


@pytest.mark.parametrize("audience", list(Audience))
def test_an_audience_sorts_by_what_hurts_it(sample: Shown, audience: Audience) -> None:
    made = sample_report()
    sample.click(f"[name=audience][value={audience}]")
    script = (
        "return [...document.querySelectorAll(`[data-section=${arguments[0]}] .path`)].map((one) => one.textContent)"
    )
    for level in Level:
        assert set(sample.run(script, level)) == _paths(made, level, audience)
    counts = {str(level): str(count) for level, count in made.count(audience).items()}
    assert sample.counts() == {**counts, "accepted": "2"}
    assert sample.fragment() == f"#audience={audience}"


def test_an_operation_leaves_what_reaches_it_and_what_all_reach(sample: Shown) -> None:
    name = "CreateOpportunity"
    sample.run("const s = document.getElementById('operation'); s.value = arguments[0];"
               "s.dispatchEvent(new Event('input', {bubbles: true}))", name)  # fmt: skip
    sample.settle()
    reached = [one for one in sample_report().findings if name in one.operations or not one.operations]
    assert sorted(sample.paths()) == sorted(_shown(one.path) for one in reached)
    assert sample.fragment() == f"#operation={name}"


def test_levels_are_put_aside_and_keep_their_counts(sample: Shown) -> None:
    before = sample.counts()
    for level in ("risky", "safe", "cosmetic", "accepted"):
        sample.click(f"[name=level][value={level}]")
    assert set(sample.paths()) == _paths(sample_report(), Level.BREAKING)
    assert sample.counts() == before
    assert sample.fragment() == "#hide=risky.safe.cosmetic.accepted"
    sample.click("[type=reset]")
    assert sample.status() == "30 findings"
    assert sample.fragment() == ""


def test_the_fragment_brings_the_filters_back(sample: Shown) -> None:
    sample.go("#text=pattern&audience=server&operation=GetOpportunity&hide=safe.cosmetic")
    assert sample.paths() == ["EstimationUrl"]
    assert sample.run("return document.forms[0].elements.audience.value") == "server"
    assert sample.run("return document.getElementById('operation').value") == "GetOpportunity"


@pytest.mark.parametrize("fragment", ["#audience=%3Cb%3E&operation=no&hide=x%22%5D", "#f-nothing", "#%", "#findings"])
def test_a_fragment_that_means_nothing_does_nothing(sample: Shown, fragment: str) -> None:
    sample.go(fragment)
    assert sample.status() == "30 findings"


def test_a_link_to_a_finding_unfolds_it_whatever_is_filtered(sample: Shown) -> None:
    finding = next(one for one in sample_report().findings if one.path == "ReasonCode")
    sample.go("#text=nothing")
    sample.run("location.hash = arguments[0]", f"f-{finding.fingerprint}")
    sample.settle()
    sample.settle()
    assert sample.run("return document.activeElement.querySelector('.path').textContent") == "ReasonCode"
    assert sample.run("return document.activeElement.parentNode.open") is True


def test_values_and_findings_fold(sample: Shown) -> None:
    sample.go("#text=GetOpportunity+relation")
    assert sample.find("#unfold").text == "Unfold all"
    sample.click("#unfold")
    assert sample.find("#unfold").text == "Fold all"
    assert [one.is_displayed() for one in sample.driver.find_elements("css selector", ".sides2 .long pre")][:2]
    sample.click("#unfold")
    assert sample.find("#unfold").text == "Unfold all"


def test_the_keyboard_is_enough(sample: Shown) -> None:
    tab, enter, escape = "\ue004", "\ue007", "\ue00c"
    sample.find("body").send_keys("/")
    assert sample.run("return document.activeElement.id") == "text"
    sample.type("ReasonCode")
    assert set(sample.paths()) == {"ReasonCode"}
    for _ in range(12):
        sample.type(tab)
        if sample.run("return document.activeElement.matches('.finding summary')"):
            break
    assert sample.run("return document.activeElement.parentNode.open") is False
    sample.type(enter)
    assert sample.run("return document.activeElement.parentNode.open") is True
    sample.find("#text").send_keys(escape)
    sample.settle()
    assert sample.status() == "30 findings"


def test_every_control_has_a_name_and_the_page_its_landmarks(sample: Shown) -> None:
    sample.driver.execute_cdp_cmd("Accessibility.enable", {})
    nodes = sample.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    sample.driver.execute_cdp_cmd("Accessibility.disable", {})
    said = [(one["role"]["value"], one.get("name", {}).get("value", "")) for one in nodes if not one["ignored"]]
    controls = {"button", "checkbox", "radio", "searchbox", "combobox", "link", "DisclosureTriangle"}
    assert [role for role, name in said if role in controls and not name.strip()] == []
    assert {"banner", "main", "search", "contentinfo", "status"} <= {role for role, _ in said}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_in_light_and_dark(sample: Shown, scheme: str) -> None:
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    sample.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    sample.run("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert sample.run(CONTRAST) == []
    sample.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_a_phone_scrolls_in_one_direction(sample: Shown) -> None:
    metrics = {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    sample.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    sample.run("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert sample.run("return document.documentElement.scrollWidth") == 360
    sample.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_paper_gets_what_is_folded(sample: Shown) -> None:
    sample.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    script = "return [...document.querySelectorAll('.body, .long pre')].filter((one) => !one.getClientRects().length)"
    assert sample.run(script) == []
    assert not sample.find("#filters").is_displayed()
    sample.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.fixture
def unscripted(sample: Shown) -> Iterator[Shown]:
    sample.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    sample.go()
    yield sample
    sample.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_without_its_script_the_page_lists_everything(unscripted: Shown) -> None:
    assert not unscripted.find("#filters").is_displayed()
    assert len(unscripted.paths()) == 30
    folded = unscripted.find(".level.risky .finding summary")
    folded.click()
    assert unscripted.find(".level.risky .finding .body").is_displayed()


def test_three_thousand_findings_are_shown_by_the_hundred(big: Shown) -> None:
    assert big.status() == "3,000 findings"
    assert len(big.paths()) == 300
    assert big.find(".level.breaking .all").text == "Show all 600"
    big.click(".level.breaking .all")
    assert len(big.paths()) == 800
    assert big.run("return document.activeElement.closest('.finding') !== null")
    big.find("#text").click()
    big.type("m77.large")
    assert (big.status(), big.paths()) == ("1 of 3,000 findings", ["InstanceType15"])


def test_two_releases_that_say_the_same_give_a_page_that_says_so(driver: Any, pages: dict[str, str]) -> None:
    for shown in _watched(driver, pages["empty"]):
        assert shown.find("#nothing").text == "The two releases say the same."
        assert not shown.find("#filters").is_displayed()
