"""Which modules are changed, and which tests are to notice."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent


class Module(NamedTuple):
    """A module by its path, the name that tests import it by, and the files of those tests."""

    path: str
    name: str
    tests: tuple[str, ...]

    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")


_WRITING = ("test_output", "test_output_merge", "test_output_refused", "test_output_remove")
_SIGNING = ("test_sandbox_signing",)

MODULES = (
    Module("codegen/emit/filters.py", "codegen.emit.filters", ("test_filters",)),
    Module("codegen/emit/style.py", "codegen.emit.style", ("test_style",)),
    Module("codegen/emit/verify.py", "codegen.emit.verify", ("test_verify",)),
    Module("templates/static/sigv4.py", "_speccast_runtime.sigv4", ("test_sigv4",)),
    Module("codegen/sandbox/signing.py", "codegen.sandbox.signing", _SIGNING),
    Module("codegen/sandbox/canonical.py", "codegen.sandbox.canonical", _SIGNING),
    Module("codegen/files/swap.py", "codegen.files.swap", ("test_swap",)),
    Module("codegen/files/output.py", "codegen.files.output", _WRITING),
    Module("codegen/files/manifest.py", "codegen.files.manifest", ("test_manifest",)),
    Module("codegen/files/lock.py", "codegen.files.lock", ("test_lock",)),
)
