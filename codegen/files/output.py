"""Products -> disk: compare a package folder with what belongs there, replace it or remove it as a whole.

In: a package folder and the map {path: text} of all its products, `MANIFEST.json` among them. Out: what differs
(`compare`), what was edited by hand (`edited`), or the paths that changed (`write`, `remove`), or `Diagnostics`.

What may be overwritten or deleted is decided here, from the manifest of the run before; `swap` does it, under `lock`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.files.lock import locked
from codegen.files.manifest import MANIFEST, Manifest, digest, path_fault, read_manifest
from codegen.files.places import (
    IN_THE_WAY,
    blocked_parent,
    is_folder,
    parents,
    reading,
    reason,
    refuse,
    refuse_obstacles,
    refuse_read_only,
    refuse_unless_folder,
    refuse_unless_reachable,
    standing,
)
from codegen.files.swap import Swap, clean_leftovers, leftovers, replace
from codegen.spec.source import shown_path

_DISCARD = "move the change into the spec or a template, or run again with --force to discard it"
_KEEP = "copy it elsewhere to keep it, or run again with --force to discard it"


class State(StrEnum):
    STALE = "stale"
    EDITED = "edited"
    MISSING = "missing"
    ORPHANED = "orphaned"


@dataclass(frozen=True, order=True)
class Change:
    """A file that is not as it should be; `path` is relative to the package folder."""

    path: str
    state: State


# ------------------------------------------------------------------------------------------------------------ compare


def compare(folder: Path, files: Mapping[str, str]) -> tuple[Change, ...]:
    """Name every file that differs from its product, and every file of an earlier run that is no product any more."""
    try:
        refuse_unless_reachable(folder)
        return _changes(folder, files, _believed_manifest(folder, force=True))
    except OSError as fault:
        refuse("unreadable", f"cannot be read: {reason(fault)}", folder)


def edited(folder: Path) -> Mapping[str, str]:
    """Give path and digest of every file that is not as the manifest lists it.

    Files that are gone, and what is no regular file, are no edits.
    """
    with reading(folder):
        manifest = read_manifest(folder)
        return _edited(folder, manifest) if manifest else {}


def _edited(folder: Path, manifest: Manifest) -> Mapping[str, str]:
    found = {path: standing(folder, path) for path in sorted(manifest.files)}
    return {path: now for path, now in found.items() if now and now not in (IN_THE_WAY, manifest.files[path])}


def _changes(folder: Path, files: Mapping[str, str], manifest: Manifest | None) -> tuple[Change, ...]:
    """With no manifest to believe, whatever stands where a product belongs counts as edited."""
    listed: Mapping[str, str] = manifest.files if manifest else {}
    states = {path: _product_state(folder, path, text, manifest) for path, text in files.items()}
    states |= {path: _orphan_state(folder, path, listed[path]) for path in listed if path not in files}
    return tuple(sorted(Change(path, state) for path, state in states.items() if state))


def _product_state(folder: Path, path: str, text: str, manifest: Manifest | None) -> State | None:
    found = standing(folder, path)
    if found is None:
        return State.MISSING
    if found == digest(text):
        return None
    ours = manifest is not None and found != IN_THE_WAY and (path == MANIFEST or manifest.files.get(path) == found)
    return State.STALE if ours else State.EDITED


def _orphan_state(folder: Path, path: str, listed: str) -> State | None:
    """A folder that a user put there instead, or a link further up, is the user's and stays."""
    found = standing(folder, path)
    if found is None or is_folder(folder / path) or blocked_parent(folder, path):
        return None
    return State.ORPHANED if found == listed else State.EDITED


