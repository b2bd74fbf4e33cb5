"""SPEC as a user names it -> every release that it means.

In: what the command line says, or else the project. Out: `Found`, each once, or `Diagnostics`. The rules are tried in
the order of `_RULES`; the first that knows the name wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from codegen.data import data_folder
from codegen.diagnostics import Diagnostic, Diagnostics, Note, quoted
from codegen.files.places import reading
from codegen.load.found import Found
from codegen.load.installed import find_in_botocore
from codegen.load.releases import found_at, found_in, found_service, service_names
from codegen.project import Project
from codegen.spec.wording import nearest_name, words
from codegen.trees import Disk, Git, is_git_path


def carried() -> Path:
    """Give the folder of the specs that come with speccast."""
    return data_folder("specs")


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
    folders = [found_in(Disk(folder), ".") for folder in _shelves(project)]
    found = next((found for found in folders if found), ())
    if not found:
        raise Diagnostics([Diagnostic("no-spec", "no service under specs/; start one with `speccast init`")])
    return found


def _botocore(spec: str, base: Path, project: Project) -> tuple[Found, ...]:
    """`botocore:sqs`, the newest API version, or `botocore:sqs@2012-11-05`, or `botocore:all`, of the one installed."""
    prefix, colon, name = spec.partition(":")
    return find_in_botocore(name) if prefix == "botocore" and colon else ()


def _existing(spec: str, base: Path, project: Project) -> tuple[Found, ...]:
    """A file, or a folder: of one release, of a service, of services."""
    path = base / spec
    with reading(path):
        if not spec or not path.exists():
            return ()
        tree = Disk(path.parent)
        return found_at(tree, path.name, spec) if path.name not in ("", "..") else found_at(Disk(path), ".", spec)


def _named(spec: str, base: Path, project: Project) -> tuple[Found, ...]:
    for shelf in _shelves(project):
        if found := found_service(Disk(shelf), ".", spec):
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
        return found_at(tree, step, spec)
    shelf = tree.step_from_top(f"./{_relative(project.root / 'specs', base)}")
    names = service_names(tree, shelf)
    found = found_service(tree, shelf, path)
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
    names = [name for shelf in _shelves(project) for name in service_names(Disk(shelf), ".")]
    return _not_found(spec, "no", spec, names)


def _not_found(spec: str, none: str, name: str, known: Iterable[str]) -> Diagnostic:
    known = sorted(set(known))
    nearest = nearest_name(name, known)
    meant = f"did you mean {quoted(nearest)}?" if nearest else f"known are {words(known)}" if known else ""
    message = f"{none} file, folder or service {quoted(name)}"
    return Diagnostic("no-such-spec", message, notes=(Note(meant),) if meant else ())
