"""Policies out of `aws iam get-account-authorization-details`."""

from typing import Any

import pytest

from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.accounts import DETAILS, account_case, evaluate_case, read_account_case, read_any_case
from whydenied.engine.evaluation.gates import POLICY_GATES

_ACCOUNT = "111122223333"


def _document(action: str, effect: str = "Allow") -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": "*"}]}


def _managed(name: str, action: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{_ACCOUNT}:policy/{name}"
    versions = [
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": _document("*")},
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": _document(action)},
    ]
    return {"PolicyName": name, "Arn": arn, "DefaultVersionId": "v2", "PolicyVersionList": versions}


_DETAILS: dict[str, Any] = {
    "UserDetailList": [
        {
            "UserName": "ana",
            "UserId": "AIDAEXAMPLE",
            "Arn": f"arn:aws:iam::{_ACCOUNT}:user/team/ana",
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": _document("s3:GetObject")}],
            "GroupList": ["dev"],
            "AttachedManagedPolicies": [{"PolicyName": "P", "PolicyArn": f"arn:aws:iam::{_ACCOUNT}:policy/P"}],
            "Tags": [{"Key": "team", "Value": "red"}],
        },
        {
            "UserName": "bob",
            "Arn": f"arn:aws:iam::{_ACCOUNT}:user/bob",
            "UserPolicyList": [{"PolicyName": "all", "PolicyDocument": _document("*")}],
            "PermissionsBoundary": {"PermissionsBoundaryArn": f"arn:aws:iam::{_ACCOUNT}:policy/Boundary"},
        },
    ],
    "GroupDetailList": [
        {"GroupName": "dev", "GroupPolicyList": [{"PolicyName": "g", "PolicyDocument": _document("ec2:*")}]}
    ],
    "RoleDetailList": [
        {
            "RoleName": "worker",
            "RoleId": "AROAEXAMPLE",
            "Arn": f"arn:aws:iam::{_ACCOUNT}:role/app/worker",
            "AssumeRolePolicyDocument": {
                "Statement": {"Effect": "Allow", "Principal": {"AWS": _ACCOUNT}, "Action": "sts:AssumeRole"}
            },
            "RolePolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": "P", "PolicyArn": f"arn:aws:iam::{_ACCOUNT}:policy/P"}],
        }
    ],
    "Policies": [_managed("P", "sqs:*"), _managed("Boundary", "s3:*")],
}

_NOTHING_ELSE: dict[str, Any] = {gate.field: None for gate in POLICY_GATES if gate.name not in ("identity", "boundary")}


def _decide(principal: str, action: str, resource: str = "*", **more: Any) -> str:
    request = {"principal": principal, "action": action, "resource": resource, "resource_account": _ACCOUNT}
    return read_account_case(_DETAILS, {"request": request, **_NOTHING_ELSE, **more}).decision


@pytest.mark.parametrize(
    ("action", "decision"),
    [
        ("s3:GetObject", "Allowed"),
        ("sqs:SendMessage", "Allowed"),
        ("ec2:StopInstances", "Allowed"),
        ("iam:CreateUser", "ImplicitlyDenied"),
    ],
)
def test_a_user_has_own_group_and_managed_policies(action: str, decision: str) -> None:
    """Inline, of the group, and the default version of the managed one, not an older one."""
    assert _decide(f"arn:aws:iam::{_ACCOUNT}:user/team/ana", action) == decision


def test_the_boundary_is_joined_by_its_arn() -> None:
    """It is named in the details and found among the policies."""
    bob = f"arn:aws:iam::{_ACCOUNT}:user/bob"
    assert _decide(bob, "s3:GetObject") == "Allowed"
    assert _decide(bob, "sqs:SendMessage") == "ImplicitlyDenied"


