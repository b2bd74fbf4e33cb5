"""The error that a caller asks for, by the header `X-Speccast-Error: ResourceNotFoundException`.

In: the examples of a model, a call's operation, a code. Out: a `Fault` with the members that the error must have; or
one that names the errors there are.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.sandbox.calling import Fault
from codegen.spec import ir
from codegen.spec.examples import Examples, NoExample
from codegen.spec.ir import Json

HEADER = "X-Speccast-Error"


def wanted_error(examples: Examples, operation: ir.Operation, code: str) -> Fault:
    """Make the error; of the service's errors any will do, of an operation it names its own where there is none."""
    model = examples.model
    known = (*model.errors.values(), *model.service.common_errors)
    found = next((each for each in known if code in _names(each)), None)
    if found is None:
        own = ", ".join(sorted(name.raw for name in operation.errors)) or "none of its own"
        return Fault("ValidationException", f"{HEADER} names no error of the service; this operation has {own}.")
    return Fault(found.name.raw, f"Asked for by {HEADER}.", dict(_members(examples, found)))


def _names(error: ir.Error) -> set[str]:
    return {name.raw for name in (error.name, error.code, *error.aliases) if name is not None}


def _members(examples: Examples, error: ir.Error) -> Iterator[tuple[str, Json]]:
    for member in error.members:
        if member.wire.raw.lower() != "message":
            try:
                yield member.wire.raw, examples.value(member)
            except NoExample:
                continue
