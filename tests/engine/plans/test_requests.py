"""What IAM is asked for a plan: actions, ARNs, keys; what is not known stays `*`."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.plans.written import HERE, change, plan_of
from whydenied.engine.plans.plan import Plan
from whydenied.engine.plans.requests import Asked, asked_of
from whydenied.engine.policy.names import Names

_NAMES = Names()


def _asked(plan: Plan, *, expected: bool = True) -> list[Asked]:
    return [one for one in asked_of(plan, HERE, _NAMES) if one.expected is expected]


def _pairs(plan: Plan) -> set[tuple[str, str]]:
    return {(one.action, one.resource) for one in _asked(plan)}


def _reference(*references: str) -> Mapping[str, Any]:
    return {"references": list(references)}


def test_a_bucket_is_made_and_read_and_nothing_that_is_not_written_is_put() -> None:
    """A bucket's create has 35 operations; only what its attributes ask for is expected."""
    plan = plan_of(change("aws_s3_bucket.x", after={"bucket": "acme-x"}, unknown={"arn": True}))
    pairs = _pairs(plan)
    assert ("s3:CreateBucket", "arn:aws:s3:::acme-x") in pairs
    assert ("s3:GetEncryptionConfiguration", "arn:aws:s3:::acme-x") in pairs
    assert not {action for action, _ in pairs if action.startswith("s3:Put")}
    perhaps = {one.action for one in _asked(plan, expected=False)}
    assert {"s3:PutBucketCORS", "s3:PutBucketWebsite", "s3:DeleteBucketPolicy"} <= perhaps


def test_of_a_type_with_two_forms_the_one_that_the_resource_has_names_for_is_asked_about() -> None:
    """Lex's second version makes up a bot's id, its first calls bots and their aliases by name."""
    second = plan_of(change("aws_lexv2models_bot.x", after={"name": "flowers"}, unknown={"id": True, "arn": True}))
    first = plan_of(change("aws_lex_bot_alias.x", after={"bot_name": "Flowers", "name": "live"}, unknown={"arn": True}))
    start = f"arn:aws:lex:{HERE.region}:{HERE.account}:"
    assert {arn for action, arn in _pairs(second) if action == "lex:DescribeBot"} == {f"{start}bot/*"}
    assert {arn for action, arn in _pairs(first) if action == "lex:PutBotAlias"} == {f"{start}bot:Flowers:live"}


@pytest.mark.parametrize(
    ("kind", "after", "before", "asked"),
    [
        (
            "aws_api_gateway_rest_api",
            {"name": "shop"},
            None,
            "POST /restapis, GET /restapis/*, GET /restapis/*/resources",
        ),
        (
            "aws_api_gateway_rest_api",
            None,
            {"id": "r1"},
            "GET /restapis/r1, GET /restapis/r1/resources, DELETE /restapis/r1",
        ),
        (
            "aws_api_gateway_authorizer",
            {"rest_api_id": "r1", "name": "pool"},
            None,
            "POST /restapis/r1/authorizers, GET /restapis/r1/authorizers/*",
        ),
        (
            "aws_api_gateway_resource",
            {"rest_api_id": "r1", "path_part": "orders"},
            None,
            "POST /restapis/r1/resources/*, GET /restapis/r1/resources/*",
        ),
        (
            "aws_api_gateway_integration",
            {"rest_api_id": "r1", "resource_id": "p1", "http_method": "GET", "type": "AWS_PROXY"},
            None,
            "PUT /restapis/r1/resources/p1/methods/GET/integration, "
            "GET /restapis/r1/resources/p1/methods/GET/integration",
        ),
        (
            "aws_apigatewayv2_stage",
            None,
            {"api_id": "a1", "name": "live", "arn": "arn:aws:apigateway:eu-west-1::/apis/a1/stages/live"},
            "GET /apis/a1, GET /apis/a1/stages/live, DELETE /apis/a1/stages/live",
        ),
        (
            "aws_api_gateway_stage",
            {"rest_api_id": "r1", "stage_name": "live", "tags": {"a": "b"}, "tags_all": {"a": "b"}},
            None,
            "POST /restapis/r1/stages, PUT /tags/*, GET /restapis/r1/stages/live",
        ),
    ],
)
def test_resources_of_api_gateway_are_paths(
    kind: str, after: dict[str, Any] | None, before: dict[str, Any] | None, asked: str
) -> None:
    """What is made is posted to all of its kind; a tag is put on the path of tags."""
    plan = plan_of(change(f"{kind}.x", before=before, after=after, unknown={"id": True} if after else {}))
    start = f"arn:aws:apigateway:{HERE.region}::"
    found = {f"{action.partition(':')[2]} {resource.removeprefix(start)}" for action, resource in _pairs(plan)}
    assert found == set(asked.split(", "))


