"""What a change opens besides the request it is for: said beside the change, with a safer form.

Sources: IAM User Guide, "The confused deputy problem", "Grant a user permissions to pass a role", "Access to AWS
accounts owned by third parties" (external ID), "Permissions boundaries" (delegating to others: iam:PermissionsBoundary,
iam:PolicyARN in the Service Authorization Reference of IAM); the escalations are those that follow from what each
action does (IAM API Reference)."""

from collections.abc import Mapping
from typing import Any

from whydenied.engine.evaluation.answer import GateName
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.services.sts import is_trust
from whydenied.engine.remedies.remedy import Danger

__all__ = ["ESCALATIONS", "dangers_of"]

_ATTACH = ("attach any policy, AdministratorAccess too", "ArnEquals", "iam:PolicyARN", "<policy-arn>")
_INLINE = ("write any permission into a policy", "StringEquals", "iam:PermissionsBoundary", "<boundary-arn>")
_PASS = ("hand a role to a service and use its permissions", "StringEquals", "iam:PassedToService", "<service>")
_CODE = ("run code with the permissions of the role behind it", "", "", "")
_VERSION = ("put any permission into a policy that it may have itself", "", "", "")
_LOGIN = ("sign in as somebody else", "", "", "")

# Action (lower case): what whoever may do it can do; and the operator, key and blank that keep it within bounds.
ESCALATIONS: dict[str, tuple[str, str, str, str]] = {
    "iam:addusertogroup": ("join any group and have its permissions", "", "", ""),
    "iam:attachgrouppolicy": _ATTACH,
    "iam:attachrolepolicy": _ATTACH,
    "iam:attachuserpolicy": _ATTACH,
    "iam:createaccesskey": _LOGIN,
    "iam:createloginprofile": _LOGIN,
    "iam:createpolicyversion": _VERSION,
    "iam:createrole": _INLINE,
    "iam:createuser": _INLINE,
    "iam:deleterolepermissionsboundary": ("take away the limit that was set for a role", "", "", ""),
    "iam:deleteuserpermissionsboundary": ("take away the limit that was set for a user", "", "", ""),
    "iam:passrole": (
        "hand a role to a service and use its permissions",
        "StringEquals",
        "iam:PassedToService",
        "<service>",
    ),
    "iam:putgrouppolicy": _INLINE,
    "iam:putrolepermissionsboundary": _INLINE,
    "iam:putrolepolicy": _INLINE,
    "iam:putuserpermissionsboundary": _INLINE,
    "iam:putuserpolicy": _INLINE,
    "iam:setdefaultpolicyversion": _VERSION,
    "iam:updateassumerolepolicy": ("let anybody assume a role", "", "", ""),
    "iam:updateloginprofile": _LOGIN,
    "cloudformation:createstack": _CODE,
    "cloudformation:updatestack": _CODE,
    "codebuild:updateproject": _CODE,
    "glue:updatedevendpoint": _CODE,
    "lambda:updatefunctioncode": _CODE,
    "lambda:updatefunctionconfiguration": _CODE,
    "ssm:sendcommand": _CODE,
    "ssm:startsession": _CODE,
    "s3:putbucketpolicy": ("open the bucket to anybody", "", "", ""),
    "kms:putkeypolicy": ("open the key to anybody", "", "", ""),
    "kms:creategrant": ("hand on the use of the key", "Bool", "kms:GrantIsForAWSResource", "true"),
}


def dangers_of(gate: GateName, statement: Mapping[str, object], request: Request) -> tuple[Danger, ...]:
    """List what an added Allow of a gate that grants opens."""
    found = [_escalation(statement, request)]
    if gate == "resource":
        found += [_public(statement, request), _across(statement, request), _deputy(statement, request)]
    return tuple(one for one in found if one is not None)


def _conditions(statement: Mapping[str, Any]) -> set[str]:
    """List the keys (lower case) that a statement's conditions are about."""
    block = statement.get("Condition") or {}
    return {str(key).lower() for keys in block.values() for key in keys}


def _with(statement: Mapping[str, Any], operator: str, key: str, value: str) -> dict[str, Any]:
    block = dict(statement.get("Condition") or {})
    return {**statement, "Condition": {**block, operator: {**block.get(operator, {}), key: value}}}


def _escalation(statement: Mapping[str, object], request: Request) -> Danger | None:
    known = ESCALATIONS.get(request.key)
    if known is None:
        return None
    what, operator, key, blank = known
    text = f"Whoever may {request.action} can {what}"
    if key and key.lower() in _conditions(statement):
        return None
    if key:
        return Danger("escalation", f"{text}: limit it with `{key}`.", _with(statement, operator, key, blank))
    return Danger("escalation", f"{text}: give it to administrators and pipelines alone, on exactly this resource.")


def _public(statement: Mapping[str, object], request: Request) -> Danger | None:
    if statement.get("Principal") != "*" or request.caller.kind != "anonymous":
        return None
    return Danger(
        "public",
        "This makes the resource public: everyone on the internet can do this, without signing in. Safer: sign the "
        "request, hand out presigned addresses, or let CloudFront alone read it (origin access control).",
    )


def _across(statement: Mapping[str, object], request: Request) -> Danger | None:
    caller = request.caller
    if not caller.account or request.same_account is not False:
        return None
    text = f"This opens the resource to account {caller.account}: make sure that it is one of yours or a partner's."
    if is_trust(request) and "sts:externalid" not in _conditions(statement):
        # Third parties act for many customers; only the external id tells for whom.
        safer = _with(statement, "StringEquals", "sts:ExternalId", "<external-id>")
        return Danger("confused-deputy", f"{text} If it is a third party's, ask for an external id too.", safer)
    return Danger("cross-account", text)


def _deputy(statement: Mapping[str, object], request: Request) -> Danger | None:
    if request.caller.kind != "service":
        return None
    keys = _conditions(statement)
    if any(key.startswith(("aws:source", "kms:encryptioncontext:")) for key in keys):
        return None
    safer = _with(statement, "StringEquals", "aws:SourceAccount", request.resource_account or "<source-account>")
    return Danger(
        "confused-deputy",
        f"The service `{request.caller.text}` works for every customer of AWS, and the request did not show for whose "
        "resource it came: limit it with `aws:SourceArn` or `aws:SourceAccount` where the service sends them.",
        safer,
    )
