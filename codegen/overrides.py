"""A project's own templates: a folder of files, each at the path of the template of ours that it replaces.

In: the folder that `[tool.speccast]` names. Out: `Overrides`, or `Diagnostics` that name every file that is none; and
which of them are stale. The first line of an override says which text of ours it was made from, by digest: ours changes
with the generator, and an override that does not follow loses what was mended there without a word. That line is no
part of what is printed.

Only what decides the text of a package can be replaced; pages and the starter project cannot.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NoReturn

from codegen.data import data_folder
from codegen.diagnostics import Diagnostic, Diagnostics, Level, Location, Note, quoted
from codegen.lineends import with_lf
from codegen.records import dataclass
from codegen.spec.source import read_regular_file, shown_path
from codegen.spec.wording import nearest_name

FOLDERS = ("conformance", "models", "package", "static")
"""Of `templates/`, what can be replaced."""

MAX_BYTES = 1024 * 1024
"""The longest template of ours has 30 KiB."""

_ENDINGS = (".j2", ".py")
_LEFTOVERS = ("~", ".swp", ".swo", ".pyc")
_BASE = r"(?:\{# speccast base: ([0-9a-f]{16}) #\}|# speccast base: ([0-9a-f]{16}))[ \t]*"
_MAKE = "make it, or run: speccast override PATH"


@dataclass(frozen=True, slots=True)
class Override:
    """A template of the project's: `path` is that of ours, `base` what the first line says, `text` what follows it."""

    path: str
    shown: str
    base: str
    text: str

    def at(self, line: int) -> Location:
        """Give the place of a line of `text` as an editor counts it."""
        return Location(self.shown, line + 1, 1)


@dataclass(frozen=True, slots=True)
class Overrides:
    """The overrides of a project, in the order of their paths; none is the same as no folder."""

    found: tuple[Override, ...] = ()

    def get(self, path: str) -> Override | None:
        return next((one for one in self.found if one.path == path), None)

    def beneath(self, folder: str) -> tuple[Override, ...]:
        return tuple(one for one in self.found if one.path.startswith(f"{folder}/"))

    @property
    def digest(self) -> str:
        """Digest what is printed, not what it was made from; empty where there is none."""
        digest = hashlib.sha256()
        for one in self.found:
            digest.update(f"{one.path}\0{len(one.text)}\0{one.text}".encode())
        return digest.hexdigest() if self.found else ""


NONE = Overrides()


def read_overrides(folder: Path | None) -> Overrides:
    """Read every file of a folder; hidden files and what editors leave behind are none of ours."""
    if folder is None:
        return NONE
    if not folder.is_dir():
        _refuse(
            f'no such folder, though "templates" of [tool.speccast] names it; {_MAKE}', Location(shown_path(folder))
        )
    read: list[Override] = []
    faults: list[Diagnostic] = []
    for path in _files(folder):
        try:
            read.append(_read(folder, path))
        except Diagnostics as fault:
            faults.extend(fault.found)
    if faults:
        raise Diagnostics(faults)
    return Overrides(tuple(read))


def _files(folder: Path) -> Iterator[str]:
    """Walk the paths of whatever is no folder, links to folders included; links are not followed."""
    found: list[str] = []
    for parent, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        names = [*files, *(name for name in folders if Path(parent, name).is_symlink())]
        found += [
            Path(parent, name).relative_to(folder).as_posix()
            for name in names
            if not name.startswith((".", "#")) and not name.endswith(_LEFTOVERS)
        ]
    yield from sorted(found)


def _unreadable(fault: OSError) -> NoReturn:
    """What cannot be read is not the same as what is not there."""
    reason = (fault.strerror or str(fault)).lower()
    _refuse(f"cannot be read: {reason}", Location(shown_path(Path(fault.filename))))


def _read(folder: Path, path: str) -> Override:
    text = read_text(folder, path)
    shown = shown_path(folder / path)
    line, end, rest = text.partition("\n")
    found = re.fullmatch(_BASE, line)
    if not found or not line.startswith(_opening(path)):
        message = f"the first line must say what this was made from; add {quoted(base_line(path))}"
        _refuse(f"{message}, or run: speccast override {path} --rebase", Location(shown, 1, 1))
    return Override(path, shown, found[1] or found[2], rest if end else "")


