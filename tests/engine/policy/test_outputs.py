"""Which command printed an output, and the policies in it."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from whydenied.engine.errors import InputError
from whydenied.engine.policy.outputs import OUTPUTS, decoded, output_of, policies_in

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TEXT = json.dumps(POLICY)
ENDPOINT = {"VpcEndpointId": "vpce-1", "PolicyDocument": TEXT}

PRINTED: list[tuple[str, dict[str, Any], str]] = [
    ("aws kms get-key-policy", {"Policy": TEXT, "PolicyName": "default"}, "default"),
    ("aws lambda get-policy", {"Policy": TEXT, "RevisionId": "7"}, ""),
    ("aws s3api get-bucket-policy", {"Policy": TEXT}, ""),
    ("aws ecr get-repository-policy", {"registryId": "1", "repositoryName": "app", "policyText": TEXT}, "app"),
    ("aws secretsmanager get-resource-policy", {"ARN": "arn:…", "Name": "db", "ResourcePolicy": TEXT}, "db"),
    ("aws sqs get-queue-attributes", {"Attributes": {"QueueArn": "arn:…", "Policy": TEXT}}, ""),
    ("aws sns get-topic-attributes", {"Attributes": {"TopicArn": "arn:…", "Policy": TEXT}}, ""),
    ("aws ec2 describe-vpc-endpoints", {"VpcEndpoints": [{"VpcEndpointId": "vpce-0"}, ENDPOINT]}, "vpce-1"),
    ("aws iam get-policy-version", {"PolicyVersion": {"VersionId": "v1", "Document": POLICY}}, ""),
    ("aws iam get-role-policy", {"RoleName": "r", "PolicyName": "p", "PolicyDocument": quote(TEXT)}, "p"),
    ("aws iam get-role", {"Role": {"RoleName": "r", "AssumeRolePolicyDocument": POLICY}}, "r"),
]


@pytest.mark.parametrize(("command", "data", "name"), PRINTED, ids=lambda one: one if isinstance(one, str) else "")
def test_a_policy_is_found_in_what_each_command_prints(command: str, data: dict[str, Any], name: str) -> None:
    output = output_of(data)
    assert output is not None
    assert output.command == command
    assert policies_in(data) == [{"name": name, "document": POLICY} if name else POLICY]


def test_each_output_of_the_table_was_tried() -> None:
    assert {output.command for output in OUTPUTS} == {command for command, _, _ in PRINTED}


@pytest.mark.parametrize(
    "data",
    [
        {"VpcEndpoints": [ENDPOINT, {**ENDPOINT, "VpcEndpointId": "vpce-2"}]},
        {"VpcEndpoints": []},
        {"Role": {"RoleName": "r"}},
        {"Policy": {"Arn": "arn:…", "DefaultVersionId": "v1"}},
        {"Attributes": {"Policy": TEXT}},
        {},
    ],
)
def test_what_does_not_tell_one_sides_policies_is_no_such_output(data: dict[str, Any]) -> None:
    """Of two endpoints nobody knows which it was; the head of a policy is not the policy."""
    assert output_of(data) is None


def test_text_is_decoded_only_where_it_was_encoded() -> None:
    """A percent sign inside a policy stays what it is."""
    assert decoded(" " + quote(TEXT).lower()).strip().lower() == TEXT.lower()
    assert decoded(quote(f"[{TEXT}]")) == f"[{TEXT}]"
    assert decoded('{"a": "100%25"}') == '{"a": "100%25"}'


@pytest.mark.parametrize("value", ["no policy", 7, [[["[" * 20]]], {"Policy": {"Policy": {"Policy": "x"}}}])
def test_where_there_is_none_it_is_said(value: Any) -> None:
    with pytest.raises(InputError, match="is no policy"):
        policies_in(value)