def test_a_session_has_the_policies_of_its_role_and_its_keys() -> None:
    """The role is found by name, and its ARN with the path is derived."""
    session = f"arn:aws:sts::{_ACCOUNT}:assumed-role/worker/one"
    request = {"principal": session, "action": "sqs:SendMessage", "resource": f"arn:aws:sqs:eu-west-1:{_ACCOUNT}:q"}
    evaluation = read_account_case(_DETAILS, {"request": request, **_NOTHING_ELSE})
    assert evaluation.decision == "Allowed"
    values = evaluation.request.context.values
    assert values["aws:principalarn"] == f"arn:aws:iam::{_ACCOUNT}:role/app/worker"
    assert values["aws:userid"] == "AROAEXAMPLE:one"
    assert "aws:principalarn" in evaluation.request.context.derived


def test_tags_of_the_caller_are_known() -> None:
    """They come with the details."""
    request = {"principal": f"arn:aws:iam::{_ACCOUNT}:user/team/ana", "action": "s3:GetObject", "resource": "*"}
    evaluation = read_account_case(_DETAILS, {"request": request, **_NOTHING_ELSE})
    assert evaluation.request.context.values["aws:principaltag/team"] == "red"


def test_what_the_details_do_not_hold_is_unknown() -> None:
    """No SCP in the details does not mean that there is none."""
    request = {"principal": f"arn:aws:iam::{_ACCOUNT}:user/team/ana", "action": "s3:GetObject", "resource": "*"}
    evaluation = read_account_case(_DETAILS, {"request": {**request, "resource_account": _ACCOUNT}})
    assert evaluation.decision == "Unknown"
    unread = {gate.name for gate in POLICY_GATES} - {"identity", "boundary", "session"}
    assert {answer.gate for answer in evaluation.open} == unread >= {"scp", "rcp", "vpce", "resource"}


def test_the_trust_policy_of_a_role_in_the_details_is_used() -> None:
    """AssumeRole needs it, and it is there."""
    case = {**_NOTHING_ELSE}
    del case["resource_policy"]
    request = {
        "principal": f"arn:aws:iam::{_ACCOUNT}:user/bob",
        "action": "sts:AssumeRole",
        "resource": f"arn:aws:iam::{_ACCOUNT}:role/app/worker",
    }
    evaluation = read_account_case(_DETAILS, {"request": request, **case})
    assert evaluation.blocked_by == ["boundary"]


@pytest.mark.parametrize(
    ("details", "principal", "words"),
    [
        ({}, "arn:aws:iam::111122223333:user/ana", "no output of"),
        (_DETAILS, "arn:aws:iam::111122223333:user/carl", "not in the account details"),
    ],
)
def test_what_is_missing_is_said(details: Any, principal: str, words: str) -> None:
    """The message says which command to run, or how."""
    with pytest.raises(InputError, match=words):
        read_account_case(details, {"request": {"principal": principal, "action": "s3:GetObject", "resource": "*"}})


@pytest.mark.parametrize(
    "odd",
    [
        {"identity_policies": 5},
        {"unknown": 5},
        {"unknown": [{}]},
        {"unknown": [1, "scp"]},
        {"request": {"stated": 5}},
        {"request": {"stated": [1]}},
        {"request": {"stated": {"aws:x": [1]}}},
        {"request": {"stated": {"aws:x": {}}}},
    ],
)
def test_what_stands_beside_the_details_may_be_anything(odd: dict[str, Any]) -> None:
    """Found by tests/fuzz: each of these was a TypeError."""
    request = {"principal": f"arn:aws:iam::{_ACCOUNT}:user/bob", "action": "s3:GetObject", "resource": "*"}
    case = {**odd, "request": {**request, **odd.get("request", {})}}
    with pytest.raises(InputError, match=f"`{next(iter(odd.get('request', odd)))}` must be"):
        read_account_case(_DETAILS, case)


