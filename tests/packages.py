"""Generated packages for tests: each release of the curated service, imported under a name of its own.

Both releases live side by side in one process; what is written stands in a temporary folder that goes with the process.
"""

from __future__ import annotations

import atexit
import importlib
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from codegen.pipeline import Product, generate
from codegen.spec import ir
from codegen.spec.parse import parse_model
from codegen.spec.source import read_spec_files

ROOT = Path(__file__).parent.parent
SPECS = ROOT / "specs" / "partnercentral-selling"
OLD, NEW = "2024-11-15", "2024-12-05"
RELEASES = (OLD, NEW)


@cache
def model_of(release: str) -> ir.Model:
    return parse_model(read_spec_files(SPECS / release))


@cache
def product_of(release: str) -> Product:
    return generate(model_of(release))


def write(product: Product, folder: Path) -> Path:
    """Write a package's files into `folder`, which is the package itself."""
    for name, text in product.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return folder


@cache
def _home() -> Path:
    """A folder on the path, for packages under names of their own."""
    folder = Path(tempfile.mkdtemp(prefix="speccast-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    sys.path.insert(0, str(folder))
    return folder


@cache
def package_of(release: str) -> ModuleType:
    """Import the package of a release, as `selling_2024_12_05`."""
    name = f"selling_{release.replace('-', '_')}"
    write(product_of(release), _home() / name)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def shape_of(release: str, name: str) -> Any:
    """Give the class of a shape."""
    return getattr(package_of(release).models, name)


def errors_of(release: str) -> Any:
    return package_of(release).errors


def without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    """Give what explicit nulls come to: they say the same as absent members."""
    return {name: item for name, item in value.items() if item is not None}
