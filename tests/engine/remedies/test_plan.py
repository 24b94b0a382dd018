"""Remedies: every denial that a policy can lift has one, it is proved, and nothing of it can be left out."""

import itertools
import re
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings

from tests.engine.evaluation.generated import DENIED, budget, cases
from tests.engine.evaluation.shorthand import USER, expand
from tests.engine.evaluation.test_cases import CASES
from tests.engine.remedies.proofs import decide_with, known, new_wildcards
from whydenied.engine.evaluation import read_case
from whydenied.engine.evaluation.services import refusal
from whydenied.engine.remedies import Plan, Remedy, plan, plan_text
from whydenied.engine.remedies.limits import MAX_DOCUMENT, MAX_SIZE, too_much

_DENIED = [short for short in CASES if short["decision"] in DENIED]

# Cases whose resource takes no policy that could name the caller.
_HELPLESS = {"a service and the star"}

# What nobody is helped with: resources that take no policy, unsigned requests, and a Deny that would be gone.
_REASONS = ("take no resource policy", "must be signed", "cannot be narrowed")

_EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def _plan(case: dict[str, Any]) -> Plan:
    return plan(read_case(case, explain=True))


def _check(case: dict[str, Any], found: Plan) -> None:
    """Assert that every remedy of a plan is proved, minimal and no wider than the request by a wildcard."""
    assert found.remedy is not None
    for remedy in (found.remedy, *found.alternatives):
        # Where something is not known, nothing that is known may block any more.
        assert remedy.after == ("Unknown" if remedy.left_open else "Allowed")
        assert decide_with(case, remedy) == remedy.after
        for number in range(len(remedy.changes) + len(remedy.meets)):
            assert decide_with(case, remedy, leave_out=number) in DENIED
    for change in found.remedy.changes:
        if case["request"]["principal"] != "anonymous":
            assert not new_wildcards(change, case)


def _without_texts(remedy: Remedy | None) -> Remedy:
    """Leave out what only people read of a remedy."""
    assert remedy is not None
    changes = tuple(msgspec.structs.replace(change, diff="") for change in remedy.changes)
    return msgspec.structs.replace(remedy, changes=changes, left_open="")


@pytest.mark.parametrize("short", _DENIED, ids=lambda case: case["name"].replace(" ", "-"))
def test_every_denied_case_has_a_remedy(short: dict[str, Any]) -> None:
    """It is proved by deciding again, and dropping any change of it denies again; what no policy opens has none."""
    case = expand(short)
    evaluation = read_case(case, explain=True)
    if refusal(evaluation.request, evaluation.policies):
        found = plan(evaluation)
        assert found.remedy is None
        assert "No change of a policy helps" in found.refusals[0]
    elif short["name"] in _HELPLESS:
        assert any(reason in _plan(case).refusals[0] for reason in _REASONS)
    else:
        found = _plan(case)
        _check(case, found)
        assert plan(evaluation, best_only=True) == Plan(_without_texts(found.remedy), (), (), ())


@settings(max_examples=budget(80), deadline=None)
@given(cases())
def test_every_generated_denial_has_a_remedy(case: dict[str, Any]) -> None:
    """A proved fix flips the decision, and removing any part of it does not."""
    evaluation = read_case(case, explain=True)
    assume(evaluation.decision in DENIED)
    # AWS sends aws:PrincipalArn with every request: a context without it denies what no request is denied for.
    assume(read_case(known(case)).decision in DENIED)
    found = plan(evaluation)
    if refusal(evaluation.request, evaluation.policies):
        assert found.refusals
        assert found.remedy is None
    elif found.refusals:
        assert any(reason in found.refusals[0] for reason in _REASONS), found.refusals
    else:
        _check(case, found)


def test_no_allow_is_suggested_where_none_can_help() -> None:
    """A role of another account cannot be administered from here, whatever either side allows."""
    short = {"action": "iam:GetRole", "target": "arn:aws:iam::444455556666:role/r", "account": "444455556666"}
    found = _plan(expand(short))
    assert found.remedy is None
    assert "IAM has no resource policies" in found.refusals[0]
    assert "assume a role in that account" in found.refusals[0]


def test_the_added_allow_is_the_request_and_no_more() -> None:
    """Exactly that action and that resource, in a policy of its own."""
    found = _plan(expand({}))
    assert found.remedy is not None
    (change,) = found.remedy.changes
    assert change.before is None
    assert change.after is not None
    assert change.after["Statement"] == [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/q1.csv"}
    ]
    assert change.commands[0].startswith("aws iam put-user-policy --user-name ana --policy-name Allow-s3-GetObject-")
    assert found.remedy.summary == "Needs 1 change, by this owner: the IAM administrator of account 111122223333."


