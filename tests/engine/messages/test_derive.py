"""What follows from the fields that were read."""

import pytest

from whydenied.engine.messages import derive
from whydenied.engine.messages.parsed import ParsedError


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
        ("assumed-role/app-guests/CognitoIdentityCredentials", "cognito-identity"),
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


@pytest.mark.parametrize(
    ("action", "group"),
    [
        ("iam:PassRole", "pass-role"),
        ("iam:CreateServiceLinkedRole", "service-linked-role"),
        ("sts:AssumeRole", "assume-role"),
        ("sts:TagSession", "assume-role"),
        ("sts:SetSourceIdentity", "assume-role"),
        ("sts:AssumeRoleWithWebIdentity", "web-identity"),
        ("sts:AssumeRoleWithSAML", "saml"),
        ("ecr:GetAuthorizationToken", "ecr-login"),
        ("aws-marketplace:Subscribe", "model-access"),
        ("aws-marketplace:ViewSubscriptions", "model-access"),
        ("kms:Decrypt", "kms"),
        ("KMS:Encrypt", "kms"),
        ("lakeformation:GetDataAccess", "other"),
        ("s3:GetObject", "other"),
        ("sts:GetCallerIdentity", "other"),
    ],
)
def test_an_action_has_a_group(action: str, group: str) -> None:
    assert derive.action_group(action) == group


NODE = "arn:aws:sts::111122223333:assumed-role/eks-apps-NodeInstanceRole-1A2B/i-0a1b2c3d4e5f67890"


@pytest.mark.parametrize(
    ("principal", "service", "is_doubtful"),
    [
        (NODE, "route53", True),
        (NODE, "s3", True),
        (NODE, None, True),
        *((NODE, service, False) for service in ("ec2", "ecr", "eks", "eks-auth", "autoscaling", "ssm", "sts")),
        (NODE, "ssmmessages", False),
        (NODE, "ec2messages", False),
        ("arn:aws:sts::111122223333:assumed-role/web/i-0a1b2c3d4e5f67890", "route53", False),
        ("arn:aws:sts::111122223333:assumed-role/eks-apps-NodeInstanceRole-1A2B/ana", "route53", False),
        (None, "route53", False),
    ],
)
def test_a_pods_call_that_ran_as_its_node_is_doubtful(
    principal: str | None, service: str | None, is_doubtful: bool
) -> None:
    assert derive.is_doubtful(ParsedError(principal=principal, service=service)) == is_doubtful


@pytest.mark.parametrize(
    ("role", "workload"),
    [
        ("nodes.k8s.example.org", "eks-node"),
        ("prod-node-group-1", "eks-node"),
        ("nodegroup", "eks-node"),
        ("NodeInstanceRole", "eks-node"),
        ("worker-node", "eks-node"),
        ("eks-node", "eks-node"),
        ("node-role", "eks-node"),
        ("KarpenterNodeRole-apps", "eks-node"),
        ("karpenter-node", "eks-node"),
        ("web", "ec2-instance"),
        ("anodes.example", "ec2-instance"),
    ],
)
def test_a_nodes_role_is_known_by_its_name(role: str, workload: str) -> None:
    assert derive.workload(f"arn:aws:sts::111122223333:assumed-role/{role}/i-0a1b2c3d4e5f67890") == workload


@pytest.mark.parametrize(
    ("principal", "workload"),
    [
        ("arn:aws:sts:XXXXassumed-role/eks-apps-NodeInstanceRole-1A2B/i-XXXX", "eks-node"),
        ("arn:aws:sts::***:assumed-role/web/mi-0a1b2c3d", "ec2-instance"),
        ("arn:aws:sts::111122223333:assumed-role/web/i-12", None),
        ("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0a1b/i-0a1b2c3d", "sso"),
        ("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0a1b", "sso"),
        ("arn:aws:sts::111122223333:assumed-role/app/aws-sdk-java-1680121851194", "sdk"),
        ("arn:aws:sts::111122223333:assumed-role/app/aws-go-sdk-1769108331990631464", "sdk"),
        ("arn:aws:iam::111122223333:user/ana", None),
        ("cloud_user", None),
    ],
)
def test_what_runs_is_read_off_masked_names_too(principal: str, workload: str | None) -> None:
    assert derive.workload(principal) == workload


