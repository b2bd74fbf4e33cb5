"""Every quirk of AWS's models survives generation: one test per row of the census, named after its example.

Each test takes the real shapes of the installed botocore (`quirks_models.EXHIBITS`), generates their package, imports
it and asserts what it does. `shows` says which place of which rows it is about; the last tests hold the rows to that.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

import pytest
from census import cycles, read_service
from census_rows import SECTIONS
from pydantic import ValidationError
from quirks_models import EXHIBITS, errors, exhibited, member_of, models, whole

from codegen.spec import ir
from codegen.spec.ir import SpecText

SHOWN: list[tuple[str, str]] = []
"""Rows of the census with the example that a test below is about."""

_Test = TypeVar("_Test", bound=Callable[..., None])


def shows(example: str, *rows: str) -> Callable[[_Test], _Test]:
    SHOWN.extend((row, example) for row in rows)
    return lambda test: test


def fields_of(shape: Any) -> list[str]:
    """Name the attributes of a class, in the order of the model."""
    return [name for name in shape.model_fields if name != "unknown"]


def reads(shape: Any, wire: Mapping[str, Any]) -> Any:
    """Read a value and write it again: nothing is lost on the way."""
    value = shape.from_wire(wire)
    assert value.to_wire() == wire
    return value


# --------------------------------------------------------------------------------------------------------- constraints


@shows("bedrock.EvaluationTaskType", "pattern on an enum")
def test_bedrock_evaluation_task_type_has_values_and_a_pattern() -> None:
    made = models("bedrock").EvaluationDatasetMetricConfig.from_wire({"taskType": "Custom"})
    assert made.task_type is models("bedrock").EvaluationTaskType.CUSTOM


@shows("imagebuilder.EmptyString", "max 0")
def test_imagebuilder_empty_string_takes_no_character() -> None:
    shape = exhibited("imagebuilder").shapes[SpecText("EmptyString")]
    assert isinstance(shape, ir.Text) and shape.constraints.length
    assert (shape.constraints.length.min, shape.constraints.length.max) == (0, 0)


@shows("ec2-instance-connect.SerialPort", "max 0")
def test_ec2_instance_connect_serial_port_is_0_alone() -> None:
    request = models("ec2-instance-connect").SendSerialConsoleSSHPublicKeyRequest
    given = {"instance_id": "i-abcdef01", "ssh_public_key": "k" * 80}
    assert request(**given, serial_port=0).to_wire()["SerialPort"] == 0
    with pytest.raises(ValidationError, match="serial_port"):
        request(**given, serial_port=1)


@shows("connect.QueuePriority", "bound beyond 2^53")
def test_connect_queue_priority_goes_up_to_the_last_long() -> None:
    config = models("connect").RoutingProfileQueueConfig
    reference = {"queue_id": "q", "channel": "VOICE"}
    assert config(queue_reference=reference, priority=99, delay=0).priority == 99
    shape = exhibited("connect").shapes[SpecText("QueuePriority")]
    assert isinstance(shape, ir.Number) and shape.constraints.range
    assert shape.constraints.range.max == 2**63 - 1


@shows("appconfig.GrowthFactor", "bound with a fraction's point")
def test_appconfig_growth_factor_is_from_1_to_100() -> None:
    strategy = models("appconfig").DeploymentStrategy
    assert strategy(growth_factor=1.5).to_wire() == {"GrowthFactor": 1.5}
    for outside in (0.99, 100.5):
        with pytest.raises(ValidationError, match="growth_factor"):
            strategy(growth_factor=outside)


@shows("accessanalyzer.InternalAccessResourceTypeStatisticsMap", "map with an enum as its key")
def test_accessanalyzer_internal_access_resource_type_statistics_map_keeps_keys_it_does_not_know() -> None:
    found = reads(
        models("accessanalyzer").InternalAccessFindingsStatistics,
        {"resourceTypeStatistics": {"AWS::S3::Bucket": {"totalActiveFindings": 1}, "AWS::New::Thing": {}}},
    )
    assert set(found.resource_type_statistics) == {"AWS::S3::Bucket", "AWS::New::Thing"}


@shows("accessanalyzer.S3AccessPointConfigurationsMap", "map with a constrained key")
def test_accessanalyzer_s3_access_point_configurations_map_checks_its_keys() -> None:
    bucket = models("accessanalyzer").S3BucketConfiguration
    arn = "arn:aws:s3:us-east-1:111122223333:accesspoint/a"
    assert bucket(access_points={arn: {}}).to_wire() == {"accessPoints": {arn: {}}}
    with pytest.raises(ValidationError, match="access_points"):
        bucket(access_points={"no-arn": {}})


# --------------------------------------------------------------------------------------------------------------- enums


@shows("signin.OAuth2ErrorCode", "enum values that differ only in case")
def test_signin_o_auth2_error_code_tells_an_invalid_request_from_the_other() -> None:
    codes = models("signin").OAuth2ErrorCode
    assert {codes("INVALID_REQUEST").name, codes("invalid_request").name} >= {"INVALID_REQUEST"}
    assert codes("INVALID_REQUEST") is not codes("invalid_request")


@shows("appflow.AggregationType=None", "enum value that is a keyword")
def test_appflow_aggregation_type_has_a_value_none() -> None:
    assert models("appflow").AggregationType.NONE == "None"
    assert models("appflow").AggregationConfig(aggregation_type="None").to_wire() == {"aggregationType": "None"}


@shows("codebuild.FleetSortByType=NAME", "enum value that Enum needs (name, value, mro)")
def test_codebuild_fleet_sort_by_type_has_a_value_name() -> None:
    kinds = models("codebuild").FleetSortByType
    assert kinds.NAME.value == "NAME" and kinds.NAME.name == "NAME"


@shows("apigateway.CacheClusterSize=0.5", "enum value with a digit first", "enum value in no identifier")
def test_apigateway_cache_cluster_size_is_half_a_gigabyte() -> None:
    assert models("apigateway").CacheClusterSize.N0_5 == "0.5"
    assert len(models("apigateway").CacheClusterSize) == 8


@shows("accessanalyzer.AccessCheckResourceType=AWS::DynamoDB::Table", "enum value in no identifier")
def test_accessanalyzer_access_check_resource_type_has_colons() -> None:
    assert models("accessanalyzer").AccessCheckResourceType.AWS_DYNAMODB_TABLE == "AWS::DynamoDB::Table"


@shows("storagegateway.ErrorCode=LunAlreadyAllocated ", "enum value with outer space")
def test_storagegateway_error_code_keeps_the_space_after_lun_already_allocated() -> None:
    assert models("storagegateway").ErrorCode.LUN_ALREADY_ALLOCATED.value == "LunAlreadyAllocated "


@shows("apigateway.Op=replace", "enum value that is a method of str")
def test_apigateway_op_replace_leaves_the_method_of_str_alone() -> None:
    kinds = models("apigateway").Op
    assert kinds.REPLACE == "replace" and kinds.ADD.replace("a", "b") == "bdd"


def test_ec2_instance_type_has_every_value() -> None:
    raw = read_service("ec2").shapes["InstanceType"]["enum"]
    assert [kind.value for kind in models("ec2").InstanceType] == raw
    assert len(raw) > 1200


# ------------------------------------------------------------------------------------------------------------- members


@shows("apigateway.PatchOperation.from", "member that is a keyword")
def test_apigateway_patch_operation_moves_from() -> None:
    patch = models("apigateway").PatchOperation
    assert patch(from_="/a", op="move").to_wire() == {"from": "/a", "op": "move"}
    assert patch(**{"from": "/a"}).from_ == "/a"


@shows("amplifyuibuilder.Predicate.or", "member that is a keyword")
def test_amplifyuibuilder_predicate_says_or_and_and_of_itself() -> None:
    predicate = models("amplifyuibuilder").Predicate
    wire = {"or": [{"and": [{"field": "a"}]}, {"field": "b"}]}
    assert reads(predicate, wire).or_[0].and_[0].field == "a"


@shows("acm.CertificateFilterStatement.And", "member that is a keyword in snake case")
def test_acm_certificate_filter_statement_says_and_or_and_not() -> None:
    assert fields_of(models("acm").CertificateFilterStatement) == ["and_", "or_", "not_", "filter"]


@shows("apigateway.Model.schema", "member that hides an attribute of BaseModel", "member that hides one in snake case")
def test_apigateway_model_has_a_schema() -> None:
    found = reads(models("apigateway").Model, {"schema": "{}", "id": "1"})
    assert found.schema_ == "{}" and found.id == "1"


@shows("bedrock-agent.ToolInputSchema.json", "member that hides an attribute of BaseModel")
def test_bedrock_agent_tool_input_schema_is_json() -> None:
    assert reads(models("bedrock-agent").ToolInputSchema, {"json": {"type": "object"}}).json_ == {"type": "object"}


@shows("mgn.GetNetworkMigrationMapperSegmentConstructResponse.construct", "member that hides an attribute of BaseModel")
def test_mgn_get_network_migration_mapper_segment_construct_response_has_a_construct() -> None:
    response = models("mgn").GetNetworkMigrationMapperSegmentConstructResponse
    assert reads(response, {"construct": {"name": "a"}}).construct_.name == "a"


@shows("bedrock-agentcore-control.DerivedEvaluatorConfig.modelConfig", "member that hides one in snake case")
def test_bedrock_agentcore_control_derived_evaluator_config_has_a_model_config() -> None:
    derived = models("bedrock-agentcore-control").DerivedEvaluatorConfig
    assert "model_config_" in fields_of(derived) and isinstance(derived.model_config, dict)


@shows("apigateway.DeleteModelRequest.modelName", "member that is model_... in snake case")
def test_apigateway_delete_model_request_has_a_model_name() -> None:
    request = models("apigateway").DeleteModelRequest(rest_api_id="a", model_name="b")
    assert (request.rest_api_id, request.model_name) == ("a", "b")


@shows("accessanalyzer.AccessPreview.id", "member that is a builtin in snake case")
def test_accessanalyzer_access_preview_keeps_its_id() -> None:
    found = models("accessanalyzer").AccessPreview.from_wire({"id": "a"})
    assert found.id == "a"


@shows("account.AlternateContact.Name", "member named as its type")
def test_account_alternate_contact_has_members_named_as_their_types() -> None:
    contact = models("account").AlternateContact(name="A", title="B", alternate_contact_type="BILLING")
    assert contact.to_wire() == {"Name": "A", "Title": "B", "AlternateContactType": "BILLING"}
    assert isinstance(contact.alternate_contact_type, Enum)


@shows("s3.QueueConfigurationDeprecated.Event", "wire name of two members", "deprecated member")
def test_s3_queue_configuration_deprecated_has_event_and_events() -> None:
    shape = exhibited("s3").shapes[SpecText("QueueConfigurationDeprecated")]
    assert fields_of(models("s3").QueueConfigurationDeprecated) == ["id", "event", "events", "queue"]
    events = member_of(shape, "Events")
    assert events.xml and events.xml.name == SpecText("Event")
    assert member_of(shape, "Event").deprecated is not None


@shows("accessanalyzer.InternalServerException.retryAfterSeconds", "wire name that is not the member's")
def test_accessanalyzer_internal_server_exception_is_retried_after_seconds_in_a_header() -> None:
    (member,) = (each for each in exhibited("accessanalyzer").errors[SpecText("InternalServerException")].members[1:])
    assert member.location is ir.HttpLocation.HEADER and member.location_name == SpecText("Retry-After")
    assert errors("accessanalyzer").InternalServerException.retry_after_seconds


def test_swf_history_event_has_a_name_of_62_characters() -> None:
    wire = {"eventId": 1, "requestCancelExternalWorkflowExecutionInitiatedEventAttributes": {"runId": "r"}}
    found = models("swf").HistoryEvent.from_wire(wire)
    assert found.request_cancel_external_workflow_execution_initiated_event_attributes.run_id == "r"


# ----------------------------------------------------------------------------------------------------- names of shapes


@shows("apigatewayv2.None", "shape that is a keyword")
@shows("apigatewayv2.Authorization.None", "member that is a keyword")
def test_apigatewayv2_none_is_a_structure_and_a_member() -> None:
    found = models("apigatewayv2").Authorization.from_wire({"none": {}})
    assert isinstance(found.none, models("apigatewayv2").None_)


@shows("datapipeline.id", "shape that is a builtin", "shape with a small letter first")
@shows("datapipeline.Field", "shape that a generated module imports")
def test_datapipeline_field_id_and_int_hide_nothing() -> None:
    field = models("datapipeline").Field_
    assert field(key="a", string_value="b").to_wire() == {"key": "a", "stringValue": "b"}


@shows("glue.Union", "shape that a generated module imports")
@shows("glue.double", "shapes that differ only in case")
def test_glue_union_mapping_and_field_are_classes_beside_double_and_double() -> None:
    found = models("glue").Union_(name="a", inputs=["x", "y"], union_type="ALL")
    assert found.to_wire() == {"Name": "a", "Inputs": ["x", "y"], "UnionType": "ALL"}
    assert {"Field_", "Mapping_", "Union_"} <= set(dir(models("glue")))


@shows("b2bi.Mapping", "shape that a generated module imports")
def test_b2bi_mapping_is_a_shape() -> None:
    assert models("b2bi").Mapping_(template_language="XSLT").to_wire() == {"templateLanguage": "XSLT"}


@shows("appfabric.UUID", "shape that a generated module imports")
def test_appfabric_uuid_is_a_text() -> None:
    task = "12345678-1234-1234-1234-123456789012"
    found = reads(models("appfabric").UserAccessTaskItem, {"app": "SLACK", "tenantId": "t", "taskId": task})
    assert found.task_id == task


@shows("amplify.webhookCreateTime", "shape with a small letter first")
def test_amplify_webhook_create_time_is_a_moment() -> None:
    found = models("amplify").Webhook.from_wire({"createTime": 1733394030})
    assert found.create_time == datetime(2024, 12, 5, 10, 20, 30, tzinfo=UTC)


@shows("amplifybackend.__boolean", "shape with an underscore first")
def test_amplifybackend_boolean_has_underscores_first() -> None:
    found = models("amplifybackend").GetBackendAPIModelsResponse.from_wire({"models": "m"})
    assert found.models == "m"


@shows("backup.boolean", "shapes that differ only in case")
def test_backup_boolean_and_boolean_are_two_types() -> None:
    package = models("backup")
    names = {id.raw for id in exhibited("backup").shapes}
    assert {"Boolean", "boolean", "String", "string", "Long", "long"} <= names
    assert package


@shows("sts.jwtPayloadSizeExceededException", "shapes that differ only in case", "shape with a small letter first")
def test_sts_jwt_payload_size_exceeded_exception_is_an_error_and_a_text() -> None:
    found = errors("sts").from_wire({"__type": "JWTPayloadSizeExceededException", "message": "long"})
    assert type(found) is errors("sts").JWTPayloadSizeExceededException
    assert found.message == "long"


@shows("iot.DeleteStream", "shape named as an operation")
def test_iot_delete_stream_is_an_operation_and_a_boolean() -> None:
    model = exhibited("iot")
    assert isinstance(model.shapes[SpecText("DeleteStream")], ir.Boolean)
    assert SpecText("DeleteStream") in model.operations
    assert models("iot").DeleteStreamRequest(stream_id="s").stream_id == "s"


def test_mediaconvert_has_a_shape_of_155_characters() -> None:
    source = "s3://bucket/a.scc"
    settings = models("mediaconvert").FileSourceSettings
    assert settings(source_file=source).source_file == source
    with pytest.raises(ValidationError, match="source_file"):
        settings(source_file="s3://bucket/a.doc")
    assert max(len(id.raw) for id in exhibited("mediaconvert").shapes) == 155


# ---------------------------------------------------------------------------------------------------------- structures


@shows("accessanalyzer.CancelPolicyGenerationResponse", "structure without members")
@shows("accessanalyzer.CancelPolicyGeneration", "operation with an empty output")
def test_accessanalyzer_cancel_policy_generation_response_is_empty() -> None:
    assert reads(models("accessanalyzer").CancelPolicyGenerationResponse, {"new": 1}).to_wire() == {"new": 1}


@shows("acm.CertificateFilterStatement", "recursion: structure in itself", "recursion: through a union", "union")
def test_acm_certificate_filter_statement_is_made_of_itself() -> None:
    wire: dict[str, Any] = {"Filter": {"CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/a"}}
    for _ in range(20):
        wire = {"Not": {"And": [wire, wire]}} if len(json.dumps(wire)) < 2000 else {"Not": wire}
    found = reads(models("acm").CertificateFilterStatement, wire)
    assert found.tag == "Not"
    assert models("acm").CertificateFilterStatement.model_validate(wire).to_wire() == wire


@shows("wafv2.AndStatement", "recursion: through other structures")
def test_wafv2_and_statement_is_one_of_seven_made_of_each_other() -> None:
    inner: dict[str, Any] = {"OrStatement": {"Statements": []}}
    wire = {"AndStatement": {"Statements": [{"NotStatement": {"Statement": inner}}]}}
    found = reads(models("wafv2").Statement, wire)
    assert type(found.and_statement.statements[0].not_statement.statement) is models("wafv2").Statement
    assert max(map(len, cycles(read_service("wafv2").edges))) == 7


@shows("connectcases.BooleanCondition", "recursion: through a union", "recursion: through other structures")
def test_connectcases_boolean_condition_is_made_of_operands_made_of_conditions() -> None:
    wire: dict[str, Any] = {"andAll": {"conditions": [{"notCondition": {}}]}}
    found = models("connectcases").BooleanCondition.from_wire(wire)
    assert found.to_wire() == wire


@shows("amplifyuibuilder.ComponentConditionProperty.else", "member that is a keyword")
def test_amplifyuibuilder_component_condition_property_has_an_else() -> None:
    found = reads(
        models("amplifyuibuilder").ComponentConditionProperty, {"else": {"condition": {"then": {"value": "a"}}}}
    )
    assert found.else_.condition.then.value == "a"


def test_bedrock_agent_flow_validation_details_has_33_arms() -> None:
    details = models("bedrock-agent").FlowValidationDetails
    assert len(fields_of(details)) == 33
    found = reads(details, {"cyclicConnection": {"connection": "a"}})
    assert (found.tag, found.value.connection) == ("cyclicConnection", "a")
    assert details.from_wire({"inNextYear": {"a": 1}}).unknown.tag == "inNextYear"


@shows("bedrock.FilterValue", "document")
def test_bedrock_filter_value_is_any_json() -> None:
    retrieval = models("bedrock").RetrievalFilter
    value: list[Any] = [{"a": None}, 1.5, "x", True]
    assert reads(retrieval, {"in": {"key": "k", "value": value}}).in_.value == value


@shows("kinesis.SubscribeToShardEventStream", "event stream")
def test_kinesis_subscribe_to_shard_event_stream_is_one_event_at_a_time() -> None:
    stream = exhibited("kinesis").shapes[SpecText("SubscribeToShardEventStream")]
    assert isinstance(stream, ir.UnionOf) and stream.event_stream
    wire: dict[str, Any] = {
        "SubscribeToShardEvent": {"Records": [], "ContinuationSequenceNumber": "1", "MillisBehindLatest": 0}
    }
    assert reads(models("kinesis").SubscribeToShardEventStream, wire).tag == "SubscribeToShardEvent"


@shows("connectcases.GetCaseAuditEventsResponseAuditEventsList", "list with nulls (sparse)")
@shows("connectcases.AuditEventFieldList", "list with nulls (sparse)")
def test_connectcases_audit_event_field_list_holds_nulls() -> None:
    found = reads(models("connectcases").AuditEvent, {"eventId": "a", "fields": [None, {"eventFieldId": "f"}]})
    assert found.fields[0] is None and found.fields[1].event_field_id == "f"


@shows("connectcases.Tags", "map with nulls (sparse)")
def test_connectcases_tags_hold_nulls() -> None:
    found = reads(models("connectcases").GetCaseResponse, {"tags": {"a": None, "b": "c"}})
    assert found.tags == {"a": None, "b": "c"}


@shows("apigateway.ApiKey", "one shape for several operations")
def test_apigateway_api_key_answers_two_operations() -> None:
    outputs = {operation.output for operation in exhibited("apigateway").operations.values()}
    assert outputs == {SpecText("ApiKey")}
    assert reads(models("apigateway").ApiKey, {"id": "a", "createdDate": 0}).id == "a"


@shows("cognito-identity.IdentityPool", "one shape taken and given", "structure in requests and in answers")
def test_cognito_identity_identity_pool_is_strict_when_taken_and_lenient_when_given() -> None:
    pool = models("cognito-identity").IdentityPool
    with pytest.raises(ValidationError, match="IdentityPoolId"):
        pool(identity_pool_name="a", allow_unauthenticated_identities=True)
    assert pool.from_wire({"IdentityPoolName": "a"}).identity_pool_id is None


def test_quicksight_capabilities_has_every_member() -> None:
    raw = read_service("quicksight").shapes["Capabilities"]["members"]
    assert len(fields_of(models("quicksight").Capabilities)) == len(raw) > 228
    wire = dict.fromkeys(raw, "DENY")
    assert reads(models("quicksight").Capabilities, wire)


@shows("amplifybackend.BackendAPIReqObj", "shape that no operation reaches")
def test_amplifybackend_backend_api_req_obj_is_there_for_nobody() -> None:
    assert reads(models("amplifybackend").BackendAPIReqObj, {"resourceName": "a"})


# ----------------------------------------------------------------------------------------------------- what is secret


@shows("accessanalyzer.AccessCheckPolicyDocument", "sensitive scalar")
def test_accessanalyzer_access_check_policy_document_is_marked_secret() -> None:
    assert exhibited("accessanalyzer").shapes[SpecText("AccessCheckPolicyDocument")].sensitive


@shows("account-access-runtime.CredentialsDetails", "sensitive structure")
def test_account_access_runtime_credentials_details_show_nothing() -> None:
    details = models("account-access-runtime").CredentialsDetails
    wire = {"programmaticAccess": {"accessKeyId": "id", "secretAccessKey": "word", "sessionToken": "t", "expiresAt": 0}}
    assert "word" not in repr(details.from_wire(wire))


@shows("acm.ContactList", "sensitive list")
def test_acm_contact_list_shows_nothing() -> None:
    found = models("acm").DomainValidation.from_wire({"DomainName": "a", "ValidationEmails": ["me@example.com"]})
    assert found.validation_emails == ["me@example.com"]
    holders = [
        s for s in exhibited("acm").shapes.values() if SpecText("ContactList") in {m.target for m in ir.members_of(s)}
    ]
    for holder in holders:
        assert "secret" not in repr(models("acm").__dict__[holder.id.raw].from_wire({"ContactList": ["secret"]}))


@shows("appconfig.DynamicParameterMap", "sensitive map")
def test_appconfig_dynamic_parameter_map_is_marked_secret() -> None:
    assert exhibited("appconfig").shapes[SpecText("DynamicParameterMap")].sensitive


# --------------------------------------------------------------------------------------------------- traits of members


@shows("bedrock-agent.GetResourcePolicyResponse.policy", "jsonvalue")
def test_bedrock_agent_get_resource_policy_response_carries_json_in_a_text() -> None:
    response = models("bedrock-agent").GetResourcePolicyResponse
    found = response.from_wire({"resourceArn": "a", "policy": '{"Statement":[]}', "revisionId": "1"})
    assert found.policy == {"Statement": []}
    assert json.loads(found.to_wire()["policy"]) == {"Statement": []}


@shows("macie2.DescribeClassificationJobResponse.clientToken", "idempotency token outside an input")
def test_macie2_describe_classification_job_response_gives_a_client_token_and_makes_none_up() -> None:
    response = models("macie2").DescribeClassificationJobResponse
    assert response.from_wire({"clientToken": "t"}).client_token == "t"
    assert response().client_token is None


# -------------------------------------------------------------------------------------------------------------- errors


@shows("autoscaling.AlreadyExistsFault", "error whose code is not its name")
def test_autoscaling_already_exists_fault_is_found_by_its_code() -> None:
    found = errors("autoscaling").from_wire({"__type": "AlreadyExists", "message": "there"})
    assert type(found) is errors("autoscaling").AlreadyExistsFault
    assert (found.code, found.message) == ("AlreadyExists", "there")


@shows("autoscaling.ResourceContentionFault", "error of the sender with a status from 500")
def test_autoscaling_resource_contention_fault_is_the_senders_with_status_500() -> None:
    error = exhibited("autoscaling").errors[SpecText("ResourceContentionFault")]
    assert error.fault is ir.Fault.CLIENT and [one.status for one in error.http_errors] == [500]


@shows("autoscaling.IdempotentCallInProgressFault", "error whose message is Message")
def test_autoscaling_idempotent_call_in_progress_fault_says_message_with_a_capital() -> None:
    found = errors("autoscaling").from_wire({"__type": "IdempotentCallInProgress", "Message": "wait"})
    assert found.message == "wait"


@shows("amplify.ResourceNotFoundException", "error with a member code", "error with other members")
def test_amplify_resource_not_found_exception_has_a_member_code_that_is_not_its_own() -> None:
    body = {"__type": "ResourceNotFoundException", "code": "APP_MISSING", "message": "gone"}
    found = errors("amplify").from_wire(body)
    assert type(found) is errors("amplify").ResourceNotFoundException
    assert (found.code, found.code_, found.details.code) == ("ResourceNotFoundException", "APP_MISSING", "APP_MISSING")


@shows("backup.ConflictException", "error with a member code", "error without a status")
def test_backup_conflict_exception_has_a_code_a_type_and_no_status() -> None:
    body = {"__type": "ConflictException", "Code": "C", "Message": "m", "Type": "t", "Context": "x"}
    found = errors("backup").from_wire(body)
    assert (found.code, found.code_, found.message, found.type, found.context) == (
        "ConflictException",
        "C",
        "m",
        "t",
        "x",
    )
    assert exhibited("backup").errors[SpecText("ConflictException")].http_errors == ()


@shows("chime-sdk-voice.NotFoundException", "error without a message")
def test_chime_sdk_voice_not_found_exception_says_nothing() -> None:
    found = errors("chime-sdk-voice").from_wire({"__type": "NotFoundException"}, http_status=404)
    assert type(found) is errors("chime-sdk-voice").NotFoundException
    assert found.message is None and found.http_status == 404


@shows("accessanalyzer.InternalServerException", "error that is the server's fault", "error that may be retried")
def test_accessanalyzer_internal_server_exception_may_be_retried() -> None:
    assert errors("accessanalyzer").InternalServerException.retryable is True
    assert exhibited("accessanalyzer").errors[SpecText("InternalServerException")].fault is ir.Fault.SERVER


@shows("bedrock-runtime.ThrottlingException", "error that is a value too")
@shows("bedrock-runtime.ResponseStream", "event stream")
def test_bedrock_runtime_throttling_exception_is_raised_and_streamed() -> None:
    found = reads(models("bedrock-runtime").ResponseStream, {"throttlingException": {"message": "slow"}})
    assert type(found.value) is models("bedrock-runtime").ThrottlingException
    raised = errors("bedrock-runtime").from_wire({"__type": "ThrottlingException", "message": "slow"})
    assert type(raised) is errors("bedrock-runtime").ThrottlingException


# ---------------------------------------------------------------------------------------------------------- operations


@shows("acm.GetAccountConfiguration", "operation without input")
def test_acm_get_account_configuration_takes_nothing() -> None:
    assert exhibited("acm").operations[SpecText("GetAccountConfiguration")].input is None
    assert reads(models("acm").GetAccountConfigurationResponse, {"ExpiryEvents": {"DaysBeforeExpiry": 1}})


@shows("accessanalyzer.ApplyArchiveRule", "operation without output")
@shows("accessanalyzer.ApplyArchiveRuleRequest.clientToken", "idempotency token")
def test_accessanalyzer_apply_archive_rule_gives_nothing_and_takes_a_token() -> None:
    assert exhibited("accessanalyzer").operations[SpecText("ApplyArchiveRule")].output is None
    arn = "arn:aws:access-analyzer:us-east-1:111122223333:analyzer/a"
    request = models("accessanalyzer").ApplyArchiveRuleRequest(analyzer_arn=arn, rule_name="r")
    assert request.client_token is None


@shows("appstream.AssociateApplicationToEntitlement", "operation that lists an error twice")
@shows("appstream.ExpireSession", "operation without errors")
def test_appstream_associate_application_to_entitlement_raises_an_error_once() -> None:
    operations = exhibited("appstream").operations
    listed = operations[SpecText("AssociateApplicationToEntitlement")].errors
    assert len(set(listed)) == len(listed) == 4
    assert operations[SpecText("ExpireSession")].errors == ()


# --------------------------------------------------------------------------------------------------------------- texts


def test_organizations_constraint_violation_exception_has_a_long_text() -> None:
    shape = errors("organizations").ConstraintViolationException
    assert len(shape.__doc__) > 5000
    found = errors("organizations").from_wire({"__type": "ConstraintViolationException", "Reason": "NEW_REASON"})
    assert found.reason == "NEW_REASON"


@shows("s3.CSVInput.QuoteEscapeCharacter", "text with three quotes")
def test_s3_csv_input_is_told_with_three_quotes() -> None:
    assert '"""' in models("s3").CSVInput.__doc__


