"""Problems of a policy, as data."""

from typing import Any

import pytest

from whydenied.engine.policy.kinds import Kind
from whydenied.engine.policy.validation import MAX_PROBLEMS, validate

_GOOD = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}


def _problems(statement: dict[str, Any], kind: Kind = "identity", version: str = "2012-10-17") -> set[str]:
    return {problem.code for problem in validate({"Version": version, "Statement": statement}, kind)}


def test_good_policy_has_no_problems() -> None:
    """Nothing is reported where nothing is wrong."""
    assert _problems({**_GOOD, "Condition": {"StringLike": {"aws:PrincipalTag/team": "a*"}}}) == set()
    assert _problems({"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}) == set()
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    assert _problems(trust, "resource") == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Action": "s3:GetObjekt"}, "unknown-action"),
        ({"Action": "sss:GetObject"}, "unknown-service"),
        ({"Action": "s3:GetObject,s3:PutObject"}, "action"),
        ({"Action": "s3:ListBucket"}, "resource-type"),
        ({"Action": "ec2:DescribeInstances"}, "no-resource-types"),
        ({"Resource": "my-bucket"}, "arn"),
        ({"Effect": "allow"}, "effect"),
        ({"NotAction": "s3:*"}, "both"),
        ({"Principal": "*"}, "principal"),
        ({"Ressource": "*"}, "unknown-element"),
        ({"Condition": {"StringEqual": {"aws:username": "a"}}}, "unknown-operator"),
        ({"Condition": {"StringEquals": {"aws:usernam": "a"}}}, "unknown-key"),
        ({"Condition": {"StringEquals": {"aws:username": "a*"}}}, "wildcard"),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "here"}}}, "value"),
        ({"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}}, "for-all-values"),
        ({"Condition": "x"}, "condition"),
    ],
)
def test_problem_is_found(change: dict[str, Any], code: str) -> None:
    """Each mistake is reported under its own code."""
    assert code in _problems({**_GOOD, **change})


@pytest.mark.parametrize(
    ("change", "meant"),
    [
        ({"Action": "s3:GetObjekt"}, "s3:GetObject"),
        ({"Action": "dynamod:GetItem"}, "dynamodb"),
        ({"Ressource": "*"}, "Resource"),
        ({"Condition": {"StringEqual": {"aws:username": "a"}}}, "StringEquals"),
        ({"Condition": {"StringEquals": {"aws:SourcIp": "a"}}}, "aws:SourceIp"),
    ],
)
def test_did_you_mean(change: dict[str, Any], meant: str) -> None:
    """A misspelt name comes with the right one."""
    problems = validate({"Version": "2012-10-17", "Statement": {**_GOOD, **change}}, "identity")
    assert meant in [hint for problem in problems for hint in problem.hint]


def test_variables_need_the_version() -> None:
    """The rule that turns variables into plain text is pointed out."""
    assert "variable" in _problems({**_GOOD, "Resource": "arn:aws:s3:::b/${aws:username}"}, version="2008-10-17")


@pytest.mark.parametrize("raw", [None, "{", 5, [], {}, {"Statement": []}, {"Statement": [5]}, {"Version": "2020"}])
def test_broken_documents_are_reported(raw: Any) -> None:
    """No document raises."""
    assert validate(raw, "identity")


def test_the_list_is_bounded() -> None:
    """A hopeless document does not fill the page."""
    assert len(validate({"Statement": [5] * 5000}, "identity")) == MAX_PROBLEMS