def test_the_id_of_an_api_is_not_its_name() -> None:
    """It is known after apply only, and so is the path of what the API has."""
    plan = plan_of(
        change("aws_api_gateway_rest_api.x", after={"name": "shop"}, unknown={"id": True}),
        change("aws_api_gateway_model.x", after={"name": "Order"}, unknown={"rest_api_id": True}),
        expressions={"aws_api_gateway_model.x": {"rest_api_id": _reference("aws_api_gateway_rest_api.x.id")}},
    )
    path = f"arn:aws:apigateway:{HERE.region}::/restapis/*/models"
    assert {("apigateway:POST", path), ("apigateway:GET", f"{path}/Order")} <= _pairs(plan)


def test_what_is_not_known_before_the_apply_follows_from_the_configuration() -> None:
    """A policy's bucket is `aws_s3_bucket.x.id`: unknown in the plan, and known all the same."""
    plan = plan_of(
        change("aws_s3_bucket.x", after={"bucket": "acme-x"}, unknown={"id": True, "arn": True}),
        change("aws_s3_bucket_policy.x", after={"policy": "{}"}, unknown={"bucket": True}),
        expressions={"aws_s3_bucket_policy.x": {"bucket": _reference("aws_s3_bucket.x.id", "aws_s3_bucket.x")}},
    )
    assert ("s3:PutBucketPolicy", "arn:aws:s3:::acme-x") in _pairs(plan)


def test_references_are_followed_through_modules() -> None:
    """A variable of a module is what its caller gives."""
    inner = change("module.rights.aws_iam_role_policy.x", after={"policy": "{}"}, unknown={"role": True})
    calls = {
        "rights": {
            "expressions": {"role": _reference("aws_iam_role.app.name", "aws_iam_role.app")},
            "module": {
                "resources": [
                    {
                        "mode": "managed",
                        "type": "aws_iam_role_policy",
                        "name": "x",
                        "expressions": {"role": _reference("var.role")},
                    }
                ]
            },
        }
    }
    role = change("aws_iam_role.app", after={"name": "app", "path": "/teams/"}, unknown={"arn": True, "id": True})
    pairs = _pairs(plan_of(role, inner, calls=calls))
    assert ("iam:PutRolePolicy", "arn:aws:iam::111122223333:role/teams/app") in pairs


def test_what_a_service_makes_up_stays_unknown() -> None:
    """No name says which ID a VPC will have."""
    pairs = _pairs(plan_of(change("aws_vpc.x", after={"cidr_block": "10.0.0.0/16"}, unknown={"id": True, "arn": True})))
    assert ("ec2:CreateVpc", "arn:aws:ec2:eu-west-1:111122223333:vpc/*") in pairs


def test_a_name_that_begins_with_a_prefix_is_known_so_far() -> None:
    """`bucket_prefix` is the beginning of the name."""
    plan = plan_of(change("aws_s3_bucket.x", after={"bucket_prefix": "acme-"}, unknown={"bucket": True, "arn": True}))
    assert ("s3:CreateBucket", "arn:aws:s3:::acme-*") in _pairs(plan)


def test_a_role_is_passed_to_the_service_that_takes_it() -> None:
    """ECS tasks take roles as ecs-tasks.amazonaws.com; the ARN comes from the role of the same plan."""
    plan = plan_of(
        change("aws_iam_role.task", after={"name": "task", "path": "/"}, unknown={"arn": True}),
        change(
            "aws_ecs_task_definition.web",
            after={"family": "web", "task_role_arn": None},
            unknown={"task_role_arn": True, "arn": True},
        ),
        expressions={
            "aws_ecs_task_definition.web": {"task_role_arn": _reference("aws_iam_role.task.arn", "aws_iam_role.task")}
        },
    )
    (passed,) = [one for one in _asked(plan) if one.action == "iam:PassRole"]
    assert passed.resource == "arn:aws:iam::111122223333:role/task"
    assert passed.context["iam:PassedToService"] == "ecs-tasks.amazonaws.com"


