"""Which of the traits that a foreign model's entries keep are known by name, and which are news.

In: a model that was read from botocore or Smithy. Out: a warning per trait that neither form had when this was written:
it is kept as it is, but what it asks for is not done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from codegen.diagnostics import Diagnostic, Level, Place, quoted
from codegen.spec import ir

_BOTOCORE = """
    authtype box checksumFormat clientContextParams comments endpoint endpointdiscovery endpointoperation enum
    error errors event examples exception fault globalEndpoint http httpChecksum httpChecksumRequired id input
    jsonVersion locationName operationContextParams output protocolSettings queryName requestcompression retryable
    ripServiceName sensitive serviceAbbreviation signatureVersion staticContextParams synthetic uid union wrapper
    xmlNamespace xmlOrder
"""
_SMITHY = {
    "smithy.api": """
        addedDefault auth authDefinition box clientOptional cors default endpoint enum error eventHeader eventPayload
        examples externalDocumentation hostLabel http httpApiKeyAuth httpBasicAuth httpBearerAuth httpChecksumRequired
        httpDigestAuth httpError httpHeader httpLabel httpPayload httpPrefixHeaders httpQuery httpQueryParams
        httpResponseCode idRef idempotencyToken input internal jsonName length mediaType nestedProperties noReplace
        notProperty optionalAuth output paginated pattern private property protocolDefinition range readonly
        recommended references requestCompression required requiresLength resourceIdentifier retryable since sparse
        streaming suppress tags timestampFormat title trait traitValidators uniqueItems unitTypeTrait unstable
        xmlAttribute xmlFlattened xmlName xmlNamespace
    """,
    "aws.api": """
        arn arnReference clientDiscoveredEndpoint clientEndpointDiscovery clientEndpointDiscoveryId controlPlane data
        dataPlane service tagEnabled taggable
    """,
    "aws.auth": """
        cognitoUserPools sigv4 sigv4a unsignedPayload
    """,
    "aws.cloudformation": """
        cfnAdditionalIdentifier cfnDefaultValue cfnExcludeProperty cfnMutability cfnName cfnResource
    """,
    "aws.customizations": """
        s3UnwrappedXmlOutput
    """,
    "aws.endpoints": """
        dualStackOnlyEndpoints endpointsModifier rulesBasedEndpoints standardPartitionalEndpoints
        standardRegionalEndpoints
    """,
    "aws.iam": """
        actionName actionPermissionDescription conditionKeyValue conditionKeys defineConditionKeys
        disableConditionKeyInference disableConditionKeyInferenceForResources iamAction iamResource requiredActions
        serviceResolvedConditionKeys supportedPrincipalTypes
    """,
    "aws.protocols": """
        awsJson1_0 awsJson1_1 awsQuery awsQueryCompatible awsQueryError ec2Query ec2QueryName httpChecksum restJson1
        restXml
    """,
    "smithy.protocols": """
        rpcv2Cbor rpcv2Json
    """,
    "smithy.rules": """
        clientContextParams contextParam endpointBdd endpointRuleSet endpointTests operationContextParams
        staticContextParams
    """,
    "smithy.test": """
        httpMalformedRequestTests httpRequestTests httpResponseTests smokeTests
    """,
    "smithy.waiters": """
        waitable
    """,
}
_KEPT_OF_ENTRIES = ("maxDelay", "error")
"""What paginators, waiters and examples of Smithy keep of their own."""

KNOWN = frozenset(
    (
        *_BOTOCORE.split(),
        *_KEPT_OF_ENTRIES,
        *(f"{space}#{name}" for space in _SMITHY for name in _SMITHY[space].split()),
    )
)


def unknown_traits(model: ir.Model) -> tuple[Diagnostic, ...]:
    """Warn once of each trait that is not known, at the first place that has it."""
    first, counted = dict[str, Place](), Counter[str]()
    for entry in _entries(model):
        for name in entry.traits:
            if name.raw not in KNOWN:
                first.setdefault(name.raw, entry.at)
                counted[name.raw] += 1
    return tuple(_warning(name, counted[name], at) for name, at in first.items())


def _warning(name: str, count: int, at: Place) -> Diagnostic:
    elsewhere = f", here and {count - 1} times more" if count > 1 else ""
    message = f"trait {quoted(name)} is not known; it is kept as it is{elsewhere}"
    return Diagnostic("unknown-trait", message, at, Level.WARNING)


def _entries(model: ir.Model) -> Iterator[ir.Entry]:
    yield model.service
    for section in (model.operations, model.shapes, model.errors, model.paginators, model.waiters):
        yield from section.values()
    for owner in (*model.shapes.values(), *model.errors.values()):
        yield from ir.members_of(owner)
    for shape in model.shapes.values():
        yield from _values(shape)
    yield from model.examples


def _values(shape: ir.Shape) -> Iterable[ir.Entry]:
    return shape.values if isinstance(shape, ir.Enum | ir.IntEnum) else ()
