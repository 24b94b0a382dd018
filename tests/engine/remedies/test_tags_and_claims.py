"""What a caller cannot bring himself comes after what he can: tags of others', claims of other providers."""

from typing import Any

import pytest

from tests.engine.evaluation.shorthand import expand
from whydenied.engine.evaluation import read_case
from whydenied.engine.remedies import Plan, plan, plan_text

INSTANCE = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc"
OBJECT = "arn:aws:s3:::reports/q1.csv"
GOOGLE, COGNITO = "accounts.google.com", "cognito-identity.amazonaws.com"
GITHUB = "token.actions.githubusercontent.com"


def _plan(**short: Any) -> Plan:
    return plan(read_case(expand(short), explain=True))


def _abac(key: str, *further: dict[str, Any]) -> list[dict[str, Any]]:
    """The caller may do all to what has the tag of its team, and what `further` says."""
    condition = {"StringEquals": {key: "${aws:PrincipalTag/team}"}}
    return [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}, *further]


def _abac_plan(key: str, action: str, target: str, *further: dict[str, Any]) -> Plan:
    context = {key: "blue", "aws:PrincipalTag/team": "red"}
    return _plan(action=action, target=target, context=context, identity=_abac(key, *further))


CASES = [
    ("aws:ResourceTag/team", "ec2:StopInstances", INSTANCE, "ec2:CreateTags"),
    ("s3:ExistingObjectTag/team", "s3:GetObject", OBJECT, "s3:PutObjectTagging"),
]


@pytest.mark.parametrize(("key", "action", "target", "tags"), CASES)
def test_a_tag_that_others_must_set_comes_after_the_policy(key: str, action: str, target: str, tags: str) -> None:
    """It opens the resource to others, too: a statement for this request alone opens less."""
    found = _abac_plan(key, action, target)
    assert found.remedy is not None
    assert [change.gate for change in found.remedy.changes] == ["identity"]
    assert found.remedy.weakens
    assert any("this opens the resource to everybody" in one.how for other in found.alternatives for one in other.meets)
    assert "which no way was found" not in plan_text(found), tags


@pytest.mark.parametrize(("key", "action", "target", "tags"), CASES)
def test_who_may_tag_is_told_to_tag(key: str, action: str, target: str, tags: str) -> None:
    """Nobody else's policy has to change."""
    found = _abac_plan(key, action, target, {"Effect": "Allow", "Action": tags, "Resource": target})
    assert found.remedy is not None
    assert not found.remedy.changes
    assert [(one.key, one.value) for one in found.remedy.meets] == [(key, "red")]


def test_beside_a_tag_of_others_everything_else_is_met() -> None:
    """Only the tag is gone round: whoever can come from the network that a boundary asks for still does."""
    ask = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    red = {**ask, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}
    office = {**ask, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    found = _plan(identity=[red], boundary=[office], context={"aws:SourceIp": "203.0.113.7"})
    assert found.remedy is not None
    assert [one.key for one in found.remedy.meets] == ["aws:SourceIp"]
    assert [one.gate for one in found.remedy.changes] == ["identity"]
    assert found.remedy.weakens == "aws:PrincipalTag/team is red"


@pytest.mark.parametrize("may", [True, False])
def test_the_callers_own_tag_is_one_too(may: bool) -> None:
    """Whoever may tag his own user is told to; to anybody else a tag is given by others."""
    ask = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    red = {**ask, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}
    tags = {"Effect": "Allow", "Action": "iam:TagUser", "Resource": "arn:aws:iam::111122223333:user/ana"}
    found = _plan(identity=[red, *([tags] if may else [])])
    assert found.remedy is not None
    assert bool(found.remedy.meets) is may
    (asked,) = next(one for one in (found.remedy, *found.alternatives) if one.meets).meets
    assert (asked.key, asked.value) == ("aws:PrincipalTag/team", "red")
    assert "everything else, too, that policies give to who has this tag" in asked.how


@pytest.mark.parametrize(
    "further",
    [
        {"Action": "ec2:DeleteTags", "Resource": INSTANCE},
        {"Action": "ec2:CreateTags", "Resource": INSTANCE.replace("0abc", "0def")},
        {
            "Action": "ec2:CreateTags",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestTag/team": "green"}},
        },
    ],
    ids=["takes tags off", "of another instance", "another value"],
)
def test_who_may_tag_something_else_may_not_tag(further: dict[str, Any]) -> None:
    """The tag that is needed is decided as a request of its own: action, resource, tag and value."""
    key, action, target, _ = CASES[0]
    found = _abac_plan(key, action, target, {"Effect": "Allow", **further})
    assert found.remedy is not None
    assert found.remedy.changes


@pytest.mark.parametrize(
    ("provider", "claim"),
    [(GOOGLE, f"{GITHUB}:sub"), (COGNITO, f"{GITHUB}:sub"), (GOOGLE, f"{COGNITO}:aud"), (GOOGLE, "SAML:aud")],
)
def test_no_token_is_asked_for_another_providers_claim(provider: str, claim: str) -> None:
    """A copied condition names a claim that no token of this provider holds: it cannot be met."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {claim: "repo:acme/app:ref:refs/heads/main"}},
    }
    found = _plan(
        caller={"federated": provider},
        action="sts:AssumeRoleWithWebIdentity",
        target="arn:aws:iam::111122223333:role/deploy",
        context={f"{provider}:aud": "us-east-1:pool", f"{provider}:sub": "1234"},
        resource=[trust],
    )
    remedies = [one for one in (found.remedy, *found.alternatives) if one is not None]
    assert remedies
    assert not [one for remedy in remedies for one in remedy.meets]
    assert {f"{provider}:sub", f"{provider}:aud"} <= set(str(remedies[0].changes[0].after).split("'"))


def test_the_providers_own_claim_is_still_met() -> None:
    """The token of the provider that the statement names can hold it."""
    provider = f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{GITHUB}:sub": "repo:acme/app:ref:refs/heads/main"}},
    }
    found = _plan(
        caller={"federated": provider},
        action="sts:AssumeRoleWithWebIdentity",
        target="arn:aws:iam::111122223333:role/deploy",
        context={f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": "repo:acme/app:pull_request"},
        resource=[trust],
    )
    assert found.remedy is not None
    assert [one.key for one in found.remedy.meets] == [f"{GITHUB}:sub"]
