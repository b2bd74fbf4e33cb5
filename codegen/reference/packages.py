"""Which files to look into: the package on disk where it is of this very spec, else none, or what would be generated.

In: an order (spec, folder, settings), or a file of a package. Out: `Package`: the files that say anything of the spec,
how a user names them, and what is to be said of them beside: edited by hand, not there, of another state of the spec.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location, Note, quoted
from codegen.emit.selection import select
from codegen.emit.views.levels import Levels
from codegen.files.manifest import MANIFEST, Manifest, digest, read_manifest
from codegen.load.loaded import Loaded, load
from codegen.orders import Order, orders
from codegen.overrides import read_overrides
from codegen.pipeline import generate
from codegen.project import Project, read_project
from codegen.reference.naming import Naming, naming_of
from codegen.spec import names
from codegen.spec.check import find_errors
from codegen.spec.source import read_regular_file, shown_path
from codegen.upkeep import options_of
from codegen.vendoring.host import find_host
from codegen.vendoring.lockfile import read_lock
from codegen.vendoring.naming import find_again


@dataclass(frozen=True, slots=True)
class Package:
    """`folder` is where it is or would be; `edited` names files that are not as they were generated."""

    folder: Path
    loaded: Loaded
    naming: Naming
    files: Mapping[str, str]
    edited: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def shown(self, path: str) -> str:
        """Name a file as the user would: `generated/post/client.py`."""
        return shown_path(self.folder / path)


def order_of(spec: str, out: Path | None) -> Order:
    """Order the one package that a SPEC means, with the settings of the project here."""
    first, *more = orders([spec], read_project(Path.cwd()), out=out)
    if more:
        shown = ", ".join(one.found.shown for one in (first, *more[:2])) + (" ..." if len(more) > 2 else "")
        message = f"{quoted(spec)} means {len(more) + 1} specs: name one of them, {shown}"
        raise Diagnostics([Diagnostic("several-specs", message)])
    return first


def package_of(order: Order) -> Package:
    """Read the package if it was generated from this very spec; else give one without files, which takes no time."""
    loaded = load(order.found)
    return _current(order, loaded) or _unwritten(order, loaded)


def rendered_package(order: Order) -> Package:
    """Read the package if it was generated from this very spec; else render it in memory."""
    loaded = load(order.found)
    return _current(order, loaded) or _rendered(order, loaded)


def _folder(order: Order, loaded: Loaded) -> Path:
    return order.out / (order.package or names.package(loaded.model.service.name))


def _current(order: Order, loaded: Loaded) -> Package | None:
    folder = _folder(order, loaded)
    manifest = read_manifest(folder)
    if manifest and manifest.spec_digest == order.digest and manifest.operations == order.operations:
        return _on_disk(folder, manifest, order, loaded)
    return None


def _unwritten(order: Order, loaded: Loaded) -> Package:
    _refuse_errors(loaded)
    folder = _folder(order, loaded)
    remedy = "run speccast generate, or add --render, to see the lines and cases"
    return Package(folder, loaded, naming_for(order, loaded), {}, notes=(f"{_why(folder)}: {remedy}",))


def _why(folder: Path) -> str:
    return f"{shown_path(folder)} is {'of another state of the spec' if read_manifest(folder) else 'not there'}"


def naming_for(order: Order, loaded: Loaded) -> Naming:
    """Name what the package has: the operations that were chosen, and the checks of the project."""
    model = select(loaded.model, order.operations) if order.operations is not None else loaded.model
    return naming_of(model, Levels(order.checks))


def _on_disk(folder: Path, manifest: Manifest, order: Order, loaded: Loaded) -> Package:
    files = dict(_read(folder, manifest))
    edited = tuple(path for path, text in files.items() if digest(text) != manifest.files[path])
    gone = sorted(path for path in manifest.files if _tells(path) and path not in files)
    notes = [f"{shown_path(folder / path)} was edited by hand: lines may be off" for path in edited]
    notes += [f"{shown_path(folder / path)} is not there" for path in gone]
    return Package(folder, loaded, naming_for(order, loaded), files, edited, tuple(notes))


def _read(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    for path in manifest.files:
        if _tells(path) and (folder / path).is_file():
            yield path, read_text(folder / path)


def _tells(path: str) -> bool:
    """Leave out the runtime, which is the same for every spec, and what is no Python."""
    return path.endswith((".py", "cases.json")) and not path.startswith("_runtime/")


def read_text(path: Path) -> str:
    """Read a file of a package, with line feeds alone. Raises Diagnostics for what is no text."""
    try:
        return read_regular_file(path).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Diagnostics([Diagnostic("encoding", "not a text in UTF-8", Location(shown_path(path)))]) from None


def _refuse_errors(loaded: Loaded) -> None:
    """Refuse a spec that no package can be made of."""
    if errors := find_errors(loaded.model):
        raise Diagnostics(errors, loaded.locate)


def _rendered(order: Order, loaded: Loaded) -> Package:
    _refuse_errors(loaded)
    folder = _folder(order, loaded)
    note = f"{_why(folder)}: lines are told as speccast generate would write them"
    try:
        product = generate(loaded.model, options_of(order))
    except Diagnostics as fault:
        raise Diagnostics(fault.found, loaded.locate) from None
    files = {path: text for path, text in product.files.items() if _tells(path)}
    return Package(folder, loaded, naming_for(order, loaded), files, notes=(note,))


# --------------------------------------------------------------------------------------------- from a file to its spec


@dataclass(frozen=True, slots=True)
class Generated:
    """A file that was generated: its package's folder and manifest, and its path within."""

    folder: Path
    manifest: Manifest
    path: str