@shows("cognito-sync.SetCognitoEventsRequest", "text that ends with a quote")
def test_cognito_sync_set_cognito_events_request_ends_with_a_quote() -> None:
    assert models("cognito-sync").SetCognitoEventsRequest.__doc__


@shows("apigateway.Model.schema", "text with a backslash")
def test_apigateway_model_is_told_with_a_backslash() -> None:
    assert "\\" in models("apigateway").Model.__doc__


@shows("accessanalyzer.S3BucketAclGrantConfiguration.grantee", "text outside ASCII")
def test_accessanalyzer_s3_bucket_acl_grant_configuration_is_told_outside_ascii() -> None:
    assert not models("accessanalyzer").S3BucketAclGrantConfiguration.__doc__.isascii()


# --------------------------------------------------------------------------------- what only some protocols make use of

Fact = Callable[[ir.Model], object]


def operation(name: str, tell: Callable[[ir.Operation], object]) -> Fact:
    return lambda model: tell(model.operations[SpecText(name)])


def shape(name: str, tell: Callable[[Any], object]) -> Fact:
    return lambda model: tell(model.shapes[SpecText(name)])


def member(owner: str, name: str, tell: Callable[[ir.Member], object]) -> Fact:
    return lambda model: tell(member_of(model.shapes[SpecText(owner)], name))


