"""View -> page: the Jinja environment that escapes, and the style and script that stand in a page.

In: the name of a template beneath `templates` and what it prints. Out: HTML. Text of a spec is untrusted here as well:
what is printed is escaped, and characters that nobody sees (controls, marks that turn the direction of text, line
separators) are shown as escapes, so that they neither act nor hide.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import jinja2
from markupsafe import Markup, escape

from codegen.data import data_folder
from codegen.diagnostics import COMMAND, is_inert


@dataclass(frozen=True, slots=True)
class Inline:
    """A style or script of ours, and the source by which a Content-Security-Policy allows it."""

    text: Markup
    source: str


def page(template: str, context: Mapping[str, object]) -> str:
    """Print a page: `page("pages/diff.html.j2", {"view": view})`."""
    return environment().get_template(template).render(context)


@cache
def inline(name: str) -> Inline:
    """Read a file of ours that stands in a page as it is: `inline("pages/diff.js")`."""
    text = (data_folder("templates") / name).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Inline(Markup(text), f"'sha256-{digest}'")


def visible(printed: object) -> object:
    """Show the characters of a text that nobody sees: `"a\\u202eb"` gives `a\\u202eb`, spelled out.

    Line ends stay: they do nothing in a page. What is no text, or is a file of ours, stays as well.
    """
    if not isinstance(printed, str) or isinstance(printed, Markup) or is_inert(printed):
        return printed
    shown = "".join(_shown(character) for character in printed)
    return Markup("\n".join(map(_without_commands, escape(shown).split("\n"))))


def _without_commands(line: str) -> str:
    """Write what a runner would act upon as HTML can, for pages go to stdout as well."""
    return COMMAND.sub(lambda found: f"&#{ord(found[0])};", line)


def _shown(character: str) -> str:
    if character.isprintable() or character == "\n":
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


@cache
def environment() -> jinja2.Environment:
    """The environment for pages: strict, no globals, no filters, everything escaped and made visible."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(data_folder("templates")),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\n",
    )
    made.globals.clear()
    made.filters.clear()
    return made
