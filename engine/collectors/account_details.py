"""IAM's calls, answered out of `aws iam get-account-authorization-details`, which holds a whole account.

Source: IAM API, GetAccountAuthorizationDetails.
"""

from collections.abc import Callable, Mapping
from typing import Any

from whydenied.engine.collectors.calls import Answer, Call

__all__ = ["answer_from"]

_Details = Mapping[str, Any]
# What a call would answer; None where the details do not hold it.
_Answer = dict[str, Any] | None
_Reader = Callable[[_Details, _Details], _Answer]


def answer_from(details: _Details, call: Call) -> Answer | None:
    """Answer a call of IAM; None where the details cannot tell."""
    if call.account and call.account not in _account(details):
        return None
    find = _READERS.get(call.operation)
    if find is None:
        return None
    output = find(details, call.parameters)
    if output is None:
        return Answer(call, None, "NoSuchEntity", "it is not in the account details")
    return Answer(call, output)


def _account(details: _Details) -> str:
    """Return an ARN of the account, which holds its twelve digits."""
    for key in ("RoleDetailList", "UserDetailList", "GroupDetailList"):
        for one in details.get(key) or []:
            return str(one.get("Arn", ""))
    return ""


def _holder(details: _Details, kind: str, name: Any) -> _Details | None:
    for one in details.get(f"{kind}DetailList") or []:
        if str(one.get(f"{kind}Name", "")).lower() == str(name).lower():
            return dict(one)
    return None


def _entity(kind: str) -> _Reader:
    def find(details: _Details, parameters: _Details) -> _Answer:
        found = _holder(details, kind, parameters.get(f"{kind}Name"))
        return None if found is None else {kind: found}

    return find


def _names(kind: str) -> _Reader:
    def find(details: _Details, parameters: _Details) -> _Answer:
        found = _holder(details, kind, parameters.get(f"{kind}Name"))
        return (
            None
            if found is None
            else {"PolicyNames": [one["PolicyName"] for one in found.get(f"{kind}PolicyList") or []]}
        )

    return find


def _attached(kind: str) -> _Reader:
    def find(details: _Details, parameters: _Details) -> _Answer:
        found = _holder(details, kind, parameters.get(f"{kind}Name"))
        return None if found is None else {"AttachedPolicies": list(found.get("AttachedManagedPolicies") or [])}

    return find


def _inline(kind: str) -> _Reader:
    def find(details: _Details, parameters: _Details) -> _Answer:
        found = _holder(details, kind, parameters.get(f"{kind}Name")) or {}
        for one in found.get(f"{kind}PolicyList") or []:
            if one.get("PolicyName") == parameters.get("PolicyName"):
                return dict(one)
        return None

    return find


def _groups(details: _Details, parameters: _Details) -> _Answer:
    found = _holder(details, "User", parameters.get("UserName"))
    return None if found is None else {"Groups": [{"GroupName": name} for name in found.get("GroupList") or []]}


def _policy(details: _Details, parameters: _Details) -> _Answer:
    for one in details.get("Policies") or []:
        if one.get("Arn") == parameters.get("PolicyArn"):
            return {"Policy": {name: value for name, value in one.items() if name != "PolicyVersionList"}}
    return None


def _version(details: _Details, parameters: _Details) -> _Answer:
    for one in details.get("Policies") or []:
        if one.get("Arn") == parameters.get("PolicyArn"):
            for version in one.get("PolicyVersionList") or []:
                if version.get("VersionId") == parameters.get("VersionId"):
                    return {"PolicyVersion": dict(version)}
    return None


_READERS: dict[str, _Reader] = {
    "GetPolicy": _policy,
    "GetPolicyVersion": _version,
    "ListGroupsForUser": _groups,
    **{f"Get{kind}": _entity(kind) for kind in ("Role", "User")},
    **{f"List{kind}Policies": _names(kind) for kind in ("Role", "User", "Group")},
    **{f"ListAttached{kind}Policies": _attached(kind) for kind in ("Role", "User", "Group")},
    **{f"Get{kind}Policy": _inline(kind) for kind in ("Role", "User", "Group")},
}
