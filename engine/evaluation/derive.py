"""Condition keys that follow from who calls and what is called: worked out, and marked as derived.

Source: IAM User Guide, "AWS global condition context keys", properties of the principal and of the resource.
"""

from collections.abc import Mapping

from whydenied.engine.policy.context import Context, Value
from whydenied.engine.policy.principals import Caller

__all__ = ["derive"]

_TYPES = {
    "user": "User",
    "role": "AssumedRole",
    "session": "AssumedRole",
    "federated-user": "FederatedUser",
    "root": "Account",
    "anonymous": "Anonymous",
}


def derive(
    context: Context, caller: Caller, resource_account: str | None, stated: Mapping[str, str | None] | None = None
) -> Context:
    """Return the context with the keys that follow from the request; keys that were stated keep their values.

    stated: further keys known about this caller (`aws:PrincipalArn` of a role, `aws:userid`, tags); None for a known
    absence."""
    known: dict[str, str | None] = {**_of_caller(caller), **(stated or {})}
    if resource_account:
        known["aws:ResourceAccount"] = resource_account
    values: dict[str, Value] = dict(context.values)
    names = dict(context.names)
    absent = set(context.absent)
    derived: set[str] = set()
    for name, value in known.items():
        key = name.lower()
        if key in values or key in absent:
            continue
        if value is None:
            absent.add(key)
        else:
            values[key] = value
            names[key] = name
            derived.add(key)
    return Context(values, complete=context.complete, absent=absent, derived=derived, names=names)


def _of_caller(caller: Caller) -> dict[str, str | None]:
    if caller.kind == "service":
        return {
            "aws:PrincipalIsAWSService": "true",
            "aws:PrincipalServiceName": caller.text,
            "aws:PrincipalOrgID": None,
            "aws:PrincipalArn": None,
            "aws:username": None,
        }
    known: dict[str, str | None] = {}
    if caller.kind in _TYPES:
        known["aws:PrincipalType"] = _TYPES[caller.kind]
    if caller.kind == "anonymous":
        absent = ("aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalIsAWSService")
        return {**known, **dict.fromkeys(absent), "aws:username": None, "aws:TokenIssueTime": None}
    if caller.account:
        known["aws:PrincipalAccount"] = caller.account
        known["aws:PrincipalIsAWSService"] = "false"
        known["aws:PrincipalServiceName"] = None
    known["aws:username"] = caller.name if caller.kind == "user" else None
    # The ARN of a session does not tell the path of its role.
    if caller.kind in ("user", "role", "root", "federated-user"):
        known["aws:PrincipalArn"] = caller.text
    if caller.kind == "federated-user":
        known["aws:userid"] = f"{caller.account}:{caller.name}"
    return known