# -------------------------------------------------------------------------------------------------------------- write


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What `write` was asked for."""

    folder: Path
    files: Mapping[str, str]
    force: bool
    merged: Mapping[str, str] = field(default_factory=dict[str, str])


def write(
    folder: Path, files: Mapping[str, str], *, force: bool = False, merged: Mapping[str, str] = {}
) -> tuple[str, ...]:
    """Make the folder hold exactly these products beside a user's own files; give the paths that changed on disk.

    `merged` has the digest of each edited file whose content went into `files` already. As long as that is what
    stands there it is replaced; such a text need not be what the manifest lists.
    """
    _check_products(files, merged)
    wish = _Wish(folder=folder.absolute(), files=_with_line_feeds(files, merged), force=force, merged=merged)
    return _guarded(wish.folder, lambda: _write(wish))


def _guarded(folder: Path, work: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return work()
    except OSError as fault:
        refuse("write", f"cannot be written: {reason(fault)}", folder)


def _write(wish: _Wish) -> tuple[str, ...]:
    folder = wish.folder
    refuse_unless_folder(folder)
    refuse_unless_reachable(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not leftovers(folder.parent, folder.name) and not compare(folder, wish.files):
        return ()
    with locked(folder):
        return _write_locked(wish)


def _write_locked(wish: _Wish) -> tuple[str, ...]:
    folder, files = wish.folder, wish.files
    clean_leftovers(folder.parent, folder.name)
    refuse_unless_folder(folder)
    refuse_obstacles(folder, files)
    manifest = _believed_manifest(folder, force=wish.force)
    ours = frozenset(files) | frozenset(manifest.files if manifest else ())
    refuse_read_only(folder, ours)
    changes = _changes(folder, files, manifest)
    known = frozenset(changes)
    _refuse_edited(wish, _to_discard(wish, folder, changes))

    def confirm(old: Path) -> None:
        """Whoever edits while this runs is refused as if the edit had been there before."""
        since = tuple(change for change in _changes(old, files, manifest) if change not in known)
        _refuse_edited(wish, _to_discard(wish, old, changes + since))

    if changes:
        replace(Swap(folder, files, ours, confirm))
    return tuple(change.path for change in changes)


def _check_products(files: Mapping[str, str], merged: Mapping[str, str]) -> None:
    """Names are made by `codegen.spec.names`, text by our templates: what fails here is a bug of ours.

    A raw CR is none that a template prints: it would read as a line end, and `file_digest` relies on there being none.
    """
    faults = [f"{path!r} {fault}" for path in files if (fault := path_fault(path))]
    faults += [f"{path!r} is a file and a folder" for path in parents(files) & files.keys()]
    faults += [f"{path!r} has a raw CR" for path, text in files.items() if "\r" in text and path not in merged]
    if len({path.casefold() for path in files}) != len(files):
        faults.append("two paths differ in case only")
    if MANIFEST not in files:
        faults.append(f"{MANIFEST} is missing")
    if faults:
        raise ValueError(f"products that cannot be written: {'; '.join(sorted(faults))}")


def _with_line_feeds(files: Mapping[str, str], merged: Mapping[str, str]) -> Mapping[str, str]:
    """What was merged may come from a file with CRLF."""
    return {path: text.replace("\r\n", "\n") if path in merged else text for path, text in files.items()}


def _believed_manifest(folder: Path, *, force: bool) -> Manifest | None:
    """Read the manifest; force takes one that cannot be believed for none."""
    try:
        return read_manifest(folder)
    except Diagnostics:
        if force:
            return None
        raise


def _to_discard(wish: _Wish, folder: Path, changes: tuple[Change, ...]) -> tuple[str, ...]:
    """Name each file that holds what nobody has seen: an edit, or a change of what was merged."""
    if wish.force:
        return ()
    merged = wish.merged.keys() & wish.files.keys()
    edits = {change.path for change in changes if change.state is State.EDITED and change.path not in merged}
    later = {
        change.path
        for change in changes
        if change.path in merged and standing(folder, change.path) not in (None, wish.merged[change.path])
    }
    return tuple(sorted(edits | later))


def _refuse_edited(wish: _Wish, paths: tuple[str, ...]) -> None:
    if paths:
        message = f"edited by hand; {_DISCARD}"
        raise Diagnostics([Diagnostic("edited", message, Location(shown_path(wish.folder / path))) for path in paths])


# -------------------------------------------------------------------------------------------------------------- remove


def remove(folder: Path, *, force: bool = False) -> tuple[str, ...]:
    """Delete what the manifest lists, and the manifest; a user's own files stay. Give the paths that were deleted."""
    folder = folder.absolute()
    return _guarded(folder, lambda: _remove(folder, force))


def _remove(folder: Path, force: bool) -> tuple[str, ...]:
    refuse_unless_folder(folder)
    if not is_folder(folder) and not leftovers(folder.parent, folder.name):
        _refuse_other(folder)
    with locked(folder):
        clean_leftovers(folder.parent, folder.name)
        refuse_unless_folder(folder)
        manifest = read_manifest(folder)
        if manifest is None:
            _refuse_other(folder)
        return _remove_locked(folder, manifest, force)


def _refuse_other(folder: Path) -> NoReturn:
    refuse("no-package", f"this is no generated package: it has no {MANIFEST}; nothing was removed", folder)


def _remove_locked(folder: Path, manifest: Manifest, force: bool) -> tuple[str, ...]:
    """What is no regular file, or lies behind a link, is nothing of ours, whatever its name."""
    refuse_read_only(folder, manifest.files)
    found = {path: standing(folder, path) for path in (MANIFEST, *manifest.files)}
    ours = frozenset(path for path, now in found.items() if now != IN_THE_WAY)

    def confirm(old: Path) -> None:
        if not force:
            _refuse_kept(folder, _edited(old, manifest))

    confirm(folder)
    replace(Swap(folder, {}, ours, confirm))
    return tuple(sorted(path for path in ours if found[path]))


def _refuse_kept(folder: Path, paths: Mapping[str, str]) -> None:
    if paths:
        message = f"edited by hand; {_KEEP}"
        raise Diagnostics([Diagnostic("edited", message, Location(shown_path(folder / path))) for path in paths])
