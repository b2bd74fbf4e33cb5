"""Thirteen models of partnercentral-selling as botocore carried them, as specs of ours: facts, none of AWS's sentences.

`history("1.35.76")` gives one as a model; `VERSIONS` are in order, each the first that carries its state. The files
were made from the `service-2.json` in those versions of botocore, by `python tests/history.py FOLDER`, where FOLDER
holds `1.35.76.json.gz` and so on, and can be made again so.
"""

from __future__ import annotations

import gzip
import json
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

from codegen.importers.botocore import read_botocore
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source
from codegen.spec.write import write_model

FOLDER = Path(__file__).parent / "data" / "history"

DATES = {
    "1.35.61": "2024-11-14",
    "1.35.62": "2024-11-15",
    "1.35.76": "2024-12-05",
    "1.36.0": "2025-01-15",
    "1.38.21": "2025-05-21",
    "1.40.9": "2025-08-13",
    "1.42.7": "2025-12-10",
    "1.42.44": "2026-02-06",
    "1.42.56": "2026-02-24",
    "1.42.80": "2026-03-31",
    "1.43.9": "2026-05-15",
    "1.43.31": "2026-06-16",
    "1.43.38": "2026-06-30",
}
"""Version of botocore -> the day it came out, which is the release of its model here."""

VERSIONS = tuple(DATES)


def path_of(version: str) -> Path:
    return FOLDER / f"{version}.json"


@cache
def history(version: str) -> ir.Model:
    """Read the model of a version of botocore."""
    path = path_of(version)
    return parse_model((read_source(f"tests/data/history/{path.name}", path.read_bytes()),))


# -------------------------------------------------------------------------------------------------- how they are made


def spec_text(content: bytes, version: str) -> str:
    """Turn the text of a `service-2.json` into a spec: one line for what fits in it."""
    model = read_botocore((read_source(f"botocore {version}, service-2.json", content),))
    return _laid_out(write_model(_dated(model, version), docs=False), "") + "\n"


def _dated(model: ir.Model, version: str) -> ir.Model:
    """Give the model the day for a release, and say where it was."""
    title = f"Service model partnercentral-selling/2022-07-26/service-2.json of botocore {version}"
    sources = {
        name: replace(source, title=SpecText(title), date=SpecText(DATES[version]))
        for name, source in model.sources.items()
    }
    return replace(model, service=replace(model.service, release=SpecText(DATES[version])), sources=sources)


_WIDTH = 120


def _laid_out(value: Json, indent: str) -> str:
    """Write on one line what is short enough and no section; else one line for each thing in it."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or (len(indent) > 1 and len(indent) + len(line) < _WIDTH):
        return line
    inner = indent + " "
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + _laid_out(each, inner) for each in value) + f"\n{indent}]"
    lines = (f"{inner}{json.dumps(key, ensure_ascii=False)}: {_laid_out(each, inner)}" for key, each in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def write_history(folder: Path) -> None:
    """Make every spec anew from the models in a folder."""
    for version in VERSIONS:
        text = spec_text(gzip.decompress((folder / f"{version}.json.gz").read_bytes()), version)
        path_of(version).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_history(Path(sys.argv[1]))