@pytest.mark.parametrize("known", [True, False])
def test_a_role_in_a_document_is_passed_too(known: bool) -> None:
    """Batch takes its job's settings as one JSON text, which refers to the role or holds its ARN."""
    role = "arn:aws:iam::111122223333:role/job"
    text = json.dumps({"image": "x", "jobRoleArn": role, "note": role})
    plan = plan_of(
        change("aws_iam_role.job", after={"name": "job", "path": "/"}, unknown={"arn": True}),
        change(
            "aws_batch_job_definition.x",
            after={"name": "x", "container_properties": text if known else None},
            unknown={"container_properties": not known},
        ),
        expressions={
            "aws_batch_job_definition.x": {
                "container_properties": _reference("aws_iam_role.job.arn", "aws_iam_role.job")
            }
        },
    )
    assert [one.resource for one in _asked(plan) if one.action == "iam:PassRole"] == [role]


def test_tags_are_keys_of_the_request_and_need_their_own_action() -> None:
    """A call that makes something and carries tags is checked for the action that tags as well."""
    after = {"name": "orders", "tags": {"team": "a"}, "tags_all": {"team": "a"}}
    asked = _asked(plan_of(change("aws_sqs_queue.x", after=after, unknown={"arn": True})))
    (made,) = [one for one in asked if one.action == "sqs:CreateQueue"]
    assert made.context["aws:RequestTag/team"] == "a"
    assert made.context["aws:TagKeys"] == ("team",)
    assert "sqs:TagQueue" in {one.action for one in asked}


def test_a_key_of_ones_own_is_used_with_the_callers_permissions() -> None:
    """Secrets Manager calls KMS for the caller (kms:ViaService)."""
    key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    asked = _asked(
        plan_of(change("aws_secretsmanager_secret.x", after={"name": "s", "kms_key_id": key}, unknown={"arn": True}))
    )
    found = {one.action: one for one in asked if one.action.startswith("kms:")}
    assert set(found) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert found["kms:Decrypt"].resource == key
    assert found["kms:Decrypt"].context["kms:ViaService"] == "secretsmanager.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("after", "actions"),
    [
        ([22], {"Revoke"}),
        ([22, 80, 443], {"Authorize"}),
        ([22, 443], {"Authorize", "Revoke"}),
        ([], {"Revoke"}),
    ],
)
def test_of_a_list_that_changes_what_goes_is_taken_away_and_what_comes_is_added(
    after: list[int], actions: set[str]
) -> None:
    """Rules of a security group: those for ports 22 and 80 are there."""

    def values(ports: list[int]) -> dict[str, Any]:
        return {"id": "sg-1", "name": "web", "ingress": [{"from_port": one, "to_port": one} for one in ports]}

    plan = plan_of(change("aws_security_group.x", before=values([22, 80]), after=values(after)))
    made = {action for action, _ in _pairs(plan) if action.endswith("SecurityGroupIngress")}
    assert made == {f"ec2:{one}SecurityGroupIngress" for one in actions}


def test_what_is_known_after_apply_only_is_read_all_the_same() -> None:
    """An endpoint in subnets has interfaces, whose addresses are read, though the subnets are made with it."""
    subnets = {"aws_vpc_endpoint.x": {"subnet_ids": _reference("aws_subnet.a.id", "aws_subnet.a")}}
    for expressions in ({}, subnets):
        endpoint = change("aws_vpc_endpoint.x", after={"service_name": "s"}, unknown={"subnet_ids": True, "id": True})
        pairs = _pairs(plan_of(endpoint, expressions={"aws_vpc_endpoint.x": {"vpc_id": {}}, **expressions}))
        assert (("ec2:DescribeNetworkInterfaces", "*") in pairs) is bool(expressions)


_KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_STAR = "arn:aws:kms:eu-west-1:111122223333:key/*"


@pytest.mark.parametrize(
    ("kind", "values", "actions", "key"),
    [
        ("aws_db_instance", {"identifier": "d", "kms_key_id": _KEY}, "CreateGrant DescribeKey", _KEY),
        ("aws_db_instance", {"identifier": "d"}, "", ""),
        ("aws_db_instance", {"identifier": "d", "kms_key_id": "alias/aws/rds"}, "", ""),
        ("aws_db_instance", {"identifier": "d", "kms_key_id": "alias/orders"}, "CreateGrant DescribeKey", _KEY),
        ("aws_db_instance", {"identifier": "d", "kms_key_id": "alias/other"}, "CreateGrant DescribeKey", _STAR),
        (
            "aws_ecr_repository",
            {"name": "web", "encryption_configuration": [{"encryption_type": "KMS", "kms_key": _KEY}]},
            "CreateGrant DescribeKey RetireGrant",
            _KEY,
        ),
        (
            "aws_eks_cluster",
            {"name": "c", "encryption_config": [{"resources": ["secrets"], "provider": [{"key_arn": _KEY}]}]},
            "CreateGrant DescribeKey",
            _KEY,
        ),
        ("aws_secretsmanager_secret_version", {"secret_id": "shop"}, "Decrypt GenerateDataKey", _KEY),
        ("aws_secretsmanager_secret_version", {"secret_id": "other"}, "", ""),
        ("aws_s3_object", {"bucket": "acme-x", "key": "a"}, "Decrypt GenerateDataKey", _KEY),
    ],
)
def test_keys_are_found_in_blocks_behind_aliases_and_at_what_something_is_put_into(
    kind: str, values: dict[str, Any], actions: str, key: str
) -> None:
    """A secret's value is encrypted with the secret's key, an object with its bucket's."""
    rule = {"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": _KEY}]}
    encryption = "aws_s3_bucket_server_side_encryption_configuration"
    plan = plan_of(
        change(f"{kind}.x", after=values, unknown={"arn": True, "id": True}),
        change("aws_kms_alias.x", before={"name": "alias/orders", "target_key_id": _KEY}),
        change("aws_secretsmanager_secret.s", before={"name": "shop", "kms_key_id": _KEY}),
        change(f"{encryption}.s", before={"bucket": "acme-x", "rule": [rule]}),
    )
    asked = [one for one in _asked(plan) if one.address == f"{kind}.x" and one.action.startswith("kms:")]
    assert {one.action.removeprefix("kms:") for one in asked} == set(actions.split())
    assert {one.resource for one in asked} == ({key} if key else set())


def test_a_role_that_does_not_trust_the_service_that_is_called_is_handed_to_nobody_knows_whom() -> None:
    """EC2's call takes a flow log's role, and another service uses it."""
    trust = json.dumps({"Statement": [{"Principal": {"Service": "vpc-flow-logs.amazonaws.com"}}]})
    plan = plan_of(
        change("aws_iam_role.flow", after={"name": "flow", "assume_role_policy": trust}, unknown={"arn": True}),
        change("aws_flow_log.x", after={"vpc_id": "vpc-1"}, unknown={"iam_role_arn": True}),
        expressions={"aws_flow_log.x": {"iam_role_arn": _reference("aws_iam_role.flow.arn", "aws_iam_role.flow")}},
    )
    (passed,) = [one for one in _asked(plan) if one.action == "iam:PassRole"]
    assert "iam:PassedToService" not in passed.context


def test_a_backup_vault_needs_the_storage_behind_it() -> None:
    """Whatever key it has."""
    plan = plan_of(change("aws_backup_vault.x", after={"name": "x"}, unknown={"arn": True}))
    assert ("backup-storage:MountCapsule", "*") in _pairs(plan)


