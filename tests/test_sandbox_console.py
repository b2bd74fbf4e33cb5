"""The console of a sandbox: whole without a browser, and at work in one."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from browsing import CONTRAST, Reader, driver
from sandbox_callers import FIRST, SECOND, Sandbox
from sandbox_stub import ask, plain
from test_diff_page import Shown

from codegen.sandbox.admin.console import Console
from codegen.sandbox.behaviour.tasks import REASONS
from codegen.sandbox.testing.running import RunningSandbox, Stage, staged

__all__ = ["driver"]
pytestmark = pytest.mark.xdist_group("browser")

CONSOLE = Console((FIRST, SECOND))
NUDGE = "document.dispatchEvent(new Event('visibilitychange'))"
HOSTILE = (
    "</td></table><img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>\u202e{{1}}"
)


@pytest.fixture(scope="module")
def read() -> Reader:
    return Reader(ask(CONSOLE, plain(method="GET", path="/_console")).content.decode())


# ---------------------------------------------------------------------------------------------------- without a browser


def test_the_policy_lets_nothing_in_but_style_script_and_the_sandbox(read: Reader) -> None:
    headers = ask(CONSOLE, plain(method="GET", path="/_console/")).headers

    def digest(tag: str) -> str:
        return base64.b64encode(hashlib.sha256("".join(read.texts[tag]).encode()).digest()).decode()

    assert headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest('style')}'; script-src 'sha256-{digest('script')}'; "
        "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_the_page_fetches_nothing_and_runs_nothing_but_its_script(read: Reader) -> None:
    for tag, attributes in read.tags:
        assert not attributes.keys() & {"src", "srcset", "style", "action", "background", "srcdoc", "ping"}, tag
        assert [name for name in attributes if name.startswith("on")] == []
        assert re.fullmatch(r"#\w+|data:,", attributes.get("href") or "#events")
    assert len(read.attributes("script")) == len(read.attributes("style")) == 1
    script = "".join(read.texts["script"])
    assert not re.search(r"</|<!--|https?:|innerHTML|outerHTML|insertAdjacent|eval|import\(|document\.write", script)
    assert sorted(set(re.findall(r'"(/_\w+/\w+)"', script))) == ["/_admin/clock", "/_admin/overview", "/_admin/switch"]


def test_every_reason_and_account_can_be_chosen(read: Reader) -> None:
    options = [text.strip() for text in read.texts["option"]]
    assert [text for text in options if text] == ["each account", FIRST, SECOND, *REASONS, "at-once", "in-steps"]


def test_there_is_one_page_and_it_is_only_read() -> None:
    missing, posted = (
        ask(CONSOLE, plain(method=m, path=p)) for m, p in (("GET", "/_console/x"), ("POST", "/_console"))
    )
    assert (missing.status, missing.body) == (404, {"message": "the console is at /_console"})
    assert (posted.status, posted.headers["allow"]) == (405, "GET")


# -------------------------------------------------------------------------------------------------------- in a browser


@dataclass(frozen=True)
class Page:
    """The console in the browser, and the sandbox behind it."""

    shown: Shown
    stage: Stage
    sandbox: RunningSandbox
    call: Sandbox

    def column(self, table: str, number: int) -> list[str]:
        script = (
            "return [...document.getElementById(arguments[0]).rows].map((row) => row.cells[arguments[1]].textContent)"
        )
        return list(self.shown.run(script, table, number))

    def count(self, table: str) -> str:
        return str(self.shown.find(f"#{table}-count").text)

    def wait(self, condition: Callable[[], object], nudge: str = NUDGE) -> None:
        """Wait until the page has asked, and shows, what the condition wants; nudged, it asks at once."""
        for _ in range(200):
            if condition():
                return
            self.shown.driver.execute_async_script(f"{nudge}; setTimeout(arguments[0], 25)")
        raise AssertionError(self.shown.find("body").text)

    def status(self) -> str:
        return str(self.shown.find("#status").text)

    def press(self, selector: str) -> str:
        """Press a button, and give what the page says to it."""
        self.shown.run("document.getElementById('status').textContent = ''")
        self.shown.find(selector).click()
        self.wait(self.status)
        return self.status()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged() as made:
        yield made


@pytest.fixture
def console(driver: Any, stage: Stage) -> Iterator[Page]:
    """A new sandbox; whatever a test does, the browser complains of nothing and speaks to nobody else."""
    driver.get("about:blank")
    for log in ("browser", "performance"):
        driver.get_log(log)
    with stage.sandbox() as sandbox:
        made = Page(Shown(driver, f"{stage.url}/_console"), stage, sandbox, Sandbox(sandbox.engine))
        made.shown.go()
        made.wait(lambda: made.shown.find("#connection").text == "live")
        yield made
        driver.get("about:blank")
    assert driver.get_log("browser") == []
    assert {one for one in _asked(driver) if not one.startswith(f"{stage.url}/_")} == set()


def _asked(driver: Any) -> set[str]:
    """Give what the page has asked for; a browser that has just begun still loads pages of its own."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    urls = {one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"}
    return {url for url in urls if not url.startswith("chrome://") and url not in ("about:blank", "data:,")}


