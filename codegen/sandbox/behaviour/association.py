"""AssociateOpportunity: solutions, AWS products and marketplace offers beside an opportunity.

The Sandbox catalog has one solution, `S-1234567`, as the guide says. In the AWS catalog, of which nothing is here,
every well-formed solution is taken to be the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from codegen.records import replace
from codegen.sandbox.behaviour import faults, review
from codegen.sandbox.behaviour.opportunities import change, own_opportunity
from codegen.sandbox.behaviour.reading import text, texts
from codegen.sandbox.calling import Call
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.records import pack, unpack
from codegen.spec.ir import Json

SANDBOX_SOLUTION = "S-1234567"
_SOLUTION = re.compile(r"S-[0-9]{1,19}")
_OFFER = re.compile(
    r"arn:aws:aws-marketplace:[a-z]{1,2}-[a-z]*-\d+:\d{12}:AWSMarketplace/Offer/.*", re.ASCII | re.DOTALL
)


def associate(transaction: Transaction, call: Call) -> Mapping[str, Json]:
    """AssociateOpportunity; associating the same again changes nothing."""
    opportunity = own_opportunity(transaction, call, "OpportunityIdentifier")
    review.check_editable(call, opportunity, "OpportunityIdentifier")
    kind, entity = text(call.input, "RelatedEntityType"), text(call.input, "RelatedEntityIdentifier")
    _check_entity(call, kind, entity)
    related = unpack(opportunity.related)
    known = texts(related, kind)
    if entity not in known:
        related[kind] = [*known, entity]
        change(transaction, call, replace(opportunity, related=pack(related)))
    return {}


def _check_entity(call: Call, kind: str, entity: str) -> None:
    if kind == "Solutions" and not _is_solution(call, entity):
        raise faults.not_found("solution")
    if kind == "AwsMarketplaceOffers" and not _OFFER.fullmatch(entity):
        raise faults.invalid(
            "RelatedEntityIdentifier", "INVALID_STRING_FORMAT", "A marketplace offer is named by its ARN."
        )


def _is_solution(call: Call, entity: str) -> bool:
    if call.catalog == "Sandbox":
        return entity == SANDBOX_SOLUTION
    return _SOLUTION.fullmatch(entity) is not None
