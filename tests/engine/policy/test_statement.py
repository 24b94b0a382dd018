"""Action, Resource and Principal of one statement."""

from typing import Any

import pytest

from whydenied.engine.errors import InputError
from whydenied.engine.policy import Grade, Resource, Statement, read_caller, read_context
from whydenied.engine.policy.kinds import Kind

_QUEUE = "arn:aws:sqs:eu-west-1:111122223333:jobs"
_INSTANCE = "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"
_LOGS = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws-glue/jobs/output:log-stream:jr_1"


def _statement(kind: Kind = "identity", **elements: Any) -> Statement:
    return Statement({"Effect": "Allow", **elements}, 0, kind, True)


@pytest.mark.parametrize(
    ("elements", "covers"),
    [
        ({"Action": "*"}, True),
        ({"Action": "S3:getobject"}, True),
        ({"Action": "s3:Get*"}, True),
        ({"Action": ["sqs:*", "s3:Get??????"]}, True),
        ({"Action": "s3:"}, False),
        ({"Action": "s3:GetObject "}, False),
        ({"Action": "s3:GetObject,s3:PutObject"}, False),
        ({"Action": "*:GetObject"}, False),
        ({"Action": 5}, False),
        ({}, False),
        ({"NotAction": "iam:*"}, True),
        ({"NotAction": ["iam:*", "s3:Get*"]}, False),
        ({"NotAction": "*"}, False),
        ({"NotAction": []}, False),
        ({"NotAction": {"a": 1}}, False),
    ],
)
def test_action(elements: dict[str, Any], covers: bool) -> None:
    """Case never matters, white space always does, and a broken element covers nothing."""
    assert _statement(**elements).covers_action("s3:getobject") is covers


