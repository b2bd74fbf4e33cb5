"""Waiters -> methods that repeat an operation, and the records of `operations.py` that say until when."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.emit.views.operations import OperationView
from codegen.emit.views.paths import wire_path
from codegen.emit.views.symbols import Symbols, wait_for
from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.names import ConstantName, MethodName


@dataclass(frozen=True, slots=True)
class AcceptorView:
    state: str
    matcher: str
    argument: SpecText | None
    expected: SpecText | int | float | bool | None


@dataclass(frozen=True, slots=True)
class WaiterView:
    """`operation`, `arguments` and `shape` are those of the operation that is repeated."""

    method: MethodName
    constant: ConstantName
    name: SpecText
    delay: int
    max_attempts: int
    acceptors: tuple[AcceptorView, ...]
    operation: OperationView
    doc: SpecText

    @property
    def lone_acceptor(self) -> AcceptorView | None:
        """The acceptor that is the only one: black puts a tuple of one on one line."""
        return self.acceptors[0] if len(self.acceptors) == 1 else None


def view_waiter(waiter: ir.Waiter, operation: OperationView, model: ir.Model, symbols: Symbols) -> WaiterView:
    """View one waiter, of an operation that is viewed already."""
    text = (
        f"Repeat {waiter.operation.raw} every {waiter.delay} seconds, {waiter.max_attempts} times at most, until "
        f"{waiter.name.raw} holds; give the last answer, None where an error meant success."
    )
    output = model.operations[waiter.operation].output
    acceptors = tuple(
        AcceptorView(one.state.value, one.matcher.value, argument, _expected(one.expected))
        for one in waiter.acceptors
        for argument in [one.argument and wire_path(model, output, one.argument)]
    )
    key = wait_for(waiter.name)
    return WaiterView(
        symbols.methods[key], symbols.operations[key], waiter.name, waiter.delay, waiter.max_attempts, acceptors,
        operation, SpecText(text),
    )  # fmt: skip


def _expected(value: ir.Json) -> SpecText | int | float | bool | None:
    if isinstance(value, str):
        return SpecText(value)
    return value if isinstance(value, bool | int | float) else None
