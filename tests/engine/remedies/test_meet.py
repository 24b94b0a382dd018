"""What a request can send and a caller can do, and what neither can."""

from typing import Any

import pytest

from tests.engine.evaluation.shorthand import expand
from whydenied.engine.evaluation import read_case
from whydenied.engine.remedies import Plan, plan

ACCOUNT = "111122223333"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
MFA = {**ALL, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role"
ENCRYPTED = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}


def _plan(**short: Any) -> Plan:
    return plan(read_case(expand(short), explain=True))


@pytest.mark.parametrize(
    ("caller", "words", "command"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/ana", "Sign in with MFA", "aws sts get-session-token --serial-number"),
        (f"{SESSION}/worker/one", "Have a user with MFA assume the role", "aws sts assume-role --role-arn <role-arn>"),
        (f"{SESSION}/AWSReservedSSO_Dev_0123456789abcdef/ana", "do not carry `aws:MultiFactorAuthPresent`", ""),
    ],
)
def test_mfa_is_brought_as_the_caller_can(caller: str, words: str, command: str) -> None:
    """A role's session cannot call GetSessionToken, and no session of Identity Center has the key."""
    remedy = _plan(caller=caller, identity=[MFA], context={"aws:MultiFactorAuthPresent": "false"}).remedy
    assert remedy is not None
    (met,) = remedy.meets
    assert words in met.how
    assert [line[: len(command)] for line in met.commands] == ([command] if command else [])


def test_another_caller_with_mfa_has_other_policies() -> None:
    """What a permission set lacks says nothing about who signs in otherwise, so both gates get a change."""
    caller = f"{SESSION}/AWSReservedSSO_Dev_0123456789abcdef/ana"
    remedy = _plan(caller=caller, scps=[[MFA]], context={"aws:MultiFactorAuthPresent": "false"}).remedy
    assert remedy is not None
    assert not remedy.meets
    assert {change.gate for change in remedy.changes} == {"scp", "identity"}


def test_nobody_gives_a_service_mfa() -> None:
    """Its statement is named as one that is gone round."""
    allow = {**MFA, "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:*"}
    queue = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
    found = _plan(caller={"service": "events.amazonaws.com"}, action="sqs:SendMessage", target=queue, resource=[allow])
    assert found.remedy is not None
    assert not found.remedy.meets
    assert found.remedy.weakens == "aws:MultiFactorAuthPresent is true"


@pytest.mark.parametrize(
    ("action", "target", "sent"),
    [
        ("s3:PutObject", "arn:aws:s3:::reports/q1.csv", True),
        ("s3:GetObject", "arn:aws:s3:::reports/q1.csv", False),
        ("s3:ListBucket", "arn:aws:s3:::reports", False),
    ],
)
def test_a_header_is_sent_where_the_action_has_it(action: str, target: str, sent: bool) -> None:
    """Reading has no header for encryption: a Deny that asks for it was meant for writing."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": ENCRYPTED}
    found = _plan(action=action, target=target, identity=[ALL], resource=[deny])
    assert found.remedy is not None
    assert bool(found.remedy.meets) is sent
    assert any("seems to be meant for other actions" in line for line in found.advice) is not sent
    assert not any("No way round" in line for line in found.advice)


def test_of_an_action_that_is_not_listed_nothing_is_known() -> None:
    deny = {**ALL, "Effect": "Deny", "Condition": {"Null": {"qqqzzz:thing": "true"}}}
    remedy = _plan(action="qqqzzz:Do", target="*", identity=[ALL, deny]).remedy
    assert remedy is not None
    assert [one.key for one in remedy.meets] == ["qqqzzz:thing"]


def test_what_two_edits_of_a_guardrail_weaken_is_said_once() -> None:
    guard = [{"Effect": "Deny", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}]
    remedy = _plan(identity=[ALL], scps=[guard]).remedy
    assert remedy is not None
    assert remedy.changes[0].guardrail.count("guardrail of the organization") == 1


def test_a_public_statement_that_keeps_services_out_still_does() -> None:
    """It is limited to the bucket's account; a copy for services would let in whom it refuses."""
    asked = {"Bool": {"aws:PrincipalIsAWSService": "false"}}
    people = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": asked,
    }
    caller = "arn:aws:iam::444455556666:user/eve"
    context = {"aws:PrincipalIsAWSService": "false"}
    settings = {"s3_block_public_access": True}
    remedy = _plan(caller=caller, identity=[ALL], resource=[people], context=context, settings=settings).remedy
    assert remedy is not None
    (change,) = [one for one in remedy.changes if one.after is not None]
    kept = [one for one in change.after["Statement"] if one["Principal"] == "*"] if change.after else []
    assert [one["Condition"] for one in kept] == [{**asked, "StringEquals": {"aws:PrincipalAccount": ACCOUNT}}]


def test_a_deny_that_only_a_met_condition_would_meet_is_left_alone() -> None:
    """The key policy names the caller, so that nobody has to call from the network that a session is kept out of."""
    office = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k1"
    found = _plan(
        action="kms:Decrypt",
        target=key,
        identity=[{**ALL, "Condition": office}],
        session=[{**ALL, "Effect": "Deny", "Condition": office}],
    )
    for remedy in (found.remedy, *found.alternatives):
        assert remedy is not None
        assert [change.gate for change in remedy.changes] == ["resource"]
