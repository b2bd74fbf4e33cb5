"""`ir.Model` -> one JSON Schema (2020-12) with a definition of every shape and error.

In: a model. Out: the schema; a value is judged by `#/$defs/<shape>`. A definition says what the generated models check
before they send; what JSON Schema cannot say is told in a `$comment` (see `codegen.emit.jsonschema`).
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.emit.jsonschema import Schema, json_schema
from codegen.exporters.pretty import pretty
from codegen.exporters.sentences import without_docs
from codegen.records import replace
from codegen.spec import ir
from codegen.spec.ir import SpecText


def json_schema_text(model: ir.Model, *, docs: bool) -> str:
    """Print the definitions of a model."""
    return pretty(definitions(model if docs else without_docs(model)))


def definitions(model: ir.Model) -> Schema:
    """Define every shape, and every error as the structure that it is."""
    names = error_names(model)
    errors = {names[name]: _structure(error, names[name]) for name, error in model.errors.items()}
    whole = replace(model, shapes={**model.shapes, **errors})
    schema = json_schema(whole, whole.shapes)
    return {key: value for key, value in schema.items() if key not in ("anyOf", "$ref")}


def error_names(model: ir.Model) -> Mapping[SpecText, SpecText]:
    """Give an error the name of a definition: its own, unless a shape has that."""
    taken = {*model.shapes}
    return {name: next(each for each in _names(name) if each not in taken) for name in model.errors}


def _names(name: SpecText) -> tuple[SpecText, ...]:
    return (name, *(SpecText(f"{name.raw}.error{'.' * more}") for more in range(9)))


def _structure(error: ir.Error, name: SpecText) -> ir.Structure:
    return ir.Structure(
        id=name,
        members=error.members,
        documentation=error.documentation,
        deprecated=error.deprecated,
        at=error.at,
    )
