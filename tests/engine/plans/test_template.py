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


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ({"Fn::Sub": "ab"}, "ab"),
        ({"Fn::Sub": ["${A}-${Stage}", {"A": {"Ref": "Stage"}}]}, "prod-prod"),
        ({"Fn::Sub": "${Other.Arn}-x"}, "*-x"),
        ({"Fn::Join": ["-", ["a", {"Fn::Join": ["", ["b", {"Ref": "AWS::Region"}]]}]]}, "a-beu-west-1"),
        ({"Fn::If": ["IsProd", "yes", "no"]}, "yes"),
        ({"Fn::GetAtt": "Other"}, "app-X-*"),
        ({"Fn::GetAtt": ["Other"]}, "app-X-*"),
        ({"Fn::GetAtt": ["Other", "Name", "More"]}, "app-X-*"),
        ({"Fn::ImportValue": "x"}, "app-X-*"),
        ({"Fn::Join": 3}, "app-X-*"),
        (2026, "2026"),
    ],
)
def test_intrinsic_functions_come_to_what_is_known_of_them(name: object, called: str) -> None:
    """And those of the wrong shape to nothing."""
    raw = {
        "Parameters": {"Stage": {"Default": "prod"}},
        "Resources": {
            "X": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}},
            "Other": {"Type": "AWS::SNS::Topic"},
        },
    }
    found = [one.resource for one in _asked(read_template(json.dumps(raw).encode(), HERE, "app")) if one.address == "X"]
    assert set(found) == {f"arn:aws:sqs:eu-west-1:111122223333:{called}"}


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


_ROLE_OF_PLAN = {
    "Target": {"Attribute": "Properties", "Name": "Role"},
    "ChangeSource": "ResourceAttribute",
    "CausingEntity": "FnRole.Arn",
}
_TIMEOUT = {"Target": {"Attribute": "Properties", "Name": "VisibilityTimeout"}}
_TAGS = {"Target": {"Attribute": "Tags"}}


def _change(action: str, kind: str, physical: str = "", *details: object, **more: str) -> dict[str, object]:
    """Return an entry of a change set, as `aws cloudformation describe-change-set` prints it."""
    entry = {"Action": action, "LogicalResourceId": "X", "ResourceType": kind, "Details": details, **more}
    return {"Type": "Resource", "ResourceChange": {**entry, **({"PhysicalResourceId": physical} if physical else {})}}


@pytest.mark.parametrize(
    ("entry", "there", "absent"),
    [
        (
            _change("Modify", "AWS::SQS::Queue", "https://sqs.x/1/orders", _TIMEOUT, Replacement="False"),
            ["sqs:SetQueueAttributes orders"],
            ["sqs:CreateQueue", "sqs:TagQueue"],
        ),
        (_change("Remove", "AWS::SQS::Queue", "https://sqs.x/1/old"), ["sqs:DeleteQueue old"], []),
        (_change("Remove", "AWS::SQS::Queue", "https://sqs.x/1/old", PolicyAction="Retain"), [], ["sqs:DeleteQueue"]),
        (
            _change("Modify", "AWS::DynamoDB::Table", "app-X-1", Replacement="True"),
            ["dynamodb:CreateTable table/app-X-*", "dynamodb:DeleteTable table/app-X-1"],
            [],
        ),
        (
            _change("Modify", "AWS::DynamoDB::Table", "t-1", Replacement="True", PolicyAction="ReplaceAndRetain"),
            ["dynamodb:CreateTable table/app-X-*"],
            ["dynamodb:DeleteTable"],
        ),
        (
            _change("Modify", "AWS::Lambda::Function", "app-X-1", _ROLE_OF_PLAN),
            ["lambda:UpdateFunctionConfiguration app-X-1", "iam:PassRole role/app-FnRole-*"],
            ["lambda:TagResource"],
        ),
        (
            _change("Modify", "AWS::Lambda::Function", "app-X-1", {"Target": {"Name": "Role"}}),
            ["iam:PassRole role/*"],
            [],
        ),
        (
            _change("Modify", "AWS::Lambda::Function", "app-X-1", _TAGS),
            ["lambda:TagResource app-X-1"],
            ["iam:PassRole", "lambda:UpdateFunctionConfiguration"],
        ),
        (
            _change("Import", "AWS::Logs::LogGroup", "/app/logs"),
            ["logs:GetDataProtectionPolicy /app/logs"],
            ["logs:CreateLogGroup"],
        ),
        (
            _change("Modify", "AWS::SNS::Topic", "arn:aws:sns:eu-west-1:111122223333:news", _TAGS),
            ["sns:TagResource news"],
            ["sns:SetTopicAttributes"],
        ),
    ],
)
def test_a_change_set_changes_what_it_says(entry: dict[str, object], there: list[str], absent: list[str]) -> None:
    """Only what changes, under the name that it has; a replacement under both."""
    role = _change("Add", "AWS::IAM::Role")
    role["ResourceChange"]["LogicalResourceId"] = "FnRole"  # type: ignore[index]
    raw = {"StackName": "app", "Changes": [entry, role]}
    asked = [one for one in _asked(read_template(json.dumps(raw).encode(), HERE)) if one.address == "X"]
    assert set(there) <= {f"{one.action} {one.resource.rpartition(':')[2]}" for one in asked}
    assert not {one.action for one in asked} & set(absent)


def test_a_page_of_a_change_set_is_not_taken_for_the_whole() -> None:
    """The other pages hold changes too."""
    with pytest.raises(InputError, match="NextToken"):
        read_template(b'{"StackName": "app", "Changes": [], "NextToken": "x"}', HERE)


def test_what_only_a_deployment_writes_out_is_named() -> None:
    """A loop, and the template of a nested stack."""
    looped = {"Fn::ForEach::Topics": ["Name", ["a", "b"], {}], "Inner": {"Type": "AWS::CloudFormation::Stack"}}
    found = read_template(json.dumps({"Resources": looped}).encode(), HERE)
    assert not_handled(found) == ("AWS::CloudFormation::Stack", "Fn::ForEach")


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
    assert is_template(_TEMPLATE.decode().encode("utf-16"))
    assert read_template(_TEMPLATE.decode().encode("utf-16"), HERE) == read_template(_TEMPLATE, HERE)
    assert not is_template(b'{"format_version":"1.2","terraform_version":"1.11.4","x":"AWS::S3"}')
