"""The bodies of errors are structures of their own: with constraints of their own, and beside shapes of their names."""

from __future__ import annotations

import pytest
from casting import files_of, imported
from pydantic import ValidationError
from strategies import Spec, spec_of, structure

from codegen.spec.ir import SpecText
from codegen.spec.names import classes

TEXT: Spec = {"type": "string"}


def error(**members: Spec) -> Spec:
    return {"httpError": 400, "members": members}


def test_a_member_of_an_error_may_have_constraints_of_its_own() -> None:
    gone = error(Message={"target": "Text", "length": {"max": 3}}, When={"target": "Text", "pattern": "[0-9]+"})
    with imported(files_of(spec_of({"Request": structure(), "Text": TEXT}, errors={"Gone": gone}))) as package:
        found = package.errors.from_wire({"__type": "Gone", "Message": "longer", "When": "later"})
        assert (found.message, found.when) == ("longer", "later"), "answers are not held to them"
        with pytest.raises(ValidationError, match="at most 3 characters"):
            package.models.GoneBody(message="longer")


def test_a_member_of_an_error_may_have_a_form_of_its_own() -> None:
    gone = error(When={"target": "Moment", "timestampFormat": "date-time"})
    with imported(
        files_of(spec_of({"Request": structure(), "Moment": {"type": "timestamp"}}, errors={"Gone": gone}))
    ) as package:
        found = package.errors.from_wire({"__type": "Gone", "When": "2024-12-05T10:20:30Z"})
        assert found.when.year == 2024


def test_a_shape_may_be_named_as_the_body_of_an_error() -> None:
    shapes = {"GoneBody": structure(Own="Text"), "Text": TEXT}
    with imported(files_of(spec_of(shapes, errors={"Gone": error(Code={"target": "Text"})}))) as package:
        assert package.models.GoneBody(own="a").to_wire() == {"Own": "a"}
        found = package.errors.from_wire({"__type": "Gone", "Code": "C"})
        assert found.code_ == "C" and type(found.details) is not package.models.GoneBody


def test_a_shape_keeps_its_name_beside_a_body() -> None:
    shape, body = SpecText("GoneBody"), SpecText("Gone Body")
    named = classes([shape, body])
    assert named[shape] == "GoneBody" and named[body].startswith("GoneBody_")
