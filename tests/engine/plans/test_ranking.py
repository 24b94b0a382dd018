"""Which of a type's operations are expected: by verb, noun and what is written or changes."""

import pytest

from whydenied.engine.plans.operations import Phase, known_types, operations_of, terraform_type
from whydenied.engine.plans.ranking import Facts, is_tagging, rank
from whydenied.engine.policy.names import Names


def _expected(
    kind: str, phase: Phase, attributes: str = "", *, tagged: bool = False, untagged: bool = False
) -> set[str]:
    facts = Facts(kind, frozenset(attributes.split()), tagged=tagged, untagged=untagged)
    return {one.name for one, yes in rank(phase, operations_of(kind, phase), facts).items() if yes}


@pytest.mark.parametrize(
    ("kind", "phase", "attributes", "names"),
    [
        ("aws_s3_bucket", "create", "bucket", {"CreateBucket"}),
        ("aws_s3_bucket", "create", "bucket cors_rule", {"CreateBucket", "PutBucketCors"}),
        ("aws_lambda_function", "create", "function_name", {"CreateFunction"}),
        (
            "aws_lambda_function",
            "create",
            "function_name reserved_concurrent_executions",
            {"CreateFunction", "PutFunctionConcurrency"},
        ),
        ("aws_lambda_function", "update", "memory_size", {"UpdateFunctionConfiguration"}),
        ("aws_dynamodb_table", "create", "name ttl", {"CreateTable", "UpdateTimeToLive"}),
        ("aws_appsync_graphql_api", "create", "name", {"CreateGraphqlApi"}),
        ("aws_iot_thing_type", "delete", "", {"DeprecateThingType", "DeleteThingType"}),
        ("aws_dynamodb_table", "create", "name import_table", {"CreateTable", "ImportTable"}),
        ("aws_iam_role", "create", "name", {"CreateRole"}),
        ("aws_iam_role", "update", "description", {"UpdateRoleDescription"}),
        ("aws_instance", "create", "ami instance_type", {"RunInstances"}),
        ("aws_ecr_repository", "update", "image_tag_mutability", {"PutImageTagMutability"}),
        ("aws_vpc_security_group_ingress_rule", "create", "cidr_ipv4", {"AuthorizeSecurityGroupIngress"}),
        ("aws_security_group_rule", "create", "type=egress", {"AuthorizeSecurityGroupEgress"}),
        ("aws_security_group_rule", "delete", "type=ingress", {"RevokeSecurityGroupIngress"}),
        ("aws_route_table", "create", "vpc_id", {"CreateRouteTable"}),
        ("aws_route_table", "create", "vpc_id route", {"CreateRouteTable", "CreateRoute"}),
        ("aws_route_table", "delete", "route", {"DeleteRouteTable"}),
        ("aws_network_acl", "create", "vpc_id ingress", {"CreateNetworkAcl", "CreateNetworkAclEntry"}),
        ("aws_default_security_group", "create", "", {"RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"}),
        ("aws_db_parameter_group", "create", "family", {"CreateDBParameterGroup"}),
        ("aws_db_parameter_group", "create", "parameter", {"CreateDBParameterGroup", "ModifyDBParameterGroup"}),
        ("aws_db_option_group", "create", "option", {"CreateOptionGroup", "ModifyOptionGroup"}),
        ("aws_sfn_state_machine", "update", "definition", {"UpdateStateMachine", "ValidateStateMachineDefinition"}),
        ("aws_kinesis_stream", "update", "retention_period=more", {"IncreaseStreamRetentionPeriod"}),
        ("aws_iam_role", "delete", "inline_policy", {"DeleteRole", "DeleteRolePolicy", "ListInstanceProfilesForRole"}),
        ("aws_s3_object", "delete", "version_id", {"DeleteObject", "ListObjectVersions"}),
        ("aws_s3_bucket_object", "create", "key", {"PutObject"}),
    ],
)
def test_what_is_written_or_changes_is_called_for(kind: str, phase: Phase, attributes: str, names: set[str]) -> None:
    """And of the other branches of the provider's code, nothing."""
    assert _expected(kind, phase, attributes) == names


