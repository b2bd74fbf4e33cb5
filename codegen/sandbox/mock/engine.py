"""A call -> what the behaviour answers, where there is any, else an example.

In: calls that were checked. Out: the members of the output, or a `Fault`. Examples need no database and keep nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codegen.sandbox.app import Closing, Engine
from codegen.sandbox.calling import Call
from codegen.sandbox.mock.answers import Answers, unanswerable
from codegen.sandbox.mock.coverage import Coverage
from codegen.sandbox.mock.wanted import wanted_error
from codegen.spec import ir
from codegen.spec.examples import Examples, NoExample
from codegen.spec.ir import Json, SpecText


@dataclass(frozen=True, slots=True)
class Mock:
    """`behaviour` has the operations that `coverage` says behave."""

    answers: Answers
    coverage: Coverage
    behaviour: Engine | None = None

    async def perform(self, call: Call) -> Mapping[str, Json]:
        """Answer a call; with the error that it asks for, where it asks for one."""
        operation = self.answers.examples.model.operations[SpecText(call.operation)]
        if call.wanted is not None:
            raise wanted_error(self.answers.examples, operation, call.wanted)
        if self.behaviour is not None and call.operation in self.coverage.behaving:
            return await self.behaviour.perform(call)
        if call.operation in self.coverage.refused:
            raise unanswerable(self.coverage.refused[call.operation])
        try:
            return self.answers.output(operation, call.input)
        except NoExample as reason:
            raise unanswerable(str(reason)) from None

    def close(self) -> None:
        if isinstance(self.behaviour, Closing):
            self.behaviour.close()


def mock(model: ir.Model, found: Coverage, behaviour: Engine | None) -> Mock:
    """Make what answers for a model."""
    return Mock(Answers(Examples(model)), found, behaviour)
