"""Policies that decide the same, however they are written, and policies that do not."""

from typing import Any

import pytest

from whydenied.checks.effect import grants, reference, same_effect

READ = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:ListBucket"],
    "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"],
}
SPLIT = [
    {"Sid": "A", "Effect": "Allow", "Action": "S3:getobject", "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::a"]},
    {"Sid": "B", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"]},
]
TRUST = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/a"}, "Action": "sts:AssumeRole"}
TAGGED = {**READ, "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["a", "b"]}}}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def same(form: dict[str, Any], shown: dict[str, Any], *beside: dict[str, Any]) -> bool:
    return same_effect(grants(form), [grants(shown)], grants(policy(*beside)), {})


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        (policy(READ), policy(*SPLIT)),
        (policy(*SPLIT), policy(READ)),
        ({"Statement": TRUST}, policy(TRUST)),
        (policy({**TRUST, "Principal": "*"}), policy({**TRUST, "Principal": {"AWS": "*"}})),
        (policy(TAGGED), policy({**TAGGED, "Condition": {"stringequals": {"aws:principaltag/team": ["b", "a"]}}})),
        (
            policy({**TRUST, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": True}}}),
            policy({**TRUST, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}),
        ),
    ],
)
def test_the_same_in_other_words_is_the_same(form: dict[str, Any], shown: dict[str, Any]) -> None:
    assert same(form, shown)


@pytest.mark.parametrize(
    "form",
    [
        policy(SPLIT[0]),
        policy(READ, TRUST),
        policy({**READ, "Effect": "Deny"}),
        policy({**READ, "Resource": "arn:aws:s3:::a"}),
        policy(TAGGED),
        policy({"Effect": "Allow", "NotAction": READ["Action"], "Resource": READ["Resource"]}),
        policy({"Effect": "Allow", "Action": READ["Action"], "NotResource": READ["Resource"]}),
    ],
)
def test_less_more_or_otherwise_is_not(form: dict[str, Any]) -> None:
    assert not same(form, policy(READ))


def test_a_condition_has_to_have_the_same_values() -> None:
    assert not same(policy({**TAGGED, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}}), policy(TAGGED))
    assert not same(
        policy({**TAGGED, "Condition": {"StringLike": {"aws:PrincipalTag/team": ["a", "b"]}}}), policy(TAGGED)
    )


def test_what_was_there_before_may_stay() -> None:
    assert same(policy(READ, TRUST), policy(READ), TRUST)
    assert not same(policy(TRUST), policy(READ), TRUST)


def test_a_reference_is_one_thing_everywhere() -> None:
    bucket = reference("aws_s3_bucket.a.arn")
    form = policy({**READ, "Resource": [bucket, f"{bucket}/*"]})
    assert same(form, policy(READ))
    assert not same(form, policy({**READ, "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b/*"]}))
    filled: dict[str, str] = {}
    assert same_effect(grants(form), [grants(policy(READ))], frozenset(), filled)
    assert filled == {"aws_s3_bucket.a.arn": "arn:aws:s3:::a"}
    other = policy({**READ, "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]})
    assert not same_effect(grants(form), [grants(other)], frozenset(), filled)


def test_very_long_policies_are_compared_as_they_stand() -> None:
    """No search over what references could be: it would not end."""
    long = policy({"Effect": "Allow", "Action": [f"s3:A{n}" for n in range(201)], "Resource": "*"})
    assert same(long, long)
    assert not same(policy(*long["Statement"], READ), long)