def test_a_setting_is_taken_away_where_it_becomes_empty_and_not_before() -> None:
    """`DeleteRetentionPolicy` where the retention goes, `PutRetentionPolicy` where it changes."""
    operations = operations_of("aws_cloudwatch_log_group", "update")
    name = frozenset({"retention_in_days"})
    changed = rank("update", operations, Facts("aws_cloudwatch_log_group", name))
    gone = rank("update", operations, Facts("aws_cloudwatch_log_group", name, less=name))
    assert "DeleteRetentionPolicy" not in {one.name for one, yes in changed.items() if yes}
    assert "DeleteRetentionPolicy" in {one.name for one, yes in gone.items() if yes}


def test_tags_are_put_and_taken_by_their_own_operations() -> None:
    """Of IAM's eight, the one of the type."""
    assert _expected("aws_iam_role", "update_tags", tagged=True) == {"TagRole"}
    assert _expected("aws_iam_role", "update_tags", untagged=True) == {"UntagRole"}
    assert [is_tagging(name) for name in ("TagResource", "AddTagsToResource", "PutImageTagMutability")] == [
        True,
        True,
        False,
    ]


def test_every_type_makes_something_by_an_operation_that_is_expected() -> None:
    """Of all types in the data: a create without one would say that it costs no permission."""
    without = []
    for kind in sorted(known_types()):
        operations = operations_of(kind, "create")
        if operations and not any(rank("create", operations, Facts(kind, frozenset())).values()):
            without.append(kind)
    assert without == _NOTHING_MADE


# It takes away what others made.
_NOTHING_MADE = ["aws_vpc_security_group_rules_exclusive"]


def test_services_are_named_by_the_prefix_of_their_actions() -> None:
    """So that every operation becomes an action of a service that exists."""
    names = Names()
    services = {one.service for kind in known_types() for one in operations_of(kind, "create")}
    assert [one for one in sorted(services) if not names.service(one)] == []


def test_names_of_cloudformation_become_terraforms() -> None:
    """Where both have the type."""
    assert terraform_type("AWS::S3::BucketPolicy") == "aws_s3_bucket_policy"
    assert terraform_type("AWS::EC2::VPC") == "aws_vpc"
    assert terraform_type("AWS::Logs::LogGroup") == "aws_cloudwatch_log_group"
    assert terraform_type("AWS::RDS::DBInstance") == terraform_type("AWS::rds::Instance") == "aws_db_instance"
    assert terraform_type("AWS::RDS::Cluster") == "aws_rds_cluster"
    assert terraform_type("AWS::Events::Rule") == "aws_cloudwatch_event_rule"
    assert terraform_type("AWS::ElasticLoadBalancingV2::LoadBalancer") == "aws_lb"
    assert terraform_type("AWS::ElasticLoadBalancing::LoadBalancer") == "aws_elb"


@pytest.mark.parametrize(
    ("kind", "attributes", "operation", "asked"),
    [
        ("aws_service_discovery_http_namespace", "name", "GetOperation", True),
        ("aws_route53_record", "name zone_id", "GetChange", True),
        ("aws_waf_ipset", "name", "GetChangeToken", True),
        ("aws_cloudcontrolapi_resource", "type_name desired_state", "GetResourceRequestStatus", True),
        ("aws_ssoadmin_account_assignment", "instance_arn", "DescribeAccountAssignmentCreationStatus", True),
        ("aws_appsync_graphql_api", "name schema", "GetSchemaCreationStatus", True),
        ("aws_appsync_graphql_api", "name", "GetSchemaCreationStatus", False),
    ],
)
def test_a_change_that_takes_its_time_is_asked_for(kind: str, attributes: str, operation: str, asked: bool) -> None:
    """What is made in the background is asked for until it is there; of a part, where that part is written."""
    assert operation in {one.name for one in operations_of(kind, "create")}
    assert (operation in _expected(kind, "create", attributes)) is asked


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("aws_eks_cluster", False),
        ("aws_efs_file_system", False),
        ("aws_lambda_function", False),
        ("aws_lambda_event_source_mapping", True),
        ("aws_backup_vault", True),
    ],
)
def test_tags_are_listed_where_reading_does_not_bring_them(kind: str, asked: bool) -> None:
    """A cluster's description has its tags; a mapping's has none, though Lambda's functions' do."""
    assert bool(_expected(kind, "list_tags")) is asked
