"""Hypothesis strategies for requests and policies that often meet: few names, all of which occur on both sides."""

from typing import Any

from hypothesis import strategies as st

from whydenied.engine.evaluation.evaluate import Decision

__all__ = ["DENIED", "budget", "cases", "statements"]

DENIED: tuple[Decision, ...] = ("ImplicitlyDenied", "ExplicitlyDenied")

_MINE, _THEIRS = "111122223333", "444455556666"

_CALLERS: list[Any] = [
    f"arn:aws:iam::{_MINE}:user/ana",
    f"arn:aws:iam::{_MINE}:role/app/worker",
    f"arn:aws:sts::{_MINE}:assumed-role/worker/one",
    f"arn:aws:sts::{_MINE}:federated-user/ana",
    f"arn:aws:iam::{_MINE}:root",
    {"service": "sns.amazonaws.com"},
    "anonymous",
]

# Actions with a resource they are for.
_TARGETS = [
    ("s3:GetObject", "arn:aws:s3:::reports/q1.csv"),
    ("s3:ListBucket", "arn:aws:s3:::reports"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{_MINE}:jobs"),
    ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{_MINE}:key/k1"),
    ("sts:AssumeRole", f"arn:aws:iam::{_MINE}:role/app/worker"),
    ("ec2:StartInstances", f"arn:aws:ec2:eu-west-1:{_MINE}:instance/i-1"),
]

_ACTIONS = st.sampled_from(["*", "s3:*", "s3:Get*", *(action for action, _ in _TARGETS)])
_RESOURCES = st.sampled_from(["*", "arn:aws:s3:::*", "arn:aws:s3:::reports/*", *(resource for _, resource in _TARGETS)])

_PRINCIPALS = st.sampled_from(
    [
        "*",
        {"AWS": _MINE},
        {"AWS": f"arn:aws:iam::{_THEIRS}:root"},
        {"Service": "sns.amazonaws.com"},
        *({"AWS": caller} for caller in _CALLERS[:4]),
        {"AWS": [f"arn:aws:iam::{_MINE}:role/app/worker", f"arn:aws:iam::{_MINE}:root"]},
    ]
)

_VALUES: dict[str, list[Any]] = {
    "aws:SourceIp": ["10.0.0.1", "203.0.113.9"],
    "aws:PrincipalTag/team": ["red", "blue"],
    "aws:SecureTransport": ["true", "false"],
    "aws:PrincipalArn": [f"arn:aws:iam::{_MINE}:user/ana", f"arn:aws:iam::{_MINE}:role/app/worker"],
    "aws:TagKeys": [["a"], ["a", "b"]],
}

_CONDITIONS = st.sampled_from(
    [
        {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
        {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}},
        {"StringEquals": {"aws:PrincipalTag/team": ["red", "green"]}},
        {"StringNotEquals": {"aws:PrincipalTag/team": "red"}},
        {"StringLikeIfExists": {"aws:PrincipalTag/team": "b*"}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"BoolIfExists": {"aws:SecureTransport": "true"}},
        {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{_MINE}:user/*"}},
        {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{_MINE}:role/*"}},
        {"ForAnyValue:StringEquals": {"aws:TagKeys": "b"}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}},
        {"Null": {"aws:SourceIp": "true"}},
        {
            "Bool": {"aws:SecureTransport": "true"},
            "StringEquals": {"aws:PrincipalTag/team": "${aws:PrincipalTag/team}"},
        },
    ]
)


# Made once: to make a strategy takes longer than to draw from it.
_EFFECTS = st.sampled_from(["Allow", "Allow", "Deny"])
_ONE_IN_THREE = st.sampled_from([True, False, False])
_ONE_IN_FOUR = st.sampled_from([True, False, False, False])
_SOME_ACTIONS = _ACTIONS | st.lists(_ACTIONS, min_size=1, max_size=3)
_SOME_RESOURCES = _RESOURCES | st.lists(_RESOURCES, min_size=1, max_size=3)


@st.composite
def statements(draw: st.DrawFn, *, principal: bool = False, deny_only: bool = False) -> dict[str, Any]:
    """Draw a statement, with a Principal for policies that name principals."""
    if not deny_only and draw(_ONE_IN_FOUR):
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        return {**everything, "Principal": draw(_PRINCIPALS)} if principal else everything
    effect = "Deny" if deny_only else draw(_EFFECTS)
    statement: dict[str, Any] = {"Effect": effect}
    if principal:
        statement["Principal"] = draw(_PRINCIPALS)
    action = "NotAction" if draw(_ONE_IN_FOUR) else "Action"
    statement[action] = draw(_SOME_ACTIONS)
    resource = "NotResource" if draw(_ONE_IN_FOUR) else "Resource"
    statement[resource] = draw(_SOME_RESOURCES)
    if draw(_ONE_IN_THREE):
        statement["Condition"] = draw(_CONDITIONS)
    return statement


def _documents(*, principal: bool = False, deny_only: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    some = st.lists(statements(principal=principal, deny_only=deny_only), min_size=1, max_size=3)
    return some.map(lambda found: {"Version": "2012-10-17", "Statement": found})


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


_DOCUMENTS = _documents()
_TARGET = st.sampled_from(_TARGETS)
_KEYS = st.sets(st.sampled_from(sorted(_VALUES)))
_VALUE_OF = {key: st.sampled_from(values) for key, values in _VALUES.items()}
_IDENTITY = st.lists(_DOCUMENTS, max_size=2)
_CALLER = st.sampled_from(_CALLERS)
_ACCOUNT = st.sampled_from([_MINE, _MINE, _THEIRS])
_RESOURCE_POLICY = _maybe(_documents(principal=True))
_BOUNDARIES = _maybe(_DOCUMENTS.map(lambda one: [one]))
_SESSION_POLICY = _maybe(_DOCUMENTS)
_SCPS = _maybe(st.lists(st.lists(_DOCUMENTS, max_size=2), min_size=1, max_size=3))
_RCPS = _maybe(st.lists(_documents(principal=True, deny_only=True), max_size=2).map(lambda found: [found]))
_ENDPOINTS = _maybe(_documents(principal=True).map(lambda one: [one]))
_SETTINGS = st.sampled_from([{}, {}, {"s3_block_public_access": True}])


@st.composite
def cases(draw: st.DrawFn, *, complete: bool = True) -> dict[str, Any]:
    """Draw a whole case in the form of `whydenied evaluate`."""
    action, resource = draw(_TARGET)
    context = {key: draw(_VALUE_OF[key]) for key in sorted(draw(_KEYS))}
    return {
        "id": "generated",
        "request": {
            "principal": draw(_CALLER),
            "action": action,
            "resource": resource,
            "resource_account": draw(_ACCOUNT),
            "context": context,
            "context_complete": complete,
        },
        "identity_policies": [{"name": f"p{number}", "document": one} for number, one in enumerate(draw(_IDENTITY))],
        "resource_policy": draw(_RESOURCE_POLICY),
        "permissions_boundaries": draw(_BOUNDARIES),
        "session_policy": draw(_SESSION_POLICY),
        "scps": draw(_SCPS),
        "rcps": draw(_RCPS),
        "vpc_endpoint_policies": draw(_ENDPOINTS),
        "settings": draw(_SETTINGS),
    }


def budget(small: int) -> int:
    """Return how many examples to draw: `small`, or WHYDENIED_EXAMPLES where that is set."""
    import os

    return int(os.environ.get("WHYDENIED_EXAMPLES", small))
