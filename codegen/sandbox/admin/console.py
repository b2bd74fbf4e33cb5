"""The console: one page that shows what happens in a sandbox, and moves its clock.

In: the accounts that have keys. Out: a page that is the same for every caller and whatever happens; what happens its
script asks `/_admin/overview` for, once a second, and puts there as text. It asks, and is not told by a stream of
events: an open stream would keep the server from ending when it is told to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from codegen.sandbox.admin.exchange import Answer, Refused, read_head, refusal, send_answer
from codegen.sandbox.app import Send
from codegen.sandbox.bodies import Message, Receive

PATHS = ("/_console", "/_console/")


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
            answer = _page(self.accounts)
        await send_answer(send, answer)


def _page(accounts: tuple[str, ...]) -> Answer:
    """Import what prints the page when it is asked for: most sandboxes end without, and would start later for it."""
    page: Callable[[tuple[str, ...]], Answer] = import_module("codegen.sandbox.admin.page").console_page
    return page(accounts)
