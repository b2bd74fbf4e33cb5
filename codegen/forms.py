"""The bytes of a release -> a model, whichever of three forms they have.

In: the files of one release. Out: the form, the model and the `Source`s that its places are in, or `Diagnostics`.
A form is told by the keys at the top level: `metadata` is botocore's, `smithy` is Smithy's, a section of a spec is
ours. What is packed with gzip is unpacked on the way, up to the size that any spec may have.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any

from codegen.diagnostics import Diagnostic, Diagnostics, Location, quoted
from codegen.importers.botocore import read_botocore, read_botocore_lazily
from codegen.records import dataclass
from codegen.spec import ir
from codegen.spec.files import Form, SpecFile
from codegen.spec.large import Large, read_both, read_large
from codegen.spec.source import MAX_BYTES, Source, decode, read_text


@dataclass(frozen=True, slots=True)
class Read:
    form: Form
    model: ir.Model
    sources: tuple[Source, ...]


Reader = Callable[[tuple[Source, ...]], ir.Model]


def read_files(files: Iterable[SpecFile]) -> Read:
    """Parse one release; faults of several files are reported together."""
    return read_sources(parse_files(files))


def read_sources(sources: tuple[Source, ...]) -> Read:
    """Read the files of one release that were parsed."""
    return _read(sources, read_botocore)


def read_files_lazily(files: Iterable[SpecFile]) -> Read:
    """Parse one release as far as can be told what it has; of a large model, shapes are read when asked for."""
    return _read(parse_files(files), read_botocore_lazily)


def read_both_lazily(old: Iterable[SpecFile], new: Iterable[SpecFile]) -> tuple[Read, Read]:
    """Parse two releases as `read_files_lazily` does one; what two large models have alike is parsed once."""
    was, now = _parse_both(tuple(old), tuple(new))
    return _read(was, read_botocore_lazily), _read(now, read_botocore_lazily)


def _read(sources: tuple[Source, ...], read_foreign: Reader) -> Read:
    form = _form(sources)
    if form == "botocore":
        return Read(form, read_foreign(sources), sources)
    if form == "smithy":
        return Read(form, _smithy_reader()(sources[0]), sources)
    return Read(form, _own_reader().parse_model(sources), sources)


def _own_reader() -> Any:
    """Import the reader of our own form when there is such a spec: two models of botocore are compared without it."""
    return import_module("codegen.spec.parse")


def _smithy_reader() -> Callable[[Source], ir.Model]:
    """Import the reader of the rarest form when there is such a model, for it takes as long as a small spec does."""
    read: Callable[[Source], ir.Model] = import_module("codegen.importers.smithy").read_smithy
    return read


def parse_files(files: Iterable[SpecFile]) -> tuple[Source, ...]:
    """Parse each file alone, as JSON; faults of several files are reported together."""
    return _parsed(files, _source)


def _parsed(files: Iterable[SpecFile], parse: Callable[[SpecFile], Source]) -> tuple[Source, ...]:
    sources: list[Source] = []
    faults: list[Diagnostic] = []
    for file in files:
        try:
            sources.append(parse(file))
        except Diagnostics as fault:
            faults.extend(fault.found)
    if faults:
        raise Diagnostics(faults)
    return tuple(sources)


def _parse_both(old: tuple[SpecFile, ...], new: tuple[SpecFile, ...]) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """Parse the files of two releases, their models together if they can be."""
    was, now = (next(filter(_is_large, side), None) for side in (old, new))
    models = read_both(_large(was), _large(now)) if was and now else None

    def parse(file: SpecFile) -> Source:
        if models is None or (file is not was and file is not now):
            return _source(file)
        return models[0] if file is was else models[1]

    sources = _parsed((*old, *new), parse)
    return sources[: len(old)], sources[len(old) :]


def _source(file: SpecFile) -> Source:
    """Parse one file; a model of botocore may be large, and needs no check of its depth."""
    if _is_large(file):
        return read_large(_large(file))
    return read_text(file.path, decode(file.path, b"".join(_unpacked(file))))


_BOTOCORE = re.compile(rb'\s*+\{\s*+(?:"version"\s*+:\s*+"[^"\\]*+"\s*+,\s*+)?"metadata"\s*+:')
"""How a model of botocore begins. One that begins otherwise is read as well, in three times the time."""


def _is_large(file: SpecFile) -> bool:
    """Say whether a file looks like a model of botocore; what cannot be unpacked looks like none."""
    with suppress(Diagnostics):
        return _BOTOCORE.match(next(_unpacked(file), b"")) is not None
    return False


def _large(file: SpecFile) -> Large:
    return Large(file.path, partial(_unpacked, file), file.content)


_PIECE = 4096
"""Bytes of a file that are unpacked in one step; arbitrary."""


def _unpacked(file: SpecFile) -> Iterator[bytes]:
    """Unpack at most one byte more than a spec may have: reading refuses it, and no more was ever made."""
    pieces = (file.content[begin : begin + _PIECE] for begin in range(0, len(file.content), _PIECE))
    return _inflated(file, pieces) if file.name.endswith(".gz") else pieces


def _inflated(file: SpecFile, pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    left = MAX_BYTES + 1
    for piece in pieces:
        try:
            unpacked = unpacking.decompress(piece, left)
        except zlib.error:
            raise _packed(file, "cannot be unpacked: what it holds is not gzip, or damaged") from None
        left -= len(unpacked)
        yield unpacked
        if unpacking.eof or not left:
            return
    raise _packed(file, "cannot be unpacked: it ends too early")


def _packed(file: SpecFile, message: str) -> Diagnostics:
    return Diagnostics([Diagnostic("unreadable", message, Location(file.path))])


# ------------------------------------------------------------------------------------------------------------- forms


def _form(sources: tuple[Source, ...]) -> Form:
    found: dict[str, Form] = {source.path: form for source in sources if (form := _form_of(source))}
    if not found:
        raise _refusal(sources[0].path, _NO_FORM)
    models = [path for path, form in found.items() if form != "speccast"]
    if len(models) > 1:
        raise _refusal(models[1], f"a second model beside {quoted(models[0])}; name the file that is meant")
    if models and len(sources) > 1 and any(form == "speccast" for form in map(_form_of, _strangers(sources))):
        raise _refusal(models[0], "a model of another form among the files of a spec; name the file that is meant")
    return found[models[0]] if models else "speccast"


_NO_FORM = (
    'a form that is not known; known are a spec ("service", "shapes" ... at the top level), '
    'a botocore service model ("metadata") and a Smithy model ("smithy")'
)


def _form_of(source: Source) -> Form | None:
    """A file without any key is a spec with nothing in it."""
    keys = source.value.keys() if isinstance(source.value, dict) else set[str]()
    if "smithy" in keys:
        return "smithy"
    if "metadata" in keys:
        return "botocore"
    own = _own_reader()
    return "speccast" if not keys or keys & {*own.SECTIONS, own.EDITOR_KEY} else None


def _strangers(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """Leave out what stands beside a model of botocore: `waiters` is a key of specs as well."""
    return tuple(one for one in sources if isinstance(one.value, dict) and "version" not in one.value)


def _refusal(path: str, message: str) -> Diagnostics:
    return Diagnostics([Diagnostic("spec-form", message, Location(path))])
