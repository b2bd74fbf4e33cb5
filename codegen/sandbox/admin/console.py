"""The console: one page that shows what happens in a sandbox, and moves its clock.

In: the accounts that have keys. Out: a page that is the same for every caller and whatever happens; what happens its
script asks `/_admin/overview` for, once a second, and puts there as text. It asks, and is not told by a stream of
events: an open stream would keep the server from ending when it is told to.
"""

from __future__ import annotations

from dataclasses import dataclass

from codegen.pages.environment import Inline, inline, page
from codegen.sandbox.admin.exchange import Answer, Refused, read_head, refusal, send_answer
from codegen.sandbox.app import Send
from codegen.sandbox.behaviour.tasks import REASONS
from codegen.sandbox.bodies import Message, Receive

PATHS = ("/_console", "/_console/")


@dataclass(frozen=True, slots=True)
class ConsoleView:
    accounts: tuple[str, ...]
    reasons: tuple[str, ...]
    style: Inline
    script: Inline


@dataclass(frozen=True, slots=True)
class Console:
    """`await console(scope, receive, send)`"""

    accounts: tuple[str, ...]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        asked = read_head(scope)
        if asked.path not in PATHS:
            answer = refusal(Refused(404, "the console is at /_console"))
        elif asked.method != "GET":
            answer = refusal(Refused(405, "/_console takes GET", {"allow": "GET"}))
        else:
            answer = console_page(self.accounts)
        await send_answer(send, answer)


def console_page(accounts: tuple[str, ...]) -> Answer:
    """Print the page, with the policy that lets nothing run but its script, and that speak to nobody but its origin."""
    view = ConsoleView(accounts, tuple(REASONS), inline("pages/console.css"), inline("pages/console.js"))
    content = page("pages/console.html.j2", {"view": view}).encode()
    headers = {"content-security-policy": policy(view), "cross-origin-opener-policy": "same-origin"}
    return Answer(content=content, content_type="text/html; charset=utf-8", headers=headers)


def policy(view: ConsoleView) -> str:
    """Write the Content-Security-Policy."""
    return (
        f"default-src 'none'; style-src {view.style.source}; script-src {view.script.source}; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
