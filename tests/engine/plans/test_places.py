"""Where calls go and who makes them: providers with an alias, in other Regions and accounts."""

from typing import Any

import pytest

from tests.engine.plans.written import HERE, ROLE, change, plan_of
from whydenied.engine.plans.foresight import Foresight, foresee, place_of
from whydenied.engine.plans.places import is_role_of
from whydenied.engine.plans.plan import Plan
from whydenied.engine.plans.requests import asked_of
from whydenied.engine.plans.standing import Standing
from whydenied.engine.policy.names import Names

_NAMES = Names()
_OTHER = "arn:aws:iam::444455556666:role/app/other"
_WEST = {"aws.west": {"region": {"constant_value": "us-west-2"}}}


def _assuming(role: Any) -> dict[str, Any]:
    return {"assume_role": [{"role_arn": role}]}


def _queue(name: str, provider: str = "aws", **more: Any) -> dict[str, Any]:
    after = {"name": name, **more}
    return change(f"aws_sqs_queue.{name}", after=after, unknown={"arn": True}, provider_config_key=provider)


def _made(plan: Plan) -> dict[str, tuple[str, object]]:
    """The queues that are made, by address, with the Region that the request names."""
    return {
        one.address: (one.resource, one.context.get("aws:RequestedRegion"))
        for one in asked_of(plan, HERE, _NAMES)
        if one.action == "sqs:CreateQueue"
    }


def _foresee(plan: Plan, principal: str = ROLE) -> Foresight:
    case: dict[str, Any] = {"identity_policies": [], "unknown": []}
    return foresee(plan, asked_of(plan, HERE, _NAMES), Standing(principal, case, {}), HERE, _NAMES)


def test_calls_go_where_the_resource_s_own_provider_is() -> None:
    """By its alias; by the argument of the resource itself; and where the Region is not told it is not known."""
    providers = {**_WEST, "aws.some": {"region": {"references": ["local.region"]}}}
    queues = (_queue("a"), _queue("b", "aws.west"), _queue("c", "aws.some"), _queue("d", region="eu-north-1"))
    assert _made(plan_of(*queues, providers=providers)) == {
        "aws_sqs_queue.a": ("arn:aws:sqs:eu-west-1:111122223333:a", "eu-west-1"),
        "aws_sqs_queue.b": ("arn:aws:sqs:us-west-2:111122223333:b", "us-west-2"),
        "aws_sqs_queue.c": ("arn:aws:sqs:*:111122223333:c", None),
        "aws_sqs_queue.d": ("arn:aws:sqs:eu-north-1:111122223333:d", "eu-north-1"),
    }


def test_what_another_role_calls_is_not_judged_by_the_caller_s_policies() -> None:
    """The caller assumes the role, which is its own call; the rest is the role's, in the role's account."""
    plan = plan_of(
        _queue("a"), _queue("b", "aws.other"), providers={"aws.other": _assuming({"constant_value": _OTHER})}
    )
    found = _foresee(plan)
    refused = {(one.asked.action, one.asked.address) for one in found.refused}
    assert ("sts:AssumeRole", "") in refused
    assert ("sqs:CreateQueue", "aws_sqs_queue.a") in refused
    assert {one.asked.address for one in found.unknown} == {"aws_sqs_queue.b"}
    assert all(_OTHER in one.why for one in found.unknown)
    assert {one.asked.resource for one in found.unknown} == {"arn:aws:sqs:eu-west-1:444455556666:b"}


def test_the_role_that_a_provider_assumes_is_judged_for_what_it_calls_alone() -> None:
    """As a role or a session of it."""
    plan = plan_of(
        _queue("a"), _queue("b", "aws.other"), providers={"aws.other": _assuming({"constant_value": _OTHER})}
    )
    for principal in (_OTHER, "arn:aws:sts::444455556666:assumed-role/other/run"):
        found = _foresee(plan, principal)
        assert {one.asked.address for one in found.refused} == {"aws_sqs_queue.b"}
        assert {one.asked.address for one in found.unknown} == {"", "aws_sqs_queue.a"}


def test_the_account_of_a_role_is_not_that_of_whoever_assumes_it() -> None:
    """Which is not known where nothing of it is there yet."""
    plan = plan_of(_queue("b", "aws.other"), providers={"aws.other": _assuming({"constant_value": _OTHER})})
    assert place_of(plan, _OTHER).account == "*"
    assert place_of(plan, ROLE).account == "111122223333"


def test_a_role_that_the_plan_does_not_tell_is_taken_to_be_the_caller() -> None:
    """What builds an ARN around a variable is no ARN that is known."""
    plan = plan_of(_queue("a"), providers={"aws": _assuming({"references": ["var.account"]})})
    found = _foresee(plan)
    assert {one.asked.address for one in found.refused} == {"aws_sqs_queue.a"}
    assert found.unknown == ()


@pytest.mark.parametrize(
    ("principal", "role", "same"),
    [
        (_OTHER, _OTHER, True),
        ("arn:aws:sts::444455556666:assumed-role/other/x", _OTHER, True),
        ("arn:aws:sts::111122223333:assumed-role/other/x", _OTHER, False),
        ("arn:aws:iam::444455556666:user/other", _OTHER, False),
        (_OTHER, "*", False),
        ("", "", False),
    ],
)
def test_a_session_is_of_the_role_that_it_names(principal: str, role: str, same: bool) -> None:
    """In the same account."""
    assert is_role_of(principal, role) is same


def test_what_is_not_among_the_changes_is_not_read() -> None:
    """`-target` leaves it out; and what is forgotten stays as it is in AWS."""
    kept = {"mode": "managed", "type": "aws_sqs_queue", "name": "x", "values": {"name": "x"}}
    there = {**kept, "address": "aws_sqs_queue.x", "provider_name": "registry.terraform.io/hashicorp/aws"}
    gone = change("aws_sqs_queue.y", before={"name": "y"}, actions=["forget"])
    plan = plan_of(gone, change("aws_sqs_queue.z", before={"name": "z"}, actions=["no-op"]), data=(there,))
    assert {one.address for one in asked_of(plan, HERE, _NAMES)} == {"aws_sqs_queue.z"}


def test_ephemeral_resources_are_said_to_be_unknown_where_something_refers_to_them() -> None:
    """A plan has nothing else of them."""
    value = {"references": ["ephemeral.aws_ssm_parameter.p.value", "ephemeral.aws_ssm_parameter.p"]}
    queue = {"aws_sqs_queue.a": {"policy": value}}
    assert plan_of(_queue("a"), expressions=queue).foreign == ("ephemeral.aws_ssm_parameter",)
    assert plan_of(_queue("a"), providers={"aws": {"token": value}}).foreign == ("ephemeral.aws_ssm_parameter",)
