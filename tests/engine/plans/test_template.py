"""A CloudFormation template or change set, read as a plan: what IAM is asked for it, and through whom."""

import json

import pytest

from tests.engine.plans.written import HERE
from whydenied.engine.errors import InputError
from whydenied.engine.plans.requests import Asked
from whydenied.engine.plans.stack import asked_of_template, not_handled
from whydenied.engine.plans.template import Template, is_template, read_template
from whydenied.engine.policy.names import Names

_NAMES = Names()
_TEMPLATE = b"""
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Stage: {Type: String, Default: prod}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "resize-${Stage}"
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Join ["-", [resize, !Ref Stage]]
      Role: !GetAtt Role.Arn
      Tags: [{Key: team, Value: a}]
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
  Thing:
    Type: Custom::Thing
"""


def _asked(template: Template) -> list[Asked]:
    return [one for one in asked_of_template(template, HERE, _NAMES) if one.expected]


def _resources(asked: list[Asked]) -> dict[str, str]:
    return {one.action: one.resource for one in asked}


def test_names_references_and_parameters_become_arns() -> None:
    """And a bucket without a name begins as CloudFormation names it."""
    found = _resources(_asked(read_template(_TEMPLATE, HERE, "app")))
    assert found["iam:CreateRole"] == "arn:aws:iam::111122223333:role/resize-prod"
    assert found["lambda:CreateFunction"] == "arn:aws:lambda:eu-west-1:111122223333:function:resize-prod"
    assert found["iam:PassRole"] == "arn:aws:iam::111122223333:role/resize-prod"
    assert found["s3:CreateBucket"] == "arn:aws:s3:::app-bucket-*"
    assert found["s3:PutBucketPolicy"] == "arn:aws:s3:::app-bucket-*"
    assert "s3:PutBucketVersioning" in found
    assert "s3:PutBucketWebsite" not in found
    other = _resources(_asked(read_template(_TEMPLATE, HERE, "app", {"Stage": "test"})))
    assert other["iam:CreateRole"].endswith(":role/resize-test")


def test_calls_come_through_cloudformation_and_those_for_the_stack_do_not() -> None:
    """aws:CalledVia tells them apart."""
    asked = {one.action: one for one in _asked(read_template(_TEMPLATE, HERE, "app"))}
    assert asked["iam:CreateRole"].context["aws:CalledVia"] == ("cloudformation.amazonaws.com",)
    stack = asked["cloudformation:CreateChangeSet"]
    assert stack.resource == "arn:aws:cloudformation:eu-west-1:111122223333:stack/app/*"
    assert stack.context["aws:ViaAWSService"] == "false"


def test_types_that_nobody_publishes_permissions_of_are_named() -> None:
    """A custom resource calls what its author wants."""
    assert not_handled(read_template(_TEMPLATE, HERE)) == ("Custom::Thing",)


def test_a_change_set_changes_what_it_says() -> None:
    """A queue that is modified in one property, and one that goes."""
    changes = [
        {
            "Action": "Modify",
            "LogicalResourceId": "Q",
            "PhysicalResourceId": "https://sqs/1/orders",
            "Replacement": "False",
        },
        {"Action": "Remove", "LogicalResourceId": "Old", "PhysicalResourceId": "https://sqs/1/old"},
    ]
    changes[0]["Details"] = [{"Target": {"Attribute": "Properties", "Name": "VisibilityTimeout"}}]  # type: ignore[assignment]
    raw = {
        "StackName": "app",
        "Changes": [
            {"Type": "Resource", "ResourceChange": {**one, "ResourceType": "AWS::SQS::Queue"}} for one in changes
        ],
    }
    asked = _asked(read_template(json.dumps(raw).encode(), HERE))
    pairs = {(one.action, one.resource.rpartition(":")[2]) for one in asked if one.address}
    assert {("sqs:SetQueueAttributes", "orders"), ("sqs:DeleteQueue", "old")} <= pairs
    assert "sqs:CreateQueue" not in {action for action, _ in pairs}


@pytest.mark.parametrize(
    ("data", "words"), [(b"a: [", "neither JSON nor YAML"), (b"Resources: 3", "no template"), (b"[]", "no template")]
)
def test_what_is_no_template_is_said(data: bytes, words: str) -> None:
    """In a line, with what is missing."""
    with pytest.raises(InputError, match=words):
        read_template(data, HERE)


def test_a_terraform_plan_is_no_template() -> None:
    """Though a policy in it may say `AWS::`."""
    assert is_template(_TEMPLATE)
    assert not is_template(b'{"format_version":"1.2","terraform_version":"1.11.4","x":"AWS::S3"}')