def generated_file(path: Path) -> Generated:
    """Find the package that a file belongs to. Raises Diagnostics for a file that speccast did not generate."""
    read_regular_file(path)
    whole = Path.cwd() / path
    for folder in whole.parents:
        manifest = read_manifest(folder)
        inner = whole.relative_to(folder).as_posix()
        if manifest and (inner in manifest.files or inner == MANIFEST):
            return Generated(folder, manifest, inner)
    message = f"not generated by speccast: no {MANIFEST} in its folder, or above, lists it"
    hint = "of a spec, name what stands there: speccast explain SPEC SUBJECT"
    notes = (Note(hint),) if path.suffix == ".json" else ()
    raise Diagnostics([Diagnostic("not-generated", message, Location(shown_path(path)), notes=notes)])


def package_around(file: Generated, spec: str | None) -> tuple[Package, Order]:
    """Read the package of a file; its spec is the one that is named, that was vendored, or that the manifest names."""
    order = _order_for(file, spec)
    package = _on_disk(file.folder, file.manifest, order, load(order.found))
    if order.digest == file.manifest.spec_digest:
        return package, order
    note = f"{order.found.shown} is not as it was when this package was generated: what is told is as it is now"
    return replace(package, notes=(note, *package.notes)), order


def _order_for(file: Generated, spec: str | None) -> Order:
    """Give the order whose digest is the manifest's, else the likeliest."""
    likely = [replace(one, operations=file.manifest.operations) for one in _candidates(file, spec)]
    if not likely:
        message = f"its spec {quoted(file.manifest.spec)} is not here; name it: speccast explain SPEC FILE:LINE"
        raise Diagnostics([Diagnostic("no-such-spec", message, Location(shown_path(file.folder / MANIFEST)))])
    return next((one for one in likely if one.digest == file.manifest.spec_digest), likely[0])


def _candidates(file: Generated, spec: str | None) -> Iterator[Order]:
    if spec is not None:
        yield order_of(spec, None)
        return
    yield from _vendored(file)
    name = file.manifest.spec
    for project in _projects(file.folder):
        for asked in ([], [name], [f"botocore:{name}"], [f"botocore:{name.partition('@')[0]}"]):
            try:
                found = orders(asked, project)
            except Diagnostics:
                continue
            yield from (one for one in found if asked or _is_of(one, file.manifest))


def _projects(folder: Path) -> Iterator[Project]:
    """The project around a package, or the folder above that has specs; then the one that is worked in."""
    above = next((one for one in folder.parents if (one / "specs").is_dir()), folder)
    yield from {one.root: one for one in map(read_project, (folder, above, Path.cwd()))}.values()


def _is_of(order: Order, manifest: Manifest) -> bool:
    return order.digest == manifest.spec_digest


def _vendored(file: Generated) -> Iterator[Order]:
    """What the lock file of the project around says the package was made from."""
    host = find_host(file.folder)
    for key, entry in read_lock(host).items():
        if host.folder(key).resolve() == file.folder.resolve():
            found = find_again(entry.spec, entry.origin, host).found
            overrides = read_overrides(read_project(host.root).templates)
            out, package = file.folder.parent, file.folder.name
            yield Order(found=found, out=out, package=package, checks=entry.checks, overrides=overrides)
