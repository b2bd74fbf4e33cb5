"""What docstrings say of an entry: its description, its constraints, what is not enforced and why, and its sources.

Out: `SpecText` throughout, for what is made of spec text is spec text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codegen.spec import ir
from codegen.spec.ir import SpecText
from codegen.spec.lowered import Unsupported, lower, superlinear
from codegen.spec.names import ClassName


def paragraph(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)


def sentence(text: SpecText | None) -> str:
    """End a description with a full stop."""
    raw = " ".join(text.raw.split()) if text else ""
    return raw if not raw or raw[-1] in ".!?" else raw + "."


def sources(citations: Iterable[ir.Citation]) -> str:
    """`Source: D0 (request.Title, line 57), M1 (shapes.EngagementTitle).`"""
    cited = [f"{one.source.raw}{_place(one)}" for one in citations]
    return f"Source: {', '.join(dict.fromkeys(cited))}." if cited else ""


def _place(citation: ir.Citation) -> str:
    if citation.place is None:
        return ""
    return f" ({citation.place.raw})" if citation.line is None else f" ({citation.place.raw}, line {citation.line})"


def decisions(entry: ir.Entry) -> str:
    return f"Decided: {', '.join(decision.raw for decision in entry.decisions)}." if entry.decisions else ""


def deprecation(entry: ir.Entry) -> str:
    if entry.deprecated is None:
        return ""
    since = f" since {entry.deprecated.since.raw}" if entry.deprecated.since else ""
    return f"Deprecated{since}. {sentence(entry.deprecated.message)}".strip()


def constraints(found: ir.Constraints, unit: str) -> Iterator[str]:
    """Say each constraint in a sentence; those not enforced say so."""
    if found.length:
        yield _marked(f"{bounds(found.length.min, found.length.max)} {unit}", found.length)
    if found.range:
        yield _marked(f"between {bounds(found.range.min, found.range.max)}", found.range)
    if found.pattern:
        yield _marked(_pattern(found.pattern), found.pattern)
    if found.unique_items:
        yield "No item twice."


def _marked(text: str, fact: ir.Length | ir.Range | ir.Pattern) -> str:
    text = text[0].upper() + text[1:]
    if fact.enforced:
        return f"{text}."
    return f"{text} (recorded, not enforced{f', see {fact.decision.raw}' if fact.decision else ''})."


def _pattern(pattern: ir.Pattern) -> str:
    meaning = "the whole of" if pattern.match is ir.Match.FULL else "a part of"
    text = f"pattern {pattern.text.raw} matches {meaning} the value"
    lowered = lower(pattern.text.raw, match=pattern.match.value, ascii=pattern.ascii)
    if isinstance(lowered, Unsupported):
        return f"{text} (not enforced: {lowered.reason})"
    return f"{text} (not enforced: super-linear)" if superlinear(lowered) else text


def bounds(least: int | float | None, most: int | float | None) -> str:
    """`(1, 40)` gives `1 to 40`; an open end is said in words."""
    if least is None:
        return f"at most {most}"
    if most is None:
        return f"at least {least}"
    return f"{least} to {most}" if least != most else f"exactly {least}"


_UNITS: Mapping[type[ir.Shape], str] = {ir.ListOf: "items", ir.MapOf: "entries", ir.Blob: "bytes"}


def of_shape(shape: ir.Shape) -> Iterator[str]:
    """Say what the shape itself demands of a value."""
    if isinstance(shape, ir.Text | ir.Number | ir.Blob | ir.ListOf | ir.MapOf | ir.Enum):
        yield from constraints(shape.constraints, _UNITS.get(type(shape), "characters"))
    if isinstance(shape, ir.Text) and shape.known_values:
        yield known_values(shape.known_values)
    if shape.sensitive:
        yield "Sensitive: shown nowhere."


def known_values(values: tuple[SpecText, ...]) -> str:
    return f"Known values: {', '.join(value.raw for value in values)}; others are not refused."


def of_member(member: ir.Member, model: ir.Model) -> str:
    """The paragraph on one member."""
    target = model.shapes[member.target]
    return paragraph(
        [
            sentence(member.documentation),
            deprecation(member),
            "Required." if member.required and not member.idempotency_token else "",
            (
                "Idempotency token: required on the wire, filled in by the client when left out."
                if member.idempotency_token
                else ""
            ),
            *of_shape(target),
            *constraints(member.constraints, _UNITS.get(type(target), "characters")),
            known_values(member.known_values) if member.known_values else "",
            f"Wire name: {member.wire.raw}.",
            decisions(member),
            sources([*member.citations, *target.citations]),
        ]
    )


def of_class(entry: ir.Entry, *more: str) -> str:
    """The paragraph that heads a class."""
    return paragraph([sentence(entry.documentation), deprecation(entry), *more, decisions(entry)])


def page(head: str, title: str, rows: Iterable[tuple[str, str]], tail: str) -> SpecText:
    """Lay out a docstring: head, titled rows, tail."""
    body = [f"    {name}: {text}" for name, text in rows]
    listed = ["", f"{title}:", *body] if body else []
    return SpecText("\n".join([head or "No description.", *listed, *(["", tail] if tail else [])]))


# --------------------------------------------------------------------------------------------------------------- types


_PYTHON_TYPES: Mapping[type[ir.Shape], str] = {
    ir.Text: "str",
    ir.Boolean: "bool",
    ir.Blob: "bytes",
    ir.Timestamp: "datetime",
}


def plain_type(shape: ir.Shape, classes: Mapping[SpecText, ClassName]) -> str:
    """The Python type of a shape that holds no others, without its constraints; an enum takes other values too."""
    match shape:
        case ir.Enum():
            return f"models.{classes[shape.id]} | str"
        case ir.IntEnum():
            return f"models.{classes[shape.id]} | int"
        case ir.Text(json_value=True) | ir.Document():
            return "Any"
        case ir.Number():
            return _number_type(shape)
        case _:
            return _PYTHON_TYPES[type(shape)]


def _number_type(number: ir.Number) -> str:
    if number.type is ir.NumberType.BIG_DECIMAL:
        return "Decimal"
    return "float" if number.type in (ir.NumberType.FLOAT, ir.NumberType.DOUBLE) else "int"


def or_none(target: ir.ListOf | ir.MapOf) -> str:
    """What follows the type of items or values: sparse ones may be null."""
    return " | None" if target.sparse else ""
