"""Foreign models -> specs of ours on disk: found, read, cited, printed, written.

In: what a user names (a service of the installed botocore, a file, a folder of Smithy models) and where specs go. Out:
an `Imported` per service, or `Diagnostics`. Every fact cites the one source that there is: the file it was read from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Literal, NoReturn

from codegen.diagnostics import Diagnostic, Diagnostics, Level, Location, Note, quoted
from codegen.exporters.spec_files import spec_files
from codegen.files.places import reading, refuse
from codegen.files.specs import write_spec
from codegen.forms import Read, parse_files, read_sources
from codegen.importers.known_traits import unknown_traits
from codegen.importers.reading import SOURCE_ID
from codegen.importers.unread import unbound_operations, unread_keys
from codegen.load import Found, botocore_services, find
from codegen.project import Project
from codegen.soundness import Sound, rest, whole
from codegen.spec import ir
from codegen.spec.files import ENDINGS, Form, SpecFile
from codegen.spec.ir import Json, SpecText
from codegen.spec.source import Source, locator, read_regular_file, shown_path

Kind = Literal["botocore", "smithy"]
_BESIDE = ("examples-1",)
"""Files of botocore that only an import reads."""
_STEP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One model to import: `title` is how the source is cited, `left` names files beside it that are not read."""

    title: str
    files: tuple[SpecFile, ...]
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How models are imported."""

    kind: Kind
    out: Path
    docs: bool
    force: bool
    keep_going: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """One service that was imported: `changed` names files, none where all was as it is; `lost` counts operations."""

    name: str
    folder: Path
    files: tuple[str, ...]
    changed: tuple[str, ...]
    findings: Diagnostics | None
    lost: int


# ------------------------------------------------------------------------------------------------------ what is meant


def botocore_names(source: str) -> tuple[str, ...]:
    """`all` gives every service of the installed botocore, everything else itself."""
    if source != "all":
        return (source,)
    names = botocore_services()
    if not names:
        message = "botocore is not installed, so there is nothing to import"
        raise Diagnostics([Diagnostic("no-botocore", message, notes=(Note("`pip install botocore` installs it"),))])
    return names


def botocore_model(name: str, project: Project) -> Wanted:
    """Find a service by name, `sqs` or `sqs@2012-11-05`, else a file or the folder of a release."""
    path = Path(name)
    with reading(path):
        is_path = path.exists() and name.partition("@")[0] not in botocore_services()
    if not is_path and _is_written_as_path(name):
        refuse("missing", "no such file or folder", path)
    found, *more = find((name if is_path else f"botocore:{name}",), project)
    if more:
        refuse("spec-form", f"this folder holds {len(more) + 1} models; name one of them", path)
    origin = found.origin or path
    folder = origin if origin.is_dir() else origin.parent
    shown = origin / found.files[0].name if origin.is_dir() else origin
    title = _file_title(shown) if is_path else _release_title(shown)
    return Wanted(title, (*found.files, *_beside(found, folder)), _left(found, folder))


def _is_written_as_path(name: str) -> bool:
    """`./sqs` and `sqs.json` name no service."""
    return len(Path(name).parts) > 1 or name.startswith(".") or name.endswith(ENDINGS)


def _release_title(path: Path) -> str:
    """`.../sqs/2012-11-05/service-2.json.gz` of the installed botocore is cited by its last three steps."""
    return f"Service model {'/'.join(path.parts[-3:])} of botocore {metadata.version('botocore')}"


def _file_title(path: Path) -> str:
    return f"Service model {path.name}"


def _beside(found: Found, folder: Path) -> Iterator[SpecFile]:
    names = {file.name for file in found.files}
    if not any(name.startswith("service-2.") for name in names):
        return
    for stem in _BESIDE:
        path = next((path for ending in ENDINGS if (path := folder / f"{stem}{ending}").is_file()), None)
        if path and path.name not in names:
            yield SpecFile(path.name, shown_path(path), read_regular_file(path))


def _left(found: Found, folder: Path) -> tuple[str, ...]:
    """Additions of botocore's own client stand in files of their own; they are no part of the service's model."""
    if not any(file.name.startswith("service-2.") for file in found.files):
        return ()
    return tuple(shown_path(path) for path in sorted(folder.glob("*.sdk-extras.json")))


def smithy_models(source: str) -> tuple[Path, ...]:
    """Give the file that is named, or every `*.json` below the folder that is."""
    path = Path(source)
    with reading(path):
        if not path.exists():
            refuse("missing", "no such file or folder", path)
        if not path.is_dir():
            return (path,)
        found = sorted(
            each
            for each in path.rglob("*.json*")
            if each.name.endswith(ENDINGS) and each.is_file() and _is_smithy(each)
        )
    if not found:
        refuse("no-spec", 'no Smithy model in this folder: no *.json file in it says "smithy" at its top level', path)
    return tuple(found)


def _is_smithy(path: Path) -> bool:
    """What is no model at all is passed over in a folder; whether a model can be read is told when it is."""
    return path.name.endswith(".gz") or b'"smithy"' in path.read_bytes()


def smithy_model(path: Path) -> Wanted:
    """Read the bytes of one model."""
    return Wanted(f"Smithy model {path.name}", (SpecFile(path.name, shown_path(path), read_regular_file(path)),))


# ---------------------------------------------------------------------------------------------------------- importing


def import_model(wanted: Wanted, wish: Wish, taken: Collection[Path] = ()) -> Imported:
    """Read one model and write it as a spec; raises Diagnostics where it cannot be read, or must not be written.

    Where a model contradicts itself the spec records a constraint as not enforced; what is written is free of errors.
    What went into a folder of `taken` in the same run stays there, whatever `wish` says of force: where this model
    differs in its endpoints alone, for botocore has one service under two names, it is passed over, else refused.
    """
    sound = _sound(wanted, wish)
    model = _cited(sound.settled.model, wanted.title)
    name, release = model.service.name.raw, model.service.release.raw
    folder, files = wish.out / name / release, spec_files(model, docs=wish.docs)
    others = _others(folder, files) if folder in taken else ()
    if not set(others) <= _ENDPOINTS:
        _refuse_second(wanted, folder, others)
    twin = folder in taken
    changed = () if twin else write_spec(folder, files, force=wish.force)
    left = (*(_unread(path) for path in wanted.left), *(_twin(wanted, folder, others) if twin else ()))
    found = (*sound.told, *sound.settled.warnings, *_unsaid(sound.read), *left)
    told = Diagnostics(found, locator(sound.read.sources)) if found else None
    return Imported(f"{name}@{release}", folder, tuple(files), changed, told, sound.lost)


_ENDPOINTS = frozenset(("endpoints.json",))


def _others(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Name the files that say something else than what was just written, but for where it comes from."""
    there = {name: read_regular_file(folder / name).decode("utf-8") for name in files if (folder / name).is_file()}
    differing = (name for name, text in files.items() if _facts(name, there.get(name, "{}")) != _facts(name, text))
    return tuple(sorted(differing))


