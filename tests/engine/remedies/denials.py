"""Random denials of every kind that the review of a security engineer would try: callers, homes, conditions, gates."""

import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.engine.evaluation.generated import DENIED
from whydenied.engine.evaluation import evaluate_case

__all__ = ["denials"]

_MINE, _THEIRS = "111122223333", "444455556666"
_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_GITHUB = "token.actions.githubusercontent.com"

_CALLERS: list[Any] = [
    f"arn:aws:iam::{_MINE}:user/ana",
    f"arn:aws:sts::{_MINE}:assumed-role/worker/one",
    f"arn:aws:sts::{_MINE}:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/ana",
    f"arn:aws:sts::{_MINE}:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling",
    f"arn:aws:sts::{_MINE}:federated-user/bob",
    f"arn:aws:iam::{_MINE}:root",
    {"service": "events.amazonaws.com"},
    "anonymous",
]
_TARGETS = [
    ("s3:GetObject", "arn:aws:s3:::acme/q1.csv"),
    ("s3:PutObject", "arn:aws:s3:::acme/in/new.csv"),
    ("s3:ListBucket", "arn:aws:s3:::acme"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{_MINE}:jobs"),
    ("sns:Publish", f"arn:aws:sns:eu-west-1:{_MINE}:news"),
    ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{_MINE}:key/k1"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{_MINE}:secret:db-a1b2c3"),
    ("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{_MINE}:function:f"),
    ("dynamodb:GetItem", f"arn:aws:dynamodb:eu-west-1:{_MINE}:table/orders"),
    ("ecr:BatchGetImage", f"arn:aws:ecr:eu-west-1:{_MINE}:repository/team/app"),
    ("ec2:StartInstances", f"arn:aws:ec2:eu-west-1:{_MINE}:instance/i-0abc"),
    ("iam:PassRole", f"arn:aws:iam::{_MINE}:role/app"),
    ("iam:AttachRolePolicy", f"arn:aws:iam::{_MINE}:role/app"),
    ("ec2:DescribeInstances", "*"),
    ("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1"),
    ("sts:AssumeRole", f"arn:aws:iam::{_MINE}:role/deploy"),
]
_CONDITIONS: list[dict[str, Any]] = [
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
    {"StringEquals": {"sts:ExternalId": "abc-123"}},
    {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.1.1"]}},
    {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"StringEquals": {"aws:PrincipalOrgID": "o-aaaaaaaaaa"}},
    {"StringNotEquals": {"aws:PrincipalOrgID": "o-aaaaaaaaaa"}},
    {"StringEquals": {"aws:SourceVpce": "vpce-0abc"}},
    {"StringNotEquals": {"aws:SourceVpce": "vpce-0abc"}},
    {"StringEquals": {"aws:PrincipalTag/team": "red"}},
    {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
    {"StringEquals": {"aws:RequestTag/team": ["red", "blue"]}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}},
    {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
    {"Null": {"s3:x-amz-server-side-encryption": "true"}},
    {"StringLike": {"s3:prefix": ["home/*", ""]}},
    {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
    {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
    {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{_MINE}:role/admin-*"}},
    {"ArnNotLike": {"aws:PrincipalArn": [f"arn:aws:iam::{_MINE}:role/admin-*"]}},
    {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{_MINE}-*"}},
    {"NumericGreaterThanEquals": {"s3:TlsVersion": "1.2"}},
    {"DateGreaterThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}},
    {"StringEquals": {"aws:PrincipalTag/team": "red", "aws:RequestedRegion": "eu-west-1"}},
]
_CONTEXT: dict[str, list[Any]] = {
    "aws:MultiFactorAuthPresent": ["false"],
    "aws:SourceIp": ["203.0.113.9"],
    "aws:SecureTransport": ["false", "true"],
    "aws:RequestedRegion": ["us-east-1", "eu-west-1"],
    "aws:PrincipalOrgID": ["o-bbbbbbbbbb"],
    "aws:TagKeys": [["team", "other"]],
    "aws:SourceArn": ["arn:aws:s3:::acme"],
    "aws:SourceAccount": [_MINE],
    "s3:prefix": ["other/"],
}


def denials(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Yield cases that are denied; the same for the same seed."""
    pick = random.Random(seed)
    while count:
        case = _case(pick)
        if evaluate_case(case).get("decision") in DENIED:
            count -= 1
            yield case


def _statement(pick: random.Random, action: str, target: str, *, principal: bool) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": pick.choice(["Allow", "Allow", "Deny"])}
    if pick.random() < 0.4:
        statement["Sid"] = f"S{pick.randrange(1000)}"
    if principal:
        some = ["*", {"AWS": f"arn:aws:iam::{_MINE}:root"}, {"AWS": f"arn:aws:iam::{_MINE}:user/ana"}]
        statement["Principal"] = pick.choice([*some, {"AWS": _THEIRS}, {"Service": "events.amazonaws.com"}])
    service = action.partition(":")[0]
    statement["Action"] = pick.choice([action, f"{service}:*", "*", [action, f"{service}:Get*"], f"{service}:List*"])
    bucket = target.partition("/")[0] if service == "s3" else target
    statement["Resource"] = pick.choice(["*", target, f"{bucket}*", [bucket, f"{bucket}/*"]])
    if pick.random() < 0.4:
        statement["Condition"] = pick.choice(_CONDITIONS)
    return statement


def _document(
    pick: random.Random, action: str, target: str, *, principal: bool = False, conditions: float = 0.4
) -> Any:
    count = pick.randint(1, 3)
    found = [_statement(pick, action, target, principal=principal) for _ in range(count)]
    if not principal and pick.random() < 0.4:
        found.append(dict(_ALL))
    return {"Version": "2012-10-17", "Statement": found if pick.random() < 0.9 else found[0]}


def _identity(pick: random.Random, caller: Any, action: str, target: str) -> list[dict[str, Any]]:
    kind = "user" if ":user/" in str(caller) else "role"
    counts = {"attachments": pick.choice([-1, 1, 9]), "versions": pick.choice([-1, 2, 5])}
    homes: list[tuple[str, dict[str, Any]]] = [
        ("own", {"holder": f"{kind}/{'ana' if kind == 'user' else 'worker'}"}),
        ("P0", {}),
        (f"arn:aws:iam::{_MINE}:policy/Team", counts),
        ("arn:aws:iam::aws:policy/AWSDenyAll", {}),
        ("arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3", {}),
    ]
    if kind == "user":
        homes.append(("own", {"holder": "group/staff"}))
    if "AWSReservedSSO" in str(caller):
        homes = [("AwsSSOInlinePolicy", {}), *homes[2:4]]
    chosen = pick.sample(homes, k=min(len(homes), pick.randint(0, 2)))
    return [{"name": name, "document": _document(pick, action, target), "home": home} for name, home in chosen]


def _case(pick: random.Random) -> dict[str, Any]:
    action, target = pick.choice(_TARGETS)
    caller = pick.choice([*_CALLERS, *_CALLERS[:3]])
    if action == "sts:AssumeRole" and pick.random() < 0.4:
        caller, action = {"federated": f"arn:aws:iam::{_MINE}:oidc-provider/{_GITHUB}"}, "sts:AssumeRoleWithWebIdentity"
    keys = pick.sample(sorted(_CONTEXT), k=pick.randint(0, 5))
    context = {key: pick.choice(_CONTEXT[key]) for key in keys}
    if "federated" in caller and pick.random() < 0.6:
        context |= {f"{_GITHUB}:sub": "repo:acme/app:ref:refs/heads/main", f"{_GITHUB}:aud": "sts.amazonaws.com"}
    if caller == _CALLERS[1] and pick.random() < 0.5:
        context["aws:PrincipalArn"] = f"arn:aws:iam::{_MINE}:role/app/worker"
    return {
        "id": "random",
        "request": {
            "principal": caller,
            "action": action,
            "resource": target,
            "resource_account": pick.choice([_MINE, _MINE, _THEIRS]),
            "context": context,
        },
        "identity_policies": _identity(pick, caller, action, target) if isinstance(caller, str) else [],
        "resource_policy": _rare(pick, 0.5, lambda: _document(pick, action, target, principal=True)),
        "permissions_boundaries": _rare(pick, 0.2, lambda: [_limit(pick, action, target)]),
        "session_policy": _rare(pick, 0.15, lambda: _document(pick, action, target)),
        "scps": _rare(pick, 0.25, lambda: [[_guard(pick, action, target)]]),
        "vpc_endpoint_policies": _rare(pick, 0.15, lambda: [_document(pick, action, target, principal=True)]),
        "settings": pick.choice([{}, {}, {"s3_block_public_access": True}]),
    }


def _rare(pick: random.Random, chance: float, make: Callable[[], Any]) -> Any:
    return make() if pick.random() < chance else None


def _limit(pick: random.Random, action: str, target: str) -> dict[str, Any]:
    name = pick.choice([f"arn:aws:iam::{_MINE}:policy/Limit", "arn:aws:iam::aws:policy/PowerUserAccess"])
    return {"name": name, "document": _document(pick, action, target)}


def _guard(pick: random.Random, action: str, target: str) -> dict[str, Any]:
    return {"name": "Guard", "document": _document(pick, action, target), "home": {"identifier": "p-examplepolicy"}}
