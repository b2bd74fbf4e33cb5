"""Whether packages are as one run of the generator left them, told from digests alone; and if not, what changed since.

In: what is wanted of each release, the folders of packages, the project's root. Out: the package's folder, or None when
there may be something to do; the reasons why it is not fresh; packages that nothing gives any more. Nothing is parsed
and nothing heavy is imported: this is what a run with nothing to do costs. A doubt is a None, and never an orphan.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from codegen.diagnostics import Diagnostics, printable, quoted
from codegen.files.manifest import MANIFEST, Manifest, digest, file_digest, read_manifest, write_manifest
from codegen.orders import Order
from codegen.records import dataclass
from codegen.spec.source import read_regular_file
from codegen.version import generator

LOCK = "speccast.lock"
"""What a project vendors from elsewhere: those packages are not generated from its specs."""

_VENDORED = b'run "speccast vendor update"'
"""Part of the first line of what `vendor` writes."""


_Origin = tuple[str, str, tuple[str, ...] | None]
"""Generator, digest of the spec, operations."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A package folder with nothing to do; `files` counts the manifest, `spec` is name@release."""

    folder: Path
    files: int
    spec: str


def fresh_package(order: Order) -> Fresh | None:
    """Find the package that this order gave, if every byte of it is still as it was."""
    return fresh_packages([order])[0]


def fresh_packages(orders: Sequence[Order]) -> tuple[Fresh | None, ...]:
    """Do so for several orders; a manifest is read once, however many packages share their folder."""
    made = {out: _by_origin(out) for out in dict.fromkeys(order.out for order in orders)}
    return tuple(_fresh(order, made[order.out].get(_wanted(order), ())) for order in orders)


def _fresh(order: Order, made: Iterable[tuple[Path, Manifest]]) -> Fresh | None:
    for folder, manifest in made:
        if _is_named(folder, manifest, order) and _is_untouched(folder, manifest):
            return Fresh(folder, len(manifest.files) + 1, manifest.spec)
    return None


def _by_origin(out: Path) -> Mapping[_Origin, list[tuple[Path, Manifest]]]:
    """What a folder holds, by what each package was made from: there may be hundreds."""
    found = defaultdict[_Origin, list[tuple[Path, Manifest]]](list)
    for folder, manifest in _manifests(out):
        found[manifest.generator, manifest.spec_digest, manifest.operations].append((folder, manifest))
    return found


def _wanted(order: Order) -> _Origin:
    return generator(), order.digest, order.operations


def _is_named(folder: Path, manifest: Manifest, order: Order) -> bool:
    """A copy under another name is not the package. `codegen.spec.names` alone knows the name for certain."""
    if order.package:
        return folder.name == order.package
    return _letters(folder.name) == _letters(manifest.spec.partition("@")[0])


def _letters(name: str) -> str:
    """`Note-book` and `note_book` give `notebook`."""
    return "".join(character for character in name.casefold() if character.isalnum())


def _manifests(out: Path) -> Iterator[tuple[Path, Manifest]]:
    for path in sorted(out.glob(f"[!.]*/{MANIFEST}")):
        if manifest := believed_manifest(path.parent):
            yield path.parent, manifest


def believed_manifest(folder: Path) -> Manifest | None:
    """A manifest that cannot be believed is no reason to refuse: the longer way says what is wrong with it."""
    try:
        return read_manifest(folder)
    except Diagnostics:
        return None


def _is_untouched(folder: Path, manifest: Manifest) -> bool:
    """Every file is as listed, the manifest as it was printed, and no killed run left its folder beside."""
    if any(folder.parent.glob(f".{folder.name}.speccast-*")):
        return False
    digests = {MANIFEST: digest(write_manifest(manifest)), **manifest.files}
    try:
        return all(file_digest(folder / path) == wanted for path, wanted in digests.items())
    except OSError:
        return False


# ------------------------------------------------------------------------------------------------- what changed since


def changes_since(manifest: Manifest, order: Order, spec: str) -> tuple[str, ...]:
    """Say what changed since the package was generated; `spec` is the name@release that is wanted now.

    An empty answer means that nothing did which a manifest tells of.
    """
    now = generator()
    reasons = {
        _spec_reason(manifest, order, spec): manifest.spec_digest != order.digest,
        f"the generator changed from {printable(manifest.generator)} to {now}": manifest.generator != now,
        "other operations were chosen": manifest.operations != order.operations,
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _spec_reason(manifest: Manifest, order: Order, spec: str) -> str:
    """The parts of a digest tell what changed."""
    if manifest.spec != spec:
        return f"the release changed from {quoted(manifest.spec)} to {quoted(spec)}"
    then, *settings_then = manifest.spec_digest.split("+")
    now, *settings_now = order.digest.split("+")
    differing = {part.partition(":")[0] for part in {*settings_then} ^ {*settings_now}}
    said = {"spec": "the spec", "settings": "its settings in [tool.speccast]", "templates": "the project's templates"}
    changed = [text for part, text in said.items() if part in differing or (part == "spec" and then != now)]
    return f"{' and '.join(changed) or 'the spec'} changed"


# ------------------------------------------------------------------------------------------------- orphaned packages


def orphaned_packages(outs: Iterable[Path], wanted: Iterable[Path], root: Path) -> tuple[Path, ...]:
    """Find the packages that speccast made and nothing gives any more; what the project vendors is none of them."""
    known = {folder.resolve() for folder in wanted}
    made = {folder: manifest for out in outs for folder, manifest in _manifests(out) if not folder.is_symlink()}
    others = (folder for folder in made if folder.resolve() not in known)
    return tuple(folder for folder in others if not _is_vendored(folder, made[folder], root))


def _is_vendored(folder: Path, manifest: Manifest, root: Path) -> bool:
    """A vendored package says so in the first line of its files; else a lock file does, or one that tells nothing."""
    if any(_says_vendored(folder / path) for path in manifest.files if path.endswith(".py")):
        return True
    locks = (place / LOCK for place in dict.fromkeys((root, *_in_repository(folder.resolve().parent))))
    return any(_may_list(lock, folder.resolve()) for lock in locks if os.path.lexists(lock))


def _says_vendored(path: Path) -> bool:
    with suppress(Diagnostics):
        return _VENDORED in read_regular_file(path).partition(b"\n")[0]
    return False


def _in_repository(start: Path) -> tuple[Path, ...]:
    """Go up to the top of the repository; without one, to the top of all."""
    above = (start, *start.parents)
    top = next((number for number, folder in enumerate(above) if os.path.lexists(folder / ".git")), len(above))
    return above[: top + 1]


def _may_list(lock: Path, folder: Path) -> bool:
    with suppress(Diagnostics, ValueError, LookupError, TypeError, AttributeError):
        content: Any = json.loads(read_regular_file(lock))
        return folder in {(lock.parent / str(name)).resolve() for name in content["packages"].keys()}
    return True
