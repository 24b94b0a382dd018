"""Made-up accounts in which something is denied: drawn as data, and the evaluator decides what denies.

A world is a call, the policies and settings around it, and one thing that is wrong. No sign of a cause, no prior and no
question is looked at: what is wrong is put into the account, and the evaluator has to agree that it denies there. What
no policy decides (a missing object, expired credentials) is a setting. What goes wrong where, and how often, stands in
worlds.yaml. Seeds of 8,000,000 and more are kept aside: nobody has looked at their worlds one by one. Those of
1,000,000, of 5,000,000, of 6,000,000 and of 7,000,000 on were kept aside before.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import yaml

from whydenied.engine.evaluation import read_case

CALLER, OTHER = "111122223333", "444455556666"
ASIDE = 8_000_000
Json = dict[str, Any]

BESIDE: Mapping[str, str] = {
    "s3:GetObject": "s3:ListBucket",
    "s3:PutObject": "s3:GetObject",
    "s3:ListBucket": "s3:GetBucketLocation",
    "s3:PutBucketPolicy": "s3:ListBucket",
    "dynamodb:GetItem": "dynamodb:Query",
    "secretsmanager:GetSecretValue": "secretsmanager:DescribeSecret",
    "sqs:SendMessage": "sqs:ReceiveMessage",
    "sns:Publish": "sns:GetTopicAttributes",
    "ec2:DescribeInstances": "ec2:DescribeVpcs",
    "kms:Decrypt": "kms:Encrypt",
}
"""What else is tried on the same thing: an action beside the one that is refused."""

# The causes that the evaluator's own answer names, by gate and effect; a fault may be a finer one of the same gate.
GATE_OF = {
    "identity-no-allow": ("identity", "implicit-deny"),
    "allow-does-not-match": ("identity", "implicit-deny"),
    "tag-condition": ("identity", "implicit-deny"),
    "condition-key-absent": ("identity", "implicit-deny"),
    "identity-explicit-deny": ("identity", "explicit-deny"),
    "mfa-required": ("identity", "explicit-deny"),
    "boundary-no-allow": ("boundary", "implicit-deny"),
    "boundary-explicit-deny": ("boundary", "explicit-deny"),
    "session-no-allow": ("session", "implicit-deny"),
    "session-explicit-deny": ("session", "explicit-deny"),
    "scp-explicit-deny": ("scp", "explicit-deny"),
    "scp-no-allow": ("scp", "implicit-deny"),
    "rcp-explicit-deny": ("rcp", "explicit-deny"),
    "vpce-no-allow": ("vpce", "implicit-deny"),
    "vpce-explicit-deny": ("vpce", "explicit-deny"),
    "resource-explicit-deny": ("resource", "explicit-deny"),
    "network-condition": ("resource", "explicit-deny"),
    "encryption-required": ("resource", "explicit-deny"),
    "resource-no-allow": ("resource", "implicit-deny"),
    "s3-block-public-access": ("s3-bpa", "explicit-deny"),
}


class World(msgspec.Struct):
    """A call with everything around it.

    case: for the evaluator. settings: what no policy says. meant: the principal that should have called. message: what
    was printed, "" for what is told in words only; is_pasted: whether it is pasted. truths: every cause that holds.
    passing: the case's fields with which the principal that was meant is let in, where another one called."""

    seed: int
    call: Json
    fault: str
    case: Json
    settings: Json
    meant: str
    message: str = ""
    truths: tuple[str, ...] = ()
    passing: Json = {}
    is_pasted: bool = True

    @property
    def is_policy(self) -> bool:
        """Whether a policy decides here."""
        return bool(self.case)

    @property
    def is_unsigned(self) -> bool:
        """Whether the request is made without credentials: in a browser, or by a plain address."""
        return bool(self.case) and self.case["request"]["principal"] == "anonymous"

    @property
    def cross(self) -> bool:
        """Whether the resource belongs to another account."""
        return bool(self.settings.get("cross"))

    def gates(self, **changes: object) -> dict[str, str]:
        """Every gate's answer, by the evaluator; changes: fields of the case in place of its own."""
        return {one.gate: one.decision for one in read_case({**self.case, **changes}).answers}

    def passes_role(self) -> bool:
        """Whether the caller may pass a role, by the evaluator."""
        request = {
            **self.case["request"],
            "action": "iam:PassRole",
            "resource": f"arn:aws:iam::{CALLER}:role/worker",
            "context": {"iam:PassedToService": self.call.get("service", "")},
        }
        return self.decision(request=request, resource_policy=None) == "Allowed"

    def refused(self) -> tuple[str, str]:
        """What a message that names something names: the call, or what the call needs besides."""
        if self.fault == "pass-role-missing":
            return "iam:PassRole", f"arn:aws:iam::{CALLER}:role/worker"
        if self.fault == "service-linked-role":
            return (
                "iam:CreateServiceLinkedRole",
                f"arn:aws:iam::{CALLER}:role/aws-service-role/{self.call['service']}/Role",
            )
        if self.fault == "kms-key" and self.call["kind"] in ("object", "upload"):
            action = "kms:Decrypt" if self.call["kind"] == "object" else "kms:GenerateDataKey"
            return action, f"arn:aws:kms:eu-west-1:{CALLER}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        return self.call["action"], self.call["resource"]

    def names(self, effect: str, action: str) -> list[Json]:
        """The statements of this effect, in the own policies of the identity that was meant, that name an action."""
        policies = self.passing.get("identity_policies") or self.case["identity_policies"]
        return [
            one
            for policy in policies
            for one in policy["document"]["Statement"]
            if one["Effect"] == effect and any(fnmatchcase(action, pattern) for pattern in _listed(one["Action"]))
        ]

    def decision(self, **changes: object) -> str:
        """What the evaluator decides."""
        return str(read_case({**self.case, **changes}).decision)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@lru_cache(1)
