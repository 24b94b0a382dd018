"""Who may edit what the change edits: some roles are made by a tool or a service, which undoes or refuses the edit.

Sources: IAM Identity Center User Guide (the roles of permission sets), IAM User Guide ("Using service-linked roles"),
CloudFormation User Guide (names that it makes up: stack, logical id, suffix)."""

import re

from whydenied.engine.arn import parse_arn
from whydenied.engine.forms.names import holder_name

__all__ = ["note_on", "permission_set_of"]

_PERMISSION_SET = re.compile(r"AWSReservedSSO_(.+)_[0-9a-f]{16}\Z")
_MADE_UP = re.compile(r"[A-Za-z][A-Za-z0-9-]*-[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9]{12,13}\Z")
_NODE = re.compile(r"NodeInstanceRole|eks-node-group|EKSNode|nodegroup", re.IGNORECASE)


def permission_set_of(principal: str) -> str:
    """Return the name of the permission set that made the caller's role, "" where none did."""
    arn = parse_arn(principal)
    found = _PERMISSION_SET.match(holder_name(arn)) if arn is not None else None
    return found[1] if found else ""


def note_on(principal: str) -> str:
    """Return a sentence on where the caller's permissions are edited, "" where it is as usual."""
    arn = parse_arn(principal)
    if arn is None:
        return ""
    if arn.resource == "root":
        return "The root user needs no identity policy: an organization's policy or the resource's own refuses it."
    if arn.kind not in ("role", "assumed-role"):
        return ""
    name = holder_name(arn)
    reserved = permission_set_of(principal)
    if reserved:
        return f"This role belongs to the permission set `{reserved}`: edit that, not the role."
    if name.startswith("AWSServiceRoleFor") or "/aws-service-role/" in arn.resource:
        return "This is a service-linked role: only its service can edit it, so look at the other side."
    if name.startswith("cdk-"):
        return "This role belongs to the CDK's bootstrap stack: change what is deployed with it, or bootstrap again."
    if name.startswith("terraform-") or re.search(r"-\d{20,26}\Z", name):
        return f"Terraform named `{name}`: change it in the code, or the next apply undoes the edit."
    if _NODE.search(name):
        return f"`{name}` is the role of the nodes, which every pod there can use: give the pod a role of its own."
    if _MADE_UP.match(name):
        return f"A stack seems to have made `{name}`: change its template, or the next deploy undoes it."
    return ""