def test_pass_role_names_the_service() -> None:
    """PassRole is allowed for the service that it was denied for, as the request shows it."""
    case = expand(
        {
            "action": "iam:PassRole",
            "target": "arn:aws:iam::111122223333:role/app",
            "context": {"iam:PassedToService": "lambda.amazonaws.com"},
        }
    )
    remedy = _plan(case).remedy
    assert remedy is not None
    assert remedy.changes[0].after is not None
    assert remedy.changes[0].after["Statement"][0]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}
    }


def test_a_web_identity_is_trusted_by_its_token_only() -> None:
    """An OIDC provider serves many tenants: the trust names audience and subject."""
    host = "token.actions.githubusercontent.com"
    case = expand(
        {
            "caller": {"federated": f"arn:aws:iam::111122223333:oidc-provider/{host}"},
            "action": "sts:AssumeRoleWithWebIdentity",
            "target": "arn:aws:iam::111122223333:role/deploy",
            "context": {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": "repo:acme/app:ref:refs/heads/main"},
        }
    )
    remedy = _plan(case).remedy
    assert remedy is not None
    assert remedy.changes[0].after is not None
    (statement,) = remedy.changes[0].after["Statement"]
    assert set(statement["Condition"]["StringEquals"]) == {f"{host}:aud", f"{host}:sub"}
    assert "Resource" not in statement


def test_a_deny_is_narrowed_for_this_caller_action_and_resource() -> None:
    """With the caller's ARN known, a Deny goes on for every other caller, action and resource."""
    deny = {"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*"}
    arn = "arn:aws:iam::111122223333:user/ana"
    short = {"identity": [_EVERYTHING], "scps": [[_EVERYTHING, deny]], "context": {"aws:PrincipalArn": arn}}
    remedy = _plan(expand(short)).remedy
    assert remedy is not None
    (change,) = remedy.changes
    assert change.wider == ""
    assert "guardrail" in change.guardrail
    narrowed = change.after
    assert narrowed is not None
    actions = ("s3:GetObject", "s3:PutObject")
    targets = ("arn:aws:s3:::reports/q1.csv", "arn:aws:s3:::reports/q2.csv")
    callers = (arn, "arn:aws:iam::111122223333:user/bob")
    for action, target, caller in itertools.product(actions, targets, callers):
        other = {**short, "action": action, "target": target, "caller": caller, "context": {"aws:PrincipalArn": caller}}
        case = {**expand(other), "scps": [[narrowed]]}
        spared = (action, target, caller) == (actions[0], targets[0], callers[0])
        assert (read_case(case).decision == "Allowed") is spared


def test_what_a_change_lets_through_besides_is_said() -> None:
    """A pattern cannot except one action, where it stands for too many others to list them."""
    short = {"identity": [_EVERYTHING], "scps": [[_EVERYTHING, {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]]}
    found = _plan(expand(short))
    assert found.remedy is not None
    assert re.fullmatch(r"other actions that the Deny covers \(\d{3}\)", found.remedy.changes[0].wider)
    assert "It also spares other actions that the Deny covers (" in plan_text(found)


def test_a_pattern_loses_one_action_by_its_others() -> None:
    """Where few actions match a pattern, the others are listed."""
    deny = {"Effect": "Deny", "Action": "s3:ListA*", "Resource": "*"}
    case = expand({"action": "s3:ListAllMyBuckets", "target": "*", "identity": [_EVERYTHING, deny]})
    remedy = _plan(case).remedy
    assert remedy is not None
    assert remedy.changes[0].after is not None
    left = remedy.changes[0].after["Statement"][1]["Action"]
    assert "s3:ListAllMyBuckets" not in left
    assert "s3:ListAccessPoints" in left


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3", "security incident"),
        ("AWSRevokeOlderSessions", "Get a new session"),
    ],
)
def test_nobody_is_helped_to_lift_a_quarantine(name: str, words: str) -> None:
    """Nobody is told to take it away as if it were a mistake."""
    case = expand({"identity": [_EVERYTHING, {"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    case["identity_policies"][0]["name"] = name
    found = _plan(case)
    assert found.remedy is None
    assert words in found.refusals[0]
    assert words in plan_text(found)


def test_the_boundary_is_called_a_guardrail() -> None:
    """Whoever widens a boundary is told what it is for."""
    remedy = _plan(expand({"identity": [_EVERYTHING], "boundary": [{**_EVERYTHING, "Action": "sqs:*"}]})).remedy
    assert remedy is not None
    assert remedy.changes[0].gate == "boundary"
    assert remedy.changes[0].guardrail


def test_block_public_access_is_kept_where_the_caller_can_be_named() -> None:
    """The bucket policy is narrowed first; turning the setting off is the other way, and is called a guardrail."""
    found = _plan(
        expand(
            {
                "account": "444455556666",
                "identity": [_EVERYTHING],
                "resource": [{**_EVERYTHING, "Principal": "*"}],
                "settings": {"s3_block_public_access": True},
            }
        )
    )
    assert found.remedy is not None
    assert [change.gate for change in found.remedy.changes] == ["resource"]
    assert found.remedy.changes[0].after is not None
    ours, services, caller = found.remedy.changes[0].after["Statement"]
    assert (ours["Principal"], ours["Condition"]) == ("*", {"StringEquals": {"aws:PrincipalAccount": "444455556666"}})
    assert services["Condition"] == {"Bool": {"aws:PrincipalIsAWSService": "true"}}
    assert caller["Principal"] == {"AWS": "arn:aws:iam::111122223333:user/ana"}
    (other,) = found.alternatives
    assert [change.gate for change in other.changes] == ["s3-bpa"]
    assert "guardrail" in other.changes[0].guardrail


@pytest.mark.parametrize(
    ("action", "resource", "gates"),
    [
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", [["resource"]]),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/deploy", []),
        ("ec2:StartInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-0", []),
        ("sqs:CreateQueue", "arn:aws:sqs:eu-west-1:111122223333:orders", []),
    ],
)
def test_a_resource_policy_is_offered_where_the_resource_takes_one(
    action: str, resource: str, gates: list[list[str]]
) -> None:
    """Whether a service has exceptions of its own (IAM has) says nothing about that."""
    found = _plan(expand({"action": action, "target": resource}))
    assert [[change.gate for change in other.changes] for other in found.alternatives] == gates


def test_what_is_still_unknown_after_a_fix_is_said() -> None:
    """A fix is not sold as an allow where other policies were not given."""
    found = _plan(expand({"boundary": [{**_EVERYTHING, "Action": "sqs:*"}], "unknown": ["scp"]}))
    assert found.remedy is not None
    assert found.remedy.after == "Unknown"
    assert found.remedy.left_open == "Cannot know without the SCPs of the caller's account."


def test_an_allowed_or_unknown_request_needs_no_plan() -> None:
    """There is nothing to fix, or nobody knows yet."""
    for short in ({"identity": [_EVERYTHING]}, {"unknown": ["identity"]}):
        found = _plan(expand(short))
        assert (found.remedy, found.alternatives, plan_text(found)) == (None, (), "")


def test_what_the_caller_can_do_without_a_change() -> None:
    """A condition that the request does not meet is pointed out."""
    allow = {**_EVERYTHING, "Sid": "Office", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    found = _plan(expand({"identity": [allow], "account": "444455556666"}))
    assert "`Office` of `identity` would allow it if aws:SourceIp is in 10.0.0.0/8." in found.advice
    assert any("assume one there" in line for line in found.advice)


def test_the_text_has_diff_commands_and_proof() -> None:
    """A person can act on it."""
    text = plan_text(_plan(expand({"boundary": [{**_EVERYTHING, "Action": "sqs:*"}]})))
    assert "Needs 2 changes, by these owners:" in text
    assert '+      "Action": "s3:GetObject",' in text
    assert "$ aws iam create-policy-version --policy-arn <policy-arn>" in text
    assert "Proof: ImplicitlyDenied before, Allowed with all of them." in text


def test_the_proof_of_a_change_with_an_end_is_for_the_time_before_it() -> None:
    """A request that does not say when it is made is proved for the time in which the change holds."""
    found = plan(read_case(expand({})), "2026-12-31")
    assert found.remedy is not None
    assert found.remedy.after == "Allowed"
    assert "DateLessThan" in str(found.remedy.changes[0].statements)


def test_a_change_that_has_ended_by_the_time_of_the_request_is_none() -> None:
    """The time that a request states is the one it is proved for."""
    late = expand({"context": {"aws:CurrentTime": "2027-06-01T00:00:00Z"}})
    found = plan(read_case(late), "2026-12-31")
    assert found.remedy is None
    assert found.refusals == ("No change was found that allows this request; look at: Identity policies.",)
    early = expand({"context": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}})
    assert plan(read_case(early), "2026-12-31").remedy is not None


@pytest.mark.parametrize("stated", [True, False])
def test_what_the_request_says_of_its_caller_is_not_taken_for_granted(stated: bool) -> None:
    """An exception by aws:PrincipalArn rests on a key that AWS sends, unless the case has it."""
    context = {"aws:PrincipalArn": USER} if stated else {}
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    found = _plan(expand({"context": context, "identity": [_EVERYTHING], "boundary": [_EVERYTHING, deny]}))
    assert found.remedy is not None
    assert "aws:PrincipalArn" in str(found.remedy.changes[0].statements)
    assert [one.startswith("the request has aws:PrincipalArn") for one in found.remedy.assumes] == [True] * (not stated)


def test_nobody_is_to_be_somebody_else_and_change_a_policy_as_well() -> None:
    """Another caller has policies of its own, so what this one lacks is not added for it."""
    deny = {
        "Effect": "Deny",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/reader"}},
    }
    found = _plan(expand({"boundary": [_EVERYTHING, deny]}))
    assert found.remedy is not None
    assert found.remedy.meets == ()
    assert sorted(change.gate for change in found.remedy.changes) == ["boundary", "identity"]


def test_the_lengths_that_are_too_much_are_the_stated_ones() -> None:
    """A policy of the limit is looked at, one more character is not; and so are all together."""

    def policy(length: int) -> dict[str, Any]:
        statement = {**_EVERYTHING, "Action": "sqs:*", "Sid": ""}
        bare = {"Version": "2012-10-17", "Statement": [statement]}
        statement["Sid"] = "a" * (length - len(msgspec.json.encode(bare)))
        return bare

    def said(*lengths: int) -> str:
        return too_much(read_case({**expand({}), "identity_policies": [policy(length) for length in lengths]}))

    assert said(MAX_DOCUMENT) == ""
    assert "far longer than AWS takes" in said(MAX_DOCUMENT + 1)
    full = [MAX_DOCUMENT] * (MAX_SIZE // MAX_DOCUMENT)
    assert said(*full) == ""
    assert "far longer than AWS takes" in said(*full, 200)


@pytest.mark.parametrize(
    ("needless", "needed"),
    [("aws:SecureTransport", "aws:MultiFactorAuthPresent"), ("aws:MultiFactorAuthPresent", "aws:SecureTransport")],
)
def test_of_conditions_that_two_denies_ask_for_only_the_needed_one_is_met(needless: str, needed: str) -> None:
    """What spares the request from the second Deny spares it from the first as well."""
    both = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"Bool": dict.fromkeys((needless, needed), "false")},
    }
    one = {**both, "Condition": {"Bool": {needed: "false"}}}
    found = _plan(expand({"identity": [_EVERYTHING, both, one], "context": dict.fromkeys((needless, needed), "false")}))
    assert found.remedy is not None
    assert [meeting.key for meeting in found.remedy.meets] == [needed]
    assert found.remedy.changes == ()
    assert "Needs no change of a policy: meet what it asks for." in plan_text(found)


def test_a_change_that_names_nobody_takes_nothing_for_granted() -> None:
    """An Allow of the caller's own does not rest on aws:PrincipalArn; the resource's policy is the other way."""
    found = _plan(expand({}))
    assert found.remedy is not None
    assert found.remedy.assumes == ()
    assert [[change.gate for change in other.changes] for other in found.alternatives] == [["resource"]]


@pytest.mark.parametrize(
    ("caller", "arns"),
    [
        ("arn:aws:iam::111122223333:user/ana", 1),
        ("arn:aws:sts::111122223333:assumed-role/ci/run-7", 2),
    ],
)
def test_a_change_that_names_a_role_by_its_session_takes_its_path_for_unknown(caller: str, arns: int) -> None:
    """A session's ARN holds no path: the role is named with and without one, and that is said; a user's holds it."""
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    found = _plan(expand({"caller": caller, "identity": [_EVERYTHING], "scps": [[_EVERYTHING, deny]]}))
    assert found.remedy is not None
    named, *path = found.remedy.assumes
    assert "the request has aws:PrincipalArn" in named
    assert named.count("arn:aws:iam::") == arns
    assert ["the path of the role `ci` is not known" in one for one in path] == [True] * (arns - 1)