def tables() -> Json:
    """The calls and faults of worlds.yaml."""
    read: Json = yaml.safe_load((Path(__file__).parent / "worlds.yaml").read_text())
    return read


def world(seed: int) -> World:
    """Draw a world. Raises AssertionError where the evaluator does not agree that the fault denies."""
    random = Random(f"world {seed}")
    call = random.choices(tables()["calls"], [one["weight"] for one in tables()["calls"]])[0]
    faults = {
        name: one.get("also", {}).get(call["kind"], one["weight"])
        for name, one in tables()["faults"].items()
        if call["kind"] in one["kinds"] and name not in call.get("never", ())
    }
    fault = random.choices(list(faults), list(faults.values()))[0]
    return make(seed, call, fault, random)


def make(seed: int, call: Mapping[str, Any], fault: str, random: Random) -> World:
    """Make the world of a call and a fault."""
    cross = fault in ("resource-no-allow", "s3-acl-ownership", "s3-requester-pays") or (
        call["kind"] in ("object", "upload", "bucket", "shared", "assume", "key") and random.random() < 0.15
    )
    places = {"n": seed % 97 + 1, "caller": CALLER, "owner": OTHER if cross else CALLER}
    call = {name: value.format(**places) if name == "resource" else value for name, value in call.items()}
    settings = _settings(call, fault, cross, random)
    meant = f"arn:aws:sts::{CALLER}:assumed-role/{random.choice(['app', 'etl', 'ci', 'web'])}-{seed % 89}/session"
    if random.random() < 0.15 and call["kind"] != "role-taking":
        meant = f"arn:aws:iam::{CALLER}:user/ana-{seed % 89}"
    here = World(seed, dict(call), fault, {}, settings, meant)
    if call["operation"] and fault not in ("credentials-expired",):
        here.case = _case(here, random)
        _break(here, random)
        _settle(here)
        here.settings |= _hearsay(Random(f"hearsay {seed}"))
    else:
        here.truths = {"target-kms-key": ("kms-key",)}.get(fault, (fault,))
    here.message = _message(here, random)
    if call["kind"] == "key" and "identity-no-allow" in here.truths:
        here.truths = (*here.truths, "kms-key")  # its article is about both sides of a key
    here.is_pasted = random.random() < 0.8
    return here


