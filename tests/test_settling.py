"""What a foreign model says against itself is told and not enforced: real examples, and what is made of them."""

from __future__ import annotations

import pytest
from casting import imported
from history import history
from packages import ROOT

from codegen.diagnostics import Level
from codegen.importers.settling import settle
from codegen.load import find
from codegen.load.loaded import Loaded, load
from codegen.pipeline import Options, generate
from codegen.project import Project, Settings
from codegen.spec import ir
from codegen.spec.check import check_model
from codegen.spec.ir import SpecText
from codegen.spec.write import write_model


def botocore(service: str) -> Loaded:
    (found,) = find([f"botocore:{service}"], Project(root=ROOT, settings=Settings(out=ROOT / "generated")))
    return load(found)


INSTALLED = {
    "apprunner": 'no text of "ServiceId" fits both: the pattern takes 36 characters [pattern-impossible]',
    "kinesis": '"SubscribeToShardEvent" cannot be required: one member of a union is set, any one [required-in-union]',
    "osis": 'no text of "AwsAccountId" fits both: the pattern takes 13 characters [pattern-impossible]',
    "qbusiness": 'the pattern of "MessageBody" contradicts itself: no text matches [pattern-impossible]',
    "rbin": 'pattern of "RuleArn" cannot be run: nothing to repeat at character 62 [pattern-unsupported]',
}


@pytest.mark.parametrize("service", INSTALLED)
def test_what_an_installed_model_says_against_itself_is_a_warning(service: str) -> None:
    loaded = botocore(service)
    assert [f"{one.message} [{one.rule}]" for one in loaded.warnings] == [INSTALLED[service]]
    assert {one.level for one in loaded.warnings} == {Level.WARNING}
    assert [one.notes[0].message for one in loaded.warnings] == ["the model itself says so, and it is not enforced"]
    assert not [one for one in check_model(loaded.model) if one.level is Level.ERROR]


def test_currencies_that_a_pattern_for_us_dollars_refuses_are_sent_all_the_same() -> None:
    """So in botocore 1.35.76 to 1.42.56: 168 currencies, and the pattern `^USD$`."""
    name = SpecText("ExpectedCustomerSpendCurrencyCodeEnum")
    settled = settle(history("1.35.76"))
    shape = settled.model.shapes[name]
    assert isinstance(shape, ir.Enum) and shape.constraints.pattern and not shape.constraints.pattern.enforced
    assert [one.message for one in settled.warnings if one.rule == "enum-refuses-own-value"] == [
        *(
            f'"{name.raw}" has the value "{currency}", which its pattern refuses'
            for currency in ("EUR", "GBP", "AUD", "CAD", "CNY")
        ),
        f'its pattern refuses 162 more values of "{name.raw}"',
    ]
    with imported(generate(settled.model, Options(operations=("CreateOpportunity",))).files) as package:
        spend = {"Amount": "1", "CurrencyCode": "EUR", "Frequency": "Monthly", "TargetCompany": "AWS"}
        assert package.models.ExpectedCustomerSpend.model_validate(spend).currency_code == "EUR"


def test_what_is_settled_is_recorded_in_the_spec_that_an_import_writes() -> None:
    written = write_model(botocore("apprunner").model, docs=False)
    shapes = written["shapes"]
    assert isinstance(shapes, dict)
    assert shapes["ServiceId"] == {
        "type": "string",
        "length": {"min": 32, "max": 32},
        "pattern": {
            "value": "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}",
            "enforced": False,
        },
    }


def test_a_model_without_contradictions_stays_what_it_is() -> None:
    model = history("1.43.38")
    assert settle(model).model is model
    assert settle(model).warnings == ()