def test_what_exists_is_read_first_and_only_what_changes_is_changed() -> None:
    """An update of one attribute, with the tags as they were."""
    arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
    before = {
        "name": "orders",
        "arn": arn,
        "visibility_timeout_seconds": 30,
        "tags": {"a": "b"},
        "tags_all": {"a": "b"},
    }
    asked = _asked(
        plan_of(change("aws_sqs_queue.x", before=before, after={**before, "visibility_timeout_seconds": 60}))
    )
    assert {(one.call.stage, one.action) for one in asked} == {
        ("refresh", "sqs:GetQueueAttributes"),
        ("refresh", "sqs:ListQueueTags"),
        ("update", "sqs:SetQueueAttributes"),
        ("update", "sqs:GetQueueAttributes"),
        ("update", "sqs:ListQueueTags"),
    }
    assert {one.resource for one in asked} == {arn}


def test_what_is_read_while_planning_is_called_by_data_sources() -> None:
    """And a policy document, which is made by Terraform itself, calls nothing."""
    read: list[dict[str, object]] = [
        {"address": f"data.{kind}.x", "mode": "data", "type": kind, "name": "x", "values": {}}
        for kind in ("aws_availability_zones", "aws_iam_policy_document")
    ]
    assert _pairs(plan_of(data=tuple(read))) == {("ec2:DescribeAvailabilityZones", "*")}


def test_what_is_written_as_empty_is_not_called_for_though_what_becomes_of_it_is_unknown() -> None:
    """`managed_policy_arns = []` is known after apply only, and nothing is attached."""
    role = change("aws_iam_role.app", after={"name": "app"}, unknown={"managed_policy_arns": True})
    for written, called in (({"constant_value": []}, False), ({"references": ["local.policies"]}, True)):
        plan = plan_of(role, expressions={"aws_iam_role.app": {"managed_policy_arns": written}})
        assert ("iam:AttachRolePolicy" in {action for action, _ in _pairs(plan)}) is called


def test_what_is_replaced_is_read_and_taken_away_under_its_old_name() -> None:
    """A new name is the usual reason to replace it."""
    plan = plan_of(
        change("aws_sqs_queue.x", before={"name": "old"}, after={"name": "new"}, actions=["delete", "create"])
    )
    found = {(one.call.stage, one.action, one.resource.rpartition(":")[2]) for one in _asked(plan)}
    assert {("delete", "sqs:DeleteQueue", "old"), ("create", "sqs:CreateQueue", "new")} <= found
    assert {name for stage, _, name in found if stage == "refresh"} == {"old"}


@pytest.mark.parametrize(
    ("kind", "values", "action", "resource"),
    [
        ("aws_ssm_maintenance_window", {"name": "sunday"}, "ssm:ListTagsForResource", "ssm:{}:maintenancewindow/*"),
        (
            "aws_elasticache_subnet_group",
            {"name": "main"},
            "elasticache:ListTagsForResource",
            "elasticache:{}:subnetgroup:main",
        ),
        ("aws_wafv2_ip_set", {"name": "x", "scope": "REGIONAL"}, "wafv2:CreateIPSet", "wafv2:{}:regional/ipset/x/*"),
        (
            "aws_wafv2_web_acl",
            {"name": "x", "scope": "CLOUDFRONT"},
            "wafv2:ListTagsForResource",
            "wafv2:{}:global/webacl/x/*",
        ),
    ],
)
def test_a_type_whose_words_the_reference_writes_together_is_known(
    kind: str, values: dict[str, str], action: str, resource: str
) -> None:
    """And not taken for the first of many types that can be tagged."""
    plan = plan_of(change(f"{kind}.x", after=values, unknown={"arn": True, "id": True, "tags_all": True, "tags": True}))
    found = {one.action: one.resource for one in _asked(plan)}
    assert found[action] == f"arn:aws:{resource.format('eu-west-1:111122223333')}"


@pytest.mark.parametrize(("kind", "looked"), [("aws_eks_node_group", True), ("aws_eks_cluster", False)])
def test_eks_looks_for_its_own_role_as_the_caller(kind: str, looked: bool) -> None:
    """Where a node group is made."""
    asked = _asked(plan_of(change(f"{kind}.x", after={"cluster_name": "c", "name": "c"}, unknown={"arn": True})))
    role = "arn:aws:iam::111122223333:role/aws-service-role/eks-nodegroup.amazonaws.com/*"
    assert [one.resource for one in asked if one.action == "iam:GetRole"] == [role for _ in range(looked)]
