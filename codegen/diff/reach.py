"""Which way a shape travels in one release, and which operations it travels with.

In: a model. Out: a direction and the operations, by shape. Errors and events count as answers.
Both are found by walking up from the shape to what operations, errors and events name: few shapes are ever asked for,
and of a model that is read lazily none has to be read for this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from codegen.diff.findings import Direction
from codegen.spec import ir
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
        self._ways: dict[str, Way] = {}
        self._operations: dict[str, frozenset[str]] = {}

    def way(self, shape: str) -> Way:
        """Tell whether a shape is in requests, and whether it is in answers."""
        if shape not in self._ways:
            self._ways[shape] = self._way(shape)
        return self._ways[shape]

    def _way(self, shape: str) -> Way:
        incoming = outgoing = False
        for above in self._upwards(shape):
            incoming = incoming or above in self.inputs
            outgoing = outgoing or above in self.outputs
            if incoming and outgoing:
                break
        return incoming, outgoing

    def operations(self, shape: str) -> frozenset[str]:
        """Give the operations whose input, output or errors reach a shape; on the way its way is found as well."""
        if shape not in self._operations:
            above = [*self._upwards(shape)]
            roots = self._roots.keys() & above
            self._operations[shape] = frozenset(chain.from_iterable(map(self._roots.__getitem__, roots)))
            self._ways[shape] = not self.inputs.isdisjoint(above), not self.outputs.isdisjoint(above)
        return self._operations[shape]

    def _upwards(self, shape: str) -> Iterator[str]:
        """Walk a shape and all that holds it, each once."""
        users, above, seen = self.users, [shape], {shape}
        for here in above:  # which grows meanwhile
            yield here
            for user in users.get(here, ()):
                if user not in seen:
                    seen.add(user)
                    above.append(user)

    def targets(self, shape: str) -> Sequence[str]:
        """Name what a shape holds."""
        return targets_of(self._model.shapes, shape)

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
    def users(self) -> Mapping[str, Sequence[str]]:
        """The shapes that name a shape."""
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
