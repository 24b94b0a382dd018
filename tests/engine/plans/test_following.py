"""What the resource that a tool was at will be asked for next: expected, and never claimed as proved."""

import pytest

from whydenied.engine.drafts.draft import draft_for
from whydenied.engine.drafts.forms import with_expected
from whydenied.engine.drafts.merge import merged
from whydenied.engine.drafts.record import Draft
from whydenied.engine.messages.parsed import ParsedError, Span
from whydenied.engine.plans.following import with_following

_ROLE = "arn:aws:sts::111122223333:assumed-role/deployer/run"


def _draft(action: str, resource: str, tail: str, head: str = "") -> Draft:
    """Return the draft for a denial whose sentence stands between two texts."""
    said = f"User: {_ROLE} is not authorized to perform: {action} on resource: {resource}"
    text = f"{head}{said}{tail}"
    error = ParsedError(
        principal=_ROLE,
        action=action,
        resource=resource,
        effect="implicit",
        policy_type="identity",
        spans=(Span("action", len(head), len(head) + len(said)),),
    )
    drafted = draft_for(error, "identity-no-allow", "identity", text)
    assert drafted is not None
    return with_following(drafted, error, text)


def test_terraforms_resource_is_read_and_its_calls_make_one_change() -> None:
    """A bucket policy that could not be put will be read as well; the statement that is proved stays as it was."""
    found = _draft(
        "s3:PutBucketPolicy",
        "arn:aws:s3:::exports",
        "\n\n  with module.site.aws_s3_bucket_policy.exports,\n  on main.tf line 3",
    )
    assert [one["Action"] for one in found.statements] == ["s3:PutBucketPolicy"]
    assert found.expected == (
        {"Effect": "Allow", "Action": ["s3:GetBucketPolicy", "s3:PutBucketPolicy"], "Resource": "arn:aws:s3:::exports"},
    )
    assert (
        "`module.site.aws_s3_bucket_policy.exports` is expected to call `s3:GetBucketPolicy` as well" in found.notes[-1]
    )
    assert "not proved" in found.notes[-1]


def test_a_bucket_is_read_in_many_ways_and_put_in_none_that_is_not_written() -> None:
    """The note names the first, and says how many more."""
    found = _draft("s3:CreateBucket", "arn:aws:s3:::exports", "\n\n  with aws_s3_bucket.exports,")
    (statement,) = found.expected
    assert "s3:GetEncryptionConfiguration" in statement["Action"]
    assert not [one for one in statement["Action"] if one.startswith("s3:Put")]
    assert " more as well" in found.notes[-1]


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("  aws:s3/bucketPolicy:BucketPolicy (exports):\n    error: ", ""),
        ("", "\nAWS::S3::BucketPolicy | Policy | CREATE_FAILED"),
    ],
)
def test_pulumi_and_cloudformation_name_resources_too(head: str, tail: str) -> None:
    """Each in its own way."""
    found = _draft("s3:PutBucketPolicy", "arn:aws:s3:::exports", tail, head)
    assert {action for one in found.expected for action in one["Action"]} == {
        "s3:GetBucketPolicy",
        "s3:PutBucketPolicy",
    }


@pytest.mark.parametrize(
    "tail",
    [
        "",
        "\n\n  with aws_no_such_type.x,",
        "\n\n  with null_resource.x,",
        "x" * 2_000 + " with aws_s3_bucket_policy.far,",
    ],
)
def test_nothing_is_made_up_where_no_resource_is_named(tail: str) -> None:
    """No type, a type that nobody knows, another provider's, and one that belongs to something else."""
    found = _draft("s3:PutBucketPolicy", "arn:aws:s3:::exports", tail)
    assert found.expected == ()


def test_two_denials_keep_what_each_is_expected_to_need() -> None:
    """One change for one caller, and one set of expected statements."""
    one = _draft("s3:PutBucketPolicy", "arn:aws:s3:::a", "\n\n  with aws_s3_bucket_policy.a,")
    other = _draft("sqs:CreateQueue", "arn:aws:sqs:eu-west-1:111122223333:q", "")
    (both,) = merged([one, other])
    assert {statement["Resource"] for statement in both.expected} == {
        "arn:aws:s3:::a",
        "arn:aws:sqs:eu-west-1:111122223333:q",
    }


