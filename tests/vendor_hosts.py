"""Host projects for tests of `vendor`: a small service of their own, and a package of it that is vendored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from codegen.orders import Order
from codegen.upkeep import Rendered, render_all
from codegen.vendoring import making
from codegen.version import generator

ROOT = Path(__file__).parent.parent
STARTER = ROOT / "templates" / "starter"
OLD, NEW = "notes@2025-01-01", "notes@2025-06-01"
DEST = "src/shop/_vendor/notes"

_RENDERED: dict[object, Rendered] = {}


def spec_files(release: str = "2025-01-01") -> dict[str, str]:
    """Give the files of the service `notes`, as `init` writes one."""
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(STARTER.glob("*.json"))}
    service = files["service.json"].replace('"name": "example"', '"name": "notes"').replace("Example", "Notes")
    return {**files, "service.json": service.replace("2025-01-01", release)}


def write_spec(folder: Path, release: str = "2025-01-01", change: Callable[[dict[str, Any]], object] = len) -> None:
    """Write a release; `change` is given the shapes."""
    files = spec_files(release)
    content = json.loads(files["shapes.json"])
    change(content["shapes"])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**files, "shapes.json": json.dumps(content, indent=2) + "\n"}.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def add_member(shapes: dict[str, Any]) -> None:
    """Make a change that callers do not notice, at one place of the models."""
    members = shapes["CreateNoteRequest"]["members"]
    members["Place"] = {"target": "Title", "documentation": "Where the note belongs."}


def require_member(shapes: dict[str, Any]) -> None:
    """Make a change that breaks callers."""
    shapes["CreateNoteRequest"]["members"]["Color"]["required"] = True


def make_host(root: Path) -> Path:
    """Make a project with two releases of `notes` and a pyproject.toml; its root."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\n', encoding="utf-8")
    write_spec(root / "specs" / "notes" / "2025-01-01")
    write_spec(root / "specs" / "notes" / "2025-06-01", "2025-06-01", add_member)
    return root


def _render(orders: Sequence[Order]) -> tuple[Rendered, ...]:
    """Render each package once per process: what is the same comes out the same."""
    (order,) = orders
    known = (order.digest, order.operations, order.package, generator())
    if known not in _RENDERED:
        (_RENDERED[known],) = render_all(orders)
    return (_RENDERED[known],)


@contextmanager
def rendering_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "render_all", _render)
        yield


def tree(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder; caches, git and specs left out."""
    skipped = {"__pycache__", ".git", "specs"}
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not skipped & set(path.parts))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def lock_of(root: Path) -> dict[str, Any]:
    """Give the packages of the lock file, as JSON."""
    found: dict[str, Any] = json.loads((root / "speccast.lock").read_text(encoding="utf-8"))["packages"]
    return found


def replace_in(path: Path, changes: Mapping[str, str]) -> None:
    """Edit a file by hand."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8", newline="\n")
