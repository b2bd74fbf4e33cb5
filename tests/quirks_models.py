"""Packages of real services, each cut to the operations and shapes that show something, for `test_quirks`.

In: the models of the installed botocore. Out: what is generated of them, imported with any warning an error; once per
service, however many tests look at it.
"""

from __future__ import annotations

import atexit
import importlib
import shutil
import sys
import tempfile
import warnings
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from packages import ROOT

from codegen.emit.selection import roots_of, select
from codegen.importers.settling import settle
from codegen.load import find
from codegen.load.loaded import load_lazily
from codegen.pipeline import generate
from codegen.project import Project, Settings
from codegen.spec import ir
from codegen.spec.ir import SpecText


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What is taken from a model; errors of the operations come along, those of `errors` besides.

    Of a structure in `members` only those are kept.
    """

    operations: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@cache
def whole(service: str) -> ir.Model:
    """Read the installed model of a service; shapes when they are asked for."""
    (found,) = find([f"botocore:{service}"], Project(root=ROOT, settings=Settings(out=ROOT / "generated")))
    return load_lazily(found).model


def cut(model: ir.Model, exhibit: Exhibit) -> ir.Model:
    """Keep what an exhibit names, and what that reaches; settled, as `generate` has it."""
    chosen = select(model, exhibit.operations)
    named = {SpecText(name): model.errors[SpecText(name)] for name in exhibit.errors}
    chosen = replace(chosen, errors={**chosen.errors, **named})
    fewer = {SpecText(name): _fewer(model.shapes[SpecText(name)], names) for name, names in exhibit.members.items()}
    trimmed = replace(model, shapes=ChainMap(fewer, model.shapes))  # type: ignore[arg-type]
    kept = ir.reachable(trimmed, (*roots_of(chosen), *map(SpecText, (*exhibit.shapes, *exhibit.members))))
    return settle(replace(chosen, shapes={name: trimmed.shapes[name] for name in kept})).model


def _fewer(shape: ir.Shape, names: tuple[str, ...]) -> ir.Shape:
    assert isinstance(shape, ir.Structure | ir.UnionOf)
    return replace(shape, members=tuple(member_of(shape, name) for name in names))


@cache
def _home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="speccast-quirks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    sys.path.insert(0, str(folder))
    return folder


def package_of(name: str, files: Mapping[str, str]) -> Any:
    """Write a package and import all that users import from it."""
    write_files(name, files)
    importlib.invalidate_caches()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for module in ("models", "models._types", "models.events", "errors"):
            importlib.import_module(f"{name}.{module}")
        return importlib.import_module(name)


def write_files(name: str, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (_home() / name / path).parent.mkdir(parents=True, exist_ok=True)
        (_home() / name / path).write_text(text, "utf-8", newline="\n")


def member_of(shape: ir.Shape | ir.Error, name: str) -> ir.Member:
    return next(member for member in ir.members_of(shape) if member.name == SpecText(name))


# ------------------------------------------------------------------------------------------------------------ exhibits

EXHIBITS: Mapping[str, Exhibit] = {
    "accessanalyzer": Exhibit(
        ("ApplyArchiveRule", "CancelPolicyGeneration"),
        (
            "AccessCheckPolicyDocument",
            "AccessCheckResourceType",
            "InternalAccessFindingsStatistics",
            "S3BucketConfiguration",
        ),
        members={"AccessPreview": ("id", "status")},
    ),
    "account": Exhibit(shapes=("AlternateContact",)),
    "account-access-runtime": Exhibit(shapes=("CredentialsDetails",)),
    "acm": Exhibit(("GetAccountConfiguration",), ("CertificateFilterStatement", "DomainValidation")),
    "amplify": Exhibit(shapes=("Webhook",), errors=("ResourceNotFoundException",)),
    "amplifybackend": Exhibit(shapes=("GetBackendAPIModelsResponse", "BackendAPIReqObj", "__boolean")),
    "amplifyuibuilder": Exhibit(shapes=("ComponentConditionProperty", "Predicate")),
    "apigateway": Exhibit(
        ("CreateApiKey", "GetApiKey"), ("CacheClusterSize", "DeleteModelRequest", "Model", "PatchOperation")
    ),
    "apigatewayv2": Exhibit(shapes=("Authorization",)),
    "appconfig": Exhibit(shapes=("DeploymentStrategy", "DynamicParameterMap")),
    "appfabric": Exhibit(shapes=("UserAccessTaskItem",)),
    "appflow": Exhibit(shapes=("AggregationConfig",)),
    "appstream": Exhibit(("AssociateApplicationToEntitlement", "ExpireSession")),
    "autoscaling": Exhibit(errors=("AlreadyExistsFault", "ResourceContentionFault", "IdempotentCallInProgressFault")),
    "backup": Exhibit(shapes=("Boolean", "boolean", "String", "string", "Long", "long"), errors=("ConflictException",)),
    "bedrock": Exhibit(shapes=("EvaluationDatasetMetricConfig", "RetrievalFilter")),
    "bedrock-agent": Exhibit(shapes=("FlowValidationDetails", "GetResourcePolicyResponse", "ToolInputSchema")),
    "bedrock-agentcore-control": Exhibit(shapes=("DerivedEvaluatorConfig",)),
    "bedrock-runtime": Exhibit(("InvokeModelWithResponseStream",), ("JsonSchemaDefinition", "CacheTTL")),
    "b2bi": Exhibit(shapes=("Mapping",)),
    "chime-sdk-voice": Exhibit(errors=("NotFoundException",)),
    "codebuild": Exhibit(shapes=("FleetSortByType",)),
    "cognito-identity": Exhibit(("CreateIdentityPool",)),
    "cognito-sync": Exhibit(shapes=("SetCognitoEventsRequest",)),
    "connect": Exhibit(shapes=("QueuePriority", "RoutingProfileQueueConfig", "UserIdentityInfo")),
    "connectcases": Exhibit(shapes=("AuditEvent", "GetCaseResponse", "BooleanCondition")),
    "datapipeline": Exhibit(shapes=("Field", "id", "int")),
    "ec2": Exhibit(shapes=("InstanceType",)),
    "ec2-instance-connect": Exhibit(shapes=("SendSerialConsoleSSHPublicKeyRequest",)),
    "glue": Exhibit(shapes=("Double", "double", "Field", "Mapping", "Union")),
    "imagebuilder": Exhibit(shapes=("EmptyString",)),
    "iot": Exhibit(("DeleteStream",), ("DeleteStream",)),
    "kinesis": Exhibit(shapes=("SubscribeToShardEventStream",)),
    "macie2": Exhibit(members={"DescribeClassificationJobResponse": ("clientToken", "jobId")}),
    "mediaconvert": Exhibit(shapes=("FileSourceSettings",)),
    "mgn": Exhibit(shapes=("GetNetworkMigrationMapperSegmentConstructResponse",)),
    "organizations": Exhibit(errors=("ConstraintViolationException",)),
    "quicksight": Exhibit(shapes=("Capabilities",)),
    "s3": Exhibit(shapes=("CSVInput", "QueueConfigurationDeprecated")),
    "signin": Exhibit(shapes=("OAuth2ErrorCode",)),
    "storagegateway": Exhibit(shapes=("ErrorCode",)),
    "sts": Exhibit(shapes=("jwtPayloadSizeExceededException",), errors=("JWTPayloadSizeExceededException",)),
    "swf": Exhibit(
        members={"HistoryEvent": ("eventId", "requestCancelExternalWorkflowExecutionInitiatedEventAttributes")}
    ),
    "wafv2": Exhibit(
        members={
            "Statement": (
                "AndStatement",
                "OrStatement",
                "NotStatement",
                "RateBasedStatement",
                "ManagedRuleGroupStatement",
            ),
            "RateBasedStatement": ("Limit", "ScopeDownStatement"),
            "ManagedRuleGroupStatement": ("VendorName", "Name", "ScopeDownStatement"),
        }
    ),
}


@cache
def exhibited(service: str) -> ir.Model:
    """Give the model of a service, cut to what is shown of it."""
    return cut(whole(service), EXHIBITS[service])


@cache
def package(service: str) -> Any:
    """Import what is generated of a service."""
    return package_of(f"quirks_{service.replace('-', '_')}", generate(exhibited(service)).files)


def models(service: str) -> Any:
    return package(service).models


def errors(service: str) -> Any:
    return package(service).errors