def _expected(found: Draft) -> dict[str, object]:
    """Return the resource that each action is expected on."""
    return {
        action: one["Resource"]
        for one in found.expected
        for action in (one["Action"] if isinstance(one["Action"], list) else [one["Action"]])
    }


def test_who_changes_a_record_waits_for_the_change() -> None:
    """A change of Route 53 is a resource of its own."""
    found = _draft(
        "route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1", "\n\n  with aws_route53_record.www,"
    )
    assert _expected(found)["route53:GetChange"] == "arn:aws:route53:::change/*"


@pytest.mark.parametrize("end", [":log-stream:", ":*", ""])
def test_the_tags_of_a_log_group_are_asked_for_on_the_group_itself(end: str) -> None:
    """A denial of CreateLogGroup names the group's streams; a statement about those would not let the tags be read."""
    group = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/api"
    found = _expected(_draft("logs:CreateLogGroup", group + end, "\n\n  with aws_cloudwatch_log_group.api,"))
    assert found["logs:ListTagsForResource"] == group
    assert found["logs:CreateLogGroup"] == group + end


def test_cloudformation_calls_what_its_own_handlers_call() -> None:
    """Terraform lists a function's versions; CloudFormation does not, and reads its recursion settings."""
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:api"
    stack = _expected(_draft("lambda:CreateFunction", arn, "", "CREATE_FAILED | AWS::Lambda::Function | Api | "))
    pulumi = _expected(_draft("lambda:CreateFunction", arn, "", "  aws:lambda/function:Function (api):\n    error: "))
    assert "lambda:ListVersionsByFunction" in pulumi.keys() - stack.keys()
    assert "lambda:GetFunctionRecursionConfig" in stack.keys() - pulumi.keys()


@pytest.mark.parametrize(
    ("head", "action", "resource", "next_one"),
    [
        ("aws:s3/bucketV2:BucketV2 (exports): ", "s3:CreateBucket", "arn:aws:s3:::exports", "s3:GetBucketPolicy"),
        (
            "aws:rds/instance:Instance (main): ",
            "rds:CreateDBInstance",
            "arn:aws:rds:eu-west-1:111122223333:db:main",
            "rds:DescribeDBInstances",
        ),
        (
            "AWS::StepFunctions::StateMachine | ",
            "states:CreateStateMachine",
            "arn:aws:states:eu-west-1:111122223333:stateMachine:nightly",
            "states:DescribeStateMachine",
        ),
    ],
)
def test_types_that_terraform_calls_otherwise_are_known_too(
    head: str, action: str, resource: str, next_one: str
) -> None:
    """Pulumi's second versions, and services that have another name."""
    assert next_one in _expected(_draft(action, resource, "", head))


_FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:f"


@pytest.mark.parametrize(
    ("action", "resource", "kind", "service"),
    [
        ("lambda:CreateFunction", _FUNCTION, "aws_lambda_function", "lambda.amazonaws.com"),
        ("ecs:CreateCluster", "arn:aws:ecs:eu-west-1:111122223333:cluster/c", "aws_ecs_cluster", ""),
        ("lambda:DeleteFunction", _FUNCTION, "aws_lambda_function", ""),
        ("lambda:GetFunction", _FUNCTION, "aws_lambda_function", ""),
    ],
)
def test_the_role_that_a_resource_cannot_be_made_without_is_passed_next(
    action: str, resource: str, kind: str, service: str
) -> None:
    """Where it is about to be made; its name is a blank."""
    found = _draft(action, resource, f"\n\n  with {kind}.x,")
    passed = [one for one in found.expected if one["Action"] == "iam:PassRole"]
    assert passed == [
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": "arn:aws:iam::111122223333:role/<role-name>",
            "Condition": {"StringEquals": {"iam:PassedToService": service}},
        }
        for _ in filter(None, (service,))
    ]
    assert any("iam:PassRole" in note for note in found.notes) is bool(service)
    more = with_expected(found)
    assert more is None or bool(more.blanks) is bool(service)


@pytest.mark.parametrize(("action", "said"), [("ecs:CreateCluster", True), ("ecs:DeleteCluster", False)])
def test_the_role_that_a_service_makes_for_itself_is_told_of(action: str, said: bool) -> None:
    """The first of a kind in an account, and no other."""
    found = _draft(action, "arn:aws:ecs:eu-west-1:111122223333:cluster/c", "\n\n  with aws_ecs_cluster.c,")
    assert any("service-linked role of `ecs.amazonaws.com`" in note for note in found.notes) is said