def trait(key: str) -> Callable[[Any], object]:
    return lambda entry: entry.traits.get(SpecText(key))


FACTS: Mapping[str, tuple[str, Fact, object]] = {
    "host prefix": (
        "logs.StartLiveTail",
        operation("StartLiveTail", lambda each: each.host_prefix),
        SpecText("stream-"),
    ),
    "host label": (
        "neptune-graph.CancelQueryInput.graphIdentifier",
        member("CancelQueryInput", "graphIdentifier", lambda each: each.host_label),
        True,
    ),
    "endpoint discovery": (
        "dynamodb.BatchGetItem",
        operation("BatchGetItem", lambda each: each.endpoint_discovery),
        True,
    ),
    "static context parameters": (
        "acm.AddTagsToCertificate",
        operation("AddTagsToCertificate", trait("staticContextParams")),
        {"ServiceType": {"value": "ACM"}},
    ),
    "context parameters of an operation": (
        "dynamodb.BatchGetItem",
        operation("BatchGetItem", trait("operationContextParams")),
        {"ResourceArnList": {"path": "keys(RequestItems)"}},
    ),
    "operation without a signature": (
        "cognito-identity.GetCredentialsForIdentity",
        operation("GetCredentialsForIdentity", lambda each: each.auth),
        (SpecText("smithy.api#noAuth"),),
    ),
    "operation whose wire name is another": (
        "cloudfront.AssociateAlias",
        operation("AssociateAlias", lambda each: each.wire_name),
        SpecText("AssociateAlias2020_05_31"),
    ),
    "operation with an empty input": (
        "amp.GetDefaultScraperConfiguration",
        lambda model: model.shapes[model.operations[SpecText("GetDefaultScraperConfiguration")].input].members,  # type: ignore
        (),
    ),
    "deprecated operation": (
        "appconfig.GetConfiguration",
        operation("GetConfiguration", lambda each: each.deprecated is not None),
        True,
    ),
    "deprecated shape": (
        "acm.CertificateTransparencyLoggingPreference",
        shape("CertificateTransparencyLoggingPreference", lambda each: each.deprecated is not None),
        True,
    ),
    "payload that is not signed": (
        "ebs.PutSnapshotBlock",
        operation("PutSnapshotBlock", lambda each: each.unsigned_payload),
        True,
    ),
    "compression of the request": (
        "cloudwatch.PutMetricData",
        operation("PutMetricData", trait("requestcompression")),
        {"encodings": ["gzip"]},
    ),
    "checksum": (
        "s3.PutObject",
        operation("PutObject", trait("httpChecksum")),
        {"requestAlgorithmMember": "ChecksumAlgorithm", "requestChecksumRequired": False},
    ),
    "result in a wrapper": (
        "autoscaling.AttachLoadBalancerTargetGroups",
        operation("AttachLoadBalancerTargetGroups", trait("output")),
        {"resultWrapper": "AttachLoadBalancerTargetGroupsResult"},
    ),
    "idempotency token that is required": (
        "athena.DeleteNamedQueryInput.NamedQueryId",
        member("DeleteNamedQueryInput", "NamedQueryId", lambda each: (each.required, each.idempotency_token)),
        (True, True),
    ),
    "payload of an event": (
        "connecthealth.MedicalScribeBinaryAudioEvent.audioChunk",
        member("MedicalScribeBinaryAudioEvent", "audioChunk", lambda each: each.event_payload),
        True,
    ),
    "event": ("bedrock-agent-runtime.PayloadPart", shape("PayloadPart", trait("event")), True),
    "payload": (
        "amplifyuibuilder.CreateComponentRequest",
        member("CreateComponentRequest", "componentToCreate", lambda each: each.location),
        ir.HttpLocation.PAYLOAD,
    ),
    "blob that streams": (
        "bedrock-agentcore.ResponseStream",
        shape("ResponseStream", lambda each: each.streaming),
        True,
    ),
    "blob that streams, said of a member": (
        "s3.GetObjectAnnotationOutput.AnnotationPayload",
        member("GetObjectAnnotationOutput", "AnnotationPayload", lambda each: each.streaming),
        True,
    ),
    "blob that requires a length": (
        "omics.ReadSetPartStreamingBlob",
        shape("ReadSetPartStreamingBlob", lambda each: each.requires_length),
        True,
    ),
    "enum said of a member": (
        "apigatewayv2.ExportApiRequest.OutputType",
        member("ExportApiRequest", "OutputType", trait("enum")),
        ["YAML", "JSON"],
    ),
    "attribute of an XML element": (
        "s3.Grantee.Type",
        member("Grantee", "Type", lambda each: each.xml and each.xml.attribute),
        True,
    ),
    "flattened list or map": (
        "s3.AllowedHeaders",
        shape("AllowedHeaders", lambda each: each.member.xml.flattened),
        True,
    ),
    "order of XML elements": (
        "cloudwatch.AlarmContributor",
        shape("AlarmContributor", trait("xmlOrder")),
        ["ContributorId", "ContributorAttributes", "StateReason", "StateTransitionedTimestamp"],
    ),
    "wrapper": ("docdb.AvailabilityZone", shape("AvailabilityZone", trait("wrapper")), True),
    "synthetic": (
        "cloudwatch.InvalidParameterCombinationException",
        lambda model: trait("synthetic")(model.errors[SpecText("InvalidParameterCombinationException")]),
        True,
    ),
}
"""Row of the census -> its example, where the model has it, and what that is."""

