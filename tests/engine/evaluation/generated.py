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


@st.composite
def statements(draw: st.DrawFn, *, principal: bool = False, deny_only: bool = False) -> dict[str, Any]:
    """Draw a statement, with a Principal for policies that name principals."""
    if not deny_only and draw(st.integers(0, 3)) == 0:
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        return {**everything, "Principal": draw(_PRINCIPALS)} if principal else everything
    effect = "Deny" if deny_only else draw(st.sampled_from(["Allow", "Allow", "Deny"]))
    statement: dict[str, Any] = {"Effect": effect}
    if principal:
        statement["Principal"] = draw(_PRINCIPALS)
    action = draw(st.sampled_from(["Action", "Action", "Action", "NotAction"]))
    statement[action] = draw(_ACTIONS | st.lists(_ACTIONS, min_size=1, max_size=3))
    resource = draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"]))
    statement[resource] = draw(_RESOURCES | st.lists(_RESOURCES, min_size=1, max_size=3))
    if draw(st.integers(0, 2)) == 0:
        statement["Condition"] = draw(_CONDITIONS)
    return statement


def _documents(*, principal: bool = False, deny_only: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    some = st.lists(statements(principal=principal, deny_only=deny_only), min_size=1, max_size=3)
    return some.map(lambda found: {"Version": "2012-10-17", "Statement": found})


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def cases(draw: st.DrawFn, *, complete: bool = True) -> dict[str, Any]:
    """Draw a whole case in the form of `whydenied evaluate`."""
    action, resource = draw(st.sampled_from(_TARGETS))
    keys = draw(st.sets(st.sampled_from(sorted(_VALUES))))
    context = {key: draw(st.sampled_from(_VALUES[key])) for key in sorted(keys)}
    identity = draw(st.lists(_documents(), max_size=2))
    levels = st.lists(st.lists(_documents(), max_size=2), min_size=1, max_size=3)
    limits = st.lists(_documents(principal=True, deny_only=True), max_size=2).map(lambda found: [found])
    return {
        "id": "generated",
        "request": {
            "principal": draw(st.sampled_from(_CALLERS)),
            "action": action,
            "resource": resource,
            "resource_account": draw(st.sampled_from([_MINE, _MINE, _THEIRS])),
            "context": context,
            "context_complete": complete,
        },
        "identity_policies": [{"name": f"p{number}", "document": one} for number, one in enumerate(identity)],
        "resource_policy": draw(_maybe(_documents(principal=True))),
        "permissions_boundaries": draw(_maybe(_documents().map(lambda one: [one]))),
        "session_policy": draw(_maybe(_documents())),
        "scps": draw(_maybe(levels)),
        "rcps": draw(_maybe(limits)),
        "vpc_endpoint_policies": draw(_maybe(_documents(principal=True).map(lambda one: [one]))),
        "settings": draw(st.sampled_from([{}, {}, {"s3_block_public_access": True}])),
    }


def budget(small: int) -> int:
    """Return how many examples to draw: `small`, or WHYDENIED_EXAMPLES where that is set."""
    import os

    return int(os.environ.get("WHYDENIED_EXAMPLES", small))
