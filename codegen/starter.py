"""A project to start from: one small service that validates, generates and passes its own tests; or, for services that
are there already, what makes a project of them.

In: a folder and a service's name. Out: what was written and what was left alone, or `Diagnostics` that name what is in
the way; then nothing is written. The specs are the JSON files of `templates/starter`, with the name set where it
belongs; the workflow for GitHub is the YAML file beside them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from codegen.data import data_folder
from codegen.diagnostics import Diagnostic, Diagnostics, Location, quoted
from codegen.project import read_toml
from codegen.spec.ir import Json
from codegen.spec.source import read_regular_file, shown_path
from codegen.version import VERSION

SERVICE = "example"
RELEASE = "2025-01-01"
FILES = ("service.json", "operations.json", "shapes.json")
WORKFLOW = ".github/workflows/speccast.yml"
_SERVICE = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PROJECT = "pyproject.toml"
_THERE = "already there; remove it, or start in another folder"
_BLOCKED = "a file stands where a folder belongs; remove it, or start in another folder"
_TABLE = """\
[tool.speccast]
specs = [@specs@]  # what commands are about that name no SPEC; "notes@2025-01-01" pins a release
out = "generated"  # the folder that gets the package folders
# operations = ["CreateNote"]  # only these, and what they reach
# checks = { "CreateNoteRequest.Title:length" = "warn" }  # where the service takes more than its documents say
# accept = "accepted.toml"  # findings of diff that were reviewed
# templates = "overrides"  # templates of your own, printed instead of speccast's
"""


@dataclass(frozen=True, slots=True)
class Started:
    """What was written, what was left alone and why, and the repository that the folder is only a part of."""

    written: tuple[Path, ...]
    left: Mapping[Path, str]
    repository: Path | None


def write_starter(folder: Path, service: str | None = None, *, ci: bool = True) -> Started:
    """Write a service, a table and a workflow; without a name, for the services that are there, if there are any."""
    known = services_in(folder)
    added = None if service is None and known else _checked(SERVICE if service is None else service)
    plan = {folder / path: text for path, text in (starter_files(added) if added else {}).items()}
    faults = [Diagnostic("exists", _THERE, Location(shown_path(path))) for path in plan if _is_there(path)]
    left: dict[Path, str] = {}
    project, flow = folder / _PROJECT, folder / WORKFLOW
    if (table := _table_for(project, sorted({*known, added} if added else known))) is None:
        left[project] = "has [tool.speccast] already"
    else:
        plan[project] = table
    if ci and _is_there(flow):
        left[flow] = "is there already"
    elif ci:
        plan[flow] = workflow()
    faults += _blocked(folder, plan)
    if faults:
        raise Diagnostics(faults)
    for path, text in plan.items():
        _write(path, text, mode="a" if path == project else "x")
    return Started(tuple(plan), left, _repository_above(folder))


def services_in(folder: Path) -> tuple[str, ...]:
    """Name the services that have a release under `specs/`."""
    return tuple(sorted({path.parts[-3] for path in (folder / "specs").glob("[!.]*/[!.]*/[!.]*.json")}))


def _repository_above(folder: Path) -> Path | None:
    """Find the top of the git repository around a folder, when that is another folder."""
    absolute = folder.absolute()
    top = next((each for each in (absolute, *absolute.parents) if (each / ".git").exists()), None)
    return None if top == absolute else top


def starter_files(service: str) -> dict[str, str]:
    """Give the spec of the starter service by path relative to the project."""
    folder = data_folder("templates") / "starter"
    documents = {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in FILES}
    _set_name(documents["service.json"]["service"], service)
    return {
        f"specs/{service}/{RELEASE}/{name}": json.dumps(document, indent=2) + "\n"
        for name, document in documents.items()
    }


def workflow() -> str:
    """Give the workflow for GitHub, which installs the speccast that wrote it."""
    text = (data_folder("templates") / "starter" / "speccast.yml").read_text(encoding="utf-8")
    return text.replace("@version@", VERSION)


def _checked(service: str) -> str:
    if len(service) > 40 or not _SERVICE.fullmatch(service):
        message = f"{quoted(service)} cannot name a service: use a-z, 0-9 and single hyphens, a letter first"
        raise Diagnostics([Diagnostic("service-name", message)])
    return service


def _set_name(entry: dict[str, Json], service: str) -> None:
    """`note-book` gives the title `Note Book` and the target `NoteBook`."""
    title = service.replace("-", " ").title()
    entry |= {"name": service, "title": title, "serviceId": title, "target": title.replace(" ", "")}
    entry["endpoint"] = {
        "prefix": service,
        "template": f"https://{service}.{{region}}.api.example.com",
        "regions": ["us-east-1"],
    }
    entry["signing"] = {"version": "v4", "name": service}


# --------------------------------------------------------------------------------------------------------- the table


def _table_for(path: Path, services: Iterable[str]) -> str | None:
    """Give what is to be added to pyproject.toml; None when it has a table of ours."""
    old = _text(path) if _is_there(path) else ""
    if _has_table(path, old):
        return None
    specs = ", ".join(json.dumps(service, ensure_ascii=False) for service in services)
    blank = "" if not old.strip() else "\n" if old.endswith("\n") else "\n\n"
    added = blank + _TABLE.replace("@specs@", specs)
    try:
        tomllib.loads(old + added)
    except tomllib.TOMLDecodeError:
        message = f"cannot take a table [tool.speccast] at its end; add it by hand, with specs = [{specs}]"
        raise Diagnostics([Diagnostic("config", message, Location(shown_path(path)))]) from None
    return added.replace("\n", "\r\n") if "\r\n" in old else added


def _text(path: Path) -> str:
    try:
        return read_regular_file(path).decode("utf-8")
    except UnicodeDecodeError:
        message = "not UTF-8; save the file as UTF-8"
        raise Diagnostics([Diagnostic("config", message, Location(shown_path(path)))]) from None


def _has_table(path: Path, text: str) -> bool:
    """Say whether speccast's table is there; one that `read_project` refuses is told by whoever reads it."""
    tool: object = read_toml(shown_path(path), text).get("tool", {})
    return isinstance(tool, dict) and "speccast" in tool


# ----------------------------------------------------------------------------------------------------------- writing


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _blocked(folder: Path, paths: Iterable[Path]) -> list[Diagnostic]:
    """Find what stands where a folder belongs."""
    parents = {parent for path in paths for parent in path.parents if parent.is_relative_to(folder)}
    there = [path for path in parents if _is_there(path) and not path.is_dir()]
    return [Diagnostic("not-a-folder", _BLOCKED, Location(shown_path(path))) for path in there]


def _write(path: Path, text: str, *, mode: str = "x") -> None:
    """Make a file, or add to one: nothing that is there is ever cut."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, mode, encoding="utf-8", newline="") as stream:
            stream.write(text)
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise Diagnostics([Diagnostic("write", f"cannot be written: {reason}", Location(shown_path(path)))]) from None
