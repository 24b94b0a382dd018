"""Policies out of AWS's own shape: `aws iam get-account-authorization-details`.

Source: IAM API, GetAccountAuthorizationDetails. It holds users, groups, roles and managed policies; it names
permissions boundaries by ARN, and knows no SCP, RCP, endpoint, session or resource policy but trust policies. It
comes in pages (`IsTruncated`) and may be filtered: a group or policy that is named and not there is not known."""

from collections.abc import Iterable, Mapping
from typing import Any

from whydenied.engine.arn import parse_arn
from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.cases import read_case, unknown_gates
from whydenied.engine.evaluation.evaluate import Evaluation
from whydenied.engine.evaluation.gates import POLICY_GATES
from whydenied.engine.evaluation.services.sts import TRUST_ACTIONS
from whydenied.engine.policy.principals import Caller, read_caller

__all__ = ["DETAILS", "account_case", "evaluate_case", "read_account_case", "read_any_case"]

# Where a case may carry the details of the caller's account.
DETAILS = "account_authorization_details"

# What the details hold; all else is unknown, unless the case states it.
_HELD = ("identity", "boundary")


def evaluate_case(case: object) -> dict[str, object]:
    """Decide a case in either form: `{"id", "decision", "blocked_by"}`, or `{"id", "error"}` if it cannot be read."""
    name = case.get("id") if isinstance(case, dict) else None
    try:
        evaluation = read_any_case(case)
    except InputError as error:
        return {"id": name, "error": str(error)}
    return {"id": name, "decision": evaluation.decision, "blocked_by": evaluation.blocked_by}


def read_any_case(case: object, *, explain: bool = False) -> Evaluation:
    """Decide a case in either form: with its policies, or with `account_authorization_details` to take them from.

    Raises InputError where it cannot be read.
    """
    if isinstance(case, (dict, Mapping)) and DETAILS in case:
        whole = account_case(case[DETAILS], {key: value for key, value in case.items() if key != DETAILS})
        return read_case(whole, explain=explain)
    return read_case(case, explain=explain)


def read_account_case(details: object, case: object, *, explain: bool = False) -> Evaluation:
    """Decide a request by a user or role of an account. Raises InputError where either cannot be read."""
    return read_case(account_case(details, case), explain=explain)


def account_case(details: object, case: object) -> dict[str, Any]:
    """Fill a case (`{"request": ..., ...}`) from the details of the caller's account.

    What the details do not hold and the case does not state is unknown; the caller's keys are derived. Raises
    InputError where the caller is not in the details."""
    if not isinstance(details, Mapping) or not any(key.endswith("DetailList") for key in details):
        raise InputError("this is no output of `aws iam get-account-authorization-details`; paste all of its JSON")
    if not isinstance(case, Mapping) or not isinstance(case.get("request"), Mapping):
        raise InputError("`request` is missing; give `principal`, `action` and `resource`")
    request = case["request"]
    caller = read_caller(request.get("principal"))
    entity = _entity(details, caller)
    further, stated = case.get("identity_policies") or [], request.get("stated") or {}
    if not isinstance(further, list):
        raise InputError("`identity_policies` must be a list of policies")
    if not isinstance(stated, Mapping):
        raise InputError("`stated` must be an object of condition keys with one text each")
    filled = dict(case)
    filled["identity_policies"] = [*_identity(details, entity), *further]
    filled["permissions_boundaries"] = _boundary(details, entity)
    unknown = [gate.name for gate in POLICY_GATES if gate.name not in _HELD and gate.field not in case]
    if caller.kind in ("user", "root") and "session" in unknown:
        unknown.remove("session")
    trust = _trust(details, str(request.get("action", "")), str(request.get("resource", "")))
    if "resource" in unknown and trust is not None:
        unknown.remove("resource")
        filled["resource_policy"] = trust
    filled["unknown"] = sorted({*unknown, *unknown_gates(case)})
    filled["request"] = {
        **request,
        "context_complete": request.get("context_complete", False),
        "stated": {**_stated(entity, caller), **stated},
    }
    return filled