def _settings(call: Mapping[str, Any], fault: str, cross: bool, random: Random) -> Json:
    """What is so without any policy; the network, the organization and the object as they happen to be."""
    return {
        "cross": cross,
        "member": fault.startswith(("scp", "rcp")) or random.random() < 0.6,
        "vpce": fault.startswith("vpce") or random.random() < 0.25,
        "mfa": fault != "mfa-required" and random.random() < 0.4,
        "changed": fault == "eventual-consistency" or random.random() < 0.05,
        "by_service": random.random() < 0.08,
        "exists": fault != "s3-missing-key",
        "kms": fault == "kms-key" or random.random() < 0.15,
        "foreign": fault == "s3-acl-ownership",
        "payer": fault == "s3-requester-pays",
        "public": fault == "s3-block-public-access" or (call["kind"] == "share" and random.random() < 0.4),
        "bpa": fault == "s3-block-public-access" or random.random() < 0.8,
        "region": fault != "region-or-optin",
        "linked": fault != "service-linked-role",
        "workload": random.choice(["instance", "container", "laptop", "pipeline"]),
        "key": random.choice(["policy", "policy", "iam", "iam", "state"]),
        "trust": random.choice(["caller", "trust", "trust", "external-id", "mfa", "typo"]),
    }


def _hearsay(random: Random) -> Json:
    """What people who work with the account know of it without looking, and how they read what they have seen.

    The shares are estimates that nobody has counted. `python -m tests.bench wizard` prints what fewer of them leave."""
    return {
        "code": random.random(),
        "reads_well": random.random() < 0.65,
        "reads": random.random() < 0.9,
        "told": random.random() < 0.8,
        "told_anyway": random.random() < 0.3,
    }


def _statement(effect: str, action: object, resource: object, **more: object) -> Json:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def _document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _case(here: World, random: Random) -> Json:
    """A case in which the call is allowed, with policies about it that do no harm."""
    call, cross = here.call, here.cross
    service = call["action"].split(":")[0]
    full = _document(_statement("Allow", "*", "*"))
    allow = _statement("Allow", random.choice([call["action"], f"{service}:*"]), random.choice([call["resource"], "*"]))
    if here.fault == "s3-missing-key":
        # Whoever may list the bucket is told that there is no such key.
        allow = _statement("Allow", "s3:GetObject", call["resource"])
    context: Json = {
        "aws:SourceIp": "203.0.113.10",
        "aws:SecureTransport": "true",
        "aws:RequestedRegion": "eu-west-1",
        "aws:MultiFactorAuthPresent": "true" if here.settings["mfa"] else "false",
    }
    if here.settings["vpce"]:
        context |= {"aws:SourceVpce": "vpce-0a1b2c3d", "aws:SourceIp": None, "aws:SourceVpc": "vpc-1"}
    case: Json = {
        "request": {
            "principal": here.meant,
            "action": call["action"],
            "resource": call["resource"],
            "resource_account": OTHER if cross else CALLER,
            "context": context,
        },
        "identity_policies": [{"name": "own", "document": _document(allow)}],
        "resource_policy": None,
        "permissions_boundaries": [],
        "session_policy": None,
        "scps": [[full], [full]] if here.settings["member"] else None,
        "rcps": [[full]] if here.settings["member"] and random.random() < 0.3 else None,
        "vpc_endpoint_policies": None,
        "settings": {},
    }
    if random.random() < 0.15:
        case["permissions_boundaries"] = [_document(_statement("Allow", [f"{service}:*", "logs:*"], "*"))]
    if ":assumed-role/" in here.meant and random.random() < 0.04:
        case["session_policy"] = _document(_statement("Allow", f"{service}:*", "*"))
    if here.settings["member"] and random.random() < 0.6:
        case["scps"][1].append(_document(_statement("Deny", "organizations:LeaveOrganization", "*")))
    if here.settings["vpce"]:
        case["vpc_endpoint_policies"] = [_document(_statement("Allow", "*", "*", Principal="*"))]
    if call["kind"] == "role-taking" and here.fault != "pass-role-missing":
        case["identity_policies"].append(
            {"name": "pass", "document": _document(_statement("Allow", "iam:PassRole", "*"))}
        )
    _resource_side(case, here, random)
    return case


