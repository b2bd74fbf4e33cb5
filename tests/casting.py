"""Specs of tests, cast: from a spec to files, and from files to modules that are imported under a name of their own."""

from __future__ import annotations

import importlib
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from importlib.machinery import FileFinder, SourceFileLoader
from itertools import count
from pathlib import Path
from types import CodeType
from typing import Any

from strategies import Spec, model_of

from codegen.pipeline import generate

_NUMBERS = count()
_MODULES = ("models", "models._types", "models.events", "errors")


def files_of(spec: Spec) -> Mapping[str, str]:
    """Generate the package of a spec."""
    return generate(model_of(spec)).files


def write_tree(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8", newline="\n")


class _Loader(SourceFileLoader):
    """Compile a text once, whatever packages it stands in: the runtime is the same in all of them."""

    def get_code(self, fullname: str) -> CodeType:
        path = Path(self.get_filename(fullname))
        return _compiled(path.read_bytes(), f"{path.parent.name}/{path.name}")


@lru_cache(1000)
def _compiled(text: bytes, name: str) -> CodeType:
    return compile(text, name, "exec", dont_inherit=True)


@contextmanager
def _found_in(folder: str) -> Iterator[None]:
    """Put a folder on the path, its modules loaded by ours."""

    def finder(path: str) -> FileFinder:
        if not path.startswith(folder):
            raise ImportError(path)
        return FileFinder(path, (_Loader, [".py"]))

    sys.path_hooks.insert(0, finder)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        sys.path_hooks.remove(finder)
        for path in [path for path in sys.path_importer_cache if path.startswith(folder)]:
            del sys.path_importer_cache[path]


@contextmanager
def imported(files: Mapping[str, str]) -> Iterator[Any]:
    """Import a package and all that users import from it, any warning an error; forget it afterwards."""
    name = f"cast_for_a_test_{next(_NUMBERS)}"
    with tempfile.TemporaryDirectory() as folder, _found_in(folder), warnings.catch_warnings():
        warnings.simplefilter("error")
        write_tree(Path(folder) / name, files)
        importlib.invalidate_caches()
        try:
            package = importlib.import_module(name)
            for module in _MODULES:
                importlib.import_module(f"{name}.{module}")
            yield package
        finally:
            for module in [module for module in sys.modules if module.partition(".")[0] == name]:
                del sys.modules[module]
