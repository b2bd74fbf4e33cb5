"""`vendor`: generated packages in other people's repositories, added, checked, updated and removed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.printing import format_option, names_option, print_findings, print_lines, reported, shown
from codegen.cli.vendor_completing import complete_dest, complete_one_spec
from codegen.cli.vendor_report import print_added, print_difference, print_outcome, print_up_to_date, print_warnings
from codegen.collecting import uncollected
from codegen.diagnostics import Diagnostic, Diagnostics, Location, as_json, json_text
from codegen.files.manifest import read_manifest
from codegen.spec.source import shown_path
from codegen.vendoring.archive import read_base
from codegen.vendoring.checking import Checked, check_package
from codegen.vendoring.host import Host, changing, chosen, find_host, key_of, unlisted
from codegen.vendoring.lockfile import Packages, read_lock

if TYPE_CHECKING:
    from codegen.vendoring.updating import Plan, Wish

_dests = click.argument("dests", metavar="[DEST]...", nargs=-1, shell_complete=complete_dest)


@click.group(no_args_is_help=False)
def vendor() -> None:
    """Keep generated packages in a repository that has nothing else of speccast.

    DEST is the package's folder, whose last step is the package's name.
    """


# ----------------------------------------------------------------------------------------------------------------- add


@vendor.command()
@click.argument("spec", metavar="SERVICE[@RELEASE]", shell_complete=complete_one_spec)
@click.argument("dest", metavar="DEST")
@names_option("--operations", help="Only these operations.")
@uncollected()
def add(spec: str, dest: str, operations: tuple[str, ...] | None) -> int:
    """Generate a package into DEST; speccast.lock notes what from."""
    from codegen.vendoring.adding import add as add_package

    here = Path.cwd()
    added = add_package(find_host(here), spec, dest, operations, here)
    print_warnings(added.made.warnings)
    print_added(added)
    return 0


# --------------------------------------------------------------------------------------------------------------- check


@vendor.command()
@_dests
@click.option("--diff", "show_diff", is_flag=True, help="Show what was edited by hand.")
@format_option
def check(dests: tuple[str, ...], show_diff: bool, form: str) -> int:
    """Tell what was edited by hand from what is stale."""
    return reported(form, lambda: _check(dests, show_diff, form))


def _check(dests: Sequence[str], show_diff: bool, form: str) -> int:
    host = find_host(Path.cwd())
    packages = read_lock(host)
    keys = tuple(dict.fromkeys(key_of(host, dest, Path.cwd()) for dest in dests)) or tuple(packages)
    checked = [_checked(host, packages, key) for key in keys]
    found = [finding for one in checked for finding in one.findings]
    listed = {key: packages[key] for key in keys if key in packages} if show_diff else {}
    if form == "json" and show_diff:
        click.echo(_as_json(found, dict(_edits(host, listed))))
    elif form != "text":
        print_findings(Diagnostics(found) if found else None, form)
    else:
        _print_checked(host, checked)
        for _, difference in _edits(host, listed):
            print_lines(difference)
    return 1 if found else 0


def _as_json(found: Sequence[Diagnostic], differences: Mapping[str, str]) -> str:
    """Print what every command does, and with each file that was edited what was."""
    document = json.loads(as_json(Diagnostics(found) if found else None))
    for entry in document["diagnostics"]:
        if entry["rule"] in ("edited", "conflict") and entry["path"] in differences:
            entry["diff"] = differences[entry["path"]]
    return json_text(document)


def _checked(host: Host, packages: Packages, key: str) -> Checked:
    if key in packages:
        return check_package(host, key, packages[key])
    return Checked(key, (unlisted(key, packages),))


def _print_checked(host: Host, checked: Sequence[Checked]) -> None:
    for one in checked:
        for finding in one.findings:
            click.echo(_line(finding))
        if not one.findings:
            print_up_to_date(host, one.key, one.files, one.kept)
    if not checked:
        click.echo("nothing is vendored here")


def _line(finding: Diagnostic) -> str:
    place = f"{finding.place}: " if isinstance(finding.place, Location) else ""
    return f"{place}{finding.rule}: {finding.message}"


def _edits(host: Host, packages: Packages) -> Iterator[tuple[str, str]]:
    """Give path and difference of every edit against what was generated; where that is lost, a finding says so."""
    from codegen.files.output import edited

    for key, entry in packages.items():
        folder = host.folder(key)
        try:
            manifest = read_manifest(folder)
        except Diagnostics:
            continue
        base = read_base(host, manifest, entry.spec_sha256) if manifest else None
        for path in edited(folder) if base else ():
            yield shown_path(folder / path), _diff(folder / path, base.files[path] if base else "")


def _diff(path: Path, generated: str) -> str:
    now = path.read_text(encoding="utf-8", errors="replace").splitlines()
    name = shown_path(path)
    lines = difflib.unified_diff(generated.splitlines(), now, f"{name} (generated)", name, lineterm="")
    return "".join(f"{line}\n" for line in lines)


# -------------------------------------------------------------------------------------------------------------- update


@vendor.command()
@_dests
@click.option(
    "--to",
    metavar="SPEC",
    shell_complete=complete_one_spec,
    help="From another spec from now on, such as the next release.",
)
@names_option("--operations", help="Only these operations from now on.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@uncollected()
def update(dests: tuple[str, ...], to: str | None, operations: tuple[str, ...] | None, dry_run: bool) -> int:
    """Show what changed, generate anew, merge hand edits.

    A place that both sides changed is left between markers, and the exit code is 1.
    """
    from codegen.vendoring.updating import Wish, carry_out

    host, here = find_host(Path.cwd()), Path.cwd()
    wish = Wish(here=here, to=to, operations=operations)
    with changing(host):
        return _update(host, dests, wish, None if dry_run else carry_out)


_Hand = Callable[[Host, Packages, "Plan"], Packages]


def _update(host: Host, dests: Sequence[str], wish: Wish, hand: _Hand | None) -> int:
    """Without a hand to carry them out, plans are told and nothing else."""
    packages = read_lock(host)
    keys = chosen(host, dests, wish.here, packages)
    if (wish.to or wish.operations) and len(keys) != 1:
        raise click.UsageError("--to and --operations are for one package; name its DEST")
    plans = _plans(host, packages, keys, wish)
    _carry_out(host, packages, plans, hand)
    if not plans:
        click.echo("nothing is vendored here")
    return 1 if any(fate.lines for planned in plans for fate in planned.fates) else 0


def _carry_out(host: Host, packages: Packages, plans: Iterable[Plan], hand: _Hand | None) -> None:
    """Tell and do; a reader who goes away keeps nothing from being done, and is heard of when all is."""
    fault: OSError | None = None
    for planned in plans:
        fault = fault or _unsaid(partial(print_difference, host, planned))
        packages = hand(host, packages, planned) if hand else packages
        fault = fault or _unsaid(partial(print_outcome, host, planned, "wrote" if hand else "would write"))
    if fault:
        raise fault


def _unsaid(tell: Callable[[], None]) -> OSError | None:
    try:
        tell()
    except OSError as fault:
        return fault
    return None


def _plans(host: Host, packages: Packages, keys: Iterable[str], wish: Wish) -> list[Plan]:
    """Plan all before anything is written: what keeps one from being updated keeps all."""
    from codegen.vendoring.updating import plan

    plans: list[Plan] = []
    faults: list[Diagnostic] = []
    for key in keys:
        try:
            plans.append(plan(host, packages, key, wish))
        except Diagnostics as fault:
            faults += fault.found
    if faults:
        raise Diagnostics(faults)
    return plans


# -------------------------------------------------------------------------------------------------------------- remove


@vendor.command()
@click.argument("dest", metavar="DEST", shell_complete=complete_dest)
@click.option("--force", is_flag=True, help="Discard what was edited by hand.")
def remove(dest: str, force: bool) -> int:
    """Take a package out again; files of your own in its folder stay."""
    from codegen.vendoring.removing import remove as remove_package

    host = find_host(Path.cwd())
    removed = remove_package(host, dest, Path.cwd(), force=force)
    folder = shown(host.folder(removed.key))
    click.echo(f"removed: {folder} ({removed.entry.name}, {len(removed.paths)} files)")
    if removed.forgotten:
        click.echo(f"{folder}: still there, with all its files: nobody could tell which of them were generated")
    elif removed.left:
        click.echo(f"{folder}: still there, with files of your own")
    return 0
