"""Sites for tests: of the curated release, and of a spec that wants to do harm; and a strict reader of pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from codegen.data import data_folder
from codegen.reference.site.book import Book
from codegen.reference.site.making import make_site
from codegen.reference.site.writing import read_book

SELLING = data_folder("specs") / "partnercentral-selling"
NEWEST = SELLING / "2024-12-05"
LONG = "Long" + "g" * 10_000
LONGEST_NAME = LONG[:255]
HARM = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'</dd></main>\u202e\u2066"


@cache
def curated_book() -> Book:
    return read_book(str(NEWEST), Path.cwd(), None, traced=True)


@cache
def curated_site() -> Mapping[str, str]:
    return make_site(curated_book())


def post(spec: Mapping[str, Any], folder: Path) -> Book:
    """Read a spec that is written for a test."""
    path = folder / "spec.json"
    path.write_text(json.dumps(spec), encoding="utf-8")
    return read_book(str(path), folder, None, traced=False)


def hostile_spec() -> dict[str, Any]:
    """A sound spec whose every text would like to be more than text."""
    spec: dict[str, Any] = json.loads(
        Path(__file__).with_name("golden").joinpath("one-operation", "spec.json").read_text()
    )
    spec["service"]["title"] = f"Post {HARM}"
    spec["service"]["documentation"] = HARM
    spec["sources"]["D0"] |= {"title": HARM, "publisher": HARM}
    spec["sources"] |= {
        "../../D1": {**spec["sources"]["D0"], "url": "https://example.com/a?b=<c>&d='e'"},
        "D3": {**spec["sources"]["D0"], "url": "HTTP://example.com/plain"},
    }
    spec["service"]["sources"] = [*spec["sources"]]
    spec["operations"]["Send"]["documentation"] = f"{HARM}\n\n`{HARM}`"
    members = spec["shapes"]["SendRequest"]["members"]
    members["Text"]["documentation"] = f"{HARM} {LONG}"
    members["Kind"] = {"target": "Kind", "documentation": HARM}
    names = ("../up", "CON", "con", "a:b", "ﬁ", "fi", ".", "", " ", "NUL.txt", "x/../../y", LONGEST_NAME, HARM)
    members |= {f"M{number}": {"target": name} for number, name in enumerate(_shapes(spec, names))}
    spec["shapes"]["Kind"] = {"type": "enum", "values": [HARM, "javascript:alert(1)", LONG, "\u2028"]}
    spec["decisions"] = {
        f"<b>{HARM}": {
            "question": HARM,
            "statements": {"D0": HARM},
            "decision": HARM,
            "reason": HARM,
            "facts": ["SendRequest.Text"],
        }
    }
    return spec


def _shapes(spec: dict[str, Any], names: tuple[str, ...]) -> list[str]:
    """Define a structure of each name that a shape can have."""
    made = [name for name in names if name]
    spec["shapes"] |= {name: {"type": "structure", "documentation": HARM, "members": {}} for name in made}
    return made