def _refuse_second(wanted: Wanted, folder: Path, others: Collection[str]) -> NoReturn:
    """Let no model of a run take the place of another, `--force` or not."""
    message = f"{quoted(shown_path(folder))} holds another spec of this run: other than here are {', '.join(others)}"
    note = Note("import this model alone, with another --out")
    raise Diagnostics([Diagnostic("exists", message, Location(wanted.files[0].path), notes=(note,))])


def _twin(wanted: Wanted, folder: Path, others: Collection[str]) -> Iterator[Diagnostic]:
    """Say of a service that is there already what of it was left out."""
    left = f"; what it says otherwise is left out: {', '.join(others)}" if others else ""
    message = f"the service that was imported into {quoted(shown_path(folder))}, under another name{left}"
    yield Diagnostic("same-service", message, Location(wanted.files[0].path), Level.WARNING)


def _facts(name: str, text: str) -> Json:
    read: Json = json.loads(text) if name == "service.json" else text
    return {key: each for key, each in read.items() if key != "sources"} if isinstance(read, dict) else read


def _unsaid(read: Read) -> Iterator[Diagnostic]:
    """Tell what of a model is kept without being known, and what is left out."""
    yield from unknown_traits(read.model)
    yield from unread_keys(read.sources)
    if read.form == "smithy":
        yield from unbound_operations(read.sources[0], read.model)


def _unread(path: str) -> Diagnostic:
    message = "left out: what botocore's own client adds is no part of the service's model"
    return Diagnostic("left-out", message, Location(path), Level.NOTE)


def _sound(wanted: Wanted, wish: Wish) -> Sound:
    """Read and check a model; with `keep_going`, as much of it as is sound."""

    def read(sources: tuple[Source, ...]) -> Read:
        found = _of_kind(read_sources(sources), wish.kind)
        _step(found.model.service.name, wanted)
        _step(found.model.service.release, wanted)
        return found

    return (rest if wish.keep_going else whole)(parse_files(wanted.files), read)


def _of_kind(read: Read, kind: Kind) -> Read:
    if read.form == kind:
        return read
    forms: dict[Form, str] = {
        "speccast": "this is a spec already",
        "botocore": "this is a service model of botocore; run `speccast import botocore`",
        "smithy": "this is a Smithy model; run `speccast import smithy`",
    }
    raise Diagnostics([Diagnostic("spec-form", forms[read.form], Location(read.sources[0].path))])


def _cited(model: ir.Model, title: str) -> ir.Model:
    """Say which file it was, where the model's own reader could only say which service."""
    own = model.sources.get(SOURCE_ID)
    if own is None or len(model.sources) > 1 or own.title != model.service.title:
        return model
    return replace(model, sources={SOURCE_ID: replace(own, title=SpecText(title))})


def _step(text: SpecText, wanted: Wanted) -> None:
    """Let only what is plainly a name become the name of a folder."""
    if not _STEP.fullmatch(text.raw):
        message = f"{quoted(text.raw)} cannot name a folder, as the name of a service and of a release have to"
        raise Diagnostics([Diagnostic("bad-service-name", message, Location(wanted.files[0].path))])
