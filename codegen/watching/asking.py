"""What is wanted, as it stands on disk at this moment.

In: what the command line says, and the project as it was last. Out: an order per package, and what keeps others from
being ordered: a spec that cannot be found keeps no other spec from being generated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.orders import Order, orders
from codegen.project import Project, read_project
from codegen.spec.source import shown_path
from codegen.watching.events import settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line says; `start` is where the project is looked for."""

    start: Path
    specs: tuple[str, ...] = ()
    out: Path | None = None
    operations: tuple[str, ...] | None = None


Outcome = tuple[Order, ...] | Diagnostics


def project_again(wanted: Wanted, before: Project) -> Project:
    """Read the project; one whose file is gone for a moment must not make packages of the defaults."""
    project = read_project(wanted.start)
    if before.file and project.file != before.file:
        message = "has no [tool.speccast] any more; nothing is generated until it is back"
        raise Diagnostics([Diagnostic("config", message, Location(shown_path(before.file)))])
    return project


def ask(wanted: Wanted, project: Project) -> Iterator[Outcome]:
    """Order each thing that is wanted by itself."""
    for specs, part in _parts(wanted, project):
        outcome = _order(wanted, specs, part)
        if isinstance(outcome, Diagnostics) and specs + part.specs in ((), ("all",)):
            yield from _one_by_one(wanted, part, outcome)
        else:
            yield outcome


def _parts(wanted: Wanted, project: Project) -> Iterator[tuple[tuple[str, ...], Project]]:
    if wanted.specs:
        yield from (((spec,), project) for spec in wanted.specs)
    elif project.entries:
        yield from (((), replace(project, entries=(entry,))) for entry in project.entries)
    else:
        yield (), project


def _order(wanted: Wanted, specs: tuple[str, ...], project: Project) -> Outcome:
    return settled(lambda: orders(specs, project, out=wanted.out, operations=wanted.operations))


def _one_by_one(wanted: Wanted, project: Project, fault: Diagnostics) -> Iterator[Outcome]:
    """All services at once could not be found: ask for each folder; when none can be ordered, the fault stands."""
    shelf = project.root / "specs"
    folders = sorted(path for path in shelf.glob("[!.]*") if path.is_dir())
    outcomes = [_order(wanted, (str(folder),), project) for folder in folders]
    told = [one for one in outcomes if not isinstance(one, Diagnostics) or one.found[0].rule != "no-spec"]
    yield from told or [fault]


def inputs_of(project: Project, asked: Iterable[Order]) -> tuple[Path, ...]:
    """Name the files and folders that decide what is generated."""
    origins = [order.found.origin for order in asked]
    return tuple(path for path in (*origins, project.file, project.templates) if path)


def folders_around(inputs: Iterable[Path], project: Project) -> tuple[Path, ...]:
    """Name the folders whose own entries count; none of them need be watched with all that is beneath it.

    What is gone may come back, so the folders above it count up to the project's; outside of it, one.
    """
    root, templates = project.root, project.templates
    steps = {step for path in inputs for step in _upwards(path, root)}
    beneath = [path for pattern in ("*/", "*/*/") for path in templates.glob(pattern)] if templates else []
    return tuple(sorted(path for path in {root, root / "specs", *steps, *beneath} if path.is_dir()))


def _upwards(path: Path, root: Path) -> tuple[Path, ...]:
    inside = [step for step in path.parents if step.is_relative_to(root)]
    return path, *(inside or [path.parent])
