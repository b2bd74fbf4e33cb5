"""Spec files -> the folder of a release: as a whole or not at all, and never over what somebody else wrote.

In: the folder and {file name: text}. Out: the names of the files that changed, or `Diagnostics`. A spec is a source: it
carries no manifest that would tell an edit from an earlier import, so whatever differs counts as somebody's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from codegen.files.lock import locked
from codegen.files.manifest import digest
from codegen.files.places import (
    is_folder,
    reason,
    refuse,
    refuse_obstacles,
    refuse_read_only,
    refuse_unless_reachable,
    standing,
)
from codegen.files.swap import Swap, clean_leftovers, leftovers, replace

_REMEDY = "name another --out, or run again with --force to replace it"


def write_spec(folder: Path, files: Mapping[str, str], *, force: bool = False) -> tuple[str, ...]:
    """Make the folder hold exactly these `*.json` files; other files in it stay as they are.

    A folder that holds other `*.json` is refused, unless `force` says that they may go.
    """
    folder = folder.absolute()
    try:
        return _write(folder, files, force)
    except OSError as fault:
        refuse("write", f"cannot be written: {reason(fault)}", folder)


def _write(folder: Path, files: Mapping[str, str], force: bool) -> tuple[str, ...]:
    _make_parents(folder)
    if not leftovers(folder.parent, folder.name) and not _differing(folder, files):
        return ()
    with locked(folder):
        clean_leftovers(folder.parent, folder.name)
        refuse_obstacles(folder, files)
        refuse_read_only(folder, files)
        changed, ours = _differing(folder, files), frozenset((*files, *_there(folder)))

        def confirm(old: Path) -> None:
            _refuse_others(folder, old, files, force)

        confirm(folder)
        if changed:
            replace(Swap(folder, files, ours, confirm))
    return changed


def _make_parents(folder: Path) -> None:
    if os.path.lexists(folder) and not is_folder(folder):
        refuse("not-a-folder", "something else stands where the folder of a spec belongs; remove it", folder)
    refuse_unless_reachable(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)


def _there(folder: Path) -> list[str]:
    """Name the files that count as parts of the spec; hidden ones do not."""
    return sorted(name for name in os.listdir(folder) if _counts(name)) if folder.is_dir() else []


def _counts(name: str) -> bool:
    return name.endswith((".json", ".json.gz")) and not name.startswith(".") and not name.endswith(".schema.json")


def _differing(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    names = {*files, *_there(folder)}
    return tuple(sorted(name for name in names if standing(folder, name) != _wanted(files, name)))


def _wanted(files: Mapping[str, str], name: str) -> str | None:
    return digest(files[name]) if name in files else None


def _refuse_others(shown: Path, folder: Path, files: Mapping[str, str], force: bool) -> None:
    """What differs is somebody's; what is missing can be added."""
    others = [] if force else [name for name in _there(folder) if standing(folder, name) != _wanted(files, name)]
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        verb = "differ" if more else "differs"
        refuse("exists", f"holds another spec already: {others[0]}{more} {verb}; {_REMEDY}", shown)
