"""Who owns a resource where nobody says it, and what other accounts can never do."""

import re
from typing import Any

import pytest

from whydenied.engine.evaluation import evaluate_case
from whydenied.engine.evaluation.ownership import in_one_account
from whydenied.engine.evaluation.services.own_account import OWN_ACCOUNT_ONLY
from whydenied.engine.policy.principals import read_caller

_ANA = "arn:aws:iam::111122223333:user/ana"


@pytest.mark.parametrize(
    ("resource", "stated", "one"),
    [
        ("*", None, True),
        ("arn:aws:bedrock:eu-west-1::foundation-model/some.model", None, True),
        ("arn:aws:ec2:eu-west-1::image/ami-1", None, True),
        ("arn:aws:ec2:eu-west-1::snapshot/snap-1", None, True),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", None, True),
        ("arn:aws:route53:::hostedzone/Z1", None, True),
        ("arn:aws:route53:::hostedzone/Z1", "444455556666", False),
        ("arn:aws:ec2:eu-west-1::instance/i-1", None, None),
        ("arn:aws:ssm:eu-west-1::parameter/aws/service/ecs", None, True),
        ("arn:aws:ssm:eu-west-1::parameter/mine", None, None),
        ("arn:aws:ssm:eu-west-1::document/AWS-RunShellScript", None, True),
        ("arn:aws:securityhub:eu-west-1::product/aws/guardduty", None, True),
        ("arn:aws:s3:::reports", None, None),
        ("arn:aws:s3:::reports", "111122223333", True),
        ("arn:aws:sqs:eu-west-1:111122223333:jobs", "111122223333", True),
        ("*", "444455556666", False),
        ("arn:aws:nothing:::x", None, None),
        ("no ARN", None, None),
    ],
)
def test_whose_it_is(resource: str, stated: str | None, one: bool | None) -> None:
    """An action on `*` and AWS's own resources are decided by the caller's policies; a bucket has some owner."""
    from whydenied.engine.evaluation.ownership import account_in

    assert in_one_account(read_caller(_ANA), "x:y", resource, stated or account_in(resource)) is one


@pytest.mark.parametrize("principal", ["anonymous", {"service": "sns.amazonaws.com"}])
def test_who_has_no_account_owns_nothing(principal: Any) -> None:
    """An unsigned caller is outside every account."""
    assert in_one_account(read_caller(principal), "x:y", "*", None) is False


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:DescribeInstances", "*"),
        ("bedrock:InvokeModel", "arn:aws:bedrock:eu-west-1::foundation-model/some.model"),
        ("iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ],
)
@pytest.mark.parametrize(
    ("statements", "decision", "gates"),
    [
        ([{"Effect": "Allow", "Action": "*", "Resource": "*"}], "Allowed", []),
        ([], "ImplicitlyDenied", ["identity"]),
    ],
)
def test_the_identity_policy_decides(
    action: str, resource: str, statements: list[Any], decision: str, gates: list[str]
) -> None:
    """No resource policy is asked for where there can be none."""
    request = {"principal": _ANA, "action": action, "resource": resource, "resource_account": None}
    document = {"Version": "2012-10-17", "Statement": statements}
    answer = evaluate_case({"request": request, "identity_policies": [{"name": "p", "document": document}]})
    assert (answer["decision"], answer["blocked_by"]) == (decision, gates)


def test_the_table_is_what_the_references_say() -> None:
    """Each operation's own reference, as botocore carries it, says whether it works across accounts."""
    session = pytest.importorskip("botocore.session").get_session()
    says = re.compile(
        r"Cross-account use\s*:?\s*No\b|Cross-account permissions don't apply to this action"
        r"|belong to the bucket owner's account in order to use this operation"
    )
    for prefix, model in (("kms", "kms"), ("sqs", "sqs"), ("s3", "s3"), ("cloudhsm", "cloudhsmv2")):
        service = session.get_service_model(model)
        found = {
            name.lower()
            for name in service.operation_names
            if says.search(re.sub("<[^>]+>", "", service.operation_model(name).documentation))
        }
        # Message move tasks stand in the guide of SQS alone.
        assert {one for one in OWN_ACCOUNT_ONLY[prefix] if "messagemovetask" not in one} == found
