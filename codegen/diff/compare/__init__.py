"""Two models -> every change between them, by what is said and not by how it is written.

`changes` is the list of subjects; each has a module. Shapes of one name are compared once, at their own path; where a
member refers to another shape than before, the two are compared at the member's.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diff.changes import Change, Pair
from codegen.diff.compare.errors import compare_errors
from codegen.diff.compare.extras import compare_extras
from codegen.diff.compare.operations import compare_operations
from codegen.diff.compare.service import compare_service
from codegen.diff.compare.shapes import compare_named_shapes


def changes(pair: Pair) -> Iterator[Change]:
    """Walk everything that differs."""
    yield from compare_service(pair)
    yield from compare_operations(pair)
    yield from compare_errors(pair)
    yield from compare_named_shapes(pair)
    yield from compare_extras(pair)