@pytest.mark.parametrize(
    ("kind", "elements", "resource", "covers"),
    [
        ("identity", {"Resource": "*"}, _QUEUE, True),
        ("identity", {"Resource": "arn:aws:sqs:*:111122223333:jo*"}, _QUEUE, True),
        ("identity", {"Resource": "arn:aws:sqs:eu-*-1:111122223333:jobs"}, _QUEUE, True),
        ("identity", {"Resource": "arn:aws:sqs:us-*-1:111122223333:jobs"}, _QUEUE, False),
        ("identity", {"Resource": "ARN:aws:sqs:eu-west-1:111122223333:jobs"}, _QUEUE, False),
        ("identity", {"Resource": "arn:aws:ec2:*:*:instance/*"}, _INSTANCE, True),
        ("identity", {"Resource": "arn:aws:ec2:*:*:*/i-1"}, _INSTANCE, True),
        ("identity", {"Resource": "arn:aws:ec2:eu-west-1:111122223333:*/*"}, _INSTANCE, True),
        ("identity", {"Resource": "arn:aws:ec2:*:*:inst*/*"}, _INSTANCE, True),
        ("identity", {"Resource": "arn:aws:ec2:*:*:vol*/*"}, _INSTANCE, False),
        ("identity", {"NotResource": "arn:aws:ec2:*:*:*/i-1"}, _INSTANCE, False),
        ("identity", {"Resource": "arn:aws:logs:*:*:*:/aws-glue/*"}, _LOGS, True),
        ("identity", {"Resource": "arn:aws:s3:::*/k"}, "arn:aws:s3:::b/k", True),
        ("identity", {"Resource": "arn:aws:s3:::b/*"}, "arn:aws:s3:::b", False),
        (
            "identity",
            {"Resource": "arn:aws:lambda:*:function:f"},
            "arn:aws:lambda:eu-west-1:111122223333:function:f",
            True,
        ),
        ("identity", {"NotResource": "arn:aws:s3:::b/*"}, _QUEUE, True),
        ("identity", {"NotResource": [_QUEUE, "arn:aws:s3:::b"]}, _QUEUE, False),
        ("identity", {"NotResource": []}, _QUEUE, False),
        ("identity", {}, _QUEUE, False),
        ("resource", {}, _QUEUE, True),
        ("identity", {"Resource": "arn:aws:sqs"}, _QUEUE, True),
        ("boundary", {"Resource": "arn:aws:sqs:eu-west-1"}, _QUEUE, True),
        ("resource", {"Resource": "arn:aws:sqs"}, _QUEUE, False),
        ("resource", {"Resource": "arn:aws:sqs:*"}, _QUEUE, True),
        ("scp", {"Resource": "arn:aws:sqs:eu-west-1"}, _QUEUE, False),
        ("scp", {"Resource": ["arn:aws:sqs:eu-west-1", "*"]}, _QUEUE, False),
        ("scp", {"Resource": "arn:aws:sqs:*"}, _QUEUE, True),
        ("rcp", {"Resource": "arn:aws:sqs:*"}, _QUEUE, False),
        ("identity", {"NotResource": "arn:aws:sns"}, _QUEUE, False),
        ("identity", {"Resource": "arn:aws:sqs:${aws:region}:111122223333:jobs"}, _QUEUE, False),
        ("identity", {"Resource": "arn:aws:sqs:eu-west-1:111122223333:${aws:PrincipalTag/q}"}, _QUEUE, True),
        ("identity", {"Resource": "arn:aws:sqs:eu-west-1:111122223333:${aws:username}"}, _QUEUE, False),
        ("identity", {"NotResource": "arn:aws:sqs:eu-west-1:111122223333:${aws:username}"}, _QUEUE, True),
        ("identity", {"NotResource": ["arn:aws:sqs:*:*:${aws:username}", "arn:aws:sqs:*:*:jobs"]}, _QUEUE, False),
        ("identity", {"NotResource": "arn:aws:sqs:eu-west-1:111122223333:${aws:username"}, _QUEUE, False),
    ],
)
def test_resource(kind: Kind, elements: dict[str, Any], resource: str, covers: bool) -> None:
    """ARNs match by segment, wildcards in the type too, short ones by the kind of policy, and a variable needs a
    value: without one its entry covers nothing."""
    context = read_context({"aws:PrincipalTag/q": "jobs"})
    assert _statement(kind, **elements).covers_resource(Resource(resource), context) is covers


def test_action_without_resource_types_needs_the_star() -> None:
    """Where the action knows no resource types, an ARN in Resource never matches, and one in NotResource excludes
    nothing."""
    star = Resource("*", literal_only=True)
    context = read_context({})
    assert _statement(Resource=["arn:aws:s3:::b", "*"]).covers_resource(star, context)
    assert not _statement(Resource="arn:aws:s3:::*").covers_resource(star, context)
    assert _statement(NotResource="arn:aws:s3:::b").covers_resource(star, context)
    assert not _statement(NotResource="*").covers_resource(star, context)


def test_resource_with_an_unknown_variable_is_unknown() -> None:
    """What a variable stands for may decide, so that nobody can tell."""
    statement = _statement(Resource="arn:aws:s3:::home/${aws:username}/*")
    assert statement.covers_resource(Resource("arn:aws:s3:::home/ana/x"), read_context({}, complete=False)) is None


_USER = "arn:aws:iam::111122223333:user/team/ana"
_ROLE = "arn:aws:iam::111122223333:role/app/worker"
_SESSION = "arn:aws:sts::111122223333:assumed-role/worker/i-1"
_FEDERATED = "arn:aws:sts::111122223333:federated-user/ana"
_ROOT = "arn:aws:iam::111122223333:root"