def test_what_calls_do_appears(console: Page) -> None:
    assert [console.count(name) for name in ("engagements", "invitations", "tasks", "events")] == ["0"] * 4
    engagement = console.call.engagement(Title="Migration")
    console.wait(lambda: console.column("engagements", 0) == [engagement], nudge="")
    assert console.column("engagements", 1) == ["Migration"]
    invitation = console.call.invitation(engagement)
    console.wait(lambda: console.column("invitations", 0) == [invitation])
    assert console.column("invitations", 1) == ["PENDING"]
    task = console.call(SECOND, "StartEngagementByAcceptingInvitationTask", Identifier=invitation)
    console.wait(lambda: console.column("tasks", 0) == [task["TaskId"]])
    assert console.column("tasks", 1) == ["COMPLETE"]
    assert console.column("invitations", 1) == ["ACCEPTED"]
    assert console.column("engagements", 4) == [f"{FIRST}, {SECOND}"]
    told = [event["detail-type"] for event in console.sandbox.events()]
    assert console.column("events", 3) == told[::-1]
    assert console.count("events") == str(len(told))


def test_what_was_there_before_the_page_is_shown_and_long_lists_are_cut(console: Page) -> None:
    ids = [console.call.engagement() for _ in range(203)]
    console.wait(lambda: console.count("engagements") == "200 of 203")
    assert console.column("engagements", 0) == ids[:2:-1]
    console.shown.go()
    console.wait(lambda: console.count("engagements") == "200 of 203")
    assert len(console.column("events", 0)) == 200


@pytest.mark.parametrize(("by", "seconds"), [("+1h", 3600), ("+1d", 86_400), ("+15d", 15 * 86_400)])
def test_one_click_moves_the_clock(console: Page, by: str, seconds: int) -> None:
    console.call.invitation(console.call.engagement())
    assert re.fullmatch(r"It is \d{4}-\d\d-\d\d \d\d:\d\d:\d\d now\.", console.press(f"[data-advance='{by}']"))
    assert console.sandbox.engine.settings.ahead == seconds
    console.wait(lambda: console.column("invitations", 1) == ["EXPIRED" if by == "+15d" else "PENDING"])


def test_one_click_fails_the_next_task_of_each_account(console: Page) -> None:
    assert console.press("#fail button") == f"The next task of each account fails with {next(iter(REASONS))}."
    assert [console.call.submitted(account)["TaskStatus"] for account in (FIRST, SECOND)] == ["FAILED", "FAILED"]
    console.wait(lambda: console.column("tasks", 6) == [next(iter(REASONS))] * 2)
    assert console.column("tasks", 1) == ["FAILED", "FAILED"]


def test_a_task_of_one_account_fails_with_the_reason_that_was_chosen(console: Page) -> None:
    for name, text in (("account", SECOND), ("reason", "OpportunityConflict")):
        console.shown.find(f"#fail [name={name}]").send_keys(text)
    assert console.press("#fail button") == f"The next task of {SECOND} fails with OpportunityConflict."
    assert console.call.submitted(FIRST)["TaskStatus"] == "COMPLETE"
    assert console.call.submitted(SECOND)["ReasonCode"] == "OpportunityConflict"