def _resource_side(case: Json, here: World, random: Random) -> None:
    """Give the resource its policy: needed across accounts and for roles and keys, otherwise as it happens to be."""
    call, kind = here.call, here.call["kind"]
    named = _iam_arn(here.meant)
    if kind == "assume":
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{CALLER}:root"}, "Action": "sts:AssumeRole"}
        case["resource_policy"] = _document(trust)
    elif kind == "key":
        root = {"AWS": [f"arn:aws:iam::{CALLER}:root", f"arn:aws:iam::{OTHER if here.cross else CALLER}:root"]}
        case["resource_policy"] = _document(_statement("Allow", "kms:*", "*", Principal=root))
    elif kind in ("object", "upload", "bucket", "share", "shared"):
        let_in = _statement("Allow", call["action"], call["resource"], Principal={"AWS": named})
        bystander = _statement(
            "Allow", call["action"], call["resource"], Principal={"AWS": "arn:aws:iam::111122223333:role/audit"}
        )
        if here.cross:
            case["resource_policy"] = _document(let_in)
        elif random.random() < 0.5:
            case["resource_policy"] = _document(bystander)


def _iam_arn(principal: str) -> str:
    """The ARN of the user or role behind a principal."""
    if ":assumed-role/" not in principal:
        return principal
    return f"arn:aws:iam::{principal.split(':')[4]}:role/{principal.split('/')[1]}"


def _break(here: World, random: Random) -> None:
    """Put what is wrong into the account."""
    case, call, fault = here.case, here.call, here.fault
    service = call["action"].split(":")[0]
    own = case["identity_policies"][0]["document"]["Statement"]
    deny = _statement("Deny", random.choice([call["action"], f"{service}:*"]), "*")
    others = _statement("Allow", f"{service}:Tag*", "*")
    elsewhere = call["resource"].rsplit("-", 1)[0] + "-old/*"
    conditions: Json = {
        "tag-condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}},
        "condition-key-absent": {"StringLike": {"s3:prefix": "team/*"}}
        if call["kind"] == "bucket"
        else {"StringEquals": {"aws:PrincipalTag/project": "atlas"}},
        "mfa-required": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        "network-condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-99"}}
        if here.settings["vpce"]
        else {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
        "encryption-required": {"Null": {"s3:x-amz-server-side-encryption": "true"}},
    }
    if fault in ("identity-no-allow", "eventual-consistency"):
        own[0] = others
        if fault == "identity-no-allow" and call["action"] in BESIDE and Random(f"beside {here.seed}").random() < 0.5:
            own.append(_statement("Allow", BESIDE[call["action"]], "*"))  # reading is allowed and writing is not, or so
    elif fault == "allow-does-not-match":
        own[0] = {**own[0], **_aside(here, elsewhere)}
    elif fault in ("tag-condition", "condition-key-absent"):
        own[0] = {**own[0], "Condition": conditions[fault]}
        case["resource_policy"] = case["resource_policy"] if here.cross else None
    elif fault in ("identity-explicit-deny", "mfa-required"):
        own.append({**deny, **({"Condition": conditions[fault]} if fault in conditions else {})})
    elif fault.startswith("boundary"):
        allow = _statement("Allow", "*" if fault.endswith("explicit-deny") else ["logs:*", "cloudwatch:*"], "*")
        case["permissions_boundaries"] = [_document(allow, *([deny] if fault.endswith("explicit-deny") else []))]
    elif fault.startswith("session"):
        _to_session(here)
        allow = _statement("Allow", "*" if fault.endswith("explicit-deny") else [f"{service}:Tag*", "logs:*"], "*")
        case["session_policy"] = _document(allow, *([deny] if fault.endswith("explicit-deny") else []))
    elif fault == "scp-explicit-deny":
        region = {"Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-central-1"]}}}
        case["scps"][1].append(_document({**deny, **(region if random.random() < 0.4 else {})}))
    elif fault == "scp-no-allow":
        case["scps"][1] = [_document(_statement("Allow", ["s3:*", "logs:*", "iam:*", "sts:*"], "*"))]
    elif fault == "rcp-explicit-deny":
        case["rcps"] = [[_document(_statement("Allow", "*", "*", Principal="*"), {**deny, "Principal": "*"})]]
    elif fault.startswith("vpce"):
        allow = _statement("Allow", "*" if fault.endswith("explicit-deny") else f"{service}:Tag*", "*", Principal="*")
        if fault == "vpce-no-allow" and service == "s3" and Random(f"vpce {here.seed}").random() < 0.5:
            allow = _statement("Allow", "s3:*", ["arn:aws:s3:::scratch-7", "arn:aws:s3:::scratch-7/*"], Principal="*")
        extra = [{**deny, "Principal": "*"}] if fault.endswith("explicit-deny") else []
        case["vpc_endpoint_policies"] = [_document(allow, *extra)]
    elif fault in ("resource-explicit-deny", "network-condition", "encryption-required"):
        kept = (case["resource_policy"] or {"Statement": []})["Statement"]
        new = {**deny, "Principal": "*", "Resource": call["resource"]}
        if fault in conditions:
            new["Condition"] = conditions[fault]
        case["resource_policy"] = _document(*kept, new)
    elif fault == "resource-no-allow":
        stranger = _statement(
            "Allow", call["action"], call["resource"], Principal={"AWS": f"arn:aws:iam::{OTHER}:root"}
        )
        case["resource_policy"] = _document(stranger) if random.random() < 0.5 else None
        if call["kind"] == "object" and Random(f"unsigned {here.seed}").random() < 0.2:
            _without_signing(here)
    elif fault == "s3-block-public-access":
        _block_public_access(here)
    elif fault == "wrong-identity":
        case["request"]["principal"] = f"arn:aws:sts::{CALLER}:assumed-role/node-{here.seed % 83}/i-0abc1234def567890"
        here.passing = {"identity_policies": case["identity_policies"]}
        case["identity_policies"] = [{"name": "node", "document": _document(_statement("Allow", "logs:*", "*"))}]
    elif fault in ("kms-key", "trust-policy-denies", "deleted-principal"):
        _break_key_or_trust(here)


