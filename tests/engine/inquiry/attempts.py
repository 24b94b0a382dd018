"""What comes of attempts in the worlds of accounts.py that take no look at IAM: the evaluator says what works.

The same call with one's own sign-in, for another thing of the kind, with another action, and without the role that it
hands over. What an attempt shows is true of the account; whether it was made, and how much of it, is drawn.
"""

from random import Random

from tests.engine.inquiry.accounts import BESIDE, CALLER, OTHER, World

ABLE = 0.6
"""How often one's own sign-in may do what the program may not. Unchecked."""
TRIED = 0.7
"""How often somebody who tries what else works has tried another thing, and another action. Unchecked."""
# Faults that no policy of the account decides, and that befall whoever asks for the same thing.
_FOR_ALL = (
    "s3-missing-key",
    "s3-block-public-access",
    "s3-acl-ownership",
    "s3-requester-pays",
    "deleted-principal",
    "service-linked-role",
)


def own_sign_in(here: World) -> bool | None:
    """Whether the call works with one's own sign-in, from one's own desk; None where that is the refused one."""
    if not here.is_policy or ":user/" in here.case["request"]["principal"]:
        return None
    if (here.fault in _FOR_ALL and not here.is_unsigned) or (here.fault == "kms-key" and here.settings["key"] != "iam"):
        return False
    able = Random(f"own {here.seed}").random() < ABLE
    if here.call["kind"] == "role-taking" and here.fault == "pass-role-missing":
        return False  # a power user may not pass roles either
    context = {**here.case["request"]["context"], "aws:MultiFactorAuthPresent": "true", "aws:SourceIp": "203.0.113.10"}
    request = {
        **here.case["request"],
        "principal": f"arn:aws:sts::{CALLER}:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/eve",
        "context": {key: value for key, value in context.items() if key not in ("aws:SourceVpce", "aws:SourceVpc")},
    }
    allow = {"Effect": "Allow", "Action": here.call["action"].split(":")[0] + (":*" if able else ":Tag*")}
    changes: dict[str, object] = {
        "request": request,
        "identity_policies": [{"Version": "2012-10-17", "Statement": [{**allow, "Resource": "*"}]}],
        "permissions_boundaries": [],
        "session_policy": None,
        "vpc_endpoint_policies": None,
    }
    return here.decision(**changes) == "Allowed"


def still_works(here: World, others: bool) -> str | None:
    """What else the same identity manages: a value of `works.other-item`. others: other items of the place work."""
    if not here.is_policy or here.call["action"] not in BESIDE:
        return None
    if others:
        return "yes"
    random = Random(f"still {here.seed}")
    place = random.random() < TRIED and _elsewhere(here)
    action = random.random() < TRIED and _other_action(here)
    return {(True, True): "both", (True, False): "elsewhere", (False, True): "action"}.get((place, action), "no")


def _elsewhere(here: World) -> bool:
    """Whether the same action works on another bucket, table or queue of the caller's account, without a policy."""
    if here.fault == "eventual-consistency" or here.call["kind"] in ("wide", "share"):
        return False
    kinds = {"object": "arn:aws:s3:::scratch-7/a.csv", "upload": "arn:aws:s3:::scratch-7/a.csv"}
    kinds |= {"bucket": "arn:aws:s3:::scratch-7", "share": "arn:aws:s3:::scratch-7"}
    request = {
        **here.case["request"],
        "resource": kinds.get(here.call["kind"], here.call["resource"].replace(OTHER, CALLER) + "-other"),
        "resource_account": CALLER,
    }
    root = {"Principal": {"AWS": f"arn:aws:iam::{CALLER}:root"}, "Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [root]} if here.call["kind"] == "key" else None
    return here.decision(request=request, resource_policy=policy, settings={}) == "Allowed"


def _other_action(here: World) -> bool:
    """Whether another action works on the same thing."""
    if here.fault == "eventual-consistency":
        return False
    action = BESIDE[here.call["action"]]
    resource = here.call["resource"].split("/")[0] if action == "s3:ListBucket" else here.call["resource"]
    return here.decision(request={**here.case["request"], "action": action, "resource": resource}) == "Allowed"


def without_role(here: World) -> str | None:
    """Whether an instance may be started without a role; a function cannot be made without one."""
    if here.call.get("action") != "ec2:RunInstances" or not here.is_policy:
        return None
    return "yes" if here.decision() == "Allowed" else "no"