def read_text(folder: Path, path: str) -> str:
    """Read a file of the folder whole, its first line included, if it may be an override."""
    target = _target(folder, path)
    place = Location(shown_path(target))
    if path not in ours():
        raise Diagnostics([_unknown(path, place)])
    content = read_regular_file(target)
    if len(content) > MAX_BYTES:
        _refuse(f"larger than {MAX_BYTES // 2**20} MiB", place)
    try:
        return content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        message = f"byte 0x{content[fault.start]:02x} is not UTF-8; save the file as UTF-8"
        _refuse(message, Location(place.path, line, 1))


def _target(folder: Path, path: str) -> Path:
    """Find where an override stands, which no link leads out of."""
    target = folder / path
    if not Path(os.path.realpath(target)).is_relative_to(os.path.realpath(folder)):
        _refuse("a symbolic link leads out of the folder; put the file itself here", Location(shown_path(target)))
    return target


def _unknown(path: str, place: Location | None = None) -> Diagnostic:
    return Diagnostic("template", f"there is no template {quoted(path)}", place, notes=(_meant(path),))


def _meant(path: str) -> Note:
    if path.split("/")[0] not in FOLDERS:
        return Note(f"what can be replaced stands in {', '.join(FOLDERS[:-1])} and {FOLDERS[-1]}")
    nearest = nearest_name(path, ours())
    return Note(f"did you mean {quoted(nearest)}?" if nearest else "`speccast override` lists them")


def _refuse(message: str, place: Location) -> NoReturn:
    raise Diagnostics([Diagnostic("template", message, place)])


# ------------------------------------------------------------------------------------------------------ what is ours


@cache
def ours() -> Mapping[str, Path]:
    """Find every template that can be replaced, by path."""
    templates = data_folder("templates")
    found = (path for folder in FOLDERS for path in (templates / folder).rglob("*") if path.suffix in _ENDINGS)
    return {path.relative_to(templates).as_posix(): path for path in sorted(found)}


def our_text(path: str) -> str:
    """Read a template of ours, with line ends as they were committed."""
    return with_lf(ours()[path].read_bytes()).decode("utf-8")


def base_line(path: str) -> str:
    """Write the first line of an override of a template as it is now."""
    digest = hashlib.sha256(our_text(path).encode()).hexdigest()[:16]
    return f"{_opening(path)} speccast base: {digest}{'' if path.endswith('.py') else ' #}'}"


def _opening(path: str) -> str:
    return "#" if path.endswith(".py") else "{#"


def is_stale(override: Override) -> bool:
    """Say whether our template changed since the override was made from it."""
    return override.base not in base_line(override.path)


def stale_overrides(overrides: Overrides) -> tuple[Diagnostic, ...]:
    """Name every override whose base changed."""
    return tuple(_stale(one) for one in overrides.found if is_stale(one))


def _stale(one: Override) -> Diagnostic:
    message = f"the template {quoted(one.path)} has changed since this was made from it"
    remedy = f"compare with `speccast override {one.path} --diff`, take over what changed"
    last = f"then run: speccast override {one.path} --rebase"
    return Diagnostic("stale-override", f"{message}; {remedy}, {last}", Location(one.shown, 1, 1), Level.WARNING)


# ---------------------------------------------------------------------------------------------------------- writing


def known_template(path: str) -> str:
    """Give the path back if there is a template of ours."""
    if path not in ours():
        raise Diagnostics([_unknown(path)])
    return path


def add_overrides(folder: Path, paths: Sequence[str]) -> tuple[Path, ...]:
    """Copy templates of ours into the folder, a base line before each; all or none, and over no file that is there."""
    targets = {_target(folder, path): f"{base_line(path)}\n{our_text(path)}" for path in paths}
    there = [path for path in targets if os.path.lexists(path)]
    if there:
        message = "already there; compare it with `speccast override PATH --diff`, or remove it"
        raise Diagnostics([Diagnostic("exists", message, Location(shown_path(path))) for path in there])
    return tuple(_write(path, text) for path, text in targets.items())


def rebase_override(folder: Path, path: str) -> Path | None:
    """Make the first line say what our template is now, and change nothing else; None when it says so already."""
    text = read_text(folder, path)
    line, _, rest = text.partition("\n")
    if line.rstrip() == base_line(path):
        return None
    kept = rest if re.fullmatch(_BASE, line) and line.startswith(_opening(path)) else text
    return _write(_target(folder, path), f"{base_line(path)}\n{kept}")


def _write(path: Path, text: str) -> Path:
    """Write beside and rename: a kill leaves the old text or the new one. A link stays a link."""
    place = path.resolve()
    beside = place.with_name(f".{place.name}.speccast-{os.urandom(4).hex()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(place)
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise Diagnostics([Diagnostic("write", f"cannot be written: {reason}", Location(shown_path(path)))]) from None
    return path