@pytest.mark.parametrize(
    ("details", "principal", "words"),
    [
        ({"Policies": []}, "role/app/worker", f"the text of `arn:aws:iam::{_ACCOUNT}:policy/P`"),
        ({"GroupDetailList": [], "IsTruncated": True}, "user/team/ana", "the policies of group dev"),
        ({"Policies": [_managed("P", "sqs:*")]}, "user/bob", f"the text of `arn:aws:iam::{_ACCOUNT}:policy/Boundary`"),
    ],
)
def test_what_the_details_name_and_do_not_hold_is_unknown(details: Any, principal: str, words: str) -> None:
    """A page is missing, or a filter was used: what was left out may deny."""
    request = {
        "principal": f"arn:aws:iam::{_ACCOUNT}:{principal}",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k",
        "resource_account": _ACCOUNT,
    }
    evaluation = read_any_case({"request": request, **_NOTHING_ELSE, DETAILS: {**_DETAILS, **details}})
    assert evaluation.decision == "Unknown"
    assert [answer.missing for answer in evaluation.open] == [words]


def test_a_line_of_cases_may_carry_the_details() -> None:
    """`evaluate --jsonl` reads the same two forms."""
    request = {"principal": f"arn:aws:iam::{_ACCOUNT}:user/team/ana", "action": "s3:GetObject", "resource": "*"}
    assert evaluate_case({"request": request, **_NOTHING_ELSE, DETAILS: _DETAILS})["decision"] == "Allowed"


def _case(principal: str, **request: Any) -> dict[str, Any]:
    """Fill a case from the details, with nothing stated beside the request."""
    return account_case(_DETAILS, {"request": {"principal": principal, "action": "s3:GetObject", **request}})


@pytest.mark.parametrize(
    ("principal", "is_unknown"),
    [
        (f"arn:aws:iam::{_ACCOUNT}:user/team/ana", False),
        (f"arn:aws:iam::{_ACCOUNT}:root", False),
        (f"arn:aws:sts::{_ACCOUNT}:assumed-role/worker/one", True),
        (f"arn:aws:iam::{_ACCOUNT}:role/app/worker", True),
    ],
)
def test_only_a_session_can_have_a_session_policy(principal: str, is_unknown: bool) -> None:
    """Of users and the root user nobody has to say that there is none."""
    assert ("session" in _case(principal)["unknown"]) is is_unknown


def test_the_default_version_is_found_by_its_number_too() -> None:
    """Some tools drop `IsDefaultVersion`, which says again what `DefaultVersionId` said."""
    versions = [
        {"VersionId": "v1", "Document": _document("ec2:*")},
        {"VersionId": "v2", "Document": _document("sqs:*")},
    ]
    policies = [{**_managed("P", "sqs:*"), "PolicyVersionList": versions}, *_DETAILS["Policies"][1:]]
    request = {"principal": f"arn:aws:sts::{_ACCOUNT}:assumed-role/worker/one", "action": "sqs:SendMessage"}
    for number, decision in (("v2", "Allowed"), ("v1", "ImplicitlyDenied")):
        details = {**_DETAILS, "Policies": [{**policies[0], "DefaultVersionId": number}, *policies[1:]]}
        case = {"request": {**request, "resource_account": _ACCOUNT}, **_NOTHING_ELSE}
        assert read_account_case(details, case).decision == decision


def test_a_role_of_this_name_in_another_account_is_another_role() -> None:
    """The details are of one account; who comes from another one is not in them."""
    with pytest.raises(InputError, match="is not in the account details"):
        _case("arn:aws:sts::444455556666:assumed-role/worker/one")


def test_what_is_stated_goes_before_what_the_details_say() -> None:
    """The request's own keys are evidence; the details are how things are now."""
    principal = f"arn:aws:iam::{_ACCOUNT}:user/team/ana"
    stated = _case(principal, stated={"aws:PrincipalTag/team": "blue", "aws:userid": None})["request"]["stated"]
    assert stated["aws:PrincipalTag/team"] == "blue"
    assert stated["aws:userid"] is None
    assert stated["aws:PrincipalArn"] == principal


