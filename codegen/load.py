"""SPEC as a user names it -> the release it means, read as a model.

In: `partnercentral-selling`, `partnercentral-selling@2024-12-05`, a file, a folder, `HEAD~1:specs`, `botocore:sqs`,
`botocore:all`, `all`; the project.
Out: first `Found` (names and bytes: enough to tell that nothing changed), then `Loaded` (the model), or `Diagnostics`.
What is digested is what is parsed: every file is read once.

The same rules hold on disk and in git, because both are a `Tree`. They are tried in the order of `_RULES`; the first
that knows the name wins.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from codegen.data import data_folder
from codegen.diagnostics import Diagnostic, Diagnostics, Locate, Location, Note, quoted
from codegen.files.manifest import MANIFEST
from codegen.files.places import reading
from codegen.forms import BOTOCORE_FILES, ENDINGS, Form, Read, SpecFile, read_files, read_files_lazily
from codegen.project import Project
from codegen.spec import ir
from codegen.spec.cursor import nearest_name, words
from codegen.spec.source import locator
from codegen.trees import Disk, Git, Tree, is_git_path

if TYPE_CHECKING:
    from codegen.importers.settling import Settled

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Found:
    """One release before it is read as a model; `origin` is where it stands on disk, None in git; `commit` is git's."""

    shown: str
    files: tuple[SpecFile, ...]
    origin: Path | None
    commit: str | None = None

    @property
    def digest(self) -> str:
        return digest_of(self.files)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One release as a model; `name` is `service@release`, `warnings` say where a foreign model contradicts itself."""

    name: str
    model: ir.Model
    locate: Locate
    digest: str
    origin: Path | None
    form: Form = "speccast"
    warnings: tuple[Diagnostic, ...] = ()


def carried() -> Path:
    """Give the folder of the specs that come with speccast."""
    return data_folder("specs")


def digest_of(files: Iterable[SpecFile]) -> str:
    """Digest names and bytes, in the order of the names; nothing is parsed."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        digest.update(file.name.encode("utf-8", "surrogateescape") + b"\0" + _as_committed(file) + b"\0")
    return digest.hexdigest()


def _as_committed(file: SpecFile) -> bytes:
    """A checkout may have other line ends than the repository; in JSON they stand between values alone."""
    return file.content if file.name.endswith(".gz") else file.content.replace(b"\r\n", b"\n")


def resolve(specs: Sequence[str], project: Project) -> tuple[Loaded, ...]:
    """Find and read every release that is meant; with no SPEC, what the project says."""
    return tuple(load(found) for found in find(specs, project))


def load(found: Found) -> Loaded:
    """Read one release, of whichever form it is; what a foreign model contradicts itself in is not enforced."""
    loaded = _loaded(found, read_files(found.files))
    if loaded.form == "speccast":
        return loaded
    settled = _settler()(loaded.model)
    return replace(loaded, model=settled.model, warnings=settled.warnings)


def _settler() -> Callable[[ir.Model], Settled]:
    """Import what judges a foreign model when there is one, for its rules take as long as a small spec does."""
    settle: Callable[[ir.Model], Settled] = import_module("codegen.importers.settling").settle
    return settle


def load_lazily(found: Found) -> Loaded:
    """Read one release; of a large model what is asked for, and what is wrong elsewhere in it is never told."""
    return _loaded(found, read_files_lazily(found.files))


def _loaded(found: Found, read: Read) -> Loaded:
    service = read.model.service
    return Loaded(
        name=f"{service.name.raw}@{service.release.raw}",
        model=read.model,
        locate=locator(read.sources),
        digest=found.digest,
        origin=found.origin,
        form=read.form,
    )


# ----------------------------------------------------------------------------------------------------- what is meant


def find(specs: Sequence[str], project: Project, base: Path | None = None) -> tuple[Found, ...]:
    """Find every release that is meant, each once; paths of the command line start here, those of the project there."""
    base = base or (Path.cwd() if specs else project.root)
    found = [one for spec in specs or project.specs or (_every(project),) for one in _find(spec, base, project)]
    return tuple({one.shown: one for one in found}.values())


def _every(project: Project) -> str:
    """Without a word from anybody every service of the project is meant, and never those that come with speccast."""
    if project.file or (project.root / "specs").is_dir():
        return "all"
    message = "no project here: neither [tool.speccast] in a pyproject.toml nor a folder specs/"
    raise Diagnostics([Diagnostic("no-project", message, notes=(Note("name a SPEC, or run: speccast init"),))])


def _find(spec: str, base: Path, project: Project) -> tuple[Found, ...]:
    for rule in _RULES:
        found = rule(spec, base, project)
        if found:
            return found
    raise Diagnostics([_nothing_fits(spec, project)])


