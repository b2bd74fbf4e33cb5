"""Packages of hostile specs on every Python that is found here: each file compiles and each package imports, with every
warning an error. One process per Python; all vectors with SPECCAST_FULL=1, and the one spec that holds them all else.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from casting import write_tree
from hostile_specs import smaller
from sizes import FULL
from strategies import model_of
from test_hostile_commands import zoo
from test_hostile_groups import VECTORS, cast
from test_pythons import _run, environment

from codegen.pipeline import Product, generate

__all__ = ["environment"]
pytestmark = pytest.mark.xdist_group("pythons")  # each environment is made once

IMPORT = """
import importlib, sys
from pathlib import Path
found = sorted(path.name for path in Path.cwd().iterdir() if path.is_dir())
for name in found:
    for path in sorted(Path(name).rglob("*.py")):
        compile(path.read_text("utf-8"), str(path), "exec", dont_inherit=True)
    for module in ("models", "models.events", "errors"):
        importlib.import_module(f"{name}.{module}")
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        del sys.modules[module]
print(len(found))
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Write the packages of all that is cast."""
    folder = tmp_path_factory.mktemp("hostile")
    write_tree(folder / "zoo", generate(model_of(zoo())).files)
    forms = [(vector, form) for vector in VECTORS for form, must in vector["must_hold"].items() if must == "cast"]
    for vector, form in forms if FULL else ():
        product = cast(smaller(vector), form)
        assert isinstance(product, Product)
        write_tree(folder / f"{form}_{vector['id']}", product.files)
    return folder, 1 + (len(forms) if FULL else 0)


def test_a_hostile_package_compiles_and_imports_everywhere(environment: Path, packages: tuple[Path, int]) -> None:
    folder, count = packages
    done = _run(environment, "-W", "error", "-c", IMPORT, cwd=folder, PYTHONPATH=str(folder))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{count}\n", "")