def test_switches_show_what_is_set_and_set_it(console: Page) -> None:
    console.sandbox.engine.switch(realistic=True)
    console.wait(lambda: console.shown.find("[name=realistic]").is_selected())
    assert console.press("[name=rates]") == "rates: on."
    console.shown.find("[name=tasks]").send_keys("in-steps")
    console.wait(lambda: console.status() == "tasks: in-steps.")
    settings = console.sandbox.engine.settings
    assert (settings.tasks, settings.rates, settings.realistic) == ("in-steps", True, True)


def test_a_refusal_is_told(console: Page) -> None:
    console.shown.run("document.querySelector('#fail [name=reason]').selectedOptions[0].textContent = 'Tired'")
    assert console.press("#fail button") == f"Not done: fail_next_task is one of {', '.join(REASONS)}"
    console.shown.driver.get_log("browser")  # it notes the status 400 of its own accord


def test_hostile_text_of_partners_stays_text(console: Page) -> None:
    console.call.invitation(console.call.engagement(Title=HOSTILE, Description=HOSTILE), title=HOSTILE)
    console.wait(lambda: console.column("invitations", 2))
    told = HOSTILE.replace("\u202e", "\\u{202e}")
    assert (console.column("engagements", 1), console.column("invitations", 2)) == ([told], [told])
    assert console.shown.run("return document.querySelectorAll('td *, img, script:not(body > script)').length") == 0
    assert console.shown.run("return document.title") == "Console of a speccast sandbox"


def test_a_sandbox_that_is_gone_is_told_and_found_again(console: Page) -> None:
    app, mount = console.stage.app, console.stage.app.mount
    app.mount = {}
    console.wait(lambda: console.shown.find("#connection").text == "the sandbox does not answer")
    app.mount = mount
    console.wait(lambda: console.shown.find("#connection").text == "live")
    console.shown.driver.get_log("browser")


def test_the_keyboard_is_enough(console: Page) -> None:
    tab, enter, space = "\ue004", "\ue007", " "
    console.shown.type(tab)
    assert console.shown.run("return document.activeElement.className") == "skip"
    reached = []
    for _ in range(13):
        console.shown.type(tab)
        reached.append(
            console.shown.run("const e = document.activeElement; return e.dataset.advance || e.name || e.tagName")
        )
    assert reached == [
        *("+1h", "+1d", "+15d", "account", "reason", "BUTTON", "tasks", "rates", "realistic"),
        *("DIV", "DIV", "DIV", "DIV"),
    ]
    console.shown.run("document.querySelector(\"[data-advance='+1h']\").focus()")
    console.shown.type(enter)
    console.wait(console.status)
    console.shown.type(space)
    console.wait(lambda: console.sandbox.engine.settings.ahead == 7200)


def test_a_screen_reader_is_told_names_landmarks_and_headers(console: Page) -> None:
    console.call.engagement()
    console.wait(lambda: console.count("engagements") == "1")
    console.shown.driver.execute_cdp_cmd("Accessibility.enable", {})
    nodes = console.shown.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    console.shown.driver.execute_cdp_cmd("Accessibility.disable", {})
    said = [(one["role"]["value"], one.get("name", {}).get("value", "")) for one in nodes if not one["ignored"]]
    named = {"button", "checkbox", "combobox", "link", "table", "region", "columnheader", "group"}
    assert [role for role, name in said if role in named and not name.strip()] == []
    assert {"banner", "main", "contentinfo", "status", "table"} <= {role for role, _ in said}
    assert len([name for role, name in said if role == "columnheader"]) == 27


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_in_light_and_dark(console: Page, scheme: str) -> None:
    console.call.invitation(console.call.engagement())
    console.call.submitted()
    console.sandbox.fail_next_task("InternalError")
    console.call.submitted()
    console.wait(lambda: console.count("tasks") == "2")
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    console.shown.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    assert console.shown.run(CONTRAST) == []
    console.shown.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_a_phone_scrolls_the_page_in_one_direction(console: Page) -> None:
    console.call.invitation(console.call.engagement(Title="x" * 40))
    console.wait(lambda: console.count("invitations") == "1")
    metrics = {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    console.shown.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    assert console.shown.run("return document.documentElement.scrollWidth") == 360
    console.shown.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
