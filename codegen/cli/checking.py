"""What `check` found, said: each file with the reason and the command that mends it.

In: what was examined, the folders of packages that nothing gives, what the user asked for. Out: lines of text, or one
document for a machine. The reasons come from `codegen.freshness`, the states from `codegen.files.output`.
"""

from __future__ import annotations

import difflib
import json
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.printing import findings_text, print_lines, print_up_to_date
from codegen.diagnostics import Diagnostic, Diagnostics, Location, as_json, json_text, printable, quoted
from codegen.files.manifest import MANIFEST, Manifest, write_manifest
from codegen.files.output import Change, State
from codegen.files.places import blocked_parent
from codegen.freshness import Fresh, believed_manifest, changes_since
from codegen.spec.source import shown_path

if TYPE_CHECKING:
    from codegen.upkeep import Examined


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for; the command that mends names it again."""

    specs: tuple[str, ...] = ()
    out: Path | None = None
    operations: tuple[str, ...] | None = None
    diff: bool = False

    def generate(self, *flags: str) -> str:
        """`speccast generate notes --out src --force`."""
        out = ("--out", str(self.out)) if self.out else ()
        operations = ("--operations", ",".join(self.operations)) if self.operations else ()
        return printable(shlex.join(("speccast", "generate", *self.specs, *out, *operations, *flags)))


@dataclass(frozen=True, slots=True)
class Finding:
    """A file, or the folder of a whole package; `wanted` is what generating would write.

    What is in the way is a link, a folder or a pipe: `--force` does not remove it.
    """

    path: Path
    state: State
    message: str
    wanted: str | None = None
    is_package: bool = False
    is_in_the_way: bool = False

    @property
    def location(self) -> Location:
        return Location(shown_path(self.path))

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(str(self.state), self.message, self.location)


@dataclass(frozen=True, slots=True)
class Checked:
    """All that a run of `check` has to tell."""

    asked: Asked
    fresh: tuple[Fresh, ...]
    examined: tuple[Examined, ...]
    orphaned: tuple[Path, ...]
    overridden: tuple[Diagnostic, ...]
    faults: tuple[Diagnostic, ...]

    def findings(self) -> tuple[Finding, ...]:
        files = (finding for one in self.examined for finding in _in_package(one, self.asked))
        return (*files, *(_orphaned(folder, self.asked) for folder in self.orphaned))

    def up_to_date(self) -> tuple[Fresh, ...]:
        """Fresh without a look at the spec, or found to be so after one."""
        found = (one.rendered for one in self.examined if not one.changes)
        return (*self.fresh, *(Fresh(one.folder, len(one.product.files), one.spec) for one in found))


# ----------------------------------------------------------------------------------------------- reasons and remedies


def _in_package(one: Examined, asked: Asked) -> Iterator[Finding]:
    rendered, manifest = one.rendered, believed_manifest(one.rendered.folder)
    since = " and ".join(changes_since(manifest, rendered.order, rendered.spec)) if manifest else ""
    files = rendered.product.files
    for change in one.changes:
        obstacle = _obstacle(rendered.folder, change, files)
        reason = _reason(change, manifest, since or _unchanged(change, manifest, files[MANIFEST]))
        command = asked.generate(*(("--force",) if change.state is State.EDITED and not obstacle else ()))
        said = f"{obstacle}, then " if obstacle else f"{reason}; {_FIRST.get(change.state, '')}"
        path, wanted = rendered.folder / change.path, files.get(change.path)
        yield Finding(path, change.state, f"{said}run: {command}", wanted, is_in_the_way=obstacle is not None)


_FIRST = {State.EDITED: "move the change into the spec or a template, then "}


def _obstacle(folder: Path, change: Change, files: Mapping[str, str]) -> str | None:
    """Say what stands where a product belongs, and is neither the product nor an edit of it."""
    if change.state is not State.EDITED or change.path not in files:
        return None
    parent = blocked_parent(folder, change.path)
    found = parent or folder / change.path
    if found.is_file() and not found.is_symlink() and not parent:
        return None
    kind = "symbolic link" if found.is_symlink() else "folder" if found.is_dir() else "file" if parent else "pipe"
    where = f"the generated folder {quoted(shown_path(found))}" if parent else "a generated file"
    return f"a {kind} stands where {where} belongs; {'remove it' if found.is_symlink() else 'move it away'}"


def _reason(change: Change, manifest: Manifest | None, since: str) -> str:
    listed = manifest is not None and change.path in manifest.files
    match change.state:
        case State.STALE:
            return since
        case State.EDITED:
            return _edit(change, listed)
        case State.MISSING:
            new = f"not generated yet, since {since}" if since else "not there, or never generated"
            return "generated before, and gone" if listed else new
        case State.ORPHANED:
            return f"generated once, and part of nothing any more{since and ', since '}{since}"


def _edit(change: Change, listed: bool) -> str:
    if listed:
        return "edited by hand"
    if change.path == MANIFEST:
        return "edited by hand or half merged, so it does not tell what was generated"
    return "not what would be generated, and no manifest tells that it ever was"


def _unchanged(change: Change, manifest: Manifest | None, wanted: str) -> str:
    """Without a reason in the manifest itself, a file can still be stale."""
    if manifest is None or change.state is not State.STALE:
        return ""
    if write_manifest(manifest) == wanted:
        return "laid out otherwise than it was written"
    return "the same generator prints it otherwise: a library that it prints with changed"


def _orphaned(folder: Path, asked: Asked) -> Finding:
    message = f"no spec of the project gives this package; run: {asked.generate('--prune')}"
    return Finding(folder, State.ORPHANED, message, is_package=True)


# ----------------------------------------------------------------------------------------------------------- printing


def print_checked(checked: Checked, form: str) -> int:
    """Print all of it; give the exit code."""
    found = checked.findings()
    if form == "text":
        _print_text(checked, found)
    elif printed := _printed(checked, found, form):
        click.echo(printed)
    return 2 if checked.faults else 1 if found or checked.overridden else 0


def _print_text(checked: Checked, found: Sequence[Finding]) -> None:
    for fresh in checked.up_to_date():
        print_up_to_date(fresh)
    for one in found:
        click.echo(f"{one.location}: {one.state}: {one.message}")
    for one in found if checked.asked.diff else ():
        print_lines("".join(_diff(one)))
    if found:
        click.echo(_summary(found, checked.asked), err=True)
    if told := (*checked.overridden, *checked.faults):
        click.echo(Diagnostics(told).text(), err=True)


def _summary(found: Sequence[Finding], asked: Asked) -> str:
    """`2 stale, 1 missing; run: speccast generate`; what would discard an edit is told to wait."""
    counts = Counter(one.state for one in found)
    blocked = sum(one.is_in_the_way for one in found)
    edits = counts[State.EDITED] - blocked
    flags = {
        "--force": edits,
        "--prune": any(one.is_package for one in found),
    }
    told = ", ".join(f"{counts[state]} {state}" for state in State if counts[state])
    first = (*(["move the edits"] if edits else ()), *(["remove what is in the way"] if blocked else ()))
    wait = f"{', '.join(first)}, then " if first else ""
    return f"{told}; {wait}run: {asked.generate(*(flag for flag, wanted in flags.items() if wanted))}"


def _printed(checked: Checked, found: Sequence[Finding], form: str) -> str:
    diagnostics = (*(one.diagnostic() for one in found), *checked.overridden, *checked.faults)
    whole = Diagnostics(diagnostics) if diagnostics else None
    return _as_json(whole, checked, found) if form == "json" else findings_text(whole, form)


def _as_json(whole: Diagnostics | None, checked: Checked, found: Sequence[Finding]) -> str:
    """Print what every command does, and beside it the packages; with `--diff` the difference of each file."""
    document = json.loads(as_json(whole))
    diffs = {(str(one.state), one.location.path): "".join(_diff(one)) for one in found if checked.asked.diff}
    for entry in document["diagnostics"]:
        key = (entry["rule"], entry["path"])
        entry |= {"diff": diffs[key]} if key in diffs else {}
    fresh = (_package(one, True) for one in checked.up_to_date())
    other = (one.rendered for one in checked.examined if one.changes)
    stale = (_package(Fresh(one.folder, len(one.product.files), one.spec), False) for one in other)
    return json_text({**document, "packages": sorted((*fresh, *stale), key=lambda one: str(one["path"]))})


def _package(one: Fresh, fresh: bool) -> dict[str, str | int | bool]:
    return {"path": shown_path(one.folder), "spec": one.spec, "fresh": fresh, "files": one.files}


def _diff(one: Finding) -> Iterator[str]:
    """Compare what is there with what would be; a file that is not there, or would not be, is `/dev/null`."""
    there = one.path.is_file() and not one.path.is_symlink()
    old = one.path.read_text(encoding="utf-8", errors="replace").splitlines() if there else []
    before = shown_path(one.path) if there else "/dev/null"
    after = shown_path(one.path) if one.wanted is not None else "/dev/null"
    lines = difflib.unified_diff(old, (one.wanted or "").splitlines(), before, after, lineterm="")
    return (f"{line}\n" for line in lines)
