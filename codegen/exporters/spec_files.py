"""`ir.Model` -> the files of a release as `specs/` has them, by name.

In: a model. Out: {file name: text}, one file per section, what a release is about as a whole in `service.json`. A
section of more than `LARGE` characters is split by the first letter of its names: one file stays readable, and where an
update adds a name, the others stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.exporters.pretty import pretty
from codegen.exporters.sentences import without_sentences
from codegen.spec import ir
from codegen.spec.ir import Json
from codegen.spec.write import write_model
from codegen.spec.write_shapes import Spec

LARGE = 500_000
"""Characters; an arbitrary number, about what an editor still opens without a pause."""

_WHOLE = ("service", "sources", "decisions")


def spec_files(model: ir.Model, *, docs: bool) -> dict[str, str]:
    """Print a release: `service.json`, `operations.json`, `shapes.json` ..., or `shapes-a.json` ... if large.

    Without `docs` no sentence of the model's authors is left.
    """
    written = write_model(model, docs=True) if docs else write_model(without_sentences(model), docs=False)
    files: dict[str, str] = {"service.json": pretty({key: written[key] for key in _WHOLE if key in written})}
    for section, entries in written.items():
        if section not in _WHOLE:
            files |= _section(section, entries)
    return files


def _section(section: str, entries: Json) -> Iterator[tuple[str, str]]:
    text = pretty({section: entries})
    if len(text) <= LARGE or section == "endpoints" or not isinstance(entries, dict):
        yield f"{section}.json", text
        return
    for letter, part in _by_letter(entries).items():
        yield f"{section}-{letter}.json", pretty({section: part})


def _by_letter(entries: Mapping[str, Json]) -> dict[str, Spec]:
    """`Abc` is under `a`, `__listOf` and `1st` under `0`."""
    found: dict[str, Spec] = {}
    for name, entry in sorted(entries.items(), key=lambda item: _letter(item[0])):
        found.setdefault(_letter(name), {})[name] = entry
    return found


def _letter(name: str) -> str:
    first = name[:1].lower()
    return first if "a" <= first <= "z" else "0"