def _list(raw: object, key: str) -> list[Mapping[str, object]]:
    found = raw.get(key) if isinstance(raw, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


_ByName = Mapping[str, list[Mapping[str, object]]]


def _by(details: Mapping[str, object], key: str, name: str) -> _ByName:
    """Gather the entries of a list by the name that they have."""
    found: dict[str, list[Mapping[str, object]]] = {}
    for one in _list(details, key):
        found.setdefault(str(one.get(name)), []).append(one)
    return found


def _entity(details: Mapping[str, object], caller: Caller) -> Mapping[str, object]:
    if caller.kind == "user":
        for user in _list(details, "UserDetailList"):
            if user.get("Arn") == caller.text:
                return user
    elif caller.kind in ("role", "session"):
        for role in _list(details, "RoleDetailList"):
            arn = parse_arn(str(role.get("Arn")))
            if arn and arn.account == caller.account and str(role.get("RoleName", "")).lower() == caller.name.lower():
                return role
    elif caller.kind == "root":
        return {}
    raise InputError(
        f"`{caller.text[:200]}` is not in the account details; run the command in the caller's account, all pages"
    )


def _identity(details: Mapping[str, object], entity: Mapping[str, object]) -> list[dict[str, object]]:
    """Collect the inline and managed policies of a user with its groups, or of a role."""
    sources = [entity]
    policies: list[dict[str, object]] = []
    names = entity.get("GroupList")
    groups = _by(details, "GroupDetailList", "GroupName") if names else {}
    for name in names if isinstance(names, list) else []:
        found = groups.get(str(name), [])
        sources += found
        if not found:
            policies.append({"name": f"the policies of group {name}"})
    managed = _by(details, "Policies", "Arn")
    for source in sources:
        home = {"holder": holder} if (holder := _holder(source)) else {}
        for key in ("UserPolicyList", "RolePolicyList", "GroupPolicyList"):
            policies += [
                {"name": str(inline.get("PolicyName", "")), "document": inline.get("PolicyDocument"), "home": home}
                for inline in _list(source, key)
            ]
        for attached in _list(source, "AttachedManagedPolicies"):
            policies.append(_managed(managed, str(attached.get("PolicyArn", "")), home))
    return policies


def _holder(source: Mapping[str, object]) -> str:
    """Say whose policies these are: `user/ana`, `group/staff` or `role/app`; "" where the name is missing."""
    for kind in ("User", "Role", "Group"):
        if source.get(f"{kind}Name"):
            return f"{kind.lower()}/{source[f'{kind}Name']}"
    return ""


def _managed(policies: _ByName, arn: str, home: Mapping[str, object]) -> dict[str, object]:
    """Find a managed policy's default version; the name alone where it is not there."""
    for policy in policies.get(arn, []):
        versions = _list(policy, "PolicyVersionList")
        kept = {**home, "versions": len(versions)}
        if isinstance(policy.get("AttachmentCount"), int):
            kept["attachments"] = policy["AttachmentCount"]
        for version in versions:
            if version.get("IsDefaultVersion") or version.get("VersionId") == policy.get("DefaultVersionId"):
                return {"name": arn, "document": version.get("Document"), "home": kept}
    return {"name": arn, "home": dict(home)}


def _boundary(details: Mapping[str, object], entity: Mapping[str, object]) -> list[dict[str, object]]:
    boundary = entity.get("PermissionsBoundary")
    arn = boundary.get("PermissionsBoundaryArn") if isinstance(boundary, Mapping) else None
    home = {"holder": holder} if (holder := _holder(entity)) else {}
    return [_managed(_by(details, "Policies", "Arn"), arn, home)] if isinstance(arn, str) else []


def _trust(details: Mapping[str, object], action: str, resource: str) -> object:
    if action.lower() not in TRUST_ACTIONS:
        return None
    for role in _list(details, "RoleDetailList"):
        if role.get("Arn") == resource:
            return {"name": f"trust policy of {role.get('RoleName')}", "document": role.get("AssumeRolePolicyDocument")}
    return None


def _stated(entity: Mapping[str, Any], caller: Caller) -> dict[str, str]:
    """Read the keys that the details tell about the caller."""
    stated: dict[str, str] = {}
    if isinstance(entity.get("Arn"), str):
        stated["aws:PrincipalArn"] = entity["Arn"]
    if isinstance(entity.get("UserId"), str):
        stated["aws:userid"] = entity["UserId"]
    if isinstance(entity.get("RoleId"), str) and caller.kind == "session":
        stated["aws:userid"] = f"{entity['RoleId']}:{caller.session}"
    stated.update(_tags(_list(entity, "Tags")))
    return stated


def _tags(tags: Iterable[Mapping[str, object]]) -> dict[str, str]:
    return {f"aws:PrincipalTag/{tag.get('Key')}": str(tag.get("Value", "")) for tag in tags}
