"""Requests that AWS never asks about get no change of a policy: it would change nothing."""

from typing import Any

import pytest

from tests.engine.evaluation.shorthand import expand
from whydenied.engine.evaluation import read_case
from whydenied.engine.remedies import Plan, plan

ACCOUNT = "111122223333"


def _plan(**short: Any) -> Plan:
    return plan(read_case(expand(short), explain=True))


@pytest.mark.parametrize(
    ("action", "target", "words"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports", "is no resource of s3:GetObject; those are"),
        ("s3:ListBucket", "arn:aws:s3:::reports/q1.csv", "is no resource of s3:ListBucket"),
        ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/app", "`arn:*:kms:*:*:key/*`"),
        ("sqs:SendMessage", f"arn:aws:sns:eu-west-1:{ACCOUNT}:jobs", "is no resource of sqs:SendMessage"),
        ("lamda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f", "Did you mean `lambda`?"),
        ("s3:GetObjct", "arn:aws:s3:::reports/q1.csv", "Did you mean `s3:GetObject`?"),
        ("s3:CopyObject", "arn:aws:s3:::reports/q1.csv", "needs s3:PutObject and s3:GetObject"),
    ],
)
def test_what_no_request_is_like_is_not_allowed(action: str, target: str, words: str) -> None:
    """An object's action on a bucket, an alias in the place of its key, names that do not exist."""
    found = _plan(action=action, target=target)
    assert found.remedy is None
    assert words in found.refusals[0]


@pytest.mark.parametrize(
    ("action", "target", "allowed"),
    [
        ("ec2:DescribeInstances", "*", "*"),
        (
            "elasticmapreduce:RunJobFlow",
            "arn:aws:elasticmapreduce:*:*:cluster/*",
            "arn:aws:elasticmapreduce:*:*:cluster/*",
        ),
        (
            "ec2:CreateTags",
            f"arn:aws:ec2:eu-west-1:{ACCOUNT}:<type>/<id>",
            f"arn:aws:ec2:eu-west-1:{ACCOUNT}:<type>/<id>",
        ),
        ("s3:GetObject", "arn:aws:s3:::reports/*", "arn:aws:s3:::reports/*"),
        ("qqqzzz:Do", "arn:aws:qqqzzz:::thing", "arn:aws:qqqzzz:::thing"),
    ],
)
def test_what_may_be_asked_is_allowed_as_it_is_asked(action: str, target: str, allowed: str) -> None:
    """Denials name ARNs for some actions without resource types; blanks stay blanks."""
    remedy = _plan(action=action, target=target).remedy
    assert remedy is not None
    assert [one["Resource"] for one in remedy.changes[0].statements] == [allowed]
    assert ("about no single resource" in remedy.changes[0].why[0]) is (allowed == "*")


def test_an_scp_may_have_ten_thousand_characters() -> None:
    """Twice as many as before, and white space counts, so that the merged document is written without."""
    for count, fits in ((200, True), (400, False)):
        guard = [{"Effect": "Allow", "Action": f"ec2:Run{number}", "Resource": "*"} for number in range(count // 2)]
        case = expand({"identity": [{"Effect": "Allow", "Action": "*", "Resource": "*"}], "scps": [guard]})
        case["scps"][0][0] = {"name": "Guard", "document": case["scps"][0][0], "home": {"identifier": "p-guard"}}
        remedy = plan(read_case(case, explain=True)).remedy
        assert remedy is not None
        (change,) = remedy.changes
        assert any(line.startswith("jq -c ") for line in change.commands) is fits
        assert any("an scp may have 10,240" in line for line in change.warnings) is not fits
