"""Specs of tests, cast: from a spec to files, and from files to modules that are imported under a name of their own."""

from __future__ import annotations

import importlib
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
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


@contextmanager
def imported(files: Mapping[str, str]) -> Iterator[Any]:
    """Import a package and all that users import from it, any warning an error; forget it afterwards."""
    name = f"cast_for_a_test_{next(_NUMBERS)}"
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        write_tree(Path(folder) / name, files)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            package = importlib.import_module(name)
            for module in _MODULES:
                importlib.import_module(f"{name}.{module}")
            yield package
        finally:
            sys.path.remove(folder)
            for module in [module for module in sys.modules if module.partition(".")[0] == name]:
                del sys.modules[module]