@pytest.mark.parametrize(
    ("principal", "caller", "grade"),
    [
        ("*", _USER, Grade.FULL),
        ({"AWS": "*"}, "anonymous", Grade.FULL),
        ("*", {"service": "sns.amazonaws.com"}, Grade.FULL),
        ({"AWS": _USER}, _USER, Grade.FULL),
        (_USER, _USER, Grade.FULL),
        ({"AWS": _USER.upper()}, _USER, Grade.NONE),
        ({"AWS": [_ROOT, _USER]}, _USER, Grade.FULL),
        ({"AWS": "111122223333"}, _USER, Grade.ACCOUNT),
        ({"AWS": _ROOT}, _SESSION, Grade.ACCOUNT),
        ({"AWS": _ROOT}, _ROOT, Grade.FULL),
        ({"AWS": "444455556666"}, _USER, Grade.NONE),
        ({"AWS": _ROLE}, _ROLE, Grade.ROLE),
        ({"AWS": _ROLE}, _SESSION, Grade.ROLE),
        ({"AWS": "arn:aws:iam::111122223333:role/Worker"}, _SESSION, Grade.ROLE),
        ({"AWS": "arn:aws:iam::444455556666:role/worker"}, _SESSION, Grade.NONE),
        ({"AWS": _SESSION}, _SESSION, Grade.FULL),
        ({"AWS": _SESSION}, _ROLE, Grade.NONE),
        ({"AWS": "arn:aws:iam::111122223333:role/*"}, _ROLE, Grade.NONE),
        ({"AWS": _FEDERATED}, _FEDERATED, Grade.FULL),
        ({"AWS": "arn:aws:iam::111122223333:user/ana"}, _FEDERATED, Grade.ROLE),
        ({"Service": "sns.amazonaws.com"}, {"service": "sns.amazonaws.com"}, Grade.FULL),
        ({"Service": "sqs.amazonaws.com"}, {"service": "sns.amazonaws.com"}, Grade.NONE),
        ({"Federated": "accounts.google.com"}, {"federated": "accounts.google.com"}, Grade.FULL),
        ({"AWS": "AROAEXAMPLEID12345678"}, _ROLE, Grade.NONE),
        ({"AWS": 5}, _USER, Grade.NONE),
        (None, _USER, Grade.NONE),
    ],
)
def test_principal(principal: Any, caller: Any, grade: Grade) -> None:
    """The grade says how closely an Allow names the caller."""
    statement = _statement("resource", Principal=principal)
    assert statement.grade(read_caller(caller), bounded=False) is grade


@pytest.mark.parametrize(
    ("listed", "caller", "bounded", "denied"),
    [
        ([_USER, _ROOT], _USER, False, False),
        ([_USER], _USER, False, True),
        ([_ROOT], _USER, False, True),
        ([_USER, _ROOT], _USER, True, True),
        ([_ROLE, _ROOT], _SESSION, False, False),
        ([_ROLE], _SESSION, False, True),
        ([_SESSION, _ROOT], _SESSION, False, True),
        ([_ROLE, _ROOT, _SESSION], _SESSION, False, False),
        ([_ROLE, _ROOT], _ROLE, False, False),
        (["*"], "anonymous", False, False),
    ],
)
def test_not_principal_with_deny(listed: list[str], caller: str, bounded: bool, denied: bool) -> None:
    """The account and the user or role must be listed; a caller with a boundary is always denied."""
    raw = {"Effect": "Deny", "NotPrincipal": {"AWS": listed}}
    assert bool(Statement(raw, 0, "resource", True).grade(read_caller(caller), bounded)) is denied


def test_not_principal_with_allow_spares_whoever_is_listed() -> None:
    """With Allow it names everyone else."""
    statement = _statement("resource", NotPrincipal={"AWS": _USER})
    assert not statement.grade(read_caller(_USER), bounded=False)
    assert statement.grade(read_caller(_ROLE), bounded=False) is Grade.FULL


@pytest.mark.parametrize(
    "raw", [None, "", 5, "ana", {"user": "x"}, {"service": 5}, "arn:aws:iam::aws:role/r", "arn:aws:s3:::b"]
)
def test_caller_that_cannot_be_read(raw: Any) -> None:
    """The message says what to give instead."""
    with pytest.raises(InputError, match="ARN"):
        read_caller(raw)