def _all(spec: str, base: Path, project: Project) -> tuple[Found, ...]:
    """Every service of the project; of the installed speccast where the project has no specs."""
    if spec != "all":
        return ()
    folders = [_folder(Disk(folder), ".") for folder in _shelves(project)]
    found = next((found for found in folders if found), ())
    if not found:
        raise Diagnostics([Diagnostic("no-spec", "no service under specs/; start one with `speccast init`")])
    return found


def _botocore(spec: str, base: Path, project: Project) -> tuple[Found, ...]:
    """`botocore:sqs`, the newest API version, or `botocore:sqs@2012-11-05`, or `botocore:all`, of the one installed."""
    prefix, colon, name = spec.partition(":")
    if prefix != "botocore" or not colon:
        return ()
    folder = _botocore_data()
    if folder and name == "all":
        return _every_service(Disk(folder))
    found = _service(Disk(folder), ".", name) if folder else ()
    if folder is None:
        message = f"{quoted(spec)} names a model that botocore brings, and botocore is not installed"
        raise Diagnostics([Diagnostic("no-botocore", message, notes=(Note("`pip install botocore` installs it"),))])
    if not found:
        raise Diagnostics([_not_in_botocore(Disk(folder), name)])
    return tuple(Found(shown=spec, files=one.files, origin=one.origin) for one in found)


def botocore_services() -> tuple[str, ...]:
    """Name the services that the installed botocore brings; none where it is not installed."""
    folder = _botocore_data()
    if folder is None:
        return ()
    data = Disk(folder)
    return tuple(sorted(name for name in data.children(".") if _newest(data, name)))


def _every_service(data: Disk) -> tuple[Found, ...]:
    """Each by the name it would be given alone."""
    found = {name: _service(data, ".", name) for name in data.children(".")}
    return tuple(
        Found(shown=f"botocore:{name}", files=one.files, origin=one.origin) for name in found for one in found[name]
    )


def _botocore_data() -> Path | None:
    """Find the models without importing botocore, which takes longer than reading one."""
    found = importlib.util.find_spec("botocore")
    places = found.submodule_search_locations if found else None
    return next((folder for place in places or () if (folder := Path(place) / "data").is_dir()), None)


def _not_in_botocore(data: Disk, name: str) -> Diagnostic:
    """Name what is near: among the releases of a service that is there, else among the services."""
    service, mark, _ = name.partition("@")
    releases = _releases(data, service) if _is_step(service) else []
    if releases and mark:
        note = f"known are {words([f'{service}@{release}' for release in releases])}"
    else:
        nearest = nearest_name(service, [each for each in data.children(".") if data.is_folder(each)])
        note = f"did you mean {quoted(f'botocore:{nearest}')}?" if nearest else ""
    message = f"the installed botocore has no service {quoted(name)}"
    return Diagnostic("no-such-spec", message, notes=(Note(note),) if note else ())


def _existing(spec: str, base: Path, project: Project) -> tuple[Found, ...]:
    """A file, or a folder: of one release, of a service, of services."""
    path = base / spec
    with reading(path):
        if not spec or not path.exists():
            return ()
        tree = Disk(path.parent)
        return _at(tree, path.name, spec) if path.name not in ("", "..") else _at(Disk(path), ".", spec)


def _named(spec: str, base: Path, project: Project) -> tuple[Found, ...]:
    for shelf in _shelves(project):
        if found := _service(Disk(shelf), ".", spec):
            return found
    return ()


def _in_git(spec: str, base: Path, project: Project) -> tuple[Found, ...]:
    """`HEAD~1:specs/x` counts from the top of the repository, `HEAD~1:./x` from here, `HEAD~1:service` is looked up."""
    if not is_git_path(spec):
        return ()
    revision, _, path = spec.partition(":")
    tree = Git.open(base, revision)
    step = tree.step_from_top(path)
    if tree.is_file(step) or tree.is_folder(step):
        return _at(tree, step, spec)
    shelf = tree.step_from_top(f"./{_relative(project.root / 'specs', base)}")
    names = _services(tree, shelf)
    found = _service(tree, shelf, path)
    if not found:
        raise Diagnostics([_not_found(spec, f"the revision {quoted(revision)} has no", path, names)])
    return found


def _relative(path: Path, base: Path) -> str:
    """`specs/` as seen from here; a project above gives `../specs`."""
    ups = len(base.parts) - len(path.parent.parts)
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else "../" * ups + path.name


_RULES: tuple[Callable[[str, Path, Project], tuple[Found, ...]], ...] = (_all, _botocore, _existing, _named, _in_git)


def _shelves(project: Project) -> tuple[Path, ...]:
    """Folders that hold a folder per service, the project's before ours."""
    return tuple(shelf for shelf in (project.root / "specs", carried()) if shelf.is_dir())


