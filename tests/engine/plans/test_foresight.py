"""What a plan will be refused, at which gate, what cannot be known, and the change with which all of it passes."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.plans.written import HERE, ROLE, change, plan_of
from whydenied.engine.plans.foresight import Foresight, foresee
from whydenied.engine.plans.plan import Plan
from whydenied.engine.plans.requests import asked_of
from whydenied.engine.plans.standing import Standing
from whydenied.engine.policy.names import Names

_NAMES = Names()
_ALL: dict[str, Any] = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def _allow(actions: list[str] | str, resource: str = "*", **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _deny(actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Deny", "Action": actions, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [*_ALL["Statement"], statement]}


def _foresee(plan: Plan, **policies: Any) -> Foresight:
    case: Mapping[str, Any] = {"identity_policies": [_ALL], "unknown": [], **policies}
    return foresee(plan, asked_of(plan, HERE, _NAMES), Standing(ROLE, case, {}), HERE, _NAMES)


def _bucket(name: str = "x") -> dict[str, Any]:
    return change(f"aws_s3_bucket.{name}", after={"bucket": f"acme-{name}"}, unknown={"arn": True, "id": True})


def test_a_caller_that_may_all_is_refused_nothing() -> None:
    """Nothing is refused, and nothing unknown."""
    found = _foresee(plan_of(_bucket()))
    assert (found.refused, found.unknown, found.unseen) == ((), (), ())


def test_every_refusal_is_told_at_once_and_one_change_mends_them() -> None:
    """Two buckets, a role that may only read: the change names both, and with it nothing is refused."""
    found = _foresee(plan_of(_bucket("x"), _bucket("y")), identity_policies=[_allow(["s3:Get*", "s3:List*"])])
    assert {(one.asked.action, one.asked.resource, one.gates) for one in found.refused} == {
        ("s3:CreateBucket", "arn:aws:s3:::acme-x", ("identity",)),
        ("s3:CreateBucket", "arn:aws:s3:::acme-y", ("identity",)),
    }
    (draft,) = found.mended.drafts
    assert draft.statements == (
        {
            "Effect": "Allow",
            "Action": "s3:CreateBucket",
            "Resource": ["arn:aws:s3:::acme-x", "arn:aws:s3:::acme-y"],
        },
    )
    assert (found.mended.proved, found.mended.left) == (2, ())


def test_each_owner_gets_a_change_of_its_own() -> None:
    """The role lacks an Allow, and the boundary another: two changes, each at its gate."""
    found = _foresee(
        plan_of(_bucket()),
        identity_policies=[_allow(["s3:Get*", "s3:List*"])],
        permissions_boundaries=[_allow(["s3:Get*", "s3:List*", "s3:CreateBucket"], "arn:aws:s3:::other-*")],
    )
    assert {draft.gate for draft in found.mended.drafts} == {"identity", "boundary"}
    assert found.mended.left == ()


def test_a_deny_is_narrowed_once_for_all_that_it_refuses() -> None:
    """Two buckets, two actions: afterwards they pass, and all else that the Deny denied stays denied."""
    plan = plan_of(_bucket("x"), _bucket("y"))
    found = _foresee(plan, identity_policies=[_ALL, _deny("s3:*")])
    assert len(found.refused) > 20
    (draft,) = found.mended.drafts
    assert (draft.kind, found.mended.proved, found.mended.left) == ("exception", len(found.refused), ())
    others = plan_of(_bucket("z"), change("aws_s3_bucket_policy.x", after={"bucket": "acme-x", "policy": "{}"}))
    made = [one.raw for one in found.mended.policies.documents("identity")]
    still = {(one.asked.action, one.asked.resource) for one in _foresee(others, identity_policies=made).refused}
    assert ("s3:CreateBucket", "arn:aws:s3:::acme-z") in still
    assert ("s3:PutBucketPolicy", "arn:aws:s3:::acme-x") in still


def test_an_scp_that_denies_a_region_refuses_what_goes_there() -> None:
    """The Region of the plan is known."""
    where = {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}
    found = _foresee(plan_of(_bucket()), scps=[[_deny("s3:CreateBucket", Condition=where)]])
    assert {(one.asked.action, one.gates) for one in found.refused} == {("s3:CreateBucket", ("scp",))}
    assert not _foresee(
        plan_of(_bucket()),
        scps=[[_deny("s3:CreateBucket", Condition={"StringEquals": {"aws:RequestedRegion": "x-1"}})]],
    ).refused


def test_a_tag_that_a_policy_asks_for_and_the_plan_does_not_send_is_known_to_be_missing() -> None:
    """`aws:RequestTag/owner` is absent, not unknown."""
    untagged = {"Null": {"aws:RequestTag/owner": "true"}}
    found = _foresee(
        plan_of(change("aws_sqs_queue.x", after={"name": "q", "tags_all": {"team": "a"}}, unknown={"arn": True})),
        scps=[[_deny("sqs:CreateQueue", Condition=untagged)]],
    )
    assert {one.asked.action for one in found.refused} == {"sqs:CreateQueue"}


def test_what_a_name_will_decide_is_unknown_and_neither_refused_nor_allowed() -> None:
    """`acme-*` is the plan's, `acme-prod-*` the policy's."""
    plan = plan_of(change("aws_s3_bucket.x", after={"bucket_prefix": "acme-"}, unknown={"bucket": True, "arn": True}))
    found = _foresee(plan, identity_policies=[_allow("s3:*", "arn:aws:s3:::acme-prod-*")])
    assert found.refused == ()
    assert "s3:CreateBucket" in {one.asked.action for one in found.unknown}
    covered = _foresee(plan, identity_policies=[_allow("s3:*", "arn:aws:s3:::acme-*")])
    assert (covered.refused, covered.unknown) == ((), ())
    outside = _foresee(plan, identity_policies=[_allow("s3:*", "arn:aws:s3:::other-*")])
    assert "s3:CreateBucket" in {one.asked.action for one in outside.refused}
    denied = _foresee(plan, identity_policies=[_deny("s3:CreateBucket", "arn:aws:s3:::acme-prod-*")])
    assert {one.asked.action for one in denied.unknown} == {"s3:CreateBucket"}


def test_gates_that_nobody_gave_are_named_and_read_as_nothing() -> None:
    """An SCP may yet refuse what the rest allows."""
    found = _foresee(plan_of(_bucket()), unknown=["scp"])
    assert found.unseen == ("scp",)
    assert found.refused == ()


def test_a_passed_role_may_be_passed_to_its_service_alone() -> None:
    """The condition of an Allow for PassRole is met or not by the service that takes the role."""
    role = "arn:aws:iam::111122223333:role/fn"
    plan = plan_of(change("aws_lambda_function.f", after={"function_name": "f", "role": role}, unknown={"arn": True}))
    to_ec2 = _allow("iam:PassRole", role, Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})
    found = _foresee(plan, identity_policies=[_allow("lambda:*"), to_ec2])
    assert {one.asked.action for one in found.refused} == {"iam:PassRole"}
    to_lambda = _allow(
        "iam:PassRole", role, Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    )
    assert _foresee(plan, identity_policies=[_allow("lambda:*"), to_lambda]).refused == ()


def test_the_policy_of_a_bucket_that_exists_counts_as_it_is_in_the_state() -> None:
    """A Deny in it refuses the next change of the bucket."""
    arn = "arn:aws:s3:::acme-x"
    before = {"bucket": "acme-x", "arn": arn, "tags": {"a": "b"}, "tags_all": {"a": "b"}}
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:PutBucketTagging", '
        f'"Resource": "{arn}"}}]}}'
    )
    plan = plan_of(
        change("aws_s3_bucket.x", before=before, after={**before, "tags": {"a": "c"}, "tags_all": {"a": "c"}}),
        change("aws_s3_bucket_policy.x", before={"bucket": "acme-x", "policy": policy}, actions=["no-op"]),
    )
    found = _foresee(plan)
    assert {(one.asked.action, one.gates) for one in found.refused} == {("s3:PutBucketTagging", ("resource",))}


@pytest.mark.parametrize(("count", "wide"), [(40, False), (400, True)])
def test_more_names_than_a_policy_has_room_for_are_said_by_their_beginning(count: int, wide: bool) -> None:
    """And that this is wider; what they need is allowed all the same."""
    queues = (change(f"aws_sqs_queue.x[{at}]", after={"name": f"orders-{at}"}) for at in range(count))
    mended = _foresee(plan_of(*queues), identity_policies=[_allow("ec2:*")]).mended
    assert (mended.left, mended.proved) == ((), 2 * count)
    (draft,) = mended.drafts
    (statement,) = draft.statements
    beginning = "arn:aws:sqs:eu-west-1:111122223333:orders-*"
    assert (statement["Resource"] == beginning) is wide
    assert wide or len(statement["Resource"]) == count
    assert [one for one in draft.notes if "more than this plan needs" in one and beginning in one] == [
        f"The names are too many for a policy: `{beginning}` covers all that begin so, more than this plan needs."
        for _ in range(wide)
    ]
