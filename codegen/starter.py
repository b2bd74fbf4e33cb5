"""A project to start from: one small service that validates, generates and passes its own tests.

In: a folder and a service's name. Out: the files written, or `Diagnostics` that name what is in the way; then nothing
is written. The specs are the JSON files of `templates/starter`, with the name set where it belongs.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from codegen.data import data_folder
from codegen.diagnostics import Diagnostic, Diagnostics, Location, quoted
from codegen.spec.ir import Json
from codegen.spec.source import shown_path

RELEASE = "2025-01-01"
FILES = ("service.json", "operations.json", "shapes.json")
_SERVICE = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PROJECT = "pyproject.toml"


def write_starter(folder: Path, service: str) -> tuple[Path, ...]:
    """Write the files; a pyproject.toml that knows speccast is left alone, another one gets a table."""
    if len(service) > 40 or not _SERVICE.fullmatch(service):
        message = f"{quoted(service)} cannot name a service: use a-z, 0-9 and single hyphens, a letter first"
        raise Diagnostics([Diagnostic("service-name", message)])
    files = {folder / path: text for path, text in starter_files(service).items()}
    _refuse_existing(files)
    table = _project_text(folder / _PROJECT, service)
    if table is not None:
        files[folder / _PROJECT] = table
    for path, text in files.items():
        _write(path, text)
    return tuple(files)


def starter_files(service: str) -> dict[str, str]:
    """Give the spec of the starter service by path relative to the project."""
    folder = data_folder("templates") / "starter"
    documents = {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in FILES}
    _set_name(documents["service.json"]["service"], service)
    return {
        f"specs/{service}/{RELEASE}/{name}": json.dumps(document, indent=2) + "\n"
        for name, document in documents.items()
    }


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


def _refuse_existing(files: Mapping[Path, str]) -> None:
    there = [path for path in files if path.exists() or path.is_symlink()]
    if there:
        message = "already there; remove it, or start in another folder"
        raise Diagnostics([Diagnostic("exists", message, Location(shown_path(path))) for path in there])


def _project_text(path: Path, service: str) -> str | None:
    """Give the text of pyproject.toml with our table in it; None when it has one."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    try:
        known = "speccast" in tomllib.loads(old).get("tool", {})
    except tomllib.TOMLDecodeError as fault:
        raise Diagnostics([Diagnostic("config", f"not TOML: {fault}", Location(shown_path(path)))]) from None
    if known:
        return None
    table = f'[tool.speccast]\nspecs = ["{service}"]\nout = "generated"\n'
    return f"{old.rstrip()}\n\n{table}" if old.strip() else table


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise Diagnostics([Diagnostic("write", f"cannot be written: {reason}", Location(shown_path(path)))]) from None
