"""A fix proved by pasted policies: only what can decide the call takes part, and what was not shown is said."""

import json
from typing import Any

import pytest

from whydenied.engine.inquiry.policies import Known
from whydenied.engine.investigation.pasted import holds_policies, prove

USER = "arn:aws:iam::111122223333:user/ana"
GET = Known(USER, "s3:GetObject", "arn:aws:s3:::reports/q1.csv")
DECRYPT = Known(USER, "kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1234")


def policy(effect: str, action: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": action, "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


BUCKET = json.dumps({"Policy": json.dumps(policy("Deny", "s3:GetObject", Principal="*"))})
KEY = json.dumps({"Policy": json.dumps(policy("Deny", "kms:*", Principal="*")), "PolicyName": "default"})
ENDPOINT = {"VpcEndpointId": "vpce-1", "PolicyDocument": json.dumps(policy("Allow", "sqs:*", Principal="*"))}
DETAILS = {
    "UserDetailList": [{"Arn": USER, "UserName": "ana", "UserPolicyList": []}],
    "RoleDetailList": [],
    "GroupDetailList": [],
    "Policies": [],
}


def test_a_deny_in_a_bucket_policy_is_narrowed() -> None:
    proof = prove([BUCKET], GET)
    assert proof is not None
    assert proof.plan.remedy is not None
    assert [change.gate for change in proof.plan.remedy.changes] == ["resource"]
    assert proof.plan.remedy.after == "Allowed"
    assert "the caller's own policies" in proof.taken_for_open
    assert "the resource's policy" not in proof.taken_for_open


@pytest.mark.parametrize(("output", "known"), [(KEY, GET), (BUCKET, DECRYPT)], ids=["key for S3", "bucket for KMS"])
def test_a_policy_on_another_services_resource_decides_nothing(output: str, known: Known) -> None:
    """What a key's policy denies is no denial of reading an object, and the other way round."""
    assert prove([output], known) is None


def test_several_outputs_count_together() -> None:
    """Both the endpoint and the bucket stand in the way, and both are changed."""
    proof = prove([BUCKET, json.dumps({"VpcEndpoints": [ENDPOINT]})], GET)
    assert proof is not None
    assert proof.plan.remedy is not None
    assert sorted(change.gate for change in proof.plan.remedy.changes) == ["resource", "vpce"]
    assert (
        proof.taken_for_open == "SCPs, RCPs, the caller's own policies, the permissions boundary and session policies"
    )


def test_account_details_show_the_callers_own_policies() -> None:
    proof = prove([json.dumps(DETAILS)], GET)
    assert proof is not None
    assert proof.plan.remedy is not None
    assert [change.gate for change in proof.plan.remedy.changes] == ["identity"]
    assert "the caller's own policies" not in proof.taken_for_open
    assert "the permissions boundary" not in proof.taken_for_open


@pytest.mark.parametrize(
    ("output", "holds"),
    [(BUCKET, True), (KEY, True), (json.dumps(DETAILS), True), ('{"Buckets": []}', False), ("no JSON", False)],
)
def test_only_outputs_with_policies_are_carried_on(output: str, holds: bool) -> None:
    assert holds_policies(output) is holds


def test_nothing_is_proved_where_nothing_was_told() -> None:
    """No request, no output, an allowed request: no proof."""
    assert prove([BUCKET], Known("", "s3:GetObject", "*")) is None
    assert prove([], GET) is None
    allows = json.dumps({"Policy": json.dumps(policy("Allow", "s3:GetObject", Principal={"AWS": USER}))})
    assert prove([allows], GET) is None
