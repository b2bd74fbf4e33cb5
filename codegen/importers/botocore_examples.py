"""`examples-1.json` of botocore -> `ir.Example`s.

In: the raw file, and the operations that it may name. Out: the examples in the order of the file. What is said of the
values beside them (`comments`, `id`) is kept in `traits`.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diagnostics import Place
from codegen.importers.botocore_extras import Operations
from codegen.importers.reading import ANY, OBJECT, TEXT, Kinds, Reading
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText

_EXAMPLE: Kinds = {"title": TEXT, "description": TEXT, "input": ANY, "output": ANY}


def read_examples(reading: Reading, raw: Json, operations: Operations) -> tuple[ir.Example, ...]:
    """Read the examples of all operations; one that names no operation is reported."""
    top, _ = reading.known(raw, {"version": ANY, "examples": OBJECT}, reading.place())
    entries = reading.object(top.get("examples", {}), reading.place("examples"))
    return tuple(example for name, listed in entries.items() for example in _of(reading, name, listed, operations))


def _of(reading: Reading, name: str, listed: Json, operations: Operations) -> Iterator[ir.Example]:
    at, operation = reading.place("examples", name), reading.name(name)
    if operation not in operations:
        reading.unknown("operation", name, [known.raw for known in operations], at.key())
    if not isinstance(listed, list):
        reading.faults.mismatch(listed, "an array", at)
        return
    for number, each in enumerate(listed):
        yield _read_example(reading, operation, each, at.child(number), number)


def _read_example(reading: Reading, operation: SpecText, raw: Json, at: Place, number: int) -> ir.Example:
    """An example without a title is named after its operation."""
    entry, traits = reading.known(raw, _EXAMPLE, at)
    return ir.Example(
        documentation=reading.text(entry.get("description")) or None,
        citations=reading.citations,
        traits=traits,
        at=at,
        operation=operation,
        title=reading.text(entry.get("title")) or SpecText(f"{operation.raw} {number + 1}"),
        input=entry.get("input", {}),
        output=entry.get("output"),
    )
