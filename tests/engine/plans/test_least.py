"""The least policy: named actions, in pieces that AWS takes."""

import msgspec
import pytest

from tests.engine.plans.written import HERE, change, plan_of
from whydenied.engine.plans.least import MAX_POLICIES, MAX_POLICY, least_policy, size_of
from whydenied.engine.plans.requests import asked_of
from whydenied.engine.policy.names import Names

_NAMES = Names()


def _buckets(count: int) -> list[dict[str, object]]:
    return [
        change(f"aws_s3_bucket.b{at}", after={"bucket": f"acme-{at:05d}"}, unknown={"arn": True}) for at in range(count)
    ]


def test_actions_are_named_and_resources_are_the_plans() -> None:
    """No `s3:*`, and one statement for one resource."""
    least = least_policy(asked_of(plan_of(*_buckets(1)), HERE, _NAMES))
    (document,) = least.documents
    text = msgspec.json.encode(document).decode()
    assert "s3:CreateBucket" in text
    assert "*" not in text
    assert len(document["Statement"]) == 1  # type: ignore[arg-type]


def test_what_is_too_long_for_one_policy_becomes_several_and_loses_nothing() -> None:
    """Each has at most 6,144 characters."""
    asked = list(asked_of(plan_of(*_buckets(300)), HERE, _NAMES))
    least = least_policy(asked)
    assert 1 < len(least.documents) <= MAX_POLICIES
    assert max(map(size_of, least.documents)) <= MAX_POLICY
    held = {
        (action, resource)
        for document in least.documents
        for statement in document["Statement"]  # type: ignore[attr-defined]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        for resource in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
    }
    assert held == {(one.action, one.resource) for one in asked if one.expected}


@pytest.mark.slow
def test_what_is_too_long_for_ten_policies_is_shortened_and_said() -> None:
    """The names' common beginning takes their place."""
    least = least_policy(asked_of(plan_of(*_buckets(5_000)), HERE, _NAMES))
    assert least.fits
    assert least.widened == ("arn:aws:s3:::acme-0*",)