SHOWN.extend((row, example) for row, (example, _, _) in FACTS.items())


@pytest.mark.parametrize("row", FACTS, ids=lambda row: f"{FACTS[row][0]} {row}")
def test_the_model_keeps(row: str) -> None:
    example, tell, expected = FACTS[row]
    assert tell(whole(example.partition(".")[0])) == expected


# ----------------------------------------------------------------------------------------------------------- the census


def test_every_quirk_of_the_census_has_a_test() -> None:
    """A row that nothing is found for needs none."""
    empty = {
        "error with message and Message",
        "member that is no identifier",
        "member with an underscore first",
        "shape named as an error's body (...Body)",
    }
    quirks = {row.name for rows in SECTIONS.values() for row in rows if row.quirk}
    assert quirks == {row for row, _ in SHOWN} | empty


@pytest.mark.parametrize("service", sorted({example.partition(".")[0] for _, example in SHOWN}))
def test_the_examples_are_what_the_census_says(service: str) -> None:
    one = read_service(service)
    rows = {row.name: row for rows in SECTIONS.values() for row in rows}
    for name, place in [
        (row, example.partition(".")[2]) for row, example in SHOWN if example.startswith(f"{service}.")
    ]:
        assert place in set(rows[name].find(one)), f"{service}.{place} is none of: {name}"


def test_every_exhibit_is_looked_at() -> None:
    text = inspect.getsource(inspect.getmodule(shows))  # type: ignore[arg-type]
    assert not [service for service in EXHIBITS if f'("{service}")' not in text]