def _aside(here: World, elsewhere: str) -> Json:
    """An Allow beside the mark: for other resources, or in S3 as often for the bucket without its objects, or for its
    objects without the bucket."""
    bucket = here.call["resource"].split("/")[0]
    if here.call["kind"] not in ("object", "upload", "bucket") or Random(f"aside {here.seed}").random() < 0.5:
        return {"Action": here.call["action"], "Resource": elsewhere}
    return {"Action": "s3:*", "Resource": f"{bucket}/*" if here.call["kind"] == "bucket" else bucket}


def _without_signing(here: World) -> None:
    """Let the request be made without credentials, by the address alone, for an object of the caller's own account."""
    here.case["request"] |= {"principal": "anonymous", "resource_account": CALLER}
    here.settings["cross"] = False


def _block_public_access(here: World) -> None:
    """Make access public where Block Public Access is on: by this call, or unsigned, or from another account."""
    case, call = here.case, here.call
    if call["kind"] == "share":
        return  # the new policy is what is refused: no policy that is there decides
    case["resource_policy"] = _document(_statement("Allow", call["action"], call["resource"], Principal="*"))
    case["settings"] = {"s3_block_public_access": True}
    if Random(f"unsigned {here.seed}").random() < 0.6:
        _without_signing(here)
    else:
        case["request"]["resource_account"], here.settings["cross"] = OTHER, True


