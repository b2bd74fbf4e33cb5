"""Whether behaviour that was written for one release serves another, operation by operation.

In: the release that it was written for, the one that is served. Out: the first difference that it cannot bridge, or
None. What an input has more, behaviour does not read; what an output has more, it does not write.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.spec import ir


def misfit(written: ir.Model, served: ir.Model, name: ir.SpecText) -> str | None:
    """Say why an operation's behaviour cannot serve, such as `output Task.Status is gone`."""
    one, other = written.operations[name], served.operations[name]
    for side, old, new in (("input", one.input, other.input), ("output", one.output, other.output)):
        if old and new:
            differences = _Comparison(written, served, set(), is_output=side == "output").differences(old, new, "")
            if (found := next(differences, None)) is not None:
                return f"{side} {found}"
        elif old or (new and side == "output"):
            return f"{side} is {'gone' if old else 'new'}"
    return None


class _Comparison:
    """Walks two shapes side by side, each pair once."""

    def __init__(
        self, written: ir.Model, served: ir.Model, seen: set[tuple[ir.ShapeId, ir.ShapeId]], *, is_output: bool
    ) -> None:
        self._written, self._served, self._seen, self._is_output = written, served, seen, is_output

    def differences(self, old: ir.ShapeId, new: ir.ShapeId, path: str) -> Iterator[str]:
        if (old, new) in self._seen:
            return
        self._seen.add((old, new))
        one, other = self._written.shapes[old], self._served.shapes[new]
        if _kind(one) != _kind(other):
            yield f"{path or 'itself'} is of another type"
        elif isinstance(one, ir.Structure | ir.UnionOf):
            yield from self._members(ir.members_of(one), ir.members_of(other), path)
        else:
            for mine, theirs in zip(ir.members_of(one), ir.members_of(other), strict=True):
                yield from self.differences(mine.target, theirs.target, f"{path}[]")

    def _members(self, old: tuple[ir.Member, ...], new: tuple[ir.Member, ...], path: str) -> Iterator[str]:
        was, now = ({each.wire.raw: each for each in members} for members in (old, new))
        for name in (*was, *(name for name in now if name not in was)):
            here = f"{path}.{name}" if path else name
            if name not in now:
                if self._is_output or was[name].required:
                    yield f"{here} is gone"
            elif self._is_output and now[name].required and not (name in was and was[name].required):
                yield f"{here} is required"
            elif name in was:
                yield from self.differences(was[name].target, now[name].target, here)


def _kind(shape: ir.Shape) -> str:
    """Enums are texts to behaviour, and numbers of any width numbers."""
    return "Text" if isinstance(shape, ir.Enum | ir.Text) else type(shape).__name__
