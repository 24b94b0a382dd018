"""What a request's parameters name is read by the forms of the action's own resource types."""

from pathlib import Path
from typing import Any

import pytest

from tests.case_files import cases_in
from whydenied.engine.cloudtrail.resources import EVERYTHING, resource_named

CASES = cases_in(Path(__file__).parent / "resources.yaml")


@pytest.mark.parametrize(("service", "operation", "parameters", "arn"), CASES)
def test_the_parameters_name_it(service: str, operation: str, parameters: dict[str, Any], arn: str | None) -> None:
    found = resource_named(f"{service}.amazonaws.com", operation, "us-east-1", "111122223333", parameters)
    assert found == arn


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "arn"),
    [
        ("cloudformation", "UpdateStack", {"stackName": "s"}, "cloudformation:us-east-1:111122223333:stack/s/*"),
        ("secretsmanager", "GetSecretValue", {"secretId": "db"}, "secretsmanager:us-east-1:111122223333:secret:db-*"),
        ("mq", "UpdateBroker", {"brokerId": "b-1"}, "mq:us-east-1:111122223333:broker:*:b-1"),
        ("lex", "CreateIntentVersion", {"name": "a"}, "lex:us-east-1:111122223333:intent:a:*"),
        # What is being made, and what is looked for without a name, is known by its kind.
        ("ec2", "CreateVolume", {"snapshotId": "snap-1"}, "ec2:us-east-1:111122223333:volume/*"),
        ("ec2", "AllocateAddress", {}, "ec2:us-east-1:111122223333:elastic-ip/*"),
        ("elasticache", "DescribeReplicationGroups", {}, "elasticache:us-east-1:111122223333:replicationgroup:*"),
        ("glue", "ListIntegrationResourceProperties", {}, None),  # of four kinds, which the call is not named for
        ("ec2", "AttachVolume", {}, None),
        ("dynamodb", "PutItem", {}, None),
    ],
)
def test_an_id_that_is_not_told_may_have_a_sign(
    service: str, operation: str, parameters: dict[str, Any], arn: str | None
) -> None:
    """Beside a name that is told; of nothing at all nothing is said but of new things and of lists."""
    found = resource_named(f"{service}.amazonaws.com", operation, "us-east-1", "111122223333", parameters, "*")
    assert found == (f"arn:aws:{arn}" if arn else None)


@pytest.mark.parametrize("operation", ["DescribeRegions", "DescribeInstances"])
def test_an_action_that_takes_no_resource_is_on_everything(operation: str) -> None:
    """Whatever its parameters are; who wants an ARN gets none."""
    for parameters in ({}, {"instanceId": "i-1"}):
        request = ("ec2.amazonaws.com", operation, "us-east-1", "111122223333", parameters)
        assert (resource_named(*request, "*"), resource_named(*request)) == (EVERYTHING, None)


def test_what_is_deep_or_long_is_left_alone() -> None:
    """Parameters are the sender's: nothing of them costs more than it is worth."""
    deep: dict[str, Any] = {"tableName": "orders"}
    for _ in range(50):
        deep = {"inner": deep}
    assert resource_named("dynamodb.amazonaws.com", "PutItem", "us-east-1", "111122223333", deep) is None
    many = {f"name{number}": "x" for number in range(5_000)}
    assert resource_named("dynamodb.amazonaws.com", "PutItem", "us-east-1", "111122223333", many) is None


def test_a_partition_is_the_regions() -> None:
    """China and GovCloud have their own."""
    found = resource_named("dynamodb.amazonaws.com", "PutItem", "cn-north-1", "111122223333", {"tableName": "t"})
    assert found == "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/t"
