"""The reference site at work in a browser: search, themes, every width, and nothing fetched but its own files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import CONTRAST, driver, watched
from reference_sites import curated_book, hostile_spec, post

from codegen.reference.site.making import make_site
from codegen.reference.site.writing import write_site

__all__ = ["driver"]
pytestmark = pytest.mark.xdist_group("browser")

WIDTHS = (360, 768, 1280, 1920)
PAGES = (
    *("index", "API_CreateEngagement", "API_StartEngagementFromOpportunityTask", "boto3_CreateEngagementInvitation"),
    *("trace_CreateEngagement", "type_ReasonCode", "type_Invitation", "enums", "errors", "decisions", "sources"),
    *("history", "events", "common", "changes_2024-12-05"),
)
SIDEWAYS = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites") / "site"
    write_site(curated_book(), folder)
    return folder


class Shown:
    """The site in the browser, and what a person does with it."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver, self.folder = driver, folder

    def go(self, page: str, *, width: int = 1280, theme: str = "light", script: bool = True) -> None:
        command = self.driver.execute_cdp_cmd
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        command("Emulation.setDeviceMetricsOverride", metrics)
        command("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})
        command("Emulation.setScriptExecutionDisabled", {"value": not script})
        self.driver.get("about:blank")
        self.driver.get((self.folder / f"{page}.html").as_uri())

    def run(self, script: str, *given: object) -> Any:
        return self.driver.execute_script(script, *given)

    def wait(self, script: str) -> Any:
        """Wait until a script gives something true; the page may change meanwhile."""
        for _ in range(1000):
            if found := self.run(f"return {script}"):
                return found
            time.sleep(0.02)
        raise AssertionError(f"never true: {script}")

    def type(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    def results(self) -> list[str]:
        self.wait("document.querySelector('#results li')")
        found = self.run("return [...document.querySelectorAll('#results li')].map((one) => one.innerText)")
        return [" ".join(str(one).split()) for one in found]


@pytest.fixture
def shown(driver: Any, site: Path) -> Iterator[Shown]:
    """The site; whatever a test does, the browser complains of nothing and fetches nothing but the site's files."""
    with watched(driver) as asked:
        yield Shown(driver, site)
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert {one for one in asked if not one.startswith(site.as_uri())} == set()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_scrolls_sideways_at_any_width(shown: Shown, page: str) -> None:
    for width in WIDTHS:
        shown.go(page, width=width)
        assert shown.run(SIDEWAYS) <= 0, width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_can_be_told_from_its_ground(shown: Shown, theme: str) -> None:
    for page in PAGES:
        shown.go(page, theme=theme)
        shown.run("for (const one of document.querySelectorAll('details')) one.open = true")
        assert shown.run(CONTRAST) == [], page


def test_the_theme_follows_the_system_and_a_choice_is_kept(shown: Shown) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    seen: list[str] = []
    for theme in ("light", "dark"):
        shown.go("index", theme=theme)
        seen.append(str(shown.run(ground)))
    assert seen == ["rgb(255, 255, 255)", "rgb(16, 19, 24)"]
    shown.go("index", theme="light")
    shown.run("document.getElementById('theme').click()")
    assert shown.run(ground) == "rgb(16, 19, 24)"
    shown.go("errors", theme="light")
    assert shown.run(ground) == "rgb(16, 19, 24)"
    assert shown.run("return document.getElementById('theme').textContent") == "Light"
    shown.run("localStorage.clear()")


def test_the_search_is_worked_by_keys_alone(shown: Shown) -> None:
    shown.go("decisions")
    shown.driver.find_element("css selector", "body").send_keys("/")
    assert shown.run("return document.activeElement.id") == "search"
    shown.type("Title")
    assert any(one.startswith("Title member CreateEngagementRequest") for one in shown.results())
    shown.type("\ue015", "\ue015", "\ue013")
    chosen = shown.run("return document.querySelector('#results [aria-selected=true]').id")
    assert chosen == shown.run("return document.getElementById('search').getAttribute('aria-activedescendant')")
    assert chosen == "result-0"
    shown.type("\ue00c")
    assert shown.run("return document.getElementById('results').hidden")
    shown.run("document.getElementById('search').value = ''")
    shown.type("CreateEngagement", "\ue007")
    shown.wait("location.pathname.endsWith('/API_CreateEngagement.html')")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("InternalError", "InternalError value ReasonCode"),
        ("throttlingexc", "ThrottlingException error"),
        ("C07", "C07 decision"),
        ("create_engagement_invitation", "create_engagement_invitation Python CreateEngagementInvitation"),
        ("CreateEngagementRequest.Title", "Title member CreateEngagementRequest"),
        ("nothing like it", "Nothing found"),
    ],
)
def test_the_search_finds_what_is_meant(shown: Shown, text: str, first: str) -> None:
    shown.go("index")
    shown.run("document.getElementById('search').focus()")
    shown.type(text)
    assert shown.results()[0].startswith(first)


def test_without_scripts_everything_is_there_but_search_and_switch(shown: Shown) -> None:
    shown.go("API_CreateEngagement", script=False)
    shown.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert shown.run(
        "return [...document.querySelectorAll('.search, #theme')].map((one) => one.checkVisibility())"
    ) == [
        False,
        False,
    ]
    assert shown.run("return document.querySelector('main').innerText.includes('Maximum length of 40.')")


def test_what_has_the_focus_can_be_seen_and_the_first_is_the_way_to_the_content(shown: Shown) -> None:
    shown.go("index")
    shown.type("\ue004")
    assert shown.run("return document.activeElement.textContent") == "Skip to the content"
    for _ in range(6):
        shown.type("\ue004")
        style = (
            "const style = getComputedStyle(document.activeElement); return [style.outlineStyle, style.outlineWidth]"
        )
        assert shown.run(style) == ["solid", "2px"]


def test_a_place_in_folded_content_is_unfolded(shown: Shown) -> None:
    shown.go("changes_2024-12-05")
    shown.run("location.hash = 'CreateEngagement'")
    shown.wait("document.getElementById('CreateEngagement').open")


def test_hostile_text_does_nothing(driver: Any, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    files = make_site(post(hostile_spec(), tmp_path))
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
    hostile = Shown(driver, folder)
    for path in sorted(path for path in files if path.endswith(".html")):
        hostile.go(path.removesuffix(".html"), width=360)
        assert hostile.run(SIDEWAYS) <= 0, path
    hostile.go("index")
    hostile.run("document.getElementById('search').focus()")
    hostile.type("script")
    assert any("<script>alert(1)</script>" in one for one in hostile.results())
    assert driver.get_log("browser") == []
