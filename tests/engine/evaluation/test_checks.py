"""The request itself is checked: what it is about must exist, and what else it needs is said."""

from typing import Any

import pytest

from whydenied.engine.evaluation import read_case
from whydenied.engine.evaluation.explanation import explain


def _notes(action: str, resource: str) -> str:
    request: dict[str, Any] = {"principal": "arn:aws:iam::111122223333:user/ana", "action": action}
    case = {"request": {**request, "resource": resource, "resource_account": "111122223333"}}
    return " ".join(explain(read_case(case, explain=True)).notes)


@pytest.mark.parametrize(
    ("action", "resource", "words"),
    [
        ("s3:GetObjct", "arn:aws:s3:::b/k", "no action `s3:GetObjct`. Did you mean `s3:GetObject`?"),
        ("s3:HeadObject", "arn:aws:s3:::b/k", "the operation HeadObject needs s3:GetObject"),
        ("s3:CopyObject", "arn:aws:s3:::b/k", "needs s3:PutObject and s3:GetObject"),
        (
            "dynamodb:TransactWriteItems",
            "arn:aws:dynamodb:eu-west-1:111122223333:table/t",
            "needs dynamodb:PutItem and",
        ),
        ("s33:GetObject", "arn:aws:s3:::b/k", "no service prefix `s33`"),
        ("s3:GetObject", "arn:aws:s3:::b", "is no resource of s3:GetObject"),
        ("apigateway:POST", "arn:aws:apigateway:us-east-1::/nothing", "is no resource of apigateway:POST"),
        ("s3:ListBucket", "arn:aws:s3:::b/k", "is no resource of s3:ListBucket"),
        ("s3:GetObject", "*", "acts on a resource"),
        ("ec2:DescribeInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "has no resource types"),
        ("ec2:RunInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "may use several resources"),
        ("lambda:CreateFunction", "arn:aws:lambda:eu-west-1:111122223333:function:f", "needs iam:PassRole"),
    ],
)
def test_what_is_odd_is_said(action: str, resource: str, words: str) -> None:
    """A request that cannot be made, or asks for more, is not answered as if it were whole."""
    assert words in _notes(action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:PutObject", "arn:aws:s3:::b/k"),
        ("S3:putobject", "arn:aws:s3:::b/k"),
        ("ec2:DescribeInstances", "*"),
        ("s3:ListAllMyBuckets", "*"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:jobs"),
        ("iam:GetRole", "arn:aws:iam::111122223333:role/app/worker"),
        ("apigateway:POST", "arn:aws:apigateway:us-east-1::/apis"),
        ("apigateway:PATCH", "arn:aws:apigateway:us-east-1::/restapis/a1/stages/live"),
        ("lex:DescribeBot", "arn:aws:lex:us-east-1:111122223333:bot/ABCDEF1234"),
        ("lex:DescribeBot", "arn:aws:lex:us-east-1:111122223333:bot:OrderFlowers"),
    ],
)
def test_nothing_is_said_of_a_whole_request(action: str, resource: str) -> None:
    """Not even where case differs."""
    assert _notes(action, resource) == ""