def test_the_id_of_a_session_names_role_and_session() -> None:
    """`aws:userid` of a session is the role's id, a colon and the session's name; that of a user is its id."""
    session = _case(f"arn:aws:sts::{_ACCOUNT}:assumed-role/worker/one")
    assert session["request"]["stated"]["aws:userid"] == "AROAEXAMPLE:one"
    assert "aws:userid" not in _case(f"arn:aws:iam::{_ACCOUNT}:role/app/worker")["request"]["stated"]
    assert _case(f"arn:aws:iam::{_ACCOUNT}:user/team/ana")["request"]["stated"]["aws:userid"] == "AIDAEXAMPLE"


def test_policies_beside_the_details_count_too() -> None:
    """Such as one that is about to be attached."""
    further = [{"name": "new", "document": _document("iam:CreateUser")}]
    principal = f"arn:aws:iam::{_ACCOUNT}:user/team/ana"
    assert _decide(principal, "iam:CreateUser", identity_policies=further) == "Allowed"
    assert _decide(principal, "s3:GetObject", identity_policies=further) == "Allowed"
    denies = [{"name": "new", "document": _document("s3:GetObject", "Deny")}]
    assert _decide(principal, "s3:GetObject", identity_policies=denies) == "ExplicitlyDenied"


@pytest.mark.parametrize("name", ["worker", "WORKER"])
def test_a_role_is_found_in_any_case(name: str) -> None:
    """Role names differ by more than case, and a session's ARN may be spelt in another one."""
    stated = _case(f"arn:aws:sts::{_ACCOUNT}:assumed-role/{name}/one")["request"]["stated"]
    assert stated["aws:PrincipalArn"] == f"arn:aws:iam::{_ACCOUNT}:role/app/worker"


def test_the_trust_policy_is_that_of_the_role_to_be_assumed() -> None:
    """Another role of the account may trust others."""
    other = {**_DETAILS["RoleDetailList"][0], "RoleName": "other", "Arn": f"arn:aws:iam::{_ACCOUNT}:role/other"}
    details = {**_DETAILS, "RoleDetailList": [other, *_DETAILS["RoleDetailList"]]}
    request = {"principal": f"arn:aws:iam::{_ACCOUNT}:user/bob", "action": "sts:AssumeRole"}
    case = account_case(details, {"request": {**request, "resource": f"arn:aws:iam::{_ACCOUNT}:role/app/worker"}})
    assert case["resource_policy"]["name"] == "trust policy of worker"


@pytest.mark.parametrize("case", [{}, {"request": "s3:GetObject"}, [], None])
def test_a_case_without_a_request_is_said(case: Any) -> None:
    """What it must hold is named."""
    with pytest.raises(InputError, match="`request` is missing"):
        account_case(_DETAILS, case)


def test_a_line_that_cannot_be_read_says_why_under_its_id() -> None:
    """Whoever sent many lines finds the one that is wrong."""
    answer = evaluate_case({"id": "seven"})
    assert answer == {"id": "seven", "error": "`request` is missing; give `principal`, `action` and `resource`"}


def test_a_case_without_details_is_decided_by_its_own_policies() -> None:
    """Both forms give an evaluation."""
    request = {"principal": f"arn:aws:iam::{_ACCOUNT}:user/x", "action": "sqs:SendMessage", "resource": "*"}
    found = read_any_case({"request": request, "identity_policies": [{"name": "p", "document": _document("sqs:*")}]})
    assert found.decision == "Allowed"


def test_each_policy_says_whose_it_is() -> None:
    """Who wants to edit one has to know the holder: a user, a group or a role."""
    policies = _case(f"arn:aws:iam::{_ACCOUNT}:user/team/ana")["identity_policies"]
    holders = {policy["name"].rpartition("/")[2]: policy["home"]["holder"] for policy in policies}
    assert holders == {"own": "user/ana", "P": "user/ana", "g": "group/dev"}
    (role,) = _case(f"arn:aws:sts::{_ACCOUNT}:assumed-role/worker/one")["identity_policies"]
    assert role["home"] == {"holder": "role/worker", "versions": 2}