@pytest.mark.parametrize(
    ("principal", "kind"),
    [
        ("CodeBuild", "service"),
        ("events.amazonaws.com", "service"),
        ("cloud_user", None),
        ("anonymous", "anonymous"),
        ("arn:aws:iam::111122223333:user/ana", "user"),
        ("arn:aws:iam::111122223333:root", "root"),
    ],
)
def test_a_bare_name_is_a_service_only_by_its_name(principal: str, kind: str | None) -> None:
    assert derive.kind_of_caller(principal) == kind


@pytest.mark.parametrize(
    ("resource", "kind", "service"),
    [
        ("s3://lake", "s3:bucket", "s3"),
        ("s3://lake/", "s3:bucket", "s3"),
        ("s3a://lake/raw", "s3:object", "s3"),
        ("https://lake.s3.eu-west-1.amazonaws.com/raw", "s3:object", "s3"),
        ("https://lake.s3.amazonaws.com", "s3:bucket", "s3"),
        ("https://s3.eu-west-1.amazonaws.com/lake/raw", "s3:object", "s3"),
        ("https://s3.eu-west-1.amazonaws.com/lake", "s3:bucket", "s3"),
        ("111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1.4", "ecr:repository", "ecr"),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/lake", "s3:accesspoint", "s3"),
        ("https://example.org/lake", None, None),
    ],
)
def test_a_path_and_an_image_are_resources_with_a_kind_and_a_service(
    resource: str, kind: str | None, service: str | None
) -> None:
    error = ParsedError(resource=resource)
    derive.complete(error, None)
    assert (derive.resource_kind(error), error.service) == (kind, service)


@pytest.mark.parametrize(
    ("given", "wrapped_by", "call", "expected"),
    [
        # A name without its service takes the one that was called, or the resource's.
        ({"action": "SendMessage"}, "SQS", None, ("sqs:SendMessage", "SendMessage", "sqs", None)),
        ({"action": "AssumeRole"}, "Lambda", None, ("sts:AssumeRole", None, "sts", None)),
        (
            {"action": "TagResource", "resource": "arn:aws:sns:eu-west-1:111122223333:t"},
            None,
            None,
            ("sns:TagResource", "TagResource", "sns", "eu-west-1"),
        ),
        # What a wrapper names that is no service needs no action.
        ({"operation": "GetMetadata"}, "ec2imds", None, (None, "GetMetadata", None, None)),
        ({"operation": "getParameter"}, None, None, ("ssm:GetParameter", "GetParameter", "ssm", None)),
        (
            {"operation": "CreateTags", "error_code": "UnauthorizedOperation"},
            None,
            None,
            ("ec2:CreateTags", "CreateTags", "ec2", None),
        ),
        ({}, "sns", "CreateTopic", ("sns:CreateTopic", None, "sns", None)),
        ({"action": "iam:PassRole"}, "sns", "CreateTopic", ("iam:PassRole", None, "iam", None)),
        ({}, None, "CreateTopic", (None, None, None, None)),
        ({"resource": "arn:aws:sqs:somewhere:111122223333:q"}, None, None, (None, None, "sqs", None)),
        ({"resource": "arn:aws:sqs:us-gov-west-1:111122223333:q"}, None, None, (None, None, "sqs", "us-gov-west-1")),
        ({"resource": "arn:aws:sqs:us-east-1x:111122223333:q"}, None, None, (None, None, "sqs", None)),
        ({"action": "CreateCluster"}, "Amazon EKS", None, ("eks:CreateCluster", "CreateCluster", "eks", None)),
        ({"operation": "CreateCluster"}, "EKS", None, ("eks:CreateCluster", "CreateCluster", "eks", None)),
        ({"operation": "CreateCluster"}, None, None, (None, "CreateCluster", None, None)),
        ({"operation": "aB"}, None, None, (None, "AB", None, None)),
        ({"operation": "ListBuckets"}, "S3", None, ("s3:ListAllMyBuckets", "ListBuckets", "s3", None)),
    ],
)
def test_what_is_missing_is_completed(
    given: dict[str, str], wrapped_by: str | None, call: str | None, expected: tuple[str | None, ...]
) -> None:
    error = ParsedError(**given)
    derive.complete(error, wrapped_by, call)
    assert (error.action, error.operation, error.service, error.region) == expected
