"""What follows from the fields that were read."""

import pytest

from engine.messages import derive
from engine.messages.parsed import ParsedError


@pytest.mark.parametrize(
    ("session", "workload"),
    [
        ("assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ana", "sso"),
        ("assumed-role/web/i-0a1b2c3d4e5f67890", "ec2-instance"),
        ("assumed-role/prod-eks-node-group-role/i-0a1b2c3d4e5f67890", "eks-node"),
        ("assumed-role/nodes.k8s.example.org/i-0a1b2c3d4e5f67890", "eks-node"),
        ("assumed-role/cfn/AWSCloudFormation", "cloudformation"),
        ("assumed-role/build/AWSCodeBuild-0a1b", "codebuild"),
        ("assumed-role/deploy/GitHubActions", "github-actions"),
        ("assumed-role/pod/eks-prod-orders-0a1b", "eks-pod"),
        ("assumed-role/cdk-hnb659fds-deploy-role-111122223333-eu-west-1/aws-cdk-ana", "cdk"),
        ("assumed-role/app/botocore-session-1730000000", "sdk"),
        ("assumed-role/app/ana", None),
    ],
)
def test_a_session_tells_what_runs_in_it(session: str, workload: str | None) -> None:
    assert derive.workload(f"arn:aws:sts::111122223333:{session}") == workload


@pytest.mark.parametrize(
    ("caller", "resource", "accounts"),
    [
        ("arn:aws:iam::111122223333:user/a", "arn:aws:sqs:eu-west-1:111122223333:q", "same"),
        ("arn:aws:iam::111122223333:user/a", "arn:aws:sqs:eu-west-1:444455556666:q", "cross"),
        ("arn:aws:iam::111122223333:user/a", "arn:aws:s3:::bucket", None),
        ("arn:aws:iam::111122223333:user/a", "arn:aws:sqs:eu-west-1:XXXX:q", None),
        ("***", "arn:aws:sqs:eu-west-1:444455556666:q", None),
        (None, None, None),
    ],
)
def test_accounts_are_compared_only_where_both_are_stated(
    caller: str | None, resource: str | None, accounts: str | None
) -> None:
    assert derive.accounts(ParsedError(principal=caller, resource=resource)) == accounts


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        ("arn:aws:s3:::bucket", "s3:bucket"),
        ("arn:aws:s3:::bucket/key", "s3:object"),
        ("arn:aws:iam::111122223333:role/path/name", "iam:role"),
        ("arn:aws:kms:eu-west-1:111122223333:key/1", "kms:key"),
        ("arn:aws:sqs:eu-west-1:111122223333:orders", "sqs"),
        ("*", None),
        ("my-repo", None),
    ],
)
def test_a_resource_has_a_kind(resource: str, kind: str | None) -> None:
    assert derive.resource_kind(ParsedError(resource=resource)) == kind


def test_an_action_follows_from_the_operation_and_the_service_that_was_called() -> None:
    error = ParsedError(operation="CreateLoadBalancer")
    derive.complete(error, "Elastic Load Balancing v2")
    assert (error.action, error.service) == ("elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing")


def test_a_stated_action_is_never_replaced() -> None:
    error = ParsedError(operation="RunInstances", action="iam:PassRole")
    derive.complete(error, "EC2")
    assert (error.action, error.service) == ("iam:PassRole", "iam")


def test_a_shared_operation_without_its_service_gives_no_action() -> None:
    error = ParsedError(operation="TagResource")
    derive.complete(error, None)
    assert error.action is None


@pytest.mark.parametrize(
    ("error", "is_stated", "detail"),
    [
        (ParsedError(policy_type="scp", effect="explicit"), True, "layer"),
        (ParsedError(effect="explicit"), True, "deny"),
        (ParsedError(effect="implicit"), True, "no-allow"),
        (ParsedError(), True, "action"),
        (ParsedError(), False, "none"),
    ],
)
def test_how_much_a_message_tells(error: ParsedError, is_stated: bool, detail: str) -> None:
    assert derive.detail(error, is_stated) == detail
