"""Imports go downwards only; the table of floors, held to the code."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen import version
from codegen.version import COUNTED

ROOT = Path(__file__).parent.parent
FLOORS = {
    "collecting": 0,
    "data": 0,
    "diagnostics": 0,
    "digests": 0,
    "lineends": 0,
    "records": 0,
    "version": 0,
    "overrides": 1,
    "processes": 1,
    "shards": 0,
    "pages": 1,
    "spec": 1,
    "documents": 2,
    "emit": 2,
    "importers": 2,
    "diff": 3,
    "exporters": 3,
    "files": 3,
    "tomlplaces": 0,
    "project": 4,
    "trees": 4,
    "forms": 4,
    "load": 4,
    "pipeline": 4,
    "soundness": 4,
    "curation": 5,
    "freshness": 5,
    "intake": 5,
    "lint": 5,
    "mass": 5,
    "neighbours": 5,
    "orders": 5,
    "reference": 5,
    "review": 5,
    "sandbox": 5,
    "starter": 5,
    "vendoring": 5,
    "upkeep": 5,
    "watching": 5,
    "cli": 6,
    "__main__": 7,
}
"""Room -> floor. A room imports from floors below, and from its own where `SAME_FLOOR` says so."""

SAME_FLOOR = {
    ("version", "data"),
    ("version", "digests"),
    ("version", "lineends"),
    ("diagnostics", "digests"),
    ("diagnostics", "records"),
    ("tomlplaces", "records"),
    ("overrides", "spec"),
    ("load", "forms"),
    ("load", "project"),
    ("load", "trees"),
    ("soundness", "forms"),
    ("curation", "vendoring"),
    ("freshness", "orders"),
    ("upkeep", "orders"),
    ("mass", "orders"),
    ("mass", "upkeep"),
    ("neighbours", "orders"),
    ("reference", "orders"),
    ("reference", "upkeep"),
    ("reference", "vendoring"),
    ("vendoring", "orders"),
    ("vendoring", "review"),
    ("vendoring", "upkeep"),
    ("watching", "freshness"),
    ("watching", "orders"),
    ("watching", "review"),
    ("watching", "upkeep"),
}


def _modules(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*.py") if "_data" not in path.parts)
    assert found, folder
    return found


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Walk what is imported, as absolute names; `from a import b` may name the module `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{'.' * node.level}{node.module or ''}.{alias.name}", node.lineno) for alias in node.names)


def _room(name: str) -> str | None:
    """`codegen.spec.ir.Model` gives `spec`."""
    parts = name.split(".")
    return parts[1] if parts[0] == "codegen" and len(parts) > 1 else None


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_every_room_has_a_floor_and_every_floor_its_rooms() -> None:
    rooms = {path.stem for path in (ROOT / "codegen").iterdir() if path.suffix == ".py" and path.stem != "__init__"}
    rooms |= {path.name for path in (ROOT / "codegen").iterdir() if path.is_dir() and path.name[0] != "_"}
    assert rooms == FLOORS.keys()


def test_the_table_for_newcomers_says_the_same() -> None:
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (`.*`) \|$", text, re.MULTILINE)
    told = {room: int(floor) for floor, rooms in rows for room in re.findall(r"`(\w+)`", rooms)}
    assert told == {room: floor for room, floor in FLOORS.items() if room != "__main__"}


@pytest.mark.parametrize("path", _modules(ROOT / "codegen"), ids=_name)
def test_a_module_imports_downwards_only(path: Path) -> None:
    here = _room(_name(path))
    for name, line in _imports(_parse(path)):
        there = _room(name)
        assert not name.startswith("."), f"{path}:{line}: a relative import; write the whole name"
        if here is None or there is None or here == there or (here, there) in SAME_FLOOR:
            continue
        assert FLOORS[there] < FLOORS[here], f"{path}:{line}: {here} may not import {there}"


def test_no_exception_to_the_floors_is_left_over() -> None:
    used = {
        (_room(_name(path)), _room(name)) for path in _modules(ROOT / "codegen") for name, _ in _imports(_parse(path))
    }
    assert used >= SAME_FLOOR


@pytest.mark.parametrize("path", _modules(ROOT / "codegen"), ids=_name)
def test_imports_stand_at_the_top(path: Path) -> None:
    """Only `cli` loads what a command needs when it is called."""
    if _room(_name(path)) == "cli":
        return
    inside = [
        line
        for function in ast.walk(_parse(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for _, line in _imports(function)
    ]
    assert inside == []


@pytest.mark.parametrize("path", _modules(ROOT / "codegen"), ids=_name)
def test_only_the_command_line_catches_everything_prints_or_exits(path: Path) -> None:
    """`processes` catches everything too, where a worker does."""
    room = _room(_name(path))
    if room in ("cli", "__main__"):
        return
    for node in ast.walk(_parse(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            plain = caught not in ("everything", "Exception", "BaseException")
            assert plain or room == "processes", f"{path}:{node.lineno}: {caught}"
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in ("print", "sys.exit", "exit"), f"{path}:{node.lineno}"


@pytest.mark.parametrize("folder", ["generated", "templates/static"])
def test_what_is_generated_needs_nothing_of_the_generator(folder: str) -> None:
    faults = [
        f"{path}:{line}: {name}"
        for path in _modules(ROOT / folder)
        for name, line in _imports(_parse(path))
        if name.split(".")[0] == "codegen"
    ]
    assert faults == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        _name(path)
        for path in _modules(ROOT / "codegen")
        if path.stat().st_size and not ast.get_docstring(_parse(path))
    ]
    assert silent == []


# ---------------------------------------------------------------------------------------------------- the fingerprint


def test_whatever_the_pipeline_reaches_counts_in_the_fingerprint() -> None:
    waiting, reached = ["codegen.pipeline"], set[str]()
    while waiting:
        path = _file(waiting.pop())
        if path is not None and _name(path) not in reached:
            reached.add(_name(path))
            waiting += [name for name, _ in _imports(_parse(path))]
    rooms = {room for name in reached if (room := _room(name))}
    assert rooms == {name.removesuffix(".py") for name in COUNTED}


def _file(name: str) -> Path | None:
    """Find the module of `codegen.spec.ir.Model`: the longest beginning that is a file."""
    parts = name.split(".")
    for end in range(len(parts), 1, -1) if parts[0] == "codegen" else ():
        base = ROOT.joinpath(*parts[:end])
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.is_file():
                return path
    return None


@pytest.mark.parametrize("edit", ["x", "\n"])
def test_an_edit_of_a_template_changes_the_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: str
) -> None:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.setattr(version, "data_folder", tmp_path.joinpath)
    fingerprint = version.fingerprint.__wrapped__
    before = fingerprint()
    assert before == version.fingerprint()
    path = sorted((tmp_path / "templates").rglob("*.j2"))[0]
    content = path.read_bytes()
    path.write_bytes(content + edit.encode())
    assert fingerprint() != before
    path.write_bytes(content.replace(b"\n", b"\r\n"))
    assert fingerprint() == before
