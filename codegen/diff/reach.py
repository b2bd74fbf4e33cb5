"""Which way a shape travels in one release, and which operations it travels with.

In: a model. Out: a direction and the operations, by shape. Errors and events count as answers.
Both are found by walking up from the shape to what operations, errors and events name: few shapes are ever asked for,
and of a model that is read lazily none has to be read for this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from codegen.diff.findings import Direction
from codegen.spec import ir
from codegen.spec.ir import ShapeId
from codegen.spec.lazily import Call, calls_of, targets_of, users_of

Way = tuple[bool, bool]
"""Whether a shape is in requests, and whether it is in answers."""

_DIRECTIONS = {
    (False, False): Direction.NONE,
    (True, False): Direction.INPUT,
    (False, True): Direction.OUTPUT,
    (True, True): Direction.BOTH,
}


def direction(incoming: bool, outgoing: bool) -> Direction:
    """Name the direction of what is in requests, in answers, in both or in neither."""
    return _DIRECTIONS[incoming, outgoing]


class Reach:
    """The graph of one model's shapes; what is asked for is worked out once."""

    def __init__(self, model: ir.Model) -> None:
        self._model = model
        self._ways: dict[str, tuple[bool, bool]] = {}
        self._operations: dict[str, frozenset[str]] = {}

    def way(self, shape: ShapeId) -> tuple[bool, bool]:
        """Tell whether a shape is in requests, and whether it is in answers."""
        if shape.raw not in self._ways:
            self._ways[shape.raw] = self._way(shape.raw)
        return self._ways[shape.raw]

    def _way(self, shape: str) -> tuple[bool, bool]:
        incoming = outgoing = False
        for above in self._upwards(shape):
            incoming = incoming or above in self.inputs
            outgoing = outgoing or above in self.outputs
            if incoming and outgoing:
                break
        return incoming, outgoing

    def operations(self, shape: ShapeId) -> frozenset[str]:
        """Give the operations whose input, output or errors reach a shape."""
        if shape.raw not in self._operations:
            found = (name for above in self._upwards(shape.raw) for name in self._roots.get(above, ()))
            self._operations[shape.raw] = frozenset(found)
        return self._operations[shape.raw]

    def _upwards(self, shape: str) -> Iterator[str]:
        """Walk a shape and all that holds it, each once."""
        seen, waiting = {shape}, [shape]
        while waiting:
            here = waiting.pop()
            yield here
            fresh = {*self._users.get(here, ())} - seen
            seen |= fresh
            waiting += fresh

    def below(self, starts: Iterable[str]) -> set[str]:
        """Name some shapes and all that they hold."""
        seen = {*starts}
        waiting = [*seen]
        while waiting:
            fresh = {*targets_of(self._model.shapes, waiting.pop())} - seen
            seen |= fresh
            waiting += fresh
        return seen

    @cached_property
    def inputs(self) -> frozenset[str]:
        """The shapes that requests begin with."""
        return frozenset(call.input for call in self._calls)

    @cached_property
    def outputs(self) -> frozenset[str]:
        """The shapes that answers, errors and events begin with."""
        errors = (*self._model.errors.values(), *self._model.service.common_errors)
        in_errors = (member.target.raw for error in errors for member in error.members)
        in_events = (event.detail.raw for event in self._model.events.values())
        return frozenset([*(call.output for call in self._calls), *in_errors, *in_events])

    @cached_property
    def _calls(self) -> Sequence[Call]:
        return calls_of(self._model.operations)

    @cached_property
    def _users(self) -> Mapping[str, Sequence[str]]:
        return users_of(self._model.shapes)

    @cached_property
    def _roots(self) -> Mapping[str, Sequence[str]]:
        """The operations that name a shape themselves, as input, as output or in an error."""
        roots: defaultdict[str, list[str]] = defaultdict(list)
        in_errors = {name.raw: [one.target.raw for one in error.members] for name, error in self._model.errors.items()}
        for call in self._calls:
            targets = (target for error in call.errors for target in in_errors.get(error, ()))
            for shape in {call.input, call.output, *targets}:
                roots[shape].append(call.operation)
        return roots
