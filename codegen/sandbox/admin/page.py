"""The page of the console as HTML, with the policy that lets nothing in but its own style and script.

In: the accounts that have keys. Out: an `Answer`.
"""

from __future__ import annotations

from dataclasses import dataclass

from codegen.pages.environment import Inline, inline, page
from codegen.sandbox.admin.exchange import Answer
from codegen.sandbox.behaviour.tasks import REASONS


@dataclass(frozen=True, slots=True)
class ConsoleView:
    accounts: tuple[str, ...]
    reasons: tuple[str, ...]
    style: Inline
    script: Inline


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
