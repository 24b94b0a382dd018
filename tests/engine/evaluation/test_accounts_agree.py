"""A case told by the details of its account is decided as the reference evaluator decides the case itself.

The policies of a random case are spread over an account as IAM keeps them: inline, in groups, managed and attached,
with older versions, other users and other roles beside them that allow or deny everything and must not count."""

import json
import random
from typing import Any

import pytest

from tests.reference_evaluator import decide
from tests.strategies import FAMILIES, OURS, random_case
from whydenied.engine.evaluation.accounts import read_account_case

Json = dict[str, Any]

_EVERYTHING = {"Action": "*", "Resource": "*"}
_KEYS = {key for keys, _, _ in FAMILIES.values() for key in keys if key != "AWS:UserName"} | {"aws:missing"}
# What the details tell of the caller.
_TOLD = ("aws:PrincipalArn", "aws:username", "aws:PrincipalTag/team")


class Spread:
    """An account that holds the policies of a case. details: in the shape of GetAccountAuthorizationDetails."""

    def __init__(self, rng: random.Random, case: Json) -> None:
        self._rng = rng
        self._count = 0
        self.details: Json = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        principal = case["request"]["principal"]
        self.name = principal.split("/")[1 if ":assumed-role/" in principal else -1]
        self.is_user = ":user/" in principal
        own = principal if ":assumed-role/" not in principal else f"arn:aws:iam::{OURS}:role/team/{self.name}"
        kind = "User" if self.is_user else "Role"
        self.entity: Json = {f"{kind}Name": self.name, "Arn": own, "Tags": [{"Key": "team", "Value": "ana"}]}
        self.entity |= {f"{kind}PolicyList": [], "AttachedManagedPolicies": [], "GroupList": []}
        if not self.is_user:
            self.entity["AssumeRolePolicyDocument"] = self._noise("Deny", Principal="*")
        self.details[f"{kind}DetailList"].append(self.entity)
        self._others()
        for policy in case["identity_policies"] or []:
            self._keep(policy["document"])
        for document in case["permissions_boundaries"] or []:
            self.entity["PermissionsBoundary"] = {"PermissionsBoundaryArn": self._managed(document)}

    def _noise(self, effect: str, **more: Any) -> Json:
        return {"Version": "2012-10-17", "Statement": [{"Effect": effect, **_EVERYTHING, **more}]}

    def _others(self) -> None:
        """Somebody whose policies are not the caller's, of both kinds, and a group that nobody is in."""
        effect = self._rng.choice(("Allow", "Deny"))
        inline = [{"PolicyName": "other", "PolicyDocument": self._noise(effect)}]
        trust = self._noise(effect, Principal="*")
        for name, path in (("other", "/"), (f"{self.name}2", "/x/")):
            arn = f"arn:aws:iam::{OURS}:%s{path}{name}"
            user = {"UserName": name, "Arn": arn % "user", "UserPolicyList": inline, "GroupList": ["nobody"]}
            role = {"RoleName": name, "Arn": arn % "role", "RolePolicyList": inline, "AssumeRolePolicyDocument": trust}
            self.details["UserDetailList"].insert(self._rng.randint(0, 1), user)
            self.details["RoleDetailList"].insert(self._rng.randint(0, 1), role)
        self.details["GroupDetailList"].append({"GroupName": "nobody", "GroupPolicyList": inline})

    def _keep(self, document: Json) -> None:
        """Put a policy of the caller in one of the places where it may be."""
        self._count += 1
        holder = self.entity
        if self.is_user and self._rng.random() < 0.5:
            holder = {"GroupName": f"g{self._count}", "GroupPolicyList": [], "AttachedManagedPolicies": []}
            self.details["GroupDetailList"].append(holder)
            self.entity["GroupList"].append(holder["GroupName"])
        if self._rng.random() < 0.5:
            holder["AttachedManagedPolicies"].append({"PolicyName": "-", "PolicyArn": self._managed(document)})
        else:
            inline = next(key for key in holder if key.endswith("PolicyList"))
            holder[inline].append({"PolicyName": "own", "PolicyDocument": document})

    def _managed(self, document: Json) -> str:
        """Make the document the default of several versions of a managed policy; return its ARN."""
        self._count += 1
        arn = f"arn:aws:iam::{OURS}:policy/p{self._count}"
        versions = [
            {"VersionId": f"v{number}", "IsDefaultVersion": False, "Document": self._noise(effect)}
            for number, effect in enumerate(("Allow", "Deny"), 1)
        ]
        default = {"VersionId": "v9", "IsDefaultVersion": True, "Document": document}
        versions.insert(self._rng.randint(0, 2), default)
        self.details["Policies"].append({"Arn": arn, "DefaultVersionId": "v9", "PolicyVersionList": versions})
        return arn


def _told(rng: random.Random) -> tuple[Json, Json, Json] | None:
    """Return a case whole, the details of its account, and the case without what these tell; None for a caller whose
    policies no details hold, or more boundaries than IAM takes."""
    case = random_case(rng)
    principal, request = case["request"]["principal"], case["request"]
    mine = isinstance(principal, str) and any(
        f"::{OURS}:{kind}/" in principal for kind in ("user", "role", "assumed-role")
    )
    if not mine or "AWSServiceRoleFor" in principal or len(case["permissions_boundaries"] or []) > 1:
        return None
    spread = Spread(rng, case)
    context = {key: value for key, value in request["context"].items() if key not in _TOLD}
    encryption = ("kms:EncryptionContext:app", "kms:EncryptionContext:env", "kms:EncryptionContext:further")
    stated = {**dict.fromkeys(sorted(_KEYS - set(_TOLD))), **dict.fromkeys(encryption), **context}
    username = {"aws:username": spread.name} if spread.is_user else {}
    known = {"aws:PrincipalArn": spread.entity["Arn"], "aws:PrincipalTag/team": "ana", **username}
    whole = {**case, "request": {**request, "context": {**context, **known}}}
    if any(level for level in (case["session_policy"],) if spread.is_user):
        return None
    left = {key: value for key, value in case.items() if key not in ("identity_policies", "permissions_boundaries")}
    if (
        request["action"].lower() == "sts:assumerole"
        and case["resource_policy"]
        and spread.entity["Arn"] != request["resource"]
    ):
        # The role that is asked for stands in the details too, with its trust policy.
        role = {
            "RoleName": "asked",
            "Arn": request["resource"],
            "AssumeRolePolicyDocument": left.pop("resource_policy"),
        }
        spread.details["RoleDetailList"].append(role)
    return whole, spread.details, {**left, "request": {**request, "context": stated}}


@pytest.mark.parametrize("seed", range(4))
def test_what_an_account_holds_is_decided_as_the_case_itself(seed: int) -> None:
    """Some hundred of a thousand cases each; where the answer is not known, nothing is said that is not so."""
    rng = random.Random(4000 + seed)
    compared = 0
    for _ in range(1000):
        found = _told(rng)
        if found is None:
            continue
        whole, details, left = found
        decision, gates = decide(whole)
        answer = read_account_case(details, left)
        said = (answer.decision, set(answer.blocked_by) if gates else set())
        assert said == (decision, set(gates)), json.dumps({"details": details, "case": left, "reference": whole})
        compared += 1
    assert compared > 300