def _nothing_fits(spec: str, project: Project) -> Diagnostic:
    names = [name for shelf in _shelves(project) for name in _services(Disk(shelf), ".")]
    return _not_found(spec, "no", spec, names)


def _not_found(spec: str, none: str, name: str, known: Iterable[str]) -> Diagnostic:
    known = sorted(set(known))
    nearest = nearest_name(name, known)
    meant = f"did you mean {quoted(nearest)}?" if nearest else f"known are {words(known)}" if known else ""
    message = f"{none} file, folder or service {quoted(name)}"
    return Diagnostic("no-such-spec", message, notes=(Note(meant),) if meant else ())


# ------------------------------------------------------------------------------------------------ a place in a tree


def _at(tree: Tree, step: str, spec: str) -> tuple[Found, ...]:
    found = (_release(tree, step),) if tree.is_file(step) else _folder(tree, step)
    if not found:
        message = "neither a spec nor a folder of specs: no *.json file in it, nor one or two folders further down"
        raise Diagnostics([Diagnostic("no-spec", message, Location(tree.shown(step)))])
    return found


def _folder(tree: Tree, step: str) -> tuple[Found, ...]:
    """One release; or the newest of a service; or the newest of each service; or those of a project's specs/."""
    if _spec_names(tree, step):
        return (_release(tree, step),)
    if newest := _newest(tree, step):
        return (_release(tree, newest),)
    services = (_newest(tree, _join(step, name)) for name in tree.children(step))
    found = tuple(_release(tree, newest) for newest in services if newest)
    shelf = _join(step, "specs")
    return found or (_folder(tree, shelf) if tree.is_folder(shelf) else ())


def _service(tree: Tree, shelf: str, spec: str) -> tuple[Found, ...]:
    """`service` or `service@release` among the services of a shelf."""
    name, mark, release = spec.partition("@")
    if not _is_step(name) or (mark and not _is_step(release)):
        return ()
    folder = _join(shelf, name)
    step = _join(folder, release) if mark else _newest(tree, folder)
    return (_release(tree, step),) if step and _spec_names(tree, step) else ()


def _services(tree: Tree, shelf: str) -> Iterator[str]:
    """Every name that `_service` finds."""
    for name in tree.children(shelf):
        releases = _releases(tree, _join(shelf, name))
        if releases:
            yield name
        yield from (f"{name}@{release}" for release in releases)


def _is_step(name: str) -> bool:
    return name not in ("", ".", "..") and "/" not in name and "\\" not in name


def _newest(tree: Tree, service: str) -> str | None:
    releases = _releases(tree, service)
    return _join(service, releases[-1]) if releases else None


def _releases(tree: Tree, service: str) -> list[str]:
    """Releases of a service, the newest last; a name that is no date counts as older than any that is."""
    names = (name for name in tree.children(service) if _spec_names(tree, _join(service, name)))
    return sorted(names, key=lambda name: (bool(_DATE.fullmatch(name)), name))


def _release(tree: Tree, step: str) -> Found:
    steps = _with_siblings(tree, step) if tree.is_file(step) else [_join(step, n) for n in _spec_names(tree, step)]
    files = (SpecFile(PurePosixPath(each).name, tree.shown(each), tree.read(each)) for each in steps)
    return Found(tree.shown(step), tuple(files), tree.on_disk(step), tree.commit())


def _with_siblings(tree: Tree, step: str) -> list[str]:
    """A model of botocore brings along what stands beside it; any other file stands alone."""
    path = PurePosixPath(step)
    if path.name not in _names_of(BOTOCORE_FILES[0]):
        return [step]
    folder = str(path.parent)
    return [step, *(_join(folder, name) for name in _botocore_names(tree, folder, BOTOCORE_FILES[1:]))]


def _spec_names(tree: Tree, folder: str) -> list[str]:
    """Names of the files that make a release; hidden files, JSON Schemas and generated packages are none."""
    if tree.is_file(_join(folder, MANIFEST)):
        return []
    if _botocore_names(tree, folder, BOTOCORE_FILES[:1]):
        return _botocore_names(tree, folder, BOTOCORE_FILES)
    return [
        name
        for name in tree.children(folder)
        if name.endswith(".json") and not name.startswith(".") and not name.endswith(".schema.json")
    ]


def _botocore_names(tree: Tree, folder: str, stems: Iterable[str]) -> list[str]:
    """Find the files of a release of botocore, each plain or packed."""
    there = tree.children(folder)
    found = (next((name for name in _names_of(stem) if name in there), None) for stem in stems)
    return [name for name in found if name]


def _names_of(stem: str) -> tuple[str, ...]:
    return tuple(stem + ending for ending in ENDINGS)


def _join(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"