def _break_key_or_trust(here: World) -> None:
    """Break a key's or a role's own policy, or what its caller needs for it."""
    case, how = here.case, here.settings["key" if here.fault == "kms-key" else "trust"]
    if here.call["kind"] not in ("key", "assume"):
        return  # the key behind an object: a second request, which `people` reads off the settings
    if here.fault == "deleted-principal":
        gone = {"Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLEGONE12345"}, "Action": "sts:AssumeRole"}
        case["resource_policy"] = _document(gone)
    elif how in ("iam", "caller"):
        case["identity_policies"] = [{"name": "own", "document": _document(_statement("Allow", "logs:*", "*"))}]
    elif how in ("policy", "trust"):
        far = {"AWS": "arn:aws:iam::777788889999:root"}
        action = case["request"]["action"]
        extra = {"Resource": "*"} if here.fault == "kms-key" else {}
        case["resource_policy"] = _document({"Effect": "Allow", "Principal": far, "Action": action, **extra})
    elif how in ("external-id", "mfa"):
        test = (
            {"StringEquals": {"sts:ExternalId": "7f3a"}}
            if how == "external-id"
            else {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        )
        here.settings["mfa"] = False
        case["request"]["context"]["aws:MultiFactorAuthPresent"] = "false"
        case["resource_policy"]["Statement"][0]["Condition"] = test


def _to_session(here: World) -> None:
    if ":assumed-role/" not in here.meant:
        here.meant = f"arn:aws:sts::{CALLER}:assumed-role/app-{here.seed % 89}/session"
        here.case["request"]["principal"] = here.meant


_UNDECIDED = {
    "eventual-consistency",
    "s3-missing-key",
    "s3-acl-ownership",
    "s3-requester-pays",
    "pass-role-missing",
    "service-linked-role",
}
_UNDECIDED_BY_KIND = {("kms-key", "object"), ("kms-key", "upload"), ("s3-block-public-access", "share")}


def _settle(here: World) -> None:
    """Let the evaluator decide, and hold the fault to it; every gate that denies is a truth."""
    answers = read_case(here.case)
    blocking = {(one.gate, one.decision) for one in answers.blocking}
    by_gate = {pair: name for name, pair in reversed(GATE_OF.items())}
    found = [by_gate[pair] for pair in sorted(blocking) if pair in by_gate]
    if here.fault == "eventual-consistency":
        # The change has been made: what is seen allows, what was in force did not.
        assert blocking, here
        service = here.call["action"].split(":")[0]
        own = _statement("Allow", f"{service}:*", "*")
        here.case["identity_policies"] = [{"name": "own", "document": _document(own)}]
        found = []
    elif here.fault in _UNDECIDED or (here.fault, here.call["kind"]) in _UNDECIDED_BY_KIND:
        assert not blocking, (here.fault, blocking)
        assert here.fault != "pass-role-missing" or not here.passes_role(), here
    elif here.fault in GATE_OF:
        assert GATE_OF[here.fault] in blocking, (here.fault, answers.decision, blocking)
        found = [one for one in found if GATE_OF[one] != GATE_OF[here.fault]]
    elif here.fault == "wrong-identity":
        request = {**here.case["request"], "principal": here.meant}
        assert blocking, here
        assert here.decision(request=request, **here.passing) == "Allowed", here
        found = []
    elif here.settings["key" if here.fault == "kms-key" else "trust"] not in ("state", "typo"):
        assert blocking, (here.fault, here.settings)
        found = []
    if here.fault == "deleted-principal":
        found = ["trust-policy-denies"]  # the trust policy refuses, whatever became of the principal that it names
    here.truths = (here.fault, *(one for one in found if one != here.fault))


def _message(here: World, random: Random) -> str:
    """What a client prints; it never says which kind of policy refused."""
    says = here.call["says"]
    if not says:
        return ""
    form = random.choices(list(says), list(says.values()))[0]
    call, head = (
        here.call,
        f"An error occurred ({here.call['code']}) when calling the {here.call['operation']} operation: ",
    )
    if here.is_unsigned:
        return "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><HostId>x</HostId></Error>"
    if form == "bare":
        ec2 = call["action"].startswith("ec2:")
        return head + ("You are not authorized to perform this operation." if ec2 else "Access Denied")
    principal = here.case["request"]["principal"]
    action, resource = here.refused()
    words = f"User: {principal} is not authorized to perform: {action} on resource: {resource}"
    explicit = any(one.decision == "explicit-deny" for one in read_case(here.case).blocking)
    return head + words + (" with an explicit deny" if explicit and random.random() < 0.7 else "")
