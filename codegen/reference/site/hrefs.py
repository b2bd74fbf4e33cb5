"""Names of a spec -> names of files and fragments: plain ASCII, one for each name, on every file system.

In: names as the wire has them. Out: `Href`s relative to the site's one folder. Text of a spec never gets into a path:
what is not a letter, digit, hyphen or underscore is replaced, and a digest keeps apart what looks alike afterwards.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from codegen.spec.ir import SpecText

_OTHER = re.compile(r"[^A-Za-z0-9_-]+")
_WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f\\]+", re.IGNORECASE)
_LONGEST = 80


class Href(str):
    """Where a link leads: made here, never text of a spec."""

    __slots__ = ()


def file_names(prefix: str, names: Iterable[SpecText]) -> Mapping[SpecText, Href]:
    """Name one page for each: `API_`, `GetItem` gives `API_GetItem.html`; `Get/Item` gets a digest besides."""
    found = {name: _plain(name.raw) for name in names}
    counts = Counter(plain.casefold() for plain in found.values())
    return {
        name: Href(f"{prefix}{_told_apart(plain, name, counts[plain.casefold()] > 1)}.html")
        for name, plain in found.items()
    }


def fragment(*steps: str) -> str:
    """Name a place within a page: `request`, `Title` gives `request-Title`."""
    whole = "-".join(steps)
    plain = _plain(whole)
    return plain if plain == whole else f"{plain}.{_digest(whole)}"


def within(page: Href, *steps: str) -> Href:
    """Point at a place within a page: `API_GetItem.html#request-Title`."""
    return Href(f"{page}#{fragment(*steps)}")


def web(url: SpecText | None) -> Href | None:
    """Give an address of the web; `javascript:` and all else but http and https is no link."""
    return Href(url.raw) if url and _WEB.fullmatch(url.raw) and url.raw.isprintable() else None


def _told_apart(plain: str, name: SpecText, shared: bool) -> str:
    return f"{plain}.{_digest(name.raw)}" if shared or plain != name.raw else plain


def _plain(text: str) -> str:
    return _OTHER.sub("_", unicodedata.normalize("NFKC", text[:_LONGEST]))[:_LONGEST]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
